//! What changes do: to a description, and to the set of values that a place of it allows.

/// What was done to a part of a description.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    /// It was not there before.
    Added,
    /// It is there no more.
    Removed,
    /// It says something else.
    Changed,
}

impl Action {
    /// All actions.
    pub const ALL: &'static [Self] = &[Self::Added, Self::Removed, Self::Changed];

    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
        }
    }

    /// The action that a word names.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.name() == name)
    }
}

/// What a change does to the set of values (or of requests, of answers) that are allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Effect {
    /// The set stays the same.
    Equal,
    /// Everything that was allowed still is, and more.
    Widens,
    /// Something that was allowed no longer is, and nothing new is.
    Narrows,
    /// Something that was allowed no longer is, and something new is.
    Incomparable,
    /// There is neither a proof nor a witness.
    Unknown,
}

impl Effect {
    /// All effects.
    pub const ALL: &'static [Self] = &[
        Self::Equal,
        Self::Widens,
        Self::Narrows,
        Self::Incomparable,
        Self::Unknown,
    ];

    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::Widens => "widens",
            Self::Narrows => "narrows",
            Self::Incomparable => "incomparable",
            Self::Unknown => "unknown",
        }
    }

    /// The effect that a word names.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|effect| effect.name() == name)
    }
}
