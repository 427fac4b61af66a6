//! One integration: its templates rendered for all requests, its lints, and the verdict on it.

use std::sync::Arc;

use keybound_vtl::parse::parse;

use crate::access_rules::RuleSet;
use crate::api::discovery::Unit;
use crate::api::lone_template;
use crate::api::trust::{Decider, Said};
use crate::api::{Authorization, Integration, MappingTemplate, RestKind};
use crate::finding::{
    BrokenBy, Confidence, Credential, Finding, Related, RestsOn, RouteGap, RouteVerdict, Verdict,
};
use crate::lints::subject::judged::{Gap, gaps, unproved};
use crate::lints::subject::{RouteSubject, TemplateSubject, action_text, route_text};
use crate::lints::{BREAKING, LINTS};
use crate::proof::Prover;
use crate::proof::prover::Target;
use crate::reach::callers::Admitted;
use crate::reach::{CallersReach, Ground, entry};
use crate::render::{self, Direction, Setting};
use crate::suppression::{Suppressions, TemplateComments};

use super::Outcome;

/// An integration on its way to its outcome.
pub(super) struct Route<'a> {
    unit: &'a Unit,
    integration: &'a Integration,
    ground: Option<Ground>,
}

impl<'a> Route<'a> {
    /// An integration of a unit, held against rules where there are any.
    pub(super) fn new(unit: &'a Unit, integration: &'a Integration, rules: Option<&Arc<RuleSet>>) -> Self {
        // A template on its own has no route, so no grant is about it.
        let rules = rules.filter(|_| matches!(integration.kind, RestKind::Rest | RestKind::WebSocket));
        Self { unit, integration, ground: rules.map(|rules| Ground::of(rules, integration)) }
    }

    /// What lints find, and the verdict. With `no_ignores` comments leave nothing out.
    pub(super) fn outcome(&self, no_ignores: bool) -> Outcome {
        let mut outcome = Outcome::default();
        let subject = RouteSubject { integration: self.integration, ground: self.ground.as_ref() };
        for lint in LINTS {
            if let Some(check) = lint.check.of_integration() {
                check(self.integration, &mut outcome.findings);
            }
            if let Some(check) = lint.check.of_route() {
                check(&subject, &mut outcome.findings);
            }
        }
        let mut told = Told { gaps: gaps(&subject), ..Told::default() };
        if self.integration.kind != RestKind::Http {
            let is_response = self.lone_direction() == Some(lone_template::Direction::Response);
            let direction = if is_response { Direction::Response } else { Direction::Request };
            for template in &self.integration.request_templates {
                self.check_template(template, direction, &mut outcome, &mut told);
            }
            for response in &self.integration.responses {
                for template in &response.templates {
                    self.check_template(template, Direction::Response, &mut outcome, &mut told);
                }
            }
        }
        if no_ignores {
            outcome.findings.append(&mut outcome.suppressed);
            outcome.suppressions = Suppressions::default();
        }
        let verdict = self.verdict(&told, &outcome);
        if verdict == Verdict::Undecided {
            outcome.undecided += 1;
            outcome.findings.extend(told.gaps.iter().map(|gap| unproved(&subject, gap)));
        }
        outcome.route = self.told(verdict, told, &outcome);
        self.name_construct(&mut outcome.findings);
        let credential = self.integration.credential();
        for finding in outcome.findings.iter_mut().chain(&mut outcome.suppressed) {
            if let Some(proof) = &mut finding.proof {
                proof.request.credential.clone_from(&credential);
            }
        }
        outcome
    }

    /// Says which construct of a CDK app the integration was synthesized from: nobody edits the template.
    fn name_construct(&self, findings: &mut [Finding]) {
        let integration = self.integration;
        let Some(construct) = integration.deployed.construct(&integration.file, integration.span) else {
            return;
        };
        for finding in findings {
            finding.related.push(Related {
                file: Arc::clone(&construct.file),
                span: construct.span,
                message: format!("synthesized from the construct `{}`", construct.path),
            });
        }
    }

    /// What is said of the route. Suppressed findings count: a suppression proves nothing.
    fn verdict(&self, told: &Told, outcome: &Outcome) -> Verdict {
        let Some(ground) = &self.ground else { return Verdict::Unjudged };
        let is_closed = |(_, admitted): &(_, Admitted)| matches!(admitted, Admitted::Nobody);
        let breaks =
            |finding: &&Finding| finding.confidence == Confidence::Proven && BREAKING.contains(&finding.lint);
        let mut findings = outcome.findings.iter().chain(&outcome.suppressed);
        if told.gaps.is_empty() {
            let closed = !ground.routes.is_empty() && ground.routes.iter().all(is_closed);
            if closed { Verdict::Closed } else { Verdict::Proved }
        } else if findings.any(|finding| breaks(&finding)) {
            Verdict::Broken
        } else {
            Verdict::Undecided
        }
    }

    /// What the access map has of the route; nothing of a response template on its own, which asks for nothing.
    fn told(&self, verdict: Verdict, told: Told, outcome: &Outcome) -> Option<RouteVerdict> {
        if self.lone_direction() == Some(lone_template::Direction::Response) {
            return None;
        }
        let findings = outcome.findings.iter().chain(&outcome.suppressed);
        let is_breaking =
            |finding: &&Finding| finding.confidence == Confidence::Proven && BREAKING.contains(&finding.lint);
        let breaking: Vec<&Finding> =
            findings.filter(is_breaking).filter(|_| verdict == Verdict::Broken).collect();
        let routes = self.ground.as_ref().map(|ground| ground.routes.as_slice()).unwrap_or_default();
        let mut accesses = told.accesses;
        for access in accesses.iter_mut().filter(|access| access.verdict == Verdict::Undecided) {
            let is_of = |finding: &Finding| {
                finding
                    .content_type
                    .as_ref()
                    .is_none_or(|content_type| access.content_types.contains(content_type))
            };
            if breaking.iter().any(|finding| is_of(finding)) {
                access.verdict = Verdict::Broken;
            }
        }
        let closed = routes.iter().filter(|(_, admitted)| matches!(admitted, Admitted::Nobody));
        let closed = closed.filter(|_| verdict != Verdict::Closed);
        Some(RouteVerdict {
            file: Arc::clone(&self.integration.file),
            span: self.integration.span,
            route: route_text(self.integration),
            action: action_text(self.integration, &[]),
            authorization: entry::authorization(&self.integration.authorization),
            rules: self.ground.as_ref().map(|ground| ground.rules.file.path().to_owned()),
            verdict,
            closed_verbs: closed.filter_map(|(route, _)| Some(route.http()?.0.name())).collect(),
            accesses: entry::alike(accesses, routes.len()),
            broken_by: broken_by(&breaking),
            gaps: route_gaps(&told.gaps),
            rests_on: rests_on(verdict, &told.gaps, &told.trusted),
        })
    }

    /// Which way a template on its own goes.
    fn lone_direction(&self) -> Option<lone_template::Direction> {
        self.unit.lone_template.as_ref().map(|lone| lone.direction)
    }

    fn check_template(
        &self,
        template: &MappingTemplate,
        direction: Direction,
        outcome: &mut Outcome,
        told: &mut Told,
    ) {
        let integration = self.integration;
        let (tree, errors) = parse(&template.text);
        let setting = Setting::of(integration, template, direction);
        let skeleton = if errors.is_empty() {
            render::render(&template.text, &tree, &setting)
        } else {
            render::skeleton::Skeleton::default()
        };
        if !skeleton.undecided.is_empty() && self.ground.is_none() {
            outcome.undecided += 1;
        }
        let target = Target::of(integration, template, direction);
        let prover = Prover::new(&template.text, &tree, &skeleton, direction, target);
        let actions = TemplateSubject::actions_of(integration, &skeleton);
        let is_request = direction == Direction::Request && errors.is_empty();
        let reach: Vec<CallersReach> = match (&self.ground, actions.as_slice()) {
            (Some(ground), [action]) if is_request => ground.reach(integration, *action, &skeleton),
            _ => Vec::new(),
        };
        let subject = TemplateSubject {
            integration,
            template,
            direction,
            tree: &tree,
            errors: &errors,
            actions,
            skeleton: &skeleton,
            prover: &prover,
            ground: self.ground.as_ref(),
            reach: &reach,
            brings_code: std::cell::OnceCell::new(),
            known_facts: std::cell::RefCell::default(),
            known_bound: std::cell::RefCell::default(),
        };
        let mut findings = Vec::new();
        for lint in LINTS {
            if let Some(check) = lint.check.of_template() {
                check(&subject, &mut findings);
            }
        }
        if is_request {
            told.gaps.extend(subject.gaps());
            told.trusted.extend(skeleton.trusted_values().into_iter().cloned());
            let ground = self.ground.as_ref();
            let actions = &subject.actions;
            let of_map = entry::Told { integration, template, skeleton: &skeleton, actions };
            told.accesses.extend(entry::accesses(of_map, ground, &reach));
        }
        let comments = TemplateComments::read(template, &tree, &mut outcome.suppressions);
        for finding in findings {
            match comments.covers(&finding, &mut outcome.suppressions) {
                justification @ Some(_) => outcome.suppressed.push(Finding { justification, ..finding }),
                None => outcome.findings.push(finding),
            }
        }
    }
}

/// The findings that break a route, each line of a lint once.
fn broken_by(breaking: &[&Finding]) -> Vec<BrokenBy> {
    let mut found: Vec<BrokenBy> = breaking
        .iter()
        .map(|finding| BrokenBy {
            lint: finding.lint,
            file: finding.file.path().to_owned(),
            line: finding.file.position(finding.span.start).line,
        })
        .collect();
    found.sort();
    found.dedup();
    found
}

fn route_gaps(gaps: &[Gap]) -> Vec<RouteGap> {
    let mut found: Vec<RouteGap> = Vec::new();
    for gap in gaps {
        let line = gap.file.position(gap.span.start).line;
        let gap = RouteGap { what: gap.what.clone(), file: gap.file.path().to_owned(), line };
        if !found.contains(&gap) {
            found.push(gap);
        }
    }
    found
}

/// The settings that a verdict rests on: a proof on what is trusted, a finding on what is untrusted, and that there is
/// neither on both.
fn rests_on(verdict: Verdict, gaps: &[Gap], trusted: &[Said]) -> Vec<RestsOn> {
    let in_the_way = || gaps.iter().flat_map(|gap| &gap.said);
    let said: Vec<&Said> = match verdict {
        Verdict::Proved => trusted.iter().collect(),
        Verdict::Broken => in_the_way().filter(|said| said.decider == Decider::Client).collect(),
        Verdict::Undecided => in_the_way().collect(),
        Verdict::Closed | Verdict::Unjudged => Vec::new(),
    };
    let mut found: Vec<RestsOn> = Vec::new();
    for said in said {
        let setting = RestsOn {
            value: said.value.clone(),
            trusted: said.decider == Decider::Deployment,
            file: said.file.path().to_owned(),
            line: said.file.position(said.span.start).line,
        };
        if !found.contains(&setting) {
            found.push(setting);
        }
    }
    found
}

/// What was found out beside findings.
#[derive(Default)]
struct Told {
    gaps: Vec<Gap>,
    accesses: Vec<crate::finding::Access>,
    trusted: Vec<Said>,
}

impl Integration {
    /// What the method asks its callers for, where a client can be told.
    fn credential(&self) -> Option<Credential> {
        match self.authorization {
            Authorization::ApiKeyOnly => Some(Credential::ApiKey),
            Authorization::Iam => Some(Credential::Signature),
            Authorization::Lambda(_) | Authorization::UserPool(_) => {
                let sources =
                    self.authorizer.iter().flat_map(|authorizer| authorizer.identity.iter().flatten());
                let mut headers = sources.filter_map(|source| source.strip_prefix("method.request.header."));
                Some(Credential::Token(headers.next().unwrap_or("Authorization").to_owned()))
            }
            Authorization::Open | Authorization::Other(_) | Authorization::Unknown => None,
        }
    }
}
