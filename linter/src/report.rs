//! From findings to what people and programs read.

pub mod base;
pub mod concise;
pub mod elision;
pub mod github;
pub mod gitlab;
pub mod http;
pub mod json;
pub mod junit;
pub mod map;
pub mod marked;
pub mod patch;
pub mod pretty;
pub mod proof;
pub mod sarif;
pub mod screen;
pub mod snippet;
pub mod summary;
pub mod text;
pub mod visible;

#[cfg(test)]
mod specimens;
#[cfg(test)]
mod tests;

pub use base::Base;
pub use screen::Screen;
