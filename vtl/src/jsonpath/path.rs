//! The syntax tree of a path.

use crate::value::Decimal;

/// A compiled path.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// Where it starts.
    pub root: Root,
    /// How it goes on.
    pub steps: Vec<Step>,
}

/// Where a path starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Root {
    /// `$`: the document.
    Document,
    /// `@`: the value that a filter looks at; outside a filter the document too.
    Item,
}

/// One step of a path.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// `.a`, `['a']`, `['a','b']`: at least one name.
    Properties(Vec<String>),
    /// `[0]`, `[0,2]`: at least one index. A negative one finds nothing.
    Indexes(Vec<i32>),
    /// `[1:3]`, `[1:]`, `[:3]`: at least one end.
    Slice {
        /// The first index; where `to` is missing a negative one counts from the end.
        from: Option<i32>,
        /// The index behind the last; where `from` is missing a negative one counts from the end.
        to: Option<i32>,
    },
    /// `*`, `[*]`
    Wildcard,
    /// `..`: the next step, at every depth.
    Scan,
    /// `[?( … )]`
    Filter(Filter),
}

/// A filter's expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    /// `a || b`: at least two.
    Or(Vec<Filter>),
    /// `a && b`: at least two.
    And(Vec<Filter>),
    /// `!( … )`
    Not(Box<Filter>),
    /// `@.a`, and `!@.a`, which wants it to be missing.
    Exists {
        /// What is looked for.
        path: Path,
        /// Whether it should be there.
        expected: bool,
    },
    /// `@.a == 'x'`
    Comparison {
        /// The left side.
        left: Operand,
        /// How the sides are compared.
        operator: Operator,
        /// The right side.
        right: Operand,
    },
}

/// One side of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// A path, of the item or of the document.
    Path(Path),
    /// `'text'`, `"text"`
    Text(String),
    /// A number.
    Number(Decimal),
    /// `true`, `false`
    Bool(bool),
    /// `null`
    Null,
    /// `[1, 2]`, `{…}`: the text of the literal.
    Json(String),
    /// `/pattern/`, `/pattern/i`
    Pattern {
        /// What stands between the slashes.
        pattern: String,
        /// Whether `i` follows.
        ignore_case: bool,
    },
}

/// How a filter compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `==`: a number equals the text that spells it.
    Equal,
    /// `!=`
    NotEqual,
    /// `===`: of the same kind and equal.
    Same,
    /// `!==`
    NotSame,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `=~`: the whole text matches the pattern.
    Matches,
    /// `in`
    In,
    /// `nin`
    NotIn,
    /// `contains`
    Contains,
    /// `all`
    All,
    /// `size`
    Size,
    /// `empty`
    Empty,
    /// `exists`: with `true` on its right, or `false`.
    Exists,
}

impl Path {
    /// Whether the path can only lead to one value. Where it cannot, its result is a list, of whatever length.
    pub fn is_definite(&self) -> bool {
        let last = self.steps.len().saturating_sub(1);
        self.steps.iter().enumerate().all(|(index, step)| step.is_definite(index == last))
    }
}

impl Step {
    /// Whether the step leads to one value. Several names at a path's end are merged into one object.
    pub fn is_definite(&self, is_last: bool) -> bool {
        match self {
            Step::Properties(names) => names.len() == 1 || is_last,
            Step::Indexes(indexes) => indexes.len() == 1,
            Step::Slice { .. } | Step::Wildcard | Step::Scan | Step::Filter(_) => false,
        }
    }
}
