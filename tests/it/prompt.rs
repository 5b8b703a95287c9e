//! What helps at the prompt: completions, manual pages, the pager.

use crate::tool::Project;
use std::fs;
use std::process::{Command, Stdio};

#[test]
fn completions_know_commands_and_flags() {
    let project = Project::new();
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let ended = project.run(&["completions", shell]);
        assert_eq!(ended.code, 0, "{ended}");
        for word in ["check", "breaking", "fail-on", "described"] {
            assert!(ended.stdout.contains(word), "{shell}: {word}");
        }
    }
    let wrong = project.run(&["completions", "tcsh"]);
    assert!(
        wrong.code == 2 && wrong.stderr.contains("possible values: bash"),
        "{wrong}"
    );
}

#[cfg(unix)]
#[test]
fn bash_understands_its_completions() {
    let project = Project::new();
    project.write("stipula.bash", project.run(&["completions", "bash"]).stdout);
    let script = "source ./stipula.bash; COMP_WORDS=(stipula ch); COMP_CWORD=1; _stipula stipula ch stipula; echo \"${COMPREPLY[*]}\"";
    let Ok(output) = Command::new("bash")
        .args(["-c", script])
        .current_dir(project.path(""))
        .output()
    else {
        println!("skipped: bash is not there");
        return;
    };
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "check changelog");
}

#[test]
fn every_command_has_a_manual_page() {
    let project = Project::new();
    assert_eq!(project.run(&["man", "man"]).code, 0);
    let help = project.run(&["--help"]).stdout;
    let (_, commands) = help.split_once("Commands:\n").unwrap();
    let commands = commands.lines().take_while(|line| !line.is_empty());
    for command in commands
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
    {
        let page = fs::read_to_string(project.path(&format!("man/stipula-{command}.1"))).unwrap();
        assert!(page.contains(".SH SYNOPSIS"), "{command}");
    }
}

/// A command on a terminal of its own; nothing, said aloud, without `script`.
#[cfg(target_os = "linux")]
fn on_a_terminal(project: &Project, arguments: &str, pager: &str) -> Option<String> {
    let line = format!("{} {arguments}", env!("CARGO_BIN_EXE_stipula"));
    let mut command = Command::new("script");
    command
        .args(["-qec", &line, "/dev/null"])
        .current_dir(project.path(""))
        .env("PAGER", pager)
        .env("TERM", "xterm")
        .env_remove("NO_COLOR")
        .stdin(Stdio::null());
    let Ok(output) = command.output() else {
        println!("skipped: script is not there");
        return None;
    };
    Some(String::from_utf8(output.stdout).unwrap())
}

#[cfg(target_os = "linux")]
#[test]
fn explain_is_colored_and_paged_on_terminals_alone() {
    let project = Project::new();
    let Some(paged) = on_a_terminal(&project, "explain resource-plural", "sed s/^/paged:/") else {
        return;
    };
    assert!(paged.contains("paged:\x1b[1m# Collections"), "{paged}");
    let direct = on_a_terminal(&project, "explain resource-plural --no-pager", "sed s/^/paged:/").unwrap();
    assert!(direct.contains("\x1b[1m# ") && !direct.contains("paged:"), "{direct}");
    let missing = on_a_terminal(&project, "explain resource-plural", "no-such-pager").unwrap();
    assert!(missing.contains("# Collections"), "{missing}");
    let mut piped = project.command(&["explain", "resource-plural"]);
    let piped = piped
        .env("PAGER", "sed s/^/paged:/")
        .env_remove("NO_COLOR")
        .output()
        .unwrap();
    let piped = String::from_utf8(piped.stdout).unwrap();
    assert!(piped.starts_with("# Collections") && !piped.contains('\x1b'), "{piped}");
}
