//! Servers: where channels are served, and by which protocol.

use super::Version;
use crate::breaking::Change;
use crate::breaking::comparison::{Comparison, Sides, by_name};
use crate::breaking::units::UnitId;
use crate::document::events::Server;
use crate::document::{Direction, Kind};
use crate::finding::Effect;
use crate::syntax::{Key, key};

const SERVER_KEYS: &[Key] = &[
    key::URL,
    key::HOST,
    key::PATHNAME,
    key::PROTOCOL,
    key::VARIABLES,
    key::SECURITY,
    key::BINDINGS,
    key::REF,
];

/// Where a server is: host and path, as one text in all versions.
fn endpoint(version: Version<'_>, server: &Server) -> String {
    let node = version.node(server.node);
    let text = |key| node.string_at(key).unwrap_or_default();
    let url = text(key::URL);
    let bare = url.split_once("://").map_or(url, |(_, rest)| rest);
    let whole = format!("{bare}{}{}", text(key::HOST), text(key::PATHNAME));
    whole.trim_end_matches('/').to_owned()
}

/// Whether two servers are one.
type Alike<'s> = &'s dyn Fn(&Server, &Server) -> bool;

impl<'w> Comparison<'w, '_> {
    /// Compares the servers of two versions: those of one endpoint and protocol, whatever they are called, and then
    /// those of one name.
    pub(super) fn compare_event_servers(&mut self, unit: UnitId, old: Version<'w>, new: Version<'w>) {
        let mut left: Vec<&Server> = new.events.servers.iter().collect();
        let mut gone: Vec<&Server> = old.events.servers.iter().collect();
        let is_same =
            |was: &Server, is: &Server| was.protocol == is.protocol && endpoint(old, was) == endpoint(new, is);
        let is_named = |was: &Server, is: &Server| was.name == is.name;
        let ways: [Alike<'_>; 2] = [&is_same, &is_named];
        for way in ways {
            let mut unpaired = Vec::new();
            for was in std::mem::take(&mut gone) {
                match left.iter().position(|is| way(was, is)) {
                    Some(found) => {
                        let is = left.remove(found);
                        self.compare_event_server(unit, (old, was), (new, is));
                    }
                    None => unpaired.push(was),
                }
            }
            gone = unpaired;
        }
        let around = new.root.get(key::SERVERS).unwrap_or(new.root);
        for was in gone {
            let change = Change::of(Kind::Server, "", Sides::removed(old.node(was.node), around))
                .effect(Direction::Request, Effect::Narrows)
                .fact("name", &*was.name);
            self.tell(unit, change);
        }
        for is in left {
            let change = Change::of(Kind::Server, "", Sides::added(new.node(is.node)))
                .effect(Direction::Request, Effect::Widens)
                .fact("name", &*is.name);
            self.tell(unit, change);
        }
    }

    fn compare_event_server(
        &mut self,
        unit: UnitId,
        (old, before): (Version<'w>, &Server),
        (new, now): (Version<'w>, &Server),
    ) {
        let (was, is) = (old.node(before.node), new.node(now.node));
        let said = [
            ("host", endpoint(old, before), endpoint(new, now)),
            ("protocol", before.protocol.clone(), now.protocol.clone()),
        ];
        for (field, from, to) in said.into_iter().filter(|(_, from, to)| from != to) {
            let change = Change::of(Kind::Server, field, Sides::both(was, is))
                .effect(Direction::Request, Effect::Incomparable)
                .texts(from, to)
                .fact("name", &*now.name);
            self.tell(unit, change);
        }
        self.fields(unit, Kind::Server, was, is, SERVER_KEYS);
        for (name, pair) in by_name(was.get(key::VARIABLES), is.get(key::VARIABLES), is) {
            let pair = pair.follow();
            match (pair.old, pair.new) {
                (Some(before), Some(now)) => self.compare_variable(unit, name, before, now),
                _ => self.tell(unit, Change::of(Kind::ServerVariable, "", pair).fact("name", name)),
            }
        }
        let pair = Sides {
            old: was.get(key::SECURITY),
            new: is.get(key::SECURITY),
            around: is,
        };
        self.compare_event_security(unit, Kind::Server, &now.name, pair);
        let bindings = (was.field(key::BINDINGS), is.field(key::BINDINGS));
        self.compare_bindings(unit, Kind::ServerBinding, bindings, is);
    }
}
