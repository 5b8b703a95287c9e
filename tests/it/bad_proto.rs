//! Protobuf files that nobody means well with: findings or a sentence that helps, in bounded time, and never a crash.

use crate::tool::Project;
use std::fmt::Write as _;

/// Deeper than any limit, and than any stack.
const DEPTH: usize = 100_000;
const START: &str = "syntax = \"proto2\";\npackage orders.v1;\n";
/// An option whose values can be as deep as anybody likes.
const DEEP: &str = "syntax = \"proto2\";\npackage orders.v1;\nimport \"google/protobuf/descriptor.proto\";\n\
    message Deep { optional Deep deep = 1; repeated Deep all = 2; optional int32 end = 3; }\n\
    extend google.protobuf.FileOptions { optional Deep deep = 50000; }\n";

#[test]
fn depth_is_bounded() {
    for (name, text) in [
        ("messages.proto", format!("{START}{}", "message A { ".repeat(DEPTH))),
        (
            "groups.proto",
            format!("{START}message A {{ {}", "optional group B = 1 { ".repeat(DEPTH)),
        ),
        (
            "values.proto",
            format!("{DEEP}option (deep) = {{ {}", "deep { ".repeat(DEPTH)),
        ),
        (
            "closed.proto",
            format!(
                "{DEEP}option (deep) = {{ {}{} }};\n",
                "deep { ".repeat(DEPTH),
                "}".repeat(DEPTH)
            ),
        ),
        (
            "lists.proto",
            format!("{DEEP}option (deep) = {{ all: {}", "[".repeat(DEPTH)),
        ),
    ] {
        let ended = Project::with(name, text).lint(&[name]);
        ended.says(1, &["title=within-limits::"]);
    }
}

#[test]
fn names_may_have_any_number_of_parts() {
    let text = format!("{DEEP}option (deep){}.end = 1;\n", ".deep".repeat(DEPTH));
    let project = Project::with("options.proto", text);
    project.lint(&["options.proto"]).does_not_say("title=ref-resolves");
    let text = format!("{START}message A {{ optional A{} b = 1; }}\n", ".A".repeat(DEPTH));
    let project = Project::with("types.proto", text);
    project
        .lint(&["types.proto"])
        .says(1, &["title=ref-resolves::", "no message or enum is called"]);
}

#[test]
fn what_is_not_closed_is_told() {
    for (name, text) in [
        ("message.proto", "message A {\n  optional int32 b = 1;\n"),
        ("enum.proto", "enum A {\n  A_NONE = 0;\n"),
        ("service.proto", "service A {\n  rpc B(C) returns (D) {\n"),
        (
            "option.proto",
            "message A {\n  optional int32 b = 1 [deprecated = true;\n}\n",
        ),
        ("string.proto", "option java_package = \"orders;\n"),
        ("comment.proto", "/* message A {}\n"),
    ] {
        let ended = Project::with(name, format!("{START}{text}")).lint(&[name]);
        ended.says(1, &["title=syntax::"]);
    }
}

#[test]
fn numbers_that_mean_nothing_are_told() {
    for number in [
        "1.5",
        "0x",
        "99999999999999999999",
        "536870912",
        "-1",
        "0",
        "a",
        "19000",
        "08",
    ] {
        let text = format!("{START}message A {{\n  optional int32 b = {number};\n}}\n");
        let ended = Project::with("number.proto", text).lint(&["number.proto"]);
        ended.says(1, &["line=4"]);
    }
    let text = format!("{START}message A {{\n  optional int32 b = 1;\n  optional int32 c = 1;\n}}\n");
    let ended = Project::with("twice.proto", text).lint(&["twice.proto"]);
    ended.says(
        1,
        &[
            "line=5",
            "title=spec-valid::",
            "`1` is the number of another field of this message",
        ],
    );
}

#[test]
fn imports_may_go_round_in_circles() {
    const FILES: usize = 300;
    let project = Project::new();
    for file in 0..FILES {
        let next = (file + 1) % FILES;
        let text = format!("{START}import \"f{next}.proto\";\nmessage A{file} {{ optional A{next} next = 1; }}\n");
        project.write(&format!("f{file}.proto"), text);
    }
    project
        .lint(&["f0.proto"])
        .says(1, &["title=proto-import-cycle::"])
        .does_not_say("title=ref-resolves");
    project.write("own.proto", format!("{START}import \"own.proto\";\nmessage Own {{}}\n"));
    project.lint(&["own.proto"]).says(1, &["title=proto-import-cycle::"]);
}

/// Everything that is looked up among many others, many times.
#[test]
fn wide_files_take_their_time_and_no_more() {
    const WIDTH: usize = 40_000;
    let (mut fields, mut values, mut options, mut entries) =
        (String::new(), String::new(), String::new(), String::new());
    for at in 0..WIDTH {
        let _ = writeln!(fields, "  optional Size field{at} = {};", at + 20_000);
        let _ = writeln!(values, "  SIZE_{at} = {at};");
        let _ = writeln!(options, "option (wide).field{at} = SIZE_{};", WIDTH - 1 - at);
        let _ = write!(entries, "field{at}: SIZE_{at} ");
    }
    let text = format!(
        "{START}import \"google/protobuf/descriptor.proto\";\nenum Size {{\n{values}}}\nmessage Wide {{\n{fields}}}\n\
         extend google.protobuf.FileOptions {{ optional Wide wide = 50000; repeated Wide all = 50001; }}\n\
         {options}option (all) = {{ {entries} }};\noption (wide).feild7 = SIZE_1;\n"
    );
    let project = Project::with("wide.proto", text);
    project.write("stipula.yaml", "rules: { extends: minimal }\n");
    let ended = project.lint(&["wide.proto"]);
    ended.says(
        1,
        &["no field of this option is called `feild7`; did you mean `field7`?"],
    );
}
