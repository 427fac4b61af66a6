//! What a write demands that an item say of its owner.

use crate::dynamodb::expression::parse_condition;
use crate::dynamodb::expression::tree::{Comparator, Condition, Operand};
use crate::dynamodb::holey_text::HoleyText;
use crate::reach::held::{Compared, Held};
use crate::reach::miss::Kind;
use crate::reach::operation::{Operation, Verb};
use crate::render::skeleton::{Slot, below};

use super::key_clue::KeyGuess;
use super::key_pattern::covering;
use super::keys::{KeysDraft, value_texts};
use super::tables::is_attribute;
use super::trial::Trial;
use super::variables::Variables;

/// An operation whose owners are asked for.
pub(super) struct Owners<'a> {
    /// The request.
    pub(super) held: &'a Held<'a>,
    /// The operation.
    pub(super) operation: &'a Operation,
    /// The variables.
    pub(super) variables: &'a Variables,
    /// The key of the table. Its attributes say nothing beside the key.
    pub(super) key: &'a KeyGuess,
}

/// An attribute and the pattern of what it must be.
pub(super) type Owned = (String, String);

impl Owners<'_> {
    /// The attributes that an item must have of the caller's.
    pub(super) fn drafted(&self, trial: &Trial<'_>, keys: &KeysDraft) -> Vec<Owned> {
        let (mut owned, is_sure) = self.demanded();
        if !is_sure && !trial.demands(&owned) {
            owned.clear();
        }
        // What a new item says of its owner the caller must have, or it would be nobody's.
        for (name, variable) in self.given() {
            let is_had =
                keys.holds(&variable) || owned.iter().any(|(_, pattern)| pattern.contains(&variable));
            let with: Vec<Owned> = owned.iter().cloned().chain([(name, variable)]).collect();
            if !is_had && trial.demands(&with) {
                owned = with;
            }
        }
        owned
    }

    /// What the operation's condition demands to be a value of the caller's, and whether it is clear that there is a
    /// condition on every way.
    fn demanded(&self) -> (Vec<Owned>, bool) {
        let nothing = (Vec::new(), true);
        if self.operation.verb.reads() || self.operation.verb == Verb::Statement {
            return nothing;
        }
        let at = below(&self.operation.at, &["ConditionExpression"]);
        let Ok(texts) = self.held.fixed_texts(&at, Kind::Owner) else { return nothing };
        let of = |text: String| {
            let condition = parse_condition(&HoleyText::plain(text)).tree;
            let conjuncts = condition.as_ref().map(Condition::conjuncts).unwrap_or_default();
            conjuncts.into_iter().filter_map(|part| self.owned(part)).collect::<Vec<_>>()
        };
        let mut all = texts.into_iter().map(|(text, _)| of(text));
        let Some(first) = all.next() else { return nothing };
        let mut owned =
            all.fold(first, |known, other| known.into_iter().filter(|one| other.contains(one)).collect());
        owned.sort();
        owned.dedup_by(|later, earlier| later.0 == earlier.0);
        let is_sure = owned.is_empty() || self.held.request.without(&at, &self.operation.anchor()).is_none();
        (owned, is_sure)
    }

    /// The attribute and the pattern of its value, where a part of a condition demands that it be the caller's.
    fn owned(&self, part: &Condition) -> Option<Owned> {
        let Condition::Comparison(comparison) = part else { return None };
        if comparison.comparator != Comparator::Equal {
            return None;
        }
        let (path, value) = match (comparison.left.ungrouped(), comparison.right.ungrouped()) {
            (Operand::Path(path), value) | (value, Operand::Path(path)) => (path, value),
            _ => return None,
        };
        let object = &self.operation.at;
        let name = self.held.attribute(object, path).ok().filter(|_| path.elements.len() == 1)?;
        let pattern = self.pattern(&self.held.value_at(object, value)?)?;
        self.may_say(&name).then_some((name, pattern))
    }

    /// What an item is put with that is a caller's value and nothing else.
    fn given(&self) -> Vec<Owned> {
        let (Verb::Put, Some(item)) = (self.operation.verb, &self.operation.key) else { return Vec::new() };
        let given = self.held.request.slots(item).into_iter().filter_map(|slot| {
            let Slot::Member(name) = slot else { return None };
            let pattern = self.pattern(&below(item, &[&name]))?;
            let is_variable = pattern.starts_with('{') && pattern.find('}') == Some(pattern.len() - 1);
            (is_variable && self.may_say(&name)).then(|| (name.to_string(), pattern))
        });
        given.collect()
    }

    /// The pattern of a value that is the same for nobody else.
    fn pattern(&self, value: &[Slot]) -> Option<String> {
        let texts = value_texts(self.held, self.variables, value, Compared::Equal).ok()?;
        let covering = covering(&texts);
        let is_one = covering.is_bound() && covering.widened.is_none() && covering.separators.is_empty();
        covering.pattern.filter(|pattern| is_one && !pattern.ends_with('*'))
    }

    /// Whether an attribute may say whose an item is.
    fn may_say(&self, name: &str) -> bool {
        let is_key = name == self.key.partition || self.key.sort.as_deref() == Some(name);
        !is_key && is_attribute(name)
    }
}
