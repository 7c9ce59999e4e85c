"""A scanner for the blocks of C++ code: namespaces and functions, by matching braces.

It reads what tree.code_of() returns. It is no parser: it knows a block by what is written before its brace, which is
enough for code that clang-format has laid out.
"""

import re
from typing import Iterator, NamedTuple


class Block(NamedTuple):
    kind: str  # "namespace", "class", "function" or "other" (an initialiser, a block in a function)
    head: str  # what is written before the brace, in one line
    first: int  # line of the head's first word
    last: int  # line of the closing brace
    parents: tuple[str, ...]  # heads of the namespaces around it
    body: str


def without_directives(code: str) -> str:
    """Code with the lines of the preprocessor blanked, and of #if … #else … #endif the first branch kept."""
    lines, kept, skipped, continued = [], [], 0, False
    for line in code.split("\n"):
        directive = re.match(r"\s*#\s*(\w+)", line)
        is_directive = continued or directive is not None
        if directive and not continued:
            if directive[1] in ("if", "ifdef", "ifndef"):
                kept.append(skipped)
            elif directive[1] in ("else", "elif") and kept:
                skipped = 1
            elif directive[1] == "endif" and kept:
                skipped = kept.pop()
        continued = is_directive and line.endswith("\\")
        lines.append("" if is_directive or skipped else line)
    return "\n".join(lines)


def kind_of(head: str) -> str:
    """What a brace opens, by the code before it; outside functions."""
    head = re.sub(r"\[\[.*?\]\]|\balignas\s*\([^()]*\)", " ", head).strip()
    while (shorter := re.sub(r"^(template|requires)\s*<[^<>]*>|<[^<>]*>(?=[^<>]*>)", " ", head).strip()) != head:
        head = shorter
    if re.match(r"(inline\s+)?namespace\b", head) or re.match(r"extern\s*$", head):
        return "namespace"
    if re.match(r"((typedef|static|inline|const|constexpr|friend)\s+)*(class|struct|union|enum)\b[^()]*$", head):
        return "class"
    if head.endswith(("=", ",", "(")) or "(" not in head:
        return "other"
    return "function"


def blocks(code: str) -> Iterator[Block]:
    """Namespaces, classes and functions, each when it ends. Functions within functions (lambdas) are part of them."""
    code = without_directives(code)
    opened: list[tuple[str, str, int, int]] = []  # kind, head, line of the head, place of the brace
    inside = 0  # depth in a function or an initialiser
    round_depth = 0  # of parentheses in the present head
    start = 0  # of the present head
    for match in re.finditer(r"[{}();]|\b(?:public|private|protected)\s*:(?!:)", code):
        at, found = match.start(), match[0]
        if inside:
            inside += (found == "{") - (found == "}")
            if inside:
                continue
            kind, head, first, brace = opened.pop()
            if kind == "function":
                yield Block(kind, head, first, line_of(code, at), namespaces(opened), code[brace + 1 : at])
            # A member's initialiser, or a default argument: the head goes on behind it.
            if kind == "other" and re.match(r"\s*[,){]", code[at + 1 : at + 200]):
                continue
            start, round_depth = at + 1, 0
        elif found in "()":
            round_depth += 1 if found == "(" else -1
        elif found == "{":
            head = " ".join(code[start:at].split())
            kind = "other" if round_depth > 0 or is_member_initialiser(code, start, at) else kind_of(head)
            first = line_of(code, start + len(code[start:at]) - len(code[start:at].lstrip()))
            opened.append((kind, head, first, at))
            if kind in ("function", "other"):
                inside = 1
            else:
                start, round_depth = at + 1, 0
        elif found == "}":
            if opened:
                kind, head, first, brace = opened.pop()
                yield Block(kind, head, first, line_of(code, at), namespaces(opened), code[brace + 1 : at])
            start, round_depth = at + 1, 0
        elif round_depth == 0:
            start = match.end()


def line_of(code: str, at: int) -> int:
    return code.count("\n", 0, at) + 1


def is_member_initialiser(code: str, start: int, brace: int) -> bool:
    """Whether a brace initialises a member in a constructor's list: `: size_{n}, name_{…} {`."""
    return re.search(r"\)\s*(noexcept\s*)?:(?!:).*[\w>]$", code[start:brace], re.DOTALL) is not None


def namespaces(opened: list[tuple[str, str, int, int]]) -> tuple[str, ...]:
    return tuple(head for kind, head, _, _ in opened if kind == "namespace")
