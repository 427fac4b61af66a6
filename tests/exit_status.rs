//! 0 clean, 1 findings, 2 the run itself failed: the same for every format.

use crate::command::{Done, SAFE, Scratch, UNSAFE, run};

const FORMATS: [&str; 7] = ["text", "concise", "json", "sarif", "github", "gitlab", "junit"];

fn in_every_format(scratch: &Scratch, args: &[&str], mut check: impl FnMut(&str, Done)) {
    for format in FORMATS {
        let args = [&["lint", "--format", format], args].concat();
        check(format, scratch.run(&args));
    }
}

#[test]
fn clean_is_0() {
    let scratch = Scratch::with(&[("request.vtl", SAFE)]);
    in_every_format(&scratch, &["."], |format, done| {
        assert_eq!(done.status, 0, "{format}: {done:?}");
        let people = ["text", "concise"].contains(&format);
        assert_eq!(
            done.err,
            if people { "no findings in 1 integration of 1 file\n" } else { "" },
            "{format}"
        );
        assert_eq!(done.out.is_empty(), people || format == "github", "{format}: {}", done.out);
    });
}

#[test]
fn findings_are_1() {
    let scratch = Scratch::with(&[("request.vtl", UNSAFE)]);
    in_every_format(&scratch, &["."], |format, done| {
        assert_eq!(done.status, 1, "{format}: {done:?}");
        assert!(done.out.contains("unescaped-input"), "{format}: {}", done.out);
        assert!(done.out.contains("request.vtl"), "{format}: {}", done.out);
    });
}

#[test]
fn a_failed_run_is_2_and_loses_no_finding() {
    let scratch = Scratch::with(&[("request.vtl", UNSAFE)]);
    in_every_format(&scratch, &["missing.yaml", "request.vtl"], |format, done| {
        assert_eq!(done.status, 2, "{format}: {done:?}");
        assert!(done.out.contains("unescaped-input"), "{format}: {}", done.out);
        assert!(done.err.contains("missing.yaml: no such file or directory"), "{format}: {}", done.err);
    });
}

#[test]
fn machine_formats_are_what_they_claim() {
    let scratch = Scratch::with(&[("request.vtl", UNSAFE)]);
    let sarif = scratch.run(&["lint", "--format", "sarif"]).json();
    assert_eq!(sarif["version"], "2.1.0");
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "unescaped-input");
    let gitlab = scratch.run(&["lint", "--format", "gitlab"]).json();
    assert_eq!(gitlab[0]["location"]["path"], "request.vtl");
    let github = scratch.run(&["lint", "--format", "github"]).out;
    assert!(github.starts_with("::error file=request.vtl,line=1,"), "{github}");
    let concise = scratch.run(&["lint", "--format", "concise"]).out;
    assert!(concise.starts_with("request.vtl:1:46: error[unescaped-input] "), "{concise}");
    let junit = scratch.run(&["lint", "--format", "junit"]).out;
    assert!(junit.starts_with("<?xml") && junit.trim_end().ends_with("</testsuites>"), "{junit}");
}

#[test]
fn fail_on_moves_the_level() {
    // `open-method` is a warning, and proven by the definition itself.
    let scratch = Scratch::with(&[("api.yaml", &openapi("never", SAFE))]);
    assert_eq!(scratch.run(&["lint", "--format", "json"]).lints(), ["open-method"]);
    for (level, status) in [("note", 1), ("warning", 1), ("error", 0)] {
        assert_eq!(scratch.run(&["lint", "--fail-on", level]).status, status, "{level}");
    }
    assert_eq!(scratch.run(&["lint"]).status, 1);
}

#[test]
fn possible_findings_fail_under_strict_only() {
    // As many brackets are closed as were opened, which no model of the output's nesting can know.
    let scratch = Scratch::with(&[(
        "request.vtl",
        "{\"TableName\": \"T\", \"Item\": {\"id\": {\"S\": \"x\"}, \"list\": {\"L\":\n\
         #foreach($x in $input.path('$.list'))[{\"L\":#end [] #foreach($x in $input.path('$.list'))}]#end }},\n\
         \"ConditionExpression\": \"attribute_not_exists(id)\"}",
    )]);
    let report = scratch.run(&["lint", "--format", "json"]);
    assert!(report.lints().iter().all(|lint| lint == "undecided-template"), "{report:?}");
    assert!(!report.lints().is_empty());
    assert_eq!(report.status, 0);
    assert_eq!(scratch.run(&["lint", "--strict"]).status, 1);
}

#[test]
fn finding_no_integration_is_an_error_when_asked() {
    let scratch = Scratch::with(&[("values.yaml", "a: 1\n")]);
    let done = scratch.run(&["lint"]);
    assert_eq!(done.status, 0);
    assert!(done.err.contains("note: no integration with DynamoDB was found"), "{}", done.err);
    in_every_format(&scratch, &["--require-integrations"], |format, done| {
        assert_eq!(done.status, 2, "{format}");
        assert!(done.err.contains("error: no integration with DynamoDB was found"), "{format}: {}", done.err);
    });
}

#[test]
fn quiet_leaves_the_findings() {
    let scratch = Scratch::with(&[("request.vtl", UNSAFE)]);
    let (loud, quiet) = (scratch.run(&["lint"]), scratch.run(&["lint", "-q"]));
    assert_eq!((quiet.status, &quiet.out), (1, &loud.out));
    assert_eq!((loud.err.as_str(), quiet.err.as_str()), ("1 error in 1 integration of 1 file\n", ""));
}

#[test]
fn bad_arguments_are_2() {
    for (args, said) in [
        (&["lint", "--format", "jsn"][..], "did you mean `json`"),
        (&["lint", "--fail-on", "never"], "`--fail-on"),
        (&["lint", "--nonsense"], "there is no argument `--nonsense`"),
        (&["lnt"], "did you mean `lint`"),
        (&["render"], "`TEMPLATE` is missing"),
        (&["render", "x.vtl", "--jsonl"], "cannot be used with"),
        (&["--nonsense"], "there is no argument `--nonsense`"),
    ] {
        let done = run(args);
        assert_eq!(done.status, 2, "{args:?}");
        assert_eq!(done.out, "", "{args:?}");
        assert!(done.err.starts_with("error: ") && done.err.contains(said), "{args:?}: {}", done.err);
    }
}

#[test]
fn help_and_version_are_0() {
    for args in [&["--help"][..], &["-h"], &["lint", "--help"], &["render", "--help"], &["explain", "--help"]]
    {
        let done = run(args);
        assert_eq!((done.status, done.err.as_str()), (0, ""), "{args:?}");
        assert!(done.out.contains("Usage: keybound"), "{args:?}: {}", done.out);
    }
    let done = run(&["--version"]);
    assert_eq!((done.status, done.out), (0, format!("keybound {}\n", env!("CARGO_PKG_VERSION"))));
    assert_eq!(run(&[]).status, 2);
}

/// An OpenAPI definition with one open route.
pub(crate) fn openapi(passthrough: &str, template: &str) -> String {
    format!(
        r#"openapi: "3.0.1"
paths:
  /orders/{{id}}:
    get:
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem
        passthroughBehavior: {passthrough}
        requestTemplates:
          application/json: |
            {template}
"#
    )
}
