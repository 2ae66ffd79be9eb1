//! What is wrong is told in Chinese where the locale says so.

use crate::support::{Desk, Ran};

fn chinese(desk: &Desk, args: &[&str]) -> Ran {
    let output = desk.command().args(args).env("LC_ALL", "zh_CN.UTF-8").output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

#[track_caller]
fn tells(desk: &Desk, args: &[&str], code: i32, parts: &[&str]) {
    let told = chinese(desk, args).fails_with(code).stderr;
    for part in parts {
        assert!(told.contains(part), "{args:?}: no {part}: {told}");
    }
    assert!(told.starts_with("错误： ") && !told.contains("error:"), "{args:?}: {told}");
}

#[test]
fn wrong_arguments_are_told_in_chinese_with_usage_and_exit_code() {
    let desk = Desk::new();
    let cases: [(&[&str], &[&str]); 13] = [
        (&["query", "growth", "--formt", "csv"], &["多余或不认识的参数 '--formt'", "提示：有相近的参数 '--format'"]),
        (&["--formt", "csv", "query", "growth"], &["多余或不认识的参数 '--formt'", "提示：有相近的参数 '--format'"]),
        (
            &["query", "growth", "-f", "cvs"],
            &["'--format <FORMAT>' 不能取 'cvs'：可用：table, csv,", "详细说明：'--help'"],
        ),
        (&["completions", "zsch"], &["'<SHELL>' 不能取 'zsch'\n  [可用：bash, ", "提示：有相近的取值 'zsh'"]),
        (
            &["synth"],
            &["缺少必需的参数：\n  --departments <DEPARTMENTS>\n  --years <YEARS>\n\n用法：yusuan synth --departments"],
        ),
        (&["help", "ingst"], &["没有命令 'ingst'", "用法：yusuan "]),
        (&["ingest", "a", "--year", "12"], &["'--year <YEAR>' 不能取 '12'：12 不在 1949..=2100 之内"]),
        (&["ingest", "a", "--year", "二"], &["'--year <YEAR>' 不能取 '二'：不是整数"]),
        (&["ingest", "a", "-j", "0"], &["'--jobs <JOBS>' 不能取 '0'：不能是 0"]),
        (&["queries", "--db", "a", "--db", "b"], &["'--db <FILE>' 只能给一次"]),
        (&["queries", "--db"], &["'--db <FILE>' 缺少取值"]),
        (&["queries", "--bail=x"], &["'--bail' 不能带取值 'x'"]),
        (&["growht"], &["`growht` 不是命令、现成查询，也不是数据库文件；是不是 `growth`？"]),
    ];
    for (args, parts) in cases {
        tells(&desk, args, 2, parts);
    }
    // English is the parser's own.
    let told = desk.run(["query", "growth", "-f", "cvs"]).fails_with(2).stderr;
    assert!(told.starts_with("error: invalid value 'cvs' for '--format <FORMAT>': use one of table,"), "{told}");
    assert!(chinese(&desk, &["query", "--help"]).succeeds().stdout.contains("用法：yusuan query"));
}

#[test]
fn a_mapping_that_does_not_fit_is_told_in_chinese() {
    let desk = Desk::new();
    desk.write("odd.csv", "年份,单位名称,数额\n2023,甲局,5\n");
    desk.write("note.txt", "说明\n");
    let mapping = |name: &str, text: &str| desk.write(name, text);
    mapping("column.toml", "[columns]\namount = \"数\"\n");
    mapping("field.toml", "[columns]\nyaer = \"年份\"\n");
    mapping("empty.toml", "[values]\nunit = \"元\"\n");
    mapping("few.toml", "[columns]\nfiscal_year = \"年份\"\namount = \"数额\"\n");
    let all = "[columns]\nfiscal_year = \"年份\"\ndepartment = \"单位名称\"\namount = \"数额\"\n";
    mapping("all.toml", all);
    mapping("unit.toml", &format!("{all}[values]\nunit = \"斤\"\n"));
    let cases: [(&str, &str, &str); 8] = [
        ("column.toml", "odd.csv", "odd.csv: 映射写了列 `数`，表里没有；表里有 年份, 单位名称, 数额\n"),
        ("field.toml", "odd.csv", "没有字段 `yaer`，可用的有 `fiscal_year`, "),
        ("empty.toml", "odd.csv", "映射没有写任何列；请在 [columns] 下写 fiscal_year、department 和 amount"),
        ("few.toml", "odd.csv", "没有一列是部门；请在映射中写明是哪一列"),
        ("all.toml", "odd.csv", "没有一列是金额单位；请在映射中写明是哪一列"),
        ("unit.toml", "odd.csv", "`斤` 不是金额单位（元、千元、万元、亿元）"),
        ("all.toml", "note.txt", "映射只用于 csv、tsv、parquet 或 xlsx 的表，这个文件不是；请另存为其中一种"),
        ("none.toml", "odd.csv", "none.toml：无法读取映射：没有这个文件或文件夹"),
    ];
    for (mapping, file, part) in cases {
        tells(&desk, &["ingest", file, "--mapping", mapping], 1, &[part]);
    }
}

#[test]
fn files_pipelines_and_statements_that_fail_are_told_in_chinese_and_what_was_typed_stays() {
    let desk = Desk::with_samples();
    desk.write("note.txt", "说明\n");
    desk.write("bytes.pdf", [0, 1, 2]);
    tells(&desk, &["ingest", "note.txt"], 1, &["note.txt: 在 1 行中没有找到预算表"]);
    tells(&desk, &["ingest", "bytes.pdf"], 1, &["bytes.pdf: 这不是文本：第 0 字节是 0x00；也不是 PDF"]);
    tells(&desk, &["ingest", "none.pdf"], 1, &["none.pdf: 没有这个文件或文件夹"]);
    let pipeline = "from growth | filter nosuch = 'a; b'";
    tells(&desk, &["frame", pipeline], 1, &[&format!("\n  {pipeline}\n  ")]);
    tells(
        &desk,
        &["frame", "from growth | fliter x"],
        1,
        &["frame：没有动词 `fliter`", "是不是 `filter`？", "动词：filter, "],
    );
    tells(
        &desk,
        &["frame", "from growth | sort nosuch"],
        1,
        &["frame：这里没有列 `nosuch`", "这里的列：department, region, "],
    );
    tells(&desk, &["query", "growth", "-o", "x.foo"], 2, &["x.foo：文件名不能说明格式", "之一结尾，或用 -f 指定格式"]);
    tells(&desk, &["sql", "SELECT nosuch FROM departments"], 1, &["LINE 1: SELECT nosuch FROM departments\n"]);
    tells(&desk, &["-c", "growth", "-c", ".why 99"], 1, &["上次结果没有第 99 行；共 "]);
}
