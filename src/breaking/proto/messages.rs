//! Messages: whether they are still there, and what is said of each as a whole.

use super::Comparison;
use super::align::Aligned;
use super::impact::Impact;
use crate::breaking::Change;
use crate::breaking::comparison::Sides;
use crate::document::proto::{self, Feature, declarations};
use crate::document::{Kind, Node};
use crate::finding::Action;
use crate::syntax::{Key, key};
use rustc_hash::FxHashSet;

impl<'w> Comparison<'w, '_> {
    /// Compares the declarations of a kind that both versions have, and tells of those that came or went.
    pub(super) fn compare_declarations(
        &mut self,
        kind: Kind,
        aligned: Vec<Aligned<'w>>,
        compare: impl Fn(&mut Self, Node<'w>, Node<'w>),
    ) {
        for pair in aligned {
            if let (Some(old), Some(new)) = (pair.old, pair.new) {
                self.compare_place(kind, old, new, pair.is_renamed);
                compare(self, old, new);
            } else {
                self.tell_existence(kind, &pair);
            }
        }
    }

    /// Tells that a declaration came or went.
    pub(super) fn tell_existence(&mut self, kind: Kind, pair: &Aligned<'w>) {
        match (pair.old, pair.new) {
            // What stood in a declaration that is gone went with it.
            (Some(old), None) if self.went_with_package(old) || self.went_with_holder(old) => {}
            (Some(old), None) => {
                let is_used = self.uses_before().is_used(old);
                let holder = self.holder_now(old);
                let change = self.change(kind, "", Sides::removed(old, self.around(old, holder)), old);
                self.tell(change.yes("used", is_used), Impact::of_code());
            }
            (None, Some(new)) if self.came_with_holder(new) => {}
            (None, Some(new)) => {
                let change = self.change(kind, "", Sides::added(new), new);
                self.tell(change, Impact::default());
            }
            _ => {}
        }
    }

    /// What the message is now that a declaration stood in.
    pub(super) fn holder_now(&self, old: Node<'w>) -> Option<Node<'w>> {
        let holder = old.ancestors().find(|node| node.kind() == Kind::Message)?;
        self.partners.get(&holder.address()).copied()
    }

    fn went_with_holder(&self, old: Node<'w>) -> bool {
        let holder = old.ancestors().find(|node| node.kind() == Kind::Message);
        holder.is_some_and(|holder| !self.partners.contains_key(&holder.address()))
    }

    fn came_with_holder(&self, new: Node<'w>) -> bool {
        let holder = new.ancestors().find(|node| node.kind() == Kind::Message);
        holder.is_some_and(|holder| !self.known_now.contains(&holder.address()))
    }

    /// Notes which declaration is which.
    pub(super) fn remember(&mut self, pair: &Aligned<'w>) {
        if let (Some(old), Some(new)) = (pair.old, pair.new) {
            self.partners.insert(old.address(), new);
            self.known_now.insert(new.address());
        }
    }

    /// Tells that a declaration is called otherwise, or lies in another file.
    pub(super) fn compare_place(&mut self, kind: Kind, old: Node<'w>, new: Node<'w>, is_renamed: bool) {
        if self.went_with_package(old) {
            return;
        }
        // With its package or with what holds it, everything is called otherwise, and that is told once.
        let holder = old.ancestors().find(|node| node.kind() == Kind::Message);
        let is_inner = holder.is_some_and(|holder| self.partners.contains_key(&holder.address()));
        let is_repackaged = self.is_in_place(old, new) && proto::package(old) != proto::package(new);
        let own_name = proto::name(old) != proto::name(new);
        if is_renamed && (own_name || !is_inner && !is_repackaged) {
            let change = self.change(kind, "name", Sides::both(old, new), new);
            self.tell(
                change.texts(proto::full_name(old), proto::full_name(new)),
                Impact::of_code(),
            );
        } else if !is_renamed && !is_inner && !self.is_in_place(old, new) {
            let path = |node: Node<'w>| node.document().source().name().to_owned();
            let change = self.change(kind, "path", Sides::both(old, new), new);
            self.tell(change.texts(path(old), path(new)), Impact::of_code());
        }
    }

    pub(super) fn compare_message(&mut self, old: Node<'w>, new: Node<'w>) {
        let kind = Kind::Message;
        self.compare_option(
            kind,
            "message_set",
            old,
            new,
            "message_set_wire_format",
            "false",
            Impact::of_code(),
        );
        self.compare_option(
            kind,
            "no_standard_descriptor_accessor",
            old,
            new,
            "no_standard_descriptor_accessor",
            "false",
            Impact::of_code(),
        );
        self.compare_feature(kind, "json_format", old, new, Feature::JsonFormat);
        self.compare_ranges(kind, old, new, key::RESERVED);
        self.compare_ranges(kind, old, new, key::EXTENSION_RANGES);
        self.compare_other_options(kind, old, new, &[]);
        self.compare_oneofs(old, new);
        self.compare_fields(old, new);
    }

    fn compare_oneofs(&mut self, old: Node<'w>, new: Node<'w>) {
        let names = |message| -> FxHashSet<&str> { declarations(message, key::ONEOFS).map(proto::name).collect() };
        let (before, now) = (names(old), names(new));
        for oneof in declarations(old, key::ONEOFS).filter(|oneof| !now.contains(proto::name(*oneof))) {
            let change = self.change(Kind::Oneof, "", Sides::removed(oneof, new), oneof);
            self.tell(change, Impact::of_code());
        }
        for oneof in declarations(new, key::ONEOFS).filter(|oneof| !before.contains(proto::name(*oneof))) {
            let change = self.change(Kind::Oneof, "", Sides::added(oneof), oneof);
            self.tell(change, Impact::default());
        }
    }

    /// Tells a feature that is decided otherwise.
    pub(super) fn compare_feature(
        &mut self,
        kind: Kind,
        field: &'static str,
        old: Node<'w>,
        new: Node<'w>,
        feature: Feature,
    ) {
        let (was, is) = (proto::feature(old, feature), proto::feature(new, feature));
        if was != is {
            let at = |node| proto::feature_option(node, feature).unwrap_or(node);
            let change = self
                .change(kind, field, Sides::both(at(old), at(new)), new)
                .texts(was, is);
            self.tell(change, Impact::of_code());
        }
    }

    /// Tells numbers and names that are kept free no more, or no more left to extensions.
    pub(super) fn compare_ranges(&mut self, kind: Kind, old: Node<'w>, new: Node<'w>, sort: Key) {
        let field = if sort == key::RESERVED {
            "reserved"
        } else {
            "extension_ranges"
        };
        let now: Vec<(i64, i64)> = declarations(new, sort).filter_map(proto::range).collect();
        let names: FxHashSet<&str> = declarations(new, sort)
            .filter(|name| !name.is_map())
            .map(Node::text)
            .collect();
        for was in declarations(old, sort) {
            let (text, is_kept) = match proto::range(was) {
                Some((start, end)) => {
                    let text = if start == end {
                        start.to_string()
                    } else {
                        format!("{start} to {end}")
                    };
                    (text, is_covered((start, end), &now))
                }
                None => (was.text().to_owned(), names.contains(was.text())),
            };
            if !is_kept {
                let change = Change::of(kind, field, Sides::removed(was, new)).texts(text.clone(), "");
                let change = change.fact("name", text).fact("place", proto::full_name(new));
                self.tell(change, Impact::of_code());
            }
        }
        let before: Vec<(i64, i64)> = declarations(old, sort).filter_map(proto::range).collect();
        let added = declarations(new, sort).filter_map(|is| Some((is, proto::range(is)?)));
        for (is, range) in added.filter(|(_, range)| sort == key::EXTENSION_RANGES && !is_covered(*range, &before)) {
            let change = Change::of(kind, field, Sides::added(is)).action(Action::Added);
            let text = format!("{} to {}", range.0, range.1);
            self.tell(
                change.fact("name", text).fact("place", proto::full_name(new)),
                Impact::default(),
            );
        }
    }
}

/// Whether ranges together hold all of a range.
pub(super) fn is_covered(range: (i64, i64), by: &[(i64, i64)]) -> bool {
    let mut ranges = by.to_vec();
    ranges.sort_unstable();
    let mut next = range.0;
    for (start, end) in ranges {
        if start <= next && end >= next {
            next = end.saturating_add(1);
        }
    }
    next > range.1
}
