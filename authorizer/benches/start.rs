//! A cold start, and the memory of a warm function: keybound's `bootstrap` with bundled rules and keys, next to a
//! function on `lambda_runtime` that returns a constant.
//!
//! Both are started in turn, as often as `STARTS` says, behind the same emulated Runtime API. What Lambda does before it
//! starts a program is not in the figures.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a bench fails by panicking")]

#[path = "fixtures/cognito.rs"]
mod cognito;
#[path = "../tests/fixtures/events.rs"]
mod events;
#[path = "../tests/fixtures/lambda.rs"]
mod lambda;
#[path = "../tests/fixtures/signing.rs"]
mod signing;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::Value;

use cognito::{HELD, KID, RULES};
use lambda::Function;
use signing::{SigningKey, key_set};

/// How often each program is started.
const STARTS: usize = 40;
/// After how many invocations a warm function's memory is looked at.
const INVOCATIONS: usize = 1000;

/// What was seen of one run.
struct Run {
    /// From starting the process to its first response.
    start: Duration,
    /// The bytes resident after the first response.
    first: usize,
    /// The bytes resident after [`INVOCATIONS`].
    warm: usize,
}

fn main() {
    let bundle = tempfile::tempdir().unwrap();
    let key = SigningKey::rsa();
    let rules = bundle.path().join("keybound.yaml");
    std::fs::write(&rules, RULES).unwrap();
    std::fs::write(bundle.path().join("jwks.json"), key_set(&[key.jwk(KID, "RS256")])).unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let event = events::rest_token(&cognito::token(&key, "RS256", now), "GET/orders");

    let (constant, bootstrap) = (constant(), PathBuf::from(env!("CARGO_BIN_EXE_bootstrap")));
    let environment = [("KEYBOUND_RULES", rules.to_str().unwrap())];
    let measure = |program: &Path, grants: Option<&str>| run(program, &environment, &event, grants);
    // Once each unmeasured: the files are then in memory.
    let (_, _) = (measure(&constant, None), measure(&bootstrap, Some(HELD)));
    let (mut constants, mut bootstraps) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        constants.push(measure(&constant, None));
        bootstraps.push(measure(&bootstrap, Some(HELD)));
    }

    println!("medians of {STARTS} runs                   constant   bootstrap   ratio");
    row("start to first response, ms", &constants, &bootstraps, |run| run.start.as_secs_f64() * 1e3);
    row("resident after it, MB", &constants, &bootstraps, |run| run.first as f64 / 1e6);
    row("resident after 1000, MB", &constants, &bootstraps, |run| run.warm as f64 / 1e6);
    row("file, MB", &[&constant], &[&bootstrap], |path| path.metadata().unwrap().len() as f64 / 1e6);
}

/// Builds the other program, as this one is built.
fn constant() -> PathBuf {
    let cargo = Command::new(env!("CARGO"))
        .args(["build", "--release", "--package", "keybound-authorizer", "--example", "constant"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status();
    assert!(cargo.unwrap().success());
    Path::new(env!("CARGO_BIN_EXE_bootstrap")).with_file_name("examples").join("constant")
}

/// Starts a program, asks it as often as needed, and ends it. `grants` are those of a right answer.
fn run(program: &Path, environment: &[(&str, &str)], event: &Value, grants: Option<&str>) -> Run {
    let begin = Instant::now();
    let mut function = Function::start_program(program, environment, Box::new(()));
    let answer = function.invoke(event);
    let start = begin.elapsed();
    assert_eq!(answer.json()["context"]["grants"].as_str(), grants);
    let first = function.memory();
    for _ in 1..INVOCATIONS {
        function.invoke(event);
    }
    let warm = function.memory();
    function.stop();
    Run { start, first, warm }
}

/// Prints medians and their ratio.
fn row<T>(name: &str, constant: &[T], bootstrap: &[T], figure: impl Fn(&T) -> f64) {
    let median = |seen: &[T]| {
        let mut figures: Vec<f64> = seen.iter().map(&figure).collect();
        figures.sort_by(f64::total_cmp);
        figures[figures.len() / 2]
    };
    let (constant, bootstrap) = (median(constant), median(bootstrap));
    println!("{name:<38} {constant:>9.2} {bootstrap:>11.2} {:>7.2}", bootstrap / constant);
}
