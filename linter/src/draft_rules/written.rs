//! The draft as YAML, section by section.

use keybound_shared::{Identity, Route, VariableSource};

use super::grants::GrantDraft;
use super::key_pattern::{Separators, join};
use super::page::Page;
use super::scalar::{list, mapping, quoted, scalar};
use super::tables::Tables;
use super::variables::{Variables, pattern};

mod grant;
mod table;

/// An address of no issuer: RFC 2606 keeps its last label for such.
const NO_ISSUER: &str = "https://issuer.invalid/";

/// An audience that no token has.
const NO_AUDIENCE: &str = "to-be-filled-in";

/// What is left out and told of; a draft must not be too large for what is not in it.
const MAX_LEFT_OUT: usize = 500;

/// The largest policy that the rules allow.
const MAX_POLICY_BYTES: usize = 4_194_304;

/// What is in a draft.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// The definitions that it is made from.
    pub(super) sources: Vec<String>,
    /// Issuers that the definitions name.
    pub(super) issuers: Vec<String>,
    /// The tables.
    pub(super) tables: Tables,
    /// The variables.
    pub(super) variables: Variables,
    /// The grants.
    pub(super) grants: Vec<GrantDraft>,
    /// What definitions call their authorizers.
    pub(super) authorizers: Vec<String>,
    /// Whether policies are larger than they are by default.
    pub(super) has_large_policies: bool,
    /// What no rules can say.
    pub(super) left_out: Vec<String>,
}

impl Parts {
    /// Writes everything.
    pub(super) fn page(&self) -> Page {
        let mut page = Page::default();
        let from = match self.sources.as_slice() {
            [] => String::new(),
            [one] => format!(" from {one}"),
            [one, two] => format!(" from {one} and {two}"),
            [one, others @ ..] => format!(" from {one} and {} other files", others.len()),
        };
        page.comment(
            0,
            &format!(
                "Access rules, drafted by `keybound init`{from}. What a definition does not say is marked with TODO. \
                 docs/rules.md explains every key."
            ),
        );
        page.line(0, "version: 1");
        self.write_issuers(&mut page);
        self.write_tables(&mut page);
        self.write_variables(&mut page);
        self.write_grants(&mut page);
        self.write_authorizer(&mut page);
        if !self.left_out.is_empty() {
            page.gap();
            self.left_out.iter().take(MAX_LEFT_OUT).for_each(|what| page.left_out(what));
            if let Some(more) = self.left_out.len().checked_sub(MAX_LEFT_OUT).filter(|more| *more > 0) {
                page.left_out(&format!("{more} more"));
            }
        }
        page
    }

    fn write_issuers(&self, page: &mut Page) {
        page.gap();
        page.comment(0, "Whose tokens are accepted. Nothing is, until this is filled in.");
        page.line(0, "issuers:");
        page.line(2, "main:");
        let about = "issuer `main`";
        match self.issuers.split_first() {
            Some((issuer, others)) => {
                let what = "check: the issuer of the user pool that the definition names";
                page.line_to_do(4, &format!("issuer: {issuer}"), about, what);
                let what = "the app client's id; with `token_use: access` or `token_use: id` beside it";
                page.line_to_do(4, &format!("audience: [{NO_AUDIENCE}]"), about, what);
                for other in others {
                    page.comment(4, &format!("The definition names this one too: {other}"));
                }
            }
            None => {
                let what = "the tokens' `iss`, byte for byte";
                page.line_to_do(4, &format!("issuer: {NO_ISSUER}"), about, what);
                let what = "what the tokens' `aud` holds";
                page.line_to_do(4, &format!("audience: [{NO_AUDIENCE}]"), about, what);
            }
        }
    }

    fn write_tables(&self, page: &mut Page) {
        if self.tables.list().is_empty() {
            return;
        }
        page.gap();
        page.line(0, "tables:");
        for table in self.tables.list() {
            table.write(page);
        }
    }

    fn write_variables(&self, page: &mut Page) {
        let variables = self.variables.list();
        if !variables.is_empty() {
            let mut separators = Separators::new();
            for grant in &self.grants {
                join(&mut separators, grant.remark.separators.clone());
            }
            page.gap();
            page.comment(
                0,
                "What templates read of callers. Take claims that the issuer sets, not ones that users edit.",
            );
            page.line(0, "variables:");
            for variable in variables {
                let about = format!("variable `{}`", variable.name);
                let mut members = Vec::new();
                let to_do = match &variable.source {
                    VariableSource::Claim(claim) => {
                        members.push(("claim", scalar(claim)));
                        match (variable.guessed, claim.as_str()) {
                            (true, _) => Some("the claim that the issuer sets"),
                            (false, "sub") => None,
                            (false, _) => Some("check: it must be no claim that users may edit themselves"),
                        }
                    }
                    VariableSource::Identity(Identity::CognitoIdentityId) => {
                        members.push(("identity", "cognitoIdentityId".to_owned()));
                        None
                    }
                };
                if let (Some(pattern), VariableSource::Claim(_)) =
                    (pattern(&separators, &variable.name), &variable.source)
                {
                    members.push(("pattern", quoted(&pattern)));
                    let what = "check the pattern: a sign that separates this value from others in keys must not be in it";
                    page.comment_to_do(2, &about, what);
                }
                let line = format!("{}: {}", scalar(&variable.name), mapping(members));
                match to_do {
                    Some(what) => page.line_to_do(2, &line, &about, what),
                    None => page.line(2, &line),
                }
            }
        }
        for name in self.variables.unnameable.iter().take(MAX_LEFT_OUT) {
            let what = format!("templates read $context.{name}, which is none of these variables");
            page.comment_to_do(0, "variables", &what);
        }
    }

    fn write_grants(&self, page: &mut Page) {
        if self.grants.is_empty() {
            return;
        }
        page.gap();
        if self.grants.iter().any(|grant| !grant.is_for_anyone()) {
            let what = "say with `when` who holds a grant. Without it, every caller with a token does.";
            page.comment_to_do(0, "grants", what);
        }
        page.line(0, "grants:");
        for (number, grant) in self.grants.iter().enumerate() {
            if number > 0 {
                page.gap();
            }
            let Some(table) = self.tables.list().get(grant.table) else { continue };
            page.grant(|page| grant.write(page, table));
        }
        if self.lets_nobody_connect() {
            page.gap();
            let what = "give `$connect` in a grant. Until one does, nobody connects, and the other keys serve nobody.";
            page.comment_to_do(2, "grants", what);
        }
    }

    /// Whether there are routes of a WebSocket API that somebody must be let into first.
    fn lets_nobody_connect(&self) -> bool {
        let routes = || {
            let verified = self.grants.iter().filter(|grant| !grant.is_for_anyone());
            verified.flat_map(|grant| &grant.routes).map(|(route, _)| route.as_str())
        };
        routes().any(|route| !route.contains(' ')) && routes().all(|route| route != Route::CONNECT)
    }

    fn write_authorizer(&self, page: &mut Page) {
        let large = format!("max_policy_bytes: {MAX_POLICY_BYTES}");
        let about = "authorizer";
        if self.authorizers.is_empty() && !self.has_large_policies {
            if self.grants.iter().any(|grant| !grant.is_for_anyone()) {
                page.gap();
                let what = "name keybound's authorizer under `authorizer.refs` as the definition calls it. Variables and \
                            `when` count behind it alone.";
                page.comment_to_do(0, about, what);
            }
            return;
        }
        page.gap();
        page.line(0, "authorizer:");
        if !self.authorizers.is_empty() {
            let refs = list(self.authorizers.iter().map(String::as_str));
            let what = "check: keybound's own authorizer, and no other";
            page.line_to_do(2, &format!("refs: {refs}"), about, what);
        }
        if self.has_large_policies {
            page.line_to_do(2, &large, about, "check: these routes make policies larger than usual");
        }
    }
}
