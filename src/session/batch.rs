//! Work on all cores, results in the given order, a bounded number of them in memory.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Condvar, Mutex, MutexGuard, Once, PoisonError};
use std::thread::{self, Builder};
use std::time::Duration;

/// Nested content is read by recursion.
const STACK: usize = 64 << 20;
/// Results that may wait for their turn beside one per worker: reading goes on while the caller stores some hundred of them
/// at once.
const SPARE: usize = 100;
/// The same on one core, where nothing goes on meanwhile: what waits longer leaves the cache.
const SPARE_ON_ONE_CORE: usize = 4;
/// How often the caller is asked whether to go on.
const TICK: Duration = Duration::from_millis(100);

/// What the caller of [`in_order`] is told.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Event<R> {
    /// These items are being worked on, by their numbers.
    Working(Vec<usize>),
    /// The result of the next item.
    Done(usize, R),
}

#[derive(Debug)]
struct State<R> {
    /// The item that is begun next.
    next: usize,
    /// The item whose result is handed over next.
    turn: usize,
    working: Vec<usize>,
    ready: BTreeMap<usize, R>,
    stopped: bool,
}

/// Does `work` for the items `0..count` in `jobs` threads; `each` gets the results in that order, in the calling
/// thread, and may end it all. A bounded number of items is begun and not handed over.
///
/// `work` must not panic: see [`caught`].
pub(super) fn in_order<R: Send>(
    count: usize,
    jobs: NonZeroUsize,
    work: impl Fn(usize) -> R + Sync,
    mut each: impl FnMut(Event<R>) -> ControlFlow<()>,
) {
    let alone = thread::available_parallelism().is_ok_and(|cores| cores.get() == 1);
    let spare = if alone { SPARE_ON_ONE_CORE } else { SPARE };
    let state = Mutex::new(State { next: 0, turn: 0, working: Vec::new(), ready: BTreeMap::new(), stopped: false });
    let changed = Condvar::new();
    let begin = || {
        let mut state = lock(&state);
        loop {
            if state.stopped || state.next >= count {
                return None;
            }
            if state.next < state.turn + jobs.get() + spare {
                break;
            }
            state = changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let item = state.next;
        state.next += 1;
        state.working.push(item);
        changed.notify_all();
        Some(item)
    };
    let worker = || {
        while let Some(item) = begin() {
            let result = work(item);
            let mut state = lock(&state);
            state.working.retain(|i| *i != item);
            state.ready.insert(item, result);
            changed.notify_all();
        }
    };
    let step = |seen: &mut Vec<usize>| {
        let mut state = lock(&state);
        let turn = state.turn;
        if let Some(result) = state.ready.remove(&turn) {
            return Event::Done(turn, result);
        }
        if *seen == state.working {
            state = changed.wait_timeout(state, TICK).unwrap_or_else(PoisonError::into_inner).0;
        }
        seen.clone_from(&state.working);
        Event::Working(seen.clone())
    };
    thread::scope(|scope| {
        let threads = (0..jobs.get().min(count))
            .filter(|_| Builder::new().stack_size(STACK).spawn_scoped(scope, worker).is_ok())
            .count();
        let mut seen = Vec::new();
        let mut turn = 0;
        while turn < count {
            // Where the system gives no thread, the work is done here.
            let event = if threads == 0 { Event::Done(turn, work(turn)) } else { step(&mut seen) };
            let done = matches!(event, Event::Done(..));
            if each(event).is_break() {
                break;
            }
            if done {
                turn += 1;
                lock(&state).turn = turn;
                changed.notify_all();
            }
        }
        lock(&state).stopped = true;
        changed.notify_all();
    });
}

/// Nothing that panics runs under the lock.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Does `work`; a panic in it becomes its message with its place in the source, and nothing is printed.
pub(super) fn caught<R>(work: impl FnOnce() -> R) -> Result<R, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                return usual(info);
            }
            let place = info.location().map(|at| {
                let file = at.file().rsplit(['/', '\\']).next().unwrap_or_default();
                format!("{file}:{}", at.line())
            });
            PLACE.replace(place);
        }));
    });
    QUIET.set(true);
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    QUIET.set(false);
    result.map_err(|payload| {
        let message = message(payload.as_ref());
        match PLACE.take() {
            Some(place) => format!("{message} ({place})"),
            None => message.to_owned(),
        }
    })
}

fn message(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("unknown")
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn jobs(n: usize) -> NonZeroUsize {
        NonZeroUsize::new(n).unwrap()
    }

    #[test]
    fn results_come_in_order_and_few_are_in_flight() {
        let begun = AtomicUsize::new(0);
        let mut got = Vec::new();
        let work = |i: usize| {
            begun.fetch_add(1, Ordering::SeqCst);
            thread::sleep(Duration::from_millis((i as u64 * 7) % 5));
            i * i
        };
        in_order(600, jobs(3), work, |event| {
            match event {
                Event::Working(items) => assert!(items.len() <= 3),
                Event::Done(i, square) => {
                    assert!(begun.load(Ordering::SeqCst) <= i + 3 + SPARE);
                    got.push((i, square));
                }
            }
            ControlFlow::Continue(())
        });
        assert_eq!(got, (0..600).map(|i| (i, i * i)).collect::<Vec<_>>());
    }

    #[test]
    fn the_caller_ends_it_and_nothing_more_is_begun() {
        let begun = AtomicUsize::new(0);
        let work = |_| begun.fetch_add(1, Ordering::SeqCst);
        in_order(1000, jobs(2), work, |event| match event {
            Event::Done(3, _) => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        });
        assert!(begun.load(Ordering::SeqCst) <= 4 + 2 + SPARE);
        in_order(0, jobs(2), |_| (), |_| panic!("no item, no event"));
    }

    #[test]
    fn a_panic_becomes_a_message_with_its_place() {
        let result: Result<(), String> = caught(|| panic!("odd page {}", 3));
        let message = result.unwrap_err();
        assert!(message.starts_with("odd page 3 (batch.rs:"), "{message}");
        assert_eq!(caught(|| 5), Ok(5));
        assert_eq!(caught(|| panic::resume_unwind(Box::new(7))), Err::<(), _>("unknown".to_owned()));
    }

    #[test]
    fn deep_recursion_has_room() {
        fn deep(n: usize) -> usize {
            let filler = std::hint::black_box([n; 32]);
            if n == 0 { 0 } else { deep(n - 1) + usize::from(filler[31] == n) }
        }
        in_order(
            1,
            jobs(1),
            |_| deep(60_000),
            |event| {
                assert!(matches!(event, Event::Working(_) | Event::Done(0, 60_000)));
                ControlFlow::Continue(())
            },
        );
    }
}
