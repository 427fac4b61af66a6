//! What changed in the repositories of a run since a commit, by the `git` program.

mod git;
mod lines;
mod touched;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::finding::{ErrorPlace, RunError};
use crate::source::{HostSpan, SourceFile};

use git::{Git, State};
use lines::changed_lines;
pub use touched::{Held, Touched};

/// What changed since a commit, in the working trees that hold the paths of a run.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    repositories: BTreeMap<PathBuf, Repository>,
}

#[derive(Clone, Debug)]
struct Repository {
    git: Git,
    tracked: BTreeSet<PathBuf>,
    states: BTreeMap<PathBuf, State>,
}

impl Changes {
    /// What changed since a commit in the repositories that hold these paths.
    pub fn since(reference: &str, paths: &[PathBuf]) -> Result<Self, RunError> {
        let mut repositories = BTreeMap::new();
        for path in paths {
            let Some(directory) = directory_of(path) else { continue };
            // A repository is asked once, however many of its files are named.
            if repositories.keys().any(|root: &PathBuf| {
                directory.ancestors().find(|above| above.join(".git").exists()) == Some(root.as_path())
            }) {
                continue;
            }
            let failed = |message: String, help: &str| RunError {
                place: ErrorPlace::Path(path.clone()),
                message,
                help: Some(help.to_owned()),
            };
            let git = Git::of(&directory).map_err(|message| {
                failed(message, "`--changed-since` needs the `git` program and a repository")
            })?;
            let commit = git.commit(reference).map_err(|message| {
                failed(
                    message,
                    "name a commit, a branch or a tag that this repository has; a shallow clone lacks most",
                )
            })?;
            let read = git.tracked().and_then(|tracked| Ok((tracked, git.states(&commit)?)));
            let (tracked, states) =
                read.map_err(|message| failed(message, "see what `git status` says there"))?;
            repositories.insert(git.root().to_owned(), Repository { git, tracked, states });
        }
        Ok(Self { repositories })
    }

    /// The lines of a file that changed, from 1; none where nothing did. What git does not track counts as new.
    fn lines(&self, file: &SourceFile) -> Lines {
        let Ok(real) = fs::canonicalize(file.path()) else { return Lines::All };
        let Some((root, repository)) = self.repository(&real) else { return Lines::All };
        let Ok(within) = real.strip_prefix(root) else { return Lines::All };
        match repository.states.get(within) {
            None if repository.tracked.contains(within) => Lines::None,
            Some(State::Changed { from }) => match repository.git.blob(from) {
                Some(old) => Lines::These(changed_lines(&old, file.text())),
                None => Lines::All,
            },
            None | Some(State::New | State::Deleted) => Lines::All,
        }
    }

    /// Whether a file changed anywhere.
    fn is_changed(&self, path: &Path) -> bool {
        let Ok(real) = fs::canonicalize(path) else { return true };
        let Some((root, repository)) = self.repository(&real) else { return true };
        let within = real.strip_prefix(root).unwrap_or(&real);
        repository.states.contains_key(within) || !repository.tracked.contains(within)
    }

    /// Whether a file is gone that was in a directory or below it.
    fn has_deleted_below(&self, directory: &Path) -> bool {
        let Ok(real) = fs::canonicalize(directory) else { return false };
        let Some((root, repository)) = self.repository(&real) else { return false };
        let within = real.strip_prefix(root).unwrap_or(&real);
        repository
            .states
            .iter()
            .any(|(path, state)| matches!(state, State::Deleted) && path.starts_with(within))
    }

    /// The innermost repository that holds a path.
    fn repository(&self, real: &Path) -> Option<(&PathBuf, &Repository)> {
        let holding = self.repositories.iter().filter(|(root, _)| real.starts_with(root));
        holding.max_by_key(|(root, _)| root.components().count())
    }
}

/// Which lines of a file changed.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Lines {
    None,
    These(BTreeSet<usize>),
    All,
}

impl Lines {
    /// Whether a part of a file has one of them.
    fn touch(&self, file: &SourceFile, span: HostSpan) -> bool {
        match self {
            Self::None => false,
            Self::All => true,
            Self::These(lines) => {
                let first = file.position(span.start).line;
                // What ends with a line's break does not reach into the next.
                let end = if span.end > span.start { span.end - 1 } else { span.end };
                lines.range(first..=file.position(end).line.max(first)).next().is_some()
            }
        }
    }
}

/// The directory of a path, or the path itself; none where there is no such thing, which discovery tells.
fn directory_of(path: &Path) -> Option<PathBuf> {
    let real = fs::canonicalize(path).ok().or_else(|| {
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        fs::canonicalize(parent.unwrap_or(Path::new("."))).ok()
    })?;
    if real.is_dir() { Some(real) } else { real.parent().map(Path::to_owned) }
}
