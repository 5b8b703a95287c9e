//! The built tool, run in a folder of its own.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use tempfile::TempDir;

/// No input may keep the tool longer than this; real runs take a hundredth of it.
const LONGEST: Duration = Duration::from_secs(60);

/// A folder with files that is thrown away.
pub(crate) struct Project {
    folder: TempDir,
}

/// How a run ended, and what it said.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Project {
    /// An empty folder but for a configuration: few rules run, and nothing above the folder is looked at.
    pub(crate) fn new() -> Self {
        let project = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        project.write("stipula.yaml", "rules: { extends: minimal }\n");
        project
    }

    /// A project with one file.
    pub(crate) fn with(path: &str, text: impl AsRef<[u8]>) -> Self {
        let project = Self::new();
        project.write(path, text);
        project
    }

    /// Where a file lies, or would.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Writes a file, and the folders above it.
    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// The tool with its arguments, ready to start in the project.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stipula"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs the tool.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        wait(self.command(arguments).spawn().unwrap())
    }

    /// Runs the tool with a text as its standard input.
    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &[u8]) -> Ended {
        let mut child = self.command(arguments).stdin(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        thread::scope(|scope| {
            // The tool may have seen enough before it has read all.
            scope.spawn(move || drop(stdin.write_all(input)));
            wait(child)
        })
    }

    /// Lints with annotations for the report: a line a finding.
    pub(crate) fn lint(&self, paths: &[&str]) -> Ended {
        let mut arguments = vec!["lint", "--format", "github"];
        arguments.extend(paths);
        self.run(&arguments)
    }

    /// The JSON report of a run, and how it ended.
    pub(crate) fn report(&self, arguments: &[&str]) -> (serde_json::Value, Ended) {
        let mut all = vec!["lint", "--format", "json"];
        all.extend(arguments);
        let ended = self.run(&all);
        let report = serde_json::from_str(&ended.stdout)
            .unwrap_or_else(|error| panic!("the report is no JSON: {error}\n{ended:?}"));
        (report, ended)
    }
}

/// Waits for the end, which must come soon and without a panic.
pub(crate) fn wait(mut child: Child) -> Ended {
    let stdout = reader(child.stdout.take());
    let stderr = reader(child.stderr.take());
    let (sender, receiver) = mpsc::channel();
    let id = child.id();
    let waiter = thread::spawn(move || {
        let both = (stdout.join().unwrap(), stderr.join().unwrap());
        let _ = sender.send(());
        both
    });
    if receiver.recv_timeout(LONGEST).is_err() {
        let _ = child.kill();
        panic!("process {id} did not end in {LONGEST:?}");
    }
    let status = child.wait().unwrap();
    let (stdout, stderr) = waiter.join().unwrap();
    let ended = Ended {
        code: status.code().unwrap_or(-1),
        stdout,
        stderr,
    };
    assert!(!ended.stderr.contains("panicked"), "{ended:?}");
    assert!((0..=2).contains(&ended.code), "{status}: {ended:?}");
    ended
}

fn reader(stream: Option<impl Read + Send + 'static>) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream {
            let _ = stream.read_to_end(&mut bytes);
        }
        String::from_utf8(bytes).expect("what the tool writes is UTF-8")
    })
}

impl Ended {
    /// Checks the exit code and that all texts were said, wherever.
    #[track_caller]
    pub(crate) fn says(&self, code: i32, texts: &[&str]) -> &Self {
        assert_eq!(self.code, code, "{self}");
        for text in texts {
            let said = self.stdout.contains(text) || self.stderr.contains(text);
            assert!(said, "`{text}` is not said:\n{self}");
        }
        self
    }

    /// Checks that a text was not said.
    #[track_caller]
    pub(crate) fn does_not_say(&self, text: &str) -> &Self {
        let said = self.stdout.contains(text) || self.stderr.contains(text);
        assert!(!said, "`{text}` is said:\n{self}");
        self
    }
}

impl std::fmt::Display for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Reports of hostile documents can be long.
        let short = |text: &str| text.chars().take(4000).collect::<String>();
        write!(
            f,
            "exit code {}\n--- stdout\n{}--- stderr\n{}",
            self.code,
            short(&self.stdout),
            short(&self.stderr)
        )
    }
}

/// A description of some paths, as YAML.
pub(crate) fn openapi(rest: &str) -> String {
    format!("openapi: 3.1.0\ninfo: {{ title: Orders, version: 1.0.0 }}\n{rest}")
}

/// The finding of a rule in a JSON report; there must be exactly one.
#[track_caller]
pub(crate) fn only<'r>(report: &'r serde_json::Value, rule: &str) -> &'r serde_json::Value {
    let findings = findings(report, rule);
    assert_eq!(findings.len(), 1, "{rule}: {report:#}");
    findings[0]
}

/// The findings of a rule in a JSON report.
pub(crate) fn findings<'r>(report: &'r serde_json::Value, rule: &str) -> Vec<&'r serde_json::Value> {
    let all = report["findings"].as_array().unwrap();
    all.iter().filter(|finding| finding["rule"] == rule).collect()
}

/// A path with `/` between its parts, as it can stand in a document.
pub(crate) fn in_document(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}
