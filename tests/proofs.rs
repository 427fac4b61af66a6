//! Every proof, rendered a second time by a process that knows the template and the request only.

use std::path::{Path, PathBuf};

use keybound_linter::api::MappingTemplate;
use keybound_linter::api::discovery::{Options, read_paths};
use keybound_vtl::template::PLACEHOLDER_CHAR;
use serde_json::{Map, Value as Json, json};

use crate::command::{root, run, run_with};

/// A template and where it stands: the file as reports name it, and its bytes there.
struct Found {
    file: String,
    start: u64,
    end: u64,
    content_type: String,
    template: MappingTemplate,
}

/// Every template below a folder.
fn templates(folder: &Path) -> Vec<Found> {
    let units = read_paths(&[folder.to_owned()], &Options::default());
    let mut found = Vec::new();
    for integration in units.into_iter().flatten().flat_map(|unit| unit.integrations) {
        let responses = integration.responses.iter().flat_map(|response| &response.templates);
        found.extend(integration.request_templates.iter().chain(responses).map(|template| Found {
            file: relative(template.host.file.path().to_owned()),
            content_type: template.content_type.clone(),
            start: template.host.whole.start as u64,
            end: template.host.whole.end as u64,
            template: template.clone(),
        }));
    }
    found
}

fn relative(path: PathBuf) -> String {
    path.strip_prefix(root()).unwrap_or(&path).to_str().expect("UTF-8").to_owned()
}

/// The template's text with what the proof says the deployment put into it.
fn deployed(template: &MappingTemplate, values: &Json) -> String {
    let mut text = String::new();
    let mut done = 0;
    for placeholder in template.text.placeholders() {
        let at = placeholder.at.to_usize();
        text.push_str(&template.text.text()[done..at]);
        match values[&placeholder.name].as_str() {
            Some(value) => text.push_str(value),
            None => text.push_str(&format!("${{{}}}", placeholder.name)),
        }
        done = at + PLACEHOLDER_CHAR.len_utf8();
    }
    text + &template.text.text()[done..]
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
    // API Gateway takes this one away before a template sees the headers.
    let mut headers = request["headers"].clone();
    if let Some(headers) = headers.as_object_mut() {
        headers.remove("Upgrade");
    }
    let request_part: Map<String, Json> = [
        ("body", &request["body"]),
        ("path", &request["path_parameters"]),
        ("querystring", &request["query"]),
        ("header", &headers),
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

/// Renders every proof of a run over a folder again, in a process of its own, and says how many there are.
fn confirmed(folder: &Path) -> usize {
    let folder_text = folder.to_str().expect("UTF-8");
    let report = run(&["lint", "--format", "json", folder_text]).json();
    let findings = report["findings"].as_array().expect("findings");
    let templates = templates(folder);
    let mut cases = Vec::new();
    let mut expected = Vec::new();
    let mut passed_through = 0;
    for finding in findings {
        let proof = &finding["proof"];
        let injection = finding["lint"].as_str().is_some_and(|lint| {
            lint.ends_with("-injection")
                || ["unescaped-input", "bare-input", "client-shaped-value"].contains(&lint)
        });
        if proof.is_null() {
            assert!(!injection || finding["confidence"] == "possible", "no proof: {finding}");
            continue;
        }
        let number = |name: &str| finding[name].as_u64().expect("a number");
        let holds = |found: &&Found| {
            finding["file"] == found.file.as_str()
                && finding["content_type"] == found.content_type.as_str()
                && found.start <= number("start")
                && number("end") <= found.end
        };
        match templates.iter().find(holds) {
            Some(found) => {
                let text = deployed(&found.template, &proof["request"]["placeholders"]);
                cases.push(case(cases.len(), &text, &proof["request"]));
                expected.push((finding, &proof["rendered"]["text"]));
            }
            // What skips the template is the body itself.
            None => {
                assert_eq!(finding["lint"], "passthrough", "{finding}");
                assert_eq!(proof["request"]["body"], proof["rendered"]["text"]);
                passed_through += 1;
            }
        }
    }
    let lines: String = cases.iter().map(|case| format!("{case}\n")).collect();
    let done = run_with(root(), &["render", "--jsonl"], lines.as_bytes());
    assert_eq!((done.status, done.err.as_str()), (0, ""));
    let answers: Vec<Json> = done.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(answers.len(), cases.len());
    for (answer, (finding, text)) in answers.iter().zip(&expected) {
        assert_eq!(&answer["out"], *text, "{finding}");
        let is_json = serde_json::from_str::<Json>(text.as_str().expect("a text")).is_ok();
        let is_markup = finding["lint"] == "unescaped-stored-value"
            && finding["message"].as_str().unwrap().contains("markup");
        // Some lints show what is no JSON; some a condition, a text or a header, whatever is around it; all others must
        // show JSON.
        let lint = finding["lint"].as_str().unwrap();
        let shows_none =
            ["bad-escape", "broken-template", "directive-in-text", "quoted-json", "stray-output"];
        let shows_part = [
            "client-set-header",
            "client-set-status",
            "dead-comparison",
            "leaking-error",
            "map-as-json",
            "secret-echo",
            "string-truth",
        ];
        let fits = is_json != shows_none.contains(&lint);
        assert!(fits || is_markup || shows_part.contains(&lint), "{finding}");
    }
    cases.len() + passed_through
}

#[test]
fn a_second_rendering_gives_the_same_text() {
    let report = run(&["lint", "--format", "json", "examples/careless"]).json();
    for finding in report["findings"].as_array().expect("findings") {
        // A note may rest on what nobody has recorded, and says so; it has a proof all the same.
        let may_be_possible = finding["severity"] == "note";
        assert!(finding["confidence"] == "proven" || may_be_possible, "{finding}");
        // That no selection pattern fits is seen in the definition; there is nothing to render.
        assert!(!finding["proof"].is_null() || finding["lint"] == "error-as-success", "{finding}");
    }
    assert!(confirmed(&root().join("examples/careless")) >= 7);
}

/// Real definitions lie beside the repository, where they lie at all; `KEYBOUND_CORPUS` names another folder.
#[test]
fn proofs_over_real_definitions_are_confirmed() {
    let folder = std::env::var_os("KEYBOUND_CORPUS")
        .map_or_else(|| root().join("../shared/corpus/files"), PathBuf::from);
    if !folder.is_dir() {
        eprintln!("not run: there is no {}; KEYBOUND_CORPUS names another", folder.display());
        return;
    }
    let folder = folder.canonicalize().expect("a folder");
    let count = confirmed(&folder);
    println!("{count} proofs confirmed");
    assert!(count > 0);
}
