//! The `git` program, asked so that neither a repository's settings nor the names in it make it do anything else.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A working tree.
#[derive(Clone, Debug)]
pub(super) struct Git {
    root: PathBuf,
}

/// How a file of the working tree stands to a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Not there then.
    New,
    /// Not there any more.
    Deleted,
    /// Another content than this object's, which may have had another name.
    Changed {
        /// The object's id.
        from: String,
    },
}

/// What is taken out of the environment: a hook's variables name another repository or index than the one asked about.
const UNSET: [&str; 8] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_EXTERNAL_DIFF",
    "GIT_DIFF_OPTS",
    "GIT_CONFIG_PARAMETERS",
    "GIT_TRACE",
];

impl Git {
    /// The working tree that holds a directory.
    pub(super) fn of(directory: &Path) -> Result<Self, String> {
        let shown = run(directory, &["rev-parse".into(), "--show-toplevel".into()])?;
        let line = shown.strip_suffix(b"\n").unwrap_or(&shown);
        if line.is_empty() {
            return Err("is in a repository without a working tree".to_owned());
        }
        let root = path_of(line);
        Ok(Self { root: std::fs::canonicalize(&root).unwrap_or(root) })
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The id of a commit by whatever names it.
    pub(super) fn commit(&self, reference: &str) -> Result<String, String> {
        let unknown = || format!("its repository has no commit `{}`", reference.escape_debug());
        if reference.is_empty() || reference.starts_with('-') {
            return Err(unknown());
        }
        let name: OsString = format!("{reference}^{{commit}}").into();
        let args = ["rev-parse".into(), "--verify".into(), "--quiet".into(), "--end-of-options".into(), name];
        let found = run(&self.root, &args).map_err(|_| unknown())?;
        let id = String::from_utf8(found).map_err(|_| unknown())?.trim().to_owned();
        if is_id(&id) { Ok(id) } else { Err(unknown()) }
    }

    /// The files that git tracks, from the root.
    pub(super) fn tracked(&self) -> Result<BTreeSet<PathBuf>, String> {
        let listed = run(&self.root, &["ls-files".into(), "-z".into()])?;
        Ok(listed.split(|byte| *byte == 0).filter(|name| !name.is_empty()).map(path_of).collect())
    }

    /// The files that differ from a commit, from the root.
    pub(super) fn states(&self, commit: &str) -> Result<BTreeMap<PathBuf, State>, String> {
        let flags = [
            "diff",
            "--raw",
            "-z",
            "--no-abbrev",
            "--find-renames",
            "--no-ext-diff",
            "--no-textconv",
            "--no-color",
            "--ignore-submodules=all",
            "--no-relative",
            commit,
            "--",
        ];
        let listed = run(&self.root, &flags.map(OsString::from))?;
        Ok(states_in(&listed))
    }

    /// The content of an object; none where it is not here or no text.
    pub(super) fn blob(&self, id: &str) -> Option<String> {
        if !is_id(id) {
            return None;
        }
        let content = run(&self.root, &["cat-file".into(), "blob".into(), id.into()]).ok()?;
        String::from_utf8(content).ok()
    }
}

/// What `git diff --raw -z` lists: `:mode mode id id status`, then the name, or the old and the new name.
fn states_in(listed: &[u8]) -> BTreeMap<PathBuf, State> {
    let mut states = BTreeMap::new();
    let mut fields = listed.split(|byte| *byte == 0);
    while let Some(head) = fields.next().filter(|head| !head.is_empty()) {
        let head = String::from_utf8_lossy(head).into_owned();
        let words: Vec<&str> = head.trim_start_matches(':').split(' ').collect();
        let [_, _, from, _, status] = words.as_slice() else { break };
        let Some(name) = fields.next() else { break };
        let state = match status.as_bytes().first() {
            Some(b'R' | b'C') => {
                // The first name is the old one; a file that was renamed is gone there.
                if status.starts_with('R') {
                    states.insert(path_of(name), State::Deleted);
                }
                let Some(new) = fields.next() else { break };
                states.insert(path_of(new), State::Changed { from: (*from).to_owned() });
                continue;
            }
            Some(b'M') => State::Changed { from: (*from).to_owned() },
            Some(b'D') => State::Deleted,
            _ => State::New,
        };
        states.insert(path_of(name), state);
    }
    states
}

fn is_id(text: &str) -> bool {
    (40..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(unix)]
fn path_of(name: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(OsStr::from_bytes(name))
}

#[cfg(not(unix))]
fn path_of(name: &[u8]) -> PathBuf {
    PathBuf::from(OsStr::new(&*String::from_utf8_lossy(name)))
}

/// What git answers in a directory. No pager, no hook, no monitor, no fetch of what a partial clone lacks.
fn run(directory: &Path, args: &[OsString]) -> Result<Vec<u8>, String> {
    let mut command = Command::new("git");
    command.arg("-C").arg(directory).args(["--no-pager", "-c", "core.fsmonitor=false"]).args(args);
    UNSET.iter().for_each(|name| _ = command.env_remove(name));
    command.env("GIT_OPTIONAL_LOCKS", "0").env("GIT_NO_LAZY_FETCH", "1").env("GIT_TERMINAL_PROMPT", "0");
    command.env("LC_ALL", "C").stdin(Stdio::null());
    let done = command.output().map_err(|error| format!("`git` cannot be run: {error}"))?;
    if done.status.success() {
        return Ok(done.stdout);
    }
    let said = String::from_utf8_lossy(&done.stderr);
    let said = said.lines().find(|line| !line.trim().is_empty()).unwrap_or("it says nothing");
    let said = said.trim_start_matches("fatal: ");
    if said.starts_with("not a git repository") {
        return Err("is in no git repository".to_owned());
    }
    Err(format!("`git {}` failed: {said}", args.first().map(|arg| arg.to_string_lossy()).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_lists_is_read_whatever_the_names_hold() {
        let (a, b) = ("a".repeat(40), "0".repeat(40));
        let listed = format!(
            ":100644 100644 {a} {b} M\0x\n:y.yaml\0:000000 100644 {b} {a} A\0new\0:100644 000000 {a} {b} D\0old\0\
             :100644 100644 {a} {b} R090\0before\0after\0:120000 100644 {a} {b} T\0link\0"
        );
        let states = states_in(listed.as_bytes());
        let changed = State::Changed { from: a };
        let expected = [
            ("after", changed.clone()),
            ("before", State::Deleted),
            ("link", State::New),
            ("new", State::New),
            ("old", State::Deleted),
            ("x\n:y.yaml", changed),
        ];
        let found: Vec<_> =
            states.iter().map(|(path, state)| (path.to_str().unwrap(), state.clone())).collect();
        assert_eq!(found, expected);
        assert!(states_in(b"").is_empty());
        assert!(states_in(b":100644\0x\0").is_empty());
    }
}
