//! Path expressions, which say where in a body a rule or a generator applies, and tables of them.
//!
//! They are the part of JSONPath that Pact files use: `$`, `.name`, `['any name']`, `[0]`, `[*]` and `.*`.

use rustc_hash::FxHashMap;
use std::fmt;

/// A place within a body, a header or a query, or a pattern of such places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathExpression {
    tokens: Vec<Token>,
}

/// One part of a path expression, after the root.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Token {
    /// The value under this name, or at this position of a list.
    Exact(String),
    /// All elements of a list.
    AnyIndex,
    /// All values of an object or list.
    Any,
}

/// A step from a value to one in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'a> {
    /// To the value under a name.
    Name(&'a str),
    /// To the element at a position.
    Index(usize),
}

/// Why a text is no path expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no path that can be followed: {reason} at character {at}")]
pub struct PathError {
    text: String,
    reason: &'static str,
    at: usize,
}

impl PathExpression {
    /// The root alone.
    #[must_use]
    pub const fn root() -> Self {
        Self { tokens: Vec::new() }
    }

    /// Reads an expression that begins with `$`.
    ///
    /// # Errors
    ///
    /// Where it is none.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        let error = |rest: &str, reason| PathError {
            text: text.to_owned(),
            reason,
            at: text.chars().count() - rest.chars().count() + 1,
        };
        let mut rest = text.strip_prefix('$').ok_or_else(|| error(text, "`$` is expected"))?;
        let mut tokens = Vec::new();
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix(".*") {
                tokens.push(Token::Any);
                rest = after;
            } else if let Some(after) = rest.strip_prefix("[*]") {
                tokens.push(Token::AnyIndex);
                rest = after;
            } else if let Some(after) = rest.strip_prefix('.') {
                let end = after.find(['.', '[']).unwrap_or(after.len());
                // `$.` alone means the root, as some tools write it.
                if end == 0 && !(after.is_empty() && tokens.is_empty()) {
                    return Err(error(after, "a name is expected"));
                }
                if end > 0 {
                    tokens.push(Token::Exact(after[..end].to_owned()));
                }
                rest = &after[end..];
            } else if let Some(after) = rest.strip_prefix('[') {
                let (token, after) =
                    bracket(after).ok_or_else(|| error(after, "a name or position and `]` are expected"))?;
                tokens.push(token);
                rest = after;
            } else {
                return Err(error(rest, "`.` or `[` is expected"));
            }
        }
        Ok(Self { tokens })
    }

    /// Reads the name of a header, of a query parameter or of metadata, perhaps with the position of a value, as
    /// it stands in a category of its own. Tools write `X-Id`, `$.X-Id`, `$['X-Id']` and `X-Id[0]`.
    #[must_use]
    pub fn named(text: &str) -> Self {
        if text.starts_with('$')
            && let Ok(path) = Self::parse(text)
        {
            return path;
        }
        let (name, position) = match text.strip_suffix(']').and_then(|text| text.rsplit_once('[')) {
            Some((name, "*")) => (name, Some(Token::AnyIndex)),
            Some((name, position)) if is_position(position) && !name.is_empty() => {
                (name, Some(Token::Exact(position.to_owned())))
            }
            _ => (text, None),
        };
        let tokens = std::iter::once(Token::Exact(name.to_owned())).chain(position).collect();
        Self { tokens }
    }

    /// The expression for a place within an element of the list that this one names.
    pub(super) fn at_element(&self, position: usize, within: Self) -> Self {
        let mut tokens = self.tokens.clone();
        tokens.push(Token::Exact(position.to_string()));
        tokens.extend(within.tokens);
        Self { tokens }
    }

    /// Its parts after the root.
    #[must_use]
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// The expression without its first part, and that part.
    #[must_use]
    pub fn split_first(mut self) -> Option<(Token, Self)> {
        if self.tokens.is_empty() {
            return None;
        }
        let first = self.tokens.remove(0);
        // In files of version 2 some tools write the root twice: `$.header.$['Content-Type']`.
        if self.tokens.first() == Some(&Token::Exact("$".into())) {
            self.tokens.remove(0);
        }
        Some((first, self))
    }

    /// The same for names that have no case.
    #[must_use]
    pub fn to_lowercase(mut self) -> Self {
        for token in &mut self.tokens {
            if let Token::Exact(name) = token {
                *name = name.to_lowercase();
            }
        }
        self
    }
}

fn is_position(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// What stands in brackets, and what follows them.
fn bracket(after: &str) -> Option<(Token, &str)> {
    for quote in ['\'', '"'] {
        let Some(quoted) = after.strip_prefix(quote) else {
            continue;
        };
        let mut name = String::new();
        let mut characters = quoted.char_indices();
        while let Some((at, character)) = characters.next() {
            match character {
                '\\' => name.push(characters.next()?.1),
                _ if character == quote => {
                    let rest = quoted[at + 1..].strip_prefix(']')?;
                    let is_any = name == "*";
                    return Some((if is_any { Token::Any } else { Token::Exact(name) }, rest));
                }
                _ => name.push(character),
            }
        }
        return None;
    }
    let (inside, rest) = after.split_once(']')?;
    is_position(inside).then(|| (Token::Exact(inside.to_owned()), rest))
}

impl fmt::Display for PathExpression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("$")?;
        for token in &self.tokens {
            match token {
                Token::Exact(name) if is_position(name) => write!(f, "[{name}]")?,
                Token::Exact(name) => write_name(f, name)?,
                Token::AnyIndex => f.write_str("[*]")?,
                Token::Any => f.write_str(".*")?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Step<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => write_name(f, name),
            Self::Index(position) => write!(f, "[{position}]"),
        }
    }
}

fn write_name(f: &mut impl fmt::Write, name: &str) -> fmt::Result {
    let is_plain = |character: char| character.is_alphanumeric() || "_-@#:".contains(character);
    if !name.is_empty() && name.chars().all(is_plain) {
        write!(f, ".{name}")
    } else {
        write!(f, "['{}']", name.replace('\\', "\\\\").replace('\'', "\\'"))
    }
}

/// Path expressions as a tree, so that all that fit a place are found by walking it along with the body.
#[derive(Debug, Clone)]
pub(super) struct PathTable {
    nodes: Vec<TableNode>,
}

#[derive(Debug, Clone, Default)]
struct TableNode {
    exact: FxHashMap<Box<str>, u32>,
    any_index: Option<u32>,
    any: Option<u32>,
    entry: Option<u32>,
}

/// A node of a [`PathTable`] that a place has been followed to, and how many parts of its expression name their step:
/// the weight by which the best of several expressions is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Reached {
    node: u32,
    pub(super) weight: u32,
}

impl Default for PathTable {
    fn default() -> Self {
        Self {
            nodes: vec![TableNode::default()],
        }
    }
}

impl PathTable {
    /// Adds an entry; the first one stays where two have one expression.
    pub(super) fn insert(&mut self, expression: &PathExpression, entry: u32) {
        let mut at = 0_usize;
        for token in &expression.tokens {
            let next = self.nodes.len() as u32;
            let node = &mut self.nodes[at];
            let slot = match token {
                Token::Exact(name) => node.exact.entry(name.as_str().into()).or_insert(next),
                Token::AnyIndex => node.any_index.get_or_insert(next),
                Token::Any => node.any.get_or_insert(next),
            };
            at = *slot as usize;
            if at == next as usize {
                self.nodes.push(TableNode::default());
            }
        }
        self.nodes[at].entry.get_or_insert(entry);
    }

    /// Where every walk begins.
    pub(super) const fn root() -> Reached {
        Reached { node: 0, weight: 0 }
    }

    /// The entry whose expression ends here.
    pub(super) fn entry(&self, reached: Reached) -> Option<u32> {
        self.nodes[reached.node as usize].entry
    }

    /// Where a step leads from here.
    pub(super) fn follow(&self, reached: Reached, step: Step<'_>) -> impl Iterator<Item = Reached> + use<> {
        let node = &self.nodes[reached.node as usize];
        let (exact, any_index) = match step {
            Step::Name(name) => (node.exact.get(name), None),
            Step::Index(_) if node.exact.is_empty() => (None, node.any_index),
            Step::Index(position) => (node.exact.get(position.to_string().as_str()), node.any_index),
        };
        let exact = exact.map(|node| (*node, 1));
        let wild = any_index.into_iter().chain(node.any).map(|node| (node, 0));
        exact.into_iter().chain(wild).map(move |(node, named)| Reached {
            node,
            weight: reached.weight + named,
        })
    }

    /// Whether any expression goes on from here by naming its step.
    pub(super) fn names_steps(&self, reached: Reached) -> bool {
        !self.nodes[reached.node as usize].exact.is_empty()
    }

    /// All names that steps can have.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.nodes.iter().flat_map(|node| node.exact.keys().map(AsRef::as_ref))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        PathExpression::parse(text).map_or_else(|error| error.to_string(), |path| path.to_string())
    }

    #[test]
    fn expressions_are_read_and_written() {
        for text in [
            "$",
            "$.a.b[0].c",
            "$[*].a.*",
            "$['a b']['it\\'s']",
            "$._links.pb:provider",
            "$.alligator.@name.#text",
        ] {
            assert_eq!(shown(text), text);
        }
        assert_eq!(shown("$[\"a\"]"), "$.a");
        assert_eq!(shown("$.items.0"), "$.items[0]");
        assert_eq!(shown("$."), "$");
    }

    #[test]
    fn what_is_no_expression_says_where() {
        assert_eq!(
            shown("a.b"),
            "`a.b` is no path that can be followed: `$` is expected at character 1"
        );
        assert_eq!(
            shown("$.a[b]"),
            "`$.a[b]` is no path that can be followed: a name or position and `]` are expected at character 5"
        );
        for text in ["$a", "$..a", "$.a[", "$.a['b", "$.a['b'", "$[-1]"] {
            assert!(PathExpression::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn names_stand_alone_or_with_a_position() {
        for (text, expected) in [
            ("X-Id", "$.X-Id"),
            ("$.X-Id", "$.X-Id"),
            ("$['X-Id']", "$.X-Id"),
            ("X-Id[0]", "$.X-Id[0]"),
            ("X-Id[*]", "$.X-Id[*]"),
            ("filter[name]", "$['filter[name]']"),
        ] {
            assert_eq!(PathExpression::named(text).to_string(), expected);
        }
    }
}
