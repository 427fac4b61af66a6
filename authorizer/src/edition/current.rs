//! The edition in force, and when the rules are looked at again.

use std::cell::RefCell;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::keys::{Fetcher, Moment};
use crate::rules_source::RulesSource;

use super::Edition;

/// The rules are looked at no more often. There is nothing in the background that could look: a Lambda function is
/// frozen between invocations.
const PAUSE: Duration = Duration::from_secs(10);
/// The longest that a request waits for an extension that has the rules, while there are rules to do with.
const LOOK_TIME: Duration = Duration::from_millis(500);
/// The same while there are none.
const FIRST_LOOK_TIME: Duration = Duration::from_secs(3);

/// The target of log lines.
const TARGET: &str = "keybound::rules";

type Environment = Box<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// The rules in force. Rules that are broken, or gone, leave those before them in force; until there are any, there are
/// none, and nobody may do anything.
pub struct CurrentRules {
    source: RulesSource,
    environment: Environment,
    fetcher: Arc<Fetcher>,
    state: Mutex<State>,
    /// Held while looking: one look at a time.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    edition: Option<Arc<Edition>>,
    looked: Option<Moment>,
    /// What the rules were when they were last judged.
    judged: Option<Judged>,
    /// Why they could not be read, if they could not when last looked at.
    unreadable: Option<String>,
}

struct Judged {
    text: Vec<u8>,
    /// The files beside it that it names, as far as they could be read.
    files: Vec<(String, Option<Vec<u8>>)>,
}

impl CurrentRules {
    /// Nothing is read yet. `environment` answers for `${env:X}` in the rules.
    #[must_use]
    pub fn new(source: RulesSource, environment: Environment, fetcher: Arc<Fetcher>) -> Self {
        Self { source, environment, fetcher, state: Mutex::default(), turn: tokio::sync::Mutex::default() }
    }

    /// The edition in force at a moment, or none where there never were valid rules. Looks at the rules if that is due;
    /// it then takes no longer than `time`.
    pub async fn at(&self, now: Moment, time: Duration) -> Option<Arc<Edition>> {
        if let Some(edition) = self.in_force() {
            // Whoever comes while another one looks has what there is.
            if self.is_due(now)
                && let Ok(_turn) = self.turn.try_lock()
            {
                self.look(now, time.min(LOOK_TIME)).await;
            } else {
                return Some(edition);
            }
        } else {
            let _turn = self.turn.lock().await;
            if self.is_due(now) {
                self.look(now, time.min(FIRST_LOOK_TIME)).await;
            }
        }
        self.in_force()
    }

    fn in_force(&self) -> Option<Arc<Edition>> {
        self.state().edition.clone()
    }

    fn is_due(&self, now: Moment) -> bool {
        self.state().looked.is_none_or(|looked| now.age_of(looked) >= PAUSE)
    }

    async fn look(&self, now: Moment, time: Duration) {
        let read = self.source.read(time).await;
        let mut state = self.state();
        match read {
            Ok(text) => {
                state.looked = Some(now);
                state.unreadable = None;
                if !state.judged.as_ref().is_some_and(|judged| self.is_unchanged(judged, &text)) {
                    self.judge(&mut state, text);
                }
            }
            Err(error) => {
                // Without rules every request tries: the Parameters and Secrets extension refuses to answer while the
                // function starts, and the first request must not fail for it.
                if state.edition.is_some() {
                    state.looked = Some(now);
                }
                let why = error.to_string();
                if state.unreadable.as_ref() != Some(&why) {
                    complain(&why, &state);
                    state.unreadable = Some(why);
                }
            }
        }
    }

    /// Whether the text and every file that it names are what they were.
    fn is_unchanged(&self, judged: &Judged, text: &[u8]) -> bool {
        let mut files = judged.files.iter();
        judged.text == text && files.all(|(name, content)| self.source.read_beside(name).ok() == *content)
    }

    fn judge(&self, state: &mut State, text: Vec<u8>) {
        let files = RefCell::new(Vec::new());
        let file = |name: &str| {
            let content = self.source.read_beside(name);
            files.borrow_mut().push((name.to_owned(), content.as_ref().ok().cloned()));
            content
        };
        match Edition::compile(&text, &file, &self.environment, &self.fetcher, state.edition.as_deref()) {
            Ok((edition, warnings)) => {
                tracing::info!(target: TARGET, rules = edition.hash(), "access rules in force");
                for warning in warnings {
                    tracing::warn!(target: TARGET, rules = edition.hash(), detail = %warning, "access rules");
                }
                state.edition = Some(Arc::new(edition));
            }
            Err(error) => complain(&error.to_string(), state),
        }
        state.judged = Some(Judged { text, files: files.into_inner() });
    }

    /// A panic while the lock is held leaves a state that is as right as before it.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells what is wrong, and which rules are in force all the same.
fn complain(why: &str, state: &State) {
    let rules = state.edition.as_ref().map(|edition| edition.hash());
    let message = match rules {
        Some(_) => "these access rules cannot be used; those before them stay in force",
        None => "these access rules cannot be used; every request is answered with an error",
    };
    tracing::error!(target: TARGET, rules, detail = why, "{message}");
}
