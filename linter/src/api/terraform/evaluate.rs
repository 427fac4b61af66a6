//! From expressions to values.
//!
//! Terraform's own evaluation, as far as the configuration alone decides it. What it does not decide is a hole that is
//! called as it is written; a condition that is not known gives both values.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hcl_edit::Span;
use hcl_edit::expr::{BinaryOperator, Expression, ForExpr, ObjectKey, UnaryOperator};

use crate::source::{HostSpan, SourceFile};

use super::block::BlockBody;
use super::module::{Module, Modules};
use super::syntax::{Form, Written, host_span};
use super::value::{Kind, Value};
use super::{function, json_value, template};

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

    pub(super) fn named(&self, name: &str) -> Option<&Value> {
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
    pub(super) fn attribute(&self, body: &BlockBody<'_>, name: &str, scope: &Scope) -> Option<Value> {
        Some(self.written(body.attribute(name)?, scope))
    }

    /// The value of what is written for one. It is written in a file of its own where that overrides a block.
    pub(super) fn written(&self, written: Written<'_>, scope: &Scope) -> Value {
        let elsewhere = !Arc::ptr_eq(written.file, &scope.file);
        let elsewhere = elsewhere.then(|| Scope { file: Arc::clone(written.file), ..scope.clone() });
        let scope = elsewhere.as_ref().unwrap_or(scope);
        match written.form {
            Form::Native(expression) => self.value(expression, scope),
            Form::Json(node) => json_value::value(self, node, scope, json_value::Texts::Templates),
            Form::Literal(node) => json_value::value(self, node, scope, json_value::Texts::Literal),
        }
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

    /// Evaluates a thing of this name once; nothing where it is asked for while it is evaluated.
    pub(super) fn once(
        &self,
        module: usize,
        name: String,
        evaluate: impl FnOnce() -> Option<Value>,
    ) -> Option<Value> {
        let key = (module, name);
        if let Some(known) = self.known.borrow().get(&key) {
            return known.clone();
        }
        self.known.borrow_mut().insert(key.clone(), None);
        let value = evaluate();
        self.known.borrow_mut().insert(key, value.clone());
        value
    }

    pub(super) fn module(&self, index: usize) -> Option<&Module<'d>> {
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
