//! The words that rule pages may use: functions, conditions, and what each can be told.
//!
//! These are the tables; what each word does stands in [`functions`](super::functions) and
//! [`conditions`](super::conditions). The build script checks the built-in pages against them, the loader those of
//! users, and `docs/rule-authors.md` is generated from them.

mod conditions;
mod events;
mod general;
mod http;
mod protobuf;
mod schemas;

use super::declaration::Value;
pub use conditions::CONDITIONS;

/// What an option of a function may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum OptionType {
    /// A string.
    Text,
    /// A regular expression.
    Regex,
    /// One of these strings.
    Word(&'static [&'static str]),
    /// A whole number.
    Count,
    /// A boolean.
    Boolean,
    /// A list of strings; a single string counts as a list of one.
    Texts,
    /// A list of lists of strings.
    TextLists,
    /// Anything.
    Any,
}

/// An option of a function.
#[derive(Debug, Clone, Copy)]
pub struct OptionSpec {
    /// Its name.
    pub name: &'static str,
    /// What it may be.
    pub option_type: OptionType,
    /// What it does; says the default, too.
    pub about: &'static str,
    /// Whether a page must give it.
    pub required: bool,
}

/// A function.
#[derive(Debug, Clone, Copy)]
pub struct FunctionSpec {
    /// Its name.
    pub name: &'static str,
    /// What it demands of the node.
    pub about: &'static str,
    /// The kinds it can be asked about; any where this is empty.
    pub kinds: &'static [&'static str],
    /// Its options.
    pub options: &'static [OptionSpec],
    /// The facts it gives to messages, beside those that every message may use.
    pub facts: &'static [&'static str],
}

/// A condition.
#[derive(Debug, Clone, Copy)]
pub struct ConditionSpec {
    /// Its name.
    pub name: &'static str,
    /// What holds if it holds.
    pub about: &'static str,
    /// What it is compared with.
    pub option_type: OptionType,
}

/// The facts that every message may use.
pub const COMMON_FACTS: &[(&str, &str)] = &[
    ("operation", "the operation that holds the node, as in `GET /orders`"),
    ("path", "the path template that the node stands for or in"),
    (
        "name",
        "what the node that was looked at is called: an operation as above, an API by its title, others by `name` or key",
    ),
    ("key", "the key of the node at which the finding stands"),
    ("value", "the text of that node"),
    ("kind", "the kind of the node that was looked at"),
    ("field", "the field that the page asks about"),
];

const fn option(name: &'static str, option_type: OptionType, about: &'static str) -> OptionSpec {
    OptionSpec {
        name,
        option_type,
        about,
        required: false,
    }
}

const fn needed(name: &'static str, option_type: OptionType, about: &'static str) -> OptionSpec {
    OptionSpec {
        required: true,
        ..option(name, option_type, about)
    }
}

const fn function(
    name: &'static str,
    about: &'static str,
    kinds: &'static [&'static str],
    options: &'static [OptionSpec],
    facts: &'static [&'static str],
) -> FunctionSpec {
    FunctionSpec {
        name,
        about,
        kinds,
        options,
        facts,
    }
}

const CASES: OptionType = OptionType::Word(&["snake", "camel", "pascal", "kebab", "upper-snake", "header", "flat"]);
const EXCEPT: OptionSpec = option("except", OptionType::Texts, "names that are left alone");

/// Every function: groups by what they look at, each in alphabetical order.
const FUNCTIONS: &[&[FunctionSpec]] = &[
    general::FUNCTIONS,
    schemas::FUNCTIONS,
    http::FUNCTIONS,
    events::FUNCTIONS,
    protobuf::FUNCTIONS,
];

/// Every function, group by group.
pub fn functions() -> impl Iterator<Item = &'static FunctionSpec> {
    FUNCTIONS.iter().copied().flatten()
}

/// The function with this name.
#[must_use]
pub fn find_function(name: &str) -> Option<&'static FunctionSpec> {
    functions().find(|function| function.name == name)
}

/// The condition with this name.
#[must_use]
pub fn find_condition(name: &str) -> Option<&'static ConditionSpec> {
    CONDITIONS.iter().find(|condition| condition.name == name)
}

impl OptionType {
    /// What is wrong with a value for an option of this type, as a clause; `None` if nothing is.
    #[must_use]
    pub fn complaint(self, value: &Value) -> Option<String> {
        let all_texts = |value: &Value| value.elements().iter().all(|element| element.text().is_some());
        match self {
            Self::Any => None,
            Self::Text if value.text().is_some() => None,
            Self::Text => Some("should be a string".into()),
            Self::Regex => match value.text() {
                Some(_) => None,
                None => Some("should be a regular expression".into()),
            },
            Self::Word(words) => match value.text() {
                Some(word) if words.contains(&word) => None,
                _ => Some(format!("should be one of {}", words.join(", "))),
            },
            Self::Count => match value {
                Value::Number(text) if text.parse::<u32>().is_ok() => None,
                _ => Some("should be a whole number".into()),
            },
            Self::Boolean => match value {
                Value::Boolean(_) => None,
                _ => Some("should be true or false".into()),
            },
            Self::Texts if all_texts(value) => None,
            Self::Texts => Some("should be a string or a list of strings".into()),
            Self::TextLists => match value {
                Value::List(lists) if lists.iter().all(all_texts) => None,
                _ => Some("should be a list of lists of strings".into()),
            },
        }
    }
}
