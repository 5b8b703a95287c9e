//! Laws of holding contracts against descriptions, on schemas and values that chance makes.

use crate::property::Quota;
use crate::schema_validator::{Dialect, complaints, schemas, value};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::Arc;
use stipula::conformance::{Descriptions, Remark, RemarkKind};
use stipula::contract;
use stipula::formats::{LoadOptions, Side, load_contracts};
use stipula::source::{Files, Limits, Source};

/// What is told of a contract with one body, whose values all have to be as recorded, or of the same type.
fn remarks(schemas: &Value, body: &Value, by_type: bool) -> Vec<Remark> {
    let schema = json!({ "$ref": "#/components/schemas/S" });
    let content = json!({ "application/json": { "schema": schema } });
    let description = json!({
        "openapi": "3.1.0",
        "info": { "title": "any", "version": "1" },
        "paths": { "/any": { "get": { "responses": { "200": { "description": "one", "content": content } } } } },
        "components": { "schemas": schemas },
    });
    let rules = match by_type {
        true => json!({ "body": { "$": { "matchers": [{ "match": "type" }] } } }),
        false => json!({}),
    };
    let contract = json!({
        "consumer": { "name": "one" },
        "provider": { "name": "other" },
        "interactions": [{
            "description": "any",
            "request": { "method": "GET", "path": "/any" },
            "response": {
                "status": 200,
                "headers": { "Content-Type": "application/json" },
                "body": body,
                "matchingRules": rules,
            },
        }],
        "metadata": { "pactSpecification": { "version": "3.0.0" } },
    });
    let source = |name: &str, text: &Value| Arc::new(Source::from_text(name, text.to_string()));
    let files = Files::new(Limits::default(), std::env::temp_dir());
    let side = Side {
        sources: vec![source("openapi.json", &description)],
        files: &files,
    };
    let contracts = vec![source("contract.json", &contract)];
    let loaded = load_contracts(contracts, &side, &LoadOptions::default(), &|| {});
    let documents = loaded.new.ids();
    let contract = contract::read(&loaded.workspace, loaded.contracts.ids()[0]);
    let mut descriptions = Descriptions::new(&loaded.workspace, &documents);
    descriptions.hold(&contract.interactions[0]).remarks
}

/// Takes a member out of an object somewhere in a value.
fn lessened(value: &mut Value, at: &mut usize) -> bool {
    match value {
        Value::Object(members) => {
            if members.is_empty() {
                return false;
            }
            if *at < members.len() {
                let name = members.keys().nth(*at).cloned().unwrap();
                members.remove(&name);
                return true;
            }
            *at -= members.len();
            members.values_mut().any(|member| lessened(member, at))
        }
        Value::Array(elements) => elements.iter_mut().any(|element| lessened(element, at)),
        _ => false,
    }
}

/// An answer that the description allows may be expected, and so may a part of it.
#[test]
fn laws_what_may_come_may_be_expected() {
    let quota = Quota {
        cases: 1_500,
        least: 300,
    };
    let strategy = (schemas(Dialect::V31), value(Dialect::V31), any::<bool>(), 0_usize..6);
    quota.run(strategy, |(schemas, body, by_type, mut at)| {
        // Of a body that is `null`, nothing is read; one that is a string may be the text of another value.
        if body.is_null() || body.is_string() || !complaints(Dialect::V31, &schemas, &body).is_empty() {
            return Ok(0);
        }
        let never = |body: &Value| {
            let mut remarks = remarks(&schemas, body, by_type);
            remarks.retain(|remark| {
                matches!(
                    remark.kind,
                    RemarkKind::Value | RemarkKind::Response | RemarkKind::Operation
                )
            });
            remarks
        };
        let told = never(&body);
        prop_assert!(told.is_empty(), "{schemas}\n{body}\n{told:#?}");
        let mut lesser = body.clone();
        if lessened(&mut lesser, &mut at) {
            let told = never(&lesser);
            prop_assert!(told.is_empty(), "{schemas}\n{lesser}, a part of {body}\n{told:#?}");
        }
        Ok(1)
    });
}
