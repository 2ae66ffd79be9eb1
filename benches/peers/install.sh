#!/bin/sh
# Prints the Python of a virtual environment with the peers, made once: install.sh DIR
set -eu
wanted="duckdb==1.5.6 duckdb-cli==1.5.6 pandas==2.3.3 pyarrow==21.0.0 pdfplumber==0.11.10 PyMuPDF==1.26.7 polars==2.1.0"
if [ "$(cat "$1/wanted" 2>/dev/null || true)" != "$wanted" ]; then
  python3 -m venv "$1"
  # shellcheck disable=SC2086 # a list of words
  "$1/bin/pip" install -q $wanted >&2
  echo "$wanted" > "$1/wanted"
fi
echo "$1/bin/python"
