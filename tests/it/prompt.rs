//! The prompt in a real pseudo terminal.

use std::time::Duration;

use expectrl::{Eof, Expect as _, Session};

use crate::run::{Yusuan, with_database};

struct Prompt {
    session: expectrl::session::OsSession,
    _run: Yusuan,
}

impl Prompt {
    fn open() -> Self {
        let run = with_database().args(["x.duckdb"]);
        let mut command = run.command();
        command.env("TERM", "xterm");
        let mut session = Session::spawn(command).unwrap();
        session.set_expect_timeout(Some(Duration::from_mins(1)));
        let mut prompt = Self { session, _run: run };
        prompt.sees(".help for help");
        prompt.sees("预算> ");
        prompt
    }

    #[track_caller]
    fn sees(&mut self, text: &str) {
        self.session.expect(text).unwrap_or_else(|e| panic!("no {text:?}: {e}"));
    }

    fn types(&mut self, text: &str) {
        self.session.send(text).unwrap();
    }

    /// Types a key every second until the program has got it: a busy machine may take its time.
    #[track_caller]
    fn types_until(&mut self, key: &str, text: &str) {
        self.session.set_expect_timeout(Some(Duration::from_secs(1)));
        let seen = (0..60).any(|_| {
            std::thread::sleep(Duration::from_millis(300));
            self.types(key);
            self.session.expect(text).is_ok()
        });
        self.session.set_expect_timeout(Some(Duration::from_mins(1)));
        assert!(seen, "no {text:?}");
    }

    #[track_caller]
    fn ends(&mut self) {
        self.session.expect(Eof).unwrap();
    }
}

#[test]
fn sql_goes_over_several_lines() {
    let mut prompt = Prompt::open();
    prompt.types("SELECT 41\r");
    prompt.types("+ 1 AS answer;\r");
    prompt.sees("(1 row)");
    prompt.types(".quit\r");
    prompt.ends();
}

#[test]
fn errors_and_ctrl_c_end_nothing() {
    let mut prompt = Prompt::open();
    prompt.types(".hlep\r");
    prompt.sees("did you mean `.help`?");
    prompt.types("SELECT nothing;\r");
    prompt.sees("error:");
    prompt.sees("预算> ");
    prompt.types("SELECT 1 +");
    prompt.types("\x03");
    // What is typed in the same moment as Ctrl-C is lost with the line.
    prompt.sees("预算> ");
    prompt.types(".help\r");
    prompt.sees("leave (also Ctrl-D)");
    prompt.sees("预算> ");
    prompt.types("\x04");
    prompt.ends();
}

#[test]
fn ctrl_c_stops_a_running_statement() {
    let mut prompt = Prompt::open();
    prompt.types("SELECT count(*) FROM range(100000000) a, range(100000000) b WHERE a.range * b.range = 7;\r");
    prompt.types_until("\x03", "interrupted");
    prompt.types("SELECT 6 * 7;\r");
    prompt.sees("42");
    prompt.types(".exit\r");
    prompt.ends();
}

#[test]
fn tab_completes_commands() {
    let mut prompt = Prompt::open();
    prompt.types(".tim\t");
    prompt.types("on\r");
    prompt.sees("timer on");
    prompt.types(".quit\r");
    prompt.ends();
}
