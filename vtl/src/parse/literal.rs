//! Literals: strings with their nested templates, numbers, lists, ranges, maps.

use std::borrow::Cow;

use crate::ast::{Expr, ExprKind, Node, NodeKind};

use super::cursor::{Cursor, Origins, Parsed};
use super::token;

impl Cursor<'_, '_> {
    /// A literal, a reference or a placeholder: what stands where no operator may. `start` is where the construct
    /// around it begins, for the error.
    pub(super) fn operand(&mut self, start: usize) -> Parsed<Expr> {
        let at = self.pos;
        let kind = match self.peek() {
            Some('"') => return self.nested(Self::double_quoted),
            Some('\'') => return self.single_quoted(),
            Some('$') if self.at_reference() => ExprKind::Reference(self.nested(Self::reference)?),
            Some('[') => return self.nested(Self::list_or_range),
            Some('{') => return self.nested(Self::map),
            _ => {
                if let Some(index) = self.placeholder_at(at) {
                    self.pos += self.peek().map_or(0, char::len_utf8);
                    ExprKind::Placeholder(index)
                } else if let Some(digits) = self.take(token::integer) {
                    ExprKind::Integer(digits.to_owned())
                } else if let Some(digits) = self.take(token::float) {
                    ExprKind::Float(digits.to_owned())
                } else {
                    match self.rest().split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next() {
                        Some(word @ ("true" | "false")) => {
                            self.pos += word.len();
                            ExprKind::Bool(word == "true")
                        }
                        _ => return self.no_operand(start),
                    }
                }
            }
        };
        Ok(Expr { span: self.span_from(at), kind })
    }

    fn no_operand(&mut self, start: usize) -> Parsed<Expr> {
        let found = match self.peek() {
            None => "the end of the template".to_owned(),
            Some(c) => format!("`{}`", c.escape_debug()),
        };
        self.fail(start, format!("expected a reference or a literal, found {found}"))
    }

    /// The raw content between quotes: only a doubled quote stands for a quote, a backslash means nothing.
    fn quoted(&mut self, quote: char) -> Parsed<(usize, usize, bool)> {
        let start = self.pos;
        let content = start + 1;
        let mut doubled = false;
        let mut chars = self.text.get(content..).unwrap_or("").char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            if c != quote {
                continue;
            }
            if chars.peek().is_some_and(|&(_, next)| next == quote) {
                doubled = true;
                chars.next();
                continue;
            }
            self.pos = content + at + 1;
            return Ok((content, content + at, doubled));
        }
        self.pos = content;
        self.fail(
            start,
            format!("string is not closed: expected `{quote}` (a backslash does not escape a quote)"),
        )
    }

    fn single_quoted(&mut self) -> Parsed<Expr> {
        let start = self.pos;
        let (from, to, doubled) = self.quoted('\'')?;
        let span = self.span_from(start);
        let raw = self.slice(from, to);
        let mut nodes = Vec::new();
        self.push_text_as(from, to, &mut nodes, |text| {
            if doubled { text.replace("''", "'") } else { text.to_owned() }
        });
        Ok(Expr { span, kind: text_or_nodes(raw, nodes) })
    }

    /// A double-quoted string: doubled quotes and `\uXXXX` are decoded, and what then holds `$` or `#` is a
    /// template of its own.
    fn double_quoted(&mut self) -> Parsed<Expr> {
        let start = self.pos;
        let (from, to, doubled) = self.quoted('"')?;
        let span = self.span_from(start);
        let raw = self.slice(from, to);
        let (content, origins) = if doubled || raw.contains("\\u") {
            let (decoded, origins) = self.decode(from, to, start)?;
            (Cow::Owned(decoded), origins)
        } else {
            (Cow::Borrowed(raw), self.origins.part(from, to))
        };
        let inner = Cursor { text: &content, origins, pos: 0, end_word: 0, progress: &mut *self.progress };
        let nodes = if content.contains(['$', '#']) {
            inner.string_template()
        } else {
            let mut nodes = Vec::new();
            inner.push_text_as(0, content.len(), &mut nodes, str::to_owned);
            nodes
        };
        Ok(Expr { span, kind: text_or_nodes(&content, nodes) })
    }

    fn decode(&mut self, from: usize, to: usize, start: usize) -> Parsed<(String, Origins)> {
        let raw = self.slice(from, to);
        let mut decoded = String::with_capacity(raw.len());
        let mut offsets = Vec::with_capacity(raw.len() + 1);
        let mut units: Vec<u16> = Vec::new();
        let mut chars = raw.char_indices();
        while let Some((at, c)) = chars.next() {
            let rest = raw.get(at..).unwrap_or("");
            let (c, skip) = if rest.starts_with("\"\"") {
                ('"', 1)
            } else if rest.starts_with("\\u") {
                let Some(unit) = rest.get(2..6).and_then(|hex| u16::from_str_radix(hex, 16).ok()) else {
                    return self.fail(start, "`\\u` in a double-quoted string needs four hexadecimal digits");
                };
                units.push(unit);
                let follows = rest.get(6..8) == Some("\\u");
                if follows && (0xD800..0xDC00).contains(&unit) {
                    for _ in 0..5 {
                        chars.next();
                    }
                    continue;
                }
                for c in char::decode_utf16(units.drain(..)) {
                    push_from(
                        &mut decoded,
                        &mut offsets,
                        c.unwrap_or(char::REPLACEMENT_CHARACTER),
                        self.origins.at(from + at),
                    );
                }
                for _ in 0..5 {
                    chars.next();
                }
                continue;
            } else {
                (c, 0)
            };
            for _ in 0..skip {
                chars.next();
            }
            push_from(&mut decoded, &mut offsets, c, self.origins.at(from + at));
        }
        offsets.push(self.origins.at(to));
        Ok((decoded, Origins::Each(offsets)))
    }

    /// `[a, b]` or `[from..to]`.
    fn list_or_range(&mut self) -> Parsed<Expr> {
        let start = self.pos;
        self.eat("[");
        let mut items = Vec::new();
        self.skip_space();
        if !self.eat("]") {
            loop {
                self.skip_space();
                items.push(self.operand(start)?);
                self.skip_space();
                if let ([_], true) = (items.as_slice(), self.looking_at("..")) {
                    return self.range(start, items.remove(0));
                }
                if self.eat("]") {
                    break;
                }
                if !self.eat(",") {
                    return self.fail(start, "list is not closed: expected `,` or `]`");
                }
            }
        }
        Ok(Expr { span: self.span_from(start), kind: ExprKind::List(items) })
    }

    fn range(&mut self, start: usize, from: Expr) -> Parsed<Expr> {
        self.eat("..");
        self.skip_space();
        let to = self.operand(start)?;
        self.skip_space();
        let fits = |end: &Expr| {
            matches!(end.kind, ExprKind::Integer(_) | ExprKind::Reference(_) | ExprKind::Placeholder(_))
        };
        if !fits(&from) || !fits(&to) {
            return self.fail(start, "a range runs between integers or references");
        }
        if !self.eat("]") {
            return self.fail(start, "range is not closed: expected `]`");
        }
        Ok(Expr { span: self.span_from(start), kind: ExprKind::Range(Box::new(from), Box::new(to)) })
    }

    fn map(&mut self) -> Parsed<Expr> {
        let start = self.pos;
        self.eat("{");
        let mut entries = Vec::new();
        self.skip_space();
        if !self.eat("}") {
            loop {
                self.skip_space();
                let key = self.operand(start)?;
                self.skip_space();
                if !self.eat(":") {
                    return self.fail(start, "expected `:` after a map's key");
                }
                self.skip_space();
                entries.push((key, self.operand(start)?));
                self.skip_space();
                if self.eat("}") {
                    break;
                }
                if !self.eat(",") {
                    return self.fail(start, "map is not closed: expected `,` or `}`");
                }
            }
        }
        Ok(Expr { span: self.span_from(start), kind: ExprKind::Map(entries) })
    }
}

fn push_from(decoded: &mut String, offsets: &mut Vec<usize>, c: char, origin: usize) {
    decoded.push(c);
    offsets.resize(decoded.len(), origin);
}

fn text_or_nodes(content: &str, mut nodes: Vec<Node>) -> ExprKind {
    match (nodes.len(), nodes.pop()) {
        (0, _) if !content.contains(['$', '#']) => ExprKind::Text(String::new()),
        (1, Some(Node { kind: NodeKind::Text(text), .. })) => ExprKind::Text(text),
        (_, last) => {
            nodes.extend(last);
            ExprKind::Interpolated(nodes)
        }
    }
}
