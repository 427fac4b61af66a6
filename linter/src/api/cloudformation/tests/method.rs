use super::{placeholders, read, read_files, read_one};
use crate::api::model::Schema;
use crate::api::{Action, Authorization, Passthrough, RestKind};

const SHORT: &str = r#"
Resources:
  Api:
    Type: AWS::ApiGateway::RestApi
    Properties: {Name: orders, BinaryMediaTypes: [image/png]}
  Orders:
    Type: AWS::ApiGateway::Resource
    Properties: {RestApiId: !Ref Api, ParentId: !GetAtt Api.RootResourceId, PathPart: orders}
  Order:
    Type: AWS::ApiGateway::Resource
    Properties: {RestApiId: !Ref Api, ParentId: !Ref Orders, PathPart: '{orderId}'}
  GetOrder:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !Ref Order
      HttpMethod: get
      AuthorizationType: COGNITO_USER_POOLS
      AuthorizerId: !Ref Pool
      RequestValidatorId: !Ref Strict
      RequestModels:
        application/json: !Ref OrderModel
      Integration:
        Type: AWS
        IntegrationHttpMethod: POST
        Uri: !Sub arn:${AWS::Partition}:apigateway:${AWS::Region}:dynamodb:action/GetItem
        Credentials: !GetAtt Role.Arn
        PassthroughBehavior: NEVER
        RequestParameters:
          integration.request.header.X-Order: method.request.path.orderId
        RequestTemplates:
          application/json: !Sub |
            {"TableName": "${Table}", "Key": {"PK": {"S": "$input.params('orderId')"}}}
        IntegrationResponses:
          - StatusCode: 200
            ResponseTemplates: {application/json: "$input.json('$.Item')"}
          - StatusCode: "404"
            SelectionPattern: 4\d\d
            ResponseParameters: {method.response.header.X-Error: "'none'"}
  Pool:
    Type: AWS::ApiGateway::Authorizer
    Properties: {Type: COGNITO_USER_POOLS, RestApiId: !Ref Api, Name: pool}
  Strict:
    Type: AWS::ApiGateway::RequestValidator
    Properties: {RestApiId: !Ref Api, ValidateRequestBody: true}
"#;

#[test]
fn a_method_is_read_with_everything_that_belongs_to_it() {
    let integration = read_one(SHORT);
    assert_eq!(integration.file.slice(integration.span), "GetOrder");
    assert_eq!(integration.kind, RestKind::Rest);
    assert_eq!(integration.route.method.as_deref(), Some("GET"));
    assert_eq!(integration.route.path.as_deref(), Some("/orders/{orderId}"));
    assert_eq!(integration.path_parameters, ["orderId"]);
    assert_eq!(integration.action, Action::Named("GetItem".to_owned()));
    assert_eq!(integration.authorization, Authorization::UserPool("Pool".to_owned()));
    let [model] = integration.body_models.as_slice() else { panic!() };
    assert_eq!((model.content_type.as_str(), &model.schema), ("application/json", &Schema::unknown()));
    assert_eq!(integration.binary_media_types, ["image/png"]);
    assert_eq!(placeholders(integration.credentials.as_ref().unwrap()), ["Role.Arn"]);

    let (uri, place) = integration.uri.as_ref().unwrap();
    assert_eq!(placeholders(uri), ["AWS::Partition", "AWS::Region"]);
    assert!(integration.file.slice(*place).ends_with("dynamodb:action/GetItem"));

    let (passthrough, place) = integration.passthrough;
    assert_eq!(passthrough, Passthrough::Never);
    assert_eq!(integration.file.slice(place.unwrap()), "NEVER");

    let [parameter] = integration.request_parameters.as_slice() else { panic!() };
    assert_eq!((parameter.place.as_str(), parameter.name.as_str()), ("header", "X-Order"));
    assert_eq!(parameter.value.text(), "method.request.path.orderId");
    assert_eq!(
        integration.file.slice(parameter.span),
        "integration.request.header.X-Order: method.request.path.orderId"
    );

    let [template] = integration.request_templates.as_slice() else { panic!() };
    assert_eq!(template.content_type, "application/json");
    assert_eq!(placeholders(&template.text), ["Table"]);

    let [ok, missing] = integration.responses.as_slice() else { panic!() };
    assert_eq!((ok.status.as_deref(), ok.selection_pattern.as_deref()), (Some("200"), None));
    assert_eq!(ok.templates[0].text.text(), "$input.json('$.Item')");
    assert_eq!(
        (missing.status.as_deref(), missing.selection_pattern.as_deref()),
        (Some("404"), Some(r"4\d\d"))
    );
    let [header] = missing.parameters.as_slice() else { panic!() };
    assert_eq!((header.name.as_str(), header.value.text()), ("X-Error", "'none'"));
}

#[test]
fn a_synthesized_template_says_the_same_in_json() {
    let template = r#"{"Resources": {
      "ApiF70053CD": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "Api"}},
      "ApiordersB1234567": {"Type": "AWS::ApiGateway::Resource", "Properties": {
        "ParentId": {"Fn::GetAtt": ["ApiF70053CD", "RootResourceId"]},
        "PathPart": "orders", "RestApiId": {"Ref": "ApiF70053CD"}}},
      "ApiordersPOST89ABCDEF": {"Type": "AWS::ApiGateway::Method", "Properties": {
        "AuthorizationType": "CUSTOM", "AuthorizerId": {"Ref": "Authorizer01234567"},
        "HttpMethod": "POST", "RestApiId": {"Ref": "ApiF70053CD"},
        "ResourceId": {"Ref": "ApiordersB1234567"},
        "Integration": {"Type": "AWS", "IntegrationHttpMethod": "POST",
          "Uri": {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":apigateway:", {"Ref": "AWS::Region"},
            ":dynamodb:action/PutItem"]]},
          "RequestTemplates": {"application/json": {"Fn::Join": ["", [
            "{\"TableName\":\"", {"Ref": "Orders0A1B2C3D"}, "\",\"Item\":{\"PK\":{\"S\":\"$context.requestId\"}}}"
          ]]}}}}},
      "Authorizer01234567": {"Type": "AWS::ApiGateway::Authorizer", "Properties": {"Type": "REQUEST"}}
    }}"#;
    let [integration] = read_files(&[("app.template.json", template)]).try_into().expect("one");
    assert_eq!(integration.file.slice(integration.span), "\"ApiordersPOST89ABCDEF\"");
    assert_eq!(integration.route.path.as_deref(), Some("/orders"));
    assert_eq!(integration.action, Action::Named("PutItem".to_owned()));
    assert_eq!(integration.authorization, Authorization::Lambda("Authorizer01234567".to_owned()));
    assert_eq!(integration.passthrough, (Passthrough::WhenNoMatch, None));
    assert_eq!(placeholders(&integration.request_templates[0].text), ["Orders0A1B2C3D"]);
}

/// A template with one method of these properties (one a line) beside the integration.
fn with_properties(properties: &str, others: &str) -> String {
    let properties = properties.replace('\n', "\n      ");
    format!(
        "
Resources:
  M:
    Type: AWS::ApiGateway::Method
    Properties:
      {properties}
      Integration:
        Type: AWS
        Uri: !Sub arn:aws:apigateway:${{AWS::Region}}:dynamodb:action/Query
        RequestTemplates: {{application/json: '{{}}'}}
  {others}
"
    )
}

#[test]
fn authorization_is_that_of_the_type_and_the_authorizer() {
    let others = "
  Token: {Type: 'AWS::ApiGateway::Authorizer', Properties: {Type: TOKEN}}
  Pool: {Type: 'AWS::ApiGateway::Authorizer', Properties: {Type: COGNITO_USER_POOLS}}
";
    for (properties, expected) in [
        ("AuthorizationType: NONE", Authorization::Open),
        ("ApiKeyRequired: false", Authorization::Open),
        ("AuthorizationType: NONE\nApiKeyRequired: true", Authorization::ApiKeyOnly),
        ("AuthorizationType: NONE\nApiKeyRequired: 'true'", Authorization::ApiKeyOnly),
        ("AuthorizationType: NONE\nApiKeyRequired: !Ref P", Authorization::Open),
        ("AuthorizationType: AWS_IAM", Authorization::Iam),
        ("AuthorizationType: AWS_IAM\nApiKeyRequired: true", Authorization::Iam),
        ("AuthorizationType: CUSTOM\nAuthorizerId: !Ref Token", Authorization::Lambda("Token".into())),
        (
            "AuthorizationType: CUSTOM\nAuthorizerId: !GetAtt Token.AuthorizerId",
            Authorization::Lambda("Token".into()),
        ),
        ("AuthorizationType: CUSTOM\nAuthorizerId: !Sub '${Token}'", Authorization::Lambda("Token".into())),
        ("AuthorizationType: CUSTOM\nAuthorizerId: abc123", Authorization::Lambda("abc123".into())),
        (
            "AuthorizationType: CUSTOM\nAuthorizerId: !Ref Parameter",
            Authorization::Lambda("Parameter".into()),
        ),
        (
            "AuthorizationType: COGNITO_USER_POOLS\nAuthorizerId: !Ref Pool",
            Authorization::UserPool("Pool".into()),
        ),
        ("AuthorizationType: !Ref P\nAuthorizerId: !Ref Pool", Authorization::Unknown),
        ("AuthorizationType: !If [C, NONE, AWS_IAM]", Authorization::Unknown),
        ("AuthorizationType: CUSTOM\nAuthorizerId: !If [C, !Ref Token, !Ref Pool]", Authorization::Unknown),
    ] {
        let integration = read_one(&with_properties(properties, others));
        assert_eq!(integration.authorization, expected, "{properties}");
    }
}

#[test]
fn a_path_is_followed_as_far_as_the_template_goes() {
    let others = "
  A: {Type: 'AWS::ApiGateway::Resource', Properties: {ParentId: !GetAtt Api.RootResourceId, PathPart: a}}
  Stage: {Type: 'AWS::ApiGateway::Resource', Properties: {ParentId: !Ref A, PathPart: !Sub 'v${Version}'}}
  Rest: {Type: 'AWS::ApiGateway::Resource', Properties: {ParentId: !Ref Stage, PathPart: '{proxy+}'}}
  Far: {Type: 'AWS::ApiGateway::Resource', Properties: {ParentId: !ImportValue root, PathPart: far}}
  Near: {Type: 'AWS::ApiGateway::Resource', Properties: {ParentId: !Ref RootId, PathPart: near}}
  Loop: {Type: 'AWS::ApiGateway::Resource', Properties: {ParentId: !Ref Loop2, PathPart: x}}
  Loop2: {Type: 'AWS::ApiGateway::Resource', Properties: {ParentId: !Ref Loop, PathPart: y}}
";
    for (resource, expected) in [
        ("!GetAtt Api.RootResourceId", Some("/")),
        ("!Ref A", Some("/a")),
        ("!Ref Stage", Some("/a/v${Version}")),
        ("!Ref Rest", Some("/a/v${Version}/{proxy+}")),
        ("!GetAtt Rest.ResourceId", Some("/a/v${Version}/{proxy+}")),
        ("!Ref Near", Some("/${RootId}/near")),
        ("!Ref Far", Some("/${ImportValue(root)}/far")),
        ("abc123", Some("/${abc123}")),
        ("!Ref Loop", None),
        ("!If [C, !Ref A, !Ref Rest]", None),
    ] {
        let integration = read_one(&with_properties(&format!("ResourceId: {resource}"), others));
        assert_eq!(integration.route.path.as_deref(), expected, "{resource}");
        let proxied = expected.is_some_and(|path| path.ends_with("{proxy+}"));
        assert_eq!(integration.path_parameters, if proxied { vec!["proxy"] } else { vec![] }, "{resource}");
    }
}

#[test]
fn parameters_that_the_method_declares_count_where_the_path_is_not_in_the_file() {
    let template = with_properties(
        "ResourceId: !ImportValue order\nRequestParameters: {method.request.path.orderId: true, method.request.header.X: true}",
        "",
    );
    assert_eq!(read_one(&template).path_parameters, ["orderId"]);
}

#[test]
fn a_model_counts_only_under_a_validator_that_checks_bodies() {
    let others = "
  On: {Type: 'AWS::ApiGateway::RequestValidator', Properties: {ValidateRequestBody: 'true'}}
  Off: {Type: 'AWS::ApiGateway::RequestValidator', Properties: {ValidateRequestParameters: true}}
  Open: {Type: 'AWS::ApiGateway::RequestValidator', Properties: {ValidateRequestBody: !Ref P}}
";
    let models =
        "RequestModels: {application/json: !Ref Model, text/plain: !If [C, !Ref Model, !Ref AWS::NoValue]}";
    let types = |properties: &str| -> Vec<String> {
        let models = read_one(&with_properties(properties, others)).body_models;
        models.into_iter().map(|model| model.content_type).collect()
    };
    for (validator, expected) in [
        ("!Ref On", &["application/json"][..]),
        ("!Ref Off", &[]),
        ("!Ref Open", &[]),
        ("!Ref Elsewhere", &[]),
    ] {
        assert_eq!(types(&format!("RequestValidatorId: {validator}\n{models}")), expected, "{validator}");
    }
    assert_eq!(types(models), [""; 0]);
}

#[test]
fn models_are_found_by_reference_and_by_name() {
    let others = "
  Validator: {Type: 'AWS::ApiGateway::RequestValidator', Properties: {ValidateRequestBody: true}}
  Name: {Type: 'AWS::ApiGateway::Model', Properties: {Name: NameModel, Schema: {type: string, maxLength: 9}}}
  Text: {Type: 'AWS::ApiGateway::Model', Properties: {Schema: '{\"properties\": {\"name\": {\"maxLength\": 9}}}'}}
  Order:
    Type: AWS::ApiGateway::Model
    Properties:
      Name: OrderModel
      Schema:
        definitions: {Name: {$ref: !Sub 'https://apigateway.amazonaws.com/restapis/${Api}/models/${Name}'}}
        properties: {name: {$ref: '#/definitions/Name'}}
  ByName:
    Type: AWS::ApiGateway::Model
    Properties:
      Schema: {properties: {name: {$ref: !Sub 'https://apigateway.amazonaws.com/restapis/${Api}/models/NameModel'}}}
";
    for (model, expected) in [
        ("!Ref Order", Some(9)),
        ("OrderModel", Some(9)),
        ("!Ref Text", Some(9)),
        ("!Ref ByName", Some(9)),
        ("Empty", None),
        ("!Ref Elsewhere", None),
    ] {
        let properties =
            format!("RequestValidatorId: !Ref Validator\nRequestModels: {{application/json: {model}}}");
        let integration = read_one(&with_properties(&properties, others));
        let [body] = integration.body_models.as_slice() else { panic!("{model}") };
        assert_eq!(body.schema.constraints().member("name").max_length(), expected, "{model}");
    }
}

#[test]
fn only_calls_that_are_dynamodbs_or_may_be_are_read() {
    let template = |kind: &str, uri: &str| {
        format!(
            "Resources: {{M: {{Type: 'AWS::ApiGateway::Method', Properties: {{Integration: {{Type: {kind}, Uri: {uri}}}}}}}}}"
        )
    };
    for (kind, uri, expected) in [
        (
            "AWS",
            "'arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem'",
            Some(Action::Named("GetItem".into())),
        ),
        ("AWS", "!Sub 'arn:aws:apigateway:${R}:dynamodb:action/${Verb}'", Some(Action::Open)),
        ("AWS", "!Ref Uri", Some(Action::Open)),
        (
            "!Ref Type",
            "'arn:aws:apigateway:eu-west-1:dynamodb:action/Scan'",
            Some(Action::Named("Scan".into())),
        ),
        ("AWS", "!Sub 'arn:aws:apigateway:${R}:sqs:action/SendMessage'", None),
        ("AWS", "!Sub 'arn:aws:apigateway:${R}:lambda:path/2015-03-31/functions/${F.Arn}/invocations'", None),
        ("HTTP", "'https://example.com/dynamodb:action/GetItem'", None),
        ("MOCK", "null", None),
        ("AWS_PROXY", "!Ref Uri", None),
    ] {
        let found: Vec<Action> = read(&template(kind, uri)).into_iter().map(|found| found.action).collect();
        assert_eq!(found, Vec::from_iter(expected), "{kind} {uri}");
    }
}

#[test]
fn the_later_of_two_resources_of_one_id_counts() {
    let method = |action: &str| {
        format!(
            "{{Type: 'AWS::ApiGateway::Method', Properties: {{Integration: {{Type: AWS, Uri: 'arn:aws:apigateway:eu-west-1:dynamodb:action/{action}'}}}}}}"
        )
    };
    let integration = read_one(&format!("Resources:\n  M: {}\n  M: {}\n", method("Scan"), method("GetItem")));
    assert_eq!(integration.action, Action::Named("GetItem".into()));
    assert_eq!(integration.file.position(integration.span.start).line, 3);
}

#[test]
fn loops_over_resources_are_read_as_they_are_written() {
    let integration = read_one(
        "
Resources:
  Fn::ForEach::Actions:
    - Verb
    - [Get, Put]
    - Method${Verb}:
        Type: AWS::ApiGateway::Method
        Properties:
          HttpMethod: GET
          Integration: {Type: AWS, Uri: !Sub 'arn:aws:apigateway:${AWS::Region}:dynamodb:action/${Verb}Item'}
",
    );
    assert_eq!(integration.file.slice(integration.span), "Method${Verb}");
    assert_eq!(integration.action, Action::Open);
}

#[test]
fn what_is_no_template_holds_nothing() {
    for text in [
        "a: 1",
        "[]",
        "Resources: []",
        "Resources: {M: AWS::ApiGateway::Method}",
        "Resources: {M: {Type: [x]}}",
        "x",
    ] {
        assert!(read(text).is_empty(), "{text}");
    }
    let bare = "Resources: {M: {Type: 'AWS::ApiGateway::Method'}, I: {Type: 'AWS::ApiGatewayV2::Integration', Properties: [x]}}";
    assert!(read(bare).is_empty());
}
