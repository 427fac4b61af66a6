//! The section `tables`.

use std::collections::HashMap;
use std::sync::Arc;

use crate::document::{Fault, Member, Node, Span, Value, quoted};

use super::Reader;
use super::fields::Fields;
use super::names::Names;
use crate::rules::table::{Index, Key, Table};

/// Characters of a table's or an index's name: the `DynamoDB` API reference, `CreateTable`.
const NAME: std::ops::RangeInclusive<usize> = 3..=255;
const MAX_ATTRIBUTE: usize = 255;
const MAX_REF: usize = 512;

/// Name, region and account, and where a table of these is.
type Places = HashMap<(String, Option<String>, Option<String>), Span>;

pub(super) fn read(reader: &mut Reader<'_>, section: Option<&Member>) -> Names<Table> {
    let mut physical: Places = HashMap::new();
    let mut refs: HashMap<String, Span> = HashMap::new();
    Names::read(reader, section, |reader, entry| {
        let table = read_table(reader, entry, &mut physical)?;
        for name in &table.refs {
            if let Some(first) = refs.insert(name.clone(), entry.key_span) {
                let message = format!("two tables have `{}` among their `refs`", reader.shown(name));
                reader.error(Fault::new(entry.key_span, message).related(first, "the other is here"));
            }
        }
        Some(table)
    })
}

/// A table; none where its key or its indexes are at fault, for these are what grants depend on.
fn read_table(reader: &mut Reader<'_>, entry: &Member, physical: &mut Places) -> Option<Table> {
    let named = reader.check_name("a table", &entry.key, *NAME.end(), entry.key_span);
    let mut fields = Fields::of_entry(reader, "a table", entry)?;
    let name = fields.take("name");
    let refs = fields.take("refs");
    let key = fields.require("key");
    let indexes = fields.take("indexes");
    let region = fields.take("region");
    let account = fields.take("account");
    fields.finish(reader);

    let physical_name = match name {
        Some(member) => {
            let text = reader.deployed_text("`name`", &member.value);
            text.filter(|text| check_dynamodb_name(reader, "`name`", text, member.value.span))
        }
        None => Some(entry.key.to_string()).filter(|text| {
            named && check_dynamodb_name(reader, "a table without `name`", text, entry.key_span)
        }),
    };
    let refs = refs.and_then(|member| reader.lines(member, MAX_REF)).unwrap_or_default();
    let key = key.and_then(|member| read_key(reader, "`key`", &member.value, None));
    let indexes = match indexes {
        Some(member) => read_indexes(reader, member),
        None => Some(Vec::new()),
    };
    let region_read = region.map(|member| read_region(reader, member));
    let account_read = account.map(|member| read_account(reader, member));
    let sound = !matches!(region_read, Some(None)) && !matches!(account_read, Some(None));
    let (region, account) = (region_read.flatten(), account_read.flatten());
    if let Some(name) = physical_name.as_ref().filter(|_| sound) {
        let at = (name.clone(), region.clone(), account.clone());
        if let Some(first) = physical.insert(at, entry.key_span) {
            let message =
                format!("`{}` is the same table in DynamoDB as another entry", reader.shown(&entry.key));
            let fault = Fault::new(entry.key_span, message).related(first, "the other is here");
            reader.error(fault.help("keep one, with both names under `refs`"));
        }
    }
    Some(Table {
        name: entry.key.to_string(),
        physical: physical_name.unwrap_or_default(),
        refs,
        key: key?,
        indexes: indexes?,
        region,
        account,
        span: entry.key_span,
    })
}

fn check_dynamodb_name(reader: &mut Reader<'_>, what: &str, name: &str, at: Span) -> bool {
    let fits =
        NAME.contains(&name.len()) && name.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c));
    if !fits {
        let message =
            format!("{what} must be {} to {} letters, digits, `-`, `_` and `.`", NAME.start(), NAME.end());
        reader.error(Fault::new(at, message).help("DynamoDB knows no other names"));
    }
    fits
}

/// `{ partition: PK, sort: SK }`, missing members reported at the entry it belongs to or at itself.
fn read_key(reader: &mut Reader<'_>, what: &'static str, node: &Node, entry: Option<&Member>) -> Option<Key> {
    let mut fields = match entry {
        Some(entry) => Fields::of_entry(reader, what, entry)?,
        None => Fields::open(reader, what, node)?,
    };
    let partition = fields.require("partition");
    let sort = fields.take("sort");
    let whole = !fields.may_lack();
    fields.finish(reader);
    let partition_name = partition.and_then(|member| reader.attribute("`partition`", &member.value));
    let sort_name = sort.map(|member| reader.attribute("`sort`", &member.value));
    if let (Some(one), Some(Some(other)), Some(sort)) = (&partition_name, &sort_name, sort)
        && one == other
    {
        let message = format!("`{}` is the partition key and the sort key", reader.shown(one));
        reader.error(Fault::new(sort.value.span, message));
        return None;
    }
    let sort = match sort_name {
        Some(name) => Some(name?),
        None => None,
    };
    Some(Key { partition: partition_name?, sort }).filter(|_| whole)
}

fn read_indexes(reader: &mut Reader<'_>, member: &Member) -> Option<Vec<Arc<Index>>> {
    let mapping = reader.mapping("`indexes`", &member.value)?;
    let mut indexes = Vec::new();
    let mut sound = mapping.whole;
    for entry in &mapping.members {
        let named = !reader.refuses_hole(&entry.key, entry.key_span)
            && check_dynamodb_name(reader, "an index's name", &entry.key, entry.key_span);
        let key = read_key(reader, "an index", &entry.value, Some(entry));
        match key.filter(|_| named) {
            Some(key) => {
                indexes.push(Arc::new(Index { name: entry.key.to_string(), key, span: entry.key_span }));
            }
            None => sound = false,
        }
    }
    sound.then_some(indexes)
}

/// `eu-west-1`, `us-gov-west-1`, `eusc-de-east-1`.
fn read_region(reader: &mut Reader<'_>, member: &Member) -> Option<String> {
    let text = reader.text("`region`", &member.value)?;
    let parts: Vec<&str> = text.split('-').collect();
    let fits = match parts.split_last() {
        Some((number, words)) => {
            let word =
                |word: &&str| (2..=12).contains(&word.len()) && word.chars().all(|c| c.is_ascii_lowercase());
            let numbered = matches!(number.len(), 1 | 2) && number.chars().all(|c| c.is_ascii_digit());
            numbered && (2..=3).contains(&words.len()) && words.iter().all(word)
        }
        None => false,
    };
    if !fits {
        let message = format!("`{}` is no region", reader.shown(&text));
        reader.error(Fault::new(member.value.span, message).help("write one such as `eu-west-1`"));
    }
    fits.then(|| text.to_string())
}

fn read_account(reader: &mut Reader<'_>, member: &Member) -> Option<String> {
    let is_account = |text: &str| text.len() == 12 && text.chars().all(|c| c.is_ascii_digit());
    let node = &member.value;
    match &node.value {
        Value::Faulty => None,
        Value::Text(text) if is_account(text) => Some(text.to_string()),
        Value::Text(text) if reader.refuses_hole(text, node.span) => None,
        _ => {
            let written = reader.written(node.span).to_owned();
            let found = reader.found(node);
            let fault = Fault::new(node.span, format!("`account` must be 12 digits as text, found {found}"));
            reader.error(if is_account(&written) {
                fault.help(format!("write {}: without quotes it is a number", quoted(&written)))
            } else {
                fault
            });
            None
        }
    }
}

impl Reader<'_> {
    /// The name of an attribute.
    pub(super) fn attribute(&mut self, what: &str, node: &Node) -> Option<String> {
        let text = self.text(what, node)?;
        self.check_attribute(&text, node.span).then(|| text.to_string())
    }

    /// Whether a text can be the name of an attribute. IAM compares these names, and reads `${` as more than itself.
    pub(super) fn check_attribute(&mut self, name: &str, at: Span) -> bool {
        if self.refuses_hole(name, at) {
            return false;
        }
        let fits = (1..=MAX_ATTRIBUTE).contains(&name.chars().count())
            && !name.contains("${")
            && !name.chars().any(char::is_control);
        if !fits {
            let message = match name {
                "" => "an attribute's name must not be empty".to_owned(),
                _ => format!("`{}` is no attribute's name", self.shown(name)),
            };
            let help = format!("write 1 to {MAX_ATTRIBUTE} characters, no controls and no `${{`");
            self.error(Fault::new(at, message).help(help));
        }
        fits
    }
}
