//! Whether fields of one name are the same everywhere.

use super::{Function, Hit, Options, Refusal, function, is_among};
use crate::document::proto::{self, ValueType};
use crate::document::{Address, Kind, Node};
use crate::finding::Location;
use crate::syntax::{NodeId, key};
use rustc_hash::FxHashMap;
use std::borrow::Cow;

/// `types-consistent`: fields of one name have one type, in all documents of the run.
pub(super) fn types_consistent(options: &Options) -> Result<Function, Refusal> {
    let except = options.texts("except");
    let share = options.count("percent").unwrap_or(75);
    let least = options.count("least").unwrap_or(3);
    function(move |subject, hits| {
        let workspace = subject.workspace();
        let format = subject.node.document().format();
        let mut fields: FxHashMap<&str, Vec<(Cow<'_, str>, Node<'_>)>> = FxHashMap::default();
        for id in workspace
            .judged()
            .filter(|id| workspace.document(*id).format() == format)
        {
            let kinds = workspace.document(id).kinds().iter().enumerate();
            for (index, _) in kinds.filter(|(_, kind)| matches!(kind, Kind::Field | Kind::Schema)) {
                let node = NodeId::from_index(index);
                let field = workspace.node(Address { document: id, node });
                if let (Some(name), Some(of)) = (field.key_text(), type_of(field))
                    && !is_among(name, &except)
                {
                    fields.entry(name).or_default().push((of, field));
                }
            }
        }
        let mut names: Vec<&str> = fields.keys().copied().collect();
        names.sort_unstable();
        for name in names {
            judge(name, &fields[name], share, least, hits);
        }
    })
}

/// Tells the fields whose type is not the usual one.
fn judge(name: &str, fields: &[(Cow<'_, str>, Node<'_>)], share: usize, least: usize, hits: &mut super::Hits) {
    let mut count: FxHashMap<&str, usize> = FxHashMap::default();
    for (of, _) in fields {
        *count.entry(of).or_default() += 1;
    }
    // Of types that are equally usual, the one that comes first.
    let Some((usual, first)) = fields.iter().rev().max_by_key(|(of, _)| count[of.as_ref()]) else {
        return;
    };
    let others = count[usual.as_ref()];
    if others < least || others * 100 < fields.len() * share {
        return;
    }
    for (of, field) in fields.iter().filter(|(of, _)| of != usual) {
        let place = field.get(key::TYPE).unwrap_or(*field);
        hits.push(
            Hit::value(place)
                .with("text", name)
                .with("type", of.as_ref())
                .with("usual", usual.as_ref())
                .with("others", others.to_string())
                .related("the usual type", Location::key(first.address())),
        );
    }
}

/// The type of a field, where it can be compared: types of one's own are told apart by what they hold.
fn type_of(field: Node<'_>) -> Option<Cow<'_, str>> {
    if field.kind() == Kind::Field {
        return match proto::value_type(field) {
            ValueType::Scalar(scalar) => Some(Cow::Borrowed(scalar.name())),
            ValueType::Message(message) | ValueType::Enum(message) => {
                let package = proto::package(message);
                matches!(package, "google.protobuf" | "google.type").then(|| Cow::Owned(proto::full_name(message)))
            }
            ValueType::Unknown => None,
        };
    }
    let is_property = field.parent().and_then(Node::key) == Some(key::PROPERTIES);
    let of = field
        .string_at(key::TYPE)
        .filter(|of| is_property && !matches!(*of, "object" | "array"))?;
    Some(match field.string_at(key::FORMAT) {
        Some(format) => Cow::Owned(format!("{of} ({format})")),
        None => Cow::Borrowed(of),
    })
}
