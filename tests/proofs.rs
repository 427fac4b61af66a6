//! Every proof, rendered a second time by a process that knows the template and the request only.

use std::path::PathBuf;

use keybound_linter::api::MappingTemplate;
use keybound_linter::api::discovery::{Options, read_paths};
use serde_json::{Map, Value as Json, json};

use crate::command::{root, run, run_with};

/// A template and where it stands: the file as reports name it, and its bytes there.
struct Found {
    file: String,
    start: u64,
    end: u64,
    text: String,
}

/// Every template of the examples, with what a deployment puts into it: a placeholder's own name.
fn templates() -> Vec<Found> {
    let units = read_paths(&[root().join("examples")], &Options::default());
    let units = units.into_iter().map(|unit| unit.expect("the examples are read"));
    let mut found = Vec::new();
    for integration in units.flat_map(|unit| unit.integrations) {
        let responses = integration.responses.iter().flat_map(|response| &response.templates);
        found.extend(integration.request_templates.iter().chain(responses).map(|template| Found {
            file: relative(template.host.file.path().to_owned()),
            start: template.host.whole.start as u64,
            end: template.host.whole.end as u64,
            text: deployed(template),
        }));
    }
    found
}

fn relative(path: PathBuf) -> String {
    path.strip_prefix(root()).expect("below the root").to_str().expect("UTF-8").to_owned()
}

fn deployed(template: &MappingTemplate) -> String {
    let mut text = String::new();
    let mut done = 0;
    for placeholder in template.text.placeholders() {
        let at = placeholder.at.to_usize();
        text.push_str(&template.text.text()[done..at]);
        text.extend(placeholder.name.chars().filter(|c| c.is_alphanumeric()));
        done = at + keybound_vtl_placeholder_len();
    }
    text + &template.text.text()[done..]
}

/// Bytes of the object replacement character, which stands for a placeholder.
fn keybound_vtl_placeholder_len() -> usize {
    '\u{fffc}'.len_utf8()
}

/// `$context` from its members' dotted names. A claim's name may have dots of its own.
fn context(flat: &Json) -> Json {
    let mut context = json!({});
    for (path, value) in flat.as_object().expect("an object") {
        let parts = if path.starts_with("authorizer.claims.") { 3 } else { 8 };
        let mut at = &mut context;
        for name in path.splitn(parts, '.') {
            at = &mut at[name];
        }
        *at = value.clone();
    }
    context
}

fn case(id: usize, template: &str, request: &Json) -> Json {
    let request_part: Map<String, Json> = [
        ("body", &request["body"]),
        ("path", &request["path_parameters"]),
        ("querystring", &request["query"]),
        ("header", &request["headers"]),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.clone()))
    .collect();
    json!({"id": id, "template": template, "request": request_part, "context": context(&request["context"])})
}

#[test]
fn a_second_rendering_gives_the_same_text() {
    let report = run(&["lint", "--format", "json", "examples"]).json();
    let findings = report["findings"].as_array().expect("findings");
    let templates = templates();
    let mut cases = Vec::new();
    let mut expected = Vec::new();
    for finding in findings {
        assert_eq!(finding["confidence"], "proven", "the examples show what is proven: {finding}");
        let proof = &finding["proof"];
        assert!(!proof.is_null(), "{finding}");
        let number = |name: &str| finding[name].as_u64().expect("a number");
        let holds = |found: &&Found| {
            finding["file"] == found.file.as_str()
                && found.start <= number("start")
                && number("end") <= found.end
        };
        match templates.iter().find(holds) {
            Some(found) => {
                cases.push(case(cases.len(), &found.text, &proof["request"]));
                expected.push((finding, &proof["rendered"]["text"]));
            }
            // What skips the template is the body itself.
            None => {
                assert_eq!(finding["lint"], "passthrough", "{finding}");
                assert_eq!(proof["request"]["body"], proof["rendered"]["text"]);
            }
        }
    }
    assert!(cases.len() >= 5, "{} proofs", cases.len());
    let lines: String = cases.iter().map(|case| format!("{case}\n")).collect();
    let done = run_with(root(), &["render", "--jsonl"], lines.as_bytes());
    assert_eq!((done.status, done.err.as_str()), (0, ""));
    let answers: Vec<Json> = done.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(answers.len(), cases.len());
    for (answer, (finding, text)) in answers.iter().zip(expected) {
        assert_eq!(&answer["out"], text, "{finding}");
        let is_json = serde_json::from_str::<Json>(text.as_str().expect("a text")).is_ok();
        let is_markup = finding["lint"] == "unescaped-stored-value"
            && finding["message"].as_str().unwrap().contains("markup");
        assert!(is_json || is_markup, "{text}");
    }
}
