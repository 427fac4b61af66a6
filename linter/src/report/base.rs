//! Paths as reports show them.

use std::path::{Component, Path, PathBuf};

/// The directory that reported paths are relative to.
#[derive(Clone, Debug, Default)]
pub struct Base(PathBuf);

impl Base {
    /// Paths under this directory are shown relative to it.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self(directory.into())
    }

    /// A path relative to the directory, with `/` between its parts on every system and without a leading `./`. A
    /// path elsewhere stays as it is.
    pub fn shown(&self, path: &Path) -> String {
        let inside = path.strip_prefix(&self.0).unwrap_or(path);
        let mut shown = String::new();
        for part in inside.components() {
            match part {
                Component::CurDir => continue,
                Component::RootDir => {
                    shown.push('/');
                    continue;
                }
                Component::Prefix(_) | Component::ParentDir | Component::Normal(_) => {}
            }
            if !shown.is_empty() && !shown.ends_with('/') {
                shown.push('/');
            }
            shown.push_str(&part.as_os_str().to_string_lossy());
        }
        if shown.is_empty() { ".".to_owned() } else { shown }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_with_slashes() {
        let base = Base::new("/home/dev/api");
        for (path, shown) in [
            ("/home/dev/api/stacks/orders.yaml", "stacks/orders.yaml"),
            ("/home/dev/api", "."),
            ("/home/dev/apis/x.yaml", "/home/dev/apis/x.yaml"),
            ("./x.yaml", "x.yaml"),
            ("a/./b.yaml", "a/b.yaml"),
            ("../other/x.yaml", "../other/x.yaml"),
        ] {
            assert_eq!(base.shown(Path::new(path)), shown);
        }
    }
}
