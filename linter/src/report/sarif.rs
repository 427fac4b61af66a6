//! Findings as SARIF 2.1.0, for code scanning services and editors.

use std::io::{self, Write};

use serde::Serialize;

use super::json::JsonProof;
use super::{Base, http};
use crate::finding::{
    ErrorPlace, Finding, Fingerprint, Fix, LintInfo, Proof, Run, RunError, Safety, Severity,
};
use crate::source::{HostSpan, SourceFile};

/// The name of our fingerprints; its number changes with what goes into them.
const FINGERPRINT: &str = "keybound/v1";

/// Writes a run as one line of SARIF. Every lint is listed, so that its index stays when others find nothing.
pub fn write(out: &mut dyn Write, run: &Run, lints: &[LintInfo], base: &Base) -> io::Result<()> {
    // Suppressed ones come last, so that the others keep the fingerprints that they have in every format.
    let findings: Vec<Finding> = run.findings.iter().chain(&run.suppressed).cloned().collect();
    let prints = Fingerprint::of_all(&findings);
    let results = findings.iter().zip(prints).enumerate().map(|(nth, (finding, print))| {
        let result = SarifResult::of(finding, print, lints, base);
        if nth < run.findings.len() { result } else { result.suppressed(finding) }
    });
    let log = Log {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: [SarifRun {
            tool: Tool {
                driver: Driver {
                    name: "keybound",
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    rules: lints.iter().map(Rule::of).collect(),
                },
            },
            column_kind: "unicodeCodePoints",
            invocations: [Invocation {
                execution_successful: run.errors.is_empty(),
                tool_execution_notifications: run.errors.iter().map(|e| Notification::of(e, base)).collect(),
            }],
            results: results.collect(),
        }],
    };
    serde_json::to_writer(&mut *out, &log)?;
    writeln!(out)
}

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [SarifRun<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifRun<'a> {
    tool: Tool<'a>,
    column_kind: &'static str,
    invocations: [Invocation; 1],
    results: Vec<SarifResult<'a>>,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<Rule<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule<'a> {
    id: &'a str,
    short_description: Message<'a>,
    full_description: Message<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_uri: Option<String>,
    help: Help<'a>,
    default_configuration: Configuration,
    properties: RuleProperties,
}

#[derive(Serialize)]
struct Message<'a> {
    text: &'a str,
}

#[derive(Serialize)]
struct Help<'a> {
    text: &'a str,
    markdown: &'a str,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct RuleProperties {
    tags: Vec<String>,
    /// What GitHub ranks security alerts by.
    #[serde(rename = "security-severity")]
    security_severity: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
struct Notification {
    level: &'static str,
    message: OwnedMessage,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locations: Vec<Location>,
}

#[derive(Serialize)]
struct OwnedMessage {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'a> {
    rule_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: OwnedMessage,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    code_flows: Vec<CodeFlow>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suppressions: Vec<Suppression<'a>>,
    partial_fingerprints: serde_json::Map<String, serde_json::Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<SarifFix<'a>>,
    properties: ResultProperties<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifFix<'a> {
    description: OwnedMessage,
    artifact_changes: Vec<ArtifactChange<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange<'a> {
    artifact_location: ArtifactLocation,
    replacements: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement<'a> {
    deleted_region: Region,
    inserted_content: Message<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CodeFlow {
    thread_flows: [ThreadFlow; 1],
}

#[derive(Serialize)]
struct ThreadFlow {
    locations: Vec<ThreadFlowLocation>,
}

#[derive(Serialize)]
struct ThreadFlowLocation {
    location: Location,
}

#[derive(Serialize)]
struct Suppression<'a> {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    justification: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultProperties<'a> {
    confidence: &'static str,
    content_type: Option<&'a str>,
    action: Option<&'a str>,
    table: Option<&'a str>,
    proof: Option<JsonProof<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<OwnedMessage>,
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<LogicalLocation>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
    byte_offset: usize,
    byte_length: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation {
    fully_qualified_name: String,
    kind: &'static str,
}

impl<'a> Rule<'a> {
    fn of(lint: &LintInfo) -> Rule<'static> {
        Rule {
            id: lint.name,
            short_description: Message { text: lint.summary },
            full_description: Message { text: lint.summary },
            help_uri: help_uri(env!("CARGO_PKG_REPOSITORY"), lint.name),
            help: Help { text: lint.page, markdown: lint.page },
            default_configuration: Configuration { level: lint.severity.word() },
            properties: RuleProperties {
                tags: std::iter::once("security".to_owned()).chain(weaknesses(lint.page)).collect(),
                security_severity: match lint.severity {
                    Severity::Error => "8.5",
                    Severity::Warning => "5.5",
                    Severity::Note => "2.0",
                },
            },
        }
    }
}

impl Notification {
    fn of(error: &RunError, base: &Base) -> Self {
        let locations = match &error.place {
            ErrorPlace::Span(file, span) => vec![Location::of(file, *span, base)],
            ErrorPlace::Path(path) => vec![Location::at(uri(&base.shown(path)), None)],
            ErrorPlace::Run => Vec::new(),
        };
        Self { level: "error", message: OwnedMessage { text: error.message.clone() }, locations }
    }
}

impl<'a> SarifResult<'a> {
    fn of(finding: &'a Finding, fingerprint: Fingerprint, lints: &[LintInfo], base: &Base) -> Self {
        let mut location = Location::of(&finding.file, finding.span, base);
        location.logical_locations = finding
            .route
            .iter()
            .map(|route| LogicalLocation { fully_qualified_name: route.clone(), kind: "member" })
            .collect();
        let related = finding.related.iter().enumerate().map(|(nth, related)| Location {
            id: Some(nth),
            message: Some(OwnedMessage { text: related.message.clone() }),
            ..Location::of(&related.file, related.span, base)
        });
        let print = (FINGERPRINT.to_owned(), fingerprint.to_string().into());
        Self {
            rule_id: finding.lint,
            rule_index: lints.iter().position(|lint| lint.name == finding.lint),
            level: finding.severity.word(),
            message: OwnedMessage { text: message(finding) },
            locations: [location],
            related_locations: related.collect(),
            code_flows: finding.proof.iter().map(|proof| CodeFlow::of(finding, proof, base)).collect(),
            suppressions: Vec::new(),
            partial_fingerprints: std::iter::once(print).collect(),
            fixes: finding.fix.iter().map(|fix| SarifFix::of(fix, base)).collect(),
            properties: ResultProperties {
                confidence: finding.confidence.word(),
                content_type: finding.content_type.as_deref(),
                action: finding.action.as_deref(),
                table: finding.table.as_deref(),
                proof: finding.proof.as_ref().map(JsonProof::of),
            },
        }
    }

    /// The result of a finding that a comment in the source covers.
    fn suppressed(self, finding: &'a Finding) -> Self {
        let justification = finding.justification.as_deref().filter(|reason| !reason.is_empty());
        Self { suppressions: vec![Suppression { kind: "inSource", justification }], ..self }
    }
}

impl CodeFlow {
    /// How the proof goes: from what a client sends, over the places that play a part, to what is rendered.
    fn of(finding: &Finding, proof: &Proof, base: &Base) -> Self {
        let at = |message: String, file: &SourceFile, span: HostSpan| ThreadFlowLocation {
            location: Location {
                message: Some(OwnedMessage { text: message }),
                ..Location::of(file, span, base)
            },
        };
        let request = &proof.request;
        let sent = if proof.of_answer {
            "the answer holds what a client stored".to_owned()
        } else {
            format!("the client sends {} {}", request.method, http::target(request))
        };
        let mut locations = vec![at(sent, &finding.file, finding.span)];
        locations.extend(finding.related.iter().map(|r| at(r.message.clone(), &r.file, r.span)));
        let rendered = format!("the template renders {}", proof.rendered);
        locations.push(at(rendered, &finding.file, finding.span));
        Self { thread_flows: [ThreadFlow { locations }] }
    }
}

/// Where a lint's page is to be read; none as long as the package does not say where its repository is.
fn help_uri(repository: &str, lint: &str) -> Option<String> {
    let repository = repository.trim_end_matches('/').trim_end_matches(".git");
    (!repository.is_empty()).then(|| format!("{repository}/blob/main/docs/lints/{lint}.md"))
}

/// The tags of the weaknesses that a page names, as code scanning services write them: `external/cwe/cwe-089`.
fn weaknesses(page: &str) -> Vec<String> {
    let numbers = page.split("CWE-").skip(1);
    let numbers = numbers.map(|rest| rest.chars().take_while(char::is_ascii_digit).collect::<String>());
    let mut tags: Vec<String> = numbers
        .filter(|number| !number.is_empty())
        .map(|number| format!("external/cwe/cwe-{number:0>3}"))
        .collect();
    tags.sort();
    tags.dedup();
    tags
}

/// The message, what would mend it, and the proof's request: services show the message and nothing of `properties`.
fn message(finding: &Finding) -> String {
    let mut text = finding.message.clone();
    if let Some(help) = &finding.help {
        text.push_str(&format!("\nHelp: {help}"));
    }
    if let Some(proof) = &finding.proof {
        let request = &proof.request;
        text.push_str(&format!("\nProof: {} {}", request.method, http::target(request)));
    }
    text
}

impl Region {
    fn of(file: &SourceFile, span: HostSpan) -> Self {
        let (start, end) = (file.position(span.start), file.position(span.end));
        Self {
            start_line: start.line,
            start_column: start.column,
            end_line: end.line,
            end_column: end.column,
            byte_offset: span.start,
            byte_length: span.end - span.start,
        }
    }
}

impl<'a> SarifFix<'a> {
    /// All edits are one change: a fix is applied as a whole.
    fn of(fix: &'a Fix, base: &Base) -> Self {
        let mut changes: Vec<ArtifactChange<'a>> = Vec::new();
        for edit in &fix.edits {
            let uri = uri(&base.shown(edit.file.path()));
            let replacement = Replacement {
                deleted_region: Region::of(&edit.file, edit.span),
                inserted_content: Message { text: &edit.replacement },
            };
            match changes.iter_mut().find(|change| change.artifact_location.uri == uri) {
                Some(change) => change.replacements.push(replacement),
                None => changes.push(ArtifactChange {
                    artifact_location: ArtifactLocation { uri },
                    replacements: vec![replacement],
                }),
            }
        }
        let note = match fix.safety {
            Safety::Safe => "",
            Safety::Unsafe => " (legitimate clients may notice)",
        };
        Self {
            description: OwnedMessage { text: format!("{}{note}", fix.message) },
            artifact_changes: changes,
        }
    }
}

impl Location {
    fn of(file: &SourceFile, span: HostSpan, base: &Base) -> Self {
        Self::at(uri(&base.shown(file.path())), Some(Region::of(file, span)))
    }

    fn at(uri: String, region: Option<Region>) -> Self {
        let artifact_location = ArtifactLocation { uri };
        Self {
            id: None,
            message: None,
            physical_location: PhysicalLocation { artifact_location, region },
            logical_locations: Vec::new(),
        }
    }
}

/// A path as a relative URI reference. A colon in the first part would read as a scheme.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/@+=,".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::help_uri;

    #[test]
    fn a_page_has_an_address_where_the_repository_has_one() {
        assert_eq!(help_uri("", "bare-input"), None);
        assert_eq!(
            help_uri("https://example.com/keybound.git", "bare-input").as_deref(),
            Some("https://example.com/keybound/blob/main/docs/lints/bare-input.md")
        );
    }
}
