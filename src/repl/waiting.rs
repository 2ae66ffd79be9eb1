//! What is shown while something takes longer than a second: how long it has taken. The safe interface of the database
//! gives no estimate of what is left.

use std::io::Write as _;
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Nothing is shown before.
const PATIENCE: Duration = Duration::from_secs(1);
const TICK: Duration = Duration::from_millis(200);

/// A line on standard error that is there until the value is dropped.
#[derive(Debug)]
pub(crate) struct Waiting {
    /// What wakes the thread up: that it is gone.
    running: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Waiting {
    /// Begins to wait; shows nothing at all unless standard error is a terminal.
    pub(crate) fn begin(terminal: bool, words: String) -> Self {
        if !terminal {
            return Self { running: None, thread: None };
        }
        let (running, gone) = channel::<()>();
        let begun = Instant::now();
        let tick = move || {
            let mut shown = false;
            let mut pause = PATIENCE;
            while gone.recv_timeout(pause) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                let mut out = std::io::stderr().lock();
                let _ = write!(out, "\r\x1b[K{} s  {words}", begun.elapsed().as_secs());
                let _ = out.flush();
                shown = true;
                pause = TICK;
            }
            if shown {
                let mut out = std::io::stderr().lock();
                let _ = write!(out, "\r\x1b[K");
                let _ = out.flush();
            }
        };
        let thread = std::thread::Builder::new().name("waiting".to_owned()).spawn(tick).ok();
        Self { running: Some(running), thread }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        drop(self.running.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
