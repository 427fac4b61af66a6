//! The command on a terminal: colours, `NO_COLOR`, few columns, the bar of a long run.

use std::fs::File;
use std::io::Read;
use std::os::fd::OwnedFd;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use crate::command::{Scratch, UNSAFE, process};

/// What a command writes to a terminal of so many columns, standard output and error together.
fn on_terminal(columns: u16, command: &mut Command) -> String {
    watched_on_terminal(columns, command, |_| {})
}

/// The same, with something done to the command when it has begun.
fn watched_on_terminal(columns: u16, command: &mut Command, watch: impl FnOnce(&Child)) -> String {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&master).expect("a terminal of ours");
    unlockpt(&master).expect("an open terminal");
    let name = ptsname(&master, Vec::new()).expect("its name").into_string().expect("a plain name");
    let slave = File::options().read(true).write(true).open(name).expect("its other end");
    tcsetwinsize(&slave, Winsize { ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 })
        .expect("its size");
    let end = || OwnedFd::from(slave.try_clone().expect("another handle"));
    let mut child = command
        .env("TERM", "xterm-256color")
        .stdin(Stdio::null())
        .stdout(Stdio::from(end()))
        .stderr(Stdio::from(end()))
        .spawn()
        .expect("the command starts");
    watch(&child);
    // Reading ends when the last handle of the other end is closed, ours included.
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    drop(slave);
    let mut written = Vec::new();
    let mut master = File::from(master);
    let mut buffer = [0; 4096];
    // Linux says EIO, not end of file, when the other end is closed.
    while let Ok(read @ 1..) = master.read(&mut buffer) {
        written.extend_from_slice(&buffer[..read]);
    }
    child.wait().expect("the command ends");
    String::from_utf8(written).expect("UTF-8").replace("\r\n", "\n")
}

fn scratch() -> Scratch {
    Scratch::with(&[("request.vtl", UNSAFE)])
}

#[test]
fn colours_unless_no_color_says_no() {
    let scratch = scratch();
    let lint = || process(scratch.path(), &["lint"]);
    assert!(on_terminal(100, &mut lint()).contains('\u{1b}'));
    assert!(
        on_terminal(100, lint().env("NO_COLOR", "")).contains('\u{1b}'),
        "an empty NO_COLOR says nothing"
    );
    assert!(!on_terminal(100, lint().env("NO_COLOR", "1")).contains('\u{1b}'));
    let mut forced = process(scratch.path(), &["lint", "--color", "always"]);
    assert!(
        on_terminal(100, forced.env("NO_COLOR", "1")).contains('\u{1b}'),
        "an argument beats the environment"
    );
}

#[test]
fn few_columns() {
    let scratch = scratch();
    for columns in [40, 60, 80] {
        let mut lint = process(scratch.path(), &["lint"]);
        let text = on_terminal(columns, lint.env("NO_COLOR", "1"));
        assert!(text.contains("unescaped-input") && text.contains("\"TOTAL\""), "{columns}: {text}");
        for line in text.lines() {
            // A line to copy, such as curl's, is never broken.
            let copied = line.trim_start().starts_with("try: ") || line.contains("GET /?id=");
            let fits = line.chars().count() <= usize::from(columns);
            assert!(fits || copied, "{columns} columns: {line}\n{text}");
        }
    }
}

#[test]
fn pages_are_drawn() {
    let scratch = Scratch::new();
    let page = on_terminal(80, process(scratch.path(), &["explain", "passthrough"]).env("NO_COLOR", "1"));
    assert!(!page.contains("```") && page.contains("passthroughBehavior"), "{page}");
    // Code, which is indented, is never broken.
    assert!(page.lines().all(|line| line.chars().count() <= 80 || line.starts_with("    ")), "{page}");
}

/// Holds a command up for longer than a run may take without a bar.
fn hold_up(child: &Child) {
    let signal = |name: &str| {
        let status = Command::new("sh").args(["-c", &format!("kill -{name} {}", child.id())]).status();
        assert!(status.expect("a shell").success(), "{name}");
    };
    sleep(Duration::from_millis(30));
    signal("STOP");
    sleep(Duration::from_millis(1200));
    signal("CONT");
}

#[test]
fn a_long_run_shows_how_far_it_is_and_takes_it_back() {
    let scratch = Scratch::new();
    for number in 0..200 {
        scratch.write(&format!("{number:03}/request.vtl"), UNSAFE);
    }
    let lint = |more: &[&str]| process(scratch.path(), &[&["lint", "--format", "concise"], more].concat());
    let long = watched_on_terminal(100, lint(&[]).env("NO_COLOR", "1"), hold_up);
    // The summary names the number too, last.
    let (bar, after) = long.split_once("000/request.vtl").expect("a finding");
    assert!(bar.contains("of 200 integrations") && !bar.contains("of 0"), "{bar}");
    assert!(bar.ends_with("\u{1b}[2K"), "{bar:?}");
    assert!(!after.contains('\u{1b}'), "what is written afterwards is not drawn over");

    for quiet in ["--quiet", "--hook"] {
        let long = watched_on_terminal(100, lint(&[quiet]).env("NO_COLOR", "1"), hold_up);
        assert!(!long.contains('\u{1b}'), "{quiet}: {long:.200}");
    }
    // A log is no terminal.
    let child = lint(&[]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the command starts");
    hold_up(&child);
    let output = child.wait_with_output().expect("the command ends");
    let err = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(err, "200 errors in 200 integrations of 200 files\n");
}
