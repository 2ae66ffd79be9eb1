//! Reading from DuckDB when a pipeline is run, not before, and only the columns that it uses.
//!
//! polars runs in a thread of its own and asks for rows over a channel; the thread that owns the database answers.
//! So Ctrl-C is heard at once, and a failure inside polars ends the pipeline, not the program.

use std::any::Any;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, SyncSender};
use std::sync::{Arc, Mutex, Once, PoisonError};
use std::thread::Builder;
use std::time::Duration;

use polars::prelude::{
    AnonymousScan, AnonymousScanArgs, DataFrame, LazyFrame, PolarsError, PolarsResult, ScanArgsAnonymous, SchemaRef,
};

use super::error::Fault;
use super::expr;
use crate::record::sql_name;
use crate::store::{Store, StoreError};

/// How often Ctrl-C is looked for.
const TICK: Duration = Duration::from_millis(50);
/// Deep expressions are read by recursion.
const STACK: usize = 64 << 20;

enum Message {
    Fetch(String, SyncSender<PolarsResult<DataFrame>>),
    Done(Result<PolarsResult<DataFrame>, String>),
}

/// The way from polars to the database while a pipeline runs.
#[derive(Debug, Default)]
pub(super) struct Gate(Mutex<Option<Sender<Message>>>);

impl Gate {
    fn set(&self, sender: Option<Sender<Message>>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = sender;
    }

    fn fetch(&self, sql: String) -> PolarsResult<DataFrame> {
        let closed = || PolarsError::ComputeError("the database is not at hand".into());
        let sender = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone().ok_or_else(closed)?;
        let (reply, answer) = mpsc::sync_channel(1);
        sender.send(Message::Fetch(sql, reply)).map_err(|_| closed())?;
        answer.recv().map_err(|_| closed())?
    }
}

struct Scan {
    sql: String,
    gate: Arc<Gate>,
}

impl AnonymousScan for Scan {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn scan(&self, wanted: AnonymousScanArgs) -> PolarsResult<DataFrame> {
        let columns = wanted.with_columns.as_deref().unwrap_or_default();
        let list: Vec<String> = columns.iter().map(|c| sql_name(c)).collect();
        let list = if list.is_empty() { "*".to_owned() } else { list.join(", ") };
        let limit = wanted.n_rows.map(|n| format!(" LIMIT {n}")).unwrap_or_default();
        self.gate.fetch(format!("SELECT {list} FROM ({}){limit}", self.sql))
    }

    fn allows_projection_pushdown(&self) -> bool {
        true
    }
}

/// A query as a frame: its columns are known, its rows are read when they are needed.
pub(super) fn lazy(store: &Store, sql: &str, gate: &Arc<Gate>) -> Result<(LazyFrame, SchemaRef), Fault> {
    let sql = sql.trim().trim_end_matches([';', '；']);
    let empty = store.frame(&format!("SELECT * FROM ({sql}) LIMIT 0")).map_err(|e| Fault::new(said(&e)))?;
    let schema = empty.schema().clone();
    let args = ScanArgsAnonymous { schema: Some(schema.clone()), name: "DUCKDB", ..ScanArgsAnonymous::default() };
    let scan = Arc::new(Scan { sql: sql.to_owned(), gate: gate.clone() });
    let lazy = LazyFrame::anonymous_scan(scan, args).map_err(|e| Fault::new(expr::plain(&e)))?;
    Ok((lazy, schema))
}

/// What DuckDB says, without the statement around ours.
fn said(error: &StoreError) -> String {
    let text = error.to_string();
    let text = text.split("\n\nLINE ").next().unwrap_or_default();
    text.lines().map(str::trim).filter(|l| !l.is_empty()).collect::<Vec<_>>().join("; ")
}

/// Runs a pipeline; `stopped` tells whether Ctrl-C was pressed.
pub(super) fn collect(
    lazy: LazyFrame,
    store: &Store,
    gate: &Gate,
    stopped: &dyn Fn() -> bool,
) -> Result<DataFrame, Fault> {
    let interrupted = || Fault { interrupted: true, ..Fault::default() };
    let (sender, receiver) = mpsc::channel();
    gate.set(Some(sender.clone()));
    quiet();
    RUNNING.fetch_add(1, Ordering::SeqCst);
    let work = move || {
        let result = panic::catch_unwind(AssertUnwindSafe(|| lazy.collect()));
        RUNNING.fetch_sub(1, Ordering::SeqCst);
        // Nobody listens after Ctrl-C.
        let _ = sender.send(Message::Done(result.map_err(|payload| payload_text(payload.as_ref()))));
    };
    let spawned = Builder::new().name("frame".to_owned()).stack_size(STACK).spawn(work);
    let result = match spawned {
        Ok(_) => serve(store, &receiver, stopped),
        Err(error) => {
            RUNNING.fetch_sub(1, Ordering::SeqCst);
            Err(Fault::new(format!("no thread to run in: {error}")))
        }
    };
    gate.set(None);
    match result {
        Err(_) if stopped() => Err(interrupted()),
        other => other,
    }
}

fn serve(store: &Store, receiver: &Receiver<Message>, stopped: &dyn Fn() -> bool) -> Result<DataFrame, Fault> {
    loop {
        match receiver.recv_timeout(TICK) {
            Ok(Message::Fetch(sql, reply)) => {
                let rows = store.frame(&sql).map_err(|e| PolarsError::ComputeError(said(&e).into()));
                // A pipeline that failed meanwhile does not wait for the answer.
                let _ = reply.send(rows);
            }
            Ok(Message::Done(Ok(result))) => return result.map_err(|e| Fault::new(expr::plain(&e))),
            Ok(Message::Done(Err(message))) => {
                return Err(Fault::new(format!("polars failed on this pipeline: {message}"))
                    .help("please report it; another order of the stages may do"));
            }
            Err(RecvTimeoutError::Timeout) if stopped() => return Err(Fault::new("interrupted")),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Err(Fault::new("the pipeline ended without a result")),
        }
    }
}

/// Pipelines that are running: their panics are told as errors, not on the terminal.
static RUNNING: AtomicUsize = AtomicUsize::new(0);

fn quiet() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // What polars deprecates is for programmers.
        polars::error::set_warning_function(|_, _| {});
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if RUNNING.load(Ordering::SeqCst) == 0 {
                usual(info);
            }
        }));
    });
}

/// Does `work` without letting a panic of polars through.
pub(super) fn guarded<R>(work: impl FnOnce() -> Result<R, Fault>) -> Result<R, Fault> {
    quiet();
    RUNNING.fetch_add(1, Ordering::SeqCst);
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    RUNNING.fetch_sub(1, Ordering::SeqCst);
    result.unwrap_or_else(|payload| {
        Err(Fault::new(format!("polars failed on this stage: {}", payload_text(payload.as_ref()))))
    })
}

fn payload_text(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("unknown");
    super::error::shortened(text.lines().next().unwrap_or_default(), 200)
}
