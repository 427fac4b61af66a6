//! The issuers' public keys: parsed from JSON Web Key Sets, fetched, kept no longer than they may be.
//!
//! [`KeyStore`] holds one source a key set. A set comes from a file that is deployed with the rules, or over the
//! network; then it has an age, and is refreshed on the request path: a Lambda function is frozen between invocations,
//! so nothing can be relied on to run in the background.

mod address;
mod destination;
mod discovery;
mod fetch;
mod moment;
mod public_key;
mod set;
mod source;
mod store;

pub use destination::DestinationError;
pub use fetch::{FetchError, Fetcher};
pub use moment::Moment;
pub use public_key::{KeyRejected, PublicKey};
pub(crate) use public_key::{algorithm_of_name, is_key_id};
pub use set::{KeySet, KeySetError, SkippedKey};
pub use source::{KeyLookupError, RefreshError};
pub use store::{KeyStore, KeyStoreError, KeysUnavailable, Prefetched};
