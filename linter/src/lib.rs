//! The linter: API definitions, symbolic rendering, lints, proofs, reports, and the command line.

pub mod access_rules;
pub mod analysis;
pub mod api;
pub mod baseline;
pub mod changes;
pub mod cli;
pub mod configuration;
pub mod draft_rules;
pub mod dynamodb;
pub mod finding;
pub mod fix;
pub mod keybound_file;
pub mod lints;
pub mod permit;
pub mod proof;
pub mod reach;
pub mod render;
pub mod report;
pub mod source;
mod suppression;
