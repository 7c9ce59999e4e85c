"""Streams that are cut and servers that are killed: no event is lost and none comes twice; jobs go on.

A hundred cuts and five kills on each push; 1,000 and 50 with QUARRY_PROPERTY_INPUTS=100000, as the nightly run has it.
QUARRY_PROPERTY_SEED is the seed.
"""
import contextlib
import http.client
import json
import os
import random
import resource
import signal
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

from event_streams import events
from ports import port_to_keep

QUARRY = os.path.abspath(sys.argv.pop(1))
LONG = os.environ.get("QUARRY_PROPERTY_INPUTS") == "100000"
CUTS, KILLS = (1000, 50) if LONG else (100, 5)
READERS = 6
SEED = int(os.environ.get("QUARRY_PROPERTY_SEED", time.time_ns() % 1_000_000))

MODEL = """
import json, sys, time
json.loads(sys.stdin.readline())
for number in range(60):
    print(json.dumps({"text": f"word{number} "}), flush=True)
    time.sleep(0.01)
print(json.dumps({"text": "The moon is far [1]."}), flush=True)
print(json.dumps({"finish_reason": "stop"}), flush=True)
"""


class Server:
    """A server on one port, which is killed and started again on the same base."""

    def __init__(self, folder, environment):
        self.folder, self.environment = folder, environment
        self.port = port_to_keep()
        self.token, self.process = None, None
        self.start()

    def start(self, largest_file=None):
        def limit():
            if largest_file is not None:  # as a disk that is full, but for the error's number
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))

        with open(self.folder / "log", "a") as log:
            self.process = subprocess.Popen([QUARRY, "serve", "--listen", f"127.0.0.1:{self.port}", "--json"],
                                            cwd=self.folder, env=self.environment, text=True, stdin=subprocess.DEVNULL,
                                            stdout=subprocess.PIPE, stderr=log, preexec_fn=limit)
        document = ""
        while not document.rstrip().endswith("}"):
            line = self.process.stdout.readline()
            if not line:
                raise RuntimeError((self.folder / "log").read_text()[-2000:])
            document += line
        self.token = json.loads(document)["token"]

    def kill(self):
        self.process.kill()
        self.process.communicate()

    def open(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        headers = {"Authorization": f"Bearer {self.token}"} | (headers or {})
        if isinstance(body, dict):
            body, headers["Content-Type"] = json.dumps(body), "application/json"
        connection.request(method, path, body, headers)
        return connection, connection.getresponse()

    def json(self, method, path, body=None, headers=None):
        connection, response = self.open(method, path, body, headers)
        with contextlib.closing(connection):
            return response.status, json.loads(response.read())


class Reader(threading.Thread):
    """Asks, and reads to the end however often it is cut, by itself and by kills."""

    def __init__(self, test, server, seed):
        super().__init__(daemon=True)
        self.test, self.server, self.random = test, server, random.Random(seed)
        self.problems, self.finished, self.interrupted = [], 0, 0

    def run(self):
        try:
            while not self.test.done.is_set():
                self.read_one()
        except Exception as error:  # what ends a thread would not be seen
            self.problems.append(repr(error))

    def read_one(self):
        run, seen = None, []
        while not seen or seen[-1]["event"] not in ("done", "failed"):
            try:
                connection, response = self.begin() if run is None else self.go_on(run, seen)
            except (OSError, http.client.HTTPException):
                time.sleep(0.02)  # the server is being started
                continue
            if response.status == 401:  # of the server before: its token ended with it
                connection.close()
                continue
            if response.status != 200:
                self.problems.append(f"{response.status} for run {run} behind {len(seen)}: {response.read()}")
                connection.close()
                return
            if run is None:
                run = response.getheader("Location").rsplit("/", 1)[1]
            limit = self.random.choice([1, 2, 5, 20, 1000])
            try:
                for event in events(response):
                    if event["event"] == "shutdown":
                        break
                    seen.append(event)
                    limit -= 1
                    if limit == 0:
                        self.test.count_cut()
                        break
            except (OSError, http.client.HTTPException):
                pass
            response.close()
            connection.close()
        self.check(run, seen)

    def begin(self):
        return self.server.open("POST", "/api/v1/ask", {"question": "How far is the moon?"},
                                {"Accept": "text/event-stream"})

    def go_on(self, run, seen):
        last = {"Last-Event-ID": seen[-1]["id"]} if seen else {}
        return self.server.open("GET", f"/api/v1/runs/{run}/events", headers=last)

    def check(self, run, seen):
        numbers = [event.get("id") for event in seen]
        if numbers != [f"{run}/{number}" for number in range(1, len(seen) + 1)]:
            self.problems.append(f"events of {run}: {numbers}")
        # What was read piece by piece is what the base has.
        whole, end = [], time.monotonic() + 120
        while time.monotonic() < end:
            try:
                connection, response = self.server.open("GET", f"/api/v1/runs/{run}/events")
                whole = list(events(response)) if response.status == 200 else []
                connection.close()
            except (OSError, http.client.HTTPException):
                whole = []
            if whole and whole[-1]["event"] in ("done", "failed"):
                break
            time.sleep(0.02)
        if whole != seen:
            self.problems.append(f"run {run} has {len(whole)} events, {len(seen)} were read")
        self.finished += 1
        self.interrupted += seen[-1]["event"] == "failed"


class ServeKill(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="quarry-serve-kill-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "model.py").write_text(MODEL)
        (self.folder / "moon.txt").write_text("The moon is far.\n")
        kept = {name: os.environ[name] for name in ("PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS") if name in os.environ}
        self.environment = kept | {
            "HOME": str(self.folder), "QUARRY_CHAT_COMMAND": f"{sys.executable} model.py",
            "QUARRY_CHAT_PROVIDER": "command", "QUARRY_SEARCH_MODE": "lexical", "QUARRY_CACHE_ENABLED": "false",
            "QUARRY_ASK_MIN_SCORE": "0", "QUARRY_EMBED_PROVIDER": "none",
        }
        self.quarry("ingest", "moon.txt")
        self.server = Server(self.folder, self.environment)
        self.addCleanup(lambda: self.server.kill())
        self.done, self.lock, self.cuts = threading.Event(), threading.Lock(), 0

    def quarry(self, *arguments):
        return subprocess.run([QUARRY, *arguments], cwd=self.folder, env=self.environment, check=True, timeout=120,
                              capture_output=True, text=True).stdout

    def count_cut(self):
        with self.lock:
            self.cuts += 1

    def test_no_event_is_lost_or_repeated(self):
        readers = [Reader(self, self.server, SEED + i) for i in range(READERS)]
        for reader in readers:
            reader.start()
        chance, kills = random.Random(SEED), 0
        while (self.cuts < CUTS or kills < KILLS) and not any(reader.problems for reader in readers):
            time.sleep(chance.uniform(0.1, 1.2))
            if kills < KILLS:
                self.server.kill()
                self.server.start()
                kills += 1
        self.done.set()
        for reader in readers:
            reader.join(300)
        self.assertFalse(any(reader.is_alive() for reader in readers), "a reader does not come to its end")
        problems = [problem for reader in readers for problem in reader.problems]
        self.assertEqual(problems, [], f"seed {SEED}")
        runs = sum(reader.finished for reader in readers)
        interrupted = sum(reader.interrupted for reader in readers)
        print(f"{self.cuts} cuts, {kills} kills, {runs} runs ({interrupted} interrupted): 0 events lost, 0 repeated")
        self.assertGreater(runs, 0)
        self.assertEqual(self.server.json("GET", "/api/v1/runs?limit=1000")[1]["next"], None)
        self.quarry("docs", "verify")

    def test_jobs_survive_kills(self):
        words = {}
        for number in range(3 if not LONG else 10):
            body = f"# Note {number}\n\n" + f"The planet{number} turns. " * 20_000
            status, job = self.server.json("POST", f"/api/v1/documents/upload?name=n{number}.md", body)
            self.assertEqual(status, 202, job)
            words[job["id"]] = (number, body)
            time.sleep(random.Random(SEED + number).uniform(0, 0.15))
            self.server.kill()
            self.server.start()
        for job, (number, body) in words.items():
            end = time.monotonic() + 300
            while (state := self.server.json("GET", f"/api/v1/jobs/{job}")[1])["state"] in ("waiting", "running"):
                self.assertLess(time.monotonic(), end, state)
                time.sleep(0.02)
            self.assertEqual(state["state"], "done", state)
            found = self.server.json("POST", "/api/v1/search", {"query": f"planet{number}", "limit": 1})[1]
            self.assertEqual(found["hits"][0]["uri"], f"upload:n{number}.md")
            connection, response = self.server.open("GET", f"/api/v1/documents/upload:n{number}.md/original")
            self.assertEqual(response.read().decode(), body)
            connection.close()
            connection, response = self.server.open("GET", f"/api/v1/runs/{job}/events")
            numbers = [int(event["id"].rsplit("/", 1)[1]) for event in events(response)]
            connection.close()
            self.assertEqual(numbers, list(range(1, len(numbers) + 1)))
        self.assertEqual(list((self.folder / ".quarry" / "base.db.uploads").iterdir()), [])
        self.quarry("docs", "verify")

    def test_a_large_file_is_not_held_in_memory(self):
        size = 300_000_000 if LONG else 100_000_000
        piece = b"x" * 1_000_000

        def pieces():
            for _ in range(size // len(piece)):
                yield piece

        status, job = self.server.json("POST", "/api/v1/documents/upload?name=large.bin", pieces())
        self.assertEqual(status, 202, job)
        peak = next(int(line.split()[1]) for line in Path(f"/proc/{self.server.process.pid}/status").read_text().splitlines()
                    if line.startswith("VmHWM"))
        print(f"{size // 1_000_000} MB uploaded: {peak // 1024} MB of memory at most")
        if "ASAN_OPTIONS" not in os.environ:
            self.assertLess(peak, 80_000)

    def test_a_disk_that_takes_no_more_is_reported(self):
        self.server.kill()
        self.server.start(largest_file=1_500_000)
        status, problem = self.server.json("POST", "/api/v1/documents/upload?name=a.txt", b"x" * 5_000_000)
        self.assertEqual(status, 507, problem)
        self.assertIn("cannot keep the uploaded file", problem["detail"])
        self.assertEqual(list((self.folder / ".quarry" / "base.db.uploads").iterdir()), [])
        # Streams are logged until the log takes no more; then they end, and say so.
        said = False
        for _ in range(20):
            connection, response = self.server.open("POST", "/api/v1/ask", {"question": "How far is the moon?"},
                                                    {"Accept": "text/event-stream"})
            with contextlib.closing(connection):
                if response.status != 200:
                    self.assertIn(response.status, (500, 503))
                    said = True
                    break
                last = list(events(response))[-1]
                if last["event"] == "failed":
                    self.assertNotIn("id", last)
                    said = True
                    break
        self.assertTrue(said)
        self.assertEqual(self.server.json("POST", "/api/v1/search", {"query": "moon"})[0], 200)
        self.server.kill()
        self.server.start()
        self.assertEqual(self.server.json("POST", "/api/v1/search", {"query": "moon"})[0], 200)
        self.quarry("docs", "verify")

    def test_a_base_that_vanishes_is_reported(self):
        away = self.folder / "away"
        shutil.move(self.folder / ".quarry", away)
        for method, path, body in (("POST", "/api/v1/documents", {"documents": [{"id": "a", "text": "b"}]}),
                                   ("POST", "/api/v1/jobs", {"kind": "embed"}),
                                   ("POST", "/api/v1/documents/upload?name=a.txt", b"text")):
            status, problem = self.server.json(method, path, body)
            self.assertIn(status, (500, 503, 507), problem)
            self.assertNotIn(str(self.folder), json.dumps(problem))
        self.assertFalse((self.folder / ".quarry").exists())
        self.server.kill()
        shutil.move(away, self.folder / ".quarry")
        self.server.start()
        self.assertEqual(self.server.json("POST", "/api/v1/search", {"query": "moon"})[0], 200)

    def test_another_writer_is_waited_for(self):
        other = sqlite3.connect(self.folder / ".quarry" / "base.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        status, problem = self.server.json("POST", "/api/v1/jobs", {"kind": "embed"})
        self.assertEqual(status, 503, problem)
        other.execute("ROLLBACK")
        connection, response = self.server.open("POST", "/api/v1/ask", {"question": "How far is the moon?"},
                                                {"Accept": "text/event-stream"})
        stream = events(response)
        seen = [next(stream)]
        other.execute("BEGIN IMMEDIATE")  # in the midst of a stream, which goes on afterwards
        time.sleep(0.5)
        other.execute("ROLLBACK")
        seen += list(stream)
        self.assertEqual([int(event["id"].rsplit("/", 1)[1]) for event in seen], list(range(1, len(seen) + 1)))
        self.assertEqual(seen[-1]["event"], "done")
        connection.close()
        other.close()


if __name__ == "__main__":
    unittest.main()
