//! What requests and responses carry.

use super::{Function, Hit, Options, Refusal, Subject, function, is_among, of_operation};
use crate::document::http::{Api, Caller, Media, Operation, Response, Segment, segments};
use crate::document::{Node, Shape, Workspace};
use crate::finding::Location;
use crate::rules::words::same_words;
use crate::syntax::key;

/// The names under which lists stand in an envelope.
const LIST_NAMES: &[&str] = &[
    "data",
    "items",
    "results",
    "values",
    "records",
    "entries",
    "elements",
    "content",
    "list",
    "value",
    "resources",
];

/// Whether an operation returns a list of things.
pub(super) fn returns_collection(workspace: &Workspace, api: &Api, operation: &Operation) -> bool {
    if operation.method != "get" || api.path(operation).caller != Caller::Consumer {
        return false;
    }
    let Some(Segment::Literal(last)) = segments(&api.path(operation).template).last() else {
        return false;
    };
    operation
        .successes()
        .flat_map(|response| &response.media)
        .filter(|media| media.is_json())
        .filter_map(|media| media.schema)
        .any(|schema| holds_list(&Shape::of(workspace.node(schema)), last, 0))
}

/// Whether the value is a list, or an envelope around one.
fn holds_list(shape: &Shape<'_>, segment: &str, depth: usize) -> bool {
    if shape.is_list() {
        return true;
    }
    shape.properties().take(PROPERTIES).any(|(name, property)| {
        let is_list_name = LIST_NAMES.contains(&name) || same_words(name, segment);
        is_list_name && Shape::of(property).is_list()
            || depth == 0 && name == "data" && holds_list(&Shape::of(property), segment, 1)
    })
}

/// Which bodies a function looks at.
#[derive(Clone, Copy, PartialEq)]
enum Of {
    Success,
    Error,
    Request,
}

impl Of {
    fn new(options: &Options) -> Self {
        match options.text("of").as_deref() {
            Some("error") => Self::Error,
            Some("request") => Self::Request,
            _ => Self::Success,
        }
    }
}

/// A body that a function looks at.
struct Body<'a, 'w> {
    /// The response that carries it; a request has none.
    response: Option<&'a Response>,
    media: &'a Media,
    shape: Shape<'w>,
}

impl Body<'_, '_> {
    /// Where what is wrong with it is mended: at its schema's own definition.
    fn hit(&self, subject: &Subject<'_, '_>) -> Hit {
        let node = self.shape.node();
        let location = match node.key() {
            // `schema:` inside a media type says nothing: the media type does.
            Some(key) if key == key::SCHEMA => Location::key(self.media.node),
            Some(_) => Location::key(node.address()),
            None => Location::value(node.address()),
        };
        let status = self.response.map_or("the request", |response| &response.status);
        let hit = Hit::new(location)
            .with("status", status)
            .with("media", self.media.range.clone());
        match self.response {
            Some(response) if response.site.node != location.node.node => {
                hit.related(format!("the response {status}"), Location::key(response.site))
            }
            _ => hit.related("the operation", Location::key(subject.node.address())),
        }
    }
}

/// The JSON bodies of the operation that is asked about.
fn json_bodies<'a, 'w>(
    subject: &Subject<'_, 'w>,
    operation: &'a Operation,
    of: Of,
    except_media: &[String],
) -> Vec<Body<'a, 'w>> {
    let workspace = subject.workspace();
    let body = |response: Option<&'a Response>, media: &'a Media| {
        if !media.is_json() || is_among(media.range.split(';').next().unwrap_or_default().trim(), except_media) {
            return None;
        }
        let shape = Shape::of(workspace.node(media.schema?));
        (!shape.is_binary()).then_some(Body { response, media, shape })
    };
    match of {
        Of::Request => operation.request.iter().filter_map(|media| body(None, media)).collect(),
        Of::Success | Of::Error => operation
            .responses
            .iter()
            .filter(|response| match of {
                Of::Success => response.is_success(),
                // `default` stands for errors where successes have responses of their own.
                _ => response.is_error() || response.status == "default" && operation.successes().next().is_some(),
            })
            .flat_map(|response| {
                response
                    .media
                    .iter()
                    .filter_map(move |media| body(Some(response), media))
            })
            .collect(),
    }
}

/// `body-is-object`: JSON bodies are objects, so that fields can be added.
pub(super) fn body_is_object(options: &Options) -> Result<Function, Refusal> {
    let of = Of::new(options);
    of_operation(move |subject, _, operation, hits| {
        for body in json_bodies(subject, operation, of, &[]) {
            if body.shape.is_list() {
                hits.push(body.hit(subject));
            }
        }
    })
}

/// `body-has`: JSON bodies have these properties.
pub(super) fn body_has(options: &Options) -> Result<Function, Refusal> {
    let of = Of::new(options);
    let properties = options.texts("properties");
    let only_with = options.text("only-with");
    let except_media = options.texts("except-media");
    of_operation(move |subject, _, operation, hits| {
        for body in json_bodies(subject, operation, of, &except_media) {
            if let Some(only_with) = &only_with
                && body.shape.has_path(only_with) != Some(true)
            {
                continue;
            }
            // A bare list is another rule's business, and so is a body of which nothing is said.
            if body.shape.is_list() || body.shape.is_empty() {
                continue;
            }
            let missing: Vec<String> = properties
                .iter()
                .filter(|property| body.shape.has_path(property) == Some(false))
                .map(|property| format!("`{property}`"))
                .collect();
            if !missing.is_empty() {
                hits.push(body.hit(subject).with("missing", missing.join(", ")));
            }
        }
    })
}

/// `body-has-any`: JSON bodies have one of these properties, or the response one of these headers. Names are
/// compared word by word. A bare list has no room for a property; that it is one is another rule's business.
pub(super) fn body_has_any(options: &Options) -> Result<Function, Refusal> {
    let of = Of::new(options);
    let properties = options.texts("properties");
    let headers = options.texts("headers");
    of_operation(move |subject, _, operation, hits| {
        for body in json_bodies(subject, operation, of, &[]) {
            let has_header = body
                .response
                .is_some_and(|response| response.headers.iter().any(|header| is_among(&header.name, &headers)));
            if has_header || body.shape.is_empty() || body.shape.is_list() || body.shape.is_unknown() {
                continue;
            }
            let has = |path: &String| {
                let mut fuel = ALTERNATIVES;
                has_words(&body.shape, path, &mut fuel)
            };
            if !properties.iter().any(has) {
                hits.push(body.hit(subject));
            }
        }
    })
}

/// Properties of a body that are compared by their words. An envelope has a handful; thousands of operations that share
/// a body with thousands of properties are no API.
const PROPERTIES: usize = 500;
/// Alternatives that a search for a property follows: schemas may refer to themselves, several times over.
const ALTERNATIVES: u32 = 500;

/// Whether a path of properties leads somewhere, in the shape or in one of its alternatives.
fn has_words(shape: &Shape<'_>, path: &str, fuel: &mut u32) -> bool {
    let (name, rest) = match path.split_once('.') {
        Some((name, rest)) => (name, Some(rest)),
        None => (path, None),
    };
    let here = shape.properties().take(PROPERTIES).any(|(property, schema)| {
        same_words(property, name) && rest.is_none_or(|rest| has_words(&Shape::of(schema), rest, fuel))
    });
    here || shape.alternatives().iter().any(|alternative| {
        *fuel = fuel.saturating_sub(1);
        *fuel > 0 && has_words(alternative, path, fuel)
    })
}

/// `body-property`: where JSON bodies have a property, its schema has a type and one of these keywords.
pub(super) fn body_property(options: &Options) -> Result<Function, Refusal> {
    let of = Of::new(options);
    let property = options.text("property").unwrap_or_default();
    let wanted_type = options.text("type");
    let keywords = options.texts("keywords");
    let except_media = options.texts("except-media");
    of_operation(move |subject, _, operation, hits| {
        for body in json_bodies(subject, operation, of, &except_media) {
            for shape in body.shape.at_path(&property).unwrap_or_default() {
                if shape.is_unknown() {
                    continue;
                }
                let wrong_type = wanted_type
                    .as_ref()
                    .is_some_and(|wanted| shape.is_typed() && !shape.has_type(wanted));
                let has_keyword = keywords.is_empty() || keywords.iter().any(|keyword| has_keyword(&shape, keyword));
                if wrong_type || !has_keyword {
                    hits.push(Hit::key(shape.node()).with("property", property.clone()));
                }
            }
        }
    })
}

fn has_keyword(shape: &Shape<'_>, keyword: &str) -> bool {
    crate::syntax::Key::well_known(keyword).is_some_and(|keyword| shape.keyword(keyword).next().is_some())
}

/// `body-lacks`: JSON bodies have none of these properties, nor have the objects and lists of objects in them.
pub(super) fn body_lacks(options: &Options) -> Result<Function, Refusal> {
    let of = Of::new(options);
    let unwanted = options.texts("properties");
    let except_media = options.texts("except-media");
    of_operation(move |subject, _, operation, hits| {
        for body in json_bodies(subject, operation, of, &except_media) {
            let mut open = vec![(body.shape, 0)];
            while let Some((shape, depth)) = open.pop() {
                for (name, property) in shape.properties().take(PROPERTIES) {
                    if unwanted.iter().any(|unwanted| same_words(name, unwanted)) {
                        hits.push(Hit::key(property).with("text", name));
                    }
                    if depth < DEPTH {
                        let inner = Shape::of(property);
                        open.extend(inner.items().map(|items| (items, depth + 1)));
                        open.push((inner, depth + 1));
                    }
                }
            }
        }
    })
}

/// How deep unwanted properties are looked for: an envelope, the error in it, the list of its details.
const DEPTH: usize = 2;

/// `schema-has`: the schema of a parameter has these keywords.
pub(super) fn schema_has(options: &Options) -> Result<Function, Refusal> {
    let keywords = options.texts("keywords");
    function(move |subject, hits| {
        let node = subject.target.map_or(subject.node, Node::follow);
        // In Swagger 2.0 the parameter itself says what values it takes.
        let schema = node.field(key::SCHEMA).unwrap_or(node);
        let shape = Shape::of(schema);
        if shape.is_unknown() {
            return;
        }
        let missing: Vec<String> = keywords
            .iter()
            .filter(|keyword| !keyword.split('|').any(|keyword| has_keyword(&shape, keyword)))
            .map(|keyword| format!("`{}`", keyword.split('|').next().unwrap_or_default()))
            .collect();
        if !missing.is_empty() {
            hits.push(Hit::new(subject.location()).with("missing", missing.join(", ")));
        }
    })
}
