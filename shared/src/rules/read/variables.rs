//! The section `variables`.

use crate::document::{Fault, Member};
use crate::pattern::{ValuePattern, is_variable_name};

use super::Reader;
use super::fields::Fields;
use super::names::Names;
use crate::rules::issuer::Issuer;
use crate::rules::variable::{Identity, Variable, VariableSource};

/// Names that `$context.authorizer` has for other things.
const RESERVED: [&str; 5] = ["claims", "principalId", "integrationLatency", "grants", "session_policy"];
/// How many values a variable with `each` takes where nothing is said.
const MAX_VALUES: usize = 20;
const MOST_VALUES: usize = 100;
const MAX_CLAIM: usize = 256;
const MAX_NAME: usize = 64;
/// An identity's form, by the API reference of Cognito's identity pools (`IdentityId`). API Gateway passes it on as it
/// is, and no other pattern would be held by anyone.
const IDENTITY: &str = "[A-Za-z0-9_-]{1,55}:[0-9a-f-]{1,55}";

pub(super) fn read(
    reader: &mut Reader<'_>,
    section: Option<&Member>,
    issuers: &Names<Issuer>,
) -> Names<Variable> {
    Names::read(reader, section, |reader, entry| {
        let named = check_name(reader, entry);
        read_variable(reader, entry, issuers).filter(|_| named)
    })
}

fn check_name(reader: &mut Reader<'_>, entry: &Member) -> bool {
    let name = reader.shown(&entry.key);
    let (message, help) = if RESERVED.contains(&&*entry.key) {
        (
            format!("`{name}` is taken: `$context.authorizer.{name}` is something else"),
            "choose another name".to_owned(),
        )
    } else if !is_variable_name(&entry.key) || entry.key.len() > MAX_NAME {
        let message = format!("`{name}` is no name that a template could read");
        (message, format!("write at most {MAX_NAME} letters, digits and `_`, a letter first"))
    } else {
        return true;
    };
    reader.error(Fault::new(entry.key_span, message).help(help));
    false
}

/// A variable; none where something is at fault that grants depend on.
fn read_variable(reader: &mut Reader<'_>, entry: &Member, issuers: &Names<Issuer>) -> Option<Variable> {
    let mut fields = Fields::of_entry(reader, "a variable", entry)?;
    let (claim, identity) = fields.require_either("claim", "identity");
    let pattern = fields.take("pattern");
    let (each, max_values) = (fields.take("each"), fields.take("max_values"));
    let from = fields.take("issuers");
    let (at, may_lack) = (fields.at(), fields.may_lack());
    fields.finish(reader);

    let source = match (claim, identity) {
        (Some(claim), Some(identity)) => {
            let fault = Fault::new(identity.key_span, "`claim` and `identity` do not go together");
            reader
                .error(fault.help("keep the one that is meant").related(claim.key_span, "the other is here"));
            None
        }
        (Some(claim), None) => reader
            .line("`claim`", MAX_CLAIM, &claim.value)
            .map(|name| VariableSource::Claim(name.to_string())),
        (None, Some(identity)) => reader
            .word(identity, &[("cognitoIdentityId", Identity::CognitoIdentityId)])
            .map(VariableSource::Identity),
        (None, None) => None,
    };
    if claim.is_none() && identity.is_some() {
        for member in [pattern, each, max_values, from].into_iter().flatten() {
            let message = format!("`{}` does not go with `identity`", member.key);
            let fault = Fault::new(member.key_span, message);
            reader.error(
                fault.help("API Gateway passes an identity on as it is, and only the linter knows of it"),
            );
        }
        return Some(Variable {
            name: entry.key.to_string(),
            source: source?,
            pattern: ValuePattern::parse(IDENTITY).ok()?,
            each: None,
            issuers: Vec::new(),
            span: entry.key_span,
        });
    }
    let pattern = match pattern {
        Some(member) => read_pattern(reader, member),
        None => Some(ValuePattern::default()),
    };
    let each_read = each.map(|member| reader.boolean(member));
    let most = max_values.map(|member| reader.whole(member, 1..=MOST_VALUES));
    if let (Some(member), None | Some(Some(false))) = (max_values, each_read) {
        let fault = Fault::new(member.key_span, "`max_values` is for variables with `each: true`");
        reader.error(fault.help("a variable without it takes one value"));
    }
    let each = match each_read {
        Some(each) => each?.then(|| most.flatten().unwrap_or(MAX_VALUES)),
        None => None,
    };
    let names = match from {
        Some(member) => reader.issuer_names(member, issuers),
        None => {
            if claim.is_some() && issuers.count().is_some_and(|count| count > 1) && !may_lack {
                let message = "a variable must say whose claim it is where there are several issuers";
                reader.error(Fault::new(at, message).help("add `issuers: [...]` with their names"));
            }
            Vec::new()
        }
    };
    Some(Variable {
        name: entry.key.to_string(),
        source: source?,
        pattern: pattern?,
        each,
        issuers: names,
        span: entry.key_span,
    })
}

fn read_pattern(reader: &mut Reader<'_>, member: &Member) -> Option<ValuePattern> {
    let source = reader.text("`pattern`", &member.value)?;
    match ValuePattern::parse(&source) {
        Ok(pattern) => Some(pattern),
        Err(error) => {
            reader.error(Fault::new(member.value.span, error.to_string()));
            None
        }
    }
}

impl Reader<'_> {
    /// The list `issuers` of a variable or a grant.
    pub(super) fn issuer_names(&mut self, member: &Member, issuers: &Names<Issuer>) -> Vec<String> {
        let names = self.members(member, |reader, what, node| reader.text(what, node), |text| text);
        let mut known = Vec::new();
        for (name, at) in names.unwrap_or_default() {
            if issuers.find(self, "issuer", &name, at).is_some() {
                known.push(name.to_string());
            }
        }
        known
    }
}
