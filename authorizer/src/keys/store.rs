//! The key sets of all issuers.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use keybound_shared::{Issuer, KeySource};
use tokio::task::JoinSet;

use super::destination::{Destination, DestinationError};
use super::discovery::Locator;
use super::fetch::{FETCH_TIME, Fetcher};
use super::moment::Moment;
use super::public_key::PublicKey;
use super::set::{KeySet, KeySetError};
use super::source::{KeyLookupError, RefreshError, Source};

/// The key sets of all issuers of the rules.
pub struct KeyStore {
    origins: HashMap<String, Origin>,
}

/// Where the keys of one issuer are.
#[derive(Clone)]
enum Origin {
    Bundled(Arc<KeySet>),
    /// Shared by issuers whose keys come from the same place, so that limits hold for the place.
    Fetched(Arc<Source>, Duration),
}

/// Why the rules' key sources cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyStoreError {
    /// The address of an issuer's keys must not be fetched.
    #[error("issuer `{issuer}`: {cause}")]
    Address {
        /// The issuer's name in the rules.
        issuer: String,
        /// What is wrong with the address.
        cause: DestinationError,
    },
    /// An issuer's file is no key set.
    #[error("issuer `{issuer}`: `{file}`: {cause}")]
    File {
        /// The issuer's name in the rules.
        issuer: String,
        /// The file as the rules name it.
        file: String,
        /// What is wrong with it.
        cause: KeySetError,
    },
    /// An issuer's file was not handed over.
    #[error("issuer `{issuer}`: the file `{file}` must be beside the rules")]
    NoFile {
        /// The issuer's name in the rules.
        issuer: String,
        /// The file as the rules name it.
        file: String,
    },
    /// An issuer's file has no key that can be used, and never will.
    #[error("issuer `{issuer}`: `{file}` has no usable key")]
    NoKey {
        /// The issuer's name in the rules.
        issuer: String,
        /// The file as the rules name it.
        file: String,
    },
}

/// The keys of an issuer cannot be had: a fault of ours or of the issuer's, not of the caller's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the keys of issuer `{issuer}` cannot be had: {cause}")]
pub struct KeysUnavailable {
    /// The issuer's name in the rules.
    pub issuer: String,
    /// Why.
    pub cause: RefreshError,
}

/// What became of one issuer's keys in the init phase.
#[derive(Debug)]
pub struct Prefetched {
    /// The issuer's name in the rules.
    pub issuer: String,
    /// The set, or why it is not at hand; none where time was up.
    pub outcome: Option<Result<Arc<KeySet>, RefreshError>>,
}

impl KeyStore {
    /// The stores of these issuers' keys. Nothing is fetched yet.
    ///
    /// `files` holds the content of every file that a `jwks` names, by that name. Sets that `previous` has fetched from
    /// the same places are taken over, with their ages: a change of the rules costs no fetch.
    ///
    /// # Errors
    ///
    /// The first issuer whose address must not be fetched, or whose file is missing, no key set, or without a key.
    pub fn new(
        issuers: &[Arc<Issuer>],
        files: &HashMap<String, Vec<u8>>,
        fetcher: &Arc<Fetcher>,
        previous: Option<&Self>,
    ) -> Result<Self, KeyStoreError> {
        let mut store = Self { origins: HashMap::new() };
        for issuer in issuers {
            let origin = match &issuer.keys {
                KeySource::File(file) => bundled(issuer, file, files)?,
                KeySource::Uri(_) | KeySource::Discovery => {
                    let limits = fetcher.limits(issuer.insecure_loopback);
                    let locator = match &issuer.keys {
                        KeySource::Uri(uri) => Destination::parse(uri, limits).map(Locator::KeySet),
                        _ => Locator::of_issuer(&issuer.issuer, limits),
                    };
                    let locator = locator
                        .map_err(|cause| KeyStoreError::Address { issuer: issuer.name.clone(), cause })?;
                    let known = [Some(&store), previous].into_iter().flatten();
                    let known = known.flat_map(Self::sources).find(|source| source.is_at(&locator, limits));
                    let source = match known {
                        Some(source) => Arc::clone(source),
                        None => Arc::new(Source::new(locator, limits, Arc::clone(fetcher))),
                    };
                    Origin::Fetched(source, issuer.max_age)
                }
            };
            store.origins.insert(issuer.name.clone(), origin);
        }
        Ok(store)
    }

    /// The key of this id in the set of the issuer of this name, from a set that is not too old. Fetching it, where that
    /// is needed, takes at most `time`.
    ///
    /// # Errors
    ///
    /// The set has no such key, or it cannot be had.
    pub async fn key(
        &self,
        issuer: &str,
        kid: &str,
        now: Moment,
        time: Duration,
    ) -> Result<Arc<PublicKey>, KeyLookupError> {
        match self.origins.get(issuer) {
            Some(Origin::Bundled(set)) => set.get(kid).cloned().ok_or(KeyLookupError::Unknown),
            Some(Origin::Fetched(source, max_age)) => source.key(kid, *max_age, now, time).await,
            None => Err(KeyLookupError::Unknown),
        }
    }

    /// Fetches the sets that are not at hand, all at once, for the init phase of the function. What is not there when
    /// `time` is up is fetched when it is first needed.
    pub async fn prefetch(&self, now: Moment, time: Duration) -> Vec<Prefetched> {
        let mut outcomes: Vec<Prefetched> = Vec::new();
        let mut fetches = JoinSet::new();
        for (issuer, origin) in &self.origins {
            let at_hand = match origin {
                Origin::Bundled(set) => Some(Ok(Arc::clone(set))),
                Origin::Fetched(source, max_age) => {
                    let (source, max_age, place) = (Arc::clone(source), *max_age, outcomes.len());
                    fetches.spawn(async move { (place, source.load(max_age, now, FETCH_TIME).await) });
                    None
                }
            };
            outcomes.push(Prefetched { issuer: issuer.clone(), outcome: at_hand });
        }
        let collected = async {
            while let Some(fetched) = fetches.join_next().await {
                if let Ok((place, outcome)) = fetched
                    && let Some(prefetched) = outcomes.get_mut(place)
                {
                    prefetched.outcome = Some(outcome);
                }
            }
        };
        // What is still under way is stopped with the set of tasks.
        drop(tokio::time::timeout(time, collected).await);
        outcomes.sort_by(|a, b| a.issuer.cmp(&b.issuer));
        outcomes
    }

    fn sources(&self) -> impl Iterator<Item = &Arc<Source>> {
        self.origins.values().filter_map(|origin| match origin {
            Origin::Fetched(source, _) => Some(source),
            Origin::Bundled(_) => None,
        })
    }
}

impl fmt::Debug for KeyStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "KeyStore({} issuers)", self.origins.len())
    }
}

fn bundled(issuer: &Issuer, file: &str, files: &HashMap<String, Vec<u8>>) -> Result<Origin, KeyStoreError> {
    let (issuer, file) = (issuer.name.clone(), file.to_owned());
    let Some(content) = files.get(&file) else { return Err(KeyStoreError::NoFile { issuer, file }) };
    match KeySet::parse(content) {
        Ok(set) if set.usable() == 0 => Err(KeyStoreError::NoKey { issuer, file }),
        Ok(set) => Ok(Origin::Bundled(Arc::new(set))),
        Err(cause) => Err(KeyStoreError::File { issuer, file, cause }),
    }
}
