//! Enums and their values.

use super::Comparison;
use super::impact::{Impact, Readings};
use super::messages::is_covered;
use super::reading::Encoding;
use super::value::values_of;
use crate::breaking::comparison::Sides;
use crate::document::proto::{self, Feature, declarations};
use crate::document::{Kind, Node};
use crate::syntax::key;

impl<'w> Comparison<'w, '_> {
    pub(super) fn compare_enum(&mut self, old: Node<'w>, new: Node<'w>) {
        let kind = Kind::Enum;
        self.compare_feature(kind, "enum_type", old, new, Feature::EnumType);
        self.compare_feature(kind, "json_format", old, new, Feature::JsonFormat);
        self.compare_ranges(kind, old, new, key::RESERVED);
        self.compare_other_options(kind, old, new, &[]);
        let (before, now) = (values_of(old), values_of(new));
        let names = |values: &[(i64, &'w str)], number: i64| -> Vec<&'w str> {
            let mut names: Vec<&str> = values
                .iter()
                .filter(|value| value.0 == number)
                .map(|value| value.1)
                .collect();
            names.sort_unstable();
            names
        };
        let reserved: Vec<(i64, i64)> = declarations(new, key::RESERVED).filter_map(proto::range).collect();
        let kept: Vec<&str> = declarations(new, key::RESERVED)
            .filter(|name| !name.is_map())
            .map(Node::text)
            .collect();
        let mut told = Vec::new();
        for value in declarations(old, key::VALUES) {
            let Some(number) = proto::number(value) else { continue };
            let (was, is) = (names(&before, number), names(&now, number));
            if is.is_empty() {
                if told.contains(&number) {
                    continue;
                }
                told.push(number);
                let free = match (
                    is_covered((number, number), &reserved),
                    was.iter().all(|name| kept.contains(name)),
                ) {
                    (true, true) => "none",
                    (true, false) => "name",
                    (false, true) => "number",
                    (false, false) => "both",
                };
                let change = self.change(Kind::EnumValue, "", Sides::removed(value, new), value);
                let change = change.texts(number.to_string(), "").fact("unreserved", free);
                self.tell(change, self.lost_value(old, new, number));
            } else if !is.contains(&proto::name(value)) {
                let partner = declarations(new, key::VALUES).find(|other| proto::number(*other) == Some(number));
                let partner = partner.unwrap_or(new);
                let change = self.change(Kind::EnumValue, "name", Sides::both(value, partner), partner);
                let change = change.texts(proto::name(value), is.join(", "));
                self.tell(
                    change.fact("number", number.to_string()),
                    self.lost_value(old, new, number),
                );
            }
        }
        for value in declarations(new, key::VALUES) {
            let Some(number) = proto::number(value) else { continue };
            match declarations(old, key::VALUES).find(|other| proto::number(*other) == Some(number)) {
                Some(was) => {
                    if proto::name(was) == proto::name(value) {
                        self.compare_other_options(Kind::EnumValue, was, value, &[]);
                    }
                }
                None => {
                    let change = self.change(Kind::EnumValue, "", Sides::added(value), value);
                    let change = change.texts("", number.to_string());
                    self.tell(change, self.lost_value(old, new, number));
                }
            }
        }
    }

    /// What becomes of a value of an enum in the readers of the other version.
    fn lost_value(&self, old: Node<'w>, new: Node<'w>, number: i64) -> Impact {
        let of = |encoding| Readings {
            old_by_new: self.readings.misread_value(old, new, number, encoding),
            new_by_old: self.readings.misread_value(new, old, number, encoding),
        };
        Impact {
            bytes: of(Encoding::Bytes),
            json: of(Encoding::Json),
            code: true,
            checked: None,
        }
    }
}
