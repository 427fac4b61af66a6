//! What docs/ci.md shows: its YAML is YAML, its commands are ones that the command takes, its hooks exist.

use std::fs;
use std::sync::Arc;

use clap::Parser;
use keybound_linter::cli::Arguments;
use keybound_linter::source::{Node, SourceFile, parse_documents};

use crate::command::root;

fn page() -> String {
    fs::read_to_string(root().join("docs/ci.md")).expect("the page")
}

/// The blocks of the page in a language; those without one are the shell's.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut open: Option<(&str, String)> = None;
    for line in page.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(language), None) => open = Some((language, String::new())),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some((_, text))) => text.push_str(&format!("{line}\n")),
            (None, None) => {}
        }
    }
    blocks.into_iter().filter(|(own, _)| *own == language).map(|(_, text)| text).collect()
}

fn yaml(name: &str, text: &str) -> Node {
    let documents = parse_documents(&Arc::new(SourceFile::new(name, text)));
    assert!(documents.errors.is_empty(), "{name}: {:?}\n{text}", documents.errors);
    documents.roots.into_iter().next().expect("a document")
}

/// Every text in a document.
fn texts(node: &Node) -> Vec<String> {
    let inner = node.members().iter().flat_map(|(_, value)| texts(value));
    let elements = node.elements().iter().flat_map(texts);
    node.as_str().map(str::to_owned).into_iter().chain(inner).chain(elements).collect()
}

/// The calls of `keybound` in a script, without what the shell does with their output.
fn calls(script: &str) -> Vec<Vec<String>> {
    let commands =
        script.split(['\n', ';']).flat_map(|line| line.split("&&")).flat_map(|line| line.split('|'));
    let words = commands.map(|command| {
        let words = command.split_whitespace().take_while(|word| !word.starts_with('>'));
        words.map(str::to_owned).collect::<Vec<_>>()
    });
    // The name alone is the name of a hook or a job.
    words.filter(|words| words.len() > 1 && words[0] == "keybound").collect()
}

#[test]
fn every_command_is_one_that_it_takes() {
    let page = page();
    let in_yaml =
        blocks(&page, "yaml").iter().flat_map(|block| texts(&yaml("docs/ci.md", block))).collect::<Vec<_>>();
    let scripts = in_yaml.into_iter().chain(blocks(&page, ""));
    let calls: Vec<Vec<String>> = scripts.flat_map(|script| calls(&script)).collect();
    assert!(calls.len() >= 6, "{calls:?}");
    for call in calls {
        assert!(Arguments::try_parse_from(&call).is_ok(), "{call:?}");
    }
    // What stands between backticks in the text counts too.
    for call in page.split('`').filter(|text| text.starts_with("keybound ") && !text.contains('\n')) {
        assert!(Arguments::try_parse_from(call.split(' ')).is_ok(), "{call}");
    }
    assert!(Arguments::try_parse_from(["keybound", "lint", "--no-such"]).is_err(), "the test can fail");
}

#[test]
fn the_page_names_the_hooks_that_there_are() {
    let hooks = fs::read_to_string(root().join(".pre-commit-hooks.yaml")).expect("the hooks");
    let hooks = yaml(".pre-commit-hooks.yaml", &hooks);
    let page = page();
    let mut languages = Vec::new();
    for hook in hooks.elements() {
        let text = |name: &str| hook.get(name).and_then(Node::as_str).expect("a text").to_owned();
        assert!(page.contains(&format!("| `{}` |", text("id"))), "{}", text("id"));
        assert!(Arguments::try_parse_from(text("entry").split(' ')).is_ok(), "{}", text("entry"));
        assert_eq!(hook.get("require_serial").and_then(Node::as_str), Some("true"));
        languages.push(text("language"));
    }
    assert_eq!(languages, ["rust", "python", "system"]);
}

#[test]
fn the_action_has_the_inputs_that_the_page_gives_it() {
    let action = fs::read_to_string(root().join("action.yml")).expect("the action");
    let action = yaml("action.yml", &action);
    let inputs = action.get("inputs").expect("inputs");
    let page = page();
    let mut given = 0;
    for block in blocks(&page, "yaml") {
        let workflow = yaml("docs/ci.md", &block);
        let Some(jobs) = workflow.get("jobs") else { continue };
        for step in
            jobs.members().iter().flat_map(|(_, job)| job.get("steps").expect("steps").elements().to_vec())
        {
            if step.get("uses").and_then(Node::as_str).is_some_and(|uses| uses.starts_with("OWNER/keybound@"))
            {
                for (name, _) in step.get("with").expect("inputs").members() {
                    assert!(inputs.get(name.as_str().expect("a name")).is_some(), "{name:?}");
                    given += 1;
                }
            }
        }
    }
    assert_eq!(given, 2);
}
