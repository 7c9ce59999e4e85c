"""The source tree as the checks of lint.py read it: findings, files, and C++ without its comments and literals."""

import functools
import os
import re
from pathlib import Path
from typing import Iterator, NamedTuple


class Finding(NamedTuple):
    path: str  # relative to the root
    line: int  # 0: the file as a whole
    says: str


# Made by tools, or not ours.
SKIPPED_DIRECTORIES = {".git", "build", "node_modules", "__pycache__", ".quarry", ".cache"}
SOURCE_SUFFIXES = {".cpp", ".cc", ".c", ".h", ".hpp", ".in", ".py", ".sh", ".js", ".cmake", ".sql"}
CPP_SUFFIXES = {".cpp", ".h", ".hpp", ".in"}


def files(root: Path, under: str = ".") -> Iterator[Path]:
    """All files below root/under, in order, without those that tools made."""
    for directory, directories, names in os.walk(root / under):
        directories[:] = sorted(d for d in directories if d not in SKIPPED_DIRECTORIES)
        for name in sorted(names):
            path = Path(directory, name)
            if path.is_file() and not path.is_symlink():
                yield path


def cpp_files(root: Path, *directories: str) -> Iterator[tuple[str, Path]]:
    """The C++ files below these directories, each with its name from the root."""
    for directory in directories:
        for path in files(root, directory):
            if path.suffix in CPP_SUFFIXES:
                yield path.relative_to(root).as_posix(), path


def text_of(path: Path) -> str:
    """The file as text; "" for a binary one."""
    data = path.read_bytes()
    return "" if b"\0" in data else data.decode("utf-8", errors="replace")


def is_source(path: Path) -> bool:
    """C++, CMake, SQL or a script, by its name or its first line."""
    if path.suffix in SOURCE_SUFFIXES or path.name == "CMakeLists.txt":
        return True
    return not path.suffix and path.read_bytes()[:2] == b"#!"


@functools.cache
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


def code_lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a C++ file as code_of() leaves them, numbered from 1."""
    return enumerate(code_of(text_of(path)).splitlines(), 1)


class Include(NamedTuple):
    line: int
    header: str
    quoted: bool


def includes(path: Path) -> Iterator[Include]:
    """The includes of a C++ file."""
    for number, line in code_lines(path):
        include = re.match(r'\s*#\s*include\s*(["<])([^">]+)[">]', line)
        if include:
            yield Include(number, include[2], include[1] == '"')
