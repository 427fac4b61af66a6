//! `keybound render`.

use std::io::{self, BufRead};
use std::path::Path;
use std::sync::Arc;

use keybound_vtl::eval::{Request, render};
use keybound_vtl::parse::parse;
use keybound_vtl::{Span, TemplateText};
use serde_json::{Value as Json, json};

use super::{Case, RenderArguments, Status, Streams, input};
use crate::finding::{ErrorPlace, RunError};
use crate::report::text::Text;
use crate::source::{HostSpan, SourceFile};

/// Bytes of one line of cases.
const MAX_LINE: usize = 32 << 20;

/// Renders one template, or a stream of cases.
pub(super) fn run(arguments: &RenderArguments, streams: &mut Streams<'_>) -> io::Result<Status> {
    let Some(template) = &arguments.template else { return cases(streams) };
    match one(template, arguments.request.as_deref(), streams.input) {
        Ok(rendered) => {
            write!(streams.out, "{rendered}")?;
            // On a terminal the prompt must not stand in the last line; elsewhere every byte is as rendered.
            if streams.out_is_terminal && !rendered.ends_with('\n') {
                writeln!(streams.out)?;
            }
            Ok(Status::Clean)
        }
        Err(errors) => {
            let text = Text::new(&streams.base, streams.err_screen);
            // Where standard error cannot be written, only the status is left to tell.
            _ = errors.iter().try_for_each(|error| text.error(streams.err, error));
            Ok(Status::Failed)
        }
    }
}

/// Where rendering stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// The case is none.
    Case,
    /// The template does not parse.
    Parse,
    /// The template fails for this request.
    Render,
}

impl Phase {
    fn word(self) -> &'static str {
        match self {
            Phase::Case => "case",
            Phase::Parse => "parse",
            Phase::Render => "render",
        }
    }
}

fn rendered(template: &TemplateText, request: &Request) -> Result<String, (Phase, Vec<(Span, String)>)> {
    let (tree, errors) = parse(template);
    if !errors.is_empty() {
        let errors = errors.iter().map(|error| (error.span, error.to_string())).collect();
        return Err((Phase::Parse, errors));
    }
    match render(template, &tree, request) {
        Ok(rendered) => Ok(rendered.text.as_str().to_owned()),
        Err(error) => Err((Phase::Render, vec![(error.span, error.to_string())])),
    }
}

fn one(template: &Path, request: Option<&Path>, stdin: &mut dyn BufRead) -> Result<String, Vec<RunError>> {
    let read = |path: &Path, stdin: &mut dyn BufRead| input::read(path, stdin).map_err(|error| vec![error]);
    let text = read(template, stdin)?;
    let request = match request {
        None => Request::default(),
        Some(path) => {
            let at_path = |message| vec![input::failure(path, message)];
            let json = read(path, stdin)?;
            let json: Json =
                serde_json::from_str(&json).map_err(|error| at_path(format!("this is no JSON: {error}")))?;
            Case::read_request(&json).map_err(at_path)?
        }
    };
    let file = Arc::new(SourceFile::new(template, text.clone()));
    rendered(&TemplateText::plain(text), &request).map_err(|(_, errors)| {
        let place = |span: Span| {
            let span = HostSpan::new(span.start().to_usize(), span.end().to_usize());
            ErrorPlace::Span(Arc::clone(&file), span)
        };
        let errors = errors.into_iter();
        errors.map(|(span, message)| RunError { place: place(span), message, help: None }).collect()
    })
}

/// Answers each line of standard input with one line.
fn cases(streams: &mut Streams<'_>) -> io::Result<Status> {
    let mut status = Status::Clean;
    let mut input = io::BufReader::with_capacity(64 << 10, &mut *streams.input);
    let mut line = Vec::new();
    while let Some(fits) = next_line(&mut input, &mut line)? {
        if fits && line.trim_ascii().is_empty() {
            continue;
        }
        let case =
            if fits { read_case(&line) } else { Err((Json::Null, format!("line is over {MAX_LINE} bytes"))) };
        let answer = match case {
            Ok((id, template, request)) => match rendered(&template, &request) {
                Ok(out) => json!({"id": id, "out": out}),
                Err((phase, errors)) => failure(&id, phase, errors),
            },
            Err((id, why)) => {
                status = Status::Failed;
                failure(&id, Phase::Case, vec![(Span::default(), why)])
            }
        };
        serde_json::to_writer(&mut *streams.out, &answer)?;
        writeln!(streams.out)?;
        // Whoever sends one case and waits must get the answer; whoever sends many at once must not pay for that.
        if !input.buffer().contains(&b'\n') {
            streams.out.flush()?;
        }
    }
    Ok(status)
}

fn read_case(line: &[u8]) -> Result<(Json, TemplateText, Request), (Json, String)> {
    let json: Json =
        serde_json::from_slice(line).map_err(|error| (Json::Null, format!("this is no JSON: {error}")))?;
    let id = json.get("id").cloned().unwrap_or_default();
    let case = Case::read(&json).map_err(|why| (id.clone(), why))?;
    let template = case.template.ok_or_else(|| (id, "`template` is missing".to_owned()))?;
    Ok((case.id, TemplateText::plain(template), case.request))
}

fn failure(id: &Json, phase: Phase, errors: Vec<(Span, String)>) -> Json {
    let messages: Vec<String> = errors.into_iter().map(|(_, message)| message).collect();
    json!({"id": id, "error": messages.join("; "), "phase": phase.word()})
}

/// Reads a line without its end; none at the end of the input. A line over the limit is read past, not kept: then the
/// answer is false.
fn next_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Option<bool>> {
    line.clear();
    let mut fits = true;
    let mut any = false;
    loop {
        let buffer = match input.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            filled => filled?,
        };
        if buffer.is_empty() {
            return Ok(any.then_some(fits));
        }
        any = true;
        let end = buffer.iter().position(|&byte| byte == b'\n');
        let piece = buffer.get(..end.unwrap_or(buffer.len())).unwrap_or(buffer);
        fits &= line.len() + piece.len() <= MAX_LINE;
        if fits {
            line.extend_from_slice(piece);
        }
        let used = piece.len() + usize::from(end.is_some());
        input.consume(used);
        if end.is_some() {
            return Ok(Some(fits));
        }
    }
}
