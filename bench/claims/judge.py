#!/usr/bin/env python3
"""Hold statements against their sources with `quarry verify --json`, and count how often it is right.

    judge.py QUARRY STATEMENTS.jsonl [--list]

accepted: of the supported statements, those with the verdict "supported". caught: of the unsupported ones, those with
another verdict. --list prints each statement that is judged wrongly, with the verdict and its reasons.
"""
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict


def verdicts(quarry, rows):
    """The verdict and the problems of each statement, against a base that holds its source as a document."""
    with tempfile.TemporaryDirectory() as folder:
        environment = dict(os.environ, HOME=folder, XDG_CONFIG_HOME=folder)

        def run(*arguments):
            return subprocess.run([quarry, *arguments], cwd=folder, env=environment, capture_output=True, text=True)

        names = {}
        with open(os.path.join(folder, "answers.jsonl"), "w", encoding="utf-8") as answers:
            for row in rows:
                source = row["source"]
                if source not in names:
                    names[source] = f"{len(names) + 1}.txt"
                    with open(os.path.join(folder, names[source]), "w", encoding="utf-8") as file:
                        file.write(source)
                words = source.encode()
                end = row["statement"][-1]
                answer = f"{row['statement'][:-1]} [1]{end}"
                uri = os.path.join(os.path.realpath(folder), names[source])
                citation = {"number": 1, "uri": uri, "start_byte": 0, "end_byte": len(words), "quote": source,
                            "sha256": hashlib.sha256(words).hexdigest()}
                answers.write(json.dumps({"schema": "quarry.batch/1", "id": row["id"], "question": row["id"],
                                          "answer": answer, "answered": True, "citations": [citation]}) + "\n")
        made = run("ingest", "--quiet", "--base", "base.db", *names.values())
        if made.returncode != 0:
            sys.exit(made.stderr)
        checked = run("verify", "--json", "--base", "base.db", "--config", "embed.provider=none", "answers.jsonl")
        lines = [json.loads(line) for line in checked.stdout.splitlines()]
        if len(lines) != len(rows):
            sys.exit(checked.stderr or f"{len(lines)} verdicts for {len(rows)} statements")
        for line in lines:
            (sentence,) = line["sentences"]
            yield sentence["verdict"], sentence["problems"]


def main():
    quarry, path = os.path.abspath(sys.argv[1]), sys.argv[2]
    with open(path, encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    right, all_of = defaultdict(int), defaultdict(int)
    for row, (verdict, problems) in zip(rows, verdicts(quarry, rows)):
        is_right = (verdict == "supported") == row["supported"]
        side = "accepted" if row["supported"] else "caught"
        for group in (side, f"{side}, {row['kind']}", f"{side}, {row['lang']}"):
            all_of[group] += 1
            right[group] += is_right
        if not is_right and "--list" in sys.argv:
            print(f"{row['id']} {row['kind']}: {row['statement']}\n    {row['source']}\n    {verdict}: {problems}")
    for group in sorted(all_of):
        print(f"{group:24} {right[group]:4} of {all_of[group]}")


if __name__ == "__main__":
    main()
