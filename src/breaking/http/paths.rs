//! Paths and operations: which of the old version is which of the new one.

use crate::breaking::Change;
use crate::breaking::comparison::{Comparison, LIFECYCLE_KEYS, Sides};
use crate::breaking::templates::{self, Paired, TEMPLATES_LOOKED_AT, is_covered, shape};
use crate::breaking::units::{Step, UnitId};
use crate::document::http::{Api, Caller, Operation, Path, Segment, segments};
use crate::document::{Direction, Kind, Node};
use crate::finding::{Action, Effect};
use crate::syntax::{Key, key};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// The fields of a path item that hold its operations, or something that is compared with them.
const PATH_ITEM_KEYS: &[Key] = &[
    key::GET,
    key::PUT,
    key::POST,
    key::DELETE,
    key::OPTIONS,
    key::HEAD,
    key::PATCH,
    key::TRACE,
    key::QUERY,
    key::ADDITIONAL_OPERATIONS,
    key::PARAMETERS,
    key::SERVERS,
    key::REF,
];

/// One version of an API, with its nodes at hand.
#[derive(Clone, Copy)]
pub(crate) struct Version<'w> {
    pub(crate) root: Node<'w>,
    pub(crate) api: &'w Api,
}

/// An operation in one version.
pub(crate) type Side<'w> = (Version<'w>, &'w Operation);

impl<'w> Version<'w> {
    pub(crate) fn node(&self, address: crate::document::Address) -> Node<'w> {
        self.root.workspace().node(address)
    }

    fn operations(&self, path: usize) -> impl Iterator<Item = &'w Operation> {
        self.api.operations_of(path)
    }

    /// Whether a path has no operation: nobody can call it, so it breaks nobody whether it is there.
    fn is_vacant(&self, path: usize) -> bool {
        let node = self.node(self.api.paths[path].node);
        self.operations(path).next().is_none() && is_known(node)
    }
}

/// Whether everything that an object holds has been read.
pub(crate) fn is_known(object: Node<'_>) -> bool {
    !object.is_unknown() && !object.has_hole() && object.get(key::REF).is_none()
}

impl<'w> Comparison<'w, '_> {
    /// Compares the paths and webhooks of two versions.
    pub(crate) fn compare_paths(&mut self, top: UnitId, old: Version<'w>, new: Version<'w>) {
        if let (Some(was), Some(is)) = (old.root.get(key::PATHS), new.root.get(key::PATHS)) {
            self.extensions(top, Kind::Paths, was, is);
        }
        let mut paired = templates::pair(old.api, new.api);
        if paired.moved {
            self.tell_moved_base(top, old, new);
        }
        self.tell_renamed(top, old, new, &mut paired);
        for (before, now) in &paired.both {
            self.compare_path(top, (old, *before), (new, *now));
        }
        self.tell_families(top, old, new, &paired);
        let holder = |path: &Path| match path.caller {
            Caller::Webhook => new.root.get(key::WEBHOOKS),
            Caller::Consumer | Caller::Callback => new.root.get(key::PATHS),
        };
        for position in paired.old {
            let path = &old.api.paths[position];
            let around = holder(path).unwrap_or(new.root);
            self.removed_path(top, old, position, around);
        }
        // Templates that were there and stay: a new path may take requests away from one of them.
        let kept: Vec<&str> = paired
            .both
            .iter()
            .map(|(_, now)| &new.api.paths[*now])
            .filter(|path| path.caller == Caller::Consumer && path.template.contains('{'))
            .map(|path| path.template.as_str())
            .collect();
        let mut looked_at = TEMPLATES_LOOKED_AT;
        for position in paired.new {
            let path = &new.api.paths[position];
            let node = new.node(path.site);
            let unit = self.units.below(top, Step::Operation(path_label(path)));
            if !new.is_vacant(position) {
                let change = Change::of(Kind::PathItem, "", Sides::added(node))
                    .effect(direction_of(path.caller), widened(path.caller))
                    .fact("name", &*path.template)
                    .fact("caller", caller_name(path.caller));
                self.tell(unit, change);
            }
            let within_bound = kept.iter().take(looked_at);
            looked_at -= within_bound.len();
            let covering = within_bound
                .into_iter()
                .find(|template| is_covered(&path.template, template));
            if let Some(template) = covering.filter(|_| path.caller == Caller::Consumer) {
                let change = Change::of(Kind::PathItem, "ambiguity", Sides::added(node))
                    .texts(*template, &*path.template)
                    .fact("name", &*path.template);
                self.tell(unit, change);
            }
        }
    }

    fn tell_moved_base(&mut self, top: UnitId, old: Version<'w>, new: Version<'w>) {
        let node = |version: Version<'w>| version.api.base_paths.first().map(|base| version.node(base.node));
        let pair = Sides {
            old: node(old),
            new: node(new),
            around: new.root,
        };
        let change = Change::of(Kind::Server, "base-path", pair)
            .action(Action::Changed)
            .effect(Direction::Request, Effect::Incomparable)
            .texts(
                format!("{}/", templates::base(old.api)),
                format!("{}/", templates::base(new.api)),
            );
        self.tell(top, change);
    }

    /// A path that is gone and one that is new are the same under another name if all their operations are.
    fn tell_renamed(&mut self, top: UnitId, old: Version<'w>, new: Version<'w>, paired: &mut Paired) {
        let identities = |version: Version<'w>, position: usize| -> Option<Vec<(&'w str, &'w str)>> {
            let mut found = Vec::new();
            for operation in version.operations(position) {
                let id = version.node(operation.node).string_at(key::OPERATION_ID)?;
                found.push((operation.method.as_str(), id));
            }
            found.sort_unstable();
            (!found.is_empty()).then_some(found)
        };
        let mut by_operations: FxHashMap<Vec<(&str, &str)>, usize> = FxHashMap::default();
        for position in &paired.new {
            if let Some(found) = identities(new, *position) {
                by_operations.insert(found, *position);
            }
        }
        let mut renamed = Vec::new();
        for position in &paired.old {
            let partner = identities(old, *position).and_then(|found| by_operations.remove(&found));
            renamed.extend(partner.map(|partner| (*position, partner)));
        }
        for (before, now) in renamed {
            let (was, is) = (&old.api.paths[before], &new.api.paths[now]);
            if was.caller != is.caller {
                continue;
            }
            let unit = self.units.below(top, Step::Operation(path_label(was)));
            let change = Change::of(
                Kind::PathItem,
                "template",
                Sides::both(old.node(was.site), new.node(is.site)),
            )
            .effect(Direction::Request, Effect::Incomparable)
            .texts(&*was.template, &*is.template)
            .fact("name", &*was.template)
            .fact("caller", caller_name(was.caller));
            self.tell(unit, change);
            paired.old.retain(|position| *position != before);
            paired.new.retain(|position| *position != now);
            paired.both.push((before, now));
        }
    }

    /// A major version whose paths are all gone, where another one has come.
    fn tell_families(&mut self, top: UnitId, old: Version<'w>, new: Version<'w>, paired: &Paired) {
        let family = |path: &'w Path| {
            let mut parts = segments(&path.template);
            parts.find_map(|part| match part {
                Segment::Literal(text) if is_family(text) => Some(text),
                _ => None,
            })
        };
        let has = |api: &'w Api| -> BTreeSet<&'w str> { api.consumer_paths().filter_map(family).collect() };
        let (before, now) = (has(old.api), has(new.api));
        let came = now.difference(&before).next().is_some();
        let moved: BTreeSet<&str> = paired
            .both
            .iter()
            .filter_map(|(was, _)| family(&old.api.paths[*was]))
            .collect();
        for gone in before.difference(&now).filter(|gone| came && !moved.contains(**gone)) {
            let change = Change::of(Kind::Root, "family", Sides::removed(old.root, new.root))
                .effect(Direction::Request, Effect::Narrows)
                .texts(*gone, "")
                .fact("family", *gone);
            self.tell(top, change);
        }
    }

    fn removed_path(&mut self, top: UnitId, old: Version<'w>, position: usize, around: Node<'w>) {
        if old.is_vacant(position) {
            return;
        }
        let path = &old.api.paths[position];
        let operations: Vec<Node<'w>> = old
            .operations(position)
            .map(|operation| old.node(operation.node))
            .collect();
        let unit = self.units.below(top, Step::Operation(path_label(path)));
        let change = Change::of(Kind::PathItem, "", Sides::removed(old.node(path.site), around))
            .effect(direction_of(path.caller), narrowed(path.caller))
            .fact("name", &*path.template)
            .fact("caller", caller_name(path.caller));
        let change = self.out_of_life(change, &operations);
        self.tell(unit, change);
    }

    pub(crate) fn compare_path(&mut self, top: UnitId, old: (Version<'w>, usize), new: (Version<'w>, usize)) {
        let (old_version, new_version) = (old.0, new.0);
        let (before, now) = (&old_version.api.paths[old.1], &new_version.api.paths[new.1]);
        let (old_node, new_node) = (old_version.node(before.node), new_version.node(now.node));
        let is_renamed = before.template != now.template && shape(&before.template) == shape(&now.template);
        if is_renamed && now.caller == Caller::Consumer {
            let unit = self.units.below(top, Step::Operation(path_label(now)));
            let sites = Sides::both(old_version.node(before.site), new_version.node(now.site));
            let change = Change::of(Kind::PathItem, "variables", sites)
                .texts(&*before.template, &*now.template)
                .fact("name", &*now.template);
            self.tell(unit, change);
        }
        let is_same = self.unchanged.is(old_node, new_node);
        if !is_same {
            let unit = self.units.below(top, Step::Operation(path_label(now)));
            self.fields(unit, Kind::PathItem, old_node, new_node, PATH_ITEM_KEYS);
        }
        let mut partners: Vec<&Operation> = new_version.operations(new.1).collect();
        for operation in old_version.operations(old.1) {
            let found = partners
                .iter()
                .position(|partner| partner.method == operation.method)
                .map(|position| partners.remove(position));
            match found {
                Some(partner) => {
                    self.compare_operation(top, (old_version, operation), (new_version, partner));
                }
                None => self.removed_operation(top, old_version, operation, new_node),
            }
        }
        for operation in partners {
            let unit = self.units.below(top, Step::Operation(operation.label(new_version.api)));
            let change = Change::of(Kind::Operation, "", Sides::added(new_version.node(operation.node)))
                .effect(direction_of(now.caller), widened(now.caller))
                .fact("name", operation.label(new_version.api))
                .fact("caller", caller_name(now.caller));
            self.tell(unit, change);
        }
    }

    fn removed_operation(&mut self, top: UnitId, old: Version<'w>, operation: &Operation, around: Node<'w>) {
        let node = old.node(operation.node);
        let caller = old.api.path(operation).caller;
        let unit = self.units.below(top, Step::Operation(operation.label(old.api)));
        let change = Change::of(Kind::Operation, "", Sides::removed(node, around))
            .effect(direction_of(caller), narrowed(caller))
            .fact("name", operation.label(old.api))
            .fact("caller", caller_name(caller));
        let change = self.out_of_life(change, &[node]);
        self.tell(unit, change);
    }

    fn compare_operation(
        &mut self,
        top: UnitId,
        (old, before): (Version<'w>, &'w Operation),
        (new, now): (Version<'w>, &'w Operation),
    ) {
        let (old_node, new_node) = (old.node(before.node), new.node(now.node));
        let (old_path, new_path) = (old.api.path(before), new.api.path(now));
        let label = now.label(new.api);
        let unit = self.units.below(top, Step::Operation(label.clone()));
        // Parameters may stand beside the operation, and media types and security at the root.
        let same_around = self.same_surroundings(old, new, before, now);
        if same_around && old_path.template == new_path.template && self.unchanged.is(old_node, new_node) {
            return;
        }
        self.compare_lifecycle(unit, Kind::Operation, &label, old_node, new_node);
        self.fields(unit, Kind::Operation, old_node, new_node, OPERATION_KEYS);
        self.compare_own_servers(unit, (old, before), (new, now));
        self.compare_tags(unit, &label, old_node, new_node);
        self.compare_transfer(unit, old_node, new_node);
        let direction = direction_of(new_path.caller);
        self.compare_parameters(unit, direction, (old, before), (new, now));
        self.compare_request(unit, direction, (old, before), (new, now));
        self.compare_responses(unit, direction.reversed(), (old, before), (new, now));
        self.compare_requirements(unit, (old, before), (new, now));
        self.compare_callbacks(unit, direction, (old, old_node), (new, new_node));
    }

    /// The groups that an operation belongs to, in no order.
    fn compare_tags(&mut self, unit: UnitId, label: &str, old: Node<'w>, new: Node<'w>) {
        let tags = |node: Node<'w>| -> BTreeSet<&'w str> {
            let list = node.get(key::TAGS).into_iter();
            list.flat_map(Node::children).map(Node::text).collect()
        };
        if tags(old) != tags(new) {
            let change = Change::of(Kind::Operation, "tags", Sides::at(old, new, key::TAGS));
            self.tell(unit, change.fact("name", label));
        }
    }

    /// Whether what an operation takes from around itself is the same in both versions.
    fn same_surroundings(&mut self, old: Version<'w>, new: Version<'w>, before: &Operation, now: &Operation) -> bool {
        let shared = |version: Version<'w>, operation: &Operation, key: Key| {
            version.node(version.api.path(operation).node).get(key)
        };
        let pairs = [
            (shared(old, before, key::PARAMETERS), shared(new, now, key::PARAMETERS)),
            (shared(old, before, key::SERVERS), shared(new, now, key::SERVERS)),
            (old.root.get(key::CONSUMES), new.root.get(key::CONSUMES)),
            (old.root.get(key::PRODUCES), new.root.get(key::PRODUCES)),
            (
                before.security.map(|node| old.node(node)),
                now.security.map(|node| new.node(node)),
            ),
        ];
        pairs.into_iter().all(|pair| match pair {
            (None, None) => true,
            (Some(old), Some(new)) => self.unchanged.is(old, new),
            _ => false,
        })
    }
}

/// The fields of an operation that are compared for themselves.
const OPERATION_KEYS: &[Key] = &[
    key::PARAMETERS,
    key::REQUEST_BODY,
    key::RESPONSES,
    key::CALLBACKS,
    key::SECURITY,
    key::SERVERS,
    key::CONSUMES,
    key::PRODUCES,
    key::SCHEMES,
    key::TAGS,
    LIFECYCLE_KEYS[0],
    LIFECYCLE_KEYS[1],
    LIFECYCLE_KEYS[2],
];

/// Whether a part of a path names a major version: `v1`.
fn is_family(part: &str) -> bool {
    let digits = part.strip_prefix(['v', 'V']).unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// What a path is called where an operation would be.
fn path_label(path: &Path) -> String {
    match path.caller {
        Caller::Webhook => format!("webhook {}", path.template),
        Caller::Consumer | Caller::Callback => path.template.clone(),
    }
}

/// Which way the requests of a path travel: the provider sends those of webhooks and callbacks.
pub(crate) fn direction_of(caller: Caller) -> Direction {
    match caller {
        Caller::Consumer => Direction::Request,
        Caller::Webhook | Caller::Callback => Direction::Response,
    }
}

/// What it does to a client that something can be called no more, or is no longer sent: what it relies on shrinks.
fn narrowed(caller: Caller) -> Effect {
    match caller {
        Caller::Consumer => Effect::Narrows,
        // Messages that no longer come are a loss that no set of values shows.
        Caller::Webhook | Caller::Callback => Effect::Incomparable,
    }
}

/// What it does to a client that there is something more to call; what it did not ask for is not sent to it.
fn widened(caller: Caller) -> Effect {
    match caller {
        Caller::Consumer => Effect::Widens,
        Caller::Webhook | Caller::Callback => Effect::Equal,
    }
}

fn caller_name(caller: Caller) -> &'static str {
    match caller {
        Caller::Consumer => "consumer",
        Caller::Webhook => "webhook",
        Caller::Callback => "callback",
    }
}
