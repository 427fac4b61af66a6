//! A mapping template in a file of its own, without the definition that would say where it belongs.

use std::path::Path;
use std::sync::Arc;

use crate::source::{HostSpan, SourceFile, SourceMap};

use super::name_words::name_words;
use super::{
    Action, Authorization, DeployText, Integration, MappingTemplate, Passthrough, ResponseCase, RestKind,
    Route, TemplateHost,
};

/// Which way a template goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// It writes the request to DynamoDB.
    Request,
    /// It writes the response to the client.
    Response,
}

/// What told a template's direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// The user gave an action, which is a request's.
    Action,
    /// The file's name or its directory's has the word.
    Name,
    /// The text has a member or a variable that only one direction has.
    Text,
    /// Nothing: it is taken for a request, where a template can do most harm.
    Nothing,
}

/// A template on its own, as an integration of which everything else is unknown.
#[derive(Clone, Debug)]
pub struct LoneTemplate {
    /// The integration with the one template, in `request_templates` or in the one response.
    pub integration: Integration,
    /// Which of the two it is.
    pub direction: Direction,
    /// Why.
    pub evidence: Evidence,
}

impl LoneTemplate {
    /// The template that a file holds. `action` is the one that the user gave.
    pub fn read(file: &Arc<SourceFile>, action: Option<&str>) -> Self {
        let text = file.text();
        let template = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        let start = text.len() - template.len();
        let whole = HostSpan::new(start, text.len());
        let (direction, evidence) = direction(file.path(), template, action);
        let template = MappingTemplate {
            content_type: "application/json".to_owned(),
            text: DeployText::plain(template),
            host: TemplateHost {
                file: Arc::clone(file),
                whole,
                map: Some(SourceMap::verbatim(start, template.len())),
            },
        };
        let (request_templates, responses) = match direction {
            Direction::Request => (vec![template], Vec::new()),
            Direction::Response => {
                let response = ResponseCase {
                    status: None,
                    selection_pattern: None,
                    templates: vec![template],
                    parameters: Vec::new(),
                    span: whole,
                };
                (Vec::new(), vec![response])
            }
        };
        let integration = Integration {
            file: Arc::clone(file),
            own_span: HostSpan::new(start, start),
            span: HostSpan::new(start, start),
            kind: RestKind::Unknown,
            route: Route { method: None, path: None },
            action: action.map_or(Action::Unknown, |name| Action::Named(name.to_owned())),
            uri: None,
            credentials: None,
            role: None,
            request_templates,
            passthrough: (Passthrough::Unknown, None),
            authorization: Authorization::Unknown,
            authorizer: None,
            request_parameters: Vec::new(),
            responses,
            body_models: Vec::new(),
            path_parameters: Vec::new(),
            binary_media_types: Vec::new(),
            deployed: std::sync::Arc::default(),
            trust: std::sync::Arc::default(),
            origin: crate::api::Origin::default(),
        };
        Self { integration, direction, evidence }
    }
}

/// Whether a file that nobody named reads like a mapping template of API Gateway. `.vtl` is also what AppSync calls
/// its resolvers, and `.vm` any Velocity template.
pub fn looks_like_mapping_template(text: &str) -> bool {
    const APPSYNC: [&str; 5] =
        ["$util.dynamodb", "$ctx.", "$context.arguments", "$context.args", "$context.source"];
    let api_gateway = ["$input.", "$!input.", "${input.", "$!{input."];
    !APPSYNC.iter().any(|sign| text.contains(sign))
        && (api_gateway.iter().any(|sign| text.contains(sign)) || names_request(text))
}

fn direction(path: &Path, text: &str, action: Option<&str>) -> (Direction, Evidence) {
    if action.is_some() {
        return (Direction::Request, Evidence::Action);
    }
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or("");
    let parent = path.parent().and_then(|dir| dir.file_name()).and_then(|name| name.to_str()).unwrap_or("");
    if let Some(direction) = named(stem).or_else(|| named(parent)) {
        return (direction, Evidence::Name);
    }
    // A request template may write `responseOverride` too: a guard that refuses does.
    if names_request(text) || text.contains("requestOverride") {
        return (Direction::Request, Evidence::Text);
    }
    if text.contains("responseOverride") {
        return (Direction::Response, Evidence::Text);
    }
    // Every request has one of the members above, unless it is the client's body as a whole. What DynamoDB answers
    // has these.
    let answers =
        ["$.Item", "$.Attributes", ".Items", "$.LastEvaluatedKey", "$.Responses", "$.UnprocessedItems"];
    if answers.iter().any(|member| text.contains(member)) {
        return (Direction::Response, Evidence::Text);
    }
    (Direction::Request, Evidence::Nothing)
}

/// Whether a text names a member that holds the table or the statement in some action's request.
fn names_request(text: &str) -> bool {
    let members =
        ["\"TableName\"", "\"RequestItems\"", "\"TransactItems\"", "\"Statement\"", "\"Statements\""];
    members.iter().any(|member| text.contains(member)) || text.contains("\"TransactStatements\"")
}

/// The direction that a name has as a word: `put-request`, `getResponse`, `x.resp`.
fn named(name: &str) -> Option<Direction> {
    let words = name_words(name);
    let has = |wanted: [&str; 3]| words.iter().any(|word| wanted.contains(&word.as_str()));
    match (has(["req", "request", "requests"]), has(["resp", "response", "responses"])) {
        (true, false) => Some(Direction::Request),
        (false, true) => Some(Direction::Response),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use keybound_vtl::Span;

    use super::*;

    fn read(path: &str, text: &str, action: Option<&str>) -> LoneTemplate {
        LoneTemplate::read(&Arc::new(SourceFile::new(path, text)), action)
    }

    #[test]
    fn the_whole_file_is_the_template_without_its_byte_order_mark() {
        let lone = read("put.vtl", "\u{FEFF}{\"TableName\": \"T\"}", Some("PutItem"));
        assert_eq!(lone.integration.action, Action::Named("PutItem".to_owned()));
        let template = &lone.integration.request_templates[0];
        assert_eq!(template.text.text(), "{\"TableName\": \"T\"}");
        let (place, exact) = template.host.locate(Span::of(0, 1));
        assert!(exact);
        assert_eq!(template.host.file.slice(place), "{");
    }

    #[test]
    fn the_direction_is_told_by_action_name_and_text_in_this_order() {
        use Direction::{Request, Response};
        for (path, text, action, expected) in [
            ("getResponse.vtl", "", Some("GetItem"), (Request, Evidence::Action)),
            ("res/postFailureResponse.vm", "", None, (Response, Evidence::Name)),
            ("res/postRequest.vm", "", None, (Request, Evidence::Name)),
            ("0001.resp.vtl", "\"TableName\"", None, (Response, Evidence::Name)),
            ("scan_request.vtl", "$.Items", None, (Request, Evidence::Name)),
            ("response/simple.vtl", "", None, (Response, Evidence::Name)),
            ("response/create-request.vtl", "", None, (Request, Evidence::Name)),
            ("correspondence.vtl", "", None, (Request, Evidence::Nothing)),
            ("a.vtl", "#set($context.responseOverride.status = 400)", None, (Response, Evidence::Text)),
            (
                "a.vtl",
                "#set($context.responseOverride.status = 400){\"TableName\": \"T\"}",
                None,
                (Request, Evidence::Text),
            ),
            ("a.vtl", "{\"TableName\": \"$input.path('$.Item')\"}", None, (Request, Evidence::Text)),
            ("a.vtl", "$input.path('$.Items')", None, (Response, Evidence::Text)),
            ("a.vtl", "$input.body", None, (Request, Evidence::Nothing)),
        ] {
            let lone = read(path, text, action);
            assert_eq!((lone.direction, lone.evidence), expected, "{path} {text}");
            let requests = lone.integration.request_templates.len();
            assert_eq!(requests, usize::from(expected.0 == Request), "{path}");
            assert_eq!(lone.integration.responses.len(), 1 - requests, "{path}");
        }
    }

    #[test]
    fn other_velocity_templates_are_told_apart() {
        assert!(looks_like_mapping_template("{\"id\": \"$input.params('id')\"}"));
        assert!(looks_like_mapping_template("{\"TableName\": \"T\"}"));
        assert!(!looks_like_mapping_template(
            "{\"version\": \"2018-05-29\", \"key\": $util.dynamodb.toDynamoDBJson($ctx.args.id)}"
        ));
        assert!(!looks_like_mapping_template("Dear $customer.name,"));
    }
}
