#!/bin/sh
# Prints the Python of a virtual environment with the peers, made once: install.sh DIR
set -eu
if [ ! -x "$1/bin/duckdb" ]; then
  python3 -m venv "$1"
  "$1/bin/pip" install -q duckdb==1.5.6 duckdb-cli==1.5.6 pandas==2.3.3 pdfplumber==0.11.10 >&2
fi
echo "$1/bin/python"
