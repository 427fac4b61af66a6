//! The search for a request that shows what the model suspects.

mod alike;
mod answers;
mod fitting;
mod overrides;
pub mod reaching;

use std::cell::{Cell, OnceCell};
use std::collections::HashMap;

use keybound_vtl::TemplateText;
use keybound_vtl::eval;
use keybound_vtl::json::strict::StrictValue;
use keybound_vtl::parse::Tree;
use keybound_vtl::value::Text;
use serde_json::{Value as Json, json};

use crate::api::model::Schema;
use crate::api::model::admission::{Admission, admission, fitted};
use crate::api::{Channel, Integration, MappingTemplate};
use crate::finding::{Proof, ProofRequest};
use crate::render::demand::{Demand, demands};
use crate::render::skeleton::{HoleUse, OpenPath, Skeleton};
use crate::render::{Direction, Guard, TermId};

use super::draft::{self, Draft};
use super::inverse::{set, take_out};
use super::judge::{Verdict, judge, told};
use super::{payload, solve};

/// Renderings that one template's proofs may take.
const MAX_RENDERS: usize = 6000;

/// Renderings that one hole's proof may take.
const MAX_RENDERS_A_HOLE: usize = 900;

/// What every proof of a response takes for granted; it needs no recording.
pub const STORED_BY_CLIENT: &str = "the item holds what a client once wrote into it";

/// What a proof needs to know of the template's place.
#[derive(Clone, Debug)]
pub struct Target<'a> {
    /// The route's verb.
    pub method: Option<&'a str>,
    /// The route's path.
    pub path: Option<&'a str>,
    /// The content type that selects the template.
    pub content_type: &'a str,
    /// What of a client's request reaches the template.
    pub channel: Channel,
    /// The model that the client's body must pass.
    pub body_model: Option<&'a Schema>,
}

impl<'a> Target<'a> {
    /// The place of a template of an integration.
    pub fn of(integration: &'a Integration, template: &'a MappingTemplate, direction: Direction) -> Self {
        let body_model = integration.body_model(&template.content_type);
        Self {
            method: integration.route.method.as_deref(),
            path: integration.route.path.as_deref(),
            content_type: &template.content_type,
            channel: integration.channel(),
            body_model: body_model.filter(|_| direction == Direction::Request),
        }
    }

    /// A draft as a client sends it.
    fn request(&self, draft: &Draft) -> ProofRequest {
        match (self.channel, self.path) {
            (Channel::Request, _) => draft.http_request(self.method, self.path, self.content_type),
            (Channel::Connect | Channel::Disconnect, _) => draft.handshake(),
            (Channel::Message, key) => draft.message(key.unwrap_or("$default")),
        }
    }
}

/// Searches proofs for one template.
pub struct Prover<'a> {
    template: &'a TemplateText,
    pub(super) tree: &'a Tree,
    pub(super) skeleton: &'a Skeleton,
    direction: Direction,
    target: Target<'a>,
    demands: HashMap<TermId, Demand<'a>>,
    renders: Cell<usize>,
    /// The plain request, from which all others are made.
    plain: OnceCell<Draft>,
}

/// A rendered text and the ranges of it that show what is to be shown.
type Shown = (Text, Vec<(usize, usize)>);

/// Renders a draft and says whether it shows what is to be shown.
type Wanted<'f> = &'f dyn Fn(&Draft) -> Option<Shown>;

/// What a verdict must show.
type Shows<'f> = &'f dyn Fn(&Verdict) -> Vec<(usize, usize)>;

impl<'a> Prover<'a> {
    /// A prover for a template and what symbolic rendering said of it.
    pub fn new(
        template: &'a TemplateText,
        tree: &'a Tree,
        skeleton: &'a Skeleton,
        direction: Direction,
        target: Target<'a>,
    ) -> Self {
        let demands = target.body_model.map(|model| demands(&skeleton.terms, model)).unwrap_or_default();
        Self {
            template,
            tree,
            skeleton,
            direction,
            target,
            demands,
            renders: Cell::new(0),
            plain: OnceCell::new(),
        }
    }

    /// A request by which text that lands in a hole decides more than its own value.
    pub fn injection(&self, hole: &HoleUse) -> Option<Proof> {
        let texts = payload::texts(hole, self.direction);
        let mut values: Vec<Json> = texts.iter().map(|text| json!(text)).collect();
        values.extend(payload::values(hole, &texts));
        self.search(hole, &values, &|verdict| ranges(&verdict.broke_out))
    }

    /// A request by which the client's JSON is a whole object or array where a hole stands.
    pub fn shape(&self, hole: &HoleUse) -> Option<Proof> {
        self.search(hole, &payload::shapes(hole), &|verdict| ranges(&verdict.shaped))
    }

    /// A request by which the client names a member.
    pub fn name(&self, hole: &HoleUse) -> Option<Proof> {
        self.search(hole, &[json!("injected"), json!(":injected"), json!("#injected")], &|verdict| {
            ranges(&verdict.named)
        })
    }

    /// A request that puts one of these texts whole into the rendered request.
    pub fn carries(&self, hole: &HoleUse, texts: &[&str]) -> Option<Proof> {
        let values: Vec<Json> = texts.iter().map(|text| json!(text)).collect();
        let escaped: Vec<String> =
            texts.iter().map(|text| json!(text).to_string().trim_matches('"').to_owned()).collect();
        let wanted = |draft: &Draft| -> Option<Shown> {
            let text = self.rendered(draft)?;
            let verdict = self.verdict(&text);
            verdict.json.as_ref()?;
            let found =
                texts.iter().map(|t| (*t).to_owned()).chain(escaped.iter().cloned()).find_map(|wanted| {
                    text.as_str().match_indices(&wanted).map(|(at, _)| (at, at + wanted.len())).find(
                        |(start, end)| {
                            text.marks().iter().any(|mark| {
                                self.counts(mark.source) && mark.start <= *start && *end <= mark.end
                            })
                        },
                    )
                })?;
            Some((text, vec![found]))
        };
        self.search_with(hole, &values, &wanted)
    }

    /// A request that prints one of these texts as it is, whatever the output is.
    pub fn prints(&self, hole: &HoleUse, texts: &[&str]) -> Option<Proof> {
        let values: Vec<Json> = texts.iter().map(|text| json!(text)).collect();
        let wanted = |draft: &Draft| -> Option<Shown> {
            let text = self.rendered(draft)?;
            let found = texts
                .iter()
                .find_map(|wanted| text.as_str().find(wanted).map(|at| (at, at + wanted.len())))?;
            Some((text, vec![found]))
        };
        self.search_with(hole, &values, &wanted)
    }

    /// A request in which a value is this one, and is printed as this text.
    pub fn prints_value(&self, hole: &HoleUse, of: TermId, value: &Json, text: &str) -> Option<Proof> {
        self.drafts(&hole.guard).into_iter().find_map(|mut draft| {
            if self.is_spent() {
                return None;
            }
            set(&mut draft, &self.skeleton.terms, of, value.clone());
            let rendered = self.rendered(&draft)?;
            let at = rendered.as_str().find(text)?;
            Some(self.proof(&draft, &rendered, vec![(at, at + text.len())], None))
        })
    }

    /// A request whose text for a term makes a JSONPath read a member that the template never names.
    pub fn reads_elsewhere(&self, term: TermId, open: &OpenPath) -> Option<Proof> {
        const ELSEWHERE: &str = "read-from-elsewhere";
        let terms = &self.skeleton.terms;
        // The members that the path names before the client's part.
        let named = open.begins.split(['.', '[', ']', '\'', '"', '$']).filter(|name| !name.is_empty());
        let named: Vec<&str> = named.collect();
        for draft in self.drafts(&open.guard) {
            for path in [
                "elsewhere",
                ".elsewhere",
                "x..elsewhere",
                "*",
                ".*",
                "..elsewhere",
                "elsewhere']",
                "*]",
                "0]..elsewhere",
            ] {
                let mut attack = draft.clone();
                let mut body = match attack.body {
                    draft::Body::Json(Json::Object(body)) => body,
                    _ => serde_json::Map::new(),
                };
                let hidden = json!(ELSEWHERE);
                for value in body.values_mut() {
                    if let Json::Object(inner) = value {
                        inner.insert("elsewhere".to_owned(), hidden.clone());
                    }
                }
                body.insert("elsewhere".to_owned(), hidden.clone());
                if let Some((first, inner)) = named.split_first() {
                    let innermost = json!({ "elsewhere": hidden });
                    let value = inner.iter().rev().fold(innermost, |value, name| json!({ *name: value }));
                    body.insert((*first).to_owned(), value);
                }
                attack.body = draft::Body::Json(Json::Object(body));
                set(&mut attack, terms, term, json!(path));
                let Some(text) = self.rendered(&attack) else { continue };
                if let Some(at) = text.as_str().find(ELSEWHERE) {
                    return Some(self.proof(&attack, &text, vec![(at, at + ELSEWHERE.len())], Some(&draft)));
                }
            }
        }
        None
    }

    /// A plain request that renders no JSON, and one that shows it.
    pub fn no_json(&self, guard: &Guard) -> Option<(Proof, String)> {
        for draft in self.drafts(guard) {
            if self.is_spent() {
                return None;
            }
            let Some(text) = self.rendered(&draft) else { continue };
            let verdict = self.verdict(&text);
            if let Some(error) = verdict.error {
                let why = told(text.as_str(), &error);
                return Some((self.proof(&draft, &text, Vec::new(), None), why));
            }
        }
        None
    }

    /// Whether no plain request on a way through the template renders JSON, as far as is tried.
    pub fn never_json(&self, guard: &Guard) -> bool {
        let drafts = self.drafts(guard);
        let is_json =
            |draft: &Draft| self.rendered(draft).is_none_or(|text| self.verdict(&text).error.is_none());
        !drafts.is_empty() && !self.is_spent() && !drafts.iter().any(is_json)
    }

    /// A request whose value for a hole makes the output no JSON.
    pub fn spoils(&self, hole: &HoleUse, values: &[Json]) -> Option<Proof> {
        let wanted = |draft: &Draft| -> Option<Shown> {
            let text = self.rendered(draft)?;
            self.verdict(&text).error.is_some().then(|| {
                let marks = text.marks().iter().filter(|mark| self.counts(mark.source));
                let marks: Vec<_> = marks.map(|mark| (mark.start, mark.end)).collect();
                (text.clone(), marks)
            })
        };
        // The plain request must be fine, or the value is not what spoils it.
        let plain_is_fine = self
            .drafts(&hole.guard)
            .iter()
            .any(|draft| self.rendered(draft).is_some_and(|text| self.verdict(&text).error.is_none()));
        plain_is_fine.then(|| self.search_with(hole, values, &wanted)).flatten()
    }

    /// The plain request of the template, rendered.
    pub fn plain(&self) -> Option<Proof> {
        let draft = self.passing(self.plain_draft().clone());
        let text = self.rendered(&draft)?;
        Some(self.proof(&draft, &text, Vec::new(), None))
    }

    /// A plain request on a way through the template whose rendering has what is looked for.
    pub fn rendering(&self, guard: &Guard, wanted: &dyn Fn(&StrictValue) -> bool) -> Option<Proof> {
        for draft in self.drafts(guard) {
            if self.renders.get() > MAX_RENDERS {
                return None;
            }
            let Some(text) = self.rendered(&draft) else { continue };
            if self.verdict(&text).json.as_ref().is_some_and(wanted) {
                return Some(self.proof(&draft, &text, Vec::new(), None));
            }
        }
        None
    }

    /// A request with one of these values for a hole, whose rendering has what is looked for.
    pub fn filled(
        &self,
        hole: &HoleUse,
        values: &[Json],
        wanted: &dyn Fn(&StrictValue) -> bool,
    ) -> Option<Proof> {
        self.search_with(hole, values, &|draft| {
            let text = self.rendered(draft)?;
            let shown = self.verdict(&text).json.as_ref().is_some_and(wanted);
            let marks = text.marks().iter().filter(|mark| self.counts(mark.source));
            let found = marks.map(|mark| (mark.start, mark.end)).collect();
            shown.then_some((text, found))
        })
    }

    /// A request without what a hole prints, whose rendering has what is looked for.
    pub fn absent(&self, hole: &HoleUse, wanted: &dyn Fn(&StrictValue) -> bool) -> Option<Proof> {
        self.drafts(&hole.guard).into_iter().find_map(|draft| {
            let mut without = draft.clone();
            if self.is_spent() || !take_out(&mut without, &self.skeleton.terms, hole.term) {
                return None;
            }
            let text = self.rendered(&without)?;
            let shown = self.verdict(&text).json.as_ref().is_some_and(wanted);
            shown.then(|| self.proof(&without, &text, Vec::new(), Some(&draft)))
        })
    }

    fn search(&self, hole: &HoleUse, values: &[Json], shows: Shows<'_>) -> Option<Proof> {
        self.search_with(hole, values, &|draft| {
            let text = self.rendered(draft)?;
            let found = shows(&self.verdict(&text));
            (!found.is_empty()).then_some((text, found))
        })
    }

    fn search_with(&self, hole: &HoleUse, values: &[Json], wanted: Wanted<'_>) -> Option<Proof> {
        let begun = self.renders.get();
        let targets = self.targets(hole.term);
        let first =
            self.all_passing(solve::first_draft(&self.skeleton.terms, self.plain_draft(), &hole.guard));
        self.search_from(hole, values, &targets, &first, wanted, begun)
            .or_else(|| self.search_from(hole, values, &targets, &self.drafts(&hole.guard), wanted, begun))
    }

    fn search_from(
        &self,
        hole: &HoleUse,
        values: &[Json],
        targets: &[TermId],
        drafts: &[Draft],
        wanted: Wanted<'_>,
        begun: usize,
    ) -> Option<Proof> {
        let terms = &self.skeleton.terms;
        for &target in targets {
            for draft in drafts {
                for value in values {
                    for value in self.fitting(target, hole, value) {
                        if self.renders.get() - begun > MAX_RENDERS_A_HOLE || self.renders.get() > MAX_RENDERS
                        {
                            return None;
                        }
                        let mut attack = draft.clone();
                        set(&mut attack, terms, target, value);
                        if let Some((text, found)) = wanted(&attack) {
                            return Some(self.proof(&attack, &text, found, Some(draft)));
                        }
                    }
                }
            }
        }
        None
    }

    /// Whether this template's proofs have taken all renderings that they may.
    pub(super) fn is_spent(&self) -> bool {
        self.renders.get() > MAX_RENDERS
    }

    fn counts(&self, source: keybound_vtl::value::SourceId) -> bool {
        match self.direction {
            Direction::Request => source != draft::CALLER,
            Direction::Response => {
                source == draft::BODY || source == draft::PARAMETERS || source == draft::CONTEXT
            }
        }
    }

    pub(super) fn verdict(&self, text: &Text) -> Verdict {
        judge(text, |source| self.counts(source))
    }

    /// What a draft becomes; nothing where the rendering fails, or where the request model lets no such body through.
    pub(super) fn rendered(&self, draft: &Draft) -> Option<Text> {
        self.rendered_from(self.tree, draft)
    }

    /// The same of another tree than the template's.
    pub(super) fn rendered_from(&self, tree: &Tree, draft: &Draft) -> Option<Text> {
        self.rendering_from(tree, draft).map(|rendered| rendered.text)
    }

    fn rendered_whole(&self, draft: &Draft) -> Option<eval::Rendered> {
        self.rendering_from(self.tree, draft)
    }

    fn rendering_from(&self, tree: &Tree, draft: &Draft) -> Option<eval::Rendered> {
        self.renders.set(self.renders.get() + 1);
        if self.admission(draft) == Admission::Refused {
            return None;
        }
        eval::render(self.template, tree, &draft.request(self.content_type())).ok()
    }

    /// Whether a draft's body passes the request model.
    fn admission(&self, draft: &Draft) -> Admission {
        let Some(model) = self.target.body_model else { return Admission::Admitted };
        draft.json_body().map_or(Admission::Refused, |body| admission(&model.constraints(), &body))
    }

    /// A draft whose body passes the request model, if it is easily made so.
    fn passing(&self, mut draft: Draft) -> Draft {
        if let Some(model) = self.target.body_model
            && self.admission(&draft) != Admission::Admitted
        {
            draft.body = draft::Body::Json(fitted(&model.constraints(), draft.json_body()));
        }
        draft
    }

    fn all_passing(&self, drafts: Vec<Draft>) -> Vec<Draft> {
        drafts.into_iter().map(|draft| self.passing(draft)).collect()
    }

    fn plain_draft(&self) -> &Draft {
        self.plain.get_or_init(|| solve::plain(self.skeleton))
    }

    pub(super) fn drafts(&self, guard: &Guard) -> Vec<Draft> {
        self.all_passing(solve::drafts(&self.skeleton.terms, self.plain_draft(), guard))
    }

    pub(super) fn proof(
        &self,
        draft: &Draft,
        text: &Text,
        injected: Vec<(usize, usize)>,
        plain: Option<&Draft>,
    ) -> Proof {
        let benign = plain
            .and_then(|plain| self.rendered(plain))
            .filter(|text| self.verdict(text).json.is_some())
            .map(|text| text.as_str().to_owned());
        let unsent = draft.unsent(self.plain_draft());
        Proof {
            request: ProofRequest { unsent, ..self.target.request(draft) },
            rendered: text.as_str().to_owned(),
            overrides: Vec::new(),
            injected,
            benign,
            assumes: self.assumptions(draft, text),
            claims: None,
            of_answer: self.direction == Direction::Response,
        }
    }

    /// What a proof rests on that nobody has recorded.
    fn assumptions(&self, draft: &Draft, text: &Text) -> Vec<String> {
        let mut assumes = Vec::new();
        for (path, why) in [
            ("requestId", "a client can set the request id to any text"),
            ("path", "the request path reaches the template with the characters that the client sent"),
        ] {
            let chosen =
                draft.context.get(path).is_some_and(|value| draft::fixed_context(path) != Some(value));
            if chosen && text.marks().iter().any(|mark| mark.source == draft::CONTEXT) {
                assumes.push(why.to_owned());
            }
        }
        if self.admission(draft) == Admission::Unsure {
            assumes
                .push("the request model, of which not all is understood, lets this body through".to_owned());
        }
        if self.direction == Direction::Response {
            assumes.push(STORED_BY_CLIENT.to_owned());
        }
        assumes
    }
}

fn ranges(marks: &[keybound_vtl::value::Mark]) -> Vec<(usize, usize)> {
    marks.iter().map(|mark| (mark.start, mark.end)).collect()
}
