//! From expressions to values.
//!
//! Terraform's own evaluation, as far as the configuration alone decides it. What it does not decide is a hole that is
//! called as it is written; a condition that is not known gives both values.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hcl_edit::Span;
use hcl_edit::expr::{
    BinaryOperator, Expression, ForExpr, ObjectKey, Traversal, TraversalOperator, UnaryOperator,
};
use hcl_edit::structure::Body;

use crate::source::{HostSpan, SourceFile};

use super::directory::host_span;
use super::module::{Module, Modules};
use super::value::{Hole, Kind, Target, Value};
use super::{function, template};

/// Expressions that one configuration may come to.
const MAX_STEPS: usize = 400_000;
/// Bytes of text that count as one expression.
const BYTES_A_STEP: usize = 64;
/// Expressions inside one another, through locals, variables and outputs.
const MAX_DEPTH: usize = 96;
/// Elements that a `for` or `for_each` goes through.
pub(super) const MAX_ELEMENTS: usize = 256;

/// What names mean where an expression stands.
#[derive(Clone, Debug)]
pub(super) struct Scope {
    /// The module, by its number.
    pub(super) module: usize,
    /// The file of the expression.
    pub(super) file: Arc<SourceFile>,
    /// `each`, `count`, the names of `for`, the variables of `templatefile`; later ones first.
    pub(super) names: Vec<(String, Value)>,
    /// Whether there are no other names: in a template file.
    pub(super) is_sealed: bool,
}

impl Scope {
    /// The scope of a module's file.
    pub(super) fn of(module: usize, file: &Arc<SourceFile>) -> Self {
        Self { module, file: Arc::clone(file), names: Vec::new(), is_sealed: false }
    }

    /// The scope with further names.
    pub(super) fn with(&self, names: impl IntoIterator<Item = (String, Value)>) -> Self {
        let mut scope = self.clone();
        scope.names.extend(names);
        scope
    }

    fn named(&self, name: &str) -> Option<&Value> {
        self.names.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

/// Gives the file of a path, or none where it may not or cannot be read.
pub(super) type Loader<'l> = &'l dyn Fn(&Path) -> Option<Arc<SourceFile>>;

/// Evaluates the expressions of a configuration.
pub(super) struct Evaluator<'d> {
    pub(super) modules: &'d Modules<'d>,
    loader: Loader<'d>,
    files: RefCell<HashMap<PathBuf, Option<Arc<SourceFile>>>>,
    /// Locals, variables and outputs by their address; none while they are being evaluated.
    known: RefCell<HashMap<(usize, String), Option<Value>>>,
    steps: Cell<usize>,
    depth: Cell<usize>,
}

/// Files that one configuration may read.
const MAX_FILES: usize = 512;

impl<'d> Evaluator<'d> {
    pub(super) fn new(modules: &'d Modules<'d>, loader: Loader<'d>) -> Self {
        Self {
            modules,
            loader,
            files: RefCell::default(),
            known: RefCell::default(),
            steps: Cell::new(0),
            depth: Cell::new(0),
        }
    }

    /// The file of a path; the same for the same path.
    pub(super) fn load(&self, path: &Path) -> Option<Arc<SourceFile>> {
        if let Some(known) = self.files.borrow().get(path) {
            return known.clone();
        }
        if self.files.borrow().len() == MAX_FILES {
            return None;
        }
        let file = (self.loader)(path);
        self.files.borrow_mut().insert(path.to_owned(), file.clone());
        file
    }

    /// Whether so much work may still be done.
    pub(super) fn spend(&self, steps: usize) -> bool {
        self.steps.set(self.steps.get().saturating_add(steps));
        self.steps.get() <= MAX_STEPS
    }

    /// Whether texts of so many bytes may still be made or parsed.
    pub(super) fn spend_bytes(&self, bytes: usize) -> bool {
        self.spend(bytes / BYTES_A_STEP)
    }

    /// Begins what stands inside something else; not where that is too deep.
    pub(super) fn enter(&self) -> bool {
        let is_allowed = self.depth.get() < MAX_DEPTH;
        if is_allowed {
            self.depth.set(self.depth.get() + 1);
        }
        is_allowed
    }

    /// Ends what [`Self::enter`] began.
    pub(super) fn leave(&self) {
        self.depth.set(self.depth.get().saturating_sub(1));
    }

    /// The value of an attribute of a block.
    pub(super) fn attribute(&self, body: &Body, name: &str, scope: &Scope) -> Option<Value> {
        Some(self.value(&body.get_attribute(name)?.value, scope))
    }

    /// The value of an expression.
    pub(super) fn value(&self, expression: &Expression, scope: &Scope) -> Value {
        let span = host_span(expression.span());
        let unknown = || Value::hole(&scope.file, span, scope.file.slice(span));
        if !self.spend(1) || !self.enter() {
            return unknown();
        }
        let value = self.known_value(expression, scope, span);
        self.leave();
        match value {
            Some(value) => value,
            None => unknown(),
        }
    }

    /// None where the deployment decides.
    fn known_value(&self, expression: &Expression, scope: &Scope, span: HostSpan) -> Option<Value> {
        let of = |kind| Some(Value::new(&scope.file, span, kind));
        match expression {
            Expression::Null(_) => of(Kind::Null),
            Expression::Bool(value) => of(Kind::Plain(value.value().to_string().into())),
            Expression::Number(value) => of(Kind::Plain(value.value().to_string().into())),
            Expression::String(text) => template::string(text.value(), scope, span),
            Expression::StringTemplate(text) => template::quoted(self, text, scope, span),
            Expression::HeredocTemplate(heredoc) => template::heredoc(self, heredoc, scope, span),
            Expression::Array(array) => {
                of(Kind::List(array.iter().map(|element| self.value(element, scope)).collect()))
            }
            Expression::Object(object) => {
                let members = object.iter().map(|(key, value)| {
                    let key = match key {
                        ObjectKey::Ident(name) => {
                            Value::fixed_text(&scope.file, host_span(name.span()), name.as_str())
                        }
                        ObjectKey::Expression(Expression::Variable(name)) => {
                            Value::fixed_text(&scope.file, host_span(name.span()), name.as_str())
                        }
                        ObjectKey::Expression(key) => self.value(key, scope).settled().clone(),
                    };
                    (key, self.value(value.expr(), scope))
                });
                of(Kind::Object(members.collect()))
            }
            Expression::Parenthesis(inner) => Some(self.value(inner.inner(), scope)),
            Expression::Variable(name) => scope.named(name.as_str()).cloned(),
            Expression::Traversal(traversal) => self.traversal(traversal, scope, span),
            Expression::Conditional(conditional) => {
                match self.truth(&conditional.cond_expr, scope) {
                    Some(true) => return Some(self.value(&conditional.true_expr, scope)),
                    Some(false) => return Some(self.value(&conditional.false_expr, scope)),
                    None => {}
                }
                let values = [&conditional.true_expr, &conditional.false_expr].map(|e| self.value(e, scope));
                of(Kind::Choice(values.iter().flat_map(|value| value.choices().iter().cloned()).collect()))
            }
            Expression::FuncCall(call) => function::call(self, call, scope, span),
            Expression::UnaryOp(unary) => {
                let word = self.value(&unary.expr, scope).literal()?;
                match unary.operator.value() {
                    UnaryOperator::Neg => of(Kind::Plain(match word.strip_prefix('-') {
                        Some(positive) => positive.into(),
                        None => format!("-{word}").into(),
                    })),
                    UnaryOperator::Not => {
                        let truth: bool = word.parse().ok()?;
                        of(Kind::Plain(if truth { "false" } else { "true" }.into()))
                    }
                }
            }
            Expression::BinaryOp(_) => {
                self.truth(expression, scope).and_then(|truth| of(Kind::Plain(truth.to_string().into())))
            }
            Expression::ForExpr(each) => self.for_expression(each, scope, span),
        }
    }

    /// What a condition is, where nothing of it is the deployment's to decide.
    pub(super) fn truth(&self, condition: &Expression, scope: &Scope) -> Option<bool> {
        if !self.enter() {
            return None;
        }
        let truth = self.known_truth(condition, scope);
        self.leave();
        truth
    }

    fn known_truth(&self, condition: &Expression, scope: &Scope) -> Option<bool> {
        match condition {
            Expression::Parenthesis(inner) => self.truth(inner.inner(), scope),
            Expression::BinaryOp(operation) => {
                let sides = [&operation.lhs_expr, &operation.rhs_expr];
                match operation.operator.value() {
                    BinaryOperator::And => match sides.map(|side| self.truth(side, scope)) {
                        [Some(false), _] | [_, Some(false)] => Some(false),
                        [Some(true), Some(true)] => Some(true),
                        _ => None,
                    },
                    BinaryOperator::Or => match sides.map(|side| self.truth(side, scope)) {
                        [Some(true), _] | [_, Some(true)] => Some(true),
                        [Some(false), Some(false)] => Some(false),
                        _ => None,
                    },
                    operator @ (BinaryOperator::Eq | BinaryOperator::NotEq) => {
                        let [left, right] = sides.map(|side| self.value(side, scope));
                        let word = |value: &Value| match &value.kind {
                            Kind::Null => Some(None),
                            _ => value.literal().map(Some),
                        };
                        let equal = word(&left)? == word(&right)?;
                        Some(equal == (*operator == BinaryOperator::Eq))
                    }
                    _ => None,
                }
            }
            other => self.value(other, scope).literal()?.parse().ok(),
        }
    }

    fn for_expression(&self, each: &ForExpr, scope: &Scope, span: HostSpan) -> Option<Value> {
        let collection = self.value(&each.intro.collection_expr, scope);
        let elements = elements(&collection)?;
        let mut found = Vec::new();
        for (key, value) in elements {
            let key_name = each.intro.key_var.iter().map(|name| (name.as_str().to_owned(), key.clone()));
            let value_name = (each.intro.value_var.as_str().to_owned(), value.clone());
            let inner = scope.with(key_name.chain([value_name]));
            if let Some(condition) = &each.cond
                && !self.truth(&condition.expr, &inner)?
            {
                continue;
            }
            let value = self.value(&each.value_expr, &inner);
            let key = each.key_expr.as_ref().map(|key| self.value(key, &inner).settled().clone());
            if let Some(key) = &key
                && (key.literal().is_none() || each.grouping)
            {
                return None;
            }
            found.push((key, value));
        }
        Some(Value::new(
            &scope.file,
            span,
            if each.key_expr.is_some() {
                Kind::Object(found.into_iter().filter_map(|(key, value)| Some((key?, value))).collect())
            } else {
                Kind::List(found.into_iter().map(|(_, value)| value).collect())
            },
        ))
    }

    fn traversal(&self, traversal: &Traversal, scope: &Scope, span: HostSpan) -> Option<Value> {
        let mut operators = traversal.operators.iter().map(hcl_edit::Decorated::value).peekable();
        let base = match &traversal.expr {
            Expression::Variable(root) => match scope.named(root.as_str()) {
                Some(value) => value.clone(),
                None if scope.is_sealed => return None,
                None => {
                    let TraversalOperator::GetAttr(name) = operators.next()? else { return None };
                    let name = name.as_str();
                    match root.as_str() {
                        "local" => self.local(scope.module, name)?,
                        "var" => self.variable(scope.module, name, &scope.file, span),
                        "path" => return self.path(scope, name, span),
                        "each" | "count" | "self" | "terraform" => return None,
                        "module" => {
                            let mut next = operators.next()?;
                            if matches!(next, TraversalOperator::Index(_)) {
                                next = operators.next()?;
                            }
                            let TraversalOperator::GetAttr(output) = next else { return None };
                            self.output(scope.module, name, output.as_str())?
                        }
                        "data" => {
                            let TraversalOperator::GetAttr(second) = operators.next()? else { return None };
                            let kind = format!("data.{name}");
                            return self.resource(scope, span, kind, second.as_str(), operators);
                        }
                        kind => return self.resource(scope, span, kind.to_owned(), name, operators),
                    }
                }
            },
            other => self.value(other, scope),
        };
        let mut value = base;
        for operator in operators {
            value = self.step(value, operator, scope, span)?;
        }
        // What is taken from elsewhere and is a text stands where it is written.
        Some(value)
    }

    /// A member or an element.
    fn step(
        &self,
        value: Value,
        operator: &TraversalOperator,
        scope: &Scope,
        span: HostSpan,
    ) -> Option<Value> {
        let key = match operator {
            TraversalOperator::GetAttr(name) => name.as_str().to_owned(),
            TraversalOperator::Index(index) => self.value(index, scope).literal()?,
            TraversalOperator::LegacyIndex(index) => index.value().to_string(),
            TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_) => return None,
        };
        let found = match &value.settled().kind {
            Kind::Object(_) => value.member(&key).cloned(),
            Kind::List(elements) => elements.get(key.parse::<usize>().ok()?).cloned(),
            Kind::Hole(hole) => {
                // An attribute of a resource that an output gives, or of an attribute.
                let hole = match &hole.target {
                    Some(target) => Hole {
                        is_text: target.attribute.is_empty(),
                        target: Some(Target {
                            attribute: format!("{}.{key}", target.attribute)
                                .trim_start_matches('.')
                                .to_owned(),
                            ..target.clone()
                        }),
                        ..Hole::named(&format!("{}.{key}", hole.name))
                    },
                    None => Hole::named(scope.file.slice(span)),
                };
                return Some(Value::new(&scope.file, span, Kind::Hole(Arc::new(hole))));
            }
            _ => None,
        };
        match &value.kind {
            // A member of a variable's default is a default too.
            Kind::Hole(_) => {
                let hole = Hole { default: found, ..Hole::named(scope.file.slice(span)) };
                Some(Value::new(&scope.file, span, Kind::Hole(Arc::new(hole))))
            }
            _ => found,
        }
    }

    /// An attribute of a resource.
    fn resource<'o>(
        &self,
        scope: &Scope,
        span: HostSpan,
        kind: String,
        name: &str,
        operators: impl Iterator<Item = &'o TraversalOperator>,
    ) -> Option<Value> {
        let mut key = None;
        let mut written_key = String::new();
        let mut attribute = String::new();
        for operator in operators {
            match operator {
                TraversalOperator::GetAttr(part) => {
                    if !attribute.is_empty() {
                        attribute.push('.');
                    }
                    attribute.push_str(part.as_str());
                }
                TraversalOperator::Index(index) if attribute.is_empty() => {
                    key = self.value(index, scope).literal();
                    written_key = match &key {
                        Some(number) if number.parse::<usize>().is_ok() => String::new(),
                        Some(word) => format!("[\"{word}\"]"),
                        None => format!("[{}]", scope.file.slice(host_span(index.span()))),
                    };
                    key = key.filter(|_| !written_key.is_empty());
                }
                TraversalOperator::Index(index) => {
                    attribute.push_str(&format!("[{}]", scope.file.slice(host_span(index.span()))));
                }
                TraversalOperator::LegacyIndex(_) if attribute.is_empty() => {}
                TraversalOperator::LegacyIndex(index) => attribute.push_str(&format!("[{}]", index.value())),
                TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_) => {
                    attribute.push_str("[*]")
                }
            }
        }
        if kind == "data.template_file"
            && attribute == "rendered"
            && let Some(rendered) = self.rendered(scope.module, name)
        {
            return Some(rendered);
        }
        let prefix = self.modules.prefix(scope.module, &kind, name);
        let dot = if attribute.is_empty() { "" } else { "." };
        let mut hole = Hole::named(&format!("{prefix}{kind}.{name}{written_key}{dot}{attribute}"));
        hole.is_text = !attribute.is_empty() && !attribute.contains('[');
        hole.target = Some(Target {
            resource: super::value::Address { module: scope.module, kind, name: name.to_owned(), key },
            attribute,
        });
        Some(Value::new(&scope.file, span, Kind::Hole(Arc::new(hole))))
    }

    /// `path.module` and the like: a hole that [`function`] makes a path of.
    fn path(&self, scope: &Scope, name: &str, span: HostSpan) -> Option<Value> {
        let name = match name {
            "module" => format!("path.module{}", module_mark(scope.module)),
            "root" | "cwd" => "path.module".to_owned(),
            _ => return None,
        };
        let hole = Hole { is_text: true, ..Hole::named(&name) };
        Some(Value::new(&scope.file, span, Kind::Hole(Arc::new(hole))))
    }

    fn local(&self, module: usize, name: &str) -> Option<Value> {
        let (file, expression) = *self.module(module)?.declared.locals.get(name)?;
        self.once(module, format!("local.{name}"), || Some(self.value(expression, &Scope::of(module, file))))
    }

    /// The text of a `template_file` data source.
    fn rendered(&self, module: usize, name: &str) -> Option<Value> {
        let (file, body) = *self.module(module)?.declared.template_files.get(name)?;
        self.once(module, format!("data.template_file.{name}"), || {
            let scope = Scope::of(module, file);
            let text = self.attribute(body, "template", &scope)?.settled().as_text()?;
            let variables = self.attribute(body, "vars", &scope);
            let members = variables.as_ref().map(Value::members).unwrap_or_default();
            let names = members.iter().filter_map(|(key, value)| Some((key.literal()?, value.clone())));
            template::of_text(self, &text, module, names.collect())
        })
    }

    fn output(&self, module: usize, called: &str, name: &str) -> Option<Value> {
        let child = self.modules.child(module, called)?;
        let (file, body) = *self.module(child)?.declared.outputs.get(name)?;
        self.once(child, format!("output.{name}"), || self.attribute(body, "value", &Scope::of(child, file)))
    }

    /// A variable: what the caller passes, else a hole with its default.
    pub(super) fn variable(
        &self,
        module: usize,
        name: &str,
        file: &Arc<SourceFile>,
        span: HostSpan,
    ) -> Value {
        let known = self.once(module, format!("var.{name}"), || self.passed(module, name));
        let mut hole = Hole::named(&format!("var.{name}"));
        match known {
            Some(Value { kind: Kind::Hole(inner), .. }) if inner.name == hole.name => {
                hole = Hole::clone(&inner);
            }
            Some(value) => return value,
            None => {}
        }
        Value::new(file, span, Kind::Hole(Arc::new(hole)))
    }

    fn passed(&self, index: usize, name: &str) -> Option<Value> {
        let module = self.module(index)?;
        if let Some(call) = &module.call
            && let Some(passed) = call.body.get_attribute(name)
        {
            return Some(self.value(&passed.value, &Scope::of(call.parent, call.file)));
        }
        let (file, body) = *module.declared.variables.get(name)?;
        let scope = Scope::of(index, file);
        let declared_type = body.get_attribute("type").map(|attribute| &attribute.value);
        let is_text = matches!(declared_type, Some(Expression::Variable(word)) if word.as_str() == "string");
        let default = self.attribute(body, "default", &scope).filter(|default| !default.is_null());
        let is_text = is_text
            || declared_type.is_none() && default.as_ref().is_some_and(|d| matches!(d.kind, Kind::Text(_)));
        let hole = Hole { is_text, default, ..Hole::named(&format!("var.{name}")) };
        Some(Value::new(file, HostSpan::default(), Kind::Hole(Arc::new(hole))))
    }

    /// Evaluates a thing of this name once; nothing where it is asked for while it is evaluated.
    fn once(&self, module: usize, name: String, evaluate: impl FnOnce() -> Option<Value>) -> Option<Value> {
        let key = (module, name);
        if let Some(known) = self.known.borrow().get(&key) {
            return known.clone();
        }
        self.known.borrow_mut().insert(key.clone(), None);
        let value = evaluate();
        self.known.borrow_mut().insert(key, value.clone());
        value
    }

    fn module(&self, index: usize) -> Option<&Module<'d>> {
        self.modules.get(index)
    }
}

/// How `path.module` of a module other than the first is told apart.
pub(super) fn module_mark(module: usize) -> String {
    if module == 0 { String::new() } else { format!("#{module}") }
}

/// Keys and values of a map, elements of a list or set; none where the deployment decides which there are.
pub(super) fn elements(collection: &Value) -> Option<Vec<(Value, Value)>> {
    let value = collection.settled();
    let elements: Vec<(Value, Value)> = match &value.kind {
        Kind::Object(members) if members.iter().all(|(key, _)| key.literal().is_some()) => members.to_vec(),
        Kind::List(elements) => elements
            .iter()
            .enumerate()
            .map(|(i, element)| {
                let index = Kind::Plain(i.to_string().into());
                (Value::new(&element.file, element.span, index), element.clone())
            })
            .collect(),
        _ => return None,
    };
    (elements.len() <= MAX_ELEMENTS).then_some(elements)
}
