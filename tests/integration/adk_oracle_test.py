"""@google/adk still gives what tests/data/adk/said.jsonl has of it, which unit tests hold quarry's agents against.

scripts/setup installs it from tests/clients; without it the test is skipped.
"""
import json
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CLIENTS = ROOT / "build" / "third_party" / "test_clients"
DATA = ROOT / "tests" / "data" / "adk"
NODE = next((str(node) for node in CLIENTS.glob("node/node_modules/node-linux-*/bin/node")), None)


class AdkOracle(unittest.TestCase):
    def test_what_is_recorded_is_what_adk_does(self):
        with tempfile.TemporaryDirectory(prefix="quarry-adk-") as folder:
            path = Path(folder)
            shutil.copy(ROOT / "tests" / "clients" / "adk" / "oracle.mjs", path)
            (path / "node_modules").symlink_to(CLIENTS / "node_modules")
            done = subprocess.run([NODE, path / "oracle.mjs", DATA / "cases.json"], cwd=path, capture_output=True, text=True,
                                  stdin=subprocess.DEVNULL, timeout=300, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        said = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        recorded = [json.loads(line) for line in (DATA / "said.jsonl").read_text().splitlines()]
        self.assertEqual(said, recorded)


if __name__ == "__main__":
    if NODE is None or not (CLIENTS / "node_modules" / "@google" / "adk").is_dir():
        print("@google/adk is not there; scripts/setup fetches it")
        sys.exit(77)
    unittest.main(argv=sys.argv[:1])
