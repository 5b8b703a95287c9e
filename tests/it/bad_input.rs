//! Input that nobody means well with, or that nobody meant at all: each is answered with a sentence that helps, in
//! bounded time, and never with a crash.

use crate::tool::{Project, in_document, openapi, wait};
use std::fs;
use std::process::Stdio;
use std::thread;

#[test]
fn what_is_no_description_is_refused() {
    let project = Project::new();
    project.write("folder/readme.txt", "Nothing to check here.");
    let cases: &[(&str, &[u8], &str)] = &[
        (
            "image.yaml",
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
            "`image.yaml` is a binary file, not text",
        ),
        (
            "nul.yaml",
            b"openapi: 3.1.0\ninfo: { title: \"\0\" }\n",
            "`nul.yaml` is a binary file",
        ),
        (
            "latin.yaml",
            b"openapi: 3.1.0\ninfo:\n  title: caf\xE9\n",
            "`latin.yaml` is not UTF-8: line 3, column 13",
        ),
        (
            "utf16.json",
            b"\xFF\xFE{\0}\0",
            "`utf16.json` is UTF-16; save it as UTF-8",
        ),
        ("empty.yaml", b"", "it is empty"),
        ("blank.json", b" \n\t\n", "it is empty"),
        (
            "comments.yaml",
            b"# to be written\n# soon\n",
            "it is no API description",
        ),
        (
            "package.json",
            b"{ \"name\": \"orders\", \"version\": \"1.0.0\" }",
            "only `name` and `version`",
        ),
        ("list.yaml", b"- openapi: 3.1.0\n", "it is no API description"),
        ("text.yaml", b"openapi\n", "it is no API description"),
        ("number.json", b"7", "it is no API description"),
        (
            "mistyped.yaml",
            b"opnapi: 3.1.0\ninfo: {}\n",
            "should its first key be `openapi`?",
        ),
        ("later.yaml", b"openapi: 4.0.0\npaths: {}\n", "4.0.0"),
        ("next.yaml", b"openapi: 3.3.0\npaths: {}\n", "3.3.0"),
        (
            "no-version.yaml",
            b"openapi:\npaths: {}\n",
            "`no-version.yaml` cannot be checked",
        ),
        (
            "old.json",
            b"{ \"swaggerVersion\": \"1.2\", \"apis\": [] }",
            "`old.json` cannot be checked",
        ),
        ("older.json", b"{ \"swagger\": \"1.2\", \"apis\": [] }", "1.2"),
        (
            "events.yaml",
            b"asyncapi: 1.2.0\ninfo: {}\ntopics: {}\n",
            "AsyncAPI 1.2.0 is not read; 2.0 to 2.6, 3.0 and 3.1 are",
        ),
        (
            "later.proto",
            b"edition = \"2031\";\npackage orders.v1;\nmessage Order { string id = 1; }\n",
            "edition `2031` of Protobuf is not read; 2023 and 2024 are",
        ),
    ];
    for (name, bytes, said) in cases {
        project.write(name, bytes);
        let alone = project.lint(&[name]);
        alone.says(2, &[said, "nothing to check"]);
        assert_eq!(alone.stdout, "", "{name}");
    }
    project
        .lint(&["missing.yaml"])
        .says(2, &["`missing.yaml` does not exist"]);
    project
        .lint(&["folder"])
        .says(2, &["`folder` holds no API description"]);
    project.lint(&["image.yaml/openapi.yaml"]).says(2, &["does not exist"]);
    // Nothing at all is what a failed command leaves in a pipe.
    project.run_with_input(&["lint", "-"], b"").says(2, &["it is empty"]);
    project
        .run_with_input(&["lint", "-"], b"\0\x01\x02\x03")
        .says(2, &["`<stdin>`", "save it as UTF-8"]);
}

#[test]
fn a_bad_file_does_not_hide_a_good_one() {
    let project = Project::with("good.yaml", openapi("paths: {}\n"));
    project.write("image.yaml", b"\x89PNG\0\0");
    project.write("later.yaml", "openapi: 4.0.0\n");
    for bad in ["image.yaml", "later.yaml", "missing.yaml"] {
        project
            .lint(&["good.yaml", bad])
            .says(2, &[bad, "no findings in 1 document"]);
    }
}

#[test]
fn a_cut_document_is_told_where_it_ends() {
    let json = r##"{
  "openapi": "3.1.0",
  "info": { "title": "Orders", "version": "1.0.0" },
  "paths": { "/orders": { "get": { "responses": { "200": { "$ref": "#/components/responses/All" } } } } },
  "components": { "responses": { "All": { "description": "All \u00e9\"." } } }
}
"##;
    let yaml = "openapi: 3.1.0
info: { title: Orders, version: 1.0.0 }
paths:
  /orders:
    get: &get
      description: |
        All orders.
      responses:
        '200': { $ref: \"#/components/responses/All\" }
    put: { <<: *get }
components:
  responses:
    All: { description: 'All.' }
";
    for (name, text) in [("cut.json", json), ("cut.yaml", yaml)] {
        let prefixes: Vec<&str> = (0..=text.len()).filter_map(|length| text.get(..length)).collect();
        thread::scope(|scope| {
            for part in prefixes.chunks(prefixes.len().div_ceil(4)) {
                scope.spawn(move || {
                    for prefix in part {
                        let project = Project::with(name, prefix);
                        let ended = project.lint(&[name]);
                        // Before the version it is no description; after that, findings say what is missing.
                        assert!(!ended.stdout.is_empty() || ended.code == 2, "{prefix}\n{ended}");
                    }
                });
            }
        });
    }
    for (name, text, cut_before, said) in [
        ("cut.json", json, "Orders", "cut.json,line=3"),
        ("cut.json", json, "200", "cut.json,line=4"),
        ("cut.json", json, "description", "cut.json,line=5"),
        (
            "cut.yaml",
            yaml,
            ", version",
            "cut.yaml,line=2,col=7,endColumn=7,title=syntax::this `{` is never closed",
        ),
        ("cut.yaml", yaml, "components/responses/All\" }", "cut.yaml,line=9"),
        ("cut.yaml", yaml, "All.'", "cut.yaml,line=13"),
    ] {
        let prefix = &text[..text.find(cut_before).unwrap()];
        let ended = Project::with(name, prefix).lint(&[name]);
        ended.says(1, &[said, "title=syntax::"]);
        // What is cut off is not said to be missing.
        ended.does_not_say("required");
    }
}

#[test]
fn depth_is_bounded() {
    const DEPTH: usize = 100_000;
    let block: String = (0..1000).map(|level| format!("{}a:\n", " ".repeat(level))).collect();
    for (name, text) in [
        (
            "lists.json",
            format!(
                "{{ \"openapi\": \"3.1.0\", \"x-deep\": {}{} }}",
                "[".repeat(DEPTH),
                "]".repeat(DEPTH)
            ),
        ),
        (
            "objects.json",
            format!("{{ \"openapi\": \"3.1.0\", \"x-deep\": {}", "{\"a\":".repeat(DEPTH)),
        ),
        (
            "flow.yaml",
            format!("openapi: 3.1.0\nx-deep: {}{}\n", "[".repeat(DEPTH), "]".repeat(DEPTH)),
        ),
        (
            "flow-maps.yaml",
            format!("openapi: 3.1.0\nx-deep: {}\n", "{a: ".repeat(DEPTH)),
        ),
        (
            "lists.yaml",
            format!("openapi: 3.1.0\nx-deep:\n  {}a\n", "- ".repeat(DEPTH)),
        ),
        (
            "keys.yaml",
            format!("openapi: 3.1.0\nx-deep:\n  {}a\n", "? ".repeat(DEPTH)),
        ),
        ("block.yaml", format!("openapi: 3.1.0\nx-deep:\n{block}")),
    ] {
        let ended = Project::with(name, text).lint(&[name]);
        ended.says(1, &["title=within-limits::nested deeper than 200 levels"]);
    }
}

#[test]
fn a_schema_may_be_as_deep_as_the_highest_limit() {
    let text = openapi(&format!(
        "paths: {{}}\ncomponents: {{ schemas: {{ Deep: {}{{ type: string }}{} }} }}\n",
        "{ items: ".repeat(980),
        " }".repeat(980)
    ));
    let project = Project::with("deep.yaml", text);
    project.write("stipula.yaml", "rules: { extends: all }\nlimits: { depth: 100000 }\n");
    project.lint(&["deep.yaml"]).does_not_say("within-limits");
}

#[test]
fn aliases_are_bounded() {
    let mut laughs = openapi("paths: {}\nx-a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
    for level in 1..12 {
        let before = format!("*a{}", level - 1);
        laughs.push_str(&format!(
            "x-a{level}: &a{level} [{}]\n",
            [before.as_str(); 9].join(", ")
        ));
    }
    let mut merges = openapi("paths: {}\nx-a0: &a0 { k0: 0, l0: 0 }\n");
    for level in 1..40 {
        let before = level - 1;
        merges.push_str(&format!(
            "x-a{level}: &a{level} {{ <<: [*a{before}, *a{before}], k{level}: *a{before}, l{level}: *a{before} }}\n"
        ));
    }
    for (name, text) in [("laughs.yaml", laughs), ("merges.yaml", merges)] {
        let ended = Project::with(name, text).lint(&[name]);
        ended.says(1, &["title=within-limits::aliases repeat more than the limit allows"]);
    }
    let own = Project::with("own.yaml", openapi("paths: {}\nx-a: &a [*a]\nx-b: &b { <<: *b }\n"));
    own.lint(&["own.yaml"]).says(1, &["title=syntax::"]);
}

#[test]
fn references_that_never_arrive_are_found() {
    let project = Project::new();
    for (version, parts) in [
        (
            "3.0.3",
            "responses: { A: { $ref: '#/components/responses/B' }, B: { $ref: '#/components/responses/A' } }",
        ),
        (
            "3.1.0",
            "responses: { A: { $ref: '#/components/responses/B' }, B: { $ref: '#/components/responses/A' } }",
        ),
        (
            "3.0.3",
            "schemas: { A: { $ref: '#/components/schemas/B' }, B: { $ref: '#/components/schemas/A' } }",
        ),
        (
            "3.1.0",
            "schemas: { A: { $ref: '#/components/schemas/A', description: Itself. } }",
        ),
        (
            "3.1.0",
            "schemas: { A: { $ref: '#/components/schemas/B' }, B: { $ref: '#/components/schemas/A', type: object } }",
        ),
        ("3.1.0", "pathItems: { A: { $ref: '#/components/pathItems/A' } }"),
    ] {
        let text = openapi("paths: {}\n").replace("3.1.0", version);
        project.write("circle.yaml", format!("{text}components:\n  {parts}\n"));
        let ended = project.lint(&["--rule", "unused-component=off", "circle.yaml"]);
        ended.says(
            1,
            &["title=ref-resolves::", "the chain of references never arrives anywhere"],
        );
    }
    // A schema that holds itself is a tree.
    project.write(
        "tree.yaml",
        openapi(
            "paths: {}
components:
  schemas:
    Node: { properties: { next: { $ref: '#/components/schemas/Node' } }, allOf: [{ $ref: '#/components/schemas/Base' }] }
    Base: { items: { $ref: '#/components/schemas/Node' } }
",
        ),
    );
    project.lint(&["tree.yaml"]).does_not_say("ref-resolves");

    let over = |file: &str| format!("Part: {{ $ref: '{file}#/Part' }}\n");
    project.write(
        "main.yaml",
        openapi("paths: {}\ncomponents: { responses: { A: { $ref: 'one.yaml#/Part' } } }\n"),
    );
    project.write("one.yaml", over("two.yaml"));
    project.write("two.yaml", over("one.yaml"));
    project.lint(&["main.yaml"]).says(1, &["never arrives anywhere"]);
}

#[test]
fn a_chain_of_references_is_bounded() {
    let mut text = openapi("paths: {}\ncomponents:\n  schemas:\n");
    for link in 0..100_000 {
        text.push_str(&format!(
            "    S{link}: {{ $ref: '#/components/schemas/S{}' }}\n",
            link + 1
        ));
    }
    text.push_str("    S100000: { type: string }\n");
    for version in ["3.1.0", "3.0.3"] {
        let project = Project::with("chain.yaml", text.replacen("3.1.0", version, 1));
        let ended = project.lint(&["chain.yaml"]);
        ended.says(1, &["title=ref-resolves::", "never arrives anywhere"]);
        project.write(
            "stipula.yaml",
            "rules: { extends: minimal, unused-component: off }\nlimits: { reference-chain: 4000000000 }\n",
        );
        project.lint(&["chain.yaml"]).says(0, &["no findings"]);
    }
}

/// A description whose schema is in another place.
fn referring_to(target: &str) -> String {
    openapi(&format!(
        "paths: {{}}\ncomponents: {{ schemas: {{ A: {{ $ref: '{target}#/Secret' }} }} }}\n"
    ))
}

#[test]
fn references_stay_in_the_project() {
    let outside = Project::with(
        "secret.yaml",
        "Secret: { type: string, description: the password is swordfish }\n",
    );
    let project = Project::new();
    let absolute = in_document(&outside.path("secret.yaml"));
    let relative = format!(
        "../{}/secret.yaml",
        outside.path("").file_name().unwrap().to_string_lossy()
    );
    let encoded = relative.replace("..", "%2e%2e");
    let url = format!("file://{absolute}");
    let allowed = "allow it with `references: { outside-project: true }` in stipula.yaml";
    for (target, said) in [
        (absolute.as_str(), allowed),
        (&relative, allowed),
        (&encoded, allowed),
        (&url, allowed),
        ("../../../../../../../../../../etc/passwd", allowed),
        ("/etc/passwd", allowed),
        ("../../../../../../../../../../no/such/file.yaml", allowed),
        ("parts", "`parts` is a folder; a reference names a file"),
        ("missing.yaml", "`missing.yaml` does not exist"),
    ] {
        project.write("parts/a.yaml", "A: {}\n");
        project.write("orders.yaml", referring_to(target));
        let ended = project.lint(&["orders.yaml"]);
        ended.says(1, &["line=4", "title=ref-resolves::", said]);
        // Nothing of what must not be read shows anywhere, be it there or not.
        ended.does_not_say("swordfish").does_not_say("root:");
    }
    for target in [
        "https://example.com/orders.yaml",
        "http://127.0.0.1:1/orders.yaml",
        "//example.com/orders.yaml",
        "ftp://example.com/orders.yaml",
    ] {
        project.write("orders.yaml", referring_to(target));
        project
            .lint(&["orders.yaml"])
            .says(0, &["line=4", "title=ref-local::", "was not read"])
            .does_not_say("ref-resolves");
    }
    project.write("binary.yaml", b"\0\x01\x02\x03");
    project.write(
        "orders.yaml",
        openapi("paths: {}\ncomponents: { schemas: { A: { $ref: 'binary.yaml' } } }\n"),
    );
    project.lint(&["orders.yaml"]).says(1, &["line=4", "`binary.yaml` is"]);
}

#[test]
fn large_documents_are_refused_until_they_are_allowed() {
    let project = Project::new();
    // A file of nothing that takes no room on the disk.
    let huge = fs::File::create(project.path("huge.yaml")).unwrap();
    huge.set_len(100 << 20).unwrap();
    let limit = "over the limit of 64 MB; raise `limits: { document-megabytes: … }` in stipula.yaml to read it";
    project
        .lint(&["huge.yaml"])
        .says(2, &["`huge.yaml` is 100 MB large", limit]);

    let filler = format!("  # {}\n", "x".repeat(1 << 10)).repeat(3 << 10);
    project.write("orders.yaml", openapi(&format!("paths: {{}}\nx-filler:\n{filler}")));
    let allow = |megabytes: u32| {
        project.write(
            "stipula.yaml",
            format!("rules: {{ extends: minimal }}\nlimits: {{ document-megabytes: {megabytes} }}\n"),
        );
    };
    allow(1);
    project
        .lint(&["orders.yaml"])
        .says(2, &["`orders.yaml` is 4 MB large, over the limit of 1 MB"]);
    let text = fs::read(project.path("orders.yaml")).unwrap();
    project
        .run_with_input(&["lint", "-"], &text)
        .says(2, &["`<stdin>`", "over the limit of 1 MB"]);
    allow(8);
    project.lint(&["orders.yaml"]).says(0, &["no findings in 1 document"]);
}

#[test]
fn wide_documents_take_their_time_and_no_more() {
    let pairs = |count: usize, key: &dyn Fn(usize) -> String| -> String {
        let pairs: Vec<String> = (0..count).map(|at| format!("\"{}\": {at}", key(at))).collect();
        pairs.join(", ")
    };
    let head = "\"openapi\": \"3.1.0\", \"info\": { \"title\": \"Orders\", \"version\": \"1.0.0\" }, \"paths\": {}";
    let one_line = format!(
        "{{ {head}, \"x-wide\": {{ {} }} }}",
        pairs(100_000, &|at| format!("key-number-{at}"))
    );
    assert!(one_line.len() > 2 << 20);
    let duplicates = format!("{{ {head}, \"x-same\": {{ {} }} }}", pairs(100_000, &|_| "same".into()));
    let unknown = format!("{{ {head}, {} }}", pairs(200_000, &|at| format!("pathz{at}")));
    let long_key = format!("{{ {head}, \"{}\": 1 }}", "k".repeat(1 << 20));
    let long_text = format!("{{ {head}, \"tags\": \"{}\" }}", "t".repeat(1 << 20));
    for (name, text, code, said) in [
        ("one-line.json", &one_line, 0, "no findings"),
        (
            "duplicates.json",
            &duplicates,
            1,
            "key `same` stands twice in this object",
        ),
        (
            "unknown.json",
            &unknown,
            1,
            "title=unknown-key::unknown key `pathz0` in Root; did you mean `paths`?",
        ),
        ("long-key.json", &long_key, 1, "the key is longer than 4096 bytes"),
        ("long-text.json", &long_text, 1, "title=spec-valid::"),
    ] {
        let project = Project::with(name, text);
        let ended = project.lint(&[name]);
        ended.says(code, &[said]);
        // For people: what nobody can read in one go is cut short.
        let text = project.run(&["lint", name]);
        assert_eq!(text.code, code);
        assert!(text.stdout.len() < 100_000, "{name}: {} bytes", text.stdout.len());
        // The same, as YAML has it: there, a key may only be as long as a line that somebody reads.
        let yaml = name.replace("json", "yaml");
        project.write(&yaml, fs::read(project.path(name)).unwrap());
        let (code, said) = if name == "long-key.json" {
            (2, "line 1, column")
        } else {
            (code, said)
        };
        project.lint(&[&yaml]).says(code, &[said]);
    }
}

#[cfg(unix)]
#[test]
fn odd_files_are_told_apart() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let project = Project::with("api/orders.yaml", openapi("paths: {}\n"));
    symlink(project.path("api"), project.path("api/again")).unwrap();
    symlink("round.yaml", project.path("round.yaml")).unwrap();
    symlink("gone.yaml", project.path("dangling.yaml")).unwrap();
    // A walk goes round no circle and passes by what leads nowhere.
    project.lint(&[]).says(0, &["found api/orders.yaml", "in 1 document"]);
    project
        .lint(&["dangling.yaml"])
        .says(2, &["`dangling.yaml` does not exist"]);
    project.lint(&["round.yaml"]).says(2, &["`round.yaml`"]);
    // One file is one document, by whatever name.
    symlink("orders.yaml", project.path("api/link.yaml")).unwrap();
    project
        .lint(&["api/orders.yaml", "api/link.yaml", "api/again/orders.yaml"])
        .says(0, &["in 1 document,"]);
    // A link inside the project may not lead out of it.
    let outside = Project::with("secret.yaml", "Secret: { type: string }\n");
    symlink(outside.path("secret.yaml"), project.path("api/inside.yaml")).unwrap();
    project.write(
        "api/orders.yaml",
        openapi("paths: {}\ncomponents: { schemas: { A: { $ref: 'inside.yaml#/Secret' } } }\n"),
    );
    project
        .lint(&["api/orders.yaml"])
        .says(1, &["`inside.yaml` lies outside the project"]);

    let locked = project.path("locked.yaml");
    project.write("locked.yaml", openapi("paths: {}\n"));
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).unwrap();
    // Who may do anything reads it anyway.
    if fs::File::open(&locked).is_err() {
        project
            .lint(&["locked.yaml"])
            .says(2, &["`locked.yaml` cannot be read"]);
    }
}

#[test]
fn a_folder_may_be_called_anything() {
    let project = Project::with("[draft] {v2}/api/a.yaml", openapi("paths: {}\n"));
    project.write("[draft] {v2}/api/b.yaml", openapi("paths: {}\n"));
    let ended = wait(
        project
            .command(&["lint", "--format", "github", "./api/*.yaml"])
            .current_dir(project.path("[draft] {v2}"))
            .spawn()
            .unwrap(),
    );
    ended.says(0, &["in 2 documents"]);
}

#[test]
fn who_stops_listening_hears_no_complaint() {
    let mut text = openapi("paths:\n");
    for path in 0..2000 {
        text.push_str(&format!("  /orders{path}/{{id}}: {{ get: {{}} }}\n"));
    }
    let project = Project::with("orders.yaml", text);
    for arguments in [
        &["lint", "--verbose", "orders.yaml"][..],
        &["lint", "--format", "json", "orders.yaml"],
        &["lint", "--format", "sarif", "--quiet", "orders.yaml"],
        &["rules"],
        &["rules", "--format", "json"],
        &["explain", "ref-resolves"],
        &["--help"],
    ] {
        let mut child = project.command(arguments).spawn().unwrap();
        drop(child.stdout.take());
        let ended = wait(child);
        assert_eq!(ended.stderr, "", "{arguments:?}");
    }
    // Neither does who never listened.
    let quiet = project
        .command(&["lint", "missing.yaml"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    assert_eq!(wait(quiet).code, 2);
}

#[test]
fn a_report_that_cannot_be_written_fails_the_run() {
    let project = Project::with("orders.yaml", openapi("paths: {}\n"));
    for (target, said) in [
        (
            "json=/no/such/folder/x.json",
            "`/no/such/folder/x.json` cannot be written",
        ),
        ("json=.", "`.` cannot be written"),
        ("sarif=orders.yaml/x.sarif", "`orders.yaml/x.sarif` cannot be written"),
    ] {
        project
            .run(&["lint", "--format", target, "orders.yaml"])
            .says(2, &[said]);
    }
    project
        .run(&[
            "lint",
            "--baseline",
            "no/such/folder.json",
            "--update-baseline",
            "orders.yaml",
        ])
        .says(2, &["`no/such/folder.json` cannot be written"]);
}

#[test]
fn a_hostile_configuration_is_refused() {
    let project = Project::with("orders.yaml", openapi("paths: {}\n"));
    let deep = format!("apis: {}{}\n", "[".repeat(100_000), "]".repeat(100_000));
    for (text, said) in [
        (deep.as_str(), "nested deeper than"),
        (
            "limits: { document-megabytes: 99999999999999999999 }\n",
            "a whole number",
        ),
        (
            "limits: { document-megabytes: 5000 }\n",
            "5000 is not between 1 and 4000",
        ),
        ("limits: { depth: 4294967296 }\n", "not between 8 and 1000"),
        ("fail-om: error\n", "did you mean `fail-on`?"),
        ("apis: &a [*a]\n", "stipula.yaml:1:"),
        ("rules: { extends: [minimal, {}] }\n", "stipula.yaml:1:"),
        ("\u{1}: 1\n", "stipula.yaml:1:"),
    ] {
        project.write("stipula.yaml", text);
        project.lint(&["orders.yaml"]).says(2, &[said]);
    }
    project.write("stipula.yaml", b"rules:\xFF\n");
    project.lint(&["orders.yaml"]).says(2, &["`stipula.yaml` is not UTF-8"]);
    // The highest limits there are.
    project.write(
        "stipula.yaml",
        "rules: { extends: minimal }\nlimits: { document-megabytes: 4000, depth: 1000, key-bytes: 1000000, alias-nodes: 4294967295, reference-chain: 4294967295, referenced-files: 4294967295, syntax-errors: 10000 }\n",
    );
    project.lint(&["orders.yaml"]).says(0, &["no findings"]);
}
