//! Tokens that were accepted before.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};

use super::Verified;

/// The SHA-256 of a token. The token itself is not kept.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Fingerprint([u8; 32]);

impl Fingerprint {
    pub(super) fn of(token: &str) -> Self {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
        Self(bytes)
    }
}

/// Accepted tokens, a bounded number of them, each of bounded size since a token is.
///
/// Two generations take turns: when the young one is full it becomes the old one, whose entries are lost unless they
/// were used meanwhile. So what is in use stays, and no entry costs more than a constant time.
pub(super) struct TokenCache {
    generations: Mutex<Generations>,
    capacity: usize,
}

#[derive(Default)]
struct Generations {
    young: HashMap<Fingerprint, Arc<Verified>>,
    old: HashMap<Fingerprint, Arc<Verified>>,
}

impl TokenCache {
    /// For at most `capacity` tokens; 0 is none.
    pub(super) fn new(capacity: usize) -> Self {
        Self { generations: Mutex::default(), capacity }
    }

    /// Whether anything is ever kept.
    pub(super) const fn is_used(&self) -> bool {
        self.capacity > 0
    }

    pub(super) fn get(&self, token: &Fingerprint) -> Option<Arc<Verified>> {
        let mut generations = self.generations();
        if let Some(known) = generations.young.get(token) {
            return Some(Arc::clone(known));
        }
        let known = generations.old.remove(token)?;
        self.insert_into(&mut generations, *token, Arc::clone(&known));
        Some(known)
    }

    pub(super) fn insert(&self, token: Fingerprint, verified: Arc<Verified>) {
        if self.is_used() {
            self.insert_into(&mut self.generations(), token, verified);
        }
    }

    pub(super) fn remove(&self, token: &Fingerprint) {
        let mut generations = self.generations();
        generations.young.remove(token);
        generations.old.remove(token);
    }

    fn insert_into(&self, generations: &mut Generations, token: Fingerprint, verified: Arc<Verified>) {
        if generations.young.len() >= self.capacity.div_ceil(2) {
            generations.old = std::mem::take(&mut generations.young);
            // An odd capacity's larger half is one too many for an old generation.
            if self.capacity % 2 == 1
                && let Some(one) = generations.old.keys().next().copied()
            {
                generations.old.remove(&one);
            }
        }
        generations.young.insert(token, verified);
    }

    fn generations(&self) -> MutexGuard<'_, Generations> {
        // Whatever a panic left here is still a set of accepted tokens.
        self.generations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
