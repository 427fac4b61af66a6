//! `keybound lint`.

use std::io;
use std::sync::Arc;

use super::fix::Fixing;
use super::status::{self, Bar};
use super::{Engine, Format, LintArguments, Status, Streams, baseline, given, show_config};
use crate::changes::Changes;
use crate::finding::{ErrorPlace, LintInfo, Run, RunError};
use crate::report::{concise, github, gitlab, json, junit, sarif, summary, text::Text};

/// Checks the paths and reports: findings on standard output, everything else on standard error.
pub(super) fn run(
    engine: &dyn Engine,
    arguments: &LintArguments,
    streams: &mut Streams<'_>,
) -> io::Result<Status> {
    if let Some(file) = &arguments.show_config {
        return show_config::run(engine, file, arguments, streams);
    }
    let mut settings = arguments.settings();
    let mut paths = arguments.paths.clone();
    if let Some(name) = &arguments.stdin_filename {
        if let Err(error) = given::read(name, &mut settings, streams) {
            return Ok(status::fail(streams, &[error]));
        }
        paths = vec![name.clone()];
    }
    if let Some(reference) = &arguments.changed_since {
        match Changes::since(reference, &paths) {
            Ok(changes) => settings.changes = Some(Arc::new(changes)),
            Err(error) => return Ok(status::fail(streams, &[error])),
        }
    }
    let fails_for = Bar { level: arguments.fail_on.into(), strict: arguments.strict };
    let bar = streams.bar(arguments.quiet || arguments.hook);
    let mut run = engine.lint(&paths, &settings, &bar);
    drop(bar);
    run.sort();
    if let Some(allowed) = arguments.fixes.allowed() {
        let shown = |mut run: Run| {
            _ = baseline::apply(arguments, &mut run);
            run
        };
        let of = Fixing { engine, paths: &paths, settings: &settings, allowed, shown: &shown };
        let mut fixed = of.fixed(run.clone());
        if arguments.fixes.dry_run {
            let status = Status::of(&shown(run), fails_for);
            return fixed.only_shown(status, arguments.quiet, streams);
        }
        fixed.write_files(&of);
        if !arguments.quiet {
            fixed.write_summary(false, streams)?;
        }
        run = fixed.run;
    }
    let of_baseline = baseline::apply(arguments, &mut run);
    if run.integrations == 0 && arguments.require_integrations {
        run.errors.push(RunError { place: ErrorPlace::Run, message: FOUND_NONE.to_owned(), help: None });
    }
    let status = Status::of(&run, fails_for);
    match findings(&run, engine.lints(), arguments.format, fails_for, streams)
        .and_then(|()| streams.out.flush())
    {
        // Whoever read the findings has seen enough; the status still says what there was.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        written => written?,
    }
    // Where standard error cannot be written, only the status is left to tell.
    _ = everything_else(&run, &of_baseline, arguments, streams);
    Ok(status)
}

/// Said of a run without anything to judge.
const FOUND_NONE: &str = "no integration with DynamoDB was found";

fn findings(
    run: &Run,
    lints: &[LintInfo],
    format: Format,
    fails_for: Bar,
    streams: &mut Streams<'_>,
) -> io::Result<()> {
    match format {
        Format::Text => Text::new(&streams.base, streams.out_screen).write(streams.out, &run.findings),
        Format::Concise => concise::write(streams.out, &run.findings, &streams.base),
        Format::Json => json::write(streams.out, run, &streams.base),
        Format::Sarif => sarif::write(streams.out, run, lints, &streams.base),
        Format::Github => github::write(streams.out, &run.findings, &streams.base),
        Format::Gitlab => gitlab::write(streams.out, &run.findings, &streams.base),
        Format::Junit => {
            junit::write(streams.out, run, &|finding| fails_for.is_met_by(finding), &streams.base)
        }
    }
}

fn everything_else(
    run: &Run,
    of_baseline: &baseline::Told,
    arguments: &LintArguments,
    streams: &mut Streams<'_>,
) -> io::Result<()> {
    let text = Text::new(&streams.base, streams.err_screen);
    for error in &run.errors {
        text.error(streams.err, error)?;
    }
    // A hook hands over all that was changed, and most of that is none of ours.
    let quiet = arguments.quiet || (arguments.hook && run.findings.is_empty());
    if run.integrations == 0 && !quiet && run.errors.is_empty() {
        writeln!(streams.err, "note: {FOUND_NONE}")?;
    }
    if !quiet {
        of_baseline.write(streams)?;
    }
    if !quiet && arguments.format.is_for_people() {
        writeln!(streams.err, "{}", summary::line(run))?;
    }
    Ok(())
}
