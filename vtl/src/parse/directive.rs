//! Directives: `#set #if #foreach #define #macro #break #stop`, and words that are none.

use std::rc::Rc;

use crate::ast::{Block, Define, Expr, ExprKind, Foreach, If, Node, NodeKind, Set};

use super::block::BlockEnd;
use super::cursor::{Cursor, Parsed};
use super::token;
use crate::parse::Word;

impl Cursor<'_, '_> {
    /// What follows `#set(`.
    pub(super) fn set(&mut self, start: usize) -> Parsed<NodeKind> {
        self.skip_space();
        if !self.at_reference() {
            return self.fail(start, "`#set` needs a reference to assign to: `#set($name = …)`");
        }
        let target = self.nested(Self::reference)?;
        self.skip_space();
        if self.looking_at("==") || !self.eat("=") {
            return self.fail(start, "`#set` needs `=` after the reference");
        }
        let value = self.expression()?;
        self.close(start, "#set")?;
        Ok(NodeKind::Set(Box::new(Set { target, value })))
    }

    /// What follows `#word`.
    pub(super) fn directive(
        &mut self,
        start: usize,
        name: &str,
        nodes: &mut Block,
    ) -> Parsed<Option<BlockEnd>> {
        self.end_word = start;
        let kind = match name {
            "end" => {
                self.eat_line_rest();
                return Ok(Some(BlockEnd::End));
            }
            "else" => {
                self.eat_line_rest();
                return Ok(Some(BlockEnd::Else));
            }
            "elseif" => return Ok(Some(BlockEnd::ElseIf)),
            "if" => self.nested(|cursor| cursor.conditional(start))?,
            "foreach" => self.nested(|cursor| cursor.foreach(start))?,
            "define" | "literal" if !self.opens() => {
                NodeKind::Throws(if name == "define" { "#define" } else { "#literal" })
            }
            "define" => self.nested(|cursor| cursor.define(start))?,
            "macro" => self.nested(|cursor| cursor.macro_definition(start))?,
            "break" => NodeKind::Break,
            "stop" => NodeKind::Stop,
            "literal" => {
                self.nested(|cursor| cursor.literal_block(start, nodes))?;
                return Ok(None);
            }
            _ if name.starts_with('@') && self.opens() => {
                self.nested(|cursor| {
                    cursor.unknown_arguments(start)?;
                    cursor.body(start, name)
                })?;
                self.push_text(start, self.pos, nodes);
                return Ok(None);
            }
            _ => {
                self.unknown_arguments(start)?;
                let word = Word { span: self.span_from(start), name: name.to_owned(), stray: false };
                self.progress.words.push(word);
                self.push_text(start, self.pos, nodes);
                return Ok(None);
            }
        };
        nodes.push(Node { span: self.span_from(start), kind });
        Ok(None)
    }

    /// Whether a parenthesis comes next.
    fn opens(&self) -> bool {
        self.rest().trim_start_matches([' ', '\t', '\n', '\r']).starts_with('(')
    }

    fn open(&mut self, start: usize, name: &str) -> Parsed<()> {
        self.skip_space();
        if self.eat("(") {
            return Ok(());
        }
        if matches!(name, "#if" | "#foreach" | "#macro") {
            let span = self.span(start, start + name.len());
            let name = name.trim_start_matches('#').to_owned();
            self.progress.words.push(Word { span, name, stray: true });
        }
        self.fail(start, format!("`{name}` needs `(` after it"))
    }

    fn close(&mut self, start: usize, name: &str) -> Parsed<()> {
        self.skip_space();
        if !self.eat(")") {
            return self.fail(start, format!("`{name}(` is not closed: expected an operator or `)`"));
        }
        self.eat_line_rest();
        Ok(())
    }

    fn conditional(&mut self, start: usize) -> Parsed<NodeKind> {
        let mut arms = Vec::new();
        let mut word = "#if";
        loop {
            self.open(start, word)?;
            let condition = self.expression()?;
            self.close(start, word)?;
            let mut body = Vec::new();
            let end = self.block(&mut body, false);
            arms.push((condition, body));
            match end {
                BlockEnd::ElseIf => word = "#elseif",
                BlockEnd::Else => {
                    let otherwise = self.body(start, "#if")?;
                    return Ok(NodeKind::If(Box::new(If { arms, otherwise: Some(otherwise) })));
                }
                BlockEnd::End => return Ok(NodeKind::If(Box::new(If { arms, otherwise: None }))),
                BlockEnd::Template => return self.unended(start, "#if"),
            }
        }
    }

    /// A block up to its `#end`.
    fn body(&mut self, start: usize, name: &str) -> Parsed<Block> {
        let mut body = Vec::new();
        match self.block(&mut body, false) {
            BlockEnd::End => Ok(body),
            BlockEnd::Template => self.unended(start, name),
            BlockEnd::Else | BlockEnd::ElseIf => {
                self.fail(start, format!("`#else` inside `{name}` belongs to no `#if`"))
            }
        }
    }

    fn unended<T>(&mut self, start: usize, name: &str) -> Parsed<T> {
        let span = self.span(start, start + name.len());
        if !self.gave_up() {
            self.progress.error(span, format!("`{name}` has no `#end`"));
        }
        Err(super::cursor::Failed)
    }

    fn foreach(&mut self, start: usize) -> Parsed<NodeKind> {
        self.open(start, "#foreach")?;
        let mut arguments = self.directive_arguments(start)?;
        let body = self.body(start, "#foreach")?;
        let [variable, _, iterable] = arguments.as_mut_slice() else {
            return self
                .fail(start, "`#foreach` needs three things between its parentheses: `$item in $list`");
        };
        let ExprKind::Reference(variable) = &variable.kind else {
            return self.fail(start, "`#foreach` needs a reference first: `$item in $list`");
        };
        let iterable = iterable.clone();
        Ok(NodeKind::Foreach(Box::new(Foreach { variable: variable.root.clone(), iterable, body })))
    }

    fn define(&mut self, start: usize) -> Parsed<NodeKind> {
        self.open(start, "#define")?;
        let arguments = self.directive_arguments(start)?;
        let body = self.body(start, "#define")?;
        let Some(ExprKind::Reference(name)) = arguments.first().map(|argument| &argument.kind) else {
            return self.fail(start, "`#define` needs a reference between its parentheses: `#define($name)`");
        };
        Ok(NodeKind::Define(Define { name: name.root.clone(), body: Rc::new(body) }))
    }

    fn macro_definition(&mut self, start: usize) -> Parsed<NodeKind> {
        self.open(start, "#macro")?;
        let arguments = self.directive_arguments(start)?;
        self.body(start, "#macro")?;
        if arguments.is_empty() {
            return self.fail(start, "`#macro` needs a name between its parentheses");
        }
        Ok(NodeKind::Macro)
    }

    /// `#literal() … #end`: the body prints as it is written.
    fn literal_block(&mut self, start: usize, nodes: &mut Block) -> Parsed<()> {
        self.open(start, "#literal")?;
        self.directive_arguments(start)?;
        let from = self.pos;
        let body = self.body(start, "#literal")?;
        let to = body.last().map_or(from, |node| {
            from + (node.span.end().to_usize() - self.span(from, from).start().to_usize())
        });
        self.push_text(from, to, nodes);
        Ok(())
    }

    /// An unknown word may have arguments; they must read as such although they print as they are written.
    fn unknown_arguments(&mut self, start: usize) -> Parsed<()> {
        let before = self.pos;
        self.skip_space();
        if self.eat("(") {
            self.nested(|cursor| cursor.directive_arguments(start))?;
        } else {
            self.pos = before;
        }
        Ok(())
    }

    /// Operands and bare words, separated by blanks or commas, up to `)`.
    fn directive_arguments(&mut self, start: usize) -> Parsed<Vec<Expr>> {
        let mut arguments = Vec::new();
        loop {
            self.skip_space();
            while self.eat(",") {
                self.skip_space();
            }
            if self.eat(")") {
                self.eat_line_rest();
                return Ok(arguments);
            }
            if self.at_end() {
                return self.fail(start, "directive arguments are not closed: expected `)`");
            }
            let at = self.pos;
            match self.take(token::bare_word) {
                Some(word) => {
                    let kind = match word {
                        "true" | "false" => ExprKind::Bool(word == "true"),
                        _ => ExprKind::Runt(word.to_owned()),
                    };
                    arguments.push(Expr { span: self.span_from(at), kind });
                }
                None => arguments.push(self.operand(start)?),
            }
        }
    }
}
