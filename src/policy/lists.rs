//! Settings that are one value, or a list of them.

use super::config::{policy_named, promise};
use super::level::Preset;
use super::read::Spanned;
use super::verify::ContractSource;
use crate::rules::changes::{AnyPromise, PolicySpec};
use serde::Deserialize;
use serde::de::{self, Deserializer, Error as _, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// A string, or a list of them.
#[derive(Debug, Clone, Default)]
pub struct OneOrMany(pub Vec<Spanned<String>>);

impl<'de> Deserialize<'de> for OneOrMany {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        one_or_many(deserializer).map(Self)
    }
}

/// A policy for comparisons, or a list of them.
#[derive(Debug, Clone, Default)]
pub struct Policies(pub Vec<&'static PolicySpec>);

impl<'de> Deserialize<'de> for Policies {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names: Vec<Spanned<PolicyName>> = one_or_many(deserializer)?;
        Ok(Self(names.into_iter().map(|name| name.value.0).collect()))
    }
}

#[derive(Debug, Clone)]
struct PolicyName(&'static PolicySpec);

impl<'de> Deserialize<'de> for PolicyName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = Cow::<str>::deserialize(deserializer)?;
        policy_named(&name).map(Self).map_err(D::Error::custom)
    }
}

/// A promise, or a list of them: of packages, and of the data of events.
#[derive(Debug, Clone, Default)]
pub struct PromiseWords(pub Vec<AnyPromise>);

impl<'de> Deserialize<'de> for PromiseWords {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names: Vec<Spanned<PromiseName>> = one_or_many(deserializer)?;
        Ok(Self(names.into_iter().map(|name| name.value.0).collect()))
    }
}

#[derive(Debug, Clone)]
struct PromiseName(AnyPromise);

impl<'de> Deserialize<'de> for PromiseName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = Cow::<str>::deserialize(deserializer)?;
        promise(&name).map(Self).map_err(D::Error::custom)
    }
}

/// What can stand alone or in a list.
pub(super) trait Listed {
    /// What is expected where something else stands.
    const EXPECTED: &'static str;
}

impl Listed for String {
    const EXPECTED: &'static str = "a path or a list of paths";
}

impl Listed for PolicyName {
    const EXPECTED: &'static str = "a policy or a list of policies";
}

impl Listed for PromiseName {
    const EXPECTED: &'static str = "a promise or a list of promises";
}

impl Listed for Preset {
    const EXPECTED: &'static str = "a preset or a list of presets";
}

impl Listed for ContractSource {
    const EXPECTED: &'static str = "a path, a URL, or a list of them";
}

/// Reads one value, or a list of them, each with its place.
pub(super) fn one_or_many<'de, T: Deserialize<'de> + Listed, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<Spanned<T>>, D::Error> {
    let Spanned { value, span } = Spanned::deserialize(deserializer)?;
    Ok(match value {
        Values::One(value) => vec![Spanned { value, span }],
        Values::Many(values) => values,
    })
}

enum Values<T> {
    One(T),
    Many(Vec<Spanned<T>>),
}

impl<'de, T: Deserialize<'de> + Listed> Deserialize<'de> for Values<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMore<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de> + Listed> Visitor<'de> for OneOrMore<T> {
            type Value = Values<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(T::EXPECTED)
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                T::deserialize(de::value::StrDeserializer::new(text)).map(Values::One)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut values = Vec::new();
                while let Some(value) = list.next_element()? {
                    values.push(value);
                }
                Ok(Values::Many(values))
            }
        }
        deserializer.deserialize_any(OneOrMore(PhantomData))
    }
}
