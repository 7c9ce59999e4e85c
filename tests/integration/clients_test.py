"""Clients of others against quarry serve, unchanged: openai, ai, @langchain/openai, eventsource, ws, curl;
and what redocly and spectral say of /openapi.json.

scripts/setup installs them from tests/clients; without them the test is skipped. One server serves all, at the same time.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from served import QUARRY, Served  # the program is this script's argument

ROOT = Path(__file__).resolve().parents[2]
CLIENTS = ROOT / "build" / "third_party" / "test_clients"
SCRIPTS = ROOT / "tests" / "clients"
NODE = next((str(node) for node in CLIENTS.glob("node/node_modules/node-linux-*/bin/node")), None)

MODEL = """
import json, sys
json.loads(sys.stdin.readline())
for word in ["The", " moon", " is", " far", " [1]", "."]:
    print(json.dumps({"text": word}), flush=True)
print(json.dumps({"finish_reason": "stop"}), flush=True)
"""
LETTERS = """
import json, sys
for line in sys.stdin:
    text = json.loads(line)["text"].lower()
    print(json.dumps({"vector": [1 + text.count(letter) for letter in "aeiou"]}), flush=True)
"""


class Clients(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="quarry-clients-")
        path = Path(cls.folder.name)
        (path / "model.py").write_text(MODEL)
        (path / "letters.py").write_text(LETTERS)
        (path / "moon.txt").write_text("The moon is far.\n")
        (path / "clients").mkdir()
        for script in SCRIPTS.glob("*.mjs"):
            shutil.copy(script, path / "clients")
        (path / "clients" / "node_modules").symlink_to(CLIENTS / "node_modules")
        cls.served = Served(path, {
            "QUARRY_CHAT_COMMAND": f"{sys.executable} model.py", "QUARRY_CHAT_PROVIDER": "command",
            "QUARRY_EMBED_COMMAND": f"{sys.executable} letters.py", "QUARRY_EMBED_PROVIDER": "command",
            "QUARRY_SEARCH_MODE": "lexical", "QUARRY_CACHE_ENABLED": "false", "QUARRY_ASK_MIN_SCORE": "0",
        })
        cls.served.quarry("ingest", "moon.txt")
        cls.served.start()
        environment = {"PATH": os.environ["PATH"], "HOME": str(path), "QUARRY_URL": cls.served.url,
                       "QUARRY_TOKEN": cls.served.token}
        cls.running = {
            script.stem: subprocess.Popen([NODE, script], cwd=script.parent, env=environment, text=True,
                                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            for script in (path / "clients").glob("*.mjs") if script.stem != "client"}
        (path / "openapi.json").write_bytes(cls.served.request("GET", "/openapi.json").body)
        linters = {"redocly": [CLIENTS / "node_modules/@redocly/cli/bin/cli.js", "lint", "--max-problems", "20",
                               "--config", SCRIPTS / "redocly.yaml", path / "openapi.json"],
                   "spectral": [CLIENTS / "node_modules/@stoplight/spectral-cli/dist/index.js", "lint", "--fail-severity", "hint",
                                "--ruleset", SCRIPTS / "spectral.yaml", path / "openapi.json"]}
        environment |= {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
        for name, command in linters.items():
            cls.running[name] = subprocess.Popen([NODE, *command], cwd=path, env=environment, text=True, stdin=subprocess.DEVNULL,
                                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    @classmethod
    def tearDownClass(cls):
        for process in cls.running.values():
            if process.poll() is None:
                process.kill()
            process.communicate()
        cls.served.kill()
        cls.folder.cleanup()

    def check(self, name):
        process = self.running[name]
        printed = process.communicate(timeout=300)[0]
        self.assertEqual(process.returncode, 0, printed)
        return printed

    def test_openai(self):
        self.check("openai")

    def test_ai_sdk(self):
        self.check("ai_sdk")

    def test_langchain(self):
        self.check("langchain")

    def test_eventsource(self):
        self.check("eventsource")

    def test_ws(self):
        self.check("ws")

    def test_redocly_finds_nothing_in_the_document(self):
        self.assertNotIn("warning", self.check("redocly").lower())

    def test_spectral_finds_nothing_in_the_document(self):
        self.check("spectral")

    def curl(self, *arguments):
        return subprocess.run(["curl", "--silent", "--show-error", "--fail-with-body", "--max-time", "60", *arguments],
                              check=True, capture_output=True, text=True).stdout

    def test_curl(self):
        token, url = ["--header", f"Authorization: Bearer {self.served.token}"], self.served.url
        body = ["--json", json.dumps({"question": "How far is the moon?"})]
        self.assertIn("The moon is far", json.loads(self.curl(*token, *body, f"{url}/api/v1/ask"))["answer"])
        events = self.curl("--no-buffer", *token, *body, "--header", "Accept: text/event-stream", f"{url}/api/v1/ask")
        self.assertIn("event: done\n", events)
        self.assertIn("ready", self.curl(f"{url}/readyz"))
        basic = self.curl("--user", f"me:{self.served.token}", f"{url}/api/v1/me")
        self.assertEqual(json.loads(basic)["name"], "owner")


if __name__ == "__main__":
    if not NODE:
        print("skipped: the clients of tests/clients are needed: scripts/setup")
        sys.exit(77)
    unittest.main()
