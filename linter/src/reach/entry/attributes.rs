//! The attributes of an operation, for people.

use std::collections::BTreeSet;

use crate::dynamodb::expression::{self, Part};
use crate::dynamodb::holey_text::HoleyText;
use crate::finding::OtherAttributes;
use crate::reach::attributes::{EXPRESSIONS, LEGACY_MAPS};
use crate::reach::held::Held;
use crate::reach::miss::{Kind, Miss};
use crate::reach::operation::Verb;
use crate::reach::statement;
use crate::render::skeleton::{Slot, below};

use super::described::Described;

impl Described<'_> {
    /// The attributes that the operation names on some way, and what it reaches beside these.
    pub(super) fn attributes(&self) -> (Vec<String>, OtherAttributes) {
        let mut names = BTreeSet::new();
        let mut others = OtherAttributes::None;
        for held in &self.ways {
            let beside = if self.operation.verb == Verb::Statement {
                self.statements_attributes(held, &mut names)
            } else {
                self.members_attributes(held, &mut names)
            };
            others = others.max(beside.unwrap_or(OtherAttributes::Open));
        }
        (names.into_iter().collect(), others)
    }

    fn statements_attributes(
        &self,
        held: &Held<'_>,
        names: &mut BTreeSet<String>,
    ) -> Option<OtherAttributes> {
        let mut others = OtherAttributes::None;
        for statement in statement::statements(held, self.operation).ok()? {
            names.extend(statement.attributes()?);
            if statement.returns_all() {
                others = OtherAttributes::Returned;
            }
        }
        Some(others)
    }

    fn members_attributes(&self, held: &Held<'_>, names: &mut BTreeSet<String>) -> Option<OtherAttributes> {
        let object = &self.operation.at;
        let mut others = OtherAttributes::None;
        for (member, kind) in EXPRESSIONS {
            for (text, _) in held.fixed_texts(&below(object, &[member]), Kind::Attributes).ok()? {
                let tree = expression::parse(kind, &HoleyText::plain(text)).tree?;
                for part in tree.parts() {
                    if let Part::Path(path, _) = part {
                        names.extend(held.attributes_of(object, path).ok()?);
                    }
                }
            }
        }
        let maps = LEGACY_MAPS.iter().map(|name| below(object, &[name]));
        for map in maps.chain(self.operation.key.clone()) {
            if held.request.anything_at(&map).is_some() {
                return None;
            }
            for slot in held.request.slots(&map) {
                match slot {
                    Slot::Member(name) => _ = names.insert(name.to_string()),
                    Slot::OpenMember(_) | Slot::Element(_) => others = OtherAttributes::Open,
                }
            }
        }
        let list = below(object, &["AttributesToGet"]);
        for slot in held.request.slots(&list) {
            let at: Vec<Slot> = list.iter().cloned().chain([slot]).collect();
            names.extend(held.fixed_texts(&at, Kind::Attributes).ok()?.into_iter().map(|(name, _)| name));
        }
        let returned = self.returns_all(held).ok()?;
        Some(if returned { others.max(OtherAttributes::Returned) } else { others })
    }

    /// Whether all attributes of an item come back.
    fn returns_all(&self, held: &Held<'_>) -> Result<bool, Miss> {
        let (object, anchor) = (&self.operation.at, self.operation.anchor());
        let texts = |name: &str| held.fixed_texts(&below(object, &[name]), Kind::Attributes);
        for name in ["ReturnValues", "ReturnValuesOnConditionCheckFailure"] {
            if texts(name)?.iter().any(|(text, _)| matches!(text.as_str(), "ALL_OLD" | "ALL_NEW")) {
                return Ok(true);
            }
        }
        if !self.operation.verb.reads() {
            return Ok(false);
        }
        let selects = texts("Select")?;
        if selects.iter().any(|(text, _)| text.starts_with("ALL_")) {
            return Ok(true);
        }
        let absent = |name: &str| held.request.without(&below(object, &[name]), &anchor).is_some();
        let counts = selects.iter().all(|(text, _)| text == "COUNT") && !absent("Select");
        Ok(!counts && absent("ProjectionExpression") && absent("AttributesToGet"))
    }
}
