//! Statements held against a grant: their keys, and the owner that they demand.

use keybound_shared::{Grant, Key, KeyPattern};

use crate::dynamodb::partiql::tree::{self, Change, Expr, ExprKind, StatementKind};
use crate::dynamodb::syntax::Item;
use crate::reach::held::{Compared, Held};
use crate::reach::miss::{Kind, Miss};
use crate::reach::operation::Operation;
use crate::reach::request::Form;
use crate::render::skeleton::{Slot, below};

use super::{Statement, statements};

impl Statement {
    /// Whether a value is within a pattern.
    fn value_within(
        &self,
        held: &Held<'_>,
        operation: &Operation,
        value: &Expr,
        pattern: &KeyPattern,
        compared: Compared,
        grant: &Grant,
    ) -> Result<(), Miss> {
        match &value.ungrouped().kind {
            _ if pattern.is_everything() => Ok(()),
            ExprKind::String(text) => {
                let form = Form { pieces: self.pieces(text), ..self.form.clone() };
                held.form_within(&form, pattern, compared, grant)
            }
            ExprKind::Parameter(nth) => {
                let value = parameter(held, operation, *nth)?;
                held.value_within(&value, pattern, compared, grant)
            }
            _ => {
                Err(Miss::of_form(Kind::Key, &self.form, format!("a key of the statement is no `{pattern}`")))
            }
        }
    }

    /// The texts that a key attribute must be or begin with; none where it may be any, or where that is not followed.
    pub fn key_forms(
        &self,
        held: &Held<'_>,
        operation: &Operation,
        attribute: &str,
        only_equal: bool,
    ) -> Option<(Compared, Vec<Form>)> {
        let (compared, values) = match &self.tree.kind {
            StatementKind::Insert(insert) => {
                let ExprKind::Tuple(fields) = &insert.item.ungrouped().kind else { return None };
                let is_it = |field: &&tree::Field| match &field.name.kind {
                    ExprKind::String(text) => text.as_plain() == Some(attribute),
                    _ => false,
                };
                (Compared::Equal, fields.iter().filter(is_it).map(|field| &field.value).collect())
            }
            _ => {
                let demands = self.demands(attribute).into_iter();
                demands.into_iter().find(|(compared, _)| !only_equal || *compared == Compared::Equal)?
            }
        };
        let mut forms = Vec::new();
        for value in values {
            match &value.ungrouped().kind {
                ExprKind::String(text) => forms.push(Form { pieces: self.pieces(text), ..self.form.clone() }),
                ExprKind::Parameter(nth) => {
                    let value = parameter(held, operation, *nth).ok()?;
                    forms.extend(held.request.forms(&below(&value, &["S"])).ok()?);
                }
                _ => return None,
            }
        }
        Some((compared, forms)).filter(|(_, forms)| !forms.is_empty())
    }

    fn inserted(
        &self,
        held: &Held<'_>,
        operation: &Operation,
        item: &Expr,
        name: &str,
        pattern: &KeyPattern,
        grant: &Grant,
    ) -> Result<(), Miss> {
        if pattern.is_everything() {
            return Ok(());
        }
        let ExprKind::Tuple(fields) = &item.ungrouped().kind else {
            return Err(Miss::of_form(Kind::ClientKey, &self.form, "the item of the statement is not fixed"));
        };
        let mut all = fields.iter().filter(|field| match &field.name.kind {
            ExprKind::String(text) => text.as_plain().is_none_or(|text| text == name),
            _ => true,
        });
        all.try_for_each(|field| {
            self.value_within(held, operation, &field.value, pattern, Compared::Equal, grant)
        })
    }
}

/// Where the nth of a statement's parameters stands. Parameters are counted, so nothing may come and go among them.
pub(in crate::reach) fn parameter(
    held: &Held<'_>,
    operation: &Operation,
    nth: u32,
) -> Result<Vec<Slot>, Miss> {
    let list = below(&operation.at, &["Parameters"]);
    if let Some(anything) = held.request.anything_at(&list) {
        return Err(Miss::of_anything(Kind::ClientKey, anything, "the statement's parameters are not fixed"));
    }
    let unsure = || Miss::whole(Kind::Undecided, "which parameter of the statement is which is not known");
    let count = usize::try_from(nth).unwrap_or(usize::MAX);
    // In the order in which they are written, each once.
    let mut slots: Vec<Slot> = Vec::new();
    for writing in held.request.writings_in(&list) {
        let Some(slot) = writing.path.last() else { continue };
        if slots.len() > count && !slots.contains(slot) {
            continue;
        }
        let is_once = !writing.in_block && writing.loops.is_empty() && !slots.contains(slot);
        if !is_once || held.request.without(&writing.path, &operation.anchor()).is_some() {
            return Err(unsure());
        }
        slots.push(slot.clone());
    }
    let slot = slots.get(count).ok_or_else(unsure)?;
    Ok(list.into_iter().chain([slot.clone()]).collect())
}

/// Whether the keys of every statement are within a grant's.
pub fn keys_within(
    held: &Held<'_>,
    operation: &Operation,
    grant: &Grant,
    key: &Key,
    (partition, sort): (&KeyPattern, Option<&KeyPattern>),
) -> Result<(), Miss> {
    for statement in statements(held, operation)? {
        let attributes =
            std::iter::once((&key.partition, Some(partition))).chain(key.sort.iter().map(|s| (s, sort)));
        for (name, pattern) in attributes {
            let Some(pattern) = pattern else { continue };
            let is_partition = *name == key.partition;
            // Any partition is still one at a time; any sort key is all of them.
            if pattern.is_everything() && !is_partition {
                continue;
            }
            if let StatementKind::Insert(insert) = &statement.tree.kind {
                statement.inserted(held, operation, &insert.item, name, pattern, grant)?;
                continue;
            }
            let demands = statement.demands(name);
            let demand = demands.iter().find(|(compared, _)| !is_partition || *compared == Compared::Equal);
            let Some((compared, values)) = demand else {
                let message = format!(
                    "the statement leaves `{name}` open, where grant `{}` gives `{pattern}`",
                    grant.name
                );
                return Err(Miss::of_form(Kind::Key, &statement.form, message));
            };
            for value in values {
                statement.value_within(held, operation, value, pattern, *compared, grant)?;
            }
        }
    }
    Ok(())
}

/// Whether every statement demands that an attribute be the caller's, and leaves it as it is.
pub fn owner_demanded(
    held: &Held<'_>,
    operation: &Operation,
    grant: &Grant,
    attribute: &str,
    pattern: &KeyPattern,
) -> Result<(), Miss> {
    for statement in statements(held, operation)? {
        let owned = match &statement.tree.kind {
            StatementKind::Update(update) => !update.changes.iter().any(|change| match change {
                Change::Set(items) => items.iter().any(|item| match item {
                    Item::Known(assignment) => assignment.target.head.text.as_plain() == Some(attribute),
                    Item::Opaque(_) => true,
                }),
                Change::Remove(items) => items.iter().any(|item| match item {
                    Item::Known(path) => path.head.text.as_plain() == Some(attribute),
                    Item::Opaque(_) => true,
                }),
                Change::Opaque(_) => true,
            }),
            StatementKind::Delete(_) => true,
            _ => false,
        };
        let demands = statement.demands(attribute);
        let is_demanded = demands.iter().any(|(compared, values)| {
            *compared == Compared::Equal
                && !values.is_empty()
                && values.iter().all(|value| {
                    statement.value_within(held, operation, value, pattern, Compared::Equal, grant).is_ok()
                })
        });
        if !(owned && is_demanded) {
            let message =
                format!("the statement does not demand that `{attribute}` be `{pattern}`, or changes it");
            return Err(Miss::of_form(Kind::Owner, &statement.form, message));
        }
    }
    Ok(())
}
