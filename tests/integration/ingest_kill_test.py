"""A folder whose ingest is killed again and again: what is in the base in the end is what an undisturbed run leaves.

usage: ingest_kill_test.py QUARRY

QUARRY_KILL_FILES and QUARRY_KILLS set how many files there are (2000) and how often it is killed (15). With
QUARRY_KILL_VECTORS=1 vectors are made too.
"""
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

QUARRY = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else None
FILES = int(os.environ.get("QUARRY_KILL_FILES", "2000"))
KILLS = int(os.environ.get("QUARRY_KILLS", "15"))
PROVIDER = "builtin" if os.environ.get("QUARRY_KILL_VECTORS") == "1" else "none"
SEED = int(os.environ.get("QUARRY_KILL_SEED", str(int(time.time()))))
WORDS = "moon sun orbit lock ledger chunk vector index search answer river stone cloud engine letter number".split()


def make_files(folder, count, generator):
    for number in range(count):
        path = folder / f"part{number % 37}" / f"{number}.{'md' if number % 3 else 'txt'}"
        path.parent.mkdir(parents=True, exist_ok=True)
        paragraphs = [" ".join(generator.choices(WORDS, k=generator.randint(5, 400))) + "."
                      for _ in range(generator.randint(1, 10))]
        # Some are alike, one is no text, and one is empty.
        text = f"# About {number % 900}\n\n" + "\n\n".join(paragraphs if number % 11 else ["The same everywhere."])
        path.write_bytes(bytes(range(60)) if number == 5 else b"" if number == 7 else text.encode())
        os.utime(path, (1_600_000_000 + number, 1_600_000_000 + number))


def canonical(base):
    """All that a base holds, without numbers that it gave out itself and without times of its own."""
    database = sqlite3.connect(base)
    rows = []

    def add(kind, query):
        rows.extend((kind, *row) for row in database.execute(query))

    document = ("d.content_hash, d.media_type, d.title, d.language, d.metadata, d.chunk_count, d.text_bytes, "
                "d.page_starts")
    add("source", f"SELECT s.uri, s.kind, s.size, s.mtime_ns, s.content_hash, s.status, s.error, s.metadata, "
                  f"s.validator, {document} FROM sources s LEFT JOIN documents d ON d.id = s.document_id ORDER BY s.uri")
    # How texts are packed depends on which came first; `docs verify` proves what they are.
    add("part", "SELECT d.content_hash, p.start_byte, p.blocks FROM document_parts p JOIN documents d "
                "ON d.id = p.document_id ORDER BY 1, 2")
    columns = [row[1] for row in database.execute("PRAGMA table_info(chunks)")
               if row[1] not in ("id", "document_id", "text_id")]
    chunk = ", ".join(f"c.{name}" for name in columns)
    add("chunk", f"SELECT d.content_hash, {chunk}, t.hash FROM chunks c JOIN documents d ON d.id = c.document_id "
                 f"JOIN chunk_texts t ON t.id = c.text_id ORDER BY d.content_hash, c.ordinal")
    add("lone", "SELECT count(*) FROM documents WHERE id NOT IN (SELECT document_id FROM sources WHERE document_id "
                "IS NOT NULL)")
    database.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, chunk_terms, col)")
    # Which chunk has which term is proven by `docs verify`.
    add("term", "SELECT term, col, doc, cnt FROM temp.terms ORDER BY 1, 2")
    add("setting", "SELECT name, value FROM settings WHERE name <> 'generation' ORDER BY name")
    add("vector", "SELECT t.hash, e.fingerprint, v.vector FROM vectors v JOIN chunk_texts t ON t.id = v.text_id "
                  "JOIN embedders e ON e.id = v.embedder_id ORDER BY 1, 2")
    database.close()
    return rows


class Killed(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="quarry-kill-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.environment = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "ASAN_OPTIONS")
                            if name in os.environ} | {"HOME": str(self.folder)}

    def start(self, base):
        return subprocess.Popen([QUARRY, "--base", self.folder / base, "ingest", "docs", "--config",
                                 f"embed.provider={PROVIDER}"], cwd=self.folder,
                                env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def finish(self, base):
        begin = time.monotonic()
        run = self.start(base)
        error = run.communicate()[1]
        self.assertEqual(run.returncode, 0, error)
        return time.monotonic() - begin

    def remove(self, base):
        for file in self.folder.glob(base + "*"):
            file.unlink()

    def expect_like_undisturbed(self, expected):
        actual = canonical(self.folder / "killed.db")
        if actual == expected:
            return
        for want, got in zip(expected, actual):
            self.assertEqual(want, got)
        self.fail(f"{len(actual)} rows, not {len(expected)}")

    def test_the_end_is_as_if_nothing_had_happened(self):
        print(f"seed {SEED}, {FILES} files, {KILLS} kills", flush=True)
        generator = random.Random(SEED)
        make_files(self.folder / "docs", FILES, generator)
        seconds = self.finish("undisturbed.db")
        expected = canonical(self.folder / "undisturbed.db")
        killed = rounds = 0
        while killed < KILLS:
            run = self.start("killed.db")
            try:
                run.communicate(timeout=generator.uniform(0, seconds / 2))
            except subprocess.TimeoutExpired:
                run.kill()
                run.communicate()
                killed += 1
                continue
            self.assertEqual(run.returncode, 0)
            self.expect_like_undisturbed(expected)
            self.remove("killed.db")
            rounds += 1
        self.finish("killed.db")
        self.expect_like_undisturbed(expected)
        verify = subprocess.run([QUARRY, "--base", self.folder / "killed.db", "docs", "verify"], cwd=self.folder,
                                env=self.environment, capture_output=True, check=False)
        self.assertEqual(verify.returncode, 0, verify.stderr)
        print(f"killed {killed} times in {rounds + 1} rounds", flush=True)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
