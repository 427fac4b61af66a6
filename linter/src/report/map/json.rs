//! The map for programs: one JSON object, its form fixed by `version`. Absent values are null, never left out.

use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

use crate::finding::{Access, KeyPart, MapText, OtherAttributes, RouteVerdict, Run};
use crate::report::Base;

/// The version of the form. It changes when a member changes its meaning or goes away, not when one is added.
pub const VERSION: u32 = 1;

/// Writes a map as one line of JSON.
pub fn write(out: &mut dyn Write, run: &Run, base: &Base) -> io::Result<()> {
    let routes = run.routes.iter().map(|route| JsonRoute::of(route, base)).collect();
    serde_json::to_writer(&mut *out, &Map { version: VERSION, routes })?;
    writeln!(out)
}

#[derive(Serialize)]
struct Map<'a> {
    version: u32,
    routes: Vec<JsonRoute<'a>>,
}

#[derive(Serialize)]
struct JsonRoute<'a> {
    route: Option<&'a str>,
    action: Option<&'a str>,
    #[serde(flatten)]
    place: Place,
    authorization: &'a str,
    /// The file of the access rules.
    rules: Option<String>,
    verdict: &'static str,
    closed_verbs: &'a [&'static str],
    broken_by: Vec<JsonBrokenBy>,
    gaps: Vec<JsonGap<'a>>,
    rests_on: Vec<JsonRestsOn<'a>>,
    accesses: Vec<JsonAccess<'a>>,
}

/// A line, from 1.
#[derive(Serialize)]
struct Place {
    file: String,
    line: usize,
}

#[derive(Serialize)]
struct JsonBrokenBy {
    lint: &'static str,
    #[serde(flatten)]
    place: Place,
}

#[derive(Serialize)]
struct JsonGap<'a> {
    what: &'a str,
    #[serde(flatten)]
    place: Place,
}

/// What a setting says of a value.
#[derive(Serialize)]
struct JsonRestsOn<'a> {
    value: &'a str,
    /// `trusted` or `untrusted`.
    setting: &'static str,
    #[serde(flatten)]
    place: Place,
}

#[derive(Serialize)]
struct JsonAccess<'a> {
    callers: &'a str,
    when: Option<&'a str>,
    /// The verbs of an any-method; empty for all.
    verbs: &'a [&'static str],
    content_types: &'a [String],
    operation: &'a str,
    table: Option<&'a str>,
    index: Option<&'a str>,
    key: Option<Vec<JsonKeyPart<'a>>>,
    attributes: &'a [String],
    other_attributes: Option<&'static str>,
    limit: Option<&'a str>,
    verdict: &'static str,
    because: Vec<JsonReason>,
}

#[derive(Serialize)]
struct JsonKeyPart<'a> {
    attribute: &'a str,
    compared: &'static str,
    /// The texts that it is compared with, one of these.
    texts: Vec<String>,
    always: bool,
}

#[derive(Serialize)]
struct JsonReason {
    by: &'static str,
    text: String,
}

impl Place {
    fn of(file: &Path, line: usize, base: &Base) -> Self {
        Self { file: base.shown(file), line }
    }
}

impl<'a> JsonRoute<'a> {
    fn of(route: &'a RouteVerdict, base: &Base) -> Self {
        let broken_by = route.broken_by.iter().map(|broken| JsonBrokenBy {
            lint: broken.lint,
            place: Place::of(&broken.file, broken.line, base),
        });
        let gaps = route
            .gaps
            .iter()
            .map(|gap| JsonGap { what: &gap.what, place: Place::of(&gap.file, gap.line, base) });
        let rests_on = route.rests_on.iter().map(|said| JsonRestsOn {
            value: &said.value,
            setting: said.setting(),
            place: Place::of(&said.file, said.line, base),
        });
        Self {
            route: route.route.as_deref(),
            action: route.action.as_deref(),
            place: Place::of(route.file.path(), route.file.position(route.span.start).line, base),
            authorization: &route.authorization,
            rules: route.rules.as_deref().map(|rules| base.shown(rules)),
            verdict: route.verdict.word(),
            closed_verbs: &route.closed_verbs,
            broken_by: broken_by.collect(),
            gaps: gaps.collect(),
            rests_on: rests_on.collect(),
            accesses: route.accesses.iter().map(JsonAccess::of).collect(),
        }
    }
}

impl<'a> JsonAccess<'a> {
    fn of(access: &'a Access) -> Self {
        let other_attributes = match access.others {
            OtherAttributes::None => None,
            OtherAttributes::Returned => Some("returned"),
            OtherAttributes::Open => Some("not fixed"),
        };
        let because = access
            .because
            .iter()
            .map(|reason| JsonReason { by: reason.kind.word(), text: reason.text.to_string() });
        Self {
            callers: &access.callers,
            when: access.when.as_deref(),
            verbs: &access.verbs,
            content_types: &access.content_types,
            operation: &access.operation,
            table: access.table.as_deref(),
            index: access.index.as_deref(),
            key: access.key.as_ref().map(|parts| parts.iter().map(JsonKeyPart::of).collect()),
            attributes: &access.attributes,
            other_attributes,
            limit: access.limit.as_deref(),
            verdict: access.verdict.word(),
            because: because.collect(),
        }
    }
}

impl<'a> JsonKeyPart<'a> {
    fn of(part: &'a KeyPart) -> Self {
        Self {
            attribute: &part.attribute,
            compared: part.compared.words(),
            texts: part.texts.iter().map(MapText::to_string).collect(),
            always: part.always,
        }
    }
}
