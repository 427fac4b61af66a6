//! Names of tables: those that the rules take, and those that a draft gives.

use std::collections::{BTreeMap, BTreeSet};

use super::TableId;

/// The most characters of a name that a draft makes up.
const MAX_MADE: usize = 60;

/// Whether DynamoDB takes a name for a table or an index.
pub(super) fn is_physical(name: &str) -> bool {
    (3..=255).contains(&name.len()) && name.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
}

/// Whether rules take a text for what a definition calls a table or an authorizer.
pub(in super::super) fn is_ref(text: &str) -> bool {
    (1..=512).contains(&text.len()) && !text.chars().any(char::is_control) && !text.contains("${env:")
}

/// Whether rules take a name for an attribute.
pub(in super::super) fn is_attribute(name: &str) -> bool {
    (1..=255).contains(&name.chars().count()) && !name.chars().any(char::is_control) && !name.contains("${")
}

/// What is known of a table's name.
pub(super) struct Known<'a> {
    /// What it is known by.
    pub(super) id: &'a TableId,
    /// Whether requests name it as DynamoDB does.
    pub(super) is_plain: bool,
    /// What definitions call it.
    pub(super) called: &'a [String],
}

/// The names that the rules give tables. No two are alike, and none is what another table is called.
pub(super) fn names(tables: &[Known<'_>]) -> Vec<String> {
    let mut owners: BTreeMap<&str, usize> = BTreeMap::new();
    for (owner, table) in tables.iter().enumerate() {
        let physical = match table.id {
            TableId::Physical(name) => Some(name.as_str()),
            TableId::Written(_) => None,
        };
        for name in physical.into_iter().chain(table.called.iter().map(String::as_str)) {
            owners.entry(name).or_insert(owner);
        }
    }
    let mut given: BTreeSet<String> = BTreeSet::new();
    let made = tables.iter().enumerate().map(|(own, table)| {
        let wished = match (table.called.first(), table.id) {
            (_, TableId::Physical(name)) if table.is_plain && starts_well(name) => name.clone(),
            (Some(name), _) | (None, TableId::Written(name) | TableId::Physical(name)) => made(name),
        };
        let is_free = |name: &String| {
            !given.contains(name) && owners.get(name.as_str()).is_none_or(|owner| *owner == own)
        };
        let numbered = (2_usize..).map(|number| format!("{wished}-{number}"));
        let name = std::iter::once(wished.clone()).chain(numbered).find(is_free).unwrap_or(wished);
        given.insert(name.clone());
        name
    });
    made.collect()
}

/// Whether a name may begin so in rules; DynamoDB takes others too.
fn starts_well(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphanumeric())
}

/// A name of letters, digits and signs from what a definition calls a table: `aws_dynamodb_table.orders` is `orders`,
/// `LinksTable` is `Links`.
fn made(called: &str) -> String {
    let last = called.rsplit(['.', '/', ':']).find(|part| part.chars().any(|c| c.is_ascii_alphanumeric()));
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
    let parts: Vec<&str> = last.unwrap_or("").split(|c| !plain(c)).filter(|part| !part.is_empty()).collect();
    let name: String = parts.join("-").replace("--", "-").chars().take(MAX_MADE).collect();
    let name = without_hash(name.trim_matches(['-', '_']));
    let short = ["Table", "_table", "-table"].iter().find_map(|end| name.strip_suffix(end));
    let name = short.filter(|short| short.len() >= 3).unwrap_or(name);
    match name.len() {
        0 => "Table".to_owned(),
        1 | 2 => format!("Table-{name}"),
        _ => name.to_owned(),
    }
}

/// A logical id without the hash that CDK puts at its end.
fn without_hash(name: &str) -> &str {
    const HASH: usize = 8;
    let Some((rest, hash)) = name.len().checked_sub(HASH).and_then(|at| name.split_at_checked(at)) else {
        return name;
    };
    // Eight digits are a date.
    let is_hash = hash.chars().all(|c| matches!(c, '0'..='9' | 'A'..='F'))
        && hash.contains(|c: char| c.is_ascii_digit())
        && hash.contains(|c: char| c.is_ascii_uppercase());
    let is_whole = rest.len() >= 3 && rest.ends_with(|c: char| c.is_ascii_alphabetic());
    if is_hash && is_whole { rest } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_from_what_definitions_call_tables() {
        for (called, name) in [
            ("LinksTable", "Links"),
            ("Table", "Table"),
            ("aws_dynamodb_table.orders", "orders"),
            ("stageVariables.tableName", "tableName"),
            ("orders-${Stage}", "orders-Stage"),
            ("T", "Table-T"),
            ("OrdersTable315BB997", "Orders"),
            ("Orders20240101", "Orders20240101"),
            ("", "Table"),
            ("é", "Table"),
            ("\"\n", "Table"),
            ("self:custom.orders_table", "orders"),
        ] {
            assert_eq!(made(called), name, "{called}");
        }
        assert_eq!(made(&"x".repeat(300)).len(), MAX_MADE);
    }

    #[test]
    fn no_name_is_another_tables() {
        let called = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let names_of = |tables: &[(&TableId, Vec<String>)]| {
            let known = tables.iter().map(|(id, called)| Known { id, is_plain: true, called });
            names(&known.collect::<Vec<_>>())
        };
        let written = |name: &str| TableId::Written(name.to_owned());
        let (links, plain) = (written("LinksTable"), TableId::Physical("Links".to_owned()));
        let links = (&links, called(&["LinksTable"]));
        let plain = (&plain, called(&[]));
        assert_eq!(names_of(&[links.clone(), plain.clone()]), ["Links-2", "Links"]);
        assert_eq!(names_of(&[plain, links.clone()]), ["Links", "Links-2"]);
        assert_eq!(names_of(&[(&written("Links"), called(&["Links"]))]), ["Links"]);
        assert_eq!(names_of(&[(&written("x.Links"), called(&["x.Links"])), links]), ["Links", "Links-2"]);
        let odd = TableId::Physical("-odd".to_owned());
        assert_eq!(names_of(&[(&odd, called(&[]))]), ["odd"]);
        // What is called plainly has that name, whatever stands for it elsewhere.
        let orders = TableId::Physical("orders".to_owned());
        assert_eq!(names_of(&[(&orders, called(&["Table"]))]), ["orders"]);
    }
}
