//! The Lambda authorizer: token verification, Lambda events, responses.

pub mod event;
pub mod log;
pub mod rules_source;
