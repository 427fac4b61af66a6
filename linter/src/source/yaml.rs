//! YAML documents as nodes, with the place of every byte of every scalar.
//!
//! Only this file knows the parser (granit). Its scalars come decoded, with a range of source bytes that has quirks
//! for block scalars; each is decoded again from that range, and the map is kept only if the result is the same.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use granit_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput, StructureStyle, Tag};

use super::document::{DocumentError, Documents, MAX_DEPTH};
use super::{HostSpan, Node, NodeValue, Scalar, SourceMap, block_scalar, flow_scalar};

/// How much aliases may add to a file, in nodes; 32 bytes of text count as one. A few nested aliases can stand for
/// billions of nodes; real files stay below a thousand.
const MAX_ALIASED: usize = 1 << 20;
/// After this many documents of one file that cannot be read, the rest is not tried.
const MAX_ERRORS: usize = 20;

/// Reads a text that holds any number of YAML documents.
pub(super) fn parse(text: &str) -> Documents {
    let options = granit_parser::options! {
        // As libyaml and with it PyYAML, which packages most CloudFormation.
        block_scalar_eof_without_line_feed: true,
        emit_comments: true,
        // The default refuses files with long runs of comments; memory is bounded by the file's size.
        max_buffered_comment_events: usize::MAX,
    };
    let mut parser = Parser::new_from_str_with_options(text, options);
    let mut documents = Documents::default();
    let mut aliased = 0;
    while let Some(error) = read_until_error(text, &mut parser, &mut documents, &mut aliased) {
        let span = error.span;
        documents.errors.push(error);
        if !matches!(parser.proceed_next_document(), Ok(true)) {
            break;
        }
        if documents.errors.len() >= MAX_ERRORS {
            let message = format!("{MAX_ERRORS} documents cannot be read; the rest of the file is not tried");
            documents.errors.push(DocumentError { span, message });
            break;
        }
    }
    documents
}

/// Reads documents up to the end or the first error.
fn read_until_error<'a>(
    text: &'a str,
    parser: &mut Parser<'a, StrInput<'a>>,
    documents: &mut Documents,
    aliased: &mut usize,
) -> Option<DocumentError> {
    let mut builder = Builder::new(text, aliased);
    while let Some(event) = parser.next_event() {
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) => return Some(scan_error(text, &error)),
        };
        match event {
            Event::StreamEnd => return None,
            Event::Comment(..) => documents.comments.push(host_span(&span)),
            Event::DocumentEnd => documents.roots.extend(builder.root.take()),
            event => {
                if let Err(error) = builder.event(event, &span) {
                    return Some(error);
                }
            }
        }
    }
    None
}

fn scan_error(text: &str, error: &ScanError) -> DocumentError {
    let at = error.marker().byte_offset().unwrap_or(text.len());
    DocumentError { span: HostSpan::new(at, at), message: format!("not valid YAML: {}", error.info()) }
}

fn host_span(span: &Span) -> HostSpan {
    span.byte_range().map_or_else(HostSpan::default, |range| HostSpan::new(range.start, range.end))
}

/// A finished node with what the limits need to know of it.
#[derive(Clone)]
struct Built {
    node: Node,
    /// Nodes in it, aliases followed.
    weight: usize,
    /// Levels in it, aliases followed.
    height: usize,
    /// Where it ends in the file: for an alias, where the alias ends.
    end: usize,
}

/// A collection that has begun and not ended.
struct Open {
    kind: OpenKind,
    span: HostSpan,
    flow: bool,
    tag: Option<String>,
    anchor: usize,
    weight: usize,
    height: usize,
    /// End of the last node in it.
    end: usize,
}

enum OpenKind {
    Sequence(Vec<Node>),
    Mapping { members: Vec<(Node, Node)>, key: Option<Node> },
}

struct Builder<'a, 'b> {
    text: &'a str,
    open: Vec<Open>,
    anchors: HashMap<usize, Built>,
    aliased: &'b mut usize,
    /// End of the event before: where the search for a block scalar's header begins.
    last_end: usize,
    root: Option<Node>,
}

impl<'a, 'b> Builder<'a, 'b> {
    fn new(text: &'a str, aliased: &'b mut usize) -> Self {
        Self { text, open: Vec::new(), anchors: HashMap::new(), aliased, last_end: 0, root: None }
    }

    fn event(&mut self, event: Event<'_>, span: &Span) -> Result<(), DocumentError> {
        let place = host_span(span);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let node = self.scalar(&text, style, place, tag.as_deref());
                let weight = 1 + text.len() / 32 + node.tag.as_ref().map_or(0, String::len) / 32;
                let end = node.span.end;
                self.add(anchor, Built { node, weight, height: 1, end }, place)?;
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.begin(OpenKind::Sequence(Vec::new()), style, anchor, tag.as_deref(), place)?;
            }
            Event::MappingStart(style, anchor, tag) => {
                let kind = OpenKind::Mapping { members: Vec::new(), key: None };
                self.begin(kind, style, anchor, tag.as_deref(), place)?;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(open) = self.open.pop() {
                    let (anchor, built) = open.finish(place);
                    self.add(anchor, built, place)?;
                }
            }
            Event::Alias(anchor) => {
                // An anchor is known when its node ends, so a node cannot hold itself.
                let mut built = self.anchors.get(&anchor).cloned().ok_or_else(|| DocumentError {
                    span: place,
                    message: "alias stands inside the node that its anchor names".to_owned(),
                })?;
                *self.aliased = self.aliased.saturating_add(built.weight);
                if *self.aliased > MAX_ALIASED {
                    let message = format!("alias expansion gives more than {MAX_ALIASED} nodes");
                    return Err(DocumentError { span: place, message });
                }
                built.end = place.end;
                self.add(0, built, place)?;
            }
            _ => {}
        }
        self.last_end = self.last_end.max(place.end);
        Ok(())
    }

    fn begin(
        &mut self,
        kind: OpenKind,
        style: StructureStyle,
        anchor: usize,
        tag: Option<&Tag>,
        span: HostSpan,
    ) -> Result<(), DocumentError> {
        self.check_depth(1, span)?;
        let flow = style == StructureStyle::Flow;
        let tag = tag.map(Tag::original);
        let weight = 1 + tag.as_ref().map_or(0, String::len) / 32;
        self.open.push(Open { kind, span, flow, tag, anchor, weight, height: 1, end: span.start });
        Ok(())
    }

    fn check_depth(&self, height: usize, span: HostSpan) -> Result<(), DocumentError> {
        if self.open.len() + height > MAX_DEPTH {
            return Err(DocumentError { span, message: format!("nested deeper than {MAX_DEPTH} levels") });
        }
        Ok(())
    }

    /// Puts a finished node where it belongs: into the innermost open collection, or at the root.
    fn add(&mut self, anchor: usize, built: Built, place: HostSpan) -> Result<(), DocumentError> {
        self.check_depth(built.height, place)?;
        if anchor != 0 {
            self.anchors.insert(anchor, built.clone());
        }
        let Some(open) = self.open.last_mut() else {
            self.root = Some(built.node);
            return Ok(());
        };
        open.weight = open.weight.saturating_add(built.weight);
        open.height = open.height.max(built.height + 1);
        open.end = open.end.max(built.end);
        match &mut open.kind {
            OpenKind::Sequence(elements) => elements.push(built.node),
            OpenKind::Mapping { members, key } => match key.take() {
                Some(key) => members.push((key, built.node)),
                None => *key = Some(built.node),
            },
        }
        Ok(())
    }

    fn scalar(&self, text: &str, style: ScalarStyle, place: HostSpan, tag: Option<&Tag>) -> Node {
        let mut span = place;
        let raw = self.text.get(place.start..place.end).unwrap_or("");
        let decoded = match style {
            ScalarStyle::Plain => flow_scalar::plain(raw, place.start),
            ScalarStyle::SingleQuoted => flow_scalar::single_quoted(raw, place.start),
            ScalarStyle::DoubleQuoted => flow_scalar::double_quoted(raw, place.start),
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let block =
                    block_scalar::find_indicator(self.text, self.last_end, place.start).and_then(|at| {
                        let folded = style == ScalarStyle::Folded;
                        block_scalar::decode(self.text, at, place.start, place.end, folded)
                    });
                block.map(|block| {
                    span = block.span;
                    block.decoded
                })
            }
        };
        // The parser writes `~` for a value that is not there.
        let text = if style == ScalarStyle::Plain && raw.is_empty() { "" } else { text };
        let map = match decoded {
            _ if text.is_empty() => Some(SourceMap::default()),
            Some(decoded) if decoded.text() == text => Some(decoded.into_map()),
            _ => None,
        };
        let is_text =
            style != ScalarStyle::Plain || tag.is_some_and(|tag| tag.is_yaml_core_schema_tag("str"));
        let scalar = Scalar { text: text.to_owned(), plain: !is_text, map };
        Node { span, tag: tag.map(Tag::original), value: NodeValue::Scalar(Arc::new(scalar)) }
    }
}

impl Open {
    fn finish(self, close: HostSpan) -> (usize, Built) {
        let value = match self.kind {
            OpenKind::Sequence(elements) => NodeValue::Sequence(elements.into()),
            OpenKind::Mapping { members, .. } => NodeValue::Mapping(merged(members).into()),
        };
        // The parser lets a block collection end where the next token begins, which may be many comments later.
        let end = if self.flow { close.end } else { self.end };
        let node = Node { span: HostSpan::new(self.span.start, end), tag: self.tag, value };
        (self.anchor, Built { node, weight: self.weight, height: self.height, end })
    }
}

/// Applies YAML 1.1's merge keys, as PyYAML, SnakeYAML and with them the AWS tools do: the members of the mapping, or
/// of the mappings, under a plain `<<` come in where no member of their name is written here; an earlier mapping of
/// a list wins over a later one.
fn merged(members: Vec<(Node, Node)>) -> Vec<(Node, Node)> {
    if !members.iter().any(|(key, value)| is_merge(key, value)) {
        return members;
    }
    let (merges, own): (Vec<_>, Vec<_>) = members.into_iter().partition(|(key, value)| is_merge(key, value));
    let mut names: HashSet<String> =
        own.iter().filter_map(|(key, _)| Some(key.as_str()?.to_owned())).collect();
    let mut taken = Vec::new();
    for (_, value) in &merges {
        let sources = match &value.value {
            NodeValue::Sequence(sources) => sources,
            _ => std::slice::from_ref(value),
        };
        for source in sources {
            // Within one mapping the last member of a name counts.
            let new: Vec<_> = source
                .members()
                .iter()
                .rev()
                .filter(|(key, _)| key.as_str().is_some_and(|name| names.insert(name.to_owned())))
                .cloned()
                .collect();
            taken.extend(new.into_iter().rev());
        }
    }
    taken.extend(own);
    taken
}

fn is_merge(key: &Node, value: &Node) -> bool {
    let is_mapping = |node: &Node| matches!(node.value, NodeValue::Mapping(_));
    key.tag.is_none()
        && key.scalar().is_some_and(|key| key.plain && key.text == "<<")
        && (is_mapping(value) || !value.elements().is_empty() && value.elements().iter().all(is_mapping))
}
