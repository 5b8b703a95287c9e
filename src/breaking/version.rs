//! Whether the version of a description was raised as far as its changes demand
//! (<https://semver.org/spec/v2.0.0.html>).

use super::Change;
use super::comparison::Sides;
use crate::document::{Kind, Node};
use crate::finding::{Action, Breaking, Effect, Finding, Severity, Verdict};
use crate::syntax::key;
use std::cmp::Ordering;
use std::fmt;

/// A semantic version; what follows `-` or `+` is left out of account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Version {
    major: u64,
    minor: u64,
    patch: u64,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// How much a version is raised, or has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Bump {
    None,
    Patch,
    Minor,
    Major,
}

impl Bump {
    const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }
}

impl Version {
    /// `1.4.2`, `v1.4.2`, `1.4`, `1`, with or without a pre-release or build after it.
    fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
        let core = text.split(['-', '+']).next().unwrap_or_default();
        let mut parts = core.split('.').map(|part| {
            let is_number = !part.is_empty() && part.len() <= 9 && part.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| part.parse::<u64>().ok()).flatten()
        });
        let major = parts.next()??;
        let (minor, patch) = (parts.next().unwrap_or(Some(0))?, parts.next().unwrap_or(Some(0))?);
        // A year is a date, and dates say nothing of what breaks.
        let is_version = parts.next().is_none() && major < 1900;
        is_version.then_some(Self { major, minor, patch })
    }

    fn raised(self, bump: Bump) -> Self {
        let Self { major, minor, patch } = self;
        let version = |major, minor, patch| Self { major, minor, patch };
        match bump {
            Bump::None => self,
            Bump::Patch => version(major, minor, patch + 1),
            Bump::Minor => version(major, minor + 1, 0),
            Bump::Major => version(major + 1, 0, 0),
        }
    }

    /// How much this version is raised over an older one.
    fn over(self, old: Self) -> Bump {
        if self.major != old.major {
            Bump::Major
        } else if self.minor != old.minor {
            Bump::Minor
        } else if self.patch != old.patch {
            Bump::Patch
        } else {
            Bump::None
        }
    }
}

/// What a change is about, as far as the version is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// Something came that clients can use.
    Addition,
    /// What is said of how long and how much something can be relied on.
    Announcement,
    /// Everything else.
    Use,
}

impl Subject {
    pub(super) fn of(change: &Change<'_>) -> Self {
        match (change.action, &*change.field) {
            (_, "sunset" | "x-stability-level") => Self::Announcement,
            // https://semver.org/spec/v2.0.0.html#spec-item-7: deprecating is worth a minor version, too.
            (Action::Added, "" | "property" | "one-of-branch" | "any-of-branch" | "deprecated") => Self::Addition,
            _ => Self::Use,
        }
    }
}

/// What a finding demands of the version.
fn demanded(breaking: &Breaking, subject: Subject) -> Bump {
    match (breaking.verdict, breaking.severity, subject) {
        (_, _, Subject::Announcement) => Bump::Patch,
        (Verdict::Breaking, Severity::Error, _) => Bump::Major,
        // What may break and what is new is worth a minor version.
        (Verdict::Breaking | Verdict::Unknown, ..) | (Verdict::Safe, _, Subject::Addition) => Bump::Minor,
        (Verdict::Safe, _, Subject::Use) if breaking.effect == Effect::Equal => Bump::Patch,
        (Verdict::Safe, _, Subject::Use) => Bump::Minor,
    }
}

/// What became of the version, given everything else that changed.
pub(super) fn change<'w, 'f>(
    old: Node<'w>,
    new: Node<'w>,
    findings: impl Iterator<Item = (&'f Finding, Subject)>,
) -> Option<Change<'w>> {
    let (was, is) = (old.field(key::INFO)?, new.field(key::INFO)?);
    let text = |info: Node<'w>| info.get(key::VERSION).map_or("", |version| version.text());
    let (before, now) = (text(was), text(is));
    let demanded = findings.filter_map(|(finding, subject)| Some(demanded(finding.breaking.as_deref()?, subject)));
    let needed = demanded.max().unwrap_or(Bump::None);
    let pair = Sides::at(was, is, key::VERSION);
    let change = Change::of(Kind::Info, "version", pair)
        .action(Action::Changed)
        .texts(before, now);
    let (Some(old_version), Some(new_version)) = (Version::read(before), Version::read(now)) else {
        return (before != now).then(|| change.fact("verdict", "unreadable"));
    };
    // Before 1.0.0, a minor version may break.
    let needed = if old_version.major == 0 {
        needed.min(Bump::Minor)
    } else {
        needed
    };
    let bump = new_version.over(old_version);
    let verdict = match new_version.cmp(&old_version) {
        Ordering::Less => "decreased",
        // Wording alone needs no version.
        Ordering::Equal if needed >= Bump::Minor => "none",
        Ordering::Equal => return None,
        Ordering::Greater if bump < needed => "too-small",
        Ordering::Greater => "fits",
    };
    Some(
        change
            .fact("verdict", verdict)
            .fact("bump", bump.name())
            .fact("needed", needed.name())
            .fact("next", old_version.raised(needed).to_string()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_and_raised() {
        let version = |text| Version::read(text).map(|version| version.to_string());
        assert_eq!(version("v1.4"), Some("1.4.0".to_owned()));
        assert_eq!(version("2.0.0-rc.1+7"), Some("2.0.0".to_owned()));
        for text in ["2026-11-21", "latest", "", "1.2.3.4", "1.x", "99999999999"] {
            assert_eq!(version(text), None, "{text}");
        }
        let old = Version::read("1.4.2").expect("a version");
        assert_eq!(old.raised(Bump::Major).to_string(), "2.0.0");
        assert_eq!(old.raised(Bump::Minor).to_string(), "1.5.0");
        assert_eq!(Version::read("1.5.0").expect("a version").over(old), Bump::Minor);
    }
}
