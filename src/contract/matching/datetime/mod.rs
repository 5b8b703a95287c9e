//! Dates and times in the patterns of Java's `DateTimeFormatter`, which contracts of all languages use
//! (<https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/time/format/DateTimeFormatter.html>).

mod field;

pub(in crate::contract) use field::{month, weekday};

use field::Field;
use time::{Date, Month, OffsetDateTime};

/// What a format is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::contract) enum FormatKind {
    Date,
    Time,
    DateTime,
}

impl FormatKind {
    pub(in crate::contract) const fn name(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::Time => "time",
            Self::DateTime => "datetime",
        }
    }

    /// What is taken where a rule names no format: ISO 8601, with a fraction or without, and with an offset or without.
    const fn taken(self) -> &'static str {
        match self {
            Self::Date => "yyyy-MM-dd",
            Self::Time => "['T']HH:mm[:ss][.SSSSSSSSS][.SSSSSS][.SSS][XXX]",
            Self::DateTime => "yyyy-MM-dd'T'HH:mm[:ss][.SSSSSSSSS][.SSSSSS][.SSS][XXX][xx]",
        }
    }

    /// What is made where a generator names no format.
    pub(in crate::contract) const fn made(self) -> &'static str {
        match self {
            Self::Date => "yyyy-MM-dd",
            Self::Time => "HH:mm:ss",
            Self::DateTime => "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
        }
    }
}

/// A format, ready to read and write with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::contract) struct Format {
    kind: FormatKind,
    pattern: String,
    items: Vec<Item>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Item {
    Literal(String),
    Field(Field, usize),
    /// What may be left out.
    Optional(Vec<Item>),
}

impl Format {
    /// Reads a pattern; without one, ISO 8601 is meant.
    ///
    /// # Errors
    ///
    /// What in the pattern is not known, as a clause.
    pub(in crate::contract) fn new(kind: FormatKind, pattern: Option<&str>) -> Result<Self, String> {
        let pattern = match pattern {
            None | Some("") => kind.taken(),
            Some(pattern) => pattern,
        };
        let mut letters = pattern.chars().peekable();
        let items =
            items(&mut letters, 0).map_err(|reason| format!("the format `{pattern}` cannot be read: {reason}"))?;
        Ok(Self {
            kind,
            pattern: pattern.to_owned(),
            items,
        })
    }

    pub(super) const fn kind(&self) -> FormatKind {
        self.kind
    }

    /// The pattern as it stands in the contract.
    pub(super) fn pattern(&self) -> &str {
        &self.pattern
    }

    /// Whether a text is a date or time in this format, and one that the calendar has.
    pub(super) fn matches(&self, text: &str) -> bool {
        let mut steps = READING_STEPS;
        let items: Vec<&Item> = self.items.iter().collect();
        read(&items, text, Found::default(), &mut steps)
    }

    /// A moment in this format.
    pub(in crate::contract) fn write(&self, moment: OffsetDateTime) -> String {
        let mut out = String::new();
        write_items(&self.items, moment, &mut out);
        out
    }
}

/// How many fields are tried for one text: parts that may be left out can be taken in many ways.
const READING_STEPS: usize = 2_000;
/// How many letters a field may have.
const LETTERS: usize = 32;
/// How deep parts that may be left out stand in each other.
const DEPTH: usize = 8;

type Letters<'p> = std::iter::Peekable<std::str::Chars<'p>>;

fn items(letters: &mut Letters<'_>, depth: usize) -> Result<Vec<Item>, String> {
    let mut items = Vec::new();
    let mut literal = String::new();
    while let Some(letter) = letters.next() {
        if letter == '\'' {
            quoted(letters, &mut literal)?;
            continue;
        }
        if !letter.is_ascii_alphabetic() && !matches!(letter, '[' | ']') {
            literal.push(letter);
            continue;
        }
        if !literal.is_empty() {
            items.push(Item::Literal(std::mem::take(&mut literal)));
        }
        match letter {
            '[' if depth < DEPTH => items.push(Item::Optional(self::items(letters, depth + 1)?)),
            ']' if depth > 0 => return Ok(items),
            '[' | ']' => return Err(format!("`{letter}` has no place here")),
            letter => {
                let mut count = 1;
                while letters.next_if_eq(&letter).is_some() {
                    count += 1;
                }
                if count > LETTERS {
                    return Err(format!("a field has more than {LETTERS} letters"));
                }
                items.push(Item::Field(Field::of(letter)?, count));
            }
        }
    }
    if !literal.is_empty() {
        items.push(Item::Literal(literal));
    }
    Ok(items)
}

/// What stands in quotes; two of them are one.
fn quoted(letters: &mut Letters<'_>, literal: &mut String) -> Result<(), String> {
    if letters.next_if_eq(&'\'').is_some() {
        literal.push('\'');
        return Ok(());
    }
    loop {
        match letters.next() {
            None => return Err("a quote is not closed".into()),
            Some('\'') if letters.next_if_eq(&'\'').is_none() => return Ok(()),
            Some(letter) => literal.push(letter),
        }
    }
}

/// What has been read of a date.
#[derive(Debug, Clone, Copy, Default)]
struct Found {
    year: Option<i32>,
    month: Option<u8>,
    day: Option<u8>,
    weekday: Option<u8>,
}

impl Found {
    fn is_possible(self) -> bool {
        let (Some(month), Some(day)) = (self.month, self.day) else {
            return true;
        };
        // A leap year, where the year is not known.
        let year = self.year.unwrap_or(2000);
        let Ok(date) = Month::try_from(month).and_then(|month| Date::from_calendar_date(year, month, day)) else {
            return false;
        };
        let weekday = self.weekday.filter(|_| self.year.is_some());
        weekday.is_none_or(|weekday| weekday == date.weekday().number_from_monday())
    }
}

/// Whether the items read the whole text.
fn read(items: &[&Item], text: &str, found: Found, steps: &mut usize) -> bool {
    if *steps == 0 {
        return false;
    }
    *steps -= 1;
    let Some((first, rest)) = items.split_first() else {
        return text.is_empty() && found.is_possible();
    };
    match first {
        Item::Literal(literal) => text
            .strip_prefix(literal.as_str())
            .is_some_and(|text| read(rest, text, found, steps)),
        Item::Optional(optional) => {
            let with: Vec<&Item> = optional.iter().chain(rest.iter().copied()).collect();
            read(&with, text, found, steps) || read(rest, text, found, steps)
        }
        Item::Field(field, count) => {
            let is_followed_by_digits =
                matches!(rest.first(), Some(Item::Field(next, count)) if next.is_number(*count));
            field
                .read(*count, is_followed_by_digits, text, found)
                .is_some_and(|(found, text)| read(rest, text, found, steps))
        }
    }
}

fn write_items(items: &[Item], moment: OffsetDateTime, out: &mut String) {
    for item in items {
        match item {
            Item::Literal(literal) => out.push_str(literal),
            Item::Field(field, count) => field.write(*count, moment, out),
            Item::Optional(items) => write_items(items, moment, out),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    fn matches(pattern: &str, text: &str) -> bool {
        Format::new(FormatKind::DateTime, Some(pattern))
            .expect("it is read")
            .matches(text)
    }

    #[test]
    fn texts_are_held_against_patterns() {
        for (pattern, right, wrong) in [
            ("yyyy-MM-dd", "2023-07-19", "23/07/19"),
            ("yyyy-MM-dd", "2024-02-29", "2023-02-29"),
            ("dd/MM/yy", "19/07/23", "19/13/23"),
            ("yyyyMMdd", "20230719", "2023719"),
            ("HH:mm:ss", "23:59:59", "24:00:00"),
            ("h:mm a", "1:05 PM", "13:05 PM"),
            (
                "yyyy-MM-dd'T'HH:mm:ss.SSSX",
                "2023-07-19T10:00:00.123Z",
                "2023-07-19T10:00:00.12Z",
            ),
            (
                "yyyy-MM-dd'T'HH:mm:ssXXX",
                "2023-07-19T10:00:00+02:00",
                "2023-07-19T10:00:00+0200",
            ),
            (
                "yyyy-MM-dd'T'HH:mm:ssZ",
                "2023-07-19T10:00:00+0200",
                "2023-07-19T10:00:00Z",
            ),
            (
                "EEE, d MMM yyyy HH:mm:ss z",
                "Wed, 19 Jul 2023 10:00:00 GMT",
                "Tue, 19 Jul 2023 10:00:00 GMT",
            ),
            ("EEEE d MMMM", "Wednesday 19 July", "Wed 19 July"),
            ("yyyy-MM-dd['T'HH:mm]", "2023-07-19", "2023-07-19T"),
            ("hh 'o''clock' a", "12 o'clock am", "12 oclock am"),
            ("D-yyyy", "366-2024", "367-2024"),
        ] {
            assert!(matches(pattern, right), "{pattern}: {right}");
            assert!(!matches(pattern, wrong), "{pattern}: {wrong}");
        }
    }

    #[test]
    fn without_a_pattern_iso_is_meant() {
        let taken = |kind, text| Format::new(kind, None).expect("it is read").matches(text);
        for text in [
            "2023-07-19T10:00:00",
            "2023-07-19T10:00:00Z",
            "2023-07-19T10:00:00.123456+01:00",
            "2023-07-19T10:00:00.123+0100",
        ] {
            assert!(taken(FormatKind::DateTime, text), "{text}");
        }
        assert!(!taken(FormatKind::DateTime, "2023-07-19"));
        assert!(taken(FormatKind::Time, "10:00:00"));
        assert!(!taken(FormatKind::Date, "19.07.2023"));
    }

    #[test]
    fn what_is_written_is_read_again() {
        let moment = datetime!(2023-07-19 15:04:05.006 +2);
        for (pattern, expected) in [
            ("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "2023-07-19T15:04:05.006+02:00"),
            ("EEE, d MMM yyyy", "Wed, 19 Jul 2023"),
            ("hh:mm a", "03:04 PM"),
            ("yyMMddHHmmssZ", "230719150405+0200"),
            ("EEEE", "Wednesday"),
        ] {
            let format = Format::new(FormatKind::DateTime, Some(pattern)).expect("it is read");
            assert_eq!(format.write(moment), expected);
            assert!(format.matches(expected), "{pattern}: {expected}");
        }
    }

    #[test]
    fn many_optional_parts_take_bounded_time() {
        let pattern = "[d]".repeat(200);
        assert!(!matches(&pattern, &format!("{}x", "1".repeat(150))));
    }

    #[test]
    fn unknown_letters_are_refused() {
        assert_eq!(
            Format::new(FormatKind::Date, Some("yyyy-jj")).expect_err("it cannot be read"),
            "the format `yyyy-jj` cannot be read: `j` is no field"
        );
    }
}
