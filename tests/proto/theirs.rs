//! What a descriptor says, a line for each fact.

use protox::prost_reflect::prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto, field_descriptor_proto,
};

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
        facts.extend(options.go_package.as_ref().map(|name| format!("go_package {name}")));
        facts.extend(options.java_package.as_ref().map(|name| format!("java_package {name}")));
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
                if method.options.as_ref().is_some_and(|options| options.deprecated()) {
                    " deprecated"
                } else {
                    ""
                },
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
        let deprecated = value.options.as_ref().is_some_and(|options| options.deprecated());
        facts.push(format!(
            "value {name}.{} {}{}",
            value.name(),
            value.number(),
            if deprecated { " deprecated" } else { "" }
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
        if options.deprecated() { " deprecated" } else { "" },
        options
            .packed
            .map(|packed| format!(" packed {packed}"))
            .unwrap_or_default(),
    ));
}
