"""quarry serve on a base in PostgreSQL: users, ingest, answers and agents, with kills and several servers on one base."""
import json
import statistics
import subprocess
import sys
import tempfile
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

from engines import psql, shared_server
from event_streams import events
from held_agent import SETTINGS, WAITER
from served import QUARRY, Served

PASSWORD = "correct horse battery staple"
MODEL = """
import json, sys, time
json.loads(sys.stdin.readline())
open("asked", "a").write("once ")
for number in range(40):
    print(json.dumps({"text": f"at{time.time()} "}), flush=True)
    time.sleep(0.05)
print(json.dumps({"text": "The moon is far [1]."}), flush=True)
print(json.dumps({"finish_reason": "stop"}), flush=True)
"""


class ServeOnPostgresql(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="quarry-postgresql-serve-")
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        self.url = shared_server().make_database()
        (self.folder / "agents").mkdir()
        (self.folder / "agents/waiter.yaml").write_text(WAITER)
        (self.folder / "model.py").write_text(MODEL)
        (self.folder / "moon.txt").write_text("The moon is far.\n")
        config = self.folder / ".config/quarry/config.toml"
        config.parent.mkdir(parents=True)
        config.write_text(SETTINGS.format(folder=self.folder))
        self.settings = {
            "QUARRY_BASE": self.url, "QUARRY_CHAT_COMMAND": f"{sys.executable} model.py",
            "QUARRY_CHAT_PROVIDER": "command", "QUARRY_SEARCH_MODE": "lexical", "QUARRY_CACHE_ENABLED": "false",
            "QUARRY_ASK_MIN_SCORE": "0", "QUARRY_EMBED_PROVIDER": "none", "QUARRY_SERVE_AGENTS": "agents"}
        self.first, self.second = self.new_server(), self.new_server()
        self.first.quarry("ingest", "--quiet", "moon.txt")

    def new_server(self):
        served = Served(self.folder, self.settings)
        self.addCleanup(served.kill)
        return served

    @staticmethod
    def kill(served):
        served.kill()
        served.process = None

    def json(self, served, method, path, body=None):
        response = served.request(method, path, body)
        self.assertLess(response.status, 300, response.body)
        return response.json

    def until(self, what, look):
        end = time.monotonic() + 120
        while not (found := look()):
            self.assertLess(time.monotonic(), end, what)
            time.sleep(0.05)
        return found

    def ask(self, served):
        connection = served.connection()
        self.addCleanup(connection.close)
        connection.request("POST", "/api/v1/ask", json.dumps({"question": "How far is the moon?"}), {
            "Authorization": f"Bearer {served.token}", "Content-Type": "application/json",
            "Accept": "text/event-stream"})
        response = connection.getresponse()
        self.assertEqual(response.status, 200)
        return response.getheader("Location").rsplit("/", 1)[1], events(response)

    def go_on(self, served, run, seen, late=None):
        """All further events of a run, and whether they are those that follow. `late`: gets how long those with a time
        took to come here."""
        connection = served.connection()
        self.addCleanup(connection.close)
        connection.request("GET", f"/api/v1/runs/{run}/events", headers={
            "Authorization": f"Bearer {served.token}", "Last-Event-ID": seen[-1]["id"]})
        all_of_them = list(seen)
        for event in events(connection.getresponse()):
            all_of_them.append(event)
            times = [float(word[2:]) for word in json.loads(event["data"]).get("text", "").split() if word.startswith("at1")]
            if late is not None and times:
                late.append(time.time() - times[-1])
        self.assertEqual([event["id"] for event in all_of_them],
                         [f"{run}/{number}" for number in range(1, len(all_of_them) + 1)])
        return all_of_them

    def test_people_sign_in_and_documents_come_in(self):
        subprocess.run([QUARRY, "users", "add", "ada@example.org", "--scopes", "search,ask,read,write"], cwd=self.folder,
                       check=True, env=self.first.environment, input=PASSWORD + "\n", text=True, capture_output=True,
                       timeout=60)
        self.first.quarry("collections", "grant", "main", "ada@example.org", "write")
        key = json.loads(self.first.quarry("keys", "add", "wiki", "--scopes", "search", "--collections", "main", "--json"))
        self.assertIn("wiki", self.first.quarry("keys", "ls"))
        self.first.start()
        self.second.start()
        connection = self.first.connection()
        self.addCleanup(connection.close)
        connection.request("POST", "/auth/token", urlencode(
            {"grant_type": "password", "username": "ada@example.org", "password": PASSWORD}),
            {"Content-Type": "application/x-www-form-urlencoded"})
        session = json.loads(connection.getresponse().read())
        ada, wiki = ({"Authorization": f"Bearer {token}"} for token in (session["access_token"], key["secret"]))
        for caller in (ada, wiki):
            found = self.second.request("POST", "/api/v1/search", {"query": "moon"}, caller)
            self.assertEqual(len(found.json["hits"]), 1, found.body)
        # Sent to one server, read in by any of them, searched on the other.
        job = self.first.request("POST", "/api/v1/documents/upload?name=sun.md", "The sun is bright. " * 2000, ada)
        self.assertEqual(job.status, 202, job.body)
        path = f"/api/v1/jobs/{job.json['id']}"
        self.until("the job ends", lambda: self.second.request("GET", path, headers=ada).json["state"] == "done")
        found = self.second.request("POST", "/api/v1/search", {"query": "bright sun", "limit": 1}, ada)
        self.assertEqual(found.json["hits"][0]["uri"], "upload:sun.md")
        original = self.second.request("GET", "/api/v1/documents/upload:sun.md/original", headers=ada)
        self.assertIn(b"The sun is bright.", original.body)
        self.first.quarry("users", "rm", "ada@example.org")
        self.until("ada is not known any more", lambda: self.second.request(
            "POST", "/api/v1/search", {"query": "moon"}, ada).status == 401)

    def test_a_stream_goes_on_after_a_kill(self):
        self.first.start()
        run, stream = self.ask(self.first)
        seen = [next(stream) for _ in range(5)]
        self.kill(self.first)
        self.first.start()
        seen = self.go_on(self.first, run, seen)
        self.assertEqual(seen[-1]["event"], "failed")
        self.assertEqual(json.loads(seen[-1]["data"])["error"]["code"], "interrupted")

    def test_another_server_follows_a_run_and_ends_what_a_killed_one_left(self):
        self.first.start()
        self.second.start()
        run, stream = self.ask(self.first)
        late = []
        seen = self.go_on(self.second, run, [next(stream)], late)
        self.assertEqual(seen[-1]["event"], "done")
        # Each is told of: a server that only looks sees what it was not told two seconds later.
        self.assertLess(statistics.median(late), 0.7)
        run, stream = self.ask(self.first)
        seen = [next(stream) for _ in range(5)]
        self.kill(self.first)
        seen = self.go_on(self.second, run, seen)
        self.assertEqual(seen[-1]["event"], "failed")

    def test_a_keyed_request_is_not_repeated_when_its_session_was_lost(self):
        self.first.start()
        self.second.start()
        question = {"question": "How far is the moon?"}
        key = {"Idempotency-Key": "k1"}
        with ThreadPoolExecutor() as pool:
            answer = pool.submit(self.first.request, "POST", "/api/v1/ask", question, key)
            self.until("the model is asked", (self.folder / "asked").exists)
            # The sessions by whose locks others see that it is worked on.
            ended = psql(self.url, "SELECT count(pg_terminate_backend(pid)) FROM pg_locks"
                                   " WHERE locktype = 'advisory' AND classid = 1903260282")
            self.assertNotEqual(ended, "0")
            repeated = self.second.request("POST", "/api/v1/ask", question, key)
            self.assertEqual(repeated.status, 409, repeated.body)
            answer = answer.result()
        self.assertEqual(answer.status, 200, answer.body)
        replayed = self.second.request("POST", "/api/v1/ask", question, key)
        self.assertEqual((replayed.status, replayed.getheader("Idempotency-Replayed")), (200, "true"))
        self.assertEqual(replayed.json["answer"], answer.json["answer"])
        self.assertEqual((self.folder / "asked").read_text(), "once ")

    def test_the_database_restarts(self):
        self.first.start()
        self.json(self.first, "POST", "/api/v1/search", {"query": "moon"})
        psql(self.url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                       " AND pid <> pg_backend_pid()")
        self.assertEqual(self.json(self.first, "POST", "/api/v1/search", {"query": "moon"})["hits"][0]["uri"][-8:], "moon.txt")
        run, stream = self.ask(self.first)
        self.assertEqual(list(stream)[-1]["event"], "done")

    def test_an_agent_goes_on_at_another_server(self):
        self.first.start()
        run = self.json(self.first, "POST", "/api/v1/agents/waiter/runs", {"background": True})["run"]
        self.until("the agent holds", lambda: (self.folder / "held").exists())
        self.kill(self.first)
        self.second.start()
        (self.folder / "go").touch()
        done = self.until("the agent ends", lambda: (
            state := self.json(self.second, "GET", f"/api/v1/agent-runs/{run}/wait?seconds=30"))["state"] != "running" and state)
        self.assertEqual(done["state"], "done", done)
        self.assertEqual((self.folder / "notes").read_text().split(), ["first", "third"])
        self.assertIn("waiter", self.second.quarry("agent", "ls"))
        self.second.quarry("docs", "verify")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
