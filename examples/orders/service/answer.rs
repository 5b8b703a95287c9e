//! Answers before they are written: what faults change.

use super::payload::Payload;
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};
use serde_json::{Value, json};

/// The instant of every answer: the clock stands still.
pub(crate) const NOW: &str = "2026-03-14T09:26:53Z";

/// The version of the interface.
const VERSION: &str = "1.4.0";

/// Ties together what all services log of a request.
pub(crate) const CORRELATION_ID: HeaderName = HeaderName::from_static("x-correlation-id");

/// An answer with its content still in its parts.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) content: Content,
}

/// What an answer holds.
pub(crate) enum Content {
    Nothing,
    Json(Value),
    /// Anything else, with its media type.
    Bytes(&'static str, Bytes),
}

impl Answer {
    /// An answer without a body.
    pub(crate) fn empty(status: StatusCode) -> Answer {
        Answer::with(status, Content::Nothing)
    }

    /// An answer with this JSON and nothing around it.
    pub(crate) fn json(status: StatusCode, value: Value) -> Answer {
        Answer::with(status, Content::Json(value))
    }

    /// An answer with a body of this media type.
    pub(crate) fn bytes(media_type: &'static str, bytes: impl Into<Bytes>) -> Answer {
        Answer::with(StatusCode::OK, Content::Bytes(media_type, bytes.into()))
    }

    /// The envelope of what was asked for.
    pub(crate) fn data(status: StatusCode, data: Value) -> Answer {
        Answer::json(status, json!({ "data": data, "meta": meta() }))
    }

    /// The envelope of a problem.
    pub(crate) fn problem(status: StatusCode, code: &str, message: &str) -> Answer {
        let error = json!({ "code": code, "message": message });
        Answer::json(status, json!({ "error": error, "meta": meta() }))
    }

    fn with(status: StatusCode, content: Content) -> Answer {
        Answer {
            status,
            headers: HeaderMap::new(),
            content,
        }
    }

    /// The same with this header.
    pub(crate) fn header(mut self, name: HeaderName, value: &str) -> Answer {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
        self
    }

    /// The same with the id that ties it to what others log of the request.
    pub(crate) fn correlated(mut self, id: &HeaderValue) -> Answer {
        self.headers.insert(CORRELATION_ID, id.clone());
        if let (Content::Json(value), Ok(id)) = (&mut self.content, id.to_str())
            && value.get("error").is_some()
        {
            value["meta"]["request_id"] = id.into();
        }
        self
    }

    /// Everything but the body, and the bytes of the body.
    pub(crate) fn into_parts(self) -> (Response<()>, Bytes) {
        let (media_type, bytes) = match self.content {
            Content::Nothing => (None, Bytes::new()),
            Content::Json(value) => (Some("application/json"), value.to_string().into()),
            Content::Bytes(media_type, bytes) => (Some(media_type), bytes),
        };
        let mut response = Response::new(());
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        if let Some(media_type) = media_type {
            let media_type = HeaderValue::from_static(media_type);
            response.headers_mut().entry(CONTENT_TYPE).or_insert(media_type);
        }
        (response, bytes)
    }

    /// What is sent if nothing goes wrong.
    pub(crate) fn into_response(self) -> Response<Payload> {
        let (response, bytes) = self.into_parts();
        response.map(|()| Payload::whole(bytes))
    }
}

/// What every envelope says of itself.
pub(crate) fn meta() -> Value {
    json!({ "timestamp": NOW, "version": VERSION })
}
