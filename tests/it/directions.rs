//! Properties that do not travel in a direction: what marks them may stand anywhere among the schemas that hold together,
//! and the sets, the replay and the validator of examples say the same of them.

use crate::property;
use crate::schema_validator::{Dialect, description};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use stipula::document::http::Direction;
use stipula::document::{Node, Workspace};
use stipula::schema::{Bounds, Replay, Schemas, Validator};

const DIALECTS: [Dialect; 2] = [Dialect::V30, Dialect::V31];

fn component<'w>(workspace: &'w Workspace, name: &str) -> Node<'w> {
    let root = workspace.root(workspace.ids().next().unwrap());
    ["components", "schemas", name]
        .iter()
        .fold(root, |node, key| node.find(key).unwrap())
}

fn to(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// Whether the schema `S` takes a value in a direction, which all agree on.
#[track_caller]
fn takes(dialect: Dialect, schemas: &Value, direction: Direction, value: &Value) -> bool {
    let workspace = description(dialect, schemas, value);
    let schema = component(&workspace, "S");
    let mut sets = Schemas::new(Bounds::default());
    let read = sets.read(&[schema], Some(direction));
    let accepted = sets.accepts(read, value).unwrap();
    let replayed = Replay::new().check(&[schema], Some(direction), value).unwrap();
    assert_eq!(replayed.is_none(), accepted, "{value} against {schemas}: {replayed:?}");
    let root = workspace.root(workspace.ids().next().unwrap());
    let mismatches = Validator::default().validate(schema, root.find("x-value").unwrap(), Some(direction));
    assert_eq!(
        mismatches.is_empty(),
        accepted,
        "{value} against {schemas}: {mismatches:?}"
    );
    accepted
}

/// The same demands and marks, put together in other ways.
fn spellings() -> Vec<Value> {
    let id = json!({ "type": "string", "readOnly": true });
    let demands = json!({ "type": "object", "required": ["id", "name"] });
    let members = json!({ "properties": { "id": id, "name": { "type": "string" } } });
    let parts = json!({
        "Id": id,
        "WrappedId": { "anyOf": [{ "allOf": [to("Id")] }] },
        "Demands": demands,
        "Members": members,
        "Both": { "allOf": [to("Members"), to("Demands")] },
    });
    let with_id = |schema: Value| json!({ "properties": { "id": schema, "name": { "type": "string" } } });
    let all = |branches: Value| json!({ "allOf": branches });
    let mut spellings = vec![
        json!({ "type": "object", "required": ["id", "name"], "properties": members["properties"] }),
        to("Both"),
    ];
    for members in [
        members,
        with_id(to("Id")),
        with_id(to("WrappedId")),
        with_id(json!({ "oneOf": [to("Id")] })),
        with_id(json!({ "allOf": [{ "type": "string" }, { "readOnly": true }] })),
        to("Members"),
        all(json!([to("Members")])),
        json!({ "anyOf": [to("Members")] }),
        all(json!([
            { "properties": { "id": { "type": "string" }, "name": { "type": "string" } } },
            { "properties": { "id": { "readOnly": true } } },
        ])),
    ] {
        for demands in [
            demands.clone(),
            to("Demands"),
            all(json!([to("Demands")])),
            json!({ "oneOf": [to("Demands")] }),
            all(json!([{ "type": "object", "required": ["id"] }, { "required": ["name"] }])),
        ] {
            spellings.push(all(json!([members, demands])));
            spellings.push(all(json!([demands, members])));
            spellings.push(all(json!([all(json!([members])), all(json!([demands]))])));
        }
    }
    spellings
        .into_iter()
        .map(|spelling| {
            let mut schemas = parts.clone();
            schemas["S"] = spelling;
            schemas
        })
        .collect()
}

#[test]
fn a_mark_counts_wherever_it_stands() {
    for mut schemas in spellings() {
        schemas["Request"] =
            json!({ "type": "object", "required": ["name"], "properties": { "name": { "type": "string" } } });
        schemas["Response"] = json!({ "type": "object", "required": ["id", "name"], "properties": {
            "id": { "type": "string" }, "name": { "type": "string" },
        } });
        for dialect in DIALECTS {
            let workspace = description(dialect, &schemas, &Value::Null);
            let mut sets = Schemas::new(Bounds::default());
            for (direction, name) in [(Direction::Request, "Request"), (Direction::Response, "Response")] {
                let mut read = |name| sets.read(&[component(&workspace, name)], Some(direction));
                assert_eq!(read("S"), read(name), "{direction:?}: {}", schemas["S"]);
            }
            for (value, request, response) in [
                (json!({ "name": "a" }), true, false),
                (json!({ "id": "a", "name": "a" }), true, true),
                (json!({ "id": "a" }), false, false),
            ] {
                assert_eq!(takes(dialect, &schemas, Direction::Request, &value), request);
                assert_eq!(takes(dialect, &schemas, Direction::Response, &value), response);
            }
        }
    }
}

/// Several schemas that are read together hold together.
#[test]
fn schemas_that_are_read_together_share_their_marks() {
    let schemas = json!({
        "Demands": { "required": ["id"] },
        "Members": { "properties": { "id": { "readOnly": true } } },
    });
    let workspace = description(Dialect::V30, &schemas, &Value::Null);
    let mut sets = Schemas::new(Bounds::default());
    let mut parts = ["Demands", "Members"].map(|name| component(&workspace, name));
    for _ in 0..2 {
        let anything = sets.anything();
        assert_eq!(sets.read(&parts, Some(Direction::Request)), anything);
        let replayed = Replay::new().check(&parts, Some(Direction::Request), &json!({}));
        assert_eq!(replayed, Ok(None));
        parts.reverse();
    }
}

/// An alternative, a condition and a negation speak for themselves: marks lead neither into them nor out.
#[test]
fn what_need_not_hold_is_apart() {
    let marks = json!({ "properties": { "id": { "readOnly": true } } });
    let demands = json!({ "required": ["id"] });
    let other = json!({ "required": ["other"] });
    for schema in [
        json!({ "allOf": [demands, { "anyOf": [marks, other] }] }),
        json!({ "allOf": [demands, { "oneOf": [marks, other] }] }),
        json!({ "allOf": [marks, { "anyOf": [demands, other] }] }),
        json!({ "allOf": [marks, { "oneOf": [demands, other] }] }),
        json!({ "allOf": [marks, { "not": { "not": demands } }] }),
        json!({ "allOf": [demands, { "not": { "not": marks } }] }),
    ] {
        let schemas = json!({ "S": schema });
        for dialect in DIALECTS {
            assert!(!takes(dialect, &schemas, Direction::Request, &json!({})), "{schema}");
            assert!(
                takes(dialect, &schemas, Direction::Request, &json!({ "id": 1 })),
                "{schema}"
            );
        }
    }
    for schema in [
        json!({ "allOf": [marks, { "if": {}, "then": demands }] }),
        json!({ "allOf": [demands, { "if": {}, "then": marks }] }),
        json!({ "allOf": [marks, { "dependentSchemas": { "x": demands } }] }),
    ] {
        let schemas = json!({ "S": schema });
        assert!(
            !takes(Dialect::V31, &schemas, Direction::Request, &json!({ "x": 1 })),
            "{schema}"
        );
    }
    // But each holds together within itself.
    let together = json!({ "allOf": [demands, marks] });
    for schema in [
        json!({ "anyOf": [together, { "type": "null" }] }),
        json!({ "not": { "not": together } }),
        json!({ "properties": { "a": together }, "required": ["a"] }),
    ] {
        let schemas = json!({ "S": schema });
        for value in [json!({}), json!({ "a": {} })] {
            let expected = schema.get("required").is_none() || value.get("a").is_some();
            assert_eq!(
                takes(Dialect::V31, &schemas, Direction::Request, &value),
                expected,
                "{schema}"
            );
        }
    }
}

/// What stands beside a reference counts since 3.1.
#[test]
fn marks_beside_references_count_where_those_do() {
    let schemas = json!({
        "S": { "required": ["id"], "properties": { "id": { "$ref": "#/components/schemas/Id", "readOnly": true } } },
        "Id": { "type": "string" },
    });
    for (dialect, expected) in [(Dialect::V30, false), (Dialect::V31, true)] {
        assert_eq!(takes(dialect, &schemas, Direction::Request, &json!({})), expected);
    }
    let schemas = json!({
        "S": { "$ref": "#/components/schemas/Demands", "properties": { "id": { "readOnly": true } } },
        "Demands": { "required": ["id"] },
    });
    for (dialect, expected) in [(Dialect::V30, false), (Dialect::V31, true)] {
        assert_eq!(takes(dialect, &schemas, Direction::Request, &json!({})), expected);
    }
}

/// A schema that refers to another one, which refers back to it through a property, is read in two places at once.
#[test]
fn marks_count_in_schemas_that_refer_to_each_other() {
    let schemas = json!({
        "S": { "allOf": [to("Base"), { "properties": { "id": { "readOnly": true } } }] },
        "Base": { "type": "object", "required": ["id"], "properties": { "child": to("S"), "base": to("Base") } },
    });
    for dialect in DIALECTS {
        for (value, expected) in [
            (json!({}), true),
            (json!({ "child": { "child": {} } }), true),
            (json!({ "child": { "base": {} } }), false),
            (json!({ "base": { "id": 1, "child": {} } }), true),
            (
                json!({ "base": { "id": 1, "child": { "base": { "child": {} } } } }),
                false,
            ),
        ] {
            assert_eq!(
                takes(dialect, &schemas, Direction::Request, &value),
                expected,
                "{value}"
            );
        }
    }
}

/// The members that a pattern names are marked as one.
#[test]
fn patterns_mark_their_members() {
    let schemas = json!({ "S": { "allOf": [
        { "patternProperties": { "^a": { "type": "string" } } },
        { "patternProperties": { "^a": { "readOnly": true }, "^b": { "type": "string" } } },
    ] } });
    let workspace = description(Dialect::V31, &schemas, &Value::Null);
    let schema = component(&workspace, "S");
    let mut sets = Schemas::new(Bounds::default());
    for (direction, value, expected) in [
        (Direction::Request, json!({ "a": 1 }), true),
        (Direction::Response, json!({ "a": 1 }), false),
        (Direction::Request, json!({ "b": 1 }), false),
    ] {
        let read = sets.read(&[schema], Some(direction));
        assert_eq!(sets.accepts(read, &value), Some(expected));
        let replayed = Replay::new().check(&[schema], Some(direction), &value).unwrap();
        assert_eq!(replayed.is_none(), expected, "{replayed:?}");
    }
}

/// A part that nobody can read takes no mark from the others.
#[test]
fn parts_that_cannot_be_read_hide_no_mark() {
    let parts = [
        json!({ "$ref": "https://example.com/gone" }),
        json!({ "required": ["id"] }),
        json!({ "properties": { "id": { "allOf": [{ "$ref": "https://example.com/gone" }, { "readOnly": true }] } } }),
    ];
    for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0], [2, 1, 0]] {
        let branches = order.map(|at: usize| &parts[at]);
        let schemas = json!({ "S": { "allOf": branches }, "Gone": { "allOf": [parts[0]] } });
        let workspace = description(Dialect::V31, &schemas, &Value::Null);
        let mut sets = Schemas::new(Bounds::default());
        let mut read = |name| sets.read(&[component(&workspace, name)], Some(Direction::Request));
        assert_eq!(read("S"), read("Gone"), "{schemas}");
    }
}

/// Marks that reach into the same schema from thousands of others cost no product, nor do those along a chain.
#[test]
fn many_marks_are_answered() {
    const COUNT: usize = 5000;
    let name = |at: usize| format!("p{at}");
    let marks = |at: usize| json!({ "properties": { name(at): { "readOnly": true } } });
    let star = (0..COUNT).map(|at| (format!("S{at}"), json!({ "allOf": [to("Base"), marks(at)] })));
    let names: Vec<String> = (0..COUNT).map(name).collect();
    let chain = (0..COUNT).map(|at| {
        let next = to(&format!("L{}", at + 1));
        (format!("L{at}"), json!({ "allOf": [next, marks(at)] }))
    });
    let ends = [
        ("Base".to_owned(), json!({ "required": names })),
        (format!("L{COUNT}"), json!({ "required": names })),
    ];
    let schemas: Map<String, Value> = star.chain(chain).chain(ends).collect();
    let workspace = description(Dialect::V30, &schemas.into(), &Value::Null);
    let mut sets = Schemas::new(Bounds::default());
    for at in 0..COUNT {
        for letter in ["S", "L"] {
            let schema = component(&workspace, &format!("{letter}{at}"));
            let read = sets.read(&[schema], Some(Direction::Request));
            assert_eq!(sets.accepts(read, &json!({ "p": 1 })), Some(false), "{letter}{at}");
        }
    }
}

/// What a schema says of its own members, without its parts.
#[derive(Debug, Clone)]
struct Part {
    required: Vec<&'static str>,
    members: Vec<(&'static str, Option<Direction>, bool)>,
}

const NAMES: &[&str] = &["a", "b", "c"];

impl Part {
    fn keywords(&self) -> Map<String, Value> {
        let member = |(name, mark, typed): &(&'static str, Option<Direction>, bool)| {
            let mut schema = json!({});
            if *typed {
                schema["type"] = json!("string");
            }
            match mark {
                Some(Direction::Request) => schema["readOnly"] = json!(true),
                Some(Direction::Response) => schema["writeOnly"] = json!(true),
                None => {}
            }
            ((*name).to_owned(), schema)
        };
        let members: Map<String, Value> = self.members.iter().map(member).collect();
        let mut keywords = Map::new();
        // Draft 4 asks for one name at least.
        if !self.required.is_empty() {
            keywords.insert("required".into(), json!(self.required));
        }
        keywords.insert("properties".into(), members.into());
        keywords
    }
}

/// Parts that hold together, and how they are put together.
#[derive(Debug, Clone)]
enum Together {
    One(Part),
    All(Vec<Together>),
    Beside(Part, Vec<Together>),
    Only(&'static str, Box<Together>),
    Component(Box<Together>),
}

impl Together {
    fn parts(&self) -> Vec<&Part> {
        match self {
            Self::One(part) => vec![part],
            Self::All(parts) => parts.iter().flat_map(Self::parts).collect(),
            Self::Beside(part, parts) => parts.iter().flat_map(Self::parts).chain([part]).collect(),
            Self::Only(_, part) | Self::Component(part) => part.parts(),
        }
    }

    fn write(&self, components: &mut Map<String, Value>) -> Value {
        match self {
            Self::One(part) => part.keywords().into(),
            Self::All(parts) => {
                let branches: Vec<Value> = parts.iter().map(|part| part.write(components)).collect();
                json!({ "allOf": branches })
            }
            Self::Beside(part, parts) => {
                let mut schema = Value::from(part.keywords());
                schema["allOf"] = parts.iter().map(|part| part.write(components)).collect();
                schema
            }
            Self::Only(keyword, part) => json!({ *keyword: [part.write(components)] }),
            Self::Component(part) => {
                let schema = part.write(components);
                let name = format!("C{}", components.len());
                components.insert(name.clone(), schema);
                to(&name)
            }
        }
    }

    /// What all parts demand of what travels, in one schema a part.
    fn expected(&self, direction: Direction) -> Value {
        let parts = self.parts();
        let members = || parts.iter().flat_map(|part| &part.members);
        let travels = |wanted: &str| !members().any(|(name, mark, _)| *name == wanted && *mark == Some(direction));
        let left = |part: &&Part| {
            let mut part = (*part).clone();
            part.required.retain(|name| travels(name));
            part.members.retain(|(name, _, _)| travels(name));
            part.members.iter_mut().for_each(|(_, mark, _)| *mark = None);
            Value::from(part.keywords())
        };
        json!({ "allOf": parts.iter().map(left).collect::<Vec<_>>() })
    }
}

fn part() -> impl Strategy<Value = Part> {
    let mark = prop::sample::select(vec![None, None, Some(Direction::Request), Some(Direction::Response)]);
    let member = prop::option::of((mark, any::<bool>()));
    (
        prop::sample::subsequence(NAMES, 0..=2),
        prop::collection::vec(member, NAMES.len()),
    )
        .prop_map(|(required, members)| {
            let named = NAMES.iter().zip(members);
            let members = named.filter_map(|(name, member)| member.map(|(mark, typed)| (*name, mark, typed)));
            Part {
                required,
                members: members.collect(),
            }
        })
}

fn together() -> impl Strategy<Value = Together> {
    part().prop_map(Together::One).prop_recursive(4, 8, 3, |inner| {
        let several = || prop::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            2 => several().prop_map(Together::All),
            2 => (part(), several()).prop_map(|(part, parts)| Together::Beside(part, parts)),
            1 => (prop::sample::select(vec!["allOf", "anyOf", "oneOf"]), inner.clone())
                .prop_map(|(keyword, part)| Together::Only(keyword, part.into())),
            2 => inner.clone().prop_map(|part| Together::Component(part.into())),
        ]
    })
}

proptest! {
    #![proptest_config(property::config(300))]

    #[test]
    fn how_parts_are_put_together_does_not_matter(
        parts in together(),
        dialect in prop::sample::select(&DIALECTS[..]),
        names in prop::sample::subsequence(NAMES, 0..=3),
    ) {
        let mut schemas = Map::new();
        let schema = parts.write(&mut schemas);
        schemas.insert("S".into(), schema);
        for direction in [Direction::Request, Direction::Response] {
            schemas.insert("Expected".into(), parts.expected(direction));
            let schemas = Value::from(schemas.clone());
            let workspace = description(dialect, &schemas, &Value::Null);
            let mut sets = Schemas::new(Bounds::default());
            let mut read = |name| sets.read(&[component(&workspace, name)], Some(direction));
            let (is, expected) = (read("S"), read("Expected"));
            prop_assert_eq!(is, expected, "{:?}: {}", direction, schemas);
            let value: Value = names.iter().map(|name| ((*name).to_owned(), json!(""))).collect();
            prop_assert_eq!(Some(takes(dialect, &schemas, direction, &value)), sets.accepts(expected, &value));
        }
    }
}
