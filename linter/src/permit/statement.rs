//! PartiQL statements.

mod condition;
mod mentions;

use std::collections::BTreeMap;

use keybound_vtl::json::strict::StrictValue;

use super::Tables;
use super::beyond::Beyond;
use super::demand::{Demand, Is, Test, Value};
use super::expressions::{known, unparsed};
use super::items::{is_whole_key, whole_item};
use super::operation::{Count, Effect, Operation, Stop, Target, Write, attributes, key_attributes};
use super::pages::limit;
use crate::dynamodb::HoleyText;
use crate::dynamodb::partiql::parse_statement;
use crate::dynamodb::partiql::tree::{
    Change, Delete, Expr, ExprKind, Field, Insert, Projection, Select, Source, Statement, StatementKind,
    Update,
};
use mentions::Mentions;

/// The longest statement that DynamoDB takes, by the API reference.
const MAX_STATEMENT: usize = 8192;

/// The statement of `ExecuteStatement`, which may ask for a page of limited size.
pub(super) fn page(request: &StrictValue, tables: &Tables<'_>) -> Result<Operation, Stop> {
    read(request, limit(request)?, tables)
}

/// A statement of a batch or transaction.
pub(super) fn one(request: &StrictValue, tables: &Tables<'_>) -> Result<Operation, Stop> {
    read(request, None, tables)
}

fn read(request: &StrictValue, limit: Option<f64>, tables: &Tables<'_>) -> Result<Operation, Stop> {
    let text = request.get("Statement").and_then(StrictValue::as_str).unwrap_or_default();
    if text.chars().count() > MAX_STATEMENT {
        return Stop::refused("the statement is longer than DynamoDB takes");
    }
    let parsed = parse_statement(&HoleyText::plain(text));
    let Some(statement) = parsed.tree.filter(|_| parsed.errors.is_empty()) else {
        return Err(unparsed(&parsed.errors, "the statement does not parse"));
    };
    let mentions = Mentions::of(&statement)?;
    let parameters = request.get("Parameters").map(StrictValue::elements).unwrap_or_default();
    if mentions.parameters > parameters.len() {
        return Stop::refused("the statement has more `?` than there are parameters");
    }
    let on_failure = request.get("ReturnValuesOnConditionCheckFailure").and_then(StrictValue::as_str);
    let reader = Reader { parameters, limit, shows_failed: on_failure == Some("ALL_OLD"), tables };
    let mut operation = reader.operation(&statement)?;
    operation.named.extend(mentions.attributes);
    Ok(operation)
}

struct Reader<'a> {
    parameters: &'a [StrictValue],
    limit: Option<f64>,
    shows_failed: bool,
    tables: &'a Tables<'a>,
}

impl Reader<'_> {
    fn operation(&self, statement: &Statement) -> Result<Operation, Stop> {
        match &statement.kind {
            StatementKind::Select(select) => Ok(self.select(select)),
            StatementKind::Exists(select) => {
                let mut operation = self.select(select);
                operation.returns_all |= self.shows_failed;
                Ok(operation)
            }
            StatementKind::Insert(insert) => self.insert(insert),
            StatementKind::Update(update) => self.update(update),
            StatementKind::Delete(delete) => self.delete(delete),
            StatementKind::Opaque(_) => Err(Stop::Beyond(Beyond::Unread("a statement with a hole"))),
        }
    }

    /// An operation on the table or index of a statement, on all items.
    fn on(&self, source: &Source) -> Operation {
        let mut operation = Operation::on(Target::of(source.table.text.text(), self.tables));
        operation.index = source.index.as_ref().map(|index| index.text.text().to_owned());
        operation
    }

    fn demand(&self, filter: Option<&Expr>) -> Demand {
        filter.map_or_else(Demand::nothing, |filter| condition::demand(filter, self.parameters))
    }

    fn select(&self, select: &Select) -> Operation {
        let mut operation = self.on(&select.source);
        operation.keys = self.demand(select.filter.as_ref());
        operation.returns_all = matches!(select.projection, Projection::All);
        // Only a table's whole key is the key of one item; an index may hold many of one key.
        let schema = operation.target.key(None).filter(|_| operation.index.is_none());
        let is_one = schema.is_some_and(|schema| is_whole_key(&operation.keys, schema));
        operation.count = if is_one { Count::Free } else { Count::Page(self.limit) };
        operation
    }

    fn insert(&self, insert: &Insert) -> Result<Operation, Stop> {
        let operation = self.on(&insert.table);
        let item = whole_item(self.item(&insert.item)?, &operation.target)?;
        let mut operation = operation.of_item(&item);
        // DynamoDB inserts only where no item has the key.
        let new = operation.target.key(None).map_or_else(Demand::nothing, |schema| {
            Demand::Test(Test { attribute: schema.partition.clone(), is: Is::Absent })
        });
        self.write(&mut operation, new, Effect::Put, item);
        Ok(operation)
    }

    /// The attributes of an item that is written out, or given as a map.
    fn item(&self, item: &Expr) -> Result<Vec<(String, Value)>, Stop> {
        let unread = || Stop::Beyond(Beyond::Unread("an item whose attributes are not written out"));
        match &item.ungrouped().kind {
            ExprKind::Tuple(fields) => self.fields(fields).ok_or_else(unread),
            ExprKind::Parameter(ordinal) => {
                let parameter = condition::parameter(*ordinal, self.parameters);
                Ok(attributes(Some(parameter.and_then(|value| value.get("M")).ok_or_else(unread)?)))
            }
            _ => Err(unread()),
        }
    }

    /// The attributes of a tuple whose names are texts. Nobody says which counts of two of one name.
    fn fields(&self, fields: &[Field]) -> Option<Vec<(String, Value)>> {
        let mut item = BTreeMap::new();
        for field in fields {
            let ExprKind::String(name) = &field.name.kind else { return None };
            let value = condition::value(&field.value, self.parameters).unwrap_or(Value::Other);
            item.entry(name.text().to_owned()).and_modify(|known| *known = Value::Other).or_insert(value);
        }
        Some(item.into_iter().collect())
    }

    fn update(&self, update: &Update) -> Result<Operation, Stop> {
        let mut operation = self.one_item(&update.table, update.filter.as_ref())?;
        operation.returns_all = update.returning.is_some_and(|returning| returning.all);
        let mut changes = Vec::new();
        for change in &update.changes {
            match change {
                Change::Set(items) => changes.extend(known(items).map(|assignment| {
                    let path = &assignment.target;
                    let value = condition::value(&assignment.value, self.parameters);
                    let value = value.filter(|_| path.steps.is_empty()).unwrap_or(Value::Other);
                    (path.head.text.text().to_owned(), value)
                })),
                Change::Remove(items) => {
                    changes.extend(known(items).map(|path| (path.head.text.text().to_owned(), Value::Other)));
                }
                Change::Opaque(_) => return Err(Stop::Beyond(Beyond::Unread("a statement with a hole"))),
            }
        }
        let condition = operation.keys.clone();
        self.write(&mut operation, condition, Effect::Update, changes);
        Ok(operation)
    }

    fn delete(&self, delete: &Delete) -> Result<Operation, Stop> {
        let mut operation = self.one_item(&delete.table, delete.filter.as_ref())?;
        operation.returns_all = delete.returning.is_some_and(|returning| returning.all);
        let condition = operation.keys.clone();
        self.write(&mut operation, condition, Effect::Other, Vec::new());
        Ok(operation)
    }

    /// An operation on the item that `WHERE` names. By the developer guide the condition must resolve to a single primary
    /// key; one of plain tests that says nothing of a key attribute does not. Of others it is not sure.
    fn one_item(&self, source: &Source, filter: Option<&Expr>) -> Result<Operation, Stop> {
        let mut operation = self.on(source);
        operation.keys = self.demand(filter);
        let are_tests = operation.keys.conjuncts().iter().all(|demand| matches!(demand, Demand::Test(_)));
        if let Some(schema) = operation.target.key(None).filter(|_| are_tests) {
            let named = |is: &Is| matches!(is, Is::Equal(_) | Is::OneOf(_) | Is::Between(..));
            if let Some(part) = key_attributes(schema).find(|part| !operation.keys.of(part).any(named)) {
                return Stop::refused(format!("`WHERE` does not say which `{part}`"));
            }
        }
        if filter.is_none() {
            return Stop::refused("the statement has no `WHERE`");
        }
        Ok(operation)
    }

    fn write(
        &self,
        operation: &mut Operation,
        condition: Demand,
        effect: Effect,
        changes: Vec<(String, Value)>,
    ) {
        let shows_failed = self.shows_failed;
        operation.returns_all |= shows_failed;
        operation.write = Some(Write { condition, effect, changes, shows_failed });
    }
}
