//! Findings that the author of a document has answered: `# stipula-ignore RULE until DATE: reason` in a comment (`//` in
//! Protobuf), or `x-stipula-ignore` where a format has none.

use crate::document::{Address, Document, DocumentId, Workspace};
use crate::finding::{Location, Part};
use crate::source::Span;
use crate::syntax::{NodeId, NodeType, Outline, Style, key};
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

/// All suppressions of all documents that are judged.
pub(super) fn collect(workspace: &Workspace) -> Vec<Suppression> {
    let mut suppressions = Vec::new();
    for id in workspace.judged() {
        let document = workspace.document(id);
        in_comments(id, document, &mut suppressions);
        in_extensions(workspace, id, &mut suppressions);
    }
    suppressions
}

fn in_comments(id: DocumentId, document: &Document, suppressions: &mut Vec<Suppression>) {
    let tree = document.tree();
    let text = tree.source().text();
    let mut outline = None;
    let opening = match tree.style(NodeId::ROOT) {
        Style::Declaration => "//",
        _ => "#",
    };
    for at in memchr::memmem::find_iter(text.as_bytes(), MARK) {
        let before = text[..at].trim_end_matches([' ', '\t']);
        let Some(hash) = before.strip_suffix(opening).map(str::len) else {
            continue;
        };
        let line_start = text[..hash].rfind('\n').map_or(0, |at| at + 1);
        let opens_comment = hash == line_start || text[..hash].ends_with([' ', '\t']);
        let outline = outline.get_or_insert_with(|| Outline::new(tree));
        if !opens_comment || outline.is_in_scalar(hash as u32) {
            continue;
        }
        let end = text[at..].find(['\n', '\r']).map_or(text.len(), |length| at + length);
        let own_line = text[line_start..hash].trim().is_empty();
        let subject = outline.subject_of(hash as u32, own_line);
        let location = Location {
            node: Address {
                document: id,
                node: subject.unwrap_or(NodeId::ROOT),
            },
            part: Part::Text(Span::new(hash as u32, end as u32)),
        };
        let scope = subject.map_or(Span::at(hash as u32), |node| {
            Span::new(tree.begin(node), tree.span(node).end)
        });
        parse(&text[at + MARK.len()..end], id, location, scope, suppressions);
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
        let start = tree.begin(holder);
        let scope = Span::new(start, tree.span(holder).end);
        let lines: Vec<NodeId> = match tree.node_type(node) {
            NodeType::List => tree.children(node).collect(),
            _ => vec![node],
        };
        for line in lines {
            let address = Address {
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
