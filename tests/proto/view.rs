//! What is said of files beyond what is written in them: names, options however they are written, features, bindings.

use super::loading::workspace;
use stipula::document::proto::{self, Cardinality, Feature, ValueType, declarations};
use stipula::document::{Direction, Node, Workspace};
use stipula::syntax::key;

const DESCRIPTOR: &str = "import \"google/protobuf/descriptor.proto\";";

fn one(text: &str) -> Workspace {
    workspace(&[("a.proto", text)], true)
}

fn root(workspace: &Workspace) -> Node<'_> {
    workspace.root(workspace.judged().next().expect("a document"))
}

/// The fields of all messages, by name, as something says of them.
fn of_fields<'w>(workspace: &'w Workspace, say: impl Fn(Node<'w>) -> String) -> Vec<String> {
    let fields = proto::messages(root(workspace)).into_iter().flat_map(proto::fields);
    fields
        .map(|field| format!("{} {}", proto::name(field), say(field)))
        .collect()
}

#[test]
fn fields_stand_in_the_order_of_the_text() {
    let workspace = one(
        "package p; message A { optional int32 a = 1; oneof o { int32 b = 0x2; C c = 03; } repeated group C = 4 { \
         optional int32 e = 1; } extend A { optional group D = 9 { optional int32 f = 1; } } message options {} }",
    );
    let said = of_fields(&workspace, |field| {
        format!(
            "{} {}",
            proto::full_name(field),
            proto::number(field).expect("a number")
        )
    });
    assert_eq!(
        said,
        [
            "a p.A.a 1",
            "b p.A.b 2",
            "c p.A.c 3",
            "c p.A.c 4",
            "e p.A.C.e 1",
            "f p.A.D.f 1"
        ]
    );
    let names: Vec<String> = proto::messages(root(&workspace))
        .into_iter()
        .map(proto::full_name)
        .collect();
    assert_eq!(names, ["p.A", "p.A.C", "p.A.D", "p.A.options"]);
    let extensions: Vec<String> = proto::extensions(root(&workspace))
        .into_iter()
        .map(proto::full_name)
        .collect();
    assert_eq!(extensions, ["p.A.d"]);
}

#[test]
fn presence_follows_label_and_language() {
    let presence = |text: &str| {
        let workspace = one(text);
        of_fields(&workspace, |field| format!("{:?}", proto::cardinality(field))).join(", ")
    };
    assert_eq!(
        presence(
            "message A { optional int32 a = 1; required int32 b = 2; repeated int32 c = 3; map<int32, int32> d = 4; }"
        ),
        "a Explicit, b Required, c Repeated, d Map"
    );
    assert_eq!(
        presence(
            "syntax = \"proto3\"; message A { int32 a = 1; optional int32 b = 2; A c = 3; oneof o { int32 d = 4; } }"
        ),
        "a Implicit, b Explicit, c Explicit, d Explicit"
    );
    assert_eq!(
        presence(
            "edition = \"2023\"; option features.field_presence = IMPLICIT; message A { int32 a = 1; \
             int32 b = 2 [features = { field_presence: LEGACY_REQUIRED }]; A c = 3; }"
        ),
        "a Implicit, b Required, c Explicit"
    );
}

#[test]
fn features_come_from_the_nearest_declaration() {
    let workspace = one(
        "edition = \"2023\"; option features.repeated_field_encoding = EXPANDED; option features.message_encoding = \
         DELIMITED; message A { option features.json_format = LEGACY_BEST_EFFORT; repeated int32 a = 1; repeated int32 b \
         = 2 [features.repeated_field_encoding = PACKED]; A c = 3; map<int32, A> d = 4; E e = 5; } enum E { option \
         features.enum_type = CLOSED; Z = 0; }",
    );
    let said = of_fields(&workspace, |field| {
        format!(
            "{} {} {}",
            proto::is_packed(field),
            proto::is_delimited(field),
            proto::feature(field, Feature::JsonFormat)
        )
    });
    assert_eq!(
        said,
        [
            "a false false LEGACY_BEST_EFFORT",
            "b true false LEGACY_BEST_EFFORT",
            "c false true LEGACY_BEST_EFFORT",
            "d false false LEGACY_BEST_EFFORT",
            "e false false LEGACY_BEST_EFFORT"
        ]
    );
    let closed = |text: &str| {
        let workspace = one(text);
        proto::enums(root(&workspace))
            .into_iter()
            .all(|node| !proto::is_open(node))
    };
    assert!(closed("message A { enum E { Z = 0; } }"));
    assert!(!closed("syntax = \"proto3\"; enum E { Z = 0; }"));
    assert!(
        proto::enums(root(&workspace))
            .into_iter()
            .all(|node| !proto::is_open(node))
    );
}

#[test]
fn names_in_json_are_made_or_said() {
    let workspace = one(
        "message A { optional int32 a_b_1c = 1; optional int32 _d__e = 2; optional int32 f = 3 [json_name = \"G\"]; }",
    );
    let said = of_fields(&workspace, |field| proto::json_name(field).into_owned());
    assert_eq!(said, ["a_b_1c aB1c", "_d__e DE", "f G"]);
}

#[test]
fn options_are_found_however_they_are_written() {
    let head = format!(
        "syntax = \"proto2\"; package p; {DESCRIPTOR} message R {{ optional string a = 1; repeated string b = 2; optional R r = 3; \
         extensions 100 to max; }} extend R {{ optional R x = 100; }} extend google.protobuf.FieldOptions {{ optional R o = 50000; }}"
    );
    let read = |options: &str, name: &str| {
        let workspace = one(&format!("{head} message M {{ optional int32 f = 1 [{options}]; }}"));
        let messages = proto::messages(root(&workspace));
        let field = proto::fields(*messages.last().expect("M"))[0];
        proto::options(field, name)
            .into_iter()
            .map(Node::text)
            .collect::<Vec<_>>()
            .join(" ")
    };
    for (options, name, value) in [
        ("(o) = { a: 'v' }", "(p.o).a", "v"),
        ("(.p.o).a = 'v'", "(p.o).a", "v"),
        ("(p.o).r.a = 'v'", "(p.o).r.a", "v"),
        ("(o).r = { a: 'v' }", "(p.o).r.a", "v"),
        ("(o) = { b: ['v', 'w'] b: 'x' }, (o).b = 'y'", "(p.o).b", "v w x y"),
        ("(o) = { [p.x] { a: 'v' } }", "(p.o).(p.x).a", "v"),
        ("deprecated = true", "deprecated", "true"),
        ("(o) = { a: 'v' }", "(p.o).aa", ""),
        ("(o) = { a: 'v' }", "(p.ox).a", ""),
    ] {
        assert_eq!(read(options, name), value, "{options}");
    }
}

#[test]
fn methods_have_messages_and_bindings() {
    let files = [
        (
            "a.proto",
            "syntax = \"proto3\"; package p; import \"google/api/annotations.proto\"; message A {} message B {}\n\
             service S { rpc M(stream A) returns (B) { option (google.api.http) = { post: \"/v1/{name=a/*}\" body: \"*\" \
             additional_bindings { get: \"/v1/b\" response_body: \"c\" } additional_bindings: [{ custom: { kind: \"HEAD\" \
             path: \"/v1/c\" } }] }; } rpc N(A) returns (A) { option (google.api.http).get = \"/v1/d\"; } rpc O(A) returns (B); }",
        ),
        (
            "google/api/annotations.proto",
            "syntax = \"proto3\"; package google.api; import \"google/protobuf/descriptor.proto\"; message HttpRule { string get = \
             2; } extend google.protobuf.MethodOptions { HttpRule http = 72295728; }",
        ),
    ];
    let workspace = workspace(&files, true);
    let service = declarations(root(&workspace), key::SERVICES).next().expect("a service");
    let said: Vec<String> = declarations(service, key::METHODS)
        .map(|rpc| {
            let part = |direction| {
                let stream = if proto::is_streaming(rpc, direction) {
                    "stream "
                } else {
                    ""
                };
                format!(
                    "{stream}{}",
                    proto::full_name(proto::message_of(rpc, direction).expect("a message"))
                )
            };
            let bindings = proto::bindings(rpc).into_iter().map(|binding| {
                let said = |part: Option<Node<'_>>| part.map_or("-", Node::text).to_owned();
                format!(
                    "; {} {} {} {}",
                    binding.method,
                    binding.template.text(),
                    said(binding.body),
                    said(binding.response_body)
                )
            });
            format!(
                "{}: {} → {}{}",
                proto::full_name(rpc),
                part(Direction::Request),
                part(Direction::Response),
                bindings.collect::<String>()
            )
        })
        .collect();
    assert_eq!(
        said,
        [
            "p.S.M: stream p.A → p.B; POST /v1/{name=a/*} * -; GET /v1/b - c; HEAD /v1/c - -",
            "p.S.N: p.A → p.A; GET /v1/d - -",
            "p.S.O: p.A → p.B",
        ]
    );
}

#[test]
fn what_is_not_at_hand_is_unknown() {
    let workspace = one("syntax = \"proto3\"; import \"gone.proto\"; message A { gone.B b = 1; }");
    let field = proto::fields(proto::messages(root(&workspace))[0])[0];
    assert_eq!(proto::value_type(field), ValueType::Unknown);
    assert_eq!(proto::cardinality(field), Cardinality::Implicit);
}
