"""A knowledge base on a PostgreSQL server: the same answers as from a file, and nothing half done."""
import json
import os
import pathlib
import shlex
import signal
import subprocess
import tempfile
import time
import unittest

import engines
from engines import psql, shared_server

WORDS = ["lock", "table", "index", "writer", "vacuum", "snapshot", "planner", "checkpoint", "replica", "cursor"]


class PostgresqlBase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="quarry-postgresql-base-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.url = shared_server().make_database()
        self.environment = {"PATH": os.environ["PATH"], "HOME": folder.name, "LC_ALL": "C.UTF-8",
                            "QUARRY_EMBED_PROVIDER": "none"}

    def command(self, arguments, base=None):
        return [engines.QUARRY, "--base", base or self.url, *shlex.split(arguments)]

    def quarry(self, arguments, base=None, code=0, stdin=""):
        done = subprocess.run(self.command(arguments, base), cwd=self.folder, env=self.environment, text=True,
                              input=stdin, capture_output=True, check=False, timeout=300)
        self.assertEqual(done.returncode, code, f"{arguments}: {done.stderr}")
        return done.stdout if code == 0 else done.stderr

    def write_documents(self, count, lines=4):
        (self.folder / "docs").mkdir(exist_ok=True)
        for number in range(count):
            text = "\n\n".join(
                " ".join(WORDS[(number * step + place * place + line) % (3 + number % 8)] for place in range(40))
                for line, step in enumerate(range(1, lines + 1)))
            (self.folder / "docs" / f"{number:04}.md").write_text(f"# {WORDS[number % 10]} {number}\n\n{text}\n")

    def test_answers_are_those_of_a_base_in_a_file(self):
        self.write_documents(80)
        for base in ("file.db", self.url):
            self.quarry("ingest docs", base)
        for query in ("lock vacuum", "planner cursor snapshot", '"lock table"', "checkp*", "heading:vacuum lock", "lock -table"):
            hits = []
            for base in ("file.db", self.url):
                found = json.loads(self.quarry(f"search --json --limit 20 -- {shlex.quote(query)}", base))
                hits.append([(hit["uri"], hit["start_byte"], round(hit["score"], 6)) for hit in found["hits"]])
            self.assertEqual(hits[0], hits[1], query)
        self.assertIn("[1]", self.quarry("ask 'When does vacuum lock a table?'"))
        self.assertEqual(len(json.loads(self.quarry("docs ls --json"))["documents"]), 80)
        self.assertIn("vacuum", self.quarry("docs show 0004.md"))
        self.quarry("docs rm 0004.md --yes")
        self.quarry("docs show 0004.md", code=10)
        self.quarry("docs verify")
        self.quarry("migrate check --database base")

    def test_questions_are_kept(self):
        self.write_documents(10)
        self.quarry("ingest docs")
        self.quarry("chat --session talk", stdin="When does vacuum lock a table?\nAnd the planner?\n")
        self.quarry("ask --session talk 'What has the index?'")
        listed = json.loads(self.quarry("chats ls --json"))["conversations"]
        self.assertEqual([(one["name"], one["turns"]) for one in listed], [("talk", 3)])
        self.assertIn("And the planner?", self.quarry("chats export talk"))
        self.assertEqual(len(json.loads(self.quarry("trace ls --json"))["runs"]), 3)
        self.assertIn("retriev", self.quarry("trace show last"))
        self.quarry("cache stats")
        self.quarry("chats rm talk")
        self.assertEqual(json.loads(self.quarry("chats ls --json"))["conversations"], [])

    def test_assistants_use_it(self):
        self.write_documents(10)
        self.quarry("ingest docs")
        messages = [{"id": 1, "method": "initialize", "params": {"protocolVersion": "2025-11-25", "capabilities": {},
                                                                 "clientInfo": {"name": "test", "version": "1"}}},
                    {"method": "notifications/initialized"},
                    {"id": 2, "method": "tools/call", "params": {"name": "search", "arguments": {"query": "vacuum"}}},
                    {"id": 3, "method": "tools/call", "params": {"name": "ask", "arguments": {
                        "question": "When does vacuum lock a table?"}}},
                    {"id": 4, "method": "tools/call", "params": {"name": "list_documents", "arguments": {}}},
                    {"id": 5, "method": "resources/list"}]
        lines = "".join(json.dumps({"jsonrpc": "2.0", **message}) + "\n" for message in messages)
        answers = {}
        for line in self.quarry("mcp", stdin=lines).splitlines():
            message = json.loads(line)
            if "id" in message and "result" in message:
                answers[message["id"]] = message["result"]
        self.assertEqual(sorted(answers), [1, 2, 3, 4, 5])
        for number in (2, 3, 4):
            self.assertFalse(answers[number].get("isError"), answers[number])
        self.assertIn("vacuum", json.dumps(answers[2]))
        self.assertEqual(len(answers[5]["resources"]), 10)

    def test_doctor_says_what_the_server_is(self):
        checks = self.quarry("doctor --offline --json")
        self.assertIn("PostgreSQL", checks)
        self.assertIn("pgvector", checks)

    def test_a_backup_is_made_by_the_commands_that_are_named(self):
        self.write_documents(30)
        self.quarry("ingest docs")
        self.quarry("ask --session talk 'When does vacuum lock a table?'")
        copy = shared_server().make_database()
        for command, base in (("backup f", self.url), ("restore f", copy)):
            named = self.quarry(command, base, code=2).split("hint: ")[1].split(" database: ")[-1]
            made = subprocess.run(shlex.split(named.replace("FILE", "f")), cwd=self.folder, text=True, capture_output=True,
                                  check=False, timeout=120, env=self.environment)
            if "server version mismatch" in made.stderr:
                self.skipTest("Debian's pg_dump is older than the server")
            self.assertEqual(made.returncode, 0, made.stderr)
        self.quarry("docs verify", copy)
        self.quarry("migrate check --database base", copy)
        for command in ("search --json --limit 20 'planner cursor snapshot'", "docs ls --json", "chats export talk"):
            self.assertEqual(self.quarry(command), self.quarry(command, copy))
        self.quarry("ingest docs/0001.md", copy)

    def test_a_password_is_neither_taken_nor_shown(self):
        error = self.quarry("docs ls", self.url.replace("postgres@", "postgres:s3cret@"), code=2)
        self.assertNotIn("s3cret", error)
        self.assertIn("PGPASSWORD", error)

    def start(self, arguments, base=None):
        process = subprocess.Popen(self.command(arguments, base), cwd=self.folder, env=self.environment,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.communicate)
        until = time.monotonic() + 120
        while process.poll() is None and time.monotonic() < until:
            made = psql(self.url, "SELECT count(*) FROM pg_tables WHERE tablename = 'vectors'").strip() == "1"
            if made and int(psql(self.url, "SELECT count(*) FROM sources").strip()) > 0:
                break
        return process

    def check_whole(self, count):
        self.assertEqual(psql(self.url, "SELECT count(*), count(DISTINCT document_id) FROM sources").strip(), f"{count}|{count}")
        self.quarry("docs verify")

    def test_a_killed_ingest_goes_on(self):
        self.write_documents(1500, 6)
        process = self.start("ingest docs")
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.quarry("docs verify")
        self.quarry("ingest docs")
        self.check_whole(1500)

    def test_a_killed_copy_goes_on(self):
        self.write_documents(800)
        self.quarry("ingest docs", "file.db")
        process = self.start(f"store copy file.db {self.url}", "file.db")
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.quarry("docs verify")
        again = json.loads(self.quarry(f"store copy file.db {self.url} --json", "file.db"))
        self.assertGreater(again["unchanged"], 0)
        self.assertEqual(again["copied"] + again["unchanged"], 800)
        self.check_whole(800)

    def test_a_base_is_copied_there_and_back(self):
        self.write_documents(40)
        self.quarry("collections add work", "file.db")
        self.quarry("ingest docs", "file.db")
        self.quarry("ingest docs/0001.md --collection work", "file.db")
        self.quarry("ask --session talk 'When does vacuum lock a table?'", "file.db")
        for source, target in (("file.db", self.url), (self.url, "back.db")):
            first = json.loads(self.quarry(f"store copy {source} {target} --json", "file.db"))
            self.assertEqual((first["copied"], first["unchanged"]), (40, 0))
            self.assertEqual(first["records"], 3)  # a conversation, a turn and a trace
            again = json.loads(self.quarry(f"store copy {source} {target} --json", "file.db"))
            self.assertEqual((again["copied"], again["unchanged"], again["records"]), (0, 40, 0))
        listings = [self.quarry("docs ls --json", base) for base in ("file.db", "back.db")]
        self.assertEqual(*[[(one["uri"], one.get("collection")) for one in json.loads(text)["documents"]] for text in listings])
        for command in ("chats export talk", "trace ls --json"):
            self.assertEqual(self.quarry(command, "file.db"), self.quarry(command, "back.db"))
        self.quarry("chats rm talk", "file.db")
        time.sleep(1.1)  # conversations with one id are told apart by the second they were begun in
        self.quarry("ask --session other 'When does vacuum lock a table?'", "file.db")
        self.assertIn("other conversations", self.quarry(f"store copy file.db {self.url}", "file.db", code=2))
        self.quarry("docs rm 0001.md --yes", "file.db")
        self.assertIn("other documents", self.quarry(f"store copy file.db {self.url}", "file.db", code=2))
        self.assertIn("quarry backup", self.quarry("store copy file.db other.db", "file.db", code=2))


if __name__ == "__main__":
    engines.main()
