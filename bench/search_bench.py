#!/usr/bin/python3
"""Times `quarry search` as a whole process, on a base of many passages.

    bench/search_bench.py QUARRY BASE_FOLDER --make 100000 --texts MARKDOWN_FOLDER
    bench/search_bench.py QUARRY BASE_FOLDER [--rounds 3] [--other QUARRY]

The first form makes a base: passages of about 760 bytes, each of three stretches of running text from random places of
the files below MARKDOWN_FOLDER (the one that ingest_bench.py makes will do), the same for each run; the metadata `n` is
one of 1,000 numbers, so that a filter on it lets a thousandth through.

The second form asks each of ten questions in turn, in every mode, and prints the median of the wall time, the median of
the questions' best times (which other work on the machine disturbs less), the median of CPU time, page faults and the
peak memory. With --other, two programs take turns. It then compares what a filtered search finds with what an exact one
does.
"""
import argparse
import json
import os
import pathlib
import random
import re
import statistics
import subprocess
import sys
import time

PASSAGE = 760
STRETCHES = 3
QUESTIONS = [
    "how do I create an index on a table", "what is the default value of the timeout",
    "why does the function return an error", "set the connection to read only mode",
    "how to parse a string into a number", "when is a transaction rolled back",
    "list of the available options for the command", "which type does the operator take",
    "can the server be restarted without losing data", "what happens if the file does not exist"]
MODES = [["--mode", "hybrid"], ["--mode", "lexical"], ["--mode", "vector"], ["--mode", "hybrid", "--where", "n=7"]]


def make(quarry, base, count, texts):
    text = " ".join(path.read_text(encoding="utf-8", errors="replace")
                    for path in sorted(pathlib.Path(texts).rglob("*.md")))
    sentences = [match.start() for match in re.finditer(r"(?<=[.!?:\n])\s+\S", text)]
    drawn = random.Random(1)
    base.mkdir(parents=True, exist_ok=True)
    ingest = subprocess.Popen([quarry, "ingest", "--jsonl", "-"], cwd=base, stdin=subprocess.PIPE)
    for number in range(count):
        stretches = []
        for _ in range(STRETCHES):
            start = drawn.choice(sentences)
            stretches.append(text[start:start + PASSAGE // STRETCHES].strip())
        passage = "\n\n".join(stretches)
        line = {"id": f"d{number}", "title": " ".join(passage.split()[:6]), "text": passage,
                "metadata": {"n": number % 1000}}
        ingest.stdin.write(json.dumps(line).encode() + b"\n")
    ingest.stdin.close()
    if ingest.wait() != 0:
        sys.exit("quarry ingest failed")
    subprocess.run([quarry, "embed"], cwd=base, check=True)


def run(command, base):
    """The output, and what the process took: seconds of wall and CPU time, page faults, MB at most."""
    start = time.perf_counter()
    child = subprocess.Popen(command, cwd=base, stdout=subprocess.PIPE)
    out = child.stdout.read()
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    if child.returncode not in (0, 10):
        sys.exit(f"{' '.join(command)} failed")
    return out, (wall, used.ru_utime + used.ru_stime, used.ru_minflt + used.ru_majflt, used.ru_maxrss / 1024)


def measure(quarries, base, rounds, modes):
    for mode in modes:
        taken = {quarry: {question: [] for question in QUESTIONS} for quarry in quarries}
        for _ in range(rounds):
            for question in QUESTIONS:
                for quarry in quarries:
                    taken[quarry][question].append(run([quarry, "search", *mode, "--json", question], base)[1])
        for quarry, questions in taken.items():
            every = [one for of_question in questions.values() for one in of_question]
            best = statistics.median(min(one[0] for one in of_question) for of_question in questions.values())
            print(f"{' '.join(mode)}: {quarry}: median {statistics.median(one[0] for one in every) * 1e3:.1f} ms, "
                  f"of the best {best * 1e3:.1f} ms, CPU {statistics.median(one[1] for one in every) * 1e3:.1f} ms, "
                  f"{statistics.median(one[2] for one in every):.0f} page faults, "
                  f"{max(one[3] for one in every):.0f} MB at most")


def compare_filtered(quarry, base):
    """Whether a filter finds what is found when all vectors are compared."""
    equal = 0
    for question in QUESTIONS:
        found = []
        for exact in ([], ["--exact"]):
            out, _ = run([quarry, "search", "--json", "--where", "n=7", *exact, question], base)
            found.append([(hit["chunk_id"], hit["score"]) for hit in json.loads(out)["hits"]])
        equal += found[0] == found[1] and len(found[0]) > 0
    print(f"with a filter that lets a thousandth through: {equal} of {len(QUESTIONS)} questions find what --exact does")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("quarry")
    parser.add_argument("base", type=pathlib.Path, help="the folder whose .quarry has the base")
    parser.add_argument("--make", type=int, metavar="PASSAGES")
    parser.add_argument("--texts", metavar="MARKDOWN_FOLDER")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--other", metavar="QUARRY")
    parser.add_argument("--mode", action="append", help="options of search, instead of the usual ones")
    arguments = parser.parse_args()
    quarry = os.path.abspath(arguments.quarry)
    if arguments.make:
        make(quarry, arguments.base, arguments.make, arguments.texts)
        return
    quarries = [quarry] + ([os.path.abspath(arguments.other)] if arguments.other else [])
    measure(quarries, arguments.base, arguments.rounds, [mode.split() for mode in arguments.mode or []] or MODES)
    compare_filtered(quarry, arguments.base)


if __name__ == "__main__":
    main()
