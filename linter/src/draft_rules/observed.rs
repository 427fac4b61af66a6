//! What an integration's templates read of callers, which tables they name, and what they show of these tables' keys.

use std::collections::BTreeSet;

use keybound_vtl::TemplateText;

use crate::api::{Integration, RestKind};
use crate::dynamodb::expression::tree::{Condition, Operand};
use crate::dynamodb::expression::{self};
use crate::dynamodb::holey_text::HoleyText;
use crate::finding::access::Comparison;
use crate::reach::held::Held;
use crate::reach::keys;
use crate::reach::miss::Kind;
use crate::reach::operation::{Operation, TableAt, Verb};
use crate::reach::statement;
use crate::reach::table::text_of;
use crate::render::skeleton::{Slot, below};
use crate::render::{Direction, rendered};

use super::template::View;
use super::variables::{Read, Variables};

/// What was seen of an integration.
#[derive(Debug, Default)]
pub(super) struct Observed {
    /// What its templates read of callers.
    pub(super) read: BTreeSet<Read>,
    /// The tables that its requests name.
    pub(super) tables: Vec<TableUse>,
}

/// A table as a request names it.
#[derive(Clone, Debug)]
pub(super) struct TableUse {
    /// Its name, or what stands for it.
    pub(super) text: TemplateText,
    /// What the request shows of its key.
    pub(super) clue: Clue,
}

/// What a request shows of a table's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Clue {
    /// These attributes are the key, in the order in which they are written.
    Key(Vec<String>),
    /// An item has these attributes, and must not exist already with those.
    Item { attributes: Vec<String>, absent: Vec<String> },
    /// A query compares these by `=`, and those otherwise.
    Query { index: Option<String>, equal: Vec<String>, ranged: Vec<String> },
    /// Nothing.
    Nothing,
}

impl Observed {
    /// Looks at an integration's templates.
    pub(super) fn of(integration: &Integration) -> Self {
        let mut observed = Self::default();
        if integration.kind == RestKind::Http {
            return observed;
        }
        for template in &integration.request_templates {
            let Some(skeleton) = rendered(integration, template, Direction::Request) else { continue };
            let read = Read::all(&skeleton.terms);
            let view = View::of(integration, Variables::of(&read).as_rules());
            observed.read.extend(read);
            view.ask(integration, &skeleton, |asked| {
                let Ok((_, operations)) = asked.operations() else { return };
                for operation in &operations {
                    let texts = table_texts(&asked.held, operation).into_iter().flatten();
                    let clue = clue(&asked.held, operation);
                    observed.tables.extend(texts.map(|text| TableUse { text, clue: clue.clone() }));
                }
            });
        }
        let responses = integration.responses.iter().flat_map(|response| &response.templates);
        for template in responses {
            if let Some(skeleton) = rendered(integration, template, Direction::Response) {
                observed.read.extend(Read::all(&skeleton.terms));
            }
        }
        observed
    }
}

/// What an operation's table may be called; none where that is not fixed.
pub(super) fn table_texts(held: &Held<'_>, operation: &Operation) -> Option<Vec<TemplateText>> {
    let terms = held.sight.terms;
    let named: Option<Vec<TemplateText>> = match &operation.table {
        TableAt::Text(_) if operation.verb == Verb::Statement => {
            let statements = statement::statements(held, operation).ok()?;
            let of = |statement: &statement::Statement| {
                text_of(&statement.pieces(&statement.tree.source()?.table.text), terms)
            };
            statements.iter().map(of).collect()
        }
        TableAt::Text(path) => {
            let forms = held.request.forms(path).ok()?;
            forms.iter().filter(|form| form.quoted).map(|form| text_of(&form.pieces, terms)).collect()
        }
        TableAt::Name(path) => {
            let names = held.request.skeleton.names.iter().filter(|name| name.path == *path);
            names.map(|name| text_of(&name.pieces, terms)).collect()
        }
    };
    let mut distinct: Vec<TemplateText> = Vec::new();
    for text in named? {
        if !text.text().is_empty() && !distinct.contains(&text) {
            distinct.push(text);
        }
    }
    (!distinct.is_empty()).then_some(distinct)
}

/// The index that an operation reads; none for the table.
///
/// # Errors
///
/// The client decides it.
pub(super) fn indexes(held: &Held<'_>, operation: &Operation) -> Result<Vec<Option<String>>, ()> {
    let mut found: Vec<Option<String>> = Vec::new();
    let mut add = |name: Option<String>| {
        if !found.contains(&name) {
            found.push(name);
        }
    };
    match operation.verb {
        Verb::Statement => {
            for statement in statement::statements(held, operation).map_err(|_| ())? {
                let index = statement.tree.source().and_then(|source| source.index.as_ref());
                match index {
                    Some(name) => add(Some(name.text.as_plain().ok_or(())?.to_owned())),
                    None => add(None),
                }
            }
        }
        Verb::Query | Verb::Scan => {
            let at = below(&operation.at, &["IndexName"]);
            for form in held.request.forms(&at).map_err(|_| ())?.iter().filter(|form| form.quoted) {
                add(Some(form.literal().ok_or(())?));
            }
            if held.request.without(&at, &operation.anchor()).is_some() || found.is_empty() {
                found.push(None);
            }
        }
        _ => add(None),
    }
    Ok(found)
}

fn clue(held: &Held<'_>, operation: &Operation) -> Clue {
    let index = || indexes(held, operation).ok().and_then(|mut indexes| indexes.pop());
    match operation.verb {
        Verb::Get | Verb::Update | Verb::Delete | Verb::Check => {
            let names = operation.key.as_ref().and_then(|object| members(held, object));
            names.filter(|names| !names.is_empty()).map_or(Clue::Nothing, Clue::Key)
        }
        Verb::Put => {
            let attributes = operation.key.as_ref().and_then(|object| members(held, object));
            attributes.map_or(Clue::Nothing, |attributes| Clue::Item {
                attributes,
                absent: absent(held, operation),
            })
        }
        Verb::Query => {
            let Some(index) = index() else { return Clue::Nothing };
            let (mut equal, mut ranged) = (Vec::new(), Vec::new());
            for demanded in keys::demands(held, operation).into_iter().flatten() {
                let is_equal = demanded.compared == Comparison::Equal;
                let list = if is_equal { &mut equal } else { &mut ranged };
                if !list.contains(&demanded.attribute) {
                    list.push(demanded.attribute);
                }
            }
            Clue::Query { index, equal, ranged }
        }
        Verb::Statement => {
            let (Some(index), Ok(statements)) = (index(), statement::statements(held, operation)) else {
                return Clue::Nothing;
            };
            let equal: Vec<String> = statements.iter().flat_map(statement::Statement::compared).collect();
            match statements.iter().any(statement::Statement::inserts) {
                true => Clue::Item { attributes: equal, absent: Vec::new() },
                false => Clue::Query { index, equal, ranged: Vec::new() },
            }
        }
        Verb::Scan => Clue::Nothing,
    }
}

/// The members of an object, where the template writes all of them itself.
fn members(held: &Held<'_>, object: &[Slot]) -> Option<Vec<String>> {
    if held.request.anything_at(object).is_some() {
        return None;
    }
    let slots = held.request.slots(object).into_iter();
    slots.map(|slot| if let Slot::Member(name) = slot { Some(name.to_string()) } else { None }).collect()
}

/// The attributes that an item must not exist with for an operation to be done.
pub(super) fn absent(held: &Held<'_>, operation: &Operation) -> Vec<String> {
    let at = below(&operation.at, &["ConditionExpression"]);
    if held.request.without(&at, &operation.anchor()).is_some() {
        return Vec::new();
    }
    let Ok(texts) = held.fixed_texts(&at, Kind::Owner) else { return Vec::new() };
    let of = |text: String| {
        let condition = expression::parse_condition(&HoleyText::plain(text)).tree;
        let conjuncts = condition.as_ref().map(Condition::conjuncts).unwrap_or_default();
        let named = conjuncts.into_iter().filter_map(|part| {
            let Condition::Call(call) = part else { return None };
            let Some(Operand::Path(path)) = call.arguments.first().map(Operand::ungrouped) else {
                return None;
            };
            let is_it = call.name.text.as_plain() == Some("attribute_not_exists") && path.elements.len() == 1;
            held.attribute(&operation.at, path).ok().filter(|_| is_it)
        });
        named.collect::<Vec<String>>()
    };
    let mut all = texts.into_iter().map(|(text, _)| of(text));
    let Some(first) = all.next() else { return Vec::new() };
    all.fold(first, |known, other| known.into_iter().filter(|name| other.contains(name)).collect())
}
