//! Java-like values, as a template sees them.

pub mod container;
pub(crate) mod equality;
pub mod number;
pub mod object;
mod output;
pub mod print;
pub mod text;

pub use container::{Entries, List, ListKind, Map, MapKey};
pub use equality::{java_equals, velocity_equals};
pub use number::{ArithmeticError, Decimal, Number};
pub use object::{LoopScope, Object};
pub(crate) use output::Output;
pub use output::Unprintable;
pub use print::{java_string, try_java_string};
pub use text::{Mark, SourceId, Text, TextBuilder};

/// A value of the template language. `Null` exists inside containers and between calls; a reference that comes out
/// as null reads as the empty string (API Gateway's change 1), which is the evaluator's business.
#[derive(Clone, Debug)]
pub enum Value {
    /// Java's `null`.
    Null,
    /// `java.lang.Boolean`.
    Bool(bool),
    /// One of Java's number classes.
    Number(Number),
    /// `java.lang.String`.
    Text(Text),
    /// A list or array; shared by reference as in Java.
    List(List),
    /// A map; shared by reference as in Java.
    Map(Map),
    /// One of the evaluator's own objects.
    Object(Object),
}

impl Value {
    /// A string without marks.
    pub fn text(text: impl AsRef<str>) -> Self {
        Value::Text(Text::new(text))
    }

    /// A `java.lang.Integer`.
    pub fn int(value: i32) -> Self {
        Value::Number(Number::Int(value))
    }
}
