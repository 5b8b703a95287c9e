//! What a descriptor says, a line for each fact.

use protox::prost_reflect::prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto, UninterpretedOption,
    field_descriptor_proto,
};
use protox::prost_reflect::{Cardinality, FieldDescriptor, FileDescriptor, Kind, MessageDescriptor};

/// The value of an option in a file that is not linked.
fn written(options: &[UninterpretedOption], name: &str) -> Option<String> {
    let is_named = |option: &&UninterpretedOption| option.name.len() == 1 && option.name[0].name_part == name;
    let option = options.iter().find(is_named)?;
    match (&option.string_value, &option.identifier_value) {
        (Some(text), _) => Some(String::from_utf8_lossy(text).into_owned()),
        (None, word) => word.clone(),
    }
}

fn deprecated(said: Option<bool>, options: &[UninterpretedOption]) -> &'static str {
    let is_deprecated = said.unwrap_or_else(|| written(options, "deprecated").as_deref() == Some("true"));
    if is_deprecated { " deprecated" } else { "" }
}

pub(crate) fn facts(file: &FileDescriptorProto) -> Vec<String> {
    let mut facts = vec![
        format!("package {}", file.package()),
        format!("syntax {}", file.syntax.as_deref().unwrap_or("proto2")),
    ];
    facts.extend(file.dependency.iter().map(|path| format!("import {path}")));
    for at in &file.public_dependency {
        facts.push(format!("public {}", file.dependency[*at as usize]));
    }
    if let Some(options) = &file.options {
        let open = &options.uninterpreted_option;
        let go_package = options.go_package.clone().or_else(|| written(open, "go_package"));
        let java_package = options.java_package.clone().or_else(|| written(open, "java_package"));
        facts.extend(go_package.map(|name| format!("go_package {name}")));
        facts.extend(java_package.map(|name| format!("java_package {name}")));
    }
    let prefix = match file.package() {
        "" => String::new(),
        package => format!(".{package}"),
    };
    for message in &file.message_type {
        of_message(message, &prefix, &mut facts);
    }
    for enumeration in &file.enum_type {
        of_enum(enumeration, &prefix, &mut facts);
    }
    for field in &file.extension {
        of_field(field, &prefix, None, &mut facts);
    }
    for service in &file.service {
        let name = format!("{prefix}.{}", service.name());
        for method in &service.method {
            facts.push(format!(
                "rpc {name}.{} {}{} {}{}{}",
                method.name(),
                if method.client_streaming() { "stream " } else { "" },
                method.input_type(),
                if method.server_streaming() { "stream " } else { "" },
                method.output_type(),
                method.options.as_ref().map_or("", |options| deprecated(
                    options.deprecated,
                    &options.uninterpreted_option
                )),
            ));
        }
        facts.push(format!("service {name}"));
    }
    facts.sort();
    facts
}

fn of_message(message: &DescriptorProto, scope: &str, facts: &mut Vec<String>) {
    let name = format!("{scope}.{}", message.name());
    if message.options.as_ref().is_some_and(|options| options.map_entry()) {
        return;
    }
    facts.push(format!("message {name}"));
    for field in &message.field {
        of_field(field, &name, Some(message), facts);
    }
    for field in &message.extension {
        of_field(field, &name, None, facts);
    }
    for nested in &message.nested_type {
        of_message(nested, &name, facts);
    }
    for enumeration in &message.enum_type {
        of_enum(enumeration, &name, facts);
    }
    for range in &message.reserved_range {
        facts.push(format!("reserved {name} {}..{}", range.start(), range.end()));
    }
    for reserved in &message.reserved_name {
        facts.push(format!("reserved {name} {reserved}"));
    }
    for range in &message.extension_range {
        facts.push(format!("extensions {name} {}..{}", range.start(), range.end()));
    }
}

fn of_enum(enumeration: &EnumDescriptorProto, scope: &str, facts: &mut Vec<String>) {
    let name = format!("{scope}.{}", enumeration.name());
    for value in &enumeration.value {
        facts.push(format!(
            "value {name}.{} {}{}",
            value.name(),
            value.number(),
            value.options.as_ref().map_or("", |options| deprecated(
                options.deprecated,
                &options.uninterpreted_option
            ))
        ));
    }
    for range in &enumeration.reserved_range {
        facts.push(format!(
            "reserved {name} {}..{}",
            range.start(),
            i64::from(range.end()) + 1
        ));
    }
    for reserved in &enumeration.reserved_name {
        facts.push(format!("reserved {name} {reserved}"));
    }
    facts.push(format!("enum {name}"));
}

fn of_field(field: &FieldDescriptorProto, scope: &str, holder: Option<&DescriptorProto>, facts: &mut Vec<String>) {
    use field_descriptor_proto::{Label, Type};
    let entry = holder.and_then(|holder| {
        let is_entry = |nested: &&DescriptorProto| {
            nested.options.as_ref().is_some_and(|options| options.map_entry())
                && field.type_name().rsplit('.').next() == Some(nested.name())
        };
        holder.nested_type.iter().find(is_entry)
    });
    // What is not linked has the name of its type, and no type.
    let of = |field: &FieldDescriptorProto| match field.r#type() {
        _ if field.type_name.is_some() => field.type_name().to_owned(),
        Type::Message | Type::Enum | Type::Group => String::new(),
        scalar => scalar.as_str_name().trim_start_matches("TYPE_").to_ascii_lowercase(),
    };
    let kind = match entry {
        Some(entry) => format!("map {} {}", of(&entry.field[0]), of(&entry.field[1])),
        None => {
            let label = match field.label() {
                Label::Repeated => "repeated",
                Label::Required => "required",
                Label::Optional => "optional",
            };
            format!("{label} {}", of(field))
        }
    };
    let oneof = holder
        .filter(|_| field.oneof_index.is_some() && !field.proto3_optional())
        .map(|holder| holder.oneof_decl[field.oneof_index() as usize].name());
    let options = field.options.clone().unwrap_or_default();
    let packed = options.packed.map(|packed| packed.to_string());
    let packed = packed.or_else(|| written(&options.uninterpreted_option, "packed"));
    facts.push(format!(
        "field {scope}.{} {} {kind}{}{}{}{}{}",
        field.name(),
        field.number(),
        oneof.map(|name| format!(" in {name}")).unwrap_or_default(),
        if field.proto3_optional() { " explicit" } else { "" },
        field
            .extendee
            .as_ref()
            .map(|name| format!(" of {name}"))
            .unwrap_or_default(),
        deprecated(options.deprecated, &options.uninterpreted_option),
        packed.map(|packed| format!(" packed {packed}")).unwrap_or_default(),
    ));
}

/// What follows from what is written, as reflection has it.
pub(crate) fn resolved(file: &FileDescriptor) -> Vec<String> {
    let mut facts = Vec::new();
    let mut open: Vec<MessageDescriptor> = file.messages().collect();
    while let Some(message) = open.pop() {
        open.extend(message.child_messages());
        if !message.is_map_entry() {
            facts.extend(message.fields().map(|field| of_resolved(&field)));
        }
    }
    facts.sort();
    facts
}

fn of_resolved(field: &FieldDescriptor) -> String {
    let name = |kind: Kind| match kind {
        Kind::Message(message) => format!(".{}", message.full_name()),
        Kind::Enum(of) => format!(".{}", of.full_name()),
        scalar => format!("{scalar:?}"),
    };
    let (how, of) = match field.kind() {
        Kind::Message(entry) if field.is_map() => (
            format!("by {}", name(entry.map_entry_key_field().kind())),
            name(entry.map_entry_value_field().kind()),
        ),
        kind => {
            let how = match field.cardinality() {
                Cardinality::Required => "required",
                Cardinality::Repeated if is_packed(field) => "packed",
                Cardinality::Repeated => "expanded",
                Cardinality::Optional if field.supports_presence() => "explicit",
                Cardinality::Optional => "implicit",
            };
            (how.to_owned(), name(kind))
        }
    };
    format!(
        ".{} {how} {of} {}{}",
        field.full_name(),
        field.json_name(),
        if field.is_group() { " delimited" } else { "" },
    )
}

/// What the option says: reflection only knows what holds where nothing is said.
fn is_packed(field: &FieldDescriptor) -> bool {
    let options = field.field_descriptor_proto().options.as_ref();
    let said = options.and_then(|options| options.packed);
    said.unwrap_or_else(|| field.is_packed())
}
