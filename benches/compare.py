#!/usr/bin/env python3
"""Compare reading PDF (text and tables of every page) with Python pdfplumber and PyMuPDF on the same files.

usage: compare.py YUSUAN FILE.pdf...    runs the three alternately, three times each, in processes of their own, and
prints seconds of processor time (the least of three), pages a second, peak memory and ratios.
Needs: pip install pdfplumber==0.11.10 PyMuPDF==1.26.7 (PyMuPDF 2.0 breaks amounts apart).
"""
import json, os, resource, subprocess, sys

PROGRAMS = {
    "pdfplumber": """
import pdfplumber, sys
pages = 0
for f in sys.argv[1:]:
    with pdfplumber.open(f) as pdf:
        for p in pdf.pages:
            p.extract_text(); p.extract_tables(); pages += 1
print(pages)
""",
    "PyMuPDF": """
import fitz, sys
pages = 0
for f in sys.argv[1:]:
    for p in fitz.open(f):
        p.get_text(); [t.extract() for t in p.find_tables().tables]; pages += 1
print(pages)
""",
}


def run(argv):
    """Processor seconds and peak memory (MB) of one child."""
    code = ("import json,resource,subprocess,sys\n"
            "r=subprocess.run(sys.argv[1:],stdout=subprocess.PIPE,stderr=subprocess.DEVNULL,text=True)\n"
            "u=resource.getrusage(resource.RUSAGE_CHILDREN)\n"
            "print(json.dumps([u.ru_utime+u.ru_stime,u.ru_maxrss/1024,r.stdout.strip()]))")
    out = subprocess.run([sys.executable, "-c", code, *argv], stdout=subprocess.PIPE, text=True, check=True).stdout
    return json.loads(out)


def main():
    binary, files = sys.argv[1], sys.argv[2:]
    commands = {name: [sys.executable, "-c", code, *files] for name, code in PROGRAMS.items()}
    commands["yusuan (text and tables)"] = [binary, *files]
    seconds, memory, pages = {}, {}, None
    for _ in range(3):
        for name, argv in commands.items():
            spent, peak, said = run(argv)
            seconds[name] = min(spent, seconds.get(name, spent))
            memory[name] = max(peak, memory.get(name, 0))
            pages = int(said.split()[-1]) if name == "pdfplumber" else pages
    print(f"{len(files)} files, {pages} pages, processor seconds, least of three runs, one process each")
    base = seconds["pdfplumber"]
    for name in commands:
        print(f"{name:26} {seconds[name]:8.2f} s {pages / seconds[name]:8.0f} pages/s {base / seconds[name]:7.1f} x pdfplumber {memory[name]:6.0f} MB")


if __name__ == "__main__":
    main()
