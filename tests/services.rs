//! What services of continuous integration are given: SARIF, GitLab's code quality, JUnit. `.ci/hooks` holds SARIF against
//! its schema.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::command::{Scratch, UNSAFE, run};

/// A file with two findings that read the same, of which one is suppressed, and a proof.
fn api(lines_before: usize) -> String {
    let integration = |comment: &str| {
        format!(
            "{{type: aws, uri: 'arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem', passthroughBehavior: never,\n      \
             requestTemplates: {{application/json: '{}'}}}}{comment}\n",
            UNSAFE.replace('\'', "''")
        )
    };
    let get = |path: &str, comment: &str| {
        format!(
            "  {path}:\n    get:\n     x-amazon-apigateway-auth: {{type: AWS_IAM}}\n     \
             x-amazon-apigateway-integration: {}",
            integration(comment)
        )
    };
    let suppression = " # keybound: ignore[unescaped-input] looked at";
    format!(
        "{}openapi: 3.0.1\npaths:\n{}{}",
        "#\n".repeat(lines_before),
        get("/a/{id}", ""),
        get("/b/{id}", suppression)
    )
}

fn sarif(scratch: &Scratch) -> Json {
    scratch.run(&["lint", "--no-rules", "--format", "sarif", "."]).json()["runs"][0].take()
}

fn fingerprints(run: &Json) -> Vec<String> {
    let results = run["results"].as_array().expect("results");
    results.iter().map(|result| result["partialFingerprints"]["keybound/v1"].to_string()).collect()
}

#[test]
fn sarif_has_suppressed_findings_and_says_so() {
    let scratch = Scratch::with(&[("api/a b.yaml", &api(0))]);
    let run = sarif(&scratch);
    let results = run["results"].as_array().expect("results");
    let unescaped: Vec<&Json> =
        results.iter().filter(|result| result["ruleId"] == "unescaped-input").collect();
    assert_eq!(unescaped.len(), 2, "{results:?}");
    assert_eq!(unescaped[0]["suppressions"], Json::Null);
    assert_eq!(unescaped[1]["suppressions"][0]["kind"], "inSource");
    for result in unescaped {
        let place = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        assert_eq!(place, "api/a%20b.yaml", "relative, and a URI");
        let flow = result["codeFlows"][0]["threadFlows"][0]["locations"].as_array().expect("a flow");
        let texts: Vec<&str> =
            flow.iter().map(|step| step["location"]["message"]["text"].as_str().unwrap()).collect();
        assert!(texts[0].starts_with("the client sends GET /"), "{texts:?}");
        assert!(texts.last().unwrap().starts_with("the template renders {"), "{texts:?}");
    }
    assert_eq!(run["columnKind"], "unicodeCodePoints");
}

#[test]
fn sarif_lists_every_lint_with_its_page() {
    let run_of_nothing = sarif(&Scratch::new());
    let rules = run_of_nothing["tool"]["driver"]["rules"].as_array().expect("rules");
    let names: Vec<&str> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    let listed = run(&["explain"]).out;
    let explained: BTreeSet<&str> =
        listed.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(names.len() > 20 && names.iter().all(|name| explained.contains(name)), "{names:?}");
    for rule in rules {
        assert!(rule["help"]["markdown"].as_str().unwrap().starts_with("# "), "{rule}");
        let severity: f64 =
            rule["properties"]["security-severity"].as_str().unwrap().parse().expect("a number");
        assert!((0.1..=10.0).contains(&severity), "{rule}");
    }
    // Each result's index leads to its rule.
    let found = sarif(&Scratch::with(&[("api.yaml", &api(0))]));
    for result in found["results"].as_array().expect("results") {
        let index = usize::try_from(result["ruleIndex"].as_u64().expect("an index")).unwrap();
        assert_eq!(result["ruleId"], names[index]);
    }
}

#[test]
fn fingerprints_are_of_content() {
    let here = sarif(&Scratch::with(&[("api.yaml", &api(0))]));
    let moved = sarif(&Scratch::with(&[("moved/definition.yaml", &api(7))]));
    let prints = fingerprints(&here);
    assert_eq!(prints, fingerprints(&moved));
    assert_eq!(prints.iter().collect::<BTreeSet<_>>().len(), prints.len(), "{prints:?}");
}

#[test]
fn code_quality_tells_findings_apart_that_read_the_same() {
    // The same template twice: no route tells one finding from the other.
    let scratch = Scratch::with(&[("a/request.vtl", UNSAFE), ("b/request.vtl", UNSAFE)]);
    let report = scratch.run(&["lint", "--format", "gitlab", "."]).json();
    let issues = report.as_array().expect("issues");
    let prints: BTreeSet<&str> = issues.iter().map(|issue| issue["fingerprint"].as_str().unwrap()).collect();
    assert_eq!((issues.len(), prints.len()), (2, 2), "{report}");
    for issue in issues {
        assert!(
            ["info", "minor", "major", "critical", "blocker"].contains(&issue["severity"].as_str().unwrap())
        );
        assert!(issue["location"]["positions"]["begin"]["line"].is_u64() && issue["description"].is_string());
    }
    assert_eq!(Scratch::new().run(&["lint", "--format", "gitlab"]).out, "[]\n");
}

/// A report is red where the run is, and nowhere else.
#[test]
fn junit_fails_what_the_run_fails_for() {
    let api = r#"openapi: "3.0.1"
paths:
  /orders/{id}:
    get:
      x-amazon-apigateway-auth: { type: AWS_IAM }
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/Query
        passthroughBehavior: never
        requestTemplates:
          application/json: '{"TableName": "Orders", "KeyConditionExpression": "id = :id", "ExpressionAttributeValues": {":id": {"S": "x"}}}'
        responses:
          "200":
            statusCode: "200"
            responseTemplates: { application/json: '{"count": $input.json(''$.Count'')}' }
          default:
            statusCode: "500"
            responseTemplates: { application/json: '{}' }
"#;
    let scratch = Scratch::with(&[("api.yaml", api)]);
    assert_eq!(scratch.run(&["lint", "--format", "json"]).lints(), ["unbounded-read"]);
    let junit = |args: &[&str]| {
        let done = scratch.run(&[&["lint", "--format", "junit"][..], args].concat());
        (done.status, done.out.matches("<failure").count(), done.out.matches("<skipped").count())
    };
    assert_eq!(junit(&[]), (0, 0, 1));
    assert_eq!(junit(&["--fail-on", "note"]), (1, 1, 0));
    // A directory that was moved is no clean one.
    let none = Scratch::new().run(&["lint", "--format", "junit", "--require-integrations"]);
    assert_eq!((none.status, none.out.matches("<error").count()), (2, 1), "{}", none.out);
}

#[test]
fn junit_has_a_test_for_findings_for_errors_and_for_neither() {
    let scratch = Scratch::with(&[("request.vtl", UNSAFE), ("broken.yaml", "x-amazon-apigateway: [\n")]);
    let report = scratch.run(&["lint", "--format", "junit", "."]).out;
    assert!(
        report.contains("<testsuites name=\"keybound\" tests=\"2\" failures=\"1\" errors=\"1\">"),
        "{report}"
    );
    assert!(report.contains("<error message=") && report.contains("<failure type=\"error\""), "{report}");
    let nothing = Scratch::new().run(&["lint", "--format", "junit"]).out;
    assert!(
        nothing.contains("tests=\"1\" failures=\"0\" errors=\"0\"") && !nothing.contains("<failure"),
        "{nothing}"
    );
}
