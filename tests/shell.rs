//! Completions and manual pages.

use std::process::Command;

use crate::command::run;

fn subcommands() -> Vec<String> {
    let help = run(&["--help"]).out;
    let (_, list) = help.split_once("Commands:").expect("a list of subcommands");
    let (list, _) = list.split_once("Options:").expect("options after it");
    let names = list.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names.filter_map(|line| Some(line.split_whitespace().next()?.to_owned())).collect()
}

/// The long options that a subcommand's help names.
fn options(subcommand: &str) -> Vec<String> {
    let help = run(&[subcommand, "--help"]).out;
    let words = help.split(|c: char| c.is_whitespace() || ",[]<>=".contains(c));
    let mut options: Vec<String> =
        words.filter(|word| word.starts_with("--") && word.len() > 2).map(str::to_owned).collect();
    options.sort();
    options.dedup();
    options
}

#[test]
fn every_shell_completes_every_subcommand() {
    let subcommands = subcommands();
    assert!(subcommands.len() >= 9 && subcommands.iter().any(|name| name == "lint"), "{subcommands:?}");
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let done = run(&["completions", shell]);
        assert_eq!((done.status, done.err.as_str()), (0, ""), "{shell}");
        for name in &subcommands {
            assert!(done.out.contains(name.as_str()), "{shell}: {name}");
        }
        assert!(done.out.contains("require-integrations"), "{shell}");
    }
    assert_eq!(run(&["completions", "tcsh"]).status, 2);
}

/// What bash offers, asked of bash itself.
#[cfg(unix)]
#[test]
fn bash_offers_what_there_is() {
    let scratch = crate::command::Scratch::with(&[("completions", &run(&["completions", "bash"]).out)]);
    let offered = |words: &str, at: usize| {
        // As bash calls it: the command, the word, and the word before it.
        let script = format!(
            "source ./completions; COMP_WORDS=({words}); COMP_CWORD={at}; \
             _keybound keybound \"${{COMP_WORDS[{at}]}}\" \"${{COMP_WORDS[{at} - 1]}}\"; \
             printf '%s\\n' \"${{COMPREPLY[@]}}\""
        );
        let output =
            Command::new("bash").args(["--norc", "-c", &script]).current_dir(scratch.path()).output();
        let output = output.expect("bash");
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(offered("keybound li", 1), ["lint"]);
    assert_eq!(offered("keybound lint --fail", 2), ["--fail-on"]);
    assert_eq!(offered("keybound lint --format sa", 3), ["sarif"]);
}

#[test]
fn manual_pages_name_every_option() {
    let page = run(&["man"]);
    assert_eq!((page.status, page.err.as_str()), (0, ""));
    assert!(page.out.contains(".TH keybound 1"), "{}", page.out);
    for name in subcommands() {
        assert!(page.out.contains(&format!("keybound\\-{name}(1)")), "{name}: {}", page.out);
        let page = run(&["man", &name]);
        assert_eq!((page.status, page.err.as_str()), (0, ""), "{name}");
        assert!(page.out.contains(&format!(".TH keybound-{name} 1")), "{}", page.out);
        // In roff a hyphen is written as `\\-`.
        let text = page.out.replace("\\-", "-");
        for option in options(&name) {
            assert!(text.contains(&option), "{name}: {option}: {text}");
        }
    }
}

#[test]
fn an_unknown_page_is_an_error() {
    let done = run(&["man", "lin\u{1b}t"]);
    assert_eq!(done.status, 2);
    assert!(done.err.contains("no subcommand") && done.err.contains("lint, map"), "{}", done.err);
    assert!(!done.err.contains('\u{1b}'));
}
