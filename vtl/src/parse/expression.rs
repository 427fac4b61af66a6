//! Expressions between the parentheses of directives.

use crate::ast::{BinaryOp, Expr, ExprKind};

use super::cursor::{Cursor, Parsed};
use super::token;

/// Operators from the weakest binding to the strongest, with both spellings.
const LEVELS: [&[(&str, BinaryOp)]; 6] = [
    &[("||", BinaryOp::Or), ("or", BinaryOp::Or)],
    &[("&&", BinaryOp::And), ("and", BinaryOp::And)],
    &[
        ("==", BinaryOp::Equal),
        ("eq", BinaryOp::Equal),
        ("!=", BinaryOp::NotEqual),
        ("ne", BinaryOp::NotEqual),
    ],
    &[
        ("<=", BinaryOp::LessOrEqual),
        ("le", BinaryOp::LessOrEqual),
        (">=", BinaryOp::GreaterOrEqual),
        ("ge", BinaryOp::GreaterOrEqual),
        ("<", BinaryOp::Less),
        ("lt", BinaryOp::Less),
        (">", BinaryOp::Greater),
        ("gt", BinaryOp::Greater),
    ],
    &[("+", BinaryOp::Add), ("-", BinaryOp::Subtract)],
    &[("*", BinaryOp::Multiply), ("/", BinaryOp::Divide), ("%", BinaryOp::Modulo)],
];

/// Operators in one chain (`a + b + c`): the tree of a chain is as deep as it is long.
const MAX_CHAIN: usize = 300;

impl Cursor<'_, '_> {
    /// An expression; white space around it is consumed.
    pub(super) fn expression(&mut self) -> Parsed<Expr> {
        self.nested(|cursor| cursor.level(0))
    }

    fn level(&mut self, level: usize) -> Parsed<Expr> {
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        let start = self.pos;
        let mut left = self.level(level + 1)?;
        let mut chain = 0;
        while let Some(op) = self.operator(operators) {
            chain += 1;
            if chain > MAX_CHAIN {
                return self.fail(start, format!("expression has more than {MAX_CHAIN} operators in a row"));
            }
            let right = self.level(level + 1)?;
            let span = left.span.to(right.span);
            left = Expr { span, kind: ExprKind::Binary(op, Box::new(left), Box::new(right)) };
        }
        Ok(left)
    }

    fn operator(&mut self, operators: &[(&str, BinaryOp)]) -> Option<BinaryOp> {
        self.skip_space();
        let word = token::bare_word(self.rest()).map_or("", |(_, word)| word);
        let &(text, op) = operators.iter().find(|(text, _)| {
            if text.starts_with(|c: char| c.is_ascii_alphabetic()) {
                *text == word
            } else {
                self.looking_at(text)
            }
        })?;
        // `-1` is one token: `5 -1` has no operator in it.
        if op == BinaryOp::Subtract && self.peek_after(1).is_some_and(|c| c.is_ascii_digit()) {
            return None;
        }
        self.pos += text.len();
        Some(op)
    }

    fn unary(&mut self) -> Parsed<Expr> {
        self.skip_space();
        let start = self.pos;
        let word = token::bare_word(self.rest()).map_or("", |(_, word)| word);
        if word == "not" || (self.looking_at("!") && !self.looking_at("!=")) {
            self.pos += if word == "not" { word.len() } else { 1 };
            let operand = self.nested(Self::unary)?;
            return Ok(Expr { span: self.span_from(start), kind: ExprKind::Not(Box::new(operand)) });
        }
        if !self.eat("(") {
            return self.operand(start);
        }
        let mut inner = self.expression()?;
        self.skip_space();
        if !self.eat(")") {
            return self.fail(start, "parenthesis is not closed: expected an operator or `)`");
        }
        inner.span = self.span_from(start);
        Ok(inner)
    }
}
