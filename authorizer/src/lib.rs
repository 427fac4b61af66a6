//! The Lambda authorizer: token verification, Lambda events, responses.

pub mod answer;
pub mod edition;
pub mod event;
pub mod handler;
pub mod keys;
pub mod log;
pub mod rules_source;
pub mod token;
