//! Values of the section that are more than texts and numbers: times, rates, operations, and where secrets stand.

use crate::document::suggest;
use serde::Deserialize;
use serde::de::{self, Deserializer, Error as _, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

/// Where a secret stands: `env:NAME`, `file:PATH` or `command:LINE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretReference(pub String);

impl<'de> Deserialize<'de> for SecretReference {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if is_secret_reference(&text) {
            return Ok(Self(text));
        }
        // What stands here may be the secret: it is not repeated.
        Err(D::Error::custom(
            "a secret is not written down here: name it as `env:NAME`, `file:PATH` or `command:LINE`",
        ))
    }
}

/// Whether a text says where a secret stands.
#[must_use]
pub fn is_secret_reference(text: &str) -> bool {
    ["env:", "file:", "command:"]
        .iter()
        .any(|start| text.strip_prefix(start).is_some_and(|rest| !rest.is_empty()))
}

/// Which provider states leave each other alone, so that their interactions can be carried out side by side.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Isolation {
    /// None does.
    #[default]
    Serial,
    /// Those with other names.
    ByName,
    /// Those in which this parameter has another value.
    ByParameter(String),
    /// All do.
    None,
}

impl<'de> Deserialize<'de> for Isolation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = Cow::<str>::deserialize(deserializer)?;
        match name.as_ref() {
            "serial" => Ok(Self::Serial),
            "by-name" => Ok(Self::ByName),
            "none" => Ok(Self::None),
            other => match other.strip_prefix("by-param:").filter(|name| !name.is_empty()) {
                Some(parameter) => Ok(Self::ByParameter(parameter.to_owned())),
                None => {
                    let meant = suggest::closest(other, ["serial", "by-name", "none"]);
                    let hint = meant.map_or_else(
                        || "known are `serial`, `by-name`, `by-param:NAME` and `none`".to_owned(),
                        |meant| format!("did you mean `{meant}`?"),
                    );
                    Err(D::Error::custom(format_args!("`{other}` is not known here; {hint}")))
                }
            },
        }
    }
}

/// An operation: its method, and its path, in which `{name}` stands for any segment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct OperationName {
    /// The method, in capitals.
    pub method: String,
    /// The path.
    pub path: String,
}

impl OperationName {
    /// Whether a request belongs to it.
    #[must_use]
    pub fn fits(&self, method: &str, path: &str) -> bool {
        let is_open = |segment: &str| segment.starts_with('{') && segment.ends_with('}');
        let (mut mine, mut its) = (self.path.split('/'), path.split('/'));
        self.method.eq_ignore_ascii_case(method)
            && loop {
                match (mine.next(), its.next()) {
                    (None, None) => break true,
                    (Some(mine), Some(its)) if mine == its || (is_open(mine) && !its.is_empty()) => {}
                    _ => break false,
                }
            }
    }
}

impl fmt::Display for OperationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

impl<'de> Deserialize<'de> for OperationName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        let parts = text.split_once(' ').map(|(method, path)| (method.trim(), path.trim()));
        match parts {
            Some((method, path)) if !method.is_empty() && path.starts_with('/') => Ok(Self {
                method: method.to_ascii_uppercase(),
                path: path.to_owned(),
            }),
            _ => Err(D::Error::custom(
                "an operation is expected here, such as `GET /orders/{id}`",
            )),
        }
    }
}

/// A length of time: `500ms`, `10s`, `2m`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Time(pub Duration);

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Time;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a time, such as 500ms, 10s or 2m,")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Time, E> {
                duration_named(text).map(Time).map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Text)
    }
}

/// The length of time that a text names.
///
/// # Errors
/// With a sentence that shows how it is written.
pub fn duration_named(text: &str) -> Result<Duration, String> {
    let digits = text.len()
        - text
            .trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == '.')
            .len();
    let (number, unit) = text.split_at(digits);
    let seconds = match unit {
        "ms" => 0.001,
        "s" => 1.0,
        "m" | "min" => 60.0,
        _ => f64::NAN,
    };
    let seconds = number.parse::<f64>().map_or(f64::NAN, |number| number * seconds);
    if (0.001..=86_400.0).contains(&seconds) {
        Ok(Duration::from_secs_f64(seconds))
    } else {
        Err("a time is expected, such as 500ms, 10s or 2m".to_owned())
    }
}

/// A number of requests a second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate(pub f64);

impl Rate {
    /// A rate that is neither next to nothing nor out of reach.
    ///
    /// # Errors
    /// With a sentence that shows how it is written.
    pub fn of(number: f64) -> Result<Self, String> {
        if (0.001..=1e6).contains(&number) {
            Ok(Self(number))
        } else {
            Err("a number of requests a second is expected, such as 20".to_owned())
        }
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::of(f64::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_recognised_by_their_segments() {
        let operation = OperationName {
            method: "GET".to_owned(),
            path: "/orders/{id}".to_owned(),
        };
        assert!(operation.fits("get", "/orders/1"));
        assert!(!operation.fits("POST", "/orders/1"));
        assert!(!operation.fits("GET", "/orders"));
        assert!(!operation.fits("GET", "/orders/"));
        assert!(!operation.fits("GET", "/orders/1/items"));
    }
}
