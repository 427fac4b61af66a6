//! Maps from an offset in a decoded text to the byte in the host file.

use keybound_vtl::Span;

/// A half-open range of bytes of a host file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct HostSpan {
    /// First byte.
    pub start: usize,
    /// First byte after the range.
    pub end: usize,
}

impl HostSpan {
    /// The range between two byte indexes; an `end` before `start` gives the empty range at `start`.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end: end.max(start) }
    }

    /// The smallest range that holds both.
    #[must_use]
    pub fn to(self, other: HostSpan) -> HostSpan {
        HostSpan::new(self.start.min(other.start), self.end.max(other.end))
    }
}

/// A run of decoded bytes that one run of host bytes stands for. Where both have the same length they are the same
/// bytes and offsets map one to one; otherwise (an escape, a folded line break, a placeholder) the run is one unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MapSegment {
    /// First decoded byte.
    pub decoded_start: usize,
    /// Decoded length in bytes.
    pub decoded_len: usize,
    /// First host byte.
    pub host_start: usize,
    /// Host length in bytes.
    pub host_len: usize,
    /// Whether the runs are byte for byte the same.
    pub verbatim: bool,
}

/// Where each byte of a decoded text stands in the host file: segments in decoded order, without gaps or overlap.
/// A map exists only where decoding the host bytes again gave the decoded text; without one, findings show the
/// whole scalar.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct SourceMap {
    segments: Vec<MapSegment>,
}

impl SourceMap {
    /// The map of these segments.
    pub fn new(segments: Vec<MapSegment>) -> Self {
        Self { segments }
    }

    /// The map of a text that stands in the file as it is, from `host_start`.
    pub fn verbatim(host_start: usize, len: usize) -> Self {
        Self::new(vec![MapSegment {
            decoded_start: 0,
            decoded_len: len,
            host_start,
            host_len: len,
            verbatim: true,
        }])
    }

    /// The segments.
    pub fn segments(&self) -> &[MapSegment] {
        &self.segments
    }

    /// The host bytes of a decoded span. An empty span maps to an empty range; an end is the end of what its last
    /// byte stands for, so that skipped indentation is never part of a place. There is none where the text was put
    /// together from pieces that stand in another order in the file.
    pub fn host_span(&self, span: Span) -> Option<HostSpan> {
        let (start, end) = (span.start().to_usize(), span.end().to_usize());
        if start == end {
            let at = self.start_of(start).or_else(|| self.end_of(start.checked_sub(1)?))?;
            return Some(HostSpan::new(at, at));
        }
        let (start, end) = (self.start_of(start)?, self.end_of(end.checked_sub(1)?)?);
        (start <= end).then(|| HostSpan::new(start, end))
    }

    /// The map's part for `decoded_start..decoded_end`, counted from zero again.
    pub(crate) fn part(&self, decoded_start: usize, decoded_end: usize) -> impl Iterator<Item = MapSegment> {
        let first = self.segments.partition_point(|s| s.decoded_start + s.decoded_len <= decoded_start);
        self.segments.iter().skip(first).take_while(move |s| s.decoded_start < decoded_end).map(move |s| {
            let start = s.decoded_start.max(decoded_start);
            let end = (s.decoded_start + s.decoded_len).min(decoded_end);
            let (host_start, host_len) = if s.verbatim {
                (s.host_start + (start - s.decoded_start), end - start)
            } else {
                (s.host_start, s.host_len)
            };
            MapSegment {
                decoded_start: start - decoded_start,
                decoded_len: end - start,
                host_start,
                host_len,
                verbatim: s.verbatim,
            }
        })
    }

    /// Where in the file a text is written that is to stand before a decoded byte. There is no such place inside an
    /// escape or anything else that is decoded as one.
    pub fn before(&self, decoded: usize) -> Option<usize> {
        let segment = self.segment_at(decoded)?;
        let within = decoded - segment.decoded_start;
        (segment.verbatim || within == 0).then_some(segment.host_start + within)
    }

    /// Where in the file a text is written that is to stand behind the decoded byte that ends at an offset.
    pub fn behind(&self, decoded: usize) -> Option<usize> {
        let segment = self.segment_at(decoded.checked_sub(1)?)?;
        let within = decoded - segment.decoded_start;
        match within {
            within if segment.verbatim => Some(segment.host_start + within),
            within if within == segment.decoded_len => Some(segment.host_start + segment.host_len),
            _ => None,
        }
    }

    /// The map of the part `decoded_start..decoded_end` into what another map leads to, where this one leads into the
    /// text that the other one decodes.
    pub(crate) fn through(&self, outer: &SourceMap, decoded_start: usize, decoded_end: usize) -> SourceMap {
        let mut segments = Vec::new();
        for segment in self.part(decoded_start, decoded_end) {
            let (from, to) = (segment.host_start, segment.host_start + segment.host_len);
            if segment.verbatim {
                let parts = outer.part(from, to);
                segments.extend(parts.map(|outer| MapSegment {
                    decoded_start: segment.decoded_start + outer.decoded_start,
                    ..outer
                }));
            } else {
                let host = outer.host_span(Span::of(from, to)).unwrap_or_default();
                let host_len = host.end - host.start;
                segments.push(MapSegment { host_start: host.start, host_len, ..segment });
            }
        }
        SourceMap::new(segments)
    }

    fn segment_at(&self, decoded: usize) -> Option<&MapSegment> {
        let next = self.segments.partition_point(|s| s.decoded_start <= decoded);
        let segment = self.segments.get(next.checked_sub(1)?)?;
        (decoded < segment.decoded_start + segment.decoded_len).then_some(segment)
    }

    fn start_of(&self, decoded: usize) -> Option<usize> {
        let segment = self.segment_at(decoded)?;
        let within = if segment.verbatim { decoded - segment.decoded_start } else { 0 };
        Some(segment.host_start + within)
    }

    fn end_of(&self, decoded: usize) -> Option<usize> {
        let segment = self.segment_at(decoded)?;
        let within = if segment.verbatim { decoded - segment.decoded_start + 1 } else { segment.host_len };
        Some(segment.host_start + within)
    }
}

/// A text that is being decoded, together with its map.
#[derive(Clone, Debug, Default)]
pub struct MappedText {
    text: String,
    segments: Vec<MapSegment>,
}

impl MappedText {
    /// Adds text that stands in the host as it is, from `host_start`.
    pub fn push_verbatim(&mut self, host_start: usize, text: &str) {
        self.push_segment(MapSegment {
            decoded_start: 0,
            decoded_len: text.len(),
            host_start,
            host_len: text.len(),
            verbatim: true,
        });
        self.text.push_str(text);
    }

    /// Adds text that `host` as a whole stands for: an escape, a folded line break.
    pub fn push_unit(&mut self, host: HostSpan, text: &str) {
        self.push_segment(MapSegment {
            decoded_start: 0,
            decoded_len: text.len(),
            host_start: host.start,
            host_len: host.end - host.start,
            verbatim: false,
        });
        self.text.push_str(text);
    }

    /// Adds a segment at the end of the text so far, joined to the one before where both are verbatim neighbours.
    fn push_segment(&mut self, segment: MapSegment) {
        if segment.decoded_len == 0 {
            return;
        }
        match self.segments.last_mut() {
            Some(last)
                if last.verbatim
                    && segment.verbatim
                    && last.host_start + last.host_len == segment.host_start =>
            {
                last.decoded_len += segment.decoded_len;
                last.host_len += segment.host_len;
            }
            _ => self.segments.push(MapSegment { decoded_start: self.text.len(), ..segment }),
        }
    }

    /// The text so far.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The end of the host bytes that the text so far stands for.
    pub fn host_end(&self) -> Option<usize> {
        self.segments.last().map(|s| s.host_start + s.host_len)
    }

    /// The map.
    pub fn into_map(self) -> SourceMap {
        SourceMap::new(self.segments)
    }
}
