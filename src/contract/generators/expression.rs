//! Expressions for dates and times, relative to now: `+1 day`, `next monday`, `tomorrow @ noon - 2 hours`.

use crate::contract::matching::{month, weekday};
use time::{Date, Duration, Month, OffsetDateTime, Time};

/// The moment that an expression means.
///
/// # Errors
///
/// What in it is not understood, as a clause.
pub(super) fn evaluate(expression: &str, now: OffsetDateTime) -> Result<OffsetDateTime, String> {
    let of_date_and_time = expression.split_once('@');
    let (dates, times) = of_date_and_time.unwrap_or((expression, ""));
    let mut moment = now;
    for text in [dates, times] {
        moment =
            steps(&words(text), moment).ok_or_else(|| format!("the expression `{expression}` is not understood"))?;
    }
    Ok(moment)
}

/// The words, signs and numbers, in small letters.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut kind = None;
    for character in text.to_lowercase().chars() {
        let this = match character {
            _ if character.is_whitespace() => None,
            '0'..='9' => Some('0'),
            '+' | '-' => Some('+'),
            _ => Some('a'),
        };
        match (this, words.last_mut()) {
            (Some(this), Some(word)) if kind == Some(this) && this != '+' => word.push(character),
            (Some(_), _) => words.push(character.into()),
            (None, _) => {}
        }
        kind = this;
    }
    words
}

fn steps(words: &[String], mut moment: OffsetDateTime) -> Option<OffsetDateTime> {
    let mut rest = words;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        moment = match first.as_str() {
            "now" | "today" => moment,
            "yesterday" => moment.checked_sub(Duration::DAY)?,
            "tomorrow" => moment.checked_add(Duration::DAY)?,
            "noon" => moment.replace_time(Time::from_hms(12, 0, 0).ok()?),
            "midnight" => moment.replace_time(Time::MIDNIGHT),
            "+" | "-" => {
                let (count, unit) = (rest.first()?, rest.get(1)?);
                rest = &rest[2..];
                let count: i64 = count.parse().ok()?;
                shift(moment, if first == "+" { count } else { -count }, unit)?
            }
            "next" | "last" => {
                let what = rest.first()?;
                rest = &rest[1..];
                beside(moment, first == "next", what)?
            }
            number => {
                // `4 o'clock am`
                let hour: u8 = number.parse().ok()?;
                let (clock, half) = (rest.first()?, rest.get(1));
                if clock != "o'clock" {
                    return None;
                }
                let afternoon = half.is_some_and(|half| half == "pm");
                let names_half = half.is_some_and(|half| half == "am" || half == "pm");
                rest = &rest[1 + usize::from(names_half)..];
                moment.replace_time(Time::from_hms(hour % 12 + if afternoon { 12 } else { 0 }, 0, 0).ok()?)
            }
        };
    }
    Some(moment)
}

/// So many units later.
fn shift(moment: OffsetDateTime, count: i64, unit: &str) -> Option<OffsetDateTime> {
    let seconds = |each: i64| moment.checked_add(Duration::seconds(count.checked_mul(each)?));
    match unit.strip_suffix('s').unwrap_or(unit) {
        "day" => seconds(86_400),
        "week" => seconds(7 * 86_400),
        "fortnight" => seconds(14 * 86_400),
        "month" => months(moment, count),
        "year" => months(moment, count.checked_mul(12)?),
        "hour" => seconds(3600),
        "minute" => seconds(60),
        "second" => seconds(1),
        "millisecond" => moment.checked_add(Duration::milliseconds(count)),
        _ => None,
    }
}

/// So many months later, on the last day of the month where it is shorter.
fn months(moment: OffsetDateTime, count: i64) -> Option<OffsetDateTime> {
    let months = i64::from(moment.year()) * 12 + i64::from(u8::from(moment.month())) - 1;
    let months = months.checked_add(count)?;
    let year = i32::try_from(months.div_euclid(12)).ok()?;
    let month = Month::try_from(u8::try_from(months.rem_euclid(12)).ok()? + 1).ok()?;
    let day = moment.day().min(month.length(year));
    Some(moment.replace_date(Date::from_calendar_date(year, month, day).ok()?))
}

/// The next or last unit, weekday or month.
fn beside(moment: OffsetDateTime, is_next: bool, what: &str) -> Option<OffsetDateTime> {
    let sign = if is_next { 1 } else { -1 };
    if let Some(moment) = shift(moment, sign, what) {
        return Some(moment);
    }
    if let Some(weekday) = weekday(what) {
        let mut date = moment.date();
        for _ in 0..7 {
            date = if is_next {
                date.next_day()?
            } else {
                date.previous_day()?
            };
            if date.weekday() == weekday {
                break;
            }
        }
        return Some(moment.replace_date(date));
    }
    let month = month(what)?;
    let mut moment = moment;
    for _ in 0..12 {
        moment = months(moment, sign)?;
        if moment.month() == month {
            break;
        }
    }
    Some(moment)
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn expressions_are_relative_to_now() {
        // A Friday.
        let now = datetime!(2024-03-01 10:30 UTC);
        for (expression, expected) in [
            ("now", now),
            ("+1 day", datetime!(2024-03-02 10:30 UTC)),
            ("- 1 day", datetime!(2024-02-29 10:30 UTC)),
            ("today + 2 weeks - 1 hour", datetime!(2024-03-15 9:30 UTC)),
            ("next monday", datetime!(2024-03-04 10:30 UTC)),
            ("last friday", datetime!(2024-02-23 10:30 UTC)),
            ("next june", datetime!(2024-06-01 10:30 UTC)),
            ("-1 year", datetime!(2023-03-01 10:30 UTC)),
            ("tomorrow @ noon", datetime!(2024-03-02 12:00 UTC)),
            ("@ 4 o'clock pm + 5 minutes", datetime!(2024-03-01 16:05 UTC)),
        ] {
            assert_eq!(evaluate(expression, now), Ok(expected), "{expression}");
        }
        let end_of_month = datetime!(2024-01-31 0:00 UTC);
        assert_eq!(evaluate("+1 month", end_of_month), Ok(datetime!(2024-02-29 0:00 UTC)));
    }

    #[test]
    fn what_is_not_understood_is_said() {
        let now = datetime!(2024-03-01 10:30 UTC);
        for expression in ["whenever", "+ day", "+1 aeon", "next", "+99999999999999 years", "3"] {
            assert!(evaluate(expression, now).is_err(), "{expression}");
        }
    }
}
