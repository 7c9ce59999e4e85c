"""Golden tests of the command line on a base on PostgreSQL: what comes back is what a base in a file gives.

Left out are those that look at the file itself: for its mode, its folder, or with sqlite3.
"""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import engines

CLI = Path(__file__).resolve().parents[1] / "cli"
sys.path.insert(0, str(CLI))
from run import cram_command, environment  # noqa: E402  (the runner of the golden tests)

GOLDENS = ("agent", "batch", "chat", "collections", "search", "search_filters", "users", "verify")


class PostgresqlGoldens(unittest.TestCase):
    def test_what_comes_back_is_the_same(self):
        for golden in GOLDENS:
            with self.subTest(golden), tempfile.TemporaryDirectory(prefix="quarry-golden-") as name:
                url = engines.shared_server().make_database()
                copy = Path(name) / "tests" / "cli" / f"{golden}.t"
                copy.parent.mkdir(parents=True)
                (copy.parent.parent / "support").symlink_to(CLI.parent / "support")  # by way of $TESTDIR
                written = (CLI / copy.name).read_bytes().decode("latin-1")
                copy.write_bytes(written.replace(".quarry/base.db", url).encode("latin-1"))
                set_up = environment(Path(engines.QUARRY), Path(name), CLI.parents[1]) | {"QUARRY_BASE": url}
                done = subprocess.run([*cram_command(), "--shell=/bin/bash", "--preserve-env", str(copy)], cwd=name,
                                      env=set_up, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    engines.main()
