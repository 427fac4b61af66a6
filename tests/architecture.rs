//! The arrows between the linter's modules, as ARCHITECTURE.md has them: none goes anywhere else.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::command::root;

/// Each module and the modules that it may know.
const ARROWS: [(&str, &[&str]); 20] = [
    ("source", &[]),
    ("dynamodb", &[]),
    ("api", &["source"]),
    ("render", &["api"]),
    ("finding", &["source"]),
    ("proof", &["api", "render", "finding"]),
    ("baseline", &["finding", "source"]),
    ("keybound_file", &["finding", "source"]),
    ("changes", &["api", "finding", "keybound_file", "source"]),
    ("access_rules", &["finding", "keybound_file", "source"]),
    ("configuration", &["api", "finding", "keybound_file", "render", "source"]),
    ("permit", &["dynamodb"]),
    ("reach", &["access_rules", "api", "dynamodb", "finding", "render", "source"]),
    ("fix", &["api", "finding", "proof", "render", "source"]),
    (
        "lints",
        &[
            "access_rules",
            "api",
            "source",
            "dynamodb",
            "fix",
            "render",
            "reach",
            "permit",
            "proof",
            "finding",
        ],
    ),
    ("report", &["finding", "source"]),
    ("suppression", &["api", "finding", "lints", "source"]),
    (
        "analysis",
        &[
            "access_rules",
            "api",
            "changes",
            "configuration",
            "keybound_file",
            "source",
            "dynamodb",
            "render",
            "reach",
            "proof",
            "lints",
            "finding",
            "suppression",
        ],
    ),
    ("draft_rules", &["access_rules", "api", "dynamodb", "finding", "reach", "render"]),
    (
        "cli",
        &[
            "access_rules",
            "analysis",
            "api",
            "baseline",
            "changes",
            "configuration",
            "draft_rules",
            "fix",
            "keybound_file",
            "source",
            "lints",
            "finding",
            "report",
        ],
    ),
];

/// The Rust files of a module.
fn files(module: &str) -> Vec<PathBuf> {
    let source = root().join("linter/src");
    let mut files = vec![source.join(format!("{module}.rs"))];
    let mut folders = vec![source.join(module)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files
}

/// The modules that a file names after `crate::`.
fn named(file: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(file).expect("a source file");
    let after = text.split("crate::").skip(1);
    after.map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()).collect()
}

#[test]
fn modules_know_only_those_below_them() {
    for (module, known) in ARROWS {
        // A test may look at its module from above.
        for file in files(module).into_iter().filter(|file| !file.ends_with("tests.rs")) {
            for other in named(&file) {
                let is_module = ARROWS.iter().any(|(name, _)| *name == other);
                let allowed = other == module || known.contains(&other.as_str());
                assert!(!is_module || allowed, "{} knows `{other}`", file.display());
            }
        }
    }
}

#[test]
fn every_module_has_its_arrows() {
    let library = fs::read_to_string(root().join("linter/src/lib.rs")).expect("the library's root");
    let modules: BTreeSet<&str> = library
        .lines()
        .filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod ")?.strip_suffix(';'))
        .collect();
    assert_eq!(modules, ARROWS.iter().map(|(name, _)| *name).collect());
}

#[test]
fn arrows_run_one_way() {
    let mut below: BTreeSet<&str> = BTreeSet::new();
    // Each module may know only those that come before it in the table.
    for (module, known) in ARROWS {
        assert!(known.iter().all(|other| below.contains(other)), "{module}");
        below.insert(module);
    }
}

#[test]
fn crates_know_only_those_below_them() {
    for (manifest, forbidden) in [
        ("Cargo.toml", &["keybound-authorizer.workspace", "keybound-gateway.workspace"][..]),
        ("linter/Cargo.toml", &["keybound-authorizer", "keybound-gateway"]),
        ("vtl/Cargo.toml", &["keybound-linter", "keybound-shared", "keybound-authorizer"]),
        ("shared/Cargo.toml", &["keybound-linter", "keybound-vtl", "keybound-authorizer"]),
        ("authorizer/Cargo.toml", &["keybound-linter", "keybound-vtl"]),
    ] {
        let text = fs::read_to_string(root().join(manifest)).expect("a manifest");
        let own = format!("name = \"keybound-{}\"", manifest.trim_end_matches("/Cargo.toml"));
        let text = text.replace(&own, "");
        for name in forbidden {
            assert!(!text.contains(name), "{manifest} names {name}");
        }
    }
}
