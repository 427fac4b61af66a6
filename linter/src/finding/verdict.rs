//! What is said of a route as a whole.

use std::path::PathBuf;
use std::sync::Arc;

use super::Access;
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
    /// All of them, in the order in which reports count them.
    pub const ALL: [Self; 5] = [Self::Proved, Self::Broken, Self::Undecided, Self::Closed, Self::Unjudged];

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

    /// What the word means, for people.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Proved => "whatever its callers send, it reaches nothing that they are not granted",
            Self::Closed => "nobody gets in: the authorizer is asked, and no grant opens the route",
            Self::Broken => "a caller gets beyond the grants, and a finding shows how",
            Self::Undecided => "that callers stay within their grants could be neither proved nor refuted",
            Self::Unjudged => "no access rules apply",
        }
    }

    /// Whether somebody must look: callers get beyond their grants, or may.
    pub fn is_failure(self) -> bool {
        matches!(self, Self::Broken | Self::Undecided)
    }
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
    /// The file of the access rules that it is held against.
    pub rules: Option<PathBuf>,
    /// What is said of it as a whole.
    pub verdict: Verdict,
    /// The verbs of an any-method that nobody gets in by, where somebody does by another.
    pub closed_verbs: Vec<&'static str>,
    /// Its operations by callers.
    pub accesses: Vec<Access>,
    /// The findings that break it.
    pub broken_by: Vec<BrokenBy>,
    /// What keeps it from being proved.
    pub gaps: Vec<RouteGap>,
    /// The settings without which the verdict may be another.
    pub rests_on: Vec<RestsOn>,
}

impl RouteVerdict {
    /// The route, or that there is none to be seen: a template on its own has none.
    pub fn name(&self) -> &str {
        self.route.as_deref().unwrap_or("(no route)")
    }
}

/// A finding that breaks a route.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BrokenBy {
    /// The lint.
    pub lint: &'static str,
    /// Where it is.
    pub file: PathBuf,
    /// Its line, from 1.
    pub line: usize,
}

/// Something because of which a route is not proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteGap {
    /// What it is, for people.
    pub what: String,
    /// Where it is.
    pub file: PathBuf,
    /// Its line, from 1.
    pub line: usize,
}

/// What a setting says of who decides a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestsOn {
    /// The value, as the setting writes it.
    pub value: String,
    /// Whether it is trusted; otherwise the client decides it.
    pub trusted: bool,
    /// The file of the setting.
    pub file: PathBuf,
    /// Its line, from 1.
    pub line: usize,
}

impl RestsOn {
    /// The name of the setting, in every output.
    pub fn setting(&self) -> &'static str {
        if self.trusted { "trusted" } else { "untrusted" }
    }

    /// What rests on it, for people.
    pub fn words(&self) -> String {
        if self.trusted {
            format!("rests on trust in `{}`", self.value)
        } else {
            format!("rests on `{}` being untrusted", self.value)
        }
    }
}
