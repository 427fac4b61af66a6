//! PartiQL as DynamoDB speaks it.
//!
//! Source of the grammar: "PartiQL reference for DynamoDB" of the Amazon DynamoDB Developer Guide; what it leaves open
//! (quotes, comments, numbers) as the PartiQL specification has it. Whether DynamoDB reads comments is not documented:
//! where it does not, it refuses a statement with one.

mod expression;
mod holes;
mod lexer;
mod print;
mod statement;
pub mod tree;

#[cfg(test)]
mod tests;

use keybound_vtl::Span;

pub use holes::HoleRole;
pub use tree::Statement;

use crate::dynamodb::holey_text::HoleyText;
use crate::dynamodb::syntax::tokens::{Tokens, failure};
use crate::dynamodb::syntax::{MAX_LENGTH, Opaque, Parsed, SyntaxError};
use tree::StatementKind;

/// Parses a statement.
pub fn parse_statement(text: &HoleyText) -> Parsed<Statement, HoleRole> {
    let whole = Span::of(0, text.text().len());
    if whole.len() > MAX_LENGTH {
        let message = format!("the statement has {} bytes; at most {MAX_LENGTH} are read", whole.len());
        let errors = vec![SyntaxError { span: whole, message }];
        return Parsed { tree: None, errors, holes: holes::uses(text, &[]) };
    }
    let (tokens, mut errors) = lexer::tokens(text);
    let holes = holes::uses(text, &tokens);
    let tree = match statement::statement(Tokens::new(text, &tokens)) {
        Ok((_, statement)) => Some(statement),
        Err(error) => {
            let failure = failure(&error);
            // Where a hole is open, what does not parse may parse once it is filled.
            let heals = !text.holes().is_empty() && !failure.is_too_deep();
            if !heals && errors.is_empty() {
                errors.push(failure.into_error(text));
            }
            let opaque = || StatementKind::Opaque(Opaque { text: text.clone(), span: whole });
            heals.then(|| Statement { kind: opaque(), rest: None })
        }
    };
    Parsed { tree, errors, holes }
}
