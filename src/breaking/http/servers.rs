//! Where an API is served.

use super::paths::{Side, Version};
use crate::breaking::Change;
use crate::breaking::comparison::{Comparison, Sides, by_name, values_missing_in};
use crate::breaking::units::UnitId;
use crate::document::http::Operation;
use crate::document::{Direction, Kind, Node};
use crate::finding::{Action, Effect};
use crate::syntax::key;

/// Scheme and host of a URL, without its path: what a path adds is compared with the paths of the API.
fn origin(url: &str) -> &str {
    match url.find("://") {
        Some(at) => url[at + 3..].find('/').map_or(url, |slash| &url[..at + 3 + slash]),
        None => "",
    }
}

impl<'w> Comparison<'w, '_> {
    /// Compares the servers of a whole description.
    pub(crate) fn compare_servers(&mut self, unit: UnitId, old: Node<'w>, new: Node<'w>) {
        let lists = (old.get(key::SERVERS), new.get(key::SERVERS));
        self.compare_served(unit, lists, new, false);
    }

    /// Compares the servers of an operation that has its own, or its path, in one version at least.
    pub(crate) fn compare_own_servers(&mut self, unit: UnitId, (old, before): Side<'w>, (new, now): Side<'w>) {
        let own = |version: Version<'w>, operation: &Operation| {
            let holders = [operation.node, version.api.path(operation).node];
            holders
                .into_iter()
                .find_map(|holder| version.node(holder).get(key::SERVERS))
        };
        let (was, is) = (own(old, before), own(new, now));
        if was.is_none() && is.is_none() {
            return;
        }
        let lists = (was.or(old.root.get(key::SERVERS)), is.or(new.root.get(key::SERVERS)));
        self.compare_served(unit, lists, new.node(now.node), true);
    }

    fn compare_served(
        &mut self,
        unit: UnitId,
        (old, new): (Option<Node<'w>>, Option<Node<'w>>),
        around: Node<'w>,
        is_own: bool,
    ) {
        let url = |server: Node<'w>| server.string_at(key::URL).unwrap_or_default();
        let within = |list: Option<Node<'w>>| -> Vec<Node<'w>> { list.into_iter().flat_map(Node::children).collect() };
        let (mut left, mut before) = (within(new), within(old));
        // https://spec.openapis.org/oas/v3.1.1.html#oas-servers: where no server is named, there is one at `/`.
        if left.is_empty() {
            before.retain(|server| url(*server) != "/");
        } else if before.is_empty() {
            left.retain(|server| url(*server) != "/");
        }
        let mut gone: Vec<Node<'w>> = Vec::new();
        for server in before {
            match left.iter().position(|other| url(*other) == url(server)) {
                Some(position) => {
                    let partner = left.remove(position);
                    self.compare_server(unit, server, partner);
                }
                None => gone.push(server),
            }
        }
        let around = new.unwrap_or(around);
        for server in gone {
            match left.iter().position(|other| origin(url(*other)) == origin(url(server))) {
                Some(position) => {
                    let partner = left.remove(position);
                    // What stands before the paths of the whole description is compared with them.
                    if is_own {
                        let change = Change::of(Kind::Server, "base-path", Sides::at(server, partner, key::URL))
                            .effect(Direction::Request, Effect::Incomparable)
                            .fact("name", url(partner));
                        self.tell(unit, change);
                    }
                    self.compare_server(unit, server, partner);
                }
                None => {
                    let change = Change::of(Kind::Server, "", Sides::removed(server, around))
                        .effect(Direction::Request, Effect::Narrows)
                        .fact("name", url(server));
                    self.tell(unit, change);
                }
            }
        }
        for server in left {
            let change = Change::of(Kind::Server, "", Sides::added(server))
                .effect(Direction::Request, Effect::Widens)
                .fact("name", url(server));
            self.tell(unit, change);
        }
    }

    fn compare_server(&mut self, unit: UnitId, old: Node<'w>, new: Node<'w>) {
        self.fields(unit, Kind::Server, old, new, &[key::URL, key::VARIABLES]);
        for (name, pair) in by_name(old.get(key::VARIABLES), new.get(key::VARIABLES), new) {
            match (pair.old, pair.new) {
                (Some(before), Some(now)) => self.compare_variable(unit, name, before, now),
                _ => self.tell(unit, Change::of(Kind::ServerVariable, "", pair).fact("name", name)),
            }
        }
    }

    /// Compares a variable that the address of a server has in both versions.
    pub(crate) fn compare_variable(&mut self, unit: UnitId, name: &str, old: Node<'w>, new: Node<'w>) {
        let kind = Kind::ServerVariable;
        self.fields(unit, kind, old, new, &[key::ENUM]);
        let values = |node: Node<'w>| node.get(key::ENUM).map(|values| values.children().collect::<Vec<_>>());
        // Where nothing is enumerated, every value is taken.
        let lacks = |values: Option<&[Node<'w>]>, others: Option<&[Node<'w>]>| match (values, others) {
            (None, _) => false,
            (Some(_), None) => true,
            (Some(values), Some(others)) => !values_missing_in(values, others).is_empty(),
        };
        let (before, now) = (values(old), values(new));
        for (happened, action, effect) in [
            (
                lacks(now.as_deref(), before.as_deref()),
                Action::Removed,
                Effect::Narrows,
            ),
            (lacks(before.as_deref(), now.as_deref()), Action::Added, Effect::Widens),
        ] {
            if happened {
                let change = Change::of(kind, "enum", Sides::at(old, new, key::ENUM))
                    .action(action)
                    .effect(Direction::Request, effect)
                    .fact("name", name);
                self.tell(unit, change);
            }
        }
    }

    /// Swagger 2.0 says host and schemes apart.
    pub(crate) fn compare_hosts(&mut self, unit: UnitId, old: Node<'w>, new: Node<'w>) {
        let (was, is) = (old.get(key::HOST), new.get(key::HOST));
        if was.map(Node::text) != is.map(Node::text) {
            if let Some(was) = was {
                let change = Change::of(Kind::Server, "", Sides::removed(was, is.unwrap_or(new)))
                    .effect(Direction::Request, Effect::Narrows)
                    .fact("name", was.text());
                self.tell(unit, change);
            }
            if let Some(is) = is {
                let change = Change::of(Kind::Server, "", Sides::added(is))
                    .effect(Direction::Request, Effect::Widens)
                    .fact("name", is.text());
                self.tell(unit, change);
            }
        }
        self.compare_transfer(unit, old, new);
    }

    /// The ways to reach the host, of a description or an operation of Swagger 2.0.
    pub(crate) fn compare_transfer(&mut self, unit: UnitId, old: Node<'w>, new: Node<'w>) {
        let within = |node: Node<'w>| node.get(key::SCHEMES).into_iter().flat_map(Node::children);
        let has = |node: Node<'w>, scheme: &str| within(node).any(|other| other.text() == scheme);
        for scheme in within(old).filter(|scheme| !has(new, scheme.text())) {
            let around = new.get(key::SCHEMES).unwrap_or(new);
            let change = Change::of(Kind::Server, "", Sides::removed(scheme, around))
                .effect(Direction::Request, Effect::Narrows)
                .fact("name", scheme.text());
            self.tell(unit, change);
        }
        for scheme in within(new).filter(|scheme| !has(old, scheme.text())) {
            let change = Change::of(Kind::Server, "", Sides::added(scheme))
                .effect(Direction::Request, Effect::Widens)
                .fact("name", scheme.text());
            self.tell(unit, change);
        }
    }
}
