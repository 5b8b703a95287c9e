//! Regular sets of strings.

/// Why a set of strings cannot be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Undecided;

/// A regular set of strings.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Language {
    complement: bool,
    words: std::collections::BTreeSet<String>,
}

#[allow(missing_docs, clippy::missing_errors_doc, clippy::must_use_candidate)]
impl Language {
    pub fn everything() -> Self {
        Self {
            complement: true,
            words: std::collections::BTreeSet::new(),
        }
    }
    pub fn nothing() -> Self {
        Self {
            complement: false,
            words: std::collections::BTreeSet::new(),
        }
    }
    pub fn of_pattern(_: &str) -> Result<Self, Undecided> {
        Err(Undecided)
    }
    pub fn of_length(min: u64, max: Option<u64>) -> Result<Self, Undecided> {
        match (min, max) {
            (0, None) => Ok(Self::everything()),
            (1, None) => Ok(Self::of_words([""])?.complement()),
            (0, Some(0)) => Self::of_words([""]),
            _ => Err(Undecided),
        }
    }
    pub fn of_words<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<Self, Undecided> {
        Ok(Self {
            complement: false,
            words: words.into_iter().map(str::to_owned).collect(),
        })
    }
    pub fn and(&self, other: &Self) -> Result<Self, Undecided> {
        Ok(match (self.complement, other.complement) {
            (true, true) => Self {
                complement: true,
                words: self.words.union(&other.words).cloned().collect(),
            },
            (false, _) => Self {
                complement: false,
                words: self.words.iter().filter(|w| other.accepts(w)).cloned().collect(),
            },
            _ => return other.and(self),
        })
    }
    pub fn or(&self, other: &Self) -> Result<Self, Undecided> {
        Ok(self.complement().and(&other.complement())?.complement())
    }
    pub fn complement(&self) -> Self {
        Self {
            complement: !self.complement,
            words: self.words.clone(),
        }
    }
    pub fn is_empty(&self) -> bool {
        !self.complement && self.words.is_empty()
    }
    pub fn is_everything(&self) -> bool {
        self.complement && self.words.is_empty()
    }
    pub fn accepts(&self, text: &str) -> bool {
        self.words.contains(text) != self.complement
    }
    pub fn shortest(&self) -> Option<String> {
        self.words(1).pop()
    }
    pub fn words(&self, limit: usize) -> Vec<String> {
        if !self.complement {
            return self.words.iter().take(limit).cloned().collect();
        }
        std::iter::once(String::new())
            .chain((0..).map(|n| format!("a{n}")))
            .filter(|word| self.accepts(word))
            .take(limit)
            .collect()
    }
    pub fn has_more_words_than(&self, n: usize) -> bool {
        self.words(n + 1).len() > n
    }
}
