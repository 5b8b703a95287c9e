//! The changes of Protobuf: files, messages, enums and services, which belong together however they lie in files.
//!
//! All files of a version are compared at once. What has a full name is what has it in the other version, wherever it
//! is declared; fields and values are known by their numbers, since messages carry these. What a change does is tried:
//! values are written with the declarations of one version and read with those of the other, see [`reading`].

mod align;
mod doubt;
mod enums;
mod extensions;
mod fields;
mod files;
mod impact;
mod json;
mod messages;
mod options;
mod promises;
mod reading;
mod services;
mod value;
mod version;
mod wire;

use super::{Change, Settings};
use crate::document::{Address, Direction, FormatName, Kind, Node, Versions, Workspace};
use impact::Told;
use promises::Promised;
use reading::Readings;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::OnceCell;
use version::{Uses, Version};

/// Whether a pair of documents is one of Protobuf files, which are compared together.
pub(super) fn is_own(workspace: &Workspace, versions: &Versions) -> bool {
    let document = versions.new.or(versions.old).map(|id| workspace.document(id));
    document.and_then(|document| document.format()) == Some(FormatName::Protobuf)
}

/// All that differs between two versions of a set of files, in the order of their places. Values travel as the methods
/// say that hold them, or else both ways.
pub(super) fn compare<'w>(workspace: &'w Workspace, pairs: &[Versions], settings: &Settings) -> Vec<Change<'w>> {
    compare_values(workspace, pairs, settings, None)
}

/// The same, where all values travel one way, whatever methods hold them.
pub(super) fn compare_one_way<'w>(
    workspace: &'w Workspace,
    pairs: &[Versions],
    settings: &Settings,
    way: Direction,
) -> Vec<Change<'w>> {
    compare_values(workspace, pairs, settings, Some(way))
}

fn compare_values<'w>(
    workspace: &'w Workspace,
    pairs: &[Versions],
    settings: &Settings,
    way: Option<Direction>,
) -> Vec<Change<'w>> {
    let root = |id| workspace.root(id);
    let old = Version::new(pairs.iter().filter_map(|pair| pair.old.map(root)).collect());
    let new = Version::new(pairs.iter().filter_map(|pair| pair.new.map(root)).collect());
    let mut comparison = Comparison {
        settings,
        way,
        readings: Readings::default(),
        file_of: pairs
            .iter()
            .filter_map(|pair| Some((root(pair.old?).address(), root(pair.new?))))
            .collect(),
        partners: FxHashMap::default(),
        known_now: FxHashSet::default(),
        uses: [OnceCell::new(), OnceCell::new()],
        promised: FxHashMap::default(),
        old,
        new,
        told: Vec::new(),
    };
    comparison.compare(workspace, pairs);
    comparison.finish()
}

/// The state of a comparison.
struct Comparison<'w, 's> {
    settings: &'s Settings,
    /// The way that all values travel, if it is one.
    way: Option<Direction>,
    readings: Readings<'w>,
    /// The file that an old one is now.
    file_of: FxHashMap<Address, Node<'w>>,
    /// The type that an old one is now.
    partners: FxHashMap<Address, Node<'w>>,
    /// The types that were there before.
    known_now: FxHashSet<Address>,
    /// What leads to the types of the old and of the new version; worked out when something changed.
    uses: [OnceCell<Uses<'w>>; 2],
    promised: FxHashMap<&'w str, Promised>,
    old: Version<'w>,
    new: Version<'w>,
    told: Vec<Told<'w>>,
}

impl<'w> Comparison<'w, '_> {
    fn compare(&mut self, workspace: &'w Workspace, pairs: &[Versions]) {
        for pair in pairs {
            let root = |id| workspace.root(id);
            self.compare_files(pair.old.map(root), pair.new.map(root), pair.moved);
        }
        self.compare_packages();
        // Which type is which has to be known before fields that hold them are compared.
        let messages = self.align(&self.old.messages, &self.new.messages);
        let enums = self.align(&self.old.enums, &self.new.enums);
        for pair in messages.iter().chain(&enums) {
            self.remember(pair);
        }
        self.compare_declarations(Kind::Message, messages, Self::compare_message);
        self.compare_declarations(Kind::Enum, enums, Self::compare_enum);
        self.compare_extensions();
        let services = self.align(&self.old.services, &self.new.services);
        self.compare_declarations(Kind::Service, services, Self::compare_service);
    }

    fn uses_before(&self) -> &Uses<'w> {
        self.uses[0].get_or_init(|| Uses::of(&self.old))
    }

    fn uses_now(&self) -> &Uses<'w> {
        self.uses[1].get_or_init(|| Uses::of(&self.new))
    }
}
