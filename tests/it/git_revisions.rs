//! Descriptions of git revisions: real repositories, made for each test. Without git the tests skip, saying so.

use crate::tool::{Ended, Project, wait};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use stipula::document::{LinkFailure, content};
use stipula::formats::{self, LoadOptions, Side};
use stipula::source::{Entry, Files, GitError, Limits, ReadErrorKind, Repository};
use stipula::syntax::NodeId;

const API: &str = "\
openapi: 3.1.0
info: { title: Orders, version: 1.0.0 }
paths:
  /orders:
    get: { responses: { '200': { $ref: '../shared/parts.yaml#/ok' } } }
";

/// A repository in a folder of its own. Nothing of who runs the tests has a part in it.
pub(crate) struct Git {
    project: Project,
}

pub(crate) fn with_git(command: &mut Command) -> &mut Command {
    let nobody = [
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_AUTHOR_NAME", "Nobody"),
        ("GIT_AUTHOR_EMAIL", "nobody@example.com"),
        ("GIT_COMMITTER_NAME", "Nobody"),
        ("GIT_COMMITTER_EMAIL", "nobody@example.com"),
        ("HOME", "/nonexistent"),
    ];
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "XDG_CONFIG_HOME"] {
        command.env_remove(variable);
    }
    command.envs(nobody)
}

pub(crate) fn git_in(folder: &Path, arguments: &[&str]) -> String {
    let output = with_git(Command::new("git").args(arguments).current_dir(folder))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {arguments:?}: {said}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

impl Git {
    /// An empty repository with a branch `main`; nothing, said aloud, without git.
    pub(crate) fn new() -> Option<Self> {
        if Command::new("git").arg("--version").output().is_err() {
            println!("skipped: git is not there");
            return None;
        }
        let git = Self {
            project: Project::new(),
        };
        git.git(&["init", "-q", "-b", "main"]);
        Some(git)
    }

    /// A repository with one description, which refers to another file, in one commit called `v1`.
    pub(crate) fn with_api() -> Option<Self> {
        let git = Self::new()?;
        git.write("api/openapi.yaml", API);
        git.write("shared/parts.yaml", "ok: { description: fine }\n");
        git.commit("first");
        git.git(&["tag", "v1"]);
        Some(git)
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        git_in(&self.path(""), arguments)
    }

    pub(crate) fn commit(&self, message: &str) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
    }

    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        self.project.write(path, text);
    }

    pub(crate) fn remove(&self, path: &str) {
        fs::remove_file(self.path(path)).unwrap();
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        fs::canonicalize(self.project.path("")).unwrap().join(path)
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        self.run_in("", arguments)
    }

    pub(crate) fn run_in(&self, folder: &str, arguments: &[&str]) -> Ended {
        run_in(&self.path(folder), arguments)
    }

    pub(crate) fn repository(&self) -> Repository {
        Repository::around(&self.path("")).unwrap()
    }

    pub(crate) fn files(&self, revision: &str) -> Files {
        let revision = self.repository().revision(revision).unwrap();
        Files::at(revision, Limits::default(), self.path(""))
    }
}

fn run_in(folder: &Path, arguments: &[&str]) -> Ended {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stipula"));
    command
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    wait(with_git(&mut command).spawn().unwrap())
}

/// The first command in backticks that begins with `git`.
#[track_caller]
fn advice(ended: &Ended) -> Vec<String> {
    let start = ended
        .stderr
        .find("`git ")
        .unwrap_or_else(|| panic!("no advice: {ended}"))
        + 5;
    let end = ended.stderr[start..].find('`').unwrap();
    ended.stderr[start..start + end].split(' ').map(str::to_owned).collect()
}

fn follow(folder: &Path, advice: &[String]) {
    let arguments: Vec<&str> = advice.iter().map(String::as_str).collect();
    git_in(folder, &arguments);
}

#[test]
fn a_revision_is_read_with_all_that_it_refers_to() {
    let Some(git) = Git::with_api() else { return };
    git.write("api/openapi.yaml", API.replace("Orders", "Parcels"));
    git.write("shared/parts.yaml", "fine: {}\n");
    let (old, new) = (git.files("v1"), Files::new(Limits::default(), git.path("")));
    let side = |files| Side {
        sources: vec![Files::read(files, Path::new("api/openapi.yaml")).unwrap()],
        files,
    };
    let loaded = formats::load_versions(&[side(&old)], &side(&new), &LoadOptions::default(), &|| {});
    let names: BTreeSet<&str> = loaded
        .workspace
        .documents()
        .iter()
        .map(|document| document.source().name())
        .collect();
    let expected = [
        "api/openapi.yaml",
        "shared/parts.yaml",
        "v1:api/openapi.yaml",
        "v1:shared/parts.yaml",
    ];
    assert_eq!(names, BTreeSet::from(expected));
    let links =
        |id: Option<stipula::document::DocumentId>| loaded.workspace.document(id.unwrap()).links()[0].target.clone();
    let old_target = links(loaded.old.descriptions[0]).unwrap();
    assert!(loaded.workspace.document(old_target.document).is_base());
    // What the working tree lacks, the revision has all the same.
    assert!(links(loaded.new.descriptions[0]).is_err());
    git.run(&["breaking", "v1:api/openapi.yaml", "api/openapi.yaml"])
        .says(0, &["in 2 documents"]);
}

#[test]
fn what_changed_since_a_revision_is_found() {
    let Some(git) = Git::with_api() else { return };
    git.write(
        "api/openapi.yaml",
        API.replace("/orders:", "/parcels:").replace("1.0.0", "2.0.0"),
    );
    let found = |arguments: &[&str], code: i32| -> BTreeMap<String, serde_json::Value> {
        let mut all = arguments.to_vec();
        all.extend(["--format", "json"]);
        let ended = git.run(&all);
        assert_eq!(ended.code, code, "{ended}");
        let report: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
        let findings = report["findings"].as_array().unwrap().clone();
        let named = |finding: serde_json::Value| (finding["rule"].as_str().unwrap().to_owned(), finding);
        findings.into_iter().map(named).collect()
    };
    for arguments in [
        &["breaking", "--against", "v1"][..],
        &["breaking", "v1:api/openapi.yaml", "api/openapi.yaml"],
        &["breaking", "v1:api", "api"],
    ] {
        let findings = found(arguments, 1);
        let removed = &findings["path-removed"];
        assert_eq!(removed["breaking"]["old"]["path"], "v1:api/openapi.yaml", "{removed:#}");
        assert!(
            !findings.contains_key("path-added"),
            "safe changes are left out: {findings:#?}"
        );
    }
    git.run(&["breaking", "--against", "v1"])
        .says(1, &["`stipula changelog --against v1` lists them"]);
    assert!(found(&["changelog", "--against", "v1"], 0).contains_key("path-added"));
    git.run(&["breaking", "--against", "v1", "--fail-on", "never"])
        .says(0, &["path-removed"]);
    git.run(&["breaking", "--against", "v1", "--rule", "path-removed=warning"])
        .says(0, &["path-removed"]);
}

#[test]
fn descriptions_that_came_or_went_are_changes() {
    let Some(git) = Git::with_api() else { return };
    git.write("api/new.yaml", API.replace("Orders", "Parcels"));
    git.remove("api/openapi.yaml");
    for arguments in [
        &["breaking", "--against", "v1"][..],
        &["breaking", "--against", "v1", "api/openapi.yaml"],
        &["breaking", "--against", "v1", "api"],
        &["breaking", "v1:api", "api"],
    ] {
        git.run(arguments)
            .says(1, &["description-removed", "v1:api/openapi.yaml"]);
    }
    git.run(&["changelog", "--against", "v1", "--format", "json"])
        .says(0, &["description-added", "description-removed"]);
}

#[test]
fn references_do_not_leave_the_repository() {
    let Some(git) = Git::new() else { return };
    let outside = Project::with("secret.yaml", "ok: { description: secret }\n");
    let secret = outside.path("secret.yaml");
    let api = API.replace("../shared/parts.yaml", "../../../../../../..".to_owned().as_str());
    let api = api.replace(
        "../../../../../../..",
        &format!("../../../../../../..{}", secret.display()),
    );
    git.write("api/openapi.yaml", &api);
    git.commit("first");
    let files = git.files("HEAD");
    let sources = vec![files.read(Path::new("api/openapi.yaml")).unwrap()];
    let loaded = formats::load(sources, &files, &LoadOptions::default(), &|| {});
    let link = &loaded.workspace.documents()[0].links()[0];
    assert!(matches!(link.target, Err(LinkFailure::OutsideProject(_))), "{link:?}");
    let anywhere = LoadOptions {
        outside_project: true,
        ..LoadOptions::default()
    };
    let sources = vec![files.read(Path::new("api/openapi.yaml")).unwrap()];
    let loaded = formats::load(sources, &files, &anywhere, &|| {});
    assert_eq!(
        loaded.workspace.documents().len(),
        1,
        "a revision has no files outside of it"
    );
}

#[test]
fn the_base_is_where_the_branch_began() {
    let Some(git) = Git::with_api() else { return };
    git.git(&["checkout", "-q", "-b", "feature"]);
    git.commit("work");
    git.git(&["checkout", "-q", "main"]);
    git.write("api/openapi.yaml", API.replace("1.0.0", "2.0.0"));
    git.commit("meanwhile");
    git.git(&["checkout", "-q", "feature"]);
    let repository = git.repository();
    let base = repository.merge_base("main").unwrap();
    assert_eq!(base.commit(), git.git(&["rev-parse", "v1"]));
    assert_eq!(base.name(), "main");
    assert_eq!(
        repository.revision("main").unwrap().commit(),
        git.git(&["rev-parse", "main"])
    );
    git.run(&["breaking", "--against", "main"])
        .says(0, &["no breaking changes in 2 documents"]);
    // What others have added since is held against nobody but who asks for it.
    git.run(&["breaking", "--against", "main", "--exact"])
        .says(1, &["version-decreased", "was: main:api/openapi.yaml:2"]);
}

#[test]
fn paths_are_taken_as_git_takes_them() {
    let Some(git) = Git::with_api() else { return };
    for (folder, old) in [
        ("", "v1:api/openapi.yaml"),
        ("api", "v1:api/openapi.yaml"),
        ("api", "v1:./openapi.yaml"),
        ("shared", "v1:../api/openapi.yaml"),
        ("", "v1^{commit}:api/openapi.yaml"),
        ("", "HEAD^{/first}:api/openapi.yaml"),
    ] {
        let new = git.path("api/openapi.yaml");
        git.run_in(folder, &["breaking", old, new.to_str().unwrap()])
            .says(0, &["in 2 documents"])
            .does_not_say("stipula:");
    }
    for (old, new) in [("v1:api", "api"), ("v1:", "."), ("v1:", "HEAD:")] {
        git.run(&["breaking", old, new]).says(0, &["in 2 documents"]);
    }
    for path in ["api/openapi.yaml", "api", ".", "a*/*.yaml"] {
        git.run(&["breaking", "--against", "v1", path])
            .says(0, &["in 2 documents"]);
    }
    let absolute = git.path("api/openapi.yaml");
    git.run(&["breaking", "--against", "v1", absolute.to_str().unwrap()])
        .says(0, &["in 2 documents"]);
    git.run_in("shared", &["breaking", "--against", "v1", "../api/openapi.yaml"])
        .says(0, &["in 2 documents"]);
    git.run(&["breaking", "--against", "v1:api/openapi.yaml", "api/openapi.yaml"])
        .says(0, &["in 2 documents"]);
    git.run(&["breaking", "--against", "v1:api/openapi.yaml"])
        .says(0, &["in 2 documents"]);
}

#[test]
fn nothing_to_compare_is_no_success() {
    let Some(git) = Git::with_api() else { return };
    git.run_in("shared", &["breaking", "--against", "v1"])
        .says(2, &["nothing to compare"]);
    git.run(&["breaking", "v1:shared", "shared"])
        .says(2, &["`v1:shared` holds no API description", "nothing to compare"]);
    git.run(&["breaking", "v1:shared/parts.yaml", "shared/parts.yaml"])
        .says(
            2,
            &["`v1:shared/parts.yaml` cannot be compared: it is no API description"],
        );
    git.run(&["breaking", "--against", "v1", "shared/parts.yaml"])
        .says(2, &["passed over shared/parts.yaml", "nothing to compare"]);
    git.run(&["breaking", "--against", "v1", "shared/parts.yaml", "api/openapi.yaml"])
        .says(0, &["in 2 documents"]);
}

#[test]
fn new_moved_and_ignored_descriptions_are_told_apart() {
    let Some(git) = Git::with_api() else { return };
    git.write(
        "api/new.yaml",
        API.replace("Orders", "Parcels").replace("/orders", "/parcels"),
    );
    git.run(&["breaking", "--against", "main", "api/new.yaml"])
        .says(0, &["api/new.yaml is new: main does not have it", "in 2 documents"]);
    git.run(&["breaking", "--against", "main", "--quiet"]).says(0, &[]);
    // The same content, elsewhere.
    git.remove("api/new.yaml");
    git.write("services/orders.yaml", API);
    git.remove("api/openapi.yaml");
    let moved = "services/orders.yaml was main:api/openapi.yaml before";
    for arguments in [
        &["breaking", "--against", "main"][..],
        &["breaking", "--against", "main", "services/orders.yaml"],
    ] {
        git.run(arguments).says(0, &[moved]).does_not_say("is new");
    }
    // The same API, changed while it moved.
    git.write("services/orders.yaml", API.replace("1.0.0", "1.1.0"));
    git.run(&["breaking", "--against", "main"]).says(0, &[moved]);
    git.write("services/orders.yaml", API.replace("Orders", "Invoices"));
    git.run(&["breaking", "--against", "main", "services/orders.yaml"])
        .says(0, &["services/orders.yaml is new"])
        .does_not_say("before");
    // What git ignores by now is still there.
    git.git(&["checkout", "-q", "."]);
    git.remove("services/orders.yaml");
    git.write(".gitignore", "api/\n");
    git.run(&["breaking", "--against", "main"])
        .says(0, &["in 2 documents"])
        .does_not_say("is new");
}

#[test]
fn a_description_that_breaks_is_not_taken_for_a_new_one() {
    let Some(git) = Git::with_api() else { return };
    git.write("api/openapi.yaml", "\"openapi\n");
    git.run(&["breaking", "--against", "main"])
        .says(2, &["`api/openapi.yaml` cannot be compared: line 1"]);
    git.write("api/openapi.yaml", "title: none\n");
    git.commit("broken");
    git.write("api/openapi.yaml", API);
    git.run(&["breaking", "--against", "main"])
        .says(2, &["`main:api/openapi.yaml` cannot be compared"])
        .does_not_say("is new");
}

#[test]
fn missing_revisions_and_paths_are_explained() {
    let Some(git) = Git::with_api() else { return };
    git.git(&["branch", "release-2026"]);
    git.git(&["update-ref", "refs/remotes/origin/develop", "HEAD"]);
    for (arguments, texts) in [
        (
            vec!["--against", "relaese-2026"],
            vec!["this repository has no revision `relaese-2026`; did you mean `release-2026`?"],
        ),
        (
            vec!["--against", "develop"],
            vec!["no revision `develop`; did you mean `origin/develop`?"],
        ),
        (
            vec!["nowhere:api/openapi.yaml", "api/openapi.yaml"],
            vec!["no revision `nowhere`"],
        ),
        (
            vec!["main:api/openapi.yml", "api/openapi.yaml"],
            vec!["`main:api/openapi.yml` does not exist; did you mean `main:api/openapi.yaml`?"],
        ),
        (
            vec!["main:old/openapi.yaml", "api/openapi.yaml"],
            vec!["`main:old/openapi.yaml` does not exist; did you mean `main:api/openapi.yaml`?"],
        ),
        (
            vec!["main", "api/openapi.yaml"],
            vec!["`main` does not exist; the revision of that name needs a path, as in `main:openapi.yaml`"],
        ),
        (vec!["old.yaml", "api/openapi.yaml"], vec!["`old.yaml` does not exist"]),
        (
            vec!["--against", "main", "api/openapi.yml"],
            vec!["`api/openapi.yml` does not exist; did you mean `openapi.yaml`?"],
        ),
        (
            vec!["--against=--output=x"],
            vec!["is no revision: none begins with `-`"],
        ),
        (vec!["--against", ""], vec!["is no revision: it has no name"]),
        (
            vec![":api/openapi.yaml", "api/openapi.yaml"],
            vec!["is no revision: it has no name"],
        ),
        (vec!["--against", "main:api"], vec!["`main:api` is a folder"]),
    ] {
        let mut all = vec!["breaking"];
        all.extend(&arguments);
        git.run(&all).says(2, &texts);
    }
    git.write("api/new.yaml", API);
    git.run(&["breaking", "main:api/new.yaml", "api/new.yaml"]).says(
        2,
        &["`main:api/new.yaml` does not exist; it is new in the working tree"],
    );
    git.run_in("api", &["breaking", "main:openapi.yaml", "openapi.yaml"])
        .says(2, &["begins with a dot: `main:./openapi.yaml`"]);
    let outside = Project::with("openapi.yaml", API);
    git.run(&[
        "breaking",
        "--against",
        "main",
        outside.path("openapi.yaml").to_str().unwrap(),
    ])
    .says(2, &["lies outside of the repository"]);
    run_in(&outside.path(""), &["breaking", "--against", "main"]).says(2, &["lies in no git repository"]);
    let empty = Git::new().unwrap();
    empty
        .run(&["breaking", "--against", "main"])
        .says(2, &["no revision `main`"]);
}

#[test]
fn a_shallow_clone_says_what_to_fetch_and_that_is_enough() {
    let Some(git) = Git::with_api() else { return };
    git.commit("second");
    git.git(&["checkout", "-q", "-b", "feature"]);
    git.commit("third");
    let url = format!("file://{}", git.path("").display());
    for (arguments, exact) in [
        (&["--against", "origin/main"][..], false),
        (&["--against", "origin/main", "--exact"], true),
        (&["--against", "v1", "--exact"], true),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let clone = folder.path().join("clone");
        git_in(
            folder.path(),
            &["clone", "-q", "--depth", "1", "-b", "feature", &url, "clone"],
        );
        let mut all = vec!["breaking"];
        all.extend(arguments);
        let ended = run_in(&clone, &all);
        ended.says(2, &["this clone is a shallow one", "`fetch-depth: 0`"]);
        let advice = advice(&ended);
        assert_eq!(advice.contains(&"--depth=1".to_owned()), exact, "{advice:?}");
        follow(&clone, &advice);
        run_in(&clone, &all).says(0, &["in 2 documents"]);
    }
}

#[test]
fn a_shallow_clone_without_a_common_commit_says_what_to_fetch() {
    let Some(git) = Git::with_api() else { return };
    git.git(&["checkout", "-q", "-b", "feature"]);
    git.commit("work");
    git.git(&["checkout", "-q", "main"]);
    git.commit("meanwhile");
    let url = format!("file://{}", git.path("").display());
    let folder = tempfile::tempdir().unwrap();
    let clone = folder.path().join("clone");
    let shallow = [
        "clone",
        "-q",
        "--depth",
        "1",
        "--no-single-branch",
        "-b",
        "feature",
        &url,
        "clone",
    ];
    git_in(folder.path(), &shallow);
    let all = ["breaking", "--against", "origin/main"];
    let ended = run_in(&clone, &all);
    ended.says(2, &["have no commit in common", "this clone is a shallow one"]);
    follow(&clone, &advice(&ended));
    run_in(&clone, &all).says(0, &["in 2 documents"]);
    // Where nothing is shallow, nothing is to be fetched.
    git.git(&["checkout", "-q", "--orphan", "stranger"]);
    git.commit("alone");
    git.run(&["breaking", "--against", "main"])
        .says(2, &["`main` and HEAD have no commit in common; `--exact`"])
        .does_not_say("shallow");
    git.run(&["breaking", "--against", "main", "--exact"])
        .says(0, &["in 2 documents"]);
}

#[test]
fn a_partial_clone_is_kept_from_the_network_and_says_what_to_fetch() {
    let Some(git) = Git::with_api() else { return };
    git.write("api/openapi.yaml", API.replace("1.0.0", "1.1.0"));
    git.commit("second");
    git.git(&["config", "uploadpack.allowFilter", "true"]);
    git.git(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
    let url = format!("file://{}", git.path("").display());
    let folder = tempfile::tempdir().unwrap();
    let clone = folder.path().join("clone");
    git_in(folder.path(), &["clone", "-q", "--filter=blob:none", &url, "clone"]);
    for all in [
        ["breaking", "v1:api/openapi.yaml", "api/openapi.yaml"],
        ["breaking", "--against", "v1"],
    ] {
        let ended = run_in(&clone, &all);
        ended.says(
            2,
            &["`v1:api/openapi.yaml` is not in this clone, which is a partial one"],
        );
        if all[1] == "--against" {
            follow(&clone, &advice(&ended));
        }
    }
    run_in(&clone, &["breaking", "--against", "v1"]).says(0, &["in 2 documents"]);
    // A part that is lacking is no part that was never there.
    git.write("shared/parts.yaml", "ok: { description: finer }\n");
    git.commit("third");
    let part = folder.path().join("part");
    git_in(folder.path(), &["clone", "-q", "--filter=blob:none", &url, "part"]);
    git_in(&part, &["show", "v1:api/openapi.yaml"]);
    run_in(&part, &["breaking", "--against", "v1", "api/openapi.yaml"])
        .says(2, &["`v1:shared/parts.yaml` is not in this clone"]);
    let second = folder.path().join("second");
    git_in(folder.path(), &["clone", "-q", "--filter=blob:none", &url, "second"]);
    git_in(&second, &["fetch", "-q", "--refetch", "--no-filter"]);
    run_in(&second, &["breaking", "--against", "v1"]).says(0, &["in 2 documents"]);
}

#[test]
fn worktrees_and_bare_repositories_are_read() {
    let Some(git) = Git::with_api() else { return };
    git.write("api/openapi.yaml", API.replace("1.0.0", "1.1.0"));
    git.commit("second");
    let folder = tempfile::tempdir().unwrap();
    let tree = folder.path().join("tree");
    git.git(&["worktree", "add", "-q", tree.to_str().unwrap(), "v1"]);
    run_in(&tree, &["breaking", "--against", "main"]).says(0, &["no breaking changes in 2 documents"]);
    for arguments in [
        ["--against", "main", "--exact"].as_slice(),
        &["main:api/openapi.yaml", "api/openapi.yaml"],
    ] {
        let mut all = vec!["breaking"];
        all.extend(arguments);
        run_in(&tree, &all).says(1, &["version-decreased", "was: main:api/openapi.yaml:2"]);
    }
    let bare = folder.path().join("bare.git");
    git_in(
        folder.path(),
        &["clone", "-q", "--bare", git.path("").to_str().unwrap(), "bare.git"],
    );
    let both = ["breaking", "v1:api/openapi.yaml", "main:api/openapi.yaml"];
    run_in(&bare, &both).says(0, &["in 2 documents"]);
    run_in(&bare, &["breaking", "v1:", "main:"]).says(0, &["in 2 documents"]);
    run_in(&bare, &["breaking", "--against", "v1"]).says(2, &["there is no working tree here"]);
    let elsewhere = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_stipula"));
    command
        .args(both)
        .current_dir(elsewhere.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let ended = wait(with_git(&mut command).env("GIT_DIR", &bare).spawn().unwrap());
    ended.says(0, &["in 2 documents"]);
}

#[test]
fn without_git_only_files_are_compared() {
    let Some(git) = Git::with_api() else { return };
    let run = |arguments: &[&str]| {
        let mut command = git.project.command(arguments);
        wait(command.env("PATH", "").spawn().unwrap())
    };
    run(&["breaking", "--against", "v1"]).says(2, &["the program `git`", "it is not on the path"]);
    run(&["breaking", "v1:api/openapi.yaml", "api/openapi.yaml"]).says(2, &["the program `git`"]);
    run(&["breaking", "api/openapi.yaml", "api/openapi.yaml"]).says(0, &["in 2 documents"]);
}

#[test]
fn stipula_yaml_can_name_the_bases() {
    let Some(git) = Git::with_api() else { return };
    git.write("parcels/openapi.yaml", API.replace("Orders", "Parcels"));
    git.commit("second");
    git.git(&["tag", "v2"]);
    git.write(
        "stipula.yaml",
        "apis:\n- { name: orders, spec: api/*.yaml, against: v1 }\n- { name: parcels, spec: parcels/openapi.yaml, against: v2 }\n- { name: none, spec: missing.yaml }\n",
    );
    for folder in ["", "api"] {
        git.run_in(folder, &["breaking"])
            .says(0, &["in 3 documents"])
            .does_not_say("is new")
            .does_not_say("is not used");
    }
    // A flag goes over the file, and an API that nobody holds against anything is then missed.
    git.run(&["breaking", "--against", "v1"]).says(
        2,
        &[
            "parcels/openapi.yaml is new: v1 does not have it",
            "`missing.yaml` does not exist",
        ],
    );
    git.write("stipula.yaml", "fail-on: error\n");
    git.run(&["breaking"])
        .says(2, &["nothing to compare: name the old version"]);
}

#[cfg(unix)]
#[test]
fn links_are_followed_inside_a_revision_and_nowhere_else() {
    use std::os::unix::fs::symlink;
    let Some(git) = Git::with_api() else { return };
    for (target, link) in [
        ("openapi.yaml", "api/same.yaml"),
        ("../api/same.yaml", "shared/again.yaml"),
        ("api", "folder"),
        ("/etc/hostname", "absolute.yaml"),
        ("../../../../../../../../../etc/hostname", "outside.yaml"),
        ("circle-b", "circle-a"),
        ("circle-a", "circle-b"),
        ("nowhere.yaml", "dangling.yaml"),
    ] {
        symlink(target, git.path(link)).unwrap();
    }
    git.commit("links");
    let files = git.files("HEAD");
    let read = |path: &str| files.read(&git.path(path)).map_err(|error| error.kind);
    let real = read("api/openapi.yaml").unwrap();
    for path in [
        "api/same.yaml",
        "shared/again.yaml",
        "folder/openapi.yaml",
        "folder/../api/same.yaml",
    ] {
        let source = read(path).unwrap();
        assert_eq!(source.name(), "HEAD:api/openapi.yaml", "{path}");
        assert!(std::sync::Arc::ptr_eq(&source, &real), "{path} is read once");
    }
    assert_eq!(read("absolute.yaml").unwrap_err(), ReadErrorKind::LinkOutside);
    assert_eq!(read("outside.yaml").unwrap_err(), ReadErrorKind::LinkOutside);
    assert!(matches!(read("circle-a").unwrap_err(), ReadErrorKind::Io(reason) if reason.contains("links")));
    assert_eq!(read("dangling.yaml").unwrap_err(), ReadErrorKind::NotFound);
    assert_eq!(files.entry(&git.path("folder")), Some(Entry::Folder));
    git.run(&["breaking", "HEAD:outside.yaml", "api/openapi.yaml"])
        .says(2, &["`HEAD:outside.yaml` leads out of the repository"]);
}

#[test]
fn what_is_no_plain_file_is_refused_with_a_reason() {
    let Some(git) = Git::with_api() else { return };
    let other = Git::with_api().unwrap();
    let url = other.path("");
    git.git(&[
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        url.to_str().unwrap(),
        "sub",
    ]);
    git.write(
        "large.yaml",
        "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n",
    );
    git.write(
        "long.yaml",
        format!("openapi: 3.1.0\nx-long: {}\n", "a".repeat(3 << 20)),
    );
    git.write("binary.yaml", [0_u8, 1, 2, 3]);
    git.write("line\nbreak.yaml", API);
    git.commit("odd");
    let limits = Limits {
        document_bytes: 1 << 20,
        ..Limits::default()
    };
    let revision = git.repository().revision("HEAD").unwrap();
    let files = Files::at(revision, limits, git.path(""));
    let kind = |path: &str| files.read(&git.path(path)).unwrap_err().kind;
    assert_eq!(kind("sub/api/openapi.yaml"), ReadErrorKind::Submodule);
    assert_eq!(kind("large.yaml"), ReadErrorKind::LargeFilePointer);
    assert!(matches!(kind("long.yaml"), ReadErrorKind::TooLarge { .. }));
    assert!(matches!(kind("binary.yaml"), ReadErrorKind::OtherEncoding(_)));
    assert_eq!(kind("api"), ReadErrorKind::Directory);
    assert_eq!(kind("api/openapi.yaml/x"), ReadErrorKind::NotFound);
    // After half an answer that nobody wanted, the next question is answered all the same.
    assert!(files.read(&git.path("api/openapi.yaml")).is_ok());
    assert!(files.read(&git.path("line\nbreak.yaml")).is_ok());
    git.run(&["breaking", "HEAD:sub/api/openapi.yaml", "api/openapi.yaml"])
        .says(2, &["lies in a submodule"]);
    git.run(&["breaking", "HEAD:large.yaml", "api/openapi.yaml"])
        .says(2, &["is kept in Git LFS"]);
    // A description that LFS keeps in one version only is not a new one.
    git.write("large.yaml", API);
    git.run(&["breaking", "--against", "HEAD"])
        .says(2, &["`HEAD:large.yaml` is kept in Git LFS"])
        .does_not_say("large.yaml is new");
}

#[test]
fn a_repository_that_git_distrusts_is_explained() {
    let Some(git) = Git::with_api() else { return };
    let mut command = git.project.command(&["breaking", "--against", "v1"]);
    let distrusting = with_git(&mut command).env("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1");
    let ended = wait(distrusting.spawn().unwrap());
    ended.says(
        2,
        &[
            "dubious ownership",
            "it advises: `git config --global --add safe.directory",
        ],
    );
    assert_eq!(ended.stderr.lines().count(), 1, "{ended}");
    git.git(&["config", "core.repositoryformatversion", "99"]);
    git.run(&["breaking", "--against", "v1"]).says(2, &["stipula: git: "]);
}

#[test]
fn many_threads_may_ask_at_once() {
    let Some(git) = Git::new() else { return };
    let text = |number: usize| {
        format!(
            "openapi: 3.1.0\nx-number: {number}\nx-long: {}\n",
            "b".repeat(number * 3000)
        )
    };
    for number in 0..40 {
        git.write(&format!("f{}/{number}.yaml", number % 3), text(number));
    }
    git.commit("many");
    let files = git.files("HEAD");
    thread::scope(|scope| {
        for start in 0..4 {
            let (files, git, text) = (&files, &git, &text);
            scope.spawn(move || {
                for step in 0..40 {
                    let number = (start * 10 + step) % 40;
                    let path = git.path(&format!("f{}/{number}.yaml", number % 3));
                    assert_eq!(files.read(&path).unwrap().text(), text(number));
                }
            });
        }
    });
}

#[test]
fn errors_of_git_are_told_in_its_own_words() {
    let Some(git) = Git::with_api() else { return };
    let blob = git.git(&["rev-parse", "v1:api/openapi.yaml"]);
    let error = git.repository().revision(&blob).unwrap_err();
    assert!(
        matches!(error, GitError::UnknownRevision { .. } | GitError::Refused(_)),
        "{error}"
    );
    // An object that is gone, though nothing was left out on purpose.
    fs::remove_file(git.path(".git/objects").join(&blob[..2]).join(&blob[2..])).unwrap();
    git.run(&["breaking", "v1:api/openapi.yaml", "api/openapi.yaml"])
        .says(2, &["is missing from the repository", "git fsck"]);
}

#[test]
fn one_folder_many_times_over_is_bounded() {
    let Some(git) = Git::new() else { return };
    git.write("a.txt", "x");
    git.commit("seed");
    // Each level holds the one below ten times: a thousand million folders, in a few objects.
    let mut tree = git.git(&["rev-parse", "HEAD^{tree}"]);
    for _ in 0..9 {
        let lines: String = (0..10)
            .map(|number| format!("040000 tree {tree}\td{number}\n"))
            .collect();
        git.write("../tree.txt", "");
        let path = git.path("lines");
        fs::write(&path, lines).unwrap();
        let output = with_git(Command::new("git").arg("mktree").current_dir(git.path("")))
            .stdin(fs::File::open(&path).unwrap())
            .output()
            .unwrap();
        tree = String::from_utf8(output.stdout).unwrap().trim().to_owned();
    }
    let commit = git.git(&["commit-tree", "-m", "bomb", &tree]);
    git.run(&["breaking", &format!("{commit}:"), "."])
        .says(2, &["holds more than 1000000 files"]);
}

/// Files by their paths, no file being a folder of another.
fn trees() -> impl Strategy<Value = BTreeMap<String, String>> {
    let name = prop_oneof![
        Just("a"),
        Just("b c"),
        Just("ä"),
        Just("d.yaml"),
        Just("-x"),
        Just("a.b")
    ];
    let path = prop::collection::vec(name, 1..4).prop_map(|names| format!("{}.json", names.join("/")));
    prop::collection::btree_map(path, "[a-z\n]{0,50}", 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn a_revision_reads_as_the_disk_did(before in trees(), after in trees()) {
        let Some(git) = Git::new() else { return Ok(()) };
        for tree in [&before, &after] {
            for entry in fs::read_dir(git.path("")).unwrap().flatten() {
                if entry.file_name() != ".git" {
                    let path = entry.path();
                    let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
                }
            }
            for (path, text) in tree {
                git.write(path, text);
            }
            git.commit("one");
        }
        for (revision, tree) in [("HEAD~1", &before), ("HEAD", &after)] {
            let files = git.files(revision);
            let listed: BTreeSet<PathBuf> =
                files.tracked_below(&git.path(""), &|_| false).unwrap().unwrap().into_iter().collect();
            let expected: BTreeSet<PathBuf> = tree.keys().map(|path| git.path(path)).collect();
            prop_assert_eq!(listed, expected);
            for (path, text) in tree {
                let source = files.read(&git.path(path)).unwrap();
                prop_assert_eq!(source.text(), text.as_str());
                prop_assert_eq!(source.name(), format!("{revision}:{path}"));
            }
        }
    }
}

#[test]
fn a_copy_at_a_revision_has_the_same_content() {
    let Some(git) = Git::with_api() else { return };
    let (old, new) = (git.files("v1"), Files::new(Limits::default(), git.path("")));
    let tree = |files: &Files| {
        let source = files.read(Path::new("api/openapi.yaml")).unwrap();
        stipula::syntax::read(&source, files.limits())
    };
    assert!(content::same(&tree(&old), NodeId::ROOT, &tree(&new), NodeId::ROOT));
}
