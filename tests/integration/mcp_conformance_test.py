"""MCP's conformance suite against the route /mcp: every scored scenario of both sets of requirements passes.

The fixtures that the suite calls are in tests/mcp. scripts/setup installs the suite; without it the test is skipped.
"""
import json
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CLIENTS = ROOT / "build" / "third_party" / "test_clients"
NODE = next((str(node) for node in CLIENTS.glob("node/node_modules/node-linux-*/bin/node")), None)
SUITE = CLIENTS / "node_modules/@modelcontextprotocol/conformance/dist/index.js"
SERVER = Path(sys.argv.pop(1)).parent / "mcp_conformance_server"
if not SERVER.exists():
    SERVER = next(SERVER.parents[1].rglob("mcp_conformance_server"), SERVER)
# How many scenarios the suite scores.
SCORED = {"2026-07-28": 37, "2025-11-25": 30}


class Conformance(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = subprocess.Popen([SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        cls.url = cls.server.stdout.readline().strip()
        cls.folder = tempfile.TemporaryDirectory(prefix="quarry-mcp-")
        # Both sets at the same time: the suite itself waits a lot.
        cls.running = {version: subprocess.Popen(
            [NODE, SUITE, "server", "--url", cls.url, "--requirements", version, "-o", f"{cls.folder.name}/{version}"],
            text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) for version in SCORED}

    @classmethod
    def tearDownClass(cls):
        for process in cls.running.values():
            if process.poll() is None:
                process.kill()
            process.communicate()
        cls.server.communicate("")
        cls.folder.cleanup()

    def check(self, version):
        printed = self.running[version].communicate(timeout=600)[0]
        summary, _, unscored = printed.partition("Not scored")
        not_scored = set(re.findall(r"^\s+[✓✗] ([\w-]+) \(", unscored, re.M))
        scored = {name: mark for mark, name in re.findall(r"^([✓✗]) ([\w-]+): \d+ passed", summary, re.M) if name not in not_scored}
        why = []
        for result in sorted((Path(self.folder.name) / version).rglob("checks.json")):
            why += [f"{check['id']}: {check.get('errorMessage')}" for check in json.loads(result.read_text())
                    if check["status"] == "FAILURE" and any(name in result.parent.name for name in scored)]
        self.assertEqual([name for name, mark in scored.items() if mark != "✓"], [], "\n".join(why))
        self.assertEqual(len(scored), SCORED[version], printed[-4000:])
        self.assertEqual(self.running[version].returncode, 0, printed[-4000:])

    def test_2026_07_28(self):
        self.check("2026-07-28")

    def test_2025_11_25(self):
        self.check("2025-11-25")

    def test_the_server_still_answers_and_ends(self):
        self.assertIsNone(self.server.poll())


if __name__ == "__main__":
    if not NODE or not SUITE.exists():
        print("skipped: MCP's conformance suite is needed: scripts/setup")
        sys.exit(77)
    unittest.main()
