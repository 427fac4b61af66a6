//! The syntax tree of a template.

pub mod visit;

use crate::span::Span;

/// A sequence of nodes, rendered one after the other.
pub type Block = Vec<Node>;

/// A piece of a template with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where it stands, directive lines with the white space that they eat.
    pub span: Span,
    /// What it is.
    pub kind: NodeKind,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    /// Text that prints as it is. Escapes are resolved: `\$x` is the text `$x`.
    Text(String),
    /// A deploy-time placeholder, by its index in [`crate::TemplateText::placeholders`].
    Placeholder(usize),
    /// A reference that prints its value.
    Reference(Reference),
    /// `#set(target = value)`.
    Set(Box<Set>),
    /// `#if … #elseif … #else … #end`.
    If(Box<If>),
    /// `#foreach(variable in iterable) … #end`.
    Foreach(Box<Foreach>),
    /// `#define(name) … #end`: the block renders where the name is read.
    Define(Define),
    /// `#break`.
    Break,
    /// `#stop`.
    Stop,
    /// A comment; prints nothing. The text is what stands after `##` or between `#*` and `*#`.
    Comment(String),
    /// `#define` or `#literal` without parentheses: Velocity throws when it gets there.
    Throws(&'static str),
    /// `#macro … #end`: API Gateway reads and drops it.
    Macro,
}

/// `$name`, `${name}`, `$!name` or `$!{name}` with what follows.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// The whole of it.
    pub span: Span,
    /// Its form; forms differ only as the target of `#set` (see [`Set`]).
    pub form: ReferenceForm,
    /// The first name.
    pub root: String,
    /// Properties, methods and indexes in order.
    pub accesses: Vec<Access>,
}

/// How a reference is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReferenceForm {
    /// `$!`.
    pub quiet: bool,
    /// Braces.
    pub formal: bool,
}

/// One step of a reference.
#[derive(Clone, Debug, PartialEq)]
pub struct Access {
    /// From the dot or bracket to the end of the step.
    pub span: Span,
    /// What it does.
    pub kind: AccessKind,
}

/// What a step of a reference does.
#[derive(Clone, Debug, PartialEq)]
pub enum AccessKind {
    /// `.name`.
    Property(String),
    /// `.name(arguments)`.
    Method(String, Vec<Expr>),
    /// `[index]`.
    Index(Expr),
}

/// `#set(target = value)`. Only the plain form `$name` assigns what it names: Velocity stores `${a}` and `$!a`
/// under another name, so that nothing usable is assigned.
#[derive(Clone, Debug, PartialEq)]
pub struct Set {
    /// The left-hand side.
    pub target: Reference,
    /// The right-hand side.
    pub value: Expr,
}

/// A conditional: the first arm whose condition holds is rendered.
#[derive(Clone, Debug, PartialEq)]
pub struct If {
    /// `#if` and each `#elseif`.
    pub arms: Vec<(Expr, Block)>,
    /// `#else`.
    pub otherwise: Option<Block>,
}

/// A loop.
#[derive(Clone, Debug, PartialEq)]
pub struct Foreach {
    /// The loop variable.
    pub variable: String,
    /// What is iterated.
    pub iterable: Expr,
    /// The body.
    pub body: Block,
}

/// A block with a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Define {
    /// The name.
    pub name: String,
    /// The block.
    pub body: std::rc::Rc<Block>,
}

/// An expression with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub kind: ExprKind,
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// A reference.
    Reference(Reference),
    /// A string literal without anything to interpolate.
    Text(String),
    /// A double-quoted string whose content is a template, or any string with a placeholder in it.
    Interpolated(Block),
    /// An integer literal as written, sign included.
    Integer(String),
    /// A floating point literal as written.
    Float(String),
    /// `true` or `false`.
    Bool(bool),
    /// `[a, b]`.
    List(Vec<Expr>),
    /// `[from..to]`.
    Range(Box<Expr>, Box<Expr>),
    /// `{key : value}`.
    Map(Vec<(Expr, Expr)>),
    /// `!operand`.
    Not(Box<Expr>),
    /// `left operator right`.
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// A deploy-time placeholder where an operand stands.
    Placeholder(usize),
    /// A bare word in a method's arguments: a reference whose value is null.
    Runt(String),
}

/// A binary operator; word forms are the same operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    /// `||`, `or`.
    Or,
    /// `&&`, `and`.
    And,
    /// `==`, `eq`.
    Equal,
    /// `!=`, `ne`.
    NotEqual,
    /// `<`, `lt`.
    Less,
    /// `>`, `gt`.
    Greater,
    /// `<=`, `le`.
    LessOrEqual,
    /// `>=`, `ge`.
    GreaterOrEqual,
    /// `+`.
    Add,
    /// `-`.
    Subtract,
    /// `*`.
    Multiply,
    /// `/`.
    Divide,
    /// `%`.
    Modulo,
}
