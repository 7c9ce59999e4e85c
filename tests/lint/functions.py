"""How long a function may be."""

from pathlib import Path
from typing import Iterator

from blocks import blocks
from tree import Finding, code_of, cpp_files, text_of

MAXIMUM_FUNCTION_LINES = 60
# (file, function): why it is longer.
ALLOWED_FUNCTIONS = {
    ("core/config/config_keys.cpp", "config_keys"): "the table of all settings, a few lines each",
    ("cli/help/ingest.cpp", "ingest_info"): "one literal: the text of a page",
    ("cli/line/registry.cpp", "make_commands"): "a line for each command",
}


def check_functions(root: Path, _binary: Path | None) -> Iterator[Finding]:
    """No function is longer than a screen, from the first line of its head to its closing brace."""
    for name, path in cpp_files(root, "core", "cli"):
        for block in blocks(code_of(text_of(path))):
            lines = block.last - block.first + 1
            if block.kind != "function" or lines <= MAXIMUM_FUNCTION_LINES:
                continue
            function = function_name(block.head)
            if (name, function) not in ALLOWED_FUNCTIONS:
                says = f"{function} has {lines} lines; {MAXIMUM_FUNCTION_LINES} is the most: give a part its own name"
                yield Finding(name, block.first, says)


def function_name(head: str) -> str:
    """The name in the head of a function."""
    before = head[: head.find("(")].strip()
    return before.split()[-1].lstrip("*&") if before else head
