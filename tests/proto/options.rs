//! What options can say: each case is read alone, and protox tells whether it is right.

use super::loading::{in_one, workspace};
use protox::Compiler;
use protox::file::{ChainFileResolver, File, FileResolver, GoogleFileResolver};

/// What the cases give values to.
const DECLARED: &str = "syntax = \"proto2\";\nimport \"google/protobuf/descriptor.proto\";\n\
    enum Size { SMALL = 0; LARGE = 1; }\n\
    message Part { optional int32 number = 1; optional Part part = 2; reserved 3; reserved \"gone\"; }\n\
    message Rule {\n  optional int32 int = 1;\n  optional uint32 uint = 2;\n  optional int64 long = 3;\n  optional uint64 ulong = 4;\n\
    \x20 optional float float = 5;\n  optional bool bool = 6;\n  optional string string = 7;\n  optional bytes bytes = 8;\n\
    \x20 optional Size size = 9;\n  optional Part part = 10;\n  repeated int32 ints = 11;\n  repeated Part parts = 12;\n\
    \x20 map<string, Part> map = 13;\n  oneof either { int32 left = 14; int32 right = 15; }\n\
    \x20 optional group Group = 16 { optional int32 number = 1; }\n  extensions 100 to 200;\n}\n\
    extend Rule { optional Part more = 100; }\n\
    extend google.protobuf.FieldOptions { optional Rule rule = 50000; repeated int32 list = 50001; repeated Part parts = 50002; optional Size size = 50003; }\n\
    extend google.protobuf.MessageOptions { optional bool of_message = 50000; }\n";

/// A file that only holds the case, and comes to the compiler by name.
struct Case(String);

impl FileResolver for Case {
    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        if name == "a.proto" {
            File::from_source(name, &self.0)
        } else {
            Err(protox::Error::file_not_found(name))
        }
    }
}

fn protox_takes(text: &str) -> bool {
    let mut chain = ChainFileResolver::new();
    chain.add(Case(text.to_owned()));
    chain.add(GoogleFileResolver::new());
    Compiler::with_file_resolver(chain).open_file("a.proto").is_ok()
}

/// What is wrong with the options of a field, without the place.
fn told(options: &str) -> Vec<String> {
    let text = format!("{DECLARED}message Holder {{ optional int32 field = 1 [{options}]; }}\n");
    let told = in_one(&text);
    // What protox says is held against whether anything is told at all.
    assert_eq!(protox_takes(&text), told.is_empty(), "[{options}] {told:?}");
    told.into_iter()
        .map(|line| line.split_once(' ').expect("a place").1.to_owned())
        .collect()
}

#[test]
fn values_that_fit_are_taken() {
    for options in [
        "deprecated = true, ctype = CORD, retention = RETENTION_SOURCE",
        "targets = TARGET_TYPE_FIELD, targets = TARGET_TYPE_FILE",
        "features.field_presence = IMPLICIT",
        "default = -5, json_name = \"x\"",
        "(rule).int = -0x10, (rule).uint = 017, (rule).long = -9223372036854775808, (rule).ulong = 18446744073709551615",
        "(rule).float = 1e3, (rule).string = 'a' \"b\", (rule).bytes = \"\\x00\"",
        "(rule).part.part.number = 1, (rule).part.number = 2, (rule).(more).number = 3",
        "(rule) = { int: 1 }, (rule).uint = 2",
        "(rule) = { part { number: 1 part < number: 2 > } parts { number: 1 }, parts { number: 1 }; ints: [1, 2] ints: 3 }",
        "(rule) = { bool: t size: LARGE float: -inf [more] { number: 1 } left: 1 }",
        "(rule) = { size: 1 Group { number: 1 } }",
        "(rule) = { map { key: \"a\" value { number: 1 } } map { key: \"b\" } }",
        "(list) = 1, (list) = 2, (parts) = { number: 1 }, (parts) = { number: 1 }, (size) = LARGE",
    ] {
        assert_eq!(told(options), Vec::<String>::new(), "[{options}]");
    }
}

#[test]
fn values_that_do_not_fit_are_told() {
    for (options, expected) in [
        (
            "depricated = true",
            "no option that can stand here is called `depricated`; did you mean `deprecated`?",
        ),
        (
            "go_package = \"x\"",
            "no option that can stand here is called `go_package`",
        ),
        ("deprecated = 1", "`1` is no boolean; `true` and `false` are"),
        ("deprecated = \"true\"", "`true` is no boolean; `true` and `false` are"),
        ("deprecated = { }", "`deprecated` takes neither a message nor a list"),
        (
            "ctype = CARD",
            "no value of this enum is called `CARD`; did you mean `CORD`?",
        ),
        ("(size) = 1", "`1` is no name of a value of an enum"),
        ("(size) = \"LARGE\"", "`LARGE` is no name of a value of an enum"),
        ("default = \"x\"", "`x` is no whole number of 32 bits"),
        ("json_name = x", "`x` is no string, which stands in quotes"),
        ("(rule) = 1", "`(rule)` takes a message: its fields in `{ … }`"),
        ("(rule).int = 2147483648", "`2147483648` is no whole number of 32 bits"),
        ("(rule).int = 1.5", "`1.5` is no whole number of 32 bits"),
        ("(rule).uint = -1", "`-1` is no whole number of 32 bits without a sign"),
        (
            "(rule).long = 9223372036854775808",
            "`9223372036854775808` is no whole number of 64 bits",
        ),
        ("(rule).ulong = -1", "`-1` is no whole number of 64 bits without a sign"),
        ("(rule).float = much", "`much` is no number"),
        ("(rule).string = a", "`a` is no string, which stands in quotes"),
        ("(rule).bytes = 1", "`1` is no string, which stands in quotes"),
        (
            "(rule).strng = \"a\"",
            "no field of this option is called `strng`; did you mean `string`?",
        ),
        (
            "(rule).int.x = 1",
            "`(rule).int.x` leads through a field that holds no message",
        ),
        (
            "(rule).parts.number = 1",
            "`(rule).parts.number` leads through a list; give each element as a whole, in `{ … }`",
        ),
        (
            "(of_message) = true",
            "`(of_message)` extends another message, and cannot stand here",
        ),
        (
            "(rule).(of_message) = true",
            "`(rule).(of_message)` extends another message, and cannot stand here",
        ),
        (
            "(list) = [1, 2]",
            "`(list)` takes no list; write the option once for each element",
        ),
        (
            "(rule) = { strng: \"a\" }",
            "no field of this option is called `strng`; did you mean `string`?",
        ),
        (
            "(rule) = { part { part { numbre: 1 } } }",
            "no field of this option is called `numbre`; did you mean `number`?",
        ),
        (
            "(rule) = { size: LARG }",
            "no value of this enum is called `LARG`; did you mean `LARGE`?",
        ),
        ("(rule) = { bool: 2 }", "`2` is no boolean; `true` and `false` are"),
        ("(rule) = { int: 1 int: 2 }", "`int` has a value already"),
        ("(rule) = { int: [1, 2] }", "`int` takes neither a message nor a list"),
        (
            "(rule) = { ints: [1, {}] }",
            "`ints` takes neither a message nor a list",
        ),
        ("(rule) = { ints: [1, x] }", "`x` is no whole number of 32 bits"),
        (
            "(rule) = { left: 1 right: 2 }",
            "`right` stands beside another member of its oneof",
        ),
        (
            "(rule) = { [of_message]: true }",
            "`[of_message]` extends another message, and cannot stand here",
        ),
        (
            "(rule) = { map { key: 1 } }",
            "`1` is no string, which stands in quotes",
        ),
        (
            "(rule) = { map { value { numbre: 1 } } }",
            "no field of this option is called `numbre`; did you mean `number`?",
        ),
        (
            "(rule) = { map { keys: \"a\" } }",
            "`keys` is no field of the entry of a map; `key` and `value` are",
        ),
        (
            "deprecated = true, deprecated = true",
            "`deprecated` has a value already",
        ),
        ("(rule).int = 1, (rule).int = 1", "`(rule).int` has a value already"),
        ("(rule).int = 1, (rule) = { uint: 1 }", "`(rule)` has a value already"),
        (
            "(rule) = { int: 1 }, (rule).int = 2",
            "`(rule).int` has a value already",
        ),
        (
            "(rule) = { part { number: 1 } }, (rule).part.number = 2",
            "`(rule).part.number` has a value already",
        ),
    ] {
        assert_eq!(told(options), [expected], "[{options}]");
    }
}

/// Compilers differ in whether options take what the text format takes; protox does not.
#[test]
fn infinity_is_a_number() {
    for value in ["inf", "-inf", "nan"] {
        let text = format!("{DECLARED}message Holder {{ optional int32 field = 1 [(rule).float = {value}]; }}\n");
        assert_eq!(in_one(&text), Vec::<String>::new());
    }
}

#[test]
fn defaults_are_values_of_their_fields() {
    let of = |field: &str| in_one(&format!("{DECLARED}message Holder {{ {field} }}\n"));
    assert_eq!(
        of("optional Size a = 1 [default = LARGE]; optional double b = 2 [default = -nan];"),
        Vec::<String>::new()
    );
    assert_eq!(
        of(
            "optional Size a = 1 [default = LARG];\n repeated int32 b = 2 [default = 1];\n optional Part c = 3 [default = { }];"
        ),
        [
            "a.proto:27 `default` cannot be said of a repeated field",
            "a.proto:28 `default` cannot be said of a field that holds a message",
            "a.proto:26 no value of this enum is called `LARG`; did you mean `LARGE`?",
        ]
    );
}

#[test]
fn what_is_missing_may_have_declared_it() {
    let files = [(
        "a.proto",
        "syntax = \"proto3\"; import \"gone.proto\"; message A { int32 b = 1 [(gone.rule).field = 1, (gone.rule) = { x: 1 }]; }",
    )];
    let told = super::loading::wrong(&workspace(&files, false));
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("none of the folders holds it"), "{told:?}");
}

#[test]
fn types_of_imported_files_are_known() {
    let files = [
        (
            "a.proto",
            "syntax = \"proto3\"; package a; import \"b.proto\"; option (b.rule) = { inner { nubmer: 1 size: LARG } };",
        ),
        (
            "b.proto",
            "syntax = \"proto3\"; package b; import \"google/protobuf/descriptor.proto\"; import \"c.proto\";\n\
             message Rule { c.Inner inner = 1; }\nextend google.protobuf.FileOptions { Rule rule = 50000; }",
        ),
        (
            "c.proto",
            "syntax = \"proto3\"; package c; enum Size { SMALL = 0; LARGE = 1; }\nmessage Inner { int32 number = 1; Size size = 2; }",
        ),
    ];
    assert_eq!(
        super::loading::wrong(&workspace(&files, true)),
        [
            "a.proto:1 no field of this option is called `nubmer`; did you mean `number`?",
            "a.proto:1 no value of this enum is called `LARG`; did you mean `LARGE`?",
        ]
    );
}
