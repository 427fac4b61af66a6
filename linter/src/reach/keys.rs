//! Whether the keys of an operation are within a grant's.

use keybound_shared::{Grant, Key, KeyPattern, Keys};

use crate::dynamodb::expression::tree::{Comparator, Condition, Operand};
use crate::dynamodb::expression::{self};
use crate::dynamodb::holey_text::HoleyText;
use crate::finding::Comparison;
use crate::render::skeleton::{Slot, below};

use super::held::{Compared, Held};
use super::miss::{Kind, Miss};
use super::operation::{Operation, Verb};
use super::request::Form;
use super::statement;

/// Whether all keys that an operation may reach are within a grant's.
///
/// # Errors
///
/// The first that is not.
pub fn within(held: &Held<'_>, operation: &Operation, grant: &Grant) -> Result<(), Miss> {
    let Keys::Within { partition, sort } = &grant.keys else { return Ok(()) };
    let key = grant.key();
    let sort = sort.as_ref().filter(|sort| !sort.is_everything());
    if let Some(object) = &operation.key {
        held.value_within(&below(object, &[&key.partition]), partition, Compared::Equal, grant)?;
        return match (sort, &key.sort) {
            (Some(pattern), Some(name)) => {
                held.value_within(&below(object, &[name]), pattern, Compared::Equal, grant)
            }
            _ => Ok(()),
        };
    }
    match operation.verb {
        Verb::Query => query(held, operation, grant, key, (partition, sort)),
        Verb::Statement => statement::keys_within(held, operation, grant, key, (partition, sort)),
        _ if partition.is_everything() && sort.is_none() => Ok(()),
        _ => {
            let message = format!("a scan reads every key, where grant `{}` gives `{partition}`", grant.name);
            Err(Miss::whole(Kind::Key, message))
        }
    }
}

/// The patterns of a partition and, where it is limited, of a sort key.
type Patterns<'g> = (&'g KeyPattern, Option<&'g KeyPattern>);

fn query(
    held: &Held<'_>,
    operation: &Operation,
    grant: &Grant,
    key: &Key,
    patterns: Patterns<'_>,
) -> Result<(), Miss> {
    let at = below(&operation.at, &["KeyConditionExpression"]);
    for (text, form) in held.fixed_texts(&at, Kind::ClientKey)? {
        let parsed = expression::parse_condition(&HoleyText::plain(text));
        // What does not parse DynamoDB refuses.
        let Some(condition) = parsed.tree else { continue };
        let condition = KeyCondition { held, object: &operation.at, condition: &condition, form: &form };
        condition.within(grant, key, patterns)?;
    }
    legacy(held, operation, grant, key, patterns)
}

/// What a key condition demands of an attribute.
#[derive(Clone, Debug)]
pub struct Demanded {
    /// The attribute.
    pub attribute: String,
    /// How it is compared.
    pub compared: Comparison,
    /// Where the values stand.
    pub values: Vec<Vec<Slot>>,
}

/// What each of a query's key conditions demands of attributes, as far as it is fixed.
pub fn demands(held: &Held<'_>, operation: &Operation) -> Vec<Vec<Demanded>> {
    let at = below(&operation.at, &["KeyConditionExpression"]);
    let texts = held.fixed_texts(&at, Kind::ClientKey).unwrap_or_default();
    let told = texts.into_iter().filter_map(|(text, form)| {
        let condition = expression::parse_condition(&HoleyText::plain(text)).tree?;
        let parsed = KeyCondition { held, object: &operation.at, condition: &condition, form: &form };
        let demanded =
            condition.conjuncts().into_iter().filter_map(|part| parsed.demand(part).ok().flatten());
        let told = demanded.map(|(attribute, demand)| {
            let (compared, values) = match demand {
                Demand::Equal(value) => (Comparison::Equal, vec![value]),
                Demand::BeginsWith(value) => (Comparison::BeginsWith, vec![value]),
                Demand::Between(low, high) => (Comparison::Between, vec![low, high]),
                Demand::Other => (Comparison::Range, Vec::new()),
            };
            Demanded { attribute, compared, values }
        });
        Some(told.collect())
    });
    told.collect()
}

/// A parsed key condition of a request.
struct KeyCondition<'c> {
    held: &'c Held<'c>,
    object: &'c [Slot],
    condition: &'c Condition,
    form: &'c Form,
}

impl KeyCondition<'_> {
    fn within(&self, grant: &Grant, key: &Key, (partition, sort): Patterns<'_>) -> Result<(), Miss> {
        let mut has_partition = partition.is_everything();
        let mut has_sort = sort.is_none();
        for part in self.condition.conjuncts() {
            let Some((name, demand)) = self.demand(part)? else { continue };
            if name == key.partition && !partition.is_everything() {
                if let Demand::Equal(value) = &demand {
                    self.held.value_within(value, partition, Compared::Equal, grant)?;
                    has_partition = true;
                }
            } else if key.sort.as_deref() == Some(name.as_str())
                && let Some(pattern) = sort
            {
                match &demand {
                    Demand::Equal(value) => {
                        self.held.value_within(value, pattern, Compared::Equal, grant)?;
                        has_sort = true;
                    }
                    Demand::BeginsWith(value) => {
                        self.held.value_within(value, pattern, Compared::Prefix, grant)?;
                        has_sort = true;
                    }
                    Demand::Between(low, high) => {
                        // What lies between two texts with one beginning begins so too.
                        self.held.value_within(low, pattern, Compared::Prefix, grant)?;
                        self.held.value_within(high, pattern, Compared::Prefix, grant)?;
                        has_sort = true;
                    }
                    Demand::Other => {}
                }
            }
        }
        let missing = |name: &str, pattern: &KeyPattern| {
            let message = format!(
                "the key condition leaves `{name}` open, where grant `{}` gives `{pattern}`",
                grant.name
            );
            Miss::of_form(Kind::Key, self.form, message)
        };
        if !has_partition {
            return Err(missing(&key.partition, partition));
        }
        match (sort, &key.sort) {
            (Some(pattern), Some(name)) if !has_sort => Err(missing(name, pattern)),
            _ => Ok(()),
        }
    }

    /// What a part of the condition demands of an attribute.
    fn demand(&self, part: &Condition) -> Result<Option<(String, Demand)>, Miss> {
        let path = |operand: &Operand| match operand.ungrouped() {
            Operand::Path(path) => Some(self.held.attribute(self.object, path)),
            _ => None,
        };
        let value = |operand: &Operand| self.held.value_at(self.object, operand);
        let named = |name: Option<Result<String, Miss>>, demand: Demand| match name {
            Some(name) => Ok(Some((name?, demand))),
            None => Ok(None),
        };
        match part {
            Condition::Comparison(comparison) => {
                let (name, other) = match path(&comparison.left) {
                    Some(name) => (Some(name), &comparison.right),
                    None => (path(&comparison.right), &comparison.left),
                };
                let demand = match (&comparison.comparator, value(other)) {
                    (Comparator::Equal, Some(value)) => Demand::Equal(value),
                    _ => Demand::Other,
                };
                named(name, demand)
            }
            Condition::Between(between) => {
                let demand = match (value(&between.low), value(&between.high)) {
                    (Some(low), Some(high)) => Demand::Between(low, high),
                    _ => Demand::Other,
                };
                named(path(&between.operand), demand)
            }
            Condition::Call(call) => {
                let is_prefix = call.name.text.as_plain() == Some("begins_with");
                let demand = match call.arguments.get(1).and_then(value) {
                    Some(value) if is_prefix => Demand::BeginsWith(value),
                    _ => Demand::Other,
                };
                named(call.arguments.first().and_then(path), demand)
            }
            _ => Ok(None),
        }
    }
}

/// What a key condition demands of a key attribute; values by their place in the request.
enum Demand {
    Equal(Vec<Slot>),
    BeginsWith(Vec<Slot>),
    Between(Vec<Slot>, Vec<Slot>),
    Other,
}

/// The members that expressions replaced, which still work.
fn legacy(
    held: &Held<'_>,
    operation: &Operation,
    grant: &Grant,
    key: &Key,
    (partition, sort): Patterns<'_>,
) -> Result<(), Miss> {
    let conditions = below(&operation.at, &["KeyConditions"]);
    if !held.request.has(&conditions) {
        return Ok(());
    }
    let attributes =
        std::iter::once((&key.partition, Some(partition))).chain(key.sort.iter().map(|s| (s, sort)));
    for (name, pattern) in attributes {
        let Some(pattern) = pattern.filter(|pattern| !pattern.is_everything()) else { continue };
        let condition = below(&conditions, &[name]);
        let open = || {
            format!("the key condition leaves `{name}` open, where grant `{}` gives `{pattern}`", grant.name)
        };
        let beside = below(&conditions, &[&key.partition]);
        if let Some(guard) = held.request.without(&condition, &beside) {
            let splits = held.request.hangs_on(&condition);
            return Err(Miss::whole(Kind::Key, open()).hanging_on(splits).under(guard));
        }
        let operators = held.fixed_texts(&below(&condition, &["ComparisonOperator"]), Kind::Undecided)?;
        let compared = match operators.as_slice() {
            [(operator, _)] if operator == "EQ" => Compared::Equal,
            [(operator, _)] if operator == "BEGINS_WITH" || operator == "BETWEEN" => Compared::Prefix,
            _ => return Err(Miss::whole(Kind::Key, open())),
        };
        if compared == Compared::Prefix && *name == key.partition {
            return Err(Miss::whole(Kind::Key, format!("the key condition leaves `{name}` open")));
        }
        let values = below(&condition, &["AttributeValueList"]);
        if let Some(anything) = held.request.anything_at(&values) {
            return Err(Miss::of_anything(
                Kind::ClientKey,
                anything,
                format!("the values of `{name}` are not fixed"),
            ));
        }
        for slot in held.request.slots(&values) {
            let value: Vec<Slot> = values.iter().cloned().chain([slot]).collect();
            held.value_within(&value, pattern, compared, grant)?;
        }
    }
    Ok(())
}
