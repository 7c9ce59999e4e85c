#!/usr/bin/env python3
"""The runner of the documentation's examples: it passes what is so, and fails what is not."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

RUNNER = Path(__file__).resolve().parent / "run_examples.py"


def run_page(text: str, *options: str) -> tuple[int, str, str]:
    """The exit code, the output, and the page afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "page.md")
        page.write_text(text, encoding="utf-8")
        done = subprocess.run([sys.executable, "-B", str(RUNNER), "--binary", "/bin/true", *options, str(page)],
                              capture_output=True, text=True, check=False)  # fmt: skip
        return done.returncode, done.stdout + done.stderr, page.read_text(encoding="utf-8")


class RunExamplesTest(unittest.TestCase):
    def test_what_is_so_passes(self):
        for body in ("$ echo a; echo b >&2\na\nb", "$ echo took 12 ms\ntook ... ms", "$ seq 5\n1\n...\n5",
                     "$ x=1\n$ echo $x\n1", "$ cat <<E\n> one\n> E\none", "$ true", "$ printf 'no line end'\nno line end",
                     "$ printf '\\n\\nlast\\n'\n\n\nlast", "$ seq 2\n...\n1\n2"):  # fmt: skip
            code, output, _ = run_page(f"# Page\n\n```console\n{body}\n```\n")
            self.assertEqual(code, 0, f"{body}: {output}")

    def test_what_is_not_fails_with_its_line(self):
        for body in ("$ echo a\nb", "$ echo a", "$ true\na", "$ seq 3\n1\n3", "$ echo a.b\na*b", "$ seq 5\n1\n...\n4"):
            code, output, _ = run_page(f"# Page\n\n```console\n{body}\n```\n")
            self.assertEqual(code, 1, body)
            self.assertIn("page.md:4: $", output)

    def test_a_block_becomes_a_file(self):
        page = "<!-- file: sub/a.sql -->\n```sql\nSELECT '$x';\n```\n\n```console\n$ cat sub/a.sql\nSELECT '$x';\n```\n"
        code, output, _ = run_page(page)
        self.assertEqual(code, 0, output)

    def test_other_blocks_are_not_run(self):
        code, output, _ = run_page("```sh\nfalse\n```\n\n```\n$ false\n```\n")
        self.assertEqual(code, 0, output)
        self.assertIn("0 steps", output)

    def test_a_shell_that_ends_early_is_found(self):
        code, output, _ = run_page("```console\n$ exit 0\n$ echo a\na\n```\n")
        self.assertNotEqual(code, 0)
        self.assertIn("the shell ended at line 2", output)

    def test_update_keeps_what_matches(self):
        code, _, page = run_page("```console\n$ echo 1 a\n... a\n$ echo b\nc\n```\ntext\n", "--update")
        self.assertEqual(code, 0)
        self.assertEqual(page, "```console\n$ echo 1 a\n... a\n$ echo b\nb\n```\ntext\n")


if __name__ == "__main__":
    unittest.main()
