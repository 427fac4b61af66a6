//! Requests of a certain caller that reach beyond what the caller is granted.

use keybound_vtl::json::strict::StrictValue;
use serde_json::{Map, Value as Json, json};

use crate::api::trust::Decider;
use crate::finding::Proof;
use crate::proof::draft::Draft;
use crate::proof::inverse::{get_at, set};
use crate::proof::solve;
use crate::render::skeleton::{HoleUse, Place};
use crate::render::{Guard, TermId, Terms};
use keybound_vtl::Span;

use super::Prover;

/// A caller, as a proof needs to know one.
pub struct ProofCaller<'c> {
    /// The claims of the caller's token; none where none is asked for.
    pub claims: Option<&'c Map<String, Json>>,
    /// `$context` by dotted path, as far as it follows from who calls.
    pub context: &'c [(String, String)],
    /// Path parameters that can have this value only.
    pub tied: &'c [(String, String)],
    /// What the deployment fills in.
    pub placeholders: &'c [(String, String)],
    /// Whether what `$context.authorizer` holds besides may be anything.
    pub foreign: bool,
}

/// What to try where a client has a say.
pub struct Tries<'t> {
    /// The terms that decide how far the request reaches.
    pub terms: &'t [TermId],
    /// Their values.
    pub values: &'t [Json],
    /// What holds on the way.
    pub guard: &'t Guard,
}

/// Renderings that one such proof may take.
const MAX_RENDERS: usize = 600;

impl Prover<'_> {
    /// A request of a caller for which `is_beyond` is true of the rendered request.
    pub fn reaches(
        &self,
        caller: &ProofCaller<'_>,
        tries: &Tries<'_>,
        is_beyond: &dyn Fn(&StrictValue) -> bool,
    ) -> Option<Proof> {
        let terms = &self.skeleton.terms;
        // What people say the deployment decides may be just what the grant asks for: its plain value shows nothing.
        if tries.terms.iter().any(|term| terms.is_entrusted(*term)) {
            return None;
        }
        let begun = self.renders.get();
        let base = as_caller(self.plain_draft().clone(), caller);
        let drafts = self.all_passing(solve::drafts(terms, &base, tries.guard));
        let drafts: Vec<Draft> = drafts.into_iter().map(|draft| as_caller(draft, caller)).collect();
        let shown = |draft: &Draft, plain: Option<&Draft>| -> Option<Proof> {
            let text = self.rendered(draft)?;
            let json = self.verdict(&text).json?;
            is_beyond(&json).then(|| {
                let marks = text.marks().iter().filter(|mark| self.counts(mark.source));
                let marks = plain.map(|_| marks.map(|mark| (mark.start, mark.end)).collect());
                let proof = self.proof(draft, &text, marks.unwrap_or_default(), plain);
                Proof { claims: caller.claims.cloned(), ..proof }
            })
        };
        // What a plain request does already needs no attack.
        if let Some(proof) = drafts.iter().find_map(|draft| shown(draft, None)) {
            return Some(proof);
        }
        for &term in tries.terms {
            let hole = HoleUse {
                term,
                span: Span::of(0, 0),
                guard: tries.guard.clone(),
                place: Place::StringValue,
                path: Vec::new(),
                open: Vec::new(),
                before: Vec::new(),
                repeated: false,
            };
            for target in self.targets(term) {
                for draft in &drafts {
                    let values = tries.values.iter().flat_map(|value| self.fitting(target, &hole, value));
                    for value in values.flat_map(|value| with_plain(draft, terms, target, value)) {
                        if self.renders.get() - begun > MAX_RENDERS || self.is_spent() {
                            return None;
                        }
                        let mut attack = draft.clone();
                        set(&mut attack, terms, target, value);
                        let attack = as_caller(attack, caller);
                        if let Some(proof) = shown(&attack, Some(draft)) {
                            return Some(proof);
                        }
                    }
                }
            }
        }
        None
    }
}

/// A draft as a caller can send it: who calls is not the client's choice.
fn as_caller(mut draft: Draft, caller: &ProofCaller<'_>) -> Draft {
    // What is not published is empty, but another authorizer's word, and a user's other claims, may be anything.
    // Nor do people always trust what the authorizer hands over.
    let trust = std::sync::Arc::clone(&draft.trust);
    let is_clients = |name: &str| trust.of_context(name) == Some(Decider::Client);
    draft.context.retain(|name, _| !name.starts_with("authorizer.") || caller.foreign || is_clients(name));
    for (name, value) in caller.context {
        if !is_clients(name) || !draft.context.contains_key(name) {
            draft.context.insert(name.clone(), value.clone());
        }
    }
    draft.path.extend(caller.tied.iter().cloned());
    draft.placeholders.extend(caller.placeholders.iter().cloned());
    draft
}

/// A value; an object also together with what the plain request has in its place.
fn with_plain(draft: &Draft, terms: &Terms, target: TermId, value: Json) -> Vec<Json> {
    let (Json::Object(new), Some(Json::Object(mut plain))) = (&value, get_at(draft, terms, target, 0)) else {
        return vec![value];
    };
    plain.extend(new.clone());
    vec![value, Json::Object(plain)]
}

/// Values by which a client reaches for what is not the caller's; the names are those of a table's key attributes.
pub fn reaching_values(partition: &str, sort: Option<&str>) -> Vec<Json> {
    const OTHER: &str = "someone-else";
    let text = json!({ "S": OTHER });
    let mut key = Map::new();
    key.insert(partition.to_owned(), text.clone());
    if let Some(sort) = sort {
        key.insert(sort.to_owned(), text.clone());
    }
    let request = json!({ "TableName": "OtherTable", "Key": key, "Item": key });
    // As many as DynamoDB takes in one request.
    let many: Vec<String> = (0..100).map(|number| format!("other-{number}")).collect();
    vec![
        json!(OTHER),
        json!(1_000_000),
        json!("1000000"),
        json!("99"),
        json!("999"),
        json!(Json::Object(key.clone()).to_string()),
        Json::Object(key),
        text,
        json!([OTHER]),
        json!(many),
        request,
        json!(""),
    ]
}
