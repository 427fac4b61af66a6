//! Which table of the rules a request means.

use std::sync::Arc;

use keybound_shared::Table;
use keybound_vtl::TemplateText;

use crate::access_rules;
use crate::api::deploy_text::as_written;
use crate::api::deployed::Deployed;
use crate::render::value::Piece;
use crate::render::{Control, Term, Terms};

/// The attributes of a resource that name its table: CloudFormation's, Terraform's.
const NAMING: [&str; 5] = [".Arn", ".TableName", ".arn", ".name", ".id"];

/// The tables of the rules, as a definition calls them.
#[derive(Clone, Copy, Debug)]
pub struct Tables<'r> {
    tables: &'r [Arc<Table>],
    deployed: &'r Deployed,
}

impl<'r> Tables<'r> {
    /// The tables of rules for a definition.
    pub fn new(tables: &'r [Arc<Table>], deployed: &'r Deployed) -> Self {
        Self { tables, deployed }
    }

    /// The table that a text of a request names; none where a client has a say, or it is none of the rules'.
    pub fn named(&self, pieces: &[Piece], terms: &Terms) -> Option<&'r Arc<Table>> {
        self.of(&text_of(pieces, terms)?)
    }

    /// The table that a name or ARN means.
    pub fn of(&self, text: &TemplateText) -> Option<&'r Arc<Table>> {
        let written = as_written(text);
        let only = match text.placeholders() {
            [one] if text.text().chars().count() == 1 => Some(one.name.as_str()),
            _ => None,
        };
        let called = |name: &str| {
            let bare = bare(name);
            self.tables.iter().find(|table| {
                table.name == bare || table.refs.iter().any(|known| known == bare || known == name)
            })
        };
        let as_ref = only.and_then(called);
        as_ref
            .or_else(|| self.tables.iter().find(|table| table.refs.contains(&written)))
            .or_else(|| self.physical(text))
    }

    /// The table whose name in DynamoDB a text is.
    fn physical(&self, text: &TemplateText) -> Option<&'r Arc<Table>> {
        let mut parts = self.deployed.known_parts(text);
        // An ARN ends with the name, and the account and region before it may be the deployment's.
        if parts.first().is_some_and(|first| first.starts_with("arn:")) || parts.len() > 1 {
            let at = parts.iter().position(|part| part.contains(":table/"));
            if let Some(at) = at
                && let Some((_, name)) = parts.get(at).and_then(|part| part.split_once(":table/"))
            {
                let name = name.to_owned();
                parts.drain(..at);
                if let Some(first) = parts.first_mut() {
                    *first = name;
                }
            }
        }
        self.tables.iter().find(|table| {
            let known = access_rules::known_parts(&table.physical);
            match parts.as_slice() {
                // The deployment decides all of it: that could be any table.
                [before, after] if before.is_empty() && after.is_empty() => false,
                [name] if known.len() > 1 => fits(&known, name),
                parts => parts.len() == known.len() && parts.iter().zip(&known).all(|(a, b)| a == b),
            }
        })
    }

    /// The table whose physical name, as it is shown to people, this is.
    pub fn of_shown(&self, name: &str) -> Option<&'r Arc<Table>> {
        let name = name.rsplit_once(":table/").map_or(name, |(_, name)| name);
        self.tables.iter().find(|table| table.physical == name)
    }
}

/// Whether a name has these parts in order, something between each two of them.
fn fits(known: &[&str], name: &str) -> bool {
    let Some((first, others)) = known.split_first() else { return false };
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let Some((last, middle)) = others.split_last() else { return rest.is_empty() };
    for part in middle {
        let Some(at) = rest
            .char_indices()
            .skip(1)
            .map(|(at, _)| at)
            .find(|at| rest.get(*at..).is_some_and(|tail| tail.starts_with(part)))
        else {
            return false;
        };
        rest = rest.get(at + part.len()..).unwrap_or("");
    }
    rest.len() > last.len() && rest.ends_with(last)
}

/// A text of a request as the definition has it; none where a client has a say.
pub fn text_of(pieces: &[Piece], terms: &Terms) -> Option<TemplateText> {
    let mut text = TemplateText::default();
    for piece in pieces {
        match piece {
            Piece::Literal(known) => text.push_text(known),
            Piece::Hole(id) => match terms.get(*id) {
                Term::Deployment(name) => _ = text.push_placeholder(name.clone()),
                Term::StageVariable(_) if terms.control(*id) == Control::Client => return None,
                Term::StageVariable(name) => _ = text.push_placeholder(format!("stageVariables.{name}")),
                _ => return None,
            },
            Piece::Choice(_) => return None,
        }
    }
    Some(text)
}

/// What a placeholder calls a resource, without the attribute that names it.
pub fn bare(name: &str) -> &str {
    if name.starts_with("stageVariables.") {
        return name;
    }
    NAMING.iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use keybound_shared::Rules;

    fn rules() -> Rules {
        let text = r#"
version: 1
issuers: { main: { issuer: "https://t.example.com/", audience: [a] } }
tables:
  Orders: { name: "orders-${env:STAGE}", refs: [OrdersTable, aws_dynamodb_table.orders], key: { partition: PK } }
  Plain: { key: { partition: id } }
  Fixed: { name: fixed-name, key: { partition: id } }
grants:
  - { name: g, table: Plain, routes: { "GET /x": [GetItem] }, keys: any }
"#;
        Rules::load(text, &|name| Some(format!("unsetenv{}unsetenv", name.to_lowercase()))).unwrap().rules
    }

    fn text(notation: &str) -> TemplateText {
        let mut text = TemplateText::default();
        let mut rest = notation;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, tail) = after.split_once('}').unwrap();
            text.push_text(before);
            text.push_placeholder(name);
            rest = tail;
        }
        text.push_text(rest);
        text
    }

    #[test]
    fn what_names_a_table_is_no_part_of_its_resource() {
        assert_eq!(bare("OrdersTable.TableName"), "OrdersTable");
        assert_eq!(bare("aws_dynamodb_table.orders.name"), "aws_dynamodb_table.orders");
        assert_eq!(bare("stageVariables.TableName"), "stageVariables.TableName");
    }

    #[test]
    fn tables_by_what_definitions_call_them() {
        let rules = rules();
        let mut deployed = Deployed::default();
        deployed.insert("OtherId", text("fixed-name"));
        deployed.insert("StageTable", text("orders-${Stage}"));
        let tables = Tables::new(&rules.written().tables, &deployed);
        let named = |notation: &str| tables.of(&text(notation)).map(|table| table.name.clone());
        for (notation, table) in [
            ("${OrdersTable}", Some("Orders")),
            ("${OrdersTable.Arn}", Some("Orders")),
            ("${aws_dynamodb_table.orders.name}", Some("Orders")),
            ("orders-prod", Some("Orders")),
            ("orders-${Stage}", Some("Orders")),
            ("${StageTable}", Some("Orders")),
            ("orders-", None),
            ("arn:aws:dynamodb:eu-west-1:123456789012:table/orders-prod", Some("Orders")),
            ("arn:aws:dynamodb:${Region}:${Account}:table/fixed-name", Some("Fixed")),
            ("${OtherId}", Some("Fixed")),
            ("Plain", Some("Plain")),
            ("${Plain}", Some("Plain")),
            ("Fixed", None),
            ("Plain2", None),
            ("${Unknown}", None),
            ("${A}${B}", None),
        ] {
            assert_eq!(named(notation).as_deref(), table, "{notation}");
        }
    }
}
