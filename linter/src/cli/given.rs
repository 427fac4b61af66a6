//! `--stdin-filename NAME`: what an editor has and has not written yet.

use std::path::{Path, PathBuf};

use keybound_shared::Parts;

use super::{Streams, input};
use crate::access_rules::RulesChoice;
use crate::analysis::Settings;
use crate::api::discovery::GivenFile;
use crate::configuration::ConfigurationChoice;
use crate::finding::{ErrorPlace, RunError};
use crate::keybound_file::FILE_NAME;

/// Reads standard input for a file of this name, and has a run look at it.
pub(super) fn read(name: &Path, settings: &mut Settings, streams: &mut Streams<'_>) -> Result<(), RunError> {
    let path = name.strip_prefix("./").map_or_else(|_| name.to_owned(), Path::to_owned);
    let directory = path.parent().filter(|directory| !directory.as_os_str().is_empty());
    let failed = |message: &str| RunError {
        place: ErrorPlace::Path(path.clone()),
        message: message.to_owned(),
        help: Some("name the file that standard input is the content of".to_owned()),
    };
    if path.file_name().is_none() || path.is_dir() {
        return Err(failed("is no name of a file"));
    }
    if !directory.unwrap_or(Path::new(".")).is_dir() {
        return Err(failed("lies in no directory that there is"));
    }
    let text = input::read(&PathBuf::from("-"), streams.input)?;
    if path.file_name().is_some_and(|name| name == FILE_NAME) {
        // It is no definition: what is wrong with it is to be told, by whom it is for.
        let parts = Parts::of(&text);
        if parts.rules {
            settings.rules = RulesChoice::File(path.clone());
        }
        if parts.lint {
            settings.configuration = ConfigurationChoice::File(path.clone());
        }
    }
    settings.given = Some(GivenFile { path, text });
    Ok(())
}
