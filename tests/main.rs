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
mod baseline;
mod cdk;
mod changes;
mod command;
mod configuration;
mod deployments;
mod examples;
mod exit_status;
mod explain;
mod fix;
mod hook;
mod hosts;
mod init;
mod json_contract;
mod lint_pages;
mod map;
mod mutations;
mod one_api;
mod oracle;
mod places;
mod policy;
mod proofs;
mod readme;
mod render;
mod serverless_framework;
mod services;
mod shell;
mod stdin_filename;
mod streams;
mod suppression;
#[cfg(unix)]
mod terminal;
mod terraform;
mod terraform_json;
