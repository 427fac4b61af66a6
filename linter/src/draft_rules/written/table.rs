//! A table of the draft as YAML.

use super::super::page::Page;
use super::super::scalar::{list, mapping, scalar};
use super::super::tables::{KeyDraft, Source, TableDraft};

impl TableDraft {
    /// Writes it as a member of `tables`.
    pub(super) fn write(&self, page: &mut Page) {
        let about = format!("table `{}`", self.local);
        page.line(2, &format!("{}:", scalar(&self.local)));
        match &self.physical {
            Some(name) if self.by_default => {
                let what = "check: its name in DynamoDB, where the deployment does not say otherwise";
                page.line_to_do(4, &format!("name: {}", scalar(name)), &about, what);
            }
            Some(name) if *name != self.local => page.line(4, &format!("name: {}", scalar(name))),
            Some(_) => {}
            None => page.comment_to_do(
                4,
                &about,
                "`name:`, its name in DynamoDB, which the definition does not show",
            ),
        }
        if !self.refs.is_empty() {
            page.line(4, &format!("refs: {}", list(self.refs.iter().map(String::as_str))));
        } else if self.physical.is_none() && self.shared.is_empty() {
            page.comment_to_do(4, &about, "what the definition calls it cannot stand in `refs`");
        }
        for name in &self.shared {
            let what =
                format!("{name} is what another definition calls another table: give each its own rules");
            page.comment_to_do(4, &about, &what);
        }
        write_key(page, 4, "key", &self.key, &about);
        if !self.indexes.is_empty() {
            page.line(4, "indexes:");
            for (name, key) in &self.indexes {
                let about = format!("index `{name}` of table `{}`", self.local);
                write_key(page, 6, &scalar(name), key, &about);
            }
        }
    }
}

fn write_key(page: &mut Page, indent: usize, name: &str, draft: &KeyDraft, about: &str) {
    let sort = draft.key.sort.as_ref().map(|sort| ("sort", scalar(sort)));
    let members = std::iter::once(("partition", scalar(&draft.key.partition))).chain(sort);
    let line = format!("{name}: {}", mapping(members));
    match draft.source {
        Source::Declared => page.line(indent, &line),
        Source::Inferred => page.line_to_do(indent, &line, about, "check: the key as requests show it"),
        Source::Unknown => page.line_to_do(indent, &line, about, "the key, which nothing shows"),
    }
}
