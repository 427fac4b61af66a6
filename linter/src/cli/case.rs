//! A request to render a template for, read from JSON.

use keybound_vtl::eval::{Request, context_map};
use keybound_vtl::json;
use keybound_vtl::value::{List, ListKind, Map, Text, Value};
use serde_json::Value as Json;

/// Nesting of `context` and `vars` that is read; the rest of a case is flat.
const MAX_DEPTH: usize = 100;

/// Members of a request.
const REQUEST: [&str; 5] = ["body", "path", "querystring", "header", "content_type"];

/// Members beside the request.
const AROUND: [&str; 3] = ["context", "stageVariables", "vars"];

/// One template with the request that it is rendered for: `{"id", "template", "request": {"body", "path",
/// "querystring", "header"}, "context", "stageVariables", "vars"}`. Other members are somebody's notes.
pub struct Case {
    /// Whatever the asker calls the case by.
    pub id: Json,
    /// The template's text; none where it stands elsewhere.
    pub template: Option<String>,
    /// The request.
    pub request: Request,
}

impl Case {
    /// Reads a case. The error is lower case, without a full stop.
    pub fn read(json: &Json) -> Result<Self, String> {
        let Json::Object(members) = json else {
            return Err(format!("a case is an object, not {}", kind(json)));
        };
        let template = match members.get("template") {
            None => None,
            Some(Json::String(template)) => Some(template.clone()),
            Some(other) => return Err(format!("`template` is a text, not {}", kind(other))),
        };
        let none = Json::Null;
        let member = |name: &str| members.get(name).unwrap_or(&none);
        let request = match member("request") {
            Json::Null => serde_json::Map::new(),
            Json::Object(request) => request.clone(),
            other => return Err(format!("`request` is an object, not {}", kind(other))),
        };
        if let Some(name) = request.keys().find(|name| !REQUEST.contains(&name.as_str())) {
            return Err(format!("`request` has no member `{name}`; it has {}", listed(&REQUEST)));
        }
        let part = |name: &str| request.get(name).unwrap_or(&none);
        let body = match part("body") {
            Json::Null => "",
            Json::String(body) => body,
            other => return Err(format!("`body` is the payload as a text, not {}", kind(other))),
        };
        let mut variables = Vec::new();
        for (name, value) in object(member("vars"), "vars")? {
            variables.push((name.clone(), read_value(value, 0)?));
        }
        let context = Map::default();
        for (name, value) in object(member("context"), "context")? {
            context.put_text(Text::new(name), read_value(value, 0)?);
        }
        let request = Request {
            body: Text::new(body),
            path: texts(part("path"), "path")?,
            querystring: texts(part("querystring"), "querystring")?,
            header: texts(part("header"), "header")?,
            context: context_map(context),
            stage_variables: texts(member("stageVariables"), "stageVariables")?,
            variables,
            ..Request::default()
        };
        Ok(Self { id: member("id").clone(), template, request })
    }

    /// Reads a file that holds a request alone: a case without template, or only what stands under `request`, with
    /// `context`, `stageVariables` and `vars` beside it.
    pub fn read_request(json: &Json) -> Result<Request, String> {
        let Json::Object(members) = json else {
            return Err(format!("a request is an object, not {}", kind(json)));
        };
        if members.contains_key("request") {
            return Ok(Self::read(json)?.request);
        }
        let mut case = serde_json::Map::new();
        let mut request = serde_json::Map::new();
        for (name, value) in members {
            let into = match name.as_str() {
                name if REQUEST.contains(&name) => &mut request,
                name if AROUND.contains(&name) => &mut case,
                _ => {
                    return Err(format!(
                        "a request has no member `{name}`; it has {}, {}",
                        listed(&REQUEST),
                        listed(&AROUND)
                    ));
                }
            };
            into.insert(name.clone(), value.clone());
        }
        case.insert("request".to_owned(), Json::Object(request));
        Ok(Self::read(&Json::Object(case))?.request)
    }
}

fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn kind(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(_) => "a boolean",
        Json::Number(_) => "a number",
        Json::String(_) => "a text",
        Json::Array(_) => "an array",
        Json::Object(_) => "an object",
    }
}

fn object<'a>(json: &'a Json, name: &str) -> Result<impl Iterator<Item = (&'a String, &'a Json)>, String> {
    match json {
        Json::Null => Ok(None.into_iter().flatten()),
        Json::Object(members) => Ok(Some(members).into_iter().flatten()),
        other => Err(format!("`{name}` is an object, not {}", kind(other))),
    }
}

/// A member whose values are texts; a number or boolean counts as its text.
fn texts(json: &Json, name: &str) -> Result<Vec<(String, Text)>, String> {
    object(json, name)?
        .map(|(key, value)| match value {
            Json::String(text) => Ok((key.clone(), Text::new(text))),
            Json::Number(_) | Json::Bool(_) => Ok((key.clone(), Text::new(value.to_string()))),
            other => Err(format!("`{name}.{key}` is a text, not {}", kind(other))),
        })
        .collect()
}

/// A value as API Gateway's JSON reader would have made it.
fn read_value(json: &Json, depth: usize) -> Result<Value, String> {
    if depth > MAX_DEPTH {
        return Err(format!("values are nested more than {MAX_DEPTH} deep"));
    }
    Ok(match json {
        Json::Null => Value::Null,
        Json::Bool(b) => Value::Bool(*b),
        Json::Number(number) => json::read::read(&Text::new(number.to_string()))
            .map_err(|why| format!("`{number}` is no number: {why}"))?,
        Json::String(text) => Value::text(text),
        Json::Array(items) => {
            let items = items.iter().map(|item| read_value(item, depth + 1)).collect::<Result<_, _>>()?;
            Value::List(List::new(ListKind::Json, items))
        }
        Json::Object(members) => {
            let map = Map::default();
            for (key, value) in members {
                map.put_text(Text::new(key), read_value(value, depth + 1)?);
            }
            Value::Map(map)
        }
    })
}
