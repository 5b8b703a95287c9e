//! Whoever says the same in other words changes nothing: each rewrite of a description, compared with what it was.

#[path = "event_rewrites.rs"]
mod events;

use crate::conversion::converted;
use crate::described::{Told, Written, changes, read, table, told, walk, write};
use crate::descriptions::any_description;
use crate::edits::{is_whole, references};
use crate::property::Quota;
use crate::{outside, property};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};
use stipula::document::grammar::Siblings;
use stipula::document::{Kind, pointer};

/// A way to say the same in other words.
#[derive(Debug, Clone)]
struct Rewrite {
    name: &'static str,
    /// The description in other words; nothing where there is nothing to rewrite.
    rewritten: fn(&Value) -> Option<Value>,
    /// The pages that may tell of it: what changed has a name of its own, and no client sees it.
    allowed: &'static [&'static str],
}

const REWRITES: &[Rewrite] = &[
    rewrite(
        "references are written out",
        write_references_out,
        &["event-message-renamed"],
    ),
    rewrite(
        "components have other names",
        rename_components,
        &["component-added", "component-removed"],
    ),
    rewrite(
        "schemas become components",
        extract_schemas,
        &["component-added", "component-removed"],
    ),
    rewrite("lists have another order", reverse_lists, &[]),
    rewrite("schemas are split by allOf", split_schemas, &[]),
    rewrite("schemas are wrapped in allOf", |it| wrap_schemas(it, "allOf"), &[]),
    rewrite("schemas are wrapped in anyOf", |it| wrap_schemas(it, "anyOf"), &[]),
    rewrite("schemas are wrapped in oneOf", |it| wrap_schemas(it, "oneOf"), &[]),
    rewrite("parameters move to the path", parameters_to_paths, &[]),
    rewrite("parameters move to the operations", parameters_to_operations, &[]),
    rewrite("defaults are written out", write_defaults_out, &[]),
    rewrite("types are lists, constants enumerations", respell_keywords, &[]),
    rewrite(
        "the next version of the specification",
        upgrade,
        &["spec-dialect-changed"],
    ),
    rewrite(
        "variables of paths have other names",
        rename_variables,
        &["path-variable-renamed"],
    ),
    rewrite("traits are written out", events::write_traits_out, &[]),
    rewrite("a message is a list of one", events::list_lone_messages, &[]),
    rewrite("messages become components", events::extract_messages, &[]),
    rewrite("channels have other keys", events::rename_channels, &[]),
    rewrite(
        "parameters of channels have other names",
        events::rename_parameters,
        &["event-message-renamed"],
    ),
    rewrite("messages are named one by one", events::name_all_messages, &[]),
    rewrite("payloads say their format", events::name_formats, &[]),
    rewrite(
        "the last version of a grammar",
        events::upgrade,
        &["spec-dialect-changed"],
    ),
    rewrite("the grammar of AsyncAPI 3", converted, &["spec-dialect-changed"]),
];

const fn rewrite(
    name: &'static str,
    rewritten: fn(&Value) -> Option<Value>,
    allowed: &'static [&'static str],
) -> Rewrite {
    Rewrite {
        name,
        rewritten,
        allowed,
    }
}

/// The maps of components, by the keys that lead there, and how references name them: that of schemas first.
fn holders(description: &Value) -> Vec<Vec<&'static str>> {
    if description.get("swagger").is_some() {
        return ["definitions", "parameters", "responses", "securityDefinitions"]
            .map(|name| vec![name])
            .to_vec();
    }
    let fields = table(description).fields(Kind::Components);
    let mut names: Vec<&str> = fields.filter_map(|field| field.key.well_known_text()).collect();
    names.sort_by_key(|name| *name != "schemas");
    names.into_iter().map(|name| vec!["components", name]).collect()
}

/// The component that a local reference leads to, by the keys to it; nothing where it leads elsewhere.
fn component(reference: &str) -> Option<Vec<String>> {
    let path = reference.strip_prefix("#/")?;
    let unescaped = |part: &str| pointer::percent_decode(part).replace("~1", "/").replace("~0", "~");
    Some(path.split('/').map(unescaped).collect())
}

fn at<'v>(description: &'v Value, path: &[String]) -> Option<&'v Value> {
    path.iter().try_fold(description, |value, part| value.get(part))
}

fn at_mut<'v>(description: &'v mut Value, path: &[&str]) -> Option<&'v mut Value> {
    path.iter().try_fold(description, |value, part| value.get_mut(*part))
}

fn reference(value: &Value) -> Option<&str> {
    value.get("$ref")?.as_str()
}

/// Runs `visit` over a copy, which is the rewritten description if one of the visits did something.
fn edited(description: &Value, mut visit: impl FnMut(Kind, &[String], &mut Value) -> bool) -> Option<Value> {
    let mut copy = description.clone();
    let mut edits = 0;
    walk(&mut copy, &mut |kind, path, json| {
        edits += usize::from(visit(kind, path, json));
    });
    (edits > 0).then_some(copy)
}

/// What a description holds that rewrites have to leave alone.
#[derive(Default)]
struct Fixed {
    /// The names of schemas that tell alternatives apart, where they have them from their components.
    names: BTreeSet<String>,
    /// References lead to parts of components, which rewrites would move.
    leads_inside: bool,
    /// Schemas have addresses of their own.
    has_addresses: bool,
}

impl Fixed {
    fn of(description: &Value) -> Self {
        let mut fixed = Self::default();
        let depth = holders(description)[0].len() + 1;
        let mut holding: BTreeSet<String> = BTreeSet::new();
        let mut extended: Vec<(String, Vec<String>)> = Vec::new();
        let name_of = |reference: &str| component(reference).and_then(|path| path.last().cloned());
        walk(&mut description.clone(), &mut |kind, path, json| {
            // What names a channel or a message leads to no component, and names it wherever that is put.
            if let Some(path) = reference(json).and_then(component).filter(|_| kind != Kind::Plain) {
                fixed.leads_inside |= path.len() != depth;
            }
            // A message without a name is called by that of the component.
            if kind == Kind::Message && path.len() == depth && json.get("name").is_none() {
                fixed.names.extend(path.last().cloned());
            }
            if kind != Kind::Schema {
                return;
            }
            fixed.has_addresses |= ["$id", "$anchor", "$dynamicAnchor", "$dynamicRef"]
                .iter()
                .any(|key| json.get(key).is_some());
            let within = |key: &str| -> Vec<String> {
                let list = json.get(key).and_then(Value::as_array).into_iter().flatten();
                list.filter_map(reference).filter_map(name_of).collect()
            };
            if path.len() == depth {
                extended.push((path[depth - 1].clone(), within("allOf")));
            }
            if json.get("discriminator").is_some() {
                fixed.names.extend(within("oneOf"));
                fixed.names.extend(within("anyOf"));
                // Who holds it may stand deep within a component.
                holding.extend(path.get(depth - 1).cloned());
                let mapping = json.pointer("/discriminator/mapping").and_then(Value::as_object);
                let targets = mapping.into_iter().flat_map(Map::values).filter_map(Value::as_str);
                fixed
                    .names
                    .extend(targets.filter_map(|text| name_of(text).or(Some(text.to_owned()))));
            }
        });
        loop {
            let before = holding.len();
            for (name, bases) in &extended {
                if bases.iter().any(|base| holding.contains(base)) {
                    holding.insert(name.clone());
                }
            }
            if holding.len() == before {
                break;
            }
        }
        fixed.names.extend(holding);
        fixed
    }

    fn has(&self, reference: &str) -> bool {
        component(reference).is_none_or(|path| path.last().is_none_or(|name| self.names.contains(name)))
    }

    /// Whether schemas can be put elsewhere.
    fn moves(&self) -> bool {
        !self.leads_inside && !self.has_addresses
    }
}

/// Whether a schema is an alternative that its name may tell from others.
fn is_alternative(path: &[String]) -> bool {
    path.len() > 1 && matches!(path[path.len() - 2].as_str(), "oneOf" | "anyOf")
}

fn is_file(schema: &Value) -> bool {
    schema["type"] == "file"
}

/// Each reference becomes a copy of what it leads to, whose own references stay.
fn write_references_out(description: &Value) -> Option<Value> {
    let fixed = Fixed::of(description);
    if !fixed.moves() {
        return None;
    }
    let table = table(description);
    edited(description, |kind, _, json| {
        let is_reference = kind == Kind::Schema || table.may_refer(kind);
        let Some(text) = reference(json).filter(|text| is_reference && !fixed.has(text)) else {
            return false;
        };
        let Some(target) = component(text).and_then(|path| at(description, &path)) else {
            return false;
        };
        let mut beside = json.as_object().cloned().unwrap_or_default();
        beside.remove("$ref");
        let counts = table.siblings() != Siblings::Ignored;
        if beside.is_empty() || !counts {
            *json = target.clone();
        } else if kind == Kind::Schema {
            if beside.contains_key("allOf") {
                return false;
            }
            beside.insert("allOf".to_owned(), json!([target]));
            *json = Value::Object(beside);
        } else {
            let mut copy = target.as_object().cloned().unwrap_or_default();
            for word in ["summary", "description"] {
                if let Some(text) = beside.remove(word).filter(|_| copy.contains_key(word)) {
                    copy.insert(word.to_owned(), text);
                }
            }
            *json = Value::Object(copy);
        }
        true
    })
}

fn rename_components(description: &Value) -> Option<Value> {
    let fixed = Fixed::of(description);
    let holders = holders(description);
    let renamed = |name: &str| format!("{name}Renamed");
    let is_scheme = |name: &str| {
        let mut maps = holders
            .iter()
            .filter(|holder| holder.iter().any(|key| key.starts_with("security")));
        maps.any(|holder| {
            let path: Vec<String> = holder.iter().copied().chain([name]).map(str::to_owned).collect();
            at(description, &path).is_some()
        })
    };
    let renames = |path: &[String]| {
        holders
            .iter()
            .any(|holder| path.len() > holder.len() && path.iter().zip(holder).all(|(a, b)| a == b))
            && !fixed.names.contains(&path[holders[0].len()])
            && !path[holders[0].len()].starts_with("x-")
    };
    let respelt = |text: &str| {
        let path = component(text).filter(|path| renames(path))?;
        let position = holders[0].len() + 1;
        let mut parts: Vec<String> = text.split('/').map(str::to_owned).collect();
        debug_assert!(path.len() + 1 == parts.len());
        parts[position] = renamed(&parts[position]);
        Some(Value::from(parts.join("/")))
    };
    let mut copy = edited(description, |kind, _, json| {
        if kind == Kind::SecurityRequirement
            && let Value::Object(schemes) = json
        {
            *schemes = std::mem::take(schemes)
                .into_iter()
                .map(|(name, scopes)| (if is_scheme(&name) { renamed(&name) } else { name }, scopes))
                .collect();
        }
        if let Some(text) = reference(json).and_then(respelt) {
            json["$ref"] = text;
        }
        if let Some(Value::Object(mapping)) = json.get_mut("mapping").filter(|_| kind == Kind::Discriminator) {
            for target in mapping.values_mut() {
                if let Some(text) = target.as_str().and_then(respelt) {
                    *target = text;
                }
            }
        }
        true
    })?;
    let mut count = 0;
    for holder in &holders {
        if let Some(Value::Object(map)) = at_mut(&mut copy, holder) {
            *map = std::mem::take(map)
                .into_iter()
                .map(|(name, value)| {
                    let path: Vec<String> = holder
                        .iter()
                        .copied()
                        .chain([name.as_str()])
                        .map(str::to_owned)
                        .collect();
                    let stays = !renames(&path);
                    count += usize::from(!stays);
                    (if stays { name } else { renamed(&name) }, value)
                })
                .collect();
        }
    }
    // What is written in another specification is not walked, and may refer to components, too.
    (count > 0 && is_whole(&copy) == is_whole(description)).then_some(copy)
}

fn extract_schemas(description: &Value) -> Option<Value> {
    if !Fixed::of(description).moves() {
        return None;
    }
    let holder = &holders(description)[0];
    let mut extracted = Map::new();
    let mut copy = edited(description, |kind, path, json| {
        let is_component = path.len() == holder.len() + 1 && path.iter().zip(holder).all(|(a, b)| a == b);
        // Among the components of AsyncAPI, what holds a schema says the format of that.
        let stays = ["$ref", "discriminator", "schema"]
            .iter()
            .any(|key| json.get(key).is_some())
            || is_component
            || is_alternative(path)
            || is_file(json)
            || !json.is_object();
        if kind != Kind::Schema || stays {
            return false;
        }
        let name = format!("Extracted{}", extracted.len());
        let to = json!({ "$ref": format!("#/{}/{name}", holder.join("/")) });
        extracted.insert(name, std::mem::replace(json, to));
        true
    })?;
    let mut map = &mut copy;
    for part in holder {
        map = map.as_object_mut()?.entry(*part).or_insert_with(|| json!({}));
    }
    map.as_object_mut()?.extend(extracted);
    Some(copy)
}

/// The lists in which the order of elements says nothing, by the kind that holds them; a `SecurityRequirement` holds
/// lists of scopes.
const UNORDERED: &[(Kind, &[&str])] = &[
    (Kind::Schema, &["required", "enum", "oneOf", "anyOf", "allOf", "type"]),
    (Kind::Parameter, &["enum"]),
    (Kind::Header, &["enum"]),
    (Kind::Items, &["enum"]),
    (
        Kind::Operation,
        &["parameters", "tags", "security", "consumes", "produces", "schemes"],
    ),
    (Kind::PathItem, &["parameters"]),
    (Kind::Root, &["security", "consumes", "produces", "schemes"]),
    (Kind::ServerVariable, &["enum"]),
    (Kind::Server, &["security"]),
    (Kind::Channel, &["servers"]),
    (Kind::Operation, &["messages"]),
    (Kind::Reply, &["messages"]),
    (Kind::Message, &["oneOf"]),
];

fn reverse_lists(description: &Value) -> Option<Value> {
    edited(description, |kind, _, json| {
        let mut edits = 0;
        let mut reverse = |list: &mut Value| {
            if let Value::Array(elements) = list
                && elements.len() > 1
            {
                elements.reverse();
                edits += 1;
            }
        };
        let lists = UNORDERED.iter().filter(|(holder, _)| *holder == kind);
        for name in lists.flat_map(|(_, names)| names.iter()) {
            json.get_mut(name).map(&mut reverse);
        }
        if let Some(schemes) = json.as_object_mut().filter(|_| kind == Kind::SecurityRequirement) {
            schemes.values_mut().for_each(&mut reverse);
        }
        edits > 0
    })
}

/// What a part of a schema demands without looking at its other keywords.
const ALONE: &[&str] = &[
    "type",
    "nullable",
    "required",
    "format",
    "enum",
    "const",
    "maxLength",
    "multipleOf",
];
/// What stands beside the parts: words, and what is said of the place.
const AROUND: &[&str] = &[
    "title",
    "description",
    "default",
    "example",
    "examples",
    "deprecated",
    "readOnly",
    "writeOnly",
    "xml",
    "externalDocs",
];

fn split_schemas(description: &Value) -> Option<Value> {
    if !Fixed::of(description).moves() {
        return None;
    }
    let whole = [
        "$ref",
        "allOf",
        "discriminator",
        "unevaluatedProperties",
        "unevaluatedItems",
        "$defs",
        "definitions",
    ];
    edited(description, |kind, _, json| {
        let Some(keywords) = json.as_object_mut().filter(|_| kind == Kind::Schema) else {
            return false;
        };
        let is_alone = |name: &str| ALONE.contains(&name);
        let is_around = |name: &str| AROUND.contains(&name) || name.starts_with("x-");
        let rest = keywords.keys().any(|name| !is_alone(name) && !is_around(name));
        let stays = whole.iter().any(|key| keywords.contains_key(*key)) || keywords.get("type") == Some(&json!("file"));
        if stays || !rest || !keywords.keys().any(|name| is_alone(name)) {
            return false;
        }
        let (mut alone, mut rest, mut around) = (Map::new(), Map::new(), Map::new());
        for (name, value) in std::mem::take(keywords) {
            let part = if is_alone(&name) {
                &mut alone
            } else if is_around(&name) {
                &mut around
            } else {
                &mut rest
            };
            part.insert(name, value);
        }
        around.insert("allOf".to_owned(), json!([alone, rest]));
        *keywords = around;
        true
    })
}

fn wrap_schemas(description: &Value, keyword: &str) -> Option<Value> {
    let is_known = keyword == "allOf" || description.get("swagger").is_none();
    if !is_known || !Fixed::of(description).moves() {
        return None;
    }
    edited(description, |kind, path, json| {
        let stays = json.get("discriminator").is_some() || is_alternative(path) || is_file(json) || !json.is_object();
        if kind != Kind::Schema || stays {
            return false;
        }
        *json = json!({ keyword: [json.take()] });
        true
    })
}

const METHODS: &[&str] = &[
    "get", "put", "post", "delete", "options", "head", "patch", "trace", "query",
];

fn parameters_to_paths(description: &Value) -> Option<Value> {
    edited(description, |kind, _, json| {
        if kind != Kind::PathItem || json.get("additionalOperations").is_some() || json.get("parameters").is_some() {
            return false;
        }
        let mut operations = METHODS.iter().filter(|method| json.get(method).is_some());
        let (Some(method), None) = (operations.next(), operations.next()) else {
            return false;
        };
        let moved = json[method]
            .as_object_mut()
            .and_then(|operation| operation.remove("parameters"));
        let has_moved = moved.is_some();
        if let Some(parameters) = moved {
            json["parameters"] = parameters;
        }
        has_moved
    })
}

fn parameters_to_operations(description: &Value) -> Option<Value> {
    let resolved = |parameter: &Value| -> Option<(Value, Value)> {
        let target = match reference(parameter) {
            Some(text) => at(description, &component(text)?)?,
            None => parameter,
        };
        Some((target.get("name")?.clone(), target.get("in")?.clone()))
    };
    edited(description, |kind, _, json| {
        let is_plain =
            kind == Kind::PathItem && json.get("additionalOperations").is_none() && json.get("$ref").is_none();
        let Some(shared) = json
            .as_object_mut()
            .filter(|_| is_plain)
            .and_then(|path| path.remove("parameters"))
        else {
            return false;
        };
        let shared = shared.as_array().cloned().unwrap_or_default();
        for method in METHODS {
            let Some(operation) = json.get_mut(method).and_then(Value::as_object_mut) else {
                continue;
            };
            let own = operation.entry("parameters").or_insert_with(|| json!([]));
            let Some(own) = own.as_array_mut() else { continue };
            let known: Vec<_> = own.iter().map(resolved).collect();
            own.extend(
                shared
                    .iter()
                    .filter(|parameter| !known.contains(&resolved(parameter)))
                    .cloned(),
            );
        }
        true
    })
}

/// The defaults that the tables tell of are what an absent field means.
fn write_defaults_out(description: &Value) -> Option<Value> {
    let table = table(description);
    edited(description, |kind, _, json| {
        // What a body is, its schema says.
        let stays =
            |object: &&mut Map<String, Value>| object.contains_key("$ref") || object.get("in") == Some(&json!("body"));
        let Some(object) = json.as_object_mut().filter(|object| !stays(object)) else {
            return false;
        };
        let defaults = table
            .fields(kind)
            .filter_map(|field| Some((field.key.well_known_text()?, field.default?)));
        let mut edits = 0;
        for (name, default) in defaults {
            if !object.contains_key(name) {
                object.insert(name.to_owned(), serde_json::from_str(default).unwrap());
                edits += 1;
            }
        }
        edits > 0
    })
}

fn respell_keywords(description: &Value) -> Option<Value> {
    // Types are single words, and there are no constants, in the schemas of OpenAPI before 3.1.
    let version = description.get("openapi").or(description.get("asyncapi"))?.as_str()?;
    if description.get("openapi").is_some() && version.starts_with("3.0") {
        return None;
    }
    edited(description, |kind, _, json| {
        let Some(keywords) = json.as_object_mut().filter(|_| kind == Kind::Schema) else {
            return false;
        };
        let mut edits = 0;
        if let Some(word) = keywords.get_mut("type").filter(|types| types.is_string()) {
            *word = json!([word]);
            edits += 1;
        }
        if !keywords.contains_key("enum")
            && let Some(value) = keywords.remove("const")
        {
            keywords.insert("enum".to_owned(), json!([value]));
            edits += 1;
        }
        edits > 0
    })
}

fn upgrade(description: &Value) -> Option<Value> {
    let version = description.get("openapi")?.as_str()?;
    if version.starts_with("3.1") {
        let mut copy = description.clone();
        copy["openapi"] = json!("3.2.0");
        return Some(copy);
    }
    if !version.starts_with("3.0") {
        return None;
    }
    let table = table(description);
    let mut copy = edited(description, |kind, _, json| {
        let Some(object) = json.as_object_mut() else {
            return true;
        };
        // What was ignored beside a reference would count now.
        if object.contains_key("$ref") && table.may_refer(kind) {
            object.retain(|name, _| name == "$ref");
        }
        if kind == Kind::Schema {
            if object.remove("nullable") == Some(json!(true))
                && let Some(word) = object.get_mut("type")
            {
                *word = json!([word, "null"]);
            }
            for (bound, exclusive) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")] {
                if object.remove(exclusive) == Some(json!(true))
                    && let Some(value) = object.remove(bound)
                {
                    object.insert(exclusive.to_owned(), value);
                }
            }
        }
        true
    })?;
    copy["openapi"] = json!("3.1.1");
    Some(copy)
}

fn rename_variables(description: &Value) -> Option<Value> {
    let links = std::cell::Cell::new(false);
    let mut copy = edited(description, |kind, _, json| {
        links.set(links.get() || kind == Kind::Link);
        if kind == Kind::Parameter && json["in"] == "path" {
            json["name"] = json!(format!("{}Renamed", json["name"].as_str().unwrap_or_default()));
        }
        true
    })?;
    let mut count = 0;
    if let Some(Value::Object(paths)) = copy.get_mut("paths").filter(|_| !links.get()) {
        *paths = std::mem::take(paths)
            .into_iter()
            .map(|(template, path)| {
                count += usize::from(template.contains('{'));
                let is_template = template.starts_with('/');
                (
                    if is_template {
                        template.replace('}', "Renamed}")
                    } else {
                        template
                    },
                    path,
                )
            })
            .collect();
    }
    (count > 0).then_some(copy)
}

/// What a rewrite says that it must not, in either direction.
fn differences(rewrite: &Rewrite, before: &str, after: &str) -> Vec<Told> {
    let mut all = changes(before, after);
    all.extend(changes(after, before));
    all.retain(|change| !rewrite.allowed.contains(&&*change.page.id));
    all
}

/// Applies every rewrite to a description; tells how many could be, and what was wrong.
fn check(name: &str, description: &Value, until: Option<Instant>) -> (usize, Vec<String>) {
    let mut count = 0;
    let mut wrong = Vec::new();
    let before = write(description, Written::Json);
    for rewrite in REWRITES {
        if until.is_some_and(|until| Instant::now() > until) {
            break;
        }
        let Some(rewritten) = (rewrite.rewritten)(description) else {
            continue;
        };
        count += 1;
        let start = Instant::now();
        let found = differences(rewrite, &before, &write(&rewritten, Written::Json));
        if std::env::var_os("LAWS_TIMES").is_some() {
            println!("{name}: {}: {:?}", rewrite.name, start.elapsed());
        }
        if !found.is_empty() {
            let some: Vec<Told> = found.iter().take(6).cloned().collect();
            wrong.push(format!(
                "{name}: {}: {} changes\n{}",
                rewrite.name,
                found.len(),
                told(&some)
            ));
        }
    }
    for (name_of, written) in [("YAML", Written::Yaml), ("keys the other way round", Written::Reversed)] {
        count += 1;
        let found = changes(&before, &write(description, written));
        if !found.is_empty() {
            wrong.push(format!("{name}: {name_of}: {} changes\n{}", found.len(), told(&found)));
        }
    }
    (count, wrong)
}

#[test]
fn rewrites_of_own_descriptions_change_nothing() {
    let mut by_rewrite: BTreeMap<&str, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for file in property::own_files("fixtures", &["yaml"]) {
        let text = fs::read_to_string(&file).unwrap();
        let is_description = |line: &str| line.starts_with("openapi:") || line.starts_with("asyncapi:");
        if !text.lines().any(is_description) {
            continue;
        }
        let name = file.file_name().unwrap().to_str().unwrap();
        let description = read(name, &text);
        for rewrite in REWRITES {
            *by_rewrite.entry(rewrite.name).or_default() += usize::from((rewrite.rewritten)(&description).is_some());
        }
        wrong.extend(check(name, &description, None).1);
        assert!(changes(&text, &write(&description, Written::Json)).is_empty());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{by_rewrite:#?}");
    let untried: Vec<&&str> = by_rewrite
        .iter()
        .filter(|(_, count)| **count == 0)
        .map(|(name, _)| name)
        .collect();
    assert!(
        untried.is_empty(),
        "nothing of the own descriptions can be rewritten by {untried:?}"
    );
}

#[test]
fn what_is_put_together_otherwise_by_hand_changes_nothing() {
    let [before, after] = ["before", "after"].map(|version| {
        let path = format!("fixtures/breaking/put-together/{version}.yaml");
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
    });
    for found in [changes(&before, &after), changes(&after, &before)] {
        assert!(found.is_empty(), "{}", told(&found));
    }
}

/// A rewrite of real descriptions may take no longer than this; what is left then is left.
const LONGEST: Duration = Duration::from_secs(300);

#[test]
fn rewrites_of_real_descriptions_change_nothing() {
    let Some(folder) = outside::corpus("") else { return };
    let index = fs::read_to_string(folder.join("INDEX.tsv")).unwrap();
    let mut documents: Vec<(u64, &str)> = index
        .lines()
        .skip(1)
        .map(|line| line.split('\t').collect::<Vec<&str>>())
        .filter(|row| {
            row.len() > 2
                && (row[1].starts_with("openapi") || row[1].starts_with("asyncapi"))
                && !row[0].ends_with("old.json")
        })
        .map(|row| (row[2].parse().unwrap_or(u64::MAX), row[0]))
        .collect();
    documents.sort_unstable();
    let most: u64 = std::env::var("LAWS_BYTES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(u64::MAX);
    let until = Instant::now() + LONGEST;
    let (mut rewrites, mut compared) = (0, 0);
    let mut wrong = Vec::new();
    for (_, path) in documents.iter().filter(|(size, _)| *size <= most) {
        let Ok(text) = fs::read_to_string(folder.join(path)) else {
            continue;
        };
        let description = read(path, &text);
        // AsyncAPI 1.x is not read.
        if description["asyncapi"]
            .as_str()
            .is_some_and(|version| version.starts_with('1'))
        {
            continue;
        }
        // What stands in other files is not there.
        if references(&description)
            .iter()
            .any(|reference| !reference.starts_with('#'))
        {
            continue;
        }
        let (count, found) = check(path, &description, Some(until));
        rewrites += count;
        compared += 1;
        wrong.extend(found);
    }
    println!("{compared} descriptions, {rewrites} rewrites, {} wrong", wrong.len());
    assert!(
        rewrites > 0,
        "none of {} descriptions of at most {most} bytes was rewritten",
        documents.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn rewrites_of_any_description_change_nothing() {
    let quota = Quota { cases: 48, least: 48 };
    quota.run(any_description(), |description| {
        let (count, wrong) = check("generated", &description.0, None);
        prop_assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        Ok(count)
    });
}

/// Two rewrites, one after the other.
#[test]
fn rewrites_of_rewrites_change_nothing() {
    let rewrites = || prop::sample::select(REWRITES);
    let quota = Quota { cases: 48, least: 24 };
    quota.run(
        (any_description(), rewrites(), rewrites()),
        |(description, first, second)| {
            let description = description.0;
            let once = (first.rewritten)(&description).unwrap_or_else(|| description.clone());
            let twice = (second.rewritten)(&once).unwrap_or(once);
            let mut found = changes(&write(&description, Written::Json), &write(&twice, Written::Yaml));
            found.retain(|change| {
                !first.allowed.contains(&&*change.page.id) && !second.allowed.contains(&&*change.page.id)
            });
            prop_assert!(found.is_empty(), "{}, {}:\n{}", first.name, second.name, told(&found));
            Ok(usize::from(twice != description))
        },
    );
}
