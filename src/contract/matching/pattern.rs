//! Regular expressions of contracts, which were written for Ruby, Java, JavaScript and others.
//!
//! What `regex` takes is matched in linear time. The few patterns with look-around, back-references or the like are
//! left to a backtracking engine that gives up after so many steps.

use std::borrow::Cow;

/// After how many steps of backtracking a pattern is given up.
const BACKTRACKING_STEPS: usize = 200_000;
/// How large a pattern may become.
const COMPILED_BYTES: usize = 4 << 20;

/// A pattern that whole texts are held against.
#[derive(Debug, Clone)]
pub(in crate::contract) struct Pattern {
    text: String,
    engine: Engine,
}

#[derive(Debug, Clone)]
enum Engine {
    Linear(regex::Regex),
    Backtracking(Box<fancy_regex::Regex>),
}

impl Pattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    ///
    /// Why it cannot be compiled, as a clause.
    pub(in crate::contract) fn new(text: &str) -> Result<Self, String> {
        let plain = without_quoting(text);
        let whole = |pattern: &str| format!("\\A(?:{pattern})\\z");
        let linear = |pattern: &str| {
            let builder = regex::RegexBuilder::new(&whole(pattern))
                .size_limit(COMPILED_BYTES)
                .build();
            builder.map(Engine::Linear)
        };
        let backtracking = || {
            let regex = fancy_regex::RegexBuilder::new(&whole(&plain))
                .backtrack_limit(BACKTRACKING_STEPS)
                .delegate_size_limit(COMPILED_BYTES)
                .build();
            regex.map(|regex| Engine::Backtracking(Box::new(regex)))
        };
        let engine = linear(&plain).or_else(|error| {
            let of_javascript = || linear(&jsonschema_regex::to_rust_regex(&plain).ok()?).ok();
            backtracking().ok().or_else(of_javascript).ok_or_else(|| {
                let reason = error.to_string();
                let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ");
                format!("the pattern `{text}` cannot be read: {reason}")
            })
        })?;
        Ok(Self {
            text: text.to_owned(),
            engine,
        })
    }

    /// The pattern as it stands in the contract.
    pub(in crate::contract) fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it matches the whole text; `None` if that would take too many steps to find out.
    pub(in crate::contract) fn matches(&self, text: &str) -> Option<bool> {
        match &self.engine {
            Engine::Linear(regex) => Some(regex.is_match(text)),
            Engine::Backtracking(regex) => regex.is_match(text).ok(),
        }
    }
}

/// A pattern in which what stands between `\Q` and `\E` is escaped letter by letter, and Java's and Ruby's other
/// names for the end of the text and for classes of ASCII are those of `regex`.
pub(in crate::contract) fn without_quoting(pattern: &str) -> Cow<'_, str> {
    const NAMES: [(&str, &str); 9] = [
        ("\\Z", "\\z"),
        ("\\p{Alpha}", "[a-zA-Z]"),
        ("\\p{Digit}", "[0-9]"),
        ("\\p{Alnum}", "[a-zA-Z0-9]"),
        ("\\p{Upper}", "[A-Z]"),
        ("\\p{Lower}", "[a-z]"),
        ("\\p{Punct}", "[!-/:-@\\[-`{-~]"),
        ("\\p{Space}", "\\s"),
        ("\\p{XDigit}", "[0-9a-fA-F]"),
    ];
    if !pattern.contains("\\Q") && !NAMES.iter().any(|(name, _)| pattern.contains(name)) {
        return Cow::Borrowed(pattern);
    }
    let mut out = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(quoted) = rest.strip_prefix("\\Q") {
            let (literal, after) = quoted.split_once("\\E").unwrap_or((quoted, ""));
            out.push_str(&regex::escape(literal));
            rest = after;
        } else if let Some((name, meaning)) = NAMES.iter().find(|(name, _)| rest.starts_with(name)) {
            out.push_str(meaning);
            rest = &rest[name.len()..];
        } else {
            let length = 1 + rest[1..].chars().next().map_or(0, char::len_utf8);
            out.push_str(&rest[..length]);
            rest = &rest[length..];
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> Option<bool> {
        Pattern::new(pattern).expect("it is read").matches(text)
    }

    #[test]
    fn whole_texts_match() {
        assert_eq!(matches("\\d{1,4}", "1234"), Some(true));
        assert_eq!(matches("\\d{1,4}", "123ABC"), Some(false));
        assert_eq!(matches("a|ab", "ab"), Some(true));
        assert_eq!(matches("^red|blue$", "blue"), Some(true));
    }

    #[test]
    fn patterns_of_other_languages_are_read() {
        assert_eq!(
            matches(".*\\/(\\Qpacts\\E\\/\\Q{provider}\\E)$", "x/pacts/{provider}"),
            Some(true)
        );
        assert_eq!(matches("\\p{Alpha}+\\Z", "abc"), Some(true));
        assert_eq!(matches("(?!foo)\\w+", "bar"), Some(true));
        assert_eq!(matches("(?!foo)\\w+", "foobar"), Some(false));
        assert_eq!(matches("(\\w)\\1", "aa"), Some(true));
        assert_eq!(matches("\\Qa.b", "a.b"), Some(true));
    }

    #[test]
    fn what_takes_too_long_is_given_up() {
        assert_eq!(matches("(?=a)(a+a+)+b", &"a".repeat(64)), None);
    }

    #[test]
    fn what_is_no_pattern_says_why() {
        assert!(
            Pattern::new("(")
                .expect_err("it cannot be read")
                .starts_with("the pattern `(` cannot be read:")
        );
    }
}
