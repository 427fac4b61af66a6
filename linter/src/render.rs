//! Symbolic rendering: a template run with every unknown kept as a hole, its output parsed as JSON on the way.
//!
//! [`term`] names the unknowns and what was done to them, [`formula`] what the path says of them, [`facts`] what
//! text they can hold under that, with [`carried`] for guards on texts made from them. [`json`] is the parser that runs along, [`state`] one way through the template,
//! [`walk`] the evaluator's counterpart. The result is a [`skeleton::Skeleton`], with what was [`observed`] on the way.

mod assignment;
pub mod breakout;
mod carried;
pub mod context;
pub mod demand;
pub mod facts;
pub mod formula;
pub mod json;
pub mod lone_quote;
mod loops;
mod methods;
pub mod observed;
mod reference;
mod replacement;
pub mod said;
pub mod skeleton;
pub mod state;
pub mod term;
mod truth;
pub mod value;
pub mod walk;

pub use facts::{Escape, Facts, Types};
pub use formula::{Atom, Formula, Guard};
pub use skeleton::{HoleUse, Place, Skeleton, Undecided};
pub use term::{Control, Op, Parameter, Part, Term, TermId, Terms};
pub use walk::{Direction, Setting, render, rendered};
