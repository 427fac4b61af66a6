//! Answers that are asked for again and again: a request model's pattern is held against each of many requests that hold
//! the same texts, and what a pattern's language is does not change.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::Hash;
use std::thread::LocalKey;

/// Answers that a thread keeps. Past this it forgets all of them.
const MAX_ENTRIES: usize = 512;

/// Bytes of a question that is kept.
const MAX_BYTES: usize = 256;

/// A thread's answers.
pub(super) type Memo<K, V> = RefCell<HashMap<K, V>>;

/// The answer to a question of so many bytes, from memory where it is there.
pub(super) fn remembered<K: Eq + Hash, V: Clone>(
    memo: &'static LocalKey<Memo<K, V>>,
    bytes: usize,
    question: K,
    answer: impl FnOnce(&K) -> V,
) -> V {
    if bytes > MAX_BYTES {
        return answer(&question);
    }
    if let Some(known) = memo.with_borrow(|memo| memo.get(&question).cloned()) {
        return known;
    }
    let answer = answer(&question);
    memo.with_borrow_mut(|memo| {
        if memo.len() >= MAX_ENTRIES {
            memo.clear();
        }
        memo.insert(question, answer.clone());
    });
    answer
}
