//! The lints' pages hold what they say: every example of every page is linted.
//!
//! A fenced block says in its info string what it is: `vtl,bad,action=PutItem`, `vtl,good,response`, `yaml,bad`. Blocks
//! of other languages are prose. `yaml,rules` are access rules: the examples below it are held against them.

#![allow(clippy::panic, clippy::expect_used, reason = "a test says what is wrong by panicking")]

use std::collections::BTreeSet;
use std::path::Path;

use keybound_linter::analysis::{self, Settings};
use keybound_linter::finding::{Confidence, Run, Severity};
use keybound_linter::lints::LINTS;
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

/// Lints without a proof that counts: what one reports the model cannot follow, what another rests on nobody has recorded.
const WITHOUT_PROOF: [&str; 3] = ["client-settable-id", "undecided-template", "unproved-route"];

/// An example of a page.
struct Example {
    /// Its info string, for messages.
    info: String,
    /// The name of the file that holds it. The name tells the way that a template goes.
    file: &'static str,
    /// The action that a request template is for.
    action: Option<String>,
    /// Whether the page's lint must report it.
    bad: bool,
    /// Whether it can be reported as possible only.
    possible: bool,
    text: String,
    /// The access rules that stand above it on the page.
    rules: Option<String>,
}

impl Example {
    /// The example in a fenced block; none where the block's language is not one that is linted.
    fn read(info: &str, text: &str, rules: Option<&str>) -> Option<Self> {
        let mut words = info.split(',');
        let language = words.next().filter(|language| ["vtl", "yaml", "json"].contains(language))?;
        let bad = match words.next() {
            Some("bad") => true,
            Some("good") => false,
            other => panic!("`{info}`: the second word is `bad` or `good`, not {other:?}"),
        };
        let (file, action) = match (language, words.next()) {
            ("vtl", Some("response")) => ("response.vtl", None),
            ("vtl", Some(word)) => {
                let action =
                    word.strip_prefix("action=").expect("the third word is `response` or `action=…`");
                ("request.vtl", Some(action.to_owned()))
            }
            ("yaml", None) => ("definition.yaml", None),
            ("json", None) => ("definition.json", None),
            _ => panic!("`{info}` is no form of an example"),
        };
        let possible = match words.next() {
            Some("possible") => true,
            None => false,
            other => panic!("`{info}` has words that nothing reads: {other:?}"),
        };
        Some(Self {
            info: info.to_owned(),
            file,
            action,
            bad,
            possible,
            text: text.to_owned(),
            rules: rules.map(str::to_owned),
        })
    }

    fn lint(&self) -> Run {
        let directory = tempfile::tempdir().expect("a directory for the example");
        let path = directory.path().join(self.file);
        std::fs::write(&path, &self.text).expect("the example is written");
        if let Some(rules) = &self.rules {
            std::fs::write(directory.path().join("keybound.yaml"), rules).expect("the rules are written");
        }
        // With rules the whole directory is linted, as a run that looks at all of an API.
        let path = if self.rules.is_some() { directory.path().to_owned() } else { path };
        analysis::run(&[path], &Settings { action: self.action.clone(), ..Settings::default() })
    }
}

/// The examples of a page in order.
fn examples(page: &str) -> Vec<Example> {
    let mut examples = Vec::new();
    let mut open: Option<(String, String)> = None;
    let mut rules: Option<String> = None;
    for event in Parser::new(page) {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                open = Some((info.to_string(), String::new()));
            }
            Event::Text(text) => {
                if let Some((_, block)) = &mut open {
                    block.push_str(&text);
                }
            }
            Event::End(TagEnd::CodeBlock) => {
                let Some((info, text)) = open.take() else { continue };
                if info == "yaml,rules" {
                    rules = Some(text);
                } else {
                    examples.extend(Example::read(&info, &text, rules.as_deref()));
                }
            }
            _ => {}
        }
    }
    examples
}

/// What is wrong with an example of a lint's page, if anything is.
fn complaint(lint: &str, example: &Example) -> Option<String> {
    let run = example.lint();
    let found: Vec<String> = run
        .findings
        .iter()
        .map(|finding| format!("{} ({}): {}", finding.lint, finding.confidence.word(), finding.message))
        .collect();
    let of_this = || run.findings.iter().filter(|finding| finding.lint == lint);
    let wrong = if !run.errors.is_empty() {
        format!("cannot be read: {:?}", run.errors)
    } else if run.integrations == 0 {
        "holds no integration".to_owned()
    } else if !example.bad {
        // Notes of other lints are about what the example leaves out for being short.
        let counts = |severity: Severity, other: &str| severity > Severity::Note || other == lint;
        let faulty = run.findings.iter().any(|finding| counts(finding.severity, finding.lint));
        faulty.then(|| "is good, and has findings".to_owned())?
    } else if of_this().next().is_none() {
        "is bad, and has no finding of this lint".to_owned()
    } else if example.possible && of_this().any(|finding| finding.confidence == Confidence::Proven) {
        "is said to be possible, and is proven".to_owned()
    } else if !(example.possible || WITHOUT_PROOF.contains(&lint))
        && of_this().all(|finding| finding.confidence == Confidence::Possible)
    {
        "is bad, and nothing is proven".to_owned()
    } else {
        return None;
    };
    Some(format!("{lint}, `{}`: {wrong}\n{}\n{}", example.info, example.text, found.join("\n")))
}

#[test]
fn bad_examples_are_found_and_good_ones_are_not() {
    let complaints: Vec<String> = LINTS
        .iter()
        .flat_map(|lint| examples(lint.info.page).into_iter().map(|example| (lint.info.name, example)))
        .filter_map(|(lint, example)| complaint(lint, &example))
        .collect();
    assert!(complaints.is_empty(), "{} examples are wrong\n\n{}", complaints.len(), complaints.join("\n\n"));
}

#[test]
fn every_lint_has_a_bad_and_a_good_example() {
    for lint in LINTS {
        let examples = examples(lint.info.page);
        for bad in [true, false] {
            assert!(examples.iter().any(|example| example.bad == bad), "{}: bad {bad}", lint.info.name);
        }
    }
}

#[test]
fn names_are_kebab_case_sorted_and_unique() {
    let names: Vec<&str> = LINTS.iter().map(|lint| lint.info.name).collect();
    for name in &names {
        let words: Vec<&str> = name.split('-').collect();
        let is_word = |word: &&str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase());
        assert!(words.iter().all(is_word), "`{name}` is not kebab-case");
    }
    assert!(names.is_sorted_by(|a, b| a < b), "not sorted, or not unique: {names:?}");
}

#[test]
fn pages_open_with_the_name_and_summaries_are_one_line() {
    for lint in LINTS {
        let info = lint.info;
        let heading = info.page.lines().next();
        assert_eq!(heading, Some(format!("# {}", info.name).as_str()));
        let first = info.summary.chars().next().expect("a summary");
        assert!(!first.is_uppercase(), "{}: a summary begins in lower case", info.name);
        assert!(
            !info.summary.ends_with('.') && !info.summary.contains('\n'),
            "{}: {:?}",
            info.name,
            info.summary
        );
    }
}

/// What several lints share and what is no lint itself.
const BESIDE_LINTS: [&str; 1] = ["subject"];

#[test]
fn every_file_of_the_folder_is_in_the_list() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lints");
    let files: BTreeSet<String> = std::fs::read_dir(folder)
        .expect("the folder of the lints")
        .map(|entry| entry.expect("an entry").path())
        .filter_map(|path| Some(path.file_stem()?.to_str()?.replace('_', "-")))
        .filter(|name| !BESIDE_LINTS.contains(&name.as_str()))
        .collect();
    let listed: BTreeSet<String> = LINTS.iter().map(|lint| lint.info.name.to_owned()).collect();
    assert_eq!(files, listed);
}
