//! Which files are linted, by patterns as in `.gitignore` that are relative to the file of settings.

use std::fs;
use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use keybound_shared::{LintSettings, Written};

/// Why a file is not linted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeftOut {
    /// This pattern excludes it.
    Excluded(Written<String>),
    /// No pattern includes it; the first is this.
    NotIncluded(Written<String>),
}

/// The patterns of a file of settings.
#[derive(Clone, Debug)]
pub(super) struct Paths {
    /// Where patterns begin; none where that cannot be known, so that none matches.
    root: Option<PathBuf>,
    include: Option<Patterns>,
    exclude: Patterns,
}

#[derive(Clone, Debug)]
struct Patterns {
    written: Vec<Written<String>>,
    /// One for each, so that it is known which one matched.
    compiled: Vec<Gitignore>,
}

impl Paths {
    /// The patterns of settings; `wrong` is told of those that cannot be read.
    pub(super) fn new(
        file: &Path,
        settings: &LintSettings,
        mut wrong: impl FnMut(&Written<String>, String),
    ) -> Self {
        let directory = file.parent().filter(|directory| !directory.as_os_str().is_empty());
        Self {
            root: fs::canonicalize(directory.unwrap_or(Path::new("."))).ok(),
            include: settings.include.as_ref().map(|patterns| Patterns::new(patterns, &mut wrong)),
            exclude: Patterns::new(&settings.exclude, &mut wrong),
        }
    }

    pub(super) fn leaves_out(&self, path: &Path) -> Option<LeftOut> {
        if self.include.is_none() && self.exclude.written.is_empty() {
            return None;
        }
        let below = self.below(path);
        if let Some(include) = &self.include
            && below.as_deref().and_then(|below| include.matching(below)).is_none()
        {
            return include.written.first().cloned().map(LeftOut::NotIncluded);
        }
        self.exclude.matching(below.as_deref()?).cloned().map(LeftOut::Excluded)
    }

    pub(super) fn included_by(&self, path: &Path) -> Option<&Written<String>> {
        self.include.as_ref()?.matching(&self.below(path)?)
    }

    /// The path as patterns see it; none for a file elsewhere. A file that is not there lies in its directory all the
    /// same: an editor may not have written it yet.
    fn below(&self, path: &Path) -> Option<PathBuf> {
        let root = self.root.as_ref()?;
        let real = fs::canonicalize(path).ok().or_else(|| {
            let directory = path.parent().filter(|directory| !directory.as_os_str().is_empty());
            Some(fs::canonicalize(directory.unwrap_or(Path::new("."))).ok()?.join(path.file_name()?))
        })?;
        Some(real.strip_prefix(root).ok()?.to_owned())
    }
}

impl Patterns {
    fn new(written: &[Written<String>], wrong: &mut impl FnMut(&Written<String>, String)) -> Self {
        let mut all = Self { written: Vec::new(), compiled: Vec::new() };
        for pattern in written {
            let mut builder = GitignoreBuilder::new("");
            let built = match builder.add_line(None, &pattern.value) {
                Ok(builder) => builder.build(),
                Err(error) => Err(error),
            };
            match built {
                Ok(compiled) => {
                    all.written.push(pattern.clone());
                    all.compiled.push(compiled);
                }
                Err(error) => wrong(pattern, error.to_string()),
            }
        }
        all
    }

    fn matching(&self, below: &Path) -> Option<&Written<String>> {
        let is_match = |compiled: &Gitignore| compiled.matched_path_or_any_parents(below, false).is_ignore();
        self.written.iter().zip(&self.compiled).find(|(_, compiled)| is_match(compiled)).map(|(w, _)| w)
    }
}

#[cfg(test)]
mod tests {
    use keybound_shared::Span;

    use super::*;

    fn written(patterns: &[&str]) -> Vec<Written<String>> {
        let one = |pattern: &&str| Written { value: (*pattern).to_owned(), span: Span::default() };
        patterns.iter().map(one).collect()
    }

    #[test]
    fn patterns_are_as_in_gitignore_and_relative_to_the_file() {
        let root = tempfile::tempdir().unwrap();
        let linted = |include: Option<&[&str]>, exclude: &[&str], path: &str| {
            let include = include.map(written);
            let settings = LintSettings { include, exclude: written(exclude), ..LintSettings::default() };
            let paths =
                Paths::new(&root.path().join("keybound.yaml"), &settings, |_, wrong| panic!("{wrong}"));
            paths.leaves_out(&root.path().join(path)).is_none()
        };
        std::fs::create_dir_all(root.path().join("apis/old")).unwrap();
        for (include, exclude, path, expected) in [
            (None, &[][..], "api.yaml", true),
            (None, &["*.draft.yaml"], "apis/x.draft.yaml", false),
            (None, &["*.draft.yaml"], "apis/x.yaml", true),
            (None, &["/old/"], "apis/old/x.yaml", true),
            (None, &["old/"], "apis/old/x.yaml", false),
            (None, &["apis/*/x.yaml"], "apis/old/x.yaml", false),
            (None, &["apis/*.yaml"], "apis/old/x.yaml", true),
            (None, &["apis/**"], "apis/old/x.yaml", false),
            (Some(&["apis/"][..]), &[], "apis/old/x.yaml", true),
            (Some(&["apis/"]), &[], "x.yaml", false),
            // What is excluded is, whatever includes it.
            (Some(&["apis/"]), &["apis/old"], "apis/old/x.yaml", false),
            // What lies elsewhere is below no pattern.
            (None, &["*.yaml"], "../x.yaml", true),
            (Some(&["*.yaml"]), &[], "../x.yaml", false),
        ] {
            assert_eq!(linted(include, exclude, path), expected, "{include:?} {exclude:?} {path}");
        }
    }
}
