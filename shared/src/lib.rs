//! Access rules, key patterns, the decision and the IAM documents that follow from it.
//!
//! A skeleton until the access rules are built: it holds nothing yet, and nothing depends on what it will hold.
