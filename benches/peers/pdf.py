#!/usr/bin/env python3
"""PDF documents → database with pdfplumber and duckdb: every ruled table, its numeric cells with row label, heading,
page and text; no recognition of what they mean.

usage: pdf.py DATABASE FILE.pdf...
"""
import re, sys
import duckdb, pandas, pdfplumber

NUMBER = re.compile(r"^[+-]?[0-9][0-9,]*(\.[0-9]+)?$")


def main():
    rows = []
    for path in sys.argv[2:]:
        with pdfplumber.open(path) as pdf:
            for page in pdf.pages:
                page.extract_text()
                for table in page.extract_tables():
                    head = table[0] if table else []
                    for n, row in enumerate(table):
                        label = next((c for c in row if c and not NUMBER.match(c)), "")
                        for i, cell in enumerate(row):
                            if cell and NUMBER.match(cell.strip()):
                                rows.append((path, page.page_number, n, label, head[i] if i < len(head) else "", cell))
    db = duckdb.connect(sys.argv[1])
    db.execute("CREATE TABLE cell(path VARCHAR, page INTEGER, row INTEGER, label VARCHAR, heading VARCHAR, text VARCHAR)")
    frame = pandas.DataFrame(rows, columns=["path", "page", "row", "label", "heading", "text"])
    db.execute("INSERT INTO cell SELECT * FROM frame")
    print(len(rows))


main()
