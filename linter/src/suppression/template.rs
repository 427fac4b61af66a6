//! Suppressions in the comments of a mapping template.

use std::collections::{HashMap, HashSet};

use keybound_vtl::Span;
use keybound_vtl::ast::{Block, NodeKind};
use keybound_vtl::parse::Tree;

use crate::api::MappingTemplate;
use crate::finding::Finding;
use crate::source::MapSegment;

use super::{Key, Suppressions, comment};

/// The suppressions of one template, by the line of the template that they cover.
#[derive(Debug, Default)]
pub(crate) struct TemplateComments {
    covered: HashMap<usize, HashMap<String, Vec<Key>>>,
    /// Offsets at which the template's lines begin.
    lines: Vec<usize>,
    /// The map to the host by host bytes, for the way back.
    segments: Vec<MapSegment>,
}

impl TemplateComments {
    /// Reads the comments of a template.
    pub(crate) fn read(template: &MappingTemplate, tree: &Tree, met: &mut Suppressions) -> Self {
        let text = template.text.text();
        if !text.contains("keybound:") {
            return Self::default();
        }
        let mut spans = Vec::new();
        line_comments(&tree.block, text, &mut spans);
        let lines: Vec<usize> =
            std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let alone: HashSet<usize> = spans
            .iter()
            .filter(|span| stands_alone(text, **span))
            .map(|span| line_at(&lines, start(*span)))
            .collect();
        let mut all = Self { lines, ..Self::default() };
        let mut next_line = 0;
        for span in spans.iter().rev() {
            let mut line = line_at(&all.lines, start(*span));
            if alone.contains(&line) {
                if !alone.contains(&(line + 1)) {
                    next_line = line + 1;
                }
                line = next_line;
            }
            let written = text.get(start(*span)..span.end().to_usize()).unwrap_or("");
            for part in comment::read(written) {
                let at = start(*span) + part.range.start;
                let (place, _) = template.host.locate(Span::of(at, start(*span) + part.range.end));
                let key = Key { path: template.host.file.path().to_owned(), span: place, offset: at };
                met.add(key.clone(), &template.host.file, part.fault);
                if let Some(lint) = part.lint {
                    met.justify(key.clone(), part.reason);
                    all.covered.entry(line).or_default().entry(lint.to_owned()).or_default().push(key);
                }
            }
        }
        if !all.covered.is_empty() {
            all.segments = template.host.map.as_ref().map(|map| map.segments().to_vec()).unwrap_or_default();
            all.segments.sort_by_key(|segment| segment.host_start);
        }
        all
    }

    /// Why a finding of this template is left out, if it is covered. A finding whose place is not exact stands on no line.
    pub(crate) fn covers(&self, finding: &Finding, met: &mut Suppressions) -> Option<String> {
        if self.covered.is_empty() || !finding.exact {
            return None;
        }
        let offset = self.offset(finding.span.start)?;
        let line = line_at(&self.lines, offset);
        let keys = self.covered.get(&line).and_then(|lints| lints.get(finding.lint));
        keys.and_then(|keys| met.mark(keys))
    }

    /// The offset in the template for which a host byte is the first that stands for it.
    fn offset(&self, host: usize) -> Option<usize> {
        let next = self.segments.partition_point(|segment| segment.host_start <= host);
        let segment = self.segments.get(next.checked_sub(1)?)?;
        let within = host - segment.host_start;
        (within < segment.host_len).then(|| segment.decoded_start + if segment.verbatim { within } else { 0 })
    }
}

fn start(span: Span) -> usize {
    span.start().to_usize()
}

/// The index of the line that holds an offset.
fn line_at(lines: &[usize], offset: usize) -> usize {
    lines.partition_point(|line| *line <= offset).saturating_sub(1)
}

/// Whether only blanks stand before a comment on its line.
fn stands_alone(text: &str, comment: Span) -> bool {
    let before = text.get(..start(comment)).unwrap_or("");
    before.rsplit('\n').next().unwrap_or("").trim().is_empty()
}

/// The `##` comments of a block, in the order of the text.
fn line_comments(block: &Block, text: &str, spans: &mut Vec<Span>) {
    for node in block {
        match &node.kind {
            NodeKind::Comment(_)
                if text.get(start(node.span)..).is_some_and(|rest| rest.starts_with("##")) =>
            {
                spans.push(node.span);
            }
            NodeKind::If(conditional) => {
                conditional.arms.iter().for_each(|(_, block)| line_comments(block, text, spans));
                conditional.otherwise.iter().for_each(|block| line_comments(block, text, spans));
            }
            NodeKind::Foreach(foreach) => line_comments(&foreach.body, text, spans),
            NodeKind::Define(define) => line_comments(&define.body, text, spans),
            _ => {}
        }
    }
}
