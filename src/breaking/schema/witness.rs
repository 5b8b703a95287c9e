//! Values that show what a change breaks: within the request or response that holds them, and checked by an ordinary
//! validator.

use crate::breaking::comparison::Comparison;
use crate::breaking::units::{Step, UnitId};
use crate::document::{Direction, Node, pointer};
use crate::finding::Witness;
use crate::schema::{self, Near};
use serde_json::Value;

impl<'w> Comparison<'w, '_> {
    /// The value in the request or response that holds it, refused by an ordinary validator on one side and taken on
    /// the other.
    pub(crate) fn witness(&mut self, unit: UnitId, direction: Direction, name: &str, value: &Value) -> Option<Witness> {
        let way: Vec<(UnitId, Step)> = self
            .units
            .way(unit)
            .into_iter()
            .map(|(id, step)| (id, step.clone()))
            .collect();
        let root = way.iter().position(|(id, _)| self.sites.contains_key(id))?;
        let steps: Vec<schema::Step> = way[root + 1..]
            .iter()
            .filter_map(|(_, step)| match step {
                Step::Property(name) => Some(schema::Step::Property(name.clone())),
                Step::OtherProperties => Some(schema::Step::AdditionalProperty),
                Step::Item(index) => Some(schema::Step::Item(*index)),
                Step::Items => Some(schema::Step::Items),
                Step::Operation(_) | Step::Part(_) | Step::Branch | Step::Same => None,
            })
            .collect();
        let root = way[root].0;
        let sides = |comparison: &Self, unit: UnitId| {
            let (old, new) = comparison.sites.get(&unit)?.clone();
            Some(match direction {
                Direction::Request => (old, new),
                Direction::Response => (new, old),
            })
        };
        let (taking, refusing) = sides(self, root)?;
        let whole = if steps.is_empty() {
            Some(value.clone())
        } else {
            let outer = self.schemas.read(&taking, Some(direction));
            self.schemas.around(outer, &steps, value)
        };
        let place = self.units.place(root);
        let pointer = pointer_of(&steps);
        let near = Near {
            pointer: &pointer,
            name,
        };
        if let Some(whole) = whole
            && let Some(witness) = self.replayed(direction, place, whole, (&taking, &refusing), near)
        {
            return Some(witness);
        }
        // What is around it may be out of reach; the part alone still shows what it takes and refuses.
        let (taking, refusing) = sides(self, unit)?;
        let place = self.units.place(unit);
        let near = Near { pointer: "", name };
        self.replayed(direction, place, value.clone(), (&taking, &refusing), near)
    }

    pub(crate) fn replayed(
        &mut self,
        direction: Direction,
        at: String,
        value: Value,
        (taking, refusing): (&[Node<'w>], &[Node<'w>]),
        near: Near<'_>,
    ) -> Option<Witness> {
        let taken = self.replay.check(taking, Some(direction), &value).ok()?;
        let refused = self.replay.check_near(refusing, Some(direction), &value, near).ok()?;
        let (None, Some(reason)) = (taken, refused) else {
            return None;
        };
        let valid = "valid".to_owned();
        let (old, new) = match direction {
            Direction::Request => (valid, reason),
            Direction::Response => (reason, valid),
        };
        Some(Witness { at, value, old, new })
    }
}

/// Where a part stands in the value that was made around it: lists are made as short as can be.
fn pointer_of(steps: &[schema::Step]) -> String {
    let mut pointer = String::new();
    for step in steps {
        match step {
            schema::Step::Property(name) => {
                pointer.push('/');
                pointer.push_str(&pointer::escape(name));
            }
            schema::Step::Item(index) => pointer.push_str(&format!("/{index}")),
            schema::Step::Items => pointer.push_str("/0"),
            // Nobody knows what the member is called.
            schema::Step::AdditionalProperty => break,
        }
    }
    pointer
}
