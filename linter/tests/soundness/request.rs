//! Hostile requests, as far as API Gateway lets them come to a template.

use keybound_linter::api::model::Schema;
use keybound_linter::api::model::admission::{Admission, admission, fitted};
use keybound_linter::api::{Authorization, Integration, Passthrough};
use keybound_linter::proof::draft::{Body, Draft};
use keybound_shared::{Route, Segment};
use serde_json::{Map, Value as Json, json};

use crate::chooser::Chooser;
use crate::hostile::{Arsenal, Palette};
use crate::reads::{PathStep, Reads};
use crate::visitor::Visitor;

/// What requests are made for.
pub(crate) struct Target<'t> {
    pub(crate) integration: &'t Integration,
    pub(crate) content_type: &'t str,
    pub(crate) reads: &'t Reads,
    pub(crate) arsenal: &'t Arsenal,
    /// Names of the deployment's placeholders with what stands for them.
    pub(crate) placeholders: &'t [(String, String)],
}

impl Target<'_> {
    /// A request of a caller.
    pub(crate) fn draft(&self, visitor: &Visitor<'_>, chooser: &mut Chooser) -> Draft {
        // What is not told apart from the rules' variables is published last.
        let own: Vec<String> = visitor.context.iter().map(|(_, value)| value.clone()).take(3).collect();
        let palette = &Palette { reads: self.reads, own: &own, eager: chooser.chance(35) };
        let mut draft = Draft::default();
        let entry = &visitor.entries[chooser.below(visitor.entries.len())];
        for name in &self.integration.path_parameters {
            let tied = entry.iter().find(|(tied, _)| tied == name);
            let text = match tied {
                Some((_, values)) => chooser.text(values),
                None => self.arsenal.text(palette, chooser),
            };
            draft.path.insert(name.clone(), if text.is_empty() { "x".to_owned() } else { text });
        }
        for name in &self.reads.parameters {
            if self.integration.path_parameters.contains(name) && !chooser.chance(10) {
                continue;
            }
            let place = chooser.below(5);
            if place < 3 {
                draft.query.insert(name.clone(), self.arsenal.text(palette, chooser));
            }
            if place > 2 || chooser.chance(10) {
                draft.header.insert(name.clone(), self.arsenal.text(palette, chooser));
            }
        }
        while chooser.chance(12) {
            let name = self.arsenal.hostile(chooser);
            let map = if chooser.chance(50) { &mut draft.query } else { &mut draft.header };
            map.insert(name, self.arsenal.text(palette, chooser));
        }
        draft.body = self.body(palette, chooser);
        self.say_context(&mut draft, palette, chooser);
        draft.context.extend(visitor.context.iter().cloned());
        draft.placeholders.extend(self.placeholders.iter().cloned());
        for name in &self.reads.stage {
            draft.stage.insert(name.clone(), chooser.pick(&["Other", "Main", "prod"]).to_owned());
        }
        draft
    }

    /// What of `$context` the client decides, or nobody whom the rules know.
    fn say_context(&self, draft: &mut Draft, palette: &Palette<'_>, chooser: &mut Chooser) {
        for path in ["requestId", "path", "identity.userAgent"] {
            if chooser.chance(40) {
                draft.context.insert(path.to_owned(), self.arsenal.text(palette, chooser));
            }
        }
        let is_pool = matches!(self.integration.authorization, Authorization::UserPool(_));
        let is_other =
            matches!(self.integration.authorization, Authorization::Lambda(_) | Authorization::Other(_));
        for path in &self.reads.context {
            let is_said = match path.strip_prefix("authorizer.") {
                Some(rest) if is_pool => rest.starts_with("claims."),
                // What the rules' own authorizer says comes after this.
                Some(rest) => is_other && !rest.starts_with("claims") && palette.own.is_empty(),
                None => false,
            };
            if is_said && chooser.chance(80) {
                draft.context.insert(path.clone(), self.arsenal.text(palette, chooser));
            }
        }
    }

    fn body(&self, palette: &Palette<'_>, chooser: &mut Chooser) -> Body {
        if let Some(model) = self.model()
            && chooser.chance(80)
        {
            let value = self.structured(palette, chooser);
            return Body::Json(fitted(&model.constraints(), Some(value)));
        }
        match chooser.below(20) {
            0 => Body::Unset,
            1 | 2 => Body::Json(self.arsenal.json(palette, 3, chooser)),
            3..=5 => {
                let text = self.structured(palette, chooser).to_string();
                Body::Raw(self.bent(text, palette, chooser))
            }
            _ => Body::Json(self.structured(palette, chooser)),
        }
    }

    /// An object with the members that the template reads.
    fn structured(&self, palette: &Palette<'_>, chooser: &mut Chooser) -> Json {
        let mut body = Json::Object(Map::new());
        for path in &self.reads.paths {
            if chooser.chance(85) {
                put(&mut body, path, self.arsenal.json(palette, 2, chooser));
            }
        }
        if let Json::Object(members) = &mut body {
            for name in &self.reads.members {
                if !members.contains_key(name) && chooser.chance(40) {
                    members.insert(name.clone(), self.arsenal.json(palette, 2, chooser));
                }
            }
            while chooser.chance(10) {
                members.insert(self.arsenal.hostile(chooser), self.arsenal.json(palette, 1, chooser));
            }
        }
        body
    }

    /// A body's text that is JSON no more, or not for every reader.
    fn bent(&self, text: String, palette: &Palette<'_>, chooser: &mut Chooser) -> String {
        let value = json!(self.arsenal.text(palette, chooser)).to_string();
        let name = chooser.text(&self.reads.members);
        match chooser.below(13) {
            0 => text.replacen('}', &format!(",\"{name}\":{value}}}"), 1),
            1 => text.replacen('{', &format!("{{\"{name}\":{value},"), 1),
            2 => text.replace('"', "'"),
            3 => text.replacen('"', "", 2),
            4 => text.replace("\":\"", "\":\"\\ud800"),
            5 => text.replace('"', "\\\""),
            6 => text.replace(':', ": +01 "),
            7 => format!("{text}{value}"),
            8 => text.chars().take(text.chars().count() / 2).collect(),
            9 => chooser
                .pick(&["", " ", "x", "\"", "{", "[", "null", "NaN", "'a'", "\u{FEFF}{}", "{a:b}", "[,]"])
                .to_owned(),
            10 => text.replace(',', ",,").replace('}', ",}"),
            11 => text.replace('a', "\\u0061"),
            _ => format!("[{text},{text}]"),
        }
    }

    /// The model that every body has passed.
    fn model(&self) -> Option<&Schema> {
        let model = self.integration.body_model(self.content_type);
        model.filter(|_| self.integration.passthrough.0 == Passthrough::Never)
    }

    /// Whether the definition's model lets a request through to the template.
    pub(crate) fn is_admitted(&self, draft: &Draft) -> bool {
        let Some(model) = self.model() else { return true };
        let text = draft.body_text().unwrap_or_else(|| "{}".to_owned());
        // What is no JSON fits no model.
        serde_json::from_str(&text)
            .is_ok_and(|value| admission(&model.constraints(), &value) != Admission::Refused)
    }
}

/// Puts a value at a path, making what is on the way.
fn put(at: &mut Json, path: &[PathStep], value: Json) {
    let Some((first, rest)) = path.split_first() else {
        *at = value;
        return;
    };
    match first {
        PathStep::Member(name) => {
            if !at.is_object() {
                *at = json!({});
            }
            if let Json::Object(members) = at {
                put(members.entry(name.clone()).or_insert(Json::Null), rest, value);
            }
        }
        PathStep::Element(index) => {
            if !at.is_array() {
                *at = json!([]);
            }
            if let Json::Array(elements) = at {
                while elements.len() <= (*index).min(3) {
                    elements.push(Json::Null);
                }
                put(&mut elements[(*index).min(3)], rest, value);
            }
        }
    }
}

/// The path of a request on a route.
pub(crate) fn path_of(route: &Route, draft: &Draft) -> Option<(&'static str, String)> {
    let (verb, path) = route.http()?;
    let value = |name: &str| encoded(draft.path.get(name).map_or("x", String::as_str));
    let segments = path.segments().iter().map(|segment| match segment {
        Segment::Literal(text) => text.clone(),
        Segment::Parameter(name) | Segment::Greedy(name) => value(name),
    });
    Some((verb.name(), segments.map(|segment| format!("/{segment}")).collect()))
}

/// A segment as the ARN of a method has it: what a variable's value may hold stands as it is.
fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~@|:+=,;!&()[]^".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
