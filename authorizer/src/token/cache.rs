//! Tokens that were accepted before.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};

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
pub(super) struct TokenCache<Accepted> {
    generations: Mutex<Generations<Accepted>>,
    capacity: usize,
}

struct Generations<Accepted> {
    young: HashMap<Fingerprint, Arc<Accepted>>,
    old: HashMap<Fingerprint, Arc<Accepted>>,
}

impl<Accepted> TokenCache<Accepted> {
    /// For at most `capacity` tokens; 0 is none.
    pub(super) fn new(capacity: usize) -> Self {
        let generations = Generations { young: HashMap::new(), old: HashMap::new() };
        Self { generations: Mutex::new(generations), capacity }
    }

    /// Whether anything is ever kept.
    pub(super) const fn is_used(&self) -> bool {
        self.capacity > 0
    }

    pub(super) fn get(&self, token: &Fingerprint) -> Option<Arc<Accepted>> {
        let mut generations = self.generations();
        if let Some(known) = generations.young.get(token) {
            return Some(Arc::clone(known));
        }
        let known = generations.old.remove(token)?;
        self.insert_into(&mut generations, *token, Arc::clone(&known));
        Some(known)
    }

    pub(super) fn insert(&self, token: Fingerprint, accepted: Arc<Accepted>) {
        if self.is_used() {
            self.insert_into(&mut self.generations(), token, accepted);
        }
    }

    pub(super) fn remove(&self, token: &Fingerprint) {
        let mut generations = self.generations();
        generations.young.remove(token);
        generations.old.remove(token);
    }

    fn insert_into(
        &self,
        generations: &mut Generations<Accepted>,
        token: Fingerprint,
        accepted: Arc<Accepted>,
    ) {
        if generations.young.len() >= self.capacity.div_ceil(2) {
            generations.old = std::mem::take(&mut generations.young);
            // An odd capacity's larger half is one too many for an old generation.
            if self.capacity % 2 == 1
                && let Some(one) = generations.old.keys().next().copied()
            {
                generations.old.remove(&one);
            }
        }
        generations.young.insert(token, accepted);
    }

    fn generations(&self) -> MutexGuard<'_, Generations<Accepted>> {
        // Whatever a panic left here is still a set of accepted tokens.
        self.generations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    fn fingerprint(number: usize) -> Fingerprint {
        Fingerprint::of(&number.to_string())
    }

    #[test]
    fn it_never_holds_more_than_its_capacity() {
        for capacity in 0..20 {
            let cache = TokenCache::new(capacity);
            let mut most = 0;
            for number in 0..100 {
                cache.insert(fingerprint(number), Arc::new(number));
                // A token that is used in between moves from the old generation to the young one.
                cache.get(&fingerprint(number / 2));
                let generations = cache.generations();
                most = most.max(generations.young.len() + generations.old.len());
            }
            assert_eq!(most, capacity);
        }
    }

    #[test]
    fn what_is_in_use_stays() {
        let cache = TokenCache::new(10);
        cache.insert(fingerprint(0), Arc::new(0));
        for number in 1..1000 {
            cache.insert(fingerprint(number), Arc::new(number));
            assert_eq!(cache.get(&fingerprint(0)).as_deref(), Some(&0), "after {number}");
        }
        assert_eq!(cache.get(&fingerprint(1)), None);
    }

    #[test]
    fn what_is_removed_is_gone() {
        let cache = TokenCache::new(2);
        for number in [1, 2] {
            cache.insert(fingerprint(number), Arc::new(number));
        }
        for number in [1, 2] {
            cache.remove(&fingerprint(number));
            assert_eq!(cache.get(&fingerprint(number)), None);
        }
    }
}
