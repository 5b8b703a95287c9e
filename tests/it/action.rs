//! The steps of `action.yml`, run as GitHub runs them: with its variables and files, on a repository as users have it.
//! Without bash they are skipped, saying so.

use crate::git_revisions::{Git, git_in, with_git};
use crate::shop::{SETTINGS, shop};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use stipula::source::{Limits, Source};
use stipula::syntax::{self, NodeId, Tree};
use tempfile::TempDir;

const ACTION: &str = include_str!("../../action.yml");

fn action() -> Tree {
    syntax::read(&Arc::new(Source::from_text("action.yml", ACTION)), &Limits::default())
}

/// A step of the action.
struct Step {
    environment: BTreeMap<String, String>,
    script: String,
}

fn steps() -> Vec<Step> {
    let tree = action();
    let runs = tree.find(NodeId::ROOT, "runs").unwrap();
    let steps = tree.children(tree.find(runs, "steps").unwrap());
    let entries = |id: NodeId| {
        let entries = tree.children(id);
        entries.map(|id| (tree.key_text(id).unwrap().to_owned(), tree.text(id).to_owned()))
    };
    steps
        .map(|step| Step {
            environment: entries(tree.find(step, "env").unwrap()).collect(),
            script: tree.text(tree.find(step, "run").unwrap()).to_owned(),
        })
        .collect()
}

/// The default of each input.
fn defaults() -> BTreeMap<String, String> {
    let tree = action();
    let inputs = tree.find(NodeId::ROOT, "inputs").unwrap();
    let inputs = tree.children(inputs);
    let default = |id| tree.find(id, "default").map_or("", |id| tree.text(id)).to_owned();
    inputs
        .map(|id| (tree.key_text(id).unwrap().to_owned(), default(id)))
        .collect()
}

/// A machine that carries out steps.
struct Runner {
    folder: TempDir,
    action: PathBuf,
    variables: Vec<(String, String)>,
}

/// What became of a step.
#[derive(Debug)]
struct Done {
    code: i32,
    log: String,
    outputs: BTreeMap<String, String>,
    summary: String,
}

impl Runner {
    /// A machine; nothing, said aloud, without bash.
    fn new() -> Option<Self> {
        if Command::new("bash").arg("--version").output().is_err() {
            println!("skipped: bash is not there");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        for file in ["path", "output", "summary"] {
            fs::write(folder.path().join(file), "").unwrap();
        }
        Some(Self {
            folder,
            action: Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf(),
            variables: Vec::new(),
        })
    }

    fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.variables.push((name.to_owned(), value.into()));
        self
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.folder.path().join(file)).unwrap()
    }

    /// Carries out a step with these inputs.
    fn step(&self, step: &Step, inputs: &[(&str, &str)], folder: &Path) -> Done {
        let mut values = defaults();
        for (name, value) in inputs {
            assert!(
                values.insert((*name).to_owned(), (*value).to_owned()).is_some(),
                "{name} is no input"
            );
        }
        let told = |expression: &str| match expression.trim_start_matches("${{ ").trim_end_matches(" }}") {
            "github.action_path" => self.action.display().to_string(),
            "github.action_repository" => "acme/stipula".to_owned(),
            other => match values[other.strip_prefix("inputs.").unwrap()].as_str() {
                "${{ github.token }}" => String::new(),
                value => value.to_owned(),
            },
        };
        let file = |name: &str| self.folder.path().join(name);
        let binary = Path::new(env!("CARGO_BIN_EXE_stipula")).parent().unwrap();
        let path = std::env::var("PATH").unwrap();
        let mut command = Command::new("bash");
        command
            .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &step.script])
            .current_dir(folder)
            .envs(step.environment.iter().map(|(name, value)| (name, told(value))))
            .env("PATH", format!("{}:{path}", binary.display()))
            .env("RUNNER_TEMP", self.folder.path())
            .env("GITHUB_PATH", file("path"))
            .env("GITHUB_OUTPUT", file("output"))
            .env("GITHUB_STEP_SUMMARY", file("summary"))
            .env_remove("GITHUB_BASE_REF")
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null());
        let output = with_git(&mut command).output().unwrap();
        let mut log = String::from_utf8(output.stdout).unwrap();
        log.push_str(&String::from_utf8(output.stderr).unwrap());
        let outputs = self.read("output");
        let outputs = outputs.lines().map(|line| line.split_once('=').unwrap());
        Done {
            code: output.status.code().unwrap(),
            log,
            outputs: outputs
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            summary: self.read("summary"),
        }
    }

    fn run(&self, inputs: &[(&str, &str)], folder: &Path) -> Done {
        self.step(&steps()[1], inputs, folder)
    }

    fn install(&self, inputs: &[(&str, &str)]) -> Done {
        self.step(&steps()[0], inputs, self.folder.path())
    }
}

#[test]
fn no_text_from_outside_is_put_into_a_script() {
    let all = steps();
    assert_eq!(all.len(), 2);
    for step in &all {
        assert!(!step.script.contains("${{"), "{}", step.script);
    }
    // Every input reaches a step.
    let used: Vec<&String> = all.iter().flat_map(|step| step.environment.values()).collect();
    for name in defaults().keys() {
        let expression = format!("${{{{ inputs.{name} }}}}");
        assert!(used.iter().any(|value| **value == expression), "{name} is not used");
    }
}

/// The branch as a runner checks it out.
fn branch() -> Option<(Git, Runner)> {
    Some((shop()?, Runner::new()?))
}

#[test]
fn check_annotates_reports_and_fails() {
    let Some((git, runner)) = branch() else { return };
    let done = runner.run(&[("against", "main")], &git.path(""));
    assert_eq!(done.code, 1, "{done:?}");
    for rule in ["resource-plural", "property-required-added", "described-request"] {
        let annotated = done
            .log
            .lines()
            .any(|line| line.starts_with("::error file=") && line.contains(rule));
        assert!(annotated, "{rule}: {}", done.log);
    }
    assert_eq!(
        (&*done.outputs["exit-code"], &*done.outputs["sarif"]),
        ("1", "stipula.sarif")
    );
    let report: serde_json::Value =
        serde_json::from_slice(&fs::read(git.path(&done.outputs["json"])).unwrap()).unwrap();
    for name in ["errors", "warnings", "infos"] {
        assert_eq!(done.outputs[name], report["summary"][name].to_string(), "{name}");
    }
    assert_eq!(report["command"], "check");
    let sarif = fs::read_to_string(git.path("stipula.sarif")).unwrap();
    assert!(sarif.contains("property-required-added"));
    assert!(done.summary.starts_with("# stipula check\n"), "{}", done.summary);
    assert!(done.summary.contains("names a collection"), "{}", done.summary);
}

#[test]
fn each_command_runs_with_its_inputs() {
    let Some((git, runner)) = branch() else { return };
    let lint = runner.run(&[("command", "lint"), ("paths", "api/*.yaml")], &git.path(""));
    assert_eq!(
        (lint.code, lint.log.contains("property-required-added")),
        (1, false),
        "{lint:?}"
    );
    let quiet = runner.run(&[("command", "lint"), ("fail-on", "never")], &git.path(""));
    assert_eq!(quiet.code, 0, "{quiet:?}");
    let breaking = runner.run(&[("command", "breaking"), ("against", "main")], &git.path(""));
    assert_eq!(
        (breaking.code, breaking.log.contains("resource-plural")),
        (1, false),
        "{breaking:?}"
    );
    let verify = runner.run(
        &[("command", "verify"), ("arguments", "--described\n--verbose")],
        &git.path(""),
    );
    assert_eq!(
        (verify.code, verify.log.contains("described-request")),
        (1, true),
        "{verify:?}"
    );
}

#[test]
fn hostile_inputs_stay_texts() {
    let Some((git, runner)) = branch() else { return };
    let hostile = "$(touch hacked) `touch hacked` ; touch hacked; \"; touch hacked #";
    for input in [
        "command",
        "paths",
        "against",
        "config",
        "fail-on",
        "arguments",
        "sarif",
        "json",
    ] {
        let done = runner.run(&[("command", "lint"), (input, hostile)], &git.path(""));
        assert!(!git.path("hacked").exists(), "{input}: {done:?}");
    }
}

#[test]
fn a_run_that_could_not_run_says_so() {
    let Some((git, runner)) = branch() else { return };
    let done = runner.run(&[("config", "gone.yaml")], &git.path(""));
    assert_eq!((done.code, &*done.outputs["exit-code"]), (2, "2"), "{done:?}");
    assert!(
        done.log.contains("gone.yaml") && done.summary.contains("could not run"),
        "{done:?}"
    );
    let done = runner.run(&[("command", "publish")], &git.path(""));
    assert!(
        done.code == 2
            && done
                .log
                .contains("::error title=stipula::there is no command 'publish'"),
        "{done:?}"
    );
}

#[test]
fn a_shallow_checkout_gets_the_history_it_needs() {
    let Some((git, runner)) = branch() else { return };
    let runner = runner.with("GITHUB_BASE_REF", "main");
    // On `main`, somebody else goes on: that is not held against the branch.
    git.git(&["checkout", "-q", "main"]);
    git.write("README.md", "# Orders\n");
    git.commit("A word about it");
    git.git(&["checkout", "-q", "feature"]);
    let folder = tempfile::tempdir().unwrap();
    let origin = format!("file://{}", git.path("").display());
    git_in(
        folder.path(),
        &["clone", "-q", "--depth", "1", "--branch", "feature", &origin, "work"],
    );
    let work = folder.path().join("work");
    let done = runner.run(&[("command", "breaking")], &work);
    assert_eq!(done.code, 1, "{done:?}");
    assert!(done.log.contains("property-required-added"), "{done:?}");
    // Where it can no longer be fetched, the message says what to set.
    git_in(
        folder.path(),
        &["clone", "-q", "--depth", "1", "--branch", "feature", &origin, "alone"],
    );
    let alone = folder.path().join("alone");
    git_in(&alone, &["remote", "set-url", "origin", "/nonexistent"]);
    let done = runner.run(&[("command", "breaking")], &alone);
    assert!(done.code == 2 && done.log.contains("fetch-depth: 0"), "{done:?}");
}

#[test]
fn annotations_stay_within_what_github_shows() {
    let Some((git, runner)) = branch() else { return };
    let paths: String = (0..30)
        .map(|number| {
            format!("  /thing{number}/{{id}}:\n    get: {{ responses: {{ '200': {{ description: It. }} }} }}\n")
        })
        .collect();
    git.write(
        "api/openapi.yaml",
        format!("openapi: 3.1.0\ninfo: {{ title: T, version: '1' }}\npaths:\n{paths}"),
    );
    let done = runner.run(&[("command", "lint")], &git.path(""));
    let annotations = |sort: &str| {
        done.log
            .lines()
            .filter(|line| line.starts_with(&format!("::{sort} ")))
            .count()
    };
    assert_eq!(annotations("error"), 10, "{}", done.log);
    assert!(annotations("warning") <= 10 && annotations("notice") <= 10);
    assert!(done.log.contains("annotations"), "what has none is told: {}", done.log);
    assert!(done.summary.matches("**error**").count() >= 30, "{}", done.summary);
}

#[test]
fn summaries_stay_within_what_github_takes() {
    let Some((git, runner)) = branch() else { return };
    let paths: String = (0..9000)
        .map(|number| {
            format!("  /thing{number}/{{id}}:\n    get: {{ responses: {{ '200': {{ description: It. }} }} }}\n")
        })
        .collect();
    git.write(
        "api/openapi.yaml",
        format!("openapi: 3.1.0\ninfo: {{ title: T, version: '1' }}\npaths:\n{paths}"),
    );
    let done = runner.run(&[("command", "lint")], &git.path(""));
    assert!(
        (500_000..1 << 20).contains(&done.summary.len()),
        "{}",
        done.summary.len()
    );
    assert!(done.summary.ends_with("the reports have all of it.\n"));
}

/// A release of the action, as GitHub would give it out, of a binary that says its name.
fn release(runner: &Runner, checksums: Option<&str>) -> String {
    let home = runner.folder.path().join("releases/acme/stipula/releases/download");
    let version = concat!("v", env!("CARGO_PKG_VERSION"));
    let folder = home.join(version);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("stipula"), "#!/bin/sh\necho the release\n").unwrap();
    let archive = format!("stipula-{version}-x86_64-unknown-linux-musl.tar.gz");
    let run = |line: &str| {
        let done = Command::new("bash").args(["-c", line]).current_dir(&folder).status();
        assert!(done.unwrap().success(), "{line}");
    };
    run(&format!("chmod +x stipula && tar -czf {archive} stipula"));
    match checksums {
        Some(text) => fs::write(folder.join("SHA256SUMS"), text.replace("ARCHIVE", &archive)).unwrap(),
        None => run(&format!("sha256sum {archive} > SHA256SUMS")),
    }
    format!("file://{}", runner.folder.path().join("releases").display())
}

fn linux(runner: Runner) -> Runner {
    runner.with("RUNNER_OS", "Linux").with("RUNNER_ARCH", "X64")
}

#[test]
fn the_release_is_installed_if_its_checksum_is_right() {
    let Some(runner) = Runner::new() else { return };
    let server = release(&runner, None);
    let runner = linux(runner).with("GITHUB_SERVER_URL", server);
    let done = runner.install(&[]);
    assert_eq!(done.code, 0, "{done:?}");
    let bin = PathBuf::from(runner.read("path").trim());
    let said = Command::new(bin.join("stipula")).output().unwrap();
    assert_eq!(said.stdout, b"the release\n");
}

#[test]
fn a_release_that_is_not_what_it_says_is_not_installed() {
    let wrong = format!("{}  ARCHIVE\n", "0".repeat(64));
    for checksums in [wrong.as_str(), "", "0123  ARCHIVE\n"] {
        let Some(runner) = Runner::new() else { return };
        let server = release(&runner, Some(checksums));
        let runner = linux(runner).with("GITHUB_SERVER_URL", server);
        let done = runner.install(&[]);
        assert!(
            done.code == 2 && done.log.contains("is not what the release says"),
            "{done:?}"
        );
        assert_eq!(runner.read("path"), "");
    }
}

#[test]
fn without_a_release_the_action_is_built() {
    let Some(runner) = Runner::new() else { return };
    // What stands for cargo writes down what it is asked for.
    let bin = runner.folder.path().join("fake");
    fs::create_dir_all(&bin).unwrap();
    fs::write(bin.join("cargo"), "#!/bin/sh\necho \"cargo $*\"\n").unwrap();
    let made = Command::new("chmod").arg("+x").arg(bin.join("cargo")).status();
    assert!(made.unwrap().success());
    let path = std::env::var("PATH").unwrap();
    let runner = linux(runner)
        .with("GITHUB_SERVER_URL", "file:///nonexistent")
        .with("PATH", format!("{}:{path}", bin.display()));
    let done = runner.install(&[]);
    assert_eq!(done.code, 0, "{done:?}");
    assert!(done.log.contains("cargo install --locked --quiet --path"), "{done:?}");
    // Who asks for a release wants that one, and nothing else.
    let done = runner.install(&[("version", "v9.9.9")]);
    assert!(
        done.code == 2 && done.log.contains("the release v9.9.9 has no binary"),
        "{done:?}"
    );
}

#[test]
fn what_stipula_yaml_says_is_what_runs_without_a_pull_request() {
    let Some((git, runner)) = branch() else { return };
    git.write("stipula.yaml", SETTINGS.replace("against: main", "against: feature"));
    let done = runner.run(&[], &git.path(""));
    assert_eq!(
        (done.code, done.log.contains("property-required-added")),
        (1, false),
        "{done:?}"
    );
}
