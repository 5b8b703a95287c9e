//! `docs/stipula.schema.json`: the schema of `stipula.yaml`, made of the types that the file is read into.
//!
//! What is derived stands beside the types; here stands what is read by hand, and the test that the file is as the types
//! are. `STIPULA_UPDATE=1 cargo test --lib policy::schema` writes it anew.

use super::config::{Between, Data, OneOrMany, Policies, PromiseWords, RuleFields, RuleSetting, RuleSettings};
use super::level::{Level, NAMES, Preset};
use super::read::Spanned;
use super::verify::{
    Auth, AuthFields, ContractFields, ContractSource, Contracts, Isolation, OperationName, Rate, SecretReference,
    StateFields, StateSettings, Time,
};
use crate::finding::Severity;
use crate::rules::changes::{AnyPromise, POLICIES};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::borrow::Cow;

/// Gives types a schema that is written where they are used.
macro_rules! inline {
    ($($type:ty => |$generator:ident| $schema:expr;)+) => {$(
        impl JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema($generator: &mut SchemaGenerator) -> Schema {
                $schema
            }
        }
    )+};
}

/// One of something, or a list of it.
fn or_list(one: Schema) -> Schema {
    json_schema!({ "anyOf": [one, { "type": "array", "items": one }] })
}

inline! {
    Data => |_generator| json_schema!(true);
    OneOrMany => |generator| or_list(generator.subschema_for::<String>());
    Policies => |_generator| {
        let names: Vec<&str> = POLICIES.iter().map(|policy| policy.name).collect();
        or_list(json_schema!({ "enum": names }))
    };
    Contracts => |generator| or_list(generator.subschema_for::<ContractSource>());
    ContractSource => |generator| json_schema!({
        "anyOf": [{ "type": "string" }, generator.subschema_for::<ContractFields>()]
    });
    Auth => |generator| generator.subschema_for::<AuthFields>();
    StateSettings => |generator| generator.subschema_for::<StateFields>();
    Severity => |_generator| {
        let names: Vec<&str> = Severity::ALL.iter().map(|severity| severity.name()).collect();
        json_schema!({ "enum": names })
    };
    PromiseWords => |_generator| {
        let names: Vec<&str> = AnyPromise::names().collect();
        or_list(json_schema!({ "enum": names }))
    };
    Preset => |_generator| json_schema!({ "enum": &*NAMES });
    SecretReference => |_generator| json_schema!({ "type": "string", "pattern": "^(env|file|command):." });
    Time => |_generator| json_schema!({ "type": "string", "pattern": "^[0-9.]+(ms|s|m|min)$" });
    Isolation => |_generator| json_schema!({ "type": "string", "pattern": "^(serial|by-name|none|by-param:.+)$" });
    OperationName => |_generator| json_schema!({ "type": "string", "pattern": "^ *[^ ]+ +/" });
    Rate => |_generator| json_schema!({ "type": "number", "minimum": 0.001, "maximum": 1_000_000 });
    RuleSetting => |generator| json_schema!({
        "anyOf": [
            generator.subschema_for::<Level>(),
            { "type": "boolean", "description": "`false` is the same as `off`." },
            generator.subschema_for::<RuleFields>()
        ]
    });
    RuleSettings => |generator| {
        let rule = generator.subschema_for::<RuleSetting>();
        let rules = json_schema!({ "type": "object", "additionalProperties": rule });
        json_schema!({
            "type": "object",
            "properties": {
                "extends": or_list(generator.subschema_for::<Preset>()),
                "paths": {
                    "description": "What rules do in some files: globs with rules, the last one that fits wins.",
                    "type": "object",
                    "additionalProperties": rules
                }
            },
            "additionalProperties": rule
        })
    };
}

impl<const MIN: u32, const MAX: u32> JsonSchema for Between<MIN, MAX> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Between".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": MIN, "maximum": MAX })
    }
}

impl<T: JsonSchema> JsonSchema for Spanned<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<T>()
    }
}

#[cfg(test)]
mod tests {
    use super::super::config::{Config, ConfigError};
    use super::super::read;
    use crate::source::{Limits, Source};
    use crate::syntax;
    use serde_json::Value;
    use std::fs;
    use std::path::{Path, PathBuf};
    use std::sync::Arc;

    fn root() -> &'static Path {
        Path::new(env!("CARGO_MANIFEST_DIR"))
    }

    fn schema() -> Value {
        let mut schema = schemars::schema_for!(Config).to_value();
        schema["title"] = "stipula.yaml".into();
        schema
    }

    fn read_config(text: &str) -> Result<Config, ConfigError> {
        Config::read(&Arc::new(Source::from_text("stipula.yaml", text)))
    }

    /// What a YAML text holds, if it can be read.
    fn value_of(text: &str) -> Option<Value> {
        let tree = syntax::read(&Arc::new(Source::from_text("stipula.yaml", text)), &Limits::default());
        tree.problems().is_empty().then(|| read::from_tree(&tree).ok())?
    }

    /// The configurations that tests and documents of the project show.
    fn configurations() -> Vec<(PathBuf, String)> {
        let mut found = Vec::new();
        let mut folders = vec![root().join("tests/cli"), root().join("docs"), root().join("examples")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let Ok(text) = fs::read_to_string(&path) else { continue };
                match path.extension().and_then(|extension| extension.to_str()) {
                    Some("yaml") if text.contains("rules:") || text.contains("apis:") => found.push((path, text)),
                    Some("md") => {
                        let blocks = text
                            .split("```yaml\n")
                            .skip(1)
                            .filter_map(|rest| rest.split("```").next());
                        let blocks = blocks.filter(|block| block.starts_with("apis:") || block.starts_with("verify:"));
                        found.extend(blocks.map(|block| (path.clone(), block.to_owned())));
                    }
                    _ => {}
                }
            }
        }
        found
    }

    #[test]
    fn the_file_is_as_the_types_are() {
        let path = root().join("docs/stipula.schema.json");
        let made = format!("{}\n", serde_json::to_string_pretty(&schema()).expect("it is JSON"));
        if std::env::var_os("STIPULA_UPDATE").is_some() {
            fs::write(&path, &made).expect("it can be written");
        }
        assert!(
            fs::read_to_string(&path).is_ok_and(|there| there == made),
            "docs/stipula.schema.json is out of date: STIPULA_UPDATE=1 cargo test --lib policy::schema"
        );
    }

    #[test]
    fn what_is_read_is_valid() {
        let schema = schema();
        jsonschema::meta::validate(&schema).expect("it is a schema");
        let schema = jsonschema::validator_for(&schema).expect("it is a schema");
        let mut tried = 0;
        for (path, text) in configurations() {
            let Some(value) = value_of(&text) else { continue };
            if read_config(&text).is_err() || value.is_null() {
                continue;
            }
            tried += 1;
            let errors: Vec<String> = schema.iter_errors(&value).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{}: {errors:?}\n{text}", path.display());
        }
        assert!(tried > 15, "only {tried} configurations were found");
    }

    #[test]
    fn what_is_not_read_is_not_valid() {
        let schema = jsonschema::validator_for(&schema()).expect("it is a schema");
        for text in [
            "fail-onn: error",
            "fail-on: critical",
            "apis: {}",
            "apis: [{ specs: a.yaml }]",
            "apis: [{ spec: { a: 1 } }]",
            "apis: [{ proto: { roots: a } }]",
            "rules: { extends: recomended }",
            "rules: { resource-plural: of }",
            "rules: { resource-plural: { levl: off } }",
            "rules: { paths: { 'a/**': { resource-plural: 1 } } }",
            "limits: { depth: 7 }",
            "limits: { depth: -1 }",
            "breaking: { policy: lenient }",
            "breaking: { unknown: none }",
            "breaking: { promise: wires }",
            "breaking: { packages: { acme: wires } }",
            "verify: { auth: { bearer: secret } }",
            "verify: { auth: { bearer: 'env:A', command: b } }",
            "verify: { timeouts: { total: 10 } }",
            "verify: { states: { isolation: by-param } }",
            "verify: { latency: { operations: { '/orders': 1s } } }",
            "apis: [{ contracts: [{ bearer: 'env:A' }] }]",
        ] {
            let value = value_of(text).expect("it is YAML");
            assert!(read_config(text).is_err(), "{text} is read");
            assert!(!schema.is_valid(&value), "{text} is valid");
        }
    }
}
