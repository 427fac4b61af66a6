//! References: what they name, step by step.

use crate::ast::{Access, AccessKind, Expr, Reference};
use crate::value::{Object, Value};

use super::error::RenderError;
use super::render::Renderer;

impl Renderer<'_> {
    /// The value of a reference. Null anywhere on the way makes the whole reference the empty string: API Gateway's
    /// first change to Velocity.
    pub(super) fn reference(&mut self, reference: &Reference) -> Result<Value, RenderError> {
        self.step(reference.span)?;
        let value = self.reached(&reference.root, &reference.accesses)?;
        Ok(match value {
            None | Some(Value::Null) => Value::text(""),
            Some(value) => value,
        })
    }

    /// What a path of accesses reaches; none where something on the way is null.
    pub(super) fn reached(&mut self, root: &str, accesses: &[Access]) -> Result<Option<Value>, RenderError> {
        let Some(mut value) = self.variables.get(root).cloned() else { return Ok(None) };
        for access in accesses {
            let next = match &access.kind {
                AccessKind::Property(name) => self.property(&value, name).map_err(|e| e.at(access.span))?,
                AccessKind::Method(name, arguments) => {
                    let arguments = self.arguments(arguments)?;
                    self.method(&value, name, &arguments).map_err(|e| e.at(access.span))?
                }
                AccessKind::Index(index) => {
                    let index = self.argument(index)?;
                    super::methods::index(&value, &index).map_err(|e| e.at(access.span))?
                }
            };
            match next {
                None | Some(Value::Null) => return Ok(None),
                Some(next) => value = next,
            }
        }
        Ok(Some(value))
    }

    fn arguments(&mut self, arguments: &[Expr]) -> Result<Vec<Value>, RenderError> {
        arguments.iter().map(|argument| self.argument(argument)).collect()
    }

    /// The value of an argument; a bare word is null.
    pub(super) fn argument(&mut self, argument: &Expr) -> Result<Value, RenderError> {
        Ok(self.value(argument)?.unwrap_or(Value::Null))
    }

    fn method(
        &mut self,
        on: &Value,
        name: &str,
        arguments: &[Value],
    ) -> Result<Option<Value>, super::error::Exception> {
        match on {
            Value::Object(Object::Input) => self.input_method(name, arguments),
            Value::Object(Object::Util) => super::functions::call(name, arguments),
            other => super::methods::call(other, name, arguments),
        }
    }
}
