//! The DynamoDB request model: actions, the members of their requests, and the small languages inside them.
//!
//! Everything here works on text with holes ([`HoleyText`]): what is known of a request is known exactly, and what is
//! not stays a hole with a place.

pub mod action;
pub mod attribute_value;
pub mod expression;
pub mod holey_text;
pub mod iam;
pub mod partiql;
pub mod position;
pub mod reserved;
pub mod shape;
pub mod syntax;

pub use action::{DataAction, Effect};
pub use attribute_value::AttributeType;
pub use holey_text::{HoleId, HoleyText, Piece};
pub use position::{JsonType, Location, Position, Step, Structure};
pub use shape::{ExpressionKind, Member, NameRole, Shape, TextRole};
pub use syntax::{HoleUse, Item, Opaque, Parsed, SyntaxError};
