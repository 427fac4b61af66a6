//! What a DynamoDB request looks like: which members it has, of which types, and what each text in it means.

pub(crate) mod request;

use crate::dynamodb::attribute_value::AttributeType;

/// The form of a JSON value in a request.
#[derive(Debug, PartialEq, Eq)]
pub enum Shape {
    /// A string.
    Text(TextRole),
    /// A number.
    Number,
    /// A boolean. DynamoDB also reads the strings `true`, `1` and `yes` as true.
    Boolean,
    /// An array.
    List(&'static Shape),
    /// An object whose member names are data.
    Map {
        /// What its member names are.
        name: NameRole,
        /// Its members' values.
        value: &'static Shape,
    },
    /// An object with these members. DynamoDB ignores others.
    Struct(&'static [Member]),
    /// An object with one member, named by an [`AttributeType`].
    AttributeValue,
}

/// A member of a request, or of an object in one.
#[derive(Debug, PartialEq, Eq)]
pub struct Member {
    /// Its name. Names are case-sensitive.
    pub name: &'static str,
    /// Its value.
    pub shape: &'static Shape,
    /// Whether DynamoDB refuses a request without it.
    pub required: bool,
    /// Whether it is one of the members that expressions replaced, which still work.
    pub legacy: bool,
}

/// What a string in a request means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TextRole {
    /// A table's name or ARN.
    TableName,
    /// A secondary index's name.
    IndexName,
    /// An expression.
    Expression(ExpressionKind),
    /// A PartiQL statement.
    Statement,
    /// An attribute's name.
    AttributeName,
    /// The content of an attribute value: [`AttributeType::String`], `Number` or `Binary`.
    Scalar(AttributeType),
    /// One of these words.
    Choice(&'static [&'static str]),
    /// Where the next page of a PartiQL result begins; made by DynamoDB.
    PageToken,
    /// What makes a repeated request count once.
    RequestToken,
}

/// The kinds of expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExpressionKind {
    /// `KeyConditionExpression`.
    KeyCondition,
    /// `ConditionExpression`.
    Condition,
    /// `FilterExpression`.
    Filter,
    /// `UpdateExpression`.
    Update,
    /// `ProjectionExpression`.
    Projection,
}

/// What the name of an object's member is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NameRole {
    /// The API's own name for it, such as `Key`.
    Fixed,
    /// The type of an attribute value, such as `S`.
    AttributeType,
    /// An attribute's name.
    AttributeName,
    /// A table's name or ARN.
    TableName,
    /// A placeholder for a name, `#n`.
    NamePlaceholder,
    /// A placeholder for a value, `:v`.
    ValuePlaceholder,
}

impl NameRole {
    /// Whether the name is data: whoever chooses it chooses what the request reaches.
    pub fn is_data(self) -> bool {
        matches!(self, Self::AttributeName | Self::TableName)
    }
}
