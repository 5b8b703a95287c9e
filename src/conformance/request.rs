//! Whether a recorded request is one that the operation takes.

use super::media::{best_media, is_opaque, ranges};
use super::parameters::fit;
use super::{Described, Descriptions, Remark, RemarkKind};
use crate::contract::matching::{parse_form, shown};
use crate::contract::{Body, Content, Header, QueryParameter, Request, stated_type};
use crate::document::http::{Direction, Parameter, ParameterLocation};
use crate::document::{Node, Shape, suggest};
use crate::finding::Location;
use crate::schema::SchemaId;
use crate::syntax::key;
use serde_json::{Map, Value};

/// Headers that descriptions do not speak of as parameters
/// (<https://spec.openapis.org/oas/v3.1.1.html#parameter-object>).
const NO_PARAMETERS: [&str; 3] = ["accept", "content-type", "authorization"];

impl<'w> Descriptions<'w> {
    /// Holds a recorded request against its operation.
    pub(super) fn request(&mut self, target: &Described<'w>, request: &Request<'w>, remarks: &mut Vec<Remark>) {
        self.variables(target, request, remarks);
        self.query(target, request, remarks);
        self.headers(target, request, remarks);
        self.request_body(target, request, remarks);
    }

    fn variables(&mut self, target: &Described<'w>, request: &Request<'w>, remarks: &mut Vec<Remark>) {
        for (name, value) in &target.variables {
            // The name of a path parameter is spelled exactly as in the template.
            let mut parameters = target.operation.parameters.iter();
            let is_meant =
                |parameter: &&Parameter| parameter.location == ParameterLocation::Path && parameter.name == *name;
            if let Some(parameter) = parameters.find(is_meant) {
                let at = format!("$.path.{name}");
                self.value(parameter, &[value], request.path.node, at, remarks);
            }
        }
    }

    fn query(&mut self, target: &Described<'w>, request: &Request<'w>, remarks: &mut Vec<Remark>) {
        let recorded: Vec<QueryParameter<'w>> = request.query.iter().flat_map(|query| query.parameters()).collect();
        let described: Vec<&Parameter> = located(target, ParameterLocation::Query).collect();
        for parameter in &described {
            let values = recorded.iter().find(|recorded| recorded.name == parameter.name);
            match values {
                Some(recorded) => {
                    let texts: Vec<&str> = recorded.values.iter().map(String::as_str).collect();
                    let at = format!("$.query.{}", parameter.name);
                    self.value(parameter, &texts, recorded.node, at, remarks);
                }
                None if parameter.required && !self.is_object(parameter) => {
                    remarks.push(missing_parameter(parameter, "query", request.node));
                }
                None => {}
            }
        }
        // Parameters that take the whole query, or objects whose members are parameters of their own.
        let takes_any = located(target, ParameterLocation::QueryString).next().is_some()
            || described.iter().any(|parameter| self.is_open_object(parameter));
        let known = |name: &str| {
            let holder = name.split_once('[').map_or(name, |(holder, _)| holder);
            described.iter().any(|parameter| {
                let plain = parameter.name.trim_end_matches("[]");
                parameter.name == name || plain == name || plain == holder || self.has_member(parameter, name)
            })
        };
        if takes_any || is_key_of_a_scheme(self, target, "query", "") {
            return;
        }
        for parameter in &recorded {
            if known(&parameter.name) || is_key_of_a_scheme(self, target, "query", &parameter.name) {
                continue;
            }
            let names = described.iter().map(|parameter| parameter.name.as_str());
            let hint = suggest::hint(suggest::closest(&parameter.name, names));
            remarks.push(Remark {
                kind: RemarkKind::Undeclared,
                location: Location::value(parameter.node.address()),
                at: format!("$.query.{}", parameter.name),
                problem: format!("the description knows no query parameter `{}`{hint}", parameter.name),
                expected: parameter.values.join(", "),
                described: String::new(),
                place: Some(Location::key(target.operation.node)),
            });
        }
    }

    /// Whether a parameter is an object whose members travel as parameters of their own.
    fn is_object(&self, parameter: &Parameter) -> bool {
        let shape = parameter.schema.map(|schema| Shape::of(self.node(schema)));
        shape.is_some_and(|shape| shape.is_object())
    }

    fn is_open_object(&self, parameter: &Parameter) -> bool {
        let shape = parameter.schema.map(|schema| Shape::of(self.node(schema)));
        let is_deep = self.node(parameter.node).string_at(key::STYLE) == Some("deepObject");
        !is_deep && shape.is_some_and(|shape| shape.is_object() && shape.properties().next().is_none())
    }

    fn has_member(&self, parameter: &Parameter, name: &str) -> bool {
        let shape = parameter.schema.map(|schema| Shape::of(self.node(schema)));
        shape.is_some_and(|shape| shape.is_object() && shape.has_property(name))
    }

    fn headers(&mut self, target: &Described<'w>, request: &Request<'w>, remarks: &mut Vec<Remark>) {
        for parameter in located(target, ParameterLocation::Header) {
            let is_meant = |header: &&Header<'w>| header.name.eq_ignore_ascii_case(&parameter.name);
            if NO_PARAMETERS
                .iter()
                .any(|name| parameter.name.eq_ignore_ascii_case(name))
            {
                continue;
            }
            match request.headers.iter().find(is_meant) {
                Some(header) => {
                    let texts: Vec<&str> = header.values.iter().map(|value| value.text).collect();
                    let at = format!("$.header.{}", header.name);
                    self.value(parameter, &texts, header.node, at, remarks);
                }
                None if parameter.required => remarks.push(missing_parameter(parameter, "header", request.node)),
                None => {}
            }
        }
        let cookies = request
            .headers
            .iter()
            .find(|header| header.name.eq_ignore_ascii_case("cookie"));
        for parameter in located(target, ParameterLocation::Cookie) {
            let value = cookies.and_then(|cookies| {
                let texts = cookies.values.iter().flat_map(|value| value.text.split(';'));
                let mut pairs = texts.filter_map(|pair| pair.trim().split_once('='));
                Some((pairs.find(|(name, _)| *name == parameter.name)?.1, cookies.node))
            });
            match value {
                Some((text, node)) => {
                    self.value(
                        parameter,
                        &[text],
                        node,
                        format!("$.header.Cookie.{}", parameter.name),
                        remarks,
                    );
                }
                None if parameter.required => remarks.push(missing_parameter(parameter, "cookie", request.node)),
                None => {}
            }
        }
    }

    /// Holds the texts of a parameter against its schema.
    fn value(&mut self, parameter: &Parameter, texts: &[&str], node: Node<'w>, at: String, remarks: &mut Vec<Remark>) {
        let Some(schema) = parameter.schema.map(|schema| self.node(schema)) else {
            return;
        };
        let id = self.schemas.read(&[schema], Some(Direction::Request));
        // A parameter with `content` travels as a document.
        let fits = if self.node(parameter.node).get(key::CONTENT).is_some() {
            let values: Vec<Value> = texts
                .iter()
                .filter_map(|text| serde_json::from_str(text).ok())
                .collect();
            let values = self.schemas.one_of_values(&values);
            self.schemas.common(&[id, values]).map(|value| value.is_some())
        } else {
            fit(&mut self.schemas, id, texts)
        };
        let text = texts.join(", ");
        match fits {
            Ok(true) => {}
            Ok(false) => {
                let described = self.example(id);
                let name = &parameter.name;
                remarks.push(Remark {
                    kind: RemarkKind::Request,
                    location: Location::value(node.address()),
                    at,
                    problem: format!("`{text}` is no value that the parameter `{name}` may have"),
                    expected: text,
                    described,
                    place: Some(Location::value(schema.address())),
                });
            }
            Err(reason) => remarks.push(Remark::undecided(Location::value(node.address()), at, reason.clause())),
        }
    }

    /// A value of a schema, as text.
    pub(super) fn example(&mut self, schema: SchemaId) -> String {
        let value = self.schemas.instance(schema);
        value.map_or_else(String::new, |value| value.to_string())
    }

    fn request_body(&mut self, target: &Described<'w>, request: &Request<'w>, remarks: &mut Vec<Remark>) {
        let operation = target.operation;
        let content = match &request.body {
            Body::Content(content) => content,
            Body::Absent | Body::Null(_) | Body::Empty(_) => {
                if operation.request_required {
                    remarks.push(Remark {
                        kind: RemarkKind::Request,
                        location: Location::value(request.node.address()),
                        at: "$.body".into(),
                        problem: "the description asks for a body, and none is sent".into(),
                        expected: "no body".into(),
                        described: "a body".into(),
                        place: operation.request_node.map(Location::key),
                    });
                }
                return;
            }
        };
        let location = Location::value(content.node.address());
        if operation.request.is_empty() {
            remarks.push(Remark {
                kind: RemarkKind::Request,
                location,
                at: "$.body".into(),
                problem: "the description knows no body of this request".into(),
                expected: "a body".into(),
                described: "no body".into(),
                place: Some(Location::key(operation.node)),
            });
            return;
        }
        let media_type = content.media_type(stated_type(&request.headers));
        let Some(media) = best_media(&operation.request, &media_type) else {
            let ranges = ranges(&operation.request);
            remarks.push(Remark {
                kind: RemarkKind::Request,
                location,
                at: "$.header.Content-Type".into(),
                problem: format!("a body of type `{}` is not described", media_type.essence()),
                expected: media_type.essence().to_owned(),
                described: ranges,
                place: operation.request_node.map(Location::key),
            });
            return;
        };
        let Some(schema) = media.schema.map(|schema| self.node(schema)) else {
            return;
        };
        if media_type.is_json() {
            self.json_body(schema, content, remarks);
        } else if media_type.is_form() {
            self.form_body(schema, content, remarks);
        } else if !is_opaque(&media_type) {
            let problem = format!("bodies of type `{}` are not held against schemas", media_type.essence());
            remarks.push(Remark::undecided(location, "$.body".into(), &problem));
        }
    }

    fn json_body(&mut self, schema: Node<'w>, content: &Content<'w>, remarks: &mut Vec<Remark>) {
        let place = Location::value(content.node.address());
        // What stands in a string of the contract has no nodes of its own.
        if let Some(value) = content.json_in_text() {
            let id = self.schemas.read(&[schema], Some(Direction::Request));
            if self.schemas.accepts(id, &value) == Some(false) {
                remarks.push(Remark {
                    kind: RemarkKind::Request,
                    location: place,
                    at: "$.body".into(),
                    problem: "the body does not fit its schema".into(),
                    expected: value.to_string(),
                    described: self.example(id),
                    place: Some(Location::value(schema.address())),
                });
            }
            return;
        }
        let root = content.node.pointer();
        for mismatch in self.validator.validate(schema, content.node, Some(Direction::Request)) {
            let pointer = mismatch.value.pointer();
            remarks.push(Remark {
                kind: RemarkKind::Request,
                location: Location::value(mismatch.value.address()),
                at: format!("$.body{}", path_of(pointer.strip_prefix(&root).unwrap_or_default())),
                problem: mismatch.message,
                expected: shown(mismatch.value),
                described: String::new(),
                place: Some(Location::value(mismatch.schema.address())),
            });
        }
    }

    /// A form is an object whose members are texts.
    fn form_body(&mut self, schema: Node<'w>, content: &Content<'w>, remarks: &mut Vec<Remark>) {
        let bytes = content.bytes().unwrap_or_default();
        let fields = parse_form(&String::from_utf8_lossy(&bytes));
        let id = self.schemas.read(&[schema], Some(Direction::Request));
        let mut demands = vec![id, self.schemas.types(&["object"])];
        for (name, values) in &fields {
            let texts: Vec<&str> = values.iter().map(String::as_str).collect();
            let values = super::parameters::of_texts(&mut self.schemas, &texts);
            demands.push(self.schemas.requires(name));
            demands.push(self.schemas.property(name, values));
        }
        let sent: Map<String, Value> = fields
            .iter()
            .map(|(name, values)| (name.clone(), Value::from(values.join(", "))))
            .collect();
        // What is asked for has to be among what is sent.
        for name in Shape::of(schema).keyword(key::REQUIRED).flat_map(Node::children) {
            let Some(name) = name.string().filter(|name| !sent.contains_key(*name)) else {
                continue;
            };
            remarks.push(Remark {
                kind: RemarkKind::Request,
                location: Location::value(content.node.address()),
                at: format!("$.body.{name}"),
                problem: format!("the field `{name}` is required, and is not sent"),
                expected: String::new(),
                described: name.to_owned(),
                place: Some(Location::value(schema.address())),
            });
        }
        if self.schemas.common(&demands) == Ok(None) {
            remarks.push(Remark {
                kind: RemarkKind::Request,
                location: Location::value(content.node.address()),
                at: "$.body".into(),
                problem: "the form does not fit its schema".into(),
                expected: Value::Object(sent).to_string(),
                described: self.example(id),
                place: Some(Location::value(schema.address())),
            });
        }
    }
}

fn located<'o>(target: &Described<'o>, location: ParameterLocation) -> impl Iterator<Item = &'o Parameter> {
    let parameters = target.operation.parameters.iter();
    parameters.filter(move |parameter| parameter.location == location)
}

/// Whether a name is that of a key with which a security scheme lets callers in.
fn is_key_of_a_scheme(descriptions: &Descriptions<'_>, target: &Described<'_>, location: &str, name: &str) -> bool {
    let mut schemes = target.api.security_schemes.values();
    schemes.any(|scheme| {
        let scheme = descriptions.node(*scheme).follow();
        scheme.string_at(key::IN) == Some(location) && scheme.string_at(key::NAME) == Some(name)
    })
}

fn missing_parameter(parameter: &Parameter, part: &str, request: Node<'_>) -> Remark {
    let name = &parameter.name;
    Remark {
        kind: RemarkKind::Request,
        location: Location::value(request.address()),
        at: format!("$.{part}.{name}"),
        problem: format!("the {part} parameter `{name}` is required, and is not sent"),
        expected: String::new(),
        described: name.clone(),
        place: Some(Location::value(parameter.node)),
    }
}

/// A JSON pointer as contracts write paths.
pub(super) fn path_of(pointer: &str) -> String {
    let mut path = String::new();
    for part in pointer.split('/').skip(1) {
        let part = part.replace("~1", "/").replace("~0", "~");
        if part.bytes().all(|byte| byte.is_ascii_digit()) && !part.is_empty() {
            path.push_str(&format!("[{part}]"));
        } else if !part.is_empty()
            && part
                .chars()
                .all(|letter| letter.is_alphanumeric() || "_-@".contains(letter))
        {
            path.push('.');
            path.push_str(&part);
        } else {
            path.push_str(&format!("['{part}']"));
        }
    }
    path
}
