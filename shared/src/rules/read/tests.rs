#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::fmt::Write;
use std::path::{Path, PathBuf};

use super::*;

/// An environment in which `UNSET` is not.
fn environment(name: &str) -> Option<String> {
    let value = match name {
        "STAGE" => "prod",
        "ISSUER_HOST" => "tokens.example.com",
        "CLIENT" => "client",
        "API" => "a1b2c3d4e5",
        "EMPTY" => "",
        _ => return None,
    };
    Some(value.to_owned())
}

/// The files of `tests/rules/<folder>`.
fn files(folder: &str) -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules").join(folder);
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect()
}

/// The problems of a text, one a line.
fn told(text: &str) -> String {
    let (_, problems) = read(text, &environment);
    let mut told = String::new();
    for problem in problems {
        let level = if problem.level == Level::Warning { "warning: " } else { "" };
        write!(told, "{level}{problem}").unwrap();
        if let Some((_, place, what)) = &problem.related {
            write!(told, " ({place}: {what})").unwrap();
        }
        told.push('\n');
    }
    told
}

#[test]
fn probe() {
    for (path, text) in files("valid") {
        println!("== {}\n{}", path.file_name().unwrap().display(), told(&text));
    }
    for (path, text) in files("broken") {
        println!("== {}\n{}", path.file_name().unwrap().display(), told(&text));
    }
}
