//! What the template language takes from Java: regular expressions, number formats.

pub mod charset;
pub mod regex;
