//! `stipula explain`

use super::args::{ColorArg, ExplainArgs};
use super::output::Console;
use super::rules::formats;
use super::setup;
use super::{Failure, Outcome};
use crate::document::suggest;
use crate::finding::Severity;
use crate::policy::unknown_rule;
use crate::rules::declaration::{Breaks, ChangePattern, Declaration, Text};
use std::io::{self, Write};

/// Runs the command.
pub(super) fn run(args: ExplainArgs, console: &mut Console) -> Result<Outcome, Failure> {
    let settings = setup::settings(args.config.as_deref(), ColorArg::Auto)?;
    let catalog = setup::catalog(&settings, ColorArg::Auto)?;
    let declaration = match catalog.get(&args.id) {
        Some(declaration) => declaration,
        None => {
            // Who comes from another tool knows a rule by that tool's name.
            let same = catalog
                .declarations()
                .iter()
                .find(|declaration| declaration.same_as.iter().any(|(_, id)| *id == args.id));
            let declaration = same.ok_or_else(|| Failure::new(unknown_rule(&catalog, &args.id)))?;
            console.note(&format!("`{}` is called `{}` here", args.id, declaration.id));
            declaration
        }
    };
    let mut out = io::stdout().lock();
    write!(out, "{}", page(declaration))?;
    out.flush()?;
    Ok(Outcome::Clean)
}

/// The page with what its front matter says in words.
fn page(declaration: &Declaration) -> String {
    let mut page = declaration.page.trim_end().to_owned();
    page.push_str("\n\n## In short\n\n");
    page.push_str(&format!("- rule: `{}`, {}", declaration.id, declaration.severity));
    page.push_str(if declaration.opt_in {
        ", runs only if asked for\n"
    } else {
        "\n"
    });
    let about = formats(declaration);
    if !about.is_empty() {
        page.push_str(&format!("- formats: {about}\n"));
    }
    for pattern in declaration.changes.iter() {
        page.push_str(&format!("- judges {}\n", judged(pattern, declaration.severity)));
    }
    if let Some(reason) = &declaration.no_witness {
        page.push_str(&format!("- needs no witness: {reason}\n"));
    }
    if let Some(clause) = &declaration.clause {
        page.push_str(&format!("- clause of the standards: `{clause}`\n"));
    }
    if !declaration.same_as.is_empty() {
        let same: Vec<String> = declaration
            .same_as
            .iter()
            .map(|(tool, id)| format!("{tool} `{id}`"))
            .collect();
        page.push_str(&format!("- the same elsewhere: {}\n", same.join(", ")));
    }
    page.push_str(&format!(
        "- to silence one finding: `# stipula-ignore {}: the reason`\n- to switch it off: `rules: {{ {}: off }}` in stipula.yaml\n",
        declaration.id, declaration.id
    ));
    page
}

/// The changes of a pattern, and what becomes of them, in words.
fn judged(pattern: &ChangePattern, of_page: Severity) -> String {
    let mut words = match (&*pattern.field, &*pattern.of) {
        ([], []) => "what no other rule judges".to_owned(),
        ([], kinds) => format!("any part of {}", either(kinds.iter().map(|kind| kind.name()))),
        ([own], kinds) if own.is_empty() => either(kinds.iter().map(|kind| kind.name())),
        (fields, []) => either(texts(fields)),
        (fields, kinds) => {
            let fields = either(texts(fields));
            format!("{fields} of {}", either(kinds.iter().map(|kind| kind.name())))
        }
    };
    let mut add = |before: &str, text: String| {
        if !text.is_empty() {
            words.push_str(&format!("{before}{text}"));
        }
    };
    let plain = |names: Vec<&str>| names.join(" or ");
    add(", ", plain(pattern.action.iter().map(|action| action.name()).collect()));
    add(" from ", either(texts(&pattern.from)));
    add(" to ", either(texts(&pattern.to)));
    add(
        " in a ",
        pattern.direction.map_or("", |direction| direction.name()).to_owned(),
    );
    add(
        ", if the effect is ",
        plain(pattern.effect.iter().map(|effect| effect.name()).collect()),
    );
    for (name, values) in pattern.when.iter() {
        add(&format!(", if {name} is "), either(texts(values)));
    }
    let severity = pattern.severity.unwrap_or(of_page);
    words.push_str(&match pattern.breaks {
        Breaks::ByLaw => format!(": {severity} if it breaks clients by what it does to the values"),
        Breaks::Always => format!(": {severity}, as it breaks clients"),
        Breaks::Never => ": it breaks no client".to_owned(),
    });
    for (policy, severity) in pattern.policies.iter() {
        words.push_str(&format!("; {severity} by the policy `{policy}`"));
    }
    words
}

fn texts(texts: &[Text]) -> impl Iterator<Item = &str> {
    texts.iter().map(|text| &**text)
}

fn either<'w>(words: impl Iterator<Item = &'w str>) -> String {
    suggest::list(words, "or")
}
