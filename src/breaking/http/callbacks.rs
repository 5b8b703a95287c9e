//! Callbacks: the requests that an operation makes the provider send.

use super::paths::{Version, is_known};
use crate::breaking::Change;
use crate::breaking::comparison::{Comparison, Sides, by_name, cut, key_of};
use crate::breaking::units::{Step, UnitId};
use crate::document::http::Operation;
use crate::document::{Direction, Kind, Node};
use crate::finding::Effect;
use crate::syntax::key;
use rustc_hash::FxHashSet;

impl<'w> Comparison<'w, '_> {
    /// Compares the requests that an operation makes the provider send.
    pub(crate) fn compare_callbacks(
        &mut self,
        unit: UnitId,
        direction: Direction,
        (old, old_node): (Version<'w>, Node<'w>),
        (new, new_node): (Version<'w>, Node<'w>),
    ) {
        let reversed = direction.reversed();
        // Without an operation, nothing is sent.
        let is_vacant = |version: Version<'w>, site: Node<'w>| {
            let callback = site.follow();
            callback_operations(version, site).next().is_none()
                && is_known(callback)
                && callback.children().all(|item| is_known(item.follow()))
        };
        for (name, pair) in by_name(old_node.get(key::CALLBACKS), new_node.get(key::CALLBACKS), new_node) {
            let change = match (pair.old, pair.new) {
                (Some(site), Some(now)) => {
                    self.compare_callback(unit, (old, site), (new, now));
                    continue;
                }
                (Some(site), None) if is_vacant(old, site) => continue,
                (None, Some(site)) if is_vacant(new, site) => continue,
                (Some(site), None) => {
                    let operations: Vec<Node<'w>> = callback_operations(old, site)
                        .map(|operation| old.node(operation.node))
                        .collect();
                    let change = Change::of(Kind::Callback, "", pair).effect(reversed, Effect::Narrows);
                    self.out_of_life(change, &operations)
                }
                _ => Change::of(Kind::Callback, "", pair).effect(reversed, Effect::Widens),
            };
            self.tell(unit, change.fact("name", name));
        }
    }

    fn compare_callback(
        &mut self,
        unit: UnitId,
        (old, site): (Version<'w>, Node<'w>),
        (new, now): (Version<'w>, Node<'w>),
    ) {
        let (before, after) = (site.follow(), now.follow());
        if self.unchanged.is(before, after) {
            return;
        }
        let name = key_of(now);
        self.extensions(unit, Kind::Callback, before, after);
        let positions = |version: Version<'w>, callback: Node<'w>| -> Vec<usize> {
            let sites: FxHashSet<_> = callback.children().map(|child| child.address()).collect();
            (0..version.api.paths.len())
                .filter(|position| sites.contains(&version.api.paths[*position].site))
                .collect()
        };
        let mut left = positions(new, after);
        let unit = self.units.below(unit, Step::Part(format!("callback `{name}`")));
        let mut gone = Vec::new();
        for position in positions(old, before) {
            let template = &old.api.paths[position].template;
            match left
                .iter()
                .position(|other| new.api.paths[*other].template == *template)
            {
                Some(found) => {
                    let partner = left.remove(found);
                    self.compare_path(unit, (old, position), (new, partner));
                }
                None => gone.push(position),
            }
        }
        // One expression for one: it was changed, and what is called is the same.
        while let (Some(position), Some(partner)) = (gone.first().copied(), left.first().copied()) {
            gone.remove(0);
            left.remove(0);
            let (was, is) = (&old.api.paths[position], &new.api.paths[partner]);
            let change = Change::of(
                Kind::Callback,
                "expression",
                Sides::both(old.node(was.site), new.node(is.site)),
            )
            .effect(Direction::Response, Effect::Incomparable)
            .texts(cut(&was.template), cut(&is.template))
            .fact("name", name);
            self.tell(unit, change);
            self.compare_path(unit, (old, position), (new, partner));
        }
        for position in gone {
            let path = &old.api.paths[position];
            let change = Change::of(Kind::Callback, "expression", Sides::removed(old.node(path.site), after))
                .effect(Direction::Response, Effect::Narrows)
                .fact("name", name);
            self.tell(unit, change);
        }
        for position in left {
            let path = &new.api.paths[position];
            let change = Change::of(Kind::Callback, "expression", Sides::added(new.node(path.site)))
                .effect(Direction::Response, Effect::Widens)
                .fact("name", name);
            self.tell(unit, change);
        }
    }
}

fn callback_operations<'w>(version: Version<'w>, site: Node<'w>) -> impl Iterator<Item = &'w Operation> {
    let sites: FxHashSet<_> = site.follow().children().map(|child| child.address()).collect();
    version
        .api
        .operations
        .iter()
        .filter(move |operation| sites.contains(&version.api.path(operation).site))
}
