//! What variables stand for: values of the service and of its files; what only a deployment knows stays a hole.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use keybound_vtl::Span;

use crate::source::{HostSpan, MapSegment, Node, NodeValue, Scalar, SourceMap};

use super::files::{Content, Files};
use super::variable::{Candidate, Piece, Source, candidates, pieces};

/// Variables whose values are variables, in a row.
const MAX_STEPS: usize = 32;

/// What all variables of a service may come to, in bytes: they can double with each step.
const MAX_WORK: usize = 4 << 20;

/// What a value or a part of a text counts beside its bytes.
const STEP: usize = 16;

/// A longer name of a hole is cut: it is shown and compared, nothing else.
const MAX_NAME: usize = 200;

/// The stage of a service that names none. (The framework's reference of `provider`.)
const DEFAULT_STAGE: &str = "dev";

/// A value of a service.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// It stands in a file.
    Known(Node),
    /// The deployment decides it.
    Hole(Hole),
}

/// What the deployment decides.
#[derive(Clone, Debug)]
pub(super) struct Hole {
    /// The variable: `opt:stage`.
    pub(super) name: String,
    /// What it is where the deployment says nothing.
    pub(super) default: Option<Node>,
}

/// A part of a text.
#[derive(Clone, Debug)]
pub(super) enum Part {
    /// Text, with where it stands; none where that is not proved.
    Text(String, Option<Vec<MapSegment>>),
    /// What the deployment decides, with the place of its variable.
    Hole(String, Option<HostSpan>),
}

/// The variables of a service.
pub(super) struct Variables<'l> {
    root: Node,
    files: Files<'l>,
    work_left: Cell<usize>,
    /// The variables that are being followed.
    active: RefCell<Vec<String>>,
    /// The defaults of holes, as text; none where uses of one hole give it different ones.
    defaults: RefCell<BTreeMap<String, Option<String>>>,
}

/// A variable that is being followed, until this is dropped.
struct Followed<'v>(&'v RefCell<Vec<String>>);

impl Drop for Followed<'_> {
    fn drop(&mut self) {
        self.0.borrow_mut().pop();
    }
}

impl<'l> Variables<'l> {
    /// The variables of a service with this root.
    pub(super) fn new(root: Node, files: Files<'l>) -> Self {
        Self {
            root,
            files,
            work_left: Cell::new(MAX_WORK),
            active: RefCell::default(),
            defaults: RefCell::default(),
        }
    }

    /// The files that were read.
    pub(super) fn files(&self) -> &Files<'l> {
        &self.files
    }

    /// The defaults of holes by their names.
    pub(super) fn defaults(&self) -> Vec<(String, String)> {
        let defaults = self.defaults.borrow();
        defaults.iter().filter_map(|(name, default)| Some((name.clone(), default.clone()?))).collect()
    }

    /// Counts work, and tells whether it may be done.
    pub(super) fn spend(&self, amount: usize) -> bool {
        let left = self.work_left.get().checked_sub(amount);
        self.work_left.set(left.unwrap_or(0));
        left.is_some()
    }

    /// Begins to follow a variable; none where that leads nowhere.
    fn follow(&self, content: &str) -> Option<Followed<'_>> {
        let mut active = self.active.borrow_mut();
        let is_circle = active.iter().any(|known| known == content);
        if is_circle || active.len() >= MAX_STEPS || !self.spend(STEP + content.len()) {
            return None;
        }
        active.push(content.to_owned());
        Some(Followed(&self.active))
    }

    /// Calls `then` with the value of a variable, while the variable counts as being followed.
    pub(super) fn with_value<T>(&self, content: &str, then: impl FnOnce(Value) -> T) -> T {
        let Some(_followed) = self.follow(content) else {
            return then(Value::Hole(Hole { name: name(content), default: None }));
        };
        let value =
            self.value(content).unwrap_or_else(|| Value::Hole(Hole { name: name(content), default: None }));
        if let Value::Hole(hole) = &value {
            self.record(hole);
        }
        then(value)
    }

    /// The value that a node is: itself, or that of the variable that it is and nothing else. Of what the deployment
    /// decides, the default.
    pub(super) fn settled(&self, node: &Node) -> Option<Node> {
        let Some(content) = only_variable(node) else { return Some(node.clone()) };
        self.with_value(content, |value| match value {
            Value::Known(node) => self.settled(&node),
            Value::Hole(hole) => hole.default.and_then(|node| self.settled(&node)),
        })
    }

    /// A member of a mapping, settled.
    pub(super) fn member(&self, node: &Node, name: &str) -> Option<Node> {
        self.settled(node.get(name)?)
    }

    /// The first value that a variable lists and that is there.
    fn value(&self, content: &str) -> Option<Value> {
        let list = candidates(content);
        let mut rest = list.as_slice();
        while let Some((first, behind)) = rest.split_first() {
            rest = behind;
            match self.candidate(first) {
                Some(Value::Known(node)) if node.is_null() && !rest.is_empty() => {}
                Some(Value::Hole(hole)) => {
                    let default = hole.default.or_else(|| self.default_of(rest));
                    return Some(Value::Hole(Hole { default, ..hole }));
                }
                Some(known) => return Some(known),
                None => {}
            }
        }
        None
    }

    fn default_of(&self, rest: &[Candidate<'_>]) -> Option<Node> {
        rest.iter().find_map(|candidate| match self.candidate(candidate)? {
            Value::Known(node) => Some(node),
            Value::Hole(hole) => hole.default,
        })
    }

    fn candidate(&self, candidate: &Candidate<'_>) -> Option<Value> {
        match *candidate {
            Candidate::Literal { text, plain } => {
                Some(Value::Known(literal(text, plain && !super::variable::has_variable(text))))
            }
            Candidate::Nested(content) => {
                let _followed = self.follow(content)?;
                self.value(content)
            }
            Candidate::From(source) => self.sourced(source),
        }
    }

    /// A source's value; none where it is not there.
    fn sourced(&self, source: Source<'_>) -> Option<Value> {
        let written = format!(
            "{}{}{}",
            source.kind,
            source.parameters.map(|parameters| format!("({parameters})")).unwrap_or_default(),
            source.address.map(|address| format!(":{address}")).unwrap_or_default(),
        );
        let named = |default| Some(Value::Hole(Hole { name: name(&written), default }));
        let fixed = |text: Option<&str>| text.map_or(Some(String::new()), |text| self.fixed(text, false));
        if let (Some(parameters), Some(address)) = (fixed(source.parameters), fixed(source.address)) {
            return match self.sourced_at(source.kind, &parameters, &address)? {
                Value::Hole(Hole { name, default }) if name.is_empty() => named(default),
                value => Some(value),
            };
        }
        // Where it stands depends on the deployment; by default it may be known.
        let by_default = |text: Option<&str>| text.map_or(Some(String::new()), |text| self.fixed(text, true));
        let default = by_default(source.parameters).zip(by_default(source.address));
        let default = default.and_then(|(parameters, address)| {
            match self.sourced_at(source.kind, &parameters, &address)? {
                Value::Known(node) => Some(node),
                Value::Hole(hole) => hole.default,
            }
        });
        named(default)
    }

    /// The value at a fixed place. A hole without a name is the source itself.
    fn sourced_at(&self, kind: &str, parameters: &str, address: &str) -> Option<Value> {
        let hole = |default| Some(Value::Hole(Hole { name: String::new(), default }));
        let known = |path: &str| match self.at(&self.root, path)? {
            Value::Known(node) => Some(node),
            Value::Hole(hole) => hole.default,
        };
        match kind {
            "self" => self.at(&self.root, address),
            "file" => match self.files.load(parameters) {
                Some(Content::Document(root)) => self.at(&root, address),
                Some(Content::Text(text)) if address.is_empty() => Some(Value::Known(text)),
                Some(Content::Text(_) | Content::Program) | None => hole(None),
            },
            "param" => hole(
                known(&format!("params.default.{address}"))
                    .or_else(|| known(&format!("stages.default.params.{address}"))),
            ),
            "sls" if address == "stage" => {
                hole(known("provider.stage").or_else(|| Some(literal(DEFAULT_STAGE, false))))
            }
            _ => hole(None),
        }
    }

    /// The value at an address below a node: `custom.tables.0.name`; none where there is none.
    fn at(&self, node: &Node, address: &str) -> Option<Value> {
        let mut node = node;
        let mut address = address.trim();
        while !address.is_empty() {
            if let Some(content) = only_variable(node) {
                return self.with_value(content, |value| match value {
                    Value::Known(node) => self.at(&node, address),
                    Value::Hole(hole) => {
                        let default = hole.default.and_then(|node| match self.at(&node, address)? {
                            Value::Known(node) => Some(node),
                            Value::Hole(hole) => hole.default,
                        });
                        let name = name(&format!("{}.{address}", hole.name));
                        Some(Value::Hole(Hole { name, default }))
                    }
                });
            }
            if !self.spend(STEP) {
                return None;
            }
            let (first, rest) = address.split_once('.').unwrap_or((address, ""));
            node = match &node.value {
                NodeValue::Mapping(_) => node.get(first),
                NodeValue::Sequence(elements) => elements.get(first.parse::<usize>().ok()?),
                NodeValue::Scalar(_) => None,
            }?;
            address = rest;
        }
        Some(Value::Known(node.clone()))
    }

    /// A text in which the deployment decides nothing, or with the defaults of what it decides.
    fn fixed(&self, text: &str, with_defaults: bool) -> Option<String> {
        let scalar = Scalar { text: text.to_owned(), plain: false, map: None };
        self.fixed_parts(&self.parts(&scalar, HostSpan::default()).0, with_defaults)
    }

    fn fixed_parts(&self, parts: &[Part], with_defaults: bool) -> Option<String> {
        let mut fixed = String::new();
        for part in parts {
            match part {
                Part::Text(text, _) => fixed.push_str(text),
                Part::Hole(name, _) if with_defaults => {
                    fixed.push_str(self.defaults.borrow().get(name)?.as_deref()?);
                }
                Part::Hole(..) => return None,
            }
        }
        Some(fixed)
    }

    /// Remembers the default of a hole, if that is one text in all uses.
    fn record(&self, hole: &Hole) {
        let Some(default) = &hole.default else { return };
        let text = default.scalar().and_then(|scalar| {
            let (parts, _) = self.parts(scalar, default.span);
            self.fixed_parts(&parts, true)
        });
        let mut defaults = self.defaults.borrow_mut();
        let known = defaults.entry(hole.name.clone()).or_insert_with(|| text.clone());
        if *known != text {
            *known = None;
        }
    }

    /// The parts of a text with its variables followed, and where the whole stands. A variable that is all of the text
    /// gives the place of its value; in a longer text each value stands at its variable.
    pub(super) fn parts(&self, scalar: &Scalar, span: HostSpan) -> (Vec<Part>, HostSpan) {
        let found = pieces(&scalar.text);
        let is_whole = matches!(found.as_slice(), [Piece::Variable(..)]);
        let mut parts = Vec::new();
        let mut whole = span;
        for piece in found {
            match piece {
                Piece::Text(at, text) => {
                    if !self.spend(STEP + text.len()) {
                        parts.push(Part::Hole(name(text), None));
                        continue;
                    }
                    let map = scalar.map.as_ref();
                    let segments = map.map(|map| map.part(at, at + text.len()).collect());
                    parts.push(Part::Text(text.to_owned(), segments));
                }
                Piece::Variable(at, content) => {
                    let end = at + content.len() + "${}".len();
                    let map = scalar.map.as_ref();
                    let place = map.and_then(|map| map.host_span(Span::of(at, end)));
                    let value = self.with_value(content, |value| self.parts_of(value, content));
                    if is_whole && let Some(stands) = value.stands {
                        whole = stands;
                        parts.extend(value.parts);
                    } else {
                        parts.extend(value.parts.into_iter().map(|part| part.at(place)));
                    }
                }
            }
        }
        (parts, whole)
    }

    fn parts_of(&self, value: Value, content: &str) -> ValueParts {
        match value {
            Value::Hole(hole) => ValueParts { parts: vec![Part::Hole(hole.name, None)], stands: None },
            Value::Known(node) => match node.scalar() {
                Some(scalar) => {
                    let (parts, span) = self.parts(scalar, node.span);
                    let proved =
                        |part: &Part| matches!(part, Part::Text(_, Some(_)) | Part::Hole(_, Some(_)));
                    ValueParts { stands: parts.iter().all(proved).then_some(span), parts }
                }
                None => ValueParts { parts: vec![Part::Hole(name(content), None)], stands: None },
            },
        }
    }
}

/// The parts of a variable's value.
struct ValueParts {
    parts: Vec<Part>,
    /// Where the value stands, if that is known of every part.
    stands: Option<HostSpan>,
}

impl Part {
    /// The part as what a variable at this place stands for.
    pub(super) fn at(self, place: Option<HostSpan>) -> Self {
        match self {
            Self::Hole(name, _) => Self::Hole(name, place),
            Self::Text(text, _) => {
                let segments = place.map(|place| {
                    vec![MapSegment {
                        decoded_start: 0,
                        decoded_len: text.len(),
                        host_start: place.start,
                        host_len: place.end - place.start,
                        verbatim: false,
                    }]
                });
                Self::Text(text, segments)
            }
        }
    }
}

/// The map of segments, if there are any for the whole text.
pub(super) fn map_of(segments: Option<Vec<MapSegment>>) -> Option<SourceMap> {
    segments.map(SourceMap::new)
}

fn literal(text: &str, plain: bool) -> Node {
    let scalar = Scalar { text: text.to_owned(), plain, map: None };
    Node { span: HostSpan::default(), tag: None, value: NodeValue::Scalar(scalar.into()) }
}

/// The variable that an untagged scalar is and nothing else.
pub(super) fn only_variable(node: &Node) -> Option<&str> {
    let scalar = node.scalar().filter(|_| node.tag.is_none())?;
    match pieces(&scalar.text).as_slice() {
        [Piece::Variable(_, content)] => Some(content),
        _ => None,
    }
}

fn name(content: &str) -> String {
    let content = content.trim();
    if content.chars().count() <= MAX_NAME {
        return content.to_owned();
    }
    content.chars().take(MAX_NAME - 1).chain(['…']).collect()
}
