//! The JSON syntax: what it declares, and where its texts stand.

use crate::api::Passthrough;
use crate::source::SourceFile;

use super::*;

fn read_json(text: &str) -> Vec<Integration> {
    read_files(&[("main.tf.json", text)])
}

fn of_json(template: &str, beside: &str) -> MappingTemplate {
    let text = format!(
        r#"{{
  "resource": {{
    "aws_api_gateway_integration": {{
      "get": {{
        "resource_id": "r",
        "http_method": "GET",
        "type": "AWS",
        "uri": "arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem",
        "request_templates": {{ "application/json": {template} }}
      }}
    }}
  }}{beside}
}}"#
    );
    let [template] = only(read_json(&text)).request_templates.try_into().expect("one template");
    template
}

#[test]
fn blocks_are_objects_or_lists_of_them_and_comments_are_none() {
    let integration = r#"{"//": "the only one", "resource_id": "${aws_api_gateway_resource.orders.id}", "http_method": "GET",
        "type": "AWS", "uri": "arn:aws:apigateway:${var.region}:dynamodb:action/GetItem", "passthrough_behavior": "NEVER"}"#;
    let parent =
        r#"{"parent_id": "${aws_api_gateway_rest_api.api.root_resource_id}", "path_part": "orders"}"#;
    let plain = format!(
        r#"{{"//": {{"metadata": {{}}}}, "resource": {{"//": "all", "aws_api_gateway_integration": {{"//": {{}}, "get": {integration}}},
            "aws_api_gateway_resource": {{"orders": {parent}}}}}}}"#
    );
    let lists = format!(
        r#"[{{"resource": [{{"aws_api_gateway_integration": [{{"get": [{integration}]}}]}}]}},
            {{"resource": {{"aws_api_gateway_resource": {{"orders": {parent}}}}}}}]"#
    );
    for text in [plain, lists] {
        let found = only(read_json(&text));
        assert_eq!(found.route.path.as_deref(), Some("/orders"), "{text}");
        assert_eq!(found.passthrough.0, Passthrough::Never);
        assert_eq!(found.file.slice(found.span), "\"get\"");
        assert_eq!(found.file.slice(found.passthrough.1.unwrap()), "\"NEVER\"");
    }
}

#[test]
fn places_lead_through_the_escapes_of_json_and_of_templates() {
    for (template, text, part, host) in [
        (
            r#""{\"a\": \"é\u00e9\ud83d\ude00$input.params('x')\"}""#,
            r#"{"a": "éé😀$input.params('x')"}"#,
            "$input.params('x')",
            "$input.params('x')",
        ),
        (r#""{\"a\": \"$${b}\\n\"}""#, "{\"a\": \"${b}\\n\"}", "${b}", "$${b}"),
        (r#""{\"a\": \"$${b}\\n\"}""#, "{\"a\": \"${b}\\n\"}", "\\n", r"\\n"),
        (r#""a\n%%{b}\t${var.c}d""#, "a\n%{b}\t${var.c}d", "d", "d"),
        (r#""a\n%%{b}\t${var.c}d""#, "a\n%{b}\t${var.c}d", "%{b}\t", r"%%{b}\t"),
        (r#""a${ \"b\" }c""#, "abc", "b", r#"${ \"b\" }"#),
        (r#""${local.l}""#, "x\n\"y\"", "\"y\"", r#"\"y\""#),
        (r#""${jsonencode({ \"k\" = \"v$x\" })}""#, r#"{"k":"v$x"}"#, "v$x", "v$x"),
        (r#""${jsonencode({ \"k\" = \"v$x\" })}""#, r#"{"k":"v$x"}"#, "\"v$x\"", r#"\"v$x\""#),
        (r#""a~${~ 7 ~} \n b""#, "a~7 b", "a~", "a~"),
        (r#""%{ if true }\"yes\"%{ endif }""#, "\"yes\"", "\"yes\"", r#"\"yes\""#),
        (r#""no template: $x {y} %z""#, "no template: $x {y} %z", "$x", "$x"),
    ] {
        let read = of_json(template, r#", "locals": {"l": "x\n\"y\""}"#);
        assert_eq!(written(&read), text, "{template}");
        assert_eq!(host_of(&read, part), host, "{template}");
    }
}

#[test]
fn a_text_that_is_no_template_is_a_placeholder() {
    assert_eq!(written(&of_json(r#""a${""#, "")), r#"${"a${"}"#);
}

#[test]
fn defaults_and_sources_are_as_they_are_written() {
    let read = of_json(r#""${var.t}""#, r#", "variable": {"t": {"default": "x\n$${y}${z}"}}"#);
    assert_eq!(read.text.text(), "x\n$${y}${z}");
    assert_eq!(host_of(&read, "${z}"), "${z}");
}

#[test]
fn both_syntaxes_are_one_directory() {
    let native = "locals {\n  t = \"{}\"\n}\nmodule \"m\" {\n  source = \"./m\"\n  template = \"\\n$x\"\n}\n";
    let json = r#"{"variable": {"template": {"type": "string"}}, "resource": {"aws_api_gateway_integration": {"get": {
        "for_each": {"a": "GetItem", "b": "PutItem"},
        "resource_id": "r", "http_method": "GET", "type": "AWS",
        "uri": "arn:aws:apigateway:eu-west-1:dynamodb:action/${each.value}",
        "request_templates": {"application/json": "${var.template}"}}}}}"#;
    let found = read_files(&[("main.tf", native), ("m/main.tf.json", json)]);
    let actions: Vec<_> = found.iter().map(|found| format!("{:?}", found.action)).collect();
    assert_eq!(actions, ["Named(\"GetItem\")", "Named(\"PutItem\")"]);
    let [template] = found[0].request_templates.as_slice() else { panic!("one template") };
    assert_eq!((host_of(template, "$x"), template.host.file.path()), ("$x", Path::new("main.tf")));
}

#[test]
fn what_is_no_terraform_is_told() {
    for (text, at, said) in [
        ("{\"a\": }", 6, "not valid JSON"),
        ("", 0, "holds no JSON value"),
        ("\"a\"", 0, "is a value alone"),
        ("a: b\n", 0, "not valid JSON"),
    ] {
        let error = ParsedFile::parse(Arc::new(SourceFile::new("a.tf.json", text))).unwrap_err();
        assert_eq!(error.span.start, at, "{text}: {}", error.message);
        assert!(error.message.contains(said), "{text}: {}", error.message);
    }
}

proptest::proptest! {
    /// Whatever stands in a text, nothing breaks, and what has a place has it there.
    #[test]
    fn texts_of_all_kinds_are_read(text in "[a$%{}~\"\\\\né😀 .x(),\\[\\]]{0,24}") {
        let json = serde_json::Value::from(text.as_str()).to_string();
        let read = of_json(&json, "");
        if !text.contains("${") && !text.contains("%{") {
            proptest::prop_assert_eq!(read.text.text(), text);
        }
        if let Some(map) = &read.host.map {
            for segment in map.segments().iter().filter(|segment| segment.verbatim) {
                let host = read.host.file.text().get(segment.host_start..segment.host_start + segment.host_len);
                let own = read.text.text().get(segment.decoded_start..segment.decoded_start + segment.decoded_len);
                proptest::prop_assert_eq!(host, own);
            }
        }
    }
}
