//! Findings for programs: one JSON object, its form fixed by `version`. Absent values are null, never left out.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Map, Value};

use super::{Base, http};
use crate::finding::{Finding, Fingerprint, Fix, NUMERIC_CONTEXT, Proof, ProofRequest, Run};
use crate::source::{HostSpan, SourceFile};

/// The version of the form. It changes when a member changes its meaning or goes away, not when one is added.
pub const VERSION: u32 = 1;

/// Writes a run as one line of JSON.
pub fn write(out: &mut dyn Write, run: &Run, base: &Base) -> io::Result<()> {
    let prints = Fingerprint::of_all(&run.findings);
    let findings = run.findings.iter().zip(prints);
    let report = Report {
        version: VERSION,
        files: run.files,
        integrations: run.integrations,
        suppressed: run.suppressed.len(),
        turned_off: run.turned_off,
        baselined: run.baselined,
        unchanged: run.unchanged.len(),
        files_left_out: run.files_left_out,
        undecided: run.undecided,
        findings: findings.map(|(finding, print)| JsonFinding::of(finding, print, base)).collect(),
    };
    serde_json::to_writer(&mut *out, &report)?;
    writeln!(out)
}

#[derive(Serialize)]
struct Report<'a> {
    version: u32,
    files: usize,
    integrations: usize,
    suppressed: usize,
    turned_off: usize,
    baselined: usize,
    unchanged: usize,
    files_left_out: usize,
    undecided: usize,
    findings: Vec<JsonFinding<'a>>,
}

#[derive(Serialize)]
struct JsonFinding<'a> {
    lint: &'a str,
    severity: &'static str,
    confidence: &'static str,
    message: &'a str,
    help: Option<&'a str>,
    #[serde(flatten)]
    place: Place,
    /// Whether the place is exact; otherwise it is the whole scalar around it.
    exact: bool,
    route: Option<&'a str>,
    content_type: Option<&'a str>,
    action: Option<&'a str>,
    table: Option<&'a str>,
    fingerprint: String,
    related: Vec<JsonRelated<'a>>,
    /// What would mend it.
    fix: Option<JsonFix<'a>>,
    proof: Option<JsonProof<'a>>,
}

/// Lines and columns are 1-based, columns in code points; `start` and `end` are bytes from 0, half-open.
#[derive(Serialize)]
struct Place {
    file: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    start: usize,
    end: usize,
}

#[derive(Serialize)]
struct JsonRelated<'a> {
    message: &'a str,
    #[serde(flatten)]
    place: Place,
}

#[derive(Serialize)]
struct JsonFix<'a> {
    /// `safe`, or `unsafe` where legitimate clients may notice it.
    safety: &'static str,
    message: &'a str,
    /// In file order, without overlap; all of them or none.
    edits: Vec<JsonEdit<'a>>,
}

#[derive(Serialize)]
struct JsonEdit<'a> {
    #[serde(flatten)]
    place: Place,
    replacement: &'a str,
}

impl<'a> JsonFix<'a> {
    fn of(fix: &'a Fix, base: &Base) -> Self {
        let edits = fix.edits.iter().map(|edit| JsonEdit {
            place: Place::of(&edit.file, edit.span, base),
            replacement: &edit.replacement,
        });
        Self { safety: fix.safety.word(), message: &fix.message, edits: edits.collect() }
    }
}

/// A proof as every JSON format carries it.
#[derive(Serialize)]
pub(super) struct JsonProof<'a> {
    /// What the authorizer publishes of the caller, by name; null where the request needs no caller.
    caller: Option<Map<String, Value>>,
    /// The claims of the caller's token, where the proof is about what a caller may reach.
    claims: Option<&'a Map<String, Value>>,
    request: JsonRequest<'a>,
    rendered: Rendered<'a>,
    /// What the template writes into `$context`, by dotted path, where the proof is about that.
    overrides: Map<String, Value>,
    /// Byte ranges of `rendered.text`, half-open.
    injected: &'a [(usize, usize)],
    benign: Option<&'a str>,
    assumes: &'a [String],
    /// Whether the template makes a response, so that `request.body` is DynamoDB's answer.
    of_answer: bool,
    /// Values that the proof chose and that no part of an HTTP request holds, as templates write them.
    unsent: &'a [String],
    curl: Option<String>,
}

#[derive(Serialize)]
struct JsonRequest<'a> {
    method: &'a str,
    path: &'a str,
    query: Map<String, Value>,
    headers: Map<String, Value>,
    body: Option<&'a str>,
    context: Map<String, Value>,
    path_parameters: Map<String, Value>,
    stage_variables: Map<String, Value>,
    placeholders: Map<String, Value>,
}

#[derive(Serialize)]
struct Rendered<'a> {
    text: &'a str,
    /// The text read as JSON, the last of duplicate members winning; null where it is none.
    json: Option<Value>,
}

impl<'a> JsonFinding<'a> {
    fn of(finding: &'a Finding, fingerprint: Fingerprint, base: &Base) -> Self {
        Self {
            lint: finding.lint,
            severity: finding.severity.word(),
            confidence: finding.confidence.word(),
            message: &finding.message,
            help: finding.help.as_deref(),
            place: Place::of(&finding.file, finding.span, base),
            exact: finding.exact,
            route: finding.route.as_deref(),
            content_type: finding.content_type.as_deref(),
            action: finding.action.as_deref(),
            table: finding.table.as_deref(),
            fingerprint: fingerprint.to_string(),
            related: finding
                .related
                .iter()
                .map(|r| JsonRelated { message: &r.message, place: Place::of(&r.file, r.span, base) })
                .collect(),
            fix: finding.fix.as_ref().map(|fix| JsonFix::of(fix, base)),
            proof: finding.proof.as_ref().map(JsonProof::of),
        }
    }
}

impl Place {
    fn of(file: &SourceFile, span: HostSpan, base: &Base) -> Self {
        let (start, end) = (file.position(span.start), file.position(span.end));
        Self {
            file: base.shown(file.path()),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            start: span.start,
            end: span.end,
        }
    }
}

impl<'a> JsonProof<'a> {
    pub(super) fn of(proof: &'a Proof) -> Self {
        Self {
            caller: caller(&proof.request),
            claims: proof.claims.as_ref(),
            request: JsonRequest {
                method: &proof.request.method,
                path: &proof.request.path,
                query: object(members(&proof.request.query)),
                headers: object(members(&proof.request.headers)),
                body: proof.request.body.as_deref(),
                context: context(&proof.request),
                path_parameters: object(members(&proof.request.path_parameters)),
                stage_variables: object(members(&proof.request.stage_variables)),
                placeholders: object(members(&proof.request.placeholders)),
            },
            rendered: Rendered { text: &proof.rendered, json: serde_json::from_str(&proof.rendered).ok() },
            overrides: proof
                .overrides
                .iter()
                .map(|(path, value)| (path.clone(), value.clone().into()))
                .collect(),
            injected: &proof.injected,
            benign: proof.benign.as_deref(),
            assumes: &proof.assumes,
            of_answer: proof.of_answer,
            unsent: &proof.request.unsent,
            curl: http::curl(&proof.request).filter(|_| !proof.of_answer),
        }
    }
}

/// `$context` by dotted path; numbers as numbers, for templates compute with them.
fn context(request: &ProofRequest) -> Map<String, Value> {
    let mut context = object(members(&request.context));
    for name in NUMERIC_CONTEXT {
        if let Some(value) = context.get_mut(name)
            && let Some(number) = value.as_str().and_then(|text| text.parse::<i64>().ok())
        {
            *value = number.into();
        }
    }
    context
}

fn caller(request: &ProofRequest) -> Option<Map<String, Value>> {
    let published = members(&request.context);
    let caller =
        object(published.filter_map(|(name, value)| Some((name.strip_prefix("authorizer.")?, value))));
    (!caller.is_empty()).then_some(caller)
}

fn members(pairs: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
}

/// An object of texts; a name that comes more than once holds the list of its texts.
fn object<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Map<String, Value> {
    let mut object = Map::new();
    for (name, value) in pairs {
        match object.get_mut(name) {
            None => _ = object.insert(name.to_owned(), value.into()),
            Some(Value::Array(values)) => values.push(value.into()),
            Some(first) => *first = Value::Array(vec![first.take(), value.into()]),
        }
    }
    object
}
