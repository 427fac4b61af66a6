//! Templates made to fool an analysis, in pairs of unsafe and barely safe: `tests/pairs/*.md`.
//!
//! Each was labelled by thousands of attacks on Velocity 1.7 itself, not by this program; what changes an expression, a
//! statement, a table or a path without changing the JSON was labelled by hand. An unsafe one must get a proven
//! injection, whose proof renders to the text that it shows, is JSON and holds what it marks as the client's; a safe
//! one must get none. A fence says so with `possible` where the model cannot tell yet, or where what the attack rests
//! on is not recorded: that list is to get shorter.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what is wrong by panicking")]

use std::fs;
use std::path::Path;

use keybound_linter::analysis::{self, Settings};
use keybound_linter::finding::{Confidence, Finding, Proof, Run};
use keybound_vtl::TemplateText;
use keybound_vtl::eval::{self, Request, context_map};
use keybound_vtl::json::strict;
use keybound_vtl::parse::parse;
use keybound_vtl::value::{Map, Text, Value};

/// Lints that say what a client can add to a request.
const INJECTIONS: [&str; 8] = [
    "bare-input",
    "client-chosen-target",
    "client-shaped-value",
    "expression-injection",
    "jsonpath-injection",
    "partiql-injection",
    "unescaped-input",
    "whole-body-forward",
];

/// One template of a pair.
struct Case {
    /// The file's name, the pair's, and which of the two.
    name: String,
    unsafe_: bool,
    /// The model cannot tell: findings are possible ones.
    possible: bool,
    action: Option<String>,
    template: String,
}

/// The templates of one file: a heading names a pair, each fence holds a template.
fn read(file: &Path) -> Vec<Case> {
    let text = fs::read_to_string(file).unwrap();
    let stem = file.file_stem().unwrap().to_string_lossy().into_owned();
    let (mut cases, mut heading, mut open) = (Vec::new(), String::new(), None::<Case>);
    for line in text.lines() {
        match &mut open {
            Some(_) if line.starts_with("```") => cases.extend(open.take()),
            Some(case) => {
                case.template.push_str(line);
                case.template.push('\n');
            }
            None => {
                if let Some(name) = line.strip_prefix("## ") {
                    name.clone_into(&mut heading);
                }
                if let Some(info) = line.strip_prefix("```vtl,") {
                    let words: Vec<&str> = info.split(',').collect();
                    let known = |word: &str| {
                        ["unsafe", "safe", "possible"].contains(&word) || word.starts_with("action=")
                    };
                    assert!(
                        words.iter().all(|word| known(word)),
                        "{stem}: `{info}` has a word that is not known"
                    );
                    let unsafe_ = words.contains(&"unsafe");
                    assert_ne!(
                        unsafe_,
                        words.contains(&"safe"),
                        "{stem}: `{info}` is one of safe and unsafe"
                    );
                    open = Some(Case {
                        name: format!("{stem}/{heading} ({})", words[0]),
                        unsafe_,
                        possible: words.contains(&"possible"),
                        action: words.iter().find_map(|word| word.strip_prefix("action=")).map(str::to_owned),
                        template: String::new(),
                    });
                }
            }
        }
    }
    assert!(open.is_none(), "{stem}: a fence is not closed");
    cases
}

fn lint(case: &Case) -> Run {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("template.vtl");
    fs::write(&file, &case.template).unwrap();
    analysis::run(&[file], &Settings { action: case.action.clone(), ..Settings::default() })
}

/// What is wrong with the answer to a case; none where it is as it should be.
fn complaint(case: &Case) -> Option<String> {
    let run = lint(case);
    assert!(run.errors.is_empty(), "{}: {:?}", case.name, run.errors);
    assert_eq!(run.integrations, 1, "{}", case.name);
    let injections: Vec<&Finding> = run.findings.iter().filter(|f| INJECTIONS.contains(&f.lint)).collect();
    let proven: Vec<&Finding> =
        injections.iter().copied().filter(|f| f.confidence == Confidence::Proven).collect();
    if let Some(wrong) = proven.iter().find_map(|finding| wrong_proof(case, finding)) {
        return Some(wrong);
    }
    let told = || {
        let lines: Vec<String> =
            run.findings.iter().map(|f| format!("{} {:?}: {}", f.lint, f.confidence, f.message)).collect();
        lines.join("; ")
    };
    let undecided = run.undecided > 0;
    match (case.unsafe_, case.possible) {
        (true, false) if proven.is_empty() => Some(format!("no injection is proven: {}", told())),
        (true, true) if !proven.is_empty() => {
            Some("an injection is proven: the fence need not say `possible`".to_owned())
        }
        (true, true) if injections.is_empty() && !undecided => Some("nothing is found".to_owned()),
        (false, _) if !proven.is_empty() => Some(format!("an injection is proven that is none: {}", told())),
        (false, false) if undecided || !injections.is_empty() => {
            Some(format!("something is found: {}", told()))
        }
        (false, true) if !undecided && injections.is_empty() => {
            Some("nothing is found: the fence need not say `possible`".to_owned())
        }
        _ => None,
    }
}

/// What is wrong with a proof.
fn wrong_proof(case: &Case, finding: &Finding) -> Option<String> {
    let Some(proof) = &finding.proof else {
        return Some(format!("{} is proven without a proof", finding.lint));
    };
    let template = TemplateText::plain(&*case.template);
    let (tree, errors) = parse(&template);
    assert!(errors.is_empty(), "{}: {errors:?}", case.name);
    let rendered = match eval::render(&template, &tree, &request(proof)) {
        Ok(rendered) => rendered.text.as_str().to_owned(),
        Err(error) => return Some(format!("the proof of {} does not render: {error:?}", finding.lint)),
    };
    if rendered != proof.rendered {
        return Some(format!(
            "the proof of {} renders\n{rendered}\nand not\n{}",
            finding.lint, proof.rendered
        ));
    }
    if let Err(error) = strict::parse(&rendered) {
        return Some(format!("the proof of {} is no JSON: {error}\n{rendered}", finding.lint));
    }
    let within = |range: &(usize, usize)| rendered.get(range.0..range.1).is_some_and(|text| !text.is_empty());
    if proof.injected.is_empty() || !proof.injected.iter().all(within) {
        return Some(format!("the proof of {} marks nothing in\n{rendered}", finding.lint));
    }
    None
}

/// The request of a proof, as the template sees it.
fn request(proof: &Proof) -> Request {
    let texts = |pairs: &[(String, String)]| {
        pairs.iter().map(|(name, text)| (name.clone(), Text::new(text))).collect()
    };
    let context = Map::default();
    for (path, text) in &proof.request.context {
        let mut map = context.clone();
        let mut names = path.split('.').peekable();
        while let Some(name) = names.next() {
            if names.peek().is_none() {
                map.put_text(Text::new(name), Value::Text(Text::new(text)));
                break;
            }
            let child = match map.get_text(name) {
                Some(Value::Map(child)) => child,
                _ => Map::default(),
            };
            map.put_text(Text::new(name), Value::Map(child.clone()));
            map = child;
        }
    }
    Request {
        body: Text::new(proof.request.body.as_deref().unwrap_or("")),
        path: texts(&proof.request.path_parameters),
        querystring: texts(&proof.request.query),
        header: texts(&proof.request.headers),
        names_source: None,
        context: context_map(context),
        stage_variables: texts(&proof.request.stage_variables),
        variables: Vec::new(),
        placeholders: proof.request.placeholders.iter().cloned().collect(),
    }
}

#[test]
fn every_template_of_a_pair_is_judged_as_attacks_on_it_were() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pairs");
    let mut files: Vec<_> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let cases: Vec<Case> = files.iter().flat_map(|file| read(file)).collect();
    assert!(cases.len() > 100, "only {} templates were read", cases.len());
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|case| complaint(case).map(|what| format!("{}: {what}\n{}", case.name, case.template)))
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {} are judged wrongly\n\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}
