//! A `Limit` for reads that have none.

use crate::api::MappingTemplate;
use crate::finding::{Fix, Safety};
use crate::render::skeleton::{MemberName, Skeleton};

use super::TemplateEdit;
use super::template_edit::in_file;

/// Items a page: the pages that the consoles of DynamoDB's clients show hold as many, and a client that wants more asks
/// for the next.
const ITEMS: usize = 100;

/// Puts a `Limit` before the first member of every request that a template writes. Safe where the client can ask for the
/// next page; otherwise whoever reads more than a page's items gets fewer than before.
pub fn limit(template: &MappingTemplate, skeleton: &Skeleton, pages: bool) -> Option<Fix> {
    let text = template.text.text();
    let begins = |name: &&MemberName| {
        name.path.len() == 1
            && text.get(..name.at).is_some_and(|before| before.trim_end().ends_with('{'))
            && text.get(name.at..).is_some_and(|rest| rest.starts_with('"'))
    };
    let mut places: Vec<usize> = skeleton.names.iter().filter(begins).map(|name| name.at).collect();
    places.sort_unstable();
    places.dedup();
    if places.is_empty() {
        return None;
    }
    let edits = |on_a_line: bool| -> Option<Vec<TemplateEdit>> {
        let edit = |at: &usize| {
            let before = text.get(..*at)?;
            let (_, lead) =
                before.rsplit_once('\n').filter(|(_, lead)| lead.trim().is_empty() && on_a_line).unzip();
            let end = lead.map_or(" ".to_owned(), |lead| format!("\n{lead}"));
            Some(TemplateEdit::before(*at, format!("\"Limit\": {ITEMS},{end}")))
        };
        places.iter().map(edit).collect()
    };
    let edits = [true, false].into_iter().find_map(|on_a_line| in_file(template, &edits(on_a_line)?))?;
    let safety = if pages { Safety::Safe } else { Safety::Unsafe };
    Some(Fix { safety, message: format!("read {ITEMS} items a call"), edits })
}
