//! Syntax trees of statements.

use keybound_vtl::Span;

use crate::dynamodb::holey_text::HoleyText;
use crate::dynamodb::syntax::{Item, Opaque};

/// A statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// What it does.
    pub kind: StatementKind,
    /// What is left after it and holds a hole.
    pub rest: Option<Opaque>,
}

/// What a statement does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StatementKind {
    /// `SELECT …`.
    Select(Box<Select>),
    /// `INSERT INTO table VALUE item`.
    Insert(Insert),
    /// `UPDATE table SET … WHERE …`.
    Update(Update),
    /// `DELETE FROM table WHERE …`.
    Delete(Delete),
    /// `EXISTS (SELECT …)`: a condition of a transaction.
    Exists(Box<Select>),
    /// A text with a hole that may be any statement.
    Opaque(Opaque),
}

/// `SELECT projection FROM source WHERE filter ORDER BY order`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Select {
    /// What is returned of each item.
    pub projection: Projection,
    /// Where items come from.
    pub source: Source,
    /// Which items; none means all.
    pub filter: Option<Expr>,
    /// How they are sorted.
    pub order: Vec<OrderKey>,
}

/// What a `SELECT` returns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Projection {
    /// `*`.
    All,
    /// These, at least one.
    Items(Vec<Item<Expr>>),
}

/// A table, or an index of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The table.
    pub table: Name,
    /// The index.
    pub index: Option<Name>,
}

/// A name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The name itself, without quotes.
    pub text: HoleyText,
    /// Whether it stands in `"…"`.
    pub quoted: bool,
    /// Where it stands, with its quotes.
    pub span: Span,
}

/// A key of `ORDER BY`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderKey {
    /// What to sort by.
    pub path: Path,
    /// In which direction.
    pub direction: Option<Direction>,
}

/// The direction of `ORDER BY`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Direction {
    /// `ASC`.
    Ascending,
    /// `DESC`.
    Descending,
    /// A hole where the direction stands.
    Opaque(Opaque),
}

/// `INSERT INTO table VALUE item`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Insert {
    /// The table.
    pub table: Source,
    /// The item.
    pub item: Expr,
}

/// `UPDATE table changes WHERE filter RETURNING returning`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// The table.
    pub table: Source,
    /// What is changed, at least one.
    pub changes: Vec<Change>,
    /// Which item.
    pub filter: Option<Expr>,
    /// What is returned.
    pub returning: Option<Returning>,
}

/// A `SET` or `REMOVE` of an `UPDATE`. No list in it is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// `SET path = value, …`.
    Set(Vec<Item<Assignment>>),
    /// `REMOVE path, …`.
    Remove(Vec<Item<Path>>),
    /// A part with a hole that may be whole changes.
    Opaque(Opaque),
}

/// `path = value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// What is set.
    pub target: Path,
    /// To what.
    pub value: Expr,
}

/// `DELETE FROM table WHERE filter RETURNING returning`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delete {
    /// The table.
    pub table: Source,
    /// Which item.
    pub filter: Option<Expr>,
    /// What is returned.
    pub returning: Option<Returning>,
}

/// `RETURNING ALL OLD *`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Returning {
    /// `ALL`, not `MODIFIED`.
    pub all: bool,
    /// `OLD`, not `NEW`.
    pub old: bool,
}

/// An expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExprKind {
    /// `'text'`: the text itself.
    String(HoleyText),
    /// A number without a sign, as written.
    Number(HoleyText),
    /// `TRUE` or `FALSE`.
    Boolean(bool),
    /// `NULL`.
    Null,
    /// `MISSING`.
    Missing,
    /// `?`: the nth of `Parameters`, from zero, if no hole before it holds another.
    Parameter(u32),
    /// A document path.
    Path(Box<Path>),
    /// A function and its arguments.
    Call(Box<Call>),
    /// `EXISTS (SELECT …)`.
    Exists(Box<Select>),
    /// `[…]`.
    List(Vec<Expr>),
    /// `<<…>>`.
    Bag(Vec<Expr>),
    /// `{name: value, …}`.
    Tuple(Vec<Field>),
    /// `(…)`.
    Group(Box<Expr>),
    /// `-x`.
    Negative(Box<Expr>),
    /// `a + b - c`.
    Sum(Box<Sum>),
    /// `a = b`.
    Comparison(Box<Comparison>),
    /// `a BETWEEN b AND c`.
    Between(Box<Between>),
    /// `a IN …`.
    In(Box<Membership>),
    /// `a IS MISSING`.
    Is(Box<TypeTest>),
    /// `NOT c`.
    Not(Box<Expr>),
    /// Two or more conditions joined by `AND`.
    And(Vec<Expr>),
    /// Two or more conditions joined by `OR`.
    Or(Vec<Expr>),
    /// A part with a hole that may be any expression, or the end of one and the start of another.
    Opaque(Opaque),
}

/// A document path: `a."b"[0]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// Its first name.
    pub head: Name,
    /// What follows.
    pub steps: Vec<Step>,
    /// Where it stands.
    pub span: Span,
}

/// A step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// `.name`.
    Attribute(Name),
    /// `[0]`: digits and holes.
    Index(HoleyText),
    /// `['name']`.
    Key(HoleyText),
}

/// A function and its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The function's name, without quotes.
    pub name: Name,
    /// Its arguments.
    pub arguments: Vec<Expr>,
}

/// A member of a tuple.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name: mostly [`ExprKind::String`].
    pub name: Expr,
    /// Its value.
    pub value: Expr,
}

/// A sum of two or more terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sum {
    /// The first term.
    pub first: Expr,
    /// The others.
    pub rest: Vec<(Sign, Expr)>,
}

/// How a term counts in a sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// `+`.
    Plus,
    /// `-`.
    Minus,
}

/// `left comparator right`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The first operand.
    pub left: Expr,
    /// How they are compared.
    pub comparator: Comparator,
    /// The second operand.
    pub right: Expr,
}

/// How two operands are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparator {
    /// `=`.
    Equal,
    /// `<>` or `!=`.
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

/// `operand BETWEEN low AND high`; the bounds belong to the range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Between {
    /// What must be in the range.
    pub operand: Expr,
    /// `NOT BETWEEN`.
    pub negated: bool,
    /// The lower bound.
    pub low: Expr,
    /// The upper bound.
    pub high: Expr,
}

/// `operand IN collection`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// What must be in the collection.
    pub operand: Expr,
    /// `NOT IN`.
    pub negated: bool,
    /// The collection.
    pub collection: Collection,
}

/// What `IN` looks into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Collection {
    /// `(a, b)`, not empty.
    Values(Vec<Expr>),
    /// One expression: a list, a bag, a parameter.
    Expr(Expr),
}

/// `operand IS type`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeTest {
    /// What is tested.
    pub operand: Expr,
    /// `IS NOT`.
    pub negated: bool,
    /// `MISSING`, `NULL`, or a type's name.
    pub of: Name,
}

impl Statement {
    /// The table, with an index where the statement reads one; none where a hole may be the whole statement.
    pub fn source(&self) -> Option<&Source> {
        match &self.kind {
            StatementKind::Select(select) | StatementKind::Exists(select) => Some(&select.source),
            StatementKind::Insert(insert) => Some(&insert.table),
            StatementKind::Update(update) => Some(&update.table),
            StatementKind::Delete(delete) => Some(&delete.table),
            StatementKind::Opaque(_) => None,
        }
    }

    /// The condition of `WHERE`.
    pub fn filter(&self) -> Option<&Expr> {
        match &self.kind {
            StatementKind::Select(select) | StatementKind::Exists(select) => select.filter.as_ref(),
            StatementKind::Update(update) => update.filter.as_ref(),
            StatementKind::Delete(delete) => delete.filter.as_ref(),
            StatementKind::Insert(_) | StatementKind::Opaque(_) => None,
        }
    }
}

impl Expr {
    /// The expression without the parentheses around it.
    pub fn ungrouped(&self) -> &Expr {
        let mut expr = self;
        while let ExprKind::Group(inner) = &expr.kind {
            expr = inner;
        }
        expr
    }

    /// The conditions that all must hold: the parts of every `AND` that stands in no `OR` or `NOT`. They bind only while
    /// no hole of the text, in whichever part, can leave its quotes, or is bare and can hold an `OR` or a parenthesis.
    pub fn conjuncts(&self) -> Vec<&Expr> {
        let mut conjuncts = Vec::new();
        let mut open = vec![self];
        while let Some(expr) = open.pop() {
            let expr = expr.ungrouped();
            match &expr.kind {
                ExprKind::And(parts) => open.extend(parts.iter().rev()),
                _ => conjuncts.push(expr),
            }
        }
        conjuncts
    }
}
