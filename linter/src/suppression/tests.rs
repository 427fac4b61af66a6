use std::path::PathBuf;

use crate::analysis;
use crate::analysis::Settings;
use crate::finding::Run;

const COMMENT: &str = "keybound: ignore[unescaped-input] the table is public";

/// The lints that the tests speak of. Their requests are too short to be whole, which other lints report.
const ABOUT: [&str; 6] = [
    "bare-input",
    "client-shaped-value",
    "open-method",
    "partiql-injection",
    "unescaped-input",
    "unused-suppression",
];

/// Runs over files; the first is the one that is named.
fn run(files: &[(&str, &str)]) -> Run {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(directory.path().join(name), text).unwrap();
    }
    let paths: Vec<PathBuf> = files.iter().take(1).map(|(name, _)| directory.path().join(name)).collect();
    let mut run =
        analysis::run(&paths, &Settings { action: Some("GetItem".to_owned()), ..Settings::default() });
    run.findings.retain(|finding| ABOUT.contains(&finding.lint));
    assert!(run.errors.is_empty(), "{:?}", run.errors);
    run
}

#[test]
fn what_is_left_out_keeps_its_reason() {
    let template = format!("## {COMMENT}\n{{\"TableName\": \"$input.params('t')\"}}\n");
    let done = run(&[("request.vtl", &template)]);
    let reasons: Vec<_> = done.suppressed.iter().map(|finding| finding.justification.as_deref()).collect();
    assert_eq!(reasons, [Some("the table is public")]);
}

/// What is left: the lint, the line and the text of each finding; and how many were suppressed.
fn left(files: &[(&str, &str)]) -> (Vec<(&'static str, usize, String)>, usize) {
    let run = run(files);
    let left = run.findings.iter().map(|finding| {
        let line = finding.file.position(finding.span.start).line;
        (finding.lint, line, finding.file.slice(finding.span).to_owned())
    });
    (left.collect(), run.suppressed.len())
}

fn template(text: &str) -> (Vec<(&'static str, usize, String)>, usize) {
    left(&[("a.vtl", text)])
}

fn api(template: &str) -> String {
    format!(
        "openapi: 3.0.1
paths:
  /orders:
    get:
      security: [{{ callers: [] }}]
      x-amazon-apigateway-integration:
        type: aws
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem
        passthroughBehavior: never
        requestTemplates:
          application/json: {template}
components:
  securitySchemes: {{ callers: {{ type: apiKey, in: header, name: A, x-amazon-apigateway-authtype: awsSigv4 }} }}
"
    )
}

#[test]
fn a_comment_line_covers_the_next_line_that_is_no_comment() {
    let text = format!(
        "{{\n## {COMMENT}\n## more about it\n  \"a\": \"$input.params('a')\",\n  \"b\": \"$input.params('b')\"}}"
    );
    let b = ("unescaped-input", 5, "$input.params('b')".to_owned());
    assert_eq!(template(&text), (vec![b], 1));
}

#[test]
fn a_comment_behind_text_covers_its_own_line_only() {
    let text = format!("{{ \"a\": \"$input.params('a')\", ## {COMMENT}\n \"b\": \"$input.params('b')\"}}");
    let b = ("unescaped-input", 2, "$input.params('b')".to_owned());
    assert_eq!(template(&text), (vec![b], 1));
}

#[test]
fn a_comment_in_a_branch_or_a_loop_counts() {
    for (before, after) in [
        ("#if($input.body != 'x')\n", "#end"),
        ("#if($input.body == 'x')\n#else\n", "#end"),
        ("#foreach($i in [1])\n", "#end"),
        ("#define($d)\n", "#end\n$d"),
    ] {
        let text = format!("{before}## {COMMENT}\n{{\"a\": \"$input.params('a')\"}}\n{after}");
        assert_eq!(template(&text), (vec![], 1), "{text}");
    }
}

#[test]
fn only_the_named_lints_are_covered() {
    let text = "{\n## keybound: ignore[bare-input, unescaped-input] they are checked in front\n\
                \"a\": \"$input.params('a')\", \"b\": $input.params('b'), \"Key\": $input.json('$.c')}";
    let run = run(&[("a.vtl", text)]);
    let lints: Vec<_> = run.findings.iter().map(|finding| finding.lint).collect();
    assert_eq!((lints, run.suppressed.len()), (vec!["client-shaped-value"], 2));
}

#[test]
fn what_covers_nothing_is_a_finding_at_its_text() {
    let line = "{\"a\": \"$input.params('a')\"}";
    let finding = |text: &str| ("unescaped-input", 2, text.to_owned());
    for (comment, at, message) in [
        ("keybound: ignore[unescaped-input]", None, "this suppression gives no reason, so it covers nothing"),
        (
            "keybound: ignore[unescaped-input] --",
            None,
            "this suppression gives no reason, so it covers nothing",
        ),
        (
            "keybound: ignore unescaped-input is fine",
            None,
            "this suppression names no lint, so it covers nothing",
        ),
        ("keybound: ignore[] all is fine", None, "this suppression names no lint, so it covers nothing"),
        (
            "keybound: ignore[unescaped-input all is fine",
            None,
            "the bracket of this suppression is not closed, so it covers nothing",
        ),
        (
            "keybound: ignore[unescaped_input] é fine",
            Some("unescaped_input"),
            "there is no lint `unescaped_input`",
        ),
        (
            "keybound:ignore[ bare-input ] é fine",
            Some("bare-input"),
            "no finding of `bare-input` is on the line that this suppression covers",
        ),
        (
            "keybound: ignore[unused-suppression] é fine",
            Some("unused-suppression"),
            "`unused-suppression` cannot be suppressed",
        ),
    ] {
        let text = format!("## {comment}\n{line}");
        let run = run(&[("a.vtl", &text)]);
        let unused: Vec<_> =
            run.findings.iter().filter(|finding| finding.lint == "unused-suppression").collect();
        let [unused] = unused.as_slice() else { panic!("one for {text}, not {unused:?}") };
        assert_eq!(unused.message, message, "{text}");
        assert_eq!(unused.file.slice(unused.span), at.unwrap_or(&format!("## {comment}")), "{text}");
        let (mut left, suppressed) = template(&text);
        left.retain(|(lint, ..)| *lint != "unused-suppression");
        assert_eq!((left, suppressed), (vec![finding("$input.params('a')")], 0), "{text}");
    }
}

#[test]
fn a_name_that_is_used_does_not_excuse_one_that_is_not() {
    let text = "## keybound: ignore[unescaped-input, partiql-injection] they are checked\n{\"a\": \"$input.params('a')\"}";
    assert_eq!(template(text), (vec![("unused-suppression", 1, "partiql-injection".to_owned())], 1));
}

#[test]
fn other_comments_and_texts_are_no_suppressions() {
    let finding = |line: usize| ("unescaped-input", line, "$input.params('a')".to_owned());
    for text in [
        "## keybound: see the docs\n{\"a\": \"$input.params('a')\"}",
        "## keybound: ignored[unescaped-input] findings are below\n{\"a\": \"$input.params('a')\"}",
        "#* keybound: ignore[unescaped-input] blocks are no lines *#\n{\"a\": \"$input.params('a')\"}",
        "#[[## keybound: ignore[unescaped-input] this is text]]#\n{\"a\": \"$input.params('a')\"}",
    ] {
        let (left, suppressed) = template(text);
        let left: Vec<_> = left.into_iter().filter(|(lint, ..)| *lint == "unescaped-input").collect();
        assert_eq!((left.len(), suppressed), (1, 0), "{text}");
        assert_eq!(left, [finding(2)], "{text}");
    }
}

#[test]
fn the_lines_of_a_template_count_in_any_host() {
    let b = "$input.params('b')";
    let value = [
        format!(
            "|\n            ## {COMMENT}\n            {{\"a\": \"$input.params('a')\",\n            \"b\": \"{b}\"}}"
        ),
        format!("\"## {COMMENT}\\n{{\\\"a\\\": \\\"$input.params('a')\\\",\\n\\\"b\\\": \\\"{b}\\\"}}\""),
        format!(
            "'## {COMMENT}\n\n            {{\"a\": \"$input.params(''a'')\",\n\n            \"b\": \"$input.params(''b'')\"}}'"
        ),
    ];
    for value in value {
        let (left, suppressed) = left(&[("api.yaml", &api(&value))]);
        let found: Vec<_> = left.iter().map(|(lint, _, text)| (*lint, text.replace("''", "'"))).collect();
        assert_eq!(found, [("unescaped-input", b.to_owned())], "{value}");
        assert_eq!(suppressed, 1, "{value}");
    }
}

#[test]
fn a_template_on_one_line_of_the_file_has_its_own_lines() {
    let text = format!(
        "{{\"swagger\":\"2.0\",\"paths\":{{\"/a\":{{\"get\":{{\"security\":[{{\"c\":[]}}],\"x-amazon-apigateway-integration\":{{\
         \"type\":\"aws\",\"uri\":\"arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem\",\"passthroughBehavior\":\"never\",\
         \"requestTemplates\":{{\"application/json\":\"{{\\n## {COMMENT}\\n\\\"a\\\":\\\"$input.params('a')\\\",\\n\\\"b\\\":\
         \\\"$input.params('b')\\\"}}\"}}}}}}}}}},\"securityDefinitions\":{{\"c\":{{\"type\":\"apiKey\",\
         \"x-amazon-apigateway-authtype\":\"awsSigv4\"}}}}}}"
    );
    let b = ("unescaped-input", 1, "$input.params('b')".to_owned());
    assert_eq!(left(&[("api.json", &text)]), (vec![b], 1));
}

#[test]
fn a_comment_in_yaml_covers_what_begins_on_its_line() {
    let open = api("'{\"TableName\": \"Orders\"}'").replace("security: [{ callers: [] }]", "tags: []");
    let text = open.replace("  get:", "  # keybound: ignore[open-method] the list is public\n    get:");
    assert_eq!(left(&[("api.yaml", &text)]), (vec![], 1));
    let text = open.replace("  get:", "  get: # keybound: ignore[open-method] the list is public");
    assert_eq!(left(&[("api.yaml", &text)]), (vec![], 1));
    let text = open.replace("  /orders:", "  # keybound: ignore[open-method] the list is public\n  /orders:");
    let (left, suppressed) = left(&[("api.yaml", &text)]);
    let left: Vec<_> = left.iter().map(|(lint, line, _)| (*lint, *line)).collect();
    assert_eq!((left, suppressed), (vec![("unused-suppression", 3), ("open-method", 5)], 0));
}

#[test]
fn a_comment_in_yaml_covers_a_template_on_its_line() {
    let text = api("'{\"a\": \"$input.params(''a'')\"}'");
    let text = text
        .replace("          application/json", &format!("          # {COMMENT}\n          application/json"));
    assert_eq!(left(&[("api.yaml", &text)]), (vec![], 1));
}

#[test]
fn a_comment_in_a_shared_template_is_used_if_one_route_uses_it() {
    let integration = |behaviour: &str| {
        format!(
            "x-amazon-apigateway-integration: {{ type: aws, passthroughBehavior: never, requestTemplates: *{behaviour},
        uri: 'arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem' }}"
        )
    };
    let text = format!(
        "openapi: 3.0.1\nx-t: &t\n  application/json: |\n    ## {COMMENT}\n    {{\"a\": \"$input.params('a')\"}}
x-u: &u\n  application/json: |\n    ## {COMMENT}\n    {{\"a\": \"1\"}}
paths:\n  /a/{{a}}:\n    get:\n      {t}\n  /b:\n    get:\n      {t}\n  /c:\n    get:\n      {u}\n",
        t = integration("t"),
        u = integration("u"),
    );
    let (mut left, suppressed) = left(&[("api.yaml", &text)]);
    left.retain(|(lint, ..)| *lint != "open-method");
    assert_eq!((left, suppressed), (vec![("unused-suppression", 8, "unescaped-input".to_owned())], 2));
}

#[test]
fn the_comments_of_an_included_file_count() {
    let outer = "Resources:\n  Api:\n    Type: AWS::ApiGateway::RestApi\n    Properties:\n      Body:
        Fn::Transform:\n          Name: AWS::Include\n          Parameters: { Location: inner.yaml }\n";
    let inner = api("'{\"TableName\": \"Orders\"}'").replace("security: [{ callers: [] }]", "tags: []");
    let inner = inner.replace("  get:", "  get: # keybound: ignore[open-method] the list is public");
    assert_eq!(left(&[("outer.yaml", outer), ("inner.yaml", &inner)]), (vec![], 1));
}

/// Many comments and findings, on one line of the file and on many.
#[test]
fn many_comments_cost_little() {
    let comments = format!("## {COMMENT}\\n").repeat(3_000);
    let text = format!("{{\\\"a\\\": \\\"$input.params('a')\\\"}}\\n{comments}{{}}");
    let begun = std::time::Instant::now();
    let (_, suppressed) = left(&[("api.yaml", &api(&format!("\"{text}\"")))]);
    assert_eq!(suppressed, 0);
    let lines: String = (0..3_000).map(|n| format!("  # {COMMENT} {n}\n")).collect();
    let run = run(&[("api.yaml", &api("'{}'").replace("paths:\n", &format!("paths:\n{lines}")))]);
    assert_eq!(run.findings.iter().filter(|finding| finding.lint == "unused-suppression").count(), 3_000);
    assert!(begun.elapsed().as_secs() < 20, "took {:?}", begun.elapsed());
}
