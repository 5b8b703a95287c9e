//! What the changes of one version to another say of those the other way round.
//!
//! What widens one way round narrows the other way round, what is added is removed: for each change, there is one of
//! the same kind and field between the same nodes in the same direction. Left out are those that are asymmetric, those
//! of which one side knows nothing, and those that are told less of because a proof of the whole around them says that
//! they break nobody.

use std::collections::{BTreeMap, BTreeSet};
use stipula::breaking::Change;
use stipula::document::{Direction, Kind, Node};
use stipula::finding::{Action, Effect};

/// The same edit, seen from the other side.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Edit {
    kind: Kind,
    field: String,
    direction: &'static str,
    old: String,
    new: String,
}

fn address(node: Option<Node<'_>>) -> String {
    node.map_or_else(String::new, Node::pointer)
}

impl Edit {
    fn of(change: &Change<'_>) -> Self {
        Self {
            kind: change.kind,
            field: change.field.clone().into_owned(),
            direction: change.direction.name(),
            old: address(change.old),
            new: address(change.new),
        }
    }

    fn mirrored(&self) -> Self {
        let mut edit = self.clone();
        std::mem::swap(&mut edit.old, &mut edit.new);
        edit
    }
}

const fn mirrored_action(action: Action) -> Action {
    match action {
        Action::Added => Action::Removed,
        Action::Removed => Action::Added,
        Action::Changed => Action::Changed,
    }
}

/// What is lost of what was possible, and what is gained; nothing where it is not known.
pub(crate) const fn parts(effect: Effect) -> Option<[bool; 2]> {
    Some(match effect {
        Effect::Equal => [false, false],
        Effect::Narrows => [true, false],
        Effect::Widens => [false, true],
        Effect::Incomparable => [true, true],
        Effect::Unknown => return None,
    })
}

/// Whether a change does the contrary of another one, the other way round.
fn is_contrary(change: &Change<'_>, other: (Action, Effect)) -> bool {
    let (mine, others) = (parts(change.effect), parts(other.1));
    mirrored_action(change.action) == other.0 && mine == others.map(|[lost, gained]| [gained, lost])
}

/// Whether a change does the contrary of another one but for what breaks clients on either side: if that is proved not
/// to be of the whole around a part, it is not told of the part.
fn is_contrary_but_for_proofs(change: &Change<'_>, other: (Action, Effect)) -> bool {
    let (Some([lost, gained]), Some([other_lost, other_gained])) = (parts(change.effect), parts(other.1)) else {
        return false;
    };
    // What breaks is asked for on one side each, so that side may know of less.
    mirrored_action(change.action) == other.0
        && match change.direction {
            Direction::Request => lost <= other_gained && other_lost <= gained,
            Direction::Response => gained <= other_lost && other_gained <= lost,
        }
}

/// What is told one way round only, or does not do the contrary the other way round, in one direction or in both, and
/// why.
const ASYMMETRIC: &[(&[Kind], &str, Option<Direction>, &str)] = &[
    (
        &[Kind::PathItem],
        "ambiguity",
        None,
        "a path takes requests away where it comes, and gives them back unseen",
    ),
    (
        &[
            Kind::Operation,
            Kind::Parameter,
            Kind::Header,
            Kind::Schema,
            Kind::SecurityScheme,
            Kind::Channel,
            Kind::Message,
        ],
        "sunset",
        None,
        "who deprecates has to set a date, who takes that back has not",
    ),
    (
        &[Kind::RequestBody],
        "",
        None,
        "what is no longer asked for may be sent still",
    ),
    (
        &[Kind::Schema],
        "schema",
        None,
        "a schema as a whole is told of only where no part of it shows what breaks",
    ),
    (
        &[Kind::Operation, Kind::PathItem],
        "",
        Some(Direction::Response),
        "a call that no longer comes is missed, and one that comes now was not asked for",
    ),
    (
        &[Kind::Message],
        "correlationId",
        None,
        "what goes is missed, and what comes was not asked for",
    ),
    (
        &[Kind::MessageBinding],
        "key",
        None,
        "what goes is missed, and what comes was not asked for",
    ),
    (
        &[Kind::MessageBinding],
        "orderingKey",
        None,
        "what goes is missed, and what comes was not asked for",
    ),
    (
        &[Kind::Operation],
        "action",
        None,
        "what was sent and is received now travels the other way",
    ),
    (
        &[Kind::Response],
        "",
        None,
        "`default` covers what comes, and nothing covers what goes",
    ),
    (
        &[Kind::Response],
        "range",
        None,
        "`default` covers what comes, and nothing covers what goes",
    ),
];

/// Whether a change is one whose mirror image says something else.
fn is_asymmetric(change: &Change<'_>) -> bool {
    ASYMMETRIC.iter().any(|(kinds, field, direction, _)| {
        kinds.contains(&change.kind)
            && *field == change.field
            && direction.is_none_or(|direction| direction == change.direction)
    })
}

/// How changes and those the other way round agree.
#[derive(Default)]
pub(crate) struct Mirror {
    /// By kind and field: how many are mirrored, asymmetric, and left out.
    pub(crate) table: BTreeMap<(Kind, String), [usize; 3]>,
    /// What has no mirror image, in words.
    pub(crate) broken: Vec<String>,
}

impl Mirror {
    /// Holds the changes of a pair against those of the pair the other way round.
    pub(crate) fn add(&mut self, name: &str, forward: &[Change<'_>], backward: &[Change<'_>]) {
        let mut there: BTreeMap<Edit, BTreeSet<(Action, Effect)>> = BTreeMap::new();
        for change in backward {
            let told = there.entry(Edit::of(change).mirrored()).or_default();
            told.insert((change.action, change.effect));
        }
        for change in forward {
            let edit = Edit::of(change);
            let row = self.table.entry((edit.kind, edit.field.clone())).or_default();
            let told = there.get(&edit);
            let any =
                |holds: &dyn Fn((Action, Effect)) -> bool| told.is_some_and(|told| told.iter().any(|it| holds(*it)));
            let taken_back = mirrored_action(change.action);
            let is_silent = !any(&|(action, _)| action == taken_back);
            if any(&|other| is_contrary(change, other)) {
                row[0] += 1;
            } else if is_asymmetric(change) {
                row[1] += 1;
            } else if change.effect == Effect::Unknown
                || any(&|(_, effect)| effect == Effect::Unknown)
                || any(&|other| is_contrary_but_for_proofs(change, other))
                || is_silent
                    && change.effect != Effect::Equal
                    && is_contrary_but_for_proofs(change, (taken_back, Effect::Equal))
            {
                row[2] += 1;
            } else {
                self.broken.push(format!(
                    "{name}: {:?} {:?} {edit:?}, and the other way round {told:?}",
                    change.action, change.effect
                ));
            }
        }
    }

    /// How many changes are mirrored, asymmetric, and left out.
    pub(crate) fn sum(&self) -> [usize; 3] {
        let rows = self.table.values();
        rows.fold([0; 3], |sum, row| [sum[0] + row[0], sum[1] + row[1], sum[2] + row[2]])
    }

    /// Says what came out, and fails where the law does not hold, or was hardly put to the test: so many changes have to
    /// be mirrored at least, and more than one in so many may not be left out.
    pub(crate) fn holds(&self, least: usize, one_in: Option<usize>) {
        println!("kind and field: mirrored, asymmetric, left out");
        for ((kind, field), row) in &self.table {
            println!("{kind:?} {field:?}: {row:?}");
        }
        let [mirrored, asymmetric, left_out] = self.sum();
        println!("{mirrored} mirrored, {asymmetric} asymmetric, {left_out} left out");
        assert!(self.broken.is_empty(), "{}", self.broken.join("\n"));
        assert!(
            mirrored >= least.max(1),
            "the law is hardly put to the test: {least} changes have to be mirrored, and {mirrored} are"
        );
        if let Some(one_in) = one_in {
            assert!(
                left_out * one_in <= mirrored,
                "{left_out} changes are left out, more than one in {one_in} of the {mirrored} that are mirrored"
            );
        }
    }
}
