//! The plugin `serverless-apigateway-service-proxy`: what it deploys for each `dynamodb` proxy of a service.
//!
//! Read from version 2.2.2 of the plugin. It takes from a proxy its path, method, authorization, templates and
//! responses; the role (`roleArn`), `request.passThrough` and `request.contentHandling` it checks and does not use. Its
//! own request templates stay for the content types that a proxy gives none for.

use crate::source::{HostSpan, Node, NodeValue};

use super::generated::{self, Key};
use super::lowering::lowered;
use super::node_building as build;
use super::resolution::Variables;

/// The role that the plugin makes for all proxies of a service.
const ROLE: &str = "ApigatewayToDynamodbRole";

/// The API that the framework makes.
const API: &str = "ApiGatewayRestApi";

/// The service that takes the role.
const GATEWAY: &str = "apigateway.amazonaws.com";

/// A `dynamodb` proxy.
struct Proxy {
    /// Where its name stands.
    span: HostSpan,
    /// Its members, without variables.
    members: Node,
}

impl Proxy {
    fn get(&self, name: &str) -> Option<&Node> {
        self.members.get(name).filter(|node| !node.is_null())
    }

    /// What a member is, or a hole with its name: what is missing is refused by the plugin, and nothing is known of it.
    fn demanded(&self, name: &str) -> Node {
        self.get(name).cloned().unwrap_or_else(|| build::reference(self.span, name))
    }

    fn literal(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }
}

/// The resources that the plugin adds for a service, by their logical ids.
pub(super) fn resources(variables: &Variables<'_>, root: &Node) -> Vec<(Node, Node)> {
    let proxies = proxies(variables, root);
    let mut resources = Vec::new();
    for (index, proxy) in proxies.iter().enumerate() {
        let span = proxy.span;
        // No logical id of CloudFormation's holds a slash.
        let resource = format!("apiGatewayServiceProxies/{index}/resource");
        let method = format!("apiGatewayServiceProxies/{index}");
        let path = path_part(proxy);
        let resource_id = match &path {
            Some(_) => build::reference(span, &resource),
            None => build::attribute(span, API, "RootResourceId"),
        };
        if let Some(path) = path {
            let properties = build::mapping(
                span,
                vec![("ParentId", build::attribute(span, API, "RootResourceId")), ("PathPart", path)],
            );
            resources
                .push((build::text(span, &resource), typed(span, "AWS::ApiGateway::Resource", properties)));
        }
        resources.push((build::text(span, &method), method_of(proxy, resource_id)));
    }
    resources.extend(role(&proxies));
    resources
}

fn typed(span: HostSpan, kind: &str, properties: Node) -> Node {
    build::mapping(span, vec![("Type", build::text(span, kind)), ("Properties", properties)])
}

fn proxies(variables: &Variables<'_>, root: &Node) -> Vec<Proxy> {
    let list = variables
        .member(root, "custom")
        .and_then(|custom| variables.member(&custom, "apiGatewayServiceProxies"));
    let mut proxies = Vec::new();
    for entry in list.iter().flat_map(Node::elements) {
        let Some(entry) = variables.settled(entry) else { continue };
        for (key, value) in entry.members().iter().filter(|(key, _)| key.as_str() == Some("dynamodb")) {
            let members = variables.settled(value).map(|members| lowered(variables, &members));
            if let Some(members) = members.filter(|members| !members.members().is_empty()) {
                proxies.push(Proxy { span: key.span, members });
            }
        }
    }
    proxies
}

/// The path without the slashes around it; none for the root.
fn path_part(proxy: &Proxy) -> Option<Node> {
    let path = proxy.demanded("path");
    let Some(text) = path.as_str() else { return Some(path) };
    let trimmed = text.strip_prefix('/').unwrap_or(text);
    let trimmed = trimmed.strip_suffix('/').unwrap_or(trimmed);
    (!trimmed.is_empty()).then(|| build::text(path.span, trimmed))
}

fn method_of(proxy: &Proxy, resource_id: Node) -> Node {
    let span = proxy.span;
    let mut properties = vec![
        ("RestApiId", build::reference(span, API)),
        ("ResourceId", resource_id),
        ("HttpMethod", proxy.demanded("method")),
        (
            "AuthorizationType",
            proxy.get("authorizationType").cloned().unwrap_or_else(|| build::text(span, "NONE")),
        ),
        ("Integration", integration(proxy)),
    ];
    for (property, member) in [
        ("AuthorizerId", "authorizerId"),
        ("ApiKeyRequired", "private"),
        ("RequestParameters", "acceptParameters"),
    ] {
        properties.extend(proxy.get(member).map(|value| (property, value.clone())));
    }
    typed(span, "AWS::ApiGateway::Method", build::mapping(span, properties))
}

fn integration(proxy: &Proxy) -> Node {
    let span = proxy.span;
    let uri = vec![
        build::text(span, "arn:"),
        build::reference(span, "AWS::Partition"),
        build::text(span, ":apigateway:"),
        build::reference(span, "AWS::Region"),
        build::text(span, ":dynamodb:action/"),
        proxy.demanded("action"),
    ];
    let mut members = vec![
        ("Type", build::text(span, "AWS")),
        ("IntegrationHttpMethod", build::text(span, "POST")),
        ("Credentials", build::attribute(span, ROLE, "Arn")),
        ("Uri", build::join(span, uri)),
        ("PassthroughBehavior", build::text(span, "NEVER")),
        ("RequestTemplates", request_templates(proxy)),
        ("IntegrationResponses", responses(proxy)),
    ];
    members
        .extend(proxy.get("requestParameters").map(|parameters| ("RequestParameters", parameters.clone())));
    build::mapping(span, members)
}

/// The plugin's own templates for JSON and for forms, and the proxy's, which take their place by content type.
fn request_templates(proxy: &Proxy) -> Node {
    let own = proxy.get("request").and_then(|request| request.get("template")).filter(|own| !own.is_null());
    if let Some(own) = own.filter(|own| !is_plain_mapping(own)) {
        return own.clone();
    }
    let key = |member: &str| Key::of(proxy.get(member)?);
    let generated = match proxy.literal("action") {
        Some(action) => generated::request(
            action,
            proxy.span,
            &proxy.demanded("tableName"),
            key("hashKey").as_ref(),
            key("rangeKey").as_ref(),
            proxy.get("condition"),
        ),
        None => Some(build::reference(proxy.span, "request template")),
    };
    let mut members: Vec<(Node, Node)> = Vec::new();
    for content_type in ["application/json", "application/x-www-form-urlencoded"] {
        let replaced = own.is_some_and(|own| own.get(content_type).is_some());
        if let Some(template) = generated.as_ref().filter(|_| !replaced) {
            members.push((build::text(proxy.span, content_type), template.clone()));
        }
    }
    members.extend(own.iter().flat_map(|own| own.members().iter().cloned()));
    Node {
        span: own.map_or(proxy.span, |own| own.span),
        tag: None,
        value: NodeValue::Mapping(members.into()),
    }
}

fn is_plain_mapping(node: &Node) -> bool {
    matches!(node.value, NodeValue::Mapping(_)) && crate::source::Call::of(node).is_none()
}

fn responses(proxy: &Proxy) -> Node {
    let span = proxy.span;
    let response = proxy.get("response");
    let template = |name: &str| response?.get("template")?.get(name).filter(|node| !node.is_null());
    let case = |at: HostSpan, status: &Node, pattern: Node, parameters: Option<&Node>, templates: Node| {
        build::mapping(
            at,
            vec![
                ("StatusCode", status.clone()),
                ("SelectionPattern", pattern),
                ("ResponseParameters", with_origin(proxy, parameters)),
                ("ResponseTemplates", templates),
            ],
        )
    };
    let empty = || build::mapping(span, Vec::new());
    let status = |status: &str| build::text(span, status);
    let cases = if template("success").is_some() {
        let of = |code: &str, name: &str| {
            let templates = template(name).map_or_else(empty, |template| {
                // The second content type is misspelt so in the plugin.
                let types = ["application/json", "application/x-www-form-urlendcoded"];
                build::mapping(template.span, types.map(|kind| (kind, template.clone())).into())
            });
            case(span, &status(code), status(code), None, templates)
        };
        vec![of("200", "success"), of("400", "clientError"), of("500", "serverError")]
    } else if let Some(NodeValue::Sequence(list)) = response.map(|response| &response.value) {
        let of = |entry: &Node| {
            let member = |name: &str| entry.get(name).filter(|node| !node.is_null());
            let status =
                member("statusCode").cloned().unwrap_or_else(|| build::reference(span, "statusCode"));
            // An empty pattern is none to JavaScript.
            let pattern = member("selectionPattern").filter(|pattern| pattern.as_str() != Some(""));
            let pattern = pattern.unwrap_or(&status).clone();
            let templates = member("responseTemplates").cloned().unwrap_or_else(empty);
            case(entry.span, &status, pattern, member("responseParameters"), templates)
        };
        list.iter().map(of).collect()
    } else {
        let success = match proxy.literal("action") {
            Some("GetItem") => build::mapping(
                span,
                ["application/json", "application/x-www-form-urlencoded"]
                    .map(|kind| (kind, build::text(span, generated::GET_ITEM_RESPONSE)))
                    .into(),
            ),
            _ => empty(),
        };
        vec![
            case(span, &status("200"), status("2\\d{2}"), None, success),
            case(span, &status("400"), status("4\\d{2}"), None, empty()),
            case(span, &status("500"), status("5\\d{2}"), None, empty()),
        ]
    };
    build::list(response.map_or(span, |response| response.span), cases)
}

/// The headers of a response, with the origin that `cors` allows.
fn with_origin(proxy: &Proxy, parameters: Option<&Node>) -> Node {
    let mut members: Vec<(Node, Node)> =
        parameters.map(|parameters| parameters.members().to_vec()).unwrap_or_default();
    if let Some(cors) = proxy.get("cors").filter(|cors| cors.as_str() != Some("false")) {
        let origins = cors.get("origins").map(|list| list.elements().iter().filter_map(Node::as_str));
        let origins: Vec<&str> = origins.into_iter().flatten().collect();
        let origin = match (origins.as_slice(), cors.get("origin").and_then(Node::as_str)) {
            ([], Some(origin)) => origin.to_owned(),
            ([], None) => "*".to_owned(),
            (origins, _) => origins.join(","),
        };
        members.push((
            build::text(cors.span, "method.response.header.Access-Control-Allow-Origin"),
            build::text(cors.span, &format!("'{origin}'")),
        ));
    }
    Node { span: proxy.span, tag: None, value: NodeValue::Mapping(members.into()) }
}

/// The role, with a statement for each proxy.
fn role(proxies: &[Proxy]) -> Option<(Node, Node)> {
    let span = proxies.first()?.span;
    let trust = build::mapping(
        span,
        vec![
            ("Effect", build::text(span, "Allow")),
            ("Principal", build::mapping(span, vec![("Service", build::text(span, GATEWAY))])),
            ("Action", build::text(span, "sts:AssumeRole")),
        ],
    );
    let logs = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"];
    let logs = allow(
        span,
        build::list(span, logs.map(|action| build::text(span, action)).into()),
        build::text(span, "*"),
    );
    let statements = proxies.iter().map(|proxy| {
        let span = proxy.span;
        let action = build::join(span, vec![build::text(span, "dynamodb:"), proxy.demanded("action")]);
        let table = vec![
            build::text(span, "arn:"),
            build::reference(span, "AWS::Partition"),
            build::text(span, ":dynamodb:"),
            build::reference(span, "AWS::Region"),
            build::text(span, ":"),
            build::reference(span, "AWS::AccountId"),
            build::text(span, ":table/"),
            proxy.demanded("tableName"),
        ];
        allow(span, action, build::join(span, table))
    });
    let document =
        |statements: Vec<Node>| build::mapping(span, vec![("Statement", build::list(span, statements))]);
    let policy = build::mapping(
        span,
        vec![("PolicyDocument", document(std::iter::once(logs).chain(statements).collect()))],
    );
    let properties = vec![
        ("AssumeRolePolicyDocument", document(vec![trust])),
        ("Policies", build::list(span, vec![policy])),
    ];
    Some((build::text(span, ROLE), typed(span, "AWS::IAM::Role", build::mapping(span, properties))))
}

fn allow(span: HostSpan, action: Node, resource: Node) -> Node {
    build::mapping(
        span,
        vec![("Effect", build::text(span, "Allow")), ("Action", action), ("Resource", resource)],
    )
}
