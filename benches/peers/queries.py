#!/usr/bin/env python3
"""The questions of the canned queries, written by hand over the long table: in SQL that DuckDB and SQLite read, and for pandas.

usage: queries.py sqlite FACTS.csv | pandas FACTS.csv      prints `name seconds` a line, loading apart
       queries.py sql                                      prints the statements as `name<TAB>sql`
"""
import sqlite3, sys, time

WHO = "region, department"
SQL = {
    "growth": f"""
        SELECT t.{WHO.replace(', ', ', t.')}, t.fiscal_year, t.amount, p.amount AS prior, t.amount - p.amount AS change,
               round(100.0 * (t.amount - p.amount) / p.amount, 2) AS growth_pct
        FROM (SELECT {WHO}, fiscal_year, amount FROM facts WHERE "table" = 'revenue_expenditure_summary' AND flow = 'expenditure' AND role = 'total') t
        LEFT JOIN (SELECT {WHO}, fiscal_year, amount FROM facts WHERE "table" = 'revenue_expenditure_summary' AND flow = 'expenditure' AND role = 'total') p
          ON p.region = t.region AND p.department = t.department AND p.fiscal_year = t.fiscal_year - 1
        ORDER BY t.department, t.region, t.fiscal_year""",
    "structure": f"""
        SELECT f.region, f.department, f.fiscal_year, f.nature, f.amount, round(100.0 * f.amount / w.amount, 2) AS share_pct
        FROM facts f JOIN facts w ON w.region = f.region AND w.department = f.department AND w.fiscal_year = f.fiscal_year
         AND w."table" = 'expenditure' AND w.nature = 'total' AND w.role = 'total'
        WHERE f."table" = 'expenditure' AND f.role = 'total' AND f.nature IN ('basic', 'project')
        ORDER BY f.department, f.region, f.fiscal_year, f.nature""",
    "concentration": f"""
        WITH p AS (
          SELECT {WHO}, fiscal_year, amount, 1.0 * amount / sum(amount) OVER w AS share, count(*) OVER w AS n,
                 row_number() OVER (PARTITION BY {WHO}, fiscal_year ORDER BY amount DESC) AS down,
                 row_number() OVER (PARTITION BY {WHO}, fiscal_year ORDER BY amount) AS up
          FROM facts WHERE "table" = 'project_expenditure' WINDOW w AS (PARTITION BY {WHO}, fiscal_year))
        SELECT {WHO}, fiscal_year, max(n) AS n, sum(amount) AS total,
               round(100 * sum(CASE WHEN down <= 1 THEN share END), 2) AS cr1, round(100 * sum(CASE WHEN down <= 3 THEN share END), 2) AS cr3,
               round(100 * sum(CASE WHEN down <= 5 THEN share END), 2) AS cr5, round(sum(share * share), 4) AS hhi,
               round(2 * sum(up * share) / max(n) - (max(n) + 1.0) / max(n), 4) AS gini
        FROM p GROUP BY {WHO}, fiscal_year ORDER BY department, region, fiscal_year""",
    "by_function": f"""
        WITH t AS (
          SELECT {WHO}, fiscal_year, substr(function_code, 1, 3) AS code,
                 sum(CASE WHEN nature = 'total' THEN amount END) AS amount, sum(CASE WHEN nature = 'basic' THEN amount END) AS basic,
                 sum(CASE WHEN nature = 'project' THEN amount END) AS project
          FROM facts WHERE "table" = 'general_public_expenditure' GROUP BY 1, 2, 3, 4)
        SELECT t.*, round(100.0 * t.amount / sum(t.amount) OVER (PARTITION BY t.region, t.department, t.fiscal_year), 2) AS share_pct,
               p.amount AS prior, round(100.0 * (t.amount - p.amount) / p.amount, 2) AS growth_pct
        FROM t LEFT JOIN t p ON p.region = t.region AND p.department = t.department AND p.fiscal_year = t.fiscal_year - 1 AND p.code = t.code
        ORDER BY t.department, t.region, t.fiscal_year, t.code""",
    "peers": f"""
        SELECT {WHO}, fiscal_year, amount, rank() OVER (PARTITION BY region, fiscal_year ORDER BY amount DESC) AS place,
               round(100.0 * amount / sum(amount) OVER (PARTITION BY region, fiscal_year), 2) AS share_pct
        FROM facts WHERE "table" = 'revenue_expenditure_summary' AND flow = 'expenditure' AND role = 'total'
        ORDER BY region, fiscal_year, place""",
    "projects": f"""
        SELECT {WHO}, fiscal_year, project, amount, row_number() OVER (PARTITION BY {WHO}, fiscal_year ORDER BY amount DESC) AS place,
               round(100.0 * amount / sum(amount) OVER (PARTITION BY {WHO}, fiscal_year), 2) AS share_pct
        FROM facts WHERE "table" = 'project_expenditure' ORDER BY department, region, fiscal_year, amount DESC""",
}


def in_sqlite(path):
    import csv
    db = sqlite3.connect(":memory:")
    with open(path, encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        columns = next(rows)
        names = ", ".join(f'"{c}" {"NUMERIC" if c in ("amount", "fiscal_year") else "TEXT"}' for c in columns)
        db.execute(f"CREATE TABLE facts({names})")
        db.executemany(f"INSERT INTO facts VALUES ({', '.join('?' * len(columns))})", rows)
    db.execute('CREATE INDEX by_table ON facts("table", region, department, fiscal_year)')
    for name, sql in SQL.items():
        begun = time.process_time()
        db.execute(sql).fetchall()
        print(name, time.process_time() - begun, flush=True)


def in_pandas(path):
    import pandas as pd
    facts = pd.read_csv(path, dtype={"function_code": str, "economic_code": str})
    who = ["region", "department"]

    def total():
        f = facts
        return f[(f.table == "revenue_expenditure_summary") & (f.flow == "expenditure") & (f.role == "total")][who + ["fiscal_year", "amount"]]

    def growth():
        t = total()
        p = t.assign(fiscal_year=t.fiscal_year + 1).rename(columns={"amount": "prior"})
        t = t.merge(p, on=who + ["fiscal_year"], how="left")
        t["growth_pct"] = (100 * (t.amount - t.prior) / t.prior).round(2)
        return t.sort_values(["department", "region", "fiscal_year"])

    def structure():
        f = facts[(facts.table == "expenditure") & (facts.role == "total")]
        w = f[f.nature == "total"][who + ["fiscal_year", "amount"]].rename(columns={"amount": "whole"})
        f = f[f.nature.isin(["basic", "project"])].merge(w, on=who + ["fiscal_year"])
        f["share_pct"] = (100 * f.amount / f.whole).round(2)
        return f.sort_values(["department", "region", "fiscal_year", "nature"])

    def concentration():
        p = facts[facts.table == "project_expenditure"][who + ["fiscal_year", "amount"]].copy()
        g = p.groupby(who + ["fiscal_year"]).amount
        p["share"], p["n"] = p.amount / g.transform("sum"), g.transform("count")
        p["down"], p["up"] = g.rank(method="first", ascending=False), g.rank(method="first")
        p["sq"], p["ups"] = p.share ** 2, p.up * p.share
        for k in (1, 3, 5):
            p[f"cr{k}"] = p.share.where(p.down <= k, 0)
        r = p.groupby(who + ["fiscal_year"]).agg(n=("n", "max"), total=("amount", "sum"), cr1=("cr1", "sum"), cr3=("cr3", "sum"),
                                                 cr5=("cr5", "sum"), hhi=("sq", "sum"), ups=("ups", "sum")).reset_index()
        r["gini"] = 2 * r.ups / r.n - (r.n + 1) / r.n
        return r.sort_values(["department", "region", "fiscal_year"])

    def by_function():
        f = facts[facts.table == "general_public_expenditure"]
        f = f.assign(code=f.function_code.str[:3])
        t = f.pivot_table(index=who + ["fiscal_year", "code"], columns="nature", values="amount", aggfunc="sum").reset_index()
        t["share_pct"] = (100 * t.total / t.groupby(who + ["fiscal_year"]).total.transform("sum")).round(2)
        p = t.assign(fiscal_year=t.fiscal_year + 1)[who + ["fiscal_year", "code", "total"]].rename(columns={"total": "prior"})
        return t.merge(p, on=who + ["fiscal_year", "code"], how="left").sort_values(["department", "region", "fiscal_year", "code"])

    def peers():
        t = total().copy()
        g = t.groupby(["region", "fiscal_year"]).amount
        t["place"], t["share_pct"] = g.rank(method="min", ascending=False), (100 * t.amount / g.transform("sum")).round(2)
        return t.sort_values(["region", "fiscal_year", "place"])

    def projects():
        p = facts[facts.table == "project_expenditure"][who + ["fiscal_year", "project", "amount"]].copy()
        g = p.groupby(who + ["fiscal_year"]).amount
        p["place"], p["share_pct"] = g.rank(method="first", ascending=False), (100 * p.amount / g.transform("sum")).round(2)
        return p.sort_values(["department", "region", "fiscal_year", "amount"], ascending=[True, True, True, False])

    for work in (growth, structure, concentration, by_function, peers, projects):
        begun = time.process_time()
        len(work())
        print(work.__name__, time.process_time() - begun, flush=True)


if sys.argv[1] == "sql":
    for name, sql in SQL.items():
        print(name + "\t" + " ".join(sql.split()))
elif sys.argv[1] == "sqlite":
    in_sqlite(sys.argv[2])
else:
    in_pandas(sys.argv[2])
