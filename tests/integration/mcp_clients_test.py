"""MCP's own clients against quarry mcp and /mcp of quarry serve, unchanged: the official SDK's client of each dialect, and
the inspector.

scripts/setup installs them; without them the test is skipped.
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
NODE = next((str(node) for node in CLIENTS.glob("node/node_modules/node-linux-*/bin/node")), None)
PACKAGES = CLIENTS / "node_modules/@modelcontextprotocol"
SETTINGS = {"QUARRY_EMBED_PROVIDER": "none", "QUARRY_CHAT_PROVIDER": "extractive", "QUARRY_ASK_MIN_SCORE": "0",
            "QUARRY_MCP_WRITE": "true"}


def inspector():
    package = PACKAGES / "inspector"
    described = json.loads((package / "package.json").read_text())["bin"]
    return package / (described if isinstance(described, str) else described["mcp-inspector"])


class McpClients(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="quarry-mcp-")
        cls.path = Path(cls.folder.name)
        (cls.path / "clients").mkdir()
        for script in (ROOT / "tests" / "clients" / "mcp").glob("*.mjs"):
            shutil.copy(script, cls.path / "clients")
        (cls.path / "clients" / "node_modules").symlink_to(CLIENTS / "node_modules")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def base(self, name):
        folder = self.path / name
        folder.mkdir()
        (folder / "moon.md").write_text("# The moon\n\nThe moon is 384400 km away.\n")
        (folder / "sun.md").write_text("The sun is hot.\n")
        served = Served(folder, SETTINGS)
        served.quarry("ingest", "moon.md", "sun.md", "--quiet")
        return served

    def run_node(self, served, *command):
        environment = served.environment | {"QUARRY": QUARRY, "FOLDER": str(served.folder), "PATH": os.environ["PATH"]}
        if served.process:
            environment |= {"QUARRY_URL": served.url, "QUARRY_TOKEN": served.token}
        done = subprocess.run([NODE, *command], cwd=served.folder, env=environment, timeout=240, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertEqual(done.returncode, 0, done.stdout)
        return done.stdout

    def check(self, script, transport):
        served = self.base(f"{script}-{transport}")
        if transport == "http":
            served.start()
        try:
            self.run_node(served, self.path / "clients" / f"{script}.mjs", transport)
        finally:
            served.kill()

    def test_the_client_with_sessions_over_stdio(self):
        self.check("legacy", "stdio")

    def test_the_client_with_sessions_over_http(self):
        self.check("legacy", "http")

    def test_the_client_without_sessions_over_stdio(self):
        self.check("modern", "stdio")

    def test_the_client_without_sessions_over_http(self):
        self.check("modern", "http")

    def test_the_inspector(self):
        served = self.base("inspector")
        served.start()
        try:
            call = ["--method", "tools/call", "--tool-name", "search", "--tool-arg", "query=moon"]
            stdio = self.run_node(served, inspector(), "--cli", QUARRY, "mcp", *call)
            self.assertIn("384400", stdio)
            http = self.run_node(served, inspector(), "--cli", f"{served.url}/mcp", "--transport", "http", "--header",
                                 f"Authorization: Bearer {served.token}", *call)
            self.assertIn("384400", http)
        finally:
            served.kill()


if __name__ == "__main__":
    if not NODE or not PACKAGES.exists():
        print("skipped: the clients of MCP are needed: scripts/setup")
        sys.exit(77)
    unittest.main()
