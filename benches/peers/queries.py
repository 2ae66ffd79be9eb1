#!/usr/bin/env python3
"""The questions of the canned queries, written by hand over the long table: in SQL that DuckDB and SQLite read, and for pandas.

usage: queries.py ours YUSUAN.duckdb                       prints `name` and what it took, a line for each question: our canned queries
       queries.py sqlite FACTS.csv DIMENSIONS DB SECONDS   makes DB once, then the same: of the table as it was imported, and with indexes;
                                                           `>` for more than SECONDS
       queries.py pandas FACTS.parquet FACTS.csv           the same: from each file to the answer (csv, parquet), and on the loaded table
       queries.py sql                                      prints the statements as `name<TAB>sql`
       queries.py same YUSUAN.duckdb PLAIN.duckdb QUERIES DUCKDB   compares the answers of both in every common column

The hand-written queries have the lists of codes and of reforms beside the long table (DIMENSIONS: classification.csv, successor.csv),
as who writes them would. Questions about what a long table does not tell (diagnostics, goals) have none. What it took is written `PROCESSOR/ELAPSED` in
seconds, from opening the file to the whole answer in memory; Python and the library stand ready.
"""
import os, re, shutil, sqlite3, subprocess, sys, time

WHO = "region, department"


def of(alias, columns=WHO):
    """`columns` of a table by its alias."""
    return ", ".join(f"{alias}.{column}" for column in columns.split(", "))


def same(a, b, before=""):
    """Joins two tables on department and year, or the year `before`."""
    return f"{b}.region = {a}.region AND {b}.department = {a}.department AND {b}.kind = {a}.kind AND {b}.fiscal_year = {a}.fiscal_year{before}"


DOC = f"{WHO}, kind, scope, fiscal_year"
TOTALS = f"""t AS (SELECT {DOC}, amount FROM facts
                   WHERE "table" = 'revenue_expenditure_summary' AND flow = 'expenditure' AND role = 'total')"""
PROJECTS = f"""p AS (SELECT {DOC}, project, sum(amount) AS amount FROM facts
                     WHERE "table" = 'project_expenditure' AND role = 'detail' GROUP BY {DOC}, project)"""


def classes(table, code, digits, system, sums, shown, growing, prior, growth):
    """Sums by code with shares, the year before, the year before under this year's codes, names and reforms."""
    each = lambda form: ", ".join(form.format(name=name, when=when) for name, when in sums)
    return f"""
        WITH leaf AS (
          SELECT {DOC}, {code} AS code, {each('sum(CASE WHEN {when} THEN amount END) AS {name}')}
          FROM facts WHERE {table} AND role = 'detail' AND {code} IS NOT NULL GROUP BY {DOC}, {code}),
        t AS (
          SELECT {DOC}, substr(code, 1, {digits}) AS code, {each('sum({name}) AS {name}')}
          FROM leaf GROUP BY {DOC}, substr(code, 1, {digits})),
        w AS (SELECT {DOC}, {each('sum({name}) AS {name}')} FROM t GROUP BY {DOC}),
        r AS (
          SELECT {of('l', DOC)}, substr(coalesce(m.successor, l.code), 1, {digits}) AS code, sum(l.{growing}) AS {growing}
          FROM leaf l LEFT JOIN successor m
            ON m.system = '{system}' AND m.effect = 'moved' AND m.code = l.code AND m.from_year = l.fiscal_year + 1 AND m.region IS NULL
          GROUP BY {of('l', DOC)}, substr(coalesce(m.successor, l.code), 1, {digits}))
        SELECT {of('t', DOC)}, t.code, n.name, {shown},
               p.{growing} AS {prior}, round(100.0 * (t.{growing} - p.{growing}) / p.{growing}, 2) AS {growth},
               r.{growing} AS restated_prior, round(100.0 * (t.{growing} - r.{growing}) / r.{growing}, 2) AS restated_growth_pct,
               (SELECT min(s.why) FROM successor s
                WHERE s.system = '{system}' AND s.from_year = t.fiscal_year AND s.region IS NULL
                  AND (s.effect <> 'moved' OR coalesce(p.{growing}, -1) <> coalesce(r.{growing}, -1))
                  AND CASE WHEN s.effect = 'moved'
                             THEN (substr(s.code, 1, length(t.code)) = t.code) <> (substr(s.successor, 1, length(t.code)) = t.code)
                           WHEN s.effect IN ('narrowed', 'introduced') THEN substr(s.code, 1, length(t.code)) = t.code
                           ELSE s.code = t.code END) AS reform
        FROM t JOIN w ON {same('t', 'w')}
        LEFT JOIN t p ON {same('t', 'p', ' - 1')} AND p.code = t.code
        LEFT JOIN r ON {same('t', 'r', ' - 1')} AND r.code = t.code
        LEFT JOIN classification n ON n.system = '{system}' AND n.code = t.code AND t.fiscal_year BETWEEN n.valid_from AND n.valid_to
        ORDER BY t.department, t.region, t.kind, t.fiscal_year, t.code"""


# All money, its share and the difference from basic money; a code that the summary does not list has none.
ALL_MONEY = "CASE WHEN w.listed IS NOT NULL THEN coalesce(t.listed, 0) END"
SQL = {
    "by_economic": classes(
        "\"table\" IN ('economic_classification_summary', 'general_public_basic_expenditure')", "economic_code", 5, "economic",
        [("listed", "\"table\" = 'economic_classification_summary'"), ("basic", "\"table\" = 'general_public_basic_expenditure' AND nature = 'basic'")],
        f"""{ALL_MONEY} AS amount, t.basic, {ALL_MONEY} - coalesce(t.basic, 0) AS project,
               round(100.0 * {ALL_MONEY} / w.listed, 2) AS share_pct, round(100.0 * t.basic / w.basic, 2) AS basic_share_pct""",
        "basic", "prior_basic", "basic_growth_pct"),
    "by_function": classes(
        "\"table\" = 'general_public_expenditure'", "function_code", 3, "function",
        [("amount", "nature = 'total'"), ("basic", "nature = 'basic'"), ("project", "nature = 'project'")],
        "t.amount, t.basic, t.project, round(100.0 * t.amount / w.amount, 2) AS share_pct", "amount", "prior_amount", "growth_pct"),
    "breaks": f"""
        WITH leaf AS (
          SELECT {DOC}, 'function' AS system, function_code AS code, sum(amount) AS amount FROM facts
          WHERE "table" = 'general_public_expenditure' AND role = 'detail' AND nature = 'total' AND function_code IS NOT NULL
          GROUP BY {DOC}, function_code
          UNION ALL
          SELECT {DOC}, 'economic', economic_code, sum(amount) FROM facts
          WHERE "table" = 'general_public_basic_expenditure' AND role = 'detail' AND nature = 'basic' AND economic_code IS NOT NULL
          GROUP BY {DOC}, economic_code),
        years AS (SELECT DISTINCT {DOC}, system FROM leaf),
        follow AS (
          SELECT {DOC}, system, lag(fiscal_year) OVER (PARTITION BY {WHO}, kind, scope, system ORDER BY fiscal_year) AS prior_year FROM years),
        pairs AS (SELECT {DOC}, system, prior_year FROM follow WHERE prior_year IS NOT NULL),
        digits AS (SELECT 3 AS n UNION ALL SELECT 5 UNION ALL SELECT 7),
        both_years AS (
          SELECT {of('x', DOC)}, x.prior_year, x.system, substr(l.code, 1, d.n) AS code, l.amount AS now, NULL AS before, NULL AS restated
          FROM pairs x JOIN leaf l ON {same('x', 'l')} AND l.system = x.system JOIN digits d ON d.n <= length(l.code)
          UNION ALL
          SELECT {of('x', DOC)}, x.prior_year, x.system, substr(l.code, 1, d.n), NULL, l.amount, NULL
          FROM pairs x JOIN leaf l ON x.region = l.region AND x.department = l.department AND x.kind = l.kind AND x.prior_year = l.fiscal_year AND l.system = x.system JOIN digits d ON d.n <= length(l.code)
          UNION ALL
          SELECT {of('x', DOC)}, x.prior_year, x.system, substr(coalesce(m.successor, l.code), 1, d.n), NULL, NULL, l.amount
          FROM pairs x JOIN leaf l ON x.region = l.region AND x.department = l.department AND x.kind = l.kind AND x.prior_year = l.fiscal_year AND l.system = x.system JOIN digits d ON d.n <= length(l.code)
          LEFT JOIN successor m ON m.system = x.system AND m.effect = 'moved' AND m.code = l.code AND m.from_year > x.prior_year AND m.from_year <= x.fiscal_year AND m.region IS NULL),
        c AS (
          SELECT {DOC}, prior_year, system, code, sum(now) AS amount, sum(before) AS prior_amount, sum(restated) AS restated_prior
          FROM both_years GROUP BY {DOC}, prior_year, system, code),
        touched AS (
          SELECT {of('c', DOC)}, c.prior_year, c.system, c.code, c.amount, c.prior_amount, c.restated_prior, min(s.why) AS first_reform
          FROM c JOIN successor s ON s.system = c.system AND s.from_year > c.prior_year AND s.from_year <= c.fiscal_year AND s.region IS NULL
            AND (s.effect <> 'moved' OR coalesce(c.prior_amount, -1) <> coalesce(c.restated_prior, -1))
            AND CASE WHEN s.effect = 'moved'
                       THEN (substr(s.code, 1, length(c.code)) = c.code) <> (substr(s.successor, 1, length(c.code)) = c.code)
                     WHEN s.effect IN ('narrowed', 'introduced') THEN substr(s.code, 1, length(c.code)) = c.code
                     ELSE s.code = c.code END
          GROUP BY {of('c', DOC)}, c.prior_year, c.system, c.code, c.amount, c.prior_amount, c.restated_prior)
        SELECT {of('t', DOC)}, t.system, t.code, coalesce(n.name, b.name) AS name, t.prior_year, t.prior_amount, t.amount,
               round(100.0 * (t.amount - t.prior_amount) / t.prior_amount, 2) AS growth_pct, t.restated_prior,
               round(100.0 * (t.amount - t.restated_prior) / t.restated_prior, 2) AS restated_growth_pct, t.first_reform
        FROM touched t
        LEFT JOIN classification n ON n.system = t.system AND n.code = t.code AND t.fiscal_year BETWEEN n.valid_from AND n.valid_to
        LEFT JOIN classification b ON b.system = t.system AND b.code = t.code AND t.prior_year BETWEEN b.valid_from AND b.valid_to
        ORDER BY t.department, t.region, t.kind, t.fiscal_year, t.system, t.code""",
    "concentration": f"""
        WITH {PROJECTS},
        q AS (
          SELECT {DOC}, amount, 1.0 * amount / sum(amount) OVER w AS share, count(*) OVER w AS n,
                 row_number() OVER (PARTITION BY {DOC} ORDER BY amount DESC) AS down,
                 row_number() OVER (PARTITION BY {DOC} ORDER BY amount) AS up
          FROM p WHERE amount > 0 WINDOW w AS (PARTITION BY {DOC})),
        m AS (
          SELECT {DOC}, max(n) AS n, sum(amount) AS total,
                 sum(CASE WHEN down <= 1 THEN share END) AS cr1, sum(CASE WHEN down <= 3 THEN share END) AS cr3,
                 sum(CASE WHEN down <= 5 THEN share END) AS cr5, sum(share * share) AS hhi, sum(up * share) AS ups
          FROM q GROUP BY {DOC})
        SELECT {of('m', DOC)}, '项目' AS grain, m.n, m.total, round(100.0 * m.total / s.amount, 2) AS coverage_pct,
               round(100 * m.cr1, 2) AS cr1, round(100 * m.cr3, 2) AS cr3, round(100 * m.cr5, 2) AS cr5, round(m.hhi, 4) AS hhi,
               round(1 / m.hhi, 2) AS effective_number, round(2 * m.ups / m.n - (m.n + 1.0) / m.n, 4) AS gini
        FROM m LEFT JOIN facts s ON {same('m', 's')} AND s."table" = 'expenditure' AND s.role = 'total' AND s.nature = 'project'
        ORDER BY m.department, m.region, m.kind, m.fiscal_year""",
    "departments": f"""
        SELECT {WHO}, department AS found_as, group_concat(fiscal_year, ', ') AS years, count(*) AS n
        FROM (SELECT DISTINCT {WHO}, fiscal_year FROM facts ORDER BY fiscal_year) GROUP BY {WHO} ORDER BY region, department""",
    "documents": f"""
        SELECT {DOC}, count(DISTINCT "table") AS tables, count(*) AS facts FROM facts GROUP BY {DOC} ORDER BY department, region, kind, fiscal_year""",
    "execution": f"""
        WITH h AS (
          SELECT {DOC}, 'expenditure' AS measure, nature AS code, amount FROM facts
          WHERE "table" = 'expenditure' AND role = 'total' AND nature IN ('total', 'basic', 'project')
          UNION ALL
          SELECT {DOC}, 'function', substr(function_code, 1, 3), sum(amount) FROM facts
          WHERE "table" = 'general_public_expenditure' AND role = 'detail' AND nature = 'total' GROUP BY {DOC}, substr(function_code, 1, 3)
          UNION ALL
          SELECT {DOC}, 'three_public', item, amount FROM facts WHERE "table" = 'three_public')
        SELECT {of('a')}, a.scope, a.fiscal_year, a.measure, a.code, b.amount AS budget, a.amount AS actual,
               round(100.0 * a.amount / b.amount, 2) AS execution_pct
        FROM h a JOIN h b ON b.region = a.region AND b.department = a.department AND b.scope = a.scope AND b.fiscal_year = a.fiscal_year
         AND b.measure = a.measure AND b.code = a.code AND b.kind = 'budget'
        WHERE a.kind = 'final_account' ORDER BY a.department, a.region, a.fiscal_year, a.measure, a.code""",
    "growth": f"""
        WITH {TOTALS},
        s AS (
          SELECT {DOC}, amount, min(fiscal_year) OVER w AS first_year, count(*) OVER w AS years_observed, first_value(amount) OVER w AS first_amount
          FROM t WINDOW w AS (PARTITION BY {WHO}, kind, scope ORDER BY fiscal_year))
        SELECT {of('s', DOC)}, s.amount, p.fiscal_year AS prior_year, p.amount AS prior_amount, s.amount - p.amount AS change,
               round(100.0 * (s.amount - p.amount) / p.amount, 2) AS growth_pct, s.first_year, s.years_observed,
               CASE WHEN s.fiscal_year > s.first_year
                    THEN round(100 * (power(1.0 * s.amount / s.first_amount, 1.0 / (s.fiscal_year - s.first_year)) - 1), 2) END AS cagr_pct
        FROM s LEFT JOIN t p ON {same('s', 'p', ' - 1')}
        ORDER BY s.department, s.region, s.kind, s.fiscal_year""",
    "lorenz": f"""
        WITH {PROJECTS}
        SELECT {DOC}, row_number() OVER up AS rank, project, amount, round(100.0 * row_number() OVER up / count(*) OVER whole, 2) AS cum_projects_pct,
               round(100.0 * sum(amount) OVER up / sum(amount) OVER whole, 2) AS cum_amount_pct
        FROM p WHERE amount > 0
        WINDOW whole AS (PARTITION BY {DOC}), up AS (PARTITION BY {DOC} ORDER BY amount ROWS UNBOUNDED PRECEDING)
        ORDER BY department, region, kind, fiscal_year, amount""",
    "panel": f"""
        WITH {TOTALS},
        span AS (SELECT region, kind, scope, count(DISTINCT fiscal_year) AS years FROM t GROUP BY region, kind, scope),
        there AS (SELECT {WHO}, kind, scope, count(*) AS years FROM t GROUP BY {WHO}, kind, scope),
        u AS (
          SELECT {of('t', DOC)}, t.amount, x.years = s.years AS always
          FROM t JOIN span s ON s.region = t.region AND s.kind = t.kind AND s.scope = t.scope
          JOIN there x ON x.region = t.region AND x.department = t.department AND x.kind = t.kind AND x.scope = t.scope),
        y AS (
          SELECT region, kind, scope, fiscal_year, count(*) AS departments, sum(amount) AS amount,
                 sum(CASE WHEN always THEN 1 ELSE 0 END) AS panel_departments, sum(CASE WHEN always THEN amount END) AS panel_amount,
                 group_concat(CASE WHEN NOT always THEN department END, ', ') AS names_outside
          FROM u GROUP BY region, kind, scope, fiscal_year)
        SELECT y.region, y.kind, y.scope, y.fiscal_year, y.departments, y.amount, round(100.0 * (y.amount - p.amount) / p.amount, 2) AS growth_pct,
               y.panel_departments, y.panel_amount, round(100.0 * (y.panel_amount - p.panel_amount) / p.panel_amount, 2) AS panel_growth_pct, y.names_outside
        FROM y LEFT JOIN y p ON p.region = y.region AND p.kind = y.kind AND p.scope = y.scope AND p.fiscal_year = y.fiscal_year - 1
        ORDER BY y.region, y.kind, y.scope, y.fiscal_year""",
    "peers": f"""
        WITH {TOTALS},
        r AS (
          SELECT {DOC}, amount, rank() OVER (PARTITION BY region, kind, scope, fiscal_year ORDER BY amount DESC) AS rank,
                 count(*) OVER w AS peers, sum(amount) OVER w AS total
          FROM t WINDOW w AS (PARTITION BY region, kind, scope, fiscal_year))
        SELECT {of('r', DOC)}, r.rank, r.peers, r.amount, r.total, round(100.0 * r.amount / r.total, 2) AS share_pct, p.amount AS prior_amount,
               round(100.0 * (r.amount - p.amount) / p.amount, 2) AS growth_pct
        FROM r LEFT JOIN t p ON {same('r', 'p', ' - 1')}
        ORDER BY r.region, r.kind, r.fiscal_year, r.rank, r.department""",
    "projects": f"""
        WITH {PROJECTS}
        SELECT {DOC}, row_number() OVER (PARTITION BY {DOC} ORDER BY amount DESC) AS rank, project, amount,
               round(100.0 * amount / sum(amount) OVER (PARTITION BY {DOC}), 2) AS share_pct
        FROM p ORDER BY department, region, kind, fiscal_year, amount DESC""",
    "revenue_sources": f"""
        SELECT {of('f', DOC)}, f.fund, f.amount, round(100.0 * f.amount / w.amount, 2) AS share_pct
        FROM facts f LEFT JOIN facts w ON {same('f', 'w')} AND w."table" = 'revenue' AND w.role = 'total' AND w.fund = 'total'
        WHERE f."table" = 'revenue' AND f.role = 'total' AND f.fund <> 'total'
        ORDER BY f.department, f.region, f.kind, f.fiscal_year, f.fund""",
    "structural_change": f"""
        WITH leaf AS (
          SELECT {DOC}, 'function' AS axis, function_code AS code, 1.0 * sum(amount) AS amount FROM facts
          WHERE "table" = 'general_public_expenditure' AND role = 'detail' AND nature = 'total' AND function_code IS NOT NULL
          GROUP BY {DOC}, function_code
          UNION ALL
          SELECT {DOC}, 'economic', economic_code, 1.0 * sum(amount) FROM facts
          WHERE "table" = 'general_public_basic_expenditure' AND role = 'detail' AND nature = 'basic' AND economic_code IS NOT NULL
          GROUP BY {DOC}, economic_code),
        s AS (SELECT {DOC}, axis, code, amount / sum(amount) OVER (PARTITION BY {DOC}, axis) AS share FROM leaf),
        now AS (SELECT {DOC}, axis, substr(code, 1, 3) AS class, sum(share) AS share FROM s GROUP BY {DOC}, axis, substr(code, 1, 3)),
        restated AS (
          SELECT {of('s', DOC)}, s.axis, substr(coalesce(m.successor, s.code), 1, 3) AS class, sum(s.share) AS share
          FROM s LEFT JOIN successor m
            ON m.system = s.axis AND m.effect = 'moved' AND m.code = s.code AND m.from_year = s.fiscal_year + 1 AND m.region IS NULL
          GROUP BY {of('s', DOC)}, s.axis, substr(coalesce(m.successor, s.code), 1, 3)),
        years AS (SELECT DISTINCT {DOC}, axis FROM now),
        pairs AS (SELECT {of('n', DOC)}, n.axis FROM years n JOIN years b ON {same('n', 'b', ' - 1')} AND b.axis = n.axis),
        parts AS (
          SELECT {of('x', DOC)}, x.axis, n.class, n.share AS now, 0.0 AS before, 0.0 AS restated FROM pairs x JOIN now n ON {same('x', 'n')} AND n.axis = x.axis
          UNION ALL
          SELECT {of('x', DOC)}, x.axis, b.class, 0.0, b.share, 0.0 FROM pairs x JOIN now b ON {same('x', 'b', ' - 1')} AND b.axis = x.axis
          UNION ALL
          SELECT {of('x', DOC)}, x.axis, r.class, 0.0, 0.0, r.share FROM pairs x JOIN restated r ON {same('x', 'r', ' - 1')} AND r.axis = x.axis),
        c AS (SELECT {DOC}, axis, class, sum(now) AS now, sum(before) AS before, sum(restated) AS restated FROM parts GROUP BY {DOC}, axis, class),
        ranked AS (
          SELECT {DOC}, axis, class, now, before, restated,
                 row_number() OVER (PARTITION BY {DOC}, axis ORDER BY now - before DESC, class DESC) AS up,
                 row_number() OVER (PARTITION BY {DOC}, axis ORDER BY now - before, class) AS down
          FROM c)
        SELECT {of('r', DOC)}, r.axis, r.fiscal_year - 1 AS prior_year, count(*) AS classes, round(sum(abs(r.now - r.before)) / 2, 4) AS change_index,
               round(sum(abs(r.now - r.restated)) / 2, 4) AS restated_index,
               max(CASE WHEN r.up = 1 THEN n.name END) AS gained, round(100 * max(r.now - r.before), 2) AS most_gained,
               max(CASE WHEN r.down = 1 THEN n.name END) AS lost, round(100 * min(r.now - r.before), 2) AS most_lost
        FROM ranked r LEFT JOIN classification n ON n.system = r.axis AND n.code = r.class AND r.fiscal_year BETWEEN n.valid_from AND n.valid_to
        GROUP BY {of('r', DOC)}, r.axis ORDER BY r.department, r.region, r.kind, r.axis, r.fiscal_year""",
    "structure": f"""
        SELECT {of('f', DOC)}, CASE f."table" WHEN 'expenditure' THEN 'total' ELSE 'basic' END AS whole, f.nature, f.amount,
               round(100.0 * f.amount / w.amount, 2) AS share_pct
        FROM facts f JOIN facts w ON {same('f', 'w')} AND w."table" = f."table" AND w.role = 'total'
         AND w.nature = CASE f."table" WHEN 'expenditure' THEN 'total' ELSE 'basic' END
        WHERE f.role = 'total' AND f.nature <> w.nature AND f."table" IN ('expenditure', 'general_public_basic_expenditure')
        ORDER BY f.department, f.region, f.kind, f.fiscal_year, f.nature""",
    "three_public": f"""
        SELECT {of('f', DOC)}, f.item, f.amount, round(100.0 * f.amount / w.amount, 2) AS share_pct, p.amount AS prior_amount,
               f.amount - p.amount AS change, round(100.0 * (f.amount - p.amount) / p.amount, 2) AS growth_pct
        FROM facts f
        LEFT JOIN facts w ON {same('f', 'w')} AND w."table" = 'three_public' AND w.item = 'three_public'
        LEFT JOIN facts p ON {same('f', 'p', ' - 1')} AND p."table" = 'three_public' AND p.item = f.item
        WHERE f."table" = 'three_public' ORDER BY f.department, f.region, f.kind, f.fiscal_year, f.item""",
}
# What tells the rows of an answer apart, beside department, region and year.
KEYS = {
    "breaks": "system, code", "by_economic": "code", "by_function": "code", "execution": "measure, code", "lorenz": "rank", "projects": "rank",
    "revenue_sources": "fund", "structural_change": "axis", "structure": "whole, nature", "three_public": "item",
}


def compare(ours, plain, folder, duckdb):
    """How many rows of each answer differ: rates by more than the last digit, names where equal amounts have no order."""
    failed = []
    for name, sql in SQL.items():
        with open(os.path.join(folder, name + ".sql"), encoding="utf-8") as file:
            units = {line.split("|")[0].split(":")[1].strip(): line.split("|")[1].strip() for line in file if line.startswith("-- column:")}
        who = [] if name == "panel" else ["department"]
        keys = who + ["region", "fiscal_year"] + [key for key in KEYS.get(name, "").split(", ") if key]
        if name == "departments":
            keys.remove("fiscal_year")
        head = f"ATTACH '{plain}' AS plain (READ_ONLY); CREATE TEMP TABLE a AS FROM {name}(); USE plain; CREATE TEMP TABLE b AS {sql}; USE memory;"
        describe = f"SELECT column_name FROM (DESCRIBE temp.b)"
        script = f"ATTACH '{ours}' AS ours (READ_ONLY); USE ours; " + head
        columns = subprocess.run([duckdb, "-csv", "-noheader", "-c", script + describe], stdout=subprocess.PIPE, text=True, check=True).stdout.split()
        tests = []
        for column in columns:
            if column in keys or column not in units or (name in ("lorenz", "projects") and column == "project"):
                continue
            unit = units[column]
            if unit == "元":
                tests.append(f"(a.{column} / 10000 IS DISTINCT FROM b.{column} AND coalesce(abs(a.{column} / 10000 - b.{column}) > 0.001, true))")
            elif unit == "%" or column in ("hhi", "gini", "effective_number", "change_index", "restated_index"):
                tests.append(f"((a.{column} IS NULL) <> (b.{column} IS NULL) AND b.{column} IS NOT NULL AND isfinite(b.{column}) OR abs(a.{column} - b.{column}) > 0.011)")
            else:
                tests.append(f"a.{column}::VARCHAR IS DISTINCT FROM b.{column}::VARCHAR")
        # Enumerations of two databases are two types.
        on = " AND ".join(f"a.{key}::VARCHAR = b.{key}::VARCHAR" for key in keys)
        question = (f"SELECT count(*), count(*) FILTER (a.region IS NULL OR b.region IS NULL), count(*) FILTER ({' OR '.join(tests) or 'false'})"
                    f" FROM temp.a a FULL JOIN temp.b b ON {on}")
        out = subprocess.run([duckdb, "-csv", "-noheader", "-c", script + question], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout.strip()
        rows, alone, differ = out.split(",") if re.fullmatch(r"\d+,\d+,\d+", out) else sys.exit(f"{name}: {out}")
        print(f"{name}: {rows} rows, {alone} in one answer only, {differ} differ; compared: {', '.join(keys)} and {len(tests)} columns", flush=True)
        if alone != "0" or differ != "0":
            failed.append(name)
    return f"different answers: {', '.join(failed)}" if failed else 0


def make_sqlite(path, dimensions, made):
    """The long table and the lists in a file, with the indexes that the questions can use, and statistics."""
    import csv
    unfinished = made + ".unfinished"
    for old in (unfinished, unfinished + "-journal"):
        if os.path.exists(old):
            os.remove(old)
    db = sqlite3.connect(unfinished)
    db.execute("PRAGMA journal_mode = off")
    db.execute("PRAGMA synchronous = off")
    with open(path, encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        columns = next(rows)
        names = ", ".join(f'"{c}" {"NUMERIC" if c in ("amount", "fiscal_year") else "TEXT"}' for c in columns)
        db.execute(f"CREATE TABLE facts({names})")
        db.executemany(f"INSERT INTO facts VALUES ({', '.join('?' * len(columns))})", ([value or None for value in row] for row in rows))
    for name in ("classification", "successor"):
        with open(os.path.join(dimensions, name + ".csv"), encoding="utf-8", newline="") as file:
            rows = csv.reader(file)
            columns = next(rows)
            db.execute(f"CREATE TABLE {name}({', '.join(c + (' INTEGER' if c in ('from_year', 'valid_from', 'valid_to') else ' TEXT') for c in columns)})")
            db.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(columns))})", ([value or None for value in row] for row in rows))
    db.commit()
    shutil.copy(unfinished, as_imported(made))
    db.execute('CREATE INDEX by_table ON facts("table", region, department, kind, fiscal_year)')
    db.execute("CREATE INDEX by_code ON classification(system, code)")
    db.execute("CREATE INDEX by_reform ON successor(system, from_year)")
    db.execute("ANALYZE")
    db.commit()
    db.close()
    os.replace(unfinished, made)


def as_imported(made):
    return made + ".imported"


class Spent:
    """What has been spent since it was made, in seconds: of the processor (all threads), and on the clock."""

    def __init__(self):
        self.processor, self.clock = time.process_time(), time.monotonic()

    def __str__(self):
        return f"{time.process_time() - self.processor:.3f}/{time.monotonic() - self.clock:.3f}"


def asked_sqlite(made, sql, most):
    """What a question took from opening the file, or `>`; the answer is kept whole, as with DuckDB, and not handed to Python."""
    spent = Spent()
    db = sqlite3.connect(made)
    try:
        db.execute("PRAGMA temp_store = memory")
        db.execute("PRAGMA mmap_size = 17179869184")
        db.set_progress_handler(lambda: time.process_time() - spent.processor > most, 1_000_000)
        db.execute(f"CREATE TEMP TABLE answer AS {sql}")
        return str(spent)
    except sqlite3.OperationalError as error:
        if "interrupted" not in str(error):
            raise
        return ">"
    finally:
        db.close()


def in_ours(made):
    import duckdb
    for name in SQL:
        spent = Spent()
        db = duckdb.connect(made, read_only=True)
        db.execute(f"CREATE TEMP TABLE answer AS FROM {name}()")
        print(name, spent, flush=True)
        db.close()


def in_sqlite(path, dimensions, made, most):
    if not os.path.exists(made) or not os.path.exists(as_imported(made)):
        make_sqlite(path, dimensions, made)
    for name, sql in SQL.items():
        print(name, asked_sqlite(as_imported(made), sql, most), asked_sqlite(made, sql, most), flush=True)


def in_pandas(path, csv):
    """Texts are categories; from a file each question reads its own columns, and of parquet its own tables."""
    import pandas as pd
    import pyarrow.parquet as pq
    who = ["region", "department"]
    doc = who + ["fiscal_year"]
    year_order = ["department", "region", "fiscal_year"]
    texts = [c for c in pq.read_schema(path).names if c not in ("fiscal_year", "amount")]

    def from_file(tables, columns):
        read = pq.read_table(path, columns=doc + columns + ["amount"], filters=[("table", "in", tables)], read_dictionary=texts)
        return read.to_pandas(categories=[c for c in doc + columns if c in texts])

    def from_csv(tables, columns):
        columns = list(dict.fromkeys(["table"] + doc + columns))
        kinds = {c: "category" for c in columns if c in texts}
        read = pd.read_csv(csv, usecols=columns + ["amount"], dtype=kinds)
        return read.loc[read.table.isin(tables)]

    def loaded():
        all_of = pq.read_table(path, read_dictionary=texts).to_pandas(categories=texts)
        return lambda tables, columns: all_of.loc[all_of.table.isin(tables), doc + columns + ["amount"]]

    def total(read):
        f = read(["revenue_expenditure_summary"], ["flow", "role"])
        return f.loc[(f.flow == "expenditure") & (f.role == "total"), doc + ["amount"]]

    def before(t, keys, value="amount"):
        """The same a year later: what was a year before, under this year."""
        return t[keys + [value]].assign(fiscal_year=t.fiscal_year + 1).rename(columns={value: "prior"})

    def growth(read):
        t = total(read)
        t = t.merge(before(t, doc), on=doc, how="left")
        t["growth_pct"] = (100 * (t.amount - t.prior) / t.prior).round(2)
        return t.sort_values(year_order)

    def peers(read):
        t = total(read)
        t = t.merge(before(t, doc), on=doc, how="left")
        g = t.groupby(["region", "fiscal_year"], observed=True).amount
        t["place"], t["share_pct"] = g.rank(method="min", ascending=False), (100 * t.amount / g.transform("sum")).round(2)
        t["growth_pct"] = (100 * (t.amount - t.prior) / t.prior).round(2)
        return t.sort_values(["region", "fiscal_year", "place"])

    def structure(read):
        f = read(["expenditure", "general_public_basic_expenditure"], ["table", "role", "nature"])
        f = f[f.role == "total"]
        w = f[f.nature == f.table.astype(str).map({"expenditure": "total"}).fillna("basic")]
        f = f.merge(w[doc + ["table", "amount"]].rename(columns={"amount": "whole"}), on=doc + ["table"])
        f["share_pct"] = (100 * f.amount / f.whole).round(2)
        return f.sort_values(year_order + ["nature"])

    def revenue_sources(read):
        f = read(["revenue"], ["role", "fund"])
        f = f[f.role == "total"]
        w = f.loc[f.fund == "total", doc + ["amount"]].rename(columns={"amount": "whole"})
        f = f[f.fund != "total"].merge(w, on=doc, how="left")
        f["share_pct"] = (100 * f.amount / f.whole).round(2)
        return f.sort_values(year_order + ["fund"])

    def three_public(read):
        f = read(["three_public"], ["item"])
        f = f.merge(before(f, doc + ["item"]), on=doc + ["item"], how="left")
        w = f.loc[f.item == "three_public", doc + ["amount"]].rename(columns={"amount": "whole"})
        f = f.merge(w, on=doc, how="left")
        f["share_pct"], f["change"] = (100 * f.amount / f.whole).round(2), f.amount - f.prior
        f["growth_pct"] = (100 * f.change / f.prior).round(2)
        return f.sort_values(year_order + ["item"])

    def listed(read, columns):
        f = read(["project_expenditure"], ["role"] + columns)
        f = f[(f.role == "detail") & (f.amount > 0)].drop(columns="role")
        return f.sort_values(year_order + ["amount"])

    def projects(read):
        p = listed(read, ["project"])
        g = p.groupby(doc, observed=True, sort=False).amount
        p["place"], p["share_pct"] = g.cumcount(ascending=False) + 1, (100 * p.amount / g.transform("sum")).round(2)
        return p.sort_values(year_order + ["place"])

    def lorenz(read):
        p = listed(read, ["project"])
        g = p.groupby(doc, observed=True, sort=False).amount
        p["rank"] = g.cumcount() + 1
        p["cum_projects_pct"] = (100 * p["rank"] / g.transform("size")).round(2)
        p["cum_amount_pct"] = (100 * g.cumsum() / g.transform("sum")).round(2)
        return p

    def concentration(read):
        p = listed(read, [])
        g = p.groupby(doc, observed=True, sort=False).amount
        p["share"], p["up"], down = p.amount / g.transform("sum"), g.cumcount() + 1, g.cumcount(ascending=False) + 1
        p["sq"], p["ups"] = p.share ** 2, p.up * p.share
        for k in (1, 3, 5):
            p[f"cr{k}"] = p.share.where(down <= k, 0)
        r = p.groupby(doc, observed=True, sort=False).agg(n=("up", "max"), total=("amount", "sum"), cr1=("cr1", "sum"), cr3=("cr3", "sum"),
                                                          cr5=("cr5", "sum"), hhi=("sq", "sum"), ups=("ups", "sum")).reset_index()
        r["gini"] = 2 * r.ups / r.n - (r.n + 1) / r.n
        return r.sort_values(year_order)

    def by_function(read):
        f = read(["general_public_expenditure"], ["role", "nature", "function_code"])
        f = f[f.role == "detail"]
        f["code"] = f.function_code.cat.codes.map(dict(enumerate(f.function_code.cat.categories.str[:3]))).astype("category")
        t = f.groupby(doc + ["code", "nature"], observed=True).amount.sum().unstack("nature").reset_index()
        t["share_pct"] = (100 * t.total / t.groupby(doc, observed=True).total.transform("sum")).round(2)
        t = t.merge(before(t, doc + ["code"], "total"), on=doc + ["code"], how="left")
        t["growth_pct"] = (100 * (t.total - t.prior) / t.prior).round(2)
        return t.sort_values(year_order + ["code"])

    questions = (by_function, concentration, growth, lorenz, peers, projects, revenue_sources, structure, three_public)
    spent = {}
    for where in (from_csv, from_file, loaded()):
        for work in questions:
            begun = Spent()
            len(work(where))
            spent.setdefault(work.__name__, []).append(str(begun))
    for name, each in spent.items():
        print(name, *each, flush=True)


if sys.argv[1] == "sql":
    for name, sql in SQL.items():
        print(name + "\t" + " ".join(sql.split()))
elif sys.argv[1] == "same":
    sys.exit(compare(*sys.argv[2:6]))
elif sys.argv[1] == "ours":
    in_ours(sys.argv[2])
elif sys.argv[1] == "sqlite":
    in_sqlite(sys.argv[2], sys.argv[3], sys.argv[4], float(sys.argv[5]))
else:
    in_pandas(sys.argv[2], sys.argv[3])
