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
    /// byte stands for, so that skipped indentation is never part of a place.
    pub fn host_span(&self, span: Span) -> Option<HostSpan> {
        let (start, end) = (span.start().to_usize(), span.end().to_usize());
        if start == end {
            let at = self.start_of(start).or_else(|| self.end_of(start.checked_sub(1)?))?;
            return Some(HostSpan::new(at, at));
        }
        Some(HostSpan::new(self.start_of(start)?, self.end_of(end.checked_sub(1)?)?))
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
