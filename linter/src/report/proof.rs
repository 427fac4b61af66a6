//! A proof for people: the HTTP request above the DynamoDB request that it becomes.

use std::io::{self, Write};

use super::marked::{self, MarkedLine};
use super::{Screen, http, pretty};
use crate::finding::{Finding, Proof, ProofRequest};

/// Columns before the lines of a request.
const INDENT: usize = 6;

/// Writes a finding's proof.
pub fn write(out: &mut dyn Write, finding: &Finding, proof: &Proof, screen: &Screen) -> io::Result<()> {
    let lead = screen.lead();
    if proof.of_answer {
        // Without an action the template may be of another service.
        let whose = if finding.action.is_some() { " of DynamoDB" } else { "" };
        writeln!(out, "  {lead}proof:{lead:#} this answer{whose}, with what a client once stored")?;
        marked::write(out, &body_lines(&proof.request, screen), INDENT, screen)?;
    } else if proof.request.method == ProofRequest::MESSAGE {
        writeln!(out, "  {lead}proof:{lead:#} this message over a WebSocket connection")?;
        marked::write(out, &body_lines(&proof.request, screen), INDENT, screen)?;
    } else {
        writeln!(out, "  {lead}proof:{lead:#} this HTTP request")?;
        marked::write(out, &request_lines(&proof.request, screen), INDENT, screen)?;
    }
    if let Some(claims) = &proof.claims {
        writeln!(out, "  of a caller whose token holds these claims")?;
        let text = serde_json::to_string(claims).unwrap_or_default();
        let width = screen.width().saturating_sub(INDENT);
        marked::write(out, &pretty::lines(&text, &[], width).unwrap_or_default(), INDENT, screen)?;
    }
    let values = decoded_values(&proof.request);
    if !values.is_empty() {
        writeln!(out, "  in which the template sees")?;
        marked::write(out, &values, INDENT, screen)?;
    }
    let width = screen.width().saturating_sub(INDENT);
    let json = pretty::lines(&proof.rendered, &proof.injected, width);
    let is_blank = proof.rendered.trim().is_empty() && !proof.overrides.is_empty();
    let what = match (&json, &finding.action) {
        (_, _) if is_blank && proof.of_answer => "becomes a response without a body".to_owned(),
        (_, _) if proof.of_answer => "becomes this response".to_owned(),
        (Some(_), Some(action)) => format!("becomes this {action} request to DynamoDB"),
        (Some(_), None) => "becomes this request".to_owned(),
        (None, _) => "becomes this text, which is not JSON".to_owned(),
    };
    let marks = if proof.injected.is_empty() { "" } else { " (^ marks what the client put there)" };
    writeln!(out, "  {}", screen.wrap(&format!("{what}{marks}"), 2))?;
    let lines = json.unwrap_or_else(|| trimmed(marked::lines(&proof.rendered, &proof.injected)));
    marked::write(out, &lines, INDENT, screen)?;
    if !proof.overrides.is_empty() {
        writeln!(out, "  and sets")?;
        let lines = proof.overrides.iter().map(|(path, value)| plain(&format!("$context.{path} = {value}")));
        marked::write(out, &lines.collect::<Vec<_>>(), INDENT, screen)?;
    }
    for assumption in &proof.assumes {
        let text = super::visible::line(assumption);
        writeln!(out, "  {lead}assumes:{lead:#} {}", screen.wrap(&text, "  assumes: ".len()))?;
    }
    let unsent: Vec<String> = proof.request.unsent.iter().map(|name| format!("`{name}`")).collect();
    if !unsent.is_empty() && !proof.of_answer && !proof.request.is_websocket() {
        let text = super::visible::line(&format!("not with curl, which cannot set {}", unsent.join(" and ")));
        writeln!(out, "  {lead}try:{lead:#} {}", screen.wrap(&text, "  try: ".len()))?;
    }
    let command = http::curl_words(&proof.request).filter(|_| !proof.of_answer);
    match command.and_then(|words| command_lines(&words, screen.width())) {
        Some(lines) => writeln!(out, "  {lead}try:{lead:#} {}", lines.join(" \\\n         ")),
        None => Ok(()),
    }
}

/// A command, in lines that a shell reads as one: broken between words. None where a word is wider than the screen, for
/// a terminal would break it, or holds what no screen shows as it is.
fn command_lines(words: &[String], width: usize) -> Option<Vec<String>> {
    const INDENT: usize = "         ".len();
    let mut lines: Vec<String> = Vec::new();
    for word in words {
        // What breaks a line has room behind it.
        let room = width.saturating_sub(INDENT + " \\".len());
        match lines.last_mut().filter(|line| line.chars().count() + 1 + word.chars().count() <= room) {
            Some(line) => *line = format!("{line} {word}"),
            None => lines.push(word.clone()),
        }
    }
    let fits = |line: &String| line.chars().count() + INDENT <= width;
    (lines.iter().all(fits) && words.iter().all(|word| *word == super::visible::line(word))).then_some(lines)
}

/// The request as it stands on the wire: first line, headers, an empty line, the body.
fn request_lines(request: &ProofRequest, screen: &Screen) -> Vec<MarkedLine> {
    let mut lines = vec![plain(&format!("{} {}", request.method, http::target(request)))];
    lines.extend(request.headers.iter().map(|(name, value)| plain(&format!("{name}: {value}"))));
    if request.body.is_some() {
        lines.push(MarkedLine::default());
        lines.extend(body_lines(request, screen));
    }
    lines
}

fn body_lines(request: &ProofRequest, screen: &Screen) -> Vec<MarkedLine> {
    let Some(body) = &request.body else { return Vec::new() };
    let width = screen.width().saturating_sub(INDENT);
    pretty::lines(body, &[], width).unwrap_or_else(|| marked::lines(body, &[]))
}

/// What is percent-encoded on the wire, or is no part of it, as the template sees it.
fn decoded_values(request: &ProofRequest) -> Vec<MarkedLine> {
    let encoded = |value: &str| !value.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b));
    let values = request.path_parameters.iter().chain(&request.query);
    let decoded = values.filter(|(_, value)| encoded(value)).map(|(name, value)| (name.clone(), value));
    let context = request.context.iter().map(|(name, value)| (format!("$context.{name}"), value));
    decoded.chain(context).map(|(name, value)| plain(&format!("{name} = {value}"))).collect()
}

fn plain(text: &str) -> MarkedLine {
    let mut line = MarkedLine::default();
    text.chars().for_each(|c| line.push(c, false));
    line
}

/// Without the blank lines that directives leave at both ends of a rendered text.
fn trimmed(mut lines: Vec<MarkedLine>) -> Vec<MarkedLine> {
    let is_blank = |line: &MarkedLine| line.text().trim().is_empty() && !line.is_marked();
    let first = lines.iter().position(|line| !is_blank(line)).unwrap_or(0);
    lines.drain(..first);
    while lines.last().is_some_and(is_blank) {
        lines.pop();
    }
    lines
}
