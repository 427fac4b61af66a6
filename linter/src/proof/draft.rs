//! A request under construction.

use std::collections::BTreeMap;
use std::sync::Arc;

use keybound_vtl::eval::{Request, context_map};
use keybound_vtl::json;
use keybound_vtl::value::{Map, SourceId, Text, Value};
use serde_json::Value as Json;

use crate::api::trust::{Decider, Trust};
use crate::finding::{NUMERIC_CONTEXT, ProofRequest, percent_encoded};
use crate::render::context;
use crate::render::{Control, Parameter};

/// The client's text of the request line and the headers.
pub const PARAMETERS: SourceId = SourceId(1);
/// The client's body (or DynamoDB's answer, for a response template).
pub const BODY: SourceId = SourceId(2);
/// What of `$context` the client decides.
pub const CONTEXT: SourceId = SourceId(3);
/// A verified identity's own text.
pub const CALLER: SourceId = SourceId(4);

/// The body of a draft.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// Nothing is said of it.
    Unset,
    /// A JSON value.
    Json(Json),
    /// Any text.
    Raw(String),
}

/// A request under construction.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// Path parameters.
    pub path: BTreeMap<String, String>,
    /// Query parameters.
    pub query: BTreeMap<String, String>,
    /// Headers.
    pub header: BTreeMap<String, String>,
    /// The body.
    pub body: Body,
    /// `$context`, by dotted path.
    pub context: BTreeMap<String, String>,
    /// `$stageVariables`.
    pub stage: BTreeMap<String, String>,
    /// What the deployment put into the template.
    pub placeholders: BTreeMap<String, String>,
    /// What people say of who decides values.
    pub trust: Arc<Trust>,
    /// Whether what people say the deployment decides has its plain value, which no attack changes.
    pub settled: bool,
}

impl Default for Draft {
    fn default() -> Self {
        Self {
            path: BTreeMap::new(),
            query: BTreeMap::new(),
            header: BTreeMap::new(),
            body: Body::Unset,
            context: BTreeMap::new(),
            stage: BTreeMap::new(),
            placeholders: BTreeMap::new(),
            trust: Arc::default(),
            settled: false,
        }
    }
}

/// The value of `$context` that every request has at a path.
pub fn fixed_context(path: &str) -> Option<&'static str> {
    FIXED.iter().find(|(known, _)| *known == path).map(|(_, value)| *value)
}

/// Values that every request has.
const FIXED: [(&str, &str); 12] = [
    ("accountId", "123456789012"),
    ("apiId", "a1b2c3d4e5"),
    ("connectionId", "L0SM9cOFvHcCIhw="),
    ("extendedRequestId", "JKJaXmPLvHcESHA="),
    ("httpMethod", "GET"),
    ("identity.sourceIp", "203.0.113.7"),
    ("identity.userAgent", "curl/8.5.0"),
    ("requestId", "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"),
    ("requestTime", "09/Apr/2015:12:34:56 +0000"),
    ("requestTimeEpoch", "1428582896000"),
    ("resourcePath", "/"),
    ("stage", "prod"),
];

impl Draft {
    /// Sets a parameter. One whose place is open is sent in the query string.
    pub fn set_parameter(&mut self, place: Parameter, name: &str, value: String) {
        let map = match place {
            Parameter::Path => &mut self.path,
            Parameter::Header => &mut self.header,
            Parameter::Query | Parameter::Any => &mut self.query,
        };
        map.insert(name.to_owned(), value);
    }

    /// Sends no parameter of a name. A path parameter is always there.
    pub fn remove_parameter(&mut self, place: Parameter, name: &str) -> bool {
        match place {
            Parameter::Path => return false,
            Parameter::Header => self.header.remove(name),
            Parameter::Query | Parameter::Any => self.query.remove(name),
        };
        true
    }

    /// The body as it is sent.
    pub fn body_text(&self) -> Option<String> {
        match &self.body {
            Body::Unset => None,
            Body::Json(value) => Some(value.to_string()),
            Body::Raw(text) => Some(text.clone()),
        }
    }

    /// The body as a JSON value, if it is one.
    pub fn json_body(&self) -> Option<Json> {
        match &self.body {
            Body::Unset => None,
            Body::Json(value) => Some(value.clone()),
            Body::Raw(text) => serde_json::from_str(text).ok(),
        }
    }

    /// The headers as they are sent; `content_type` is that of a body, empty where there is none to have one.
    fn headers(&self, content_type: &str) -> Vec<(String, String)> {
        let mut headers: Vec<(String, String)> =
            self.header.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        let says_type = self.header.keys().any(|name| name.eq_ignore_ascii_case("content-type"));
        if self.body != Body::Unset && !content_type.is_empty() && !says_type {
            headers.push(("Content-Type".to_owned(), content_type.to_owned()));
        }
        if let Some(agent) = self.context.get("identity.userAgent") {
            headers.push(("User-Agent".to_owned(), agent.clone()));
        }
        headers
    }

    /// The request as a template sees it, everything that is not the template's own marked.
    pub fn request(&self, content_type: &str) -> Request {
        let texts = |map: &BTreeMap<String, String>| {
            map.iter().map(|(name, value)| (name.clone(), Text::marked(value, PARAMETERS))).collect()
        };
        let header = |(name, value): (String, String)| match self.trust.of_header(&name) {
            Some(Decider::Deployment) => (name, Text::new(value)),
            _ => (name, Text::marked(value, PARAMETERS)),
        };
        let stage_variable = |(name, value): (&String, &String)| match self.trust.of_stage_variable(name) {
            Some(Decider::Client) => (name.clone(), Text::marked(value, CONTEXT)),
            _ => (name.clone(), Text::new(value)),
        };
        let context = Map::default();
        for (path, value) in
            FIXED.into_iter().chain(self.context.iter().map(|(k, v)| (k.as_str(), v.as_str())))
        {
            put_context(&context, &self.trust, path, value);
        }
        Request {
            body: Text::marked(self.body_text().unwrap_or_default(), BODY),
            path: texts(&self.path),
            querystring: texts(&self.query),
            header: self.headers(content_type).into_iter().map(header).collect(),
            names_source: Some(PARAMETERS),
            context: context_map(context),
            stage_variables: self.stage.iter().map(stage_variable).collect(),
            variables: Vec::new(),
            placeholders: self.placeholders.clone().into_iter().collect(),
        }
    }

    /// What is chosen, other than in the plain draft, and stands in no part of an HTTP request: what of `$context` is not
    /// the caller's, whose token decides it, and stage variables.
    pub fn unsent(&self, plain: &Draft) -> Vec<String> {
        let is_sent = |path: &str| {
            path == "identity.userAgent"
                || path.starts_with("authorizer.")
                || context::control(path) == Control::Caller
        };
        let is_chosen = |path: &str, value: &String| {
            plain.context.get(path).is_none_or(|plain| plain != value) && fixed_context(path) != Some(value)
        };
        let context = self.context.iter().filter(|(path, value)| !is_sent(path) && is_chosen(path, value));
        let stage = self.stage.iter().filter(|(name, value)| plain.stage.get(*name) != Some(*value));
        let context = context.map(|(path, _)| format!("$context.{path}"));
        context.chain(stage.map(|(name, _)| format!("$stageVariables.{name}"))).collect()
    }

    /// The request that opens a WebSocket connection.
    pub fn handshake(&self) -> ProofRequest {
        let mut request = self.http_request(Some("GET"), Some("/"), "");
        request.headers.push(("Upgrade".to_owned(), "websocket".to_owned()));
        ProofRequest { body: None, ..request }
    }

    /// A message over a WebSocket connection to the route of this key.
    pub fn message(&self, key: &str) -> ProofRequest {
        let request = self.http_request(Some(ProofRequest::MESSAGE), Some(key), "");
        let headers = request.headers.into_iter().filter(|(name, _)| name == "User-Agent").collect();
        ProofRequest { path: key.to_owned(), headers, query: Vec::new(), ..request }
    }

    /// The request as a client sends it on a route.
    pub fn http_request(&self, method: Option<&str>, path: Option<&str>, content_type: &str) -> ProofRequest {
        let mut url = path.unwrap_or("/").to_owned();
        for (name, value) in &self.path {
            let encoded = percent_encoded(value);
            for form in [format!("{{{name}}}"), format!("{{{name}+}}")] {
                url = url.replace(&form, &encoded);
            }
        }
        // Path parameters that the template does not read must be there all the same.
        while let Some((before, rest)) = url.split_once('{') {
            let Some((_, after)) = rest.split_once('}') else { break };
            url = format!("{before}v{after}");
        }
        let headers = self.headers(content_type);
        let body = self.body_text();
        let method = match method {
            None | Some("ANY") => {
                if body.is_some() {
                    "POST"
                } else {
                    "GET"
                }
            }
            Some(method) => method,
        };
        ProofRequest {
            method: method.to_owned(),
            path: url,
            query: self.query.clone().into_iter().collect(),
            headers,
            body,
            context: self.context.clone().into_iter().collect(),
            path_parameters: self.path.clone().into_iter().collect(),
            stage_variables: self.stage.clone().into_iter().collect(),
            placeholders: self.placeholders.clone().into_iter().collect(),
            credential: None,
            unsent: Vec::new(),
        }
    }
}

fn put_context(context: &Map, trust: &Trust, path: &str, value: &str) {
    let source = match (trust.of_context(path), context::control(path)) {
        (Some(Decider::Deployment), _) => None,
        (Some(Decider::Client), _) | (_, Control::Client | Control::Stored) => Some(CONTEXT),
        (_, Control::Caller) => Some(CALLER),
        (_, Control::Trusted | Control::Generated) => None,
    };
    let number = NUMERIC_CONTEXT.contains(&path).then(|| json::read::read(&Text::new(value)).ok()).flatten();
    let text = source.map_or_else(|| Text::new(value), |source| Text::marked(value, source));
    let value = number.unwrap_or(Value::Text(text));
    let mut map = context.clone();
    let mut names = path.splitn(if path.starts_with("authorizer.claims.") { 3 } else { 8 }, '.').peekable();
    while let Some(name) = names.next() {
        if names.peek().is_none() {
            map.put_text(Text::new(name), value);
            return;
        }
        let child = match map.get_text(name) {
            Some(Value::Map(child)) => child,
            _ => {
                let child = Map::default();
                map.put_text(Text::new(name), Value::Map(child.clone()));
                child
            }
        };
        map = child;
    }
}
