//! One key set that is fetched, and when it is fetched again.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::destination::Limits;
use super::discovery::Locator;
use super::fetch::{FETCH_TIME, FetchError, Fetcher};
use super::moment::Moment;
use super::public_key::PublicKey;
use super::set::KeySet;

/// The pause between two refreshes that unknown key ids ask for: anyone can make up a key id.
const UNKNOWN_KEY_PAUSE: Duration = Duration::from_secs(10);
/// The pause after a failed fetch where no set is at hand. Requests fail at once meanwhile.
const RETRY_PAUSE: Duration = Duration::from_secs(1);
/// The pause after a failed fetch where the set at hand is due but may still be used.
const EARLY_RETRY_PAUSE: Duration = Duration::from_secs(10);
/// The longest that a request waits for the refresh of a set that it could do without; half of the time it has at most.
const EARLY_FETCH_TIME: Duration = Duration::from_secs(2);

/// A key set that is fetched, with its age and the outcome of the last fetch.
pub(super) struct Source {
    locator: Locator,
    limits: Limits,
    fetcher: Arc<Fetcher>,
    state: Mutex<State>,
    /// Held while fetching: one fetch at a time, whose outcome is everyone's.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    known: Option<Known>,
    /// How many fetches have succeeded.
    fetches: u64,
    /// The end of the last fetch and why it failed; none after one that succeeded.
    failed: Option<(Moment, FetchError)>,
    /// When an unknown key id last made for a fetch.
    unknown: Option<Moment>,
}

struct Known {
    set: Arc<KeySet>,
    /// When the fetch began: the set is at least as old.
    fetched: Moment,
}

/// Why there is no key of an id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyLookupError {
    /// The set has no such key.
    #[error("the key set has no key of this id")]
    Unknown,
    /// Nobody knows: the set cannot be had.
    #[error(transparent)]
    Unavailable(#[from] RefreshError),
}

/// Why a key set is not at hand.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RefreshError {
    /// The fetch failed.
    #[error("{0}")]
    Failed(FetchError),
    /// A fetch failed a moment ago, and the next one is yet to come.
    #[error("{0} (a moment ago, and not tried again yet)")]
    Pausing(FetchError),
}

/// What the set at hand is good for.
enum AtHand {
    /// It holds the key, and is young.
    Young(Arc<PublicKey>),
    /// It holds the key, but is to be refreshed soon.
    Due(Arc<PublicKey>),
    /// It may be used, but does not hold the key. With the number of fetches so far.
    Lacking(u64),
    /// There is none, or it is too old.
    Nothing,
}

impl Source {
    pub(super) fn new(locator: Locator, limits: Limits, fetcher: Arc<Fetcher>) -> Self {
        Self { locator, limits, fetcher, state: Mutex::default(), turn: tokio::sync::Mutex::default() }
    }

    /// Whether the set comes from this place.
    pub(super) fn is_at(&self, locator: &Locator, limits: Limits) -> bool {
        self.locator == *locator && self.limits == limits
    }

    /// The key of this id, from a set that is at most `max_age` old.
    ///
    /// A key at hand never waits for a fetch that an unknown id has caused; at three quarters of `max_age` one request
    /// at a time tries a refresh, and does without if it fails. A fetch takes at most `time`: one that was cut off from
    /// outside would leave no trace, and the next request would wait again.
    pub(super) async fn key(
        &self,
        kid: &str,
        max_age: Duration,
        now: Moment,
        time: Duration,
    ) -> Result<Arc<PublicKey>, KeyLookupError> {
        let at_hand = self.state().at_hand(kid, max_age, now);
        match at_hand {
            AtHand::Young(key) => Ok(key),
            AtHand::Due(key) => self.key_that_is_due(key, now, time).await,
            AtHand::Lacking(fetches) => self.key_after_refresh(kid, fetches, now, time).await,
            AtHand::Nothing => self.key_of_first_set(kid, max_age, now, time).await,
        }
    }

    /// Sees to it that a set of at most `max_age` is at hand.
    pub(super) async fn load(
        &self,
        max_age: Duration,
        now: Moment,
        time: Duration,
    ) -> Result<Arc<KeySet>, RefreshError> {
        let _turn = self.turn.lock().await;
        if let Some(set) = self.state().usable(max_age, now) {
            return Ok(Arc::clone(&set.set));
        }
        if let Some((failed, cause)) = &self.state().failed
            && now.age_of(*failed) < RETRY_PAUSE
        {
            return Err(RefreshError::Pausing(cause.clone()));
        }
        self.refresh(time.min(FETCH_TIME), now).await.map_err(RefreshError::Failed)
    }

    async fn key_of_first_set(
        &self,
        kid: &str,
        max_age: Duration,
        now: Moment,
        time: Duration,
    ) -> Result<Arc<PublicKey>, KeyLookupError> {
        let set = self.load(max_age, now, time).await?;
        match set.get(kid) {
            Some(key) => Ok(Arc::clone(key)),
            None => {
                // This fetch was the one that an unknown id has.
                self.state().unknown = Some(now);
                Err(KeyLookupError::Unknown)
            }
        }
    }

    async fn key_that_is_due(
        &self,
        key: Arc<PublicKey>,
        now: Moment,
        time: Duration,
    ) -> Result<Arc<PublicKey>, KeyLookupError> {
        let Ok(_turn) = self.turn.try_lock() else { return Ok(key) };
        let pausing = |(failed, _): &(Moment, FetchError)| now.age_of(*failed) < EARLY_RETRY_PAUSE;
        if self.state().failed.as_ref().is_some_and(pausing) {
            return Ok(key);
        }
        match self.refresh((time / 2).min(EARLY_FETCH_TIME), now).await {
            Ok(set) => set.get(key.kid()).cloned().ok_or(KeyLookupError::Unknown),
            // The set is still young enough to do without.
            Err(_) => Ok(key),
        }
    }

    /// The key of an id that the set lacked after `fetches` fetches.
    async fn key_after_refresh(
        &self,
        kid: &str,
        fetches: u64,
        now: Moment,
        time: Duration,
    ) -> Result<Arc<PublicKey>, KeyLookupError> {
        let _turn = self.turn.lock().await;
        if self.state().fetches == fetches {
            if !self.state().takes_turn_for_unknown(now) {
                // After a failure nobody knows whether the key exists; that is no fault of the caller's.
                let failed = self.state().failed.as_ref().map(|(_, cause)| cause.clone());
                return Err(
                    failed.map_or(KeyLookupError::Unknown, |cause| RefreshError::Pausing(cause).into())
                );
            }
            self.refresh(time.min(FETCH_TIME), now).await.map_err(RefreshError::Failed)?;
        }
        let state = self.state();
        let key = state.known.as_ref().and_then(|known| known.set.get(kid));
        key.cloned().ok_or(KeyLookupError::Unknown)
    }

    /// Fetches the set. The caller holds the turn.
    async fn refresh(&self, time: Duration, now: Moment) -> Result<Arc<KeySet>, FetchError> {
        let began = Instant::now();
        let fetched = self.fetcher.key_set(&self.locator, self.limits, time).await;
        let mut state = self.state();
        match fetched {
            Ok(set) => {
                let set = Arc::new(set);
                state.known = Some(Known { set: Arc::clone(&set), fetched: now });
                state.fetches += 1;
                state.failed = None;
                Ok(set)
            }
            Err(cause) => {
                // From the end, for a pause that begins with the fetch would be over with a fetch that timed out.
                state.failed = Some((now.after(began.elapsed()), cause.clone()));
                Err(cause)
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that holds the lock can leave the state half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn usable(&self, max_age: Duration, now: Moment) -> Option<&Known> {
        self.known.as_ref().filter(|known| now.age_of(known.fetched) <= max_age)
    }

    fn at_hand(&self, kid: &str, max_age: Duration, now: Moment) -> AtHand {
        let Some(known) = self.usable(max_age, now) else { return AtHand::Nothing };
        let Some(key) = known.set.get(kid) else { return AtHand::Lacking(self.fetches) };
        let is_due = now.age_of(known.fetched) >= max_age / 4 * 3;
        if is_due { AtHand::Due(Arc::clone(key)) } else { AtHand::Young(Arc::clone(key)) }
    }

    /// Whether an unknown key id may cause a fetch now; then no other may for a while.
    fn takes_turn_for_unknown(&mut self, now: Moment) -> bool {
        let pausing = self.unknown.is_some_and(|last| now.age_of(last) < UNKNOWN_KEY_PAUSE);
        if !pausing {
            self.unknown = Some(now);
        }
        !pausing
    }
}
