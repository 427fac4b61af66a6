//! Where the rules are read from: a file of the deployment, or an extension of Lambda on this machine.

mod extension;

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use extension::Extension;
pub use extension::{ExtensionAddressError, ExtensionError};

/// Where the rules are, unless `KEYBOUND_RULES` says otherwise: in the deployment's bundle.
pub const DEFAULT: &str = "/var/task/keybound.yaml";
/// Where a deployment's bundle is, unless `LAMBDA_TASK_ROOT` says otherwise.
const TASK_ROOT: &str = "/var/task";
/// The most bytes of a rules file (as many as `keybound policy` takes), and of a key set beside it.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;

/// Where the rules are read from.
pub struct RulesSource {
    place: Place,
    /// Where files are that the rules name.
    directory: PathBuf,
}

enum Place {
    File(PathBuf),
    Extension(Box<Extension>),
}

/// Why there is nothing to read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The operating system says so.
    #[error("cannot read `{path}`: {cause}")]
    File {
        /// Which file.
        path: String,
        /// What the operating system says.
        cause: String,
    },
    /// It is larger than a megabyte.
    #[error("`{path}` is larger than {MAX_BYTES} bytes")]
    TooLarge {
        /// Which file or address.
        path: String,
    },
    /// The extension does not answer with rules.
    #[error("cannot read the rules from `{address}`: {cause}")]
    Extension {
        /// The address, as `KEYBOUND_RULES` has it.
        address: String,
        /// What went wrong.
        cause: ExtensionError,
    },
}

impl RulesSource {
    /// The source that the environment names in `KEYBOUND_RULES`: a path, or an `http` address of the AppConfig
    /// extension (`http://localhost:2772/applications/…`) or of the Parameters and Secrets extension
    /// (`http://localhost:2773/systemsmanager/parameters/get?name=…`, `…/secretsmanager/get?secretId=…`).
    ///
    /// # Errors
    ///
    /// An address that is none of these.
    pub fn of_environment(
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, ExtensionAddressError> {
        let named = environment("KEYBOUND_RULES").unwrap_or_else(|| DEFAULT.to_owned());
        if named.contains("://") {
            let place = Box::new(Extension::parse(&named, environment("AWS_SESSION_TOKEN"))?);
            let directory = environment("LAMBDA_TASK_ROOT").unwrap_or_else(|| TASK_ROOT.to_owned());
            return Ok(Self { place: Place::Extension(place), directory: directory.into() });
        }
        Ok(Self::file(named.into()))
    }

    /// A file.
    #[must_use]
    pub fn file(path: PathBuf) -> Self {
        let directory = path.parent().map_or_else(PathBuf::new, Path::to_owned);
        Self { place: Place::File(path), directory }
    }

    /// The bytes of the rules. An extension has `time` to answer; a file of the deployment is on a local disk.
    ///
    /// # Errors
    ///
    /// If there is nothing, or more than a megabyte.
    pub async fn read(&self, time: Duration) -> Result<Vec<u8>, ReadError> {
        match &self.place {
            Place::File(path) => read_file(path),
            Place::Extension(extension) => extension
                .read(time)
                .await
                .map_err(|cause| ReadError::Extension { address: self.to_string(), cause }),
        }
    }

    /// The bytes of a file beside the rules; for rules that an extension has, a file of the deployment's bundle.
    ///
    /// # Errors
    ///
    /// If there is nothing, or more than a megabyte.
    pub fn read_beside(&self, name: &str) -> Result<Vec<u8>, ReadError> {
        read_file(&self.directory.join(name))
    }
}

impl fmt::Display for RulesSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::File(path) => write!(formatter, "{}", path.display()),
            Place::Extension(extension) => extension.fmt(formatter),
        }
    }
}

fn read_file(path: &Path) -> Result<Vec<u8>, ReadError> {
    let shown = || path.display().to_string();
    let read = || -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        File::open(path)?.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = read().map_err(|cause| ReadError::File { path: shown(), cause: cause.to_string() })?;
    if bytes.len() > MAX_BYTES { Err(ReadError::TooLarge { path: shown() }) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests;
