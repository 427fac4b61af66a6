//! What a template reads, and what it compares it with: more rather than less.

use std::collections::BTreeSet;

use keybound_linter::api::MappingTemplate;
use keybound_vtl::ast::visit::{Visitor, block};
use keybound_vtl::ast::{AccessKind, Expr, ExprKind, Node, NodeKind, Reference};
use keybound_vtl::java::regex;
use keybound_vtl::jsonpath::{self, Step};
use keybound_vtl::parse::Tree;

/// What a template may read of a request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reads {
    /// Names of parameters.
    pub(crate) parameters: Vec<String>,
    /// Paths into the body.
    pub(crate) paths: Vec<Vec<PathStep>>,
    /// Names that may be members anywhere in the body.
    pub(crate) members: Vec<String>,
    /// Members of `$context` that it names, by dotted path.
    pub(crate) context: Vec<String>,
    /// Stage variables.
    pub(crate) stage: Vec<String>,
    /// Texts that get through its conditions.
    pub(crate) fitting: Vec<String>,
    /// Numbers that it is written with.
    pub(crate) numbers: Vec<usize>,
    /// Whether it may read lists.
    pub(crate) loops: bool,
}

/// A step of a path into the body.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum PathStep {
    Member(String),
    Element(usize),
}

#[derive(Default)]
struct Collector {
    parameters: BTreeSet<String>,
    paths: BTreeSet<Vec<PathStep>>,
    members: BTreeSet<String>,
    context: BTreeSet<String>,
    stage: BTreeSet<String>,
    fitting: BTreeSet<String>,
    numbers: BTreeSet<usize>,
    loops: bool,
}

impl Reads {
    pub(crate) fn of(template: &MappingTemplate, tree: &Tree) -> Self {
        let mut found = Collector::default();
        block(&tree.block, &mut found);
        // A literal of a template with placeholders may be no plain text; its words are names all the same.
        let words = template.text.text().split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        let numbers = words.filter_map(|word| word.parse::<usize>().ok()).filter(|number| *number <= 2000);
        found.numbers.extend(numbers);
        let members = found.members.iter().filter(|name| !name.is_empty() && name.len() < 40).cloned();
        Self {
            members: members.take(24).collect(),
            parameters: found.parameters.into_iter().collect(),
            paths: found.paths.into_iter().collect(),
            context: found.context.into_iter().collect(),
            stage: found.stage.into_iter().collect(),
            fitting: found.fitting.into_iter().take(60).collect(),
            numbers: found.numbers.into_iter().take(24).collect(),
            loops: found.loops,
        }
    }
}

impl Collector {
    fn literal(&mut self, text: &str) {
        if text.len() > 200 {
            return;
        }
        self.fitting.insert(text.to_owned());
        self.fitting.extend(regex::sample(text));
        self.fitting.extend(text.split(['|', ',', ' ']).filter(|word| !word.is_empty()).map(str::to_owned));
        let is_name = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
        if is_name(text) {
            self.members.insert(text.to_owned());
        }
        if let Some(steps) = path(text).filter(|steps| !steps.is_empty()) {
            self.members.extend(steps.iter().filter_map(|step| match step {
                PathStep::Member(name) => Some(name.clone()),
                PathStep::Element(_) => None,
            }));
            self.paths.insert(steps);
        }
    }
}

/// The steps of a JSONPath, as far as they are plain.
fn path(text: &str) -> Option<Vec<PathStep>> {
    if !text.starts_with('$') {
        return None;
    }
    let compiled = jsonpath::compile(text).ok()?;
    let mut steps = Vec::new();
    for step in &compiled.steps {
        match step {
            Step::Properties(names) => steps.push(PathStep::Member(names.first()?.clone())),
            Step::Indexes(indexes) => {
                steps.push(PathStep::Element(usize::try_from(*indexes.first()?).unwrap_or(0)));
            }
            _ => steps.push(PathStep::Element(0)),
        }
    }
    Some(steps)
}

impl<'t> Visitor<'t> for Collector {
    fn node(&mut self, node: &'t Node) {
        self.loops |= matches!(node.kind, NodeKind::Foreach(_));
    }

    fn expr(&mut self, expr: &'t Expr) {
        match &expr.kind {
            ExprKind::Text(text) => self.literal(text),
            ExprKind::Integer(digits) => self.numbers.extend(digits.parse::<usize>().ok()),
            _ => {}
        }
    }

    fn reference(&mut self, reference: &'t Reference) {
        let mut names: Vec<&str> = Vec::new();
        for access in &reference.accesses {
            match &access.kind {
                AccessKind::Property(name) => {
                    self.members.insert(name.clone());
                    self.parameters.insert(name.clone());
                    names.push(name);
                }
                AccessKind::Method(name, arguments) => {
                    self.loops |= matches!(name.as_str(), "add" | "get" | "remove" | "size" | "subList");
                    if let ("params" | "get", [Expr { kind: ExprKind::Text(text), .. }]) =
                        (name.as_str(), arguments.as_slice())
                    {
                        self.parameters.insert(text.clone());
                        names.push(text);
                    }
                }
                AccessKind::Index(Expr { kind: ExprKind::Integer(_), .. }) => self.loops = true,
                AccessKind::Index(Expr { kind: ExprKind::Text(text), .. }) => {
                    self.parameters.insert(text.clone());
                    names.push(text);
                }
                AccessKind::Index(_) => {}
            }
        }
        match reference.root.as_str() {
            "context" => _ = self.context.insert(names.join(".")),
            "stageVariables" => self.stage.extend(names.first().map(|name| (*name).to_owned())),
            _ => {}
        }
    }
}
