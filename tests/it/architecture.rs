//! The dependencies of the modules run one way, as docs/architecture.md draws them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// What each module may use. An arrow may skip steps and never turns back.
const MAY_USE: &[(&str, &[&str])] = &[
    ("source", &[]),
    ("syntax", &["source"]),
    ("document", &["syntax", "source"]),
    ("finding", &["document", "syntax", "source"]),
    ("schema", &["finding", "document", "syntax", "source"]),
    ("rules", &["schema", "finding", "document", "syntax", "source"]),
    ("lint", &["rules", "finding", "document", "syntax", "source"]),
    (
        "breaking",
        &["rules", "schema", "finding", "document", "syntax", "source"],
    ),
    ("contract", &["finding", "document", "syntax", "source"]),
    (
        "conformance",
        &["contract", "schema", "finding", "document", "syntax", "source"],
    ),
    ("provider", &["contract", "finding", "document", "syntax", "source"]),
    ("formats", &["document", "syntax", "source"]),
    ("policy", &["rules", "finding", "document", "syntax", "source"]),
    (
        "report",
        &["policy", "rules", "finding", "document", "syntax", "source"],
    ),
    (
        "cli",
        &[
            "report",
            "policy",
            "breaking",
            "conformance",
            "provider",
            "contract",
            "lint",
            "rules",
            "schema",
            "finding",
            "formats",
            "document",
            "syntax",
            "source",
        ],
    ),
];

/// Modules that read and write files, talk to terminals, or ask for the time. All others are functions of what they
/// are given.
const DOES_IO: &[&str] = &["cli", "provider", "source"];

#[test]
fn dependencies_run_one_way() {
    let mut wrong = Vec::new();
    for (module, text, file) in sources() {
        let may_use = MAY_USE.iter().find(|(name, _)| *name == module);
        let Some((_, may_use)) = may_use else {
            wrong.push(format!("{file}: `{module}` has no place in the architecture"));
            continue;
        };
        for used in uses(&text) {
            if used != module && !may_use.contains(&used.as_str()) {
                wrong.push(format!("{file}: `{module}` uses `{used}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_is_used_or_is_the_top() {
    let mut users: BTreeMap<String, usize> = BTreeMap::new();
    for (module, text, _) in sources() {
        for used in uses(&text).filter(|used| *used != module) {
            *users.entry(used).or_default() += 1;
        }
    }
    let unused: Vec<&str> = MAY_USE
        .iter()
        .map(|(module, _)| *module)
        .filter(|module| *module != "cli" && !users.contains_key(*module))
        .collect();
    assert!(unused.is_empty(), "nothing uses {unused:?}");
}

#[test]
fn only_the_edges_do_io() {
    let words = [
        "std::fs",
        "std::env",
        "std::process",
        "TcpStream",
        "io::stdin",
        "io::stdout",
        "SystemTime",
        "now_utc",
    ];
    let mut wrong = Vec::new();
    for (module, text, file) in sources() {
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for word in words {
            if code.contains(word) && !DOES_IO.contains(&module.as_str()) {
                wrong.push(format!("{file}: `{module}` uses `{word}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn functions_know_no_rule() {
    let mut wrong = Vec::new();
    for (module, text, file) in sources().filter(|(module, _, _)| module != "cli") {
        for declaration in stipula::rules::catalog::builtin() {
            let is_function = stipula::rules::vocabulary::find_function(&declaration.id).is_some();
            if !is_function && text.contains(&format!("\"{}\"", declaration.id)) && !is_word_of_own(&declaration.id) {
                wrong.push(format!("{file}: `{module}` names the rule `{}`", declaration.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Words that are the names of rules and of something else, too.
fn is_word_of_own(id: &str) -> bool {
    let problem = matches!(id, "syntax" | "duplicate-key" | "unknown-tag");
    let violation = matches!(id, "spec-valid" | "unknown-key" | "unlikely-key");
    problem || violation || stipula::rules::page::EVENTS.contains(&id)
}

/// The names of modules in paths that start at the crate, in code and not in its tests.
fn uses(text: &str) -> impl Iterator<Item = String> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    code.split("crate::").skip(1).map(|rest| {
        rest.chars()
            .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
            .collect()
    })
}

/// Every source file below a module's folder: the module, the text, the path.
fn sources() -> impl Iterator<Item = (String, String, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![src.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let below = path.strip_prefix(&src).expect("below src");
                let module = below.iter().next().expect("a name").to_string_lossy().into_owned();
                let is_top = below.components().count() == 1;
                if !is_top {
                    let text = fs::read_to_string(&path).expect("a text");
                    found.push((module, text, below.display().to_string()));
                }
            }
        }
    }
    assert!(found.len() > 50, "the sources are found");
    found.sort();
    found.into_iter()
}
