//! The map as one page, for people who file it: nothing is fetched, and without its script it is the whole table.
//!
//! Every text goes through [`element::escaped`]. The page holds no time and no path but those that it was given, so that the same
//! input gives the same bytes.

mod element;
mod row;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use super::{page, summary, totals};
use crate::finding::{ErrorPlace, Run, RunError};
use crate::report::Base;

use element::{badge, escaped, path};
use row::{COLUMNS, Row};

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
        writeln!(
            out,
            "<section aria-labelledby=\"verdicts\">\n<h2 id=\"verdicts\">Verdicts</h2>\n<ul class=\"totals\">"
        )?;
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
            let base = self.base;
            if route.accesses.is_empty() {
                Row { route, access: None, base }.write(out)?;
            }
            let accesses = route.accesses.iter().map(Some);
            accesses.into_iter().try_for_each(|access| Row { route, access, base }.write(out))?;
            writeln!(out, "</tbody>")?;
        }
        writeln!(out, "</table>\n<p class=\"nothing\" hidden>No row is like this.</p>")
    }
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
