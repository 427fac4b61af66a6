//! Attribute values: the ten types, and how each is written in JSON.

use crate::dynamodb::shape::{NameRole, Shape, TextRole};

/// A type of attribute value. Source: the `AttributeValue` data type of the DynamoDB API reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AttributeType {
    /// `S`: text.
    String,
    /// `N`: a number, written as text.
    Number,
    /// `B`: bytes, written in base64.
    Binary,
    /// `BOOL`.
    Boolean,
    /// `NULL`: written as `true`.
    Null,
    /// `SS`: a set of texts.
    StringSet,
    /// `NS`: a set of numbers.
    NumberSet,
    /// `BS`: a set of byte strings.
    BinarySet,
    /// `L`: a list of attribute values.
    List,
    /// `M`: attribute values by name.
    Map,
}

impl AttributeType {
    /// All ten.
    pub const ALL: [AttributeType; 10] = [
        AttributeType::String,
        AttributeType::Number,
        AttributeType::Binary,
        AttributeType::Boolean,
        AttributeType::Null,
        AttributeType::StringSet,
        AttributeType::NumberSet,
        AttributeType::BinarySet,
        AttributeType::List,
        AttributeType::Map,
    ];

    /// The member name that stands for the type: `S`, `BOOL`.
    pub fn descriptor(self) -> &'static str {
        match self {
            Self::String => "S",
            Self::Number => "N",
            Self::Binary => "B",
            Self::Boolean => "BOOL",
            Self::Null => "NULL",
            Self::StringSet => "SS",
            Self::NumberSet => "NS",
            Self::BinarySet => "BS",
            Self::List => "L",
            Self::Map => "M",
        }
    }

    /// The type that a member name stands for. Names are case-sensitive.
    pub fn from_descriptor(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|t| t.descriptor() == name)
    }

    /// Whether a key attribute may have the type.
    pub fn is_key_type(self) -> bool {
        matches!(self, Self::String | Self::Number | Self::Binary)
    }

    /// What the JSON under the descriptor looks like.
    pub fn shape(self) -> &'static Shape {
        match self {
            Self::String => &TEXT,
            Self::Number => &NUMBER,
            Self::Binary => &BINARY,
            Self::Boolean | Self::Null => &BOOLEAN,
            Self::StringSet => &TEXTS,
            Self::NumberSet => &NUMBERS,
            Self::BinarySet => &BINARIES,
            Self::List => &LIST,
            Self::Map => &MAP,
        }
    }
}

static TEXT: Shape = Shape::Text(TextRole::Scalar(AttributeType::String));
static NUMBER: Shape = Shape::Text(TextRole::Scalar(AttributeType::Number));
static BINARY: Shape = Shape::Text(TextRole::Scalar(AttributeType::Binary));
static BOOLEAN: Shape = Shape::Boolean;
static TEXTS: Shape = Shape::List(&TEXT);
static NUMBERS: Shape = Shape::List(&NUMBER);
static BINARIES: Shape = Shape::List(&BINARY);
static LIST: Shape = Shape::List(&Shape::AttributeValue);
static MAP: Shape = Shape::Map { name: NameRole::AttributeName, value: &Shape::AttributeValue };
