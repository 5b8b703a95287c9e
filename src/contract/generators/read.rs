//! From the `generators` of a contract to what makes values.

use crate::contract::matching::{Format, FormatKind};
use crate::contract::model::Problem;
use crate::contract::path::{PathExpression, PathTable, Reached};
use crate::document::{Address, Node};
use crate::syntax::key;

/// The generators of a request, a response or a message.
#[derive(Debug, Clone, Default)]
pub struct Generators {
    pub(super) method: Option<Placed>,
    pub(super) path: Option<Placed>,
    pub(super) status: Option<Placed>,
    pub(super) query: Vec<(PathExpression, Placed)>,
    pub(super) header: Vec<(PathExpression, Placed)>,
    pub(super) metadata: Vec<(PathExpression, Placed)>,
    pub(super) body: PathTable,
    pub(super) of_body: Vec<Placed>,
}

/// A generator with its place in the contract.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub(super) generator: Generator,
    pub(super) at: Address,
}

/// What makes a value.
#[derive(Debug, Clone)]
pub(super) enum Generator {
    Integer {
        min: i64,
        max: i64,
    },
    Decimal {
        digits: usize,
    },
    Hexadecimal {
        digits: usize,
    },
    Text {
        size: usize,
    },
    Regex(String),
    Uuid(UuidFormat),
    Moment {
        format: Format,
        expression: Option<String>,
    },
    Boolean,
    /// A value that a provider state returned.
    ProviderState {
        expression: String,
        data_type: Option<String>,
    },
    /// A URL of the server that plays the provider.
    ServerUrl {
        regex: String,
        example: String,
    },
}

/// How a UUID is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UuidFormat {
    Simple,
    LowerCase,
    UpperCase,
    Urn,
}

/// The most digits and letters that are made.
const LONGEST: usize = 10_000;

impl Generators {
    /// Of the generators that fit a place of the body, the one whose path names most of its steps.
    pub(super) fn best(&self, reached: &[Reached]) -> Option<&Placed> {
        let entries = reached
            .iter()
            .filter_map(|reached| Some((reached.weight, self.body.entry(*reached)?)));
        let (_, entry) = entries.max_by_key(|(weight, entry)| (*weight, std::cmp::Reverse(*entry)))?;
        self.of_body.get(entry as usize)
    }

    fn add_to_body(&mut self, path: &PathExpression, placed: Placed) {
        self.body.insert(path, self.of_body.len() as u32);
        self.of_body.push(placed);
    }
}

/// Reads the generators that stand in a node, and those for the variants of lists, which stand among the rules.
pub(in crate::contract) fn read(
    node: Option<Node<'_>>,
    rules: Option<Node<'_>>,
    problems: &mut Vec<Problem>,
) -> Generators {
    let mut generators = Generators::default();
    for entry in node.into_iter().flat_map(Node::children) {
        match entry.key_text().unwrap_or_default() {
            "method" => generators.method = one(entry, problems),
            "path" => generators.path = one(entry, problems),
            "status" => generators.status = one(entry, problems),
            "query" => generators.query = named(entry, problems),
            "header" | "headers" => generators.header = named(entry, problems),
            "metadata" | "metaData" => generators.metadata = named(entry, problems),
            "body" | "content" | "contents" => {
                for child in entry.children() {
                    match PathExpression::parse(child.key_text().unwrap_or_default()) {
                        Ok(path) => {
                            if let Some(placed) = placed(child, problems) {
                                generators.add_to_body(&path, placed);
                            }
                        }
                        Err(error) => problems.push(Problem {
                            at: child.address(),
                            message: error.to_string(),
                        }),
                    }
                }
            }
            other => problems.push(Problem {
                at: entry.address(),
                message: format!("`{other}` is no category of generators"),
            }),
        }
    }
    if let Some(rules) = rules {
        read_variants(rules, &mut generators, problems);
    }
    generators
}

/// What `arrayContains` says of the elements that its variants are like: their paths begin at the element.
fn read_variants(rules: Node<'_>, generators: &mut Generators, problems: &mut Vec<Problem>) {
    let is_body = |entry: &Node<'_>| matches!(entry.key_text(), Some("body" | "content" | "contents"));
    for entry in rules.children().filter(is_body).flat_map(Node::children) {
        // Who reads the rules tells of a path that is none.
        let Ok(list) = PathExpression::parse(entry.key_text().unwrap_or_default()) else {
            continue;
        };
        let matchers = entry.find("matchers").into_iter().flat_map(Node::children);
        let variants = matchers.filter_map(|matcher| matcher.find("variants"));
        for (position, variant) in variants.flat_map(|variants| variants.children().enumerate()) {
            let index = variant.find("index").and_then(|index| index.text().parse().ok());
            for child in variant.find("generators").into_iter().flat_map(Node::children) {
                let path = PathExpression::parse(child.key_text().unwrap_or_default());
                match (path, placed(child, problems)) {
                    (Ok(path), Some(placed)) => {
                        generators.add_to_body(&list.at_element(index.unwrap_or(position), path), placed);
                    }
                    (Ok(_), None) => {}
                    (Err(error), _) => problems.push(Problem {
                        at: child.address(),
                        message: error.to_string(),
                    }),
                }
            }
        }
    }
}

/// A category with one generator: it stands there itself, or under an empty name.
fn one(entry: Node<'_>, problems: &mut Vec<Problem>) -> Option<Placed> {
    if entry.get(key::TYPE).is_some_and(|kind| kind.string().is_some()) {
        return placed(entry, problems);
    }
    entry.children().next().and_then(|child| placed(child, problems))
}

fn named(entry: Node<'_>, problems: &mut Vec<Problem>) -> Vec<(PathExpression, Placed)> {
    entry
        .children()
        .filter_map(|child| {
            let path = PathExpression::named(child.key_text().unwrap_or_default());
            Some((path, placed(child, problems)?))
        })
        .collect()
}

fn placed(node: Node<'_>, problems: &mut Vec<Problem>) -> Option<Placed> {
    let at = node.address();
    match generator(node) {
        Ok(generator) => Some(Placed { generator, at }),
        Err(message) => {
            problems.push(Problem { at, message });
            None
        }
    }
}

fn generator(node: Node<'_>) -> Result<Generator, String> {
    let text = |name: &str| node.find(name).and_then(Node::string).map(str::to_owned);
    let number = |name: &str| node.find(name).and_then(|number| number.text().parse::<i64>().ok());
    let length = |name: &str, otherwise: usize| {
        let length = number(name).and_then(|number| usize::try_from(number).ok());
        length.unwrap_or(otherwise).min(LONGEST)
    };
    let lacking = |name: &str| format!("the generator lacks `{name}`");
    let moment = |kind: FormatKind| {
        let format = text("format");
        let pattern = format
            .as_deref()
            .filter(|format| !format.is_empty())
            .unwrap_or(kind.made());
        let format = Format::new(kind, Some(pattern))?;
        let expression = text("expression").filter(|expression| !expression.trim().is_empty());
        Ok::<_, String>(Generator::Moment { format, expression })
    };
    let name = node.string_at(key::TYPE).ok_or_else(|| lacking("type"))?;
    Ok(match name.strip_suffix("Generator").unwrap_or(name) {
        "RandomInt" => Generator::Integer {
            min: number("min").unwrap_or(0),
            max: number("max").unwrap_or(i64::from(i32::MAX)),
        },
        "RandomDecimal" => Generator::Decimal {
            digits: length("digits", 10),
        },
        "RandomHexadecimal" => Generator::Hexadecimal {
            digits: length("digits", 10),
        },
        "RandomString" => Generator::Text {
            size: length("size", 20),
        },
        "Regex" => Generator::Regex(text("regex").ok_or_else(|| lacking("regex"))?),
        "Uuid" => Generator::Uuid(match text("format").as_deref() {
            None | Some("lower-case-hyphenated") => UuidFormat::LowerCase,
            Some("upper-case-hyphenated") => UuidFormat::UpperCase,
            Some("simple") => UuidFormat::Simple,
            Some("URN") => UuidFormat::Urn,
            Some(other) => return Err(format!("`{other}` is no way to write a UUID")),
        }),
        "Date" => moment(FormatKind::Date)?,
        "Time" => moment(FormatKind::Time)?,
        "DateTime" => moment(FormatKind::DateTime)?,
        "RandomBoolean" => Generator::Boolean,
        "ProviderState" => Generator::ProviderState {
            expression: text("expression").ok_or_else(|| lacking("expression"))?,
            data_type: text("dataType"),
        },
        "MockServerURL" => Generator::ServerUrl {
            regex: text("regex").ok_or_else(|| lacking("regex"))?,
            example: text("example").ok_or_else(|| lacking("example"))?,
        },
        _ => return Err(format!("the generator `{name}` is not known; it may need a plugin")),
    })
}
