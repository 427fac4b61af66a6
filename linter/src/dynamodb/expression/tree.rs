//! Syntax trees of expressions.

use keybound_vtl::Span;

use crate::dynamodb::holey_text::HoleyText;
use crate::dynamodb::syntax::{Item, Opaque};

/// A name, perhaps with holes in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The name as written; placeholders with their `#` or `:`.
    pub text: HoleyText,
    /// Where it stands.
    pub span: Span,
}

/// A document path: `a.#b[0]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// Its elements, at least one; the first is no index.
    pub elements: Vec<PathElement>,
    /// Where it stands.
    pub span: Span,
}

/// An element of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathElement {
    /// An attribute by its name.
    Attribute(Name),
    /// An attribute by a placeholder, `#name`.
    Alias(Name),
    /// An element of a list; its text is digits and holes.
    Index(Name),
}

/// A function and its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The function's name.
    pub name: Name,
    /// The arguments, at least one.
    pub arguments: Vec<Operand>,
    /// Where the call stands.
    pub span: Span,
}

/// What conditions compare and updates assign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operand {
    /// A document path.
    Path(Path),
    /// A value by its placeholder, `:value`.
    Value(Name),
    /// A function's value.
    Call(Box<Call>),
    /// An operand in parentheses.
    Group(Box<Operand>, Span),
    /// A hole where an operand stands.
    Opaque(Opaque),
}

/// How two operands are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparator {
    /// `=`.
    Equal,
    /// `<>`.
    NotEqual,
    /// `<`.
    Less,
    /// `<=`.
    LessEqual,
    /// `>`.
    Greater,
    /// `>=`.
    GreaterEqual,
    /// A hole between two operands.
    Opaque(Opaque),
}

/// A condition, filter or key condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// `a = :v`.
    Comparison(Box<Comparison>),
    /// `a BETWEEN :low AND :high`.
    Between(Box<Between>),
    /// `a IN (:v, :w)`.
    In(Box<Membership>),
    /// A function that is a condition.
    Call(Box<Call>),
    /// `NOT c`, from `NOT` on.
    Not(Box<Condition>, Span),
    /// Two or more conditions joined by `AND`.
    And(Vec<Condition>),
    /// Two or more conditions joined by `OR`.
    Or(Vec<Condition>),
    /// A condition in parentheses.
    Group(Box<Condition>, Span),
    /// A part with a hole that may be any condition, or the end of one and the start of another.
    Opaque(Opaque),
}

/// `left comparator right`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The first operand.
    pub left: Operand,
    /// How they are compared.
    pub comparator: Comparator,
    /// The second operand.
    pub right: Operand,
}

/// `operand BETWEEN low AND high`; the bounds belong to the range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Between {
    /// What must be in the range.
    pub operand: Operand,
    /// The lower bound.
    pub low: Operand,
    /// The upper bound.
    pub high: Operand,
}

/// `operand IN (…)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// What must be equal to one of the list.
    pub operand: Operand,
    /// The list, not empty.
    pub list: Vec<Operand>,
    /// Where the whole stands.
    pub span: Span,
}

/// An update expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// Its sections, at least one.
    pub sections: Vec<Section>,
}

/// A section of an update expression. No list in it is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Section {
    /// `SET path = value, …`.
    Set(Vec<Item<Assignment>>),
    /// `REMOVE path, …`.
    Remove(Vec<Item<Path>>),
    /// `ADD path :value, …`.
    Add(Vec<Item<Change>>),
    /// `DELETE path :value, …`.
    Delete(Vec<Item<Change>>),
    /// A part with a hole that may be whole sections.
    Opaque(Opaque),
}

/// `path = value` of `SET`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// What is set.
    pub target: Path,
    /// To what.
    pub value: SetValue,
}

/// What `SET` assigns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetValue {
    /// An operand.
    Operand(Operand),
    /// `a + b` or `a - b`.
    Sum(Box<Sum>),
    /// A sum in parentheses.
    Group(Box<SetValue>),
}

/// A sum or difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sum {
    /// The first operand.
    pub left: Operand,
    /// How the second counts.
    pub sign: Sign,
    /// The second operand.
    pub right: Operand,
}

/// How a sum's second operand counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// `+`.
    Plus,
    /// `-`.
    Minus,
}

/// `path :value` of `ADD` and `DELETE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What is changed.
    pub target: Path,
    /// By what: [`Operand::Value`] or [`Operand::Opaque`].
    pub value: Operand,
}

/// A projection expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Projection {
    /// Its paths, at least one.
    pub items: Vec<Item<Path>>,
}

impl Path {
    /// Whether the whole path is one run of holes.
    pub fn is_opaque(&self) -> bool {
        matches!(self.elements.as_slice(), [PathElement::Attribute(name)] if name.text.is_only_holes())
    }
}

impl Operand {
    /// Where it stands.
    pub fn span(&self) -> Span {
        match self {
            Self::Path(path) => path.span,
            Self::Value(name) => name.span,
            Self::Call(call) => call.span,
            Self::Group(_, span) => *span,
            Self::Opaque(opaque) => opaque.span,
        }
    }

    /// The operand without the parentheses around it.
    pub fn ungrouped(&self) -> &Operand {
        let mut operand = self;
        while let Self::Group(inner, _) = operand {
            operand = inner;
        }
        operand
    }
}

impl Condition {
    /// Where it stands.
    pub fn span(&self) -> Span {
        match self {
            Self::Comparison(comparison) => comparison.left.span().to(comparison.right.span()),
            Self::Between(between) => between.operand.span().to(between.high.span()),
            Self::In(membership) => membership.span,
            Self::Call(call) => call.span,
            Self::Not(_, span) | Self::Group(_, span) => *span,
            Self::And(parts) | Self::Or(parts) => {
                let spans = parts.first().into_iter().chain(parts.last()).map(Condition::span);
                spans.reduce(Span::to).unwrap_or_default()
            }
            Self::Opaque(opaque) => opaque.span,
        }
    }

    /// The condition without the parentheses around it.
    pub fn ungrouped(&self) -> &Condition {
        let mut condition = self;
        while let Self::Group(inner, _) = condition {
            condition = inner;
        }
        condition
    }

    /// The conditions that all must hold: the parts of every `AND` that stands in no `OR` or `NOT`. They bind only while
    /// no hole of the text, in whichever part, can hold an `OR` or a parenthesis.
    pub fn conjuncts(&self) -> Vec<&Condition> {
        let mut conjuncts = Vec::new();
        let mut open = vec![self];
        while let Some(condition) = open.pop() {
            match condition.ungrouped() {
                Self::And(parts) => open.extend(parts.iter().rev()),
                other => conjuncts.push(other),
            }
        }
        conjuncts
    }
}
