//! Deprecation, sunset and stability: how things go away, and whether they may.

use super::Change;
use super::comparison::{Comparison, Sides};
use super::units::UnitId;
use crate::document::{Kind, Node, date_of};
use crate::finding::Action;
use crate::syntax::key;
use time::Date;

/// How far something is on its way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Lifecycle {
    /// Nobody was told that it goes.
    None,
    /// It is deprecated, until no day in particular.
    Deprecated,
    /// It is deprecated, and its last day is ahead.
    BeforeSunset,
    /// It is deprecated, and its last day is past.
    AfterSunset,
}

impl Lifecycle {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Deprecated => "deprecated",
            Self::BeforeSunset => "before-sunset",
            Self::AfterSunset => "after-sunset",
        }
    }
}

/// The levels of stability, the least first, and the days between announcing a sunset and the day itself.
/// `experimental`, `preview` and `ga` are what some call them.
const STABILITY: &[(&str, u8, i64)] = &[
    ("draft", 0, 0),
    ("experimental", 0, 0),
    ("alpha", 1, 0),
    ("preview", 1, 0),
    ("beta", 2, 31),
    ("stable", 3, 180),
    ("ga", 3, 180),
];
/// What is said to be of no level is as stable as can be.
const STABLE: (u8, i64) = (3, 180);

/// How far a node is on its way out.
pub(super) fn of(node: Node<'_>, as_of: Date) -> Lifecycle {
    if !node.is_true(key::DEPRECATED) {
        return Lifecycle::None;
    }
    match node.get(key::X_SUNSET).and_then(|sunset| date_of(sunset.text())) {
        None => Lifecycle::Deprecated,
        Some(day) if day >= as_of => Lifecycle::BeforeSunset,
        Some(_) => Lifecycle::AfterSunset,
    }
}

/// The level of stability of a node and the days that its sunset has to be ahead; nothing for a word that is none.
fn stability(node: Node<'_>) -> Option<(u8, i64)> {
    match node.get(key::X_STABILITY_LEVEL) {
        None => Some(STABLE),
        Some(level) => STABILITY
            .iter()
            .find(|(word, _, _)| level.text().eq_ignore_ascii_case(word))
            .map(|(_, rank, days)| (*rank, *days)),
    }
}

impl<'w> Comparison<'w, '_> {
    /// Tells what happened to the deprecation, the sunset and the stability of a node.
    pub(super) fn compare_lifecycle(&mut self, unit: UnitId, kind: Kind, name: &str, old: Node<'w>, new: Node<'w>) {
        let told = |change: Change<'w>| change.fact("name", name);
        let (was, is) = (old.is_true(key::DEPRECATED), new.is_true(key::DEPRECATED));
        if was != is {
            let action = if is { Action::Added } else { Action::Removed };
            let pair = Sides::at(old, new, key::DEPRECATED);
            self.tell(unit, told(Change::of(kind, "deprecated", pair).action(action)));
        }
        // What is missing is missed where the deprecation stands.
        let pair = match (old.get(key::X_SUNSET), new.get(key::X_SUNSET)) {
            (None, None) => Sides::at(old, new, key::DEPRECATED),
            _ => Sides::at(old, new, key::X_SUNSET),
        };
        let before = old.get(key::X_SUNSET).map(|sunset| sunset.text());
        let now = new.get(key::X_SUNSET).map(|sunset| sunset.text());
        let (rank, ahead) = stability(new).unwrap_or(STABLE);
        let verdict = match (before.and_then(date_of), now.map(date_of)) {
            _ if before == now && (was == is || now.is_some()) => None,
            (_, Some(None)) => Some("invalid"),
            (Some(before), Some(Some(now))) if now < before => Some("earlier"),
            (Some(_), Some(Some(_))) => Some("later"),
            (Some(_), None) if is => Some("removed"),
            // What is not stable may go without an announcement.
            (_, None) if is && !was && rank >= 2 => Some("missing"),
            (None, Some(Some(now))) => {
                let days = (now - self.settings.as_of).whole_days();
                Some(if days < ahead { "too-soon" } else { "set" })
            }
            _ => None,
        };
        if let Some(verdict) = verdict {
            let change = Change::of(kind, "sunset", pair)
                .fact("sunset", verdict)
                .fact("days", ahead.to_string())
                .fact("date", now.or(before).unwrap_or_default());
            self.tell(unit, told(change));
        }
        self.compare_stability(unit, kind, name, old, new);
    }

    fn compare_stability(&mut self, unit: UnitId, kind: Kind, name: &str, old: Node<'w>, new: Node<'w>) {
        let says = |node: Node<'w>| node.get(key::X_STABILITY_LEVEL).map(|level| level.text());
        if says(old) == says(new) {
            return;
        }
        let verdict = match (stability(old), stability(new)) {
            (_, None) => "invalid",
            (Some((before, _)), Some((now, _))) if now < before => "decreased",
            _ => "increased",
        };
        let pair = Sides::at(old, new, key::X_STABILITY_LEVEL);
        let change = Change::of(kind, "x-stability-level", pair).fact("stability", verdict);
        self.tell(unit, change.fact("name", name));
    }
}
