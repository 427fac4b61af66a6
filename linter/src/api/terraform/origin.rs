//! Where an integration comes from: the blocks of its resources, and all that these refer to.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use hcl_edit::expr::{Expression, FuncCall, Traversal, TraversalOperator};
use hcl_edit::visit::{self, Visit};

use crate::api::{Integration, Origin};
use crate::source::{HostSpan, Node, SourceFile};

use super::KINDS;
use super::block::BlockBody;
use super::evaluate::{Evaluator, Scope};
use super::function;
use super::resource::Resource;
use super::syntax::{Content, Form, Written};

/// The most blocks of one integration. One of more comes from its whole file.
const MAX_PARTS: usize = 256;

/// A local, a variable, an output or a resource of a module: `local.tables`, `data.aws_iam_policy_document.read`.
type Name = (usize, String);

/// What is declared under a name.
enum Part<'d> {
    Value(Written<'d>),
    Block(BlockBody<'d>),
}

/// What a part leads to.
#[derive(Default)]
struct Leads {
    /// Its places: its own, a module's call, files that it reads.
    places: Vec<(Arc<SourceFile>, HostSpan)>,
    names: Vec<Name>,
}

/// The parts of a configuration.
pub(super) struct Origins<'e, 'd> {
    evaluator: &'e Evaluator<'d>,
    declared: HashMap<Name, Part<'d>>,
    known: HashMap<Name, Leads>,
}

impl<'e, 'd> Origins<'e, 'd> {
    pub(super) fn of(evaluator: &'e Evaluator<'d>) -> Self {
        let mut declared = HashMap::new();
        for (index, module) in evaluator.modules.all() {
            let own = &module.declared;
            for (name, written) in &own.locals {
                declared.insert((index, format!("local.{name}")), Part::Value(*written));
            }
            let mut block = |name: String, body: &BlockBody<'d>| {
                declared.insert((index, name), Part::Block(body.clone()));
            };
            own.variables.iter().for_each(|(name, body)| block(format!("var.{name}"), body));
            own.outputs.iter().for_each(|(name, body)| block(format!("output.{name}"), body));
            for found in &own.resources {
                if KINDS.contains(&found.kind) || found.kind == "template_file" {
                    let data = if found.is_data { "data." } else { "" };
                    block(format!("{data}{}.{}", found.kind, found.name), &found.body);
                }
            }
        }
        Self { evaluator, declared, known: HashMap::new() }
    }

    /// How an integration that was read from these resources is written.
    pub(super) fn origin(&mut self, integration: &Integration, from: &[&Resource]) -> Origin {
        let mut origin = integration.origin.clone();
        // A document's route is what stands under its key, wherever the document is.
        let is_document = from.iter().all(|resource| resource.span != integration.span);
        let mut todo: VecDeque<Name> = VecDeque::new();
        for resource in from {
            let address = &resource.address;
            todo.push_back((address.module, format!("{}.{}", address.kind, address.name)));
        }
        let mut seen: HashSet<Name> = todo.iter().cloned().collect();
        while let Some(name) = todo.pop_front() {
            if !self.known.contains_key(&name) {
                let leads = self.leads(&name);
                self.known.insert(name.clone(), leads);
            }
            let Some(leads) = self.known.get(&name) else { continue };
            let left = MAX_PARTS.saturating_sub(origin.parts.len());
            if leads.places.len() > left || !self.evaluator.spend(1) {
                let whole = HostSpan::new(0, integration.file.text().len());
                origin.parts.push((Arc::clone(&integration.file), whole));
                break;
            }
            let holds_it = |(file, span): &&(Arc<SourceFile>, HostSpan)| {
                let own = integration.span;
                Arc::ptr_eq(file, &integration.file) && span.start <= own.start && own.end <= span.end
            };
            let places = leads.places.iter().filter(|place| !is_document || !holds_it(place));
            origin.parts.extend(places.cloned());
            todo.extend(leads.names.iter().filter(|name| seen.insert((*name).clone())).cloned());
        }
        origin
    }

    fn leads(&self, name: &Name) -> Leads {
        let Some(part) = self.declared.get(name) else { return Leads::default() };
        let places = match part {
            Part::Value(written) => vec![(Arc::clone(written.file), written.span())],
            Part::Block(body) => places_of(body),
        };
        let mut leads = Leads { places, names: Vec::new() };
        let module = name.0;
        let call = self.evaluator.module(module).and_then(|module| module.call.as_ref());
        if let Some((variable, call)) = name.1.strip_prefix("var.").zip(call) {
            leads.places.extend(places_of(&call.body));
            if let Some(passed) = call.body.attribute(variable) {
                self.follow(Mentions::of_value(passed), call.parent, passed.file, &mut leads);
                return leads;
            }
        }
        match part {
            Part::Value(written) => {
                self.follow(Mentions::of_value(*written), module, written.file, &mut leads);
            }
            Part::Block(body) => {
                for layer in body.layers() {
                    self.follow(Mentions::of_block(layer.content), module, layer.file, &mut leads);
                }
            }
        }
        leads
    }

    fn follow(&self, mentions: Mentions, module: usize, file: &Arc<SourceFile>, leads: &mut Leads) {
        for path in mentions.paths {
            let name = match path.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
                ["module", called, output] => match self.evaluator.modules.child(module, called) {
                    Some(child) => (child, format!("output.{output}")),
                    None => continue,
                },
                ["data", kind, name] => (module, format!("data.{kind}.{name}")),
                [root, name, ..] => (module, format!("{root}.{name}")),
                _ => continue,
            };
            leads.names.push(name);
        }
        for path in mentions.files {
            let path = self.evaluator.value(&path, &Scope::of(module, file));
            if let Some(read) = function::open(self.evaluator, &path) {
                let whole = HostSpan::new(0, read.text().len());
                leads.places.push((read, whole));
            }
        }
    }
}

/// Where a block stands, in its own file and in those that override it.
fn places_of(body: &BlockBody<'_>) -> Vec<(Arc<SourceFile>, HostSpan)> {
    body.layers().map(|layer| (Arc::clone(layer.file), layer.span())).collect()
}

/// What expressions mention.
#[derive(Default)]
struct Mentions {
    /// The first names of references: `local`, `tables`.
    paths: Vec<Vec<String>>,
    /// The paths of files that are read.
    files: Vec<Expression>,
}

impl Mentions {
    fn of_value(written: Written<'_>) -> Self {
        let mut mentions = Self::default();
        match written.form {
            Form::Native(expression) => mentions.visit_expr(expression),
            Form::Json(node) => mentions.node(node),
            Form::Literal(_) => {}
        }
        mentions
    }

    fn of_block(content: Content<'_>) -> Self {
        let mut mentions = Self::default();
        match content {
            Content::Native(block) => mentions.visit_body(&block.body),
            Content::Json(node) => mentions.node(node),
        }
        mentions
    }

    fn node(&mut self, node: &Node) {
        if let Some(text) = node.as_str()
            && let Ok(template) = hcl_edit::parser::parse_template(text)
        {
            self.visit_template(&template);
        }
        node.elements().iter().for_each(|element| self.node(element));
        for (key, value) in node.members() {
            self.node(key);
            self.node(value);
        }
    }
}

impl Visit for Mentions {
    fn visit_traversal(&mut self, traversal: &Traversal) {
        if let Expression::Variable(root) = &traversal.expr {
            let names = traversal.operators.iter().filter_map(|operator| match operator.value() {
                TraversalOperator::GetAttr(name) => Some(name.as_str().to_owned()),
                _ => None,
            });
            self.paths.push(std::iter::once(root.as_str().to_owned()).chain(names).take(3).collect());
        }
        visit::visit_traversal(self, traversal);
    }

    fn visit_func_call(&mut self, call: &FuncCall) {
        if matches!(call.name.name.as_str(), "file" | "templatefile") {
            self.files.extend(call.args.iter().next().cloned());
        }
        visit::visit_func_call(self, call);
    }
}
