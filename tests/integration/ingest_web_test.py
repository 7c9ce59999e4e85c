"""Web pages: what is fetched, what is refused, what a second run costs; and folders that are watched.

usage: ingest_web_test.py QUARRY
"""
import gzip
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

QUARRY = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else None
PAGE = b"# The moon\n\nIt is far away.\n"
MARKDOWN = ("Content-Type", "text/markdown; charset=utf-8")


class Pages(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def answer(self, status, body=b"", *headers):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.server.seen.append((self.path, self.headers))
        path = self.path.partition("?")[0]
        if path.startswith("http://"):  # asked as a proxy
            self.answer(302, b"", ("Location", f"http://127.0.0.1:{self.server.server_port}/page.md"))
        elif path == "/page.md":
            if self.headers.get("If-None-Match") == f'"{self.server.version}"':
                self.answer(304)
            else:
                self.answer(200, PAGE + str(self.server.version).encode(), MARKDOWN,
                            ("ETag", f'"{self.server.version}"'))
        elif path == "/dated.txt":
            stamp = "Tue, 15 Nov 1994 12:45:26 GMT"
            same = self.headers.get("If-Modified-Since") == stamp
            self.answer(304 if same else 200, b"" if same else b"Dated.", ("Content-Type", "text/plain"),
                        ("Last-Modified", stamp))
        elif path == "/latin1":
            self.answer(200, "Caf\xe9 cr\xe8me".encode("latin-1"), ("Content-Type", "text/plain; charset=ISO-8859-1"))
        elif path == "/bomb":
            self.answer(200, gzip.compress(b"0" * 30_000_000), MARKDOWN, ("Content-Encoding", "gzip"))
        elif path == "/packed.md":
            self.answer(200, gzip.compress(PAGE), MARKDOWN, ("Content-Encoding", "gzip"))
        elif path == "/image":
            self.answer(200, b"\x89PNG\r\n\0", ("Content-Type", "image/x-unknown"))
        elif path == "/circle":
            self.answer(302, b"", ("Location", "/circle"))
        elif path == "/moved":
            self.answer(301, b"", ("Location", "../page.md#part"))
        elif path == "/to-file":
            self.answer(302, b"", ("Location", "file:///etc/passwd"))
        elif path == "/gone" and not self.server.gone:
            self.answer(200, b"Here for now.", ("Content-Type", "text/plain"))
        elif path == "/slow":
            time.sleep(5)
        else:
            self.answer(self.server.failure if path == "/broken" else 404)


class Run:
    def __init__(self, done):
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr


class Quarry(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="quarry-web-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.environment = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "ASAN_OPTIONS")
                            if name in os.environ} | {"HOME": str(self.folder)}

    def quarry(self, *arguments, **environment):
        return Run(subprocess.run([QUARRY, *arguments], cwd=self.folder, env=self.environment | environment, text=True,
                                  stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False))


class WebTest(Quarry):
    def setUp(self):
        super().setUp()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
        self.server.daemon_threads = True
        self.server.seen, self.server.version, self.server.gone, self.server.failure = [], 1, False, 503
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)

    def url(self, path):
        return f"http://127.0.0.1:{self.server.server_port}{path}"

    def ingest(self, *paths, options=("--allow-private",)):
        run = self.quarry("ingest", "--json", *options, *[self.url(path) for path in paths])
        return run, json.loads(run.out) if run.out else None

    def text(self, path):
        return self.quarry("docs", "show", self.url(path), "--text").out

    def test_a_page_is_read_once_and_asked_for_when_it_changed(self):
        self.assertEqual(self.ingest("/page.md#top", "/dated.txt", "/page.md")[1]["added"], 2)
        again = self.ingest("/page.md", "/dated.txt")[1]
        self.assertEqual((again["unchanged"], again["bytes"]), (2, 0))
        self.server.version = 2
        changed = self.ingest("/page.md", "/dated.txt")[1]
        self.assertEqual((changed["updated"], changed["unchanged"]), (1, 1))
        self.assertIn("far away.\n2", self.text("/page.md"))
        listed = json.loads(self.quarry("docs", "ls", "--json").out)["documents"]
        self.assertEqual([document["kind"] for document in listed], ["url", "url"])
        self.assertIn("The moon", [document["title"] for document in listed])

    def test_redirects_are_followed_and_the_name_stays(self):
        self.assertEqual(self.ingest("/moved")[1]["added"], 1)
        self.assertIn("far away", self.text("/moved"))
        self.assertIn("final_url", self.quarry("docs", "show", self.url("/moved")).out)
        self.assertEqual(self.ingest("/moved")[1]["unchanged"], 1)

    def test_encodings_and_compression(self):
        self.assertEqual(self.ingest("/latin1", "/packed.md")[1]["added"], 2)
        self.assertEqual(self.text("/latin1"), "Café crème")
        self.assertIn("far away", self.text("/packed.md"))

    def test_what_cannot_be_had_is_reported_and_the_rest_goes_in(self):
        run, report = self.ingest("/page.md", "/missing", "/circle", "/image", "/to-file", "/broken")
        self.assertEqual(run.code, 11)
        self.assertEqual(report["added"], 1)
        reasons = {failure["uri"].rpartition("/")[2]: failure["reason"] for failure in report["failed"]}
        self.assertIn("status 404", reasons["missing"])
        self.assertIn("redirected more than 5 times", reasons["circle"])
        self.assertIn("image/x-unknown", reasons["image"])
        self.assertIn("does not begin with http", reasons["to-file"])
        self.assertIn("status 503", reasons["broken"])
        failed = self.quarry("docs", "ls", "--failed").out
        self.assertEqual(failed.count("failed"), 5, failed)

    def test_limits(self):
        run = self.quarry("ingest", "--allow-private", self.url("/bomb"), "--config", "ingest.max_file_bytes=1000000")
        self.assertIn("larger than the limit of 1.0 MB", run.err)
        self.assertEqual(run.code, 11)
        begin = time.monotonic()
        run = self.quarry("ingest", "--allow-private", self.url("/slow"), "--config", "ingest.url_timeout=1")
        self.assertIn("no complete answer within 1 s", run.err)
        self.assertLess(time.monotonic() - begin, 4)

    def test_a_page_that_cannot_be_had_again_stays_until_it_is_gone_for_good(self):
        self.ingest("/gone")
        self.server.gone = True
        self.assertEqual(self.ingest("/gone")[0].code, 11)
        self.assertEqual(self.text("/gone"), "Here for now.")
        run, report = self.ingest("/gone", options=("--allow-private", "--prune"))
        self.assertEqual((run.code, report["removed"]), (0, 1))

    def test_private_addresses_are_refused_unless_allowed(self):
        run, report = self.ingest("/page.md", options=())
        self.assertEqual((run.code, report["added"]), (11, 0))
        self.assertIn("127.0.0.1 is not on the public internet", run.err)
        self.assertIn("--allow-private", run.err)
        self.assertEqual(self.server.seen, [])
        # A stranger's project cannot allow it.
        (self.folder / "quarry.toml").write_text("[ingest]\nallow_private = true\n")
        self.assertNotEqual(self.quarry("ingest", self.url("/page.md")).code, 0)
        self.assertEqual(self.server.seen, [])

    def test_a_redirect_to_a_private_address_is_refused(self):
        proxy = f"http://127.0.0.1:{self.server.server_port}"
        run = self.quarry("ingest", "http://far-away.invalid/", http_proxy=proxy)
        self.assertEqual(run.code, 11)
        self.assertIn("is not on the public internet", run.err)
        self.assertEqual([path for path, _ in self.server.seen], ["http://far-away.invalid/"])

    def test_passwords_are_not_stored(self):
        run = self.quarry("ingest", "--allow-private", self.url("/page.md").replace("//", "//me:hunter2@"))
        self.assertEqual(run.code, 11)
        self.assertNotIn("hunter2", run.err + run.out)


class WatchTest(Quarry):
    def setUp(self):
        super().setUp()
        (self.folder / "docs").mkdir()
        (self.folder / "docs/a.md").write_text("# A\n\nFirst.\n")
        self.run_ = subprocess.Popen([QUARRY, "ingest", "--watch", "--json", "docs"], cwd=self.folder,
                                     env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(self.end)

    def end(self):
        if self.run_.poll() is None:
            self.run_.kill()
        self.run_.communicate()

    def next(self):
        return json.loads(self.run_.stdout.readline())

    def names(self):
        with sqlite3.connect(self.folder / ".quarry/base.db") as base:
            return sorted(Path(row[0]).relative_to(self.folder / "docs").as_posix()
                          for row in base.execute("SELECT uri FROM sources"))

    def test_keeps_in_step_until_ctrl_c(self):
        self.assertEqual(self.next()["added"], 1)
        (self.folder / "docs/new/deep").mkdir(parents=True)
        (self.folder / "docs/new/deep/b.md").write_text("# B\n\nSecond.\n")
        self.assertEqual(self.next()["added"], 1)
        (self.folder / "docs/new/deep/c.md").write_text("# C\n\nThird.\n")
        self.assertEqual(self.next()["added"], 1)
        (self.folder / "docs/a.md").write_text("# A\n\nEdited, and longer.\n")
        self.assertEqual(self.next()["updated"], 1)
        os.rename(self.folder / "docs/new/deep/b.md", self.folder / "docs/b.md")
        self.assertEqual(self.next()["moved"], 1)
        os.remove(self.folder / "docs/a.md")
        self.assertEqual(self.next()["removed"], 1)
        self.assertEqual(self.names(), ["b.md", "new/deep/c.md"])
        self.run_.send_signal(signal.SIGINT)
        self.assertEqual(self.run_.wait(10), 0)

    def test_many_changes_at_once(self):
        self.next()
        for number in range(300):
            (self.folder / f"docs/{number}.md").write_text(f"# Number {number}\n\nText.\n")
        total = 0
        while total < 300:
            total += self.next()["added"]
        self.assertEqual(len(self.names()), 301)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
