//! Access rules made ready for decisions.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use crate::coverage::Coverage;
use crate::rules::{AccessRules, Comparand, Opens};

/// Access rules that were found to be right, with what decisions look up. Only [`Rules::load`] makes them.
#[derive(Clone, Debug)]
pub struct Rules {
    written: AccessRules,
    candidates: Candidates,
    coverage: Coverage,
}

impl Rules {
    pub(crate) fn compile(written: AccessRules) -> Self {
        let candidates = Candidates::of(&written);
        let coverage = Coverage::of(&written);
        Self { written, candidates, coverage }
    }

    /// The rules as they are written.
    #[must_use]
    pub fn written(&self) -> &AccessRules {
        &self.written
    }

    pub(crate) fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    /// The numbers of the grants that a caller with these claims may hold, in file order. Time grows with their number
    /// and that of the claims' values, not with that of all grants.
    pub(crate) fn candidates<'v>(&self, claim: impl Fn(&str) -> Option<&'v Value>) -> Vec<usize> {
        let mut found = self.candidates.always.clone();
        for (name, grants) in &self.candidates.by_claim {
            // A claim may hold one value many times.
            let mut held: BTreeSet<&Comparand> = BTreeSet::new();
            if let Some(value) = claim(name) {
                comparands(name, value, &mut |comparand| {
                    held.extend(grants.get_key_value(comparand).map(|(wanted, _)| wanted));
                    false
                });
            }
            found.extend(held.into_iter().filter_map(|wanted| grants.get(wanted)).flatten());
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// Which grants to look at, by the first claim that each asks for.
#[derive(Clone, Debug, Default)]
struct Candidates {
    always: Vec<usize>,
    by_claim: HashMap<String, HashMap<Comparand, Vec<usize>>>,
}

impl Candidates {
    fn of(rules: &AccessRules) -> Self {
        let mut candidates = Self::default();
        for (number, grant) in rules.grants.iter().enumerate() {
            let first = match &grant.opens {
                Opens::Anyone => None,
                Opens::Callers(claimant) => claimant.when.first(),
            };
            let Some((claim, values)) = first else {
                candidates.always.push(number);
                continue;
            };
            let by_value = candidates.by_claim.entry(claim.clone()).or_default();
            for value in values {
                by_value.entry(value.clone()).or_default().push(number);
            }
        }
        candidates
    }
}

/// Tells `wanted` each value that a claim can be compared by, until it says that one is what it wants.
///
/// A list has those of its members; the text of `scope` has its words (RFC 8693, section 4.2: divided by blanks).
pub(crate) fn comparands(claim: &str, value: &Value, wanted: &mut dyn FnMut(&Comparand) -> bool) -> bool {
    match value {
        Value::Array(values) => values.iter().filter_map(comparand).any(|value| wanted(&value)),
        Value::String(text) if claim == "scope" => text
            .split(' ')
            .filter(|word| !word.is_empty())
            .any(|word| wanted(&Comparand::Text(word.to_owned()))),
        value => comparand(value).is_some_and(|value| wanted(&value)),
    }
}

/// A claim's value as rules write it; a list or an object is none.
fn comparand(value: &Value) -> Option<Comparand> {
    match value {
        Value::String(text) => Some(Comparand::Text(text.clone())),
        Value::Bool(value) => Some(Comparand::Boolean(*value)),
        Value::Number(number) => Comparand::number(number),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
