//! JSON as API Gateway reads and writes it.
