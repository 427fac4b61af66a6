//! What a map says of an access, in words that keep track of who decides them.

use crate::finding::{
    Access, Comparison, KeyPart, MapText, OtherAttributes, Reason, ReasonKind, RouteVerdict, TextPart,
    Verdict,
};

/// Who decides a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    /// The template or the definition.
    Plain,
    /// The rules: a caller's own value.
    Caller,
    /// The client.
    Client,
    /// AWS or the deployment.
    Service,
    /// This map: what stands between the others.
    Quiet,
}

/// Words, each with who decides it. Blanks are a part of the words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Phrase(pub(super) Vec<(Tone, String)>);

impl Phrase {
    pub(super) fn of(tone: Tone, text: impl Into<String>) -> Self {
        Self(vec![(tone, text.into())])
    }

    fn and(mut self, tone: Tone, text: impl Into<String>) -> Self {
        self.0.push((tone, text.into()));
        self
    }

    fn then(mut self, text: &MapText) -> Self {
        self.0.extend(text.0.iter().map(|part| {
            let tone = match part {
                TextPart::Fixed(_) => Tone::Plain,
                TextPart::Caller(_) => Tone::Caller,
                TextPart::Client(_) => Tone::Client,
                TextPart::Service(_) | TextPart::Deployed(_) => Tone::Service,
            };
            (tone, part.to_string())
        }));
        self
    }
}

/// The table, and the index where there is one.
pub(super) fn table(access: &Access) -> Option<Phrase> {
    let table = Phrase::of(Tone::Plain, access.table.as_ref()?);
    Some(match &access.index {
        Some(index) => table.and(Tone::Quiet, ", index ").and(Tone::Plain, index),
        None => table,
    })
}

/// The key, an attribute a phrase.
pub(super) fn key(access: &Access) -> Vec<Phrase> {
    match access.key.as_deref() {
        None => vec![Phrase::of(Tone::Quiet, "not known")],
        Some([]) => vec![Phrase::of(Tone::Quiet, "none: every item")],
        Some(parts) => parts.iter().map(key_part).collect(),
    }
}

fn key_part(part: &KeyPart) -> Phrase {
    let mut phrase =
        Phrase::of(Tone::Plain, &part.attribute).and(Tone::Quiet, format!(" {}", part.compared.words()));
    if !matches!(part.compared, Comparison::Any | Comparison::Range) {
        for (nth, text) in part.texts.iter().enumerate() {
            phrase = phrase.and(Tone::Quiet, if nth == 0 { " " } else { " or " }).then(text);
        }
    }
    if part.always { phrase } else { phrase.and(Tone::Quiet, " (on some ways)") }
}

/// The attributes.
pub(super) fn attributes(access: &Access) -> Phrase {
    let names = access.attributes.join(", ");
    match (access.others, names.is_empty()) {
        (OtherAttributes::None, false) => Phrase::of(Tone::Plain, names),
        (OtherAttributes::None, true) => Phrase::of(Tone::Quiet, "none"),
        (OtherAttributes::Returned, _) => Phrase::of(Tone::Plain, "all"),
        (OtherAttributes::Open, true) => Phrase::of(Tone::Quiet, "not fixed"),
        (OtherAttributes::Open, false) => {
            Phrase::of(Tone::Plain, names).and(Tone::Quiet, " and others that are not fixed")
        }
    }
}

/// What proves an access, or why it is not proved.
pub(super) fn because(access: &Access) -> Vec<Phrase> {
    access.because.iter().map(reason).collect()
}

fn reason(reason: &Reason) -> Phrase {
    match reason.kind {
        ReasonKind::Grant => Phrase::of(Tone::Quiet, "grant ").then(&reason.text),
        ReasonKind::Condition => Phrase::of(Tone::Quiet, "condition ").then(&reason.text),
        ReasonKind::Hole | ReasonKind::Parameter | ReasonKind::Gap => Phrase::default().then(&reason.text),
    }
}

/// What introduces [`because`].
pub(super) fn because_label(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Proved => "proved by",
        Verdict::Unjudged => "note",
        Verdict::Closed | Verdict::Broken | Verdict::Undecided => "not proved",
    }
}

/// Content types, where they are not what every template has.
pub(super) fn content_types(access: &Access) -> Option<Phrase> {
    (access.content_types != ["application/json"])
        .then(|| Phrase::of(Tone::Plain, access.content_types.join(", ")))
}

/// What stands in place of a route's operations, where none is known.
pub(super) fn without_operations(route: &RouteVerdict) -> &'static str {
    match (route.verdict, &route.action) {
        (Verdict::Closed, _) => "nobody gets in: no grant opens the route",
        (_, None) => "the action is not known",
        (_, Some(_)) => "no template of it could be followed",
    }
}

/// The verbs that nobody gets in by.
pub(super) fn closed_verbs(route: &RouteVerdict) -> Option<String> {
    (!route.closed_verbs.is_empty()).then(|| format!("nobody gets in by {}", route.closed_verbs.join(", ")))
}

/// What keeps a route from being proved that no operation of it says.
pub(super) fn gaps(route: &RouteVerdict) -> impl Iterator<Item = &crate::finding::RouteGap> {
    let said = |what: &str| {
        route
            .accesses
            .iter()
            .any(|access| access.because.iter().any(|reason| reason.text.to_string() == what))
    };
    route.gaps.iter().filter(move |gap| !said(&gap.what))
}
