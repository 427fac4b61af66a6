//! From a request of any action to its operations.

use keybound_shared::Action;
use keybound_vtl::json::strict::{StrictKind, StrictValue};

use super::operation::{Operation, Stop, Target};
use super::{Tables, form, items, pages, statement};
use crate::dynamodb::DataAction;

type Read = Result<Operation, Stop>;

/// The most keys or parts of most requests.
const MOST: usize = 100;
const TOO_MANY: &str = "the request has more parts than DynamoDB takes";

/// All that a request does. `request` has neither null members nor one twice.
pub(super) fn operations(
    action: Action,
    request: &StrictValue,
    tables: &Tables<'_>,
) -> Result<Vec<Operation>, Stop> {
    let members = DataAction::from_name(action.name()).map(DataAction::members).unwrap_or_default();
    let request = &form::formed(members, request)?;
    let reads: Vec<Read> = match action {
        Action::GetItem => vec![items::get(request, tables)],
        Action::PutItem => vec![items::put(request, tables)],
        Action::UpdateItem => vec![items::update(request, tables)],
        Action::DeleteItem => vec![items::delete(request, tables)],
        Action::Query => vec![pages::query(request, tables)],
        Action::Scan => vec![pages::scan(request, tables)],
        Action::BatchGetItem => batch_get(request, tables),
        Action::BatchWriteItem => batch_write(request, tables),
        Action::TransactGetItems => {
            of_list(request, "TransactItems", |item| vec![part(item, "Get", tables, items::get)])
        }
        Action::TransactWriteItems => {
            of_list(request, "TransactItems", |item| vec![transact_write(item, tables)])
        }
        Action::ExecuteStatement => vec![statement::page(request, tables)],
        Action::BatchExecuteStatement => {
            let reads = of_list(request, "Statements", |one| vec![statement::one(one, tables)]);
            return each_alone(not_too_many(action, reads)?);
        }
        Action::ExecuteTransaction => {
            of_list(request, "TransactStatements", |one| vec![statement::one(one, tables)])
        }
    };
    all_or_none(not_too_many(action, reads)?)
}

/// The parts of a request, if they are no more than DynamoDB takes, by the API reference.
fn not_too_many(action: Action, reads: Vec<Read>) -> Result<Vec<Read>, Stop> {
    let most = match action {
        Action::BatchExecuteStatement => 25,
        // 25, each of which may be a put and a delete here.
        Action::BatchWriteItem => 50,
        _ => MOST,
    };
    if reads.len() > most { Stop::refused(TOO_MANY) } else { Ok(reads) }
}

/// What of a request is done where all of it is or nothing.
fn all_or_none(reads: Vec<Read>) -> Result<Vec<Operation>, Stop> {
    if reads.is_empty() {
        return Stop::refused("the request asks for nothing");
    }
    if let Some(refused) = reads.iter().find_map(|read| match read {
        Err(stop @ Stop::Refused(_)) => Some(stop.clone()),
        _ => None,
    }) {
        return Err(refused);
    }
    reads.into_iter().collect()
}

/// What of a request is done where each part succeeds or fails alone.
fn each_alone(reads: Vec<Read>) -> Result<Vec<Operation>, Stop> {
    let (refused, rest): (Vec<Read>, Vec<Read>) =
        reads.into_iter().partition(|read| matches!(read, Err(Stop::Refused(_))));
    all_or_none(if rest.is_empty() { refused } else { rest })
}

/// What the elements of a list give. A null gives nothing.
fn of_list(request: &StrictValue, member: &str, of: impl Fn(&StrictValue) -> Vec<Read>) -> Vec<Read> {
    let elements = request.get(member).map(StrictValue::elements).unwrap_or_default();
    elements.iter().filter(|element| element.kind != StrictKind::Null).flat_map(of).collect()
}

/// A part of an element.
fn part(
    element: &StrictValue,
    name: &str,
    tables: &Tables<'_>,
    read: impl Fn(&StrictValue, &Tables<'_>) -> Read,
) -> Read {
    match element.get(name) {
        Some(part) => read(part, tables),
        None => Stop::refused(format!("`{name}` is missing")),
    }
}

fn batch_get(request: &StrictValue, tables: &Tables<'_>) -> Vec<Read> {
    let by_table = request.get("RequestItems").map(StrictValue::members).unwrap_or_default();
    let of_table = |name: &str, block: &StrictValue| -> Vec<Read> {
        let target = Target::of(name, tables);
        // Before each of them gets the projection's names.
        if block.get("Keys").is_some_and(|keys| keys.elements().len() > MOST) {
            return vec![Stop::refused(TOO_MANY)];
        }
        let projection = match items::Projection::of(block) {
            Ok(projection) => projection,
            Err(stop) => return vec![Err(stop)],
        };
        let reads = of_list(block, "Keys", |key| vec![items::get_one(&target, Some(key), &projection)]);
        if reads.is_empty() { vec![Stop::refused("`Keys` is empty")] } else { reads }
    };
    by_table.iter().flat_map(|member| of_table(&member.name, &member.value)).collect()
}

fn batch_write(request: &StrictValue, tables: &Tables<'_>) -> Vec<Read> {
    let by_table = request.get("RequestItems").map(StrictValue::members).unwrap_or_default();
    let of_one = |target: &Target, one: &StrictValue| -> Vec<Read> {
        // Nobody says which counts where there are both.
        let put = one.get("PutRequest").map(|put| items::put_into(target.clone(), put));
        let delete = one.get("DeleteRequest").map(|delete| items::delete_from(target.clone(), delete));
        put.into_iter().chain(delete).collect()
    };
    let of_table = |name: &str, list: &StrictValue| -> Vec<Read> {
        let target = Target::of(name, tables);
        let some = list.elements().iter().filter(|one| one.kind != StrictKind::Null);
        some.flat_map(|one| of_one(&target, one)).collect()
    };
    by_table.iter().flat_map(|member| of_table(&member.name, &member.value)).collect()
}

fn transact_write(item: &StrictValue, tables: &Tables<'_>) -> Read {
    let parts = ["Put", "Update", "Delete", "ConditionCheck"].into_iter().filter_map(|name| {
        let part = item.get(name)?;
        Some(match name {
            "Put" => items::put(part, tables),
            "Update" => items::update(part, tables),
            // A check has the members of a delete, and reaches no more.
            _ => items::delete(part, tables),
        })
    });
    let mut parts = parts.collect::<Vec<_>>().into_iter();
    match (parts.next(), parts.next()) {
        (Some(part), None) => part,
        _ => Stop::refused("an element of a transaction is not exactly one of its kinds"),
    }
}
