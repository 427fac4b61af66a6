//! A word of a template is found where it stands in the host file.

use super::{host_of, read_files};
use crate::api::MappingTemplate;

/// The template of a definition that has one method; `template` is what stands under its content type.
fn template_of(path: &str, before: &str, template: &str, after: &str) -> MappingTemplate {
    let text = format!("{before}{template}{after}");
    let [integration] = read_files(&[(path, &text)]).try_into().expect("one integration");
    let [template] = integration.request_templates.try_into().expect("one template");
    template
}

const YAML: &str = "Resources:
  Größe: # the columns below count code points, the spans bytes
    Type: AWS::ApiGateway::Method
    Properties:
      Integration:
        Type: AWS
        Uri: arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem
        RequestTemplates:
          application/json: ";

fn yaml(template: &str) -> MappingTemplate {
    template_of("template.yaml", YAML, template, "\n")
}

fn json(template: &str) -> MappingTemplate {
    let before = r#"{"Resources": {"M": {"Type": "AWS::ApiGateway::Method", "Properties": {"Integration": {
      "Type": "AWS", "Uri": "arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem",
      "RequestTemplates": {"application/json": "#;
    template_of("cdk.out/app.template.json", before, template, "}}}}}}")
}

#[test]
fn in_a_block_scalar_under_sub() {
    for style in ["!Sub |", "!Sub |-", "!Sub |2", "\n            Fn::Sub: |", "!Sub\n            - |"] {
        let extra = if style == "!Sub |2" { "" } else { "            " };
        let lines = [
            "{",
            "  \"TableName\": \"${Table}\",",
            "  \"größe\": \"$input.path('$.größe')\",",
            "  \"x\": 1",
            "}",
        ];
        let indent = if extra.is_empty() { " ".repeat(12) } else { " ".repeat(16) };
        let block: String = lines.iter().map(|line| format!("\n{indent}{line}")).collect();
        let template = yaml(&format!("{style}{block}"));
        assert_eq!(host_of(&template, "$input.path('$.größe')"), "$input.path('$.größe')", "{style}");
        assert_eq!(host_of(&template, "\u{FFFC}"), "${Table}", "{style}");
        assert_eq!(host_of(&template, "\"x\": 1"), "\"x\": 1", "{style}");
        assert_eq!(host_of(&template, "\u{FFFC}\",\n"), "${Table}\",\n", "{style}");
    }
}

#[test]
fn in_a_folded_scalar_under_sub() {
    let template = yaml("!Sub >\n            {\"a\": \"${Table}\",\n            \"b\": \"$input.body\"}");
    assert_eq!(template.text.text(), "{\"a\": \"\u{FFFC}\", \"b\": \"$input.body\"}\n");
    assert_eq!(host_of(&template, "$input.body"), "$input.body");
    assert_eq!(host_of(&template, "\u{FFFC}"), "${Table}");
}

#[test]
fn in_quoted_scalars_under_sub() {
    let double = yaml(r#"!Sub "{\"a\": \"${Table}\",\n\t\"b\\\\c\": \"\u00e9$input.body\"}""#);
    assert_eq!(host_of(&double, "\"a\""), r#"\"a\""#);
    assert_eq!(host_of(&double, "\u{FFFC}"), "${Table}");
    assert_eq!(host_of(&double, ",\n\t"), r",\n\t");
    assert_eq!(host_of(&double, "é$input"), r"\u00e9$input");
    assert_eq!(host_of(&double, r"b\\c"), r"b\\\\c");

    let single = yaml("!Sub '{\"a\": \"${Table}\", \"b\": \"$input.path(''$.b'')\"}'");
    assert_eq!(host_of(&single, "$input.path('$.b')"), "$input.path(''$.b'')");
    assert_eq!(host_of(&single, "\u{FFFC}"), "${Table}");

    let split = yaml("\"{\\\"a\\\": 1,\\\n            \\ \\\"b\\\": $input.body}\"");
    assert_eq!(split.text.text(), "{\"a\": 1, \"b\": $input.body}");
    assert_eq!(host_of(&split, "$input.body"), "$input.body");
}

#[test]
fn in_the_pieces_of_a_join() {
    let template = yaml("!Join ['', ['{\"a\": \"', !Ref Table, \"\\\", \\\"b\\\": \\\"$input.body\\\"}\"]]");
    assert_eq!(template.text.text(), "{\"a\": \"\u{FFFC}\", \"b\": \"$input.body\"}");
    assert_eq!(host_of(&template, "{\"a\": \""), "{\"a\": \"");
    assert_eq!(host_of(&template, "$input.body"), "$input.body");
    assert_eq!(host_of(&template, "\"b\""), r#"\"b\""#);

    let long = yaml(
        "\n            Fn::Join:\n            - \"\\n\"\n            - - '{'\n              - !Sub '\"t\": \"${Table}\"'\n              - '}'",
    );
    assert_eq!(long.text.text(), "{\n\"t\": \"\u{FFFC}\"\n}");
    assert_eq!(host_of(&long, "\u{FFFC}"), "${Table}");
    assert_eq!(host_of(&long, "\"t\""), "\"t\"");
}

#[test]
fn in_synthesized_json() {
    let plain = json(r#""{\n  \"a\": \"$input.path('$.a')\",\n  \"é\": 1\n}""#);
    assert_eq!(host_of(&plain, "$input.path('$.a')"), "$input.path('$.a')");
    assert_eq!(host_of(&plain, "\"é\": 1"), r#"\"é\": 1"#);

    let joined =
        json(r#"{"Fn::Join": ["", ["{\"a\": \"", {"Ref": "Table"}, "\", \"b\": \"$input.body\"}"]]}"#);
    assert_eq!(host_of(&joined, "\u{FFFC}"), r#"{"Ref": "Table"}"#);
    assert_eq!(host_of(&joined, "\"b\": \"$input.body\""), r#"\"b\": \"$input.body\""#);
}

#[test]
fn in_the_branch_that_was_taken() {
    let text = format!("{YAML}!If [P, !Sub '{{\"a\": \"${{Table}}\"}}', '{{\"b\": 2}}']\n");
    let [integration] = read_files(&[("template.yaml", &text)]).try_into().expect("one integration");
    let [first, second] = integration.request_templates.try_into().expect("two templates");
    assert_eq!(host_of(&first, "\"a\""), "\"a\"");
    assert_eq!(host_of(&second, "\"b\": 2"), "\"b\": 2");
}
