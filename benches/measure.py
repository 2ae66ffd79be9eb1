#!/usr/bin/env python3
"""Measures imports and canned queries beside their floor and their peers, on corpora that `yusuan synth` writes; prints Markdown.

usage: measure.py YUSUAN FLOOR PYTHON FOLDER [--texts N,N,…] [--pdf DEPARTMENTS] [--rows DEPARTMENTS] [--peer-rows DEPARTMENTS]
                  [--only texts,pdf,csv,queries,peers]

YUSUAN and FLOOR are optimised binaries, PYTHON that of peers/install.sh, FOLDER a place for some gigabytes.
Departments have ten years each. All ratios are of one run on the same files.
"""
import argparse, json, os, shutil, subprocess, sys, time

NOTED = {}


def note(name, value):
    """Keeps a measure for the comparison with benches/baseline.json."""
    NOTED[name] = round(value, 4)


def compare():
    """Tells what differs from the stored baseline by more than a tenth, and writes this run beside the corpora."""
    path = os.path.join(HERE, "baseline.json")
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            stored = json.load(file)
        print("\nAgainst benches/baseline.json (made on another day, perhaps on another machine):")
        for name, value in NOTED.items():
            before = stored.get(name)
            if before and abs(value / before - 1) > 0.1:
                print(f"  {name}: {before} -> {value} ({100 * (value / before - 1):+.0f} %)")


HERE = os.path.dirname(os.path.abspath(__file__))
YEARS = "2014..2023"


def run(argv, **more):
    """Elapsed seconds, processor seconds, peak memory in MB, and what was printed."""
    begun = time.perf_counter()
    child = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)
    out, err = child.communicate()
    elapsed = time.perf_counter() - begun
    if child.returncode:
        sys.exit(f"{' '.join(argv)}: {err[-2000:]}")
    return elapsed, out, err


def measured(argv):
    """As run, with the processor seconds and the peak memory of that child alone."""
    code = ("import json,resource,subprocess,sys,time\nb=time.perf_counter()\n"
            "r=subprocess.run(sys.argv[1:],stdout=subprocess.PIPE,stderr=subprocess.PIPE,text=True)\n"
            "e=time.perf_counter()-b\nu=resource.getrusage(resource.RUSAGE_CHILDREN)\n"
            "print(json.dumps([e,u.ru_utime+u.ru_stime,u.ru_maxrss/1024,r.returncode,r.stdout[-4000:],r.stderr[-4000:]]))")
    out = subprocess.run([sys.executable, "-c", code, *argv], stdout=subprocess.PIPE, text=True, check=True).stdout
    elapsed, spent, peak, status, stdout, stderr = json.loads(out)
    if status:
        sys.exit(f"{' '.join(argv)}: {stderr}")
    return elapsed, spent, peak, stdout


def fresh(*paths):
    for path in paths:
        for name in (path, path + ".wal"):
            if os.path.isdir(name):
                shutil.rmtree(name)
            elif os.path.exists(name):
                os.remove(name)


def size(path):
    if os.path.isdir(path):
        return sum(os.path.getsize(os.path.join(d, f)) for d, _, fs in os.walk(path) for f in fs)
    return os.path.getsize(path)


def corpus(a, name, form, departments):
    folder = os.path.join(a.folder, f"{name}_{departments}")
    if not os.path.exists(folder):
        run([a.yusuan, "synth", "--departments", str(departments), "--years", YEARS, "--format", form, "-o", folder])
    return folder


def on(cores):
    """Words before a program that keep it on so many cores."""
    return ["taskset", "-c", ",".join(str(c) for c in sorted(os.sched_getaffinity(0))[:cores])] if shutil.which("taskset") else []


def texts(a):
    """The floors are measured on the same cores, in turn with the import, the least of five of each: the same rows appended
    value by value, and as Arrow batches that are there already."""
    print("\n| documents | cores | seconds | documents/s | MB/s | ms a document | processor s | floor: decode + append rows, s | × floor | × floor, processor | "
          "append batches, s | × this floor | × this, processor | peak MB | database MB |")
    print("|" + "---:|" * 15)
    for wanted in a.texts:
        folder = os.path.join(corpus(a, "text", "text", -(-wanted * 106 // 1000)), "documents")
        files = sum(len(fs) for _, _, fs in os.walk(folder))
        megabytes = size(folder) / 1e6
        for cores in (1, 2):
            db, new = os.path.join(a.folder, "t.duckdb"), os.path.join(a.folder, "floor.duckdb")
            times = 5 if wanted <= 1000 else 1
            runs, floors = [], {"rows": [], "batches": []}
            for _ in range(times):
                fresh(db)
                runs.append(measured([*on(cores), a.yusuan, "--db", db, "ingest", "-j", str(cores), folder]))
                for way in floors if wanted <= 20000 else ():
                    fresh(new)
                    floors[way].append([float(x) for x in measured([*on(cores), a.floor, folder, db, new, way])[3].split()[:3]])
            elapsed, spent, peak = (min(r[i] for r in runs) for i in range(3))
            row, batch = (min(f, key=lambda f: f[0] + f[1]) if f else [float("nan")] * 3 for f in floors.values())
            note(f"texts {wanted} documents, {cores} cores, ms a document", 1000 * elapsed / files)
            print(f"| {files} | {cores} | {elapsed:.1f} | {files / elapsed:.0f} | {megabytes / elapsed:.1f} | {1000 * elapsed / files:.2f} | "
                  f"{spent:.1f} | {row[0]:.2f} + {row[1]:.2f} | {elapsed / (row[0] + row[1]):.2f} | {spent / row[2]:.2f} | "
                  f"{batch[1]:.2f} | {elapsed / (batch[0] + batch[1]):.1f} | {spent / batch[2]:.1f} | {peak:.0f} | {size(db) / 1e6:.0f} |", flush=True)


def pdf(a):
    folder = os.path.join(corpus(a, "pdf", "pdf", a.pdf), "documents")
    files = sorted(os.path.join(d, f) for d, _, fs in os.walk(folder) for f in fs)
    db = os.path.join(a.folder, "p.duckdb")
    print("\n| program | documents | processor s | documents/s a core | × pdfplumber | peak MB |\n|---|---:|---:|---:|---:|---:|")
    fresh(db)
    _, theirs, peak, _ = measured([a.python, os.path.join(HERE, "peers/pdf.py"), db, *files])
    print(f"| pdfplumber + duckdb | {len(files)} | {theirs:.1f} | {len(files) / theirs:.1f} | 1.0 | {peak:.0f} |", flush=True)
    runs = []
    for _ in range(3):
        fresh(db)
        runs.append(measured([a.yusuan, "--db", db, "ingest", "-j", "1", folder])[1:3])
    # The middle one: the peer takes long enough to even out what else the machine does.
    ours, peak = sorted(runs)[1]
    note("pdf ms a document", 1000 * ours / len(files))
    print(f"| yusuan | {len(files)} | {ours:.1f} | {len(files) / ours:.1f} | {theirs / ours:.1f} | {peak:.0f} |", flush=True)


def bulk(a):
    folder = corpus(a, "csv", "csv", a.rows)
    facts, db, plain = (os.path.join(folder, "facts.csv"), os.path.join(a.folder, "b.duckdb"), os.path.join(a.folder, "plain.duckdb"))
    duckdb = os.path.join(os.path.dirname(a.python), "duckdb")
    print("\n| program | rows | seconds | processor s | × | × processor | peak MB | database MB |\n|---|---:|---:|---:|---:|---:|---:|---:|")
    with open(facts, "rb") as file:
        rows = sum(piece.count(b"\n") for piece in iter(lambda: file.read(1 << 20), b"")) - 1
    fresh(plain)
    sql = open(os.path.join(HERE, "peers/csv.sql"), encoding="utf-8").read().replace("FILE", facts)
    theirs, their_work, peak, _ = measured([duckdb, plain, "-c", sql])
    print(f"| duckdb 1.5.6, CREATE TABLE AS | {rows} | {theirs:.1f} | {their_work:.1f} | 1.0 | 1.0 | {peak:.0f} | {size(plain) / 1e6:.0f} |", flush=True)
    fresh(db)
    ours, our_work, peak, _ = measured([a.yusuan, "--db", db, "ingest", facts])
    note(f"csv us of processor time a row, {a.rows} departments", 1e6 * our_work / rows)
    print(f"| yusuan, with validation and provenance | {rows} | {ours:.1f} | {our_work:.1f} | {ours / theirs:.1f} | {our_work / their_work:.1f} | {peak:.0f} | {size(db) / 1e6:.0f} |", flush=True)
    run([duckdb, plain, "-c", f"COPY facts TO '{a.folder}/facts.parquet' (FORMAT parquet, COMPRESSION zstd)"])
    print(f"\nThe csv has {size(facts) / 1e6:.0f} MB, the parquet {size(a.folder + '/facts.parquet') / 1e6:.0f} MB.")


def timed(duckdb, db, statements):
    """Processor seconds of each statement in one process, the least of three: a busy machine does not count."""
    script = ".timer on\n" + "".join(f"CREATE OR REPLACE TEMP TABLE answer AS {sql};\n" for sql in statements for _ in range(3))
    out = subprocess.run([duckdb, db], input=script, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout
    if "Error" in out:
        sys.exit(out[-2000:])
    words = [line.split() for line in out.splitlines() if " user " in line]
    seconds = [float(w[w.index("user") + 1]) + float(w[w.index("sys") + 1]) for w in words]
    return [min(seconds[3 * i:3 * i + 3]) for i in range(len(statements))]


def by_hand(a):
    out = subprocess.run([a.python, os.path.join(HERE, "peers/queries.py"), "sql"], stdout=subprocess.PIPE, text=True, check=True).stdout
    return dict(line.split("\t") for line in out.splitlines())


def dimensions(a, duckdb, db, plain):
    """The lists of codes and of reforms beside the long table of the peers, and as csv."""
    folder = os.path.join(a.folder, "lists")
    os.makedirs(folder, exist_ok=True)
    run([duckdb, db, "-c", f"ATTACH '{plain}' AS plain; " + "".join(
        f"CREATE OR REPLACE TABLE plain.{name} AS FROM {name}; COPY {name} TO '{folder}/{name}.csv';" for name in ("classification", "successor"))])
    return folder


def queries(a):
    db, plain = os.path.join(a.folder, "b.duckdb"), os.path.join(a.folder, "plain.duckdb")
    duckdb = os.path.join(os.path.dirname(a.python), "duckdb")
    hand = by_hand(a)
    dimensions(a, duckdb, db, plain)
    files = os.listdir(os.path.join(os.path.dirname(HERE), "queries"))
    names = sorted(name[:-4] for name in files if name.endswith(".sql") and name[:-4] not in ("check_summary", "checks", "why"))
    one = "department := '云泽市财政局'"
    pairs = []
    print("\n| query | on the screen, s | whole answer, processor s | by hand in duckdb | × | one department |\n|---|---:|---:|---:|---:|---:|")
    for name in names:
        shown = min(measured([a.yusuan, "--db", db, "query", name])[0] for _ in range(3))
        whole, single = timed(duckdb, db, [f"FROM {name}()", f"FROM {name}({one})"])
        theirs = timed(duckdb, plain, [hand[name]])[0] if name in hand else None
        if theirs and whole < 1:  # a moment of the machine is as long as the answer: in turn, several times
            for _ in range(4):
                whole, theirs = min(whole, timed(duckdb, db, [f"FROM {name}()"])[0]), min(theirs, timed(duckdb, plain, [hand[name]])[0])
        ratio = f"{whole / theirs:.2f}" if theirs else ""
        if theirs:
            pairs.append((whole, theirs))
        note(f"query {name}, {a.rows} departments", whole)
        note(f"query {name} on the screen, {a.rows} departments", shown)
        print(f"| {name} | {shown:.2f} | {whole:.2f} | {'' if theirs is None else f'{theirs:.2f}'} | {ratio} | {single:.3f} |", flush=True)
    whole, theirs = map(sum, zip(*pairs))
    print(f"| all with a peer | | {whole:.2f} | {theirs:.2f} | {whole / theirs:.2f} | |")
    print("\nThe answers of both, compared in every common column:\n")
    folder = os.path.join(os.path.dirname(HERE), "queries")
    print(run([a.python, os.path.join(HERE, "peers/queries.py"), "same", db, plain, folder, duckdb])[1])


def spent(a, arguments):
    """What each question took in peers/queries.py: lists of (processor, elapsed) seconds, None for what was given up."""
    lines = [line.split() for line in run([a.python, os.path.join(HERE, "peers/queries.py"), *arguments])[1].splitlines()]
    return {name: [None if one == ">" else tuple(map(float, one.split("/"))) for one in each] for name, *each in lines}


def beside(a, db, heads, theirs, most=None):
    """A table of our canned queries and of the same questions in peers, and of all of them together; both are asked from Python, the file is opened for each."""
    print("\n| query | yusuan, processor s | elapsed s |" + "".join(f" {head}, processor s | × | × elapsed |" for head in heads))
    print("|---|---:|---:|" + "---:|---:|---:|" * len(heads))
    ours = {name: once[0] for name, once in spent(a, ["ours", db]).items() if name in theirs}
    # What a peer took, and whether it was given up then.
    taken = {name: [(one or (most, most), one is None) for one in each] for name, each in theirs.items()}
    add = lambda seconds: tuple(map(sum, zip(*seconds)))
    added = [(add(one for one, _ in column), any(given_up for _, given_up in column)) for column in zip(*taken.values())]
    for name, (processor, clock), each in [(name, ours[name], taken[name]) for name in ours] + [("all", add(ours.values()), added)]:
        cells = []
        for (their_processor, their_clock), given_up in each:
            more = "> " if given_up else ""
            cells.append(f"{more}{their_processor:.2f} | {more}{their_processor / processor:.1f} | {more}{their_clock / clock:.1f}")
        print(f"| {name} | {processor:.2f} | {clock:.2f} | " + " | ".join(cells) + " |", flush=True)


def peers(a):
    """SQLite on a part of the corpus, since it takes minutes for all; pandas on the whole of it (which `csv` has imported)."""
    facts = os.path.join(corpus(a, "csv", "csv", a.peer_rows), "facts.csv")
    db, plain = os.path.join(a.folder, "small.duckdb"), os.path.join(a.folder, "lists.duckdb")
    duckdb = os.path.join(os.path.dirname(a.python), "duckdb")
    fresh(db, plain)
    run([a.yusuan, "--db", db, "ingest", facts])
    folder = dimensions(a, duckdb, db, plain)
    made = os.path.join(a.folder, f"sqlite_{a.peer_rows}.db")
    most = 30
    print(f"\n{a.peer_rows} departments")
    beside(a, db, ["SQLite as imported", "SQLite with indexes"], spent(a, ["sqlite", facts, folder, made, str(most)]), most)
    db, plain, parquet = (os.path.join(a.folder, name) for name in ("b.duckdb", "plain.duckdb", "pandas.parquet"))
    fresh(parquet)
    run([duckdb, plain, "-c", f"COPY (SELECT * REPLACE (amount::DOUBLE AS amount) FROM facts ORDER BY \"table\") TO '{parquet}' (FORMAT parquet)"])
    facts = os.path.join(corpus(a, "csv", "csv", a.rows), "facts.csv")
    print(f"\n{a.rows} departments")
    beside(a, db, ["pandas from the csv", "from parquet", "loaded"], spent(a, ["pandas", parquet, facts]))


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("yusuan", "floor", "python", "folder"):
        p.add_argument(name)
    p.add_argument("--texts", type=lambda t: [int(n) for n in t.split(",")], default=[1000, 10000])
    p.add_argument("--pdf", type=int, default=20)
    p.add_argument("--rows", type=int, default=11000)
    p.add_argument("--peer-rows", type=int, default=2200)
    p.add_argument("--only", default="texts,pdf,csv,queries,peers")
    a = p.parse_args()
    os.makedirs(a.folder, exist_ok=True)
    a.folder = os.path.abspath(a.folder)
    for name in a.only.split(","):
        {"texts": texts, "pdf": pdf, "csv": bulk, "queries": queries, "peers": peers}[name](a)
    compare()
    with open(os.path.join(a.folder, "measured.json"), "w", encoding="utf-8") as file:
        json.dump(NOTED, file, indent=1, ensure_ascii=False)


main()
