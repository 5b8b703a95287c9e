//! The words for how grave findings are and which rules are chosen.

use crate::finding::Severity;
use crate::rules::declaration::{Declaration, Text, Value};
use crate::rules::presets::{PRESETS, PresetSpec, find_preset};
use serde::{Deserialize, Deserializer, de};
use std::sync::LazyLock;

/// How grave the findings of a rule are, or that it is off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// The rule does not run.
    Off,
    /// See [`Severity::Info`].
    Info,
    /// See [`Severity::Warning`].
    Warning,
    /// See [`Severity::Error`].
    Error,
}

impl Level {
    /// The level that a word names.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "off" => Some(Self::Off),
            _ => Severity::from_name(name).map(Self::from),
        }
    }

    /// The severity, if the rule runs.
    #[must_use]
    pub const fn severity(self) -> Option<Severity> {
        match self {
            Self::Off => None,
            Self::Info => Some(Severity::Info),
            Self::Warning => Some(Severity::Warning),
            Self::Error => Some(Severity::Error),
        }
    }
}

impl From<Severity> for Level {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Info => Self::Info,
            Severity::Warning => Self::Warning,
            Severity::Error => Self::Error,
        }
    }
}

/// A choice of rules by what their pages say of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Preset {
    /// Every rule that does not ask to be chosen.
    #[default]
    Recommended,
    /// Every rule, and every warning is an error.
    Strict,
    /// Every rule.
    All,
    /// What makes a description valid, and nothing else.
    Minimal,
    /// What [`Minimal`](Self::Minimal) holds, and the rules whose pages name this one.
    Named(&'static PresetSpec),
}

impl Preset {
    /// The presets that are no others' categories, by name.
    const OWN: [(&'static str, Self); 4] = [
        ("recommended", Self::Recommended),
        ("strict", Self::Strict),
        ("all", Self::All),
        ("minimal", Self::Minimal),
    ];

    /// The options that it tells a rule.
    pub(super) fn options(self, declaration: &Declaration) -> &[(Text, Value)] {
        let Self::Named(spec) = self else { return &[] };
        let mut presets = declaration.presets.iter();
        presets
            .find(|(name, _)| spec.holds(name))
            .map_or(&[], |(_, options)| options)
    }

    /// The level that the preset gives to a rule.
    pub(super) fn level(self, declaration: &Declaration) -> Level {
        let own = Level::from(declaration.severity);
        let is_about_validity = matches!(&*declaration.topic, "validity" | "references");
        match self {
            Self::Named(spec) if declaration.presets.iter().any(|(name, _)| spec.holds(name)) => own,
            Self::Recommended | Self::Minimal | Self::Named(_) if declaration.opt_in => Level::Off,
            // What a change does to clients follows from the change, and a contract is kept or broken: presets choose
            // among the rules of linting.
            _ if declaration.command() != "lint" => own,
            Self::Strict if own == Level::Warning => Level::Error,
            Self::Minimal | Self::Named(_) if !is_about_validity => Level::Off,
            _ => own,
        }
    }
}

/// The names of all presets.
pub(super) static NAMES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let own = Preset::OWN.iter().map(|(name, _)| *name);
    own.chain(PRESETS.iter().map(|preset| preset.name)).collect()
});

impl<'de> Deserialize<'de> for Preset {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let own = Self::OWN
            .iter()
            .find(|(own, _)| *own == name)
            .map(|(_, preset)| *preset);
        own.or_else(|| find_preset(&name).map(Self::Named))
            .ok_or_else(|| de::Error::unknown_variant(&name, &NAMES))
    }
}
