//! Text and what stands between it.

use crate::ast::{Block, Node, NodeKind};

use super::cursor::{Cursor, Parsed};
use super::token;
use crate::parse::Word;
use crate::span::Span;

/// What ended a block. The cursor stands after the word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BlockEnd {
    Template,
    End,
    Else,
    ElseIf,
}

/// Directives that a backslash before them escapes.
const ESCAPABLE: [&str; 13] = [
    "if", "elseif", "else", "end", "set", "foreach", "define", "break", "stop", "macro", "literal",
    "include", "parse",
];

impl<'p> Cursor<'p, '_> {
    /// The whole text as a template.
    pub(super) fn template(mut self) -> Block {
        self.whole_block(false)
    }

    /// The content of a double-quoted string as a template. There a last `$` or `#` is text.
    pub(super) fn string_template(mut self) -> Block {
        self.whole_block(true)
    }

    fn whole_block(&mut self, in_string: bool) -> Block {
        let mut nodes = Vec::new();
        loop {
            match self.block(&mut nodes, in_string) {
                BlockEnd::Template => return nodes,
                end => {
                    let word = match end {
                        BlockEnd::Else => "#else",
                        BlockEnd::ElseIf => "#elseif",
                        BlockEnd::End | BlockEnd::Template => "#end",
                    };
                    let span = self.span(self.end_word, self.end_word + word.len());
                    self.progress.error(span, format!("`{word}` without a directive that it belongs to"));
                    self.stray_word(span, word, &mut nodes);
                }
            }
        }
    }

    /// Reads nodes up to what ends the block.
    pub(super) fn block(&mut self, nodes: &mut Block, in_string: bool) -> BlockEnd {
        loop {
            if self.at_end() || self.gave_up() {
                self.pos = self.text.len();
                return BlockEnd::Template;
            }
            let start = self.pos;
            match self.node(nodes, in_string) {
                Ok(None) => {}
                Ok(Some(end)) => return end,
                // What could not be read stands in the tree as text, to say more about such a template.
                Err(_) => {
                    if self.pos == start {
                        self.pos += self.peek().map_or(1, char::len_utf8);
                    }
                    self.push_text(start, self.pos, nodes);
                }
            }
        }
    }

    fn node(&mut self, nodes: &mut Block, in_string: bool) -> Parsed<Option<BlockEnd>> {
        let start = self.pos;
        if self.take(token::set_opening).is_some() {
            let kind = self.set(start)?;
            nodes.push(Node { span: self.span_from(start), kind });
            return Ok(None);
        }
        match self.peek() {
            Some('$') => {
                if self.at_marred_reference() {
                    let reference = self.nested(Self::marred_reference)?;
                    nodes.push(Node { span: reference.span, kind: NodeKind::Reference(reference) });
                } else if self.at_reference() {
                    let reference = self.nested(Self::reference)?;
                    nodes.push(Node { span: reference.span, kind: NodeKind::Reference(reference) });
                } else {
                    self.lone_sign(start, in_string, nodes)?;
                }
                Ok(None)
            }
            Some('#') => self.hash(nodes, in_string),
            Some('\\') => {
                self.backslashes(nodes)?;
                Ok(None)
            }
            _ => {
                let rest = self.rest();
                self.pos += rest.find(['$', '#', '\\']).unwrap_or(rest.len());
                self.push_text(start, self.pos, nodes);
                Ok(None)
            }
        }
    }

    /// A `$` or `#` that begins nothing is text, unless it ends the template: a lexical error.
    fn lone_sign(&mut self, start: usize, in_string: bool, nodes: &mut Block) -> Parsed<()> {
        let sign = self.peek().unwrap_or('$');
        self.pos += sign.len_utf8();
        let text_end = self.pos;
        if sign == '$' && self.eat("!") && !matches!(self.peek(), Some('$' | '[')) {
            // `$!` that begins nothing prints without its mark.
            if self.at_end() && !in_string {
                return self.fail(start, "`$!` at the end of the template: add a character after it");
            }
            self.push_text(start, text_end, nodes);
            return Ok(());
        }
        if self.at_end() && !in_string {
            return self
                .fail(start, format!("`{sign}` at the end of the template: add a character after it"));
        }
        self.push_text(start, self.pos, nodes);
        Ok(())
    }

    fn hash(&mut self, nodes: &mut Block, in_string: bool) -> Parsed<Option<BlockEnd>> {
        let start = self.pos;
        if self.eat("##") {
            let rest = self.rest();
            let line = rest.find(['\n', '\r']).unwrap_or(rest.len());
            let content = self.slice(self.pos, self.pos + line).to_owned();
            self.pos += line;
            if !self.eat("\r\n") && !self.eat("\n") {
                self.eat("\r");
            }
            nodes.push(Node { span: self.span_from(start), kind: NodeKind::Comment(content) });
            return Ok(None);
        }
        if self.eat("#*") {
            let Some(length) = self.rest().find("*#") else {
                return self.fail(start, "comment is not closed: expected `*#`");
            };
            let content = self.slice(self.pos, self.pos + length).to_owned();
            self.pos += length + 2;
            nodes.push(Node { span: self.span_from(start), kind: NodeKind::Comment(content) });
            return Ok(None);
        }
        if self.eat("#[[") {
            let Some(length) = self.rest().find("]]#") else {
                return self.fail(start, "text block is not closed: expected `]]#`");
            };
            self.push_text(self.pos, self.pos + length, nodes);
            self.pos += length + 3;
            return Ok(None);
        }
        self.eat("#");
        match self.take(token::directive_name) {
            Some(name) => self.directive(start, name, nodes),
            None => {
                self.pos = start;
                self.lone_sign(start, in_string, nodes)?;
                Ok(None)
            }
        }
    }

    /// Backslashes mean something only before a reference or a known directive: each pair stands for one, and an
    /// odd one makes what follows text.
    fn backslashes(&mut self, nodes: &mut Block) -> Parsed<()> {
        let start = self.pos;
        let count = self.take(token::backslashes).map_or(0, str::len);
        let after = self.pos;
        let escaped = count % 2 == 1;
        if self.at_reference() {
            self.push_text(start, start + count / 2, nodes);
            if escaped {
                self.nested(Self::reference)?;
                self.push_text(after, self.pos, nodes);
            }
            return Ok(());
        }
        let name = self
            .rest()
            .strip_prefix('#')
            .and_then(|rest| token::directive_name(rest).ok())
            .map(|(_, name)| name);
        if name.is_some_and(|name| ESCAPABLE.contains(&name)) {
            self.push_text(start, start + count / 2, nodes);
            if escaped {
                self.eat("#");
                self.take(token::directive_name);
                self.push_text(after, self.pos, nodes);
            }
            return Ok(());
        }
        self.push_text(start, after, nodes);
        Ok(())
    }

    /// A directive's name that belongs to none: what the template would print if it were text.
    fn stray_word(&mut self, span: Span, word: &str, nodes: &mut Block) {
        let name = word.trim_start_matches('#').to_owned();
        self.progress.words.push(Word { span, name, stray: true });
        nodes.push(Node { span, kind: NodeKind::Text(word.to_owned()) });
    }

    /// Adds a part of the text as it is, placeholders apart.
    pub(super) fn push_text(&self, start: usize, end: usize, nodes: &mut Block) {
        self.push_text_as(start, end, nodes, str::to_owned);
    }

    /// Adds a part of the text, decoded by `decode`; placeholders become nodes of their own.
    pub(super) fn push_text_as(
        &self,
        start: usize,
        end: usize,
        nodes: &mut Block,
        decode: impl Fn(&str) -> String,
    ) {
        let mut from = start;
        for (at, _) in self.slice(start, end).match_indices(crate::template::PLACEHOLDER_CHAR) {
            let at = start + at;
            if let Some(index) = self.placeholder_at(at) {
                self.push_run(from, at, nodes, &decode);
                from = at + crate::template::PLACEHOLDER_CHAR.len_utf8();
                nodes.push(Node { span: self.span(at, from), kind: NodeKind::Placeholder(index) });
            }
        }
        self.push_run(from, end, nodes, &decode);
    }

    fn push_run(&self, from: usize, to: usize, nodes: &mut Block, decode: impl Fn(&str) -> String) {
        if from < to {
            let kind = NodeKind::Text(decode(self.slice(from, to)));
            nodes.push(Node { span: self.span(from, to), kind });
        }
    }

    /// After the word or parenthesis that ends a directive: the blanks and the line end, where nothing else follows.
    pub(super) fn eat_line_rest(&mut self) {
        self.take(token::line_rest);
    }
}
