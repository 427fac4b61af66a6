//! A panic ends one answer, not the function.
//!
//! `lambda_runtime` catches panics, too, but tells Lambda and API Gateway the panic's message, which may quote what it
//! was about.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

/// It panicked. The panic hook has logged where.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Panicked;

/// What a future comes to, unless it panics.
///
/// A future that panicked is not polled again. What it shared with others must be right after a panic at any point.
pub(super) async fn isolated<F: Future>(future: F) -> Result<F::Output, Panicked> {
    let mut future = pin!(future);
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
        Ok(Poll::Pending) => Poll::Pending,
        Err(_) => Poll::Ready(Err(Panicked)),
    })
    .await
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic, reason = "panics are what is tested")]
    use super::*;

    #[tokio::test]
    async fn attack_61_a_panic_is_an_error_and_nothing_else_is() {
        assert_eq!(isolated(async { 1 }).await, Ok(1));
        let later = isolated(async {
            tokio::task::yield_now().await;
            2
        });
        assert_eq!(later.await, Ok(2));
        assert_eq!(isolated(async { panic!("at once") }).await, Err::<(), _>(Panicked));
        let later = isolated(async {
            tokio::task::yield_now().await;
            panic!("later")
        });
        assert_eq!(later.await, Err::<(), _>(Panicked));
    }
}
