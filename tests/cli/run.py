#!/usr/bin/env python3
"""Runs golden tests (*.t, cram's format) against a quarry binary in a clean environment.

usage: run.py --binary PATH [--update] FILE.t...

Each file runs in a fresh folder with its own HOME and TMPDIR, quarry first in PATH, and nothing of the caller's
environment that quarry would look at. With --update the files are rewritten to what came back; a line that names the
fresh folder or the HOME is written with a * in its place, since both have another name each time.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

# Kept from the caller: what sanitizers, coverage and the loader need.
KEPT = ("PATH", "LD_LIBRARY_PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS", "GCOV_PREFIX")


def cram_command() -> list[str]:
    """Debian calls it cram3; elsewhere it is a module of Python 3."""
    found = shutil.which("cram3")
    return [found] if found else [sys.executable, "-m", "cram"]


def environment(binary: Path, scratch: Path, source: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    home, temporary = scratch / "home", scratch / "tmp"
    for folder in (home, temporary):
        folder.mkdir()
    return kept | {
        "PATH": f"{binary.parent}{os.pathsep}{kept.get('PATH', os.defpath)}",
        "HOME": str(home),
        "TMPDIR": str(temporary),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "TERM": "dumb",
        "SOURCE": str(source),  # the repository, for tests that read files of it
    }


def without_scratch(content: str, scratch: Path) -> str:
    """Lines of output that name the scratch folder as cram's patterns: "*/quarry.toml:3: wrong (glob)"."""
    folder = re.compile(rf"{re.escape(str(scratch))}/(?:tmp/cramtests-[^/\s]+/[^/\s]+\.t|home|tmp)")

    def as_pattern(line: str) -> str:
        if not line.startswith("  ") or line.startswith(("  $ ", "  > ")) or not folder.search(line):
            return line
        quoted = re.sub(r"([*?\\])", r"\\\1", line)
        return folder.sub("*", quoted) + " (glob)"

    return "\n".join(as_pattern(line) for line in content.split("\n"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", type=Path, required=True)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("files", type=Path, nargs="+")
    arguments = parser.parse_args()
    binary = arguments.binary.resolve(strict=True)
    source = Path(__file__).resolve().parents[2]
    # A file at a time: cram's --preserve-env keeps HOME, and one test's settings are not another's.
    failed = 0
    for file in arguments.files:
        with tempfile.TemporaryDirectory(prefix="quarry-golden-") as name:
            process = subprocess.run(
                [*cram_command(), "--shell=/bin/bash", "--preserve-env", str(file.resolve())],
                cwd=name, env=environment(binary, Path(name), source), stdin=subprocess.DEVNULL, check=False,
            )  # fmt: skip
            if process.returncode == 0:
                continue
            # What came back lies beside the test. (cram's own --interactive wants the program patch.)
            came_back = file.with_suffix(".t.err")
            if arguments.update and came_back.is_file():
                file.write_bytes(without_scratch(came_back.read_bytes().decode("latin-1"), Path(name)).encode("latin-1"))
                came_back.unlink()
            else:
                failed += 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
