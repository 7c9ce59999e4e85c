"""Two servers on one port and one base, and the command line beside them, with kills: nothing is lost or repeated.

Some seconds on each push; 20 minutes with QUARRY_PROPERTY_INPUTS=100000, as the nightly run has it, or
QUARRY_PAIR_SECONDS. QUARRY_PROPERTY_SEED is the seed. The base is a file; serve_pair_postgresql_test.py has another.
"""
import contextlib
import http.client
import json
import os
import random
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
SECONDS = float(os.environ.get("QUARRY_PAIR_SECONDS",
                               1200 if os.environ.get("QUARRY_PROPERTY_INPUTS") == "100000" else 12))
SEED = int(os.environ.get("QUARRY_PROPERTY_SEED", time.time_ns() % 1_000_000))

MODEL = """
import json, sys, time
asked = json.loads(sys.stdin.readline())
for number in range(2000 if "forever" in json.dumps(asked) else 40):
    print(json.dumps({"text": f"word{number} "}), flush=True)
    time.sleep(0.01)
print(json.dumps({"text": "The moon is far [1]."}), flush=True)
print(json.dumps({"finish_reason": "stop"}), flush=True)
"""


class Pair:
    """Two servers on one port. Requests go to whichever the system chooses, or to one of them that has a port of its
    own too: that is how a test knows which one answers."""

    def __init__(self, folder, environment, arguments):
        self.folder, self.environment, self.arguments = folder, environment, arguments
        self.port = port_to_keep()
        self.processes = [None, None]

    def start(self, which, port=None):
        with open(self.folder / "log", "a") as log:
            process = subprocess.Popen(
                [QUARRY, *self.arguments, "serve", "--listen", f"127.0.0.1:{port or self.port}", "--shared-port", "--json"],
                cwd=self.folder, env=self.environment, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=log)
        document = ""
        while not document.rstrip().endswith("}"):
            line = process.stdout.readline()
            if not line:
                raise RuntimeError((self.folder / "log").read_text()[-2000:])
            document += line
        self.processes[which] = process

    def kill(self, which):
        process, self.processes[which] = self.processes[which], None
        if process:
            process.kill()
            process.communicate()

    def open(self, key, method, path, body=None, headers=None, port=None):
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=60)
        headers = {"Authorization": f"Bearer {key}"} | (headers or {})
        if isinstance(body, dict):
            body, headers["Content-Type"] = json.dumps(body), "application/json"
        connection.request(method, path, body, headers)
        return connection, connection.getresponse()

    def json(self, *arguments, **more):
        connection, response = self.open(*arguments, **more)
        with contextlib.closing(connection):
            return response.status, json.loads(response.read() or "null")


class Client(threading.Thread):
    """Does one thing after the other until the test is done. What a kill cuts off is tried again."""

    def __init__(self, test, number):
        super().__init__(daemon=True)
        self.test, self.random = test, random.Random(SEED * 100 + number)
        self.name_of = f"client{number}"
        self.problems, self.counts, self.documents = [], {}, {}

    def run(self):
        try:
            while not self.test.done.is_set():
                what = self.random.choice([self.ask, self.ask, self.search, self.add, self.cancel])
                what()
                self.counts[what.__name__] = self.counts.get(what.__name__, 0) + 1
        except Exception as error:  # what ends a thread would not be seen
            self.problems.append(repr(error))

    def until_answered(self, *arguments, **more):
        """The response of a request that is repeated until a server has answered it."""
        end = time.monotonic() + self.test.patience
        while time.monotonic() < end:
            try:
                status, document = self.test.pair.json(self.test.key, *arguments, **more)
                if status not in (409, 503):  # the first one is worked on still; the base is being written to
                    return status, document
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.02)
        raise TimeoutError(f"{arguments[:2]} is not answered")

    def search(self):
        status, document = self.until_answered("POST", "/api/v1/search", {"query": "moon", "limit": 3})
        if status != 200 or not document["hits"]:
            self.problems.append(f"search: {status} {document}")

    def add(self):
        """A document, by a job; the key has it be done once, whichever server is asked again."""
        name = f"{self.name_of}-{len(self.documents)}"
        body = {"kind": "ingest", "request": {"documents": [{"id": name, "text": f"The {name} orbits."}]}}
        status, job = self.until_answered("POST", "/api/v1/jobs", body, {"Idempotency-Key": name})
        if status != 202:
            self.problems.append(f"job: {status} {job}")
            return
        self.documents[name] = job["id"]

    def cancel(self):
        """A run that would not end soon, from any server."""
        status, run = self.until_answered("POST", "/api/v1/ask", {"question": "The moon forever?", "background": True})
        if status != 202:
            self.problems.append(f"ask: {status} {run}")
            return
        time.sleep(self.random.uniform(0, 0.3))
        self.until_answered("DELETE", f"/api/v1/runs/{run['id']}")
        seen = self.read(run["id"], [])
        if seen[-1]["event"] != "failed":
            self.problems.append(f"a cancelled run ends with {seen[-1]['event']}")

    def ask(self):
        run, seen = None, []
        while run is None:
            try:
                connection, response = self.test.pair.open(
                    self.test.key, "POST", "/api/v1/ask", {"question": "How far is the moon?"},
                    {"Accept": "text/event-stream"})
            except (OSError, http.client.HTTPException):
                time.sleep(0.02)
                continue
            with contextlib.closing(connection):
                if response.status == 503:
                    time.sleep(0.05)
                    continue
                if response.status != 200:
                    self.problems.append(f"ask: {response.status} {response.read()}")
                    return
                run = response.getheader("Location").rsplit("/", 1)[1]
                self.take(response, seen)
        seen = self.read(run, seen)
        if self.random.random() < 0.3 and (whole := self.read(run, [])) != seen:
            self.problems.append(f"run {run} has {len(whole)} events, {len(seen)} were read")

    def take(self, response, seen):
        limit = self.random.choice([1, 3, 10, 1000])
        with contextlib.suppress(OSError, http.client.HTTPException):
            for event in events(response):
                if event["event"] == "shutdown":
                    return
                seen.append(event)
                limit -= 1
                if limit == 0:
                    return

    def read(self, run, seen):
        """The events of a run to its end, from whichever server answers."""
        end = time.monotonic() + self.test.patience
        while not seen or seen[-1]["event"] not in ("done", "failed"):
            if time.monotonic() > end:
                raise TimeoutError(f"run {run} does not end: {seen[-1:]}")
            last = {"Last-Event-ID": seen[-1]["id"]} if seen else {}
            try:
                connection, response = self.test.pair.open(self.test.key, "GET", f"/api/v1/runs/{run}/events",
                                                           headers=last)
            except (OSError, http.client.HTTPException):
                time.sleep(0.02)
                continue
            with contextlib.closing(connection):
                if response.status == 503:
                    continue
                if response.status != 200:
                    raise RuntimeError(f"{response.status} for run {run} behind {len(seen)}: {response.read()}")
                self.take(response, seen)
        numbers = [event.get("id") for event in seen]
        if numbers != [f"{run}/{number}" for number in range(1, len(seen) + 1)]:
            self.problems.append(f"events of {run}: {numbers}")
        return seen


class ServePair(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="quarry-serve-pair-")
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
        self.arguments = self.base_arguments()
        self.quarry("ingest", "moon.txt")
        self.key = self.quarry("keys", "add", "pair", "--scopes", "search,ask,read,write", "--collections",
                               "main").strip()
        self.pair = Pair(self.folder, self.environment, self.arguments)
        self.addCleanup(lambda: [self.pair.kill(which) for which in (0, 1)])
        self.done = threading.Event()

    # What another engine does otherwise.
    ends_within = 5  # seconds: a run that a killed server left
    patience = 60  # seconds, with further kills meanwhile

    def base_arguments(self):
        return []

    def victim(self, chance, elapsed):
        return chance.randrange(2)

    def disturb(self):
        """Something that happens to the base between two kills."""

    def ingest(self, name):
        self.quarry("ingest", name)

    def quarry(self, *arguments):
        result = subprocess.run([QUARRY, *self.arguments, *arguments], cwd=self.folder, env=self.environment,
                                timeout=120, capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, 0, f"{arguments}: {result.stderr}")
        return result.stdout

    def test_nothing_is_lost_or_repeated(self):
        for which in (0, 1):
            self.pair.start(which)
        clients = [Client(self, number) for number in range(5)]
        for client in clients:
            client.start()
        chance, kills, end, ingested = random.Random(SEED), 0, time.monotonic() + SECONDS, 0
        while time.monotonic() < end and not any(client.problems for client in clients):
            time.sleep(chance.uniform(0.5, 3))
            which = self.victim(chance, SECONDS - (end - time.monotonic()))
            self.pair.kill(which)
            kills += 1
            (self.folder / f"line{ingested}.txt").write_text(f"Line {ingested} of the command.\n")
            self.disturb()
            self.ingest(f"line{ingested}.txt")
            ingested += 1
            self.pair.start(which)
        self.done.set()
        for client in clients:
            client.join(120)
        self.assertFalse(any(client.is_alive() for client in clients), "a client does not come to its end")
        log = "\n".join([line for line in (self.folder / "log").read_text().splitlines() if '"status":2' not in line][-30:])
        self.assertEqual([problem for client in clients for problem in client.problems], [], f"seed {SEED}: {log}")
        counts = {}
        for client in clients:
            for what, count in client.counts.items():
                counts[what] = counts.get(what, 0) + count
        print(f"{SECONDS:.0f} s, {kills} kills: {counts}")
        self.assertGreater(min(counts.get(what, 0) for what in ("ask", "cancel", "search", "add")), 0)
        self.check_jobs({name: job for client in clients for name, job in client.documents.items()}, ingested)

    def check_jobs(self, documents, ingested):
        """Each was done, and each document is there once."""
        self.assertEqual(len(set(documents.values())), len(documents))
        end = time.monotonic() + 120
        for name, job in documents.items():
            while (state := self.pair.json(self.key, "GET", f"/api/v1/jobs/{job}")[1])["state"] in ("waiting", "running"):
                self.assertLess(time.monotonic(), end, state)
                time.sleep(0.05)
            self.assertEqual(state["state"], "done", state)
            connection, response = self.pair.open(self.key, "GET", f"/api/v1/runs/{job}/events")
            with contextlib.closing(connection):
                seen = list(events(response))
            self.assertEqual([event["id"] for event in seen], [f"{job}/{i}" for i in range(1, len(seen) + 1)])
            self.assertEqual(seen[-1]["event"], "done", name)
        for which in (0, 1):
            self.pair.kill(which)
        listed = json.loads(self.quarry("docs", "ls", "--json"))["documents"]
        self.assertEqual(len(listed), len(documents) + ingested + 1)
        self.quarry("docs", "verify")

    def test_one_server_reads_and_cancels_what_the_other_works_on(self):
        other = port_to_keep()
        self.pair.start(0)
        self.pair.start(1, other)
        connection, response = self.pair.open(self.key, "POST", "/api/v1/ask", {"question": "The moon forever?"},
                                              {"Accept": "text/event-stream"})
        run = response.getheader("Location").rsplit("/", 1)[1]
        first = next(events(response))
        second_connection, second = self.pair.open(self.key, "GET", f"/api/v1/runs/{run}/events", port=other)
        stream = events(second)
        self.assertEqual(next(stream), first)
        seen = [first] + [next(stream) for _ in range(20)]
        cancelled = time.monotonic()
        status, document = self.pair.json(self.key, "DELETE", f"/api/v1/runs/{run}", port=other)
        self.assertEqual((status, document["ended"]), (200, True))
        seen += list(stream)
        self.assertLess(time.monotonic() - cancelled, 5)
        self.assertEqual(seen[-1]["event"], "failed")
        self.assertEqual([event["id"] for event in seen], [f"{run}/{i}" for i in range(1, len(seen) + 1)])
        self.assertEqual([first] + list(events(response)), seen)
        # The model of the other server has been stopped.
        end = time.monotonic() + 10
        while (children := Path(f"/proc/{self.pair.processes[0].pid}/task/{self.pair.processes[0].pid}/children")
               .read_text().split()) and time.monotonic() < end:
            time.sleep(0.05)
        self.assertEqual(children, [])
        connection.close()
        second_connection.close()

    def test_what_a_killed_server_worked_on_ends(self):
        other = port_to_keep()
        self.pair.start(0)
        self.pair.start(1, other)
        connection, response = self.pair.open(self.key, "POST", "/api/v1/ask", {"question": "The moon forever?"},
                                              {"Accept": "text/event-stream"})
        run = response.getheader("Location").rsplit("/", 1)[1]
        next(events(response))
        second_connection, second = self.pair.open(self.key, "GET", f"/api/v1/runs/{run}/events", port=other)
        stream = events(second)
        next(stream)
        killed = time.monotonic()
        self.pair.kill(0)
        last = list(stream)[-1]
        self.assertLess(time.monotonic() - killed, self.ends_within)
        self.assertEqual(last["event"], "failed")
        self.assertIn("the server ended", last["data"])
        connection.close()
        second_connection.close()


if __name__ == "__main__":
    unittest.main(verbosity=2)
