//! The unknowns of a template: where a value comes from and what was done to it, in order.

use std::collections::HashMap;
use std::sync::Arc;

use super::value::Piece;
use crate::api::trust::{Decider, Said, Trust};

/// A term of a [`Terms`] table. Equal terms have equal ids, so the same expression on the same unknowns is one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TermId(u32);

/// Where a request parameter is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Parameter {
    /// A path parameter of the route: present and not empty.
    Path,
    /// The query string.
    Query,
    /// A header.
    Header,
    /// `$input.params(name)` of a name that is no path parameter: query string, then header.
    Any,
}

/// How deep DynamoDB nests attributes.
const MAX_NESTING: usize = 32;

/// What an operation does to a text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// `$util.escapeJavaScript`.
    EscapeJavaScript,
    /// `$util.urlEncode`.
    UrlEncode,
    /// `$util.urlDecode`.
    UrlDecode,
    /// `$util.base64Encode`.
    Base64Encode,
    /// `$util.base64Decode`.
    Base64Decode,
    /// `toString()`, or being printed into a string.
    ToText,
    /// `replace(from, to)`.
    Replace(String, String),
    /// `replaceAll(pattern, to)`.
    ReplaceAll(String, String),
    /// `replaceFirst(pattern, to)`.
    ReplaceFirst(String, String),
    /// `toUpperCase()`.
    Upper,
    /// `toLowerCase()`.
    Lower,
    /// `trim()`.
    Trim,
    /// A part of the text.
    Part(Part),
    /// A method that gives some text, by its name: nothing is known of it.
    Other(String),
}

/// Which part of a text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// `substring(from, to)`, where known.
    Between(Option<i64>, Option<i64>),
    /// What `split(pattern)` cuts it into.
    Split(Option<String>),
    /// One of those pieces, by its index where known; by its place in the template otherwise.
    Piece(Option<i64>, usize),
}

/// What a measure of a value counts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Measure {
    /// `length()`.
    Length,
    /// `size()`.
    Size,
    /// `indexOf(text)`.
    IndexOf(String),
    /// Any other number, by how it was got.
    Other(String),
}

/// An unknown value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Term {
    /// A request parameter's text; empty where absent.
    Parameter(Parameter, String),
    /// A map of all parameters of a place, or of all places.
    Parameters(Option<Parameter>),
    /// A name that the client gives a parameter, met in a loop at a place of the template.
    ParameterName(Parameter, usize),
    /// The text of a parameter whose name the template does not fix.
    SomeParameter(Parameter, usize),
    /// The payload as text.
    Body,
    /// The payload parsed: of any JSON type.
    Payload,
    /// A member of a parsed value.
    Member(TermId, String),
    /// An element of a parsed list at a known index.
    Index(TermId, i64),
    /// Some element or member value of a parsed value, met in a loop (by the loop's place).
    Element(TermId, usize),
    /// Some member name of a parsed value, met in a loop (by the loop's place).
    Key(TermId, usize),
    /// What a JSONPath that is more than names and indexes selects; the path as written.
    Selected(TermId, String),
    /// A value of `$context`, by its dotted path.
    Context(String),
    /// A stage variable.
    StageVariable(String),
    /// A value that the deployment puts into the template's source.
    Deployment(String),
    /// The JSON text of a value: `$input.json`.
    JsonText(TermId),
    /// A text parsed as JSON: `$util.parseJson`.
    Parsed(TermId),
    /// An operation on a text.
    Applied(Op, TermId),
    /// A number got from a value.
    Measured(Measure, TermId),
    /// A text put together and then worked on as a whole.
    Composite(Vec<Piece>),
    /// What is not modelled: any value at all, made from these terms at a place of the template.
    Opaque(usize, Vec<TermId>),
}

/// Who decides a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Control {
    /// The template, AWS or whoever deploys.
    Trusted,
    /// Fresh for each call, made by AWS.
    Generated,
    /// A verified identity's own text.
    Caller,
    /// Whoever wrote the item: perhaps a client.
    Stored,
    /// Anyone.
    Client,
}

/// All terms of one rendering.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    terms: Vec<Term>,
    ids: HashMap<Term, TermId>,
    stored_payload: bool,
    trust: Arc<Trust>,
}

impl Terms {
    /// An empty table; `stored_payload` says that the payload is DynamoDB's answer and not the client's body.
    pub fn new(stored_payload: bool) -> Self {
        Self { stored_payload, ..Self::default() }
    }

    /// The same table, for a run in which people say who decides some values.
    #[must_use]
    pub fn trusting(self, trust: Arc<Trust>) -> Self {
        Self { trust, ..self }
    }

    /// What people say of who decides values.
    pub fn trust(&self) -> &Arc<Trust> {
        &self.trust
    }

    /// Who decides a term, where people say so of just this term.
    pub fn decider(&self, id: TermId) -> Option<Decider> {
        self.said(id).map(|said| said.decider)
    }

    /// What people say of just this term.
    pub fn said(&self, id: TermId) -> Option<&Said> {
        match self.get(id) {
            Term::Context(path) => self.trust.said_of_context(path),
            Term::StageVariable(name) => self.trust.said_of_stage_variable(name),
            Term::Parameter(Parameter::Header, name) => self.trust.said_of_header(name),
            _ => None,
        }
    }

    /// Whether a term is made from a value that people say the deployment decides.
    pub fn is_entrusted(&self, id: TermId) -> bool {
        self.sources(id).into_iter().any(|source| self.decider(source) == Some(Decider::Deployment))
    }

    /// The id of a term.
    pub fn id(&mut self, term: Term) -> TermId {
        if let Some(&id) = self.ids.get(&term) {
            return id;
        }
        let id = TermId(u32::try_from(self.terms.len()).unwrap_or(u32::MAX));
        self.terms.push(term.clone());
        self.ids.insert(term, id);
        id
    }

    /// The id of a term that the template has met.
    pub fn known(&self, term: &Term) -> Option<TermId> {
        self.ids.get(term).copied()
    }

    /// The term of an id of this table.
    pub fn get(&self, id: TermId) -> &Term {
        const NOTHING: &Term = &Term::Opaque(0, Vec::new());
        self.terms.get(id.0 as usize).unwrap_or(NOTHING)
    }

    /// All ids, in the order in which the template first met them.
    pub fn ids(&self) -> Vec<TermId> {
        (0..self.terms.len()).map(|index| TermId(u32::try_from(index).unwrap_or(u32::MAX))).collect()
    }

    /// The terms that a term is made from, directly.
    pub fn parts(&self, id: TermId) -> Vec<TermId> {
        match self.get(id) {
            Term::Member(of, _)
            | Term::Index(of, _)
            | Term::Element(of, _)
            | Term::Key(of, _)
            | Term::Selected(of, _)
            | Term::JsonText(of)
            | Term::Parsed(of)
            | Term::Applied(_, of)
            | Term::Measured(_, of) => vec![*of],
            Term::Composite(pieces) => super::value::holes(pieces),
            Term::Opaque(_, of) => of.clone(),
            _ => Vec::new(),
        }
    }

    /// The terms at the bottom of a term, without repetition, in order.
    pub fn sources(&self, id: TermId) -> Vec<TermId> {
        let mut found = Vec::new();
        let mut todo = vec![id];
        let mut seen = std::collections::HashSet::new();
        while let Some(id) = todo.pop() {
            if !seen.insert(id) {
                continue;
            }
            let parts = self.parts(id);
            if parts.is_empty() {
                found.push(id);
            }
            todo.extend(parts.into_iter().rev());
        }
        found
    }

    /// Whether what a term prints holds no free text, whoever wrote it: all in it is a number or a Boolean of DynamoDB's
    /// answer, or nobody's.
    pub fn is_textless(&self, id: TermId) -> bool {
        match self.get(id) {
            Term::Applied(..) | Term::Composite(_) => {
                self.parts(id).into_iter().all(|of| self.is_textless(of))
            }
            _ => self.is_tame(id) || self.control(id) < Control::Caller,
        }
    }

    /// Whether a term of DynamoDB's answer is no free text, whoever wrote the item: how many items there are, a number,
    /// a Boolean.
    fn is_tame(&self, id: TermId) -> bool {
        match self.get(id) {
            Term::Member(of, name) if self.stored_payload => match name.as_str() {
                "Count" | "ScannedCount" => *self.get(*of) == Term::Payload,
                "N" | "BOOL" | "NULL" => self.is_attribute_value(*of, 0),
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether a term of DynamoDB's answer is an attribute's value with its type, such as `{"S": "x"}`. An attribute
    /// may be called `N` itself.
    fn is_attribute_value(&self, id: TermId, depth: usize) -> bool {
        if depth > MAX_NESTING {
            return false;
        }
        let is_value = |id: TermId| self.is_attribute_value(id, depth + 1);
        match self.get(id) {
            Term::Member(item, _) => match self.get(*item) {
                Term::Member(of, name) => match name.as_str() {
                    "Item" | "Attributes" if *self.get(*of) == Term::Payload => true,
                    "M" => is_value(*of),
                    _ => false,
                },
                Term::Index(items, _) | Term::Element(items, _) => {
                    matches!(self.get(*items), Term::Member(of, name) if name == "Items" && *self.get(*of) == Term::Payload)
                }
                _ => false,
            },
            Term::Index(list, _) | Term::Element(list, _) => {
                matches!(self.get(*list), Term::Member(of, name) if name == "L" && is_value(*of))
            }
            _ => false,
        }
    }

    /// Whether `inner` is `id` or a part of it, however deep.
    pub fn contains(&self, id: TermId, inner: TermId) -> bool {
        let mut todo = vec![id];
        let mut seen = std::collections::HashSet::new();
        while let Some(id) = todo.pop() {
            if id == inner {
                return true;
            }
            if seen.insert(id) {
                todo.extend(self.parts(id));
            }
        }
        false
    }

    /// Who decides a term: the least trusted of its sources.
    pub fn control(&self, id: TermId) -> Control {
        self.sources(id)
            .into_iter()
            .map(|source| self.source_control(source))
            .max()
            .unwrap_or(Control::Trusted)
    }

    fn source_control(&self, id: TermId) -> Control {
        match self.decider(id) {
            Some(Decider::Deployment) => Control::Trusted,
            Some(Decider::Client) => Control::Client,
            None => self.own_control(id),
        }
    }

    /// Who decides a source, whatever people say.
    pub(super) fn own_control(&self, id: TermId) -> Control {
        match self.get(id) {
            Term::Body | Term::Payload if self.stored_payload => Control::Stored,
            Term::Context(path) => super::context::control(path),
            Term::StageVariable(_) | Term::Deployment(_) => Control::Trusted,
            Term::Composite(_) | Term::Opaque(..) => Control::Trusted,
            _ => Control::Client,
        }
    }

    /// How a template writes a term, for people.
    pub fn describe(&self, id: TermId) -> String {
        match self.get(id) {
            Term::Parameter(Parameter::Path, name) => format!("path parameter `{name}`"),
            Term::Parameter(Parameter::Query, name) => format!("query parameter `{name}`"),
            Term::Parameter(Parameter::Header, name) => format!("header `{name}`"),
            Term::Parameter(Parameter::Any, name) => format!("parameter `{name}`"),
            Term::Parameters(place) => match place {
                Some(Parameter::Path) => "the path parameters".to_owned(),
                Some(Parameter::Query) => "the query parameters".to_owned(),
                Some(Parameter::Header) => "the headers".to_owned(),
                Some(Parameter::Any) | None => "the request's parameters".to_owned(),
            },
            Term::ParameterName(..) => "a parameter's name".to_owned(),
            Term::SomeParameter(..) => "a parameter of any name".to_owned(),
            Term::Body if self.stored_payload => "the response body".to_owned(),
            Term::Payload if self.stored_payload => "the response".to_owned(),
            Term::Body | Term::Payload => "the request body".to_owned(),
            Term::Member(..) | Term::Index(..) | Term::Element(..) => self.path_of(id),
            Term::Key(of, _) => format!("a member name of {}", self.describe(*of)),
            Term::Selected(of, path) => format!("`{path}` of {}", self.describe(*of)),
            Term::Context(path) => format!("`$context.{path}`"),
            Term::StageVariable(name) => format!("stage variable `{name}`"),
            Term::Deployment(name) => format!("`${{{name}}}`"),
            Term::JsonText(of) | Term::Parsed(of) | Term::Applied(_, of) | Term::Measured(_, of) => {
                self.describe(*of)
            }
            Term::Composite(_) | Term::Opaque(..) => {
                let most = self.sources(id).into_iter().max_by_key(|&source| self.source_control(source));
                most.filter(|&source| source != id)
                    .map_or("a value".to_owned(), |source| self.describe(source))
            }
        }
    }

    fn path_of(&self, id: TermId) -> String {
        let mut steps = Vec::new();
        let mut at = id;
        let root = loop {
            let (of, step) = match self.get(at) {
                Term::Member(of, name) => (*of, format!(".{name}")),
                Term::Index(of, index) => (*of, format!("[{index}]")),
                Term::Element(of, _) => (*of, "[*]".to_owned()),
                Term::Payload => break String::new(),
                _ => break format!(" of {}", self.describe(at)),
            };
            steps.push(step);
            at = of;
        };
        let whose = if self.stored_payload { "response" } else { "body" };
        steps.reverse();
        if root.is_empty() {
            format!("{whose} member `${}`", steps.concat())
        } else {
            format!("`{}`{root}", steps.concat())
        }
    }
}
