//! One edition of the access rules, with all that requests need of it.

mod current;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use keybound_shared::{KeySource, Problem, Rules};

use crate::keys::{Fetcher, KeyStore, KeyStoreError};
use crate::rules_source::ReadError;
use crate::token::Verifier;

pub use current::CurrentRules;

/// Rules, compiled, and the verifier of the tokens that they accept. Never changed: new rules are a new edition.
pub struct Edition {
    rules: Rules,
    verifier: Verifier,
    hash: String,
}

/// Why rules cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum EditionError {
    /// YAML is text.
    #[error("the access rules are not UTF-8")]
    NotText,
    /// What is wrong in the text, each with its place.
    #[error("the access rules are wrong: {}", listed(.0))]
    Rules(Vec<Problem>),
    /// A file that the rules name is not there.
    #[error(transparent)]
    File(#[from] ReadError),
    /// The issuers' keys cannot be used as the rules say.
    #[error(transparent)]
    Keys(#[from] KeyStoreError),
}

impl Edition {
    /// Compiles rules. `file` reads a file beside them, `environment` answers for `${env:X}`. Fetched key sets of the
    /// `previous` edition are taken over; its verified tokens are not.
    ///
    /// # Errors
    ///
    /// All that is wrong with the text, or the first thing that is wrong with what it names.
    pub fn compile(
        text: &[u8],
        file: &dyn Fn(&str) -> Result<Vec<u8>, ReadError>,
        environment: &dyn Fn(&str) -> Option<String>,
        fetcher: &Arc<Fetcher>,
        previous: Option<&Self>,
    ) -> Result<(Self, Vec<Problem>), EditionError> {
        let readable = std::str::from_utf8(text).map_err(|_| EditionError::NotText)?;
        let loaded = Rules::load(readable, environment).map_err(EditionError::Rules)?;
        let rules = loaded.rules;
        let written = rules.written();
        let mut files = HashMap::new();
        for issuer in &written.issuers {
            if let KeySource::File(name) = &issuer.keys {
                files.insert(name.clone(), file(name)?);
            }
        }
        let previous = previous.map(|edition| edition.verifier.keys());
        let keys = KeyStore::new(&written.issuers, &files, fetcher, previous)?;
        let verifier = Verifier::new(written.issuers.clone(), keys, written.authorizer.token_cache);
        Ok((Self { rules, verifier, hash: hash(text) }, loaded.warnings))
    }

    /// The rules.
    #[must_use]
    pub const fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Who tells whether a token is accepted.
    #[must_use]
    pub const fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    /// The first 16 hexadecimal digits of the SHA-256 of the rules' text, as `sha256sum` begins.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }
}

impl fmt::Debug for Edition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Edition({})", self.hash)
    }
}

fn hash(text: &[u8]) -> String {
    digest(&SHA256, text).as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn listed(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
