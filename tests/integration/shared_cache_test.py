"""Redis as the shared cache: what one process asked a model for is there for the next, and two servers count requests
together. Redis is killed in between, and a server that answers rubbish is put in its place.
"""
import shutil
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

from served import QUARRY, Served

REDIS = shutil.which("redis-server")
# Counts how often it is asked.
MODEL = """
import json, sys
json.loads(sys.stdin.readline())
with open("asked", "a") as asked:
    asked.write("x")
print(json.dumps({"text": "The moon is far [1]."}), flush=True)
print(json.dumps({"finish_reason": "stop"}), flush=True)
"""


class Rubbish(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            while self.request.recv(65536):
                self.request.sendall(b"$5\r\nwrong\r\n")

    def __init__(self, path):
        super().__init__(path, self.Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class SharedCache(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="quarry-redis-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.socket = self.folder / "redis.sock"
        (self.folder / "model.py").write_text(MODEL)
        (self.folder / "moon.txt").write_text("The moon is far.\n")
        self.settings = {
            "QUARRY_CHAT_COMMAND": f"{sys.executable} model.py", "QUARRY_CHAT_PROVIDER": "command",
            "QUARRY_SEARCH_MODE": "lexical", "QUARRY_ASK_MIN_SCORE": "0", "QUARRY_EMBED_PROVIDER": "none",
            "QUARRY_CACHE_URL": f"unix://{self.socket}", "QUARRY_SERVE_SEARCH_PER_MINUTE": "10",
        }
        self.servers = [Served(self.folder, self.settings) for _ in range(2)]
        self.redis = None
        self.addCleanup(self.end)
        self.quarry("ingest", "moon.txt")

    def end(self):
        for server in self.servers:
            server.kill()
        self.stop_redis()

    def start_redis(self):
        self.redis = subprocess.Popen([REDIS, "--port", "0", "--unixsocket", self.socket, "--save", ""], cwd=self.folder,
                                      stdout=subprocess.DEVNULL)
        while not self.socket.exists():
            time.sleep(0.01)

    def stop_redis(self):
        if self.redis:
            self.redis.kill()
            self.redis.wait()
            self.redis = None
        self.socket.unlink(missing_ok=True)

    def quarry(self, *arguments, code=0):
        result = subprocess.run([QUARRY, *arguments], cwd=self.folder, env=self.servers[0].environment,
                                timeout=120, capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, code, result.stderr)
        return result

    def asked(self):
        path = self.folder / "asked"
        return len(path.read_text()) if path.exists() else 0

    def ask(self):
        result = self.quarry("ask", "How far is the moon?")
        self.assertIn("The moon is far", result.stdout)
        return result.stderr

    def entries(self):
        return self.quarry("cache", "stats").stdout

    def test_answers_are_shared_while_redis_works(self):
        self.start_redis()
        self.assertIn("shared cache", self.quarry("doctor").stdout)
        self.assertNotIn("shared cache", self.ask())
        self.assertNotIn("shared cache", self.ask())
        self.assertEqual(self.asked(), 1)
        self.assertIn("0 B", self.entries())  # the base has none
        # A changed base is another one.
        (self.folder / "sun.txt").write_text("The sun is hot.\n")
        self.quarry("ingest", "sun.txt")
        self.ask()
        self.assertEqual(self.asked(), 2)
        self.quarry("cache", "clear")
        self.ask()
        self.assertEqual(self.asked(), 3)
        # Without Redis the base has them.
        self.stop_redis()
        self.assertIn("the shared cache is not used", self.ask())
        self.ask()
        self.assertEqual(self.asked(), 4)
        self.assertIn("cache.url", self.quarry("doctor", code=1).stdout)
        self.quarry("doctor", "--offline")
        # Rubbish is no answer, and costs nothing but a question to the model.
        rubbish = Rubbish(str(self.socket))
        self.addCleanup(rubbish.server_close)
        self.addCleanup(rubbish.shutdown)
        self.quarry("cache", "clear")
        self.ask()
        self.ask()
        self.assertLessEqual(self.asked(), 6)
        self.quarry("docs", "verify")

    def test_servers_count_together(self):
        self.start_redis()
        for server in self.servers:
            server.start()

        def allowed(count):
            statuses = []
            for number in range(count):
                response = self.servers[number % 2].request("POST", "/api/v1/search", {"query": "moon"})
                statuses.append(response.status)
                if response.status == 429:
                    self.assertLessEqual(int(response.getheader("Retry-After")), 60)
            self.assertLessEqual(set(statuses), {200, 429})
            return statuses.count(200)

        begun = time.monotonic()
        found = allowed(18)
        refilled = int((time.monotonic() - begun) / 6) + 1
        self.assertGreaterEqual(found, 10)
        self.assertLessEqual(found, 10 + refilled)
        # Each counts for itself, and says so once.
        self.stop_redis()
        allowed(6)
        for server in self.servers:
            self.assertEqual(server.end(), 0)
        lines = [line for line in (self.folder / "log").read_text().splitlines() if "not shared" in line]
        self.assertGreaterEqual(len(lines), 1)
        self.assertLessEqual(len(lines), 2)


if __name__ == "__main__":
    if REDIS is None:
        print("redis-server is not installed")
        sys.exit(77)
    unittest.main()
