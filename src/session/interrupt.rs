//! Ctrl-C stops the running statement, not the program.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, Once, PoisonError};

type Stop = Box<dyn Fn() + Send>;

static RUNNING: Mutex<Option<Stop>> = Mutex::new(None);
static REQUESTED: AtomicBool = AtomicBool::new(false);
static PATIENT: AtomicBool = AtomicBool::new(false);

/// Begins to listen to Ctrl-C; without a running statement it ends the program with 130, unless
/// [`patient`] says otherwise.
pub fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Where no handler can be set, Ctrl-C ends the program as it always did.
        let _ = ctrlc::set_handler(|| {
            REQUESTED.store(true, Ordering::SeqCst);
            let running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
            match running.as_ref() {
                Some(stop) => stop(),
                None if PATIENT.load(Ordering::SeqCst) => {}
                None => std::process::exit(130),
            }
        });
    });
}

/// Whether Ctrl-C without a running statement is only noted: at the prompt and between documents.
pub fn patient(patient: bool) {
    PATIENT.store(patient, Ordering::SeqCst);
    REQUESTED.store(false, Ordering::SeqCst);
}

/// Whether Ctrl-C was pressed since [`patient`].
pub(super) fn requested() -> bool {
    REQUESTED.load(Ordering::SeqCst)
}

/// Does `work`; Ctrl-C calls `stop` meanwhile. Also tells whether it was called.
pub(super) fn during<T>(stop: impl Fn() + Send + 'static, work: impl FnOnce() -> T) -> (T, bool) {
    let set = |stop: Option<Stop>| *RUNNING.lock().unwrap_or_else(PoisonError::into_inner) = stop;
    REQUESTED.store(false, Ordering::SeqCst);
    set(Some(Box::new(stop)));
    let result = work();
    set(None);
    (result, REQUESTED.swap(false, Ordering::SeqCst))
}
