//! Texts that Terraform puts together from what stands in files and what the deployment decides.

use std::sync::Arc;

use keybound_vtl::TemplateText;
use keybound_vtl::template::PLACEHOLDER_CHAR;

use crate::source::{HostSpan, MapSegment, MappedText, SourceFile, SourceMap};

/// Bytes of one text.
const MAX_BYTES: usize = 4 << 20;
/// Pieces of one text.
const MAX_PIECES: usize = 50_000;

/// A text with placeholders, and where it stands.
#[derive(Clone, Debug)]
pub struct HostText {
    /// The text.
    pub text: TemplateText,
    /// From its bytes to those of `file`; none where that cannot be proved.
    pub map: Option<SourceMap>,
    /// The file.
    pub file: Arc<SourceFile>,
    /// The whole value.
    pub whole: HostSpan,
}

impl HostText {
    /// The text, where the deployment decides nothing of it.
    pub fn fixed(&self) -> Option<&str> {
        self.text.placeholders().is_empty().then(|| self.text.text())
    }
}

/// A text that is being put together for one place of a file.
#[derive(Clone, Debug)]
pub struct Composition {
    file: Arc<SourceFile>,
    text: TemplateText,
    segments: Vec<MapSegment>,
    proven: bool,
    pieces: usize,
}

impl Composition {
    /// Nothing yet.
    pub fn new(file: &Arc<SourceFile>) -> Self {
        Self {
            file: Arc::clone(file),
            text: TemplateText::default(),
            segments: Vec::new(),
            proven: true,
            pieces: 0,
        }
    }

    /// Adds text with its own map to the same file.
    pub fn push_mapped(&mut self, mapped: MappedText) {
        let text = mapped.text().to_owned();
        let map = mapped.into_map();
        self.push_part(&text, &[], Some(&map), 0, text.len());
    }

    /// Adds text that a part of the file as a whole stands for.
    pub fn push_unit(&mut self, host: HostSpan, text: &str) {
        if text.is_empty() {
            return;
        }
        self.pieces += 1;
        self.segments.push(MapSegment {
            decoded_start: self.text.text().len(),
            decoded_len: text.len(),
            host_start: host.start,
            host_len: host.end - host.start,
            verbatim: false,
        });
        self.text.push_text(text);
    }

    /// Adds what the deployment decides.
    pub fn push_placeholder(&mut self, host: HostSpan, name: impl Into<String>) {
        self.pieces += 1;
        self.segments.push(MapSegment {
            decoded_start: self.text.text().len(),
            decoded_len: PLACEHOLDER_CHAR.len_utf8(),
            host_start: host.start,
            host_len: host.end - host.start,
            verbatim: false,
        });
        self.text.push_placeholder(name);
    }

    /// Adds another text: with its own map where it stands in the same file, else as a unit at `host`.
    pub fn push_text(&mut self, other: &HostText, host: HostSpan) {
        if Arc::ptr_eq(&other.file, &self.file) && other.map.is_some() {
            self.push_range(other, 0, other.text.text().len(), host);
        } else {
            self.push_as_unit(&other.text, host);
        }
    }

    /// Adds another text, all of which a part of the file stands for.
    pub fn push_as_unit(&mut self, other: &TemplateText, host: HostSpan) {
        let mut at = 0;
        for placeholder in other.placeholders() {
            let here = placeholder.at.to_usize();
            self.push_unit(host, other.text().get(at..here).unwrap_or(""));
            self.push_placeholder(host, placeholder.name.clone());
            at = here + PLACEHOLDER_CHAR.len_utf8();
        }
        self.push_unit(host, other.text().get(at..).unwrap_or(""));
    }

    /// Adds a range of another text; as a unit at `host` where it stands in another file.
    pub fn push_range(&mut self, other: &HostText, start: usize, end: usize, host: HostSpan) {
        let map = other.map.as_ref().filter(|_| Arc::ptr_eq(&other.file, &self.file));
        let placeholders: Vec<(usize, &str)> = other
            .text
            .placeholders()
            .iter()
            .map(|placeholder| (placeholder.at.to_usize(), placeholder.name.as_str()))
            .filter(|(at, _)| (start..end).contains(at))
            .collect();
        if map.is_none() {
            let mut part = TemplateText::default();
            push_pieces(&mut part, other.text.text(), &placeholders, start, end);
            self.push_as_unit(&part, host);
            return;
        }
        self.push_part(other.text.text(), &placeholders, map, start, end);
    }

    fn push_part(
        &mut self,
        text: &str,
        placeholders: &[(usize, &str)],
        map: Option<&SourceMap>,
        start: usize,
        end: usize,
    ) {
        self.pieces += 1;
        let before = self.text.text().len();
        match map {
            Some(map) => {
                let added = map.part(start, end).filter(|segment| segment.decoded_len > 0);
                self.segments
                    .extend(added.map(|s| MapSegment { decoded_start: before + s.decoded_start, ..s }));
            }
            None => self.proven = self.proven && start == end,
        }
        push_pieces(&mut self.text, text, placeholders, start, end);
    }

    /// The file.
    pub fn file(&self) -> &Arc<SourceFile> {
        &self.file
    }

    /// Whether more may be added.
    pub fn is_exhausted(&self) -> bool {
        self.pieces > MAX_PIECES || self.text.text().len() > MAX_BYTES || self.segments.len() > 4 * MAX_PIECES
    }

    /// The text so far.
    pub fn text(&self) -> &TemplateText {
        &self.text
    }

    /// The text, standing at `whole`.
    pub fn finish(self, whole: HostSpan) -> HostText {
        let map = self.proven.then(|| SourceMap::new(self.segments));
        HostText { text: self.text, map, file: self.file, whole }
    }
}

fn push_pieces(to: &mut TemplateText, text: &str, placeholders: &[(usize, &str)], start: usize, end: usize) {
    let mut at = start;
    for (here, name) in placeholders {
        to.push_text(text.get(at..*here).unwrap_or(""));
        to.push_placeholder(*name);
        at = here + PLACEHOLDER_CHAR.len_utf8();
    }
    to.push_text(text.get(at..end).unwrap_or(""));
}
