//! Additions to a template: to its text, and to the file that holds it.

use keybound_vtl::TemplateText;

use crate::api::MappingTemplate;
use crate::finding::Edit;
use crate::source::HostSpan;

use super::host;

/// Text that is added to a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateEdit {
    /// The byte of the template's text before which it stands.
    at: usize,
    /// Whether it belongs to what stands behind it, and not to what stands before: they may lie in different lines or
    /// scalars of the file.
    before: bool,
    text: String,
}

impl TemplateEdit {
    /// Text right before what begins at an offset.
    pub fn before(at: usize, text: impl Into<String>) -> Self {
        Self { at, before: true, text: text.into() }
    }

    /// Text right behind what ends at an offset.
    pub fn behind(at: usize, text: impl Into<String>) -> Self {
        Self { at, before: false, text: text.into() }
    }
}

/// A template with these additions, which stand in order; none where one stands at no character.
pub fn edited(template: &TemplateText, edits: &[TemplateEdit]) -> Option<TemplateText> {
    let text = template.text();
    let mut out = TemplateText::default();
    let mut at = 0;
    let mut placeholders = template.placeholders().iter().peekable();
    let mut push_until = |out: &mut TemplateText, at: &mut usize, end: usize| -> Option<()> {
        while let Some(placeholder) = placeholders.next_if(|next| next.at.to_usize() < end) {
            let start = placeholder.at.to_usize();
            out.push_text(text.get(*at..start)?);
            out.push_placeholder(placeholder.name.clone());
            *at = start + keybound_vtl::template::PLACEHOLDER_CHAR.len_utf8();
        }
        out.push_text(text.get(*at..end)?);
        *at = end;
        Some(())
    };
    for edit in edits {
        push_until(&mut out, &mut at, edit.at)?;
        out.push_text(&edit.text);
    }
    push_until(&mut out, &mut at, text.len())?;
    Some(out)
}

/// The same additions to the file; none where a place is not exact.
pub fn in_file(template: &MappingTemplate, edits: &[TemplateEdit]) -> Option<Vec<Edit>> {
    let host = &template.host;
    let map = host.map.as_ref()?;
    let mut found = Vec::new();
    for edit in edits {
        let at = if edit.before { map.before(edit.at) } else { map.behind(edit.at) }?;
        let file = std::sync::Arc::clone(&host.file);
        found.push(Edit {
            file,
            span: HostSpan::new(at, at),
            replacement: host::encoded(host, at, &edit.text)?,
        });
    }
    // Pieces of one text may stand in another order in the file.
    found.is_sorted_by_key(|edit| edit.span.start).then_some(found)
}
