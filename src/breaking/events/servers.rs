//! Servers: where channels are served, and by which protocol.

use super::Version;
use super::bindings::Bound;
use super::pairing::{Paired, Partners, renamed};
use crate::breaking::Change;
use crate::breaking::comparison::{Comparison, Sides, by_name, key_of};
use crate::breaking::templates::nameless;
use crate::breaking::units::UnitId;
use crate::document::events::Server;
use crate::document::{Direction, Kind, Node};
use crate::finding::Effect;
use crate::syntax::{Key, key};

const SERVER_KEYS: &[Key] = &[
    key::URL,
    key::HOST,
    key::PATHNAME,
    key::PROTOCOL,
    key::PROTOCOL_VERSION,
    key::VARIABLES,
    key::SECURITY,
    key::BINDINGS,
    key::REF,
];

/// Where a server is: host and path, which are one text in 2.x. A host of 3.x is not meant to say a scheme, and real ones
/// do.
struct Endpoint {
    scheme: Option<String>,
    place: String,
}

impl Endpoint {
    fn of(server: Node<'_>) -> Self {
        let text = |key| server.string_at(key).unwrap_or_default();
        let whole = format!("{}{}{}", text(key::URL), text(key::HOST), text(key::PATHNAME));
        let (scheme, place) = match whole.split_once("://") {
            Some((scheme, place)) => (Some(scheme.to_ascii_lowercase()), place),
            None => (None, &*whole),
        };
        Self {
            scheme,
            place: place.trim_end_matches('/').to_owned(),
        }
    }

    /// Where it is, whatever its variables are called.
    fn shape(&self) -> String {
        nameless(&self.place)
    }

    /// Whether it is where another one is. What names no scheme leaves it to the protocol.
    fn is(&self, other: &Self) -> bool {
        let differ = |one: &Option<String>, other: &Option<String>| one.is_some() && other.is_some() && one != other;
        self.shape() == other.shape() && !differ(&self.scheme, &other.scheme)
    }

    fn text(self) -> String {
        match self.scheme {
            Some(scheme) => format!("{scheme}://{}", self.place),
            None => self.place,
        }
    }
}

impl<'w> Comparison<'w, '_> {
    /// Compares the servers of two versions: those of one endpoint and protocol, whatever they are called, and then
    /// those of one name.
    pub(super) fn compare_event_servers(&mut self, unit: UnitId, old: Version<'w>, new: Version<'w>) -> Partners {
        let (before, now) = (&old.events.servers, &new.events.servers);
        let place = |version: Version<'w>, server: &'w Server| {
            (&*server.protocol, Endpoint::of(version.node(server.node)).shape())
        };
        let (places, places_now): (Vec<_>, Vec<_>) = (
            before.iter().map(|server| place(old, server)).collect(),
            now.iter().map(|server| place(new, server)).collect(),
        );
        let mut paired = Paired::new(before.len(), now.len());
        paired.by(
            |was| Some((&*before[was].name, &places[was])),
            |is| Some((&*now[is].name, &places_now[is])),
        );
        paired.by(|was| Some(&places[was]), |is| Some(&places_now[is]));
        paired.by(|was| Some(&before[was].name), |is| Some(&now[is].name));
        let partners = paired.partners();
        for (was, is) in paired.in_order() {
            self.compare_event_server(unit, (old, &before[was]), (new, &now[is]));
        }
        let around = new.root.get(key::SERVERS).unwrap_or(new.root);
        for was in paired.old {
            let was = &before[was];
            let change = Change::of(Kind::Server, "", Sides::removed(old.node(was.node), around))
                .effect(Direction::Request, Effect::Narrows)
                .fact("name", &*was.name);
            self.tell(unit, change);
        }
        for is in paired.new {
            let is = &now[is];
            let change = Change::of(Kind::Server, "", Sides::added(new.node(is.node)))
                .effect(Direction::Request, Effect::Widens)
                .fact("name", &*is.name);
            self.tell(unit, change);
        }
        partners
    }

    fn compare_event_server(
        &mut self,
        unit: UnitId,
        (old, before): (Version<'w>, &Server),
        (new, now): (Version<'w>, &Server),
    ) {
        let (was, is) = (old.node(before.node), new.node(now.node));
        let told = |field: &'static str, pair| Change::of(Kind::Server, field, pair).fact("name", &*now.name);
        let (from, to) = (Endpoint::of(was), Endpoint::of(is));
        self.compare_variables(unit, (was, &from), (is, &to));
        if !from.is(&to) {
            let change = told("host", Sides::both(was, is)).effect(Direction::Request, Effect::Incomparable);
            self.tell(unit, change.texts(from.text(), to.text()));
        }
        if before.protocol != now.protocol {
            let change = told("protocol", Sides::at(was, is, key::PROTOCOL));
            let change = change.effect(Direction::Request, Effect::Incomparable);
            self.tell(unit, change.texts(&*before.protocol, &*now.protocol));
        }
        let version = |server: Node<'w>| server.get(key::PROTOCOL_VERSION).map(Node::text);
        if version(was) != version(is) {
            // Nobody was told of a version that is not said.
            let effect = match (version(was), version(is)) {
                (Some(_), Some(_)) => Effect::Incomparable,
                _ => Effect::Equal,
            };
            let change = told("protocolVersion", Sides::at(was, is, key::PROTOCOL_VERSION));
            self.tell(unit, change.effect(Direction::Request, effect));
        }
        self.fields(unit, Kind::Server, was, is, SERVER_KEYS);
        let pair = Sides {
            old: was.get(key::SECURITY),
            new: is.get(key::SECURITY),
            around: is,
        };
        self.compare_event_security(unit, &format!("the server `{}`", now.name), pair);
        let bindings = (was.field(key::BINDINGS), is.field(key::BINDINGS));
        self.compare_bindings(unit, Bound::both_ways(Kind::ServerBinding), bindings, is);
    }

    /// Compares the variables in the addresses of a server, which may be called otherwise.
    fn compare_variables(&mut self, unit: UnitId, (was, from): (Node<'w>, &Endpoint), (is, to): (Node<'w>, &Endpoint)) {
        let names = renamed(&from.place, &to.place);
        let (before, now) = (was.get(key::VARIABLES), is.get(key::VARIABLES));
        let known = |map: Option<Node<'w>>, name: &str| map.and_then(|map| map.find(name)).map(Node::follow);
        for (name_before, name) in &names {
            match (known(before, name_before), known(now, name)) {
                (Some(was), Some(is)) => self.compare_variable(unit, name, was, is),
                (None, None) => {}
                (old, new) => {
                    let pair = Sides { old, new, around: is };
                    self.tell(unit, Change::of(Kind::ServerVariable, "", pair).fact("name", *name));
                }
            }
        }
        for (name, pair) in by_name(before, now, is) {
            let is_old = pair
                .old
                .is_some_and(|old| names.iter().any(|(was, _)| *was == key_of(old)));
            let is_new = pair
                .new
                .is_some_and(|new| names.iter().any(|(_, is)| *is == key_of(new)));
            if !is_old && !is_new {
                let pair = pair.follow();
                match (pair.old, pair.new) {
                    (Some(was), Some(is)) => self.compare_variable(unit, name, was, is),
                    _ => self.tell(unit, Change::of(Kind::ServerVariable, "", pair).fact("name", name)),
                }
            }
        }
    }
}
