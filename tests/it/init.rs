//! `stipula init` writes what a repository needs, and overwrites nothing.

use crate::git_revisions::Git;
use crate::shop::{BEFORE, CONTRACT};
use std::collections::BTreeMap;
use std::fs;

/// A repository with two APIs, a contract of one of them, and test data.
fn repository() -> Option<Git> {
    let git = Git::new()?;
    git.remove("stipula.yaml");
    git.write("services/orders/openapi.yaml", BEFORE);
    git.write("services/users/openapi.yaml", BEFORE.replace("Orders", "Users"));
    git.write("test/openapi.yaml", BEFORE);
    git.write("pacts/web.json", CONTRACT);
    git.write(".github/dependabot.yml", "version: 2\n");
    git.commit("APIs");
    Some(git)
}

fn files(git: &Git) -> BTreeMap<String, String> {
    let listed = git.git(&["ls-files", "--cached", "--others"]);
    let read = |name: &str| fs::read_to_string(git.path(name)).unwrap();
    listed.lines().map(|name| (name.to_owned(), read(name))).collect()
}

#[test]
fn what_is_found_is_set_up_and_checked() {
    let Some(git) = repository() else { return };
    let ended = git.run(&["init"]);
    assert_eq!(ended.code, 0, "{ended}");
    let written = files(&git);
    let settings = &written["stipula.yaml"];
    assert!(settings.contains("  - name: orders\n    spec: services/orders/openapi.yaml\n    against: main"));
    assert!(
        settings.contains("    contracts:\n      - pacts/web.json\n"),
        "{settings}"
    );
    assert!(settings.contains("#   test/openapi.yaml\n"), "{settings}");
    assert!(written[".github/workflows/stipula.yml"].contains("command: check"));
    let checked = git.run(&["check", "--format", "json"]);
    assert_eq!(checked.code, 1, "{checked}");
    assert!(
        checked.stderr.contains("1 interaction with the description"),
        "{checked}"
    );
    // What is not YAML for others is not understood by us either.
    for name in [
        "stipula.yaml",
        ".github/workflows/stipula.yml",
        ".pre-commit-config.yaml",
    ] {
        let read = granit_parser::Parser::new_from_str(&written[name]).collect::<Result<Vec<_>, _>>();
        assert!(read.is_ok(), "{name}: {}", written[name]);
    }
}

#[test]
fn a_baseline_starts_clean() {
    let Some(git) = repository() else { return };
    let ended = git.run(&["init", "--baseline"]);
    assert_eq!(ended.code, 0, "{ended}");
    assert_eq!(ended.stdout, "");
    let checked = git.run(&["check"]);
    assert_eq!(checked.code, 0, "{checked}");
    assert!(checked.stdout.contains("no findings"), "{checked}");
    git.write("services/users/openapi.yaml", BEFORE.replace("required: true, ", ""));
    assert_eq!(git.run(&["check"]).code, 1);
}

#[test]
fn what_a_branch_changes_is_no_beginning() {
    let Some(git) = repository() else { return };
    git.git(&["checkout", "-q", "-b", "feature"]);
    git.write("services/orders/openapi.yaml", crate::shop::after());
    assert_eq!(git.run(&["init", "--baseline"]).code, 0);
    let checked = git.run(&["check"]);
    assert_eq!(checked.code, 1, "{checked}");
    assert!(checked.stdout.contains("property-required-added"), "{checked}");
    assert!(!checked.stderr.contains("mended"), "{checked}");
}

#[test]
fn settings_that_know_no_baseline_are_told_of_it() {
    let Some(git) = repository() else { return };
    git.write("stipula.yaml", "rules: { extends: recommended }\n");
    let ended = git.run(&["init", "--baseline"]);
    assert!(
        ended
            .stderr
            .contains("add `baseline: .stipula-baseline.json` to stipula.yaml"),
        "{ended}"
    );
}

#[test]
fn protobuf_is_one_api_with_its_roots() {
    let Some(git) = Git::new() else { return };
    git.remove("stipula.yaml");
    git.write("a/acme/v1/a.proto", "syntax = \"proto3\";\npackage acme.v1;\n");
    git.write("b/c.proto", "syntax = \"proto3\";\n");
    git.commit("Protobuf");
    assert_eq!(git.run(&["init"]).code, 0);
    let settings = &files(&git)["stipula.yaml"];
    assert!(
        settings.contains("    proto:\n      root:\n        - a\n        - b\n"),
        "{settings}"
    );
    assert!(git.run(&["lint"]).stdout.contains("2 documents"));
}

#[test]
fn nothing_is_overwritten_and_a_dry_run_writes_nothing() {
    let Some(git) = repository() else { return };
    let before = files(&git);
    let dry = git.run(&["init", "--dry-run", "--baseline"]);
    assert_eq!(dry.code, 0, "{dry}");
    assert!(dry.stdout.contains("# stipula.yaml\n") && dry.stdout.contains("spec: services/users/openapi.yaml"));
    assert_eq!(files(&git), before);
    git.write("stipula.yaml", "# mine\n");
    git.write(".pre-commit-config.yaml", "# mine, too\n");
    let ended = git.run(&["init"]);
    assert!(ended.stderr.contains("left stipula.yaml as it is"), "{ended}");
    assert!(
        ended.stderr.contains("      - id: stipula-check\n"),
        "the hook to add: {ended}"
    );
    let after = files(&git);
    assert_eq!(
        (&*after["stipula.yaml"], &*after[".pre-commit-config.yaml"]),
        ("# mine\n", "# mine, too\n")
    );
    let again = git.run(&["init"]);
    assert!(!again.stderr.contains("wrote"), "{again}");
    assert_eq!(files(&git), after);
}

#[test]
fn what_several_apis_have_in_common_is_explained_once() {
    let Some(git) = repository() else { return };
    let settings = git.run(&["init", "--dry-run"]).stdout;
    let notes = |note: &str| settings.matches(note).count();
    assert!(notes("spec: ") > 1, "{settings}");
    assert_eq!(notes("# changes are held against where"), 1, "{settings}");
    assert!(notes("# contracts: ") <= 1, "{settings}");
}

#[test]
fn the_schema_of_the_settings_is_printed() {
    let Some(git) = Git::new() else { return };
    let ended = git.run(&["init", "--schema"]);
    let shipped = include_str!("../../docs/stipula.schema.json");
    assert_eq!((ended.code, &*ended.stdout), (0, shipped));
}

#[test]
fn a_link_that_leads_nowhere_is_not_followed() {
    let Some(git) = repository() else { return };
    #[cfg(unix)]
    std::os::unix::fs::symlink("/nonexistent/stipula.yaml", git.path("stipula.yaml")).unwrap();
    #[cfg(unix)]
    assert!(git.run(&["init"]).stderr.contains("left stipula.yaml as it is"));
}

#[test]
fn names_stay_names() {
    let Some(git) = Git::new() else { return };
    git.remove("stipula.yaml");
    let name = "- a: b #\\\"c";
    git.write(&format!("{name}/openapi.yaml"), BEFORE);
    git.commit("A name that YAML would take for something else");
    assert_eq!(git.run(&["init"]).code, 0);
    let checked = git.run(&["check"]);
    assert!(checked.stdout.contains("1 document,"), "{checked}");
}

#[test]
fn where_there_is_nothing_nothing_is_written() {
    let Some(git) = Git::new() else { return };
    git.remove("stipula.yaml");
    let ended = git.run(&["init"]);
    assert_eq!(ended.code, 2, "{ended}");
    assert!(files(&git).is_empty());
    git.write("pacts/web.json", CONTRACT);
    let ended = git.run(&["init"]);
    assert!(ended.code == 2 && ended.stderr.contains("; 1 contract,"), "{ended}");
}
