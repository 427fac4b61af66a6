//! Running the built command.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value as Json;
use tempfile::TempDir;

/// What the command did.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Done {
    /// Standard output as one JSON value.
    pub(crate) fn json(&self) -> Json {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("no JSON: {error}\n{self:?}"))
    }

    /// The lints that are named in a JSON report, in its order.
    pub(crate) fn lints(&self) -> Vec<String> {
        let report = self.json();
        let findings = report["findings"].as_array().expect("findings");
        findings.iter().map(|finding| finding["lint"].as_str().expect("a name").to_owned()).collect()
    }
}

/// The repository's root.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The command as a process of its own, with nothing of the environment that would change what it writes.
pub(crate) fn process(directory: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keybound"));
    command.current_dir(directory).args(args).env_clear().env("LC_ALL", "C.UTF-8");
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command
}

/// Runs the command in a directory, with `input` on its standard input.
pub(crate) fn run_with(directory: &Path, args: &[&str], input: &[u8]) -> Done {
    let mut command = process(directory, args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_vec();
    // The command answers while it reads, so a thread writes while we read.
    let writer = std::thread::spawn(move || _ = stdin.write_all(&input));
    let output = child.wait_with_output().expect("the command ends");
    writer.join().expect("the input is written");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the command writes UTF-8");
    Done {
        status: output.status.code().expect("the command exits by itself"),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

/// Runs the command in a directory.
pub(crate) fn run_in(directory: &Path, args: &[&str]) -> Done {
    run_with(directory, args, b"")
}

/// Runs the command in the repository's root.
pub(crate) fn run(args: &[&str]) -> Done {
    run_in(root(), args)
}

/// A directory with files, which goes with the value.
pub(crate) struct Scratch(TempDir);

impl Scratch {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().expect("a directory"))
    }

    /// A directory with these files.
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let scratch = Self::new();
        for (name, text) in files {
            scratch.write(name, text);
        }
        scratch
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file, with the directories above it.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a directory")).expect("the directory is made");
        std::fs::write(&path, content).expect("the file is written");
        path
    }

    pub(crate) fn run(&self, args: &[&str]) -> Done {
        run_in(self.path(), args)
    }
}

/// A request template with a proven finding of the lint `unescaped-input`.
pub(crate) const UNSAFE: &str = r#"{"TableName": "Orders", "Key": {"id": {"S": "$input.params('id')"}}}"#;

/// A request template without findings.
pub(crate) const SAFE: &str = r#"{"TableName": "Orders", "Key": {"id": {"S": "1"}}}"#;
