//! Whether a write demands that the item be the caller's: a condition on identity is as good as a key from it.

use keybound_shared::{Grant, KeyPattern};

use crate::dynamodb::expression::tree::{Call, Comparator, Condition, Operand};
use crate::dynamodb::expression::{self, Expression, Part, PathUse};
use crate::dynamodb::holey_text::HoleyText;
use crate::dynamodb::shape::ExpressionKind;
use crate::render::skeleton::{Slot, below};

use super::held::{Compared, Held};
use super::miss::{Kind, Miss};
use super::operation::{Operation, Verb};
use super::statement;

/// Whether an operation changes only items that say they are the caller's, and leaves that as it is.
///
/// # Errors
///
/// What is missing.
pub fn demanded(held: &Held<'_>, operation: &Operation, grant: &Grant) -> Result<(), Miss> {
    for (attribute, pattern) in &grant.must_own {
        if operation.verb.reads() {
            let message = format!("a read cannot demand that `{attribute}` be `{pattern}`");
            return Err(Miss::whole(Kind::Owner, message));
        }
        let owned = Owned { held, operation, grant, attribute, pattern };
        match operation.verb {
            Verb::Statement => statement::owner_demanded(held, operation, grant, attribute, pattern)?,
            _ => owned.demanded()?,
        }
    }
    Ok(())
}

/// One attribute and what it must be.
struct Owned<'o> {
    held: &'o Held<'o>,
    operation: &'o Operation,
    grant: &'o Grant,
    attribute: &'o str,
    pattern: &'o KeyPattern,
}

impl Owned<'_> {
    fn demanded(&self) -> Result<(), Miss> {
        self.condition()?;
        self.kept()?;
        let at = below(&self.operation.at, &["ReturnValuesOnConditionCheckFailure"]);
        for (text, form) in self.held.fixed_texts(&at, Kind::Owner)? {
            if text != "NONE" {
                let message = "a condition that fails gives the client the item of another";
                return Err(Miss::of_form(Kind::Owner, &form, message));
            }
        }
        Ok(())
    }

    /// Whether the condition implies that the item is the caller's, on every way.
    fn condition(&self) -> Result<(), Miss> {
        let (attribute, pattern) = (self.attribute, self.pattern);
        let at = below(&self.operation.at, &["ConditionExpression"]);
        if let Some(guard) = self.held.request.without(&at, &self.operation.anchor()) {
            let message = format!("no condition demands that `{attribute}` be `{pattern}`");
            let splits = self.held.request.hangs_on(&at);
            return Err(Miss::whole(Kind::Owner, message).hanging_on(splits).under(guard));
        }
        for (text, form) in self.held.fixed_texts(&at, Kind::Owner)? {
            let parsed = expression::parse_condition(&HoleyText::plain(text));
            // What does not parse DynamoDB refuses.
            let Some(condition) = parsed.tree else { continue };
            if !self.implied(&condition, true) {
                if let Some(miss) = self.nearly(&condition) {
                    return Err(miss);
                }
                let message = format!("the condition does not demand that `{attribute}` be `{pattern}`");
                return Err(Miss::of_form(Kind::Owner, &form, message));
            }
        }
        Ok(())
    }

    /// Whether a condition that holds, or does not, leaves only the caller's items. Parsing bounds the depth.
    fn implied(&self, condition: &Condition, holds: bool) -> bool {
        match condition {
            Condition::Group(inner, _) => self.implied(inner, holds),
            Condition::Not(inner, _) => self.implied(inner, !holds),
            Condition::And(parts) if holds => parts.iter().any(|part| self.implied(part, holds)),
            Condition::And(parts) => parts.iter().all(|part| self.implied(part, holds)),
            Condition::Or(parts) if holds => parts.iter().all(|part| self.implied(part, holds)),
            Condition::Or(parts) => parts.iter().any(|part| self.implied(part, holds)),
            Condition::Comparison(comparison) => {
                let equal = match comparison.comparator {
                    Comparator::Equal => holds,
                    Comparator::NotEqual => !holds,
                    _ => false,
                };
                equal
                    && (self.is_own(&comparison.left, &comparison.right)
                        || self.is_own(&comparison.right, &comparison.left))
            }
            Condition::In(membership) => {
                holds && membership.list.iter().all(|value| self.is_own(&membership.operand, value))
            }
            Condition::Call(call) => self.is_new(call, holds),
            Condition::Between(_) | Condition::Opaque(_) => false,
        }
    }

    /// Why the value that the attribute is compared with is not the caller's, where the condition would do otherwise.
    fn nearly(&self, condition: &Condition) -> Option<Miss> {
        condition.conjuncts().into_iter().find_map(|part| {
            let Condition::Comparison(comparison) = part else { return None };
            let sides = [(&comparison.left, &comparison.right), (&comparison.right, &comparison.left)];
            sides.into_iter().filter(|_| comparison.comparator == Comparator::Equal).find_map(
                |(path, value)| {
                    let value = self.compared(path, value)?;
                    self.held.value_within(&value, self.pattern, Compared::Equal, self.grant).err()
                },
            )
        })
    }

    /// Where the value stands that the attribute is compared with.
    fn compared(&self, path: &Operand, value: &Operand) -> Option<Vec<Slot>> {
        let Operand::Path(path) = path.ungrouped() else { return None };
        let object = &self.operation.at;
        let named = self.held.attribute(object, path).is_ok_and(|name| name == self.attribute);
        self.held.value_at(object, value).filter(|_| path.elements.len() == 1 && named)
    }

    /// Whether one operand is the attribute and the other a value that is the caller's.
    fn is_own(&self, path: &Operand, value: &Operand) -> bool {
        self.compared(path, value).is_some_and(|value| self.is_within(&value))
    }

    fn is_within(&self, value: &[Slot]) -> bool {
        let is_there = self.held.request.has(&below(value, &["S"]));
        is_there && self.held.value_within(value, self.pattern, Compared::Equal, self.grant).is_ok()
    }

    /// Whether a put is of an item that is new: then it is whose the put says.
    fn is_new(&self, call: &Call, holds: bool) -> bool {
        let Some(Operand::Path(path)) = call.arguments.first().map(Operand::ungrouped) else { return false };
        let object = &self.operation.at;
        let absent = if holds { "attribute_not_exists" } else { "attribute_exists" };
        let key = &self.grant.table.key;
        let is_key = |name: String| name == key.partition || key.sort.as_ref() == Some(&name);
        self.operation.verb == Verb::Put
            && call.name.text.as_plain() == Some(absent)
            && path.elements.len() == 1
            && self.held.attribute(object, path).is_ok_and(is_key)
    }

    /// Whether the write leaves the attribute as it is.
    fn kept(&self) -> Result<(), Miss> {
        match self.operation.verb {
            Verb::Put => self.put(),
            Verb::Update => self.updated(),
            _ => Ok(()),
        }
    }

    fn put(&self) -> Result<(), Miss> {
        let Some(item) = &self.operation.key else { return Ok(()) };
        let value = below(item, &[self.attribute]);
        let key = below(item, &[&self.grant.table.key.partition]);
        let without = |with: &[Slot]| self.held.request.without(&value, with);
        if let Some(guard) = without(&self.operation.anchor()).or_else(|| without(&key)) {
            let message = format!("the item that is put has no `{}`", self.attribute);
            let splits = self.held.request.hangs_on(&value);
            return Err(Miss::whole(Kind::Owner, message).hanging_on(splits).under(guard));
        }
        self.held.value_within(&value, self.pattern, Compared::Equal, self.grant).map_err(|miss| {
            let message = format!("the item that is put may be another's: {}", miss.message);
            let kind = if miss.kind == Kind::Key { Kind::Owner } else { miss.kind };
            Miss { kind, message, ..miss }
        })
    }

    fn updated(&self) -> Result<(), Miss> {
        let object = &self.operation.at;
        for (text, form) in self.held.fixed_texts(&below(object, &["UpdateExpression"]), Kind::Owner)? {
            let parsed = expression::parse(ExpressionKind::Update, &HoleyText::plain(text));
            let Some(Expression::Update(update)) = parsed.tree else { continue };
            for part in Expression::Update(update).parts() {
                let Part::Path(path, path_use) = part else { continue };
                if path_use != PathUse::Read
                    && self.held.attributes_of(object, path)?.iter().any(|name| name == self.attribute)
                {
                    let message =
                        format!("the update changes `{}`, which says whose the item is", self.attribute);
                    return Err(Miss::of_form(Kind::Owner, &form, message));
                }
            }
        }
        let legacy = below(object, &["AttributeUpdates"]);
        match self.held.request.has(&below(&legacy, &[self.attribute]))
            || self.held.request.anything_at(&legacy).is_some()
        {
            true => Err(Miss::whole(Kind::Owner, format!("the update changes `{}`", self.attribute))),
            false => Ok(()),
        }
    }
}
