//! `stipula explain`

use super::args::{ColorArg, ExplainArgs};
use super::output::Console;
use super::setup;
use super::{Failure, Outcome};
use crate::policy::unknown_rule;
use crate::rules::declaration::Declaration;
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
