//! Fields that extend messages.

use super::Comparison;
use super::impact::Impact;
use super::value::Field;
use crate::breaking::comparison::Sides;
use crate::document::{Kind, Node, proto};

impl<'w> Comparison<'w, '_> {
    pub(super) fn compare_extensions(&mut self) {
        let mut before: Vec<(&(String, i64), Node<'w>)> = self
            .old
            .extensions
            .iter()
            .flat_map(|(key, fields)| fields.iter().map(move |field| (key, *field)))
            .collect();
        before.sort_unstable_by_key(|(_, field)| field.address());
        let mut pairs = Vec::new();
        for (key, old) in before {
            let others = self.new.extensions.get(key).map_or(&[][..], Vec::as_slice);
            let near = others.iter().find(|new| self.is_in_place(old, **new));
            pairs.push((old, near.or(others.first()).copied()));
        }
        for (old, new) in pairs {
            match new {
                Some(new) => {
                    if !self.is_in_place(old, new) {
                        let path = |node: Node<'w>| node.document().source().name().to_owned();
                        let change = self.change(Kind::Extend, "path", Sides::both(old, new), new);
                        self.tell(change.texts(path(old), path(new)), Impact::of_code());
                    }
                    let names = (proto::full_name(old), proto::full_name(new));
                    // Where it is declared is a part of what code and JSON call it.
                    if names.0 != names.1 && proto::name(old) == proto::name(new) {
                        let change = self.change(Kind::Field, "name", Sides::both(old, new), new);
                        let number = proto::number(new).unwrap_or_default().to_string();
                        self.tell(change.texts(names.0, names.1).fact("number", number), Impact::of_code());
                    }
                    if let (Some(was), Some(is)) = (Field::of(old), Field::of(new)) {
                        self.compare_field(&was, &is, std::slice::from_ref(&was), std::slice::from_ref(&is));
                    }
                }
                None if self.went_with_package(old) => {}
                None => {
                    let holder = self.holder_now(old);
                    let change = self.change(Kind::Extend, "", Sides::removed(old, self.around(old, holder)), old);
                    self.tell(change, Impact::of_code());
                }
            }
        }
        let added = self
            .new
            .extensions
            .iter()
            .filter(|(key, _)| !self.old.extensions.contains_key(*key));
        let mut added: Vec<Node<'w>> = added.filter_map(|(_, fields)| fields.first().copied()).collect();
        added.sort_unstable_by_key(|field| field.address());
        for new in added {
            let change = self.change(Kind::Extend, "", Sides::added(new), new);
            self.tell(change, Impact::default());
        }
    }
}
