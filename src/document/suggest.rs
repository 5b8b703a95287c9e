//! What a mistyped word was meant to be.

/// Candidates that are looked at: among more, looking costs more than the help is worth.
const CANDIDATES: usize = 1000;
/// Characters of a word that can be mistyped.
const LONGEST: usize = 64;

/// The candidate that `word` was most likely meant to be, if any is near enough.
#[must_use]
pub fn closest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let lower = word.to_lowercase();
    let length = lower.chars().count();
    let limit = match length {
        0..=2 | LONGEST.. => return None,
        3..=5 => 1,
        6..=9 => 2,
        _ => 3,
    };
    candidates
        .into_iter()
        .take(CANDIDATES)
        .filter(|candidate| candidate.len() <= 4 * LONGEST && candidate.chars().count().abs_diff(length) <= limit)
        .map(|candidate| {
            (
                strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()),
                candidate,
            )
        })
        .filter(|(distance, candidate)| *distance <= limit && *candidate != word)
        .min()
        .map(|(_, candidate)| candidate)
}

/// What a message about an unknown word says at its end, if something was found that was meant.
#[must_use]
pub fn hint(closest: Option<&str>) -> String {
    closest.map_or(String::new(), |meant| format!("; did you mean `{meant}`?"))
}

/// Suggestions for many words: whoever has hundreds of them wrong has not mistyped them, and is spared the time.
#[derive(Debug)]
pub struct Hints {
    left: u32,
}

impl Default for Hints {
    fn default() -> Self {
        Self { left: 200 }
    }
}

impl Hints {
    /// As [`closest`], as long as there have not been too many.
    pub fn closest<'c, C: IntoIterator<Item = &'c str>>(
        &mut self,
        word: &str,
        candidates: impl FnOnce() -> C,
    ) -> Option<&'c str> {
        self.left = self.left.checked_sub(1)?;
        closest(word, candidates())
    }
}

/// `a`, `b` and `c`, each in backticks.
#[must_use]
pub fn list<'w>(words: impl IntoIterator<Item = &'w str>, last: &str) -> String {
    let words: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match words.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., end] => format!("{} {last} {end}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_mistakes_are_understood() {
        let keys = ["summary", "description", "in", "required", "operationId"];
        assert_eq!(closest("summry", keys), Some("summary"));
        assert_eq!(closest("operationID", keys), Some("operationId"));
        assert_eq!(closest("requierd", keys), Some("required"));
        assert_eq!(closest("on", keys), None);
        assert_eq!(closest("example", keys), None);
    }

    #[test]
    fn lists_read_as_sentences() {
        assert_eq!(list(["a"], "or"), "`a`");
        assert_eq!(list(["a", "b", "c"], "or"), "`a`, `b` or `c`");
    }
}
