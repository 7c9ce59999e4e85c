#!/usr/bin/env python3
"""What holds for the whole source tree and no compiler checks.

usage: lint.py ROOT [--binary QUARRY] [--check NAME]...

Prints a line for each finding, `path:line: check: what is wrong`, and exits with 1 if there is one.
Each check is a function that yields findings; CHECKS names them all. tests/lint/lint_test.py plants a fault for each.
"""

import argparse
import difflib
import hashlib
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Iterator

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.dont_write_bytecode = True
from functions import check_functions  # noqa: E402 (the path comes first)
from modules import check_doors, check_layers, check_namespaces, check_third_party, check_wiring  # noqa: E402
from tree import Finding, code_lines, cpp_files, files, is_source, text_of  # noqa: E402

# What core/ leaves to cli/.
FORBIDDEN_IN_CORE = {
    "prints": r"std::(cout|cerr|clog)\b|(?<![\w.:>])(std::)?(printf|fprintf|puts|perror|vprintf)\s*\(|\bfmt::print\w*\s*\(",
    "exits": r"(?<![\w.:>])(std::|::)?(exit|_exit|quick_exit|abort|terminate)\s*\(",
    "reads the environment": r"\b(secure_)?getenv\b|\benviron\b",
}
# (file, what it does): why it may. Say it beside the code as well.
ALLOWED_IN_CORE: dict[tuple[str, str], str] = {
    ("core/base/subprocess.cpp", "exits"): "the child between fork and exec, which must not return",
    ("core/base/subprocess.cpp", "reads the environment"): "what of it a child may have; nothing is decided by it",
}

# Parsed without a bound, JSON that is nested deeply enough ends the process: its copies and its printing are recursive.
UNBOUNDED_JSON = r"(?<![\w])\w*[jJ]son::(parse|accept)\s*\("
ALLOWED_UNBOUNDED_JSON = {
    "core/base/bounded_json.h": "looks at the depth before",
    "core/base/bounded_json.cpp": "looks at the depth before",
    "core/llm/chat_template.cpp": "a schema that JsonSchema has taken, which bounds it",
}

MAXIMUM_LINES = 500
MAXIMUM_COMMAND_LINES = 150
GENERATED_BASES = "tests/data/bases/"  # by make.py there, with all tables of a version
COMPLETIONS = ("completions/quarry.bash", "completions/_quarry", "completions/quarry.fish")


def check_core(root: Path, _binary: Path | None) -> Iterator[Finding]:
    """core/ never prints, exits or reads the environment."""
    for name, path in cpp_files(root, "core"):
        for number, line in code_lines(path):
            for what, pattern in FORBIDDEN_IN_CORE.items():
                found = re.search(pattern, line)
                if found and (name, what) not in ALLOWED_IN_CORE:
                    yield Finding(name, number, f"core never {what}: {found[0].strip()}")


def check_json(root: Path, _binary: Path | None) -> Iterator[Finding]:
    """JSON is parsed by parse_bounded_json."""
    for name, path in cpp_files(root, "core", "cli"):
        if name in ALLOWED_UNBOUNDED_JSON:
            continue
        for number, line in code_lines(path):
            found = re.search(UNBOUNDED_JSON, line)
            if found:
                yield Finding(name, number, f"{found[0]}: take parse_bounded_json (core/base/bounded_json.h)")


def check_length(root: Path, _binary: Path | None) -> Iterator[Finding]:
    """No source, header or script is longer than MAXIMUM_LINES."""
    for path in files(root):
        name = path.relative_to(root).as_posix()
        if is_source(path) and name not in COMPLETIONS and not name.startswith(GENERATED_BASES):
            lines = text_of(path).count("\n")
            if lines > MAXIMUM_LINES:
                yield Finding(name, 0, f"{lines} lines; {MAXIMUM_LINES} is the most: give a part its own file")


def check_commands(root: Path, _binary: Path | None) -> Iterator[Finding]:
    """Every command is short, and has a page, completions in three shells, a golden test and a unit test.

    The commands are the files of cli/commands: `ingest.cpp`, and `migrate_up.cpp` for `quarry migrate up`.
    """
    completions = {name: text_of(root / name) if (root / name).is_file() else "" for name in COMPLETIONS}
    for path in sorted((root / "cli/commands").glob("*.cpp")):
        name = path.relative_to(root).as_posix()
        lines = text_of(path).count("\n")
        if lines > MAXIMUM_COMMAND_LINES:
            says = f"{lines} lines; {MAXIMUM_COMMAND_LINES} is the most of a command: work goes to core/app, text to cli/text"
            yield Finding(name, 0, says)

        command, _, sub = path.stem.partition("_")
        sub = sub.replace("_", "-")
        spoken = f"{command} {sub}".strip()

        page = root / f"man/quarry-{command}.1"
        own_page = root / f"man/quarry-{command}-{sub}.1"
        if not page.is_file():
            yield Finding(name, 0, f"`quarry {spoken}` has no page man/quarry-{command}.1")
        elif sub and not own_page.is_file() and not mentions(plain(text_of(page)), sub):
            yield Finding(name, 0, f"`quarry {spoken}` is not in man/quarry-{command}.1")

        for shell, completion in completions.items():
            if not all(mentions(completion, word) for word in (command, sub) if word):
                yield Finding(name, 0, f"`quarry {spoken}` is not completed by {shell}")

        goldens = [root / f"tests/cli/{command}.t", *sorted((root / "tests/cli").glob(f"{command}-*.t"))]
        said = "".join(text_of(golden) for golden in goldens if golden.is_file())
        if not mentions(said, f"quarry {spoken}"):
            wanted = f"tests/cli/{spoken.replace(' ', '-')}.t"
            if not (root / wanted).is_file():
                yield Finding(name, 0, f"`quarry {spoken}` has no golden test {wanted}")

        tests = {f"tests/unit/cli/{path.stem}_test.cpp", f"tests/unit/cli/{command}_test.cpp"}
        if not any((root / test).is_file() for test in tests):
            yield Finding(name, 0, f"`quarry {spoken}` has no unit test {' or '.join(sorted(tests))}")


def plain(page: str) -> str:
    """A man page without changes of font and with ordinary hyphens."""
    return re.sub(r"\\f(\[\w*\]|\(..|.)", "", page).replace("\\-", "-")


def mentions(text: str, word: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text) is not None


def check_generated(root: Path, binary: Path | None) -> Iterator[Finding]:
    """The committed man pages and completions are what the binary writes."""
    if binary is None:
        return
    for command, directory, pattern in (("man", "man", "*.1"), ("completions", "completions", "*quarry*")):
        with tempfile.TemporaryDirectory() as scratch:
            written = Path(scratch, directory)
            written.mkdir()
            process = subprocess.run(
                [str(binary), command, "--write", str(written)],
                cwd=scratch, env={"HOME": scratch, "LANG": "C.UTF-8", "PATH": os.environ.get("PATH", "")},
                stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
            )  # fmt: skip
            if process.returncode != 0:
                yield Finding(directory, 0, f"`quarry {command} --write` failed: {process.stderr.strip()}")
                continue
            fresh = {path.name: text_of(path) for path in written.iterdir()}
        committed = {path.name: text_of(path) for path in (root / directory).glob(pattern)}
        cure = f"run quarry {command} --write {directory}"
        for name in sorted(fresh.keys() - committed.keys()):
            yield Finding(f"{directory}/{name}", 0, f"is missing: {cure}")
        for name in sorted(committed.keys() - fresh.keys()):
            yield Finding(f"{directory}/{name}", 0, f"is not written by quarry {command} any more: remove it")
        for name in sorted(fresh.keys() & committed.keys()):
            if fresh[name] != committed[name]:
                old, new = committed[name].splitlines(), fresh[name].splitlines()
                changes = [line for line in difflib.unified_diff(old, new, n=0, lineterm="")][2:]
                line = re.match(r"@@ -(\d+)", changes[0]) if changes else None
                shown = "".join(f"\n    {change}" for change in changes[1:7])
                yield Finding(f"{directory}/{name}", int(line[1]) if line else 0, f"is out of date: {cure}{shown}")


def check_version(root: Path, _binary: Path | None) -> Iterator[Finding]:
    """The version stands in project() of CMakeLists.txt, in CHANGELOG.md, and nowhere else."""
    project = root / "CMakeLists.txt"
    found = re.search(r"project\([^)]*?\bVERSION\s+(\d+\.\d+\.\d+)", text_of(project)) if project.is_file() else None
    if not found:
        yield Finding("CMakeLists.txt", 0, "project() gives no VERSION x.y.z")
        return
    version = re.compile(rf"(?<![\d.]){re.escape(found[1])}(?![\d]|\.\d)")
    changelog = root / "CHANGELOG.md"
    if not changelog.is_file() or not version.search(text_of(changelog)):
        yield Finding("CHANGELOG.md", 0, f"does not mention version {found[1]}")
    # Man pages carry it because the binary writes it there, and bases because it made them; a lock file may hold any
    # number.
    generated = ("man/", "completions/", "tests/data/bases/v", "third_party/package-lock.json",
                 "tests/servers/package-lock.json", "tests/clients/package-lock.json")  # fmt: skip
    for path in files(root):
        name = path.relative_to(root).as_posix()
        if name == "CHANGELOG.md" or name.startswith(generated):
            continue
        for number, line in enumerate(text_of(path).splitlines(), 1):
            if version.search(line) and not (name == "CMakeLists.txt" and "project(" in line):
                yield Finding(name, number, f"version {found[1]} is written out; it comes from CMakeLists.txt")


def check_reasons(root: Path, _binary: Path | None) -> Iterator[Finding]:
    """A lint that is switched off has its reason beside it."""
    settings = root / ".clang-tidy"
    lines = text_of(settings).splitlines() if settings.is_file() else []
    for number, line in enumerate(lines, 1):
        off = re.match(r"\s+-([\w.*-]+),?$", line)
        if off and off[1] != "*" and not any(re.match(rf"# {re.escape(off[1])}\s+\S", other) for other in lines):
            yield Finding(".clang-tidy", number, f"{off[1]} is off without a reason")
    for name, path in cpp_files(root, "core", "cli", "tests", "bench"):
        for number, line in enumerate(text_of(path).splitlines(), 1):
            if re.search(r"NOLINT(NEXTLINE|BEGIN)?\b(?!\([\w.,\s-]+\):? +\S)", line) and "NOLINTEND" not in line:
                yield Finding(name, number, "write NOLINT(check-name): and the reason")


def check_migrations(root: Path, _binary: Path | None) -> Iterator[Finding]:
    """No migration of the base is edited after its release: CHECKSUMS beside them has the SHA-256 of each."""
    for folder in ("migrations", "migrations/postgresql"):
        yield from check_checksums(root, folder)


def check_checksums(root: Path, folder: str) -> Iterator[Finding]:
    name = f"{folder}/CHECKSUMS"
    listing = root / name
    listed: dict[str, int] = {}
    for number, line in enumerate(text_of(listing).splitlines() if listing.is_file() else [], 1):
        entry = re.fullmatch(r"([0-9a-f]{64})  (\w+\.sql)", line)
        if not entry:
            yield Finding(name, number, "is not a line that sha256sum wrote")
            continue
        path = root / folder / entry[2]
        if entry[2] in listed:
            yield Finding(name, number, f"{entry[2]} is in line {listed[entry[2]]} already")
        elif not path.is_file():
            yield Finding(name, number, f"{entry[2]} is gone; bases that applied it need it: restore it")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != entry[1]:
            yield Finding(f"{folder}/{entry[2]}", 0, "was edited after its release: restore it, and write a new migration")
        listed.setdefault(entry[2], number)
    for path in sorted((root / folder).glob("*.sql")):
        if path.name not in listed:
            cure = f"when it is finished, (cd {folder} && sha256sum {path.name} >>CHECKSUMS)"
            yield Finding(f"{folder}/{path.name}", 0, f"is not in {name}: {cure}")


CHECKS = {
    "layers": check_layers,
    "doors": check_doors,
    "wiring": check_wiring,
    "third_party": check_third_party,
    "namespaces": check_namespaces,
    "functions": check_functions,
    "core": check_core,
    "json": check_json,
    "length": check_length,
    "commands": check_commands,
    "generated": check_generated,
    "version": check_version,
    "reasons": check_reasons,
    "migrations": check_migrations,
}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("root", type=Path, help="the source tree")
    parser.add_argument("--binary", type=Path, help="quarry, to compare what it generates with what is committed")
    parser.add_argument("--check", action="append", choices=CHECKS, help="only this one; may be repeated")
    options = parser.parse_args(arguments)
    if not options.root.is_dir():
        parser.error(f"{options.root} is not a directory")
    if options.binary and not options.binary.is_file():
        parser.error(f"{options.binary} is not there: build quarry first")

    total = 0
    names = options.check or list(CHECKS)
    for name in names:
        for finding in CHECKS[name](options.root.resolve(), options.binary and options.binary.resolve()):
            place = f"{finding.path}:{finding.line}" if finding.line else finding.path
            print(f"{place}: {name}: {finding.says}")
            total += 1
    print(f"lint: {total} finding{'s' * (total != 1)} by {', '.join(names)}")
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
