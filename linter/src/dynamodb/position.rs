//! Places in a DynamoDB request: what stands there, and what client text or structure could do there.

use crate::dynamodb::action::DataAction;
use crate::dynamodb::attribute_value::AttributeType;
use crate::dynamodb::shape::{Member, NameRole, Shape, TextRole};

/// A step from a JSON value to one inside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step<'a> {
    /// To the member of this name.
    Member(&'a str),
    /// To a member whose name is not known.
    AnyMember,
    /// To an element of an array.
    Index,
}

/// What is at the end of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    /// This place.
    Known(Position),
    /// A member of the request whose name is not known: any of these, or one that DynamoDB ignores.
    AnyOf(&'static [Member]),
    /// The content of an attribute value whose type is not known.
    AnyType,
    /// Below a place that is not known.
    Unknown,
    /// A member that DynamoDB ignores, with all that is in it.
    Ignored,
    /// Where another JSON type stands than DynamoDB takes: it refuses the request.
    Refused,
}

/// A place in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// What stands there.
    pub shape: &'static Shape,
    /// The innermost member with a fixed name that holds it or is it: `Key`, `ExpressionAttributeValues`. The
    /// request itself has none.
    pub member: Option<&'static Member>,
    /// What the name of the member is that has it as its value; an element of an array and the request have none.
    pub name: Option<NameRole>,
}

/// A JSON type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JsonType {
    /// A string.
    String,
    /// A number.
    Number,
    /// A boolean.
    Boolean,
    /// An array.
    Array,
    /// An object.
    Object,
}

/// What someone decides who may write any JSON at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Structure {
    /// Nothing: DynamoDB takes a scalar only.
    Scalar,
    /// The type and content of one attribute value.
    Value,
    /// Which attributes there are, with their types and contents.
    Attributes,
    /// Which elements an array has.
    Elements,
    /// What placeholders stand for.
    Placeholders,
    /// Which tables the request reaches.
    Tables,
    /// Any member of the request or of an object in it, legacy ones too.
    Members,
}

impl Position {
    /// The JSON type that DynamoDB takes there.
    pub fn json_type(&self) -> JsonType {
        match self.shape {
            Shape::Text(_) => JsonType::String,
            Shape::Number => JsonType::Number,
            Shape::Boolean => JsonType::Boolean,
            Shape::List(_) => JsonType::Array,
            Shape::Map { .. } | Shape::Struct(_) | Shape::AttributeValue => JsonType::Object,
        }
    }

    /// What the string there means, if a string stands there.
    pub fn text_role(&self) -> Option<TextRole> {
        match self.shape {
            Shape::Text(role) => Some(*role),
            _ => None,
        }
    }

    /// The members of the object there, where they are fixed.
    pub fn members(&self) -> impl Iterator<Item = &'static Member> {
        let members: &'static [Member] = match self.shape {
            Shape::Struct(members) => members,
            _ => &[],
        };
        members.iter()
    }

    /// What someone decides who may write any JSON there.
    pub fn structure(&self) -> Structure {
        match self.shape {
            Shape::Text(_) | Shape::Number | Shape::Boolean => Structure::Scalar,
            Shape::List(_) => Structure::Elements,
            Shape::AttributeValue => Structure::Value,
            Shape::Struct(_) => Structure::Members,
            Shape::Map { name, .. } => match name {
                NameRole::TableName => Structure::Tables,
                NameRole::NamePlaceholder | NameRole::ValuePlaceholder => Structure::Placeholders,
                NameRole::AttributeName | NameRole::AttributeType | NameRole::Fixed => Structure::Attributes,
            },
        }
    }
}

/// What is in an action's request at the end of a path from its root.
pub fn locate(action: DataAction, path: &[Step<'_>]) -> Location {
    let Some((first, rest)) = path.split_first() else { return Location::AnyOf(action.members()) };
    let mut location = in_struct(action.members(), *first);
    for step in rest {
        location = match location {
            Location::Known(position) => position.inside(*step),
            Location::AnyOf(_) | Location::AnyType | Location::Unknown => Location::Unknown,
            Location::Ignored => return Location::Ignored,
            Location::Refused => return Location::Refused,
        };
    }
    location
}

fn in_struct(members: &'static [Member], step: Step<'_>) -> Location {
    match step {
        Step::Member(name) => match members.iter().find(|member| member.name == name) {
            Some(member) => Location::Known(Position {
                shape: member.shape,
                member: Some(member),
                name: Some(NameRole::Fixed),
            }),
            None => Location::Ignored,
        },
        Step::AnyMember => Location::AnyOf(members),
        Step::Index => Location::Refused,
    }
}

impl Position {
    fn inside(self, step: Step<'_>) -> Location {
        let below = |shape, name| Location::Known(Position { shape, member: self.member, name });
        match (self.shape, step) {
            (Shape::Struct(members), _) => in_struct(members, step),
            (Shape::Map { name, value }, Step::Member(_) | Step::AnyMember) => below(value, Some(*name)),
            (Shape::List(element), Step::Index) => below(element, None),
            (Shape::AttributeValue, Step::Member(name)) => match AttributeType::from_descriptor(name) {
                Some(kind) => below(kind.shape(), Some(NameRole::AttributeType)),
                None => Location::Ignored,
            },
            (Shape::AttributeValue, Step::AnyMember) => Location::AnyType,
            _ => Location::Refused,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Step::{AnyMember, Index, Member as To};
    use super::*;
    use crate::dynamodb::shape::ExpressionKind;

    /// The role of the text at a path.
    fn role(action: DataAction, path: &[Step<'_>]) -> Option<TextRole> {
        match locate(action, path) {
            Location::Known(position) => position.text_role(),
            _ => None,
        }
    }

    fn known(action: DataAction, path: &[Step<'_>]) -> Position {
        match locate(action, path) {
            Location::Known(position) => position,
            other => panic!("{path:?}: {other:?}"),
        }
    }

    #[test]
    fn texts_have_their_roles() {
        use DataAction::*;
        let expression = |kind| Some(TextRole::Expression(kind));
        let string = Some(TextRole::Scalar(AttributeType::String));
        let cases: [(DataAction, &[Step<'_>], Option<TextRole>); 15] = [
            (GetItem, &[To("TableName")], Some(TextRole::TableName)),
            (Query, &[To("IndexName")], Some(TextRole::IndexName)),
            (Query, &[To("KeyConditionExpression")], expression(ExpressionKind::KeyCondition)),
            (UpdateItem, &[To("UpdateExpression")], expression(ExpressionKind::Update)),
            (PutItem, &[To("Item"), To("id"), To("S")], string),
            (PutItem, &[To("Item"), AnyMember, To("M"), To("x"), To("L"), Index, To("S")], string),
            (Scan, &[To("ExpressionAttributeValues"), To(":v"), To("SS"), Index], string),
            (Scan, &[To("ExpressionAttributeNames"), To("#n")], Some(TextRole::AttributeName)),
            (Scan, &[To("AttributesToGet"), Index], Some(TextRole::AttributeName)),
            (
                BatchGetItem,
                &[To("RequestItems"), To("T"), To("Keys"), Index, To("pk"), To("N")],
                Some(TextRole::Scalar(AttributeType::Number)),
            ),
            (
                BatchWriteItem,
                &[To("RequestItems"), AnyMember, Index, To("PutRequest"), To("Item"), To("pk"), To("B")],
                Some(TextRole::Scalar(AttributeType::Binary)),
            ),
            (
                TransactWriteItems,
                &[To("TransactItems"), Index, To("Put"), To("TableName")],
                Some(TextRole::TableName),
            ),
            (
                TransactWriteItems,
                &[To("TransactItems"), Index, To("ConditionCheck"), To("ConditionExpression")],
                expression(ExpressionKind::Condition),
            ),
            (BatchExecuteStatement, &[To("Statements"), Index, To("Statement")], Some(TextRole::Statement)),
            (
                ExecuteTransaction,
                &[To("TransactStatements"), Index, To("Parameters"), Index, To("S")],
                string,
            ),
        ];
        for (action, path, expected) in cases {
            assert_eq!(role(action, path), expected, "{action:?} {path:?}");
        }
    }

    #[test]
    fn what_dynamodb_ignores_or_refuses() {
        use DataAction::*;
        assert_eq!(locate(GetItem, &[To("tableName")]), Location::Ignored);
        assert_eq!(locate(GetItem, &[To("X"), To("Key"), Index]), Location::Ignored);
        assert_eq!(locate(GetItem, &[To("ConditionExpression")]), Location::Ignored);
        assert_eq!(locate(GetItem, &[To("Key"), To("id"), To("X")]), Location::Ignored);
        assert_eq!(locate(GetItem, &[To("Key"), Index]), Location::Refused);
        assert_eq!(locate(GetItem, &[To("TableName"), To("x")]), Location::Refused);
        assert_eq!(locate(GetItem, &[Index]), Location::Refused);
        assert_eq!(locate(GetItem, &[To("Key"), To("id"), AnyMember]), Location::AnyType);
        assert_eq!(locate(GetItem, &[To("Key"), To("id"), AnyMember, Index]), Location::Unknown);
        assert_eq!(locate(GetItem, &[AnyMember]), Location::AnyOf(GetItem.members()));
        assert_eq!(locate(GetItem, &[]), Location::AnyOf(GetItem.members()));
    }

    #[test]
    fn what_structure_decides() {
        use DataAction::*;
        let cases: [(DataAction, &[Step<'_>], Structure, JsonType); 9] = [
            (PutItem, &[To("Item")], Structure::Attributes, JsonType::Object),
            (PutItem, &[To("Item"), To("id")], Structure::Value, JsonType::Object),
            (PutItem, &[To("Item"), To("id"), To("S")], Structure::Scalar, JsonType::String),
            (PutItem, &[To("Item"), To("id"), To("BOOL")], Structure::Scalar, JsonType::Boolean),
            (PutItem, &[To("Item"), To("id"), To("M")], Structure::Attributes, JsonType::Object),
            (PutItem, &[To("Item"), To("id"), To("L")], Structure::Elements, JsonType::Array),
            (Query, &[To("ExpressionAttributeNames")], Structure::Placeholders, JsonType::Object),
            (BatchGetItem, &[To("RequestItems")], Structure::Tables, JsonType::Object),
            (BatchGetItem, &[To("RequestItems"), To("T")], Structure::Members, JsonType::Object),
        ];
        for (action, path, structure, json) in cases {
            let position = known(action, path);
            assert_eq!(
                (position.structure(), position.json_type()),
                (structure, json),
                "{action:?} {path:?}"
            );
        }
    }

    #[test]
    fn names_have_their_roles_and_the_fixed_member_is_kept() {
        let attribute = known(DataAction::GetItem, &[To("Key"), AnyMember]);
        assert_eq!(attribute.name, Some(NameRole::AttributeName));
        assert_eq!(attribute.member.map(|m| m.name), Some("Key"));
        assert!(attribute.name.is_some_and(NameRole::is_data));

        let table = known(DataAction::BatchWriteItem, &[To("RequestItems"), AnyMember]);
        assert_eq!(table.name, Some(NameRole::TableName));

        let scalar = known(DataAction::GetItem, &[To("Key"), To("id"), To("S")]);
        assert_eq!(scalar.name, Some(NameRole::AttributeType));
        assert_eq!(scalar.member.map(|m| (m.name, m.required)), Some(("Key", true)));

        let value = known(DataAction::Query, &[To("ExpressionAttributeValues"), To(":v")]);
        assert_eq!(value.name, Some(NameRole::ValuePlaceholder));
        assert!(known(DataAction::Query, &[To("KeyConditions")]).member.is_some_and(|m| m.legacy));
    }

    #[test]
    fn every_member_name_is_used_once_per_action() {
        for action in DataAction::ALL {
            let mut names: Vec<_> = action.members().iter().map(|m| m.name).collect();
            names.sort_unstable();
            let before = names.len();
            names.dedup();
            assert_eq!(names.len(), before, "{action:?}");
        }
    }
}
