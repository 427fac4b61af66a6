//! A rules file with all the integrations that are held against it.

use std::sync::Arc;

use keybound_shared::{Grant, Route};

use crate::access_rules::RuleSet;
use crate::api::Integration;
use crate::finding::{Confidence, Finding, LintInfo, Related, Severity};
use crate::reach::Ground;
use crate::source::HostSpan;

/// An integration that is held against rules.
pub struct Ruled<'a> {
    /// The integration.
    pub integration: &'a Integration,
    /// Its routes, and whom they let in.
    pub ground: Ground,
}

impl<'a> Ruled<'a> {
    /// An integration under rules.
    pub fn new(integration: &'a Integration, rules: &Arc<RuleSet>) -> Self {
        Self { integration, ground: Ground::of(rules, integration) }
    }

    /// Whether it serves a route.
    pub fn serves(&self, route: &Route) -> bool {
        self.ground.routes.iter().any(|(own, _)| own.is_alike(route))
    }
}

/// A rules file, and what is held against it in this run.
pub struct RulesSubject<'a> {
    /// The rules.
    pub set: &'a RuleSet,
    /// The integrations.
    pub ruled: &'a [Ruled<'a>],
    /// Whether all that lies in the directory of the rules was read.
    pub is_complete: bool,
}

impl RulesSubject<'_> {
    /// The grants, in file order.
    pub fn grants(&self) -> &[Arc<Grant>] {
        &self.set.rules.written().grants
    }

    /// A finding at a place of the rules file, which is its own evidence.
    pub fn finding(
        &self,
        lint: &LintInfo,
        span: keybound_shared::Span,
        message: String,
        help: &str,
        severity: Severity,
    ) -> Finding {
        Finding {
            lint: lint.name,
            severity,
            confidence: Confidence::Proven,
            message,
            help: Some(help.to_owned()),
            file: Arc::clone(&self.set.file),
            span: HostSpan::new(span.start, span.end),
            exact: true,
            route: None,
            content_type: None,
            action: None,
            table: None,
            related: Vec::new(),
            proof: None,
            fix: None,
            justification: None,
        }
    }
}

/// The place of an integration, as a second place of a finding.
pub fn related(integration: &Integration, message: &str) -> Related {
    Related { file: Arc::clone(&integration.file), span: integration.span, message: message.to_owned() }
}
