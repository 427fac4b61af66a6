//! What reading one definition may cost.
//!
//! `$ref` lets a thousand operations share one integration, and a hostile file lets a million share one of megabytes.
//! Without references a file of the largest size stays far below the limit.

use std::cell::Cell;

/// Bytes of text and members, together.
const LIMIT: usize = 96 << 20;

/// What is left to spend.
#[derive(Debug)]
pub(super) struct Budget(Cell<usize>);

impl Default for Budget {
    fn default() -> Self {
        Self(Cell::new(LIMIT))
    }
}

impl Budget {
    /// Takes from the budget; false where it does not suffice, and from then on.
    pub(super) fn spend(&self, cost: usize) -> bool {
        let left = self.0.get().saturating_sub(cost);
        self.0.set(left);
        left > 0
    }

    /// Whether nothing is left, so that what was read last is not whole.
    pub(super) fn is_spent(&self) -> bool {
        self.0.get() == 0
    }
}
