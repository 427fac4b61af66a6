//! End-to-end tests: the built `keybound`, run as users run it.
//!
//! One binary for all, so that there is one thing to link. What a page or the README promises is tested here; what a
//! module does is tested beside it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test says what is wrong by panicking"
)]

mod architecture;
mod bad_input;
mod command;
mod deployments;
mod examples;
mod exit_status;
mod explain;
mod fix;
mod hosts;
mod init;
mod json_contract;
mod lint_pages;
mod map;
mod mutations;
mod oracle;
mod policy;
mod proofs;
mod readme;
mod render;
mod streams;
mod suppression;
#[cfg(unix)]
mod terminal;
