#!/usr/bin/python3
"""Compares a base on a PostgreSQL server with one in a file, and the rankings that they give.

    bench/server_base_bench.py BENCH QUARRY JUDGED_SETS [--passages 100000] [--rounds 3] [--skip-judged]

BENCH is server_base_bench, JUDGED_SETS a folder of collections in the layout of BEIR (README.md says how to get them):
corpus.jsonl, queries.jsonl, qrels/*.tsv. The passages are of about 760 bytes, each of three stretches of running text
from random places of all their corpora; the questions are theirs. Both bases are made and searched in turns, and the
medians of the rounds printed with their ratio. Then the nDCG@10 of each judged set on both, with the
vectors themselves in both. The server is one of its own, of Debian's PostgreSQL, as it is installed but for 512 MB of
shared buffers and 4 GB of log between checkpoints.
"""
import argparse
import json
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "integration"))
from engines import PostgresqlServer  # noqa: E402  (the tests' own server)

PASSAGE = 760
STRETCHES = 3
QUESTIONS = 200
SETTINGS = ["shared_buffers=512MB", "fsync=on", "synchronous_commit=on", "full_page_writes=on", "wal_level=replica",
            "max_wal_senders=10", "max_wal_size=4GB", "autovacuum=on", "jit=on"]


def lines_of(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def write_passages(path, sets, count):
    text = " ".join(one["text"] for folder in sets for one in lines_of(folder / "corpus.jsonl"))
    lots = random.Random(1)
    with open(path, "w", encoding="utf-8") as out:
        for number in range(count):
            places = [lots.randrange(len(text) - PASSAGE) for _ in range(STRETCHES)]
            parts = [text[place:place + PASSAGE // STRETCHES].strip() for place in places]
            out.write(json.dumps({"id": f"p{number}", "text": "\n\n".join(parts)}) + "\n")


def run(*command):
    return subprocess.run([str(part) for part in command], check=True, text=True, stdout=subprocess.PIPE).stdout


def measured(output):
    return {name: float(value) for name, value in (line.split() for line in output.splitlines())}


def ndcg(quarry, folder, qrels, runs):
    command = [quarry, "eval", "retrieval", "--qrels", qrels, "--metrics", "ndcg@10", "--json"]
    values = []
    for ranking in runs:
        report = json.loads(subprocess.run([*map(str, command), "--run", str(ranking)], cwd=folder, check=True, text=True,
                                           stdout=subprocess.PIPE).stdout)
        values.append(report["ndcg@10"])
    return values


class Bases:
    """Fresh bases of both kinds."""

    def __init__(self, folder, server):
        self.folder, self.server, self.count = folder, server, 0

    def make(self):
        self.count += 1
        return {"file": self.folder / f"base{self.count}.db", "server": self.server.make_database()}


def judge(bench, quarry, judged, bases):
    """Prints the nDCG@10 of a judged set on both bases, by words and with vectors that are all compared."""
    folder = bases.folder
    corpus, asked = folder / "corpus.jsonl", folder / "asked.tsv"
    with open(corpus, "w", encoding="utf-8") as out:
        for one in lines_of(judged / "corpus.jsonl"):
            out.write(json.dumps({"id": one["_id"], "title": one.get("title", ""), "text": one["text"]}) + "\n")
    asked.write_text("".join(f"{one['_id']}\t{' '.join(one['text'].split())}\n"
                             for one in lines_of(judged / "queries.jsonl")), encoding="utf-8")
    made = bases.make()
    for base in made.values():
        run(bench, "make-judged", base, corpus)
    qrels = next((judged / "qrels").glob("*.tsv"))
    for mode in ("lexical", "hybrid"):
        runs = []
        for kind, base in made.items():
            runs.append(folder / f"{kind}.run")
            runs[-1].write_text(run(bench, mode, base, asked), encoding="utf-8")
        file, other = ndcg(quarry, folder, qrels, runs)
        print(f"{judged.name:16} {mode:8} {file:.4f} {other:.4f} {other - file:+.4f}", flush=True)
    made["file"].unlink()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("bench", type=pathlib.Path)
    parser.add_argument("quarry", type=pathlib.Path)
    parser.add_argument("sets", type=pathlib.Path)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--skip-judged", action="store_true")
    options = parser.parse_args()
    bench, quarry = options.bench.resolve(), options.quarry.resolve()
    sets = sorted(path.parent for path in options.sets.glob("*/corpus.jsonl"))
    server = PostgresqlServer(SETTINGS)
    with tempfile.TemporaryDirectory(prefix="quarry-bench-") as name:
        folder = pathlib.Path(name)
        bases = Bases(folder, server)
        write_passages(folder / "passages.jsonl", sets, options.passages)
        questions = [one["text"].replace("\n", " ") for one in lines_of(options.sets / "scifact" / "queries.jsonl")]
        (folder / "questions.txt").write_text("\n".join(questions[:QUESTIONS]) + "\n", encoding="utf-8")
        rounds = []
        for _ in range(options.rounds):
            made, times = bases.make(), {}
            for kind, base in made.items():
                times[kind] = measured(run(bench, "make", base, folder / "passages.jsonl"))
            for kind, base in made.items():
                times[kind] |= measured(run(bench, "search", base, folder / "questions.txt"))
            rounds.append(times)
            made["file"].unlink()
        print(f"{'':16} {'file':>10} {'server':>10} {'ratio':>6}")
        for what in rounds[0]["file"]:
            file, other = (statistics.median(times[kind][what] for times in rounds) for kind in ("file", "server"))
            print(f"{what:16} {file:10.3f} {other:10.3f} {other / file:6.2f}", flush=True)
        for judged in [] if options.skip_judged else sets:
            judge(bench, quarry, judged, bases)
    server.stop()


if __name__ == "__main__":
    main()
