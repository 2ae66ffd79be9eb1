//! Row labels: codes and names as printed, and what they mean.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use crate::record::{Classification, CodeSystem, join_key, pattern, squash};
use crate::source::GridRow;

use super::columns::{Column, Panel};
use super::layout::LabelRole;

/// The label of a row in one panel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RowLabel {
    /// 类, 款, 项 joined, or the whole code.
    pub(super) code: String,
    /// The cells that `code` and `economic_code` were joined from.
    pub(super) code_parts: Vec<String>,
    pub(super) economic_code: String,
    pub(super) economic_gov_code: String,
    pub(super) unit_code: String,
    pub(super) project_code: String,
    pub(super) name: String,
    pub(super) gov_name: String,
    pub(super) unit_name: String,
    pub(super) project_type: String,
    /// What stands in columns of codes and is none.
    beside: String,
    /// Whether the form has both economic classifications.
    dual: bool,
    /// Texts of the name columns where there are several: the levels of an outline.
    pub(super) levels: Vec<String>,
    /// Column of the label where it stands in another panel and spans this one too.
    pub(super) spanning: Option<usize>,
}

impl RowLabel {
    /// Reads the label columns of a panel. Codes that stand where names belong, and totals that stand
    /// where codes belong, are put right.
    pub(super) fn of(row: &GridRow, columns: &[Column], panel: &Panel) -> Self {
        let mut label = Self::default();
        let mut displaced = String::new();
        let role_of = |i: usize| columns.get(i).and_then(|c| c.label);
        let outline = panel.labels.iter().filter(|i| role_of(**i) == Some(LabelRole::Name)).count() > 1;
        for &i in &panel.labels {
            let Some(role) = role_of(i) else { continue };
            let covering = spanning_label(row, columns, panel, i).unwrap_or_else(|| row.covering(i));
            let foreign = Some(&covering) < panel.labels.first();
            let text = without_brackets(squash(row.text(if foreign { covering } else { i })));
            if foreign {
                if !text.is_empty() {
                    label.name = text.into_owned();
                    label.spanning = Some(covering);
                }
                continue;
            }
            let is_code = !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
            let field = match role {
                LabelRole::Code => &mut label.code,
                LabelRole::EconomicCode => &mut label.economic_code,
                LabelRole::EconomicGovCode => {
                    label.dual = true;
                    &mut label.economic_gov_code
                }
                LabelRole::UnitCode => &mut label.unit_code,
                LabelRole::ProjectCode => &mut label.project_code,
                LabelRole::EconomicName | LabelRole::Name => {
                    label.name.push_str(&text);
                    if outline {
                        label.levels.push(text.into_owned());
                    }
                    continue;
                }
                LabelRole::EconomicGovName => {
                    label.gov_name.push_str(&text);
                    continue;
                }
                LabelRole::UnitName => {
                    label.unit_name.push_str(&text);
                    continue;
                }
                LabelRole::ProjectType => {
                    label.project_type.push_str(&text);
                    continue;
                }
                LabelRole::IndicatorName | LabelRole::IndicatorValue | LabelRole::Ignored => continue,
            };
            if is_code {
                field.push_str(&text);
                if matches!(role, LabelRole::Code | LabelRole::EconomicCode) {
                    label.code_parts.push(text.into_owned());
                }
            } else {
                displaced.push_str(&text);
            }
        }
        if label.name.is_empty() {
            label.name = displaced;
        } else {
            label.beside = displaced;
        }
        // A department row of a project list: its code stands under 项目名称, its name under 项目单位.
        if is_unit_code(&label.name) && !label.unit_name.is_empty() {
            label.unit_code = std::mem::take(&mut label.name);
            label.name.clone_from(&label.unit_name);
        }
        // One column for both codes: units have up to nine digits, projects far more.
        if is_unit_code(&label.project_code) && label.unit_code.is_empty() {
            label.unit_code = std::mem::take(&mut label.project_code);
        }
        label
    }

    /// Moves a class code that is really a unit's code; the caller knows the units.
    pub(super) fn take_unit_code(&mut self, is_unit: impl Fn(&str, &str) -> bool) {
        for code in [&mut self.economic_code, &mut self.code] {
            if self.unit_code.is_empty() && !code.is_empty() && is_unit(code, &self.name) {
                self.unit_code = std::mem::take(code);
                self.code_parts.clear();
            }
        }
    }

    /// Takes the code out of a name that begins with it (2010301 行政运行, \[201]一般公共服务支出, 30101-基本工资), or
    /// out of a column of codes that prints the name too, where the rows are of something else (`names` is false:
    /// projects, whose own names may begin with digits).
    pub(super) fn take_code(&mut self, system: CodeSystem, names: bool) {
        if !self.printed_code().is_empty() {
            return;
        }
        let from_name = names && self.levels.len() < 2;
        let code = match code_and_name(system, &self.name).filter(|_| from_name) {
            Some((code, name)) => {
                self.name = name;
                code
            }
            None => match code_and_name(system, &self.beside) {
                Some((code, _)) => code,
                None => return,
            },
        };
        self.code_parts = vec![code.clone()];
        match system {
            CodeSystem::Function => self.code = code,
            _ => self.economic_code = code,
        }
        if let Some((code, name)) = code_and_name(CodeSystem::EconomicGov, &self.gov_name) {
            (self.economic_gov_code, self.gov_name, self.dual) = (code, name, true);
        }
    }

    pub(super) fn is_blank(&self) -> bool {
        self.printed_code().is_empty() && self.name.is_empty() && self.gov_name.is_empty()
    }

    /// The code as printed, parts joined.
    pub(super) fn printed_code(&self) -> Cow<'_, str> {
        if self.dual && !self.economic_gov_code.is_empty() {
            return format!("{}/{}", self.economic_code, self.economic_gov_code).into();
        }
        [&self.code, &self.economic_code, &self.project_code, &self.unit_code]
            .into_iter()
            .find(|code| !code.is_empty())
            .map_or(Cow::Borrowed(""), Cow::from)
    }

    /// The name as printed.
    pub(super) fn printed_name(&self) -> Cow<'_, str> {
        if self.gov_name.is_empty() { Cow::from(&self.name) } else { format!("{}/{}", self.name, self.gov_name).into() }
    }

    /// A row of a department or unit as a whole.
    pub(super) fn is_unit_row(&self) -> bool {
        !self.unit_code.is_empty()
            && self.code.is_empty()
            && self.economic_code.is_empty()
            && self.project_code.is_empty()
    }
}

/// The label of the panel to the left where it spans this one, too, and the grid does not tell its spans: it is a total
/// or a carry-over whose own amount is blank, and only this panel has one.
fn spanning_label(row: &GridRow, columns: &[Column], panel: &Panel, own: usize) -> Option<usize> {
    let blank = |c: &usize| row.text(*c).is_empty();
    let spans = row.cells.iter().any(|c| c.span.is_some());
    let here = panel.labels.iter().all(blank) && panel.amounts.iter().any(|c| !blank(c));
    if spans || !here || panel.labels.first() != Some(&own) {
        return None;
    }
    let is_label = |c: &usize| columns.get(*c).is_some_and(|column| column.label.is_some());
    let left = (0..own).rev().find(is_label)?;
    let text = join_key(row.text(left));
    let total =
        text.ends_with('计') || text.starts_with("结转") || text.starts_with("年末") || text.starts_with("年终");
    ((left + 1..own).all(|c| blank(&c)) && total).then_some(left)
}

/// The code of a known class and the name that are printed in one cell.
fn code_and_name(system: CodeSystem, text: &str) -> Option<(String, String)> {
    static CODED: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"^[\[(（【]?(\d{3}|\d{5}|\d{7})[\])）】]?[-－—_:：、.]?(\p{Han}.*)$"));
    let found = CODED.captures(text)?;
    let class = found[1].get(..3)?;
    Classification::builtin().knows(system, class, "")?;
    Some((found[1].to_owned(), found[2].to_owned()))
}

/// A code that stands in brackets, without them: [201].
fn without_brackets(text: Cow<'_, str>) -> Cow<'_, str> {
    let inner = text.strip_prefix(['[', '【']).and_then(|t| t.strip_suffix([']', '】']));
    match inner.filter(|code| !code.is_empty() && code.chars().all(|c| c.is_ascii_digit())) {
        Some(code) => code.to_owned().into(),
        None => text,
    }
}

fn is_unit_code(text: &str) -> bool {
    (2..=12).contains(&text.len()) && text.chars().all(|c| c.is_ascii_digit())
}

/// Level of a label's ordinal (1: 一、, 2: （一）, 3: 1. and the like, 4: （1）, 0: none) and the label without it.
pub(super) fn strip_ordinal(label: &str) -> (u8, String) {
    static FIRST: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[一二三四五六七八九十]+[、.]"));
    static SECOND: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\([一二三四五六七八九十]+\)[、.]?"));
    static THIRD: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\(?\d{1,2}[)、.](?:\D|$)"));
    let key = join_key(label);
    if !key.starts_with(|c: char| c == '(' || c.is_numeric() || "一二三四五六七八九十".contains(c)) {
        return (0, key.into_owned());
    }
    for (level, ordinal) in [(1, &*FIRST), (2, &*SECOND)] {
        if let Some(found) = ordinal.find(&key) {
            return (level, key.get(found.end()..).unwrap_or_default().to_owned());
        }
    }
    if THIRD.is_match(&key) {
        let rest = key.trim_start_matches(|c: char| c == '(' || c.is_ascii_digit());
        let level = if key.starts_with('(') { 4 } else { 3 };
        return (level, rest.trim_start_matches([')', '、', '.']).to_owned());
    }
    (0, key.into_owned())
}

/// Labels of rows that total a whole panel.
pub(super) fn is_total_label(key: &str) -> bool {
    matches!(
        key,
        "合计" | "总计" | "收入总计" | "支出总计" | "收入合计" | "支出合计" | "收支总计" | "收入总合计" | "支出总合计"
    )
}

/// Restores the zeros that a project code lost: region (6) and year (2), then thirteen digits.
///
/// Learnt from codes of 20 and 21 digits for one numbering in one document; codes of other shapes are
/// left alone.
pub(super) fn restore_project_code(printed: &str) -> Option<String> {
    if !(18..=21).contains(&printed.len()) || !printed.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let (head, tail) = printed.split_at_checked(8)?;
    Some(format!("{head}{tail:0>13}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinals_are_stripped_by_level() {
        assert_eq!(strip_ordinal("二十一、住房保障支出"), (1, "住房保障支出".to_owned()));
        assert_eq!(strip_ordinal("(十五) 资源勘探信息等支出"), (2, "资源勘探信息等支出".to_owned()));
        assert_eq!(strip_ordinal("1.一般公共预算"), (3, "一般公共预算".to_owned()));
        assert_eq!(strip_ordinal("（1）一般公共预算"), (4, "一般公共预算".to_owned()));
        assert_eq!(strip_ordinal("本年收入合计"), (0, "本年收入合计".to_owned()));
    }

    #[test]
    fn project_codes_of_one_numbering_become_equal_in_length() {
        assert_eq!(restore_project_code("410311230000000006018").as_deref(), Some("410311230000000006018"));
        assert_eq!(restore_project_code("41031123000000006021").as_deref(), Some("410311230000000006021"));
        assert_eq!(restore_project_code("110001"), None);
    }
}
