//! The operations on one item by its key: of `GetItem`, `PutItem`, `UpdateItem`, `DeleteItem`, and of the parts of batches
//! and transactions, which have the same members.

use std::collections::BTreeSet;

use keybound_shared::Key;
use keybound_vtl::json::strict::{Member, StrictValue};

use super::Tables;
use super::demand::{Demand, Is, Value};
use super::expressions::Expressions;
use super::operation::{Count, Effect, Operation, Stop, Target, Write, attributes, key_attributes};
use crate::dynamodb::ExpressionKind;

/// A read by `Key`.
pub(super) fn get(request: &StrictValue, tables: &Tables<'_>) -> Result<Operation, Stop> {
    let target = Target::in_request(request, tables)?;
    get_one(&target, request.get("Key"), &Projection::of(request)?)
}

/// What reads of a batch have in common.
pub(super) struct Projection {
    named: BTreeSet<String>,
    is_given: bool,
}

impl Projection {
    pub(super) fn of(object: &StrictValue) -> Result<Self, Stop> {
        let mut expressions = Expressions::of(object)?;
        let is_given = expressions.projects()?;
        Ok(Self { is_given, named: expressions.finish()? })
    }
}

/// A read of one key of a table.
pub(super) fn get_one(
    target: &Target,
    key: Option<&StrictValue>,
    projection: &Projection,
) -> Result<Operation, Stop> {
    let key = whole_key(key, target)?;
    let mut operation = Operation::on(target.clone()).of_item(&key);
    operation.named.extend(projection.named.iter().cloned());
    operation.returns_all = !projection.is_given;
    operation.count = Count::One;
    Ok(operation)
}

/// A write of `Item`.
pub(super) fn put(request: &StrictValue, tables: &Tables<'_>) -> Result<Operation, Stop> {
    put_into(Target::in_request(request, tables)?, request)
}

/// A write of `Item` into a table.
pub(super) fn put_into(target: Target, request: &StrictValue) -> Result<Operation, Stop> {
    let item = whole_item(attributes(request.get("Item")), &target)?;
    write(request, target, &item, Effect::Put, |_| Ok(item.clone()))
}

/// A change of the item of `Key`.
pub(super) fn update(request: &StrictValue, tables: &Tables<'_>) -> Result<Operation, Stop> {
    let target = Target::in_request(request, tables)?;
    let key = whole_key(request.get("Key"), &target)?;
    write(request, target, &key, Effect::Update, |expressions| {
        expressions.name_members("AttributeUpdates");
        let mut changes = legacy_changes(request);
        changes.extend(expressions.changes()?);
        Ok(changes)
    })
}

/// `AttributeUpdates`: an attribute is set to a value where its action is `PUT` or none.
fn legacy_changes(request: &StrictValue) -> Vec<(String, Value)> {
    let updates = request.get("AttributeUpdates").map(StrictValue::members).unwrap_or_default();
    let change = |update: &Member| {
        let is_set = matches!(update.value.get("Action").and_then(StrictValue::as_str), None | Some("PUT"));
        let value = update.value.get("Value").filter(|_| is_set).map_or(Value::Other, Value::of);
        (update.name.clone(), value)
    };
    updates.iter().map(change).collect()
}

/// The end of the item of `Key`, or a check of it.
pub(super) fn delete(request: &StrictValue, tables: &Tables<'_>) -> Result<Operation, Stop> {
    delete_from(Target::in_request(request, tables)?, request)
}

/// The end of the item of `Key` in a table.
pub(super) fn delete_from(target: Target, request: &StrictValue) -> Result<Operation, Stop> {
    let key = whole_key(request.get("Key"), &target)?;
    write(request, target, &key, Effect::Other, |_| Ok(Vec::new()))
}

/// A write to the item of these attributes. `changes` reads what else the request says of it.
fn write(
    request: &StrictValue,
    target: Target,
    item: &[(String, Value)],
    effect: Effect,
    changes: impl FnOnce(&mut Expressions<'_>) -> Result<Vec<(String, Value)>, Stop>,
) -> Result<Operation, Stop> {
    let word = |member: &str| request.get(member).and_then(StrictValue::as_str);
    let mut expressions = Expressions::of(request)?;
    expressions.name_members("Expected");
    let changes = changes(&mut expressions)?;
    let condition = expressions.demand("ConditionExpression", ExpressionKind::Condition)?;
    let shows_failed = word("ReturnValuesOnConditionCheckFailure") == Some("ALL_OLD");
    let mut operation = Operation::on(target).of_item(item);
    operation.named.extend(expressions.finish()?);
    operation.returns_all = shows_failed || matches!(word("ReturnValues"), Some("ALL_OLD" | "ALL_NEW"));
    operation.write = Some(Write { condition, effect, changes, shows_failed });
    Ok(operation)
}

/// The attributes of `Key`: those of the table's key, and no others.
fn whole_key(key: Option<&StrictValue>, target: &Target) -> Result<Vec<(String, Value)>, Stop> {
    let attributes = attributes(key);
    if let Some(schema) = target.key(None) {
        check_has_key(&attributes, schema)?;
        if attributes.len() > key_attributes(schema).count() {
            return Stop::refused("`Key` has attributes that are none of the key");
        }
    }
    let is_key_type = |value: &StrictValue| ["S", "N", "B"].iter().any(|of| value.get(of).is_some());
    let members = key.map(StrictValue::members).unwrap_or_default();
    match members.iter().find(|member| !is_key_type(&member.value)) {
        Some(member) => Stop::refused(format!("`{}` has a type that no key has", member.name)),
        None => Ok(attributes),
    }
}

/// The attributes of an item, with those of the table's key among them.
pub(super) fn whole_item(item: Vec<(String, Value)>, target: &Target) -> Result<Vec<(String, Value)>, Stop> {
    if let Some(schema) = target.key(None) {
        check_has_key(&item, schema)?;
    }
    Ok(item)
}

fn check_has_key(attributes: &[(String, Value)], schema: &Key) -> Result<(), Stop> {
    let is_missing = |part: &&str| !attributes.iter().any(|(name, _)| name == part);
    match key_attributes(schema).find(is_missing) {
        Some(part) => Stop::refused(format!("the key attribute `{part}` is missing")),
        None => Ok(()),
    }
}

/// Whether a demand names one item by its whole key.
pub(super) fn is_whole_key(keys: &Demand, schema: &Key) -> bool {
    key_attributes(schema).all(|part| keys.of(part).any(|is| matches!(is, Is::Equal(_))))
}
