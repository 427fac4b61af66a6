//! A grant of the draft as YAML.

use super::super::grants::GrantDraft;
use super::super::keys::{KeysDraft, Whose};
use super::super::page::Page;
use super::super::reached::Door;
use super::super::scalar::{list, mapping, quoted, scalar};
use super::super::tables::TableDraft;

/// Columns of a line that is not broken.
const WIDTH: usize = 110;

impl GrantDraft {
    /// Whether it is everyone's, verified or not.
    pub(super) fn is_for_anyone(&self) -> bool {
        matches!(self.door, Door::Anyone | Door::AnyoneWithKey)
    }

    /// Writes it as an element of `grants`.
    pub(super) fn write(&self, page: &mut Page, table: &TableDraft) {
        let about = format!("grant `{}`", self.name);
        if self.door == Door::Unknown {
            page.comment_to_do(2, &about, "check who may call: the definition leaves that to the deployment");
        }
        page.line(2, &format!("- name: {}", scalar(&self.name)));
        match self.door {
            Door::Anyone => page.line_to_do(4, "anyone: true", &about, "anyone may call this"),
            Door::AnyoneWithKey => {
                let what = "anyone with an API key may call this, and a key is no identity";
                page.line_to_do(4, "anyone: true", &about, what);
            }
            Door::Verified | Door::Unknown => {}
        }
        page.line(4, &format!("table: {}", scalar(&table.local)));
        if let Some(index) = &self.index {
            page.line(4, &format!("index: {}", scalar(index)));
        }
        self.write_routes(page);
        self.write_keys(page, &about);
        if !self.must_own.is_empty() {
            let owned = self.must_own.iter().map(|(name, pattern)| (name.as_str(), quoted(pattern)));
            page.line(4, &format!("must_own: {}", mapping(owned)));
        }
        if let Some(attributes) = &self.attributes {
            write_attributes(page, attributes);
        }
        if let Some(limit) = self.limit {
            page.line(4, &format!("limit: {limit}"));
        }
    }

    fn write_routes(&self, page: &mut Page) {
        let actions = |(route, actions): &(String, Vec<_>)| {
            let names = actions.iter().map(|action: &keybound_shared::Action| action.name());
            format!("{}: {}", quoted(route), list(names))
        };
        match self.routes.as_slice() {
            [only] => page.line(4, &format!("routes: {{ {} }}", actions(only))),
            several => {
                page.line(4, "routes:");
                several.iter().for_each(|route| page.line(6, &actions(route)));
            }
        }
    }

    fn write_keys(&self, page: &mut Page, about: &str) {
        if let Some(why) = &self.remark.widened {
            let what = format!("check: {why}. The pattern is wider than what the template builds.");
            page.comment_to_do(4, about, &what);
        }
        let keys = match &self.keys {
            KeysDraft::Any => "keys: any".to_owned(),
            KeysDraft::Within(patterns) => {
                let members = patterns.iter().map(|(name, pattern)| (name.as_str(), scalar(pattern)));
                format!("keys: {}", mapping(members))
            }
        };
        let reach = match &self.keys {
            KeysDraft::Any => "every item",
            KeysDraft::Within(_) => "every item with such a key",
        };
        let who = if self.is_for_anyone() { "Anyone" } else { "Any caller" };
        let mut to_do = Some("say whose the items are");
        match &self.remark.whose {
            Whose::Held => to_do = None,
            Whose::New => {
                page.comment(4, "Any key, as long as no item has it.");
                to_do = None;
            }
            Whose::Everyones => page.comment(4, "A scan reads every item, whoever asks."),
            Whose::Shared => page.comment(4, &format!("{who} reaches {reach}.")),
            Whose::Clients(what) => page.comment(4, &format!("{who} reaches {reach}: {what} decides which.")),
            Whose::Trusted(what) => {
                page.comment(
                    4,
                    &format!("No client decides the key, but no caller is in it either: it is {what}."),
                );
                to_do = Some("check whose the items are");
            }
            Whose::Unknown => {
                page.comment(4, &format!("What the key is could not be followed: this is {reach}."));
            }
        }
        match to_do {
            // What anyone may call, nobody's identity could bind.
            Some(what) if !self.is_for_anyone() => page.line_to_do(4, &keys, about, what),
            _ => page.line(4, &keys),
        }
    }
}

/// Writes a list of attributes, in as many lines as it takes.
fn write_attributes(page: &mut Page, attributes: &[String]) {
    let one = format!("attributes: {}", list(attributes.iter().map(String::as_str)));
    if one.chars().count() + 4 <= WIDTH {
        return page.line(4, &one);
    }
    page.line(4, "attributes:");
    attributes.iter().for_each(|name| page.line(6, &format!("- {}", scalar(name))));
}
