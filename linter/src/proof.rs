//! Proofs: concrete requests, rendered by the evaluator and judged on the rendered text.
//!
//! Symbolic rendering says where to look; nothing it believes enters a proof. A proof holds because the evaluator
//! rendered it and a strict JSON parser, told which characters came from the client, found them where they must not
//! be.

pub mod draft;
mod inverse;
pub mod judge;
mod payload;
mod probe;
pub mod prover;
mod solve;

pub use judge::{Verdict, judge};
pub use prover::Prover;
