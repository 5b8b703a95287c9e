//! The presets that choose rules by what their pages say: the categories of other tools, as far as rules here are the
//! equals of theirs.
//!
//! A page names those that it belongs to; this is the table of their names. The build script checks the built-in pages
//! against it, the loader those of users.

/// A choice of rules that pages name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PresetSpec {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub about: &'static str,
    /// The presets whose rules belong to it, too.
    pub includes: &'static [&'static str],
}

const fn preset(name: &'static str, about: &'static str, includes: &'static [&'static str]) -> PresetSpec {
    PresetSpec { name, about, includes }
}

/// All of them.
pub const PRESETS: &[PresetSpec] = &[
    preset(
        "buf:minimal",
        "packages and their folders, as in the category MINIMAL of buf",
        &[],
    ),
    preset(
        "buf:basic",
        "`buf:minimal`, and how things are called, as in the category BASIC",
        &["buf:minimal"],
    ),
    preset(
        "buf:standard",
        "`buf:basic`, and versions, enums and the messages of methods, as in the category STANDARD",
        &["buf:minimal", "buf:basic"],
    ),
    preset(
        "buf:comments",
        "that everything has a comment, as in the category COMMENTS",
        &[],
    ),
    preset(
        "buf:unary-rpc",
        "that no method streams, as in the category UNARY_RPC",
        &[],
    ),
    preset(
        "spectral:asyncapi",
        "AsyncAPI descriptions, as in the ruleset `spectral:asyncapi`",
        &[],
    ),
];

/// The preset with this name.
#[must_use]
pub fn find_preset(name: &str) -> Option<&'static PresetSpec> {
    PRESETS.iter().find(|preset| preset.name == name)
}

impl PresetSpec {
    /// Whether the rules of a preset belong to this one.
    #[must_use]
    pub fn holds(&self, name: &str) -> bool {
        self.name == name || self.includes.contains(&name)
    }
}
