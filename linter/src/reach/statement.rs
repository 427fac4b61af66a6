//! PartiQL statements: which table, keys and attributes they reach.

mod attributes;
mod within;

use crate::dynamodb::holey_text::{HoleId, HoleyText, Piece as HoleyPiece};
use crate::dynamodb::partiql::tree::{Collection, Comparator, Expr, ExprKind, Projection, StatementKind};
use crate::dynamodb::partiql::{self, tree};
use crate::render::skeleton::below;
use crate::render::value::Piece;
use crate::render::{Control, Term, TermId};

use super::held::{Compared, Held};
use super::key_text::Part;
use super::miss::{Kind, Miss};
use super::operation::Operation;
use super::request::Form;

pub(in crate::reach) use within::parameter;
pub use within::{keys_within, owner_demanded};

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
