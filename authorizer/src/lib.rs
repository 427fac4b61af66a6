//! The Lambda authorizer: token verification, Lambda events, responses.
//!
//! A skeleton until the access rules in `keybound-shared` are built.

pub mod keys;
pub mod token;
