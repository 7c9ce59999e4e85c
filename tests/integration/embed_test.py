"""`quarry embed` at a server: killed, and two at once, no text is asked for twice beyond what was under way."""
import collections
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time
import unittest

BINARY = os.path.abspath(sys.argv[1])
SERVER = pathlib.Path(__file__).resolve().parents[1] / "support" / "openai_server.py"
TEXTS, BATCH, PARALLEL = 400, 5, 3


class Embed(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self.folder.name)
        self.log = self.path / "log"
        port = self.path / "port"
        self.server = subprocess.Popen([sys.executable, SERVER, port, self.log], stdout=subprocess.DEVNULL)
        until = time.monotonic() + 30
        while not (port.exists() and port.read_text()) and time.monotonic() < until:
            time.sleep(0.02)
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": self.folder.name, "OPENAI_API_KEY": "sk-test",
            "QUARRY_EMBED_PROVIDER": "openai", "QUARRY_EMBED_MODEL": "paced",
            "QUARRY_EMBED_BASE_URL": f"http://127.0.0.1:{port.read_text()}/v1",
            "QUARRY_EMBED_BATCH": str(BATCH), "QUARRY_EMBED_PARALLEL": str(PARALLEL),
            **{name: os.environ[name] for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "LLVM_PROFILE_FILE",
                                                   "GCOV_PREFIX") if name in os.environ}}
        lines = "".join(json.dumps({"id": f"d{i}", "text": f"text number{i}"}) + "\n" for i in range(TEXTS))
        self.run_quarry("ingest", "--jsonl", "-", "--quiet", "--config", "embed.provider=none", input=lines)

    def tearDown(self):
        self.server.kill()
        self.server.wait()
        self.folder.cleanup()

    def start(self, *arguments):
        return subprocess.Popen([BINARY, *arguments], cwd=self.path, env=self.environment, text=True,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run_quarry(self, *arguments, input=None):
        run = subprocess.run([BINARY, *arguments], cwd=self.path, env=self.environment, text=True, input=input,
                             capture_output=True, timeout=120, check=False)
        self.assertEqual(run.returncode, 0, run.stderr)
        return run

    def asked(self):
        """How often each text was sent."""
        counts = collections.Counter()
        for line in self.log.read_text().splitlines():
            counts.update(json.loads(json.loads(line)["body"])["input"])
        return counts

    def vectors(self):
        report = json.loads(self.run_quarry("models", "ls", "--json").stdout)["embedders"]
        self.assertEqual(len(report), 1)
        self.assertTrue(report[0]["in_use"])
        return report[0]["vectors"]

    def test_two_at_once_ask_for_each_text_once(self):
        runs = [self.start("embed"), self.start("embed")]
        for run in runs:
            errors = run.communicate(timeout=120)[1]
            self.assertEqual(run.returncode, 0, errors)
        self.assertEqual(self.vectors(), TEXTS)
        self.assertEqual(sorted(self.asked().values()), [1] * TEXTS)

    def test_a_kill_loses_what_was_under_way_and_no_more(self):
        chance = random.Random(3)
        kills = 0
        for _ in range(4):
            run = self.start("embed")
            before = len(self.asked()) if self.log.exists() else 0
            until = time.monotonic() + 30
            while time.monotonic() < until and run.poll() is None:
                if self.log.exists() and len(self.asked()) > before + BATCH * chance.randint(1, 12):
                    break
                time.sleep(0.01)
            kills += run.poll() is None
            run.kill()
            run.communicate()
        self.assertGreater(kills, 1)
        self.run_quarry("embed")
        self.assertEqual(self.vectors(), TEXTS)
        again = sum(count - 1 for count in self.asked().values())
        self.assertLessEqual(again, kills * BATCH * PARALLEL)

    def test_after_all_is_there_nothing_is_asked(self):
        self.run_quarry("embed")
        requests = sum(self.asked().values())
        self.run_quarry("embed")
        plan = json.loads(self.run_quarry("embed", "--dry-run", "--json").stdout)
        self.assertEqual((plan["texts"], plan["cost"]), (0, 0.0))
        self.assertEqual(sum(self.asked().values()), requests)


unittest.main(argv=sys.argv[:1])
