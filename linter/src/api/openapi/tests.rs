use std::collections::HashMap;
use std::path::PathBuf;

use super::super::{Action, ParameterMapping, Passthrough};
use super::*;
use crate::api::model::JsonType;
use crate::source::{HostSpan, parse_documents};

fn parsed(name: &str, text: &str) -> (Node, Arc<SourceFile>) {
    let file = Arc::new(SourceFile::new(name, text));
    let documents = parse_documents(&file);
    assert_eq!(documents.errors, [], "{text}");
    (documents.roots[0].clone(), file)
}

fn read_all(text: &str) -> Vec<Integration> {
    let (root, file) = parsed("api.yaml", text);
    read(&root, &file, &Context::default())
}

fn read_one(text: &str) -> Integration {
    let mut found = read_all(text);
    assert_eq!(found.len(), 1, "{text}");
    found.remove(0)
}

const URI: &str = "'arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem'";

/// A definition of one operation `GET /a` with these members beside its integration, and these at the root.
fn with(operation: &str, root: &str) -> String {
    format!(
        "openapi: 3.0.1\npaths:\n  /a:\n    get:\n      x-amazon-apigateway-integration: {{type: aws, uri: {URI}}}\n{}{root}",
        indented(operation)
    )
}

/// The same with these members in the integration.
fn integration_with(members: &str) -> String {
    format!(
        "openapi: 3.0.1\npaths:\n  /a/{{id}}:\n    get:\n      x-amazon-apigateway-integration:\n        type: AWS\n        uri: {URI}\n{}",
        members.lines().map(|line| format!("        {line}\n")).collect::<String>()
    )
}

fn indented(members: &str) -> String {
    members.lines().map(|line| format!("      {line}\n")).collect()
}

fn text_at(integration: &Integration, span: HostSpan) -> &str {
    integration.file.slice(span)
}

#[test]
fn an_integration_is_read_whole() {
    let text = r#"
swagger: "2.0"
x-amazon-apigateway-binary-media-types: [image/png]
paths:
  /orders/{orderId}/{rest+}:
    x-amazon-apigateway-any-method:
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: {"Fn::Sub": "arn:aws:apigateway:${AWS::Region}:dynamodb:action/PutItem"}
        credentials: {"Fn::GetAtt": [Role, Arn]}
        passthroughBehavior: NEVER
        requestParameters:
          integration.request.header.X-Amz-Target: "'DynamoDB_20120810.Query'"
          integration.request.path.id: method.request.path.orderId
          other: x
        requestTemplates:
          application/json:
            Fn::Sub: |
              {"TableName": "${Orders}",
               "Key": "$input.params('orderId')"}
          text/plain: ""
          application/x: null
        responses:
          default:
            statusCode: "200"
            responseTemplates: {application/json: "$input.body"}
            responseParameters:
              method.response.header.X: "'a'"
              method.response.header.Y: !Sub "'${Origin}'"
          4\d{2}:
            statusCode: 400
"#;
    let found = read_one(text);
    assert_eq!(found.kind, RestKind::Rest);
    assert_eq!(found.route.method.as_deref(), Some("ANY"));
    assert_eq!(found.route.path.as_deref(), Some("/orders/{orderId}/{rest+}"));
    assert_eq!(found.path_parameters, ["orderId", "rest"]);
    assert_eq!(found.action, Action::Named("PutItem".to_owned()));
    assert_eq!(text_at(&found, found.span), "x-amazon-apigateway-any-method");
    assert_eq!(found.credentials.as_ref().unwrap().placeholders()[0].name, "Role.Arn");
    assert_eq!(found.passthrough.0, Passthrough::Never);
    assert_eq!(text_at(&found, found.passthrough.1.unwrap()), "NEVER");
    assert_eq!(found.binary_media_types, ["image/png"]);
    assert_eq!(found.authorization, Authorization::Open);

    let types: Vec<_> = found.request_templates.iter().map(|t| t.content_type.as_str()).collect();
    assert_eq!(types, ["application/json", "text/plain"]);
    let template = &found.request_templates[0];
    assert_eq!(template.text.placeholders()[0].name, "Orders");
    let at = template.text.text().find("$input.params('orderId')").unwrap();
    let (place, exact) =
        template.host.locate(keybound_vtl::Span::of(at, at + "$input.params('orderId')".len()));
    assert!(exact);
    assert_eq!(text_at(&found, place), "$input.params('orderId')");
    assert_eq!(found.request_templates[1].text.text(), "");

    let ParameterMapping { place, name, value, .. } = &found.request_parameters[0];
    assert_eq!((place.as_str(), name.as_str()), ("header", "X-Amz-Target"));
    assert_eq!(value.text(), "'DynamoDB_20120810.Query'");
    assert_eq!(found.request_parameters.len(), 2);

    assert_eq!(found.responses.len(), 2);
    assert_eq!(found.responses[0].status.as_deref(), Some("200"));
    assert_eq!(found.responses[0].selection_pattern, None);
    assert_eq!(found.responses[0].templates[0].text.text(), "$input.body");
    let ParameterMapping { place, name, value, .. } = &found.responses[0].parameters[1];
    assert_eq!((place.as_str(), name.as_str()), ("header", "Y"));
    assert_eq!(value.placeholders()[0].name, "Origin");
    assert_eq!(found.responses[1].selection_pattern.as_deref(), Some(r"4\d{2}"));
    assert_eq!(found.responses[1].status.as_deref(), Some("400"));
}

#[test]
fn only_aws_integrations_that_might_be_dynamodb_are_read() {
    let of = |kind: &str, uri: &str| {
        let text = format!(
            "openapi: 3.0.1\npaths: {{/a: {{get: {{x-amazon-apigateway-integration: {{type: {kind}, uri: {uri}}}}}}}}}"
        );
        read_all(&text).len()
    };
    assert_eq!(of("aws", URI), 1);
    assert_eq!(of("AWS", "!Ref Uri"), 1);
    assert_eq!(of("!Ref Kind", URI), 1);
    assert_eq!(of("aws", "'arn:aws:apigateway:eu-west-1:sqs:path/1/q'"), 0);
    assert_eq!(of("aws_proxy", URI), 0);
    assert_eq!(of("mock", "x"), 0);
    assert_eq!(of("http", "https://example.com"), 0);
}

#[test]
fn every_operation_is_found_once_and_the_last_of_a_name_counts() {
    let operation = format!("{{x-amazon-apigateway-integration: {{type: aws, uri: {URI}}}}}");
    let text = format!(
        "openapi: 3.0.1\npaths:\n  /a:\n    parameters: []\n    get: {operation}\n    get: {operation}\n    PUT: {operation}\n  /b:\n    post: {{}}\n  /a:\n    delete: {operation}\n    patch: {operation}"
    );
    let routes: Vec<_> =
        read_all(&text).into_iter().map(|i| (i.route.method.unwrap(), i.route.path.unwrap())).collect();
    let route = |method: &str| (method.to_owned(), "/a".to_owned());
    assert_eq!(routes, [route("DELETE"), route("PATCH")]);
    let text =
        format!("openapi: 3.0.1\npaths:\n  /a:\n    get: {{}}\n    PUT: {operation}\n    get: {operation}");
    let methods: Vec<_> = read_all(&text).into_iter().map(|i| i.route.method.unwrap()).collect();
    assert_eq!(methods, ["PUT", "GET"]);
}

#[test]
fn passthrough_is_read_in_any_case() {
    for (value, expected) in [
        ("", Passthrough::WhenNoMatch),
        ("passthroughBehavior: when_no_templates", Passthrough::WhenNoTemplates),
        ("passthroughBehavior: WHEN_NO_MATCH", Passthrough::WhenNoMatch),
        ("passthroughBehavior: Never", Passthrough::Never),
        ("passthroughBehavior: !Ref P", Passthrough::Unknown),
        ("passthroughBehavior: sometimes", Passthrough::Unknown),
    ] {
        assert_eq!(read_one(&integration_with(value)).passthrough.0, expected, "{value}");
    }
}

#[test]
fn templates_that_the_deployment_chooses_are_one_unknown_template() {
    let found =
        read_one(&integration_with("requestTemplates: !If [P, {application/json: a}, {text/plain: b}]"));
    assert_eq!(found.request_templates.len(), 1);
    assert_eq!(found.request_templates[0].text.placeholders().len(), 1);
    let found = read_one(&integration_with("requestTemplates: {}"));
    assert_eq!(found.request_templates.len(), 0);
}

#[test]
fn security_decides_who_may_call() {
    let schemes = r#"
components:
  securitySchemes:
    key: {type: apiKey, name: x-api-key, in: header}
    iam: {type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: awsSigv4}
    lambda:
      {type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: custom, x-amazon-apigateway-authorizer: {type: TOKEN}}
    pool:
      {type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: cognito_user_pools, x-amazon-apigateway-authorizer: {type: cognito_user_pools, providerARNs: [x]}}
    jwt: {type: oauth2, x-amazon-apigateway-authorizer: {type: jwt}}
    bearer: {type: http, scheme: bearer}
"#;
    let name = |n: &str| n.to_owned();
    for (operation, global, expected) in [
        ("", "", Authorization::Open),
        ("", "security: [{iam: []}]", Authorization::Iam),
        ("security: []", "security: [{iam: []}]", Authorization::Open),
        ("security: [{lambda: []}]", "security: [{iam: []}]", Authorization::Lambda(name("lambda"))),
        ("security: [{pool: [a/read]}]", "", Authorization::UserPool(name("pool"))),
        ("security: [{jwt: []}]", "", Authorization::Other(name("jwt"))),
        ("security: [{key: []}]", "", Authorization::ApiKeyOnly),
        ("security: [{key: [], lambda: []}]", "", Authorization::Lambda(name("lambda"))),
        ("security: [{api_key: []}]", "", Authorization::ApiKeyOnly),
        ("security: [{bearer: []}]", "", Authorization::Open),
        ("security: [{missing: []}]", "", Authorization::Other(name("missing"))),
        ("security: [{}]", "", Authorization::Open),
        ("security: [{}, {iam: []}]", "", Authorization::Unknown),
        ("security: !Ref S", "", Authorization::Unknown),
        ("x-amazon-apigateway-auth: {type: aws_iam}", "", Authorization::Iam),
        ("x-amazon-apigateway-auth: {type: NONE}", "security: [{iam: []}]", Authorization::Open),
        ("x-amazon-apigateway-auth: {type: !Ref T}", "", Authorization::Unknown),
    ] {
        let text = with(operation, &format!("{global}{schemes}"));
        assert_eq!(read_one(&text).authorization, expected, "{operation} / {global}");
    }
    let swagger = with("security: [{lambda: []}]", "")
        + "securityDefinitions:\n  lambda: {x-amazon-apigateway-authorizer: {type: request}}";
    assert_eq!(read_one(&swagger).authorization, Authorization::Lambda(name("lambda")));
}

#[test]
fn a_default_authorizer_from_outside_holds_where_none_is_named() {
    let name = |n: &str| Authorization::Lambda(n.to_owned());
    let authorizers = [("Mine".to_owned(), name("Mine")), ("Other".to_owned(), name("Other"))];
    let context = Context {
        default_authorization: Some(name("Mine")),
        authorizers: &authorizers,
        binary_media_types: &["*/*".to_owned()],
        ..Context::default()
    };
    for (operation, expected) in [
        ("", name("Mine")),
        ("security: []", name("Mine")),
        ("security: [{api_key: []}]", name("Mine")),
        ("security: [{Other: []}]", name("Other")),
        ("security: [{NONE: []}]", Authorization::Open),
        ("x-amazon-apigateway-auth: {type: NONE}", Authorization::Open),
    ] {
        let (root, file) = parsed("api.yaml", &with(operation, ""));
        let found = read(&root, &file, &context);
        assert_eq!(found[0].authorization, expected, "{operation}");
        assert_eq!(found[0].binary_media_types, ["*/*"]);
    }
}

#[test]
fn body_models_count_only_under_a_validator_that_checks_bodies() {
    let validators = "x-amazon-apigateway-request-validators:\n  body: {validateRequestBody: true}\n  params: {validateRequestBody: false, validateRequestParameters: true}\n";
    let body = "requestBody: {content: {application/json: {schema: {type: object}}, text/plain: {}}}\n";
    let use_body = "x-amazon-apigateway-request-validator: body\n";
    for (operation, root, expected) in [
        (body.to_owned(), validators.to_owned(), &[][..]),
        (format!("{body}{use_body}"), validators.to_owned(), &["application/json"]),
        (body.to_owned(), format!("{validators}{use_body}"), &["application/json"]),
        (
            format!("{body}x-amazon-apigateway-request-validator: params"),
            format!("{validators}{use_body}"),
            &[],
        ),
        (
            format!("{use_body}parameters: [{{in: body, name: b, schema: {{}}}}]"),
            validators.to_owned(),
            &["application/json"],
        ),
        (
            format!("{use_body}parameters: [{{$ref: '#/parameters/B'}}]\nconsumes: [a/b, c/d]"),
            format!("{validators}parameters: {{B: {{in: body, schema: {{}}}}}}"),
            &["a/b", "c/d"],
        ),
        (format!("{use_body}parameters: [{{in: query, name: q, schema: {{}}}}]"), validators.to_owned(), &[]),
        (
            format!("{use_body}requestBody: {{$ref: '#/components/requestBodies/R'}}"),
            format!(
                "{validators}components: {{requestBodies: {{R: {{content: {{x/y: {{schema: {{}}}}}}}}}}}}"
            ),
            &["x/y"],
        ),
    ] {
        let models = read_one(&with(&operation, &root)).body_models;
        let types: Vec<_> = models.iter().map(|model| model.content_type.as_str()).collect();
        assert_eq!(types, expected, "{operation} / {root}");
    }
}

#[test]
fn references_are_followed_within_the_file() {
    let text = format!(
        "openapi: 3.0.1\npaths:\n  /a:\n    get:\n      x-amazon-apigateway-integration: {{$ref: '#/components/x-amazon-apigateway-integrations/a~1b%20c'}}\n    put: {{$ref: '#/x-put'}}\nx-put: {{x-amazon-apigateway-integration: {{$ref: '#/components/list/1'}}}}\ncomponents:\n  list: [x, {{$ref: '#/components/x-amazon-apigateway-integrations/a~1b%20c'}}]\n  x-amazon-apigateway-integrations:\n    a/b c: {{type: aws, uri: {URI}}}"
    );
    let found = read_all(&text);
    assert_eq!(found.len(), 2);
    assert_eq!(text_at(&found[0], found[0].span), "get");
    assert_eq!(text_at(&found[0], found[0].uri.as_ref().unwrap().1), URI);
}

#[test]
fn references_that_go_in_circles_or_nowhere_end() {
    for target in ["#/x-a", "#/nowhere", "#", "other.yaml#/x", "https://example.com/x.yaml", "#/%zz", "#/%e"]
    {
        let text = format!(
            "openapi: 3.0.1\nx-a: {{$ref: '#/x-b'}}\nx-b: {{$ref: '#/x-a'}}\npaths: {{/a: {{get: {{x-amazon-apigateway-integration: {{$ref: '{target}'}}}}}}}}"
        );
        assert_eq!(read_all(&text).len(), 0, "{target}");
    }
}

#[test]
fn references_to_other_files_bring_their_place() {
    let (root, file) = parsed(
        "dir/api.yaml",
        "openapi: 3.0.1\npaths: {/a: {get: {x-amazon-apigateway-integration: {$ref: './parts/../i.yaml#/get'}}}}",
    );
    let other = format!(
        "get: {{$ref: '#/real'}}\nreal: {{type: aws, uri: {URI}, requestTemplates: {{application/json: abc}}}}"
    );
    let files: HashMap<PathBuf, String> = [(PathBuf::from("dir/i.yaml"), other)].into();
    let loader = |path: &Path| Some(Arc::new(SourceFile::new(path, files.get(path)?.clone())));
    let found = read(&root, &file, &Context { loader: &loader, ..Context::default() });
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].file.path(), Path::new("dir/i.yaml"));
    assert!(text_at(&found[0], found[0].span).starts_with("{type: aws"));
    let host = &found[0].request_templates[0].host;
    assert_eq!(host.file.slice(host.whole), "abc");
}

#[test]
fn a_definition_that_terraform_reads_first_has_placeholders_everywhere() {
    let text = r#"{"openapi": "3.0.1", "paths": {"/a": {"get": {"x-amazon-apigateway-integration": {
        "type": "aws", "uri": "arn:aws:apigateway:${region}:dynamodb:action/GetItem", "credentials": "${role}",
        "requestTemplates": {"application/json": "{\"TableName\": \"${table}\", \"x\": \"$${y}\"}"}}}}}}"#;
    let found = read_one(text);
    let template = &found.request_templates[0].text;
    assert_eq!(template.placeholders()[0].name, "table");
    assert!(template.text().ends_with("\"x\": \"${y}\"}"));
    assert_eq!(found.credentials.unwrap().placeholders()[0].name, "role");

    // The same names under `Fn::Sub` or with a forgotten one are CloudFormation's.
    let text = text.replace("${region}", "${AWS::Region}");
    let found = read_one(&text);
    assert_eq!(found.request_templates[0].text.placeholders(), []);
}

#[test]
fn a_definition_inside_another_document_is_read_from_its_node() {
    let definition = with("", "").replace('\n', "\n    ");
    let (root, file) = parsed("t.yaml", &format!("Resources:\n  Api:\n    {definition}"));
    let body = root.get("Resources").and_then(|r| r.get("Api")).unwrap();
    assert!(!is_definition(&root) && is_definition(body));
    let found = read(body, &file, &Context { kind: RestKind::Http, ..Context::default() });
    assert_eq!(found[0].kind, RestKind::Http);
    assert_eq!(text_at(&found[0], found[0].span), "get");
}

#[test]
fn odd_shapes_are_no_integrations_and_no_panic() {
    for text in [
        "openapi: 3.0.1",
        "openapi: 3.0.1\npaths: x",
        "openapi: 3.0.1\npaths: [a]",
        "openapi: 3.0.1\npaths: {/a: x, [b]: {get: {}}}",
        "openapi: 3.0.1\npaths: {/a: {get: [x-amazon-apigateway-integration]}}",
        "openapi: 3.0.1\npaths: {/a: {get: {x-amazon-apigateway-integration: aws}}}",
        "openapi: 3.0.1\npaths: {/a: {get: {x-amazon-apigateway-integration: {type: aws}}}}",
        "openapi: 3.0.1\npaths: {/a: {get: {x-amazon-apigateway-integration: {type: [aws], uri: {a: b}}}}}",
    ] {
        assert_eq!(read_all(text).len(), 0, "{text}");
    }
    let odd = "requestTemplates: [a]\nresponses: {200: x, [a]: {}}\nrequestParameters: x\ncredentials: [a]";
    let found = read_one(&integration_with(odd));
    assert_eq!(found.request_templates.len(), 0);
    assert_eq!(found.responses.len(), 2);
}

#[test]
fn a_model_is_read_in_the_file_that_it_stands_in() {
    let operation = "x-amazon-apigateway-request-validator: body
requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}";
    let root = "x-amazon-apigateway-request-validators: {body: {validateRequestBody: true}}
components:
  schemas:
    Name: {type: string, maxLength: 9}
    Order: {type: object, properties: {name: {$ref: '#/components/schemas/Name'}}}
";
    let integration = read_one(&with(operation, root));
    let body = integration.body_models[0].schema.constraints();
    assert!(!body.allows(JsonType::String));
    assert_eq!(body.member("name").max_length(), Some(9));
}

#[test]
fn references_that_multiply_a_definition_run_into_a_limit() {
    let template = "x".repeat(100_000);
    let paths: String = (0..5000).map(|i| format!("  /p{i}: {{$ref: '#/x-item'}}\n")).collect();
    let text = format!(
        "openapi: 3.0.1\npaths:\n{paths}x-item: {{get: {{x-amazon-apigateway-integration: {{type: aws, uri: {URI}, requestTemplates: {{a/b: {template}}}}}}}}}"
    );
    let found = read_all(&text);
    assert!((500..2000).contains(&found.len()), "{}", found.len());
    assert!(found.iter().all(|integration| integration.request_templates.len() == 1));
}

#[test]
fn the_cache_of_a_lambda_authorizer_is_read_as_far_as_it_is_fixed() {
    let of = |authorizer: &str| {
        let found = read_one(&format!(
            "openapi: 3.0.1
components:
  securitySchemes:
    callers: {{type: apiKey, x-amazon-apigateway-authtype: custom, x-amazon-apigateway-authorizer: {{{authorizer}}}}}
paths:
  /a:
    get:
      security: [{{callers: []}}]
      x-amazon-apigateway-integration: {{type: aws, uri: 'arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem'}}
"
        ));
        let authorizer = found.authorizer.as_deref().unwrap();
        assert_eq!(text_at(&found, authorizer.span), "callers");
        (authorizer.is_request, authorizer.ttl, authorizer.identity.clone())
    };
    let sources = |list: &[&str]| Some(list.iter().map(|source| (*source).to_owned()).collect::<Vec<_>>());
    assert_eq!(
        of(
            "type: request, identitySource: 'method.request.header.A,context.stage', authorizerResultTtlInSeconds: 5"
        ),
        (true, Some(5), sources(&["method.request.header.A", "context.stage"]))
    );
    assert_eq!(of("type: token"), (false, Some(300), sources(&[])));
    assert_eq!(
        of("type: REQUEST, identitySource: !Ref S, authorizerResultTtlInSeconds: !Ref T"),
        (true, None, None)
    );
}
