//! Projection expressions.

use nom::Parser;
use nom::combinator::cut;
use nom::multi::separated_list1;

use super::lexer::Kind;
use super::operand::{Input, Parse, comma, path};
use super::tree::Projection;

/// A whole projection expression.
pub(super) fn projection<'a>(input: Input<'a>) -> Parse<'a, Projection> {
    let ends = |input: &Input<'a>| input.kind() == Some(Kind::Comma);
    let (rest, items) =
        separated_list1(comma, cut(|input: Input<'a>| input.or_opaque(path, ends))).parse(input)?;
    Ok((rest, Projection { items }))
}
