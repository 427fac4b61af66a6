//! `keybound explain`.

use std::io;

use super::{Engine, ExplainArguments, Status, Streams, markdown};
use crate::finding::LintInfo;
use crate::report::visible;

/// How alike a name must be to one that exists for the one to be suggested for the other (Jaro-Winkler, 0 to 1).
const ALIKE: f64 = 0.8;

/// Writes the page of one lint, or a list of all. Into a file or pipe the page goes as the Markdown that it is.
pub(super) fn run(
    engine: &dyn Engine,
    arguments: &ExplainArguments,
    streams: &mut Streams<'_>,
) -> io::Result<Status> {
    let lints = engine.lints();
    let Some(name) = &arguments.lint else {
        list(lints, streams)?;
        return Ok(Status::Clean);
    };
    match lints.iter().find(|lint| lint.name == name) {
        Some(lint) if streams.out_is_terminal => {
            markdown::write(streams.out, lint.page, &streams.out_screen)?
        }
        Some(lint) => writeln!(streams.out, "{}", lint.page.trim_end())?,
        None => {
            let meant = alike(name, lints);
            let hint = match meant {
                Some(lint) => format!("did you mean `{}`", lint.name),
                None => "`keybound explain` lists them".to_owned(),
            };
            _ = writeln!(streams.err, "error: there is no lint `{}`; {hint}", visible::line(name));
            return Ok(Status::Failed);
        }
    }
    Ok(Status::Clean)
}

fn list(lints: &[LintInfo], streams: &mut Streams<'_>) -> io::Result<()> {
    let screen = streams.out_screen;
    let name_width = lints.iter().map(|lint| lint.name.len()).max().unwrap_or(0);
    for lint in lints {
        let (heading, severity) = (screen.heading(), screen.severity(lint.severity));
        let word = lint.severity.word();
        let lead = name_width + "  warning  ".len();
        let summary = screen.wrap(lint.summary, lead);
        writeln!(
            streams.out,
            "{heading}{:name_width$}{heading:#}  {severity}{word:7}{severity:#}  {summary}",
            lint.name
        )?;
    }
    Ok(())
}

fn alike<'a>(name: &str, lints: &'a [LintInfo]) -> Option<&'a LintInfo> {
    let score = |lint: &LintInfo| strsim::jaro_winkler(name, lint.name);
    let best = lints.iter().max_by(|a, b| score(a).total_cmp(&score(b)))?;
    (score(best) >= ALIKE).then_some(best)
}
