//! From the condition of `WHERE` to what it demands.

use keybound_vtl::json::strict::StrictValue;

use crate::dynamodb::partiql::tree::{
    Call, Collection, Comparator, Comparison, Expr, ExprKind, Membership, TypeTest,
};
use crate::permit::demand::{Demand, Is, Test, Value};

/// What a condition demands. The parser bounds how deep conditions nest, and so recursion here.
pub(super) fn demand(condition: &Expr, parameters: &[StrictValue]) -> Demand {
    let all = |parts: &[Expr]| parts.iter().map(|part| demand(part, parameters)).collect();
    match &condition.kind {
        ExprKind::Group(inner) => demand(inner, parameters),
        ExprKind::And(parts) => Demand::All(all(parts)),
        ExprKind::Or(parts) => Demand::Any(all(parts)),
        ExprKind::Not(inner) => Demand::Not(Box::new(demand(inner, parameters))),
        ExprKind::Comparison(comparison) => test(of_comparison(comparison, parameters), false),
        ExprKind::Between(between) => {
            let range = attribute(&between.operand).and_then(|attribute| {
                let (low, high) = (value(&between.low, parameters)?, value(&between.high, parameters)?);
                Some(Test { attribute, is: Is::Between(low, high) })
            });
            test(range, between.negated)
        }
        ExprKind::In(membership) => test(of_membership(membership, parameters), membership.negated),
        ExprKind::Is(type_test) => test(of_type_test(type_test), false),
        ExprKind::Call(call) => test(of_call(call, parameters), false),
        _ => Demand::Unknown,
    }
}

fn test(test: Option<Test>, negated: bool) -> Demand {
    match test.map(Demand::Test) {
        Some(test) if negated => Demand::Not(Box::new(test)),
        Some(test) => test,
        None => Demand::Unknown,
    }
}

/// The parameter that a `?` stands for.
pub(super) fn parameter(ordinal: u32, parameters: &[StrictValue]) -> Option<&StrictValue> {
    parameters.get(usize::try_from(ordinal).ok()?)
}

/// What a literal or a parameter stands for; nothing where the value depends on the item.
pub(super) fn value(expr: &Expr, parameters: &[StrictValue]) -> Option<Value> {
    match &expr.ungrouped().kind {
        ExprKind::String(text) => {
            Some(text.as_plain().map_or(Value::Other, |text| Value::Text(text.to_owned())))
        }
        ExprKind::Parameter(ordinal) => Some(parameter(*ordinal, parameters).map_or(Value::Other, Value::of)),
        ExprKind::Number(_) | ExprKind::Boolean(_) | ExprKind::Null => Some(Value::Other),
        ExprKind::Negative(inner) if matches!(inner.kind, ExprKind::Number(_)) => Some(Value::Other),
        _ => None,
    }
}

/// The top-level attribute that an expression is.
fn attribute(expr: &Expr) -> Option<String> {
    match &expr.ungrouped().kind {
        ExprKind::Path(path) if path.steps.is_empty() => Some(path.head.text.text().to_owned()),
        _ => None,
    }
}

fn of_comparison(comparison: &Comparison, parameters: &[StrictValue]) -> Option<Test> {
    let Comparison { left, right, comparator } = comparison;
    let (attribute, value) = match attribute(left) {
        Some(attribute) => (attribute, value(right, parameters)?),
        None => (attribute(right)?, value(left, parameters)?),
    };
    let is = match comparator {
        Comparator::Equal => Is::Equal(value),
        Comparator::NotEqual => Is::NotEqual(value),
        _ => return None,
    };
    Some(Test { attribute, is })
}

fn of_membership(membership: &Membership, parameters: &[StrictValue]) -> Option<Test> {
    let values = match &membership.collection {
        Collection::Values(values) => values,
        Collection::Expr(expr) => match &expr.ungrouped().kind {
            ExprKind::List(values) | ExprKind::Bag(values) => values,
            _ => return None,
        },
    };
    let values = values.iter().map(|one| value(one, parameters)).collect::<Option<_>>()?;
    Some(Test { attribute: attribute(&membership.operand)?, is: Is::OneOf(values) })
}

fn of_type_test(test: &TypeTest) -> Option<Test> {
    let is_missing = test.of.text.text().eq_ignore_ascii_case("MISSING");
    let is = if test.negated { Is::Present } else { Is::Absent };
    Some(Test { attribute: attribute(&test.operand).filter(|_| is_missing)?, is })
}

fn of_call(call: &Call, parameters: &[StrictValue]) -> Option<Test> {
    let [operand, prefix] = call.arguments.as_slice() else { return None };
    let begins = call.name.text.text().eq_ignore_ascii_case("begins_with");
    let prefix = value(prefix, parameters).filter(|_| begins)?;
    Some(Test { attribute: attribute(operand)?, is: Is::BeginsWith(prefix) })
}
