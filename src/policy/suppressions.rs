//! Findings that the author of a document has answered: `# stipula-ignore RULE until DATE: reason` in a comment (`//` in
//! Protobuf), or `x-stipula-ignore` where a format has none. What was answered to buf or to the linter of the AIPs holds for the
//! equal rules, too.

use crate::document::{Address, Document, DocumentId, Workspace};
use crate::finding::{Location, Part};
use crate::rules::Catalog;
use crate::rules::declaration::Text;
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
    /// It was written for another tool: whether it is needed is not for us to say.
    pub(super) is_foreign: bool,
}

/// All suppressions of all documents that are judged.
pub(super) fn collect(workspace: &Workspace, catalog: &Catalog) -> Vec<Suppression> {
    let mut suppressions = Vec::new();
    for id in workspace.judged() {
        let document = workspace.document(id);
        in_comments(id, document, &mut suppressions);
        in_extensions(workspace, id, &mut suppressions);
        if document.tree().style(NodeId::ROOT) == Style::Declaration {
            for tool in &TOOLS {
                tool.in_comments(id, document, catalog, &mut suppressions);
            }
        }
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
    let extent = tree.extent();
    for at in memchr::memmem::find_iter(extent.of(text).as_bytes(), MARK) {
        let at = extent.start as usize + at;
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

/// Another tool whose answers in comments are understood.
struct Tool {
    /// What pages call it.
    name: &'static str,
    /// What stands before the name of a rule.
    mark: &'static str,
    /// What stands behind the name; a blank where nothing does.
    end: &'static str,
    /// Whether what is said of the syntax or the package of a file holds for all of it.
    is_for_file: bool,
}

/// buf (<https://buf.build/docs/lint/#comment-ignores>) and the linter of the AIPs
/// (<https://linter.aip.dev/configuration#proto-comments>).
static TOOLS: [Tool; 2] = [
    Tool {
        name: "buf",
        mark: "buf:lint:ignore",
        end: "",
        is_for_file: false,
    },
    Tool {
        name: "aip",
        mark: "api-linter:",
        end: "=disabled",
        is_for_file: true,
    },
];

impl Tool {
    fn in_comments(&self, id: DocumentId, document: &Document, catalog: &Catalog, suppressions: &mut Vec<Suppression>) {
        let tree = document.tree();
        let text = tree.source().text();
        let mut outline = None;
        let extent = tree.extent();
        for at in memchr::memmem::find_iter(extent.of(text).as_bytes(), self.mark) {
            let at = extent.start as usize + at;
            let line_start = text[..at].rfind('\n').map_or(0, |at| at + 1);
            let Some(rule) = self.rule(&text[at + self.mark.len()..]) else {
                continue;
            };
            let outline = outline.get_or_insert_with(|| Outline::new(tree));
            let before = text[line_start..at].trim_start();
            let own_line = before.is_empty() || before.starts_with(['/', '*', '(']);
            if outline.is_in_scalar(at as u32) {
                continue;
            }
            let Some(subject) = outline.subject_of(at as u32, own_line) else {
                continue;
            };
            let is_about_file = matches!(tree.key(subject), Some(key::SYNTAX | key::EDITION | key::PACKAGE))
                && tree.parent(subject) == Some(NodeId::ROOT);
            let scope = if self.is_for_file && is_about_file {
                Span::new(0, text.len() as u32)
            } else {
                Span::new(tree.begin(subject), tree.span(subject).end)
            };
            let is_meant = |(tool, own): &(Text, Text)| {
                // A group of rules holds those whose names go on behind its own.
                let rest = (tool == self.name).then(|| own.strip_prefix(rule)).flatten();
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
            };
            let pages = catalog.declarations().iter();
            suppressions.extend(
                pages
                    .filter(|page| page.same_as.iter().any(is_meant))
                    .map(|page| Suppression {
                        document: id,
                        location: Location {
                            node: Address {
                                document: id,
                                node: subject,
                            },
                            part: Part::Text(Span::new(at as u32, (at + self.mark.len()) as u32)),
                        },
                        scope,
                        rule: page.id.to_string(),
                        until: None,
                        reason: format!("`{} {rule}` is said to {}", self.mark, self.name),
                        mistake: None,
                        used: false,
                        is_foreign: true,
                    }),
            );
        }
    }

    /// The name of a rule behind a mark, if it is one.
    fn rule<'t>(&self, behind: &'t str) -> Option<&'t str> {
        let line = behind.lines().next()?.trim_start();
        let name = line
            .split([' ', '\t', '=', ','])
            .next()
            .filter(|name| !name.is_empty())?;
        let rest: String = line[name.len()..].split_whitespace().collect();
        rest.starts_with(self.end).then_some(name)
    }
}

fn in_extensions(workspace: &Workspace, id: DocumentId, suppressions: &mut Vec<Suppression>) {
    let tree = workspace.document(id).tree();
    let is_mentioned =
        memchr::memmem::find(tree.extent().of(tree.source().text()).as_bytes(), b"x-stipula-ignore").is_some();
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
            is_foreign: false,
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
            is_foreign: false,
        });
    }
}
