//! A baseline as JSON.

use std::cmp::Ordering;
use std::fs;
use std::io::{self, Write};
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::finding::{Confidence, ErrorPlace, Finding, Fingerprint, RunError};
use crate::source::{HostSpan, SourceFile};

/// The version of the form.
const VERSION: u64 = 1;

/// The largest file that is read: a finding takes some 300 bytes.
const MAX_BYTES: u64 = 64 << 20;

/// Findings that are known, all alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The file, from the baseline's directory.
    pub file: String,
    /// The lint.
    pub lint: String,
    /// The route, for people.
    pub route: Option<String>,
    /// What is found.
    pub message: String,
    /// How sure.
    #[serde(serialize_with = "word", deserialize_with = "confidence")]
    pub confidence: Confidence,
    /// What it is about.
    #[serde(serialize_with = "hexadecimal", deserialize_with = "fingerprint")]
    pub fingerprint: Fingerprint,
    /// How many there are.
    pub count: NonZeroU32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form<T> {
    #[serde(deserialize_with = "version")]
    version: u64,
    findings: T,
}

impl Entry {
    /// The entry of one finding in a file of this name.
    pub(super) fn of(finding: &Finding, file: String) -> Self {
        Self {
            file,
            lint: finding.lint.to_owned(),
            route: finding.route.clone(),
            message: finding.message.clone(),
            confidence: finding.confidence,
            fingerprint: Fingerprint::of(finding),
            count: NonZeroU32::MIN,
        }
    }

    /// The order in the file, by what people read first.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        let key = |entry: &'_ Self| (entry.fingerprint, entry.confidence);
        (&self.file, &self.lint, &self.route, &self.message)
            .cmp(&(&other.file, &other.lint, &other.route, &other.message))
            .then_with(|| key(self).cmp(&key(other)))
    }
}

pub(super) fn text(path: &Path) -> Result<String, RunError> {
    let read = || {
        let metadata = fs::metadata(path)?;
        if !metadata.is_file() {
            return Err(io::Error::other("it is no file"));
        }
        if metadata.len() > MAX_BYTES {
            return Err(io::Error::other(format!("it has more than {MAX_BYTES} bytes")));
        }
        fs::read_to_string(path)
    };
    read().map_err(|error| {
        let missing = error.kind() == io::ErrorKind::NotFound;
        let help = "write it with `--write-baseline`, or name another one";
        failure(path, format!("cannot be read: {error}"), missing.then_some(help))
    })
}

/// The entries of a baseline's text.
pub(super) fn entries(file: &Arc<SourceFile>) -> Result<Vec<Entry>, RunError> {
    let form: Form<Vec<Entry>> = serde_json::from_str(file.text()).map_err(|error| {
        let shown = error.to_string();
        let place = format!(" at line {} column {}", error.line(), error.column());
        let wrong = shown.strip_suffix(&place).unwrap_or(&shown);
        let at = byte_of(file, error.line(), error.column());
        RunError {
            place: ErrorPlace::Span(Arc::clone(file), HostSpan::new(at, at)),
            message: format!("is no baseline: {wrong}"),
            help: Some("write it anew with `--write-baseline` once it is moved away".to_owned()),
        }
    })?;
    Ok(form.findings)
}

/// The byte at a line and a column as serde_json counts them: bytes from 1, 0 for the end of the line before.
fn byte_of(file: &SourceFile, line: usize, column: usize) -> usize {
    let start = file.line(line).map_or(0, |line| line.start);
    let at = (start + column.saturating_sub(1)).min(file.text().len());
    (0..=at).rev().find(|at| file.text().is_char_boundary(*at)).unwrap_or(0)
}

/// Writes a baseline beside its place and moves it there, so that no one ever reads half of it.
pub(super) fn write(path: &Path, entries: &[Entry]) -> Result<(), RunError> {
    let write = || -> io::Result<()> {
        // Where the name is a link, what it leads to is written.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let directory = path.parent().filter(|directory| !directory.as_os_str().is_empty());
        let mut builder = tempfile::Builder::new();
        if let Ok(metadata) = fs::metadata(&path) {
            builder.permissions(metadata.permissions());
        } else {
            #[cfg(unix)]
            builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        }
        let mut file =
            builder.prefix(".keybound-baseline").tempfile_in(directory.unwrap_or(Path::new(".")))?;
        serde_json::to_writer_pretty(&mut file, &Form { version: VERSION, findings: entries })?;
        file.write_all(b"\n")?;
        file.as_file().sync_all()?;
        file.persist(&path).map_err(|error| error.error)?;
        Ok(())
    };
    write().map_err(|error| failure(path, format!("cannot be written: {error}"), None))
}

fn failure(path: &Path, message: String, help: Option<&str>) -> RunError {
    RunError { place: ErrorPlace::Path(path.to_owned()), message, help: help.map(str::to_owned) }
}

fn version<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    match u64::deserialize(from)? {
        VERSION => Ok(VERSION),
        other => Err(de::Error::custom(format!("`version` must be {VERSION}, found {other}"))),
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde's form")]
fn word<S: serde::Serializer>(confidence: &Confidence, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(confidence.word())
}

fn confidence<'de, D: Deserializer<'de>>(from: D) -> Result<Confidence, D::Error> {
    let word = String::deserialize(from)?;
    let known = [Confidence::Proven, Confidence::Possible];
    let found = known.into_iter().find(|known| known.word() == word);
    found.ok_or_else(|| de::Error::custom("`confidence` must be `proven` or `possible`"))
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde's form")]
fn hexadecimal<S: serde::Serializer>(print: &Fingerprint, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(print)
}

fn fingerprint<'de, D: Deserializer<'de>>(from: D) -> Result<Fingerprint, D::Error> {
    let text = String::deserialize(from)?;
    text.parse().map_err(|()| de::Error::custom("`fingerprint` must be 32 hexadecimal digits"))
}
