#!/usr/bin/python3
"""Times whole commands of one quarry beside another build of it, in turn: whether a change has cost anything.

    bench/pair_bench.py QUARRY OTHER FOLDER [--rounds 15]

FOLDER has the documents. Each command is run once by both to warm up, and then in turn, so that a disturbance of the
machine hits both alike. Prints the medians of processor time, and the median of the ratios QUARRY / OTHER, round by
round, of processor and of wall time.
"""
import argparse
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import tempfile
import time


nothing_found = 10


def measured(command, folder):
    """Seconds of processor and of wall time."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    environment = {**os.environ, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    done = subprocess.run(command, cwd=folder, env=environment, check=False, stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if done.returncode not in (0, nothing_found):
        raise SystemExit(f"{' '.join(command)} failed with {done.returncode}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, time.perf_counter() - start)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("quarry", type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("other", type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("folder", type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    question = "How is a migration undone?"
    commands = {
        "start (--version)": ["--version"],
        "help": ["ask", "--help"],
        "search --mode lexical": ["search", "--mode", "lexical", question],
        "search (hybrid)": ["search", question],
        "ask": ["ask", question],
        "ingest, unchanged": ["ingest", options.folder],
        "ingest, new base": ["ingest", options.folder],
    }
    with tempfile.TemporaryDirectory() as name:
        folders = {}
        for binary in (options.quarry, options.other):
            folders[binary] = pathlib.Path(name) / str(len(folders))
            folders[binary].mkdir()
        print(f"{'':24}{'ms':>9}{'other':>9}{'ratio':>8}{'wall':>8}")
        for title, arguments in [("ingest, new base", commands.pop("ingest, new base")), *commands.items()]:
            is_new = title == "ingest, new base"
            times = {options.quarry: [], options.other: []}
            for number in range((options.rounds if not is_new else min(options.rounds, 5)) + 1):
                order = (options.quarry, options.other) if number % 2 else (options.other, options.quarry)
                for binary in order:
                    if is_new:
                        shutil.rmtree(folders[binary] / ".quarry", ignore_errors=True)
                    result = measured([binary, *arguments], folders[binary])
                    if number > 0:
                        times[binary].append(result)
            pairs = list(zip(times[options.quarry], times[options.other]))
            middle = [1000 * statistics.median(one[0] for one in times[binary]) for binary in times]
            ratios = [statistics.median(a[i] / max(b[i], 1e-9) for a, b in pairs) for i in (0, 1)]
            print(f"{title:24}{middle[0]:9.1f}{middle[1]:9.1f}{ratios[0]:8.3f}{ratios[1]:8.3f}", flush=True)


if __name__ == "__main__":
    main()
