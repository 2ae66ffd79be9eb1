//! The published documents varied in ways that keep their content: other departments, years, page breaks, formats and
//! words of the same forms. What is read must not change.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::LazyLock;

use yusuan::record::{Dimensions, Disclosure, Stage, TableKind, join_key, parse_number};
use yusuan::source::{Block, Cell, Document, Grid, GridRow, Span, read};
use yusuan::table::{Overrides, recognise};

use crate::corpus::corpus;
use crate::support::samples;

/// All documents at hand, read once.
fn documents() -> &'static [Document] {
    static DOCUMENTS: LazyLock<Vec<Document>> = LazyLock::new(find);
    &DOCUMENTS
}

fn find() -> Vec<Document> {
    let mut folders = vec![samples()];
    if let Some(corpus) = corpus() {
        folders.extend([corpus.join("henan"), corpus.join("jiangsu"), corpus.join("shanghai")]);
    }
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            match path.extension().and_then(|e| e.to_str()) {
                None if path.is_dir() => folders.push(path),
                Some("pdf" | "txt") => files.push(path),
                _ => {}
            }
        }
    }
    files.sort();
    files.iter().map(|f| read(f).unwrap()).collect()
}

fn read_again(document: &Document) -> Option<Disclosure> {
    recognise(document.clone(), &Overrides { department: Some("某局".to_owned()), ..Overrides::default() }).ok()
}

/// Amounts by table and meaning, however they were printed.
fn essence(disclosure: &Disclosure) -> BTreeMap<String, i32> {
    let mut set = BTreeMap::new();
    for table in &disclosure.tables {
        for cell in &table.cells {
            let fact = cell.fact.as_ref().map(|f| {
                let name = |p: usize| disclosure.projects[p].name.replace(|c: char| c.is_ascii_digit(), "");
                let project = f.project.map(|p| join_key(&name(p)).into_owned());
                let dimensions = Dimensions { stage: f.dimensions.stage.or(Some(Stage::Budget)), ..f.dimensions };
                let (function, economic) = (f.function_code.as_deref(), f.economic_code.as_deref());
                format!("{dimensions:?} {function:?} {economic:?} {project:?} {}", f.amount.normalize())
            });
            *set.entry(format!("{} {} {}", table.kind, cell.row_code, fact.unwrap_or_default())).or_default() += 1;
        }
    }
    set
}

/// What is missing (negative) and what is new.
fn difference(before: &BTreeMap<String, i32>, after: &BTreeMap<String, i32>) -> Vec<String> {
    let mut all = after.clone();
    for (key, n) in before {
        *all.entry(key.clone()).or_default() -= n;
    }
    all.into_iter().filter(|(_, n)| *n != 0).map(|(key, n)| format!("{n:+} {key}")).collect()
}

/// Applies a variation to every document: what is read must stay.
#[track_caller]
fn stays(vary: impl Fn(&Document, &Disclosure) -> Document) {
    let mut found = Vec::new();
    for document in documents() {
        let Some(before) = read_again(document) else { continue };
        let file = document.path.rsplit('/').next().unwrap_or_default();
        match read_again(&vary(document, &before)) {
            Some(after) => {
                let differences = difference(&essence(&before), &essence(&after));
                found.extend(differences.into_iter().map(|d| format!("{file}: {d}")));
            }
            None => found.push(format!("{file}: nothing is read")),
        }
    }
    assert!(found.is_empty(), "{} differences: {:#?}", found.len(), &found[..found.len().min(30)]);
}

/// What sentences state, without the sentences.
fn stated(disclosure: &Disclosure) -> Vec<String> {
    let claims = disclosure.claims.iter();
    claims
        .map(|c| {
            format!("{} {:?} {:?} {:?} {:?} {:?}", c.subject, c.amount, c.change, c.growth_pct, c.share_pct, c.count)
        })
        .collect()
}

fn map_lines(document: &Document, change: impl Fn(&str) -> String) -> Document {
    let mut document = document.clone();
    for block in &mut document.blocks {
        if let Block::Text(line) = block {
            line.text = change(&line.text);
        }
    }
    document
}

fn map_grids(document: &Document, change: impl Fn(&Grid) -> Vec<Block>) -> Document {
    let mut document = document.clone();
    document.blocks = document
        .blocks
        .iter()
        .flat_map(|block| match block {
            Block::Grid(grid) => change(grid),
            Block::Text(_) => vec![block.clone()],
        })
        .collect();
    document
}

fn map_cells(document: &Document, change: impl Fn(&str) -> String) -> Document {
    map_grids(document, |grid| {
        let mut grid = grid.clone();
        for cell in grid.rows.iter_mut().flat_map(|r| &mut r.cells) {
            cell.text = change(&cell.text).into();
        }
        vec![Block::Grid(grid)]
    })
}

fn map_texts(document: &Document, change: impl Fn(&str) -> String) -> Document {
    map_lines(&map_cells(document, &change), &change)
}

fn as_is(grid: &Grid) -> Vec<Block> {
    vec![Block::Grid(grid.clone())]
}

fn is_amount(text: &str) -> bool {
    text.contains('.') && matches!(parse_number(text), Ok(Some(_)))
}

/// The first row with an amount.
fn body(grid: &Grid) -> Option<usize> {
    grid.rows.iter().position(|r| r.cells.iter().any(|c| is_amount(&c.text)))
}

/// Whether no cell above reaches into the row.
fn is_apart(grid: &Grid, row: usize) -> bool {
    grid.rows
        .iter()
        .take(row)
        .enumerate()
        .all(|(at, r)| r.cells.iter().all(|c| c.span.is_none_or(|s| at + s.rows as usize <= row)))
}

/// Cuts every grid at a row of its body.
fn broken(grid: &Grid, with_header: bool) -> Vec<Block> {
    let Some(first) = body(grid) else { return as_is(grid) };
    let Some(at) = (first + 2..grid.rows.len().saturating_sub(1)).find(|r| is_apart(grid, *r)) else {
        return as_is(grid);
    };
    let header = if with_header && is_apart(grid, first) { first } else { 0 };
    let upper = Grid { rows: grid.rows[..at].to_vec(), ..Grid::default() };
    let lower = Grid { rows: grid.rows[..header].iter().chain(&grid.rows[at..]).cloned().collect(), ..Grid::default() };
    vec![Block::Grid(upper), Block::Grid(lower)]
}

fn grouped(text: &str) -> String {
    if !is_amount(text) {
        return text.to_owned();
    }
    let plain = text.replace([',', ' '], "");
    let (whole, decimals) = plain.split_once('.').unwrap();
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |d| ("-", d));
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 {
            out.push(',');
        }
        out.push(c);
    }
    format!("{sign}{out}.{decimals}")
}

/// Years that a text names, three years on.
fn later(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::new();
    let mut i = 0;
    while i < chars.len() {
        let year: String = chars[i..chars.len().min(i + 4)].iter().collect();
        let apart = i == 0 || !chars[i - 1].is_ascii_digit();
        let follows = chars.get(i + 4).is_none_or(|c| !c.is_ascii_digit() && *c != '.');
        if apart && follows && year.starts_with("20") && year.len() == 4 && year.parse::<u16>().is_ok_and(|y| y < 2030)
        {
            out.push_str(&(year.parse::<u16>().unwrap() + 3).to_string());
            i += 4;
        } else {
            out.push(chars[i]);
            i += 1;
        }
    }
    out
}

/// Tables in the reverse order: every run from a title to the line before the next one is moved.
fn reversed(document: &Document, read: &Disclosure) -> Document {
    let titles: Vec<_> =
        read.tables.iter().filter(|t| t.kind != TableKind::Unknown).map(|t| (t.place, &t.title)).collect();
    let starts: Vec<usize> = document
        .blocks
        .iter()
        .enumerate()
        .filter(|(i, b)| {
            matches!(b, Block::Text(l) if titles.iter().any(|(p, t)| *p == l.place && join_key(&l.text) == join_key(t)))
                && document.blocks[*i..].iter().take(8).any(|b| matches!(b, Block::Grid(_)))
        })
        .map(|(i, _)| i)
        .collect();
    let (Some(first), Some(last)) = (starts.first(), starts.last()) else { return document.clone() };
    let end =
        document.blocks[*last..].iter().rposition(|b| matches!(b, Block::Grid(_))).map_or(*last, |i| last + i + 1);
    let mut runs: Vec<&[Block]> = Vec::new();
    for pair in starts.windows(2) {
        runs.push(&document.blocks[pair[0]..pair[1]]);
    }
    runs.push(&document.blocks[*last..end]);
    let mut blocks = document.blocks[..*first].to_vec();
    blocks.extend(runs.into_iter().rev().flatten().cloned());
    blocks.extend_from_slice(&document.blocks[end..]);
    Document { blocks, ..document.clone() }
}

fn to_yuan(document: &Document) -> Document {
    let mut document = document.clone();
    let mut wan = false;
    for block in &mut document.blocks {
        match block {
            Block::Text(line) => {
                let key = join_key(&line.text);
                if key.contains("单位:") && key.ends_with("万元") {
                    wan = true;
                    line.text = line.text.replace("万元", "元").replace('万', "");
                } else if key.ends_with('表') {
                    wan = false;
                }
            }
            // A form states its unit inside: 项目资金（元）.
            Block::Grid(grid)
                if wan && !grid.rows.iter().flat_map(|r| &r.cells).any(|c| join_key(&c.text).contains("(元)")) =>
            {
                for cell in grid.rows.iter_mut().flat_map(|r| &mut r.cells) {
                    if is_amount(&cell.text) || matches!(cell.text.as_str(), "25" | "15") {
                        let amount = parse_number(&cell.text).unwrap().unwrap() * rust_decimal::Decimal::from(10_000);
                        cell.text = grouped(&format!("{amount:.2}")).into();
                    }
                }
            }
            Block::Grid(_) => {}
        }
    }
    document
}

fn spaced(text: &str) -> String {
    if text.chars().any(|c| c.is_ascii_digit()) || text.chars().count() > 30 {
        return text.to_owned();
    }
    text.chars().enumerate().map(|(i, c)| if i % 3 == 2 { format!("{c} ") } else { c.to_string() }).collect()
}

fn half_width(text: &str) -> String {
    text.replace('（', "(").replace('）', ")").replace('：', ":").replace('，', ",")
}

fn replaced(pairs: &[(&str, &str)], text: &str) -> String {
    let key = join_key(text);
    match pairs.iter().find(|(from, _)| key == join_key(from)) {
        Some((_, to)) => (*to).to_owned(),
        None => text.to_owned(),
    }
}

const TITLES: &[(&str, &str)] = &[
    ("收支预算总表", "收支总表"),
    ("收入预算总表", "收入总表"),
    ("支出预算总表", "支出总表"),
    ("支出预算表", "支出表"),
    ("收支预算表", "收支总体情况表"),
    ("收入预算表", "收入总体情况表"),
    ("采购预算表", "采购支出表"),
];

const HEADINGS: &[(&str, &str)] = &[
    ("因公出国(境)费", "因公出国（境）费用"),
    ("公务用车购置及运行费", "公务用车购置及运行维护费"),
    ("公务接待费", "公务接待费用"),
    ("购置费", "公务用车购置费"),
    ("运行费", "公务用车运行维护费"),
    ("预算数", "2025年预算数"),
    ("金额", "预算数"),
    ("功能科目编码", "科目编码"),
    ("功能科目名称", "科目名称"),
    ("基本支出", "基本支出（万元）"),
    ("对个人和家庭的补助", "对个人和家庭补助支出"),
    ("政府性基金", "政府性基金预算拨款"),
    ("一般公共预算", "一般公共预算拨款"),
    ("国有资本经营预算", "国有资本经营预算拨款"),
];

/// The pages of these tables end in the middle: what is on the next page belongs to them, with and without the header.
#[test]
fn a_page_break_anywhere_in_a_table_changes_nothing() {
    stays(|d, _| map_grids(d, |g| broken(g, false)));
    stays(|d, read| {
        // Lists of goals have no header that is printed again, and the header of one account holds its total.
        let lists = read.tables.iter().any(|t| t.kind == TableKind::ProjectPerformanceGoals);
        if lists || d.path.contains("决算") || d.path.contains("万里街道办事处23年") {
            return d.clone();
        }
        map_grids(d, |g| broken(g, true))
    });
}

#[test]
fn blank_rows_between_rows_change_nothing() {
    let blank = |r: &GridRow| {
        let one = |c: &Cell| Cell { span: c.span.map(|_| Span { rows: 1, columns: 1 }), ..Cell::default() };
        GridRow { place: r.place, cells: r.cells.iter().map(one).collect() }
    };
    stays(|d, _| {
        map_grids(d, |g| {
            let Some(first) = body(g) else { return as_is(g) };
            let rows = g.rows.iter().enumerate().flat_map(|(i, r)| {
                let also = (i >= first && i % 3 == 0 && is_apart(g, i + 1)).then(|| blank(r));
                std::iter::once(r.clone()).chain(also)
            });
            vec![Block::Grid(Grid { rows: rows.collect(), ..Grid::default() })]
        })
    });
}

#[test]
fn thousands_separators_change_nothing() {
    stays(|d, _| map_cells(d, grouped));
    stays(|d, _| map_cells(d, |t| if is_amount(t) { t.replace(',', "") } else { t.to_owned() }));
}

#[test]
fn another_year_changes_nothing_but_the_year() {
    stays(|d, _| map_texts(d, later));
    for document in documents() {
        let (Some(before), Some(after)) = (read_again(document), read_again(&map_texts(document, later))) else {
            continue;
        };
        // Where only the file's name has the year, it stays.
        let named = before.diagnostics.iter().any(|d| d.message.contains("the fiscal year"));
        assert!(named || after.header.fiscal_year == before.header.fiscal_year + 3, "{}", document.path);
    }
}

/// Names of bodies have words in them that mean something elsewhere.
#[test]
fn another_name_of_the_department_changes_nothing_but_the_name() {
    for name in [
        "某省医疗保障局",
        "某省机关事务管理局",
        "某省政府采购中心",
        "某市退役军人服务保障中心",
        "某市重点项目管理办公室",
    ] {
        for document in documents() {
            let own = Overrides { fiscal_year: Some(2020), ..Overrides::default() };
            let Ok(before) = recognise(document.clone(), &own) else { continue };
            let old = before.header.department.name.clone();
            let Ok(after) = recognise(map_texts(document, |t| t.replace(&old, name)), &own) else {
                panic!("{name}: {} is not read", document.path)
            };
            assert_eq!(stated(&after), stated(&before), "{name}: {}", document.path);
            assert_eq!(
                difference(&essence(&before), &essence(&after)),
                Vec::<String>::new(),
                "{name}: {}",
                document.path
            );
        }
    }
}

#[test]
fn tables_in_another_order_are_read_alike() {
    stays(reversed);
}

#[test]
fn tables_in_yuan_hold_the_same_money() {
    stays(|d, _| to_yuan(d));
}

#[test]
fn spaces_and_widths_of_characters_do_not_matter() {
    stays(|d, _| map_texts(d, spaced));
    stays(|d, _| map_texts(d, half_width));
}

#[test]
fn titles_and_headings_of_later_years_mean_the_same() {
    stays(|d, _| {
        let short = |t: &str| TITLES.iter().fold(t.to_owned(), |t, (from, to)| t.replace(from, to));
        map_lines(d, |t| if t.contains('。') { t.to_owned() } else { short(t) })
    });
    stays(|d, _| map_cells(d, |t| replaced(HEADINGS, t)));
}

/// Every third table states none.
#[test]
fn a_table_without_a_unit_has_that_of_the_tables_with_its_numbers() {
    stays(|d, read| {
        let mut d = d.clone();
        let titles: Vec<_> = read.tables.iter().step_by(3).map(|t| t.place).collect();
        let mut lost = false;
        for block in &mut d.blocks {
            if let Block::Text(line) = block {
                if join_key(&line.text).contains('表') {
                    lost = titles.contains(&line.place);
                }
                if lost && join_key(&line.text).contains("单位:") {
                    line.text = line.text.split("单位").next().unwrap().to_owned();
                }
            }
        }
        d
    });
}

/// As a text has them: merged cells as blanks.
#[test]
fn grids_that_do_not_tell_their_spans_are_read_alike() {
    stays(|d, _| {
        map_grids(d, |g| {
            let mut g = g.clone();
            g.rows.iter_mut().flat_map(|r| &mut r.cells).for_each(|c| c.span = None);
            vec![Block::Grid(g)]
        })
    });
}
