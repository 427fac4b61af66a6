//! Expressions: conditions, filters, key conditions, updates and projections.
//!
//! Source of the grammar: "Using expressions in DynamoDB" of the Amazon DynamoDB Developer Guide, with what its
//! summary leaves open (blanks, keywords in any case, parentheses around operands) as DynamoDB's emulators have it.

pub mod check;
mod condition;
mod holes;
mod lexer;
mod operand;
mod parts;
mod print;
mod projection;
pub mod tree;
mod update;

#[cfg(test)]
mod tests;

use keybound_vtl::Span;

pub use check::check;
pub use holes::HoleRole;
pub use parts::{FunctionPlace, Part, PathUse};
pub use print::Print;
use tree::{Condition, Projection, Section, Update};

use crate::dynamodb::holey_text::HoleyText;
use crate::dynamodb::shape::ExpressionKind;
use crate::dynamodb::syntax::tokens::{Tokens, failure};
use crate::dynamodb::syntax::{Item, MAX_LENGTH, Opaque, Parsed, SyntaxError};
use operand::{Input, Parse};
use parts::Tree;

/// The tree of an expression of any kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression {
    /// Of `KeyConditionExpression`, `ConditionExpression`, `FilterExpression`.
    Condition(Condition),
    /// Of `UpdateExpression`.
    Update(Update),
    /// Of `ProjectionExpression`.
    Projection(Projection),
}

/// Parses an expression of a kind.
pub fn parse(kind: ExpressionKind, text: &HoleyText) -> Parsed<Expression, HoleRole> {
    match kind {
        ExpressionKind::KeyCondition | ExpressionKind::Condition | ExpressionKind::Filter => {
            parse_condition(text).map(Expression::Condition)
        }
        ExpressionKind::Update => parse_update(text).map(Expression::Update),
        ExpressionKind::Projection => parse_projection(text).map(Expression::Projection),
    }
}

/// Parses a condition, filter or key condition.
pub fn parse_condition(text: &HoleyText) -> Parsed<Condition, HoleRole> {
    parse_whole(text, condition::condition, Condition::Opaque)
}

/// Parses an update expression.
pub fn parse_update(text: &HoleyText) -> Parsed<Update, HoleRole> {
    parse_whole(text, update::update, |opaque| Update { sections: vec![Section::Opaque(opaque)] })
}

/// Parses a projection expression.
pub fn parse_projection(text: &HoleyText) -> Parsed<Projection, HoleRole> {
    parse_whole(text, projection::projection, |opaque| Projection { items: vec![Item::Opaque(opaque)] })
}

fn parse_whole<T: Tree>(
    text: &HoleyText,
    parser: impl FnOnce(Input<'_>) -> Parse<'_, T>,
    opaque: impl FnOnce(Opaque) -> T,
) -> Parsed<T, HoleRole> {
    let whole = Span::of(0, text.text().len());
    let (tree, errors) = if whole.len() > MAX_LENGTH {
        let message = format!("the expression has {} bytes; at most {MAX_LENGTH} are read", whole.len());
        (None, vec![SyntaxError { span: whole, message }])
    } else {
        let (tokens, mut errors) = lexer::tokens(text);
        let input = Tokens::new(text, &tokens);
        let outcome = parser(input).and_then(|(rest, tree)| match rest.is_at_end() {
            true => Ok(tree),
            false => Err(rest.failure("the end of the expression")),
        });
        let tree = match outcome {
            Ok(tree) => Some(tree),
            Err(error) => {
                let failure = failure(&error);
                // Where a hole is open, what does not parse may parse once it is filled.
                let heals = !text.holes().is_empty() && !failure.is_too_deep();
                if !heals && errors.is_empty() {
                    errors.push(failure.into_error(text));
                }
                heals.then(|| opaque(Opaque { text: text.clone(), span: whole }))
            }
        };
        (tree, errors)
    };
    let holes = holes::uses(text, tree.as_ref());
    Parsed { tree, errors, holes }
}
