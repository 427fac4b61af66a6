//! What templates read of callers, and the variables that it would be.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use keybound_shared::{Identity, Span, ValuePattern, Variable, VariableSource};

use crate::render::{Term, TermId, Terms};

use super::key_pattern::Separators;

/// What `$context.authorizer` has under other names than variables.
const PUBLISHED_ANYWAY: [&str; 5] =
    ["claims", "principalId", "integrationLatency", "grants", "session_policy"];

/// The claim that says who a user is.
const SUBJECT: &str = "sub";

/// The most variables of a draft.
const MAX_VARIABLES: usize = 500;

/// The most characters of a variable's and of a claim's name.
const MAX_NAME: usize = 64;
const MAX_CLAIM: usize = 256;

/// Something of a caller that a template reads.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Read {
    /// `$context.authorizer.<name>`.
    Published(String),
    /// `$context.authorizer.claims.<name>`.
    Claim(String),
    /// `$context.identity.cognitoIdentityId`.
    Identity,
}

impl Read {
    /// What a path of `$context` reads of a caller.
    fn of(path: &str) -> Option<Self> {
        if path == "identity.cognitoIdentityId" {
            return Some(Self::Identity);
        }
        let name = path.strip_prefix("authorizer.")?;
        match name.strip_prefix("claims.") {
            Some(claim) => Some(Self::Claim(claim.to_owned())),
            None if PUBLISHED_ANYWAY.contains(&name) => None,
            None => Some(Self::Published(name.to_owned())),
        }
    }

    /// The path after `$context.`.
    fn name(&self) -> String {
        match self {
            Self::Published(name) => format!("authorizer.{name}"),
            Self::Claim(claim) => format!("authorizer.claims.{claim}"),
            Self::Identity => "identity.cognitoIdentityId".to_owned(),
        }
    }

    /// Everything that a template reads of callers.
    pub(super) fn all(terms: &Terms) -> BTreeSet<Self> {
        let read = |id: TermId| match terms.get(id) {
            Term::Context(path) => Self::of(path),
            _ => None,
        };
        terms.ids().into_iter().filter_map(read).collect()
    }
}

/// A variable of the draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct VariableDraft {
    /// Its name.
    pub(super) name: String,
    /// What it is taken from.
    pub(super) source: VariableSource,
    /// Whether the claim was guessed from the name.
    pub(super) guessed: bool,
}

impl VariableDraft {
    fn as_rules(&self) -> Arc<Variable> {
        Arc::new(Variable {
            name: self.name.clone(),
            source: self.source.clone(),
            pattern: ValuePattern::default(),
            each: None,
            issuers: Vec::new(),
            span: Span::default(),
        })
    }
}

/// The variables of the draft.
#[derive(Clone, Debug, Default)]
pub(super) struct Variables {
    list: Vec<VariableDraft>,
    rules: Vec<Arc<Variable>>,
    by_read: BTreeMap<Read, usize>,
    /// What is read under names that no variable has.
    pub(super) unnameable: Vec<String>,
}

impl Variables {
    /// The variables that templates read.
    pub(super) fn of(read: &BTreeSet<Read>) -> Self {
        let mut variables = Self::default();
        // In the order of the kinds: what templates call a variable comes before what is made up here.
        for one in read.iter().take(MAX_VARIABLES) {
            let draft = match one {
                Read::Published(name) if is_variable(name) => VariableDraft {
                    name: name.clone(),
                    source: VariableSource::Claim(name.clone()),
                    guessed: true,
                },
                Read::Published(_) => {
                    variables.unnameable.push(one.name());
                    continue;
                }
                Read::Claim(claim) if is_claim(claim) => match variables.of_claim(claim) {
                    Some(known) => {
                        variables.by_read.insert(one.clone(), known);
                        continue;
                    }
                    None => VariableDraft {
                        name: variables.free_name(if claim == SUBJECT { "user" } else { claim }),
                        source: VariableSource::Claim(claim.clone()),
                        guessed: false,
                    },
                },
                Read::Claim(_) => {
                    variables.unnameable.push(one.name());
                    continue;
                }
                Read::Identity => VariableDraft {
                    name: variables.free_name("identity"),
                    source: VariableSource::Identity(Identity::CognitoIdentityId),
                    guessed: false,
                },
            };
            variables.by_read.insert(one.clone(), variables.list.len());
            variables.list.push(draft);
        }
        variables.rules = variables.list.iter().map(VariableDraft::as_rules).collect();
        variables.unnameable.extend(read.iter().skip(MAX_VARIABLES).map(Read::name));
        variables
    }

    /// The variables in their order.
    pub(super) fn list(&self) -> &[VariableDraft] {
        &self.list
    }

    /// The variable that a term is the value of, or would be were it bound.
    pub(super) fn named_by(&self, terms: &Terms, id: TermId) -> Option<&str> {
        let [source] = terms.sources(id).try_into().ok()?;
        let Term::Context(path) = terms.get(source) else { return None };
        let index = self.by_read.get(&Read::of(path)?)?;
        self.list.get(*index).map(|draft| draft.name.as_str())
    }

    /// The variables as rules have them.
    pub(super) fn as_rules(&self) -> &[Arc<Variable>] {
        &self.rules
    }

    fn of_claim(&self, claim: &str) -> Option<usize> {
        self.list
            .iter()
            .position(|draft| matches!(&draft.source, VariableSource::Claim(known) if known == claim))
    }

    /// A name for a claim that no variable has: `custom:tenant` is `tenant`.
    fn free_name(&self, claim: &str) -> String {
        let last = claim.rsplit([':', '/', '.']).find(|part| !part.is_empty()).unwrap_or(claim);
        let plain: String = last.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        let mut name: String = plain.trim_matches('_').chars().take(MAX_NAME - 8).collect();
        if !is_variable(&name) {
            name.insert_str(0, "claim_");
        }
        let is_free = |name: &str| self.list.iter().all(|draft| draft.name != name);
        if is_free(&name) {
            return name;
        }
        let numbered = (2_usize..).map(|number| format!("{name}_{number}"));
        numbered.into_iter().find(|numbered| is_free(numbered)).unwrap_or(name)
    }
}

/// The pattern of a variable whose values must not hold some characters; none where the rules' own will do.
pub(super) fn pattern(separators: &Separators, variable: &str) -> Option<String> {
    let without = separators.get(variable).filter(|without| !without.is_empty())?;
    let signs: String = "_.@-".chars().filter(|c| !without.contains(c)).collect();
    Some(format!("[A-Za-z0-9{signs}]{{1,64}}"))
}

/// Whether a template can read a variable of this name, and the rules give it to nothing else.
fn is_variable(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && name.len() <= MAX_NAME
        && !PUBLISHED_ANYWAY.contains(&name)
}

fn is_claim(name: &str) -> bool {
    (1..=MAX_CLAIM).contains(&name.len()) && !name.chars().any(char::is_control) && !name.contains("${env:")
}

#[cfg(test)]
mod tests;
