//! The expressions of a request, with their placeholders resolved.

mod condition;

use std::collections::BTreeSet;

use keybound_vtl::json::strict::StrictValue;

use super::beyond::Beyond;
use super::demand::{Demand, Value};
use super::operation::Stop;
use crate::dynamodb::expression::check::MAX_EXPRESSION_BYTES;
use crate::dynamodb::expression::tree::{Operand, Path, PathElement, Section, SetValue, Update};
use crate::dynamodb::expression::{self, Expression, Part};
use crate::dynamodb::syntax::SyntaxError;
use crate::dynamodb::{ExpressionKind, HoleyText, Item};

const NAMES: &str = "ExpressionAttributeNames";
const VALUES: &str = "ExpressionAttributeValues";

/// The members that hold expressions.
const EXPRESSIONS: [&str; 5] = [
    "ConditionExpression",
    "FilterExpression",
    "KeyConditionExpression",
    "ProjectionExpression",
    "UpdateExpression",
];

/// The members that came before expressions and do not go with them. (`KeyConditions` goes with a filter or projection.)
const LEGACY: [&str; 5] = ["AttributesToGet", "AttributeUpdates", "Expected", "QueryFilter", "ScanFilter"];

/// Reads the expressions of one object, and keeps account of what they name.
pub(super) struct Expressions<'a> {
    object: &'a StrictValue,
    /// The placeholders that are used, with their `#` or `:`.
    used: BTreeSet<String>,
    /// The top-level attributes that are named.
    named: BTreeSet<String>,
}

impl<'a> Expressions<'a> {
    /// For an object that has expressions, or the members that they replaced; one with both is refused.
    pub(super) fn of(object: &'a StrictValue) -> Result<Self, Stop> {
        let has = |name: &str| object.get(name).is_some();
        let has_any = |names: &[&str]| names.iter().copied().any(has);
        let both = has_any(&EXPRESSIONS) && has_any(&LEGACY);
        if both || (has("KeyConditions") && has("KeyConditionExpression")) {
            return Stop::refused("expressions do not go with the members that they replaced");
        }
        Ok(Self { object, used: BTreeSet::new(), named: BTreeSet::new() })
    }

    /// What a condition demands; nothing where there is none.
    pub(super) fn demand(&mut self, member: &str, kind: ExpressionKind) -> Result<Demand, Stop> {
        Ok(match self.read(member, kind)? {
            Some(Expression::Condition(condition)) => condition::demand(&condition, self),
            _ => Demand::nothing(),
        })
    }

    /// What an update changes, with the text that each attribute is then, where it is set to one.
    pub(super) fn changes(&mut self) -> Result<Vec<(String, Value)>, Stop> {
        Ok(match self.read("UpdateExpression", ExpressionKind::Update)? {
            Some(Expression::Update(update)) => self.changes_of(&update),
            _ => Vec::new(),
        })
    }

    /// Whether a read says which attributes it returns: as an expression, or in `AttributesToGet`.
    pub(super) fn projects(&mut self) -> Result<bool, Stop> {
        let to_get = self.object.get("AttributesToGet").map(StrictValue::elements);
        let names = to_get.unwrap_or_default().iter().filter_map(StrictValue::as_str);
        self.named.extend(names.map(str::to_owned));
        let expression = self.read("ProjectionExpression", ExpressionKind::Projection)?;
        match to_get {
            Some([]) => Stop::refused("`AttributesToGet` is empty"),
            to_get => Ok(to_get.is_some() || expression.is_some()),
        }
    }

    /// Notes that a member whose members are attributes names them.
    pub(super) fn name_members(&mut self, member: &str) {
        let members = self.object.get(member).map(StrictValue::members).unwrap_or_default();
        self.named.extend(members.iter().map(|member| member.name.clone()));
    }

    /// The attributes that are named, once all expressions are read. A placeholder that none uses is refused.
    pub(super) fn finish(self) -> Result<BTreeSet<String>, Stop> {
        for member in [NAMES, VALUES] {
            let placeholders = self.object.get(member).map(StrictValue::members).unwrap_or_default();
            if let Some(unused) = placeholders.iter().find(|member| !self.used.contains(&member.name)) {
                return Stop::refused(format!("no expression uses `{}`", unused.name));
            }
        }
        Ok(self.named)
    }

    /// Parses a member, checks what DynamoDB checks, and notes what it names.
    fn read(&mut self, member: &str, kind: ExpressionKind) -> Result<Option<Expression>, Stop> {
        let Some(text) = self.object.get(member).and_then(StrictValue::as_str) else { return Ok(None) };
        if text.len() > MAX_EXPRESSION_BYTES {
            return Stop::refused(format!("`{member}` is longer than DynamoDB takes"));
        }
        let holey = HoleyText::plain(text);
        let parsed = expression::parse(kind, &holey);
        let Some(tree) = parsed.tree.filter(|_| parsed.errors.is_empty()) else {
            return Err(unparsed(&parsed.errors, &format!("`{member}` does not parse")));
        };
        if let Some(error) = expression::check(kind, &holey, &tree).first() {
            return Stop::refused(format!("`{member}` is refused: {error}"));
        }
        for part in tree.parts() {
            match part {
                Part::Path(path, _) => self.note_path(path)?,
                Part::Value(name) => self.note(name.text.text(), VALUES)?,
                Part::Function(..) => {}
                Part::Opaque(..) => return Err(Stop::Beyond(Beyond::Unread("an expression with a hole"))),
            }
        }
        Ok(Some(tree))
    }

    fn note_path(&mut self, path: &Path) -> Result<(), Stop> {
        for element in &path.elements {
            if let PathElement::Alias(alias) = element {
                self.note(alias.text.text(), NAMES)?;
            }
        }
        self.named.extend(self.head(path));
        Ok(())
    }

    fn note(&mut self, placeholder: &str, member: &str) -> Result<(), Stop> {
        if self.object.get(member).and_then(|defined| defined.get(placeholder)).is_none() {
            return Stop::refused(format!("`{placeholder}` is not defined"));
        }
        self.used.insert(placeholder.to_owned());
        Ok(())
    }

    /// The top-level attribute that a path begins at.
    fn head(&self, path: &Path) -> Option<String> {
        match path.elements.first()? {
            PathElement::Attribute(name) => Some(name.text.text().to_owned()),
            PathElement::Alias(alias) => {
                let name = self.object.get(NAMES)?.get(alias.text.text())?;
                name.as_str().map(str::to_owned)
            }
            PathElement::Index(_) => None,
        }
    }

    /// The attribute that a path is, where it does not go on into its value.
    fn attribute(&self, path: &Path) -> Option<String> {
        if path.elements.len() == 1 { self.head(path) } else { None }
    }

    /// The value that a placeholder stands for.
    fn value(&self, operand: &Operand) -> Option<Value> {
        let Operand::Value(name) = operand.ungrouped() else { return None };
        let defined = self.object.get(VALUES).and_then(|values| values.get(name.text.text()));
        Some(defined.map_or(Value::Other, Value::of))
    }

    fn changes_of(&self, update: &Update) -> Vec<(String, Value)> {
        let mut changes = Vec::new();
        // A path into a value, and all that is no plain assignment, leaves who knows what.
        let mut change = |path: &Path, value: Option<Value>| {
            let value = value.filter(|_| path.elements.len() == 1).unwrap_or(Value::Other);
            changes.extend(self.head(path).map(|head| (head, value)));
        };
        for section in &update.sections {
            match section {
                Section::Set(items) => known(items).for_each(|assignment| {
                    let assigned = match &assignment.value {
                        SetValue::Operand(operand) => self.value(operand),
                        SetValue::Sum(_) | SetValue::Group(_) => None,
                    };
                    change(&assignment.target, assigned);
                }),
                Section::Remove(items) => known(items).for_each(|path| change(path, None)),
                Section::Add(items) | Section::Delete(items) => {
                    known(items).for_each(|item| change(&item.target, None));
                }
                // Only where there are holes, which `read` turns away.
                Section::Opaque(_) => {}
            }
        }
        changes
    }
}

/// The items of a list without holes.
pub(super) fn known<T>(items: &[Item<T>]) -> impl Iterator<Item = &T> {
    items.iter().filter_map(|item| match item {
        Item::Known(known) => Some(known),
        Item::Opaque(_) => None,
    })
}

/// What a text that does not parse means: DynamoDB refuses it too, but for one that only nests deeper than our parsers go.
pub(super) fn unparsed(errors: &[SyntaxError], why: &str) -> Stop {
    if errors.iter().any(|error| error.message.starts_with("nested deeper than")) {
        Stop::Beyond(Beyond::Unread("a text that nests deeper than is read"))
    } else {
        Stop::Refused(why.to_owned())
    }
}
