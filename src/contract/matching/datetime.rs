//! Dates and times in the patterns of Java's `DateTimeFormatter`, which contracts of all languages use
//! (<https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/time/format/DateTimeFormatter.html>).

use std::fmt::Write;
use time::{Date, Month, OffsetDateTime, UtcOffset, Weekday};

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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Era,
    Year,
    Month,
    Quarter,
    Day,
    DayOfYear,
    Weekday,
    HalfDay,
    /// 0 to 23.
    Hour,
    /// 1 to 24.
    ClockHour,
    /// 1 to 12.
    ClockHourOfHalfDay,
    /// 0 to 11.
    HourOfHalfDay,
    Minute,
    Second,
    Fraction,
    Nanosecond,
    MillisecondOfDay,
    WeekOfYear,
    /// `+0100`, or `+01:00` where there are five.
    Offset,
    /// The same, or `Z` where it is none.
    OffsetOrZ,
    /// The same without `Z`.
    OffsetWithoutZ,
    ZoneName,
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
const READING_STEPS: usize = 10_000;
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
                items.push(Item::Field(field(letter)?, count));
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

fn field(letter: char) -> Result<Field, String> {
    Ok(match letter {
        'G' => Field::Era,
        'y' | 'u' | 'Y' => Field::Year,
        'M' | 'L' => Field::Month,
        'Q' | 'q' => Field::Quarter,
        'd' => Field::Day,
        'D' => Field::DayOfYear,
        'E' | 'e' | 'c' => Field::Weekday,
        'w' => Field::WeekOfYear,
        'a' | 'B' => Field::HalfDay,
        'H' => Field::Hour,
        'k' => Field::ClockHour,
        'h' => Field::ClockHourOfHalfDay,
        'K' => Field::HourOfHalfDay,
        'm' => Field::Minute,
        's' => Field::Second,
        'S' => Field::Fraction,
        'n' | 'N' => Field::Nanosecond,
        'A' => Field::MillisecondOfDay,
        'Z' => Field::Offset,
        'X' => Field::OffsetOrZ,
        'x' | 'O' => Field::OffsetWithoutZ,
        'z' | 'V' | 'v' => Field::ZoneName,
        other => return Err(format!("`{other}` is no field")),
    })
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

impl Field {
    /// Whether it is written in digits.
    const fn is_number(self, count: usize) -> bool {
        match self {
            Self::Era | Self::HalfDay | Self::Offset | Self::OffsetOrZ | Self::OffsetWithoutZ | Self::ZoneName => false,
            Self::Weekday | Self::Month | Self::Quarter => count < 3,
            _ => true,
        }
    }

    /// The range of its number.
    const fn range(self) -> (u64, u64) {
        match self {
            Self::Month => (1, 12),
            Self::Quarter => (1, 4),
            Self::Day => (1, 31),
            Self::DayOfYear => (1, 366),
            Self::Weekday => (1, 7),
            Self::WeekOfYear => (1, 53),
            Self::Hour => (0, 23),
            Self::ClockHour => (1, 24),
            Self::ClockHourOfHalfDay => (1, 12),
            Self::HourOfHalfDay => (0, 11),
            Self::Minute => (0, 59),
            // A leap second is one, too.
            Self::Second => (0, 60),
            Self::MillisecondOfDay => (0, 86_399_999),
            _ => (0, u64::MAX),
        }
    }

    /// How many digits it may have, where a pattern has so many letters.
    const fn width(self, count: usize, is_followed_by_digits: bool) -> (usize, usize) {
        match self {
            Self::Fraction => (count, count),
            Self::Nanosecond | Self::MillisecondOfDay => (count, 18),
            Self::Year if count == 2 => (2, 2),
            Self::Year if count == 1 && !is_followed_by_digits => (1, 9),
            Self::DayOfYear if count == 1 => (1, 3),
            _ if count == 1 && !is_followed_by_digits => (1, 2),
            _ => (count, count),
        }
    }

    fn read(self, count: usize, is_followed_by_digits: bool, text: &str, mut found: Found) -> Option<(Found, &str)> {
        match self {
            Self::Era => {
                let names = ["AD", "BC", "CE", "BCE", "Anno Domini", "Before Christ"];
                return word(text, &names).map(|(_, rest)| (found, rest));
            }
            Self::HalfDay => return word(text, &["AM", "PM"]).map(|(_, rest)| (found, rest)),
            Self::ZoneName => return zone_name(text).map(|rest| (found, rest)),
            Self::Offset | Self::OffsetOrZ | Self::OffsetWithoutZ => {
                return self.read_offset(count, text).map(|rest| (found, rest));
            }
            Self::Month if count >= 3 => {
                let (month, rest) = name(text, &MONTHS, count)?;
                found.month = Some(month);
                return Some((found, rest));
            }
            Self::Weekday if count >= 3 => {
                let (weekday, rest) = name(text, &WEEKDAYS, count)?;
                found.weekday = Some(weekday);
                return Some((found, rest));
            }
            Self::Weekday => {
                let (weekday, rest) = name(text, &WEEKDAYS, 3)?;
                found.weekday = Some(weekday);
                return Some((found, rest));
            }
            _ => {}
        }
        let (least, most) = self.width(count, is_followed_by_digits);
        let digits = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
        if digits < least {
            return None;
        }
        let (number, rest) = text.split_at(digits);
        if self == Self::Fraction {
            return Some((found, rest));
        }
        let number: u64 = number.parse().ok()?;
        let (first, last) = self.range();
        if !(first..=last).contains(&number) {
            return None;
        }
        match self {
            // Two digits are of this century.
            Self::Year if count == 2 => found.year = Some(2000 + i32::try_from(number).ok()?),
            Self::Year => found.year = i32::try_from(number).ok().filter(|year| *year <= 9999),
            Self::Month => found.month = u8::try_from(number).ok(),
            Self::Day => found.day = u8::try_from(number).ok(),
            _ => {}
        }
        Some((found, rest))
    }

    fn read_offset(self, count: usize, text: &str) -> Option<&str> {
        let may_be_z = self == Self::OffsetOrZ || self == Self::Offset && count == 5;
        if may_be_z && let Some(rest) = text.strip_prefix('Z') {
            return Some(rest);
        }
        if self == Self::Offset && count == 4 || self == Self::OffsetWithoutZ && text.starts_with("GMT") {
            let rest = text.strip_prefix("GMT")?;
            return Some(clock_offset(rest, true, true).unwrap_or(rest));
        }
        let has_colon = match self {
            Self::Offset => count == 5,
            _ => count == 3 || count == 5,
        };
        let may_lack_minutes = self != Self::Offset && count == 1;
        clock_offset(text, has_colon, may_lack_minutes)
    }

    fn write(self, count: usize, moment: OffsetDateTime, out: &mut String) {
        let number = match self {
            Self::Era => return out.push_str("AD"),
            Self::HalfDay => return out.push_str(if moment.hour() < 12 { "AM" } else { "PM" }),
            Self::ZoneName => return out.push_str("UTC"),
            Self::Offset | Self::OffsetOrZ | Self::OffsetWithoutZ => return self.write_offset(count, moment, out),
            Self::Month if count >= 3 => return write_name(&MONTHS, u8::from(moment.month()), count, out),
            Self::Weekday => {
                return write_name(&WEEKDAYS, moment.weekday().number_from_monday(), count, out);
            }
            Self::Fraction => {
                let digits = format!("{:09}", moment.nanosecond());
                return out.extend(digits.chars().chain(std::iter::repeat('0')).take(count));
            }
            Self::Year if count == 2 => i64::from(moment.year().rem_euclid(100)),
            Self::Year => i64::from(moment.year()),
            Self::Month => i64::from(u8::from(moment.month())),
            Self::Quarter => i64::from((u8::from(moment.month()) - 1) / 3 + 1),
            Self::Day => i64::from(moment.day()),
            Self::DayOfYear => i64::from(moment.ordinal()),
            Self::WeekOfYear => i64::from(moment.iso_week()),
            Self::Hour => i64::from(moment.hour()),
            Self::ClockHour => i64::from(if moment.hour() == 0 { 24 } else { moment.hour() }),
            Self::ClockHourOfHalfDay => i64::from((moment.hour() + 11) % 12 + 1),
            Self::HourOfHalfDay => i64::from(moment.hour() % 12),
            Self::Minute => i64::from(moment.minute()),
            Self::Second => i64::from(moment.second()),
            Self::Nanosecond => i64::from(moment.nanosecond()),
            Self::MillisecondOfDay => {
                let (hour, minute, second, milli) = moment.time().as_hms_milli();
                ((i64::from(hour) * 60 + i64::from(minute)) * 60 + i64::from(second)) * 1000 + i64::from(milli)
            }
        };
        let _ = write!(out, "{number:0count$}");
    }

    fn write_offset(self, count: usize, moment: OffsetDateTime, out: &mut String) {
        if moment.offset() == UtcOffset::UTC && (self == Self::OffsetOrZ || self == Self::Offset && count == 5) {
            return out.push('Z');
        }
        let (hours, minutes, _) = moment.offset().as_hms();
        let sign = if moment.offset().is_negative() { '-' } else { '+' };
        let (hours, minutes) = (hours.unsigned_abs(), minutes.unsigned_abs());
        let _ = match self {
            Self::Offset if count == 4 => write!(out, "GMT{sign}{hours:02}:{minutes:02}"),
            Self::Offset if count == 5 => write!(out, "{sign}{hours:02}:{minutes:02}"),
            Self::Offset => write!(out, "{sign}{hours:02}{minutes:02}"),
            _ if count == 1 && minutes == 0 => write!(out, "{sign}{hours:02}"),
            _ if count == 3 || count == 5 => write!(out, "{sign}{hours:02}:{minutes:02}"),
            _ => write!(out, "{sign}{hours:02}{minutes:02}"),
        };
    }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// The number of a name, counted from 1: whole where the pattern has four letters, else its first three.
fn name<'t>(text: &'t str, names: &[&str], count: usize) -> Option<(u8, &'t str)> {
    names.iter().zip(1..).find_map(|(name, number)| {
        let name = if count == 4 { name } else { &name[..3] };
        Some((number, strip_ignoring_case(text, name)?))
    })
}

fn write_name(names: &[&str], number: u8, count: usize, out: &mut String) {
    let name = names.get(usize::from(number) - 1).copied().unwrap_or_default();
    out.push_str(match count {
        4 => name,
        5 => &name[..1],
        _ => &name[..3],
    });
}

fn word<'t>(text: &'t str, words: &[&'static str]) -> Option<(&'static str, &'t str)> {
    words
        .iter()
        .find_map(|word| strip_ignoring_case(text, word).map(|rest| (*word, rest)))
}

fn strip_ignoring_case<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let start = text.get(..prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

/// What follows `+01:00` or the like.
fn clock_offset(text: &str, has_colon: bool, may_lack_minutes: bool) -> Option<&str> {
    let rest = text.strip_prefix(['+', '-'])?;
    let two = |text: &str, most: u8| {
        let number = text
            .get(..2)
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
        (number.parse::<u8>().ok()? <= most).then_some(())
    };
    two(rest, 18)?;
    let after_hours = &rest[2..];
    let minutes = if has_colon {
        after_hours.strip_prefix(':')
    } else {
        Some(after_hours)
    };
    match minutes.and_then(|minutes| two(minutes, 59).map(|()| &minutes[2..])) {
        Some(rest) => Some(rest),
        None if may_lack_minutes => Some(after_hours),
        None => None,
    }
}

/// What follows the name of a time zone, such as `UTC` or `Europe/Vienna`.
fn zone_name(text: &str) -> Option<&str> {
    let is_part = |character: char| character.is_ascii_alphanumeric() || "/_+-:".contains(character);
    let end = text.find(|character| !is_part(character)).unwrap_or(text.len());
    let starts = text.starts_with(|character: char| character.is_ascii_alphabetic() || "+-".contains(character));
    starts.then(|| &text[end..])
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

/// The weekday with a name, whole or its first three letters.
pub(in crate::contract) fn weekday(text: &str) -> Option<Weekday> {
    let whole = name(text, &WEEKDAYS, 4).filter(|(_, rest)| rest.is_empty());
    let (number, _) = whole.or_else(|| name(text, &WEEKDAYS, 3).filter(|(_, rest)| rest.is_empty()))?;
    Some(Weekday::Monday.nth_next(number - 1))
}

/// The month with a name, whole or its first three letters.
pub(in crate::contract) fn month(text: &str) -> Option<Month> {
    let whole = name(text, &MONTHS, 4).filter(|(_, rest)| rest.is_empty());
    let (number, _) = whole.or_else(|| name(text, &MONTHS, 3).filter(|(_, rest)| rest.is_empty()))?;
    Month::try_from(number).ok()
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
        assert!(!matches(&pattern, &"1".repeat(150)));
    }

    #[test]
    fn unknown_letters_are_refused() {
        assert_eq!(
            Format::new(FormatKind::Date, Some("yyyy-jj")).expect_err("it cannot be read"),
            "the format `yyyy-jj` cannot be read: `j` is no field"
        );
    }
}
