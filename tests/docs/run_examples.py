#!/usr/bin/env python3
"""Runs the examples of a documentation page, in order, and compares what comes back with what the page shows.

usage: run_examples.py --binary QUARRY [--update] PAGE.md...

In blocks marked ```console a line "$ command" is typed, lines "> ..." below it belong to it, and the rest is what it
prints, stdout and stderr together. "..." stands for any text within a line, and on a line of its own for any lines.
A comment <!-- file: NAME --> before a block writes the block into that file. Everything on a page happens in one
shell, in a fresh folder. Where the page uses $SERVER_URL, that is the URL of a PostgreSQL server of the test's own;
in what is printed it appears as postgresql://app@db.example/app. Where the page says <!-- chat server --> every chat
server's address leads to tests/support/chat_server.py: the setting for it is made for the provider that a command
names, as an address is for one provider only. With --update the page gets what was printed.
"""

import argparse
import contextlib
import difflib
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

SHOWN_URL = "postgresql://app@db.example/app"
SERVER = Path(__file__).resolve().parents[1] / "support" / "postgresql_server.py"
CHAT_SERVER = SERVER.with_name("chat_server.py")
# Stands for the program: says of whom the address in the environment is.
FOR_PROVIDER = """#!/bin/sh
before=
for word; do
    case $before in
    --provider) QUARRY_CHAT_PROVIDER=$word ;;
    -m | --model) case $word in *:*) QUARRY_CHAT_PROVIDER=${word%%:*} ;; esac ;;
    esac
    before=$word
done
export QUARRY_CHAT_PROVIDER
exec "$QUARRY_BINARY" "$@"
"""
# Kept from the caller: what sanitizers, coverage and the loader need.
KEPT = ("PATH", "LD_LIBRARY_PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "GCOV_PREFIX")


class Step(NamedTuple):
    line: int  # 1-based, of the command or the block
    script: str
    expected: list[str] | None  # None: a file is written, nothing is compared
    end: int  # the line behind what is expected


def console_steps(lines: list[str], start: int, end: int) -> list[Step]:
    steps = []
    at = start
    while at < end:
        if not lines[at].startswith("$ "):
            raise SystemExit(f"line {at + 1}: output without a command")
        first = at
        command = [lines[at][2:]]
        at += 1
        while at < end and lines[at].startswith("> "):
            command.append(lines[at][2:])
            at += 1
        output = at
        while at < end and not lines[at].startswith("$ "):
            at += 1
        steps.append(Step(first + 1, "\n".join(command), lines[output:at], at))
    return steps


def steps_of(lines: list[str]) -> list[Step]:
    steps, file, opened = [], None, None
    for number, line in enumerate(lines):
        if opened is None:
            comment = re.fullmatch(r"<!-- file: (\S+) -->", line)
            fence = re.fullmatch(r"```(\w*)", line)
            if fence:
                opened = (fence[1], number + 1)
            elif comment:
                file = comment[1]
            elif line.strip():
                file = None
        elif line == "```":
            language, start = opened
            if file is not None:
                text = "\n".join(lines[start:number])
                script = f"mkdir -p \"$(dirname '{file}')\"\ncat > '{file}' <<'END OF BLOCK'\n{text}\nEND OF BLOCK"
                steps.append(Step(start + 1, script, None, number))
            elif language == "console":
                steps += console_steps(lines, start, number)
            file, opened = None, None
    return steps


def matches(expected: list[str], actual: list[str]) -> bool:
    pattern = ""
    for line in expected:
        if line == "...":
            pattern += r"(?:[^\n]*\n)*"
        else:
            pattern += ".*".join(re.escape(part) for part in line.split("...")) + r"\n"
    return re.fullmatch(pattern, "".join(line + "\n" for line in actual)) is not None


def run(steps: list[Step], environment: dict[str, str], folder: str) -> list[list[str]]:
    mark = "=== end of step ==="
    script = "\n".join(f"{step.script}\necho; echo '{mark}'" for step in steps)
    done = subprocess.run(["/bin/bash", "-c", script], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)  # fmt: skip
    parts = done.stdout.decode("utf-8", errors="replace").split(f"\n{mark}\n")
    if len(parts) != len(steps) + 1:
        raise SystemExit(f"the shell ended at line {steps[len(parts) - 1].line}:\n{parts[-1]}")
    return [part.rstrip("\n").split("\n") if part.strip("\n") else [] for part in parts[:-1]]


@contextlib.contextmanager
def server_address(script: Path, wanted: bool):
    """The address that a server of ours prints; it stops when its standard input is closed. None when not wanted."""
    if not wanted:
        yield None
        return
    with subprocess.Popen([sys.executable, "-I", str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          text=True) as server:  # fmt: skip
        address = server.stdout.readline().strip()
        if not address:
            raise SystemExit(f"{script.name} did not start")
        yield address
        server.stdin.close()


def try_page(page: Path, binary: Path, url: str | None, chat: str | None, update: bool) -> int:
    lines = page.read_text(encoding="utf-8").split("\n")
    steps = steps_of(lines)
    with tempfile.TemporaryDirectory(prefix="quarry-docs-") as folder:
        home = Path(folder, "home")
        home.mkdir()
        work = Path(folder, "work")
        work.mkdir()
        environment = {name: os.environ[name] for name in KEPT if name in os.environ} | {
            "PATH": f"{binary.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "HOME": str(home), "TMPDIR": folder, "LC_ALL": "C.UTF-8", "TZ": "UTC", "TERM": "dumb",
            "SOURCE": str(Path(__file__).resolve().parents[2]),
        }  # fmt: skip
        if url:
            environment["SERVER_URL"] = url
        if chat:
            program = Path(folder, "bin", "quarry")
            program.parent.mkdir()
            program.write_text(FOR_PROVIDER, encoding="utf-8")
            program.chmod(0o755)
            environment |= {"QUARRY_CHAT_BASE_URL": chat, "QUARRY_BINARY": str(binary)}
            environment["PATH"] = f"{program.parent}{os.pathsep}{environment['PATH']}"
        outputs = run(steps, environment, str(work))
    failed = 0
    for step, output in reversed(list(zip(steps, outputs))):
        actual = [line.replace(url, SHOWN_URL) if url else line for line in output]
        if matches(step.expected or [], actual):
            continue
        failed += 1
        if update and step.expected is not None:
            lines[step.end - len(step.expected) : step.end] = actual
            continue
        print(f"{page}:{step.line}: $ {step.script}")
        print("\n".join(difflib.unified_diff(step.expected or [], actual, "the page", "what came back", lineterm="")))
    if update:
        page.write_text("\n".join(lines), encoding="utf-8")
        return 0
    print(f"{page}: {len(steps)} steps, {failed} failed")
    return failed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", type=Path, required=True)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("pages", type=Path, nargs="+")
    arguments = parser.parse_args()
    binary = arguments.binary.resolve(strict=True)
    failed = 0
    for page in arguments.pages:
        text = page.read_text(encoding="utf-8")
        with server_address(SERVER, "$SERVER_URL" in text) as url:
            with server_address(CHAT_SERVER, "<!-- chat server -->" in text) as chat:
                failed += try_page(page, binary, url, chat, arguments.update)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
