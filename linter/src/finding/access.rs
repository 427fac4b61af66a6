//! What callers do with an operation of a route.

use std::fmt;

use super::Verdict;

/// What one kind of callers does with one operation of a route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// The verbs of an any-method that it is about; none for all verbs of the route.
    pub verbs: Vec<&'static str>,
    /// The callers: the grant that lets them in, or who they are.
    pub callers: String,
    /// What the rules ask of them; none where not the rules let them in.
    pub when: Option<String>,
    /// The content types of the templates.
    pub content_types: Vec<String>,
    /// What DynamoDB is asked to do: `GetItem`, or the part of a batch or transaction.
    pub operation: String,
    /// The table, as the rules call it, or as the template does.
    pub table: Option<String>,
    /// The index.
    pub index: Option<String>,
    /// The key; none where it is not known what the key is.
    pub key: Option<Vec<KeyPart>>,
    /// The attributes that the request names.
    pub attributes: Vec<String>,
    /// The attributes beside these.
    pub others: OtherAttributes,
    /// `Limit`, where one is set, or the most items of a batch.
    pub limit: Option<String>,
    /// What is said of it.
    pub verdict: Verdict,
    /// What proves it, or why it is not proved.
    pub because: Vec<Reason>,
}

/// Which attributes an operation reaches beside those that its request names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OtherAttributes {
    /// None.
    None,
    /// Whatever else the item has comes back.
    Returned,
    /// Those that the client names, as far as it is known.
    Open,
}

/// What is asked of one attribute of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPart {
    /// The attribute.
    pub attribute: String,
    /// How it is compared.
    pub compared: Comparison,
    /// The texts that it is compared with: one of these.
    pub texts: Vec<MapText>,
    /// Whether it is so on every way through the template.
    pub always: bool,
}

/// How a key attribute is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// It is the text.
    Equal,
    /// It begins with the text.
    BeginsWith,
    /// It lies between two texts.
    Between,
    /// It lies in a range that bounds nothing.
    Range,
    /// It is not asked for, so that it may be any.
    Any,
}

impl Comparison {
    /// The words for it in every output.
    pub fn words(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::BeginsWith => "begins with",
            Self::Between => "between",
            Self::Range => "in a range",
            Self::Any => "any",
        }
    }
}

/// A text of a map, with what callers and others put into it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MapText(pub Vec<TextPart>);

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextPart {
    /// Just this.
    Fixed(String),
    /// The caller's own value of this variable.
    Caller(String),
    /// What the client chooses, described.
    Client(String),
    /// What AWS makes for each call, described.
    Service(String),
    /// What the deployment puts here, by name.
    Deployed(String),
}

impl fmt::Display for TextPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(text) => f.write_str(text),
            Self::Caller(name) => write!(f, "{{{name}}}"),
            Self::Client(what) | Self::Service(what) => write!(f, "<{what}>"),
            Self::Deployed(name) => write!(f, "${{{name}}}"),
        }
    }
}

impl fmt::Display for MapText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|part| write!(f, "{part}"))
    }
}

/// Something that proves an operation, or keeps it from being proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// What kind of thing it is.
    pub kind: ReasonKind,
    /// It, as a phrase.
    pub text: MapText,
}

impl Reason {
    /// A reason in known words.
    pub fn of(kind: ReasonKind, text: impl Into<String>) -> Self {
        Self { kind, text: MapText(vec![TextPart::Fixed(text.into())]) }
    }
}

/// What proves an operation, or keeps it from being proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReasonKind {
    /// A grant that it is within.
    Grant,
    /// A hole of the template that holds the caller's own value.
    Hole,
    /// A path parameter that the policy ties to the caller.
    Parameter,
    /// A condition that the request demands.
    Condition,
    /// What keeps it from being proved.
    Gap,
}

impl ReasonKind {
    /// The word for it in every output.
    pub fn word(self) -> &'static str {
        match self {
            Self::Grant => "grant",
            Self::Hole => "hole",
            Self::Parameter => "parameter",
            Self::Condition => "condition",
            Self::Gap => "gap",
        }
    }
}
