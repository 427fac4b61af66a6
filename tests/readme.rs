//! The README's `console` blocks: each command is run, and prints what stands below it.
//!
//! `...` on a line of its own stands for any number of lines. `KEYBOUND_UPDATE=1` writes the blocks anew, up to the
//! first such line.

use std::fs;

use crate::command::{root, run};

/// A command of a block and the lines below it.
#[derive(Clone, Debug)]
struct Session {
    command: String,
    printed: Vec<String>,
}

fn sessions(block: &str) -> Vec<Session> {
    let mut sessions: Vec<Session> = Vec::new();
    for line in block.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            sessions.push(Session { command: command.to_owned(), printed: Vec::new() });
        } else {
            sessions.last_mut().expect("a block begins with a command").printed.push(line.to_owned());
        }
    }
    sessions
}

/// What a terminal would show: standard output, then standard error, which is written last.
fn printed(command: &str) -> Vec<String> {
    let args: Vec<&str> = command.split(' ').collect();
    let (program, args) = args.split_first().expect("a program");
    assert_eq!(*program, "keybound", "{command}");
    let done = run(args);
    format!("{}{}", done.out, done.err).lines().map(|line| line.trim_end().to_owned()).collect()
}

/// Whether lines are as expected, `...` standing for any number of them.
fn fits(expected: &[String], printed: &[String]) -> bool {
    match expected.split_first() {
        None => printed.is_empty(),
        Some((line, rest)) if line == "..." => (0..=printed.len()).any(|from| fits(rest, &printed[from..])),
        Some((line, rest)) => printed.first() == Some(line) && fits(rest, &printed[1..]),
    }
}

fn renewed(session: &Session) -> Vec<String> {
    let printed = printed(&session.command);
    let Some(at) = session.printed.iter().position(|line| line == "...") else { return printed };
    let after = session.printed.len() - at - 1;
    let mut lines: Vec<String> = printed.iter().take(at).cloned().collect();
    lines.push("...".to_owned());
    lines.extend(printed.iter().skip(printed.len().saturating_sub(after)).cloned());
    lines
}

#[test]
fn commands_print_what_stands_below_them() {
    let path = root().join("README.md");
    let text = fs::read_to_string(&path).expect("the README");
    let mut renewed_text = String::new();
    let mut rest = text.as_str();
    let mut commands = 0;
    while let Some((before, after)) = rest.split_once("```console\n") {
        let (block, after) = after.split_once("```").expect("the block ends");
        renewed_text.push_str(before);
        renewed_text.push_str("```console\n");
        for session in sessions(block) {
            commands += 1;
            let lines = renewed(&session);
            renewed_text.push_str(&format!("$ {}\n", session.command));
            renewed_text.extend(lines.iter().map(|line| format!("{line}\n")));
            if std::env::var_os("KEYBOUND_UPDATE").is_none() {
                let printed = printed(&session.command);
                assert!(fits(&session.printed, &printed), "$ {}\n{}", session.command, printed.join("\n"));
            }
        }
        renewed_text.push_str("```");
        rest = after;
    }
    assert!(commands >= 2, "the README shows what the command prints");
    renewed_text.push_str(rest);
    if std::env::var_os("KEYBOUND_UPDATE").is_some_and(|value| value == "1") {
        fs::write(&path, renewed_text).expect("the README is written");
    }
}

#[test]
fn files_that_are_linked_exist() {
    for page in [
        "README.md",
        "CONTRIBUTING.md",
        "ARCHITECTURE.md",
        "SECURITY.md",
        "CHANGELOG.md",
        "docs/adopting.md",
        "docs/assumptions.md",
        "docs/ci.md",
        "docs/configuration.md",
        "docs/proving.md",
        "deploy/README.md",
        "deploy/cdk/README.md",
        "deploy/sam/README.md",
        "deploy/terraform/README.md",
        "examples/README.md",
        "examples/careless/links/README.md",
        "examples/careless/orders/README.md",
        "examples/careless/profile/README.md",
        "examples/links/README.md",
        "examples/orders/README.md",
    ] {
        let path = root().join(page);
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{page}: {error}"));
        for part in text.split("](").skip(1) {
            let target = part.split([')', '#']).next().expect("a target");
            if target.is_empty() || target.contains("://") {
                continue;
            }
            assert!(path.parent().unwrap().join(target).exists(), "{page} links to {target}");
        }
    }
}
