//! Real templates against what attacks on Velocity 1.7 showed of each.
//!
//! The templates and their labels are third parties' text and lie beside the repository, in `shared/corpus`, where they
//! lie at all; `KEYBOUND_ORACLE` names another folder. In `templates.tsv` the columns `id`, `direction`, `action` and
//! `oracle` are read, and the texts are `templates/<id>.req.vtl`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::command::{root, run_in};

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

/// Templates whose label misses an attack: the payloads behind the labels send no JSON in a JSON text in a JSON text
/// (0157), and no names of members that break out (0448). The proofs of both hold on reading.
const MISSED: [&str; 2] = ["0157", "0448"];

/// The surest that is said of an injection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    Nothing,
    Possible,
    Proven,
}

fn verdict(folder: &Path, template: &str, action: &str) -> Verdict {
    let mut args = vec!["lint", "--format", "json", template];
    if !action.is_empty() {
        args.extend(["--action", action]);
    }
    let report = run_in(folder, &args).json();
    let findings = report["findings"].as_array().expect("findings").iter();
    let injections =
        findings.filter(|finding| INJECTIONS.contains(&finding["lint"].as_str().expect("a name")));
    let verdicts = injections
        .map(|finding| if finding["confidence"] == "proven" { Verdict::Proven } else { Verdict::Possible });
    verdicts.max().unwrap_or(Verdict::Nothing)
}

#[test]
fn what_attacks_showed_is_proven_and_nothing_else() {
    let folder =
        std::env::var_os("KEYBOUND_ORACLE").map_or_else(|| root().join("../shared/corpus"), PathBuf::from);
    let Ok(table) = fs::read_to_string(folder.join("templates.tsv")) else {
        eprintln!("not run: no templates.tsv in {}; KEYBOUND_ORACLE names another folder", folder.display());
        return;
    };
    let mut lines = table.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let head = lines.next().expect("a head");
    let column = |name: &str| head.iter().position(|column| *column == name).expect("a column");
    let (id, direction, action, oracle) =
        (column("id"), column("direction"), column("action"), column("oracle"));
    let mut counts: BTreeMap<(String, Verdict), usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for row in lines.filter(|row| row.get(direction) == Some(&"req")) {
        let template = format!("templates/{}.req.vtl", row[id]);
        let (verdict, label) = (verdict(&folder, &template, row[action]), row[oracle]);
        *counts.entry((label.to_owned(), verdict)).or_default() += 1;
        let injects = label.split(',').any(|label| label == "inject");
        let clean = label == "clean" && !MISSED.contains(&row[id]);
        if (injects && verdict != Verdict::Proven) || (clean && verdict == Verdict::Proven) {
            wrong.push(format!("{template} ({}): {label}, and {verdict:?}", row[action]));
        }
    }
    for ((label, verdict), count) in &counts {
        println!("{count:4} {label}: {verdict:?}");
    }
    assert!(wrong.is_empty(), "{} templates are judged wrongly\n{}", wrong.len(), wrong.join("\n"));
}
