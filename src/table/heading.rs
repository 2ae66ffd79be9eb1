//! What a document says of itself: department, region, fiscal year, kind, scope.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;

use crate::record::{
    Department, Diagnostic, DiagnosticKind, DocumentKind, Header, Place, ProjectRef, Scope, TableKind, UnitRow,
    join_key, pattern, region_in, squash,
};
use crate::source::{Document, TextLine};

use super::outline::Outline;
use super::publisher::{cover, department, department_in_title, is_title};
use super::subject::without_funds;
use super::{Overrides, TableError};

/// What a document says of itself, but for its tables: strong places (table titles, cover, 部门名称) vote. What the user
/// says goes before it.
#[derive(Debug)]
pub(super) struct Imprint {
    file_name: String,
    /// The title that the cover prints in several lines, and the department's name in it.
    cover: Option<(String, String)>,
    given: Option<String>,
    department: Option<String>,
    fiscal_year: Option<u16>,
    kind: Option<DocumentKind>,
}

impl Imprint {
    pub(super) fn of(document: &Document, outline: &Outline, overrides: &Overrides) -> Self {
        let path = Path::new(&document.path);
        let file_name = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        let cover = cover(outline);
        let years = title_lines(outline).chain(&outline.headings).filter_map(|l| year(&l.text));
        let year_on_cover = || cover.as_ref().and_then(|(title, _)| year(title));
        Self {
            given: overrides.department.as_deref().map(|d| squash(d).into_owned()),
            department: department(outline, cover.as_ref().map(|(_, name)| name.as_str())),
            fiscal_year: overrides
                .fiscal_year
                .or_else(|| vote(years.chain(table_years(outline))))
                .or_else(year_on_cover),
            kind: overrides.kind.or_else(|| stated_kind(outline)).or_else(|| kind(&file_name)),
            cover,
            file_name,
        }
    }

    /// The department's name, but for the one in the name of the file.
    pub(super) fn department(&self) -> Option<&str> {
        self.given.as_deref().or(self.department.as_deref())
    }

    /// The fiscal year, as far as anything tells it.
    pub(super) fn fiscal_year(&self) -> Option<u16> {
        self.fiscal_year.or_else(|| self.year_of_file())
    }

    fn year_of_file(&self) -> Option<u16> {
        year(&format!("{}预算", self.file_name))
    }

    /// Whether the document is known for a final account.
    pub(super) fn is_final_account(&self) -> bool {
        self.kind == Some(DocumentKind::FinalAccount)
    }

    /// Names of the department in sentences: as the tables, the cover and the file have it. A part of a name may be an
    /// item's, too (党委办公厅), so that only whole ones are taken.
    pub(super) fn names(&self) -> Vec<String> {
        let in_file = department_in_title(&self.file_name);
        let all = [&self.given, &self.department, &in_file].into_iter().flatten();
        let mut names: Vec<String> =
            all.map(|name| join_key(name).into_owned()).filter(|name| name.chars().count() >= 5).collect();
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        names.dedup();
        names
    }

    /// The header; the name of the file only helps out.
    pub(super) fn header(
        self,
        outline: &Outline,
        projects: &[ProjectRef],
        units: &[UnitRow],
        overrides: &Overrides,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Result<Header, TableError> {
        let mut doubt = |message: String, text: &str| {
            diagnostics.push(Diagnostic {
                kind: DiagnosticKind::HeaderDoubtful,
                table: None,
                place: Place::default(),
                text: text.to_owned(),
                message,
            });
        };
        let file_name = &self.file_name;
        let fiscal_year = if let Some(year) = self.fiscal_year {
            year
        } else {
            let found = self.year_of_file().ok_or(TableError::NoYear)?;
            doubt(format!("the fiscal year {found} stands in the file name only; --year overrides it"), file_name);
            found
        };
        let kind = self.kind.unwrap_or_else(|| {
            doubt("neither 预算 nor 决算 is stated; taken for a budget, --kind overrides it".to_owned(), file_name);
            DocumentKind::Budget
        });
        let name = if let Some(name) = self.department() {
            name.to_owned()
        } else {
            let found = department_in_title(file_name).ok_or(TableError::NoDepartment)?;
            doubt(
                format!("the department {found} is named in the file name only; --department overrides it"),
                file_name,
            );
            found
        };
        let is_form = BLANKS.iter().any(|blank| name.contains(blank));
        if is_form {
            doubt(format!("the department is called {name}: this is an empty form, not a disclosure"), &name);
        } else {
            note_titles(outline, fiscal_year, diagnostics);
        }
        let titles = || title_lines(outline).map(|l| &l.text);
        let scope = overrides.scope.or_else(|| vote(titles().filter_map(|t| scope(t)))).unwrap_or(Scope::Department);
        let region = overrides.region.clone().or_else(|| region_in(&name));
        let code = units.iter().filter(|u| join_key(&u.name) == join_key(&name)).map(|u| u.code.clone());
        let code = code.min_by_key(String::len);
        let on_cover = self.cover.map(|(title, _)| title).filter(|title| title.contains(&name));
        let title = on_cover
            .or_else(|| titles().map(|t| squash(t).into_owned()).find(|t| t.contains(&name) && is_title(t)))
            .unwrap_or_else(|| format!("{name}{fiscal_year}年度{}{}", scope.chinese(), kind.chinese()));
        Ok(Header {
            department: Department { name, code, region, region_code: region_code(projects, fiscal_year) },
            fiscal_year,
            kind,
            scope,
            title,
        })
    }
}

/// What a form has where a name belongs.
const BLANKS: [&str; 6] = ["XX", "xx", "××", "某某", "ＸＸ", "**"];

/// Titles of parts and tables that speak of another year or were left unfilled.
fn note_titles(outline: &Outline, fiscal_year: u16, diagnostics: &mut Vec<Diagnostic>) {
    static PART: LazyLock<Regex> = LazyLock::new(|| pattern(r"^第[一二三四五六七八九十]+部分"));
    let parts = title_lines(outline).chain(&outline.headings).filter(|l| PART.is_match(&join_key(&l.text)));
    for line in parts.chain(outline.sections.iter().filter(|s| s.kind != TableKind::Unknown).map(|s| &s.title)) {
        let message = match year(&line.text) {
            Some(found) if found != fiscal_year => format!("the title names {found}, the document is of {fiscal_year}"),
            _ if BLANKS.iter().any(|blank| line.text.contains(blank)) => {
                "a blank of the form was left unfilled".to_owned()
            }
            _ => continue,
        };
        diagnostics.push(Diagnostic {
            kind: DiagnosticKind::TitleDoubtful,
            table: None,
            place: line.place,
            text: squash(&line.text).into_owned(),
            message,
        });
    }
}

/// Short lines that name the document or its tables.
fn title_lines(outline: &Outline) -> impl Iterator<Item = &TextLine> {
    let titles = outline.sections.iter().flat_map(|s| std::iter::once(&s.title).chain(&s.notes));
    let short = |l: &&TextLine| l.text.chars().count() <= 60 && !l.text.contains(['，', '。', '；']);
    let covers = outline.narrative.iter().filter(short);
    titles.chain(covers).chain(outline.announced.iter().map(|(_, l)| l))
}

/// The most frequent value; of equally frequent ones the first in order of value.
fn vote<T: Ord + Copy>(votes: impl Iterator<Item = T>) -> Option<T> {
    let mut counts: BTreeMap<T, usize> = BTreeMap::new();
    for vote in votes {
        *counts.entry(vote).or_default() += 1;
    }
    let most = counts.values().max().copied()?;
    counts.into_iter().find(|(_, n)| *n == most).map(|(value, _)| value)
}

/// Years in the titles of known tables, whatever else these say: 2018年政府采购支出表.
fn table_years(outline: &Outline) -> impl Iterator<Item = u16> {
    let known = outline.sections.iter().filter(|s| s.kind != TableKind::Unknown);
    known.filter(|s| year(&s.title.text).is_none()).filter_map(|s| year(&format!("{}预算", s.title.text)))
}

/// The year that a title is about.
fn year(title: &str) -> Option<u16> {
    static YEAR: LazyLock<Regex> = LazyLock::new(|| pattern(r"20\d{2}(?:年|度|\)|$)"));
    static BARE: LazyLock<Regex> = LazyLock::new(|| pattern(r"^20\d{2}年度?$"));
    static CHINESE: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"二[〇○零0]([〇○零一二三四五六七八九])([〇○零一二三四五六七八九])年"));
    let key = join_key(title);
    let about = BARE.is_match(&key)
        || key.contains("预算")
        || key.contains("决算")
        || key.contains("绩效")
        || key.contains("三公")
        || key.starts_with("(20");
    if !about {
        return None;
    }
    if let Some(found) = YEAR.find(&key) {
        return found.as_str().get(..4)?.parse().ok();
    }
    let found = CHINESE.captures(&key)?;
    let digit = |i| {
        let c = found.get(i)?.as_str().chars().next()?;
        "〇一二三四五六七八九".chars().position(|d| d == c).or_else(|| matches!(c, '○' | '零').then_some(0))
    };
    u16::try_from(2000 + digit(1)? * 10 + digit(2)?).ok()
}

/// Budget or final account, as far as titles say it.
fn stated_kind(outline: &Outline) -> Option<DocumentKind> {
    let titles = || title_lines(outline).map(|l| squash(&l.text));
    vote(titles().filter_map(|title| kind(&without_funds(&title)))).or_else(|| vote(titles().filter_map(|t| kind(&t))))
}

fn kind(title: &str) -> Option<DocumentKind> {
    let key = join_key(title);
    if key.contains("决算") {
        Some(DocumentKind::FinalAccount)
    } else {
        key.contains("预算").then_some(DocumentKind::Budget)
    }
}

fn scope(title: &str) -> Option<Scope> {
    static UNIT: LazyLock<Regex> = LazyLock::new(|| pattern(r"单位(预算|决算)|年度?(预算)?单位"));
    static LIST: LazyLock<Regex> = LazyLock::new(|| pattern(r"部门(预算)?(支出)?经济分类"));
    let key = join_key(title);
    if !key.contains("单位") && !key.contains("部门") {
        return None;
    }
    let key = LIST.replace_all(&key, "");
    let unit = UNIT.is_match(&key) && !key.contains("所属");
    let department = ["部门预算", "部门决算"].iter().any(|w| key.contains(w));
    match (unit, department) {
        (true, false) => Some(Scope::Unit),
        (false, true) => Some(Scope::Department),
        _ => None,
    }
}

/// Region code after GB/T 2260: project codes of one document begin with it, followed by the year in which each project
/// began, which is no later than the document's.
fn region_code(projects: &[ProjectRef], fiscal_year: u16) -> Option<String> {
    let codes = || projects.iter().filter_map(|p| p.code_printed.as_deref()).filter_map(|code| code.get(..8));
    let region = codes().next()?.get(..6)?;
    let province = region.get(..2)?.parse::<u8>().ok()?;
    let began = |code: &str| code.get(6..).and_then(|year| year.parse::<u16>().ok());
    let is_year = |year: u16| (fiscal_year.saturating_sub(15)..=fiscal_year).contains(&(2000 + year));
    (PROVINCES.contains(&province)
        && codes().all(|code| code.get(..6) == Some(region) && began(code).is_some_and(is_year)))
    .then(|| region.to_owned())
}

/// Codes of the provinces after GB/T 2260.
const PROVINCES: [u8; 31] = [
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63,
    64, 65,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_read_off_names() {
        for (name, found) in [
            ("洛阳市洛龙区人民政府办公室", Some("洛阳市洛龙区")),
            ("上海市普陀区财政局", Some("上海市普陀区")),
            ("中国共产党江苏省委员会办公厅", Some("江苏省")),
            ("江苏省政协办公厅", Some("江苏省")),
            ("洛阳市城市管理局", Some("洛阳市")),
            ("洛阳市市场监督管理局", Some("洛阳市")),
            ("河南省洛阳市栾川县教育局", Some("河南省洛阳市栾川县")),
            ("合成示例局", None),
        ] {
            assert_eq!(region_in(name).as_deref(), found, "{name}");
        }
    }

    #[test]
    fn project_codes_begin_with_the_region_and_a_year_before_the_document_ends() {
        let project = |code: &str| ProjectRef {
            name: String::new(),
            code_printed: Some(code.to_owned()),
            code: None,
            project_type: None,
        };
        let read = |codes: &[&str]| region_code(&codes.iter().map(|c| project(c)).collect::<Vec<_>>(), 2023);
        assert_eq!(read(&["410311230000000006018", "41031121000000006021"]).as_deref(), Some("410311"));
        assert_eq!(read(&["410311230000000006018", "410312230000000006018"]), None);
        // A year where the province would be, and a year to come.
        assert_eq!(read(&["2023010100123"]), None);
        assert_eq!(read(&["410311290000000006018"]), None);
    }

    #[test]
    fn years_stand_in_titles() {
        assert_eq!(year("2023 年部门收支预算表"), Some(2023));
        assert_eq!(year("(2023 年度)"), Some(2023));
        assert_eq!(year("二〇一九年度部门预算"), Some(2019));
        assert_eq!(year("2022 年期末共有车辆"), None);
    }
}
