//! Which columns of a statement hold money: told from its expressions, since a type alone does not say it. `amount / 10000`
//! and a score cast to DECIMAL(18,2) are plain numbers, an average of amounts is money.

use std::collections::BTreeMap;

use sqlparser::ast::{
    BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Query, Select, SelectItem,
    SetExpr, Statement, TableFactor, UnaryOperator, Value,
};
use sqlparser::dialect::DuckDbDialect;
use sqlparser::parser::Parser;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// An amount in 元.
    Money,
    /// A number without a unit: a count, a ratio, an amount turned into another unit.
    Plain,
    /// Not told by the statement.
    Unknown,
}

/// Functions whose result is what they are given: of their first argument.
const KEEPING: [&str; 37] = [
    "sum",
    "avg",
    "mean",
    "min",
    "max",
    "median",
    "mode",
    "mad",
    "stddev",
    "stddev_samp",
    "stddev_pop",
    "quantile",
    "quantile_cont",
    "quantile_disc",
    "first",
    "last",
    "any_value",
    "arg_min",
    "arg_max",
    "min_by",
    "max_by",
    "abs",
    "round",
    "floor",
    "ceil",
    "ceiling",
    "trunc",
    "coalesce",
    "ifnull",
    "nullif",
    "greatest",
    "least",
    "lag",
    "lead",
    "first_value",
    "last_value",
    "nth_value",
];

/// Functions that count, rate or turn an amount into 万元.
const PLAIN: [&str; 12] =
    ["count", "wan", "percent_of", "cagr", "row_number", "rank", "dense_rank", "length", "year", "log", "ln", "len"];

/// Deepest nesting that is looked into.
const DEEPEST: usize = 64;

/// What the columns of a SELECT hold, by their names; nothing where the statement is none that can be read. `is_money` knows
/// the columns of the database and of the canned queries.
#[must_use]
pub fn columns(sql: &str, is_money: &dyn Fn(&str) -> bool) -> BTreeMap<String, Holds> {
    let parsed = Parser::new(&DuckDbDialect {}).with_recursion_limit(DEEPEST).try_with_sql(sql);
    let statement = parsed.and_then(|mut parser| parser.parse_statement());
    let Ok(Statement::Query(query)) = statement else { return BTreeMap::new() };
    Scope { is_money, named: BTreeMap::new() }.query(&query)
}

struct Scope<'a> {
    is_money: &'a dyn Fn(&str) -> bool,
    /// Columns of common table expressions and subqueries.
    named: BTreeMap<String, Holds>,
}

impl Scope<'_> {
    fn query(&mut self, query: &Query) -> BTreeMap<String, Holds> {
        for cte in query.with.iter().flat_map(|with| &with.cte_tables) {
            self.name(&cte.query);
        }
        self.body(&query.body)
    }

    fn body(&mut self, body: &SetExpr) -> BTreeMap<String, Holds> {
        match body {
            SetExpr::Select(select) => self.select(select),
            SetExpr::Query(query) => self.query(query),
            SetExpr::SetOperation { left, right, .. } => {
                let (mut left, right) = (self.body(left), self.body(right));
                for (name, holds) in right {
                    left.entry(name).and_modify(|known| *known = same(*known, holds));
                }
                left
            }
            _ => BTreeMap::new(),
        }
    }

    fn select(&mut self, select: &Select) -> BTreeMap<String, Holds> {
        for table in
            select.from.iter().flat_map(|t| std::iter::once(&t.relation).chain(t.joins.iter().map(|j| &j.relation)))
        {
            if let TableFactor::Derived { subquery, .. } = table {
                self.name(subquery);
            }
        }
        let mut columns = BTreeMap::new();
        for item in &select.projection {
            match item {
                SelectItem::UnnamedExpr(expr) => {
                    let name = match expr {
                        Expr::Identifier(name) => name.value.clone(),
                        Expr::CompoundIdentifier(path) => path.last().map(|n| n.value.clone()).unwrap_or_default(),
                        other => other.to_string(),
                    };
                    columns.insert(key(&name), self.holds(expr));
                }
                SelectItem::ExprWithAlias { expr, alias } => {
                    columns.insert(key(&alias.value), self.holds(expr));
                }
                // What a star brings along is what its tables named.
                _ => self.named.iter().for_each(|(name, holds)| {
                    columns.entry(name.clone()).or_insert(*holds);
                }),
            }
        }
        if select.projection.is_empty() {
            columns.clone_from(&self.named);
        }
        columns
    }

    /// Keeps the columns of a query that others read; a name that holds two things is not told.
    fn name(&mut self, query: &Query) {
        for (name, holds) in self.query(query) {
            self.named.entry(name).and_modify(|known| *known = same(*known, holds)).or_insert(holds);
        }
    }

    fn column(&self, name: &str) -> Holds {
        let name = key(name);
        match self.named.get(&name) {
            Some(holds) => *holds,
            None if (self.is_money)(&name) => Holds::Money,
            None => Holds::Unknown,
        }
    }

    fn holds(&mut self, expr: &Expr) -> Holds {
        use Holds::{Money, Plain, Unknown};
        match expr {
            Expr::Identifier(name) => self.column(&name.value),
            Expr::CompoundIdentifier(path) => path.last().map_or(Unknown, |name| self.column(&name.value)),
            Expr::Value(value) if matches!(value.value, Value::Number(..)) => Plain,
            Expr::Nested(inner)
            | Expr::Cast { expr: inner, .. }
            | Expr::Floor { expr: inner, .. }
            | Expr::Ceil { expr: inner, .. } => self.holds(inner),
            Expr::UnaryOp { op: UnaryOperator::Minus | UnaryOperator::Plus, expr } => self.holds(expr),
            Expr::BinaryOp { left, op, right } => {
                let converts = is_scale(left) || is_scale(right);
                match (op, self.holds(left), self.holds(right)) {
                    (BinaryOperator::Plus | BinaryOperator::Minus, Money, _)
                    | (BinaryOperator::Plus | BinaryOperator::Minus, _, Money) => Money,
                    (_, Plain, Plain) | (BinaryOperator::Multiply | BinaryOperator::Divide, Money, Money) => Plain,
                    (BinaryOperator::Multiply | BinaryOperator::Divide, Money, _)
                    | (BinaryOperator::Multiply, _, Money) => {
                        if converts {
                            Plain
                        } else {
                            Money
                        }
                    }
                    _ => Unknown,
                }
            }
            Expr::Function(function) => self.function(function),
            Expr::Case { conditions, else_result, .. } => {
                let results = conditions.iter().map(|when| &when.result).chain(else_result.as_deref());
                let all: Vec<Holds> = results.map(|result| self.holds(result)).collect();
                any(&all)
            }
            Expr::Subquery(query) => match self.query(query).into_values().collect::<Vec<_>>()[..] {
                [holds] => holds,
                _ => Unknown,
            },
            _ => Unknown,
        }
    }

    fn function(&mut self, function: &Function) -> Holds {
        let name = function.name.to_string().to_lowercase();
        if PLAIN.contains(&name.as_str()) {
            return Holds::Plain;
        }
        let FunctionArguments::List(list) = &function.args else { return Holds::Unknown };
        if !KEEPING.contains(&name.as_str()) {
            return Holds::Unknown;
        }
        let given: Vec<Holds> = list
            .args
            .iter()
            .filter_map(|arg| match arg {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(self.holds(expr)),
                _ => None,
            })
            .collect();
        let all_count = matches!(name.as_str(), "coalesce" | "ifnull" | "greatest" | "least");
        if all_count { any(&given) } else { given.first().copied().unwrap_or(Holds::Unknown) }
    }
}

/// Names are compared as the database does.
fn key(name: &str) -> String {
    name.to_lowercase()
}

fn same(a: Holds, b: Holds) -> Holds {
    if a == b { a } else { Holds::Unknown }
}

fn any(all: &[Holds]) -> Holds {
    if all.contains(&Holds::Money) {
        Holds::Money
    } else if !all.is_empty() && all.iter().all(|holds| *holds == Holds::Plain) {
        Holds::Plain
    } else {
        Holds::Unknown
    }
}

/// A power of ten from a thousand on, or its inverse: it turns an amount into 千元, 万元, 亿元, or back.
fn is_scale(expr: &Expr) -> bool {
    let Expr::Value(value) = expr else { return false };
    let Value::Number(text, _) = &value.value else { return false };
    let power = text.parse().map_or(0.0, f64::log10);
    power.abs() >= 3.0 && (power - power.round()).abs() < 1e-9
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(sql: &str) -> String {
        let found = columns(sql, &|name| ["amount", "change", "prior_amount"].contains(&name));
        let mut all: Vec<String> = found.into_iter().map(|(name, holds)| format!("{name} {holds:?}")).collect();
        all.sort();
        all.join(", ")
    }

    #[test]
    fn what_is_made_of_amounts_is_money() {
        assert_eq!(
            read(
                "SELECT avg(amount) a, median(amount) m, max(amount)*1.1 x, amount/2 h, round(amount::DOUBLE, -4) r FROM growth()"
            ),
            "a Money, h Money, m Money, r Money, x Money"
        );
        assert_eq!(read("SELECT sum(amount) FROM fact"), "sum(amount) Money");
        assert_eq!(read("SELECT CASE WHEN x THEN amount ELSE 0 END AS c FROM fact"), "c Money");
        assert_eq!(
            read("WITH t AS (SELECT sum(amount) s FROM fact) SELECT s, t.s / 2 AS h FROM t"),
            "h Money, s Money"
        );
    }

    #[test]
    fn what_is_turned_into_another_unit_or_a_ratio_is_a_plain_number() {
        assert_eq!(
            read(
                "SELECT (amount/10000)::DECIMAL(18,2) wan, amount*1e-8 yi, 99.43::DECIMAL(18,2) score, wan(amount) AS w, \
                 amount/prior_amount q, count(*) AS n FROM growth()"
            ),
            "n Plain, q Plain, score Plain, w Plain, wan Plain, yi Plain"
        );
        let inner = "SELECT * FROM (SELECT department, amount/10000 AS amount FROM growth())";
        assert_eq!(read(inner), "amount Plain, department Unknown");
        assert_eq!(read("SELECT avg(amount) m FROM (SELECT amount/10000 AS amount FROM growth())"), "m Plain");
    }

    #[test]
    fn what_cannot_be_told_is_not() {
        assert_eq!(read("SELECT x, f(amount) y FROM t"), "x Unknown, y Unknown");
        assert_eq!(read("SELECT amount FROM a UNION ALL SELECT 1 AS amount"), "amount Unknown");
        for sql in
            ["", "SELEC 1", "DROP TABLE x", "SELECT", &format!("SELECT {}1{}", "(".repeat(5000), ")".repeat(5000))]
        {
            assert_eq!(read(sql), "", "{sql:.20}");
        }
    }
}
