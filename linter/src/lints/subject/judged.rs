//! What access rules say of a route, as lints report it.

use keybound_shared::Table;
use keybound_vtl::Span;
use keybound_vtl::json::strict::StrictValue;
use std::sync::Arc;

use crate::api::Authorization;
use crate::api::trust::Said;
use crate::finding::{Confidence, Finding, LintInfo, Proof, Severity};
use crate::lints::BREAKING;
use crate::permit::{Asked, Judgement, judged};
use crate::proof::prover::reaching::{ProofCaller, Tries, reaching_values};
use crate::reach::callers::{Admitted, Identity};
use crate::reach::doors::{doors, overrides_target};
use crate::reach::integrity::is_of_rules;
use crate::reach::judge::Beyond;
use crate::reach::key_text::Sight;
use crate::reach::miss::{Kind, Spot};
use crate::reach::sample::Sample;
use crate::reach::{CallersReach, action_of_rules};
use crate::render::skeleton::HoleUse;
use crate::render::{Guard, Term, TermId};
use crate::source::{HostSpan, SourceFile};

use super::{Report, RouteSubject, TemplateSubject, integration_finding, said_here};

/// Places in loops whose ways are tried for a proof.
const MAX_LOOPED: usize = 2;

/// Something because of which a route is not proved.
#[derive(Clone, Debug)]
pub struct Gap {
    /// The file.
    pub file: Arc<SourceFile>,
    /// Where.
    pub span: HostSpan,
    /// The template's content type, where it is in one.
    pub content_type: Option<String>,
    /// What stands in the way, for people.
    pub what: String,
    /// What people say of the values that do.
    pub said: Vec<Said>,
}

/// What of an integration, its templates aside, keeps it from being proved.
pub fn gaps(subject: &RouteSubject<'_>) -> Vec<Gap> {
    let (integration, Some(ground)) = (subject.integration, subject.ground) else { return Vec::new() };
    let gap = |span: HostSpan, what: String| Gap {
        file: Arc::clone(&integration.file),
        span,
        content_type: None,
        what,
        said: Vec::new(),
    };
    let is_closed = |admitted: &Admitted| matches!(admitted, Admitted::Nobody);
    if !ground.routes.is_empty() && ground.routes.iter().all(|(_, admitted)| is_closed(admitted)) {
        return Vec::new();
    }
    let mut found: Vec<Gap> = doors(integration).into_iter().map(|door| gap(door.span, door.what)).collect();
    if ground.routes.is_empty() {
        let what = "the route is not one that access rules can name".to_owned();
        found.push(gap(integration.span, what));
    }
    for (_, admitted) in &ground.routes {
        match admitted {
            Admitted::Unknown(why) => found.push(gap(integration.span, (*why).to_owned())),
            Admitted::These(all) => {
                let without = all.iter().find(|callers| callers.held.is_empty());
                found.extend(without.map(|_| {
                    gap(integration.span, "callers get in for whom no grant opens the route".to_owned())
                }));
            }
            Admitted::Nobody => {}
        }
    }
    found
}

/// The finding that a route could be neither proved nor broken, because of a gap.
pub fn unproved(subject: &RouteSubject<'_>, gap: &Gap) -> Finding {
    let report = Report {
        message: format!("it could not be proved that callers stay within their grants: {}", gap.what),
        help: Some("make what stands there plain, or give the route a grant that covers it".to_owned()),
        severity: Severity::Error,
        proof: None,
        shown: false,
    };
    let found = integration_finding(&crate::lints::UNPROVED_ROUTE, subject.integration, gap.span, report);
    Finding {
        file: Arc::clone(&gap.file),
        content_type: gap.content_type.clone(),
        confidence: Confidence::Possible,
        related: gap.said.iter().map(said_here).collect(),
        ..found
    }
}

impl<'a> TemplateSubject<'a> {
    /// Whether a hole prints what the rules bound and nothing else, whoever calls.
    pub fn is_of_rules(&self, hole: &HoleUse) -> bool {
        let Some(ground) = self.ground.filter(|_| !self.reach.is_empty()) else { return false };
        // Holes live as long as the skeleton, so that their addresses tell them apart.
        let key = std::ptr::from_ref(hole).addr();
        if let Some(known) = self.known_bound.borrow().get(&key) {
            return *known;
        }
        let (rules, terms) = (ground.rules.rules.written(), &self.skeleton.terms);
        let bound = self.reach.iter().all(|reach| {
            let sight = Sight { rules, callers: &reach.callers, route: &reach.route, terms };
            is_of_rules(hole, sight)
        });
        self.known_bound.borrow_mut().insert(key, bound);
        bound
    }

    /// What of the template keeps its route from being proved.
    pub fn gaps(&self) -> Vec<Gap> {
        let mut found: Vec<Gap> = Vec::new();
        let mut gap = |span: Span, what: String, terms: &[TermId]| {
            let (host, exact) = self.template.host.locate(span);
            let of_terms = terms.iter().flat_map(|term| self.skeleton.terms.said_of(*term));
            let mut said: Vec<Said> = Vec::new();
            for one in self.skeleton.said_at(span).into_iter().chain(of_terms) {
                if !said.contains(one) {
                    said.push(one.clone());
                }
            }
            let known = found.iter().any(|known: &Gap| known.span == host && (exact || known.what == what));
            if !known {
                found.push(Gap {
                    file: Arc::clone(&self.template.host.file),
                    span: host,
                    content_type: Some(self.template.content_type.clone()),
                    what,
                    said,
                });
            }
        };
        for written in self.skeleton.overrides.iter().filter(|written| overrides_target(&written.path)) {
            gap(written.span, "the template writes a header that decides the action".to_owned(), &[]);
        }
        for reach in self.reach {
            for breach in &reach.breaches {
                gap(breach.span, breach.what.clone(), &[]);
            }
            match &reach.operations {
                Ok(operations) => {
                    for beyond in operations.iter().filter_map(|reached| reached.outcome.as_ref().err()) {
                        gap(self.beyond_span(beyond), beyond.miss.message.clone(), &beyond.miss.terms);
                    }
                }
                Err(anything) => {
                    let what = anything.term.map(|id| self.skeleton.terms.describe(id));
                    let what = what.unwrap_or_else(|| "a value".to_owned());
                    gap(
                        Span::of(anything.at, anything.at),
                        format!("{what} decides what the request asks for"),
                        anything.term.as_slice(),
                    );
                }
            }
        }
        if self.ground.is_some() && self.actions.len() != 1 {
            gap(Span::of(0, 0), "the action is not fixed".to_owned(), &[]);
        }
        found
    }

    /// Where in the template it shows that an operation goes beyond.
    pub fn beyond_span(&self, beyond: &Beyond) -> Span {
        let Some(Spot { path, at }) = &beyond.miss.spot else { return self.root_span() };
        let in_place = self.skeleton.uses.iter().filter(|hole| hole.path == *path);
        let terms = &self.skeleton.terms;
        let decides = |printed| beyond.miss.terms.iter().any(|term| terms.contains(printed, *term));
        let hole = in_place.into_iter().find(|hole| decides(hole.term));
        if let Some(hole) = hole {
            return hole.span;
        }
        let leaf = self.skeleton.leaves.iter().find(|leaf| leaf.path == *path && leaf.at == *at);
        if let Some(leaf) = leaf {
            return self.leaf_span(leaf);
        }
        let name = self.skeleton.names.iter().find(|name| name.path == *path && name.at == *at);
        name.map_or_else(|| self.root_span(), |name| self.name_span(name))
    }

    /// Reports the operations that go beyond in one of these ways.
    pub fn report_beyond(
        &self,
        lint: &LintInfo,
        kinds: &[Kind],
        help: &dyn Fn(&Beyond) -> String,
        findings: &mut Vec<Finding>,
    ) {
        for reach in self.reach {
            let Ok(operations) = &reach.operations else { continue };
            for beyond in operations.iter().filter_map(|reached| reached.outcome.as_ref().err()) {
                if !kinds.contains(&beyond.miss.kind) {
                    continue;
                }
                let span = self.beyond_span(beyond);
                if self.is_broken_at(span, findings) {
                    continue;
                }
                let who = match &reach.callers.by {
                    Some(by) if beyond.grant.as_ref().is_some_and(|grant| grant.name != by.name) => {
                        format!(", for callers of grant `{}`", by.name)
                    }
                    None if reach.callers.identity != Identity::Nobody => {
                        format!(", for {}", reach.callers.name())
                    }
                    _ => String::new(),
                };
                // What cannot be shown is the verdict's to tell.
                let Some(proof) = self.beyond_proof(reach, beyond) else { continue };
                let report = Report {
                    message: format!("{}{who}", beyond.miss.message),
                    help: Some(help(beyond)),
                    severity: lint.severity,
                    proof: Some(proof),
                    shown: false,
                };
                findings.push(self.finding(lint, span, report));
            }
        }
    }

    /// Whether a finding at a place already shows how a caller gets out.
    fn is_broken_at(&self, span: Span, findings: &[Finding]) -> bool {
        let (host, exact) = self.template.host.locate(span);
        findings.iter().any(|finding| {
            exact
                && finding.span == host
                && finding.confidence == Confidence::Proven
                && BREAKING.contains(&finding.lint)
                && finding.content_type.as_deref() == Some(&self.template.content_type)
        })
    }

    /// A caller's request that the template turns into one beyond what the caller is granted.
    pub fn beyond_proof(&self, reach: &CallersReach, beyond: &Beyond) -> Option<Proof> {
        let guard = beyond
            .case
            .iter()
            .fold(beyond.miss.guard.clone(), |guard, formula| guard.and(formula).unwrap_or(guard));
        let grant = beyond.grant.as_ref();
        let key = grant.map(|grant| grant.key());
        let values = reaching_values(
            key.map_or("id", |key| key.partition.as_str()),
            key.and_then(|key| key.sort.as_deref()),
        );
        self.shown_beyond(reach, &guard, &beyond.miss.terms, &values)
    }

    fn shown_beyond(
        &self,
        reach: &CallersReach,
        guard: &Guard,
        decide: &[TermId],
        values: &[serde_json::Value],
    ) -> Option<Proof> {
        let ground = self.ground?;
        let [action] = self.actions.as_slice() else { return None };
        let tables = ground.tables(self.integration);
        let placeholders = self.table_names();
        let table_of = |name: &str| -> Option<Arc<Table>> {
            let found = tables.of_shown(name).or_else(|| tables.of(&keybound_vtl::TemplateText::plain(name)));
            found.map(Arc::clone)
        };
        let samples = Sample::all(&ground.rules.rules, &reach.callers, &reach.route);
        // A loop that is not run leaves the request without what it would ask for.
        let looped = self.skeleton.uses.iter().filter(|hole| hole.repeated).take(MAX_LOOPED);
        let guards =
            std::iter::once(guard.clone()).chain(looped.map(|hole| hole.guard.clone().and_all(guard)));
        let guards: Vec<Guard> = guards.collect();
        let ways = samples.iter().flat_map(|sample| guards.iter().map(move |guard| (sample, guard)));
        ways.into_iter().find_map(|(sample, guard)| {
            let tries = Tries { terms: decide, values, guard };
            let is_beyond = |json: &StrictValue| {
                let action = action_of_rules(*action);
                let asked = Asked { route: &reach.route, action, request: json, tables: &table_of };
                matches!(judged(&sample.decision, &asked), Judgement::Beyond(_))
            };
            self.prover.reaches(&caller_of(sample, &placeholders), &tries, &is_beyond)
        })
    }

    /// A plain request of certain callers, who have no more than the grant that lets them in asks for.
    pub fn plain_proof(&self, reach: &CallersReach, guard: &Guard) -> Option<Proof> {
        let ground = self.ground?;
        let sample = Sample::of(&ground.rules.rules, &reach.callers, &reach.route)?;
        let placeholders = self.table_names();
        let tries = Tries { terms: &[], values: &[], guard };
        self.prover.reaches(&caller_of(&sample, &placeholders), &tries, &|_| true)
    }

    /// What the deployment puts where the template names tables: their names in DynamoDB.
    fn table_names(&self) -> Vec<(String, String)> {
        let Some(ground) = self.ground else { return Vec::new() };
        let tables = ground.tables(self.integration);
        let terms = &self.skeleton.terms;
        let ids = terms.ids();
        let named = ids.iter().filter_map(|id| match terms.get(*id) {
            Term::Deployment(name) => {
                let mut text = keybound_vtl::TemplateText::default();
                text.push_placeholder(name.clone());
                Some((name.clone(), tables.of(&text)?.physical.clone()))
            }
            _ => None,
        });
        named.collect()
    }
}

fn caller_of<'c>(sample: &'c Sample<'_>, placeholders: &'c [(String, String)]) -> ProofCaller<'c> {
    ProofCaller {
        claims: sample.claims.as_ref(),
        context: &sample.context,
        tied: &sample.tied,
        placeholders,
        foreign: sample.foreign,
    }
}

/// Whether a method asks for nothing that tells callers apart.
pub fn is_open(authorization: &Authorization) -> bool {
    matches!(authorization, Authorization::Open | Authorization::ApiKeyOnly)
}
