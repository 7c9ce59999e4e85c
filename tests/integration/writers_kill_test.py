"""Commands that write, killed at random moments: what they were to change is as before or as after, and whole.

usage: writers_kill_test.py QUARRY

QUARRY_KILLS sets how often each is killed (8). Reading in and embedding have tests of their own.
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
KILLS = int(os.environ.get("QUARRY_KILLS", "8"))
SEED = int(os.environ.get("QUARRY_KILL_SEED", str(int(time.time()))))


class Killed(unittest.TestCase):
    def setUp(self):
        print(f"seed {SEED}", flush=True)
        self.chance = random.Random(SEED)
        self.folder = Path(tempfile.mkdtemp(prefix="quarry-kill-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.environment = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "ASAN_OPTIONS")
                            if name in os.environ} | {"HOME": str(self.folder)}

    def quarry(self, *arguments, code=0):
        run = subprocess.run([QUARRY, *arguments], cwd=self.folder, env=self.environment, capture_output=True,
                             text=True, check=False)
        self.assertEqual(run.returncode, code, run.stdout + run.stderr)
        return run.stdout

    def kill_within(self, seconds, *arguments):
        """Whether it was killed; else it was done before."""
        run = subprocess.Popen([QUARRY, *arguments], cwd=self.folder, env=self.environment, stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE)
        try:
            error = run.communicate(timeout=self.chance.uniform(0, seconds))[1]
        except subprocess.TimeoutExpired:
            run.kill()
            run.communicate()
            return True
        self.assertEqual(run.returncode, 0, error)
        return False

    def killed_again_and_again(self, prepare, command, look):
        """`look` gives the state of things, and proves that it is whole."""
        prepare()
        before = look()
        start = time.monotonic()
        self.quarry(*command)
        seconds, after = time.monotonic() - start, look()
        self.assertNotEqual(before, after)
        for _ in range(KILLS):
            prepare()
            if self.kill_within(seconds, *command):
                self.assertIn(look(), (before, after))
        return after

    def restore(self, what):
        for path in self.folder.glob("work*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.copytree(self.folder / what, self.folder / "work")

    def make_base(self):
        for number in range(150):
            path = self.folder / "docs" / f"part{number % 3}" / f"{number}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("\n\n".join(f"# Word{number}\n\n" + f"river stone {part} cloud " * 40 for part in range(6)))
        (self.folder / "sound").mkdir()
        self.quarry("--base", "sound/base.db", "ingest", "docs", "--quiet")

    def sources(self):
        self.quarry("--base", "work/base.db", "docs", "verify")
        return self.quarry("--base", "work/base.db", "docs", "ls")

    def test_removing_documents(self):
        self.make_base()
        self.killed_again_and_again(lambda: self.restore("sound"),
                                    ["--base", "work/base.db", "docs", "rm", "--recursive", "docs/part1"], self.sources)

    def test_compacting(self):
        self.make_base()
        self.restore("sound")
        before = self.sources()
        start = time.monotonic()
        self.quarry("--base", "work/base.db", "docs", "gc")
        seconds = time.monotonic() - start
        for _ in range(KILLS):
            self.restore("sound")
            self.kill_within(seconds, "--base", "work/base.db", "docs", "gc")
            self.assertEqual(self.sources(), before)

    def make_migrations(self):
        folder = self.folder / "sound" / "migrations"
        folder.mkdir(parents=True)
        for number in range(1, 31):
            (folder / f"{number:04}_t{number}.sql").write_text(
                f"-- quarry:up\nCREATE TABLE t{number} (id INTEGER PRIMARY KEY);\n-- quarry:down\nDROP TABLE t{number};\n")
        self.quarry("migrate", "up", "--dir", "sound/migrations", "--url", "sqlite:sound/app.db")

    def ledger(self):
        with sqlite3.connect(self.folder / "work" / "app.db") as database:
            return database.execute("SELECT version, name FROM quarry_migrations ORDER BY 1").fetchall()

    def test_squashing(self):
        """What was begun is finished by the same command, and nothing that it needs is lost on the way."""
        self.make_migrations()
        where = ["--dir", "work/migrations", "--url", "sqlite:work/app.db"]
        self.restore("sound")
        start = time.monotonic()
        self.quarry("migrate", "squash", "head", *where)
        seconds, after = time.monotonic() - start, self.ledger()
        for _ in range(KILLS):
            self.restore("sound")
            if not self.kill_within(seconds, "migrate", "squash", "head", *where):
                continue
            files = sorted(path.name for path in (self.folder / "work" / "migrations").rglob("*.sql"))
            for number in range(1, 31):
                self.assertIn(f"{number:04}_t{number}.sql", files)
            if self.ledger() != after:
                is_new = any(name.endswith("_baseline.sql") for name in files)
                self.quarry("migrate", "squash", *(["--ledger-only"] if is_new else ["head"]), *where)
            self.assertEqual(self.ledger(), after)
            self.quarry("migrate", "check", *where)

    def test_importing(self):
        old = self.folder / "old"
        old.mkdir()
        for number in range(1, 41):
            (old / f"20240101{number:06}_t{number}.sql").write_text(
                f"-- migrate:up\nCREATE TABLE t{number} (id INTEGER);\n-- migrate:down\nDROP TABLE t{number};\n")
        (self.folder / "sound").mkdir()

        def look():
            return sorted(path.name for path in (self.folder / "work" / "migrations").glob("*.sql"))
        self.killed_again_and_again(lambda: self.restore("sound"),
                                    ["migrate", "import", "--from-dir", "old", "--dir", "work/migrations"], look)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
