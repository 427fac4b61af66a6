//! The walk over the tree.

use std::collections::HashMap;
use std::rc::Rc;

use crate::ast::{AccessKind, Block, Foreach, If, Node, NodeKind, Set};
use crate::parse::Tree;
use crate::span::Span;
use crate::template::TemplateText;
use crate::value::{LoopScope, Map, Object, Text, TextBuilder, Value};

use super::MAX_LOOP_TURNS;
use super::error::{Exception, RenderError, RenderErrorKind};
use super::request::Request;

/// Bytes of output, and of any one string: more than any payload that API Gateway passes on.
const MAX_OUTPUT: usize = 16 << 20;

/// Nodes and expressions that one rendering evaluates.
const MAX_STEPS: usize = 4_000_000;

/// `#define` blocks that render inside one another.
const MAX_BLOCK_DEPTH: usize = 50;

/// What a template rendered to.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// The output, with the marks of what came from the request.
    pub text: Text,
    /// `$context` as the template left it, with the overrides that it wrote.
    pub context: Map,
}

/// Renders a tree that parsed without errors.
///
/// # Errors
///
/// Where the service would answer with an error: a Java exception, a payload that does not parse; and where the
/// template is without bound in work or output.
pub fn render(template: &TemplateText, tree: &Tree, request: &Request) -> Result<Rendered, RenderError> {
    let mut renderer = Renderer::new(template, request);
    renderer.block(&tree.block)?;
    // Maps are shared: what the template wrote into `$context` stands in the request's.
    Ok(Rendered { text: renderer.out.finish(), context: request.context.clone() })
}

/// What happens after a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    Next,
    Break,
    Stop,
}

pub(super) struct Renderer<'a> {
    pub(super) template: &'a TemplateText,
    pub(super) request: &'a Request,
    pub(super) variables: HashMap<String, Value>,
    pub(super) payload: Option<Value>,
    out: TextBuilder,
    steps: usize,
    block_depth: usize,
    innermost: Option<Rc<LoopScope>>,
}

impl<'a> Renderer<'a> {
    fn new(template: &'a TemplateText, request: &'a Request) -> Self {
        let stage = Map::default();
        for (name, value) in &request.stage_variables {
            stage.put_text(Text::new(name), Value::Text(value.clone()));
        }
        let mut variables: HashMap<String, Value> = [
            ("input", Value::Object(Object::Input)),
            ("util", Value::Object(Object::Util)),
            ("context", Value::Map(request.context.clone())),
            ("stageVariables", Value::Map(stage)),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        variables.extend(request.variables.iter().cloned());
        Self {
            template,
            request,
            variables,
            payload: None,
            out: TextBuilder::default(),
            steps: 0,
            block_depth: 0,
            innermost: None,
        }
    }

    pub(super) fn block(&mut self, block: &Block) -> Result<Flow, RenderError> {
        for node in block {
            match self.node(node)? {
                Flow::Next => {}
                flow => return Ok(flow),
            }
        }
        Ok(Flow::Next)
    }

    fn node(&mut self, node: &Node) -> Result<Flow, RenderError> {
        self.step(node.span)?;
        match &node.kind {
            NodeKind::Text(text) => self.out.push_str(text),
            NodeKind::Placeholder(index) => {
                let text = self.placeholder(*index);
                self.out.push(&text);
            }
            NodeKind::Reference(reference) => {
                let value = self.reference(reference)?;
                let text = self.printed(&value, reference.span)?;
                self.out.push(&text);
            }
            NodeKind::Set(set) => self.set(set)?,
            NodeKind::If(conditional) => return self.conditional(conditional),
            NodeKind::Foreach(foreach) => return self.foreach(foreach),
            NodeKind::Define(define) => {
                let block = Value::Object(Object::Block(Rc::clone(&define.body)));
                self.variables.insert(define.name.clone(), block);
            }
            NodeKind::Break => return Ok(Flow::Break),
            NodeKind::Stop => return Ok(Flow::Stop),
            NodeKind::Throws(directive) => {
                let message = format!("java.lang.NullPointerException: `{directive}` without parentheses");
                return Err(Exception::new(message).at(node.span));
            }
            NodeKind::Comment(_) | NodeKind::Macro => {}
        }
        if self.out.len() > MAX_OUTPUT {
            return Err(RenderError { span: node.span, kind: RenderErrorKind::TooLong(MAX_OUTPUT) });
        }
        Ok(Flow::Next)
    }

    /// Counts one unit of work.
    pub(super) fn step(&mut self, span: Span) -> Result<(), RenderError> {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            return Err(RenderError { span, ..self.overworked() });
        }
        Ok(())
    }

    fn overworked(&self) -> RenderError {
        RenderError { span: Span::default(), kind: RenderErrorKind::TooMuchWork(MAX_STEPS) }
    }

    pub(super) fn placeholder(&self, index: usize) -> Text {
        let name =
            self.template.placeholders().get(index).map_or("", |placeholder| placeholder.name.as_str());
        match self.request.placeholders.get(name) {
            Some(value) => Text::new(value),
            None => Text::new(format!("${{{name}}}")),
        }
    }

    /// What a value prints, `#define` blocks rendered.
    pub(super) fn printed(&mut self, value: &Value, span: Span) -> Result<Text, RenderError> {
        match value {
            Value::Null => Ok(Text::default()),
            Value::Object(Object::Block(block)) => {
                let block = Rc::clone(block);
                self.captured(&block, span)
            }
            other => crate::value::try_java_string(other).map_err(|why| Exception::from(why).at(span)),
        }
    }

    /// The output of a block, caught instead of printed.
    pub(super) fn captured(&mut self, block: &Block, span: Span) -> Result<Text, RenderError> {
        if self.block_depth >= MAX_BLOCK_DEPTH {
            return Err(RenderError { span, ..self.overworked() });
        }
        self.block_depth += 1;
        let outer = std::mem::take(&mut self.out);
        let flow = self.block(block);
        let inner = std::mem::replace(&mut self.out, outer).finish();
        self.block_depth -= 1;
        flow.map(|_| inner)
    }

    fn conditional(&mut self, conditional: &If) -> Result<Flow, RenderError> {
        for (condition, block) in &conditional.arms {
            if self.holds(condition)? {
                return self.block(block);
            }
        }
        conditional.otherwise.as_ref().map_or(Ok(Flow::Next), |block| self.block(block))
    }

    fn foreach(&mut self, foreach: &Foreach) -> Result<Flow, RenderError> {
        let items = match self.value(&foreach.iterable)? {
            Some(Value::List(list)) => list.to_vec(),
            Some(Value::Map(map)) => map.entries.borrow().values().map(|(_, value)| value.clone()).collect(),
            _ => return Ok(Flow::Next),
        };
        let names = [foreach.variable.as_str(), "velocityCount", "velocityHasNext", "foreach"];
        let saved = names.map(|name| (name.to_owned(), self.variables.get(name).cloned()));
        let scope =
            Rc::new(LoopScope { count: 0.into(), total: items.len(), parent: self.innermost.clone() });
        let outer = self.innermost.replace(Rc::clone(&scope));
        let mut flow = Flow::Next;
        for (index, item) in items.into_iter().take(MAX_LOOP_TURNS).enumerate() {
            scope.count.set(index + 1);
            let count = i32::try_from(index + 1).unwrap_or(i32::MAX);
            self.variables.insert(foreach.variable.clone(), item);
            self.variables.insert("velocityCount".to_owned(), Value::int(count));
            self.variables.insert("velocityHasNext".to_owned(), Value::Bool(index + 1 < scope.total));
            self.variables.insert("foreach".to_owned(), Value::Object(Object::Loop(Rc::clone(&scope))));
            flow = self.block(&foreach.body)?;
            if flow != Flow::Next {
                break;
            }
        }
        self.innermost = outer;
        for (name, value) in saved {
            match value {
                Some(value) => self.variables.insert(name, value),
                None => self.variables.remove(&name),
            };
        }
        Ok(if flow == Flow::Break { Flow::Next } else { flow })
    }

    fn set(&mut self, set: &Set) -> Result<(), RenderError> {
        // Arithmetic that fails gives nothing, and then nothing is assigned.
        let Some(value) = self.value(&set.value)? else { return Ok(()) };
        if set.target.form.formal || set.target.form.quiet {
            return Ok(());
        }
        let Some((last, before)) = set.target.accesses.split_last() else {
            self.variables.insert(set.target.root.clone(), value);
            return Ok(());
        };
        let Some(holder) = self.reached(&set.target.root, before)? else { return Ok(()) };
        let span = last.span;
        match &last.kind {
            AccessKind::Property(name) => {
                if let Value::Map(map) = holder {
                    map.put_text(Text::new(name), value);
                }
            }
            AccessKind::Index(index) => {
                let index = self.argument(index)?;
                super::methods::assign_index(&holder, &index, value)
                    .map_err(|exception| exception.at(span))?;
            }
            AccessKind::Method(..) => {}
        }
        Ok(())
    }
}
