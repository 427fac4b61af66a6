//! References: `$x`, `${x}`, `$!x.name`, `$x.method(arguments)`, `$x[index]`.

use crate::ast::{Access, AccessKind, Expr, ExprKind, Reference, ReferenceForm};

use super::cursor::{Cursor, Parsed};
use super::token;

impl Cursor<'_, '_> {
    /// Whether a reference begins here: `$`, optionally `!` and `{`, and a name.
    pub(super) fn at_reference(&self) -> bool {
        let Some(after) = self.rest().strip_prefix('$') else { return false };
        let after = after.strip_prefix('!').unwrap_or(after);
        let after = after.strip_prefix('{').unwrap_or(after);
        after.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
    }

    /// Whether `$\!name` stands here: Velocity takes it for a quiet reference, but to a name that never exists.
    pub(super) fn at_marred_reference(&self) -> bool {
        let Some(after) = self.rest().strip_prefix('$') else { return false };
        let unescaped = after.trim_start_matches('\\');
        unescaped.len() < after.len()
            && unescaped.strip_prefix('!').is_some_and(|name| {
                let name = name.strip_prefix('{').unwrap_or(name);
                name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            })
    }

    /// Reads what [`Self::at_marred_reference`] saw.
    pub(super) fn marred_reference(&mut self) -> Parsed<Reference> {
        let start = self.pos;
        self.eat("$");
        self.take(token::backslashes);
        self.eat("!");
        let formal = self.eat("{");
        self.take(token::identifier);
        let mut accesses = Vec::new();
        while let Some(access) = self.access()? {
            accesses.push(access);
        }
        if formal && !self.eat("}") {
            return self.fail(start, "reference is not closed: expected `}`");
        }
        let form = ReferenceForm { quiet: true, formal };
        Ok(Reference { span: self.span_from(start), form, root: String::new(), accesses })
    }

    /// Reads a reference; [`Self::at_reference`] must hold.
    pub(super) fn reference(&mut self) -> Parsed<Reference> {
        let start = self.pos;
        self.eat("$");
        let quiet = self.eat("!");
        let formal = self.eat("{");
        let Some(root) = self.take(token::identifier) else {
            return self.fail(start, "expected a name after `$`");
        };
        let mut accesses = Vec::new();
        while let Some(access) = self.access()? {
            accesses.push(access);
        }
        if formal && !self.eat("}") {
            return self.fail(start, format!("reference `${{{root}` is not closed: expected `}}`"));
        }
        let form = ReferenceForm { quiet, formal };
        Ok(Reference { span: self.span_from(start), form, root: root.to_owned(), accesses })
    }

    fn access(&mut self) -> Parsed<Option<Access>> {
        let start = self.pos;
        let kind = if self.looking_at("[") {
            AccessKind::Index(self.nested(Self::index)?)
        } else if self.looking_at(".")
            && self.peek_after(1).is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        {
            self.eat(".");
            let name = self.take(token::identifier).unwrap_or("").to_owned();
            if self.looking_at("(") {
                AccessKind::Method(name, self.nested(Self::arguments)?)
            } else {
                AccessKind::Property(name)
            }
        } else {
            return Ok(None);
        };
        Ok(Some(Access { span: self.span_from(start), kind }))
    }

    /// `[` string, integer, boolean or reference `]`.
    fn index(&mut self) -> Parsed<Expr> {
        let start = self.pos;
        self.eat("[");
        self.skip_space();
        let index = self.operand(start)?;
        self.skip_space();
        if !self.eat("]") {
            return self
                .fail(start, "index is not closed: expected `]` after one string, integer or reference");
        }
        Ok(index)
    }

    fn arguments(&mut self) -> Parsed<Vec<Expr>> {
        let start = self.pos;
        self.eat("(");
        let mut arguments = Vec::new();
        self.skip_space();
        if self.eat(")") {
            return Ok(arguments);
        }
        loop {
            self.skip_space();
            arguments.push(self.argument(start)?);
            self.skip_space();
            if self.eat(")") {
                return Ok(arguments);
            }
            if !self.eat(",") {
                return self.fail(
                    start,
                    "method arguments are not closed: expected `,` or `)` (an argument holds no operators)",
                );
            }
        }
    }

    /// A method's argument: an operand, or a bare word, which Velocity reads as a reference to nothing.
    fn argument(&mut self, start: usize) -> Parsed<Expr> {
        let at = self.pos;
        if let Some(word) = self.take(token::bare_word) {
            let kind = match word {
                "true" => ExprKind::Bool(true),
                "false" => ExprKind::Bool(false),
                _ => ExprKind::Runt(word.to_owned()),
            };
            return Ok(Expr { span: self.span_from(at), kind });
        }
        self.operand(start)
    }
}
