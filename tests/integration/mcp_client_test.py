"""quarry as a client of MCP servers: the conformance suite of the protocol against core/mcp_client, and the reference
server over both transports against the program.

scripts/setup installs both from tests/clients; without them the test is skipped.
"""
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CLIENTS = ROOT / "build" / "third_party" / "test_clients"
PACKAGES = CLIENTS / "node_modules" / "@modelcontextprotocol"
NODE = next((str(node) for node in CLIENTS.glob("node/node_modules/node-linux-*/bin/node")), None)
QUARRY = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else None
CONFORMANCE = PACKAGES / "conformance" / "dist" / "index.js"
EVERYTHING = PACKAGES / "server-everything" / "dist" / "index.js"


class Conformance(unittest.TestCase):
    """Each scored scenario of a revision passes; extensions run beside them and are not scored."""

    def passes(self, revision, scenarios):
        client = Path(QUARRY).with_name("mcp_conformance_client")
        with tempfile.TemporaryDirectory(prefix="quarry-mcp-") as folder:
            run = subprocess.run([NODE, CONFORMANCE, "client", "--command", client, "--requirements", revision,
                                  "--timeout", "120000", "-o", folder],
                                 cwd=folder, capture_output=True, text=True, timeout=600)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        summary = run.stdout[run.stdout.index("SUITE SUMMARY"):]
        unscored = set(re.findall(r"^  . (\S+) \(", summary, re.MULTILINE))
        passed = set(re.findall(r"^✓ (\S+):", summary, re.MULTILINE)) - unscored
        self.assertEqual(len(passed), scenarios, summary)

    def test_2026_07_28(self):
        self.passes("2026-07-28", 32)

    def test_2025_11_25(self):
        self.passes("2025-11-25", 18)
