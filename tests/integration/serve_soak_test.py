"""quarry serve under mixed load for a while: search, answers, streams that are cut, documents that come and go, sign-ins.

QUARRY_SOAK_SECONDS says for how long (60). No request may fail, memory must stay flat, and the base must be sound.
"""
import collections
import json
import os
import random
import re
import shutil
import subprocess
import tempfile
import threading
import time
import unittest
from pathlib import Path

from serve_test import QUARRY, Events, Server

SECONDS = float(os.environ.get("QUARRY_SOAK_SECONDS", "60"))
WORDS = "tide moon harbour anchor sail wind chart compass keel mast rope lantern beacon reef storm".split()


def text(chance):
    return " ".join(chance.choice(WORDS).capitalize() + " " + " ".join(chance.choices(WORDS, k=9)) + "." for _ in range(12))


class Soak(unittest.TestCase):
    def setUp(self):
        folder = tempfile.mkdtemp(prefix="quarry-soak-")
        self.addCleanup(shutil.rmtree, folder)
        self.folder = Path(folder)
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "TSAN_OPTIONS", "UBSAN_OPTIONS")}
        # Freed memory is kept by the address sanitizer, which would look like a leak.
        sanitizer = ":".join(filter(None, (os.environ.get("ASAN_OPTIONS"), "quarantine_size_mb=8")))
        self.environment = kept | {"HOME": folder, "ASAN_OPTIONS": sanitizer}
        chance = random.Random(1)
        (self.folder / "docs").mkdir()
        for number in range(60):
            (self.folder / "docs" / f"{number}.md").write_text(f"# {chance.choice(WORDS)} {number}\n\n{text(chance)}\n")
        self.run_quarry("ingest", "docs", "--quiet")

    def run_quarry(self, *arguments):
        return subprocess.run([QUARRY, *arguments], cwd=self.folder, env=self.environment, text=True,
                              capture_output=True, stdin=subprocess.DEVNULL, check=True, timeout=300).stdout

    def expect(self, server, wanted, method, path, body=None, headers=None):
        status, answer = server.request(method, path, body, headers)
        if status not in wanted:
            raise AssertionError(f"{method} {path}: {status} {answer}")
        self.counts[f"{method} {path.split('?')[0][:24]} {status}"] += 1
        return answer

    # Each is one client's work, again and again.
    def search(self, server, chance):
        self.expect(server, {200}, "POST", "/api/v1/search", {"query": " ".join(chance.choices(WORDS, k=2))})

    def ask(self, server, chance):
        self.expect(server, {200, 404}, "POST", "/api/v1/ask", {"question": f"Where is the {chance.choice(WORDS)}?"})

    def stream(self, server, chance):
        events = Events(server, "POST", "/api/v1/ask", {"question": f"What about the {chance.choice(WORDS)}?"})
        numbers = []
        for _, name, _ in events:
            numbers.append(int(name.rsplit("/", 1)[1]))
            if chance.random() < 0.3:
                events.cut()
                events = Events(server, "GET", f"/api/v1/runs/{events.run or name.split('/')[0]}/events", after=name)
                numbers += [int(later.rsplit("/", 1)[1]) for _, later, _ in events]
                break
        events.cut()
        if numbers != list(range(1, len(numbers) + 1)):
            raise AssertionError(f"events {numbers}")
        self.counts["streams"] += 1

    def change(self, server, chance):
        name = f"note{chance.randrange(20)}"
        self.expect(server, {200, 503}, "POST", "/api/v1/documents", {"documents": [{"id": name, "text": text(chance)}]})
        if chance.random() < 0.5:
            self.expect(server, {200, 404, 503}, "POST", "/api/v1/documents/delete", {"documents": [name]})

    def sign_in(self, server, chance):
        self.expect(server, {401}, "GET", "/api/v1/me", headers={"Authorization": f"Bearer qt_{chance.random()}"})
        self.expect(server, {200}, "GET", "/api/v1/me")

    def completion(self, server, chance):
        question = [{"role": "user", "content": f"How is the {chance.choice(WORDS)}?"}]
        self.expect(server, {200}, "POST", "/v1/chat/completions", {"model": "quarry", "messages": question})

    def client(self, work, server, seed, end):
        chance = random.Random(seed)
        try:
            while time.monotonic() < end and not self.failures:
                work(server, chance)
        except Exception as failure:  # noqa: BLE001: told by the test
            self.failures.append(f"{work.__name__}: {failure!r}")

    def memory(self, server):
        status = Path(f"/proc/{server.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1])

    def test_mixed_load(self):
        self.counts, self.failures = collections.Counter(), []
        server = Server(self.folder, self.environment)
        self.addCleanup(server.process.kill)
        end = time.monotonic() + SECONDS
        works = [self.search, self.search, self.ask, self.stream, self.stream, self.change, self.sign_in, self.completion]
        clients = [threading.Thread(target=self.client, args=(work, server, seed, end)) for seed, work in enumerate(works)]
        for one in clients:
            one.start()
        sizes = []
        while time.monotonic() < end and not self.failures:
            time.sleep(SECONDS / 30)
            sizes.append(self.memory(server))
        for one in clients:
            one.join(120)
        self.assertEqual(self.failures, [], (self.folder / "log").read_text()[-2000:])
        self.assertEqual(server.end(), 0, (self.folder / "log").read_text()[-4000:])
        print(json.dumps(dict(sorted(self.counts.items()))), sizes[0], sizes[len(sizes) // 2], sizes[-1])
        for what in ("streams", "POST /api/v1/search 200", "POST /api/v1/documents 200"):
            self.assertGreater(self.counts[what], 0, self.counts)
        self.assertLess(max(sizes[-5:]), max(sizes[10:15]) * 1.25 + 30_000, sizes)
        self.assertIn('"findings": []', self.run_quarry("docs", "verify", "--json"))


if __name__ == "__main__":
    unittest.main()
