//! Who is wrong when contract, provider and description do not agree.
//!
//! Two of the three may disagree at one place and another two at another, and neither has to do with the other. So each
//! group of places that lie within each other has a diagnosis of its own.

/// Where two of the three disagree about an interaction: places such as `$.body.items[0].sku`, or `$` for all of it.
#[derive(Debug, Clone, Default)]
pub struct Disagreements<'a> {
    /// The provider does not do what the contract expects.
    pub contract_and_provider: Vec<&'a str>,
    /// The provider does not do what its description says.
    pub provider_and_description: Vec<&'a str>,
    /// The contract expects what the description does not promise.
    pub contract_and_description: Vec<&'a str>,
}

/// Who is wrong about an interaction, and where.
#[derive(Debug, Clone, Default)]
pub struct Diagnoses {
    groups: Vec<Group>,
}

/// Places that lie within each other.
#[derive(Debug, Clone)]
struct Group {
    places: Vec<Steps>,
    agreement: Agreement,
}

/// The steps to a place; elements of lists are alike.
type Steps = Vec<String>;

impl Diagnoses {
    /// What follows from the places at which two of the three disagree.
    #[must_use]
    pub fn of(disagreements: &Disagreements<'_>) -> Self {
        let mut diagnoses = Self::default();
        for place in &disagreements.contract_and_provider {
            diagnoses.group(place).contract_and_provider = false;
        }
        for place in &disagreements.provider_and_description {
            diagnoses.group(place).provider_and_description = false;
        }
        for place in &disagreements.contract_and_description {
            diagnoses.group(place).contract_and_description = false;
        }
        diagnoses
    }

    /// The group of a place, with all groups that it joins.
    fn group(&mut self, place: &str) -> &mut Agreement {
        let steps = steps(place);
        let joins = |group: &Group| group.places.iter().any(|other| lie_within(other, &steps));
        let (joined, mut others): (Vec<Group>, Vec<Group>) = self.groups.drain(..).partition(joins);
        let mut group = Group {
            places: vec![steps],
            agreement: Agreement::EVERYWHERE,
        };
        for other in joined {
            group.places.extend(other.places);
            group.agreement = group.agreement.and(other.agreement);
        }
        others.push(group);
        self.groups = others;
        let last = self.groups.len() - 1;
        &mut self.groups[last].agreement
    }

    /// Who is wrong, each diagnosis once.
    #[must_use]
    pub fn all(&self) -> Vec<Diagnosis> {
        let mut all: Vec<Diagnosis> = self.groups.iter().map(|group| group.agreement.diagnosis()).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Who is wrong at a place.
    #[must_use]
    pub fn at(&self, place: &str) -> Option<Diagnosis> {
        let steps = steps(place);
        let mut groups = self.groups.iter();
        let group = groups.find(|group| group.places.iter().any(|other| lie_within(other, &steps)))?;
        Some(group.agreement.diagnosis())
    }
}

/// Whether one place is the other, or holds it.
fn lie_within(one: &[String], other: &[String]) -> bool {
    one.iter().zip(other).all(|(one, other)| one == other)
}

/// The steps of a path. Where another answer than the expected one came, all of it is another one; and what is wrong
/// with the request concerns all of the answer.
fn steps(place: &str) -> Steps {
    let mut steps = Vec::new();
    let mut rest = place.strip_prefix('$').unwrap_or(place);
    while !rest.is_empty() {
        let (step, after) = match rest.strip_prefix('[') {
            Some(inner) => inner.split_once(']').unwrap_or((inner, "")),
            None => {
                let name = rest.strip_prefix('.').unwrap_or(rest);
                name.split_at(name.find(['.', '[']).unwrap_or(name.len()))
            }
        };
        let is_position = rest.starts_with('[') && step.bytes().all(|byte| byte.is_ascii_digit());
        steps.push(if is_position {
            "*".to_owned()
        } else {
            step.trim_matches('\'').to_owned()
        });
        rest = after;
    }
    let is_media_type = || {
        steps
            .get(1)
            .is_some_and(|name| name.eq_ignore_ascii_case("content-type"))
    };
    match steps.first().map(String::as_str) {
        Some("method" | "path" | "query" | "status") => Vec::new(),
        Some("header") if is_media_type() => Vec::new(),
        _ => steps,
    }
}

/// Which pairs of the three agree about something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Agreement {
    /// The provider does what the contract expects.
    pub contract_and_provider: bool,
    /// The provider does what its description says.
    pub provider_and_description: bool,
    /// The contract expects what the description promises.
    pub contract_and_description: bool,
}

/// Who is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Diagnosis {
    /// Nobody: all agree.
    None,
    /// The provider, as this consumer sees it: what it answers is described, but is not what the consumer needs.
    ProviderForConsumer,
    /// The provider: it keeps neither the contract nor its description.
    Provider,
    /// The consumer: it expects what the description never promised.
    Consumer,
    /// The provider, where this consumer does not look.
    ProviderElsewhere,
    /// The description: contract and provider agree against it.
    Description,
    /// Nobody yet: what the consumer relies on is not promised, and happens to be so.
    ConsumerByLuck,
    /// Each of the three says something else.
    All,
}

impl Agreement {
    /// All three agree.
    const EVERYWHERE: Self = Self {
        contract_and_provider: true,
        provider_and_description: true,
        contract_and_description: true,
    };

    /// What agrees in both.
    const fn and(self, other: Self) -> Self {
        Self {
            contract_and_provider: self.contract_and_provider && other.contract_and_provider,
            provider_and_description: self.provider_and_description && other.provider_and_description,
            contract_and_description: self.contract_and_description && other.contract_and_description,
        }
    }

    /// What follows.
    #[must_use]
    pub const fn diagnosis(self) -> Diagnosis {
        let Self {
            contract_and_provider,
            provider_and_description,
            contract_and_description,
        } = self;
        match (
            contract_and_provider,
            provider_and_description,
            contract_and_description,
        ) {
            (true, true, true) => Diagnosis::None,
            (false, true, true) => Diagnosis::ProviderForConsumer,
            (false, false, true) => Diagnosis::Provider,
            (false, true, false) => Diagnosis::Consumer,
            (true, false, true) => Diagnosis::ProviderElsewhere,
            (true, false, false) => Diagnosis::Description,
            (true, true, false) => Diagnosis::ConsumerByLuck,
            (false, false, false) => Diagnosis::All,
        }
    }
}

impl Diagnosis {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::None,
        Self::ProviderForConsumer,
        Self::Provider,
        Self::Consumer,
        Self::ProviderElsewhere,
        Self::Description,
        Self::ConsumerByLuck,
        Self::All,
    ];

    /// The name, as reports use it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "all-agree",
            Self::ProviderForConsumer => "provider-for-consumer",
            Self::Provider => "provider",
            Self::Consumer => "consumer",
            Self::ProviderElsewhere => "provider-elsewhere",
            Self::Description => "description",
            Self::ConsumerByLuck => "consumer-by-luck",
            Self::All => "all-differ",
        }
    }

    /// What it means, as a sentence for people.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::None => "contract, provider and description agree",
            Self::ProviderForConsumer => {
                "the provider behaves as described, but not as the consumer needs: a value, a state or an optional \
                 field differs"
            }
            Self::Provider => "the provider breaks the contract and its own description",
            Self::Consumer => "the consumer expects what the description never promised",
            Self::ProviderElsewhere => "the provider departs from its description where this consumer does not look",
            Self::Description => "the description is out of date: consumer and provider agree against it",
            Self::ConsumerByLuck => "the consumer works by luck: it relies on what is not promised",
            Self::All => "contract, provider and description all differ",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_row_has_its_own_diagnosis() {
        let mut found = BTreeSet::new();
        for row in 0_u8..8 {
            let bit = |bit: u8| row & bit != 0;
            let agreement = Agreement {
                contract_and_provider: bit(1),
                provider_and_description: bit(2),
                contract_and_description: bit(4),
            };
            found.insert(agreement.diagnosis());
        }
        assert_eq!(found, BTreeSet::from(Diagnosis::ALL));
        let names: BTreeSet<&str> = Diagnosis::ALL.iter().map(|diagnosis| diagnosis.name()).collect();
        assert_eq!(names.len(), 8);
    }
    #[test]
    fn places_that_have_nothing_to_do_with_each_other_have_diagnoses_of_their_own() {
        let diagnoses = Diagnoses::of(&Disagreements {
            contract_and_provider: vec!["$.body.items[0].sku"],
            provider_and_description: vec!["$.body.items[7].sku", "$.body.total"],
            contract_and_description: vec!["$.body.note"],
        });
        let expected = [
            Diagnosis::Provider,
            Diagnosis::ProviderElsewhere,
            Diagnosis::ConsumerByLuck,
        ];
        assert_eq!(diagnoses.all(), expected);
        assert_eq!(diagnoses.at("$.body.items"), Some(Diagnosis::Provider));
        assert_eq!(diagnoses.at("$.body.total"), Some(Diagnosis::ProviderElsewhere));
        assert_eq!(diagnoses.at("$.body.note.text"), Some(Diagnosis::ConsumerByLuck));
        assert_eq!(diagnoses.at("$.body.other"), None);
    }

    #[test]
    fn another_answer_is_another_one_everywhere() {
        let diagnoses = Diagnoses::of(&Disagreements {
            contract_and_provider: vec!["$.body.sku", "$.status"],
            provider_and_description: vec!["$.header.content-type"],
            contract_and_description: vec!["$.header.ETag"],
        });
        assert_eq!(diagnoses.all(), [Diagnosis::All]);
    }
}
