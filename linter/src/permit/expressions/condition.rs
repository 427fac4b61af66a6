//! From the tree of a condition to what it demands.

use super::Expressions;
use crate::dynamodb::expression::tree::{Call, Comparator, Comparison, Condition, Operand};
use crate::permit::demand::{Demand, Is, Test};

/// What a condition demands. The parser bounds how deep conditions nest, and so recursion here.
pub(super) fn demand(condition: &Condition, expressions: &Expressions<'_>) -> Demand {
    let all = |parts: &[Condition]| parts.iter().map(|part| demand(part, expressions)).collect();
    match condition {
        Condition::Group(inner, _) => demand(inner, expressions),
        Condition::And(parts) => Demand::All(all(parts)),
        Condition::Or(parts) => Demand::Any(all(parts)),
        Condition::Not(inner, _) => Demand::Not(Box::new(demand(inner, expressions))),
        Condition::Comparison(comparison) => test(of_comparison(comparison, expressions)),
        Condition::Between(between) => test(attribute(&between.operand, expressions).and_then(|attribute| {
            let (low, high) = (expressions.value(&between.low)?, expressions.value(&between.high)?);
            Some(Test { attribute, is: Is::Between(low, high) })
        })),
        Condition::In(membership) => {
            test(attribute(&membership.operand, expressions).and_then(|attribute| {
                let values = membership.list.iter().map(|operand| expressions.value(operand));
                Some(Test { attribute, is: Is::OneOf(values.collect::<Option<_>>()?) })
            }))
        }
        Condition::Call(call) => test(of_call(call, expressions)),
        Condition::Opaque(_) => Demand::Unknown,
    }
}

fn test(test: Option<Test>) -> Demand {
    test.map_or(Demand::Unknown, Demand::Test)
}

fn attribute(operand: &Operand, expressions: &Expressions<'_>) -> Option<String> {
    match operand.ungrouped() {
        Operand::Path(path) => expressions.attribute(path),
        _ => None,
    }
}

fn of_comparison(comparison: &Comparison, expressions: &Expressions<'_>) -> Option<Test> {
    let Comparison { left, right, comparator } = comparison;
    let (attribute, value) = match attribute(left, expressions) {
        Some(attribute) => (attribute, expressions.value(right)?),
        None => (attribute(right, expressions)?, expressions.value(left)?),
    };
    let is = match comparator {
        Comparator::Equal => Is::Equal(value),
        Comparator::NotEqual => Is::NotEqual(value),
        _ => return None,
    };
    Some(Test { attribute, is })
}

fn of_call(call: &Call, expressions: &Expressions<'_>) -> Option<Test> {
    let attribute = attribute(call.arguments.first()?, expressions)?;
    let is = match call.name.text.as_plain()? {
        "attribute_exists" => Is::Present,
        "attribute_not_exists" => Is::Absent,
        "begins_with" => Is::BeginsWith(expressions.value(call.arguments.get(1)?)?),
        _ => return None,
    };
    Some(Test { attribute, is })
}
