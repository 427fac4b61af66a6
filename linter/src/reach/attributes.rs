//! Whether an operation reads and writes no attributes but a grant's, and no more items than its limit.

use std::collections::BTreeSet;

use keybound_shared::Grant;

use crate::dynamodb::expression::{self, Part};
use crate::dynamodb::holey_text::HoleyText;
use crate::dynamodb::shape::ExpressionKind;
use crate::render::skeleton::{Slot, below};
use crate::render::{Facts, Guard};

use super::batch;
use super::held::Held;
use super::miss::{Kind, Miss, path_text};
use super::operation::{Operation, Verb};
use super::statement;

/// The members that hold expressions.
pub(super) const EXPRESSIONS: [(&str, ExpressionKind); 5] = [
    ("KeyConditionExpression", ExpressionKind::KeyCondition),
    ("FilterExpression", ExpressionKind::Filter),
    ("ConditionExpression", ExpressionKind::Condition),
    ("UpdateExpression", ExpressionKind::Update),
    ("ProjectionExpression", ExpressionKind::Projection),
];

/// The members that expressions replaced, whose members' names are attributes.
pub(super) const LEGACY_MAPS: [&str; 5] =
    ["KeyConditions", "QueryFilter", "ScanFilter", "Expected", "AttributeUpdates"];

/// Whether an operation names no attribute beyond a grant's, and asks for no others.
///
/// # Errors
///
/// The first that is beyond.
pub fn within(held: &Held<'_>, operation: &Operation, grant: &Grant) -> Result<(), Miss> {
    let Some(allowed) = &grant.attributes else { return Ok(()) };
    let allowed: BTreeSet<&str> = allowed.iter().map(String::as_str).collect();
    if operation.verb == Verb::Statement {
        return of_statements(held, operation, grant, &allowed);
    }
    let attributes = Attributes { held, operation, grant, allowed: &allowed };
    attributes.of_expressions()?;
    attributes.of_maps()?;
    attributes.returned()
}

/// The attributes that an operation names, those of its key first; none where a client names them. A read that projects
/// nothing reaches all others besides.
pub fn all_named(held: &Held<'_>, operation: &Operation) -> Option<Vec<String>> {
    let mut names = Vec::new();
    if operation.verb == Verb::Statement {
        for statement in statement::statements(held, operation).ok()? {
            if statement.returns_all() {
                return None;
            }
            names.extend(statement.attributes()?);
        }
        return Some(without_repetition(names));
    }
    let object = &operation.at;
    let lists = LEGACY_MAPS.iter().map(|name| below(object, &[name]));
    for map in operation.key.iter().cloned().chain(lists) {
        if held.request.anything_at(&map).is_some() {
            return None;
        }
        for slot in held.request.slots(&map) {
            let Slot::Member(name) = slot else { return None };
            names.push(name.to_string());
        }
    }
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
    let list = below(object, &["AttributesToGet"]);
    for slot in held.request.slots(&list) {
        let at: Vec<Slot> = list.iter().cloned().chain([slot]).collect();
        names.extend(held.fixed_texts(&at, Kind::Attributes).ok()?.into_iter().map(|(name, _)| name));
    }
    Some(without_repetition(names))
}

fn without_repetition(names: Vec<String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    names.into_iter().filter(|name| seen.insert(name.clone())).collect()
}

struct Attributes<'a> {
    held: &'a Held<'a>,
    operation: &'a Operation,
    grant: &'a Grant,
    allowed: &'a BTreeSet<&'a str>,
}

impl Attributes<'_> {
    fn beyond(&self, name: &str) -> String {
        format!("attribute `{name}` is none of grant `{}`", self.grant.name)
    }

    fn of_expressions(&self) -> Result<(), Miss> {
        let object = &self.operation.at;
        for (member, kind) in EXPRESSIONS {
            for (text, form) in self.held.fixed_texts(&below(object, &[member]), Kind::Attributes)? {
                let Some(tree) = expression::parse(kind, &HoleyText::plain(text)).tree else { continue };
                for part in tree.parts() {
                    let Part::Path(path, _) = part else { continue };
                    for name in self.held.attributes_of(object, path)? {
                        if !self.allowed.contains(name.as_str()) {
                            return Err(Miss::of_form(Kind::Attributes, &form, self.beyond(&name)));
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn of_maps(&self) -> Result<(), Miss> {
        let object = &self.operation.at;
        let maps = LEGACY_MAPS.iter().map(|name| below(object, &[name]));
        for map in maps.chain(self.operation.key.clone()) {
            if let Some(anything) = self.held.request.anything_at(&map) {
                let message = format!("which attributes {} has is not fixed", path_text(&map));
                return Err(Miss::of_anything(Kind::Attributes, anything, message));
            }
            for slot in self.held.request.slots(&map) {
                let at: Vec<Slot> = map.iter().cloned().chain([slot.clone()]).collect();
                match &slot {
                    Slot::Member(name) if self.allowed.contains(&**name) => {}
                    Slot::Member(name) => return Err(self.at_name(&at, self.beyond(name))),
                    Slot::OpenMember(_) | Slot::Element(_) => {
                        let message = format!("which attributes {} has is not fixed", path_text(&map));
                        return Err(self.at_name(&at, message));
                    }
                }
            }
        }
        let list = below(object, &["AttributesToGet"]);
        for slot in self.held.request.slots(&list) {
            let at: Vec<Slot> = list.iter().cloned().chain([slot]).collect();
            for (name, form) in self.held.fixed_texts(&at, Kind::Attributes)? {
                if !self.allowed.contains(name.as_str()) {
                    return Err(Miss::of_form(Kind::Attributes, &form, self.beyond(&name)));
                }
            }
        }
        Ok(())
    }

    fn at_name(&self, path: &[Slot], message: String) -> Miss {
        let name = self.held.request.skeleton.names.iter().find(|name| name.path == path);
        match name {
            Some(name) => Miss {
                spot: Some(super::miss::Spot { path: name.path.clone(), at: name.at }),
                terms: crate::render::value::holes(&name.pieces),
                guard: name.guard.clone(),
                splits: name.guard.conjuncts().to_vec(),
                ..Miss::whole(Kind::Attributes, message)
            },
            None => Miss::whole(Kind::Attributes, message),
        }
    }

    /// What DynamoDB sends back.
    fn returned(&self) -> Result<(), Miss> {
        let object = &self.operation.at;
        let anchor = &self.operation.anchor();
        let member = |name: &str| below(object, &[name]);
        for name in ["ReturnValues", "ReturnValuesOnConditionCheckFailure"] {
            for (text, form) in self.held.fixed_texts(&member(name), Kind::Attributes)? {
                if matches!(text.as_str(), "ALL_OLD" | "ALL_NEW") {
                    let message =
                        format!("`{name}` gives all attributes, where grant `{}` does not", self.grant.name);
                    return Err(Miss::of_form(Kind::Attributes, &form, message));
                }
            }
        }
        if !self.operation.verb.reads() {
            return Ok(());
        }
        let takes = |name: &str| self.operation.takes(name);
        let selects = self.held.fixed_texts(&member("Select"), Kind::Attributes)?;
        for (text, form) in &selects {
            if text.starts_with("ALL_") {
                let message =
                    format!("`Select` asks for all attributes, where grant `{}` does not", self.grant.name);
                return Err(Miss::of_form(Kind::Attributes, form, message));
            }
        }
        let projection = member("ProjectionExpression");
        let list = member("AttributesToGet");
        let counts = takes("Select")
            && selects.iter().all(|(text, _)| text == "COUNT")
            && self.held.request.without(&member("Select"), anchor).is_none();
        let unprojected = self.held.request.without(&projection, anchor);
        let is_listed = takes("AttributesToGet") && self.held.request.without(&list, anchor).is_none();
        match unprojected.filter(|_| !counts && !is_listed) {
            Some(guard) => {
                let message = format!(
                    "nothing limits which attributes come back, where grant `{}` does",
                    self.grant.name
                );
                let splits = self.held.request.hangs_on(&projection);
                Err(Miss::whole(Kind::Attributes, message).hanging_on(splits).under(guard))
            }
            None => Ok(()),
        }
    }
}

fn of_statements(
    held: &Held<'_>,
    operation: &Operation,
    grant: &Grant,
    allowed: &BTreeSet<&str>,
) -> Result<(), Miss> {
    for statement in statement::statements(held, operation)? {
        let message = match statement.attributes() {
            _ if statement.returns_all() => {
                format!("the statement gives all attributes, where grant `{}` does not", grant.name)
            }
            None => "which attributes the statement names is not fixed".to_owned(),
            Some(names) => match names.iter().find(|name| !allowed.contains(name.as_str())) {
                Some(name) => format!("attribute `{name}` is none of grant `{}`", grant.name),
                None => continue,
            },
        };
        return Err(Miss::of_form(Kind::Attributes, &statement.form, message));
    }
    Ok(())
}

/// Whether an operation asks for no more items than a grant's limit.
///
/// # Errors
///
/// What may be more.
pub fn limited(held: &Held<'_>, operation: &Operation, grant: &Grant) -> Result<(), Miss> {
    let Some(limit) = grant.limit else { return Ok(()) };
    match operation.verb {
        Verb::Query | Verb::Scan | Verb::Statement => {}
        Verb::Get => return batch::counted(held, operation, grant, limit),
        _ => return Ok(()),
    }
    let at = below(&operation.at, &["Limit"]);
    if !operation.takes("Limit") {
        let message = format!("the request takes no `Limit`, where grant `{}` gives {limit}", grant.name);
        return Err(Miss::whole(Kind::Limit, message));
    }
    let over = |what: &str| format!("{what}, where grant `{}` gives {limit}", grant.name);
    if let Some(guard) = held.request.without(&at, &operation.anchor()) {
        let message = over("the request has no `Limit`");
        let splits = held.request.hangs_on(&at);
        return Err(Miss::whole(Kind::Limit, message).hanging_on(splits).under(guard));
    }
    let forms = held
        .request
        .forms(&at)
        .map_err(|anything| Miss::of_anything(Kind::Limit, anything, over("`Limit` is not fixed")))?;
    for form in forms {
        let most = match form.literal() {
            Some(text) => text.trim().parse::<u64>().ok(),
            None => match form.pieces.as_slice() {
                [crate::render::value::Piece::Hole(id)] => greatest(held, *id, &form.guard),
                _ => None,
            },
        };
        match most {
            Some(most) if most <= u64::from(limit) => {}
            Some(most) => {
                return Err(Miss::of_form(Kind::Limit, &form, over(&format!("`Limit` may be {most}"))));
            }
            None => return Err(Miss::of_form(Kind::Limit, &form, over("`Limit` is not bounded"))),
        }
    }
    Ok(())
}

/// The greatest number that a term may print, where its digits are bounded.
fn greatest(held: &Held<'_>, id: crate::render::TermId, guard: &Guard) -> Option<u64> {
    let facts = Facts::of(held.sight.terms, id, guard);
    if let Some(finite) = &facts.finite {
        return finite.iter().map(|text| text.trim().parse::<u64>().ok()).max()?;
    }
    let digits = keybound_vtl::java::charset::CharSet::of("0123456789");
    let length = u32::try_from(facts.max_len?).ok()?;
    facts.printed_chars().is_subset(&digits).then(|| 10u64.checked_pow(length).map(|most| most - 1)).flatten()
}
