//! Which interactions are carried out, and for whom.

use super::model::{Contract, Interaction};
use crate::document::content;
use std::collections::HashMap;

/// An interaction to carry out.
#[derive(Debug, Clone)]
pub struct Planned<'c, 'w> {
    /// Its contract.
    pub contract: &'c Contract<'w>,
    /// The interaction.
    pub interaction: &'c Interaction<'w>,
    /// Other contracts that hold the same one.
    pub also: Vec<&'c Contract<'w>>,
    /// In whose name it is carried out.
    pub sender: usize,
}

/// A part of all interactions, so that several machines can share them: which one, of how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Which one, from 1.
    pub number: usize,
    /// Of how many.
    pub count: usize,
}

/// The interactions that are wanted, in the order of the contracts; what several contracts hold is carried out once for
/// each sender.
#[must_use]
pub fn plan<'c, 'w>(
    contracts: &'c [Contract<'w>],
    wanted: &dyn Fn(&Contract<'w>, &Interaction<'w>) -> bool,
    sender: &dyn Fn(&Contract<'w>, &Interaction<'w>) -> usize,
    shard: Option<Shard>,
) -> Vec<Planned<'c, 'w>> {
    let mut planned: Vec<Planned<'c, 'w>> = Vec::new();
    let mut known: HashMap<(&str, u64, usize), Vec<usize>> = HashMap::new();
    for contract in contracts {
        for interaction in contract.interactions.iter().filter(|one| wanted(contract, one)) {
            let node = interaction.node;
            let hash = content::hash(node.document().tree(), node.id());
            let sender = sender(contract, interaction);
            let alike = known.entry((contract.provider.name, hash, sender)).or_default();
            let same = alike.iter().copied().find(|position| {
                let other = planned[*position].interaction.node;
                content::same(other.document().tree(), other.id(), node.document().tree(), node.id())
            });
            match same {
                Some(position) => planned[position].also.push(contract),
                None => {
                    alike.push(planned.len());
                    planned.push(Planned {
                        contract,
                        interaction,
                        also: Vec::new(),
                        sender,
                    });
                }
            }
        }
    }
    match shard {
        Some(Shard { number, count }) => {
            let positions = planned.into_iter().enumerate();
            let mine = positions.filter(|(position, _)| position % count.max(1) + 1 == number);
            mine.map(|(_, planned)| planned).collect()
        }
        None => planned,
    }
}
