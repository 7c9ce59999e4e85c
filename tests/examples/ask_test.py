"""examples/ask.cpp: what a program that links quarry gets of a question."""
import json
import os
import subprocess
import sys
import tempfile
import unittest

QUARRY, ASK = sys.argv[1:3]


class Ask(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        with open(os.path.join(self.folder, "moon.md"), "w", encoding="utf-8") as page:
            page.write("# The moon\n\nThe moon is 384,400 km away from the earth.\n")
        subprocess.run([QUARRY, "ingest", "moon.md", "--quiet"], cwd=self.folder, check=True, timeout=120)
        self.base = os.path.join(self.folder, ".quarry", "base.db")

    def ask(self, *arguments):
        run = subprocess.run([ASK, *arguments], capture_output=True, text=True, timeout=120, check=False)
        return run.returncode, [json.loads(line) for line in run.stdout.splitlines()], run.stderr

    def test_events_are_numbered_and_end_with_the_answer(self):
        code, events, _ = self.ask(self.base, "How", "far", "away", "is", "the", "moon?")
        self.assertEqual(code, 0)
        names = [event["event"] for event in events]
        self.assertEqual(names[0], "retrieved")
        self.assertIn("text", names)
        self.assertIn("claim", names)
        self.assertEqual(names[-1], "done")
        self.assertEqual([event["number"] for event in events], list(range(1, len(events) + 1)))
        self.assertIn("384,400 km", "".join(event["text"] for event in events if event["event"] == "text"))

    def test_a_failure_is_an_event_too(self):
        code, events, _ = self.ask(os.path.join(self.folder, "none.db"), "How far?")
        self.assertEqual(code, 1)
        self.assertEqual([event["event"] for event in events], ["failed"])

    def test_usage(self):
        code, events, errors = self.ask(self.base)
        self.assertEqual((code, events), (2, []))
        self.assertTrue(errors.startswith("usage: "), errors)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
