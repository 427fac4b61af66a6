//! What every reader gives: a route bound to one DynamoDB action.

use std::sync::Arc;

use keybound_vtl::{Span, TemplateText};

use crate::source::{HostSpan, SourceFile, SourceMap};

use super::authorizer::Authorizer;
use super::deployed::Deployed;
use super::model::{BodyModel, Schema};
use super::role::Role;
use super::trust::Trust;

/// A text of a definition that may hold deploy-time placeholders (a `uri`, a table's name).
pub type DeployText = TemplateText;

/// Where a template's text stands: the file, the whole scalar, and the map where one could be proved.
#[derive(Clone, Debug)]
pub struct TemplateHost {
    /// The file.
    pub file: Arc<SourceFile>,
    /// The whole scalar (or the whole file, for a template file).
    pub whole: HostSpan,
    /// From offsets in the template's text to bytes of the file.
    pub map: Option<SourceMap>,
}

impl TemplateHost {
    /// Whether the template is a file of its own, and no text in one.
    pub fn is_file(&self) -> bool {
        let text = self.file.text();
        let begins = text.len() - text.trim_start_matches('\u{FEFF}').len();
        self.whole.start <= begins && self.whole.end == text.len()
    }

    /// Where a span of the template stands, and whether that place is exact.
    pub fn locate(&self, span: Span) -> (HostSpan, bool) {
        match self.map.as_ref().and_then(|map| map.host_span(span)) {
            Some(host) => (host, true),
            None => (self.whole, false),
        }
    }
}

/// A mapping template: its text with placeholders, and where it stands.
#[derive(Clone, Debug)]
pub struct MappingTemplate {
    /// The media type under which the definition lists it; `application/json` for a bare template file.
    pub content_type: String,
    /// The text.
    pub text: TemplateText,
    /// Its place.
    pub host: TemplateHost,
}

/// Which kind of API holds the integration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RestKind {
    /// A REST API (v1).
    Rest,
    /// A WebSocket API (v2).
    WebSocket,
    /// An HTTP API (v2), which runs no mapping templates at all.
    Http,
    /// Not known: a template file on its own.
    Unknown,
}

/// What of a client's request reaches a route's templates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// Parameters and a body: an HTTP request, or a WebSocket route that is not known.
    Request,
    /// Query string and headers: the opening of a WebSocket connection.
    Connect,
    /// A body: a message over a WebSocket connection.
    Message,
    /// Nothing: the end of a WebSocket connection.
    Disconnect,
}

impl Channel {
    /// Whether the client sends parameters.
    pub fn has_parameters(self) -> bool {
        matches!(self, Self::Request | Self::Connect)
    }

    /// Whether the client sends a body.
    pub fn has_body(self) -> bool {
        matches!(self, Self::Request | Self::Message)
    }
}

/// A route: the HTTP method and the resource path, or a WebSocket route key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Route {
    /// Upper-case verb, `ANY`, or none for a WebSocket route or a lone template.
    pub method: Option<String>,
    /// `/orders/{orderId}`, or the route key; none where unknown.
    pub path: Option<String>,
}

impl Route {
    /// A WebSocket route by its key; an HTTP API's key is a verb and a path.
    pub fn of_key(kind: RestKind, key: Option<String>) -> Self {
        match (kind, key) {
            (RestKind::Http, Some(key)) => match key.split_once(' ') {
                Some((verb, path)) => {
                    Self { method: Some(verb.to_uppercase()), path: Some(path.trim().to_owned()) }
                }
                None => Self { method: None, path: Some(key) },
            },
            (_, path) => Self { method: None, path },
        }
    }
}

/// The DynamoDB action that an integration calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// The name after `action/`, as written: `PutItem`.
    Named(String),
    /// The name has a part that the client or the deployment decides, or `X-Amz-Target` decides it (`path/…` uris).
    Open,
    /// Not given: a template file without `--action`.
    Unknown,
}

/// What happens to a body whose content type no template matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passthrough {
    /// `WHEN_NO_MATCH`, also when the definition says nothing.
    WhenNoMatch,
    /// `WHEN_NO_TEMPLATES`.
    WhenNoTemplates,
    /// `NEVER`.
    Never,
    /// A template file on its own, or a value that the deployment decides.
    Unknown,
}

/// Who may call the route, as the definition shows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Authorization {
    /// Nobody is asked for anything: `NONE`, or no security at all.
    Open,
    /// An API key and nothing else.
    ApiKeyOnly,
    /// `AWS_IAM`.
    Iam,
    /// A Cognito user pool authorizer, by its name in the definition.
    UserPool(String),
    /// A Lambda authorizer, by its name in the definition.
    Lambda(String),
    /// Some authorizer of a kind that the definition does not show.
    Other(String),
    /// The definition does not tell (a template file, a value that the deployment decides).
    Unknown,
}

/// One entry of the integration's parameters: `integration.request.header.X` ← `method.request.path.id`, or
/// `method.response.header.X` ← `integration.response.body.url`.
#[derive(Clone, Debug)]
pub struct ParameterMapping {
    /// `header`, `path` or `querystring`.
    pub place: String,
    /// The name after the place.
    pub name: String,
    /// The right-hand side as written.
    pub value: DeployText,
    /// Where the entry stands.
    pub span: HostSpan,
}

/// One integration response.
#[derive(Clone, Debug)]
pub struct ResponseCase {
    /// The status code given to the client; none where the deployment decides.
    pub status: Option<String>,
    /// The selection pattern; none for the default response.
    pub selection_pattern: Option<String>,
    /// Its templates.
    pub templates: Vec<MappingTemplate>,
    /// Headers of the client's response.
    pub parameters: Vec<ParameterMapping>,
    /// Where the response stands.
    pub span: HostSpan,
}

/// A route's binding to one DynamoDB action.
#[derive(Clone, Debug)]
pub struct Integration {
    /// The file that holds the integration.
    pub file: Arc<SourceFile>,
    /// Where the integration stands in it: the key or logical id that a reader would point at.
    pub span: HostSpan,
    /// Where the integration itself stands, rather than its method: the key that it has there, or the same as `span`.
    pub own_span: HostSpan,
    /// The kind of API.
    pub kind: RestKind,
    /// The route.
    pub route: Route,
    /// The action.
    pub action: Action,
    /// The `uri` with its place; none for a lone template.
    pub uri: Option<(DeployText, HostSpan)>,
    /// `credentials` as written.
    pub credentials: Option<DeployText>,
    /// The role that the credentials name, where the definition holds it.
    pub role: Option<Arc<Role>>,
    /// Request templates by content type, in file order.
    pub request_templates: Vec<MappingTemplate>,
    /// Passthrough behaviour and, where written, its place.
    pub passthrough: (Passthrough, Option<HostSpan>),
    /// Who may call.
    pub authorization: Authorization,
    /// The Lambda authorizer that is asked, where the definition holds it.
    pub authorizer: Option<Arc<Authorizer>>,
    /// Request parameter mappings.
    pub request_parameters: Vec<ParameterMapping>,
    /// Integration responses in file order.
    pub responses: Vec<ResponseCase>,
    /// The models against which bodies are checked, by content type; none where no request validator checks them.
    pub body_models: Vec<BodyModel>,
    /// Names of the route's path parameters.
    pub path_parameters: Vec<String>,
    /// `binaryMediaTypes` of the API.
    pub binary_media_types: Vec<String>,
    /// What the definition says of the names that its deployment fills in.
    pub deployed: Arc<Deployed>,
    /// What people say of who decides values. No definition says it: the run's configuration does.
    pub trust: Arc<Trust>,
    /// How it is written where it does not stand in one piece.
    pub origin: Origin,
}

/// How a definition writes an integration that is put together from several places.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The blocks that it is put together from, and what they refer to.
    pub parts: Vec<(Arc<SourceFile>, HostSpan)>,
    /// Whether the same words write other integrations, which call something else or have no templates, or may: what is
    /// right for one need not be for them.
    pub is_shared: bool,
    /// The attributes of a Terraform resource, in file order, with their places; empty for all others.
    pub attributes: Arc<[AttributePlace]>,
}

/// Where an attribute of a Terraform resource stands.
#[derive(Clone, Debug)]
pub struct AttributePlace {
    /// Its name.
    pub name: String,
    /// The name's place.
    pub key: HostSpan,
    /// The value's.
    pub value: HostSpan,
}

impl Integration {
    /// What of a client's request reaches the templates.
    pub fn channel(&self) -> Channel {
        match (self.kind, self.route.path.as_deref()) {
            (RestKind::WebSocket, Some("$connect")) => Channel::Connect,
            (RestKind::WebSocket, Some("$disconnect")) => Channel::Disconnect,
            // A key with a part that the deployment decides may be any.
            (RestKind::WebSocket, Some(key)) if !key.contains("${") => Channel::Message,
            _ => Channel::Request,
        }
    }

    /// What every body has passed that a request template of this content type sees; none where nothing checks it.
    pub fn body_model(&self, content_type: &str) -> Option<&Schema> {
        self.body_models.iter().find(|model| model.content_type == content_type).map(|model| &model.schema)
    }

    /// The response that a template belongs to.
    pub fn response_of(&self, template: &MappingTemplate) -> Option<&ResponseCase> {
        self.responses.iter().find(|case| case.templates.iter().any(|own| std::ptr::eq(own, template)))
    }

    /// All templates: those of the request, then those of the responses.
    pub fn templates(&self) -> impl Iterator<Item = &MappingTemplate> {
        self.request_templates.iter().chain(self.responses.iter().flat_map(|response| &response.templates))
    }
}
