//! References: locals, variables, outputs of modules, attributes of resources, and the members of what they give.

use std::sync::Arc;

use hcl_edit::Span;
use hcl_edit::expr::{Expression, Traversal, TraversalOperator};

use crate::source::{HostSpan, SourceFile};

use super::evaluate::{Evaluator, Scope, module_mark};
use super::syntax::{Written, host_span};
use super::template;
use super::value::{Address, Hole, Kind, Target, Value};

impl Evaluator<'_> {
    /// What a reference gives; none where the deployment decides.
    pub(super) fn traversal(&self, traversal: &Traversal, scope: &Scope, span: HostSpan) -> Option<Value> {
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
            resource: Address { module: scope.module, kind, name: name.to_owned(), key },
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
        let written = *self.module(module)?.declared.locals.get(name)?;
        let scope = Scope::of(module, written.file);
        self.once(module, format!("local.{name}"), || Some(self.written(written, &scope)))
    }

    /// The text of a `template_file` data source.
    fn rendered(&self, module: usize, name: &str) -> Option<Value> {
        let body = self.module(module)?.declared.template_files.get(name)?;
        self.once(module, format!("data.template_file.{name}"), || {
            let scope = Scope::of(module, body.file());
            let text = self.attribute(body, "template", &scope)?.settled().as_text()?;
            let variables = self.attribute(body, "vars", &scope);
            let members = variables.as_ref().map(Value::members).unwrap_or_default();
            let names = members.iter().filter_map(|(key, value)| Some((key.literal()?, value.clone())));
            template::of_text(self, &text, module, names.collect())
        })
    }

    fn output(&self, module: usize, called: &str, name: &str) -> Option<Value> {
        let child = self.modules.child(module, called)?;
        let body = self.module(child)?.declared.outputs.get(name)?;
        let scope = Scope::of(child, body.file());
        self.once(child, format!("output.{name}"), || self.attribute(body, "value", &scope))
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
            && let Some(passed) = call.body.attribute(name)
        {
            return Some(self.written(passed, &Scope::of(call.parent, passed.file)));
        }
        let body = module.declared.variables.get(name)?;
        let scope = Scope::of(index, body.file());
        let declared_type = body.attribute("type");
        let is_text = declared_type.and_then(Written::as_word) == Some("string");
        let default = body.literal("default").map(|default| self.written(default, &scope));
        let default = default.filter(|default| !default.is_null());
        let is_text = is_text
            || declared_type.is_none() && default.as_ref().is_some_and(|d| matches!(d.kind, Kind::Text(_)));
        let hole = Hole { is_text, default, ..Hole::named(&format!("var.{name}")) };
        Some(Value::new(body.file(), HostSpan::default(), Kind::Hole(Arc::new(hole))))
    }
}
