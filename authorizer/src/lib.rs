//! The Lambda authorizer: token verification, Lambda events, responses.
//!
//! [`handler`] is the way from an event to its answer: [`event`] says what is asked, [`edition`] which rules are in
//! force (read from their [`rules_source`]), [`token`] whose token it is (by the issuers' [`keys`]), and [`answer`] what
//! API Gateway is told. The decision itself is `keybound-shared`'s. [`log`] has one line for it.

pub mod answer;
pub mod edition;
pub mod event;
pub mod handler;
pub mod keys;
pub mod log;
pub mod rules_source;
pub mod token;
