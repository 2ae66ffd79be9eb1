//! A statement that takes too long is stopped.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How often a statement is stopped that has not yet noticed.
const AGAIN: Duration = Duration::from_millis(50);

/// Runs while it lives.
pub(super) struct Deadline {
    over: Arc<AtomicBool>,
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Deadline {
    /// Calls `stop` when `limit` has passed, until the value is dropped.
    pub(super) fn after(limit: Duration, stop: impl Fn() + Send + 'static) -> Self {
        let (end, ended) = mpsc::channel::<()>();
        let over = Arc::new(AtomicBool::new(false));
        let passed = over.clone();
        let watch = move || {
            let mut wait = limit;
            while ended.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                passed.store(true, Ordering::SeqCst);
                stop();
                wait = AGAIN;
            }
        };
        // Where the system gives no thread there is no limit.
        let thread = thread::Builder::new().spawn(watch).ok();
        Self { over, end: Some(end), thread }
    }

    /// Whether the time is over.
    pub(super) fn is_over(&self) -> bool {
        self.over.load(Ordering::SeqCst)
    }
}

impl Drop for Deadline {
    fn drop(&mut self) {
        self.end.take();
        let _ = self.thread.take().map(JoinHandle::join);
    }
}
