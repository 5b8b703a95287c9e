//! Words in names: where one ends, and how they are put together again.

/// The words of a name, in small letters: at marks, where capitals begin (`orderItems`), where an acronym ends
/// (`APIKey`, `URLs`), and around digits.
#[must_use]
pub fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let letters: Vec<char> = name.chars().collect();
    let mut finish = |word: &mut String| {
        if !word.is_empty() {
            words.push(std::mem::take(word).to_lowercase());
        }
    };
    for (at, &letter) in letters.iter().enumerate() {
        if !letter.is_alphanumeric() {
            finish(&mut word);
            continue;
        }
        let previous = at.checked_sub(1).map(|before| letters[before]);
        let next = letters.get(at + 1).copied();
        let after_next = letters.get(at + 2).copied();
        let begins = match previous {
            Some(previous) if letter.is_uppercase() => {
                // `APIKey`: the last capital before a small letter begins a word; but not in `URLs`.
                let small_follows = next.is_some_and(char::is_lowercase);
                let only_s_follows = next == Some('s') && !after_next.is_some_and(char::is_lowercase);
                previous.is_lowercase()
                    || previous.is_numeric()
                    || previous.is_uppercase() && small_follows && !only_s_follows
            }
            Some(previous) => letter.is_numeric() != previous.is_numeric() && previous.is_alphanumeric(),
            None => false,
        };
        if begins {
            finish(&mut word);
        }
        word.push(letter);
    }
    finish(&mut word);
    words
}

/// Whether two names have the same words, whatever their case: `pageSize` and `page_size`.
#[must_use]
pub fn same_words(a: &str, b: &str) -> bool {
    // Most names differ in one of their first letters, or are equal: taking them apart is for the rest.
    a == b || letters(a).eq(letters(b)) && words(a) == words(b)
}

/// The letters and digits of a name, small.
fn letters(name: &str) -> impl Iterator<Item = char> {
    name.chars()
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_lowercase)
}

/// How a name is put together from words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// `order_item`
    Snake,
    /// `orderItem`
    Camel,
    /// `OrderItem`
    Pascal,
    /// `order-item`
    Kebab,
    /// `ORDER_ITEM`
    UpperSnake,
    /// `Order-Item`
    Header,
    /// `orderitem`
    Flat,
}

impl Case {
    /// The case with the name that rule pages use.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "snake" => Self::Snake,
            "camel" => Self::Camel,
            "pascal" => Self::Pascal,
            "kebab" => Self::Kebab,
            "upper-snake" => Self::UpperSnake,
            "header" => Self::Header,
            "flat" => Self::Flat,
            _ => return None,
        })
    }

    /// What people call it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Snake => "snake_case",
            Self::Camel => "camelCase",
            Self::Pascal => "PascalCase",
            Self::Kebab => "kebab-case",
            Self::UpperSnake => "UPPER_SNAKE_CASE",
            Self::Header => "Hyphenated-Pascal-Case",
            Self::Flat => "flatcase",
        }
    }

    /// Whether a name is written this way.
    #[must_use]
    pub fn fits(self, name: &str) -> bool {
        let parts_fit = |separator: char, part_fits: &dyn Fn(&str) -> bool| {
            !name.is_empty() && name.split(separator).all(|part| !part.is_empty() && part_fits(part))
        };
        let small = |part: &str| part.chars().all(|c| c.is_lowercase() || c.is_numeric());
        let large = |part: &str| part.chars().all(|c| c.is_uppercase() || c.is_numeric());
        let alphanumeric = |part: &str| part.chars().all(char::is_alphanumeric);
        let starts_large = |part: &str| part.starts_with(|c: char| c.is_uppercase() || c.is_numeric());
        match self {
            Self::Snake => parts_fit('_', &small),
            Self::Kebab => parts_fit('-', &small),
            Self::UpperSnake => parts_fit('_', &large),
            Self::Flat => parts_fit('\0', &small),
            Self::Header => parts_fit('-', &|part| alphanumeric(part) && starts_large(part)),
            Self::Pascal => parts_fit('\0', &|part| alphanumeric(part) && starts_large(part)),
            Self::Camel => parts_fit('\0', &|part| {
                alphanumeric(part) && part.starts_with(|c: char| c.is_lowercase() || c.is_numeric())
            }),
        }
    }

    /// The name written this way.
    #[must_use]
    pub fn write(self, name: &str) -> String {
        let words = joined_digits(words(name));
        let capital = |word: &String| {
            let mut letters = word.chars();
            letters
                .next()
                .map(|first| first.to_uppercase().chain(letters).collect::<String>())
                .unwrap_or_default()
        };
        match self {
            Self::Snake => words.join("_"),
            Self::Kebab => words.join("-"),
            Self::UpperSnake => words.join("_").to_uppercase(),
            Self::Flat => words.concat(),
            Self::Header => words.iter().map(capital).collect::<Vec<_>>().join("-"),
            Self::Pascal => words.iter().map(capital).collect(),
            Self::Camel => words
                .iter()
                .enumerate()
                .map(|(at, word)| if at == 0 { word.clone() } else { capital(word) })
                .collect(),
        }
    }
}

/// Digits stay with the word before them: `address2` is one name, and so is `v1`.
fn joined_digits(words: Vec<String>) -> Vec<String> {
    let mut joined: Vec<String> = Vec::new();
    for word in words {
        match joined.last_mut() {
            Some(last) if word.chars().all(char::is_numeric) && last.chars().all(char::is_alphabetic) => {
                last.push_str(&word)
            }
            _ => joined.push(word),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fall_into_words() {
        for (name, expected) in [
            ("orderItems", "order items"),
            ("APIKey", "api key"),
            ("customerURLs", "customer urls"),
            ("order_item-list", "order item list"),
            ("HTTPServer2Go", "http server 2 go"),
            ("v1", "v 1"),
            ("profile-options", "profile options"),
            ("größeID", "größe id"),
            ("__x__", "x"),
            ("", ""),
        ] {
            assert_eq!(words(name).join(" "), expected, "{name}");
        }
    }

    #[test]
    fn cases_are_written_and_told() {
        for (case, written) in [
            (Case::Snake, "order_item2_id"),
            (Case::Camel, "orderItem2Id"),
            (Case::Pascal, "OrderItem2Id"),
            (Case::Kebab, "order-item2-id"),
            (Case::UpperSnake, "ORDER_ITEM2_ID"),
            (Case::Header, "Order-Item2-Id"),
            (Case::Flat, "orderitem2id"),
        ] {
            assert_eq!(case.write("OrderItem2ID"), written);
            assert!(case.fits(written), "{written}");
        }
        assert!(!Case::Snake.fits("orderItem") && !Case::Snake.fits("order__item") && !Case::Snake.fits(""));
        assert!(!Case::Camel.fits("OrderItem") && !Case::Pascal.fits("order") && !Case::Kebab.fits("order_item"));
        assert!(Case::Header.fits("X-Request-ID") && Case::Header.fits("ETag"));
    }
}
