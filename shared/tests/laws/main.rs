//! Laws of decisions and policies over random rules, callers and requests.
//!
//! What is right is said here a second time, as plainly as possible: who holds a grant ([`plan::Plan::holds`]), which
//! route API Gateway gives a path to ([`gateway`]), and what IAM makes of a policy ([`iam`]).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod calls;
mod decisions;
mod gateway;
mod iam;
mod invocations;
mod plan;
mod roles;
mod sessions;
