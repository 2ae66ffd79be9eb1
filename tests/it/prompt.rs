//! The prompt in a real pseudo terminal.

use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;
use std::time::Duration;

use expectrl::{Eof, Expect as _, Session};
use tempfile::TempDir;

use crate::run::isolate;
use crate::support::Desk;

/// A busy machine may take its time.
const PATIENCE: Duration = Duration::from_mins(1);
/// What the editor sends when it begins to read: the prompt itself is drawn again with every key.
const READY: &str = "\x1b[?2004h";
const OFFICE: &str = "洛阳市洛龙区人民政府办公室";

/// A database of the samples, made once; every prompt has a copy.
static SAMPLES: LazyLock<Desk> = LazyLock::new(Desk::with_samples);

struct Prompt {
    session: expectrl::session::OsSession,
}

/// A folder with a database.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    std::fs::copy(SAMPLES.path("budget.duckdb"), folder.path().join("budget.duckdb")).unwrap();
    folder
}

impl Prompt {
    fn open(folder: &Path) -> Self {
        Self::with(folder, &[], |_| {})
    }

    fn with(folder: &Path, args: &[&str], set: impl FnOnce(&mut Command)) -> Self {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("yusuan"));
        isolate(&mut command, folder);
        command.args(args).env("TERM", "xterm").env("NO_COLOR", "1").env_remove("PAGER");
        for name in ["LC_ALL", "LC_MESSAGES", "VISUAL", "EDITOR"] {
            command.env_remove(name);
        }
        command.env("LANG", "C.UTF-8");
        set(&mut command);
        let mut session = Session::spawn(command).unwrap();
        session.get_process_mut().set_window_size(100, 40).unwrap();
        session.set_expect_timeout(Some(PATIENCE));
        let mut prompt = Self { session };
        prompt.sees(READY);
        prompt
    }

    #[track_caller]
    fn sees(&mut self, text: &str) {
        self.session.expect(text).unwrap_or_else(|e| panic!("no {text:?}: {e}"));
    }

    fn types(&mut self, text: &str) {
        self.session.send(text).unwrap();
    }

    /// Types a line, and waits for what it gives and for the next prompt.
    #[track_caller]
    fn answers(&mut self, line: &str, text: &str) {
        self.types(line);
        self.types("\r");
        self.sees(text);
        self.sees(READY);
    }

    /// Types a key every second until the program has got it.
    #[track_caller]
    fn types_until(&mut self, key: &str, text: &str) {
        self.session.set_expect_timeout(Some(Duration::from_secs(1)));
        let seen = (0..60).any(|_| {
            std::thread::sleep(Duration::from_millis(300));
            self.types(key);
            self.session.expect(text).is_ok()
        });
        self.session.set_expect_timeout(Some(PATIENCE));
        assert!(seen, "no {text:?}");
    }

    #[track_caller]
    fn leaves(mut self) {
        self.types(".quit\r");
        self.session.expect(Eof).unwrap();
    }
}

#[test]
fn sql_goes_over_several_lines() {
    let folder = folder();
    let mut prompt = Prompt::open(folder.path());
    prompt.types("SELECT 41\r");
    prompt.sees("goes on");
    prompt.types("+ 1 AS answer;\r");
    prompt.sees("42");
    prompt.sees("(1 row)  ");
    prompt.sees(" ms");
    prompt.sees(READY);
    // DuckDB's own dialect is not refused.
    prompt.answers("FROM range(3) SELECT max(range) + 75 AS m;", "77");
    prompt.answers("PIVOT (SELECT 1 AS a, 'x88' AS b) ON b USING sum(a);", "x88");
    prompt.answers("SUMMARIZE SELECT 99 AS c;", "99");
    prompt.leaves();
}

#[test]
fn errors_and_ctrl_c_end_nothing_and_ctrl_d_leaves() {
    let folder = folder();
    let mut prompt = Prompt::open(folder.path());
    prompt.answers(".hlep", "did you mean `.help`?");
    prompt.answers("growht", "did you mean `growth`?");
    prompt.answers("growth sinse=2019", "did you mean `since`?");
    prompt.answers("growth '洛龙", "a quote is opened and not closed");
    prompt.answers("peers measure=totl", "total");
    prompt.answers("SELECT nothing;", "error:");
    prompt.types("SELECT 'x\r");
    prompt.sees("a quote is open");
    prompt.types("\x03");
    // What is typed in the same moment as Ctrl-C is lost with the line.
    prompt.sees(READY);
    prompt.answers(".help", "leave (also Ctrl-D)");
    prompt.types("\x04");
    prompt.session.expect(Eof).unwrap();
}

#[test]
fn ctrl_c_stops_a_running_statement_and_the_time_is_shown_meanwhile() {
    let folder = folder();
    let mut prompt = Prompt::open(folder.path());
    prompt.types("SELECT count(*) FROM range(100000000) a, range(100000000) b WHERE a.range * b.range = 7;\r");
    prompt.sees(" s  (Ctrl-C stops it)");
    prompt.types_until("\x03", "interrupted");
    prompt.sees(READY);
    prompt.answers("SELECT 6 * 7;", "42");
    prompt.leaves();
}

#[test]
fn a_pipeline_is_typed_with_tab_over_lines_and_stopped() {
    let folder = folder();
    let mut prompt = Prompt::open(folder.path());
    prompt.answers("frame from growth lysll\t| filter years_obs\t> 0 | agg COUN\t*) AS 个数", "(1 row");
    prompt.types("frame from growth 洛龙 |\r");
    prompt.types("select amount * 2 AS 两倍\r");
    prompt.sees("2,893.38");
    prompt.answers("| select 两倍 / 20000 AS 万", "1446.69");
    prompt.types(
        "frame from (SELECT count(*) AS n FROM range(100000000) a, range(100000000) b WHERE a.range * b.range = 7)\r",
    );
    std::thread::sleep(std::time::Duration::from_millis(500));
    prompt.types_until("\x03", "interrupted");
    prompt.sees(READY);
    prompt.answers("SELECT 6 * 7;", "42");
    prompt.leaves();
}

#[test]
fn tab_completes_commands_parameters_and_departments() {
    let folder = folder();
    let mut prompt = Prompt::open(folder.path());
    prompt.answers(".tim\toff", "timer off");
    // By pinyin initials, by an inner part; the parameter by its beginning.
    prompt.answers("structure lysll\tye\t2023", "(4 rows");
    prompt.answers("structure department=办公\t", "(4 rows");
    prompt.answers("FROM growth(department := '洛龙\t);", OFFICE);
    // A list of what there is, with what it means.
    prompt.types("growth \t");
    prompt.sees("since=");
    prompt.sees("first fiscal year shown");
    prompt.sees("合成示例局");
    prompt.types("\x03");
    prompt.sees(READY);
    // What fits by an inner part is not replaced by a common beginning.
    prompt.types("departments 局\t");
    prompt.types("\r");
    prompt.sees("合成示例局");
    prompt.sees(READY);
    prompt.leaves();
}

#[test]
fn a_pipeline_is_completed_stage_by_stage() {
    let folder = folder();
    let mut prompt = Prompt::open(folder.path());
    prompt.types("frame from total_exp\t| filt\t");
    prompt.types("fiscal_y\t= 2021 | select fiscal_year, am\t\r");
    prompt.sees("809.75");
    prompt.sees(READY);
    prompt.answers("| head 1", "809.75");
    prompt.answers("frame from total_expenditure | filtr fiscal_year", "filter");
    prompt.leaves();
}

#[test]
fn odd_and_long_input_ends_nothing() {
    let folder = folder();
    let mut prompt = Prompt::open(folder.path());
    // Bytes that are no text.
    prompt.session.send([0xff, 0xfe, b'\r']).unwrap();
    prompt.sees("this is no UTF-8");
    prompt.sees(READY);
    // A long line, pasted as terminals do it; more is what scripts are for.
    let long = format!("\x1b[200~SELECT length('{}') AS n;\x1b[201~", "预".repeat(30_000));
    prompt.types(&long);
    prompt.answers("", "30,000");
    // And typed.
    prompt.types(&format!("SELECT length('{}')", "x".repeat(5_000)));
    prompt.answers(" AS n;", "5000");
    // Several statements pasted at once.
    prompt.types("\x1b[200~SELECT 1 AS a;\nstructure 洛龙\nSELECT 77 AS b;\x1b[201~");
    prompt.answers("", "77");
    prompt.leaves();
}

#[test]
fn hints_tell_what_a_query_takes_and_what_was_typed_before() {
    let folder = folder();
    let mut prompt = Prompt::open(folder.path());
    prompt.types("growth ");
    prompt.sees("[department=…] [region=…] [since=…]");
    prompt.types("since=");
    prompt.sees("first fiscal year shown");
    prompt.answers("2023", "2023");
    // The right arrow takes what is shown from the history.
    prompt.types("growth s");
    prompt.sees("ince=2023");
    prompt.answers("\x1b[C", "2023");
    prompt.leaves();
}

#[test]
fn chinese_is_typed_and_taken_back_character_by_character() {
    let folder = folder();
    let mut prompt = Prompt::open(folder.path());
    prompt.answers("三公经费 洛龙错错\x7f\x7f", OFFICE);
    prompt.answers("SELECT '预算' || length('三公') AS 名；", "预算2");
    // To the beginning of the line, over wide characters.
    prompt.answers("ELECT '甲乙' || 3 AS 名;\x01S", "甲乙3");
    prompt.leaves();
}

#[test]
fn the_history_keeps_whole_statements_over_runs() {
    let folder = folder();
    let mut first = Prompt::open(folder.path());
    first.types("SELECT 41\r");
    first.sees("goes on");
    first.types("+ 1 AS answer;\r");
    first.sees("42");
    first.sees(READY);
    first.answers("SELECT 5 AS five;", "five");
    first.answers("SELECT 5 AS five;", "five");
    first.leaves();
    let file = std::fs::read_to_string(folder.path().join("xdg_data_home/yusuan/history")).unwrap();
    let items: Vec<&str> = file.lines().skip(1).collect();
    assert_eq!(items, ["SELECT 41\\n+ 1 AS answer;", "SELECT 5 AS five;", ".quit"]);

    let mut second = Prompt::open(folder.path());
    // Up thrice: the multi-line statement comes back as one.
    second.answers("\x1b[A\x1b[A\x1b[A", "42");
    // Ctrl-R searches.
    second.types("\x12five");
    second.sees("reverse-i-search");
    second.types("\r");
    second.sees("five");
    second.sees("5");
    second.sees(READY);
    second.leaves();
}

#[cfg(unix)]
#[test]
fn what_is_longer_than_the_screen_goes_to_the_pager() {
    let folder = folder();
    let mut prompt = Prompt::with(folder.path(), &[], |command| {
        command.env("PAGER", "sed s/^/page:/");
    });
    prompt.answers("SELECT 1234 AS short;", "1234");
    prompt.answers("SELECT 1000 + range AS long FROM range(60);", "page:");
    prompt.answers(".pager off", "pager off");
    prompt.types("SELECT 1000 + range AS long FROM range(60);\r");
    let seen = prompt.session.expect("(60 rows").unwrap();
    assert!(!String::from_utf8_lossy(seen.before()).contains("page:"));
    prompt.sees(READY);
    prompt.leaves();
}

#[test]
fn a_table_fits_the_window_as_it_is_now() {
    let folder = folder();
    let mut prompt = Prompt::open(folder.path());
    prompt.session.get_process_mut().set_window_size(60, 40).unwrap();
    prompt.answers("documents 合成", "not shown for lack of width");
    prompt.session.get_process_mut().set_window_size(300, 40).unwrap();
    prompt.types("documents 合成\r");
    let seen = prompt.session.expect("(5 rows").unwrap();
    assert!(!String::from_utf8_lossy(seen.before()).contains("not shown"));
    prompt.sees(READY);
    prompt.leaves();
}

#[cfg(unix)]
#[test]
fn a_statement_is_edited_in_the_editor() {
    let folder = folder();
    let mut prompt = Prompt::with(folder.path(), &[], |command| {
        command.env("EDITOR", "sed -i s/41/42/").env("TMPDIR", folder.path());
    });
    prompt.answers("SELECT 41 AS answer;", "(1 row");
    prompt.types(".edit\r");
    prompt.sees("SELECT 42");
    prompt.types("\r");
    prompt.sees("(1 row");
    prompt.sees(READY);
    prompt.types(".edit SELECT '41' || 'x' AS y;\r");
    prompt.sees("SELECT '42'");
    prompt.types("\r");
    prompt.sees("42x");
    prompt.sees(READY);
    prompt.leaves();
}

#[test]
fn messages_are_chinese_where_the_locale_is() {
    let folder = folder();
    let mut prompt = Prompt::with(folder.path(), &[], |command| {
        command.env("LANG", "zh_CN.UTF-8");
    });
    prompt.answers(".hlep", "没有命令 `.hlep`；是不是 `.help`？");
    prompt.answers(".help", "退出（也可用 Ctrl-D）");
    prompt.answers("growht", "没有查询 `growht`；是不是 `growth`？");
    prompt.answers("SELECT 1 AS 数;", "（1 行）");
    prompt.leaves();
}

#[test]
fn what_is_typed_has_colours_in_a_terminal_unless_told_otherwise() {
    let folder = folder();
    let mut coloured = Prompt::with(folder.path(), &[], |command| {
        command.env_remove("NO_COLOR");
    });
    coloured.types("SELECT");
    coloured.sees("\x1b[1;34mSELECT");
    coloured.types("\x03");
    coloured.sees(READY);
    coloured.answers(".hlep", "\x1b[31merror:\x1b[0m unknown command");
    coloured.types("growth ");
    coloured.sees("\x1b[1;36mgrowth");
    coloured.types("\x03");
    coloured.sees(READY);
    coloured.leaves();
    let mut plain = Prompt::open(folder.path());
    plain.types("SELECT 7 AS seven;\r");
    let seen = plain.session.expect("(1 row").unwrap();
    assert!(!String::from_utf8_lossy(seen.before()).contains("\x1b[1;34m"));
    plain.sees(READY);
    plain.leaves();
}
