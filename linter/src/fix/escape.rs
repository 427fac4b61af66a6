//! The escape of what stands in a JSON string: `$util.escapeJavaScript(X).replaceAll("\\'","'")`.

use keybound_vtl::Span;
use keybound_vtl::ast::{Block, NodeKind, Reference};
use keybound_vtl::parse::Tree;

use crate::api::MappingTemplate;
use crate::finding::{Fix, Safety};
use crate::proof::Prover;
use crate::render::skeleton::HoleUse;

use super::TemplateEdit;
use super::template_edit::{edited, in_file};

/// `escapeJavaScript` writes `\'` for an apostrophe, which is no JSON. This takes the backslash away again.
const REPAIR: &str = r#".replaceAll("\\'","'")"#;

/// A template and what is known of it.
pub struct Escaping<'a> {
    /// The template.
    pub template: &'a MappingTemplate,
    /// Its tree.
    pub tree: &'a Tree,
    /// For renderings.
    pub prover: &'a Prover<'a>,
}

impl Escaping<'_> {
    /// Escapes what a hole prints, as the last thing that is done to it. There is no such fix where a plain value would
    /// be printed otherwise than now.
    pub fn escape(&self, hole: &HoleUse) -> Option<Fix> {
        let form = Form::of(self.template.text.text(), self.printed(hole.span)?)?;
        let message = "escape the text where it is printed";
        // The function takes Strings only; what may be something else is printed into one first.
        ["", "\""].into_iter().find_map(|quote| self.verified(hole, message, &form.wrapped(quote)))
    }

    /// Takes the backslash before apostrophes away from what a hole prints.
    pub fn repair(&self, hole: &HoleUse) -> Option<Fix> {
        let form = Form::of(self.template.text.text(), self.printed(hole.span)?)?;
        self.verified(hole, "repair the escape of apostrophes", &[TemplateEdit::behind(form.end, REPAIR)])
    }

    fn verified(&self, hole: &HoleUse, message: &str, edits: &[TemplateEdit]) -> Option<Fix> {
        let after = edited(&self.template.text, edits)?;
        let edits = in_file(self.template, edits)?;
        let fix = Fix { safety: Safety::Safe, message: message.to_owned(), edits };
        self.prover.renders_alike(&after, hole).then_some(fix)
    }

    /// The reference that prints by itself and not as a part of an expression, at a span.
    fn printed(&self, span: Span) -> Option<&Reference> {
        let mut todo: Vec<&Block> = vec![&self.tree.block];
        while let Some(block) = todo.pop() {
            for node in block {
                match &node.kind {
                    NodeKind::Reference(reference) if reference.span == span => return Some(reference),
                    NodeKind::If(conditional) => {
                        todo.extend(conditional.arms.iter().map(|(_, body)| body));
                        todo.extend(&conditional.otherwise);
                    }
                    NodeKind::Foreach(foreach) => todo.push(&foreach.body),
                    NodeKind::Define(define) => todo.push(&define.body),
                    _ => {}
                }
            }
        }
        None
    }
}

/// How a reference is written: `$name`, `$!name`, `${name}` or `$!{name}`, with what follows the name.
struct Form {
    /// Where its name begins.
    name: usize,
    /// Where what follows the name ends: before the brace.
    end: usize,
    quiet: bool,
}

impl Form {
    fn of(template: &str, reference: &Reference) -> Option<Self> {
        let (start, end) = (reference.span.start().to_usize(), reference.span.end().to_usize());
        let written = template.get(start..end)?;
        let opening = match (reference.form.quiet, reference.form.formal) {
            (false, false) => "$",
            (true, false) => "$!",
            (false, true) => "${",
            (true, true) => "$!{",
        };
        let closing = if reference.form.formal { "}" } else { "" };
        let inner = written.strip_prefix(opening)?.strip_suffix(closing)?;
        inner.starts_with(&reference.root).then_some(Self {
            name: start + opening.len(),
            end: end - closing.len(),
            quiet: reference.form.quiet,
        })
    }

    /// The reference in a call of the escape. Braces stay around the whole, so that what follows them is text as before.
    fn wrapped(&self, quote: &str) -> [TemplateEdit; 2] {
        let sigil = if self.quiet { "$!" } else { "$" };
        [
            TemplateEdit::before(self.name, format!("util.escapeJavaScript({quote}{sigil}")),
            TemplateEdit::behind(self.end, format!("{quote}){REPAIR}")),
        ]
    }
}
