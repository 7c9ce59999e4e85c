"""A knowledge base on PostgreSQL with pgvector (PGlite): its index finds what an exact search finds."""
import json
import os
import pathlib
import random
import shlex
import subprocess
import sys
import tempfile
import unittest

import engines
from engines import psql
from mock_servers import MODULES, NODE, ROOT

SERVER = ROOT / "tests" / "servers" / "pglite.mjs"
# A folder of judged collections in the layout of BEIR (bench/README.md), for what is not in the repository.
XQUAD = pathlib.Path(os.environ.get("QUARRY_JUDGED_SETS", "/nonexistent")) / "xquad-de"
TOPICS = ["locks of tables", "indexes and planners", "snapshots of rows", "checkpoints of logs", "replicas and slots",
          "vacuum and bloat", "roles and grants", "cursors and portals"]


class Pglite:
    """A server with one empty database, until `stop`."""

    def __init__(self):
        self.process = subprocess.Popen([NODE, str(SERVER), str(MODULES)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()
        if not self.url:
            raise RuntimeError("PGlite did not start")

    def stop(self):
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()


def write_passages(path, count):
    """JSON lines of passages about eight topics, each in words of its topic and words of all."""
    lots = random.Random(5)
    common = [f"word{number}" for number in range(300)]
    with open(path, "w", encoding="utf-8") as out:
        for number in range(count):
            topic = number % len(TOPICS)
            own = [f"topic{topic}term{lots.randrange(60)}" for _ in range(12)]
            words = own + TOPICS[topic].split() + [lots.choice(common) for _ in range(20)]
            lots.shuffle(words)
            out.write(json.dumps({"id": f"p{number}", "text": " ".join(words), "metadata": {"part": number % 20}}) + "\n")


class WithPgvector(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="quarry-pgvector-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        server = Pglite()
        self.addCleanup(server.stop)
        self.url = server.url
        self.environment = {"PATH": os.environ["PATH"], "HOME": folder.name, "LC_ALL": "C.UTF-8"}

    def quarry(self, arguments, base=None, code=0):
        command = [engines.QUARRY, "--base", str(base or self.url), *shlex.split(arguments)]
        done = subprocess.run(command, cwd=self.folder, env=self.environment, text=True, capture_output=True,
                              check=False, timeout=600)
        self.assertEqual(done.returncode, code, f"{arguments}: {done.stderr}")
        return done.stdout if code == 0 else done.stdout + done.stderr

    def hits(self, query, options):
        found = json.loads(self.quarry(f"search --mode vector --limit 10 --json {options} -- {shlex.quote(query)}"))
        return [hit["uri"] for hit in found["hits"]]

    def state_of(self, check):
        checks = json.loads(self.quarry("doctor --offline --json"))["checks"]
        return next(one for one in checks if one["name"] == check)

    def recall(self, options):
        """The share of what an exact search finds that the index finds, under a filter."""
        found = wanted = 0
        for topic, words in enumerate(TOPICS):
            query = f"{words} topic{topic}term{3 + topic} word{topic * 7}"
            exact = self.hits(query, f"--exact {options}")
            self.assertGreater(len(exact), 0)  # what is too far away is left out
            found += len(set(exact) & set(self.hits(query, options)))
            wanted += len(exact)
        return found / wanted

    def test_recall_under_filters(self):
        write_passages(self.folder / "passages.jsonl", 1000)
        self.quarry("collections add other")
        self.quarry("ingest --jsonl passages.jsonl")
        with open(self.folder / "more.jsonl", "w", encoding="utf-8") as more:
            for line in (self.folder / "passages.jsonl").read_text(encoding="utf-8").splitlines()[::7]:
                one = json.loads(line)
                more.write(json.dumps({"id": "other-" + one["id"], "text": one["text"] + " again"}) + "\n")
        self.quarry("ingest --jsonl more.jsonl --collection other")
        self.assertEqual(psql(self.url, "SELECT count(*) FROM near_vectors_1").strip(),
                         psql(self.url, "SELECT count(*) FROM vectors").strip())
        self.assertIn("halfvec", psql(self.url, "SELECT indexdef FROM pg_indexes WHERE indexdef LIKE '%hnsw%'"))
        self.assertIn("HNSW", self.state_of("vector search")["detail"])
        # At this size the server would rather compare all; its one session keeps the setting.
        psql(self.url, "SET enable_seqscan = off")
        plan = psql(self.url, "EXPLAIN SELECT text_id FROM near_vectors_1 ORDER BY near <#>"
                              " (SELECT near FROM near_vectors_1 LIMIT 1) LIMIT 30")
        self.assertIn("Index Scan using near_vectors_1_near_idx", plan)
        for options in ("", "--where part=3", "--where 'part=3' --collection main", "--collection other"):
            with self.subTest(options):
                recall = self.recall(options)
                print(f"recall@10 {recall:.3f} {options}")
                self.assertGreaterEqual(recall, 0.98)
        measured = json.loads(self.quarry("eval index --queries 50 --json"))["settings"]
        own = next(one for one in measured if one["way"] == "base")
        self.assertGreaterEqual(own["recall"], 0.98)
        self.quarry("docs verify")
        self.quarry("migrate check --database base")
        # What the index does not have yet, and what it has too much of, changes no answer.
        psql(self.url, "DELETE FROM near_vectors_1 WHERE text_id % 3 = 0")
        self.assertEqual(self.recall(""), 1)
        psql(self.url, "UPDATE near_vectors_1 SET near = (SELECT near FROM near_vectors_1 ORDER BY text_id LIMIT 1)")
        self.assertIn("not those of the base", self.quarry("docs verify", code=1))
        self.quarry("docs gc")
        self.quarry("docs verify")

    def test_another_version_of_pgvector(self):
        write_passages(self.folder / "passages.jsonl", 100)
        self.quarry("ingest --jsonl passages.jsonl")
        psql(self.url, "UPDATE pg_extension SET extversion = '0.4.4' WHERE extname = 'vector'")
        check = self.state_of("pgvector")
        self.assertEqual((check["state"], check["detail"]), ("warn", "pgvector 0.4.4 has no HNSW index, which came with 0.5"))
        done = subprocess.run([engines.QUARRY, "--base", self.url, "search", "locks of tables"], cwd=self.folder,
                              env=self.environment, text=True, capture_output=True, check=True, timeout=600)
        self.assertIn("searches compare every vector: pgvector 0.4.4 has no HNSW index", done.stderr)
        psql(self.url, "UPDATE pg_extension SET extversion = '0.8.1' WHERE extname = 'vector'")
        psql(self.url, "DROP EXTENSION vector CASCADE")
        self.assertEqual(len(self.hits("locks of tables", "")), 10)
        self.quarry("docs gc")
        self.assertIn("HNSW", self.state_of("vector search")["detail"])

    @unittest.skipUnless(XQUAD.is_dir(), "QUARRY_JUDGED_SETS names no folder with xquad-de")
    def test_judged_questions(self):
        with open(self.folder / "corpus.jsonl", "w", encoding="utf-8") as out:
            for line in (XQUAD / "corpus.jsonl").read_text(encoding="utf-8").splitlines():
                one = json.loads(line)
                out.write(json.dumps({"id": one["_id"], "title": one.get("title", ""), "text": one["text"]}) + "\n")
        asked = {}
        for line in (XQUAD / "queries.jsonl").read_text(encoding="utf-8").splitlines():
            one = json.loads(line)
            asked[one["_id"]] = one["text"]
        with open(self.folder / "eval.jsonl", "w", encoding="utf-8") as out:
            for line in next((XQUAD / "qrels").glob("*.tsv")).read_text(encoding="utf-8").splitlines()[1:301]:
                question, source, _ = line.split("\t")
                out.write(json.dumps({"question": asked[question], "source": source}) + "\n")
        for mode in ("vector", "hybrid"):
            values = []
            for base in (self.folder / "file.db", self.url):
                self.quarry("ingest --jsonl corpus.jsonl", base)
                if base == self.url:
                    psql(base, "SET enable_seqscan = off")  # as above
                report = json.loads(self.quarry(f"eval retrieval eval.jsonl --mode {mode} --metrics ndcg@10 --json", base))
                values.append(report["ndcg@10"])
            print(f"{mode}: nDCG@10 {values[0]:.4f} in a file, {values[1]:.4f} with pgvector")
            self.assertAlmostEqual(*values, delta=0.005)
            self.assertGreater(values[0], 0.1)


if __name__ == "__main__":
    if not (MODULES / "@electric-sql").is_dir() or not NODE:
        print("skipped: Node.js and PGlite of tests/servers are needed: scripts/setup")
        sys.exit(77)
    engines.main()
