//! `Query` and `Scan`.

use keybound_vtl::json::strict::{StrictKind, StrictValue};

use super::Tables;
use super::demand::{Demand, Is, Test, Value};
use super::expressions::Expressions;
use super::operation::{Count, Operation, Stop, Target};
use crate::dynamodb::ExpressionKind;

/// Reads the items of a partition.
pub(super) fn query(request: &StrictValue, tables: &Tables<'_>) -> Result<Operation, Stop> {
    let mut page = Page::of(request, tables)?;
    let keys = match request.get("KeyConditions") {
        Some(conditions) => {
            page.expressions.name_members("KeyConditions");
            legacy_keys(conditions)
        }
        None if request.get("KeyConditionExpression").is_none() => {
            return Stop::refused("a query has no condition on the key");
        }
        None => page.expressions.demand("KeyConditionExpression", ExpressionKind::KeyCondition)?,
    };
    let schema = page.target.key(page.index.as_deref());
    if schema.is_some_and(|key| !keys.of(&key.partition).any(|is| matches!(is, Is::Equal(_)))) {
        return Stop::refused("the condition on the key demands no one partition");
    }
    page.expressions.name_members("QueryFilter");
    page.finish(keys)
}

/// Reads every item.
pub(super) fn scan(request: &StrictValue, tables: &Tables<'_>) -> Result<Operation, Stop> {
    let mut page = Page::of(request, tables)?;
    page.expressions.name_members("ScanFilter");
    page.finish(Demand::nothing())
}

/// What the two have in common.
struct Page<'a> {
    request: &'a StrictValue,
    target: Target,
    index: Option<String>,
    expressions: Expressions<'a>,
}

impl<'a> Page<'a> {
    fn of(request: &'a StrictValue, tables: &Tables<'_>) -> Result<Self, Stop> {
        let target = Target::in_request(request, tables)?;
        let index = request.get("IndexName").and_then(StrictValue::as_str).map(str::to_owned);
        Ok(Self { request, target, index, expressions: Expressions::of(request)? })
    }

    fn finish(mut self, keys: Demand) -> Result<Operation, Stop> {
        self.expressions.demand("FilterExpression", ExpressionKind::Filter)?;
        let projects = self.expressions.projects()?;
        let select = self.request.get("Select").and_then(StrictValue::as_str);
        // The API reference: with a projection, any other value returns an error.
        if projects && !matches!(select, None | Some("SPECIFIC_ATTRIBUTES")) {
            return Stop::refused("`Select` does not go with a projection");
        }
        let mut operation = Operation::on(self.target);
        operation.index = self.index;
        operation.keys = keys;
        operation.named = self.expressions.finish()?;
        operation.returns_all = !projects && select != Some("COUNT");
        operation.count = Count::Page(limit(self.request)?);
        Ok(operation)
    }
}

/// The limit of a page. One below 1 is refused.
pub(super) fn limit(request: &StrictValue) -> Result<Option<f64>, Stop> {
    let Some(StrictValue { kind: StrictKind::Number(written), .. }) = request.get("Limit") else {
        return Ok(None);
    };
    // What is no number of 64 bits is no limit that holds.
    let limit: f64 = written.parse().unwrap_or(f64::INFINITY);
    if limit <= 0.0 {
        return Stop::refused("`Limit` is below 1");
    }
    Ok(Some(limit))
}

/// What `KeyConditions` demand: all of them.
fn legacy_keys(conditions: &StrictValue) -> Demand {
    let demands = conditions.members().iter().map(|condition| {
        let values = condition.value.get("AttributeValueList").map(StrictValue::elements).unwrap_or_default();
        let values: Vec<Value> = values.iter().map(Value::of).collect();
        let operator = condition.value.get("ComparisonOperator").and_then(StrictValue::as_str);
        let is = match (operator, values.as_slice()) {
            (Some("EQ"), [value]) => Is::Equal(value.clone()),
            (Some("BEGINS_WITH"), [value]) => Is::BeginsWith(value.clone()),
            (Some("BETWEEN"), [low, high]) => Is::Between(low.clone(), high.clone()),
            _ => return Demand::Unknown,
        };
        Demand::Test(Test { attribute: condition.name.clone(), is })
    });
    Demand::All(demands.collect())
}
