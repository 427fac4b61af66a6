//! `$input`.

use crate::value::{Text, Value};
use crate::{json, jsonpath};

use super::error::{Exception, RenderErrorKind};
use super::render::Renderer;

impl Renderer<'_> {
    /// A method of `$input`; none where there is no such method for these arguments.
    pub(super) fn input_method(
        &mut self,
        name: &str,
        arguments: &[Value],
    ) -> Result<Option<Value>, Exception> {
        match (name, arguments) {
            ("params", []) => Ok(Some(Value::Map(self.request.parameters()))),
            ("params", [Value::Text(name)]) => {
                Ok(Some(Value::Text(self.request.parameter(name.as_str()).unwrap_or_default())))
            }
            ("path", [Value::Text(path)]) => self.selected(path),
            // A missing value and null both give two quote characters.
            ("json", [Value::Text(path)]) => Ok(Some(match self.selected(path)? {
                None | Some(Value::Null) => Value::text("\"\""),
                Some(value) => Value::Text(json::write::try_write(&value)?),
            })),
            ("getBody", []) => Ok(Some(Value::Text(self.body()))),
            _ => Ok(None),
        }
    }

    fn selected(&mut self, path: &Text) -> Result<Option<Value>, Exception> {
        let payload = match &self.payload {
            Some(payload) => payload.clone(),
            None => {
                let payload = json::read::read(&self.body())
                    .map_err(|error| Exception(RenderErrorKind::Payload(error.to_string())))?;
                self.payload.insert(payload).clone()
            }
        };
        // A path that does not compile selects nothing.
        Ok(jsonpath::compile(path.as_str()).ok().and_then(|path| path.evaluate(&payload)))
    }
}
