//! IAM policy documents, written so that nothing is allowed by mistake.
//!
//! A statement cannot be empty, a resource cannot be `*`, and where no effect is chosen it is Deny. Members come in a
//! fixed order, so equal documents are equal texts.

use serde::ser::{Serialize, SerializeMap, SerializeStruct, Serializer};

/// The most characters of a resource. (API Gateway developer guide, output from a Lambda authorizer.)
pub(crate) const MAX_RESOURCE: usize = 512;

/// What a statement does. The only default is Deny.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Effect {
    /// Lets the request through, unless something denies it.
    Allow,
    /// Refuses the request, whatever allows it.
    #[default]
    Deny,
}

/// A policy: at least one statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    statements: Vec<Statement>,
}

/// Statements of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    effect: Effect,
    actions: Vec<&'static str>,
    resources: Vec<Resource>,
    conditions: Vec<Condition>,
}

/// The ARN (or a pattern of ARNs) that a statement is about: never empty, never `*` alone, at most 512 characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Resource(String);

/// A resource that would be longer than 512 characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ResourceTooLong {
    /// How many there would be.
    pub(crate) characters: usize,
}

/// What must be true of a request besides action and resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// How the key's values are compared.
    pub operator: Operator,
    /// Which key.
    pub key: &'static str,
    /// With which values; one of them must fit.
    pub values: Vec<String>,
}

/// A comparison of IAM. The order is that in which conditions are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "IAM's own names")]
pub enum Operator {
    ForAllValuesStringEquals,
    ForAllValuesStringLike,
    StringEquals,
    StringEqualsIfExists,
    Bool,
    Null,
}

impl Operator {
    /// As IAM writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ForAllValuesStringEquals => "ForAllValues:StringEquals",
            Self::ForAllValuesStringLike => "ForAllValues:StringLike",
            Self::StringEquals => "StringEquals",
            Self::StringEqualsIfExists => "StringEqualsIfExists",
            Self::Bool => "Bool",
            Self::Null => "Null",
        }
    }
}

impl Resource {
    pub(crate) fn new(arn: String) -> Result<Self, ResourceTooLong> {
        debug_assert!(arn.starts_with("arn:"), "{arn}");
        let characters = arn.chars().count();
        if characters > MAX_RESOURCE { Err(ResourceTooLong { characters }) } else { Ok(Self(arn)) }
    }
}

impl Statement {
    /// Allows; `None` without an action or a resource.
    pub(crate) fn allow(
        actions: Vec<&'static str>,
        resources: Vec<Resource>,
        mut conditions: Vec<Condition>,
    ) -> Option<Self> {
        conditions.sort_by_key(|condition| (condition.operator, condition.key));
        (!actions.is_empty() && !resources.is_empty()).then_some(Self {
            effect: Effect::Allow,
            actions,
            resources,
            conditions,
        })
    }

    /// Denies; `None` without a resource.
    pub(crate) fn deny(action: &'static str, resources: Vec<Resource>) -> Option<Self> {
        (!resources.is_empty()).then_some(Self {
            effect: Effect::default(),
            actions: vec![action],
            resources,
            conditions: Vec::new(),
        })
    }

    /// Whether it allows or denies.
    #[must_use]
    pub fn effect(&self) -> Effect {
        self.effect
    }

    /// What may be done, or not. Never empty.
    #[must_use]
    pub fn actions(&self) -> &[&'static str] {
        &self.actions
    }

    /// To what, as ARNs in which `*` stands for any text. Never empty.
    pub fn resources(&self) -> impl Iterator<Item = &str> {
        self.resources.iter().map(|resource| resource.0.as_str())
    }

    /// Under which conditions, all of them.
    #[must_use]
    pub fn conditions(&self) -> &[Condition] {
        &self.conditions
    }
}

impl Document {
    /// `None` without a statement.
    pub(crate) fn new(statements: Vec<Statement>) -> Option<Self> {
        (!statements.is_empty()).then_some(Self { statements })
    }

    /// Its statements. Never empty.
    #[must_use]
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// The document as JSON without blanks.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Texts and lists under text keys: nothing in it can fail to be JSON.
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut document = serializer.serialize_struct("Document", 2)?;
        document.serialize_field("Version", "2012-10-17")?;
        document.serialize_field("Statement", &self.statements)?;
        document.end()
    }
}

impl Serialize for Effect {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(match self {
            Self::Allow => "Allow",
            Self::Deny => "Deny",
        })
    }
}

impl Serialize for Resource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl Serialize for Statement {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let conditions = !self.conditions.is_empty();
        let mut statement = serializer.serialize_struct("Statement", 3 + usize::from(conditions))?;
        statement.serialize_field("Effect", &self.effect)?;
        statement.serialize_field("Action", &self.actions)?;
        statement.serialize_field("Resource", &self.resources)?;
        if conditions {
            statement.serialize_field("Condition", &Conditions(&self.conditions))?;
        }
        statement.end()
    }
}

/// Conditions as IAM nests them: operator, key, values.
struct Conditions<'s>(&'s [Condition]);

impl Serialize for Conditions<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut operators = serializer.serialize_map(None)?;
        for same in self.0.chunk_by(|one, other| one.operator == other.operator) {
            let Some(first) = same.first() else { continue };
            operators.serialize_entry(first.operator.name(), &Keys(same))?;
        }
        operators.end()
    }
}

/// Conditions of one operator.
struct Keys<'s>(&'s [Condition]);

impl Serialize for Keys<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|condition| (condition.key, &condition.values)))
    }
}
