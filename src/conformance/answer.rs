//! Whether the answer of a provider is one that its description allows: all of it, not only what a consumer reads.

use super::media::{best_media, is_opaque, ranges};
use super::parameters::scalars;
use super::request::path_of;
use super::response::{described_response, statuses};
use super::{Described, Descriptions, Remark, RemarkKind};
use crate::contract::matching::{ActualResponse, shown};
use crate::contract::{Exchange, Interaction, MediaType, read_json};
use crate::document::http::{Direction, Response};
use crate::document::{Document, Node, Workspace};
use crate::finding::Location;
use crate::syntax::{NodeId, key};

/// What departs.
pub(super) fn remarks<'w>(
    descriptions: &Descriptions<'w>,
    target: &Described<'w>,
    interaction: &Interaction<'w>,
    answer: &ActualResponse<'_>,
) -> Vec<Remark> {
    let place = match &interaction.exchange {
        Exchange::Http { response, .. } => response.node,
        Exchange::Message(_) | Exchange::Call { .. } => interaction.node,
    };
    let held = Held {
        descriptions,
        location: Location::value(place.address()),
        answer,
    };
    let operation = target.operation;
    let Some(described) = described_response(operation, answer.status) else {
        let statuses = statuses(operation);
        let problem = format!(
            "`{}` has no response {}; it has {statuses}",
            target.label(),
            answer.status
        );
        let remark = held.remark("$.status", problem, &answer.status.to_string(), &statuses);
        return vec![Remark {
            place: Some(Location::key(operation.node)),
            ..remark
        }];
    };
    let mut remarks = held.headers(described);
    remarks.extend(held.body(described));
    remarks
}

struct Held<'d, 'w, 'a> {
    descriptions: &'d Descriptions<'w>,
    location: Location,
    answer: &'a ActualResponse<'a>,
}

impl<'w> Held<'_, 'w, '_> {
    fn remark(&self, at: &str, problem: String, actual: &str, described: &str) -> Remark {
        Remark {
            kind: RemarkKind::Answer,
            location: self.location,
            at: at.to_owned(),
            problem,
            expected: actual.to_owned(),
            described: described.to_owned(),
            place: None,
        }
    }

    fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.answer.headers.iter();
        let (_, value) = headers.find(|(header, _)| header.eq_ignore_ascii_case(name))?;
        Some(value)
    }

    fn headers(&self, described: &Response) -> Vec<Remark> {
        let mut remarks = Vec::new();
        for header in &described.headers {
            let node = self.descriptions.node(header.node).follow();
            let name = &header.name;
            let place = Some(Location::key(header.node));
            let at = format!("$.header.{name}");
            match self.header(name) {
                None if node.is_true(key::REQUIRED) => {
                    let problem = format!("the header `{name}` is required, and is not there");
                    remarks.push(Remark {
                        place,
                        ..self.remark(&at, problem, "nothing", name)
                    });
                }
                Some(text) => {
                    let Some(schema) = node.get(key::SCHEMA) else { continue };
                    // A list or an object in a header is written in one of many styles.
                    let shape = crate::document::Shape::of(schema);
                    let fits = shape.is_list() || shape.is_object() || {
                        scalars(text).into_iter().any(|value| {
                            let value = value.to_string();
                            let workspace = workspace_of(value);
                            let value = root(&workspace);
                            let mismatches =
                                self.descriptions
                                    .validator
                                    .validate(schema, value, Some(Direction::Response));
                            mismatches.is_empty()
                        })
                    };
                    if !fits {
                        let problem = format!("the header `{name}` does not fit its schema: `{text}`");
                        remarks.push(Remark {
                            place,
                            ..self.remark(&at, problem, text, "")
                        });
                    }
                }
                None => {}
            }
        }
        remarks
    }

    fn body(&self, described: &Response) -> Vec<Remark> {
        let place = Some(Location::key(described.node));
        let body = self.answer.body;
        if body.is_empty() {
            return Vec::new();
        }
        if described.media.is_empty() {
            let problem = format!("the description knows no body of the response {}", described.status);
            let remark = self.remark("$.body", problem, "a body", "no body");
            return vec![Remark { place, ..remark }];
        }
        let media_type = self.header("content-type").and_then(MediaType::parse);
        let media_type = media_type.unwrap_or_else(|| MediaType::of_bytes(body));
        let Some(media) = best_media(&described.media, &media_type) else {
            let ranges = ranges(&described.media);
            let essence = media_type.essence();
            let problem = format!(
                "the response {} is never of type `{essence}`; the description has {ranges}",
                described.status
            );
            let remark = self.remark("$.header.Content-Type", problem, essence, &ranges);
            return vec![Remark { place, ..remark }];
        };
        let Some(schema) = media.schema.map(|schema| self.descriptions.node(schema)) else {
            return Vec::new();
        };
        if !media_type.is_json() {
            if is_opaque(&media_type) {
                return Vec::new();
            }
            let problem = format!("bodies of type `{}` are not held against schemas", media_type.essence());
            return vec![Remark::undecided(self.location, "$.body".into(), &problem)];
        }
        let Ok(text) = std::str::from_utf8(body) else {
            return vec![self.remark("$.body", "the body is no UTF-8".into(), "", "")];
        };
        self.json(schema, text)
    }

    fn json(&self, schema: Node<'w>, text: &str) -> Vec<Remark> {
        let workspace = workspace_of(text.to_owned());
        let value = root(&workspace);
        if !value.document().tree().problems().is_empty() {
            return vec![self.remark("$.body", "the body is no JSON".into(), "", "")];
        }
        let mismatches = self
            .descriptions
            .validator
            .validate(schema, value, Some(Direction::Response));
        let remarks = mismatches.into_iter().map(|mismatch| {
            let at = format!("$.body{}", path_of(&mismatch.value.pointer()));
            let place = Some(Location::value(mismatch.schema.address()));
            Remark {
                place,
                ..self.remark(&at, mismatch.message, &shown(mismatch.value), "")
            }
        });
        remarks.collect()
    }
}

/// A JSON text as a document of its own.
fn workspace_of(text: String) -> Workspace {
    let mut workspace = Workspace::new(1);
    workspace.add(Document::new(read_json(text)));
    workspace
}

fn root(workspace: &Workspace) -> Node<'_> {
    let document = workspace.ids().next().expect("it has one document");
    workspace.node(crate::document::Address {
        document,
        node: NodeId::ROOT,
    })
}
