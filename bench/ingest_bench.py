#!/usr/bin/python3
"""Times `quarry ingest` of a folder of Markdown beside a bare insert of the same text into SQLite's full-text index.

    bench/ingest_bench.py QUARRY FOLDER [--rounds 5] [--cpus 0] [--cpus 0,1]
    bench/ingest_bench.py QUARRY FOLDER --make HTML_FOLDER...

The second form makes FOLDER: the text of each HTML file below the given folders, as quarry extracts it, which is
Markdown; pages alike once.

The bare peer does nothing but that: the text is in memory, cut at line ends into pieces of at most 1,800 characters,
and inserted into a contentless FTS5 table in transactions of 8 MB, with quarry's tokenizer, journal and cache settings.
Every round runs all in turn, so that a disturbance of the machine hits them alike. Prints medians of wall and CPU time,
the ratios to the peer, and the peak memory.
"""
import argparse
import json
import os
import pathlib
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

PIECE = 1800
TRANSACTION = 8_000_000


def pieces(folder):
    for path in sorted(pathlib.Path(folder).rglob("*.md")):
        text = path.read_text(encoding="utf-8", errors="replace")
        start = 0
        while start < len(text):
            end = min(len(text), start + PIECE)
            if end < len(text):
                newline = text.rfind("\n", start, end)
                end = newline + 1 if newline > start else end
            yield text[start:end]
            start = end


def bare(folder, database):
    """The peer, in a process of its own: prints seconds of wall and CPU time, and the bytes of text."""
    texts = list(pieces(folder))
    connection = sqlite3.connect(database, isolation_level=None)
    connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -32000;")
    connection.execute("CREATE VIRTUAL TABLE terms USING fts5"
                       " (body, content = '', tokenize = 'unicode61 remove_diacritics 0')")
    before, start, waiting = os.times(), time.perf_counter(), 0
    connection.execute("BEGIN")
    for number, text in enumerate(texts, 1):
        connection.execute("INSERT INTO terms (rowid, body) VALUES (?, ?)", (number, text))
        waiting += len(text)
        if waiting > TRANSACTION:
            connection.execute("COMMIT")
            connection.execute("BEGIN")
            waiting = 0
    connection.execute("COMMIT")
    wall, after = time.perf_counter() - start, os.times()
    cpu = after.user - before.user + after.system - before.system
    print(wall, cpu, sum(len(text.encode()) for text in texts))


def make(quarry, folder, html_folders):
    """Writes the texts of HTML pages to a folder, under their names below the folder that holds the given ones."""
    top = os.path.commonpath([os.path.dirname(os.path.abspath(html)) for html in html_folders])
    with tempfile.TemporaryDirectory() as place:
        base = f"{place}/base.db"
        command = [quarry, "ingest", *html_folders, "--include", "*.html", "--base", base, "--quiet"]
        subprocess.run(command, check=True, env={**os.environ, "QUARRY_EMBED_PROVIDER": "none"})
        exported = subprocess.run([quarry, "docs", "export", "--base", base], check=True, stdout=subprocess.PIPE).stdout
        for line in exported.splitlines():
            source = json.loads(line).get("source", {})
            if "document" not in source:
                continue
            path = pathlib.Path(folder, os.path.relpath(source["uri"], top)).with_suffix(".md")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(source["document"]["text"], encoding="utf-8", newline="")


def run(command, cpus, environment=None):
    """Wall time, CPU time, peak memory in bytes, and what it printed."""
    os.sched_setaffinity(0, cpus)  # which the process takes over; to set it there would take a slow way to start it
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               env={**os.environ, **(environment or {})})
    output = process.stdout.read().decode()
    errors = process.stderr.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    if status != 0:
        raise SystemExit(f"{command} failed: {errors}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, output


def measure(quarry, folder, cpus, rounds):
    figures = {"bare": [], "first": [], "again": []}
    size = peak = 0
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as place:
            output = run([sys.executable, __file__, "--bare", folder, f"{place}/bare.db"], cpus)[3].split()
            figures["bare"].append((float(output[0]), float(output[1])))
            size = int(output[2])
            base = f"{place}/base.db"
            command = [quarry, "ingest", folder, "--base", base, "--quiet"]
            for name in ("first", "again", "again", "again"):
                wall, cpu, memory, _ = run(command, cpus, {"QUARRY_EMBED_PROVIDER": "none"})
                figures[name].append((wall, cpu))
                peak = max(peak, memory)
    return {name: tuple(map(statistics.median, zip(*rows))) for name, rows in figures.items()}, size, peak


def main():
    if sys.argv[1:2] == ["--bare"]:
        return bare(*sys.argv[2:])
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("quarry")
    parser.add_argument("folder")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cpus", action="append", help="processors to use, such as 0,1; may be repeated")
    parser.add_argument("--make", nargs="+", metavar="HTML_FOLDER", help="make FOLDER of these, and measure nothing")
    options = parser.parse_args()
    quarry = shutil.which(options.quarry) or sys.exit(f"no such program: {options.quarry}")
    if options.make:
        return make(os.path.abspath(quarry), options.folder, options.make)
    print(f"{'':32}{'wall s':>8}{'CPU s':>8}{'MB/s':>8}{'ratio':>8}{'CPU ratio':>10}")
    for cpus in options.cpus or ["0", "0,1"]:
        medians, size, peak = measure(os.path.abspath(quarry), os.path.abspath(options.folder),
                                      {int(cpu) for cpu in cpus.split(",")}, options.rounds)
        bare_wall, bare_cpu = medians["bare"]
        print(f"processors {cpus}, {size / 1e6:.1f} MB, quarry's peak {peak / 1e6:.0f} MB")
        for name, title in (("bare", "bare FTS5 insert"), ("first", "quarry ingest"), ("again", "the same, unchanged")):
            wall, cpu = medians[name]
            print(f"  {title:30}{wall:8.3f}{cpu:8.3f}{size / 1e6 / wall:8.0f}{wall / bare_wall:8.2f}{cpu / bare_cpu:10.2f}")
        print(f"  unchanged: {medians['first'][0] / medians['again'][0]:.0f} x faster than the first run")


if __name__ == "__main__":
    main()
