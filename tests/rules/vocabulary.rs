//! The vocabulary is what pages can say, and all of it is meant.

use crate::{Outcome, all_fine, pages};
use std::collections::BTreeSet;
use std::sync::Arc;
use stipula::rules::catalog::builtin;
use stipula::rules::declaration::Text;
use stipula::rules::vocabulary::{self, CONDITIONS};
use stipula::rules::{Rule, functions, page};

pub(crate) fn functions() -> Outcome {
    let mut told: Vec<&str> = vocabulary::functions().map(|function| function.name).collect();
    told.sort_unstable();
    let made: Vec<&str> = functions::names().collect();
    assert_eq!(told, made);
    Ok(())
}

pub(crate) fn conditions() -> Outcome {
    let told: Vec<&str> = CONDITIONS.iter().map(|condition| condition.name).collect();
    assert_eq!(told, stipula::rules::conditions::NAMES);
    assert!(told.is_sorted(), "the table is in alphabetical order");
    Ok(())
}

pub(crate) fn is_used() -> Outcome {
    let pages = pages();
    let checks = || pages.iter().flat_map(|declaration| declaration.checks.iter());
    let functions: BTreeSet<&str> = checks()
        .flat_map(|check| check.then.iter())
        .map(|then| &*then.function)
        .collect();
    let conditions: BTreeSet<&str> = checks()
        .flat_map(|check| check.when.iter())
        .map(|(name, _)| &**name)
        .collect();
    let unused_functions = vocabulary::functions()
        .map(|function| function.name)
        .filter(|name| !functions.contains(name));
    let unused_conditions = CONDITIONS
        .iter()
        .map(|condition| condition.name)
        .filter(|name| !conditions.contains(name));
    all_fine(
        unused_functions
            .chain(unused_conditions)
            .map(|name| format!("no page uses `{name}`, so no example shows that it works")),
    )
}

pub(crate) fn messages() -> Outcome {
    let complaint = |message: &str, title: &str| {
        let first = message.chars().next()?;
        if first.is_uppercase() && !message.starts_with(['`', '{']) && !is_a_name(message) {
            return Some("starts with a capital");
        }
        if message.ends_with(['.', '!']) {
            return Some("ends like a sentence");
        }
        if message.chars().count() > 160 {
            return Some("is longer than 160 characters");
        }
        if title.ends_with('.') {
            return Some("has a title that ends like a sentence");
        }
        None
    };
    all_fine(builtin().iter().filter_map(|declaration| {
        let what = complaint(&declaration.message, &declaration.title)?;
        Some(format!(
            "{}: the message {what}: {}",
            declaration.file, declaration.message
        ))
    }))
}

/// Whether a message starts with a word that is written in capitals wherever it stands.
fn is_a_name(message: &str) -> bool {
    let word = message.split(' ').next().unwrap_or_default();
    word.chars().filter(|letter| letter.is_uppercase()).count() > 1
}

pub(crate) fn options() -> Outcome {
    // What a page says of an option is what `stipula.yaml` can change: giving a page its own options again changes
    // nothing, and an option that no function of the page has is refused.
    let mut complaints = Vec::new();
    for declaration in builtin().iter().filter(|declaration| !declaration.checks.is_empty()) {
        let told: Vec<(Text, _)> = declaration
            .checks
            .iter()
            .flat_map(|check| check.then.iter())
            .flat_map(|then| then.options.iter().cloned())
            .collect();
        let again = Arc::new(declaration.clone());
        if declaration.checks.len() == 1
            && let Err(error) = Rule::compile(Arc::clone(&again), &told)
        {
            complaints.push(format!("{}: {error}", declaration.file));
        }
        let nonsense = [(Text::from("no-such-option"), told_value())];
        if Rule::compile(again, &nonsense).is_ok() {
            complaints.push(format!("{}: takes an option that it does not have", declaration.file));
        }
        for name in page::placeholders(&declaration.message) {
            if name.is_empty() {
                complaints.push(format!("{}: an empty placeholder", declaration.file));
            }
        }
    }
    all_fine(complaints)
}

fn told_value() -> stipula::rules::declaration::Value {
    stipula::rules::declaration::Value::Boolean(true)
}
