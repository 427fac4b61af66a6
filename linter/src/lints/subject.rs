//! A mapping template with all that lints ask about.

pub mod answer;
pub mod declared_table;
pub mod expressions;
pub mod judged;
pub mod members;
pub mod named_items;
pub mod rules;

use std::collections::BTreeSet;

use keybound_vtl::Span;
use keybound_vtl::ast::{Node, NodeKind};
use keybound_vtl::parse::{ParseError, Tree};

use crate::api::trust::{Decider, Said};
use crate::api::{Action, Integration, MappingTemplate, RestKind};
use crate::dynamodb::action::{DataAction, infer_action};
use crate::dynamodb::holey_text::{HoleId, HoleyText};
use crate::dynamodb::position::{Location, Step, locate};
use crate::finding::{Confidence, Finding, LintInfo, Proof, Related, Severity};
use crate::fix::escape::Escaping;
use crate::proof::Prover;
use crate::proof::prover::STORED_BY_CLIENT;
use crate::reach::{CallersReach, Ground};
use crate::render::skeleton::{HoleUse, Place, Skeleton, Slot};
use crate::render::value::{self, Piece};
use crate::render::{Control, Direction, Facts, Term, TermId};

/// A template, what symbolic rendering made of it, and its integration.
pub struct TemplateSubject<'a> {
    /// The integration.
    pub integration: &'a Integration,
    /// The template.
    pub template: &'a MappingTemplate,
    /// Request or response.
    pub direction: Direction,
    /// Its tree.
    pub tree: &'a Tree,
    /// Why it does not parse.
    pub errors: &'a [ParseError],
    /// The request with holes.
    pub skeleton: &'a Skeleton,
    /// For proofs.
    pub prover: &'a Prover<'a>,
    /// The actions that the request may be of.
    pub actions: Vec<DataAction>,
    /// The access rules for the integration, where there are any.
    pub ground: Option<&'a Ground>,
    /// What a request template reaches, for each of its callers.
    pub reach: &'a [CallersReach],
    /// Whether the deployment puts a part of the template between the members, once it was looked up.
    pub brings_code: std::cell::OnceCell<bool>,
    /// What was found out about holes already.
    pub known_facts: std::cell::RefCell<std::collections::HashMap<(Span, usize), Facts>>,
    /// Which holes print what the rules bound, as far as it was asked.
    pub known_bound: std::cell::RefCell<std::collections::HashMap<usize, bool>>,
}

/// An integration with the access rules that it is held against.
pub struct RouteSubject<'a> {
    /// The integration.
    pub integration: &'a Integration,
    /// The access rules for it, where there are any.
    pub ground: Option<&'a Ground>,
}

/// What a finding says, beside its lint and its place.
pub struct Report {
    /// One sentence, lower case, no full stop.
    pub message: String,
    /// What would be right.
    pub help: Option<String>,
    /// How bad.
    pub severity: Severity,
    /// The proof, for findings that need one to be proven.
    pub proof: Option<Proof>,
    /// Whether it is shown without a proof.
    pub shown: bool,
}

impl<'a> TemplateSubject<'a> {
    /// The actions that an integration's request may be of.
    pub fn actions_of(integration: &Integration, skeleton: &Skeleton) -> Vec<DataAction> {
        match &integration.action {
            Action::Named(name) => DataAction::from_name(name).into_iter().collect(),
            Action::Open | Action::Unknown => {
                let members: BTreeSet<&str> = skeleton
                    .names
                    .iter()
                    .filter_map(|name| match name.path.as_slice() {
                        [Slot::Member(name)] => Some(&**name),
                        _ => None,
                    })
                    .collect();
                infer_action(&members.into_iter().collect::<Vec<_>>())
            }
        }
    }

    /// The holes that someone decides whom a template must not trust, with who it is. What the rules bind to the caller
    /// is nobody's choice: a path parameter that is tied, a text that a guard compares.
    pub fn untrusted(&self) -> impl Iterator<Item = (&'a HoleUse, Control)> + '_ {
        let skeleton = self.skeleton;
        skeleton
            .uses
            .iter()
            .map(move |hole| (hole, skeleton.terms.control(hole.term)))
            .filter(|(hole, control)| *control >= Control::Stored && !self.is_of_rules(hole))
    }

    /// What a hole can hold where it stands.
    pub fn facts(&self, hole: &HoleUse) -> Facts {
        // Holes live as long as the skeleton, so that their addresses tell them apart.
        let key = (hole.span, std::ptr::from_ref(hole).addr());
        if let Some(facts) = self.known_facts.borrow().get(&key) {
            return facts.clone();
        }
        let facts = Facts::of(&self.skeleton.terms, hole.term, &hole.guard);
        self.known_facts.borrow_mut().insert(key, facts.clone());
        facts
    }

    /// What stands at a path of the request, for each action that it may be of.
    pub fn locations(&self, path: &[Slot]) -> Vec<Location> {
        let steps: Vec<Step<'_>> = path
            .iter()
            .map(|slot| match slot {
                Slot::Member(name) => Step::Member(name),
                Slot::OpenMember(_) => Step::AnyMember,
                Slot::Element(_) => Step::Index,
            })
            .collect();
        self.actions.iter().map(|action| locate(*action, &steps)).collect()
    }

    /// Whether a lint has a proven finding at a span already: one way to a place is enough. A place that is not exact is
    /// that of other spans too, and tells nothing.
    pub fn is_proven(&self, lint: &LintInfo, span: Span, findings: &[Finding]) -> bool {
        let (host, exact) = self.template.host.locate(span);
        findings.iter().any(|f| {
            exact
                && f.lint == lint.name
                && f.span == host
                && f.confidence == Confidence::Proven
                && f.content_type.as_deref() == Some(&self.template.content_type)
        })
    }

    /// Whether the deployment puts a text between the members: it may be a part of the template, and do anything. In a
    /// template file on its own such a text is a reference in braces to a name that nothing assigns.
    pub fn deployment_brings_code(&self) -> bool {
        *self.brings_code.get_or_init(|| self.looks_for_code())
    }

    fn looks_for_code(&self) -> bool {
        let skeleton = self.skeleton;
        let is_code = |hole: &HoleUse| {
            matches!(skeleton.terms.get(hole.term), Term::Deployment(_))
                && matches!(hole.place, Place::Structure | Place::Whole | Place::Text)
        };
        let looks_deployed = |node: &Node| match &node.kind {
            NodeKind::Reference(reference) => {
                let form = reference.form;
                let is_bare = form.formal && !form.quiet && reference.accesses.is_empty();
                is_bare && skeleton.observed.roots.get(&reference.span) == Some(&false)
            }
            _ => false,
        };
        let is_alone = self.integration.kind == RestKind::Unknown;
        skeleton.uses.iter().any(is_code) || (is_alone && self.tree.block.iter().any(looks_deployed))
    }

    /// Whether a word after `#` stands in a JSON string.
    pub fn is_in_string(&self, word: Span) -> bool {
        self.skeleton.observed.in_string.contains_key(&word.start().to_usize())
    }

    /// Whether nothing assigns the name that a reference at a span begins with.
    pub fn is_unassigned(&self, reference: Span) -> bool {
        self.skeleton.observed.roots.get(&reference) == Some(&false) && !self.deployment_brings_code()
    }

    /// What a request template writes, as far as the definition or the request's members show whose it is.
    pub fn request_text(&self) -> &'static str {
        let shows = self.integration.shows_dynamodb() || !self.actions.is_empty();
        if shows { "the DynamoDB request" } else { "the service's request" }
    }

    /// The string that a hole stands in, as the small languages of DynamoDB read it, with the terms of its holes.
    pub fn text_around(&self, hole: &HoleUse) -> Option<(HoleyText, Vec<TermId>)> {
        let leaf = self
            .skeleton
            .leaves
            .iter()
            .find(|leaf| leaf.path == hole.path && value::holes(&leaf.pieces).contains(&hole.term))?;
        let mut text = HoleyText::plain("");
        let mut terms = Vec::new();
        push_pieces(&leaf.pieces, &mut text, &mut terms);
        Some((text, terms))
    }

    /// A path as people write it: `Item.id.S`.
    pub fn path_text(path: &[Slot]) -> String {
        if path.is_empty() {
            return "the request".to_owned();
        }
        let names: Vec<&str> = path.iter().map(Skeleton::slot_text).collect();
        format!("`{}`", names.join("."))
    }

    /// For fixes that escape what the template prints.
    pub fn escaping(&self) -> Escaping<'_> {
        Escaping { template: self.template, tree: self.tree, prover: self.prover }
    }

    /// A finding of a lint at a span of the template.
    pub fn finding(&self, lint: &LintInfo, span: Span, report: Report) -> Finding {
        let (host_span, exact) = self.template.host.locate(span);
        // A proof that rests on what nobody has recorded of API Gateway shows no more than a possibility.
        let recorded = report
            .proof
            .as_ref()
            .is_some_and(|proof| proof.assumes.iter().all(|assumed| assumed == STORED_BY_CLIENT));
        let proven = report.shown || recorded;
        let unrecorded = report.proof.is_some() && !recorded;
        // What is shown rests on nothing that is trusted.
        let said = self.skeleton.said_at(span).into_iter();
        let related = said.filter(|said| said.decider == Decider::Client || !proven).map(said_here);
        Finding {
            lint: lint.name,
            severity: if unrecorded { report.severity.min(Severity::Warning) } else { report.severity },
            confidence: if proven { Confidence::Proven } else { Confidence::Possible },
            message: report.message,
            help: report.help,
            file: std::sync::Arc::clone(&self.template.host.file),
            span: host_span,
            exact,
            route: route_text(self.integration),
            content_type: Some(self.template.content_type.clone()),
            action: action_text(self.integration, &self.actions),
            table: self.table(),
            related: related.collect(),
            proof: report.proof,
            fix: None,
            justification: None,
        }
    }

    fn table(&self) -> Option<String> {
        self.skeleton.leaves.iter().find_map(|leaf| match leaf.path.as_slice() {
            [Slot::Member(name)] if &**name == "TableName" => {
                let mut text = String::new();
                for piece in &leaf.pieces {
                    match piece {
                        Piece::Literal(part) => text.push_str(part),
                        Piece::Hole(id) => match self.skeleton.terms.get(*id) {
                            Term::Deployment(name) => text.push_str(&format!("${{{name}}}")),
                            Term::StageVariable(name)
                                if self.skeleton.terms.control(*id) == Control::Trusted =>
                            {
                                text.push_str(&format!("$stageVariables.{name}"));
                            }
                            _ => return None,
                        },
                        Piece::Choice(_) => return None,
                    }
                }
                Some(text)
            }
            _ => None,
        })
    }
}

fn push_pieces(pieces: &[Piece], text: &mut HoleyText, terms: &mut Vec<TermId>) {
    for piece in pieces {
        match piece {
            Piece::Literal(part) => text.push_text(part),
            Piece::Hole(id) => {
                text.push_hole(HoleId(u32::try_from(terms.len()).unwrap_or(u32::MAX)));
                terms.push(*id);
            }
            // One of the cases stands for all; a hole in another is judged as if it could be anything.
            Piece::Choice(cases) => {
                if let Some((_, pieces)) = cases.iter().max_by_key(|(_, pieces)| pieces.len()) {
                    push_pieces(pieces, text, terms);
                }
            }
        }
    }
}

/// The place where people say who decides a value.
pub fn said_here(said: &Said) -> Related {
    let message = match said.decider {
        Decider::Deployment => format!("`{}` is trusted here, so that no proof chooses it", said.value),
        Decider::Client => format!("`{}` is untrusted here, so that the client decides it", said.value),
    };
    Related { file: std::sync::Arc::clone(&said.file), span: said.span, message }
}

/// `GET /orders/{id}`, as far as it is known.
pub fn route_text(integration: &Integration) -> Option<String> {
    match (&integration.route.method, &integration.route.path) {
        (Some(method), Some(path)) => Some(format!("{method} {path}")),
        (None, Some(path)) => Some(path.clone()),
        (Some(method), None) => Some(method.clone()),
        (None, None) => None,
    }
}

/// The action's name, as far as it is known.
pub fn action_text(integration: &Integration, inferred: &[DataAction]) -> Option<String> {
    match &integration.action {
        Action::Named(name) => Some(name.clone()),
        Action::Open | Action::Unknown => match inferred {
            [one] => Some(one.name().to_owned()),
            _ => None,
        },
    }
}

/// A finding about an integration that needs no rendering.
pub fn integration_finding(
    lint: &LintInfo,
    integration: &Integration,
    span: crate::source::HostSpan,
    report: Report,
) -> Finding {
    Finding {
        lint: lint.name,
        severity: report.severity,
        confidence: if report.shown || report.proof.is_some() {
            Confidence::Proven
        } else {
            Confidence::Possible
        },
        message: report.message,
        help: report.help,
        file: std::sync::Arc::clone(&integration.file),
        span,
        exact: true,
        route: route_text(integration),
        content_type: None,
        action: action_text(integration, &[]),
        table: None,
        related: Vec::new(),
        proof: report.proof,
        fix: None,
        justification: None,
    }
}

/// Keeps one report for each place and lint: the proven one before the possible one. A place that is not exact may be
/// that of several things; then each that is said of it counts. Several content types may share a text, by an alias of
/// YAML; what is said of it for each of them alike is said once.
pub fn deduplicated(findings: &mut Vec<Finding>) {
    fn key(finding: &Finding) -> impl Ord + '_ {
        let said = (!finding.exact).then_some(finding.message.as_str());
        let certain = std::cmp::Reverse((finding.confidence, finding.severity));
        (finding.span.start, finding.span.end, finding.lint, said, certain)
    }
    findings.sort_by(|a, b| a.file.path().cmp(b.file.path()).then_with(|| key(a).cmp(&key(b))));
    findings.dedup_by(|b, a| {
        a.lint == b.lint
            && a.span == b.span
            && a.file.path() == b.file.path()
            && a.route == b.route
            && (a.message == b.message || (a.exact && a.content_type == b.content_type))
    });
}
