//! A stack and the stacks nested in it, when their templates are at hand: what they give one another in parameters and
//! outputs is put where it is used.

use std::cell::Cell;
use std::collections::HashSet;
use std::sync::Arc;

use keybound_vtl::Span;
use keybound_vtl::template::PLACEHOLDER_CHAR;

use crate::source::{
    Call, ComposedText, HostSpan, MapSegment, Node, NodeValue, Scalar, SourceFile, SourceMap,
};

use super::assets::Assets;
use super::include::Includes;

/// The most stacks of one tree that are read together.
const MAX_STACKS: usize = 32;

/// Parameters and outputs that stand for one another in a row.
const MAX_STEPS: usize = 16;

/// How deep a value may nest, parameters followed.
const MAX_DEPTH: usize = 256;

/// The most values that are looked at while stacks are put together.
const MAX_NODES: usize = 4_000_000;

/// A stack, its nested stacks, and theirs.
pub(super) struct StackTree {
    stacks: Vec<Member>,
    nodes_left: Cell<usize>,
}

struct Member {
    file: Arc<SourceFile>,
    root: Node,
    /// Its logical id in the stack that it is nested in, and that stack.
    place: Option<(usize, String)>,
    /// What that stack gives it.
    parameters: Option<Node>,
    ids: HashSet<String>,
}

/// How a value of one stack is seen in another.
#[derive(Clone, Copy)]
struct View {
    from: usize,
    to: usize,
    /// Where the value stands in the other stack; none where it is its own.
    at: Option<HostSpan>,
    /// Parameters and outputs that were followed.
    steps: usize,
    depth: usize,
}

impl View {
    fn new(from: usize, to: usize) -> Self {
        Self { from, to, at: None, steps: 0, depth: 0 }
    }

    /// The value that stands for one at this place.
    fn step(self, from: usize, span: HostSpan) -> Self {
        Self { from, at: Some(span), steps: self.steps + 1, depth: self.depth + 1, ..self }
    }
}

/// A resource of another stack of the tree.
#[derive(Clone, Debug)]
pub(super) struct Outer {
    /// Its logical id, made different from those of the stack that refers to it.
    pub(super) id: String,
    /// Where the logical id stands.
    pub(super) span: HostSpan,
    /// The resource.
    pub(super) value: Node,
    /// The file.
    pub(super) file: Arc<SourceFile>,
}

impl StackTree {
    /// The stacks nested in a template that are at hand, if there are any.
    pub(super) fn of(
        root: &Node,
        file: &Arc<SourceFile>,
        includes: &Includes<'_>,
        assets: &Assets,
    ) -> Option<Self> {
        let mut stacks = vec![Member::new(root.clone(), Arc::clone(file), None, None)];
        let mut next = 0;
        while let Some(stack) = stacks.get(next) {
            let mut found = Vec::new();
            for (id, resource) in stack.root.get("Resources").map(Node::members).unwrap_or_default() {
                let Some((location, parameters)) = nested(resource) else { continue };
                let composed = ComposedText::of(location).map(|composed| composed.text);
                let Some(text) = composed.as_ref().map(|text| text.text()) else { continue };
                let local = (!text.contains(PLACEHOLDER_CHAR)).then(|| includes.load(text, &stack.file));
                let asset = resource
                    .get("Metadata")
                    .and_then(|metadata| metadata.get("aws:asset:path"))
                    .and_then(Node::as_str);
                let template = local
                    .flatten()
                    .or_else(|| assets.load_address(text, file, includes))
                    .or_else(|| includes.load(asset?, file));
                let is_circle = |path| {
                    let up = |at: &usize| stacks.get(*at)?.place.as_ref().map(|(up, _)| *up);
                    std::iter::successors(Some(next), up)
                        .any(|above| stacks.get(above).is_some_and(|above| above.file.path() == path))
                };
                if let (Some(template), Some(id)) = (template, id.as_str())
                    && !is_circle(template.file.path())
                {
                    let place = Some((next, id.to_owned()));
                    found.push(Member::new(template.root, template.file, place, parameters.cloned()));
                }
            }
            let room = MAX_STACKS.saturating_sub(stacks.len());
            stacks.extend(found.into_iter().take(room));
            next += 1;
        }
        (stacks.len() > 1).then(|| Self { stacks, nodes_left: Cell::new(MAX_NODES) })
    }

    /// Each stack, with what it gets from others in its place, and the resources of the others.
    pub(super) fn stacks(&self) -> impl Iterator<Item = (Node, &Arc<SourceFile>, Vec<Outer>)> {
        self.stacks.iter().enumerate().map(|(index, stack)| {
            (self.rebound(&stack.root, View::new(index, index)), &stack.file, self.outer(index))
        })
    }

    fn outer(&self, to: usize) -> Vec<Outer> {
        let mut outer = Vec::new();
        for (from, stack) in self.stacks.iter().enumerate().filter(|(from, _)| *from != to) {
            for (key, value) in stack.root.get("Resources").map(Node::members).unwrap_or_default() {
                let Some(id) = key.as_str() else { continue };
                outer.push(Outer {
                    id: self.renamed(id, from, to),
                    span: key.span,
                    value: self.rebound(value, View::new(from, to)),
                    file: Arc::clone(&stack.file),
                });
            }
        }
        outer
    }

    /// What a resource of one stack is called in another.
    fn renamed(&self, id: &str, from: usize, to: usize) -> String {
        let has = |stack: &Member| stack.ids.contains(id);
        let is_taken = self
            .stacks
            .iter()
            .enumerate()
            .any(|(index, stack)| index != from && (index == to || index < from) && has(stack));
        if from == to || !is_taken {
            return id.to_owned();
        }
        let name = self.stacks.get(from).and_then(|stack| stack.file.path().file_name()?.to_str());
        let name = name.and_then(|name| name.split('.').next()).unwrap_or_default();
        format!("{id}@{name}")
    }

    /// A value of one stack as another one sees it. What comes from elsewhere stands where it is used.
    fn rebound(&self, node: &Node, view: View) -> Node {
        let is_within = view.steps <= MAX_STEPS && view.depth <= MAX_DEPTH;
        let Some(left) = self.nodes_left.get().checked_sub(1).filter(|_| is_within) else {
            return node.clone();
        };
        self.nodes_left.set(left);
        let span = view.at.unwrap_or(node.span);
        if let Some(call) = Call::of(node) {
            let replaced = match call.function {
                "Ref" => call.argument.as_str().and_then(|name| self.reference(name, span, view)),
                "GetAtt" => attribute(call.argument)
                    .and_then(|(id, attribute)| self.attribute(id, attribute, span, view)),
                "Sub" => self.sub(call, view),
                _ => None,
            };
            if let Some(replaced) = replaced {
                return replaced;
            }
        }
        let inner = |node: &Node| self.rebound(node, View { depth: view.depth + 1, ..view });
        let value = match &node.value {
            NodeValue::Scalar(scalar) if view.at.is_some() => return standing(span, scalar),
            NodeValue::Scalar(_) => node.value.clone(),
            NodeValue::Sequence(elements) => NodeValue::Sequence(elements.iter().map(inner).collect()),
            NodeValue::Mapping(members) => {
                NodeValue::Mapping(members.iter().map(|(key, value)| (key.clone(), inner(value))).collect())
            }
        };
        Node { span, tag: node.tag.clone(), value }
    }

    /// What `Ref` is in the other stack; none where it stays.
    fn reference(&self, name: &str, span: HostSpan, view: View) -> Option<Node> {
        let stack = self.stacks.get(view.from)?;
        if stack.ids.contains(name) {
            let renamed = self.renamed(name, view.from, view.to);
            return (view.from != view.to).then(|| call(span, "Ref", text(span, &renamed)));
        }
        let given = stack.parameters.as_ref()?.get(name)?;
        let (parent, _) = stack.place.as_ref()?;
        Some(self.rebound(given, view.step(*parent, span)))
    }

    /// What `Fn::GetAtt` is in the other stack; none where it stays.
    fn attribute(&self, id: &str, attribute: &str, span: HostSpan, view: View) -> Option<Node> {
        if let Some(output) = attribute.strip_prefix("Outputs.") {
            let is_child = |stack: &Member| {
                stack.place.as_ref().is_some_and(|(up, name)| *up == view.from && name == id)
            };
            let child = self.stacks.iter().position(is_child)?;
            let value = self.stacks.get(child)?.root.get("Outputs")?.get(output)?.get("Value")?;
            return Some(self.rebound(value, view.step(child, span)));
        }
        let is_own = self.stacks.get(view.from)?.ids.contains(id);
        let renamed = is_own.then(|| self.renamed(id, view.from, view.to))?;
        let list = NodeValue::Sequence([text(span, &renamed), text(span, attribute)].into());
        (view.from != view.to).then(|| call(span, "Fn::GetAtt", Node { span, tag: None, value: list }))
    }

    /// `Fn::Sub` with a variable for each name that another stack decides; none where there is no such name.
    fn sub(&self, sub: Call<'_>, view: View) -> Option<Node> {
        let (template, own) = match sub.argument.elements() {
            [] => (sub.argument, &[][..]),
            [template] => (template, &[][..]),
            [template, own] => (template, own.members()),
            _ => return None,
        };
        let span = view.at.unwrap_or(template.span);
        let mut names = HashSet::new();
        let mut variables: Vec<(Node, Node)> = Vec::new();
        let written = template.scalar()?;
        for (open, _) in written.text.match_indices("${") {
            let rest = written.text.get(open + "${".len()..)?;
            let Some((inside, _)) = rest.split_once('}') else { break };
            let name = inside.trim();
            if own.iter().any(|(key, _)| key.as_str() == Some(name)) || !names.insert(name) {
                continue;
            }
            let place = Span::of(open, open + inside.len() + "${}".len());
            let place = written.map.as_ref().and_then(|map| map.host_span(place));
            let place = view.at.or(place).unwrap_or(span);
            let value = match name.split_once('.') {
                None => self.reference(name, place, view),
                Some((id, attribute)) => self.attribute(id, attribute, place, view),
            };
            variables.extend(value.map(|value| (text(span, name), value)));
        }
        if variables.is_empty() {
            return None;
        }
        let inner = |value| self.rebound(value, View { depth: view.depth + 1, ..view });
        let own = own.iter().map(|(key, value)| (key.clone(), inner(value)));
        let all = Node { span, tag: None, value: NodeValue::Mapping(own.chain(variables).collect()) };
        let template = match view.at {
            None => Node { tag: None, span, value: NodeValue::Scalar(Arc::new(written.clone())) },
            Some(_) => standing(span, written),
        };
        let list = Node { span, tag: None, value: NodeValue::Sequence([template, all].into()) };
        Some(call(span, "Fn::Sub", list))
    }
}

impl Member {
    fn new(
        root: Node,
        file: Arc<SourceFile>,
        place: Option<(usize, String)>,
        parameters: Option<Node>,
    ) -> Self {
        let resources = root.get("Resources").map(Node::members).unwrap_or_default();
        let ids = resources.iter().filter_map(|(key, _)| Some(key.as_str()?.to_owned())).collect();
        Self { file, root, place, parameters, ids }
    }
}

/// Where the template of a nested stack is, and what the stack is given.
fn nested(resource: &Node) -> Option<(&Node, Option<&Node>)> {
    let properties = resource.get("Properties")?;
    let location = match resource.get("Type")?.as_str()? {
        "AWS::CloudFormation::Stack" => "TemplateURL",
        "AWS::Serverless::Application" => "Location",
        _ => return None,
    };
    Some((properties.get(location)?, properties.get("Parameters")))
}

/// The two parts of `Fn::GetAtt`'s argument.
fn attribute(argument: &Node) -> Option<(&str, &str)> {
    match argument.elements() {
        [] => argument.as_str()?.split_once('.'),
        [id, attribute] => Some((id.as_str()?, attribute.as_str()?)),
        _ => None,
    }
}

/// A text as what stands at a place of another file.
fn standing(span: HostSpan, scalar: &Scalar) -> Node {
    let segment = MapSegment {
        decoded_start: 0,
        decoded_len: scalar.text.len(),
        host_start: span.start,
        host_len: span.end - span.start,
        verbatim: false,
    };
    let map = Some(SourceMap::new(vec![segment]));
    let scalar = Scalar { text: scalar.text.clone(), plain: scalar.plain, map };
    Node { span, tag: None, value: NodeValue::Scalar(Arc::new(scalar)) }
}

fn text(span: HostSpan, text: &str) -> Node {
    let scalar = Scalar { text: text.to_owned(), plain: false, map: None };
    Node { span, tag: None, value: NodeValue::Scalar(Arc::new(scalar)) }
}

fn call(span: HostSpan, function: &str, argument: Node) -> Node {
    Node { span, tag: None, value: NodeValue::Mapping([(text(span, function), argument)].into()) }
}
