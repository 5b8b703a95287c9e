//! Loading: imports, names and what is wrong with them, over files on disk.

use std::fs;
use std::path::Path;
use stipula::document::Workspace;
use stipula::formats::{LoadOptions, load};
use stipula::source::{Files, Limits, canonical};

/// Loads the first of some files, or all of them; the others lie beside it.
pub(super) fn workspace(texts: &[(&str, &str)], only_first: bool) -> Workspace {
    let folder = tempfile::tempdir().expect("a folder");
    let root = canonical(folder.path());
    for (path, text) in texts {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap_or(Path::new(""))).expect("a folder");
        fs::write(path, text).expect("it is written");
    }
    let files = Files::new(Limits::default(), root.clone());
    let named = texts.iter().take(if only_first { 1 } else { texts.len() });
    let sources = named
        .filter(|(path, _)| path.ends_with(".proto"))
        .map(|(path, _)| files.read(&root.join(path)).expect("it is read"))
        .collect();
    load(sources, &files, &LoadOptions::default(), &|| ()).workspace
}

/// All that is wrong, with file and line.
pub(super) fn wrong(workspace: &Workspace) -> Vec<String> {
    let mut wrong = Vec::new();
    for document in workspace.judged().map(|id| workspace.document(id)) {
        let tree = document.tree();
        let mut tell = |offset: u32, message: String| {
            let line = document.source().position(offset).line;
            wrong.push(format!("{}:{line} {message}", document.source().name()));
        };
        for problem in tree.problems() {
            tell(problem.span.start, problem.message.clone());
        }
        for violation in document.violations() {
            let grammar = document.grammar().expect("it is labelled");
            tell(tree.begin(violation.node), violation.message(tree, grammar));
        }
        for link in document.links() {
            if let Err(failure) = &link.target {
                tell(tree.begin(link.at), failure.message());
            }
        }
    }
    wrong
}

pub(super) fn in_one(text: &str) -> Vec<String> {
    wrong(&workspace(&[("a.proto", text)], false))
}

#[test]
fn imports_are_found_by_package_and_by_configuration() {
    let user = "syntax = \"proto3\"; package a.v1; import \"b/v1/b.proto\"; message A { b.v1.B b = 1; }";
    let used = "syntax = \"proto3\"; package b.v1; message B {}";
    let by_package = [("a/v1/a.proto", user), ("b/v1/b.proto", used)];
    assert_eq!(wrong(&workspace(&by_package, true)), Vec::<String>::new());
    let configured = [
        ("apis/x/a.proto", user),
        ("vendor/b/v1/b.proto", used),
        ("buf.work.yaml", "version: v1\ndirectories: [apis, vendor]\n"),
    ];
    assert_eq!(wrong(&workspace(&configured, true)), Vec::<String>::new());
    let modules = [
        ("apis/x/a.proto", user),
        ("vendor/b/v1/b.proto", used),
        ("buf.yaml", "version: v2\nmodules: [{ path: apis }, { path: vendor }]\n"),
    ];
    assert_eq!(wrong(&workspace(&modules, true)), Vec::<String>::new());
    let elsewhere = [("x/a.proto", user), ("y/b.proto", used)];
    assert_eq!(wrong(&workspace(&elsewhere, false)), Vec::<String>::new());
}

#[test]
fn named_roots_come_first() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = canonical(folder.path());
    let user = "syntax = \"proto3\"; import \"b.proto\"; message A { B b = 1; }";
    for (path, text) in [
        ("x/a.proto", user),
        ("x/b.proto", "syntax = \"proto3\"; message Other {}"),
        ("named/b.proto", "syntax = \"proto3\"; message B {}"),
    ] {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("it is written");
    }
    let files = Files::new(Limits::default(), root.clone());
    let source = files.read(&root.join("x/a.proto")).expect("it is read");
    let options = LoadOptions {
        proto_roots: vec![root.join("named")],
        ..LoadOptions::default()
    };
    let workspace = load(vec![source], &files, &options, &|| ()).workspace;
    assert_eq!(wrong(&workspace), Vec::<String>::new());
}

#[test]
fn imported_files_are_not_judged() {
    let files = [
        (
            "a.proto",
            "syntax = \"proto3\"; import \"b.proto\"; message A { B b = 1; }",
        ),
        ("b.proto", "syntax = \"proto3\"; message B { C c = 1; int32 d = 1; }"),
    ];
    let workspace = workspace(&files, true);
    assert_eq!(workspace.documents().len(), 2);
    assert_eq!(wrong(&workspace), Vec::<String>::new());
}

#[test]
fn a_missing_import_is_told_and_the_rest_is_linked() {
    let text =
        "syntax = \"proto3\";\nimport \"gone.proto\";\nimport \"../up.proto\";\nmessage A { gone.B b = 1; A a = 2; }";
    let told = in_one(text);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(
        told[0].starts_with("a.proto:2 none of the folders holds it"),
        "{told:?}"
    );
    assert!(
        told[1].starts_with("a.proto:3 none of the folders holds it"),
        "{told:?}"
    );
    let workspace = workspace(&[("a.proto", text)], false);
    let links = workspace.documents()[0].links();
    assert_eq!(links.iter().filter(|link| link.target.is_ok()).count(), 1);
}

#[test]
fn files_that_import_each_other_are_read_once() {
    let files = [
        ("a.proto", "import \"b.proto\"; message A { optional B b = 1; }"),
        ("b.proto", "import \"a.proto\"; message B { optional A a = 1; }"),
    ];
    let workspace = workspace(&files, false);
    assert_eq!(workspace.documents().len(), 2);
    assert_eq!(wrong(&workspace), Vec::<String>::new());
}

#[test]
fn names_are_those_of_the_innermost_scope() {
    let files = [
        (
            "a.proto",
            "syntax = \"proto3\";\npackage a.b;\nimport \"c.proto\";\nmessage A {\n  message C {}\n  C c = 1;\n  .a.C d = 2;\n  a.C e = 3;\n\
             Hidden f = 4;\n  Open g = 5;\n  b.A h = 6;\n  C.D i = 7;\n}\n",
        ),
        (
            "c.proto",
            "syntax = \"proto3\"; package a; import \"hidden.proto\"; import public \"open.proto\"; message C { message D {} }",
        ),
        ("hidden.proto", "syntax = \"proto3\"; package a; message Hidden {}"),
        ("open.proto", "syntax = \"proto3\"; package a; message Open {}"),
    ];
    assert_eq!(
        wrong(&workspace(&files, true)),
        [
            "a.proto:9 no message or enum is called `Hidden`",
            "a.proto:12 no message or enum is called `C.D`"
        ]
    );
}

#[test]
fn options_have_names_that_exist() {
    let text = "syntax = \"proto2\";\nimport \"google/protobuf/descriptor.proto\";\n\
                extend google.protobuf.FieldOptions { optional string a = 50000; }\n\
                message B {\n  optional int32 c = 1 [(a) = \"x\", json_name = \"d\", default = 1];\n\
                \x20 optional int32 e = 2 [(f) = \"x\", features.(g.h).i = 1, (a) = { [j.k]: 1 [l/m.N] {} }];\n  optional int32 g = 3 [depricated = true];\n}\n";
    assert_eq!(
        in_one(text),
        [
            "a.proto:6 `(a)` takes neither a message nor a list",
            "a.proto:6 no option is called `f`",
            "a.proto:6 no option is called `g.h`",
            "a.proto:6 no option is called `j.k`",
            "a.proto:7 no option that can stand here is called `depricated`; did you mean `deprecated`?"
        ]
    );
}

#[test]
fn numbers_and_names_are_free() {
    let text = "syntax = \"proto3\";\nmessage A {\n  reserved 3, 5 to 7;\n  reserved \"x\";\n  int32 a = 1;\n  int32 b = 1;\n  int32 c = 6;\n\
                \x20 int32 x = 8;\n  int32 d = 19500;\n  int32 e = 0;\n  int32 a = 9;\n  required int32 f = 10;\n\
                \x20 map<float, int32> g = 11;\n  oneof h {}\n}\nenum I {\n  J = 1;\n  K = 1;\n}\nmessage I {}\n";
    let mut told = in_one(text);
    told.sort_by_key(|told| told.split([':', ' ']).nth(1).and_then(|line| line.parse::<u32>().ok()));
    assert_eq!(
        told,
        [
            "a.proto:6 `1` is the number of another field of this message",
            "a.proto:7 `6` is a number that is reserved in this message",
            "a.proto:8 `x` is a name that is reserved in this message",
            "a.proto:9 `19500` is no number of a field: Protobuf keeps 19000 to 19999 for itself",
            "a.proto:10 `0` is no number of a field: they start with 1",
            "a.proto:11 `a` is declared in this scope already",
            "a.proto:12 `required` does not exist in proto3",
            "a.proto:13 `float` cannot be the key of a map; whole numbers, `bool` and `string` can",
            "a.proto:14 `h` has no field, and needs one",
            "a.proto:17 `1` is the first number of this enum, which is 0 in proto3",
            "a.proto:18 `1` is the number of another value; `option allow_alias = true;` allows that",
            "a.proto:20 `I` is declared in this scope already",
        ]
    );
}

#[test]
fn what_may_stand_in_a_hole_is_not_missed() {
    let told = in_one("syntax = \"proto3\";\nmessage A { B b = 1; }\nmesage B {}\n");
    assert_eq!(told.len(), 1, "{told:?}");
}

#[test]
fn editions_have_no_labels_but_repeated() {
    assert_eq!(
        in_one("edition = \"2023\"; message A { optional int32 a = 1; repeated int32 b = 2; int32 c = 3; }"),
        ["a.proto:1 `optional` does not exist in editions; use `features.field_presence`"]
    );
    assert_eq!(
        in_one("message A { int32 a = 1; }"),
        ["a.proto:1 `a` needs `optional`, `required` or `repeated` before its type in proto2"]
    );
}
