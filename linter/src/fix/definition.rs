//! Additions to the mappings and lists of a YAML or JSON file, laid out as what is there.

use std::sync::Arc;

use crate::finding::Edit;
use crate::source::{HostSpan, Node, NodeValue, SourceFile};

use super::addition::{Member, Value};

/// A definition that is edited.
#[derive(Clone, Copy, Debug)]
pub struct Definition<'a> {
    file: &'a Arc<SourceFile>,
}

/// How a collection is written.
enum Layout {
    /// `{…}` or `[…]`.
    Flow {
        /// What stands before an element: a blank, or a line break and blanks.
        before: String,
    },
    /// A line for each element, or more.
    Block {
        /// The blanks before the names of members, or before the dashes.
        indent: String,
    },
}

impl<'a> Definition<'a> {
    /// The definition in a file.
    pub fn new(file: &'a Arc<SourceFile>) -> Self {
        Self { file }
    }

    /// The innermost mapping with a member of which this holds, written there and not brought in by a merge.
    pub fn owner(&self, is_it: impl Fn(&Node, &Node) -> bool) -> Option<&'a Node> {
        let mut todo: Vec<&'a Node> = self.file.documents().roots.iter().collect();
        while let Some(node) = todo.pop() {
            todo.extend(node.elements());
            for (key, value) in node.members() {
                if is_inside(key.span, node.span) && is_it(key, value) {
                    return Some(node);
                }
                todo.push(value);
            }
        }
        None
    }

    /// Adds members to a mapping, behind its member of this name, or else behind all.
    pub fn add(&self, mapping: &Node, behind: &str, members: &[Member]) -> Option<Edit> {
        let all = mapping.members();
        let (first, _) = all.first()?;
        let text = |key: &Node| key.as_str() == Some(behind);
        let position = all.iter().position(|(key, _)| text(key)).filter(|at| at + 1 < all.len());
        let (layout, end) = match position.and_then(|at| Some((all.get(at)?, all.get(at + 1)?))) {
            // An alias's value stands elsewhere.
            Some(((key, value), (next, _)))
                if key.span.end <= value.span.start && value.span.end <= next.span.start =>
            {
                (self.layout(mapping, key)?, value.span.end)
            }
            _ => (self.layout(mapping, first)?, self.end(mapping)?),
        };
        self.added(&layout, end, members.iter().map(Member::inline), members.iter().flat_map(Member::lines))
    }

    /// Adds elements to the end of a list that has some.
    pub fn push(&self, list: &Node, elements: &[Value]) -> Option<Edit> {
        let layout = self.layout(list, list.elements().first()?)?;
        let lines = elements.iter().flat_map(Value::element_lines);
        self.added(&layout, self.end(list)?, elements.iter().map(Value::inline), lines)
    }

    /// Replaces what stands within the quotes of a scalar that has no escapes.
    pub fn replace_word(&self, span: HostSpan, old: &str, new: &str) -> Option<Edit> {
        let written = self.file.slice(span);
        let quote = written.chars().next().filter(|c| matches!(c, '"' | '\''));
        let quote = quote.map_or(0, char::len_utf8);
        let inner = HostSpan::new(span.start + quote, span.end.saturating_sub(quote));
        self.file.slice(inner).eq_ignore_ascii_case(old).then(|| self.edit(inner, new.to_owned()))
    }

    fn added(
        &self,
        layout: &Layout,
        end: usize,
        inline: impl Iterator<Item = String>,
        lines: impl Iterator<Item = String>,
    ) -> Option<Edit> {
        match layout {
            Layout::Flow { before } => {
                let added: String = inline.map(|each| format!(",{before}{each}")).collect();
                Some(self.edit(HostSpan::new(end, end), added))
            }
            Layout::Block { indent } => {
                let rest = self.file.text().get(end..)?;
                let line = rest.split('\n').next()?.trim_end_matches('\r');
                let is_free = line.trim().is_empty()
                    || line.trim_start().starts_with('#') && line.starts_with([' ', '\t']);
                let at = end + line.len();
                let line_break = self.line_break(at);
                let added: String = lines.map(|line| format!("{line_break}{indent}{line}")).collect();
                is_free.then(|| self.edit(HostSpan::new(at, at), added))
            }
        }
    }

    /// How a collection is written, told by one of its elements or names.
    fn layout(&self, collection: &Node, element: &Node) -> Option<Layout> {
        let text = self.file.text();
        let before = text.get(..element.span.start)?;
        let line = before.get(before.rfind('\n').map_or(0, |at| at + 1)..)?;
        if self.is_flow(collection) {
            let before = match line.trim().is_empty() && before.contains('\n') {
                true => format!("{}{line}", self.line_break(element.span.start)),
                false => " ".to_owned(),
            };
            return Some(Layout::Flow { before });
        }
        let is_list = matches!(collection.value, NodeValue::Sequence(_));
        let line = line.trim_start_matches('\u{FEFF}');
        if is_list {
            let line = line.trim_end_matches(' ').strip_suffix('-')?;
            return line
                .chars()
                .all(|c| matches!(c, ' ' | '-'))
                .then(|| Layout::Block { indent: " ".repeat(line.len()) });
        }
        let is_indent = line.chars().all(|c| matches!(c, ' ' | '-'));
        is_indent.then(|| Layout::Block { indent: " ".repeat(line.len()) })
    }

    fn is_flow(&self, collection: &Node) -> bool {
        let opening = if matches!(collection.value, NodeValue::Sequence(_)) { '[' } else { '{' };
        self.file.slice(collection.span).starts_with(opening)
    }

    /// Behind the last element of a collection.
    fn end(&self, collection: &Node) -> Option<usize> {
        if !self.is_flow(collection) {
            return Some(collection.span.end);
        }
        let written = self.file.slice(collection.span);
        let inner = written.get(..written.len().checked_sub(1)?)?.trim_end();
        // A comma may stand there already, or a comment.
        let last = inner.rsplit('\n').next()?;
        (!inner.ends_with([',', '{', '[']) && !last.contains('#'))
            .then_some(collection.span.start + inner.len())
    }

    /// The line break at the end of the line of a byte, or else the file's first.
    fn line_break(&self, at: usize) -> &'static str {
        let text = self.file.text();
        let ends =
            |text: &str| text.find('\n').map(|at| text.get(..at).is_some_and(|line| line.ends_with('\r')));
        match text.get(at..).and_then(ends).or_else(|| ends(text)) {
            Some(true) => "\r\n",
            _ => "\n",
        }
    }

    fn edit(&self, span: HostSpan, replacement: String) -> Edit {
        Edit { file: Arc::clone(self.file), span, replacement }
    }
}

fn is_inside(inner: HostSpan, outer: HostSpan) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}
