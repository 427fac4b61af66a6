//! What a lint reports.

pub mod access;
pub mod fingerprint;
pub mod fix;
pub mod lint_info;
pub mod run;
pub mod verdict;

pub use access::{Access, Comparison, KeyPart, MapText, OtherAttributes, Reason, ReasonKind, TextPart};
pub use fingerprint::Fingerprint;
pub use fix::{Edit, Fix, Safety};
pub use lint_info::LintInfo;
pub use run::{ErrorPlace, Run, RunError};
pub use verdict::{BrokenBy, RestsOn, RouteGap, RouteVerdict, Verdict};

use std::sync::Arc;

use crate::source::{HostSpan, SourceFile};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Should be mended.
    Warning,
    /// Must be mended.
    Error,
}

impl Severity {
    /// The word for it in every output.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// Whether a finding was shown or is only suspected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// The model suspects it but could not show it.
    Possible,
    /// Shown: by a proof that was rendered, or by the definition itself.
    Proven,
}

impl Confidence {
    /// The word for it in every output.
    pub fn word(self) -> &'static str {
        match self {
            Confidence::Possible => "possible",
            Confidence::Proven => "proven",
        }
    }
}

/// Members of `$context` that are numbers and no Strings, by dotted path.
pub const NUMERIC_CONTEXT: [&str; 1] = ["requestTimeEpoch"];

/// An HTTP request as a client would send it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofRequest {
    /// The verb, or [`ProofRequest::MESSAGE`].
    pub method: String,
    /// The path, percent-encoded.
    pub path: String,
    /// Query parameters in order, decoded.
    pub query: Vec<(String, String)>,
    /// Headers in order.
    pub headers: Vec<(String, String)>,
    /// The body; none for no body.
    pub body: Option<String>,
    /// `$context` members that the request brings about (`identity.userAgent`), by dotted name.
    pub context: Vec<(String, String)>,
    /// Path parameters as the template sees them, decoded.
    pub path_parameters: Vec<(String, String)>,
    /// `$stageVariables` for which the proof was rendered.
    pub stage_variables: Vec<(String, String)>,
    /// What the deployment put in place of the template's placeholders.
    pub placeholders: Vec<(String, String)>,
    /// What the method asks its callers for.
    pub credential: Option<Credential>,
    /// Values that the proof chose and that no part of an HTTP request holds, as templates write them.
    pub unsent: Vec<String>,
}

/// What a method asks its callers for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// A token in a header of this name.
    Token(String),
    /// An API key.
    ApiKey,
    /// A signature of AWS's.
    Signature,
}

/// A text as it stands in a path or query so that the server reads this text.
pub fn percent_encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

impl ProofRequest {
    /// The verb of a message over a WebSocket connection; the path is then the route's key.
    pub const MESSAGE: &'static str = "MESSAGE";

    /// Whether the request is a part of a WebSocket connection.
    pub fn is_websocket(&self) -> bool {
        let upgrades = |(name, value): &(String, String)| name == "Upgrade" && value == "websocket";
        self.method == Self::MESSAGE || self.headers.iter().any(upgrades)
    }
}

/// A request and what the template really renders from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// What the client sends.
    pub request: ProofRequest,
    /// What DynamoDB is sent: the rendered text.
    pub rendered: String,
    /// What the template writes into `$context` besides, where the proof is about that: dotted path and value.
    pub overrides: Vec<(String, String)>,
    /// Byte ranges of `rendered` that the client put there.
    pub injected: Vec<(usize, usize)>,
    /// The same route's render for plain values, where there is one.
    pub benign: Option<String>,
    /// Behaviour that the proof rests on and that nobody has recorded.
    pub assumes: Vec<String>,
    /// The claims of the caller who sends the request, where the proof is about what a caller may reach.
    pub claims: Option<serde_json::Map<String, serde_json::Value>>,
    /// The template makes a response: the body of `request` is DynamoDB's answer, with what a client once stored.
    pub of_answer: bool,
}

/// A second place that belongs to a finding.
#[derive(Clone, Debug)]
pub struct Related {
    /// The file.
    pub file: Arc<SourceFile>,
    /// The place.
    pub span: HostSpan,
    /// What is to be seen there.
    pub message: String,
}

/// One report of a lint at a place.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The lint's name.
    pub lint: &'static str,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// One sentence, lower case, no full stop: what a client can do and through which value.
    pub message: String,
    /// What would be right; shown as help.
    pub help: Option<String>,
    /// The file.
    pub file: Arc<SourceFile>,
    /// The place.
    pub span: HostSpan,
    /// Whether the place is exact; otherwise it is the whole scalar around it.
    pub exact: bool,
    /// `GET /orders/{orderId}`.
    pub route: Option<String>,
    /// The template's content type.
    pub content_type: Option<String>,
    /// The DynamoDB action.
    pub action: Option<String>,
    /// The table, where the request names one.
    pub table: Option<String>,
    /// Further places.
    pub related: Vec<Related>,
    /// The proof.
    pub proof: Option<Proof>,
    /// What would mend it.
    pub fix: Option<Fix>,
    /// The reason that a suppression gives for leaving it out.
    pub justification: Option<String>,
}
