//! What all reports say of the change behind a finding: one word for it, its proof, what differs in the text, and
//! what answers it.

use super::{counted, visible};
use crate::document::{FormatName, Workspace};
use crate::finding::{Affected, Breaking, Location, Severity, Verdict, Witness};
use crate::policy::{Judged, Report, Status};
use crate::syntax::{NodeId, NodeType, Style, Tree};
use similar::{Algorithm, ChangeTag, capture_diff_slices, group_diff_ops};
use std::io::{self, Write};

/// One word for a finding, in the order in which readers want them. Of a change it is what the comparison made of it,
/// whatever level the user has given its rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Badge {
    Breaking,
    Error,
    Warning,
    Unknown,
    Info,
    Safe,
}

impl Badge {
    pub(super) fn of(finding: &Judged) -> Self {
        match &finding.breaking {
            Some(breaking) => match (breaking.verdict, breaking.severity) {
                (Verdict::Unknown, _) => Self::Unknown,
                (_, Severity::Error) => Self::Breaking,
                (_, Severity::Warning) => Self::Warning,
                (_, Severity::Info) => Self::Safe,
            },
            None => match finding.severity {
                Severity::Error => Self::Error,
                Severity::Warning => Self::Warning,
                Severity::Info => Self::Info,
            },
        }
    }

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Breaking => "breaking",
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Unknown => "unknown",
            Self::Info => "info",
            Self::Safe => "safe",
        }
    }
}

/// How many changes there are, and how many of each sort: `3 changes: 1 breaking, 2 safe`; nothing where there is
/// none.
pub(super) fn counted_changes<'f>(findings: impl Iterator<Item = &'f Judged>) -> Option<String> {
    const SORTS: [Badge; 4] = [Badge::Breaking, Badge::Warning, Badge::Unknown, Badge::Safe];
    let mut counts = [0_usize; SORTS.len()];
    for finding in findings.filter(|finding| finding.breaking.is_some()) {
        let badge = Badge::of(finding);
        if let Some(position) = SORTS.iter().position(|sort| *sort == badge) {
            counts[position] += 1;
        }
    }
    let all: usize = counts.iter().sum();
    let told = SORTS.iter().zip(counts).filter(|(_, count)| *count > 0);
    let words: Vec<String> = told
        .map(|(badge, count)| match badge {
            Badge::Warning => counted(count, badge.word()),
            _ => format!("{count} {}", badge.word()),
        })
        .collect();
    (all > 0).then(|| format!("{}: {}", counted(all, "change"), words.join(", ")))
}

/// Whether a report is that of a comparison.
pub(super) fn is_comparison(report: &Report) -> bool {
    matches!(report.command, "breaking" | "changelog")
        || report.findings.iter().any(|finding| finding.breaking.is_some())
}

/// Bytes of a witness that are shown; the JSON report has all.
const LONG_VALUE: usize = 240;

/// A witness in words.
#[derive(Debug)]
pub(super) struct Proof {
    /// The part of the request or response that the value is.
    pub(super) at: String,
    /// The value as JSON, cut where it is long.
    pub(super) value: String,
    /// What the two versions say of it, as a clause.
    pub(super) clause: String,
}

impl Proof {
    pub(super) fn of(breaking: &Breaking) -> Option<Self> {
        let witness = breaking.witness.as_ref()?;
        Some(Self {
            at: visible(&witness.at),
            value: visible(&compact(&witness.value)),
            clause: visible(&clause(witness)),
        })
    }

    /// The proof on one line.
    pub(super) fn line(&self) -> String {
        format!("{} {} {}", self.at, self.value, self.clause)
    }
}

fn clause(witness: &Witness) -> String {
    const VALID: &str = "valid";
    match (witness.old.as_str(), witness.new.as_str()) {
        (VALID, why) if why != VALID => format!("was valid and is refused now: {why}"),
        (why, VALID) if why != VALID => format!("was not allowed and can come now; before: {why}"),
        (old, new) => format!("before: {old}; now: {new}"),
    }
}

/// A value as JSON on one line, cut where it is long: a schema can ask for a string of megabytes.
fn compact(value: &serde_json::Value) -> String {
    let mut start = Start(Vec::new());
    let whole = serde_json::to_writer(&mut start, value).is_ok();
    let mut text = String::from_utf8_lossy(&start.0).into_owned();
    if !whole {
        // The cut may have split a character.
        text.truncate(text.trim_end_matches(char::REPLACEMENT_CHARACTER).len());
        text.push('…');
    }
    text
}

/// Takes the first bytes, and then no more.
struct Start(Vec<u8>);

impl Write for Start {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = LONG_VALUE - self.0.len();
        if room == 0 && !bytes.is_empty() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let taken = bytes.len().min(room);
        self.0.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// That a verdict is unknown, if it is, and why.
pub(super) fn doubt(breaking: &Breaking) -> Option<String> {
    (breaking.verdict == Verdict::Unknown).then(|| match &breaking.reason {
        Some(reason) => format!("unknown: {}", visible(reason)),
        None => "unknown".to_owned(),
    })
}

/// What a finding says and, on a line of its own, the proof or the doubt: who reads annotations sees nothing else.
pub(super) fn message_with_proof(finding: &Judged) -> String {
    let more = finding.breaking.as_ref().and_then(|breaking| {
        let proof = Proof::of(breaking).map(|proof| proof.line());
        proof.or_else(|| doubt(breaking))
    });
    match more {
        Some(more) => format!("{}\n{more}", finding.message),
        None => finding.message.clone(),
    }
}

/// The verdict as programs are told it, and whether clients break, where that is known.
pub(super) fn verdict(breaking: &Breaking) -> (&'static str, Option<bool>) {
    match breaking.verdict {
        Verdict::Safe => ("proved", Some(false)),
        Verdict::Breaking => ("proved", Some(true)),
        Verdict::Unknown => ("unknown", None),
    }
}

/// Where the text to show stands: what is gone is shown as it was.
pub(super) fn shown_at(finding: &Judged) -> Location {
    match &finding.breaking {
        Some(breaking) if breaking.new.is_none() => breaking.old.unwrap_or(finding.location),
        _ => finding.location,
    }
}

/// What a finding can be answered with in the document.
#[derive(Debug)]
pub(super) struct Answer {
    /// The text to write, in which the date and the reason are to be filled in.
    pub(super) text: String,
    /// Where to write it.
    pub(super) place: String,
}

impl Answer {
    /// Nothing where the finding stands in a version that cannot be edited any more.
    pub(super) fn of(workspace: &Workspace, finding: &Judged) -> Option<Self> {
        let breaking = finding.breaking.as_ref()?;
        let Location { node: address, .. } = finding.location;
        let is_gone = breaking.old.is_some_and(|old| old.node.document == address.document);
        if is_gone && breaking.new.is_none() {
            return None;
        }
        let document = workspace.document(address.document);
        let tree = document.tree();
        let rule = &finding.rule.id;
        let is_json = tree.style(NodeId::ROOT) == Style::Flow;
        if !is_json {
            let line = document.source().position(finding.location.span(workspace).start).line;
            let mark = match document.format() {
                Some(FormatName::Protobuf) => "//",
                _ => "#",
            };
            return Some(Self {
                text: format!("{mark} stipula-ignore {rule} until YYYY-MM-DD: REASON"),
                place: format!("above {}:{line}", document.source().name()),
            });
        }
        let grammar = document.grammar()?;
        let node = workspace.node(address);
        let holder = std::iter::once(node)
            .chain(node.ancestors())
            .find(|holder| holder.is_map() && grammar.has_extensions(holder.kind()))?;
        let at = document.source().position(tree.begin(holder.id()));
        Some(Self {
            text: format!("\"x-stipula-ignore\": \"{rule} until YYYY-MM-DD: REASON\""),
            place: format!(
                "in the {} at {}:{}:{}",
                holder.kind().name(),
                document.source().name(),
                at.line,
                at.column
            ),
        })
    }
}

/// Lines of a difference that are shown.
const SHOWN_LINES: usize = 8;
/// Lines around each difference.
const AROUND: usize = 1;
/// What is longer than this, in bytes or lines, is not compared line by line: the excerpt has to do.
const LONG_TEXT: usize = 8 * 1024;
const MANY_LINES: usize = 200;
/// Characters of a line that are shown.
const LONG_LINE: usize = 100;
/// Characters that are shown before the first one that differs, where a line is too long to be shown whole.
const BEFORE: usize = 30;

/// A line of a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// `-` for what was, `+` for what is, a space for both.
    pub(super) sign: char,
    /// The line, cut where it is long.
    pub(super) text: String,
}

/// What differs between the texts of a node before and now; empty where nothing does, or where showing it would not
/// help.
pub(super) fn difference(workspace: &Workspace, breaking: &Breaking) -> Vec<Line> {
    let (Some(old), Some(new)) = (&breaking.old, &breaking.new) else {
        return Vec::new();
    };
    let tree = |location: &Location| workspace.document(location.node.document).tree();
    let (old_tree, new_tree) = (tree(old), tree(new));
    // Everything differs between YAML and JSON.
    let is_json = |tree: &Tree| tree.style(NodeId::ROOT) == Style::Flow;
    if is_json(old_tree) != is_json(new_tree) {
        return Vec::new();
    }
    let texts = (lines(old_tree, old.node.node), lines(new_tree, new.node.node));
    let (Some(old), Some(new)) = texts else {
        return Vec::new();
    };
    let mut lines = differing(&old, &new);
    shorten(&mut lines, SHOWN_LINES);
    lines
}

/// The lines in which two texts differ, with a line around them.
pub(super) fn differing(old: &[&str], new: &[&str]) -> Vec<Line> {
    let operations = capture_diff_slices(Algorithm::Myers, old, new);
    let mut lines = Vec::new();
    for (position, group) in group_diff_ops(operations, AROUND).iter().enumerate() {
        if position > 0 {
            lines.push(Line {
                sign: ' ',
                text: "…".to_owned(),
            });
        }
        for operation in group {
            let changes: Vec<(ChangeTag, &str)> = operation
                .iter_changes(old, new)
                .map(|change| (change.tag(), change.value()))
                .collect();
            let of = |tag: ChangeTag| changes.iter().filter(move |(other, _)| *other == tag);
            let pairs = of(ChangeTag::Delete).zip(of(ChangeTag::Insert));
            let equal: Vec<usize> = pairs.map(|((_, old), (_, new))| common_start(old, new)).collect();
            for (sign, tag) in [
                (' ', ChangeTag::Equal),
                ('-', ChangeTag::Delete),
                ('+', ChangeTag::Insert),
            ] {
                for (position, (_, text)) in of(tag).enumerate() {
                    let from = equal.get(position).copied().unwrap_or(0);
                    lines.push(Line {
                        sign,
                        text: visible(&cut(text, from)),
                    });
                }
            }
        }
    }
    lines
}

/// Leaves the first few lines, and says how many more there were.
pub(super) fn shorten(lines: &mut Vec<Line>, shown: usize) {
    let more = lines.len().saturating_sub(shown);
    // A line that says that one more line is there takes as much room as that line.
    if more > 1 {
        lines.truncate(shown);
        lines.push(Line {
            sign: ' ',
            text: format!("… {more} more lines"),
        });
    }
}

/// The lines of a node with its key, without the indentation that all of them have; nothing where it is too long.
fn lines(tree: &Tree, node: NodeId) -> Option<Vec<&str>> {
    let (begin, end) = (tree.begin(node), tree.span(node).end);
    if tree.node_type(node) == NodeType::Lost || end.saturating_sub(begin) as usize > LONG_TEXT {
        return None;
    }
    let text = tree.source().text();
    let index = tree.source().lines();
    let indent = begin - index.start_of(index.line_of(begin), text);
    let mut lines: Vec<&str> = text.get(begin as usize..end as usize)?.lines().collect();
    for line in lines.iter_mut().skip(1) {
        let blank = line.len() - line.trim_start_matches(' ').len();
        *line = &line[blank.min(indent as usize)..];
    }
    (lines.len() <= MANY_LINES).then_some(lines)
}

/// How many characters two texts have in common at their start.
fn common_start(old: &str, new: &str) -> usize {
    old.chars().zip(new.chars()).take_while(|(old, new)| old == new).count()
}

/// A line as far as it can be shown, from a little before the character at which it differs.
fn cut(line: &str, differs: usize) -> String {
    let length = line.chars().count();
    if length <= LONG_LINE {
        return line.to_owned();
    }
    let from = differs.saturating_sub(BEFORE).min(length - LONG_LINE);
    let mut shown = String::new();
    if from > 0 {
        shown.push('…');
    }
    shown.extend(line.chars().skip(from).take(LONG_LINE));
    if from + LONG_LINE < length {
        shown.push('…');
    }
    shown
}

/// Why a finding does not count, if it does not.
pub(super) fn answered(finding: &Judged) -> Option<String> {
    match finding.status {
        Status::New => None,
        Status::Baseline => Some("listed in the baseline".to_owned()),
        Status::Suppressed => Some(format!(
            "suppressed: {}",
            visible(finding.reason.as_deref().unwrap_or_default())
        )),
    }
}

/// Interactions of one consumer that are told, at most.
const INTERACTIONS: usize = 3;

/// Who uses what changed, and in which interactions; first those that are broken.
pub(super) fn users(consumer: &Affected) -> String {
    let is_broken = |interaction: &&String| consumer.broken.contains(interaction);
    let broken = consumer
        .broken
        .iter()
        .map(|interaction| format!("{interaction} (breaks)"));
    let others = consumer
        .interactions
        .iter()
        .filter(|interaction| !is_broken(interaction));
    let names: Vec<String> = broken.chain(others.cloned()).collect();
    let shown = names.iter().take(INTERACTIONS).map(String::as_str);
    visible(&format!("{}: {}", consumer.name, some_of(shown, names.len())))
}

/// Some names, and how many more there are.
pub(super) fn some_of<'n>(names: impl Iterator<Item = &'n str>, all: usize) -> String {
    let names: Vec<String> = names.map(visible).collect();
    match all - names.len() {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}
