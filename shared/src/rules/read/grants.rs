//! The section `grants`.

use std::collections::HashMap;
use std::sync::Arc;

use crate::document::{Fault, Member, Node, Span, Value};

use super::Reader;
use super::fields::Fields;
use super::grant_keys::{self, Variables};
use super::grant_routes::{self, Routes};
use super::names::Names;
use crate::rules::grant::{Claimant, Comparand, Grant, Opens, SessionStatement};
use crate::rules::issuer::Issuer;
use crate::rules::table::{Index, Table};
use crate::rules::variable::Variable;

const MAX_GRANTS: usize = 10_000;
const MAX_CLAIM: usize = 256;

/// What grants may name.
pub(super) struct Named<'a> {
    pub(super) issuers: &'a Names<Issuer>,
    pub(super) tables: &'a Names<Table>,
    pub(super) variables: &'a Names<Variable>,
}

pub(super) fn read(reader: &mut Reader<'_>, section: Option<&Member>, named: &Named<'_>) -> Vec<Arc<Grant>> {
    let Some(section) = section else { return Vec::new() };
    let Some(list) = reader.list("`grants`", &section.value) else { return Vec::new() };
    if list.len() > MAX_GRANTS {
        reader.error(Fault::new(section.key_span, format!("there are more than {MAX_GRANTS} grants")));
        return Vec::new();
    }
    let mut names = HashMap::new();
    let mut routes = Routes::default();
    let grants = list.iter().filter_map(|node| read_grant(reader, node, named, &mut names, &mut routes));
    grants.map(Arc::new).collect()
}

fn read_grant(
    reader: &mut Reader<'_>,
    node: &Node,
    named: &Named<'_>,
    names: &mut HashMap<String, Span>,
    all_routes: &mut Routes,
) -> Option<Grant> {
    let mut fields = Fields::open(reader, "a grant", node)?;
    let span = fields.at();
    let name = fields.require("name");
    let (when, issuers, anyone) = (fields.take("when"), fields.take("issuers"), fields.take("anyone"));
    let (table, index) = (fields.require("table"), fields.take("index"));
    let routes = fields.require("routes");
    let params = fields.take("params");
    let keys = fields.require("keys");
    let (must_own, attributes) = (fields.take("must_own"), fields.take("attributes"));
    let (limit, session) = (fields.take("limit"), fields.take("session_policy"));
    fields.finish(reader);

    let name = name.and_then(|member| read_name(reader, member, names));
    let is_open = anyone.and_then(|member| reader.boolean(member)).unwrap_or(false);
    if let Some(anyone) = anyone.filter(|_| is_open) {
        for member in [when, issuers, params, must_own].into_iter().flatten() {
            let message = format!("`{}` does not go with `anyone: true`", member.key);
            let fault = Fault::new(member.key_span, message)
                .related(anyone.key_span, "anyone at all holds this grant");
            reader.error(fault.help("nobody is verified there, so nothing can be demanded of a caller"));
        }
    }
    let opens = if is_open {
        Some(Opens::Anyone)
    } else {
        let when = when.map(|member| read_when(reader, member));
        let issuers = issuers.map(|member| reader.issuer_names(member, named.issuers)).unwrap_or_default();
        let when = when.unwrap_or_else(|| Some(Vec::new()));
        when.map(|when| Opens::Callers(Claimant { when, issuers }))
    };
    let found_table = table.and_then(|member| {
        let name = reader.text("`table`", &member.value)?;
        named.tables.find(reader, "table", &name, member.value.span).cloned()
    });
    let found_index = index.map(|member| read_index(reader, member, found_table.as_deref()));
    // What the keys are about; nothing where that is not known.
    let key = match &found_index {
        Some(index) => index.as_ref().map(|index| &index.key),
        None => found_table.as_ref().map(|table| &table.key),
    };
    let variables = Variables { known: named.variables, anyone: is_open };
    let read_keys = keys.and_then(|member| grant_keys::read(reader, member, key, index, &variables));
    let routes = routes.and_then(|member| grant_routes::read(reader, member, all_routes));
    if let Some(routes) = &routes {
        routes.check_actions(reader, index, keys, read_keys.as_ref());
    }
    let params = match params.filter(|_| !is_open) {
        Some(member) => grant_routes::read_params(reader, member, routes.as_ref(), named.variables),
        None => Some(Vec::new()),
    };
    let must_own = match must_own.filter(|_| !is_open) {
        Some(member) => grant_keys::read_must_own(reader, member, &variables),
        None => Some(Vec::new()),
    };
    let attributes = attributes.map(|member| {
        let members =
            reader.members(member, |reader, what, node| reader.attribute(what, node), |text| text)?;
        Some(members.into_iter().map(|(text, _)| text).collect())
    });
    let limit = limit.map(|member| reader.whole(member, 1..=u32::MAX));
    let session =
        session.map(|member| reader.word(member, &[("whole-partition", SessionStatement::WholePartition)]));
    Some(Grant {
        name: name?,
        opens: opens?,
        table: found_table?,
        index: match found_index {
            Some(index) => Some(index?),
            None => None,
        },
        routes: routes?.into_routes(),
        params: params?,
        keys: read_keys?,
        must_own: must_own?,
        attributes: attributes.flatten(),
        limit: limit.flatten(),
        session: session.flatten().unwrap_or(SessionStatement::Exact),
        span,
    })
}

fn read_name(reader: &mut Reader<'_>, member: &Member, names: &mut HashMap<String, Span>) -> Option<String> {
    let name = reader.any_text("`name`", &member.value)?;
    let at = member.value.span;
    if !reader.check_name("a grant", &name, 128, at) {
        return None;
    }
    if let Some(&first) = names.get(&*name) {
        let fault = Fault::new(at, format!("two grants have the name `{name}`"));
        reader.error(fault.related(first, "the other is here"));
        return None;
    }
    names.insert(name.to_string(), at);
    Some(name.to_string())
}

/// An index of the table; none where it has none of this name, or where the table is not known.
fn read_index(reader: &mut Reader<'_>, member: &Member, table: Option<&Table>) -> Option<Arc<Index>> {
    let name = reader.text("`index`", &member.value)?;
    let table = table?;
    let found = table.indexes.iter().find(|index| index.name == *name);
    if found.is_none() {
        let message = format!("the table `{}` has no index `{}`", table.name, reader.shown(&name));
        let fault = Fault::new(member.value.span, message);
        let known = table.indexes.iter().map(|index| index.name.as_str());
        reader.error(reader.suggesting(fault.related(table.span, "the table is here"), &name, known, None));
    }
    found.cloned()
}

/// Claims and what they must be.
fn read_when(reader: &mut Reader<'_>, member: &Member) -> Option<Vec<(String, Vec<Comparand>)>> {
    let mapping = reader.mapping("`when`", &member.value)?;
    let mut claims = Vec::new();
    for claim in &mapping.members {
        let what = format!("the claim `{}`", reader.shown(&claim.key));
        if reader.refuses_hole(&claim.key, claim.key_span) {
            continue;
        }
        if claim.key.is_empty() || claim.key.len() > MAX_CLAIM || claim.key.chars().any(char::is_control) {
            let message = format!("a claim's name must be 1 to {MAX_CLAIM} bytes without control characters");
            reader.error(Fault::new(claim.key_span, message));
        }
        let nodes = match &claim.value.value {
            Value::List(_) => reader.list(&what, &claim.value).unwrap_or_default(),
            _ => std::slice::from_ref(&claim.value),
        };
        let mut comparands: Vec<Comparand> = Vec::new();
        let mut places: HashMap<Comparand, Span> = HashMap::new();
        for node in nodes {
            let Some(comparand) = read_comparand(reader, &what, &claim.key, node) else { continue };
            if let Some(&first) = places.get(&comparand) {
                let message = format!("{what} is compared with the same value twice");
                reader.error(Fault::new(node.span, message).related(first, "first here"));
                continue;
            }
            places.insert(comparand.clone(), node.span);
            comparands.push(comparand);
        }
        claims.push((claim.key.to_string(), comparands));
    }
    Some(claims)
}

fn read_comparand(reader: &mut Reader<'_>, what: &str, claim: &str, node: &Node) -> Option<Comparand> {
    match &node.value {
        Value::Text(text) if !text.is_empty() => {
            if reader.refuses_hole(text, node.span) {
                return None;
            }
            if claim == "scope" && text.contains(|c: char| c.is_whitespace()) {
                let message = "the claim `scope` is compared word by word, and no word holds a blank";
                let words: Vec<String> = text.split_whitespace().map(|word| reader.shown(word)).collect();
                let help = format!("for any of these, write `[{}]`", words.join(", "));
                reader.error(Fault::new(node.span, message).help(help));
                return None;
            }
            Some(Comparand::Text(text.to_string()))
        }
        Value::Boolean(value) => Some(Comparand::Boolean(*value)),
        Value::Whole(number) => Some(Comparand::Whole(*number)),
        Value::Fraction(number) => Some(Comparand::of(*number)),
        _ => reader.wrong(what, "compared with a text, a number or a boolean, or a list of such", node),
    }
}
