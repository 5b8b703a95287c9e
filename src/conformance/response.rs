//! Whether a recorded response is one that the operation may give.

use super::media::{best_media, is_opaque, ranges};
use super::{Described, Descriptions, Remark, RemarkKind, body};
use crate::contract::matching::{accepts_status, expected};
use crate::contract::{Body, Header, Response, stated_type};
use crate::document::http::{self, Direction};
use crate::finding::Location;
use crate::syntax::key;

/// Headers that come with any answer, whatever the description says.
const COMMON_HEADERS: [&str; 12] = [
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "keep-alive",
    "server",
    "set-cookie",
    "strict-transport-security",
    "transfer-encoding",
    "vary",
    "via",
];

/// The answer of an operation that a status belongs to: its own, that of its class, or the default.
pub(super) fn described_response(operation: &http::Operation, status: u16) -> Option<&http::Response> {
    let class = format!("{}XX", status / 100);
    let with = |text: &str| {
        let mut responses = operation.responses.iter();
        responses.find(|response| response.status.eq_ignore_ascii_case(text))
    };
    with(&status.to_string())
        .or_else(|| with(&class))
        .or_else(|| with("default"))
}

/// The statuses of an operation's responses, as one text.
pub(super) fn statuses(operation: &http::Operation) -> String {
    let statuses: Vec<&str> = operation
        .responses
        .iter()
        .map(|response| response.status.as_str())
        .collect();
    statuses.join(", ")
}

impl<'w> Descriptions<'w> {
    /// Holds a recorded response against its operation.
    pub(super) fn response(&mut self, target: &Described<'w>, response: &Response<'w>, remarks: &mut Vec<Remark>) {
        let operation = target.operation;
        let Some((status, node)) = response.status else {
            return;
        };
        let meant = described_response(operation, status).or_else(|| {
            // A rule may accept other statuses than the recorded one.
            operation.responses.iter().find(|described| {
                let status = described.status.parse::<u16>();
                status.is_ok_and(|status| accepts_status(response, status))
            })
        });
        let Some(described) = meant else {
            let statuses = statuses(operation);
            remarks.push(Remark {
                kind: RemarkKind::Response,
                location: Location::value(node.address()),
                at: "$.status".into(),
                problem: format!("`{}` has no response {status}; it has {statuses}", target.label()),
                expected: status.to_string(),
                described: statuses,
                place: Some(Location::key(operation.node)),
            });
            return;
        };
        self.response_headers(described, response, remarks);
        self.response_body(described, response, remarks);
    }

    fn response_headers(&mut self, described: &'w http::Response, response: &Response<'w>, remarks: &mut Vec<Remark>) {
        for header in &response.headers {
            if COMMON_HEADERS.iter().any(|name| header.name.eq_ignore_ascii_case(name)) {
                continue;
            }
            let mut declared = described.headers.iter();
            let at = format!("$.header.{}", header.name);
            let location = Location::value(header.node.address());
            let Some(declared) = declared.find(|declared| declared.name.eq_ignore_ascii_case(header.name)) else {
                remarks.push(Remark {
                    kind: RemarkKind::Undeclared,
                    location,
                    at,
                    problem: format!("the description knows no header `{}` of this response", header.name),
                    expected: text(header),
                    described: String::new(),
                    place: Some(Location::key(described.node)),
                });
                continue;
            };
            // That headers may be absent hardly any description rules out; so it is not told.
            let node = self.node(declared.node).follow();
            let schema = node.get(key::SCHEMA).unwrap_or(node);
            let id = self.schemas.read(&[schema], Some(Direction::Response));
            let texts: Vec<&str> = header.values.iter().map(|value| value.text).collect();
            match super::parameters::fit(&mut self.schemas, id, &texts) {
                Ok(true) => {}
                Ok(false) => remarks.push(Remark {
                    kind: RemarkKind::Value,
                    location,
                    at,
                    problem: format!("the header `{}` is never like this", header.name),
                    expected: text(header),
                    described: self.example(id),
                    place: Some(Location::value(schema.address())),
                }),
                Err(reason) => remarks.push(Remark::undecided(location, at, reason.clause())),
            }
        }
    }

    fn response_body(&mut self, described: &'w http::Response, response: &Response<'w>, remarks: &mut Vec<Remark>) {
        let Body::Content(content) = &response.body else {
            return;
        };
        let location = Location::value(content.node.address());
        if described.media.is_empty() {
            remarks.push(Remark {
                kind: RemarkKind::Undeclared,
                location,
                at: "$.body".into(),
                problem: format!("the description knows no body of the response {}", described.status),
                expected: "a body".into(),
                described: "no body".into(),
                place: Some(Location::key(described.node)),
            });
            return;
        }
        let media_type = content.media_type(stated_type(&response.headers));
        let Some(media) = best_media(&described.media, &media_type) else {
            let ranges = ranges(&described.media);
            let mut headers = response.headers.iter();
            let stated = headers.find(|header| header.name.eq_ignore_ascii_case("content-type"));
            let location = stated.map_or(location, |header| Location::value(header.node.address()));
            remarks.push(Remark {
                kind: RemarkKind::Response,
                location,
                at: "$.header.Content-Type".into(),
                problem: format!(
                    "the response {} is never of type `{}`; the description has {ranges}",
                    described.status,
                    media_type.essence()
                ),
                expected: media_type.essence().to_owned(),
                described: ranges,
                place: Some(Location::key(described.node)),
            });
            return;
        };
        let Some(schema) = media.schema.map(|schema| self.node(schema)) else {
            return;
        };
        match expected(response) {
            Some(expected) => body::remarks(&mut self.schemas, schema, &expected, response, remarks),
            None if is_opaque(&media_type) => {}
            None => {
                let problem = format!("bodies of type `{}` are not held against schemas", media_type.essence());
                remarks.push(Remark::undecided(location, "$.body".into(), &problem));
            }
        }
    }
}

fn text(header: &Header<'_>) -> String {
    let values: Vec<&str> = header.values.iter().map(|value| value.text).collect();
    values.join(", ")
}
