//! Files that arguments name, and standard input for `-`.

use std::io::{BufRead, Read};
use std::path::Path;

use crate::finding::{ErrorPlace, RunError};

/// Bytes of a file: far more than API Gateway takes.
const MAX_FILE: u64 = 32 << 20;

/// Reads a file, or standard input for `-`.
pub(super) fn read(path: &Path, input: &mut dyn BufRead) -> Result<String, RunError> {
    let failed = |message| failure(path, message);
    let mut bytes = Vec::new();
    let limited = if is_standard_input(path) {
        input.take(MAX_FILE + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(MAX_FILE + 1).read_to_end(&mut bytes))
    };
    limited.map_err(|error| failed(format!("cannot be read: {error}")))?;
    if u64::try_from(bytes.len()).is_ok_and(|len| len > MAX_FILE) {
        return Err(failed(format!("is over {MAX_FILE} bytes")));
    }
    String::from_utf8(bytes)
        .map_err(|error| failed(format!("is not UTF-8 after byte {}", error.utf8_error().valid_up_to())))
}

/// A failure with a file, or with standard input.
pub(super) fn failure(path: &Path, message: String) -> RunError {
    RunError { place: ErrorPlace::Path(shown(path).to_owned()), message, help: None }
}

/// The path as people are shown it.
pub(super) fn shown(path: &Path) -> &Path {
    if is_standard_input(path) { Path::new("standard input") } else { path }
}

pub(super) fn is_standard_input(path: &Path) -> bool {
    path == Path::new("-")
}
