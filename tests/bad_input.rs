//! Input that is missing, broken or hostile: a clear message, exit status 2, and the findings of everything else.

use std::time::{Duration, Instant};

use crate::command::{Done, SAFE, Scratch, UNSAFE, root};

/// No input of these sizes may take longer, in whatever build.
const PATIENCE: Duration = Duration::from_secs(20);

/// Lints a directory that holds a bad file and a template with a finding.
fn beside_a_finding(scratch: &Scratch, args: &[&str]) -> Done {
    scratch.write("good/request.vtl", UNSAFE);
    let begun = Instant::now();
    let done = scratch.run(&[&["lint", "--format", "concise"], args].concat());
    assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
    let lines: Vec<&str> = done.out.lines().filter(|line| line.starts_with("good/")).collect();
    assert_eq!(lines.len(), 1, "the other file's finding is lost: {done:?}");
    assert!(lines[0].starts_with("good/request.vtl:1:46: error[unescaped-input] "), "{}", lines[0]);
    done
}

fn fails(scratch: &Scratch, args: &[&str], said: &str) {
    let done = beside_a_finding(scratch, args);
    assert_eq!(done.status, 2, "{done:?}");
    assert!(done.err.contains(said), "`{said}` is not in: {}", done.err);
}

#[test]
fn a_missing_path() {
    fails(&Scratch::new(), &["absent.yaml", "good"], "absent.yaml: no such file or directory");
}

#[test]
#[cfg(unix)]
fn a_directory_and_a_file_without_permission() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = Scratch::new();
    let directory = scratch.write("closed/api.yaml", "x-amazon-apigateway").parent().unwrap().to_owned();
    let file = scratch.write("closed.yaml", "x-amazon-apigateway");
    let set = |mode: u32| {
        for path in [&directory, &file] {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
        }
    };
    set(0o000);
    let root_reads_it = std::fs::read_dir(&directory).is_ok();
    if root_reads_it {
        eprintln!("not run: this user reads what nobody may read");
    } else {
        fails(&scratch, &["."], "closed: cannot be read: ");
        fails(&scratch, &["."], "closed.yaml: cannot be read: ");
    }
    // Else the directory cannot be removed.
    set(0o755);
}

#[test]
#[cfg(unix)]
fn a_socket() {
    let scratch = Scratch::new();
    let _socket = std::os::unix::net::UnixListener::bind(scratch.path().join("api.yaml")).unwrap();
    fails(&scratch, &["api.yaml", "good"], "api.yaml: neither a file nor a directory");
}

#[test]
fn invalid_utf_8() {
    let scratch = Scratch::new();
    scratch.write("api.yaml", b"a: x-amazon-apigateway\nb: \"\xff\xfe\"\n");
    fails(&scratch, &["."], "api.yaml: is not UTF-8: byte 27 does not belong there");
}

#[test]
fn broken_yaml_that_holds_a_marker() {
    let scratch = Scratch::new();
    scratch.write("api.yaml", "x-amazon-apigateway-integration: [1, 2\nfoo: \"bar\n");
    fails(&scratch, &["."], "not valid YAML");
    let done = beside_a_finding(&scratch, &["."]);
    assert!(done.err.contains("api.yaml:2:"), "{}", done.err);
}

#[test]
fn broken_json_that_holds_a_marker() {
    let scratch = Scratch::new();
    scratch.write("api.json", "{\"x-amazon-apigateway-integration\": [1, 2, }");
    fails(&scratch, &["."], "api.json:1:");
}

#[test]
fn broken_files_without_a_marker_are_none_of_ours() {
    let scratch = Scratch::new();
    scratch.write("notes.yaml", b"a: [1, 2\nb: \"\xff\n");
    let done = beside_a_finding(&scratch, &["."]);
    assert_eq!(done.status, 1, "{done:?}");
    assert_eq!(done.err, "1 error in 1 integration of 1 file\n");
}

#[test]
fn a_file_of_50_megabytes() {
    let scratch = Scratch::new();
    let mut text = String::from("x-amazon-apigateway-integration: 1\n");
    text.push_str(&"# nothing to see here\n".repeat((50 << 20) / 22));
    scratch.write("api.yaml", text);
    fails(&scratch, &["."], "more than the 20971520 that are read");
}

#[test]
fn aliases_that_multiply() {
    let mut text = String::from("openapi: \"3.0.1\"\nx0: &x0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..10 {
        let below = format!("*x{}, ", level - 1).repeat(10);
        text.push_str(&format!("x{level}: &x{level} [{}]\n", below.trim_end_matches(", ")));
    }
    text.push_str(&crate::exit_status::openapi("never", SAFE).replace("openapi: \"3.0.1\"\n", ""));
    let scratch = Scratch::new();
    scratch.write("api.yaml", text.replace("type: aws\n", "type: aws\n        x: *x9\n"));
    fails(&scratch, &["."], "alias expansion gives more than ");
}

#[test]
fn a_template_of_300_kilobytes_of_brackets() {
    let brackets = "(".repeat(300_000);
    let scratch = Scratch::new();
    scratch.write("bad/request.vtl", &brackets);
    fails(&scratch, &["good", "bad/request.vtl"], "is no mapping template: it begins with `(`");
    for (begin, said) in [("#if(", "nesting is deeper than "), ("#set($x = ", "nesting is deeper than ")] {
        let scratch = Scratch::new();
        scratch.write("bad/request.vtl", format!("{begin}{brackets}"));
        let done = beside_a_finding(&scratch, &["good", "bad/request.vtl"]);
        // A template that does not parse is a finding, for the route that has it fails.
        assert_eq!(done.status, 1, "{begin}: {}", done.err);
        let line = done.out.lines().find(|line| line.starts_with("bad/")).expect("a finding");
        assert!(line.contains("error[broken-template]") && line.contains(said), "{line}");
    }
}

#[test]
fn nesting_in_every_host() {
    let scratch = Scratch::new();
    scratch.write("a.yaml", format!("x-amazon-apigateway: {}", "[".repeat(100_000)));
    scratch.write("b.json", format!("{{\"x-amazon-apigateway\": {}", "[".repeat(100_000)));
    scratch.write(
        "c.yaml",
        (0..2000).map(|n| format!("{}AWS::Serverless:\n", " ".repeat(n))).collect::<String>(),
    );
    let done = beside_a_finding(&scratch, &["."]);
    assert_eq!(done.status, 2);
    for name in ["a.yaml", "b.json", "c.yaml"] {
        assert!(done.err.contains(name), "{name} is not in: {}", done.err);
    }
}

#[test]
fn names_that_draw_on_the_screen() {
    let scratch = Scratch::new();
    let done = scratch.run(&["lint", "\u{1b}[31mred\u{1b}[0m.yaml"]);
    assert_eq!(done.status, 2);
    assert!(!done.err.contains('\u{1b}'), "{:?}", done.err);
}

#[test]
fn a_named_file_is_read_although_git_ignores_it() {
    let scratch = Scratch::with(&[(".gitignore", "cdk.out\n"), ("cdk.out/request.vtl", UNSAFE)]);
    std::fs::create_dir(scratch.path().join(".git")).unwrap();
    assert_eq!(scratch.run(&["lint", "."]).status, 0);
    assert_eq!(scratch.run(&["lint", "cdk.out"]).status, 1);
    assert_eq!(scratch.run(&["lint", "cdk.out/request.vtl"]).status, 1);
}

#[test]
fn the_repository_itself_is_no_failure() {
    let done = crate::command::run_in(root(), &["lint", "examples", "docs", "tests"]);
    assert_eq!(done.status, 1, "{}", done.err);
}
