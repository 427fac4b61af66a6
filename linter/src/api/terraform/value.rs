//! What an expression of a configuration is, as far as the configuration alone tells.

use std::sync::Arc;

use crate::source::hcl::{Composition, HostText};
use crate::source::{HostSpan, SourceFile};

/// A value and its place.
#[derive(Clone, Debug)]
pub(super) struct Value {
    /// The file.
    pub(super) file: Arc<SourceFile>,
    /// The expression's place.
    pub(super) span: HostSpan,
    /// The value.
    pub(super) kind: Kind,
    /// How many values it is made of, shared ones counted each time: what bounds every walk over it.
    pub(super) size: usize,
    /// How deep its lists and maps go.
    depth: usize,
}

/// Values that are made of more than this are left to the deployment.
const MAX_SIZE: usize = 100_000;
/// Lists in lists that are deeper than this are left to the deployment.
const MAX_DEPTH: usize = 128;

/// What a value is.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// A text.
    Text(Arc<HostText>),
    /// A number or a boolean, as Terraform prints it.
    Plain(Arc<str>),
    /// `null`.
    Null,
    /// A list, set or tuple.
    List(Arc<[Value]>),
    /// A map or object, in file order.
    Object(Arc<[(Value, Value)]>),
    /// What only the deployment knows.
    Hole(Arc<Hole>),
    /// One of these, as a condition decides that only the deployment knows.
    Choice(Arc<[Value]>),
}

/// A value that only the deployment knows.
#[derive(Clone, Debug)]
pub(super) struct Hole {
    /// The expression, in one line.
    pub(super) name: String,
    /// The attribute of a resource that it is.
    pub(super) target: Option<Target>,
    /// Whether it is known to be a text.
    pub(super) is_text: bool,
    /// What it is where nobody says otherwise: the default of a variable.
    pub(super) default: Option<Value>,
}

/// An attribute of a resource.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Target {
    /// The resource.
    pub(super) resource: Address,
    /// What of it: `id`, `root_resource_id`; empty for the whole resource.
    pub(super) attribute: String,
}

/// A resource: which module's, its type and name, and for `for_each` and `count` which of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Address {
    /// The module, by its number.
    pub(super) module: usize,
    /// `aws_api_gateway_method`; `data.aws_iam_policy_document`.
    pub(super) kind: String,
    /// Its name.
    pub(super) name: String,
    /// The key in `for_each`; none where there is none or the deployment decides it.
    pub(super) key: Option<String>,
}

/// A longer name is cut: it is shown and compared, nothing else.
const MAX_NAME: usize = 200;

impl Value {
    pub(super) fn new(file: &Arc<SourceFile>, span: HostSpan, kind: Kind) -> Self {
        let size = match &kind {
            Kind::Text(_) | Kind::Plain(_) | Kind::Null | Kind::Hole(_) => 1,
            Kind::List(values) | Kind::Choice(values) => sizes(values.iter()),
            Kind::Object(members) => sizes(members.iter().flat_map(|(key, value)| [key, value])),
        };
        let depth = match &kind {
            Kind::Text(_) | Kind::Plain(_) | Kind::Null | Kind::Hole(_) => 0,
            Kind::List(values) | Kind::Choice(values) => deepest(values.iter()),
            Kind::Object(members) => deepest(members.iter().flat_map(|(key, value)| [key, value])),
        };
        if size > MAX_SIZE || depth > MAX_DEPTH {
            return Self::hole(file, span, file.slice(span));
        }
        Self { file: Arc::clone(file), span, kind, size, depth }
    }

    /// A hole that is called as it is written.
    pub(super) fn hole(file: &Arc<SourceFile>, span: HostSpan, name: &str) -> Self {
        Self::new(file, span, Kind::Hole(Arc::new(Hole::named(name))))
    }

    /// A text of which all is known, standing at `span` as a whole.
    pub(super) fn fixed_text(file: &Arc<SourceFile>, span: HostSpan, text: &str) -> Self {
        let mut composition = Composition::new(file);
        composition.push_unit(span, text);
        Self::text_of(composition.finish(span))
    }

    /// A text.
    pub(super) fn text_of(text: HostText) -> Self {
        let (file, span) = (Arc::clone(&text.file), text.whole);
        Self::new(&file, span, Kind::Text(Arc::new(text)))
    }

    /// The values that this may be; it itself where it is no choice.
    pub(super) fn choices(&self) -> &[Value] {
        match &self.settled().kind {
            Kind::Choice(values) => values,
            _ => std::slice::from_ref(self.settled()),
        }
    }

    /// The value as Terraform puts it into a text; none for lists, maps and null.
    pub(super) fn as_text(&self) -> Option<Arc<HostText>> {
        let mut composition = Composition::new(&self.file);
        match &self.kind {
            Kind::Text(text) => return Some(Arc::clone(text)),
            Kind::Plain(word) => composition.push_unit(self.span, word),
            Kind::Hole(hole) => match hole.default.as_ref().and_then(Value::as_code) {
                Some(code) => return Some(code),
                None => composition.push_placeholder(self.span, hole.name.clone()),
            },
            Kind::Choice(_) => composition.push_placeholder(self.span, self.written()),
            Kind::Null | Kind::List(_) | Kind::Object(_) => return None,
        }
        Some(Arc::new(composition.finish(self.span)))
    }

    /// A text that is more than a name: a mapping template, or a part of one.
    fn as_code(&self) -> Option<Arc<HostText>> {
        let text = self.as_text()?;
        text.text.text().contains(['\n', '$', '#']).then_some(text)
    }

    /// The value, a variable's default where there is one.
    pub(super) fn settled(&self) -> &Value {
        match &self.kind {
            Kind::Hole(hole) => hole.default.as_ref().unwrap_or(self),
            _ => self,
        }
    }

    /// The value as a text, a hole where it is none, so that nothing is taken for absent.
    pub(super) fn to_text(&self) -> Arc<HostText> {
        self.as_text().unwrap_or_else(|| {
            let mut composition = Composition::new(&self.file);
            composition.push_placeholder(self.span, self.written());
            Arc::new(composition.finish(self.span))
        })
    }

    /// The text in which the deployment decides nothing.
    pub(super) fn literal(&self) -> Option<String> {
        match &self.kind {
            Kind::Text(text) => text.fixed().map(str::to_owned),
            Kind::Plain(word) => Some((**word).to_owned()),
            _ => None,
        }
    }

    /// A member of an object.
    pub(super) fn member(&self, name: &str) -> Option<&Value> {
        self.members()
            .iter()
            .rev()
            .find(|(key, _)| key.literal().as_deref() == Some(name))
            .map(|(_, value)| value)
    }

    /// The members of an object; empty for other values.
    pub(super) fn members(&self) -> &[(Value, Value)] {
        match &self.settled().kind {
            Kind::Object(members) => members,
            _ => &[],
        }
    }

    /// The elements of a list; empty for other values.
    pub(super) fn elements(&self) -> &[Value] {
        match &self.settled().kind {
            Kind::List(elements) => elements,
            _ => &[],
        }
    }

    pub(super) fn is_null(&self) -> bool {
        matches!(self.kind, Kind::Null)
    }

    /// The attribute that this is and nothing else.
    pub(super) fn target(&self) -> Option<&Target> {
        match &self.kind {
            Kind::Hole(hole) => hole.target.as_ref(),
            _ => None,
        }
    }

    /// A hole for an attribute of a resource.
    pub(super) fn attribute_of(file: &Arc<SourceFile>, span: HostSpan, name: &str, target: Target) -> Self {
        let hole = Hole { target: Some(target), is_text: true, ..Hole::named(name) };
        Self::new(file, span, Kind::Hole(Arc::new(hole)))
    }

    /// Of a hole for all resources of a name, the one for the resource of this key.
    pub(super) fn instance(&self, key: &str) -> Option<Self> {
        let Kind::Hole(hole) = &self.kind else { return None };
        let mut target = hole.target.clone()?;
        target.resource.key = Some(key.to_owned());
        let name = format!("{}[\"{key}\"]", hole.name);
        Some(Self::attribute_of(&self.file, self.span, &name, target))
    }

    /// Whether the deployment decides nothing of it, however deep.
    pub(super) fn is_known(&self) -> bool {
        match &self.kind {
            Kind::Text(text) => text.text.placeholders().is_empty(),
            Kind::Plain(_) | Kind::Null => true,
            Kind::List(elements) => elements.iter().all(Value::is_known),
            Kind::Object(members) => members.iter().all(|(key, value)| key.is_known() && value.is_known()),
            Kind::Hole(_) | Kind::Choice(_) => false,
        }
    }

    /// The expression as it is written, in one line.
    pub(super) fn written(&self) -> String {
        one_line(self.file.slice(self.span))
    }
}

impl Hole {
    /// A hole of this name.
    pub(super) fn named(name: &str) -> Self {
        Self { name: one_line(name), target: None, is_text: false, default: None }
    }
}

fn sizes<'v>(values: impl Iterator<Item = &'v Value>) -> usize {
    values.fold(1, |sum: usize, value| sum.saturating_add(value.size))
}

fn deepest<'v>(values: impl Iterator<Item = &'v Value>) -> usize {
    values.map(|value| value.depth).max().unwrap_or(0) + 1
}

/// An expression in one line, cut where it is long.
fn one_line(text: &str) -> String {
    let mut out = String::new();
    let mut count = 0;
    for word in text.split_whitespace() {
        if count > 0 {
            out.push(' ');
            count += 1;
        }
        for c in word.chars() {
            if count == MAX_NAME {
                out.push('…');
                return out;
            }
            out.push(c);
            count += 1;
        }
    }
    out
}
