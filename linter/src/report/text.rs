//! Findings for people: each with the lines of the file that it is about, and its proof.

use std::fmt;
use std::io::{self, Write};

use keybound_shared::{Level, Problem};
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};
use unicode_width::UnicodeWidthStr;

use super::snippet::Snippet;
use super::{Base, Screen, proof, visible};
use crate::finding::{Confidence, ErrorPlace, Finding, RunError, Severity};
use crate::source::{HostSpan, SourceFile};

/// Draws findings on a screen.
pub struct Text<'a> {
    base: &'a Base,
    screen: Screen,
    handler: GraphicalReportHandler,
}

impl<'a> Text<'a> {
    /// For paths relative to `base`.
    pub fn new(base: &'a Base, screen: Screen) -> Self {
        let mut theme = if screen.unicode { GraphicalTheme::unicode() } else { GraphicalTheme::none() };
        theme.styles = if screen.colours { miette::ThemeStyles::ansi() } else { miette::ThemeStyles::none() };
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_width(screen.prose_width())
            .with_word_separator(textwrap::WordSeparator::AsciiSpace)
            .without_syntax_highlighting();
        Self { base, screen, handler }
    }

    /// Writes findings, an empty line after each.
    pub fn write(&self, out: &mut dyn Write, findings: &[Finding]) -> io::Result<()> {
        findings.iter().try_for_each(|finding| {
            self.finding(out, finding)?;
            writeln!(out)
        })
    }

    fn finding(&self, out: &mut dyn Write, finding: &Finding) -> io::Result<()> {
        let (severity, dim) = (self.screen.severity(finding.severity), self.screen.dim());
        let doubt = if finding.confidence == Confidence::Possible { " (possible)" } else { "" };
        let name = format!("{}[{}]", finding.severity.word(), finding.lint);
        write!(out, "{severity}{name}{severity:#}{doubt}")?;
        let bound = bound_to(finding);
        if name.len() + doubt.len() + 1 + bound.width() <= self.screen.width() {
            writeln!(out, " {dim}{bound}{dim:#}")?;
        } else {
            writeln!(out, "\n  {dim}{}{dim:#}", self.screen.wrap(&bound, 2))?;
        }
        let label = (!finding.exact).then_some("somewhere in here");
        self.place(out, finding.severity, &finding.message, &finding.file, finding.span, label)?;
        for related in &finding.related {
            self.place(out, Severity::Note, &related.message, &related.file, related.span, None)?;
        }
        if let Some(found) = &finding.proof {
            proof::write(out, finding, found, &self.screen)?;
        }
        self.help(out, finding.help.as_deref())
    }

    /// Writes a failure of the run as a finding is written, without what only findings have.
    pub fn error(&self, out: &mut dyn Write, error: &RunError) -> io::Result<()> {
        match &error.place {
            ErrorPlace::Span(file, span) => {
                self.place(out, Severity::Error, &error.message, file, *span, None)?;
            }
            ErrorPlace::Path(path) => {
                let path = visible::line(&self.base.shown(path));
                writeln!(out, "error: {path}: {}", visible::line(&error.message))?;
            }
            ErrorPlace::Run => writeln!(out, "error: {}", visible::line(&error.message))?,
        }
        self.help(out, error.help.as_deref())
    }

    /// Writes what is wrong with access rules as a finding is written.
    pub fn problem(&self, out: &mut dyn Write, file: &SourceFile, problem: &Problem) -> io::Result<()> {
        let severity = match problem.level {
            Level::Warning => Severity::Warning,
            Level::Error => Severity::Error,
        };
        let here = |span: keybound_shared::Span| HostSpan::new(span.start, span.end);
        self.place(out, severity, &problem.message, file, here(problem.span), None)?;
        if let Some((span, _, what)) = &problem.related {
            self.place(out, Severity::Note, what, file, here(*span), None)?;
        }
        self.help(out, problem.help.as_deref())
    }

    fn place(
        &self,
        out: &mut dyn Write,
        severity: Severity,
        message: &str,
        file: &SourceFile,
        span: HostSpan,
        label: Option<&str>,
    ) -> io::Result<()> {
        let snippet = Snippet::cut(file, span, self.base, &self.screen);
        let message = visible::line(message);
        let label = match (snippet.lines_left_out(), label) {
            (0, label) => label.map(str::to_owned),
            (more, Some(label)) => Some(format!("{label}, and in {more} more lines")),
            (more, None) => Some(format!("and {more} more lines")),
        };
        let drawing = Drawing { severity, message, label, snippet };
        let mut drawn = String::new();
        // Writing to a `String` fails only where a snippet gives no contents, which ours always does.
        _ = self.handler.render_report(&mut drawn, &drawing);
        out.write_all(drawn.as_bytes())
    }

    fn help(&self, out: &mut dyn Write, help: Option<&str>) -> io::Result<()> {
        let Some(help) = help else { return Ok(()) };
        let lead = self.screen.lead();
        let help = self.screen.wrap(&visible::line(help), "  help: ".len());
        writeln!(out, "  {lead}help:{lead:#} {help}")
    }
}

/// What a finding's template is bound to: the route, its content type, the action and the table.
fn bound_to(finding: &Finding) -> String {
    let mut parts: Vec<String> = Vec::new();
    parts.extend(finding.route.clone());
    parts.extend(finding.content_type.clone());
    parts.extend(match (&finding.action, &finding.table) {
        (Some(action), Some(table)) => Some(format!("{action} {table}")),
        (Some(one), None) | (None, Some(one)) => Some(one.clone()),
        (None, None) => None,
    });
    visible::line(&parts.join(", "))
}

/// One message with one place, as miette takes it.
#[derive(Debug)]
struct Drawing {
    severity: Severity,
    message: String,
    label: Option<String>,
    snippet: Snippet,
}

impl fmt::Display for Drawing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Drawing {}

impl Diagnostic for Drawing {
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        })
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.snippet)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = self.snippet.label();
        Some(Box::new(std::iter::once(LabeledSpan::new_primary_with_span(self.label.clone(), span))))
    }
}
