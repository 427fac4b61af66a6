//! `keybound lint`.

use std::io;

use super::fix::Fixed;
use super::{Engine, Format, LintArguments, Status, Streams};
use crate::finding::{LintInfo, Run};
use crate::report::{concise, github, gitlab, json, junit, sarif, summary, text::Text};

/// Checks the paths and reports: findings on standard output, everything else on standard error.
pub(super) fn run(
    engine: &dyn Engine,
    arguments: &LintArguments,
    streams: &mut Streams<'_>,
) -> io::Result<Status> {
    let settings = arguments.settings();
    let mut run = engine.lint(&arguments.paths, &settings);
    run.sort();
    if let Some(allowed) = arguments.fixes.allowed() {
        let mut fixed = Fixed::of(engine, &arguments.paths, &settings, run.clone(), allowed);
        if arguments.fixes.dry_run {
            let status = Status::of(&run, arguments.fail_on.into(), arguments.strict);
            return fixed.only_shown(status, arguments.quiet, streams);
        }
        fixed.write_files(engine, &arguments.paths, &settings);
        if !arguments.quiet {
            fixed.write_summary(false, streams)?;
        }
        run = fixed.run;
    }
    let found_none = run.integrations == 0;
    let mut status = Status::of(&run, arguments.fail_on.into(), arguments.strict);
    if found_none && arguments.require_integrations {
        status = Status::Failed;
    }
    match findings(&run, engine.lints(), arguments.format, streams).and_then(|()| streams.out.flush()) {
        // Whoever read the findings has seen enough; the status still says what there was.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        written => written?,
    }
    // Where standard error cannot be written, only the status is left to tell.
    _ = everything_else(&run, arguments, streams);
    Ok(status)
}

fn findings(run: &Run, lints: &[LintInfo], format: Format, streams: &mut Streams<'_>) -> io::Result<()> {
    match format {
        Format::Text => Text::new(&streams.base, streams.out_screen).write(streams.out, &run.findings),
        Format::Concise => concise::write(streams.out, &run.findings, &streams.base),
        Format::Json => json::write(streams.out, run, &streams.base),
        Format::Sarif => sarif::write(streams.out, run, lints, &streams.base),
        Format::Github => github::write(streams.out, &run.findings, &streams.base),
        Format::Gitlab => gitlab::write(streams.out, &run.findings, &streams.base),
        Format::Junit => junit::write(streams.out, run, &streams.base),
    }
}

fn everything_else(run: &Run, arguments: &LintArguments, streams: &mut Streams<'_>) -> io::Result<()> {
    let text = Text::new(&streams.base, streams.err_screen);
    for error in &run.errors {
        text.error(streams.err, error)?;
    }
    let (found_none, quiet) = (run.integrations == 0, arguments.quiet);
    if found_none && (arguments.require_integrations || (!quiet && run.errors.is_empty())) {
        let level = if arguments.require_integrations { "error" } else { "note" };
        writeln!(streams.err, "{level}: no integration with DynamoDB was found")?;
    }
    if !quiet && arguments.format.is_for_people() {
        writeln!(streams.err, "{}", summary::line(run))?;
    }
    Ok(())
}
