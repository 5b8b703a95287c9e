//! `stipula rules` and `stipula rules test`

use super::args::{ColorArg, RulesArgs, RulesCommand, RulesFormat, RulesTestArgs};
use super::output::Console;
use super::page_test;
use super::setup;
use super::{Failure, Outcome};
use crate::rules::Catalog;
use crate::rules::declaration::Declaration;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};

/// Runs the command.
pub(super) fn run(args: RulesArgs, console: &mut Console) -> Result<Outcome, Failure> {
    match args.command {
        Some(RulesCommand::Test(args)) => test(&args, console),
        None => {
            let settings = setup::settings(args.config.as_deref(), ColorArg::Auto)?;
            let catalog = setup::catalog(&settings, ColorArg::Auto)?;
            let mut out = BufWriter::new(io::stdout().lock());
            match args.format {
                RulesFormat::Markdown => markdown(&catalog, &mut out)?,
                RulesFormat::Json => json(&catalog, &mut out)?,
            }
            out.flush()?;
            Ok(Outcome::Clean)
        }
    }
}

/// A table for each topic of each command.
fn markdown(catalog: &Catalog, out: &mut dyn Write) -> io::Result<()> {
    for command in ["lint", "breaking", "verify"] {
        let mut topics: BTreeMap<&str, Vec<&Declaration>> = BTreeMap::new();
        for declaration in catalog.declarations().iter().filter(|rule| rule.command() == command) {
            topics.entry(&declaration.topic).or_default().push(declaration);
        }
        writeln!(out, "# Rules of stipula {command}\n")?;
        tables(topics, out)?;
    }
    Ok(())
}

fn tables(topics: BTreeMap<&str, Vec<&Declaration>>, out: &mut dyn Write) -> io::Result<()> {
    for (topic, rules) in topics {
        writeln!(out, "## {topic}\n")?;
        writeln!(out, "| rule | severity | formats | what it asks for |")?;
        writeln!(out, "| --- | --- | --- | --- |")?;
        for rule in rules {
            let opt_in = if rule.opt_in { " (if asked for)" } else { "" };
            let formats = formats(rule);
            writeln!(
                out,
                "| {} | {}{opt_in} | {formats} | {} |",
                rule.id, rule.severity, rule.title
            )?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// The formats that a rule is about, in words; nothing where it stands for an event.
pub(super) fn formats(rule: &Declaration) -> String {
    let titles: Vec<&str> = rule.formats().iter().map(|format| format.title()).collect();
    match titles.as_slice() {
        [] if rule.event.is_some() => String::new(),
        [] => "any".to_owned(),
        titles => titles.join(", "),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Listed<'r> {
    id: &'r str,
    command: &'static str,
    topic: &'r str,
    title: &'r str,
    severity: &'static str,
    recommended: bool,
    /// Empty where it is about every format.
    formats: Vec<&'static str>,
    since: &'r str,
    clause: Option<&'r str>,
    same_as: BTreeMap<&'r str, Vec<&'r str>>,
    page: &'r str,
}

fn json(catalog: &Catalog, out: &mut dyn Write) -> io::Result<()> {
    let rules: Vec<Listed<'_>> = catalog
        .declarations()
        .iter()
        .map(|rule| {
            let mut same_as: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
            for (tool, id) in rule.same_as.iter() {
                same_as.entry(tool).or_default().push(id);
            }
            Listed {
                id: &rule.id,
                command: rule.command(),
                topic: &rule.topic,
                title: &rule.title,
                severity: rule.severity.name(),
                recommended: !rule.opt_in,
                formats: rule.formats().iter().map(|format| format.name()).collect(),
                since: &rule.since,
                clause: rule.clause.as_deref(),
                same_as,
                page: &rule.file,
            }
        })
        .collect();
    serde_json::to_writer_pretty(&mut *out, &rules)?;
    writeln!(out)
}

/// Runs the examples of pages on disk.
fn test(args: &RulesTestArgs, console: &Console) -> Result<Outcome, Failure> {
    let mut paths = Vec::new();
    for path in &args.pages {
        if !path.exists() {
            return Err(Failure::new(format!("`{}` does not exist", path.display())));
        }
        if path.is_dir() {
            paths.extend(setup::pages_below(path));
        } else {
            paths.push(path.clone());
        }
    }
    if paths.is_empty() {
        return Err(Failure::new("no page was found"));
    }
    let mut out = BufWriter::new(io::stdout().lock());
    let (mut passed, mut failed) = (0, 0);
    for path in &paths {
        let declaration = match setup::read_page(path) {
            Ok(declaration) => declaration,
            Err(Failure::Message(message)) => {
                failed += 1;
                console.complain(&message);
                continue;
            }
            Err(other) => return Err(other),
        };
        let problems = page_test::check(&declaration).map_err(Failure::new)?;
        if problems.is_empty() {
            passed += 1;
            writeln!(out, "ok      {}", declaration.id)?;
        } else {
            failed += 1;
            writeln!(out, "FAILED  {}", declaration.id)?;
            for problem in problems {
                writeln!(out, "  {}:{}: {}", path.display(), problem.line, problem.message)?;
            }
        }
    }
    writeln!(out, "{passed} passed, {failed} failed")?;
    out.flush()?;
    Ok(if failed == 0 { Outcome::Clean } else { Outcome::Found })
}
