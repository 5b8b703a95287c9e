//! Who is wrong when contract, provider and description do not agree.

/// Which pairs of the three agree about an interaction.
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
}
