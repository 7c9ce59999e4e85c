#!/usr/bin/python3
"""Ranks a test collection by SQLite's FTS5, the yardstick of quarry's lexical search.

    bench/fts5_baseline.py FOLDER... [--tokenize "porter unicode61"] [--runs FOLDER]

Each FOLDER is a collection in the layout of the BEIR benchmark. The documents go into an FTS5 table of title and text, a
question becomes the OR of its distinct words, and bm25() orders what matches. Prints nDCG@10, recall@10 and recall@100 of
each collection; --runs writes each ranking as a run file, which `quarry eval retrieval --qrels … --run …` measures too.
"""
import argparse
import json
import math
import pathlib
import re
import sqlite3

DEPTH = 100


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def judgements(path):
    judged = {}
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        question, document, grade = line.split("\t")
        judged.setdefault(question, {})[document] = int(grade)
    return judged


def rankings(folder, questions, tokenize):
    database = sqlite3.connect(":memory:")
    database.execute(f"CREATE VIRTUAL TABLE texts USING fts5(title, body, tokenize='{tokenize}')")
    documents = lines(folder / "corpus.jsonl")
    database.executemany("INSERT INTO texts (rowid, title, body) VALUES (?, ?, ?)",
                         [(i, one.get("title", ""), one["text"]) for i, one in enumerate(documents)])
    select = "SELECT rowid, -bm25(texts) FROM texts WHERE texts MATCH ? ORDER BY bm25(texts), rowid LIMIT ?"
    for question, text in questions.items():
        words = dict.fromkeys(re.findall(r"\w+", text.lower()))
        expression = " OR ".join(f'"{word}"' for word in words)
        rows = database.execute(select, (expression, DEPTH)) if words else []
        yield question, [(documents[row]["_id"], score) for row, score in rows]


def measure(judged, ranked):
    ids = [document for document, _ in ranked]
    gain = sum(judged.get(document, 0) / math.log2(rank + 2) for rank, document in enumerate(ids[:10]))
    best = sum(grade / math.log2(rank + 2) for rank, grade in enumerate(sorted(judged.values(), reverse=True)[:10]))
    relevant = {document for document, grade in judged.items() if grade > 0}
    if not relevant:
        return 0.0, 0.0, 0.0
    return gain / best, len(relevant.intersection(ids[:10])) / len(relevant), len(relevant.intersection(ids)) / len(relevant)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=pathlib.Path)
    parser.add_argument("--tokenize", default="porter unicode61")
    parser.add_argument("--runs", type=pathlib.Path)
    options = parser.parse_args()
    for folder in options.folders:
        judged = judgements(folder / "qrels" / "test.tsv")
        questions = {one["_id"]: one["text"] for one in lines(folder / "queries.jsonl") if one["_id"] in judged}
        measured, run = [], []
        for question, ranked in rankings(folder, questions, options.tokenize):
            measured.append(measure(judged[question], ranked))
            run += [f"{question} Q0 {document} {rank + 1} {score:.6f} fts5" for rank, (document, score) in enumerate(ranked)]
        means = [sum(values) / len(measured) for values in zip(*measured)]
        print(f"{folder.name:20} ndcg@10 {means[0]:.4f}  recall@10 {means[1]:.4f}  recall@100 {means[2]:.4f}", flush=True)
        if options.runs:
            (options.runs / f"{folder.name}.run").write_text("\n".join(run) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
