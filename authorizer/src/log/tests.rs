#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tracing::level_filters::LevelFilter;

use super::{DecisionRecord, Outcome, Timings};
use crate::event::EventKind;

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The lines that a piece of code logs.
fn logged(level: LevelFilter, code: impl FnOnce()) -> Vec<Value> {
    let written = Written::default();
    let writer = written.clone();
    let subscriber = super::subscriber(level, move || writer.clone());
    tracing::subscriber::with_default(subscriber, code);
    let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn record() -> DecisionRecord<'static> {
    DecisionRecord {
        request_id: "7b0b7f9e",
        event: Some(EventKind::RestToken),
        outcome: Outcome::Allow,
        reason: "granted",
        detail: None,
        issuer: Some("main"),
        grants: Some("a,b"),
        rules: Some("0123456789abcdef"),
        timings: Timings {
            verify: Some(Duration::from_micros(30)),
            decide: None,
            total: Duration::from_millis(2),
        },
    }
}

#[test]
fn a_decision_is_one_line_with_its_metrics() {
    let lines = logged(LevelFilter::INFO, || record().log());
    let [line] = lines.as_slice() else { panic!("{lines:?}") };
    for (member, value) in [
        ("level", "INFO"),
        ("outcome", "allow"),
        ("reason", "granted"),
        ("event", "rest-token"),
        ("issuer", "main"),
        ("grants", "a,b"),
        ("rules", "0123456789abcdef"),
        ("request_id", "7b0b7f9e"),
    ] {
        assert_eq!(line[member], value, "{member}");
    }
    assert_eq!((line["verify_us"].as_u64(), line["total_us"].as_u64()), (Some(30), Some(2000)));
    assert!(line.get("detail").is_none() && line.get("decide_us").is_none());
    let timestamp = line["timestamp"].as_str().unwrap();
    assert!(timestamp.ends_with('Z') && timestamp.contains('T'), "{timestamp}");

    // As the embedded metric format demands: names of members of the line, texts for dimensions, numbers for metrics.
    assert!(line["_aws"]["Timestamp"].as_u64().unwrap() > 1_700_000_000_000);
    let directives = line["_aws"]["CloudWatchMetrics"].as_array().unwrap();
    let mut metrics = Vec::new();
    for directive in directives {
        assert_eq!(directive["Namespace"], "keybound");
        for dimensions in directive["Dimensions"].as_array().unwrap() {
            let dimensions = dimensions.as_array().unwrap().iter();
            let dimensions: Vec<_> = dimensions.map(|name| name.as_str().unwrap()).collect();
            assert!(dimensions.iter().all(|name| line[*name].is_string()), "{dimensions:?}");
            for metric in directive["Metrics"].as_array().unwrap() {
                let name = metric["Name"].as_str().unwrap();
                assert!(line[name].is_number(), "{name}");
                metrics.push(format!("{name} by {}", dimensions.join("+")));
            }
        }
    }
    let expected = [
        "decisions by outcome",
        "decisions by outcome+reason",
        "total_us by outcome",
        "verify_us by outcome",
    ];
    assert_eq!(metrics, expected);
}

#[test]
fn attack_61_a_newline_in_a_value_ends_no_line() {
    let forged = "x\n{\"level\":\"ERROR\"}\r\n\u{2028}";
    let lines = logged(LevelFilter::INFO, || DecisionRecord { grants: Some(forged), ..record() }.log());
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["grants"], forged);
}

#[test]
fn libraries_log_warnings_and_no_events_or_repeated_errors() {
    let lines = logged(LevelFilter::TRACE, || {
        tracing::trace!(target: "lambda_runtime::layers::api_response", body = "secret", "raw JSON event");
        tracing::info!(target: "hyper", "connected");
        tracing::error!(target: "lambda_runtime::layers::panic", "Unauthorized");
        tracing::warn!(target: "lambda_runtime::runtime", "a warning");
        tracing::trace!(target: "keybound_authorizer::keys", "own");
    });
    let messages: Vec<_> = lines.iter().map(|line| line["message"].as_str().unwrap()).collect();
    assert_eq!(messages, ["a warning", "own"]);
}

#[test]
fn decisions_are_for_information_and_faults_are_errors() {
    let fault = DecisionRecord { outcome: Outcome::Error, reason: "no_rules", ..record() };
    let lines = logged(LevelFilter::ERROR, || {
        record().log();
        fault.log();
    });
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["reason"], "no_rules");
    assert_eq!(lines[0]["level"], "ERROR");
    assert!(logged(LevelFilter::OFF, || fault.log()).is_empty());
}

#[test]
fn the_level_is_the_environments() {
    let level = |own: Option<&str>, lambdas: Option<&str>| {
        let (own, lambdas) = (own.map(str::to_owned), lambdas.map(str::to_owned));
        super::level(&move |name| match name {
            "KEYBOUND_LOG" => own.clone(),
            "AWS_LAMBDA_LOG_LEVEL" => lambdas.clone(),
            _ => None,
        })
    };
    assert_eq!(level(None, None), Ok(LevelFilter::INFO));
    assert_eq!(level(Some("warn"), Some("DEBUG")), Ok(LevelFilter::WARN));
    assert_eq!(level(Some("off"), None), Ok(LevelFilter::OFF));
    assert_eq!(level(None, Some("DEBUG")), Ok(LevelFilter::DEBUG));
    assert_eq!(level(None, Some("FATAL")), Ok(LevelFilter::ERROR));
    assert_eq!(level(Some("loud"), Some("DEBUG")), Err("KEYBOUND_LOG"));
    assert_eq!(level(None, Some("loud")), Err("AWS_LAMBDA_LOG_LEVEL"));
}
