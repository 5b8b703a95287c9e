//! The files that `stipula init` writes.

use super::BASELINE;
use super::found::{Api, Described, Found};
use crate::cli::args::InitArgs;
use crate::policy::config::FILE_NAME;
use std::fmt::Write as _;
use std::path::Path;

/// A file that is written unless it is there.
pub(super) struct Planned {
    pub(super) path: &'static str,
    pub(super) text: String,
    /// What to do if it is there, as the end of a sentence.
    pub(super) if_there: String,
}

const WORKFLOW: &str = ".github/workflows/stipula.yml";
const GITLAB: &str = ".gitlab/stipula.yml";
/// What stands for who keeps the action, until somebody says who does.
const OWNER: &str = "OWNER/";
/// What a stage of Jenkins runs; the JUnit report is for its `junit` step.
const JENKINS: &str = "stipula check --format text --format junit=stipula.xml";
const HOOKS: &str = ".pre-commit-config.yaml";

/// The files for what was found.
pub(super) fn planned(found: &Found, args: &InitArgs, root: &Path) -> Vec<Planned> {
    let mut all = vec![Planned {
        path: FILE_NAME,
        text: settings(found, args.baseline),
        if_there: String::new(),
    }];
    if found.ci.github {
        all.push(Planned {
            path: WORKFLOW,
            text: workflow(found, &args.action),
            if_there: String::new(),
        });
    }
    if found.ci.gitlab {
        all.push(Planned {
            path: GITLAB,
            text: gitlab(),
            if_there: String::new(),
        });
    }
    if found.ci.git || root.join(HOOKS).exists() {
        let hook = hook(found);
        all.push(Planned {
            path: HOOKS,
            text: format!("# `pre-commit install` runs this before each commit.\nrepos:\n{hook}"),
            if_there: format!("; this is the hook to add below `repos`:\n{}", hook.trim_end()),
        });
    }
    all
}

/// What is left to do by hand, a sentence each.
pub(super) fn advice(found: &Found, args: &InitArgs) -> Vec<String> {
    let mut advice = Vec::new();
    if found.ci.github && args.action.starts_with(OWNER) {
        advice.push(format!(
            "put who keeps stipula for you in the place of {OWNER} in {WORKFLOW}, or say so with --action"
        ));
    }
    if found.ci.gitlab {
        advice.push(format!("add `include: [{{ local: {GITLAB} }}]` to .gitlab-ci.yml"));
    }
    if found.ci.jenkins {
        advice.push(format!("add `sh '{JENKINS}'` to a stage of Jenkinsfile"));
    }
    advice.push("now run `stipula check`".to_owned());
    advice
}

fn settings(found: &Found, has_baseline: bool) -> String {
    let mut text = String::from(
        "# What stipula checks here. `stipula check` does all of it; `stipula init --schema` prints every setting, for editors.\napis:\n",
    );
    for (position, api) in found.apis.iter().enumerate() {
        text.push_str(&entry(api, found.base.as_deref(), position == 0));
    }
    if !found.aside.is_empty() {
        text.push_str("# Left out, as they look like test data or like others':\n");
        for path in &found.aside {
            let _ = writeln!(text, "#   {path}");
        }
    }
    if !found.others.is_empty() {
        text.push_str("# Contracts of providers that are called otherwise than the APIs above; add them as `contracts` where they belong:\n");
        for (path, provider) in &found.others {
            let _ = writeln!(text, "#   {path} ({})", provider.replace(char::is_control, " "));
        }
    }
    text.push_str(
        "
rules:
  extends: recommended   # or minimal (what makes a description valid), strict, all
  # list-paginated: off  # `stipula explain list-paginated` says what a rule wants
  # paths:
  #   \"legacy/**\": { resource-plural: off }

fail-on: error           # or warning, info, never
",
    );
    if has_baseline {
        let _ = writeln!(
            text,
            "baseline: {BASELINE}   # what is known; it shrinks as findings are mended"
        );
    } else {
        let _ = writeln!(
            text,
            "# baseline: {BASELINE}   # what is known; `stipula check --baseline {BASELINE} --update-baseline` writes it"
        );
    }
    text
}

/// What is said of an API; what the settings are for is told with the first one.
fn entry(api: &Api, base: Option<&str>, is_first: bool) -> String {
    let note = |text: &str| {
        if is_first {
            format!("   # {text}")
        } else {
            String::new()
        }
    };
    let mut text = format!("  - name: {}\n", scalar(&api.name));
    match &api.described {
        Described::File(path) => {
            let _ = writeln!(text, "    spec: {}", scalar(path));
        }
        Described::AsyncApi(path) => {
            let _ = writeln!(text, "    asyncapi: {}", scalar(path));
        }
        Described::Protobuf(roots) => {
            let roots: Vec<String> = roots.iter().map(|root| scalar(root)).collect();
            let _ = match roots.as_slice() {
                [only] => writeln!(text, "    proto: {{ root: {only} }}"),
                several => writeln!(
                    text,
                    "    proto:\n      root:\n        - {}",
                    several.join("\n        - ")
                ),
            };
        }
    }
    if let Some(base) = base {
        let note = note("changes are held against where the branch left it");
        let _ = writeln!(text, "    against: {}{note}", scalar(base));
    } else if is_first {
        text.push_str("    # against: origin/main   # what changes are held against\n");
    }
    if !api.contracts.is_empty() {
        text.push_str("    contracts:\n");
        for path in &api.contracts {
            let _ = writeln!(text, "      - {}", scalar(path));
        }
        text.push_str("    # provider: ${PROVIDER_URL}   # where it runs, to hold that against the contracts, too\n");
    } else if is_first && matches!(api.described, Described::File(_)) {
        text.push_str("    # contracts: pacts/*.json   # what consumers recorded\n");
    }
    text
}

fn workflow(found: &Found, action: &str) -> String {
    let branch = found
        .base
        .as_deref()
        .map_or("main", |base| base.rsplit('/').next().unwrap_or(base));
    format!(
        "\
name: stipula
on:
  pull_request:
  push:
    branches: [{branch}]
permissions:
  contents: read
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0   # changes are held against the base branch
      - uses: {action}
        with:
          command: check
"
    )
}

fn gitlab() -> String {
    "\
# Included by .gitlab-ci.yml. The image has to have the command stipula.
stipula:
  stage: test
  variables:
    GIT_DEPTH: 0   # changes are held against the base branch
  script:
    - stipula check --format gitlab=gl-code-quality-report.json --format junit=stipula.xml --format text
  artifacts:
    when: always
    reports:
      codequality: gl-code-quality-report.json
      junit: stipula.xml
"
    .to_owned()
}

fn hook(found: &Found) -> String {
    let paths = found.apis.iter().flat_map(|api| {
        let described: Vec<String> = match &api.described {
            Described::File(path) | Described::AsyncApi(path) => vec![regex_syntax::escape(path)],
            Described::Protobuf(roots) => roots.iter().map(|root| below(root)).collect(),
        };
        described
            .into_iter()
            .chain(api.contracts.iter().map(|path| regex_syntax::escape(path)))
    });
    let paths: Vec<String> = paths.chain([regex_syntax::escape(FILE_NAME)]).collect();
    // A backslash at the end of the first line would take the indentation away, too.
    format!(
        "  - repo: local
    hooks:
      - id: stipula-check
        name: stipula check
        entry: stipula check
        language: system
        pass_filenames: false
        files: {}
",
        scalar(&format!("^({})$", paths.join("|")))
    )
}

/// A pattern for the Protobuf files below a folder.
fn below(root: &str) -> String {
    match root {
        "." => r".*\.proto".to_owned(),
        _ => format!(r"{}/.*\.proto", regex_syntax::escape(root)),
    }
}

/// A string as YAML has it: plain where that is safe, else as JSON has it.
fn scalar(text: &str) -> String {
    let is_plain = text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-' | '/'));
    let is_word = matches!(text, "true" | "false" | "null" | "yes" | "no" | "on" | "off");
    if is_plain && !is_word {
        text.to_owned()
    } else {
        serde_json::Value::from(text).to_string()
    }
}
