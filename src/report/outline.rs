//! A report as a text with headings, before it is written down: chapters for descriptions, in them groups for
//! operations, in them entries for findings. What renders it only has to know how letters are written safely.

use super::comparison::{Badge, Proof, answered, counted_changes, shown_at, users};
use super::{Rendering, counted, interactions, visible};
use crate::document::http::Api;
use crate::document::{DocumentId, Versions};
use crate::policy::{Judged, Status};
use std::collections::{BTreeMap, HashMap};

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Words.
    Text(String),
    /// A name or a value from a document.
    Code(String),
}

/// A line.
pub(super) type Pieces = Vec<Piece>;

/// All findings about one description.
#[derive(Debug)]
pub(super) struct Chapter {
    /// The description, with its versions.
    pub(super) title: Pieces,
    /// What was found in all.
    pub(super) lead: Pieces,
    /// The findings.
    pub(super) groups: Vec<Group>,
}

/// All findings about one operation, or about none, or about several.
#[derive(Debug)]
pub(super) struct Group {
    /// What they are about; empty where that is not known.
    pub(super) heading: Pieces,
    /// The findings, the gravest first.
    pub(super) entries: Vec<Entry>,
}

/// One finding.
#[derive(Debug)]
pub(super) struct Entry {
    /// What sort it is of.
    pub(super) badge: Badge,
    /// What it says.
    pub(super) message: Pieces,
    /// Where it stands, or stood: file and line.
    pub(super) place: String,
    /// What else is known, each with a word for it.
    pub(super) notes: Vec<(&'static str, Pieces)>,
}

/// Operations that an entry lists.
const LISTED: usize = 10;

/// The chapters of a report. A changelog tells every change, also those that the project has answered.
pub(super) fn chapters(rendering: &Rendering<'_>) -> Vec<Chapter> {
    let is_changelog = rendering.report.command == "changelog";
    let shelf = Shelf::new(rendering);
    let mut found: BTreeMap<Subject<'_>, Vec<&Judged>> = BTreeMap::new();
    if rendering.versions.len() == 1 {
        found.insert(Subject::Versions(0), Vec::new());
    }
    for finding in &rendering.report.findings {
        if is_changelog || finding.status == Status::New {
            found.entry(shelf.subject(finding)).or_default().push(finding);
        }
    }
    let chapters = found.into_iter();
    chapters
        .map(|(subject, findings)| chapter(rendering, subject, &findings))
        .collect()
}

/// What a chapter is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Subject<'r> {
    /// Two versions of a description, by their position.
    Versions(usize),
    /// A document, by its name.
    Document(&'r str),
}

/// Which versions a document belongs to.
struct Shelf<'r> {
    rendering: &'r Rendering<'r>,
    by_document: HashMap<DocumentId, usize>,
    /// The parts of a description share what it offers.
    by_api: HashMap<*const Api, usize>,
}

impl<'r> Shelf<'r> {
    fn new(rendering: &'r Rendering<'r>) -> Self {
        let mut by_document = HashMap::new();
        let mut by_api = HashMap::new();
        for (position, versions) in rendering.versions.iter().enumerate() {
            for id in versions.old.iter().chain(&versions.new) {
                by_document.insert(*id, position);
                if let Some(api) = rendering.workspace.document(*id).api_around() {
                    by_api.insert(std::ptr::from_ref(api), position);
                }
            }
        }
        Self {
            rendering,
            by_document,
            by_api,
        }
    }

    fn subject(&self, finding: &Judged) -> Subject<'r> {
        let id = finding.location.node.document;
        let document = self.rendering.workspace.document(id);
        let position = self.by_document.get(&id).or_else(|| {
            let api = document.api_around()?;
            self.by_api.get(&std::ptr::from_ref(api))
        });
        match (position, self.rendering.versions.len()) {
            (Some(position), _) => Subject::Versions(*position),
            (None, 1) => Subject::Versions(0),
            (None, _) => Subject::Document(document.source().name()),
        }
    }
}

fn chapter(rendering: &Rendering<'_>, subject: Subject<'_>, findings: &[&Judged]) -> Chapter {
    let versions = match subject {
        Subject::Versions(position) => rendering.versions[position],
        Subject::Document(name) => {
            return Chapter {
                title: vec![Piece::Code(visible(name))],
                lead: vec![Piece::Text(format!("{}.", counts(findings)))],
                groups: groups(rendering, None, findings),
            };
        }
    };
    let mut lead = match (name(rendering, versions.old), name(rendering, versions.new)) {
        (Some(old), Some(new)) => vec![
            Piece::Text("From ".to_owned()),
            Piece::Code(old),
            Piece::Text(" to ".to_owned()),
            Piece::Code(new),
            Piece::Text(". ".to_owned()),
        ],
        (Some(old), None) => vec![Piece::Code(old), Piece::Text(" is gone. ".to_owned())],
        (None, Some(new)) => vec![Piece::Code(new), Piece::Text(" is new. ".to_owned())],
        (None, None) => Vec::new(),
    };
    lead.push(Piece::Text(format!("{}.", counts(findings))));
    if let Some(next) = findings.iter().find_map(|finding| finding.fact("next"))
        && !next.is_empty()
    {
        lead.push(Piece::Text(" The next version is ".to_owned()));
        lead.push(Piece::Code(visible(next)));
        lead.push(Piece::Text(".".to_owned()));
    }
    Chapter {
        title: vec![Piece::Text(title(rendering, versions))],
        lead,
        groups: groups(rendering, Some(versions), findings),
    }
}

fn name(rendering: &Rendering<'_>, document: Option<DocumentId>) -> Option<String> {
    document.map(|id| visible(rendering.workspace.document(id).source().name()))
}

/// The title of a description with its versions: `Orders 1.4.0 → 2.0.0`.
fn title(rendering: &Rendering<'_>, versions: Versions) -> String {
    let info = |id: Option<DocumentId>, key: &str| -> Option<String> {
        let said = rendering.workspace.root(id?).find("info")?.find(key)?;
        Some(visible(said.text())).filter(|text| !text.is_empty())
    };
    let name = info(versions.new, "title")
        .or_else(|| info(versions.old, "title"))
        .or_else(|| name(rendering, versions.new.or(versions.old)))
        .unwrap_or_default();
    match (info(versions.old, "version"), info(versions.new, "version")) {
        (Some(old), Some(new)) if old != new => format!("{name} {old} → {new}"),
        (Some(version), _) | (None, Some(version)) => format!("{name} {version}"),
        (None, None) => name,
    }
}

fn counts(findings: &[&Judged]) -> String {
    let of_lint = [Badge::Error, Badge::Warning, Badge::Info].map(|badge| {
        let others = findings.iter().filter(|finding| finding.breaking.is_none());
        (badge, others.filter(|finding| Badge::of(finding) == badge).count())
    });
    let of_lint = of_lint.iter().filter(|(_, count)| *count > 0);
    let told: Vec<String> = counted_changes(findings.iter().copied())
        .into_iter()
        .chain(of_lint.map(|(badge, count)| counted(*count, badge.word())))
        .collect();
    if told.is_empty() {
        "No changes".to_owned()
    } else {
        told.join(", ")
    }
}

/// Where a group stands in its chapter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Theme<'r> {
    /// What was found without comparing.
    Unnamed,
    /// What concerns no operation alone.
    Api,
    Several,
    /// An operation: its position in the new version, or, if it is gone, after those.
    Operation(usize, &'r str),
}

fn groups(rendering: &Rendering<'_>, versions: Option<Versions>, findings: &[&Judged]) -> Vec<Group> {
    let order = operations(rendering, versions);
    let mut groups: BTreeMap<Theme<'_>, Vec<&Judged>> = BTreeMap::new();
    for finding in findings {
        let reaches = finding.breaking.as_ref().map(|breaking| breaking.reaches.as_slice());
        let theme = match reaches {
            None => Theme::Unnamed,
            Some([]) => Theme::Api,
            Some([only]) => Theme::Operation(order.get(only).copied().unwrap_or(usize::MAX), only),
            Some(_) => Theme::Several,
        };
        groups.entry(theme).or_default().push(finding);
    }
    let groups = groups.into_iter();
    groups
        .map(|(theme, mut findings)| {
            findings.sort_by_key(|finding| Badge::of(finding));
            let heading = match theme {
                Theme::Unnamed => Vec::new(),
                Theme::Api => vec![Piece::Text("The API".to_owned())],
                Theme::Several => vec![Piece::Text("Several operations".to_owned())],
                Theme::Operation(_, name) => vec![Piece::Code(visible(name))],
            };
            Group {
                heading,
                entries: findings.into_iter().map(|finding| entry(rendering, finding)).collect(),
            }
        })
        .collect()
}

/// The operations of both versions in their order, those that are gone after the others.
fn operations(rendering: &Rendering<'_>, versions: Option<Versions>) -> HashMap<String, usize> {
    let mut order = HashMap::new();
    let documents = versions.into_iter().flat_map(|versions| [versions.new, versions.old]);
    for api in documents
        .flatten()
        .filter_map(|id| rendering.workspace.document(id).api())
    {
        for operation in &api.operations {
            let next = order.len();
            order.entry(operation.label(api)).or_insert(next);
        }
    }
    order
}

fn entry(rendering: &Rendering<'_>, finding: &Judged) -> Entry {
    let place = rendering.place(&shown_at(finding));
    let mut notes = Vec::new();
    if let Some(breaking) = &finding.breaking {
        if let Some(proof) = Proof::of(breaking) {
            let mut pieces = pieces(&proof.at);
            pieces.push(Piece::Text(" ".to_owned()));
            pieces.push(Piece::Code(proof.value.clone()));
            pieces.push(Piece::Text(" ".to_owned()));
            pieces.extend(self::pieces(&proof.clause));
            notes.push(("proof", pieces));
        }
        let steps = breaking.derivation.iter().filter(|_| rendering.style.explain).cloned();
        notes.extend(steps.chain(breaking.reason.clone()).map(|step| ("why", pieces(&step))));
        if breaking.reaches.len() > 1 {
            notes.push(("in", listed(&breaking.reaches)));
        }
        notes.extend(
            breaking
                .consumers
                .iter()
                .map(|consumer| ("who", vec![Piece::Text(users(consumer))])),
        );
    }
    if let Some(interaction) = rendering.interaction_of(finding) {
        notes.push(("in", vec![Piece::Text(interactions::title(interaction))]));
        if let Some(request) = &interaction.request {
            notes.push(("again", vec![Piece::Code(visible(request))]));
        }
    }
    if let Some(answered) = answered(finding) {
        notes.push(("known", vec![Piece::Text(answered)]));
    }
    Entry {
        badge: Badge::of(finding),
        message: pieces(&finding.message),
        place: format!("{}:{}", visible(place.path), place.start.line),
        notes,
    }
}

/// The first few names, and how many more there are.
fn listed(names: &[String]) -> Pieces {
    let mut pieces = Vec::new();
    for name in names.iter().take(LISTED) {
        if !pieces.is_empty() {
            pieces.push(Piece::Text(", ".to_owned()));
        }
        pieces.push(Piece::Code(visible(name)));
    }
    if names.len() > LISTED {
        pieces.push(Piece::Text(format!(" and {} more", names.len() - LISTED)));
    }
    pieces
}

/// A message in pieces: what stands between backticks is a name or a value. A hostile name can hold backticks itself;
/// then the pieces are cut elsewhere, and are no less safe.
pub(super) fn pieces(message: &str) -> Pieces {
    let message = visible(message);
    let mut pieces = Vec::new();
    let mut rest = message.as_str();
    while let Some((before, after)) = rest.split_once('`') {
        let Some((code, after)) = after.split_once('`') else {
            break;
        };
        if !before.is_empty() {
            pieces.push(Piece::Text(before.to_owned()));
        }
        pieces.push(Piece::Code(code.to_owned()));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    pieces
}

/// The pieces as plain text: what headings have room for.
pub(super) fn words(pieces: &[Piece]) -> String {
    let text = |piece: &Piece| match piece {
        Piece::Text(text) | Piece::Code(text) => text.clone(),
    };
    pieces.iter().map(text).collect()
}

/// The pieces as plain text, names between backticks.
pub(super) fn plain(pieces: &[Piece]) -> String {
    let text = |piece: &Piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Code(code) => format!("`{code}`"),
    };
    pieces.iter().map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_words() {
        let text = |text: &str| Piece::Text(text.to_owned());
        let code = |code: &str| Piece::Code(code.to_owned());
        assert_eq!(pieces("`a` became `b c`"), [code("a"), text(" became "), code("b c")]);
        assert_eq!(pieces("the ` alone"), [text("the ` alone")]);
        assert_eq!(pieces("``x`"), [code(""), text("x`")]);
        for message in ["`a` became `b c`", "the ` alone", "``x`", ""] {
            assert_eq!(plain(&pieces(message)), message);
        }
    }
}
