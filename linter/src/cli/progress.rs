//! The bar that a long run shows on a terminal.
//!
//! A thread of its own draws it: workers only count.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::analysis::Progress;

/// A run that is over by then shows no bar.
const PATIENCE: Duration = Duration::from_secs(1);
/// Between two drawings.
const PAUSE: Duration = Duration::from_millis(100);

#[derive(Debug, Default)]
struct Count {
    all: AtomicUsize,
    judged: AtomicUsize,
}

/// A bar on standard error; it goes, and leaves no trace, with the value.
#[derive(Debug, Default)]
pub(super) struct Bar {
    count: Arc<Count>,
    drawing: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Bar {
    /// A bar for a run that begins now.
    pub(super) fn on_terminal() -> Self {
        let count = Arc::<Count>::default();
        let (over, is_over) = channel();
        let counted = Arc::clone(&count);
        // Without another thread there is a run without a bar.
        let thread = Builder::new().name("progress".to_owned()).spawn(move || draw(&counted, &is_over));
        Self { count, drawing: thread.ok().map(|thread| (over, thread)) }
    }

    /// A bar that nobody sees.
    pub(super) fn hidden() -> Self {
        Self::default()
    }
}

impl Progress for Bar {
    fn found(&self, integrations: usize) {
        self.count.all.store(integrations, Ordering::Relaxed);
    }

    fn judged(&self) {
        self.count.judged.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if let Some((over, thread)) = self.drawing.take() {
            drop(over);
            // What the thread could have panicked of is not worth a word.
            _ = thread.join();
        }
    }
}

fn draw(count: &Count, is_over: &Receiver<()>) {
    if is_over.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout) {
        return;
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    bar.set_style(style("reading files"));
    let mut is_reading = true;
    loop {
        let all = count.all.load(Ordering::Relaxed) as u64;
        if is_reading && all > 0 {
            is_reading = false;
            bar.set_style(style("{bar:30} {pos} of {len} integrations"));
        }
        bar.update(|state| {
            state.set_len(all);
            state.set_pos(count.judged.load(Ordering::Relaxed) as u64);
        });
        if is_over.recv_timeout(PAUSE) != Err(RecvTimeoutError::Timeout) {
            break;
        }
    }
    bar.finish_and_clear();
}

fn style(template: &str) -> ProgressStyle {
    let style = ProgressStyle::with_template(template);
    style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("##-")
}
