//! What a template can hold that is neither data nor a container.

use std::cell::Cell;
use std::rc::Rc;

use super::Value;
use crate::ast::Block;

/// An object of the evaluator's own.
#[derive(Clone, Debug)]
pub enum Object {
    /// `$input`.
    Input,
    /// `$util`.
    Util,
    /// What `#define` bound: it renders where it is read.
    Block(Rc<Block>),
    /// `$foreach`.
    Loop(Rc<LoopScope>),
    /// A Java class, by its full name: what `.class` gives. Its methods are out of reach.
    Class(&'static str),
    /// An entry of a map, from `entrySet()`.
    Entry(Rc<(Value, Value)>),
}

/// The state of a running `#foreach`, as `$foreach` shows it.
#[derive(Debug)]
pub struct LoopScope {
    /// Turns so far, from 1 in the first turn.
    pub count: Cell<usize>,
    /// Elements in all.
    pub total: usize,
    /// The loop around this one.
    pub parent: Option<Rc<LoopScope>>,
}
