//! The expressions of a request, one for each text that the template puts together.

use keybound_vtl::Span;
use keybound_vtl::json::strict::StrictValue;

use crate::dynamodb::action::DataAction;
use crate::dynamodb::expression::tree::{
    Assignment, Comparator, Condition, Name, Operand, PathElement, Section, SetValue, Update,
};
use crate::dynamodb::expression::{self, Expression, Part};
use crate::dynamodb::holey_text::{HoleId, HoleyText};
use crate::dynamodb::shape::{ExpressionKind, TextRole};
use crate::dynamodb::syntax::Item;
use crate::render::skeleton::{Leaf, Slot};
use crate::render::value::Piece;
use crate::render::{Direction, Guard};

use super::TemplateSubject;
use super::members::below;

/// Texts that one string of the template may stand for before they are no longer told apart.
const MAX_FORMS: usize = 32;

/// The members of requests that hold expressions.
const EXPRESSION_MEMBERS: [(&str, ExpressionKind); 5] = [
    ("KeyConditionExpression", ExpressionKind::KeyCondition),
    ("ConditionExpression", ExpressionKind::Condition),
    ("FilterExpression", ExpressionKind::Filter),
    ("UpdateExpression", ExpressionKind::Update),
    ("ProjectionExpression", ExpressionKind::Projection),
];

/// One of the texts that a string stands for.
#[derive(Clone, Debug)]
pub struct Form {
    /// Where it is this text.
    pub guard: Guard,
    /// The text; its holes are all of unknown content.
    pub text: HoleyText,
}

/// One of the texts that a string stands for, read as an expression.
pub struct ExpressionForm<'a> {
    /// Its kind.
    pub kind: ExpressionKind,
    /// The string.
    pub leaf: &'a Leaf,
    /// The text, and where it is this one.
    pub form: Form,
    /// The tree; none where the text does not parse.
    pub expression: Option<Expression>,
}

impl ExpressionForm<'_> {
    /// The object that the expression is a member of.
    pub fn object(&self) -> &[Slot] {
        self.leaf.path.split_last().map_or(&[], |(_, object)| object)
    }

    /// Whether not all of the expression is known.
    pub fn is_open(&self) -> bool {
        self.expression.is_none() || !self.form.text.holes().is_empty()
    }

    /// The placeholders that are known, as they are written: `#n`, `:v`.
    pub fn placeholders(&self) -> Vec<&Name> {
        self.expression.as_ref().map(placeholders).unwrap_or_default()
    }

    /// Where a part of the expression stands in the template.
    pub fn part_span(&self, subject: &TemplateSubject<'_>, part: Span) -> Span {
        let whole = self.form.text.as_plain().and_then(|text| subject.quoted_span(self.leaf.at, text));
        match whole {
            Some(whole) => {
                let base = whole.start().to_usize() + 1;
                Span::of(base + part.start().to_usize(), base + part.end().to_usize())
            }
            None => subject.leaf_span(self.leaf),
        }
    }
}

impl<'a> TemplateSubject<'a> {
    /// The placeholders of the values that a query's key condition demands a key attribute to be equal to.
    pub fn equal_key_values(&self) -> Vec<String> {
        let expressions = self.expressions();
        let conditions = expressions.iter().filter(|found| found.kind == ExpressionKind::KeyCondition);
        conditions.flat_map(equal_values).collect()
    }

    /// Whether a path is that of a key's text: an attribute of `Key`, or what a key condition compares by `=`.
    pub fn is_in_key(&self, path: &[Slot]) -> bool {
        let inside = match self.actions.as_slice() {
            [DataAction::GetItem | DataAction::UpdateItem | DataAction::DeleteItem] => {
                path.starts_with(&below(&[], &["Key"])) && path.len() == 3
            }
            [DataAction::Query] => self.equal_key_values().iter().any(|placeholder| {
                path.starts_with(&below(&[], &["ExpressionAttributeValues", placeholder]))
            }),
            _ => false,
        };
        inside && matches!(path.last(), Some(Slot::Member(name)) if matches!(&**name, "S" | "N" | "B"))
    }

    /// Whether a path is that of a text of the item that is put. Which attributes are its key, the request does not say.
    pub fn is_in_item(&self, path: &[Slot]) -> bool {
        let is_text = matches!(path.last(), Some(Slot::Member(name)) if &**name == "S");
        is_text
            && path.len() == 3
            && path.starts_with(&below(&[], &["Item"]))
            && self.actions == [DataAction::PutItem]
    }

    /// The expressions of the request.
    pub fn expressions(&self) -> Vec<ExpressionForm<'a>> {
        if self.direction != Direction::Request {
            return Vec::new();
        }
        let mut found = Vec::new();
        for leaf in self.skeleton.leaves.iter().filter(|leaf| leaf.quoted) {
            let Some(TextRole::Expression(kind)) = self.text_role(&leaf.path) else { continue };
            for form in forms(leaf) {
                let expression = expression::parse(kind, &form.text).tree;
                found.push(ExpressionForm { kind, leaf, form, expression });
            }
        }
        found
    }
}

/// The placeholders of the values that must be equal to a key; none where not all of the condition is known.
pub fn equal_values(found: &ExpressionForm<'_>) -> Vec<String> {
    let Some(Expression::Condition(condition)) = found.expression.as_ref().filter(|_| !found.is_open())
    else {
        return Vec::new();
    };
    let value_of = |operand: &Operand| match operand.ungrouped() {
        Operand::Value(name) => name.text.as_plain().map(str::to_owned),
        _ => None,
    };
    let conjuncts = condition.conjuncts().into_iter();
    conjuncts
        .filter_map(|part| match part {
            Condition::Comparison(comparison) if comparison.comparator == Comparator::Equal => {
                value_of(&comparison.right).or_else(|| value_of(&comparison.left))
            }
            _ => None,
        })
        .collect()
}

/// The texts that a string stands for; one hole where there are too many.
pub fn forms(leaf: &Leaf) -> Vec<Form> {
    let empty = Form { guard: leaf.guard.clone(), text: HoleyText::default() };
    extended(vec![empty.clone()], &leaf.pieces).unwrap_or_else(|| {
        let mut open = empty;
        open.text.push_hole(HoleId(0));
        vec![open]
    })
}

fn extended(mut forms: Vec<Form>, pieces: &[Piece]) -> Option<Vec<Form>> {
    for piece in pieces {
        match piece {
            Piece::Literal(text) => forms.iter_mut().for_each(|form| form.text.push_text(text)),
            Piece::Hole(_) => forms.iter_mut().for_each(|form| form.text.push_hole(HoleId(0))),
            Piece::Choice(cases) => {
                let mut next = Vec::new();
                for form in &forms {
                    for (formula, pieces) in cases.iter() {
                        let Some(guard) = form.guard.and(formula) else { continue };
                        next.extend(extended(vec![Form { guard, text: form.text.clone() }], pieces)?);
                        if next.len() > MAX_FORMS {
                            return None;
                        }
                    }
                }
                forms = next;
            }
        }
    }
    Some(forms)
}

/// The expressions in an object of a rendered request; none for one that does not parse.
pub fn rendered_expressions(object: &StrictValue) -> Vec<(ExpressionKind, Expression)> {
    let members = EXPRESSION_MEMBERS.iter();
    members
        .filter_map(|(member, kind)| {
            let text = object.get(member)?.as_str()?;
            Some((*kind, expression::parse(*kind, &HoleyText::plain(text)).tree?))
        })
        .collect()
}

/// Whether an object of a rendered request uses a placeholder in an expression.
pub fn uses_placeholder(object: &StrictValue, name: &str) -> bool {
    let expressions = rendered_expressions(object);
    expressions.iter().any(|(_, expression)| {
        placeholders(expression).iter().any(|found| found.text.as_plain() == Some(name))
    })
}

/// Whether all expressions in an object of a rendered request parse.
pub fn all_parse(object: &StrictValue) -> bool {
    let texts = EXPRESSION_MEMBERS.iter().filter(|(member, _)| object.get(member).is_some()).count();
    rendered_expressions(object).len() == texts
}

/// The member that defines a placeholder.
pub fn defining_member(placeholder: &str) -> &'static str {
    if placeholder.starts_with('#') { "ExpressionAttributeNames" } else { "ExpressionAttributeValues" }
}

/// Whether an object of a rendered request defines a placeholder.
pub fn defines_placeholder(object: &StrictValue, name: &str) -> bool {
    object.get(defining_member(name)).is_some_and(|members| members.get(name).is_some())
}

fn placeholders(expression: &Expression) -> Vec<&Name> {
    let mut names = Vec::new();
    for part in expression.parts() {
        match part {
            Part::Path(path, _) => names.extend(path.elements.iter().filter_map(|element| match element {
                PathElement::Alias(name) => Some(name),
                PathElement::Attribute(_) | PathElement::Index(_) => None,
            })),
            Part::Value(name) => names.push(name),
            Part::Function(..) | Part::Opaque(..) => {}
        }
    }
    names
}

/// What an update writes a value into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetTo {
    /// An attribute of the item.
    Attribute(String),
    /// Something inside an attribute.
    Deeper,
    /// The request decides what is set.
    Open,
}

impl TemplateSubject<'_> {
    /// What the request's update expression sets to a value; none where that is not known, or where it sets nothing to it.
    pub fn attribute_set_to(&self, placeholder: &str) -> Option<SetTo> {
        let mut found = None;
        for form in self.expressions().iter().filter(|form| form.kind == ExpressionKind::Update) {
            let Some(Expression::Update(update)) = form.expression.as_ref().filter(|_| !form.is_open())
            else {
                return Some(SetTo::Open);
            };
            for assignment in assignments(update) {
                if is_value(&assignment.value, placeholder) {
                    found = Some(match assignment.target.elements.len() {
                        1 => SetTo::Attribute(self.attribute_name(&assignment.target)?),
                        _ => SetTo::Deeper,
                    });
                }
            }
        }
        found
    }
}

/// What an update sets, as far as it is known.
fn assignments(update: &Update) -> impl Iterator<Item = &Assignment> {
    let sections = update.sections.iter().filter_map(|section| match section {
        Section::Set(items) => Some(items),
        _ => None,
    });
    sections.flatten().filter_map(|item| match item {
        Item::Known(assignment) => Some(assignment),
        Item::Opaque(_) => None,
    })
}

/// Whether the update expression of a rendered request sets something to a value.
pub fn sets_to(request: &StrictValue, placeholder: &str) -> bool {
    rendered_expressions(request).iter().any(|(_, expression)| match expression {
        Expression::Update(update) => {
            assignments(update).any(|assignment| is_value(&assignment.value, placeholder))
        }
        _ => false,
    })
}

/// Whether what is set is a value, or that value where the attribute has none.
fn is_value(set: &SetValue, placeholder: &str) -> bool {
    let is_placeholder = |operand: &Operand| match operand.ungrouped() {
        Operand::Value(name) => name.text.as_plain() == Some(placeholder),
        _ => false,
    };
    match set {
        SetValue::Group(inner) => is_value(inner, placeholder),
        SetValue::Operand(operand) => match operand.ungrouped() {
            Operand::Call(call) if call.name.text.as_plain() == Some("if_not_exists") => {
                call.arguments.get(1).is_some_and(is_placeholder)
            }
            operand => is_placeholder(operand),
        },
        SetValue::Sum(_) => false,
    }
}
