//! The verbs: one table for the parser, help, completion and documentation.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr as _;

use super::error::Fault;
use super::plan::Plan;
use super::text::Piece;
use super::{group, join, measure, rows, sink, statistics};
use crate::query::suggest;

type Apply = fn(&mut Plan<'_>, &Piece<'_>) -> Result<(), Fault>;

/// A verb.
#[derive(Clone, Copy, Debug)]
pub struct Verb {
    /// Its name.
    pub name: &'static str,
    /// Other names that an analyst would try.
    pub aliases: &'static [&'static str],
    /// How it is written.
    pub usage: &'static str,
    /// What it does.
    pub about: &'static str,
    /// A pipeline with it that runs on the samples.
    pub example: &'static str,
    pub(super) apply: Apply,
}

fn source(plan: &mut Plan<'_>, rest: &Piece<'_>) -> Result<(), Fault> {
    let (lazy, _) = plan.source(rest)?;
    plan.set(lazy)
}

/// All verbs, in the order of `.help frame`.
pub const VERBS: &[Verb] = &[
    Verb {
        name: "from",
        aliases: &["源", "来自"],
        usage: "from SOURCE",
        about: "a table, view, canned query with arguments, saved pipeline, frame, file (csv, parquet, json, xlsx), _ or (SQL)",
        example: "from growth 示例 since=2020",
        apply: source,
    },
    Verb {
        name: "filter",
        aliases: &["where", "筛选", "过滤"],
        usage: "filter CONDITION, …",
        about: "keep the rows for which all conditions hold",
        example: "from projects | filter amount > 100000 AND project_type = '其他运转类'",
        apply: rows::filter,
    },
    Verb {
        name: "select",
        aliases: &["选择", "选列"],
        usage: "select EXPR [AS NAME], …",
        about: "only these columns",
        example: "from growth | select department AS 部门, fiscal_year AS 年度, amount / 10000 AS 万元",
        apply: rows::select,
    },
    Verb {
        name: "drop",
        aliases: &["删除", "删列"],
        usage: "drop COLUMN, …",
        about: "all columns but these",
        example: "from growth | drop region, kind, scope",
        apply: rows::drop,
    },
    Verb {
        name: "rename",
        aliases: &["改名", "重命名"],
        usage: "rename OLD AS NEW, …",
        about: "other names for columns",
        example: "from growth | rename amount AS 支出, fiscal_year AS 年度",
        apply: rows::rename,
    },
    Verb {
        name: "mutate",
        aliases: &["extend", "derive", "with", "新增", "计算"],
        usage: "mutate EXPR AS NAME, …",
        about: "new or changed columns; window functions are allowed",
        example: "from projects | mutate RANK() OVER (PARTITION BY fiscal_year ORDER BY amount DESC) AS 名次 | filter 名次 <= 3",
        apply: rows::mutate,
    },
    Verb {
        name: "agg",
        aliases: &["summarize", "aggregate", "汇总"],
        usage: "agg AGGREGATE [AS NAME], … [by EXPR, …]",
        about: "one row for each group: SUM, COUNT, AVG, MEDIAN, MIN, MAX, STDDEV, FIRST, … (WHERE with FILTER)",
        example: "from projects | agg SUM(amount) AS 合计, COUNT(*) AS 个数 by department, fiscal_year",
        apply: group::agg,
    },
    Verb {
        name: "sort",
        aliases: &["order", "排序"],
        usage: "sort EXPR [desc], …",
        about: "order of rows; what is not known comes last",
        example: "from growth | sort amount desc, fiscal_year",
        apply: rows::sort,
    },
    Verb {
        name: "head",
        aliases: &["take", "limit", "前"],
        usage: "head [N]",
        about: "the first rows (10)",
        example: "from projects | sort amount desc | head 5",
        apply: rows::head,
    },
    Verb {
        name: "tail",
        aliases: &["后"],
        usage: "tail [N]",
        about: "the last rows (10)",
        example: "from growth | tail 2",
        apply: rows::tail,
    },
    Verb {
        name: "distinct",
        aliases: &["unique", "去重"],
        usage: "distinct [COLUMN, …]",
        about: "each row once, or the first row for each of these columns",
        example: "from projects | distinct department, fiscal_year | select department, fiscal_year",
        apply: rows::distinct,
    },
    Verb {
        name: "pivot",
        aliases: &["透视"],
        usage: "pivot AGGREGATE by EXPR, … on EXPR [limit N]",
        about: "a column for each value of the last expression (500 at most, unless limit says more)",
        example: "from by_function level=3 | pivot SUM(amount) by code, name on fiscal_year",
        apply: group::pivot,
    },
    Verb {
        name: "unpivot",
        aliases: &["melt", "逆透视"],
        usage: "unpivot [COLUMN, …] [by COLUMN, …] [as NAME, VALUE]",
        about: "columns become rows: 栏目 names the column, 数值 has its value",
        example: "from by_function | unpivot basic, project by department, fiscal_year, code as nature, money",
        apply: group::unpivot,
    },
    Verb {
        name: "join",
        aliases: &["连接", "关联"],
        usage: "join SOURCE on COLUMN[ = COLUMN], … [inner|left|full|semi|anti] [limit N]",
        about: "columns of another source beside these; refused above 10 million rows unless limit says more",
        example: "from projects | join growth on department, kind, scope, fiscal_year left | select project, amount, amount_right",
        apply: join::join,
    },
    Verb {
        name: "growth",
        aliases: &["增长", "增速"],
        usage: "growth EXPR [by EXPR, …] over YEAR [as NAME]",
        about: "against the year directly before (增长率); none where that is missing, zero or negative; in % for a name in _pct",
        example: "from projects | agg SUM(amount) AS 合计 by department, fiscal_year | growth 合计 by department over fiscal_year",
        apply: measure::growth,
    },
    Verb {
        name: "share",
        aliases: &["占比", "份额"],
        usage: "share EXPR [by EXPR, …] [as NAME]",
        about: "part of the group's sum (占比); in % for a name in _pct",
        example: "from projects 洛龙 | share amount by fiscal_year as share_pct | select project, amount, share_pct",
        apply: measure::share,
    },
    Verb {
        name: "rank",
        aliases: &["排名", "名次"],
        usage: "rank EXPR [asc] [by EXPR, …] [as NAME]",
        about: "place from the largest within the group (名次)",
        example: "from projects | rank amount by department, fiscal_year | filter 名次 = 1",
        apply: measure::rank,
    },
    Verb {
        name: "cum",
        aliases: &["累计"],
        usage: "cum EXPR [by EXPR, …] [over EXPR, …] [as NAME]",
        about: "running sum within the group (累计)",
        example: "from growth | cum amount by department over fiscal_year",
        apply: measure::cum,
    },
    Verb {
        name: "fill",
        aliases: &["填充", "补全"],
        usage: "fill COLUMN, … with EXPR | fill COLUMN, … forward|backward [by EXPR, …] [over EXPR, …]",
        about: "a value where none is known: one of your own, or the nearest before or after",
        example: "from growth | fill region with '未注明' | fill stated_change forward by department over fiscal_year",
        apply: rows::fill,
    },
    Verb {
        name: "describe",
        aliases: &["summary", "描述", "概况"],
        usage: "describe [COLUMN, …]",
        about: "count, nulls, distinct values, min, max, sum, mean, median, deviation of each column",
        example: "from projects | describe amount, project_type",
        apply: statistics::describe,
    },
    Verb {
        name: "correlate",
        aliases: &["corr", "相关"],
        usage: "correlate [COLUMN, COLUMN, …] [by EXPR, …]",
        about: "Pearson's coefficients of all pairs",
        example: "from by_function | correlate amount, basic, project",
        apply: statistics::correlate,
    },
    Verb {
        name: "quantile",
        aliases: &["quantiles", "分位", "分位数"],
        usage: "quantile COLUMN [at P, …] [by EXPR, …]",
        about: "quantiles with interpolation (0.25, 0.5, 0.75)",
        example: "from projects | quantile amount at 0.1, 0.5, 0.9 by department",
        apply: statistics::quantile,
    },
    Verb {
        name: "sample",
        aliases: &["抽样"],
        usage: "sample N|P% [seed S]",
        about: "rows drawn at random, the same ones for the same seed (1)",
        example: "from projects | sample 5 seed 7",
        apply: rows::sample,
    },
    Verb {
        name: "as",
        aliases: &["记为"],
        usage: "as NAME",
        about: "keep the frame under a name for later pipelines; nothing is run yet",
        example: "from projects | agg SUM(amount) AS 合计 by department | as 部门项目",
        apply: sink::keep,
    },
    Verb {
        name: "save",
        aliases: &["保存"],
        usage: "save NAME",
        about: "keep the rows as a table that SQL sees in this session",
        example: "from projects | agg SUM(amount) AS 合计 by department | save 部门合计",
        apply: sink::save,
    },
    Verb {
        name: "write",
        aliases: &["export", "写出", "导出"],
        usage: "write FILE",
        about: "a file by its ending: csv, parquet, json, jsonl, xlsx, md, html",
        example: "from projects | head 3 | write 项目.csv",
        apply: sink::write,
    },
    Verb {
        name: "explain",
        aliases: &["计划"],
        usage: "explain",
        about: "the plan as polars optimised it, nothing is run",
        example: "from projects | filter amount > 0 | select project | explain",
        apply: sink::explain,
    },
    Verb {
        name: "chart",
        aliases: &["图", "作图"],
        usage: "chart [KIND] [X Y [SERIES]] [-o FILE]",
        about: "draw the rows: bar, line, stack, lorenz; in a file as .svg, .html or .txt",
        example: "from projects 洛龙 | head 5 | chart bar project amount",
        apply: sink::chart,
    },
];

/// The verb of that name, in any case, in English or Chinese.
pub(super) fn find(name: &str) -> Option<&'static Verb> {
    VERBS.iter().find(|v| v.name.eq_ignore_ascii_case(name) || v.aliases.iter().any(|a| a.eq_ignore_ascii_case(name)))
}

pub(super) fn is_from(name: &str) -> bool {
    find(name).is_some_and(|v| v.name == "from")
}

/// Names of the verbs in one line.
pub(super) fn names() -> String {
    format!("verbs: {}", super::error::listed(VERBS.iter().skip(1).map(|v| v.name)))
}

pub(super) fn unknown(word: &Piece<'_>) -> Fault {
    let name = word.name().unwrap_or_else(|| word.text());
    let all = VERBS.iter().flat_map(|v| std::iter::once(v.name).chain(v.aliases.iter().copied()));
    let fault = Fault::at(word.span(), format!("no verb `{name}`"));
    let fault = match suggest(name, all) {
        Some(nearest) => fault.help(format!("did you mean `{nearest}`?")),
        None => fault,
    };
    fault.help(names())
}

/// All verbs, or one with its example.
pub(super) fn help(name: Option<&str>) -> String {
    if let Some(verb) = name.and_then(find) {
        let also = verb.aliases.join(", ");
        return format!("{}\n  {}\n  also: {also}\n  frame {}\n", verb.usage, verb.about, verb.example);
    }
    let width = VERBS.iter().map(|v| v.name.width()).max().unwrap_or(0);
    let mut text = String::from(
        "frame from SOURCE | VERB … | VERB …   a pipeline may go on over lines that end or begin with |\n\n",
    );
    for verb in VERBS {
        let pad = " ".repeat(width - verb.name.width());
        let aliases = verb.aliases.iter().filter(|a| !a.is_ascii()).copied().collect::<Vec<_>>().join(" ");
        let _ =
            writeln!(text, "  {}{pad}  {}\n  {}  {} ({aliases})", verb.name, verb.usage, " ".repeat(width), verb.about);
    }
    text.push_str(
        "\nExpressions are polars' SQL: CASE, CAST, LIKE, IN, BETWEEN, SUM(x) OVER (PARTITION BY g ORDER BY y), LAG, RANK, …\n\
         Text stands in 'single quotes', names with spaces or signs in \"double quotes\". Sums of money stay exact decimals;\n\
         a division gives a float, and nothing where the divisor is zero; ROUND rounds halves away from zero.\n\
         A running SUM(x) OVER (… ORDER BY y) counts row by row, also where y is equal.\n\
         `.help frame VERB` shows an example; `.frames` lists what was kept with `as`, and the saved pipelines.\n",
    );
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_name_means_one_verb() {
        let all: Vec<&str> =
            VERBS.iter().flat_map(|v| std::iter::once(v.name).chain(v.aliases.iter().copied())).collect();
        let different: BTreeSet<&str> = all.iter().copied().collect();
        assert_eq!(all.len(), different.len());
        assert_eq!(find("筛选").map(|v| v.name), Some("filter"));
        assert_eq!(find("WHERE").map(|v| v.name), Some("filter"));
    }

    #[test]
    fn every_example_uses_its_verb() {
        for verb in VERBS {
            assert!(verb.example.contains(verb.name), "{}", verb.name);
            assert!(help(Some(verb.name)).contains(verb.example));
            assert!(help(None).contains(verb.usage));
        }
    }
}
