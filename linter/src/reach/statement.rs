//! PartiQL statements: which table, keys and attributes they reach.

use std::collections::BTreeSet;

use keybound_shared::{Grant, Key, KeyPattern};

use crate::dynamodb::holey_text::{HoleId, HoleyText, Piece as HoleyPiece};
use crate::dynamodb::partiql::tree::{
    Change, Collection, Comparator, Expr, ExprKind, Projection, StatementKind,
};
use crate::dynamodb::partiql::{self, tree};
use crate::dynamodb::syntax::Item;
use crate::render::skeleton::{Slot, below};
use crate::render::value::Piece;
use crate::render::{Control, Term, TermId};

use super::held::{Compared, Held};
use super::key_text::Part;
use super::miss::{Kind, Miss};
use super::operation::Operation;
use super::request::Form;

/// One of the statements that an operation may be.
pub struct Statement {
    /// Its tree.
    pub tree: tree::Statement,
    /// The terms of its holes, by their ids.
    terms: Vec<TermId>,
    /// Its text.
    pub form: Form,
}

/// The statements that an operation may be.
///
/// # Errors
///
/// A statement of which not all is fixed or the caller's.
pub fn statements(held: &Held<'_>, operation: &Operation) -> Result<Vec<Statement>, Miss> {
    let at = below(&operation.at, &["Statement"]);
    let forms = held
        .request
        .forms(&at)
        .map_err(|anything| Miss::of_anything(Kind::ClientKey, anything, "the statement is not fixed"))?;
    let mut found = Vec::new();
    for form in forms {
        let (text, terms) = holey(held, &form)?;
        // What does not parse DynamoDB refuses.
        if let Some(tree) = partiql::parse_statement(&text).tree {
            found.push(Statement { tree, terms, form });
        }
    }
    Ok(found)
}

/// The text of a statement; only what the deployment or the rules bound may stand in it.
fn holey(held: &Held<'_>, form: &Form) -> Result<(HoleyText, Vec<TermId>), Miss> {
    let mut text = HoleyText::default();
    let mut terms = Vec::new();
    for piece in &form.pieces {
        match piece {
            Piece::Literal(known) => text.push_text(known),
            Piece::Hole(id) if form.quoted && is_tame(held, form, *id) => {
                text.push_hole(HoleId(u32::try_from(terms.len()).unwrap_or(u32::MAX)));
                terms.push(*id);
            }
            Piece::Hole(_) | Piece::Choice(_) => {
                return Err(Miss::of_form(Kind::ClientKey, form, "the statement is not fixed"));
            }
        }
    }
    Ok((text, terms))
}

fn is_tame(held: &Held<'_>, form: &Form, id: TermId) -> bool {
    let terms = held.sight.terms;
    if matches!(terms.get(id), Term::Deployment(_) | Term::StageVariable(_)) {
        return terms.control(id) == Control::Trusted;
    }
    let hole = Form { pieces: vec![Piece::Hole(id)], ..form.clone() };
    held.sight
        .texts(&hole)
        .is_some_and(|texts| texts.iter().all(|text| text.iter().all(|part| matches!(part, Part::Value(_)))))
}

impl Statement {
    /// A text of the statement as pieces.
    pub fn pieces(&self, text: &HoleyText) -> Vec<Piece> {
        let pieces = text.pieces().into_iter();
        pieces
            .filter_map(|piece| match piece {
                HoleyPiece::Text(text) => Some(Piece::Literal(text.into())),
                HoleyPiece::Hole(id) => self.terms.get(id.0 as usize).map(|id| Piece::Hole(*id)),
            })
            .collect()
    }

    /// What the conditions that must all hold demand of an attribute by `=`, `IN`, `begins_with` and `BETWEEN`.
    pub(super) fn demands(&self, attribute: &str) -> Vec<(Compared, Vec<&Expr>)> {
        let conjuncts = self.tree.filter().map(Expr::conjuncts).unwrap_or_default();
        let is_it = |expr: &Expr| named(expr).as_deref() == Some(attribute);
        let mut found = Vec::new();
        for expr in conjuncts {
            match &expr.kind {
                ExprKind::Comparison(comparison) if comparison.comparator == Comparator::Equal => {
                    if is_it(&comparison.left) {
                        found.push((Compared::Equal, vec![&comparison.right]));
                    } else if is_it(&comparison.right) {
                        found.push((Compared::Equal, vec![&comparison.left]));
                    }
                }
                ExprKind::In(membership) if !membership.negated && is_it(&membership.operand) => {
                    if let Collection::Values(values) = &membership.collection {
                        found.push((Compared::Equal, values.iter().collect()));
                    } else if let Collection::Expr(expr) = &membership.collection
                        && let ExprKind::List(values) = &expr.ungrouped().kind
                    {
                        found.push((Compared::Equal, values.iter().collect()));
                    }
                }
                ExprKind::Call(call) => {
                    if let [path, prefix] = call.arguments.as_slice()
                        && call
                            .name
                            .text
                            .as_plain()
                            .is_some_and(|name| name.eq_ignore_ascii_case("begins_with"))
                        && is_it(path)
                    {
                        found.push((Compared::Prefix, vec![prefix]));
                    }
                }
                ExprKind::Between(between) if !between.negated && is_it(&between.operand) => {
                    found.push((Compared::Prefix, vec![&between.low, &between.high]));
                }
                _ => {}
            }
        }
        found
    }

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

    /// Whether it puts a whole item into the table.
    pub fn inserts(&self) -> bool {
        matches!(self.tree.kind, StatementKind::Insert(_))
    }

    /// The attributes that the conditions which must all hold compare by `=`, or that an item is inserted with, in order.
    pub fn compared(&self) -> Vec<String> {
        if let StatementKind::Insert(insert) = &self.tree.kind {
            let ExprKind::Tuple(fields) = &insert.item.ungrouped().kind else { return Vec::new() };
            let name = |field: &tree::Field| match &field.name.kind {
                ExprKind::String(text) => text.as_plain().map(str::to_owned),
                _ => None,
            };
            return fields.iter().filter_map(name).collect();
        }
        let conjuncts = self.tree.filter().map(Expr::conjuncts).unwrap_or_default();
        let of = |expr: &Expr| match &expr.kind {
            ExprKind::Comparison(comparison) if comparison.comparator == Comparator::Equal => {
                named(&comparison.left).or_else(|| named(&comparison.right))
            }
            _ => None,
        };
        conjuncts.into_iter().filter_map(of).collect()
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

    /// The attributes that the statement names; none where a hole may name others.
    pub fn attributes(&self) -> Option<BTreeSet<String>> {
        let mut names = BTreeSet::new();
        let mut exprs: Vec<&Expr> = self.tree.filter().into_iter().collect();
        match &self.tree.kind {
            StatementKind::Select(select) | StatementKind::Exists(select) => {
                if let Projection::Items(items) = &select.projection {
                    for item in items {
                        match item {
                            Item::Known(expr) => exprs.push(expr),
                            Item::Opaque(_) => return None,
                        }
                    }
                }
                for order in &select.order {
                    names.insert(order.path.head.text.as_plain()?.to_owned());
                }
            }
            StatementKind::Insert(insert) => match &insert.item.ungrouped().kind {
                ExprKind::Tuple(fields) => {
                    for field in fields {
                        match &field.name.kind {
                            ExprKind::String(text) => names.insert(text.as_plain()?.to_owned()),
                            _ => return None,
                        };
                    }
                }
                _ => return None,
            },
            StatementKind::Update(update) => {
                for change in &update.changes {
                    match change {
                        Change::Set(items) => {
                            for item in items {
                                let Item::Known(assignment) = item else { return None };
                                names.insert(assignment.target.head.text.as_plain()?.to_owned());
                                exprs.push(&assignment.value);
                            }
                        }
                        Change::Remove(items) => {
                            for item in items {
                                let Item::Known(path) = item else { return None };
                                names.insert(path.head.text.as_plain()?.to_owned());
                            }
                        }
                        Change::Opaque(_) => return None,
                    }
                }
            }
            StatementKind::Delete(_) => {}
            StatementKind::Opaque(_) => return None,
        }
        while let Some(expr) = exprs.pop() {
            match &expr.kind {
                ExprKind::Path(path) => {
                    names.insert(path.head.text.as_plain()?.to_owned());
                }
                ExprKind::Call(call) => exprs.extend(&call.arguments),
                ExprKind::List(parts) | ExprKind::Bag(parts) | ExprKind::And(parts) | ExprKind::Or(parts) => {
                    exprs.extend(parts);
                }
                ExprKind::Tuple(fields) => exprs.extend(fields.iter().map(|field| &field.value)),
                ExprKind::Group(inner) | ExprKind::Negative(inner) | ExprKind::Not(inner) => {
                    exprs.push(inner)
                }
                ExprKind::Sum(sum) => {
                    exprs.push(&sum.first);
                    exprs.extend(sum.rest.iter().map(|(_, expr)| expr));
                }
                ExprKind::Comparison(comparison) => exprs.extend([&comparison.left, &comparison.right]),
                ExprKind::Between(between) => exprs.extend([&between.operand, &between.low, &between.high]),
                ExprKind::In(membership) => {
                    exprs.push(&membership.operand);
                    match &membership.collection {
                        Collection::Values(values) => exprs.extend(values),
                        Collection::Expr(expr) => exprs.push(expr),
                    }
                }
                ExprKind::Is(test) => exprs.push(&test.operand),
                ExprKind::Exists(_) | ExprKind::Opaque(_) => return None,
                ExprKind::String(_)
                | ExprKind::Number(_)
                | ExprKind::Boolean(_)
                | ExprKind::Null
                | ExprKind::Missing
                | ExprKind::Parameter(_) => {}
            }
        }
        Some(names)
    }

    /// Whether all attributes of an item come back.
    pub fn returns_all(&self) -> bool {
        match &self.tree.kind {
            StatementKind::Select(select) => select.projection == Projection::All,
            StatementKind::Update(update) => update.returning.is_some_and(|returning| returning.all),
            StatementKind::Delete(delete) => delete.returning.is_some_and(|returning| returning.all),
            _ => false,
        }
    }
}

/// The attribute that an expression is the whole of.
fn named(expr: &Expr) -> Option<String> {
    match &expr.ungrouped().kind {
        ExprKind::Path(path) if path.steps.is_empty() => path.head.text.as_plain().map(str::to_owned),
        _ => None,
    }
}

/// Where the nth of a statement's parameters stands. Parameters are counted, so nothing may come and go among them.
pub(super) fn parameter(held: &Held<'_>, operation: &Operation, nth: u32) -> Result<Vec<Slot>, Miss> {
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

impl Statement {
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
