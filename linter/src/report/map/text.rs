//! The map for terminals: a route, and below it a block for each of its callers and operations.

use std::io::{self, Write};
use std::path::Path;

use anstyle::{AnsiColor, Style};

use super::flow;
use super::phrase::{self, Phrase, Tone};
use crate::finding::{Access, RouteVerdict, Verdict};
use crate::report::{Base, Screen, visible};

/// Columns of the names of a block's fields, with what is between them and the fields.
const LABEL: usize = 12;

/// Draws maps on a screen.
pub struct Text<'a> {
    base: &'a Base,
    screen: Screen,
}

impl<'a> Text<'a> {
    /// For paths relative to `base`.
    pub fn new(base: &'a Base, screen: Screen) -> Self {
        Self { base, screen }
    }

    /// Writes routes, an empty line between each two.
    pub fn write(&self, out: &mut dyn Write, routes: &[RouteVerdict]) -> io::Result<()> {
        routes.iter().enumerate().try_for_each(|(nth, route)| {
            if nth > 0 {
                writeln!(out)?;
            }
            self.route(out, route)
        })
    }

    fn route(&self, out: &mut dyn Write, route: &RouteVerdict) -> io::Result<()> {
        let name = visible::line(route.name());
        let (bold, verdict) = (self.screen.heading(), self.verdict(route.verdict));
        let head =
            [(bold, name), (Style::new(), ": ".to_owned()), (verdict, route.verdict.word().to_owned())];
        self.lines(out, "", "", &head)?;
        let place = self.place(route.file.path(), route.file.position(route.span.start).line);
        let authorization = visible::line(&route.authorization);
        self.quiet(out, &format!("{place} ({authorization})"))?;
        for broken in &route.broken_by {
            let (dim, lint) = (self.screen.dim(), self.verdict(Verdict::Broken));
            let place = format!(" at {}", self.place(&broken.file, broken.line));
            let parts = [(dim, "broken by ".to_owned()), (lint, visible::line(broken.lint)), (dim, place)];
            self.lines(out, "", "  ", &parts)?;
        }
        for gap in phrase::gaps(route) {
            let (what, place) = (visible::line(&gap.what), self.place(&gap.file, gap.line));
            self.quiet(out, &format!("not proved at {place}: {what}"))?;
        }
        for setting in &route.rests_on {
            let (words, place) = (visible::line(&setting.words()), self.place(&setting.file, setting.line));
            self.quiet(out, &format!("{words}, {place}"))?;
        }
        if let Some(verbs) = phrase::closed_verbs(route) {
            self.quiet(out, &verbs)?;
        }
        if route.accesses.is_empty() {
            self.bar(out, &[(Style::new(), phrase::without_operations(route).to_owned())])?;
        }
        route.accesses.iter().enumerate().try_for_each(|(nth, access)| {
            if nth > 0 {
                writeln!(out, "{}", self.edge().trim_end())?;
            }
            self.access(out, route, access)
        })
    }

    fn access(&self, out: &mut dyn Write, route: &RouteVerdict, access: &Access) -> io::Result<()> {
        let quiet = self.screen.dim();
        let mut head = vec![
            (self.screen.heading(), visible::line(&access.callers)),
            (quiet, ": ".to_owned()),
            (Style::new(), visible::line(&access.operation)),
        ];
        if let Some(table) = phrase::table(access) {
            head.push((Style::new(), " ".to_owned()));
            head.extend(self.styled(&table));
        }
        if access.verdict != route.verdict {
            head.push((quiet, " (this operation is ".to_owned()));
            head.push((self.verdict(access.verdict), access.verdict.word().to_owned()));
            head.push((quiet, ")".to_owned()));
        }
        self.bar(out, &head)?;
        let lone = |text: &str| vec![Phrase::of(Tone::Plain, text)];
        if !access.verbs.is_empty() {
            self.field(out, "verbs", &lone(&access.verbs.join(", ")))?;
        }
        if let Some(types) = phrase::content_types(access) {
            self.field(out, "content", &[types])?;
        }
        if let Some(when) = &access.when {
            self.field(out, "callers", &lone(when))?;
        }
        self.field(out, "key", &phrase::key(access))?;
        self.field(out, "attributes", &[phrase::attributes(access)])?;
        if let Some(limit) = &access.limit {
            self.field(out, "limit", &lone(limit))?;
        }
        self.field(out, phrase::because_label(access.verdict), &phrase::because(access))
    }

    fn field(&self, out: &mut dyn Write, label: &str, phrases: &[Phrase]) -> io::Result<()> {
        let (edge, lead) = (self.edge(), self.screen.lead());
        let then = format!("{edge}  {:LABEL$}", "");
        let first = format!("{edge}  {lead}{label:LABEL$}{lead:#}");
        phrases.iter().enumerate().try_for_each(|(nth, phrase)| {
            self.lines(out, if nth == 0 { &first } else { &then }, &then, &self.styled(phrase))
        })
    }

    /// Lines of a block.
    fn bar(&self, out: &mut dyn Write, parts: &[(Style, String)]) -> io::Result<()> {
        let edge = self.edge();
        self.lines(out, &edge, &format!("{edge}  "), parts)
    }

    fn quiet(&self, out: &mut dyn Write, text: &str) -> io::Result<()> {
        self.lines(out, "", "  ", &[(self.screen.dim(), text.to_owned())])
    }

    /// Sets parts into lines, the first behind `first`, the others behind `then`.
    fn lines(
        &self,
        out: &mut dyn Write,
        first: &str,
        then: &str,
        parts: &[(Style, String)],
    ) -> io::Result<()> {
        let taken = textwrap::core::display_width(then);
        let set = flow::lines(parts, self.screen.width().saturating_sub(taken).max(LABEL));
        set.iter()
            .enumerate()
            .try_for_each(|(nth, line)| writeln!(out, "{}{line}", if nth == 0 { first } else { then }))
    }

    fn styled(&self, phrase: &Phrase) -> Vec<(Style, String)> {
        let styled = phrase.0.iter().map(|(tone, text)| (self.tone(*tone), visible::line(text)));
        styled.collect()
    }

    fn tone(&self, tone: Tone) -> Style {
        match tone {
            Tone::Plain => Style::new(),
            Tone::Caller => self.screen.style(AnsiColor::Green.on_default()),
            Tone::Client => self.screen.style(AnsiColor::Yellow.on_default()),
            Tone::Service | Tone::Quiet => self.screen.dim(),
        }
    }

    fn verdict(&self, verdict: Verdict) -> Style {
        self.screen.style(match verdict {
            Verdict::Proved => AnsiColor::Green.on_default().bold(),
            Verdict::Broken => AnsiColor::Red.on_default().bold(),
            Verdict::Undecided => AnsiColor::Yellow.on_default().bold(),
            Verdict::Closed | Verdict::Unjudged => AnsiColor::Cyan.on_default().bold(),
        })
    }

    /// What stands at the left of a block.
    fn edge(&self) -> String {
        let dim = self.screen.dim();
        if self.screen.unicode { format!("{dim}│{dim:#} ") } else { "  ".to_owned() }
    }

    fn place(&self, file: &Path, line: usize) -> String {
        format!("{}:{line}", visible::line(&self.base.shown(file)))
    }
}
