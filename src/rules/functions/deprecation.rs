//! What is going away, and when.

use super::{Function, Hit, Options, Refusal, function};
use crate::document::date_of;
use crate::syntax::key;

/// `deprecation-notice`: what is deprecated says why or what to use instead, and until when it stays.
pub(super) fn deprecation_notice(options: &Options) -> Result<Function, Refusal> {
    let sunset = options.text("sunset").unwrap_or_else(|| "x-sunset".into());
    function(move |subject, hits| {
        let node = subject.node;
        if node.has_hole() {
            return;
        }
        let says = |name| node.string_at(name).is_some_and(|text: &str| !text.trim().is_empty());
        let mut missing = Vec::new();
        if !says(key::DESCRIPTION) && !says(key::SUMMARY) {
            missing.push("a description of what to use instead".to_owned());
        }
        match node.find(&sunset) {
            None => missing.push(format!("a date after `{sunset}`")),
            Some(date) if date_of(date.text()).is_none() => {
                missing.push(format!("a date such as 2027-06-30 after `{sunset}`"))
            }
            Some(_) => {}
        }
        if !missing.is_empty() {
            let place = node.get(key::DEPRECATED).unwrap_or(node);
            hits.push(Hit::key(place).with("missing", missing.join(" and ")));
        }
    })
}

/// `sunset-ahead`: the day on which something is to go away has not passed, and is so many days ahead.
pub(super) fn sunset_ahead(options: &Options) -> Result<Function, Refusal> {
    let days_ahead = i64::try_from(options.count("days-ahead").unwrap_or(0)).unwrap_or(0);
    let regex = options.regex("match")?;
    function(move |subject, hits| {
        let Some(target) = subject.target else { return };
        let text = target.text();
        let written = match &regex {
            Some(regex) => regex
                .captures(text)
                .and_then(|found| found.get(1))
                .map(|date| date.as_str()),
            None => Some(text),
        };
        let Some(date) = written.and_then(date_of) else { return };
        let days = (date - subject.run.as_of).whole_days();
        let when = match days {
            ..0 => format!("passed on {date}"),
            _ if days <= days_ahead => format!("is {days} days ahead, on {date}"),
            _ => return,
        };
        let what = target.parent().map(super::name_of).unwrap_or_default();
        hits.push(Hit::value(target).with("when", when).with("what", what));
    })
}
