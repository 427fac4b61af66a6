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
use super::keys::value_texts;
use super::tables::is_attribute;
use super::variables::Variables;

/// The attributes that an operation's condition demands to be a value of the caller's, and whether it is clear that there
/// is a condition on every way. Those of the key say nothing beside it.
pub(super) fn demanded(
    held: &Held<'_>,
    operation: &Operation,
    variables: &Variables,
    key: &KeyGuess,
) -> (Vec<(String, String)>, bool) {
    let nothing = (Vec::new(), true);
    if operation.verb.reads() || operation.verb == Verb::Statement {
        return nothing;
    }
    let at = below(&operation.at, &["ConditionExpression"]);
    let Ok(texts) = held.fixed_texts(&at, Kind::Owner) else { return nothing };
    let is_key = |name: &String| *name == key.partition || key.sort.as_ref() == Some(name);
    let of = |text: String| {
        let condition = parse_condition(&HoleyText::plain(text)).tree;
        let conjuncts = condition.as_ref().map(Condition::conjuncts).unwrap_or_default();
        let is_new = operation.verb == Verb::Put
            && conjuncts.iter().any(|part| demands_none(held, operation, part, &is_key));
        let placed = if is_new { placed(held, operation, variables) } else { Vec::new() };
        let owned = conjuncts.into_iter().filter_map(|part| owned(held, operation, variables, part));
        owned.chain(placed).filter(|(name, _)| !is_key(name) && is_attribute(name)).collect::<Vec<_>>()
    };
    let mut all = texts.into_iter().map(|(text, _)| of(text));
    let Some(first) = all.next() else { return nothing };
    let mut owned =
        all.fold(first, |known, other| known.into_iter().filter(|one| other.contains(one)).collect());
    owned.sort();
    owned.dedup_by(|later, earlier| later.0 == earlier.0);
    let is_sure = owned.is_empty() || held.request.without(&at, &operation.anchor()).is_none();
    (owned, is_sure)
}

/// Whether a part of a condition demands that there be no item of the key yet.
fn demands_none(
    held: &Held<'_>,
    operation: &Operation,
    part: &Condition,
    is_key: &dyn Fn(&String) -> bool,
) -> bool {
    let Condition::Call(call) = part else { return false };
    let Some(Operand::Path(path)) = call.arguments.first().map(Operand::ungrouped) else { return false };
    call.name.text.as_plain() == Some("attribute_not_exists")
        && held.attribute(&operation.at, path).is_ok_and(|name| is_key(&name))
}

/// The attributes of the item that is put which are a value of the caller's and nothing else: the item is then whose it
/// says.
fn placed(held: &Held<'_>, operation: &Operation, variables: &Variables) -> Vec<(String, String)> {
    let Some(item) = &operation.key else { return Vec::new() };
    let slots = held.request.slots(item).into_iter();
    let names = slots.filter_map(|slot| match slot {
        Slot::Member(name) => Some(name.to_string()),
        Slot::OpenMember(_) | Slot::Element(_) => None,
    });
    names
        .filter_map(|name| {
            let texts = value_texts(held, variables, &below(item, &[&name]), Compared::Equal).ok()?;
            let covering = covering(&texts);
            let is_one = covering.is_bound() && covering.widened.is_none() && covering.separators.is_empty();
            let pattern = covering.pattern.filter(|pattern| {
                is_one
                    && pattern.starts_with('{')
                    && pattern.ends_with('}')
                    && pattern.matches('{').count() == 1
            })?;
            Some((name, pattern))
        })
        .collect()
}

/// The attribute and the pattern of its value, where a part of a condition demands that it be the caller's.
fn owned(
    held: &Held<'_>,
    operation: &Operation,
    variables: &Variables,
    part: &Condition,
) -> Option<(String, String)> {
    let Condition::Comparison(comparison) = part else { return None };
    if comparison.comparator != Comparator::Equal {
        return None;
    }
    let (path, value) = match (comparison.left.ungrouped(), comparison.right.ungrouped()) {
        (Operand::Path(path), value) | (value, Operand::Path(path)) => (path, value),
        _ => return None,
    };
    let name = held.attribute(&operation.at, path).ok().filter(|_| path.elements.len() == 1)?;
    let at = held.value_at(&operation.at, value)?;
    let covering = covering(&value_texts(held, variables, &at, Compared::Equal).ok()?);
    let is_one = covering.is_bound() && covering.widened.is_none() && covering.separators.is_empty();
    let pattern = covering.pattern.filter(|pattern| is_one && !pattern.ends_with('*'))?;
    Some((name, pattern))
}
