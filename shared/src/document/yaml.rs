//! YAML events to a tree of values.
//!
//! Only this file knows the parser (granit).

use std::collections::HashMap;
use std::sync::Arc;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, StructureStyle, Tag};

use super::{
    Document, Fault, MAX_ALIASED, MAX_DEPTH, MAX_FAULTS, MAX_NODES, Mapping, Member, Node, Span, Value,
};
use super::{scalar, trap};

/// Reads a text that should hold one document.
pub(super) fn parse(text: &str) -> Document {
    let mut options = granit_parser::options! {
        // A key is as long as it is; the file's size bounds it.
        simple_key_max_lookahead: super::MAX_BYTES,
        disallow_directives: true,
        emit_unresolved_aliases: true,
        block_scalar_eof_without_line_feed: true,
    };
    options.set_emit_comments(false);
    let mut builder = Builder { text, ..Builder::default() };
    for event in Parser::new_from_str_with_options(text, options) {
        let taken = event.map_err(|error| syntax_fault(text, &error)).and_then(|(event, span)| {
            let span = span.byte_range().map_or_else(Span::default, |range| Span::of(range.start, range.end));
            builder.event(event, span)
        });
        // What follows a fault that is returned is not read: there may be no end to it.
        if let Err(fault) = taken {
            builder.faults.push(fault);
            builder.root = None;
            break;
        }
    }
    Document { root: builder.root, faults: builder.faults }
}

impl Span {
    fn of(start: usize, end: usize) -> Self {
        Self { start, end }
    }
}

fn syntax_fault(text: &str, error: &ScanError) -> Fault {
    let at = error.marker().byte_offset().unwrap_or(text.len());
    if matches!(error.kind(), ErrorKind::RecursionLimitExceeded) {
        return too_deep(Span::of(at, at));
    }
    let message = format!("not valid YAML: {}", error.info());
    match trap::meant(text, at) {
        Some((span, quoted)) => Fault::new(span, message).help(format!("if this is text, write {quoted}")),
        None => Fault::new(Span::of(at, at), message),
    }
}

fn too_deep(place: Span) -> Fault {
    Fault::new(place, format!("nested deeper than {MAX_DEPTH} levels"))
}

/// A finished value with what the limits need to know of it.
#[derive(Clone)]
struct Built {
    node: Node,
    /// Values in it, aliases followed.
    weight: usize,
    /// Levels in it, aliases followed.
    height: usize,
    /// Where it ends in the file: for an alias, where the alias ends.
    end: usize,
    /// Whether it is a scalar without quotes.
    plain: bool,
}

/// A collection that has begun and not ended.
struct Open {
    kind: OpenKind,
    start: usize,
    flow: bool,
    anchor: usize,
    /// Whether its tag was at fault.
    faulty: bool,
    weight: usize,
    height: usize,
    /// End of the last value in it.
    end: usize,
}

enum OpenKind {
    List(Vec<Node>),
    Mapping { members: Vec<Member>, places: HashMap<Arc<str>, Span>, whole: bool, key: Option<Key> },
}

/// A key whose value comes next.
enum Key {
    Named {
        name: Arc<str>,
        span: Span,
        faulty: bool,
    },
    /// The member is left out.
    AtFault,
}

#[derive(Default)]
struct Builder<'t> {
    text: &'t str,
    open: Vec<Open>,
    anchors: HashMap<usize, Built>,
    nodes: usize,
    aliased: usize,
    documents: usize,
    root: Option<Node>,
    faults: Vec<Fault>,
}

impl Builder<'_> {
    /// Takes an event. A fault that is returned ends the reading; others are only noted.
    fn event(&mut self, event: Event<'_>, place: Span) -> Result<(), Fault> {
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    return Err(
                        Fault::new(place, "a second document begins here").help("rules are one document")
                    );
                }
            }
            Event::Scalar(text, style, anchor, tag) => {
                let built = self.scalar(&text, style, place, tag.as_deref());
                self.add(anchor, built, place)?;
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.begin(OpenKind::List(Vec::new()), style, anchor, tag.as_deref(), place)?;
            }
            Event::MappingStart(style, anchor, tag) => {
                let kind =
                    OpenKind::Mapping { members: Vec::new(), places: HashMap::new(), whole: true, key: None };
                self.begin(kind, style, anchor, tag.as_deref(), place)?;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(open) = self.open.pop() {
                    let (anchor, built) = open.finish(place);
                    self.add(anchor, built, place)?;
                }
            }
            Event::Alias(anchor) => {
                let built = self.alias(anchor, place)?;
                self.add(0, built, place)?;
            }
            Event::UnresolvedAlias(name) => {
                let written = format!("*{name}");
                let message =
                    format!("`{written}` is an alias in YAML, and nothing has the anchor `&{name}`");
                let help = format!("if this is text, write {}", trap::quoted(&written));
                self.faults.push(Fault::new(place, message).help(help));
                self.add(0, Built::faulty(place), place)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn alias(&mut self, anchor: usize, place: Span) -> Result<Built, Fault> {
        // An anchor is known when its value ends, so a value cannot hold itself.
        let Some(mut built) = self.anchors.get(&anchor).cloned() else {
            let message = "the alias stands inside the value that its anchor names";
            self.faults.push(Fault::new(place, message));
            return Ok(Built::faulty(place));
        };
        self.aliased = self.aliased.saturating_add(built.weight);
        if self.aliased > MAX_ALIASED {
            let message = format!("aliases add more than {MAX_ALIASED} values to the file");
            return Err(Fault::new(place, message).help("write the values out"));
        }
        built.end = place.end;
        Ok(built)
    }

    fn begin(
        &mut self,
        kind: OpenKind,
        style: StructureStyle,
        anchor: usize,
        tag: Option<&Tag>,
        place: Span,
    ) -> Result<(), Fault> {
        self.check_depth(1, place)?;
        let expected = match &kind {
            OpenKind::List(_) => "seq",
            OpenKind::Mapping { .. } => "map",
        };
        let faulty = tag.is_some_and(|tag| !tag.is_yaml_core_schema_tag(expected));
        if let Some(tag) = tag.filter(|_| faulty) {
            self.faults.push(tag_fault(self.text, tag, place));
        }
        let flow = style == StructureStyle::Flow;
        let (start, end) = (place.start, place.end);
        self.open.push(Open { kind, start, flow, anchor, faulty, weight: 1, height: 1, end });
        Ok(())
    }

    fn check_depth(&self, height: usize, place: Span) -> Result<(), Fault> {
        if self.open.len() + height > MAX_DEPTH {
            return Err(too_deep(place));
        }
        Ok(())
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, place: Span, tag: Option<&Tag>) -> Built {
        let is_plain = style == ScalarStyle::Plain;
        let raw = self.text.get(place.start..place.end).unwrap_or_default();
        // The parser writes `~` for a value that is not there.
        let text = if is_plain && raw.is_empty() { "" } else { text };
        let value = match tag {
            None if is_plain => self.plain(text, place),
            None => Value::Text(text.into()),
            Some(tag) if tag.is_yaml_core_schema_tag("str") => Value::Text(text.into()),
            Some(tag) => {
                let value = scalar::plain(text);
                let fits = match &value {
                    Some(Value::Null) => tag.is_yaml_core_schema_tag("null"),
                    Some(Value::Boolean(_)) => tag.is_yaml_core_schema_tag("bool"),
                    Some(Value::Whole(_)) => {
                        tag.is_yaml_core_schema_tag("int") || tag.is_yaml_core_schema_tag("float")
                    }
                    Some(Value::Fraction(_)) => tag.is_yaml_core_schema_tag("float"),
                    _ => false,
                };
                match value.filter(|_| fits) {
                    Some(value) => value,
                    None => {
                        self.faults.push(tag_fault(self.text, tag, place));
                        Value::Faulty
                    }
                }
            }
        };
        let node = Node { span: place, value };
        Built {
            node,
            weight: 1 + text.len() / 32,
            height: 1,
            end: place.end,
            plain: is_plain && tag.is_none(),
        }
    }

    fn plain(&mut self, text: &str, place: Span) -> Value {
        scalar::plain(text).unwrap_or_else(|| {
            let message = format!("`{text}` is a number that is not finite or has more than 64 bits");
            let help = format!("if this is text, write {}", trap::quoted(text));
            self.faults.push(Fault::new(place, message).help(help));
            Value::Faulty
        })
    }

    /// Puts a finished value where it belongs: into the innermost open collection, or at the root.
    fn add(&mut self, anchor: usize, built: Built, place: Span) -> Result<(), Fault> {
        self.check_depth(built.height, place)?;
        self.nodes += 1;
        if self.faults.len() >= MAX_FAULTS {
            return Err(Fault::new(place, "too much is wrong so far; the rest of the file is not read"));
        }
        if self.nodes > MAX_NODES {
            return Err(Fault::new(place, format!("the file holds more than {MAX_NODES} values")));
        }
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
            OpenKind::List(elements) => elements.push(built.node),
            OpenKind::Mapping { members, places, whole, key } => match key.take() {
                None => *key = Some(read_key(self.text, &built, place, &mut self.faults)),
                Some(Key::AtFault) => *whole = false,
                Some(Key::Named { name, span: key_span, faulty }) => {
                    if let Some(&first) = places.get(&name) {
                        let message = format!("`{name}` comes twice in this mapping");
                        self.faults.push(Fault::new(key_span, message).related(first, "first here"));
                        return Ok(());
                    }
                    places.insert(Arc::clone(&name), key_span);
                    let mut value = built.node;
                    if matches!(value.value, Value::Null) && value.span.start >= value.span.end {
                        value.span = key_span;
                    }
                    members.push(Member { key: name, key_span, key_faulty: faulty, value });
                }
            },
        }
        Ok(())
    }
}

/// A key. One that is no text is a fault, and so is a merge key.
fn read_key(text: &str, built: &Built, place: Span, faults: &mut Vec<Fault>) -> Key {
    let span = built.node.span;
    let raw = text.get(span.start..span.end).unwrap_or_default();
    match &built.node.value {
        Value::Text(name) if built.plain && &**name == "<<" => {
            let fault = Fault::new(span, "merge keys (`<<`) are not read");
            faults.push(fault.help("write the members out"));
            Key::AtFault
        }
        Value::Text(name) => Key::Named { name: Arc::clone(name), span, faulty: false },
        Value::Faulty => Key::AtFault,
        Value::Null | Value::Boolean(_) | Value::Whole(_) | Value::Fraction(_) => {
            let fault = Fault::new(place, "a key must be text");
            if raw.is_empty() {
                faults.push(fault);
                return Key::AtFault;
            }
            faults.push(fault.help(format!("write {}", trap::quoted(raw))));
            // Others may name it.
            Key::Named { name: raw.into(), span, faulty: true }
        }
        Value::List(_) | Value::Mapping(_) => {
            let fault = Fault::new(span, "a key must be text, not a collection");
            let one_line = !raw.is_empty() && !raw.contains('\n');
            faults.push(if one_line { fault.help(format!("write {}", trap::quoted(raw))) } else { fault });
            Key::AtFault
        }
    }
}

fn tag_fault(text: &str, tag: &Tag, place: Span) -> Fault {
    let message = format!("`{}` is a tag in YAML, and none that fits here", tag.original());
    match trap::meant(text, place.start) {
        Some((span, quoted)) => Fault::new(span, message).help(format!("if this is text, write {quoted}")),
        None => Fault::new(place, message),
    }
}

impl Built {
    fn faulty(place: Span) -> Self {
        let node = Node { span: place, value: Value::Faulty };
        Self { node, weight: 1, height: 1, end: place.end, plain: false }
    }
}

impl Open {
    fn finish(self, close: Span) -> (usize, Built) {
        let value = match self.kind {
            _ if self.faulty => Value::Faulty,
            OpenKind::List(elements) => Value::List(elements.into()),
            OpenKind::Mapping { members, whole, .. } => Value::Mapping(Arc::new(Mapping { members, whole })),
        };
        // The parser lets a block collection end where the next token begins, which may be many comments later.
        let end = if self.flow { close.end } else { self.end };
        let node = Node { span: Span::of(self.start, end.max(self.start)), value };
        (self.anchor, Built { node, weight: self.weight, height: self.height, end, plain: false })
    }
}
