//! Performance goals (绩效目标): the whole department's form and the projects' list; `form.rs` has a project's own.

use std::sync::LazyLock;

use compact_str::CompactString;
use regex::Regex;

use crate::record::{
    CellRecord, DiagnosticKind, Dimensions, Fact, Indicator, MoneyUnit, Nature, Period, RowRole, TableKind,
    TableRecord, TableState, join_key, parse_number, pattern, squash,
};
use crate::source::GridRow;

use super::columns::{Column, panels};
use super::indicator::value;
use super::label::RowLabel;
use super::layout::{LabelRole, Layouts};
use super::outline::Section;
use super::reader::{Parsed, Registry, read_table, unit_of};

/// Reads the projects' goals: amounts as in any table, then each pair of indicator columns as a list of
/// its own. A project spans the rows until the next one.
pub(super) fn read_project_goals(section: &Section, parsed: &Parsed, registry: &mut Registry) -> TableRecord {
    let mut record = read_table(section, parsed, registry);
    let Some(panel) = panels(&parsed.columns).into_iter().next() else { return record };
    let pairs: Vec<(usize, usize, &Column)> = parsed
        .columns
        .iter()
        .enumerate()
        .filter(|(_, c)| c.label == Some(LabelRole::IndicatorValue))
        .filter_map(|(i, column)| {
            let name = i.checked_sub(1)?;
            (parsed.columns.get(name)?.label == Some(LabelRole::IndicatorName)).then_some((name, i, column))
        })
        .collect();
    let mut current: Option<(String, usize)> = None;
    for row in &parsed.rows {
        let label = RowLabel::of(row, &parsed.columns, &panel);
        if !label.project_code.is_empty() {
            let project = registry.project(&label.name);
            current = Some((label.printed_code().into_owned(), project));
        } else if !label.is_blank() {
            current = None;
        }
        for &(name, at, column) in &pairs {
            let (level3, text) = (squash(row.text(name)).into_owned(), row.text(at));
            if level3.is_empty() && text.is_empty() {
                continue;
            }
            let place = row.cell_place(at);
            let Some((code, project)) = current.clone().filter(|_| !text.is_empty()) else {
                registry.note(
                    DiagnosticKind::Unplaced,
                    section.kind,
                    row.cell_place(name),
                    &format!("{level3} {text}"),
                    "an indicator without a value or a project was not read".to_owned(),
                );
                continue;
            };
            let level1 = column.path.len().checked_sub(2).and_then(|i| column.path.get(i)).cloned().unwrap_or_default();
            record.cells.push(indicator_cell(
                place,
                code,
                column.printed_path(),
                text,
                Indicator { project: Some(project), level1, level3, ..Indicator::default() },
            ));
        }
    }
    if !record.cells.is_empty() {
        record.state = TableState::Data;
    }
    record
}

fn indicator_cell(
    place: crate::record::Place,
    row_code: String,
    column_path: String,
    text: &str,
    mut indicator: Indicator,
) -> CellRecord {
    let read = value(text);
    (indicator.operator, indicator.value, indicator.unit) = (read.operator, read.number, read.unit);
    CellRecord {
        place,
        row_code: row_code.into(),
        row_name: indicator.level3.as_str().into(),
        column_path: column_path.into(),
        text: text.into(),
        fact: None,
        indicator: Some(indicator),
    }
}

/// Reads the department's form: a block of keys and amounts, then a list of indicators whose upper
/// levels are printed on their first row only.
pub(super) fn read_department_goals(section: &Section, registry: &mut Registry) -> TableRecord {
    let mut rows: Vec<GridRow> = section.grids.iter().flat_map(|g| g.rows.iter().cloned()).collect();
    for (i, row) in rows.iter_mut().enumerate() {
        row.place.row = u32::try_from(i + 1).unwrap_or(u32::MAX);
    }
    let texts = rows.iter().flat_map(|r| r.cells.iter().map(|c| c.text.as_str()));
    let unit = unit_of(section, texts);
    let mut record = section.record(unit);
    let split = rows.iter().position(|r| IndicatorColumns::of(r).is_some()).unwrap_or(rows.len());
    let (keys, list) = rows.split_at(split);
    read_keys(keys, record.unit.as_ref().map(|u| u.0), &mut record.cells, registry);
    if let Some((header, list)) = list.split_first()
        && let Some(columns) = IndicatorColumns::of(header)
    {
        read_list(header, list, &columns, &mut record.cells);
    }
    if !record.cells.is_empty() {
        record.state = TableState::Data;
    }
    record
}

fn read_keys(rows: &[GridRow], unit: Option<MoneyUnit>, cells: &mut Vec<CellRecord>, registry: &mut Registry) {
    // `1、资金来源:(1)政府预算资金`: what is before the last ordinal names the decomposition.
    static PREFIX: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(\d+[、.][^:(]*:?)?(\(\d+\))?"));
    let mut block = String::new();
    // Headings of a list of texts within a block: 任务名称, 主要内容.
    let mut headings: Vec<String> = Vec::new();
    for row in rows {
        if row.text(0).is_empty() {
            let text = |(heading, i): (&String, usize)| CellRecord {
                place: row.cell_place(i),
                row_code: CompactString::default(),
                row_name: block.as_str().into(),
                column_path: heading.as_str().into(),
                text: row.text(i).into(),
                fact: None,
                indicator: None,
            };
            cells.extend(headings.iter().zip(1..).filter(|(_, i)| !row.text(*i).is_empty()).map(text));
        } else {
            block = squash(row.text(0)).into_owned();
            headings = row.cells.iter().skip(1).map(|c| squash(&c.text).into_owned()).collect();
            if headings.first().is_none_or(|first| first != "任务名称") {
                headings.clear();
            }
        }
        for column in 1..row.cells.len() {
            let text = row.text(column);
            let Ok(Some(number)) = parse_number(text) else { continue };
            let label = (0..column).rev().map(|c| squash(row.text(c))).find(|t| !t.is_empty()).unwrap_or_default();
            let key = join_key(&label);
            let heading = PREFIX.replace(&key, "").into_owned();
            let said = Layouts::builtin().heading(&heading);
            let fact = said.zip(unit.and_then(|u| u.to_yuan(number))).map(|(said, amount)| Fact {
                amount,
                dimensions: Dimensions {
                    nature: Some(said.nature.unwrap_or(Nature::Total)),
                    period: Some(Period::All),
                    // Sources and structure split the same money twice: only the total may be used as one.
                    role: Some(if said == Dimensions::default() { RowRole::Total } else { RowRole::OfWhich }),
                    ..Layouts::builtin().table(TableKind::DepartmentPerformanceGoals).set.refined_by(said)
                },
                function_code: None,
                economic_code: None,
                economic_gov_code: None,
                project: None,
                unit: None,
            });
            if fact.is_none() {
                registry.note(
                    DiagnosticKind::Unplaced,
                    TableKind::DepartmentPerformanceGoals,
                    row.cell_place(column),
                    text,
                    format!("the label {label} is not known; kept as a cell only"),
                );
            }
            cells.push(CellRecord {
                place: row.cell_place(column),
                row_code: CompactString::default(),
                row_name: label.as_ref().into(),
                column_path: block.as_str().into(),
                text: text.into(),
                fact,
                indicator: None,
            });
        }
    }
}

/// Columns of an indicator list.
pub(super) struct IndicatorColumns {
    level1: usize,
    level2: usize,
    level3: usize,
    value: usize,
    note: Option<usize>,
}

impl IndicatorColumns {
    pub(super) fn of(row: &GridRow) -> Option<Self> {
        let keys: Vec<_> = row.cells.iter().map(|c| join_key(&c.text)).collect();
        let at = |names: &[&str]| keys.iter().position(|k| names.contains(&k.as_ref()));
        Some(Self {
            level1: at(&["一级指标"])?,
            level2: at(&["二级指标"])?,
            level3: at(&["三级指标"])?,
            value: at(&[
                "指标值",
                "年度指标值",
                "目标值",
                "年度(/项目)指标值",
                "年度/项目指标值",
                "年度目标值",
                "绩效指标值",
            ])?,
            note: at(&["指标值说明", "指标说明", "说明", "备注"]),
        })
    }
}

pub(super) fn read_list(header: &GridRow, rows: &[GridRow], columns: &IndicatorColumns, cells: &mut Vec<CellRecord>) {
    let (mut level1, mut level2) = (String::new(), String::new());
    for row in rows {
        let text = |c: usize| squash(row.text(c)).into_owned();
        let (first, second, level3) = (text(columns.level1), text(columns.level2), text(columns.level3));
        let note = columns.note.map(|c| row.text(c)).unwrap_or_default();
        let printed = row.text(columns.value);
        // A first level is called an indicator (产出指标); another text there is a second level that the
        // converter pushed left.
        if !first.is_empty() && !first.ends_with("指标") && second.is_empty() && !level1.is_empty() {
            level2 = first;
        } else {
            if !first.is_empty() {
                level1 = first;
                level2.clear();
            }
            if !second.is_empty() {
                level2 = second;
            }
        }
        if printed.is_empty() {
            // The rest of a cell that the page break cut.
            if let Some(last) = cells.last_mut().and_then(|c| c.indicator.as_mut()) {
                last.note.push_str(note);
                last.level3.push_str(&level3);
            }
            continue;
        }
        cells.push(indicator_cell(
            row.cell_place(columns.value),
            String::new(),
            squash(header.text(columns.value)).into_owned(),
            printed,
            Indicator {
                level1: level1.clone(),
                level2: level2.clone(),
                level3,
                note: note.to_owned(),
                ..Indicator::default()
            },
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::outline::Outline;

    #[test]
    fn upper_levels_are_filled_down_and_pushed_ones_recognised() {
        let text = "整体绩效目标表\n\n预算情况\t部门预算总额(万元)\t10.00\t\t\n\t1、资金来源: (1) 政府预算资金\t10.00\t\t\n\
                    一级指标\t二级指标\t三级指标\t指标值\t指标值说明\n投入管理指标\t工作管理\t相关性\t相关\t甲\n\
                    预算管理\t\t执行率\t≥90%\t\n产出指标\t数量\t会议\t3 次\t\n";
        let outline = Outline::read("x", text);
        let record = read_department_goals(&outline.sections[0], &mut Registry::default());
        let amounts: Vec<String> =
            record.cells.iter().filter_map(|c| c.fact.as_ref()).map(|f| f.amount.to_string()).collect();
        assert_eq!(amounts, ["100000", "100000"]);
        let goals: Vec<String> = record
            .cells
            .iter()
            .filter_map(|c| c.indicator.as_ref())
            .map(|i| format!("{}/{}/{}", i.level1, i.level2, i.level3))
            .collect();
        assert_eq!(goals, ["投入管理指标/工作管理/相关性", "投入管理指标/预算管理/执行率", "产出指标/数量/会议"]);
    }
}
