//! A row of the page's table: one access, or a route that has none.

use std::io::{self, Write};
use std::path::Path;

use super::element::{badge, coded, escaped, html, list, note, path};
use crate::finding::{Access, RouteVerdict};
use crate::report::Base;
use crate::report::map::phrase;

/// Columns of the table: the name, and the class of its cells.
pub(super) const COLUMNS: [(&str, &str); 9] = [
    ("Verdict", "verdict"),
    ("Route", "route"),
    ("Callers", "callers"),
    ("Operation", "operation"),
    ("Table", "table"),
    ("Key", "key"),
    ("Attributes", "attributes"),
    ("Limit", "limit"),
    ("Proved by, or why not", "because"),
];

/// A row on its way to its page.
pub(super) struct Row<'a> {
    /// The route.
    pub(super) route: &'a RouteVerdict,
    /// Its access; none where it has none.
    pub(super) access: Option<&'a Access>,
    /// What paths are relative to.
    pub(super) base: &'a Base,
}

impl Row<'_> {
    /// Writes the row.
    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let (route, access) = (self.route, self.access);
        let table = access.and_then(|access| access.table.as_deref()).unwrap_or_default();
        let callers = access.map(|access| access.callers.as_str()).unwrap_or_default();
        let (table, callers, verdict) = (escaped(table), escaped(callers), route.verdict.word());
        writeln!(out, "<tr data-table=\"{table}\" data-callers=\"{callers}\" data-verdict=\"{verdict}\">")?;
        cell(out, 0, &badge(route.verdict))?;
        self.route_cell(out)?;
        let Some(access) = access else {
            let (span, class) = (COLUMNS.len() - 3, "alone");
            writeln!(
                out,
                "<td class=\"{class}\" colspan=\"{span}\">{}</td>",
                phrase::without_operations(route)
            )?;
            cell(out, 8, &self.findings())?;
            return writeln!(out, "</tr>");
        };
        let when = access.when.as_ref().map(|when| note(&escaped(when))).unwrap_or_default();
        cell(out, 2, &format!("{callers}{when}"))?;
        let types = phrase::content_types(access).map(|types| note(&html(&types))).unwrap_or_default();
        cell(out, 3, &format!("{}{types}", escaped(&access.operation)))?;
        cell(out, 4, &phrase::table(access).map(|table| html(&table)).unwrap_or_default())?;
        cell(out, 5, &list(phrase::key(access).iter().map(html)))?;
        cell(out, 6, &html(&phrase::attributes(access)))?;
        cell(out, 7, &access.limit.as_deref().map(escaped).unwrap_or_default())?;
        let own = if access.verdict == route.verdict {
            String::new()
        } else {
            note(&format!("this operation alone is {}", access.verdict.word()))
        };
        let because = list(phrase::because(access).iter().map(html));
        cell(out, 8, &format!("{}{own}{because}", self.findings()))?;
        writeln!(out, "</tr>")
    }

    fn route_cell(&self, out: &mut dyn Write) -> io::Result<()> {
        let (route, access) = (self.route, self.access);
        let verbs = access.map(|access| access.verbs.join(", ")).filter(|verbs| !verbs.is_empty());
        let verbs = verbs.map(|verbs| note(&format!("by {verbs}"))).unwrap_or_default();
        let is_first = route
            .accesses
            .first()
            .is_none_or(|first| access.is_some_and(|access| std::ptr::eq(first, access)));
        let closed = phrase::closed_verbs(route).filter(|_| is_first);
        let closed = closed.map(|closed| note(&closed)).unwrap_or_default();
        let line = route.file.position(route.span.start).line;
        let place = note(&self.place(route.file.path(), line));
        let authorization = note(&escaped(&route.authorization));
        let name = path(&escaped(route.name()));
        let class = COLUMNS.get(1).map(|(_, class)| *class).unwrap_or_default();
        writeln!(
            out,
            "<th scope=\"row\" class=\"{class}\"><span class=\"name\">{name}</span>{verbs}{closed}{place}{authorization}</th>"
        )
    }

    /// What breaks a route, what keeps it from being proved beside its operations, and the settings that this rests on.
    fn findings(&self) -> String {
        let broken = self.route.broken_by.iter().map(|broken| {
            format!("<b>{}</b> at {}", escaped(broken.lint), self.place(&broken.file, broken.line))
        });
        let gaps = phrase::gaps(self.route)
            .map(|gap| format!("{} at {}", coded(&escaped(&gap.what)), self.place(&gap.file, gap.line)));
        let all: Vec<String> = broken.chain(gaps).collect();
        let settings = self.route.rests_on.iter().map(|setting| {
            let place = self.place(&setting.file, setting.line);
            note(&format!("{}, {place}", coded(&escaped(&setting.words()))))
        });
        let settings: String = settings.collect();
        if all.is_empty() {
            settings
        } else {
            format!("<div class=\"broken\">{}</div>{settings}", list(all.into_iter()))
        }
    }

    fn place(&self, file: &Path, line: usize) -> String {
        path(&escaped(&format!("{}:{line}", self.base.shown(file))))
    }
}

/// A cell of the nth column; where columns stand below each other, each names its own.
fn cell(out: &mut dyn Write, nth: usize, html: &str) -> io::Result<()> {
    let (name, class) = COLUMNS.get(nth).copied().unwrap_or_default();
    // Where there is nothing, there is no element either, so that the style can leave the cell out.
    let inside = if html.is_empty() { String::new() } else { format!("<div>{html}</div>") };
    writeln!(out, "<td class=\"{class}\" data-name=\"{name}\">{inside}</td>")
}
