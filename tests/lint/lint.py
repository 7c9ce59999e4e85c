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
from typing import Iterator, NamedTuple


class Finding(NamedTuple):
    path: str  # relative to the root
    line: int  # 0: the file as a whole
    says: str


# Made by tools, or not ours.
SKIPPED_DIRECTORIES = {".git", "build", "node_modules", "__pycache__", ".quarry", ".cache"}

# Where a module of core/ stands. It may include those of a lower rank, never one of its own rank or above.
RANKS = {
    "serve": 19, "mcp": 19,
    "app": 18,
    "wire": 17,
    "config": 16,
    "agent": 15,
    "eval": 14,
    "chat": 13, "mcp_client": 13,
    "answer": 12,
    "tools": 11,
    "passages": 10,
    "search": 9, "ingest": 9, "trace": 9,
    "store": 8,
    "lexical": 7, "cache": 7,
    "migrate": 6,
    "schema": 5, "sql_lint": 5,
    "models": 5,
    "extract": 4, "redact": 4, "chunk": 4, "embed": 4, "index": 4, "llm": 4,
    "rerank": 4,
    "analyze": 3, "tokenize": 3,
    "db": 2, "llama": 2,
    "document": 1, "http": 1, "sql": 1, "net": 1,
    "base": 0,
}  # fmt: skip

# Lower modules that only these may include: SQL is the business of few, and most have no need of a network.
RESERVED = {
    "db": {"lexical", "store", "migrate", "schema", "app"},
    "http": {"embed", "llm", "rerank", "models", "ingest", "trace", "answer", "eval", "config", "app", "serve",
             "mcp", "mcp_client", "agent"},
    "llama": {"tokenize", "embed", "llm", "rerank", "models", "app"},
}

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
SOURCE_SUFFIXES = {".cpp", ".cc", ".c", ".h", ".hpp", ".in", ".py", ".sh", ".js", ".cmake", ".sql"}
COMPLETIONS = ("completions/quarry.bash", "completions/_quarry", "completions/quarry.fish")


def files(root: Path, under: str = ".") -> Iterator[Path]:
    """All files below root/under, in order, without those that tools made."""
    for directory, directories, names in os.walk(root / under):
        directories[:] = sorted(d for d in directories if d not in SKIPPED_DIRECTORIES)
        for name in sorted(names):
            path = Path(directory, name)
            if path.is_file() and not path.is_symlink():
                yield path


def text_of(path: Path) -> str:
    """The file as text; "" for a binary one."""
    data = path.read_bytes()
    return "" if b"\0" in data else data.decode("utf-8", errors="replace")


def is_source(path: Path) -> bool:
    """C++, CMake, SQL or a script, by its name or its first line."""
    if path.suffix in SOURCE_SUFFIXES or path.name == "CMakeLists.txt":
        return True
    return not path.suffix and path.read_bytes()[:2] == b"#!"


def code_of(source: str) -> str:
    """C++ with comments and the contents of literals blanked out, line for line."""
    pattern = r'R"([^()\s]*)\(.*?\)\1"|//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\''

    def blank(match: re.Match) -> str:
        before = source[max(0, match.start() - 1) : match.start()]
        if match[0].startswith("'") and before.isalnum():
            return match[0]  # 1'000'000
        if match[0].startswith('"') and re.search(r"#\s*include\s*$", source[: match.start()][-20:]):
            return match[0]
        return re.sub(r"[^\n]", " ", match[0])

    return re.sub(pattern, blank, source, flags=re.DOTALL)


def check_layers(root: Path, _binary: Path | None) -> Iterator[Finding]:
    """Includes in core/ go down only, and are written from the root."""
    for path in files(root, "core"):
        if path.suffix not in {".cpp", ".h", ".hpp", ".in"}:
            continue
        name = path.relative_to(root).as_posix()
        module = path.relative_to(root / "core").parts[0]
        if module not in RANKS:
            yield Finding(name, 0, f"module core/{module} has no place in RANKS of tests/lint/lint.py")
            continue
        for number, line in enumerate(code_of(text_of(path)).splitlines(), 1):
            include = re.match(r'\s*#\s*include\s*(["<])([^">]+)[">]', line)
            if not include:
                continue
            target = include[2].split("/")
            if target[0] == "cli":
                yield Finding(name, number, f"core never includes cli: {include[2]}")
            elif target[0] == "core" and len(target) > 2:
                why = why_not(module, target[1])
                if why:
                    yield Finding(name, number, f"{module} includes {include[2]}: {why}")
            elif include[1] == '"':
                yield Finding(name, number, f'"{include[2]}": write "core/…", or <…> for a library')


def why_not(module: str, used: str) -> str:
    """Why `module` may not include from `used`; "" if it may."""
    if module == used:
        return ""
    if used not in RANKS:
        return f"core/{used} is not a module"
    if RANKS[used] == RANKS[module]:
        return f"{module} and {used} do not know each other"
    if RANKS[used] > RANKS[module]:
        return f"{used} is above {module}"
    if used in RESERVED and module not in RESERVED[used]:
        return f"only {', '.join(sorted(RESERVED[used]))} use {used}"
    return ""


def check_core(root: Path, _binary: Path | None) -> Iterator[Finding]:
    """core/ never prints, exits or reads the environment."""
    for path in files(root, "core"):
        if path.suffix not in {".cpp", ".h", ".hpp", ".in"}:
            continue
        name = path.relative_to(root).as_posix()
        for number, line in enumerate(code_of(text_of(path)).splitlines(), 1):
            for what, pattern in FORBIDDEN_IN_CORE.items():
                found = re.search(pattern, line)
                if found and (name, what) not in ALLOWED_IN_CORE:
                    yield Finding(name, number, f"core never {what}: {found[0].strip()}")


def check_json(root: Path, _binary: Path | None) -> Iterator[Finding]:
    """JSON is parsed by parse_bounded_json."""
    for directory in ("core", "cli"):
        for path in files(root, directory):
            name = path.relative_to(root).as_posix()
            if path.suffix not in {".cpp", ".h", ".hpp", ".in"} or name in ALLOWED_UNBOUNDED_JSON:
                continue
            for number, line in enumerate(code_of(text_of(path)).splitlines(), 1):
                found = re.search(UNBOUNDED_JSON, line)
                if found:
                    yield Finding(name, number, f"{found[0]}: take parse_bounded_json (core/base/bounded_json.h)")


def check_length(root: Path, _binary: Path | None) -> Iterator[Finding]:
    """No source, header or script is longer than MAXIMUM_LINES."""
    for path in files(root):
        name = path.relative_to(root).as_posix()
        if is_source(path) and name not in COMPLETIONS:
            lines = text_of(path).count("\n")
            if lines > MAXIMUM_LINES:
                yield Finding(name, 0, f"{lines} lines; {MAXIMUM_LINES} is the most: give a part its own file")


def check_commands(root: Path, _binary: Path | None) -> Iterator[Finding]:
    """Every command has a page, completions in three shells, a golden test and a unit test.

    The commands are the files of cli/commands: `ingest.cpp`, and `migrate_up.cpp` for `quarry migrate up`.
    """
    completions = {name: text_of(root / name) if (root / name).is_file() else "" for name in COMPLETIONS}
    for path in sorted((root / "cli/commands").glob("*.cpp")):
        name = path.relative_to(root).as_posix()
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
                 "tests/servers/package-lock.json")  # fmt: skip
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
    for directory in ("core", "cli", "tests", "bench"):
        for path in files(root, directory):
            if path.suffix not in {".cpp", ".h", ".hpp"}:
                continue
            for number, line in enumerate(text_of(path).splitlines(), 1):
                if re.search(r"NOLINT(NEXTLINE|BEGIN)?\b(?!\([\w.,\s-]+\):? +\S)", line) and "NOLINTEND" not in line:
                    name = path.relative_to(root).as_posix()
                    yield Finding(name, number, "write NOLINT(check-name): and the reason")


def check_migrations(root: Path, _binary: Path | None) -> Iterator[Finding]:
    """No migration of the base is edited after its release: migrations/CHECKSUMS has the SHA-256 of each."""
    listing = root / "migrations/CHECKSUMS"
    listed: dict[str, int] = {}
    for number, line in enumerate(text_of(listing).splitlines() if listing.is_file() else [], 1):
        entry = re.fullmatch(r"([0-9a-f]{64})  (\w+\.sql)", line)
        if not entry:
            yield Finding("migrations/CHECKSUMS", number, "is not a line that sha256sum wrote")
            continue
        path = root / "migrations" / entry[2]
        if entry[2] in listed:
            yield Finding("migrations/CHECKSUMS", number, f"{entry[2]} is in line {listed[entry[2]]} already")
        elif not path.is_file():
            yield Finding("migrations/CHECKSUMS", number, f"{entry[2]} is gone; bases that applied it need it: restore it")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != entry[1]:
            yield Finding(f"migrations/{entry[2]}", 0, "was edited after its release: restore it, and write a new migration")
        listed.setdefault(entry[2], number)
    for path in sorted((root / "migrations").glob("*.sql")):
        if path.name not in listed:
            cure = f"when it is finished, (cd migrations && sha256sum {path.name} >>CHECKSUMS)"
            yield Finding(f"migrations/{path.name}", 0, f"is not in migrations/CHECKSUMS: {cure}")


CHECKS = {
    "layers": check_layers,
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
