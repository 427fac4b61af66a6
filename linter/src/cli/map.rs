//! `keybound map`.

use std::io;

use super::{Engine, MapArguments, MapFormat, Status, Streams};
use crate::access_rules::RulesChoice;
use crate::analysis::Settings;
use crate::finding::{Run, Verdict};
use crate::keybound_file::FILE_NAME;
use crate::report::map::{html, json, summary, text};
use crate::report::text::Text;

/// Reads the paths and writes the map to standard output, everything else to standard error.
pub(super) fn run(
    engine: &dyn Engine,
    arguments: &MapArguments,
    streams: &mut Streams<'_>,
) -> io::Result<Status> {
    let settings = Settings {
        action: arguments.action.clone(),
        rules: arguments.rules.choice(),
        configuration: arguments.configuration.choice(),
        ..Settings::default()
    };
    let bar = streams.bar(arguments.quiet);
    let run = engine.lint(&arguments.paths, &settings, &bar);
    drop(bar);
    match write(&run, arguments.format, streams).and_then(|()| streams.out.flush()) {
        // Whoever read the map has seen enough; the status still says what there was.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        written => written?,
    }
    // Where standard error cannot be written, only the status is left to tell.
    _ = everything_else(&run, arguments, streams);
    Ok(Status::of_map(&run))
}

fn write(run: &Run, format: MapFormat, streams: &mut Streams<'_>) -> io::Result<()> {
    match format {
        MapFormat::Text => text::Text::new(&streams.base, streams.out_screen).write(streams.out, &run.routes),
        MapFormat::Json => json::write(streams.out, run, &streams.base),
        MapFormat::Html => html::write(streams.out, run, &streams.base),
    }
}

fn everything_else(run: &Run, arguments: &MapArguments, streams: &mut Streams<'_>) -> io::Result<()> {
    let text = Text::new(&streams.base, streams.err_screen);
    for error in &run.errors {
        text.error(streams.err, error)?;
    }
    if arguments.quiet {
        return Ok(());
    }
    if run.routes.is_empty() && run.errors.is_empty() {
        writeln!(streams.err, "note: no integration with DynamoDB was found")?;
    }
    if arguments.format != MapFormat::Text {
        // The map itself has no word for what is not in it.
        if run.files_left_out > 0 {
            writeln!(streams.err, "note: {}", summary(run))?;
        }
        return Ok(());
    }
    let unheld =
        |route: &crate::finding::RouteVerdict| route.verdict == Verdict::Unjudged && route.route.is_some();
    // Where rules could not be read, what is wrong with them was said.
    if run.errors.is_empty()
        && arguments.rules.choice() == RulesChoice::Nearest
        && run.routes.iter().any(unheld)
    {
        writeln!(
            streams.err,
            "note: for verdicts on the routes that are unjudged, say in a `{FILE_NAME}` beside the definition who may \
             reach what"
        )?;
    }
    writeln!(streams.err, "{}", summary(run))
}
