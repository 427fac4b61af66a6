//! The key of a table or an index, and how far it is known.

use crate::api::table_schema::KeySchema;

use super::super::key_clue::KeyGuess;
use super::name::is_attribute;

/// The partition key of a table of whose key nothing is known.
const UNKNOWN_KEY: &str = "id";

/// How far a key is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Source {
    /// The definition declares it.
    Declared,
    /// Requests show it.
    Inferred,
    /// Nothing does.
    Unknown,
}

/// A key of the draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct KeyDraft {
    /// Its attributes.
    pub(in super::super) key: KeyGuess,
    /// How far it is known.
    pub(in super::super) source: Source,
}

impl KeyDraft {
    /// A key that a definition declares; none where rules could not have it.
    pub(super) fn declared(schema: &KeySchema) -> Option<Self> {
        let key = KeyGuess { partition: schema.partition.clone(), sort: schema.sort.clone() };
        is_sound(&key).then_some(Self { key, source: Source::Declared })
    }

    /// A key as requests show it, or one that stands for what nothing shows.
    pub(super) fn inferred(guess: Option<KeyGuess>) -> Self {
        match guess.filter(is_sound) {
            Some(key) => Self { key, source: Source::Inferred },
            None => {
                let key = KeyGuess { partition: UNKNOWN_KEY.to_owned(), sort: None };
                Self { key, source: Source::Unknown }
            }
        }
    }
}

fn is_sound(key: &KeyGuess) -> bool {
    let names = [Some(&key.partition), key.sort.as_ref()];
    names.into_iter().flatten().all(|name| is_attribute(name)) && key.sort.as_ref() != Some(&key.partition)
}
