//! Why a template that parses gives no output.

use crate::span::Span;
use crate::value::Unprintable;

/// Rendering stopped. API Gateway gives no partial output: the client sees an error.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct RenderError {
    /// The reference or directive that was being rendered.
    pub span: Span,
    /// What went wrong.
    pub kind: RenderErrorKind,
}

/// What went wrong. Values of the request are never part of the text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RenderErrorKind {
    /// The body is no JSON, not even to a permissive reader; the client gets status 400.
    #[error("Could not process payload{0}")]
    Payload(String),
    /// A Java method threw.
    #[error("{0}")]
    Exception(String),
    /// A value has no text.
    #[error(transparent)]
    Unprintable(#[from] Unprintable),
    /// The output or a string grew past what API Gateway passes on.
    #[error("output is over {0} bytes")]
    TooLong(usize),
    /// The template does too much work, or a `#define` renders itself.
    #[error("template takes more than {0} steps")]
    TooMuchWork(usize),
}

/// A Java exception, before its place is known.
#[derive(Debug)]
pub(super) struct Exception(pub(super) RenderErrorKind);

impl Exception {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Exception(RenderErrorKind::Exception(message.into()))
    }

    pub(super) fn at(self, span: Span) -> RenderError {
        RenderError { span, kind: self.0 }
    }
}

impl From<Unprintable> for Exception {
    fn from(why: Unprintable) -> Self {
        Exception(why.into())
    }
}
