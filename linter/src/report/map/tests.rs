//! Maps as they are written.
