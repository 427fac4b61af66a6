//! What is said of a route as a whole.

use std::sync::Arc;

use crate::source::{HostSpan, SourceFile};

/// What is said of an integration under its grants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It can reach nothing outside of what its callers are granted.
    Proved,
    /// Nobody gets in: the authorizer is asked, and no grant opens the route.
    Closed,
    /// A caller gets out; a finding shows how.
    Broken,
    /// Neither could be shown.
    Undecided,
    /// No access rules apply.
    Unjudged,
}

impl Verdict {
    /// The word for it in every output.
    pub fn word(self) -> &'static str {
        match self {
            Self::Proved => "proved",
            Self::Closed => "closed",
            Self::Broken => "broken",
            Self::Undecided => "undecided",
            Self::Unjudged => "unjudged",
        }
    }
}

/// What stands at one place of a key, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPart {
    /// The attribute.
    pub attribute: String,
    /// How it is asked for: `=`, `begins_with`, `between`.
    pub compared: &'static str,
    /// The text, with the caller's values in braces and what is free named.
    pub text: String,
}

/// What one kind of callers does with one operation of a route.
#[derive(Clone, Debug)]
pub struct Access {
    /// The callers: the grant that lets them in, or who they are.
    pub callers: String,
    /// The content type of the template.
    pub content_type: String,
    /// What DynamoDB is asked to do: `GetItem`, or the part of a batch or transaction.
    pub operation: String,
    /// The table, as the rules call it, or as the template does.
    pub table: Option<String>,
    /// The index.
    pub index: Option<String>,
    /// The key.
    pub key: Vec<KeyPart>,
    /// The attributes that are named, where they are known.
    pub attributes: Option<Vec<String>>,
    /// `Limit`, where one is set.
    pub limit: Option<String>,
    /// What is said of it.
    pub verdict: Verdict,
    /// What proves it, or why it is not proved, each a phrase.
    pub because: Vec<String>,
}

/// One route, and what is said of it.
#[derive(Clone, Debug)]
pub struct RouteVerdict {
    /// The file.
    pub file: Arc<SourceFile>,
    /// Where the integration stands.
    pub span: HostSpan,
    /// `GET /orders`, as far as it is known.
    pub route: Option<String>,
    /// The DynamoDB action.
    pub action: Option<String>,
    /// Who may call, by the definition.
    pub authorization: String,
    /// What is said of it as a whole.
    pub verdict: Verdict,
    /// Its operations by callers.
    pub accesses: Vec<Access>,
    /// The lints whose findings break it, with the lines of these in the file.
    pub broken_by: Vec<(&'static str, usize)>,
}
