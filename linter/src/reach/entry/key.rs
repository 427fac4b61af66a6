//! The key of an operation, for people.

use keybound_shared::Key;

use crate::dynamodb::partiql::tree::{Expr, ExprKind, StatementKind};
use crate::finding::{Comparison, KeyPart, MapText, TextPart};
use crate::reach::held::{Compared, Held};
use crate::reach::keys;
use crate::reach::operation::Verb;
use crate::reach::request::Form;
use crate::reach::statement::{self, Statement};
use crate::render::skeleton::{Slot, below};

use super::described::Described;

/// What is asked of an attribute on some way.
struct Asked {
    attribute: String,
    compared: Comparison,
    texts: Vec<MapText>,
}

impl Described<'_> {
    /// What is asked of each attribute of the key, which is `key` where the rules say so; none where it is not known.
    pub(super) fn key(&self, key: Option<&Key>) -> Option<Vec<KeyPart>> {
        let names: Option<Vec<&str>> =
            key.map(|key| std::iter::once(&key.partition).chain(&key.sort).map(String::as_str).collect());
        let mut ways: Vec<Vec<Asked>> = Vec::new();
        for held in &self.ways {
            match (&self.operation.key, self.operation.verb) {
                (Some(object), verb) => ways.push(of_object(held, object, names.as_deref(), verb)?),
                (None, Verb::Query) => ways.extend(self.of_query(held, names.is_some())?),
                (None, Verb::Statement) => ways.extend(self.of_statements(held, names.as_deref()?)?),
                (None, _) => ways.push(Vec::new()),
            }
        }
        Some(folded(&ways, names.as_deref()))
    }

    fn of_query(&self, held: &Held<'_>, named: bool) -> Option<Vec<Vec<Asked>>> {
        if held.request.has(&below(&self.operation.at, &["KeyConditions"])) {
            return None;
        }
        let ways = keys::demands(held, self.operation);
        if ways.is_empty() {
            // A condition that is not fixed asks for nothing.
            return named.then(|| vec![Vec::new()]);
        }
        let told = ways.into_iter().map(|demands| {
            let asked = demands.into_iter().map(|demanded| {
                let values = demanded.values.iter();
                let texts: Vec<Vec<MapText>> = values.map(|value| value_texts(held, value)).collect();
                let (attribute, compared) = (demanded.attribute, demanded.compared);
                Asked { attribute, compared, texts: ranged(compared, texts) }
            });
            asked.collect()
        });
        Some(told.collect())
    }

    fn of_statements(&self, held: &Held<'_>, names: &[&str]) -> Option<Vec<Vec<Asked>>> {
        let statements = statement::statements(held, self.operation).ok()?;
        statements.iter().map(|statement| self.of_statement(held, statement, names)).collect()
    }

    fn of_statement(&self, held: &Held<'_>, statement: &Statement, names: &[&str]) -> Option<Vec<Asked>> {
        let texts = |value: &Expr| match &value.ungrouped().kind {
            ExprKind::String(text) => {
                let mut found = Vec::new();
                let form = Form { pieces: statement.pieces(text), ..statement.form.clone() };
                held.tell_form(&form, &mut found);
                found
            }
            ExprKind::Parameter(nth) => match statement::parameter(held, self.operation, *nth) {
                Ok(value) => value_texts(held, &value),
                Err(_) => vec![super::lone(TextPart::Client("a parameter of the statement".to_owned()))],
            },
            ExprKind::Number(text) => {
                vec![super::lone(TextPart::Fixed(text.as_plain().unwrap_or_default().to_owned()))]
            }
            _ => vec![super::lone(TextPart::Client("an expression of the statement".to_owned()))],
        };
        let mut found = Vec::new();
        for name in names {
            if let StatementKind::Insert(insert) = &statement.tree.kind {
                let ExprKind::Tuple(fields) = &insert.item.ungrouped().kind else { return None };
                let is_it = |name_of: &Expr| matches!(&name_of.kind, ExprKind::String(text) if text.as_plain() == Some(*name));
                let values =
                    fields.iter().filter(|field| is_it(&field.name)).flat_map(|field| texts(&field.value));
                found.push(Asked {
                    attribute: (*name).to_owned(),
                    compared: Comparison::Equal,
                    texts: values.collect(),
                });
                continue;
            }
            for (compared, values) in statement.demands(name) {
                let of_values: Vec<Vec<MapText>> = values.into_iter().map(texts).collect();
                let compared = match (compared, of_values.len()) {
                    (Compared::Equal, _) => Comparison::Equal,
                    (Compared::Prefix, 1) => Comparison::BeginsWith,
                    (Compared::Prefix, _) => Comparison::Between,
                };
                let texts = ranged(compared, of_values);
                found.push(Asked { attribute: (*name).to_owned(), compared, texts });
            }
        }
        Some(found)
    }
}

/// What an object with a key in it says of each attribute.
fn of_object(held: &Held<'_>, object: &[Slot], names: Option<&[&str]>, verb: Verb) -> Option<Vec<Asked>> {
    let names: Vec<String> = match names {
        Some(names) => names.iter().map(|name| (*name).to_owned()).collect(),
        // Which attributes of an item are its key, only the rules say; and of a value that may be any, nobody.
        None if verb == Verb::Put || held.request.anything_at(object).is_some() => return None,
        None => {
            let name = |slot| match slot {
                Slot::Member(name) => Some(name.to_string()),
                Slot::OpenMember(_) | Slot::Element(_) => None,
            };
            held.request.slots(object).into_iter().filter_map(name).collect()
        }
    };
    let asked = names.into_iter().map(|attribute| {
        let texts = value_texts(held, &below(object, &[&attribute]));
        Asked { attribute, compared: Comparison::Equal, texts }
    });
    Some(asked.collect())
}

/// The texts of an attribute value.
fn value_texts(held: &Held<'_>, value: &[Slot]) -> Vec<MapText> {
    if let Some(anything) = held.request.anything_at(value) {
        return vec![held.told_anything(&anything)];
    }
    let mut found: Vec<MapText> = Vec::new();
    for text in ["S", "N", "B"].iter().flat_map(|kind| held.told_texts(&below(value, &[kind]))) {
        if !found.contains(&text) {
            found.push(text);
        }
    }
    found
}

/// The texts of a comparison: those of a range in pairs, those of all else as they are.
fn ranged(compared: Comparison, texts: Vec<Vec<MapText>>) -> Vec<MapText> {
    match (compared, texts.as_slice()) {
        (Comparison::Between, [low, high]) => {
            let pair = |low: &MapText, high: &MapText| {
                let and = TextPart::Fixed(" and ".to_owned());
                MapText(low.0.iter().cloned().chain([and]).chain(high.0.iter().cloned()).collect())
            };
            low.iter().flat_map(|low| high.iter().map(move |high| pair(low, high))).collect()
        }
        _ => texts.into_iter().flatten().collect(),
    }
}

/// What is asked on all ways together. Where the attributes of the key are known, one that is not asked for may be any.
fn folded(ways: &[Vec<Asked>], names: Option<&[&str]>) -> Vec<KeyPart> {
    let mut attributes: Vec<&str> = names.unwrap_or_default().to_vec();
    if names.is_none() {
        for asked in ways.iter().flatten() {
            if !attributes.contains(&asked.attribute.as_str()) {
                attributes.push(&asked.attribute);
            }
        }
    }
    let mut found = Vec::new();
    for attribute in attributes {
        let of_way = |way: &'_ [Asked]| way.iter().any(|asked| asked.attribute == attribute);
        let all = [Comparison::Equal, Comparison::BeginsWith, Comparison::Between, Comparison::Range];
        for compared in all {
            let mut texts: Vec<MapText> = Vec::new();
            let mut on = 0;
            for way in ways {
                let mut is_asked = false;
                for asked in
                    way.iter().filter(|asked| asked.attribute == attribute && asked.compared == compared)
                {
                    is_asked = true;
                    for text in &asked.texts {
                        if !texts.contains(text) {
                            texts.push(text.clone());
                        }
                    }
                }
                on += usize::from(is_asked);
            }
            if on > 0 {
                let always = on == ways.len();
                found.push(KeyPart { attribute: attribute.to_owned(), compared, texts, always });
            }
        }
        let asked = ways.iter().filter(|way| of_way(way)).count();
        if asked < ways.len() {
            let always = asked == 0;
            let compared = Comparison::Any;
            found.push(KeyPart { attribute: attribute.to_owned(), compared, texts: Vec::new(), always });
        }
    }
    found
}
