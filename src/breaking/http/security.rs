//! Who may call: requirements as alternatives of schemes and scopes, and the schemes themselves.

use super::paths::{Side, Version, direction_of};
use crate::breaking::Change;
use crate::breaking::comparison::{Comparison, LIFECYCLE_KEYS, Sides, by_name, key_of};
use crate::breaking::units::Carrier;
use crate::breaking::units::{Proved, Step, UnitId, UnitKey};
use crate::document::{Direction, Kind, Node, content};
use crate::finding::{Action, Effect};
use crate::syntax::{Key, key};
use std::collections::{BTreeMap, BTreeSet};

/// What a caller has to present, all of it: scopes by the name of the scheme in the new version.
type Alternative = BTreeMap<String, BTreeSet<String>>;

/// The schemes that have another name in the new version, by their old name.
pub(crate) type RenamedSchemes = BTreeMap<String, String>;

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
const FLOWS: &[Key] = &[
    key::IMPLICIT,
    key::PASSWORD,
    key::CLIENT_CREDENTIALS,
    key::AUTHORIZATION_CODE,
    key::DEVICE_AUTHORIZATION,
];

/// The alternatives of a list of requirements; nothing said, or an empty list, lets everybody in.
fn alternatives(list: Option<Node<'_>>, renamed: &RenamedSchemes) -> Vec<Alternative> {
    let mut found: Vec<Alternative> = list
        .into_iter()
        .flat_map(Node::children)
        .map(|requirement| {
            let schemes = requirement.children().map(|scheme| {
                let name = key_of(scheme);
                let name = renamed.get(name).map_or(name, String::as_str);
                let scopes = scheme.children().map(|scope| scope.text().to_owned()).collect();
                (name.to_owned(), scopes)
            });
            schemes.collect()
        })
        .collect();
    if found.is_empty() {
        found.push(Alternative::new());
    }
    found
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
    /// Compares what callers of an operation have to present.
    pub(crate) fn compare_requirements(&mut self, unit: UnitId, (old, before): Side<'w>, (new, now): Side<'w>) {
        let was = before.security.map(|node| old.node(node));
        let is = now.security.map(|node| new.node(node));
        let (left, right) = (
            alternatives(was, &self.renamed_schemes),
            alternatives(is, &RenamedSchemes::default()),
        );
        let refused = left
            .iter()
            .any(|presented| !right.iter().any(|asked| satisfies(presented, asked)));
        let admitted = right
            .iter()
            .any(|presented| !left.iter().any(|asked| satisfies(presented, asked)));
        let effect = match (refused, admitted) {
            (false, false) => return,
            (true, false) => Effect::Narrows,
            (false, true) => Effect::Widens,
            (true, true) => Effect::Incomparable,
        };
        let direction = direction_of(new.api.path(now).caller);
        let operation = new.node(now.node);
        let pair = Sides {
            old: was,
            new: is,
            around: operation,
        };
        // What stands for the whole API is edited once, however many operations it serves.
        let unit = match (was, is) {
            (Some(was), Some(is)) => {
                match self.first_visit(unit, Step::Part("security".to_owned()), was, is, direction) {
                    Some(unit) => unit,
                    None => return,
                }
            }
            _ => unit,
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
        self.tell(unit, change);
    }

    /// Compares the security schemes of two versions.
    pub(crate) fn compare_schemes(&mut self, top: UnitId, old: Version<'w>, new: Version<'w>) {
        let renamed = renamed_schemes(old, new);
        self.renamed_schemes.clone_from(&renamed);
        let sorted = |version: Version<'w>| -> BTreeMap<&'w str, Node<'w>> {
            let schemes = version.api.security_schemes.iter();
            schemes
                .map(|(name, node)| (name.as_str(), version.node(*node)))
                .collect()
        };
        let (before, now) = (sorted(old), sorted(new));
        let mut partners = BTreeSet::new();
        for (name, was) in &before {
            let name_now = renamed.get(*name).map_or(*name, String::as_str);
            let Some(is) = now.get(name_now) else {
                let change = Change::of(Kind::SecurityScheme, "", Sides::removed(*was, new.root)).fact("name", *name);
                self.tell(top, change);
                continue;
            };
            partners.insert(name_now);
            if !self.unchanged.is(*was, *is) {
                let unit = self.scheme_unit(top, new, name_now, *was, *is);
                self.compare_scheme(unit, name_now, *was, *is);
            }
        }
        for (name, is) in now.iter().filter(|(name, _)| !partners.contains(**name)) {
            let change = Change::of(Kind::SecurityScheme, "", Sides::added(*is)).fact("name", *name);
            self.tell(top, change);
        }
    }

    /// The unit of a scheme, below every operation that asks for it.
    fn scheme_unit(&mut self, top: UnitId, new: Version<'w>, name: &str, was: Node<'w>, is: Node<'w>) -> UnitId {
        let key = UnitKey {
            old: vec![was.address()],
            new: vec![is.address()],
            direction: Direction::Request,
            carrier: Carrier::default(),
            proved: Proved::default(),
        };
        let step = || Step::Part(format!("security scheme `{name}`"));
        let mut unit = None;
        for operation in &new.api.operations {
            let asks = operation.security.is_some_and(|list| {
                let requirements = new.node(list).children();
                requirements
                    .into_iter()
                    .any(|requirement| requirement.find(name).is_some())
            });
            if asks {
                let below = self.units.below(top, Step::Operation(operation.label(new.api)));
                unit = Some(self.units.enter(below, step(), key.clone()).0);
            }
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
                    let handled: Vec<Key> = OAUTH_URLS.iter().copied().chain([key::SCOPES]).collect();
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
        for (scope, pair) in by_name(was.get(key::SCOPES), is.get(key::SCOPES), is) {
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

/// Schemes that say the same under another name are the same.
fn renamed_schemes(old: Version<'_>, new: Version<'_>) -> RenamedSchemes {
    let (before, now) = (&old.api.security_schemes, &new.api.security_schemes);
    let mut gone: Vec<_> = before.iter().filter(|(name, _)| !now.contains_key(*name)).collect();
    gone.sort();
    let added = now.iter().filter(|(name, _)| !before.contains_key(*name));
    let mut added: BTreeSet<(u64, &str)> = added
        .map(|(name, node)| (hash(new.node(*node)), name.as_str()))
        .collect();
    let mut renamed = RenamedSchemes::new();
    for (name, node) in gone {
        let wanted = hash(old.node(*node));
        if let Some(found) = added
            .range((wanted, "")..)
            .next()
            .copied()
            .filter(|(hash, _)| *hash == wanted)
        {
            added.remove(&found);
            renamed.insert(name.clone(), found.1.to_owned());
        }
    }
    renamed
}

fn hash(node: Node<'_>) -> u64 {
    content::hash(node.document().tree(), node.id())
}
