//! Projection expressions.

use nom::Parser;
use nom::combinator::cut;
use nom::multi::separated_list1;

use super::lexer::Kind;
use super::operand::{Input, Parse, comma, or_opaque, path};
use super::tree::Projection;

/// A whole projection expression.
pub(super) fn projection(input: Input<'_>) -> Parse<'_, Projection> {
    let ends = |input: &Input<'_>| input.kind() == Some(Kind::Comma);
    let (rest, items) = separated_list1(comma, cut(|input| or_opaque(input, path, ends))).parse(input)?;
    Ok((rest, Projection { items }))
}
