#!/usr/bin/env python3
"""The CI files that people copy: well-formed, with options that quarry has; the scripts are run.

usage: ci_examples_test.py QUARRY
"""

import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

CI = Path(__file__).resolve().parents[2] / "docs" / "ci"
QUARRY = Path(sys.argv.pop(1)).resolve(strict=True)

GOOD = "-- quarry:up\nCREATE TABLE a (b INTEGER);\n-- quarry:down\nDROP TABLE a;\n"
NEXT = "-- quarry:up\nCREATE INDEX a_b ON a (b);\n-- quarry:down\nDROP INDEX a_b;\n"
NO_WAY_BACK = (
    "-- quarry:allow down-leaves-object: the round trip finds it\n"
    "-- quarry:up\nCREATE TABLE c (d INTEGER);\n-- quarry:down\nSELECT 1;\n"
)
DANGEROUS = "-- quarry:up\nDROP TABLE a;\n-- quarry:down\nCREATE TABLE a (b INTEGER);\n"


def commands(text: str) -> list[tuple[str, list[str]]]:
    """Every `quarry migrate NAME` in a file, with its options."""
    found = re.findall(r"^[^#\n]*?quarry migrate ([a-z]+)([^\n>|]*)", text, re.MULTILINE)
    return [(name, re.findall(r"(?<!\S)--[a-z-]+", rest)) for name, rest in found]


def load_yaml(text: str):
    """The document; without PyYAML only what a parser would stumble over first is looked for."""
    try:
        import yaml
    except ImportError:
        lines = [line for line in text.split("\n") if line.strip() and not line.lstrip().startswith("#")]
        assert not any("\t" in line for line in lines), "a tab in YAML"
        assert all((len(line) - len(line.lstrip())) % 2 == 0 for line in lines), "uneven indentation"
        return None
    return yaml.safe_load(text)


WORKFLOWS = CI.parents[1] / ".github" / "workflows"


class WorkflowsTest(unittest.TestCase):
    """quarry's own: each push is tested, and a tag becomes packages and an image."""

    def texts(self) -> dict[str, str]:
        return {path.name: path.read_text(encoding="utf-8") for path in sorted(WORKFLOWS.iterdir())}

    def test_are_well_formed(self):
        self.assertEqual(sorted(self.texts()), ["release.yml", "test.yml"])
        for name, text in self.texts().items():
            document = load_yaml(text)
            if document is None:
                continue
            self.assertIn(True, document, f"{name}: on, which YAML 1.1 reads as a boolean")
            self.assertIn("permissions", document, name)
            for job, content in document["jobs"].items():
                self.assertIn("runs-on", content, f"{name}: {job}")
                self.assertIn("timeout-minutes", content, f"{name}: {job}")
                for need in [content["needs"]] if isinstance(content.get("needs"), str) else content.get("needs", []):
                    self.assertIn(need, document["jobs"], f"{name}: {job}")
                for step in content["steps"]:
                    self.assertEqual(len({"run", "uses"} & set(step)), 1, f"{name}: {job}: {step}")

    def test_run_what_there_is(self):
        """Scripts with options that they have; actions of a version; no value of an event within a shell's line."""
        root = WORKFLOWS.parents[1]
        ran = set()
        for name, text in self.texts().items():
            for action in re.findall(r"uses: *(\S+)", text):
                self.assertRegex(action, r"^[a-z-]+/[a-z-]+@v[0-9]+$", name)
            for script, rest in re.findall(r"(?<![\w/])((?:scripts|tests/package)/[a-z_]+)([^\n|&;]*)", text):
                self.assertTrue(os.access(root / script, os.X_OK), f"{name}: {script}")
                ran.add(script)
                help_text = (root / script).read_text(encoding="utf-8")
                for option in re.findall(r"(?<!\S)--[a-z-]+", rest):
                    self.assertIn(option, help_text, f"{name}: {script}")
            for line in text.split("\n"):
                if "${{" in line and re.search(r"github\.(event|head_ref|ref_name)", line):
                    self.assertRegex(line, r"^ +[A-Z_]+: ", f"{name}: only as a variable")
        self.assertLessEqual({"scripts/setup", "scripts/test", "scripts/package", "tests/package/tarball_test"}, ran)

    def test_the_shell_lines_parse(self):
        for name, text in self.texts().items():
            document = load_yaml(text)
            for job in document["jobs"].values() if document is not None else []:
                for step in job["steps"]:
                    if "run" not in step:
                        continue
                    done = subprocess.run(["bash", "-n"], input=step["run"], capture_output=True, text=True, check=False)
                    self.assertEqual(done.stderr, "", f"{name}: {step['run']}")


class CiExamplesTest(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory(prefix="quarry-ci-")
        self.addCleanup(self.directory.cleanup)
        self.project = Path(self.directory.name)
        kept = {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS") or name.startswith("GCOV")}
        self.environment = kept | {
            "PATH": f"{QUARRY.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}", "HOME": self.directory.name,
            "LC_ALL": "C.UTF-8", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull,
            "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org",
            "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.org",
        }  # fmt: skip

    def run_in_project(self, *command: str, **environment: str) -> subprocess.CompletedProcess:
        return subprocess.run(command, cwd=self.project, env=self.environment | environment, capture_output=True,
                              text=True, stdin=subprocess.DEVNULL, check=False)  # fmt: skip

    def write(self, name: str, text: str):
        path = self.project / "migrations" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def git(self, *arguments: str):
        done = self.run_in_project("git", *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_yaml_is_well_formed(self):
        for name, key in (("github-actions.yml", "jobs"), ("gitlab-ci.yml", "migrations")):
            document = load_yaml((CI / name).read_text(encoding="utf-8"))
            if document is not None:
                self.assertIn(key, document, name)

    def test_options_exist(self):
        seen = 0
        of_all = self.run_in_project(str(QUARRY), "help", "options").stdout
        for path in sorted(CI.iterdir()):
            for name, options in commands(path.read_text(encoding="utf-8")):
                described = self.run_in_project(str(QUARRY), "migrate", name, "--help")
                self.assertEqual(described.returncode, 0, f"{path.name}: {name}")
                for option in options:
                    self.assertRegex(described.stdout + of_all, rf"(?m)^  (-\w, )?{option}\b",
                                     f"{path.name}: migrate {name}")
                seen += 1
        self.assertGreater(seen, 8)

    def test_script_passes_good_migrations(self):
        self.write("0001_a.sql", GOOD)
        done = self.run_in_project(str(CI / "check-migrations.sh"))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("the one migration is applied", done.stdout)
        self.assertEqual(sorted(path.name for path in self.project.iterdir()), ["migrations"])

    def test_script_fails_as_quarry_does(self):
        self.write("0001_a.sql", GOOD)
        self.write("0002_b.sql", DANGEROUS)
        self.assertEqual(self.run_in_project(str(CI / "check-migrations.sh")).returncode, 8)
        self.write("0002_b.sql", NO_WAY_BACK)
        done = self.run_in_project(str(CI / "check-migrations.sh"))
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertEqual(self.run_in_project(str(CI / "check-migrations.sh"), "nowhere").returncode, 1)

    def test_script_looks_at_new_ones_only(self):
        self.write("0001_a.sql", GOOD)
        self.write("0002_b.sql", DANGEROUS)
        self.git("init", "-q", "-b", "main")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "first")
        self.write("0003_c.sql", GOOD)
        done = self.run_in_project(str(CI / "check-migrations.sh"), BASE="main")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_hook(self):
        self.write("0001_a.sql", GOOD)
        self.git("init", "-q", "-b", "main")
        hook = self.project / ".git" / "hooks" / "pre-commit"
        hook.parent.mkdir(exist_ok=True)
        hook.write_bytes((CI / "pre-commit").read_bytes())
        hook.chmod(0o755)

        def commit() -> subprocess.CompletedProcess:
            self.git("add", "-A")
            return self.run_in_project("git", "commit", "-q", "-m", "next")

        self.assertEqual(commit().returncode, 0)
        (self.project / "other.txt").write_text("a")
        self.assertEqual(commit().returncode, 0)
        self.write("0001_a.sql", GOOD + "-- edited\n")
        refused = commit()
        self.assertEqual(refused.returncode, 1)
        self.assertIn("make the change in a new one:\nmigrations/0001_a.sql", refused.stderr)
        self.write("0001_a.sql", GOOD)
        self.write("0002_b.sql", DANGEROUS)
        self.assertNotEqual(commit().returncode, 0)
        self.write("0002_b.sql", NEXT)
        done = commit()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
