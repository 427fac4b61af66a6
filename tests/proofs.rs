//! Every proof, rendered a second time by a process that knows the template and the request only.

use std::path::Path;

use keybound_linter::api::MappingTemplate;
use keybound_linter::api::discovery::{Options, read_paths};
use keybound_vtl::json::strict;
use keybound_vtl::template::PLACEHOLDER_CHAR;
use serde_json::{Map, Value as Json, json};

use crate::command::{root, run_in, run_with};

/// A template and where it stands: the file as reports name it, and its bytes there.
struct Found {
    file: String,
    start: u64,
    end: u64,
    template: MappingTemplate,
}

impl Found {
    /// The template's text as a proof's deployment put it together.
    fn deployed(&self, placeholders: &Json) -> String {
        let source = &self.template.text;
        let mut text = String::new();
        let mut done = 0;
        for placeholder in source.placeholders() {
            let at = placeholder.at.to_usize();
            text.push_str(&source.text()[done..at]);
            text.push_str(placeholders[&placeholder.name].as_str().expect("what was deployed"));
            done = at + PLACEHOLDER_CHAR.len_utf8();
        }
        text + &source.text()[done..]
    }
}

/// Every template in a directory.
fn templates(directory: &Path) -> Vec<Found> {
    let units = read_paths(&[directory.to_owned()], &Options::default());
    let mut found = Vec::new();
    for integration in units.into_iter().flatten().flat_map(|unit| unit.integrations) {
        let responses = integration.responses.iter().flat_map(|response| &response.templates);
        found.extend(integration.request_templates.iter().chain(responses).map(|template| {
            let (host, template) = (&template.host, template.clone());
            let file = host.file.path().strip_prefix(directory).expect("below it").to_str().expect("UTF-8");
            Found {
                file: file.to_owned(),
                start: host.whole.start as u64,
                end: host.whole.end as u64,
                template,
            }
        }));
    }
    found
}

/// `$context` from its members' dotted names. A claim's name may have dots of its own; the one number among the
/// members is `requestTimeEpoch`.
fn context(flat: &Json) -> Json {
    let mut context = json!({});
    for (path, value) in flat.as_object().expect("an object") {
        let parts = if path.starts_with("authorizer.claims.") { 3 } else { 8 };
        let mut at = &mut context;
        for name in path.splitn(parts, '.') {
            at = &mut at[name];
        }
        let text = value.as_str().expect("a text");
        *at = if path == "requestTimeEpoch" {
            text.parse::<u64>().expect("a time").into()
        } else {
            text.into()
        };
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
    json!({
        "id": id,
        "template": template,
        "request": request_part,
        "context": context(&request["context"]),
        "stageVariables": request["stage_variables"],
    })
}

/// Lints whose proofs show that what is rendered is no JSON.
const SPOILED: [&str; 2] = ["bad-escape", "broken-template"];

/// Whether a proof shows JSON: a request does, and an answer unless it is markup.
fn shows_json(finding: &Json) -> bool {
    let lint = finding["lint"].as_str().expect("a name");
    let of_answer = finding["proof"]["of_answer"] == true;
    !SPOILED.contains(&lint) && !of_answer
}

/// Lints a directory and renders every proof again; how many there were.
fn confirm(directory: &Path) -> usize {
    let report = run_in(directory, &["lint", "--format", "json", "."]).json();
    let findings = report["findings"].as_array().expect("findings");
    let templates = templates(directory);
    let mut cases = Vec::new();
    let mut expected = Vec::new();
    for finding in findings.iter().filter(|finding| !finding["proof"].is_null()) {
        let proof = &finding["proof"];
        let number = |name: &str| finding[name].as_u64().expect("a number");
        let holds = |found: &&Found| {
            finding["file"] == found.file.as_str()
                && found.start <= number("start")
                && number("end") <= found.end
        };
        match templates.iter().find(holds) {
            Some(found) => {
                let request = &proof["request"];
                cases.push(case(cases.len(), &found.deployed(&request["placeholders"]), request));
                expected.push((finding, &proof["rendered"]["text"]));
            }
            // What skips the template is the body itself.
            None => {
                assert_eq!(finding["lint"], "passthrough", "{finding}");
                assert_eq!(proof["request"]["body"], proof["rendered"]["text"]);
            }
        }
    }
    let lines: String = cases.iter().map(|case| format!("{case}\n")).collect();
    let done = run_with(directory, &["render", "--jsonl"], lines.as_bytes());
    assert_eq!((done.status, done.err.as_str()), (0, ""));
    let answers: Vec<Json> = done.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(answers.len(), cases.len());
    let mut wrong = Vec::new();
    for ((case, answer), (finding, text)) in cases.iter().zip(&answers).zip(expected) {
        let text = text.as_str().expect("a text");
        let is_json = strict::parse(text).is_ok() && serde_json::from_str::<Json>(text).is_ok();
        if answer["out"] != text || (shows_json(finding) && !is_json) {
            wrong.push(format!("{finding}\n  case   {case}\n  answer {answer}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} proofs are not confirmed\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
    cases.len()
}

#[test]
fn a_second_rendering_gives_the_same_text() {
    assert!(confirm(&root().join("examples")) >= 5);
}

/// Real definitions of others are not ours to keep: they are read in `shared/corpus` beside the repository, or in the
/// folder that `KEYBOUND_CORPUS` names.
#[test]
fn a_second_rendering_of_real_definitions_gives_the_same_text() {
    let folder = std::env::var_os("KEYBOUND_CORPUS")
        .map_or_else(|| root().join("../shared/corpus"), std::path::PathBuf::from);
    let Ok(folder) = folder.canonicalize() else {
        eprintln!(
            "not run: there is no {}; set KEYBOUND_CORPUS to a folder of definitions",
            folder.display()
        );
        return;
    };
    let confirmed = confirm(&folder);
    eprintln!("{confirmed} proofs rendered again");
    assert!(confirmed > 0);
}
