//! Days, as descriptions write them.

use time::Date;
use time::macros::format_description;

/// The day at the start of a text, perhaps with a time: `2027-06-30`, `2027-06-30T00:00:00Z`.
#[must_use]
pub fn date_of(text: &str) -> Option<Date> {
    let day = text.get(..10)?;
    let rest = &text[10..];
    let complete = rest.is_empty() || rest.starts_with(['T', 't', ' ']);
    complete
        .then(|| Date::parse(day, format_description!("[year]-[month]-[day]")).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::Month;

    #[test]
    fn dates_are_read() {
        let expected = Date::from_calendar_date(2027, Month::June, 30).ok();
        assert_eq!(date_of("2027-06-30"), expected);
        assert_eq!(date_of("2027-06-30T00:00:00Z"), expected);
        assert_eq!(date_of("2027-06-31"), None);
        assert_eq!(date_of("2027-06-30x"), None);
        assert_eq!(date_of("soon"), None);
        assert_eq!(date_of("2027-0ü-30"), None);
    }
}
