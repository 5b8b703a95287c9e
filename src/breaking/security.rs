//! Who may connect, send or call: requirements as alternatives of schemes and scopes, and the schemes themselves.
//!
//! In come lists of requirements and the schemes of both versions, whatever describes them; changes are told to the
//! comparison. A scheme is what it says, not what it is called.

use super::Change;
use super::comparison::{Comparison, LIFECYCLE_KEYS, Sides, by_name, key_of};
use super::units::{Carrier, Proved, Step, UnitId, UnitKey};
use crate::document::{Address, Direction, Kind, Node};
use crate::finding::{Action, Effect};
use crate::syntax::{Key, key};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// What somebody has to present, all of it: scopes by the name of the scheme in the new version.
type Alternative = BTreeMap<String, BTreeSet<String>>;

/// The schemes of one version that have names.
pub(super) type Schemes<'w> = BTreeMap<&'w str, Node<'w>>;

/// What a scheme of one type says of how to use it.
const SCHEME_KEYS: &[Key] = &[
    key::NAME,
    key::IN,
    key::SCHEME,
    key::OPEN_ID_CONNECT_URL,
    key::OAUTH2_METADATA_URL,
    key::FLOW,
];
const OAUTH_URLS: &[Key] = &[
    key::AUTHORIZATION_URL,
    key::TOKEN_URL,
    key::REFRESH_URL,
    key::DEVICE_AUTHORIZATION_URL,
];
/// Where scopes are declared: AsyncAPI calls it otherwise since 3.0.
const SCOPES: [Key; 2] = [key::SCOPES, key::AVAILABLE_SCOPES];
const FLOWS: &[Key] = &[
    key::IMPLICIT,
    key::PASSWORD,
    key::CLIENT_CREDENTIALS,
    key::AUTHORIZATION_CODE,
    key::DEVICE_AUTHORIZATION,
];

/// What schemes are called in requirements, so that those of both versions can be held against each other.
#[derive(Debug, Default)]
pub(super) struct SchemeNames {
    /// The schemes that have another name in the new version, by their old name.
    renamed: BTreeMap<String, String>,
    /// The new names of the schemes of both versions.
    by_address: FxHashMap<Address, String>,
    /// The same by what they say: requirements may hold a scheme itself.
    by_what_is_said: BTreeMap<String, String>,
}

impl SchemeNames {
    /// Schemes that say the same under another name are the same.
    fn new(old: &Schemes<'_>, new: &Schemes<'_>) -> Self {
        let mut waiting: BTreeMap<String, VecDeque<&str>> = BTreeMap::new();
        for (name, scheme) in new.iter().filter(|(name, _)| !old.contains_key(*name)) {
            waiting.entry(what_is_said(*scheme)).or_default().push_back(name);
        }
        let mut names = Self::default();
        for (name, scheme) in old.iter().filter(|(name, _)| !new.contains_key(*name)) {
            let found = waiting.get_mut(&what_is_said(*scheme)).and_then(VecDeque::pop_front);
            if let Some(found) = found {
                names.renamed.insert((*name).to_owned(), found.to_owned());
            }
        }
        for (name, scheme) in new.iter().chain(old) {
            let is_old = old.get(name).is_some_and(|was| was.address() == scheme.address());
            let name = names.of_name(name, is_old);
            names.by_address.insert(scheme.address(), name.clone());
            names.by_what_is_said.entry(what_is_said(*scheme)).or_insert(name);
        }
        names
    }

    /// What a scheme of the old version is called in the new one.
    fn now<'n>(&'n self, name: &'n str) -> &'n str {
        self.renamed.get(name).map_or(name, String::as_str)
    }

    /// What a scheme is called that stands in a requirement itself, or is referred to from there.
    fn of_scheme(&self, scheme: Node<'_>) -> String {
        let named = self.by_address.get(&scheme.address()).cloned();
        named.unwrap_or_else(|| {
            let said = what_is_said(scheme);
            self.by_what_is_said.get(&said).cloned().unwrap_or(said)
        })
    }

    fn of_name(&self, name: &str, is_old: bool) -> String {
        if is_old { self.now(name) } else { name }.to_owned()
    }

    /// The alternatives of a list of requirements; nothing said, or an empty list, lets everybody in. Each of a list is
    /// enough. One is a scheme, or names several that are needed together.
    fn alternatives(&self, list: Option<Node<'_>>, is_old: bool) -> Vec<Alternative> {
        let scopes = |list: Option<Node<'_>>| -> BTreeSet<String> {
            let scopes = list.into_iter().flat_map(Node::children);
            scopes.map(|scope| scope.text().to_owned()).collect()
        };
        let one = |requirement: Node<'_>| -> Alternative {
            let scheme = requirement.follow();
            if scheme.kind() == Kind::SecurityScheme {
                return [(self.of_scheme(scheme), scopes(scheme.get(key::SCOPES)))].into();
            }
            let schemes = requirement.children();
            let asked = schemes.map(|scheme| (self.of_name(key_of(scheme), is_old), scopes(Some(scheme))));
            asked.collect()
        };
        let mut found: Vec<Alternative> = list.into_iter().flat_map(Node::children).map(one).collect();
        if found.is_empty() {
            found.push(Alternative::new());
        }
        found
    }
}

/// What tells a scheme from others, in words: `type http, scheme bearer`.
fn what_is_said(scheme: Node<'_>) -> String {
    let fields = [key::TYPE];
    let own = fields.iter().chain(SCHEME_KEYS).chain(OAUTH_URLS);
    let flows = scheme.get(key::FLOWS);
    let in_flows = FLOWS.iter().filter_map(|flow| flows?.get(*flow));
    let mut said = texts(scheme, own);
    for flow in in_flows {
        said.push(format!("flow {}", key_of(flow)));
        said.extend(texts(flow, OAUTH_URLS.iter()));
    }
    said.join(", ")
}

fn texts<'k>(node: Node<'_>, keys: impl Iterator<Item = &'k Key>) -> Vec<String> {
    let fields = keys.filter_map(|key| node.get(*key));
    let one = |field: Node<'_>| {
        let text = field.text();
        let text = if field.key() == Some(key::SCHEME) {
            text.to_ascii_lowercase()
        } else {
            text.to_owned()
        };
        format!("{} {text}", key_of(field))
    };
    fields.map(one).collect()
}

/// Whether who presents the one has what the other asks for.
fn satisfies(presented: &Alternative, asked: &Alternative) -> bool {
    asked.iter().all(|(scheme, scopes)| {
        presented
            .get(scheme)
            .is_some_and(|presented| scopes.is_subset(presented))
    })
}

/// Alternatives as people write them: `oauth (read, write) or key`.
fn told(alternatives: &[Alternative]) -> String {
    let one = |alternative: &Alternative| {
        let schemes: Vec<String> = alternative
            .iter()
            .map(|(scheme, scopes)| {
                let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
                if scopes.is_empty() {
                    scheme.clone()
                } else {
                    format!("{scheme} ({})", scopes.join(", "))
                }
            })
            .collect();
        if schemes.is_empty() {
            "nobody in particular".to_owned()
        } else {
            schemes.join(" with ")
        }
    };
    alternatives.iter().map(one).collect::<Vec<_>>().join(" or ")
}

impl<'w> Comparison<'w, '_> {
    /// What changed of a list of requirements.
    pub(super) fn requirement_change(&self, direction: Direction, pair: Sides<'w>) -> Option<Change<'w>> {
        let left = self.scheme_names.alternatives(pair.old, true);
        let right = self.scheme_names.alternatives(pair.new, false);
        let refused = left
            .iter()
            .any(|presented| !right.iter().any(|asked| satisfies(presented, asked)));
        let admitted = right
            .iter()
            .any(|presented| !left.iter().any(|asked| satisfies(presented, asked)));
        let effect = match (refused, admitted) {
            (false, false) => return None,
            (true, false) => Effect::Narrows,
            (false, true) => Effect::Widens,
            (true, true) => Effect::Incomparable,
        };
        let anonymous = |alternatives: &[Alternative]| alternatives.iter().any(Alternative::is_empty);
        let (field, action) = match (anonymous(&left), anonymous(&right)) {
            (true, false) => ("anonymous", Action::Removed),
            (false, true) => ("anonymous", Action::Added),
            _ => ("", Action::Changed),
        };
        let change = Change::of(Kind::SecurityRequirement, field, pair)
            .action(action)
            .effect(direction, effect)
            .texts(told(&left), told(&right))
            .fact("name", "security");
        Some(change)
    }

    /// Compares the schemes of two versions. Each is reached from the operations that ask for it by its new name.
    pub(super) fn compare_named_schemes(
        &mut self,
        top: UnitId,
        (before, now): (&Schemes<'w>, &Schemes<'w>),
        around: Node<'w>,
        askers: impl Fn(&str) -> Vec<String>,
    ) {
        self.scheme_names = SchemeNames::new(before, now);
        let mut partners = BTreeSet::new();
        for (name, was) in before {
            let name_now = self.scheme_names.now(name).to_owned();
            let Some((name_now, is)) = now.get_key_value(&*name_now) else {
                let change = Change::of(Kind::SecurityScheme, "", Sides::removed(*was, around)).fact("name", *name);
                self.tell(top, change);
                continue;
            };
            partners.insert(*name_now);
            if !self.unchanged.is(*was, *is) {
                let unit = self.scheme_unit(top, askers(name_now), name_now, *was, *is);
                self.compare_scheme(unit, name_now, *was, *is);
            }
        }
        for (name, is) in now.iter().filter(|(name, _)| !partners.contains(**name)) {
            let change = Change::of(Kind::SecurityScheme, "", Sides::added(*is)).fact("name", *name);
            self.tell(top, change);
        }
    }

    /// Compares the notes of schemes that stand in lists of requirements, and say the same in both.
    pub(super) fn compare_inline_schemes(&mut self, unit: UnitId, pair: Sides<'w>) {
        let own = |list: Option<Node<'w>>| -> Vec<Node<'w>> {
            let schemes = list.into_iter().flat_map(Node::children).map(Node::follow);
            let is_nameless = |scheme: &Node<'w>| {
                let known = &self.scheme_names.by_address;
                scheme.kind() == Kind::SecurityScheme && !known.contains_key(&scheme.address())
            };
            schemes.filter(is_nameless).collect()
        };
        let (before, now) = (own(pair.old), own(pair.new));
        let now: BTreeMap<String, Node<'w>> = now.into_iter().map(|is| (what_is_said(is), is)).collect();
        for was in before {
            let said = what_is_said(was);
            if let Some(is) = now.get(&said)
                && !self.unchanged.is(was, *is)
                && let Some(unit) =
                    self.first_visit(unit, Step::Part("security".to_owned()), was, *is, Direction::Request)
            {
                self.compare_scheme(unit, &said, was, *is);
            }
        }
    }

    /// The unit of a scheme, below every operation that asks for it.
    fn scheme_unit(&mut self, top: UnitId, askers: Vec<String>, name: &str, was: Node<'w>, is: Node<'w>) -> UnitId {
        let key = UnitKey {
            old: vec![was.address()],
            new: vec![is.address()],
            direction: Direction::Request,
            carrier: Carrier::default(),
            proved: Proved::default(),
        };
        let step = || Step::Part(format!("security scheme `{name}`"));
        let mut unit = None;
        for asker in askers {
            let below = self.units.below(top, Step::Operation(asker));
            unit = Some(self.units.enter(below, step(), key.clone()).0);
        }
        unit.unwrap_or_else(|| self.units.below(top, step()))
    }

    fn compare_scheme(&mut self, unit: UnitId, name: &str, was: Node<'w>, is: Node<'w>) {
        let kind = Kind::SecurityScheme;
        self.compare_lifecycle(unit, kind, name, was, is);
        let told = self.told();
        self.compare_scheme_field(unit, kind, name, key::TYPE, was, is);
        // Schemes of different types have nothing else to compare.
        if self.told() == told {
            for field in SCHEME_KEYS.iter().chain(OAUTH_URLS) {
                self.compare_scheme_field(unit, kind, name, *field, was, is);
            }
            self.compare_scopes(unit, name, was, is);
            self.compare_flows(unit, name, was, is);
        }
        let handled: Vec<Key> = SCHEME_KEYS
            .iter()
            .chain(OAUTH_URLS)
            .chain(LIFECYCLE_KEYS)
            .copied()
            .chain([key::TYPE, key::SCOPES, key::FLOWS, key::REF])
            .collect();
        self.fields(unit, kind, was, is, &handled);
    }

    fn compare_flows(&mut self, unit: UnitId, name: &str, was: Node<'w>, is: Node<'w>) {
        let (before, now) = (was.get(key::FLOWS), is.get(key::FLOWS));
        for flow in FLOWS {
            let at = |flows: Option<Node<'w>>| flows.and_then(|flows| flows.get(*flow));
            match (at(before), at(now)) {
                (Some(was), Some(is)) => {
                    for field in OAUTH_URLS {
                        self.compare_scheme_field(unit, Kind::OAuthFlow, name, *field, was, is);
                    }
                    self.compare_scopes(unit, name, was, is);
                    let handled: Vec<Key> = OAUTH_URLS.iter().copied().chain(SCOPES).collect();
                    self.fields(unit, Kind::OAuthFlow, was, is, &handled);
                }
                (None, None) => {}
                (old, new) => {
                    let pair = Sides { old, new, around: is };
                    let change = Change::of(Kind::SecurityScheme, "flows", pair).effect(
                        Direction::Request,
                        if new.is_some() { Effect::Widens } else { Effect::Narrows },
                    );
                    self.tell(unit, change.fact("name", name));
                }
            }
        }
        if let (Some(before), Some(now)) = (before, now) {
            self.fields(unit, Kind::OAuthFlows, before, now, FLOWS);
        }
    }

    fn compare_scheme_field(&mut self, unit: UnitId, kind: Kind, name: &str, field: Key, was: Node<'w>, is: Node<'w>) {
        let text = |node: Node<'w>| node.get(field).map(|value| value.text().to_ascii_lowercase());
        if text(was) == text(is) {
            return;
        }
        let pair = Sides::at(was, is, field);
        let change = Change::of(kind, field.well_known_text().unwrap_or_default(), pair)
            .effect(Direction::Request, Effect::Incomparable)
            .fact("name", name);
        self.tell(unit, change);
    }

    fn compare_scopes(&mut self, unit: UnitId, name: &str, was: Node<'w>, is: Node<'w>) {
        let kind = Kind::OAuthFlow;
        // A list under that key says what is asked for.
        let scopes = |node: Node<'w>| {
            SCOPES
                .iter()
                .find_map(|key| node.get(*key).filter(|scopes| scopes.is_map()))
        };
        for (scope, pair) in by_name(scopes(was), scopes(is), is) {
            let change = match (pair.old, pair.new) {
                (Some(_), Some(_)) if pair.says_the_same() => continue,
                (Some(_), Some(_)) => Change::of(kind, "description", pair).fact("name", name),
                (Some(_), None) => Change::of(kind, "scopes", pair)
                    .effect(Direction::Request, Effect::Narrows)
                    .texts(scope, "")
                    .fact("name", scope),
                _ => Change::of(kind, "scopes", pair)
                    .effect(Direction::Request, Effect::Widens)
                    .texts("", scope)
                    .fact("name", scope),
            };
            self.tell(unit, change);
        }
    }
}
