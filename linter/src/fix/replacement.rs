//! Writing a file that there is.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Replaces a file's text, whole or not at all: a reader never sees half of it. Permissions stay; a symbolic link stays,
/// and the file that it leads to is replaced if it lies in the same repository. Nothing is written over what somebody
/// changed in the meantime.
pub fn replace(path: &Path, old: &str, new: &str) -> Result<(), String> {
    let target = target(path)?;
    let failed = |error: std::io::Error| format!("cannot be written: {error}");
    let permissions = fs::metadata(&target).map_err(failed)?.permissions();
    if permissions.readonly() {
        return Err("is not written: it is read-only".to_owned());
    }
    let directory = target.parent().ok_or("lies in no directory")?;
    let mut file = tempfile::Builder::new().prefix(".keybound-").tempfile_in(directory).map_err(failed)?;
    file.write_all(new.as_bytes()).map_err(failed)?;
    file.as_file().set_permissions(permissions).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    if fs::read(&target).map_err(failed)? != old.as_bytes() {
        return Err("is not written: it has changed since it was read".to_owned());
    }
    file.persist(&target).map_err(|error| failed(error.error))?;
    Ok(())
}

/// The file that a path leads to, if it lies in the repository that the path is in, or, outside of one, in its directory.
fn target(path: &Path) -> Result<PathBuf, String> {
    let failed = |error: std::io::Error| format!("cannot be written: {error}");
    let target = fs::canonicalize(path).map_err(failed)?;
    let directory = path.parent().filter(|directory| !directory.as_os_str().is_empty());
    let directory = fs::canonicalize(directory.unwrap_or(Path::new("."))).map_err(failed)?;
    let tree = directory.ancestors().find(|above| above.join(".git").exists()).unwrap_or(&directory);
    if target.starts_with(tree) {
        Ok(target)
    } else {
        Err("is not written: it is a link that leads out of the repository".to_owned())
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn permissions_and_links_stay() {
        let directory = tempfile::tempdir().unwrap();
        let (file, link) = (directory.path().join("a.yaml"), directory.path().join("link.yaml"));
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        symlink("a.yaml", &link).unwrap();
        assert_eq!(replace(&link, "old", "new"), Ok(()));
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        // Nothing is left beside them.
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 2);
    }

    #[test]
    fn a_link_out_of_the_repository_is_not_followed() {
        let directory = tempfile::tempdir().unwrap();
        let (outside, repository) =
            (directory.path().join("outside.yaml"), directory.path().join("repository"));
        fs::create_dir_all(repository.join(".git")).unwrap();
        fs::write(&outside, "old").unwrap();
        symlink("../outside.yaml", repository.join("a.yaml")).unwrap();
        assert!(
            replace(&repository.join("a.yaml"), "old", "new").unwrap_err().contains("out of the repository")
        );
        assert_eq!(fs::read_to_string(&outside).unwrap(), "old");
    }

    #[test]
    fn what_is_read_only_or_was_changed_stays() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("a.yaml");
        fs::write(&file, "other").unwrap();
        assert!(replace(&file, "old", "new").unwrap_err().contains("has changed"));
        fs::set_permissions(&file, fs::Permissions::from_mode(0o440)).unwrap();
        assert!(replace(&file, "other", "new").unwrap_err().contains("read-only"));
        assert_eq!(fs::read_to_string(&file).unwrap(), "other");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }
}
