//! Holds the evaluator against recordings of the real service and of Velocity 1.7.
//!
//! `own.json` lies beside this file. `recorded.json` holds third-party text, so it is read where it stands: in
//! `shared/vectors` next to the repository, or in the folder that `KEYBOUND_VECTORS` names.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what is wrong by panicking")]

use std::path::{Path, PathBuf};

use keybound_vtl::eval::{Request, context_map, render};
use keybound_vtl::parse::parse;
use keybound_vtl::value::{List, ListKind, Map, Text, Value};
use keybound_vtl::{TemplateText, json};
use serde_json::Value as Json;

fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(b) => Value::Bool(*b),
        Json::Number(_) => json::read::read(&Text::new(json.to_string())).unwrap(),
        Json::String(s) => Value::text(s),
        Json::Array(items) => Value::List(List::new(ListKind::Json, items.iter().map(value).collect())),
        Json::Object(_) => Value::Map(map(json)),
    }
}

fn map(json: &Json) -> Map {
    let map = Map::default();
    for (key, member) in json.as_object().into_iter().flatten() {
        map.put_text(Text::new(key), value(member));
    }
    map
}

fn texts(json: &Json) -> Vec<(String, Text)> {
    let member = |(key, value): (&String, &Json)| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        (key.clone(), Text::new(text))
    };
    json.as_object().into_iter().flatten().map(member).collect()
}

enum Outcome {
    Output(String),
    Error(&'static str),
}

fn outcome(case: &Json) -> Outcome {
    let request = &case["request"];
    let request = Request {
        body: Text::new(request["body"].as_str().unwrap_or("")),
        path: texts(&request["path"]),
        querystring: texts(&request["querystring"]),
        header: texts(&request["header"]),
        context: context_map(map(&case["context"])),
        stage_variables: texts(&case["stageVariables"]),
        variables: case["vars"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(k, v)| (k.clone(), value(v)))
            .collect(),
        ..Request::default()
    };
    let template = TemplateText::plain(case["template"].as_str().unwrap());
    let (tree, errors) = parse(&template);
    if !errors.is_empty() {
        return Outcome::Error("parse");
    }
    match render(&template, &tree, &request) {
        Ok(rendered) => Outcome::Output(rendered.text.as_str().to_owned()),
        Err(_) => Outcome::Error("render"),
    }
}

fn agrees(case: &Json, outcome: &Outcome) -> bool {
    let expected = &case["expected"];
    let Outcome::Output(output) = outcome else {
        let Outcome::Error(phase) = outcome else { return false };
        return case["compare"] == "error"
            && expected["phase"].as_str().is_none_or(|expected| expected == *phase);
    };
    let wanted = || expected.as_str().unwrap();
    let collapsed = |s: &str| s.split_whitespace().collect::<Vec<_>>().join(" ");
    match case["compare"].as_str().unwrap() {
        "exact" => output == wanted(),
        "json" => {
            let expected = match expected {
                Json::String(text) => serde_json::from_str(text).unwrap_or_else(|_| expected.clone()),
                other => other.clone(),
            };
            serde_json::from_str::<Json>(output).is_ok_and(|output| output == expected)
        }
        "whitespace-collapsed" => collapsed(output) == collapsed(wanted()),
        _ => false,
    }
}

fn hold(path: &Path) -> usize {
    let cases: Vec<Json> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut wrong = Vec::new();
    for case in &cases {
        let outcome = outcome(case);
        if !agrees(case, &outcome) {
            let got = match outcome {
                Outcome::Output(output) => format!("{output:?}"),
                Outcome::Error(phase) => format!("error in {phase}"),
            };
            wrong.push(format!(
                "{}: {:?}\n  expected {}\n  got      {got}",
                case["id"], case["template"], case["expected"]
            ));
        }
    }
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    cases.len()
}

/// Where the recordings lie, if they do.
fn vectors() -> PathBuf {
    std::env::var_os("KEYBOUND_VECTORS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/vectors"), PathBuf::from)
}

#[test]
fn own_vectors_match() {
    assert_eq!(hold(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/own.json")), 506);
}

#[test]
fn recordings_of_the_real_service_match() {
    let folder = vectors();
    let path = folder.join("recorded.json");
    if !path.exists() {
        eprintln!(
            "not run: no recorded.json in {}; set KEYBOUND_VECTORS to the folder that has it",
            folder.display()
        );
        return;
    }
    assert_eq!(hold(&path), 258);
}

#[test]
fn stock_velocity_is_not_what_we_print() {
    let folder = vectors();
    let Ok(text) = std::fs::read_to_string(folder.join("stock-velocity-differs.json")) else {
        eprintln!("not run: no stock-velocity-differs.json in {}", folder.display());
        return;
    };
    let cases: Vec<Json> = serde_json::from_str(&text).unwrap();
    for case in cases {
        assert!(!agrees(&case, &outcome(&case)), "{} prints as stock Velocity does", case["id"]);
    }
}
