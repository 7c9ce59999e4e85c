"""`quarry models add`: downloads that stop go on, what is not the file that was asked for is refused."""
import hashlib
import http.server
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import unittest

BINARY = os.path.abspath(sys.argv[1])
TINY = pathlib.Path(__file__).resolve().parents[1] / "support" / "tiny_gguf.py"


class Files(http.server.BaseHTTPRequestHandler):
    """Serves one file: a part of it when asked for one, and no more than `cut` bytes of it at a time."""
    content, cut, takes_ranges, asked = b"", None, True, []

    def do_GET(self):
        part = self.headers.get("Range")
        Files.asked.append(part)
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/model.gguf")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        start = int(re.fullmatch(r"bytes=(\d+)-", part)[1]) if part and Files.takes_ranges else 0
        if part and start >= len(Files.content):
            self.send_response(416)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = Files.content[start:]
        self.send_response(206 if part and Files.takes_ranges else 200)
        if part and Files.takes_ranges:
            self.send_header("Content-Range", f"bytes {start}-{len(Files.content) - 1}/{len(Files.content)}")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:Files.cut])
        self.close_connection = True

    def log_message(self, *_):
        pass


class Models(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self.folder.name)
        subprocess.run([sys.executable, TINY, self.path / "made.gguf", "--pooling", "4"], check=True)
        Files.content, Files.cut, Files.takes_ranges, Files.asked = (self.path / "made.gguf").read_bytes(), None, True, []
        self.hash = hashlib.sha256(Files.content).hexdigest()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Files)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        self.environment = {"PATH": os.environ["PATH"], "HOME": self.folder.name, "NO_COLOR": "1"}

    def tearDown(self):
        self.server.shutdown()
        self.server.server_close()
        self.folder.cleanup()

    def add(self, *arguments, path="/model.gguf", code=0):
        run = subprocess.run([BINARY, "models", "add", self.address + path, *arguments], cwd=self.path, text=True,
                             env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)
        self.assertEqual(run.returncode, code, run.stderr)
        return run.stderr

    def stored(self):
        folder = self.path / ".local/share/quarry/models"
        return sorted(file.name for file in folder.iterdir()) if folder.exists() else []

    def test_a_download_that_stopped_goes_on_where_it_stopped(self):
        Files.cut = 40_000
        told = self.add("--sha256", self.hash, code=14)
        self.assertIn("run the command again: 40 kB are there", told)
        self.assertEqual(self.stored(), [f".{self.hash[:16]}.part"])
        self.add("--sha256", self.hash, path="/moved", code=14)
        Files.cut = None
        self.add("--sha256", self.hash)
        self.assertEqual(Files.asked, [None, "bytes=40000-", "bytes=40000-", "bytes=80000-"])
        self.assertEqual(self.stored(), ["model.gguf", "model.json"])
        self.assertEqual((self.path / ".local/share/quarry/models/model.gguf").read_bytes(), Files.content)

    def test_a_server_without_parts_is_asked_for_all(self):
        Files.cut = 40_000
        self.add("--sha256", self.hash, code=14)
        Files.cut, Files.takes_ranges = None, False
        self.add("--sha256", self.hash)
        self.assertEqual(Files.asked, [None, "bytes=40000-"])

    def test_what_was_all_there_is_taken(self):
        folder = self.path / ".local/share/quarry/models"
        folder.mkdir(parents=True)
        (folder / f".{self.hash[:16]}.part").write_bytes(Files.content)
        self.add("--sha256", self.hash)
        self.assertEqual(self.stored(), ["model.gguf", "model.json"])

    def test_another_file_is_refused_and_not_kept(self):
        told = self.add("--sha256", "0" * 64, code=1)
        self.assertIn(f"its SHA-256 is {self.hash}, not {'0' * 64}", told)
        self.assertEqual(self.stored(), [])
        Files.cut = 40_000
        self.add("--sha256", self.hash, code=14)
        Files.cut, Files.content = None, Files.content[:50_000] + b"x" + Files.content[50_001:]
        self.assertIn("its SHA-256 is", self.add("--sha256", self.hash, code=1))
        self.assertEqual(self.stored(), [])

    def test_without_a_hash_nothing_is_left_of_a_part(self):
        Files.cut = 40_000
        self.add(code=14)
        self.assertEqual(self.stored(), [])

    def test_a_reranker_is_used_from_then_on(self):
        told = self.add("--use")
        self.assertIn('rerank.provider = "gguf" in ', told)
        self.assertIn('rerank.model = "model" in ', told)
        (self.path / "moon.md").write_text("The moon is far away.\n")
        (self.path / "cheese.md").write_text("The cheese of the moon is yellow.\n")
        for arguments in (["ingest", "--quiet", "moon.md", "cheese.md"], ["search", "--json", "--explain", "moon"]):
            run = subprocess.run([BINARY, *arguments], cwd=self.path, text=True, env=self.environment,
                                 stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)
            self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("rerank", run.stdout)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
