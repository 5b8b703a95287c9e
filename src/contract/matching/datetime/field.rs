//! The fields of dates and times: how each is read and written.

use super::Found;
use std::fmt::Write;
use time::{Month, OffsetDateTime, UtcOffset, Weekday};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
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

impl Field {
    /// The field that a letter of a pattern means.
    pub(super) fn of(letter: char) -> Result<Self, String> {
        Ok(match letter {
            'G' => Self::Era,
            'y' | 'u' | 'Y' => Self::Year,
            'M' | 'L' => Self::Month,
            'Q' | 'q' => Self::Quarter,
            'd' => Self::Day,
            'D' => Self::DayOfYear,
            'E' | 'e' | 'c' => Self::Weekday,
            'w' => Self::WeekOfYear,
            'a' | 'B' => Self::HalfDay,
            'H' => Self::Hour,
            'k' => Self::ClockHour,
            'h' => Self::ClockHourOfHalfDay,
            'K' => Self::HourOfHalfDay,
            'm' => Self::Minute,
            's' => Self::Second,
            'S' => Self::Fraction,
            'n' | 'N' => Self::Nanosecond,
            'A' => Self::MillisecondOfDay,
            'Z' => Self::Offset,
            'X' => Self::OffsetOrZ,
            'x' | 'O' => Self::OffsetWithoutZ,
            'z' | 'V' | 'v' => Self::ZoneName,
            other => return Err(format!("`{other}` is no field")),
        })
    }
}

impl Field {
    /// Whether it is written in digits.
    pub(super) const fn is_number(self, count: usize) -> bool {
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

    pub(super) fn read(
        self,
        count: usize,
        is_followed_by_digits: bool,
        text: &str,
        mut found: Found,
    ) -> Option<(Found, &str)> {
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

    pub(super) fn write(self, count: usize, moment: OffsetDateTime, out: &mut String) {
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
