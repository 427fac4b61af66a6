//! The map as one page, for people who file it: nothing is fetched, and without its script it is the whole table.
//!
//! Every text goes through [`escaped`]. The page holds no time and no path but those that it was given, so that the same
//! input gives the same bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::Path;

use super::page;
use super::phrase::{self, Phrase, Tone};
use super::{summary, totals};
use crate::finding::{Access, ErrorPlace, RouteVerdict, Run, RunError, Verdict};
use crate::report::{Base, visible};

/// Columns of the table: the name, and the class of its cells.
const COLUMNS: [(&str, &str); 9] = [
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

/// Writes the page.
pub fn write(out: &mut dyn Write, run: &Run, base: &Base) -> io::Result<()> {
    let page = Page { run, base };
    page.head(out)?;
    writeln!(out, "<body>\n<header>\n<h1>Access map</h1>")?;
    page.introduction(out)?;
    page.errors(out)?;
    page.verdicts(out)?;
    page.sources(out)?;
    writeln!(out, "</header>\n<main>\n<h2 id=\"routes\">Routes</h2>")?;
    page.filters(out)?;
    page.table(out)?;
    writeln!(out, "</main>\n<script>{}</script>\n</body>\n</html>", page::SCRIPT)
}

/// A text as it may stand in an element or in an attribute's quotes.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in visible::line(text).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            character => out.push(character),
        }
    }
    out
}

/// A run on its way to its page.
struct Page<'a> {
    run: &'a Run,
    base: &'a Base,
}

impl Page<'_> {
    fn head(&self, out: &mut dyn Write) -> io::Result<()> {
        let title = escaped(&format!("Access map, {}", summary(self.run)));
        let policy = page::policy();
        write!(
            out,
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n\
             <title>{title}</title>\n<style>{}</style>\n</head>\n",
            page::STYLE
        )
    }

    fn introduction(&self, out: &mut dyn Write) -> io::Result<()> {
        let version = env!("CARGO_PKG_VERSION");
        writeln!(
            out,
            "<p>What callers can make API Gateway's mapping templates do in DynamoDB, as keybound {version} read it from \
             the files below. In keys <span class=\"caller\">{{tenant}}</span> is the caller's own value, \
             <span class=\"client\">&lt;parameter&gt;</span> is the client's choice, and \
             <span class=\"service\">&lt;$context…&gt;</span> or <span class=\"service\">${{Table}}</span> is AWS's or the \
             deployment's.</p>"
        )
    }

    /// What failed: a page that leaves something out says so.
    fn errors(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.run.errors.is_empty() {
            return Ok(());
        }
        writeln!(out, "<section class=\"errors\" aria-labelledby=\"errors\">")?;
        writeln!(out, "<h2 id=\"errors\">This map is not complete</h2>\n<ul>")?;
        for error in &self.run.errors {
            writeln!(out, "<li>{}</li>", escaped(&self.error(error)))?;
        }
        writeln!(out, "</ul>\n</section>")
    }

    fn error(&self, error: &RunError) -> String {
        match &error.place {
            ErrorPlace::Span(file, span) => {
                let line = file.position(span.start).line;
                format!("{}:{line}: {}", self.base.shown(file.path()), error.message)
            }
            ErrorPlace::Path(path) => format!("{}: {}", self.base.shown(path), error.message),
            ErrorPlace::Run => error.message.clone(),
        }
    }

    fn verdicts(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "<section aria-labelledby=\"verdicts\">\n<h2 id=\"verdicts\">Verdicts</h2>\n<ul class=\"totals\">")?;
        for (verdict, count) in totals(self.run) {
            let (badge, meaning) = (badge(verdict), verdict.meaning());
            writeln!(out, "<li><b>{count}</b> {badge} <span>{meaning}</span></li>")?;
        }
        writeln!(out, "</ul>\n</section>")
    }

    /// The files that were read, each with the rules that it is held against.
    fn sources(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut sources: BTreeMap<(String, Option<String>), usize> = BTreeMap::new();
        for route in &self.run.routes {
            let rules = route.rules.as_deref().map(|rules| self.base.shown(rules));
            *sources.entry((self.base.shown(route.file.path()), rules)).or_default() += 1;
        }
        writeln!(out, "<section aria-labelledby=\"read\">\n<h2 id=\"read\">Read</h2>")?;
        writeln!(
            out,
            "<table class=\"read\">\n<thead><tr><th scope=\"col\">File</th><th scope=\"col\">Routes</th>\
             <th scope=\"col\">Access rules</th></tr></thead>\n<tbody>"
        )?;
        for ((file, rules), routes) in sources {
            let rules = match rules {
                Some(rules) => format!("<code>{}</code>", path(&escaped(&rules))),
                None => "none".to_owned(),
            };
            let file = path(&escaped(&file));
            writeln!(
                out,
                "<tr><th scope=\"row\"><code>{file}</code></th><td>{routes}</td><td>{rules}</td></tr>"
            )?;
        }
        writeln!(out, "</tbody>\n</table>\n</section>")
    }

    /// The script shows them: without it they would do nothing.
    fn filters(&self, out: &mut dyn Write) -> io::Result<()> {
        let accesses = || self.run.routes.iter().flat_map(|route| &route.accesses);
        let tables: BTreeSet<&str> = accesses().filter_map(|access| access.table.as_deref()).collect();
        let callers: BTreeSet<&str> = accesses().map(|access| access.callers.as_str()).collect();
        let verdicts = totals(self.run).map(|(verdict, _)| verdict.word());
        writeln!(out, "<form class=\"filters\" role=\"search\" hidden>")?;
        choice(out, "Table", "table", tables.into_iter())?;
        choice(out, "Callers", "callers", callers.into_iter())?;
        choice(out, "Verdict", "verdict", verdicts)?;
        writeln!(
            out,
            "<label>Text <input type=\"search\" name=\"text\" autocomplete=\"off\"></label>\n\
             <button type=\"reset\">Show all</button>\n<output aria-live=\"polite\"></output>\n</form>"
        )
    }

    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "<table class=\"map\" aria-labelledby=\"routes\">\n<colgroup>")?;
        COLUMNS.iter().try_for_each(|(_, class)| writeln!(out, "<col class=\"{class}\">"))?;
        writeln!(out, "</colgroup>\n<thead>\n<tr>")?;
        for (name, class) in COLUMNS {
            writeln!(out, "<th scope=\"col\" class=\"{class}\">{name}</th>")?;
        }
        writeln!(out, "</tr>\n</thead>")?;
        for route in &self.run.routes {
            writeln!(out, "<tbody>")?;
            if route.accesses.is_empty() {
                self.row(out, route, None)?;
            }
            route.accesses.iter().try_for_each(|access| self.row(out, route, Some(access)))?;
            writeln!(out, "</tbody>")?;
        }
        writeln!(out, "</table>\n<p class=\"nothing\" hidden>No row is like this.</p>")
    }

    fn row(&self, out: &mut dyn Write, route: &RouteVerdict, access: Option<&Access>) -> io::Result<()> {
        let table = access.and_then(|access| access.table.as_deref()).unwrap_or_default();
        let callers = access.map(|access| access.callers.as_str()).unwrap_or_default();
        let (table, callers, verdict) = (escaped(table), escaped(callers), route.verdict.word());
        writeln!(out, "<tr data-table=\"{table}\" data-callers=\"{callers}\" data-verdict=\"{verdict}\">")?;
        cell(out, 0, &badge(route.verdict))?;
        self.route_cell(out, route, access)?;
        let Some(access) = access else {
            let (span, class) = (COLUMNS.len() - 3, "alone");
            writeln!(out, "<td class=\"{class}\" colspan=\"{span}\">{}</td>", phrase::without_operations(route))?;
            cell(out, 8, &self.findings(route))?;
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
        cell(out, 8, &format!("{}{own}{because}", self.findings(route)))?;
        writeln!(out, "</tr>")
    }

    fn route_cell(&self, out: &mut dyn Write, route: &RouteVerdict, access: Option<&Access>) -> io::Result<()> {
        let verbs = access.map(|access| access.verbs.join(", ")).filter(|verbs| !verbs.is_empty());
        let verbs = verbs.map(|verbs| note(&format!("by {verbs}"))).unwrap_or_default();
        let is_first = route.accesses.first().is_none_or(|first| access.is_some_and(|access| std::ptr::eq(first, access)));
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

    /// What breaks a route, and what keeps it from being proved beside its operations.
    fn findings(&self, route: &RouteVerdict) -> String {
        let broken = route.broken_by.iter().map(|broken| {
            format!("<b>{}</b> at {}", escaped(broken.lint), self.place(&broken.file, broken.line))
        });
        let gaps = phrase::gaps(route).map(|gap| {
            format!("{} at {}", coded(&escaped(&gap.what)), self.place(&gap.file, gap.line))
        });
        let all: Vec<String> = broken.chain(gaps).collect();
        if all.is_empty() { String::new() } else { format!("<div class=\"broken\">{}</div>", list(all.into_iter())) }
    }

    fn place(&self, file: &Path, line: usize) -> String {
        path(&escaped(&format!("{}:{line}", self.base.shown(file))))
    }
}

/// A verdict that does not rely on its colour.
fn badge(verdict: Verdict) -> String {
    let mark = match verdict {
        Verdict::Proved => "✓",
        Verdict::Broken => "✗",
        Verdict::Undecided => "?",
        Verdict::Closed => "–",
        Verdict::Unjudged => "○",
    };
    let word = verdict.word();
    format!("<span class=\"badge {word}\"><span aria-hidden=\"true\">{mark}</span> {word}</span>")
}

fn choice<'a>(
    out: &mut dyn Write,
    label: &str,
    name: &str,
    values: impl Iterator<Item = &'a str>,
) -> io::Result<()> {
    writeln!(out, "<label>{label} <select name=\"{name}\">\n<option value=\"\">all</option>")?;
    for value in values {
        let value = escaped(value);
        writeln!(out, "<option value=\"{value}\">{value}</option>")?;
    }
    writeln!(out, "</select></label>")
}

/// A cell of the nth column; where columns stand below each other, each names its own.
fn cell(out: &mut dyn Write, nth: usize, html: &str) -> io::Result<()> {
    let (name, class) = COLUMNS.get(nth).copied().unwrap_or_default();
    // Where there is nothing, there is no element either, so that the style can leave the cell out.
    let inside = if html.is_empty() { String::new() } else { format!("<div>{html}</div>") };
    writeln!(out, "<td class=\"{class}\" data-name=\"{name}\">{inside}</td>")
}

fn note(html: &str) -> String {
    format!("<small>{html}</small>")
}

fn list(items: impl Iterator<Item = String>) -> String {
    let items: Vec<String> = items.collect();
    match items.as_slice() {
        [] => String::new(),
        [one] => format!("<div>{one}</div>"),
        _ => format!("<ul><li>{}</li></ul>", items.join("</li><li>")),
    }
}

fn html(phrase: &Phrase) -> String {
    let parts = phrase.0.iter().map(|(tone, text)| {
        let text = escaped(text);
        match tone {
            Tone::Plain => coded(&text),
            Tone::Caller => format!("<span class=\"caller\">{text}</span>"),
            Tone::Client => format!("<span class=\"client\">{}</span>", dotted(&text)),
            Tone::Service => format!("<span class=\"service\">{}</span>", dotted(&text)),
            Tone::Quiet => format!("<span class=\"quiet\">{text}</span>"),
        }
    });
    parts.collect()
}

/// A text with what is between backticks as code.
fn coded(escaped: &str) -> String {
    let parts: Vec<&str> = escaped.split('`').collect();
    if parts.len() % 2 == 0 {
        return escaped.to_owned();
    }
    let coded = parts.iter().enumerate().map(|(nth, part)| {
        if nth % 2 == 0 { (*part).to_owned() } else { format!("<code>{}</code>", dotted(part)) }
    });
    coded.collect()
}

/// A path that may be broken before its slashes.
fn path(escaped: &str) -> String {
    escaped.replace('/', "<wbr>/")
}

/// Code that may be broken before its dots.
fn dotted(escaped: &str) -> String {
    escaped.replace('.', "<wbr>.")
}
