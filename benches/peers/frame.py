#!/usr/bin/env python3
"""The steps of benches/frame.rs in Python polars, on the same parquet file.

usage: frame.py FILE.parquet [NAME]    prints for each pipeline (or for NAME alone) its name, the least processor
seconds of three runs, the number of rows, the sum of its checked column, and the peak memory of the process in MB.
Needs: pip install polars
"""
import resource, sys, time
import polars as pl

col = pl.col


def sums(f):
    return (f.group_by("department", "fiscal_year").agg(col("amount").sum().alias("s"), pl.len().alias("n"))
            .sort("department", "fiscal_year"))


def top(f):
    return (f.filter((col("fiscal_year") >= 2020) & (col("nature") == "project")).group_by("code")
            .agg(col("amount").sum().alias("s")).sort("s", descending=True).head(20))


def growth(f):
    before = col("s").shift(1).over("department", order_by="fiscal_year")
    year = col("fiscal_year").shift(1).over("department", order_by="fiscal_year")
    rate = (col("s") - before).cast(pl.Float64) / before.cast(pl.Float64)
    return (f.group_by("department", "fiscal_year").agg(col("amount").sum().alias("s"))
            .with_columns(pl.when((before > 0) & (col("fiscal_year") - year == 1)).then(rate).alias("r")))


def share(f):
    return (f.group_by("region", "department", "fiscal_year").agg(col("amount").sum().alias("s"))
            .with_columns((col("s").cast(pl.Float64) / col("s").sum().over("region", "fiscal_year").cast(pl.Float64)).alias("p"),
                          col("s").rank("min", descending=True).over("region", "fiscal_year").alias("place"))
            .filter(col("place") <= 3))


def pivot(f):
    long = f.group_by("code", "fiscal_year").agg(col("amount").sum().alias("s")).collect()
    return long.pivot(on="fiscal_year", index="code", values="s", sort_columns=True).lazy()


PIPELINES = {"sums": (sums, "s"), "top": (top, "s"), "growth": (growth, "s"), "share": (share, "s"), "pivot": (pivot, "2024")}


def main():
    path, only = sys.argv[1], sys.argv[2:]
    for name, (steps, checked) in PIPELINES.items():
        if only and name not in only:
            continue
        least = None
        for _ in range(1 if only else 3):
            start = time.process_time()
            rows = steps(pl.scan_parquet(path)).collect()
            least = min(t for t in (least, time.process_time() - start) if t is not None)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(name, f"{least:.4f}", rows.height, rows[checked].sum(), f"{peak:.0f}", flush=True)


if __name__ == "__main__":
    main()
