//! Findings that the author of a document has answered: `# stipula-ignore RULE until DATE: reason` in a comment, or
//! `x-stipula-ignore` where a format has none.

use crate::document::http::beside;
use crate::document::{Document, DocumentId, Workspace};
use crate::finding::{Location, Part};
use crate::source::Span;
use crate::syntax::{NodeId, NodeType, Style, Tree, key};
use time::Date;
use time::macros::format_description;

const MARK: &str = "stipula-ignore";

/// One rule that is answered at one place.
#[derive(Debug)]
pub(super) struct Suppression {
    pub(super) document: DocumentId,
    /// Where it is written.
    pub(super) location: Location,
    /// The bytes whose findings it answers.
    pub(super) scope: Span,
    pub(super) rule: String,
    pub(super) until: Option<Date>,
    pub(super) reason: String,
    /// What in it cannot be understood.
    pub(super) mistake: Option<String>,
    pub(super) used: bool,
}

/// All suppressions of all documents.
pub(super) fn collect(workspace: &Workspace) -> Vec<Suppression> {
    let mut suppressions = Vec::new();
    for id in workspace.ids() {
        let document = workspace.document(id);
        in_comments(id, document, &mut suppressions);
        in_extensions(workspace, id, &mut suppressions);
    }
    suppressions
}

fn in_comments(id: DocumentId, document: &Document, suppressions: &mut Vec<Suppression>) {
    let tree = document.tree();
    let text = tree.source().text();
    for at in memchr::memmem::find_iter(text.as_bytes(), MARK) {
        let before = text[..at].trim_end_matches([' ', '\t']);
        let Some(hash) = before.strip_suffix('#').map(str::len) else {
            continue;
        };
        let line_start = text[..hash].rfind('\n').map_or(0, |at| at + 1);
        let opens_comment = hash == line_start || text[..hash].ends_with([' ', '\t']);
        if !opens_comment || is_in_scalar(tree, hash as u32) {
            continue;
        }
        let end = text[at..].find(['\n', '\r']).map_or(text.len(), |length| at + length);
        let written = Span::new(hash as u32, end as u32);
        let own_line = text[line_start..hash].trim().is_empty();
        let scope = scope_of_comment(tree, hash as u32, own_line);
        let node = beside(
            crate::document::Address {
                document: id,
                node: NodeId::ROOT,
            },
            tree.node_at(scope.start),
        );
        let location = Location {
            node,
            part: Part::Text(written),
        };
        parse(&text[at + MARK.len()..end], id, location, scope, suppressions);
    }
}

/// Whether an offset lies within the text of a scalar, where a `#` opens no comment.
fn is_in_scalar(tree: &Tree, offset: u32) -> bool {
    let node = tree.node_at(offset);
    let span = tree.span(node);
    let inside = span.start <= offset && offset < span.end;
    inside && !tree.node_type(node).is_container() && tree.style(node) != Style::Plain
}

/// The node that a comment speaks of: the outermost one that starts on its line, or on the next line that has any.
fn scope_of_comment(tree: &Tree, offset: u32, own_line: bool) -> Span {
    let lines = tree.source().lines();
    let comment_line = lines.line_of(offset);
    let begins = |id: NodeId| tree.key_span(id).map_or(tree.span(id).start, |key| key.start);
    let is_entry = |id: NodeId| {
        // A list starts with the dash of its first element, which the comment is about.
        tree.key(id).is_some() || !(tree.node_type(id) == NodeType::List && tree.style(id) == Style::Block)
    };
    let mut found: Option<(usize, NodeId)> = None;
    for id in tree.ids().filter(|id| *id != NodeId::ROOT && is_entry(*id)) {
        let line = lines.line_of(begins(id));
        let fits = if own_line {
            line > comment_line
        } else {
            line == comment_line
        };
        if fits && found.is_none_or(|(known, _)| line < known) {
            found = Some((line, id));
        }
        if own_line && found.is_some_and(|(known, _)| line > known) {
            break;
        }
    }
    match found {
        Some((_, id)) => Span::new(begins(id), tree.span(id).end),
        None => Span::at(offset),
    }
}

fn in_extensions(workspace: &Workspace, id: DocumentId, suppressions: &mut Vec<Suppression>) {
    let tree = workspace.document(id).tree();
    let is_mentioned = memchr::memmem::find(tree.source().text().as_bytes(), b"x-stipula-ignore").is_some();
    if !is_mentioned {
        return;
    }
    for node in tree.ids() {
        if tree.key(node) != Some(key::X_STIPULA_IGNORE) {
            continue;
        }
        let Some(holder) = tree.parent(node) else { continue };
        let start = tree.key_span(holder).map_or(tree.span(holder).start, |key| key.start);
        let scope = Span::new(start, tree.span(holder).end);
        let lines: Vec<NodeId> = match tree.node_type(node) {
            NodeType::List => tree.children(node).collect(),
            _ => vec![node],
        };
        for line in lines {
            let address = crate::document::Address {
                document: id,
                node: line,
            };
            parse(tree.text(line), id, Location::value(address), scope, suppressions);
        }
    }
}

/// `RULE[, RULE] [until DATE]: reason`
fn parse(text: &str, document: DocumentId, location: Location, scope: Span, suppressions: &mut Vec<Suppression>) {
    let (head, reason) = text.split_once(':').unwrap_or((text, ""));
    let (rules, until) = match head.split_once(" until ") {
        Some((rules, until)) => (rules, Some(until.trim())),
        None => (head, None),
    };
    let date = until.map(|until| Date::parse(until, format_description!("[year]-[month]-[day]")));
    let mistake = match &date {
        Some(Err(_)) => Some(format!(
            "`{}` is no date; write it as 2027-03-31",
            until.unwrap_or_default()
        )),
        _ if rules.trim().is_empty() => Some("no rule is named".to_owned()),
        _ => None,
    };
    let until = date.and_then(Result::ok);
    for rule in rules.split([',', ' ']).map(str::trim).filter(|rule| !rule.is_empty()) {
        suppressions.push(Suppression {
            document,
            location,
            scope,
            rule: rule.to_owned(),
            until,
            reason: reason.trim().to_owned(),
            mistake: mistake.clone(),
            used: false,
        });
    }
    if rules.trim().is_empty() {
        suppressions.push(Suppression {
            document,
            location,
            scope,
            rule: String::new(),
            until,
            reason: reason.trim().to_owned(),
            mistake,
            used: false,
        });
    }
}
