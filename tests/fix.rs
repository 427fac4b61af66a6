//! `keybound lint --fix`: what it writes, and what it leaves.

use serde_json::Value as Json;

use crate::command::{Done, SAFE, Scratch, UNSAFE};

/// An API whose every part has a finding that can be fixed, with comments and styles of all kinds.
const CARELESS: &str = r#"# orders
openapi: "3.0.1"
info: { title: orders, version: "1" } # one
paths:
  /orders/{id}:
    get:
      x-amazon-apigateway-auth: { type: AWS_IAM }
      responses:
        "200": { description: ok }
      x-amazon-apigateway-integration:
        type: aws # the service
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem
        requestTemplates:
          application/json: |
            ## one order
            {"TableName": "Orders", "Key": {"id": {"S": "$input.params('id')"}}} ## its key
        responses:
          default:
            statusCode: "200" # all
            responseTemplates:
              application/json: '{"name": "$input.path(''$.Item.name.S'')"}' # a name
    post:
      x-amazon-apigateway-auth: { type: AWS_IAM }
      responses:
        "200": { description: ok }
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/Query
        passthroughBehavior: "when_no_match"
        requestTemplates:
          application/json: "{\"TableName\": \"Orders\", \"KeyConditionExpression\": \"id = :id\", \"ExpressionAttributeValues\": {\":id\": {\"S\": \"${input.path('$.id')}\"}}}"
        responses:
          "200":
            statusCode: "200"
            responseTemplates: { application/json: '{"count": $input.json(''$.Count'')}' }
          default:
            statusCode: "500"
            responseTemplates: { application/json: '{}' }
"#;

/// The lints that a directory's files have findings of.
fn lints(scratch: &Scratch) -> Vec<String> {
    scratch.run(&["lint", "--format", "json"]).lints()
}

fn read(scratch: &Scratch, name: &str) -> String {
    std::fs::read_to_string(scratch.path().join(name)).expect("the file")
}

/// The lines of a patch that are added or taken away.
fn changed(patch: &str) -> Vec<&str> {
    let is_change =
        |line: &&str| line.starts_with(['+', '-']) && !line.starts_with("+++") && !line.starts_with("---");
    patch.lines().filter(is_change).collect()
}

#[test]
fn safe_fixes_leave_everything_else() {
    let scratch = Scratch::with(&[("api.yaml", CARELESS)]);
    let patch = scratch.run(&["lint", "--fix", "--dry-run"]);
    assert_eq!(read(&scratch, "api.yaml"), CARELESS, "a dry run writes nothing");
    assert_eq!(patch.status, 1, "the files are as they were: {}", patch.err);
    let escaped = r#".replaceAll("\\'","'")"#;
    let expected = [
        "+        \"400\":".replace('"', "'"),
        "+          description: 'the request was refused'".to_owned(),
        "+        '500':".to_owned(),
        "+          description: 'the request failed'".to_owned(),
        "+        passthroughBehavior: never".to_owned(),
        "-            {\"TableName\": \"Orders\", \"Key\": {\"id\": {\"S\": \"$input.params('id')\"}}} ## its key".to_owned(),
        format!("+            {{\"TableName\": \"Orders\", \"Key\": {{\"id\": {{\"S\": \"$util.escapeJavaScript($input.params('id')){escaped}\"}}}}}} ## its key"),
        "-              application/json: '{\"name\": \"$input.path(''$.Item.name.S'')\"}' # a name".to_owned(),
        format!("+              application/json: '{{\"name\": \"$util.escapeJavaScript(\"$input.path(''$.Item.name.S'')\"){}\"}}' # a name", escaped.replace('\'', "''")),
        "+          '4\\d{2}':".to_owned(),
        "+            statusCode: '400'".to_owned(),
        "+            responseTemplates:".to_owned(),
        "+              application/json: '{\"message\": \"the request was refused\"}'".to_owned(),
        "+          '5\\d{2}':".to_owned(),
        "+            statusCode: '500'".to_owned(),
        "+            responseTemplates:".to_owned(),
        "+              application/json: '{\"message\": \"the request failed\"}'".to_owned(),
        "-        passthroughBehavior: \"when_no_match\"".to_owned(),
    ];
    let lines = changed(&patch.out);
    assert_eq!(&lines[..expected.len()], expected, "{}\n{}", patch.out, patch.err);
    assert_eq!(lines[expected.len()], "+        passthroughBehavior: \"never\"", "{}", patch.out);
    let done = scratch.run(&["lint", "--fix"]);
    assert!(done.err.contains("6 findings fixed in 1 file\n"), "{}", done.err);
    let left = lints(&scratch);
    for gone in ["unescaped-input", "unescaped-stored-value", "passthrough", "error-as-success"] {
        assert!(!left.iter().any(|lint| lint == gone), "{gone} is left:\n{}", read(&scratch, "api.yaml"));
    }
    // A `Limit` changes what a client gets that cannot ask for more.
    assert!(left.iter().any(|lint| lint == "unbounded-read"));
    assert!(!read(&scratch, "api.yaml").contains("Limit"));
    let again = scratch.run(&["lint", "--fix", "--dry-run"]);
    assert_eq!(again.out, "", "nothing is left to fix safely");
    let done = scratch.run(&["lint", "--fix-unsafe"]);
    assert!(done.err.contains("1 finding fixed in 1 file\n"), "{}", done.err);
    assert!(read(&scratch, "api.yaml").contains(r#"{\"Limit\": 100, \"TableName\""#));
    for comment in ["# orders", "# one", "# the service", "## one order", "## its key", "# all", "# a name"] {
        assert!(read(&scratch, "api.yaml").contains(comment), "{comment}");
    }
}

#[test]
fn errors_that_a_template_answers_itself_are_taken_from_it_only_if_asked() {
    let api = r#"openapi: "3.0.1"
paths:
  /orders/{id}:
    put:
      x-amazon-apigateway-auth: { type: AWS_IAM }
      responses: { "200": { description: ok } }
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem
        passthroughBehavior: never
        requestTemplates:
          application/json: '{"TableName": "Orders", "Item": {"id": {"S": "$context.extendedRequestId"}}}'
        responses:
          default:
            statusCode: "200"
            responseTemplates:
              application/json: |
                #if($input.path('$.__type').contains("ConditionalCheckFailed"))#set($context.responseOverride.status = 409)#end
                {}
"#;
    let scratch = Scratch::with(&[("api.yaml", api)]);
    assert!(lints(&scratch).contains(&"error-as-success".to_owned()));
    scratch.run(&["lint", "--fix"]);
    assert_eq!(read(&scratch, "api.yaml"), api);
    scratch.run(&["lint", "--fix-unsafe"]);
    assert!(read(&scratch, "api.yaml").contains("4\\d{2}"));
    assert!(!lints(&scratch).contains(&"error-as-success".to_owned()));
}

#[test]
fn line_ends_of_the_file_stay() {
    let text = CARELESS.replace('\n', "\r\n");
    let scratch = Scratch::with(&[("api.yaml", &text)]);
    let done = scratch.run(&["lint", "--fix"]);
    assert!(done.err.contains("6 findings fixed"), "{}", done.err);
    let fixed = read(&scratch, "api.yaml");
    assert_eq!(fixed.matches('\n').count(), fixed.matches("\r\n").count());
    let unix = Scratch::with(&[("api.yaml", CARELESS)]);
    unix.run(&["lint", "--fix"]);
    assert_eq!(fixed.replace("\r\n", "\n"), read(&unix, "api.yaml"));
}

#[test]
fn json_definitions_keep_their_layout() {
    let api = |settings: &str, template: &str| {
        format!(
            "{{\n  \"Resources\": {{\n    \"M\": {{\n      \"Type\": \"AWS::ApiGateway::Method\",\n      \"Properties\": {{\n        \
             \"HttpMethod\": \"GET\",\n        \"AuthorizationType\": \"AWS_IAM\",\n        \"Integration\": {{\n          \
             \"Type\": \"AWS\",\n          {settings}\"Uri\": \"arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem\",\n          \
             \"RequestTemplates\": {{ \"application/json\": {template} }}\n        }}\n      }}\n    }}\n  }}\n}}\n"
        )
    };
    let before = Json::from(UNSAFE).to_string();
    let scratch = Scratch::with(&[("stack.json", &api("", &before))]);
    let done = scratch.run(&["lint", "--fix"]);
    assert!(done.err.contains("2 findings fixed"), "{}", done.err);
    let escaped = UNSAFE.replace(
        "$input.params('id')",
        r#"$util.escapeJavaScript($input.params('id')).replaceAll("\\'","'")"#,
    );
    let after = api("\"PassthroughBehavior\": \"NEVER\",\n          ", &Json::from(escaped).to_string());
    assert_eq!(read(&scratch, "stack.json"), after);
}

/// The JSON form carries each fix; who applies the edits gets what `--fix` writes.
#[test]
fn edits_of_the_json_form_are_what_is_written() {
    let scratch = Scratch::with(&[("request.vtl", UNSAFE)]);
    let done = scratch.run(&["lint", "--action", "GetItem", "--format", "json", "request.vtl"]);
    let report = done.json();
    let findings = report["findings"].as_array().expect("findings");
    let finding = findings.iter().find(|finding| finding["lint"] == "unescaped-input").expect("the finding");
    assert_eq!(finding["fix"]["safety"], "safe");
    let mut text = UNSAFE.to_owned();
    for edit in finding["fix"]["edits"].as_array().expect("edits").iter().rev() {
        let place = |name: &str| usize::try_from(edit[name].as_u64().expect("a byte")).expect("a byte");
        text.replace_range(place("start")..place("end"), edit["replacement"].as_str().expect("a text"));
    }
    scratch.run(&["lint", "--action", "GetItem", "--fix", "request.vtl"]);
    assert_eq!(read(&scratch, "request.vtl"), text);
    assert_eq!(lints(&scratch), [""; 0], "{text}");
    let sarif = Scratch::with(&[("request.vtl", UNSAFE)]).run(&["lint", "--format", "sarif"]).json();
    let fix = &sarif["runs"][0]["results"]
        .as_array()
        .expect("results")
        .iter()
        .find(|r| r["ruleId"] == "unescaped-input")
        .expect("it")["fixes"][0];
    assert_eq!(fix["artifactChanges"][0]["replacements"].as_array().expect("replacements").len(), 2);
}

fn rendered(scratch: &Scratch, request: &str) -> Done {
    scratch.write("request.json", request);
    scratch.run(&["render", "request.vtl", "--request", "request.json"])
}

/// Whatever a plain request brings, the fixed template makes the same JSON of it.
#[test]
fn a_fixed_template_renders_plain_requests_as_before() {
    let requests = [
        r#"{"body": "{\"a\": \"plain\"}", "querystring": {"a": "plain"}}"#,
        r#"{"body": "{\"a\": \"déjà / <vu> 😀\"}", "querystring": {"a": "déjà / <vu> 😀"}}"#,
        r#"{"body": "{\"a\": \"O'Brien\"}", "querystring": {"a": "O'Brien"}}"#,
        r#"{"body": "{\"a\": 12.50}", "querystring": {"a": ""}}"#,
        r#"{"body": "{\"a\": true}"}"#,
        r#"{"body": "{\"a\": null}"}"#,
        r#"{"body": "{\"a\": {\"b\": 1}}"}"#,
        r#"{"body": "{}"}"#,
        "{}",
    ];
    for printed in [
        "$input.params('a')",
        "x-${input.params('a')}.json",
        "$!input.params('a')",
        "$input.path('$.a')",
        "$!{input.path('$.a')}",
        "#set($a = $input.path('$.a'))$a-$!a-${a}s",
        "#foreach($a in [$input.params('a'), 'x'])$a #end",
        "$util.urlDecode($input.params('a'))",
    ] {
        let template = format!("{{\"TableName\": \"T\", \"Key\": {{\"id\": {{\"S\": \"{printed}\"}}}}}}");
        let before = Scratch::with(&[("request.vtl", &template)]);
        let after = Scratch::with(&[("request.vtl", &template)]);
        let done = after.run(&["lint", "--action", "GetItem", "--fix", "request.vtl"]);
        assert_ne!(read(&after, "request.vtl"), template, "{printed}: {}", done.err);
        assert!(
            !lints(&after).iter().any(|lint| lint == "unescaped-input"),
            "{}",
            read(&after, "request.vtl")
        );
        for request in requests {
            let (before, after) = (rendered(&before, request), rendered(&after, request));
            let json = |done: &Done| serde_json::from_str::<Json>(&done.out).ok();
            if let Some(before) = json(&before) {
                assert_eq!(json(&after), Some(before), "{printed} for {request}");
            }
        }
    }
}

#[test]
fn what_cannot_be_fixed_exactly_is_left() {
    for template in [
        // Escaped before something undoes it: an escape more would change what plain text becomes.
        r#"{"TableName": "T", "Key": {"id": {"S": "$util.urlDecode($util.escapeJavaScript($input.params('id')))"}}}"#,
        // The reference prints JSON as well as the client's text.
        r#"#set($key = '"S": "' + $input.params('id') + '"'){"TableName": "T", "Key": {"id": {$key}}}"#,
    ] {
        let scratch = Scratch::with(&[("request.vtl", template)]);
        let done = scratch.run(&["lint", "--action", "GetItem", "--fix-unsafe", "request.vtl"]);
        assert_eq!(done.status, 1, "{}", done.err);
        assert_eq!(read(&scratch, "request.vtl"), template);
    }
}

#[test]
fn nothing_to_fix_and_nothing_asked() {
    let scratch = Scratch::with(&[("request.vtl", SAFE)]);
    let done = scratch.run(&["lint", "--fix", "request.vtl"]);
    assert_eq!((done.status, read(&scratch, "request.vtl").as_str()), (0, SAFE));
    let done = scratch.run(&["lint", "--dry-run", "request.vtl"]);
    assert_eq!(done.status, 2, "{}", done.err);
    assert!(done.err.contains("--fix"), "{}", done.err);
}

/// What is known is left, and so is not fixed either.
#[test]
fn what_a_baseline_leaves_out_is_not_fixed() {
    let scratch = Scratch::with(&[("request.vtl", UNSAFE)]);
    let lint = ["lint", "--action", "GetItem", "--baseline", "known.json"];
    scratch.run(&[&lint[..], &["--write-baseline", "request.vtl"]].concat());
    let done = scratch.run(&[&lint[..], &["--fix", "request.vtl"]].concat());
    assert_eq!((done.status, read(&scratch, "request.vtl").as_str()), (0, UNSAFE), "{}", done.err);
}

#[test]
fn a_word_in_a_terraform_file_is_fixed() {
    let text = "resource \"aws_api_gateway_integration\" \"put\" {\n  type                 = \"AWS\"\n  http_method          = \"POST\"\n  \
                uri                  = \"arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem\"\n  \
                passthrough_behavior = \"WHEN_NO_MATCH\" # all\n  \
                request_templates    = { \"application/json\" = \"{}\" }\n}\n";
    let scratch = Scratch::with(&[("main.tf", text)]);
    let done = scratch.run(&["lint", "--fix"]);
    assert_eq!(read(&scratch, "main.tf"), text.replace("WHEN_NO_MATCH", "NEVER"), "{}", done.err);
}

/// A template in a Terraform file, in each of its texts: what is written is what Terraform reads as the fixed template.
#[test]
fn a_template_in_a_terraform_file_is_fixed_in_the_words_of_its_text() {
    let unsafe_ = r#"{"TableName": "Ördérs", "Key": {"id": {"S": "$input.params('id')"}}}"#;
    let fixed = unsafe_.replace(
        "$input.params('id')",
        r#"$util.escapeJavaScript($input.params('id')).replaceAll("\\'","'")"#,
    );
    let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    type Written<'a> = &'a dyn Fn(&str) -> String;
    let styles: [Written<'_>; 5] = [
        &|text| format!("<<EOT\n{text}\nEOT"),
        &|text| format!("<<-EOT\n      ## an order\n      {text}\n    EOT"),
        &|text| format!("<<EOT\r\n{text}\r\nEOT"),
        &|text| quoted(text),
        &|text| format!("{} # one line", quoted(text)),
    ];
    for style in styles {
        let file = |text: &str| {
            format!(
                "resource \"aws_api_gateway_integration\" \"get\" {{\n  type                 = \"AWS\"\n  http_method          = \"GET\"\n  \
                 uri                  = \"arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem\"\n  \
                 passthrough_behavior = \"NEVER\" # as it is\n  \
                 request_templates    = {{\n    \"application/json\" = {}\n  }}\n}}\n",
                style(text)
            )
        };
        let scratch = Scratch::with(&[("main.tf", &file(unsafe_))]);
        assert!(lints(&scratch).contains(&"unescaped-input".to_owned()), "{}", file(unsafe_));
        let done = scratch.run(&["lint", "--fix"]);
        assert_eq!(read(&scratch, "main.tf"), file(&fixed), "{}", done.err);
        assert!(!lints(&scratch).contains(&"unescaped-input".to_owned()));
    }
    // In an expression that puts texts together nobody can tell where the escape belongs.
    let joined = "resource \"aws_api_gateway_integration\" \"get\" {\n  type = \"AWS\"\n  http_method = \"GET\"\n  \
                  uri = \"arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem\"\n  passthrough_behavior = \"NEVER\"\n  \
                  request_templates = { \"application/json\" = jsonencode({ TableName = \"T\", Key = { id = { S = \"$input.params('id')\" } } }) }\n}\n";
    let scratch = Scratch::with(&[("main.tf", joined)]);
    assert!(lints(&scratch).contains(&"unescaped-input".to_owned()));
    scratch.run(&["lint", "--fix-unsafe"]);
    assert_eq!(read(&scratch, "main.tf"), joined);
}

/// What a Terraform file lacks is added, in either syntax, and what is written for several integrations is left.
#[test]
fn a_template_that_terraform_fills_in_is_fixed_as_the_file_that_it_is() {
    let api = "resource \"aws_api_gateway_integration\" \"get\" {\n  type                 = \"AWS\"\n  http_method          = \"GET\"\n  \
               uri                  = \"arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem\"\n  \
               passthrough_behavior = \"NEVER\"\n  \
               request_templates    = { \"application/json\" = templatefile(\"${path.module}/get.tftpl\", { table = \"Orders\" }) }\n}\n";
    let template = "{\n  \"TableName\": \"${table}\", ## $${it}\n  \"Key\": {\"id\": {\"S\": \"$input.params('id')\"}}\n}\n";
    let scratch = Scratch::with(&[("main.tf", api), ("get.tftpl", template)]);
    let done = scratch.run(&["lint", "--fix"]);
    let fixed = template.replace(
        "$input.params('id')",
        r#"$util.escapeJavaScript($input.params('id')).replaceAll("\\'","'")"#,
    );
    assert_eq!(read(&scratch, "get.tftpl"), fixed, "{}", done.err);
    assert_eq!(read(&scratch, "main.tf"), api);
}

#[test]
fn a_passthrough_is_added_to_a_terraform_file() {
    let with = |added: &str| {
        format!(
            "resource \"aws_api_gateway_integration\" \"get\" {{\n  type                    = \"AWS\" # the service\n  \
             http_method             = \"GET\"\n  integration_http_method = \"POST\"\n  \
             uri                     = \"arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem\" # one\n{added}  \
             request_templates = {{\n    \"application/json\" = \"{{}}\"\n  }}\n}}\n"
        )
    };
    let scratch = Scratch::with(&[("main.tf", &with(""))]);
    let done = scratch.run(&["lint", "--fix"]);
    assert!(done.err.contains("1 finding fixed in 1 file\n"), "{}", done.err);
    assert_eq!(read(&scratch, "main.tf"), with("  passthrough_behavior    = \"NEVER\"\n"));
    let json = |added: &str, key: &str| {
        format!(
            "{{\n  \"resource\": {{\n    \"aws_api_gateway_integration\": {{\n      \"get\": {{\n        \"type\": \"AWS\",\n        \
             \"http_method\": \"GET\",\n        \"uri\": \"arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem\",\n{added}        \
             \"request_templates\": {{\n          \"application/json\": \"{{\\\"TableName\\\": \\\"$${{x}}\\\", \\\"Key\\\": {{\\\"id\\\": {{\\\"S\\\": \\\"{key}\\\"}}}}}}\"\n        }}\n      }}\n    }}\n  }}\n}}\n"
        )
    };
    let scratch = Scratch::with(&[("main.tf.json", &json("", "$input.params('id')"))]);
    let done = scratch.run(&["lint", "--fix"]);
    assert!(done.err.contains("2 findings fixed in 1 file\n"), "{}", done.err);
    let key = r#"$util.escapeJavaScript($input.params('id')).replaceAll(\"\\\\'\",\"'\")"#;
    let after = json("        \"passthrough_behavior\": \"NEVER\",\n", key);
    assert_eq!(read(&scratch, "main.tf.json"), after);
    // One block, two services: what is right for DynamoDB's clients may not be for the queue's.
    let each = "resource \"aws_api_gateway_integration\" \"all\" {\n  for_each = { a = \"dynamodb:action/GetItem\", b = \"sqs:path/1/q\" }\n  \
                type = \"AWS\"\n  http_method = \"GET\"\n  uri = \"arn:aws:apigateway:eu-west-1:${each.value}\"\n  \
                request_templates = { \"application/json\" = \"{}\" }\n}\n";
    let scratch = Scratch::with(&[("main.tf", each)]);
    assert!(lints(&scratch).contains(&"passthrough".to_owned()));
    scratch.run(&["lint", "--fix-unsafe"]);
    assert_eq!(read(&scratch, "main.tf"), each);
}

/// Within an expression, or in a document within a text, a text has other escapes than those around it.
#[test]
fn what_an_expression_writes_is_left() {
    let key = r#"{ TableName = \"T\", Key = { id = { S = \"$input.params('id')\" } } }"#;
    let plain = key.replace('\\', "");
    let part =
        "locals {\n  part = \"\\n\\\"Key\\\": {\\\"id\\\": {\\\"S\\\": \\\"$input.params('id')\\\"}}\"\n}\n";
    let native = |value: &str| {
        format!(
            "resource \"aws_api_gateway_integration\" \"get\" {{\n  type = \"AWS\"\n  http_method = \"GET\"\n  \
             uri = \"arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem\"\n  passthrough_behavior = \"NEVER\"\n  \
             request_templates = {{ \"application/json\" = {value} }}\n}}\n{part}"
        )
    };
    let json = |value: &str| {
        format!(
            "{{\"resource\": {{\"aws_api_gateway_integration\": {{\"get\": {{\"type\": \"AWS\", \"http_method\": \"GET\", \
             \"uri\": \"arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem\", \"passthrough_behavior\": \"NEVER\", \
             \"request_templates\": {{\"application/json\": {value}}}}}}}}}}}"
        )
    };
    for (file, text) in [
        ("main.tf", native(&format!("<<EOT\n${{jsonencode({plain})}}\nEOT\n"))),
        ("main.tf", native("<<EOT\n{\"TableName\": \"T\", ${local.part}}\nEOT\n")),
        ("main.tf.json", json(&format!("\"${{jsonencode({key})}}\""))),
        ("main.tf.json", json(&format!("\"${{jsonencode({key})}} \""))),
    ] {
        let scratch = Scratch::with(&[(file, &text)]);
        assert!(lints(&scratch).contains(&"unescaped-input".to_owned()), "{text}");
        scratch.run(&["lint", "--fix-unsafe"]);
        assert_eq!(read(&scratch, file), text);
    }
    // What stands around an expression is fixed.
    let around = json(
        r#""{\"TableName\": \"${aws_dynamodb_table.t.name}\", \"Key\": {\"id\": {\"S\": \"$input.params('id')\"}}}""#,
    );
    let scratch = Scratch::with(&[("main.tf.json", &around)]);
    scratch.run(&["lint", "--fix"]);
    assert!(read(&scratch, "main.tf.json").contains("$util.escapeJavaScript($input.params('id'))"));
    assert!(!lints(&scratch).contains(&"unescaped-input".to_owned()));
}
