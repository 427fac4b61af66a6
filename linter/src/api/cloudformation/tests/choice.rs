//! `Fn::If`, `AWS::NoValue` and values that are not in the file.

use super::{placeholders, read, read_one};
use crate::api::{Action, Passthrough};

fn with_integration(integration: &str) -> String {
    format!(
        "Resources:\n  M:\n    Type: AWS::ApiGateway::Method\n    Condition: Prod\n    Properties:\n      Integration: {integration}\n"
    )
}

fn with_templates(passthrough: &str, templates: &str) -> String {
    with_integration(&format!(
        "{{Type: AWS, Uri: 'arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem', \
         PassthroughBehavior: {passthrough}, RequestTemplates: {templates}}}"
    ))
}

#[test]
fn both_branches_of_a_template_are_templates_of_its_content_type() {
    let integration = read_one(&with_templates(
        "WHEN_NO_TEMPLATES",
        "{application/json: !If [Prod, a, !If [Test, !Sub 'b${T}', c]]}",
    ));
    let texts: Vec<_> = integration.request_templates.iter().map(|template| template.text.text()).collect();
    assert_eq!(texts, ["a", "b\u{FFFC}", "c"]);
    assert!(integration.request_templates.iter().all(|template| template.content_type == "application/json"));
    assert_eq!(integration.passthrough.0, Passthrough::WhenNoTemplates);
}

#[test]
fn both_branches_of_a_map_of_templates_count() {
    let integration = read_one(&with_templates(
        "NEVER",
        "{'Fn::If': [Prod, {application/json: a}, {application/json: b, text/plain: c}]}",
    ));
    let templates: Vec<_> = integration
        .request_templates
        .iter()
        .map(|template| (template.content_type.as_str(), template.text.text()))
        .collect();
    assert_eq!(templates, [("application/json", "a"), ("application/json", "b"), ("text/plain", "c")]);
    assert_eq!(integration.passthrough.0, Passthrough::Never);
}

#[test]
fn templates_that_some_deployment_lacks_leave_passthrough_open() {
    for (templates, expected) in [
        ("!If [Prod, {application/json: a}, !Ref AWS::NoValue]", Passthrough::Unknown),
        ("!If [Prod, {application/json: a}, {}]", Passthrough::Unknown),
        ("{application/json: !If [Prod, a, !Ref AWS::NoValue]}", Passthrough::Unknown),
        ("{application/json: !If [Prod, a, !Ref AWS::NoValue], text/plain: b}", Passthrough::WhenNoTemplates),
        ("!If [Prod, {application/json: a}, {text/plain: b}]", Passthrough::WhenNoTemplates),
        ("!Ref AWS::NoValue", Passthrough::WhenNoTemplates),
    ] {
        let integration = read_one(&with_templates("WHEN_NO_TEMPLATES", templates));
        assert_eq!(integration.passthrough.0, expected, "{templates}");
    }
}

#[test]
fn passthrough_is_what_every_deployment_has() {
    for (written, expected) in [
        ("when_no_match", Passthrough::WhenNoMatch),
        ("!Ref AWS::NoValue", Passthrough::WhenNoMatch),
        ("!If [Prod, NEVER, NEVER]", Passthrough::Unknown),
        ("!If [Prod, NEVER, !Ref AWS::NoValue]", Passthrough::Unknown),
        ("!Ref Behavior", Passthrough::Unknown),
        ("SOMETIMES", Passthrough::Unknown),
    ] {
        let integration = read_one(&with_templates(written, "{application/json: a}"));
        assert_eq!(integration.passthrough.0, expected, "{written}");
    }
}

#[test]
fn what_is_not_in_the_file_is_a_template_of_its_own() {
    for (templates, name) in [
        ("!FindInMap [Templates, put, json]", "FindInMap(Templates,put,json)"),
        ("{application/json: !Ref Template}", "Template"),
        ("{application/json: {TableName: x}}", "{TableName:x}"),
    ] {
        let integration = read_one(&with_templates("NEVER", templates));
        let [template] = integration.request_templates.as_slice() else { panic!("{templates}") };
        assert_eq!(placeholders(&template.text), [name], "{templates}");
        assert_eq!(template.content_type, "application/json");
    }
}

#[test]
fn a_choice_of_integrations_is_all_of_them_that_call_dynamodb() {
    let integrations = read(&with_integration(
        "!If [Prod, {Type: AWS, Uri: 'arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem'}, \
         !If [Test, {Type: MOCK}, {Type: AWS, Uri: 'arn:aws:apigateway:eu-west-1:dynamodb:action/Scan'}]]",
    ));
    let actions: Vec<_> = integrations.into_iter().map(|integration| integration.action).collect();
    assert_eq!(actions, [Action::Named("PutItem".into()), Action::Named("Scan".into())]);
}

#[test]
fn a_choice_of_actions_is_open() {
    for (uri, expected) in [
        (
            "!If [P, 'arn:aws:apigateway:a:dynamodb:action/Scan', 'arn:aws:apigateway:b:dynamodb:action/Query']",
            Action::Open,
        ),
        (
            "!If [P, 'arn:aws:apigateway:a:dynamodb:action/Scan', 'arn:aws:apigateway:b:dynamodb:action/Scan']",
            Action::Named("Scan".into()),
        ),
        (
            "!If [P, 'arn:aws:apigateway:a:sqs:action/SendMessage', 'arn:aws:apigateway:b:dynamodb:action/Scan']",
            Action::Named("Scan".into()),
        ),
    ] {
        let integration = read_one(&with_integration(&format!("{{Type: AWS, Uri: {uri}}}")));
        assert_eq!(integration.action, expected, "{uri}");
    }
}

#[test]
fn conditional_responses_are_all_read() {
    let integration = read_one(&with_integration(
        "
        Type: AWS
        Uri: arn:aws:apigateway:a:dynamodb:action/Scan
        IntegrationResponses: !If
          - P
          - [{StatusCode: 200}, !If [Q, {StatusCode: 400, SelectionPattern: '4..'}, !Ref AWS::NoValue]]
          - [{StatusCode: !Ref S}]",
    ));
    let statuses: Vec<_> = integration.responses.iter().map(|case| case.status.as_deref()).collect();
    assert_eq!(statuses, [Some("200"), Some("400"), None]);
}

#[test]
fn aliases_that_multiply_choices_end() {
    let mut template = String::from("Metadata:\n  a0: &a0 x\n");
    for level in 1..16 {
        let below = level - 1;
        template += &format!("  a{level}: &a{level} !If [C, *a{below}, *a{below}]\n");
    }
    template += &with_integration(
        "{Type: AWS, Uri: 'arn:aws:apigateway:a:dynamodb:action/Scan', RequestTemplates: {application/json: *a15}}",
    );
    let integration = read_one(&template);
    let (last, branches) = integration.request_templates.split_last().unwrap();
    assert!(branches.iter().all(|template| template.text.text() == "x"));
    assert_eq!(last.text.placeholders().len(), 1, "the branches that were not followed");
}
