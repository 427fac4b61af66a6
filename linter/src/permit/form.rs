//! What DynamoDB makes of a request before it looks at what it means: it refuses missing members and JSON of wrong types,
//! and overlooks members that the action does not know.

use keybound_vtl::json::strict::{Member as JsonMember, StrictKind, StrictValue};

use super::operation::Stop;
use crate::dynamodb::{AttributeType, Member, Shape, TextRole};

/// The members of a request that DynamoDB knows, or why it refuses the request by its form alone.
pub(super) fn formed(members: &'static [Member], request: &StrictValue) -> Result<StrictValue, Stop> {
    match fault(members, request) {
        Some(fault) => Stop::refused(fault),
        None => Ok(known_members(members, request)),
    }
}

/// An object without the members that DynamoDB does not know. Recursion is as deep as the actions' forms are: attribute
/// values, which alone nest without end, are taken as they stand.
fn known_members(members: &'static [Member], object: &StrictValue) -> StrictValue {
    let known = object.members().iter().filter_map(|json| {
        let member = members.iter().find(|member| member.name == json.name)?;
        Some(with_value(json, known(member.shape, &json.value)))
    });
    StrictValue { span: object.span.clone(), kind: StrictKind::Object(known.collect()) }
}

fn known(shape: &'static Shape, value: &StrictValue) -> StrictValue {
    let kind = match (shape, &value.kind) {
        (Shape::Struct(members), StrictKind::Object(_)) => return known_members(members, value),
        (Shape::List(shape), StrictKind::Array(elements)) => {
            StrictKind::Array(elements.iter().map(|element| known(shape, element)).collect())
        }
        (Shape::Map { value: shape, .. }, StrictKind::Object(members)) => StrictKind::Object(
            members.iter().map(|json| with_value(json, known(shape, &json.value))).collect(),
        ),
        (_, kind) => kind.clone(),
    };
    StrictValue { span: value.span.clone(), kind }
}

fn with_value(json: &JsonMember, value: StrictValue) -> JsonMember {
    JsonMember { name: json.name.clone(), name_span: json.name_span.clone(), value }
}

/// What is wrong with the form of a request. A null among a list's elements says nothing for sure, and a boolean may be
/// written in more ways than one, so only what is no scalar is refused in its place.
fn fault(members: &'static [Member], request: &StrictValue) -> Option<String> {
    if !matches!(request.kind, StrictKind::Object(_)) {
        return Some("the request is no object".to_owned());
    }
    let mut open = Vec::new();
    if let Some(fault) = of_members(members, request, &mut open) {
        return Some(fault);
    }
    while let Some(Place { shape, value, name }) = open.pop() {
        match (shape, &value.kind) {
            (_, StrictKind::Null) | (Shape::Number, StrictKind::Number(_)) => {}
            (Shape::Boolean, StrictKind::Bool(_) | StrictKind::String(_) | StrictKind::Number(_)) => {}
            (Shape::Text(TextRole::Choice(words)), StrictKind::String(text)) => {
                if !words.contains(&text.as_str()) {
                    return Some(format!("`{name}` is none of {}", words.join(", ")));
                }
            }
            (Shape::Text(_), StrictKind::String(_)) => {}
            (Shape::List(shape), StrictKind::Array(elements)) => {
                open.extend(elements.iter().map(|value| Place { shape, value, name }));
            }
            (Shape::Map { value: shape, .. }, StrictKind::Object(members)) => {
                let places =
                    members.iter().map(|member| Place { shape, value: &member.value, name: &member.name });
                open.extend(places);
            }
            (Shape::Struct(members), StrictKind::Object(_)) => {
                if let Some(fault) = of_members(members, value, &mut open) {
                    return Some(fault);
                }
            }
            (Shape::AttributeValue, StrictKind::Object(members)) => {
                let typed = members.iter().filter_map(|member| {
                    Some((AttributeType::from_descriptor(&member.name)?, &member.value))
                });
                let mut typed = typed.collect::<Vec<_>>().into_iter();
                let (Some((of, value)), None) = (typed.next(), typed.next()) else {
                    return Some(format!("the attribute value of `{name}` is not of exactly one type"));
                };
                open.push(Place { shape: of.shape(), value, name });
            }
            _ => return Some(format!("`{name}` is JSON of the wrong type")),
        }
    }
    None
}

/// A value and what it must be.
struct Place<'a> {
    shape: &'static Shape,
    value: &'a StrictValue,
    /// The member that it stands in.
    name: &'a str,
}

fn of_members<'a>(
    members: &'static [Member],
    object: &'a StrictValue,
    open: &mut Vec<Place<'a>>,
) -> Option<String> {
    for member in members {
        match object.get(member.name) {
            Some(value) => open.push(Place { shape: member.shape, value, name: member.name }),
            None if member.required => return Some(format!("`{}` is missing", member.name)),
            None => {}
        }
    }
    None
}
