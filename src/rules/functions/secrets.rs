//! What should stand in no description: keys that work.

use super::{Function, Hit, Options, Refusal, function};
use crate::document::{Address, Node};
use crate::syntax::NodeId;
use regex::Regex;

/// What keys and tokens look like, with the part of them that is secret, and who gives them out.
const SECRETS: &[(&str, &str)] = &[
    ("a key of AWS", r"\b(?:AKIA|ASIA)([0-9A-Z]{16})\b"),
    ("a key of Stripe", r"\b[sr]k_live_([0-9A-Za-z]{16,})\b"),
    (
        "a token of GitHub",
        r"\b(?:gh[oprsu]_|github_pat_)([0-9A-Za-z_]{30,})\b",
    ),
    ("a token of GitLab", r"\bglpat-([0-9A-Za-z_-]{20,})\b"),
    ("a token of Slack", r"\bxox[abeprs]-([0-9A-Za-z-]{20,})\b"),
    ("a key of Google", r"\bAIza([0-9A-Za-z_-]{35})\b"),
    (
        "a private key",
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?:\\[nr]|[\s/*#])*([0-9A-Za-z+/]{40,})",
    ),
];
/// Characters that a secret has at least, each counted once: what repeats a few of them only shows where one belongs.
const VARIETY: usize = 8;

/// `no-secrets`: nothing in the text of the document looks like a key that works.
pub(super) fn no_secrets(_: &Options) -> Result<Function, Refusal> {
    let patterns = SECRETS.iter().map(|(what, pattern)| match Regex::new(pattern) {
        Ok(regex) => Ok((*what, regex)),
        Err(error) => Err(error.to_string()),
    });
    let patterns: Vec<(&str, Regex)> = patterns.collect::<Result<_, _>>()?;
    function(move |subject, hits| {
        let tree = subject.node.document().tree();
        // A text within a document is a part of what is looked at there.
        if tree.is_part() {
            return;
        }
        let text = tree.source().text();
        for (what, regex) in &patterns {
            let found = regex.captures_iter(text).filter_map(|found| found.get(1));
            for secret in found.filter(|secret| looks_real(secret.as_str())) {
                let holder = innermost(subject.node, secret.start());
                hits.push(Hit::value(holder).with("what", *what));
            }
        }
    })
}

fn looks_real(secret: &str) -> bool {
    let mut letters: Vec<char> = secret.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    letters.len() >= VARIETY && !secret.to_ascii_lowercase().contains("example")
}

/// The innermost node around a place in the text.
fn innermost(root: Node<'_>, offset: usize) -> Node<'_> {
    let tree = root.document().tree();
    let holds = |node: &NodeId| {
        let span = tree.span(*node);
        (span.start as usize..span.end as usize).contains(&offset)
    };
    // Parents stand before their children, so the last one is the innermost.
    let node = tree.ids().filter(holds).last().unwrap_or(NodeId::ROOT);
    root.workspace().node(Address { node, ..root.address() })
}
