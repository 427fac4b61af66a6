//! A template means the same in every host style: the same findings, each at the bytes that stand for the same text.
//!
//! The reference is the template in a file of its own, where offsets are the template's. Each host is written by an
//! encoder that remembers which host bytes it wrote for which template byte; the linter's decoders have no part in
//! what is expected.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test says what is wrong by panicking"
)]

#[path = "places/form.rs"]
mod form;
#[path = "places/hcl.rs"]
mod hcl;
#[path = "places/host.rs"]
mod host;
#[path = "places/style.rs"]
mod style;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use form::{Form, Language};
use host::Host;
use keybound_linter::analysis::{self, Settings};
use keybound_linter::api::discovery::{Options, read_paths};
use keybound_linter::finding::{ErrorPlace, Finding, Run};
use keybound_linter::source::HostSpan;
use style::Place;

/// Templates that between them can be written in every style, each with several findings and with characters of
/// several bytes, quotes and backslashes before them.
const TEMPLATES: &[(&str, &str)] = &[
    (
        "lines",
        "## naïve “quotes” 😀 \\ \"x\" 'y'
#set($name = $input.params('é\"na''me'))
{
\t\"TableName\": \"Orders\",

  \"Item\": {
    \"é😀\": {\"S\": \"$input.params('id')\"},\t
    \"back\\\\slash/\": {\"S\": \"a/$!{name}b\"},
      \"n\": {\"N\": $input.params(\"li\\mit\")},
    \"whole\": $input.json('$.größe')
  },


  \"ConditionExpression\": \"attribute_not_exists($input.params('attr'))\"
}",
    ),
    (
        "flat",
        "#set($name = $input.params('é😀'))
{ \"TableName\": \"Orders\",
\"Item\": { \"it's\": { \"S\": \"$name\" },

\"b\\\\c\": { \"S\": \"$input.path('$.x') and ${input.path('$.y')}\" },
\"n\": { \"N\": $input.params('limit') } } }",
    ),
    (
        "words",
        "$none{\"TableName\":\"Orders\",\"Item\":{\"é😀 it's\":{\"S\":\"a b c d $input.params('id') e f g\"}, \
         \"b\\\\c\":{\"S\":\"x ${input.path('$.y')} y\"}, \"n\":$input.params(\"n\") } }",
    ),
    (
        "paragraphs",
        "$none{\"TableName\":\"Orders\",\"Item\":{\"é😀 it's\":{\"S\":\"a b c d $input.params('id')\"},
\"b\\\\c\":{\"S\":\"x ${input.path('$.y')} y z\"},

\"n\":$input.params(\"n\") } }",
    ),
    (
        "broken",
        "{\"TableName\": \"Orders\", \"é😀\": \"$input.params('a')\" }\n#if($input.body == 'é') x #elseif(1 2) #end",
    ),
    (
        "indented",
        "\n  {\"TableName\": \"Orders\",\n\n\t \"é\": \"$input.params('a')\",\n  \"b\": $input.params('b') }",
    ),
];

/// What follows the template's last line, for the sake of chomping; the first for other styles too.
const ENDS: [&str; 3] = ["", "\n", "\n\n\n"];

/// A definition around the value of one content type.
struct Frame {
    name: &'static str,
    language: Language,
    flow: bool,
    intrinsics: bool,
    /// The column of the content type's key.
    indent: usize,
    before: &'static str,
    after: &'static str,
}

const FRAMES: &[Frame] = &[
    Frame {
        name: "api.yaml",
        language: Language::Yaml,
        flow: false,
        intrinsics: false,
        indent: 10,
        before: "# Größe 😀\nopenapi: 3.0.1\npaths:\n  /orders: # é\n    post:\n      x-amazon-apigateway-integration:
        type: aws\n        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem\n        requestTemplates:
          application/json: ",
        after: "\n        passthroughBehavior: never\n",
    },
    Frame {
        name: "flow.yml",
        language: Language::Yaml,
        flow: true,
        intrinsics: false,
        indent: 1,
        before: "{swagger: '2.0', paths: {\n '/orders': {post: {\"x-amazon-apigateway-integration\": {type: AWS,
 requestTemplates: { application/json: ",
        after: " },\n uri: 'arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem' }}}}}\n",
    },
    Frame {
        name: "documents.yaml",
        language: Language::Yaml,
        flow: false,
        intrinsics: false,
        indent: 14,
        before: "%YAML 1.2\n---\nfirst: é 😀\n...\n---\n# second\nopenapi: 3.0.1\npaths:\n  /orders:\n    post:
      x-amazon-apigateway-integration:\n        type: aws\n        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem
        requestTemplates:\n              ? application/json\n              : ",
        after: "\n---\nthird: 1\n",
    },
    Frame {
        name: "method.yaml",
        language: Language::Yaml,
        flow: false,
        intrinsics: true,
        indent: 10,
        before: "Resources:\n  Größe:\n    Type: AWS::ApiGateway::Method\n    Properties:\n      HttpMethod: POST
      Integration:\n        Type: AWS\n        Uri: !Sub arn:aws:apigateway:${AWS::Region}:dynamodb:action/PutItem
        RequestTemplates:\n          application/json: ",
        after: "\n  Table:\n    Type: AWS::DynamoDB::Table\n",
    },
    Frame {
        name: "body.template",
        language: Language::Yaml,
        flow: false,
        intrinsics: true,
        indent: 17,
        before: "Resources:\n  Api:\n    Type: AWS::Serverless::Api\n    Properties:\n      DefinitionBody:
        swagger: '2.0'\n        paths:\n          /größe:\n            post:
              x-amazon-apigateway-integration:\n                type: aws
                uri: arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem\n                requestTemplates:
                 application/json: ",
        after: "\n",
    },
    Frame {
        name: "api.json",
        language: Language::Json,
        flow: true,
        intrinsics: false,
        indent: 0,
        before: "{\n  \"openapi\": \"3.0.1\", \"info\": {\"title\": \"é\\u00e9😀\"},\n  \"paths\": {\"/orders\": {\"post\": {
    \"x-amazon-apigateway-integration\": {\n      \"type\": \"aws\",
      \"uri\": \"arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem\",\n      \"requestTemplates\": {
\t\"application/json\"\t:\t",
        after: "\n}}}}}}\n",
    },
    Frame {
        name: "line.json",
        language: Language::Json,
        flow: true,
        intrinsics: true,
        indent: 0,
        before: "{\"Description\":\"é😀\",\"Resources\":{\"M\":{\"Type\":\"AWS::ApiGateway::Method\",\"Properties\":{\
                 \"HttpMethod\":\"POST\",\"Integration\":{\"Type\":\"AWS\",\
                 \"Uri\":\"arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem\",\
                 \"RequestTemplates\":{\"application/json\":",
        after: "}}}}}}",
    },
    Frame {
        name: "main.tf",
        language: Language::Terraform,
        flow: false,
        intrinsics: false,
        indent: 4,
        before: "# Größe 😀\nresource \"aws_api_gateway_integration\" \"put\" { # é
  http_method = \"POST\"\n  type = \"AWS\"\n  uri = \"arn:aws:apigateway:${var.region}:dynamodb:action/PutItem\"
  request_templates = {\n    \"application/json\" = ",
        after: "\n  }\n}\n",
    },
    Frame {
        name: "locals.tf",
        language: Language::Terraform,
        flow: false,
        intrinsics: false,
        indent: 4,
        before: "resource \"aws_api_gateway_integration\" \"é\" {
  type = \"AWS\"\n  uri = \"arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem\"
  request_templates = merge({}, { \"application/json\" = \"${local.größe}\" })\n}\nlocals {\n  größe = ",
        after: "\n}\n",
    },
];

/// A file, what it must give, and how it came about.
struct Case {
    name: String,
    host: Host,
    reference: String,
}

/// What a finding says, without its place.
fn said(finding: &Finding) -> String {
    format!("{} {} {}: {}", finding.severity.word(), finding.confidence.word(), finding.lint, finding.message)
}

/// The findings about templates: what they say and where. Those about the definition around are another matter.
fn of_templates(findings: &[Finding]) -> BTreeSet<(HostSpan, String)> {
    // Whether a validator checks the body is the definition's to say, although the place is in the template.
    let about_template =
        |finding: &&Finding| finding.content_type.is_some() && finding.lint != "no-validator";
    findings.iter().filter(about_template).map(|f| (f.span, said(f))).collect()
}

fn run(paths: &[PathBuf]) -> Run {
    let run = analysis::run(paths, &Settings { action: Some("PutItem".to_owned()), ..Settings::default() });
    let errors = run.errors.iter().map(|error| match &error.place {
        ErrorPlace::Span(file, span) => format!("{} at {} of\n{}", error.message, span.start, file.text()),
        _ => error.message.clone(),
    });
    assert_eq!(errors.take(3).collect::<Vec<_>>().join("\n"), "");
    run
}

/// The findings of each template in a file of its own.
fn references(directory: &Path) -> BTreeMap<String, BTreeSet<(HostSpan, String)>> {
    let mut references = BTreeMap::new();
    for (name, template) in TEMPLATES {
        for end in ENDS {
            let text = format!("{template}{end}");
            let path = directory.join(format!("{name}-{}.vtl", end.len()));
            std::fs::write(&path, &text).unwrap();
            let found = of_templates(&run(&[path]).findings);
            assert!(!found.is_empty(), "{name} is to give findings");
            references.insert(text, found);
        }
    }
    let all = references.values().flatten().filter_map(|(_, said)| said.split(' ').nth(2));
    let lints: BTreeSet<&str> = all.collect();
    assert!(lints.len() >= 5, "the templates are to differ: {lints:?}");
    references
}

/// Every form in every frame, and every template in every form.
fn cases() -> Vec<Case> {
    let forms = form::all();
    let mut cases = Vec::new();
    for (nth, form) in forms.iter().enumerate() {
        let frames: Vec<&Frame> = FRAMES
            .iter()
            .filter(|frame| form.language == frame.language && (frame.intrinsics || !form.is_intrinsic()))
            .collect();
        let mut seen = BTreeSet::new();
        let block = form.name.contains("literal") || form.name.contains("folded");
        let ends = if block { &ENDS[..] } else { &ENDS[..1] };
        for (template, end) in
            TEMPLATES.iter().flat_map(|template| ends.iter().map(move |end| (template, end)))
        {
            let reference = format!("{}{end}", template.1);
            for (turn, frame) in frames.iter().enumerate() {
                let is_turn = (cases.len() + nth) % frames.len() == turn;
                if seen.contains(frame.name) && !is_turn {
                    continue;
                }
                for (eol, mark) in [("\n", ""), ("\r\n", "\u{FEFF}")] {
                    let Some(host) = written(form, frame, &reference, eol, mark) else { continue };
                    seen.insert(frame.name);
                    let name =
                        format!("{}+{} as {} in {} {eol:?}", template.0, end.len(), form.name, frame.name);
                    cases.push(Case { name, host, reference: reference.clone() });
                }
            }
        }
        let block_in_flow = |frame: &&Frame| frame.flow && !seen.contains(frame.name) && is_block(&form.name);
        let without = frames.iter().filter(|frame| !seen.contains(frame.name) && !block_in_flow(frame));
        let without: Vec<_> = without.map(|frame| frame.name).collect();
        assert_eq!(without, [""; 0], "no template can be written as {}", form.name);
    }
    cases
}

/// Whether a form cannot stand in a flow collection; the templates have braces, which a plain scalar cannot hold there.
fn is_block(form: &str) -> bool {
    ["literal", "folded", "plain", "Sub", "!Join"].iter().any(|part| form.contains(part))
}

fn written(form: &Form, frame: &Frame, template: &str, eol: &'static str, mark: &str) -> Option<Host> {
    let mut host = Host::default();
    host.raw(mark);
    host.raw(&frame.before.replace('\n', eol));
    form.write(&mut host, template, Place { indent: frame.indent, eol, flow: frame.flow })?;
    // A block scalar has ended its line; another break would be its text.
    let after = if host.text.ends_with(eol) { frame.after.trim_start_matches('\n') } else { frame.after };
    host.raw(&after.replace('\n', eol));
    Some(host)
}

#[test]
fn the_findings_of_a_template_are_the_same_in_every_host_style() {
    let directory = tempfile::tempdir().unwrap();
    let references = references(directory.path());
    let cases = cases();
    let hosts = directory.path().join("hosts");
    let mut paths = BTreeMap::new();
    for (number, case) in cases.iter().enumerate() {
        // Only the language is told by the name.
        let extension = if case.name.contains(".json ") { "json" } else { "yaml" };
        let path = if case.name.contains(".tf ") {
            // A Terraform directory is one configuration.
            hosts.join(format!("{number:05}/main.tf"))
        } else {
            hosts.join(format!("{number:05}.{extension}"))
        };
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &case.host.text).unwrap();
        paths.insert(path, case);
    }
    let run = run(std::slice::from_ref(&hosts));
    println!("{} hosts, {} findings", cases.len(), run.findings.len());
    assert_eq!(run.integrations, cases.len(), "one integration in each file");
    let mut found: BTreeMap<&Path, Vec<Finding>> = BTreeMap::new();
    for finding in &run.findings {
        found.entry(finding.file.path()).or_default().push(finding.clone());
    }
    let mut wrong = Vec::new();
    for (path, case) in &paths {
        let nothing = Vec::new();
        let findings = found.get(path.as_path()).unwrap_or(&nothing);
        let expected: BTreeSet<_> = references[&case.reference]
            .iter()
            .map(|(template, said)| (case.host.place(template.start..template.end), said.clone()))
            .collect();
        let actual = of_templates(findings);
        if actual != expected || findings.iter().any(|finding| !finding.exact) {
            let slice = |set: &BTreeSet<(HostSpan, String)>| -> Vec<String> {
                set.iter()
                    .map(|(at, said)| {
                        let text = case.host.text.get(at.start..at.end);
                        format!("{}..{} {text:?} {said}", at.start, at.end)
                    })
                    .collect()
            };
            let missing: BTreeSet<_> = expected.difference(&actual).cloned().collect();
            let surplus: BTreeSet<_> = actual.difference(&expected).cloned().collect();
            wrong.push(format!(
                "{}\n  missing {:#?}\n  surplus {:#?}",
                case.name,
                slice(&missing),
                slice(&surplus)
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} differ, the first:\n{}",
        wrong.len(),
        cases.len(),
        wrong.iter().take(6).cloned().collect::<Vec<_>>().join("\n")
    );
}

/// A file with the escapes that its findings offer; none where one offers none.
fn escaped(text: &str, findings: &[Finding]) -> Option<String> {
    let lacking = findings.iter().filter(|finding| finding.lint == "unescaped-input");
    let fixes: Option<Vec<_>> = lacking.map(|finding| finding.fix.clone()).collect();
    let mut edits: Vec<_> = fixes?.into_iter().flat_map(|fix| fix.edits).collect();
    edits.sort_by_key(|edit| edit.span);
    let mut text = text.to_owned();
    for edit in edits.iter().rev() {
        text.replace_range(edit.span.start..edit.span.end, &edit.replacement);
    }
    Some(text)
}

/// The fixes of a template are the same in every style: what is decoded from a fixed host is the fixed template.
#[test]
fn the_fixes_of_a_template_are_the_same_in_every_host_style() {
    let directory = tempfile::tempdir().unwrap();
    let templates = &TEMPLATES[..4];
    let mut references = BTreeMap::new();
    for (name, template) in templates {
        let path = directory.path().join(format!("{name}.vtl"));
        std::fs::write(&path, template).unwrap();
        let fixed = escaped(template, &run(&[path]).findings).expect("a fix");
        assert_ne!(fixed, *template);
        references.insert((*template).to_owned(), fixed);
    }
    let hosts = directory.path().join("hosts");
    std::fs::create_dir_all(&hosts).unwrap();
    let mut cases: BTreeMap<PathBuf, Case> = BTreeMap::new();
    for case in cases_of_fixes() {
        let extension = if case.name.contains(".json ") { "json" } else { "yaml" };
        let path = hosts.join(format!("{:05}.{extension}", cases.len()));
        std::fs::write(&path, &case.host.text).unwrap();
        cases.insert(path, case);
    }
    let mut found: BTreeMap<&Path, Vec<Finding>> = BTreeMap::new();
    let run = run(std::slice::from_ref(&hosts));
    for finding in &run.findings {
        found.entry(finding.file.path()).or_default().push(finding.clone());
    }
    let mut without: BTreeSet<String> = BTreeSet::new();
    for (path, case) in &cases {
        let Some(fixed) = escaped(&case.host.text, &found[path.as_path()]) else {
            without.insert(case.name.split(" as ").nth(1).unwrap().split(" in ").next().unwrap().to_owned());
            continue;
        };
        std::fs::write(path, &fixed).unwrap();
        let units = read_paths(std::slice::from_ref(path), &Options::default());
        let unit = units[0].as_ref().unwrap_or_else(|error| panic!("{}: {error}\n{fixed}", case.name));
        let template = &unit.integrations[0].request_templates[0].text;
        let reference = &references[case.reference.trim_end_matches('\n')];
        // What forms with placeholders leave to the deployment.
        let text = template.text().replace(keybound_vtl::template::PLACEHOLDER_CHAR, "Orders");
        assert_eq!(text.trim_end_matches('\n'), reference, "{}\n{fixed}", case.name);
    }
    // Nothing is written where a style gives characters another meaning.
    assert!(without.iter().all(|form| form.contains("plain") || form.contains("numbers")), "{without:?}");
    assert!(cases.len() > 50, "{}", cases.len());
}

/// Of the forms of the templates that can be fixed every seventh: reading is cheap, judging is not. Terraform's have no
/// fixes of templates.
fn cases_of_fixes() -> impl Iterator<Item = Case> {
    let is_fixed =
        |case: &Case| TEMPLATES[..4].iter().any(|(_, text)| case.reference.trim_end_matches('\n') == *text);
    let cases = cases().into_iter().filter(|case| !case.name.contains(".tf "));
    cases.filter(is_fixed).step_by(7)
}

/// The findings of one file with their routes: what they say and the text that they point at.
fn found_in(name: &str, text: &str) -> Vec<(String, String, bool)> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(name);
    std::fs::write(&path, text).unwrap();
    let run = analysis::run(&[path], &Settings::default());
    assert!(run.errors.is_empty(), "{text}");
    // The requests are too short to be whole, which other lints report.
    let about_template = run.findings.iter().filter(|finding| finding.lint.starts_with("unescaped-"));
    about_template
        .map(|finding| {
            let route = finding.route.as_deref().unwrap_or("");
            (format!("{route} {}", finding.lint), finding.file.slice(finding.span).to_owned(), finding.exact)
        })
        .collect()
}

#[test]
fn an_aliased_template_is_found_at_its_anchor_for_every_route() {
    for style in [
        "|-\n    {\"é\": \"$input.params('a')\"}",
        "'{\"é\": \"$input.params(''a'')\"}'",
        "\"{\\\"\\u00e9\\\": \\\"\\x24input.params('a')\\\"}\"",
    ] {
        let integration = |template: &str| {
            format!(
                "    x-amazon-apigateway-integration:\n        type: aws\n        passthroughBehavior: never
        uri: arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem
        requestTemplates:\n          application/json: {template}\n"
            )
        };
        let text = format!(
            "openapi: 3.0.1\nx-template: &t {style}\npaths:\n  /a:\n    get:\n  {}  /b:\n    get:\n  {}",
            integration("*t"),
            integration("*t")
        );
        let found = found_in("api.yaml", &text);
        let expected = if style.starts_with('\'') {
            "$input.params(''a'')"
        } else if style.starts_with('"') {
            "\\x24input.params('a')"
        } else {
            "$input.params('a')"
        };
        let finding = |route: &str| (format!("GET {route} unescaped-input"), expected.to_owned(), true);
        assert_eq!(found, [finding("/a"), finding("/b")], "{text}");
    }
}

/// Where pieces of a template stand in another order than in the template, a text that spans two of them stands
/// nowhere in one piece; the whole value is shown and the finding says so.
#[test]
fn a_place_across_pieces_in_another_order_is_the_whole_value() {
    let text = "Resources:\n  M:\n    Type: AWS::ApiGateway::Method\n    Metadata: {last: &last \"ams('a')\\\"}\", all: &all \"$input.params('b')\\\"}\"}
    Properties:\n      HttpMethod: GET\n      Integration:\n        Type: AWS\n        PassthroughBehavior: NEVER
        Uri: arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem
        RequestTemplates:\n          application/json: VALUE\n";
    let join = |first: &str, second: &str| text.replace("VALUE", &format!("!Join ['', [{first}, {second}]]"));
    let split = found_in("t.yaml", &join("'{\"é\": \"$input.par'", "*last"));
    let whole = "['', ['{\"é\": \"$input.par', *last]]";
    assert_eq!(split, [("GET unescaped-input".to_owned(), whole.to_owned(), false)]);
    let apart = found_in("t.yaml", &join("'{\"é\": \"'", "*all"));
    assert_eq!(apart, [("GET unescaped-input".to_owned(), "$input.params('b')".to_owned(), true)]);
}

#[test]
fn a_response_template_is_found_where_it_stands() {
    let response = |template: &str| {
        format!(
            "{{\"swagger\":\"2.0\",\"paths\":{{\"/é\":{{\"get\":{{\"x-amazon-apigateway-integration\":{{\"type\":\"aws\",\
             \"passthroughBehavior\":\"never\",\"uri\":\"arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem\",\
             \"responses\":{{\"default\":{{\"statusCode\":200,\"responseTemplates\":{{\"application/json\":{template}}}}}}}}}}}}}}}}}"
        )
    };
    let template = r#""{\n\t\"é\\\"\": \"\u0024input.path('$.Item.größe.S')\"}""#;
    let found = found_in("api.json", &response(template));
    let place = r"\u0024input.path('$.Item.größe.S')";
    assert_eq!(found, [("GET /é unescaped-stored-value".to_owned(), place.to_owned(), true)]);
}
