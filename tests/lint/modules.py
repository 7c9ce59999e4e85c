"""Which part of the tree may know which: layers, doors, third-party libraries, namespaces, and who makes what."""

import re
from pathlib import Path
from typing import Iterator

from blocks import Block, blocks
from tree import Finding, code_lines, code_of, cpp_files, includes, text_of

# Where a module of core/ stands. It may include those of a lower rank, never one of its own rank or above.
RANKS = {
    "serve": 20,
    "mcp": 19,
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
    "document": 1, "http": 1, "sql": 1, "net": 1, "crypto": 1, "json_rpc": 1,
    "base": 0,
}  # fmt: skip

# Lower modules that only these may include: SQL is the business of few, and most have no need of a network.
RESERVED = {
    "db": {"lexical", "store", "migrate", "schema", "app"},
    "http": {"embed", "llm", "rerank", "models", "ingest", "trace", "answer", "eval", "config", "app", "serve",
             "mcp", "mcp_client", "agent"},
    "net": {"serve"},
    "crypto": {"app", "serve", "mcp", "mcp_client", "cache"},  # a cache seals what others keep for it
    "llama": {"tokenize", "embed", "llm", "rerank", "models", "app"},
}

# What cli/ may include of core/: these modules, and headers of plain values, which the services take and return.
DOOR_MODULES = {"app", "wire", "config", "base", "document"}
VALUE_TYPES = {
    "core/answer/answer.h": "an answer, its claims and its passages",
    "core/answer/answer_event.h": "what happens while a question is answered",
    "core/answer/markers.h": "citations in the text of an answer",
    "core/answer/verify_answer.h": "the verdicts on an answer's claims",
    "core/eval/reports.h": "what evaluations found",
    "core/ingest/ingest.h": "the report of an ingest",
    "core/llm/chat_request.h": "what a model is sent",
    "core/mcp_client/client.h": "what a MCP server lists",
    "core/mcp_client/server_definition.h": "a MCP server as the settings name it",
    "core/migrate/import_report.h": "what was taken over from another tool",
    "core/migrate/plan.h": "which migrations would run",
    "core/schema/rename.h": "a table or column with its new name",
    "core/search/filter_spec.h": "which chunks a request is about, as it was written",
    "core/search/search.h": "a hit, and the names of modes",
    "core/tools/tool_call.h": "what a model asks to be done",
}  # fmt: skip
# A command that is the way into another door may include that door too.
DOOR_COMMANDS = {"cli/commands/serve.cpp": "serve", "cli/commands/mcp.cpp": "mcp"}

# A base is opened, and a model is made with all that belongs around it, in core/app only.
WIRING = r"\b(open_(?:store|conversations|runs|users|response_cache|checkpoints)|make_(?:\w+_)?(?:model|reranker))\s*\("
ALLOWED_WIRING = {
    "core/ingest/table_training.cpp": "a scratch store for one corpus, deleted afterwards; nobody's base",
}

# Third-party headers: who includes them. An entry is a module or a file; "*" is everybody.
THIRD_PARTY = {
    r"fmt/": {"*"},
    r"nlohmann/": {"*"},
    r"CLI/": {"cli/line/parser.cpp"},
    r"SQLiteCpp/": {"core/db", "core/store/sqlite", "core/migrate", "core/schema"},
    r"sqlite3\.h": {"core/db", "core/store/sqlite", "core/migrate", "core/schema"},
    r"pg_query\.h": {"core/sql"},
    r"libpq-fe\.h": {"core/db"},
    r"curl/": {"core/http"},
    r"boost/": {"core/net"},
    r"openssl/": {"core/net", "core/crypto"},
    r"argon2\.h": {"core/crypto"},
    r"hiredis/": {"core/cache"},
    r"(zlib|brotli/encode)\.h": {"core/net"},
    r"(zstd|zdict)\.h": {"core/store/sqlite"},
    r"toml\+\+/": {"core/config"},
    r"unicode/": {"core/analyze", "core/base", "core/chunk", "core/extract", "core/tokenize"},
    r"libstemmer\.h": {"core/analyze"},
    r"re2/": {"core/base", "core/redact"},
    r"xxhash\.h": {"core/base"},
    r"sha2\.h": {"core/base"},
    r"cmark-gfm": {"core/extract"},
    r"pugixml\.hpp": {"core/extract"},
    r"expat\.h": {"core/extract"},
    r"yaml-cpp/": {"core/extract", "core/agent"},
    r"zip\.h": {"core/extract"},
    r"tree_sitter/": {"core/chunk"},
    r"usearch/": {"core/index"},
    r"llama\.h": {"core/llama", "core/llm", "core/tokenize"},
    r"(jinja/.*|json|json-schema-to-grammar)\.h": {"core/llm"},  # of llama.cpp's common and vendor folders
    r"histedit\.h": {"cli/ui/line_editor.cpp"},
}  # fmt: skip
# Says which versions of the libraries the program was built with, and needs their headers for it.
VERSION_REPORTERS = {"cli/line/features.cpp", "core/app/diagnosis_libraries.cpp"}
# The standard library, the operating system and the processor.
SYSTEM_HEADER = (
    r"[a-z_]+|c[a-z]+|(sys|arpa|net|netinet|linux)/\w+\.h|(arm_neon|immintrin|emmintrin)\.h|"
    r"(dirent|dlfcn|fcntl|malloc|netdb|poll|pthread|pwd|sched|signal|spawn|termios|unistd)\.h"
)

def check_layers(root: Path, _binary: Path | None) -> Iterator[Finding]:
    """Includes in core/ go down only, and are written from the root."""
    for name, path in cpp_files(root, "core"):
        module = name.split("/")[1]
        if module not in RANKS:
            yield Finding(name, 0, f"module core/{module} has no place in RANKS of tests/lint/modules.py")
            continue
        for number, header, quoted in includes(path):
            target = header.split("/")
            if target[0] == "cli":
                yield Finding(name, number, f"core never includes cli: {header}")
            elif target[0] == "core" and len(target) > 2:
                why = why_not(module, target[1])
                if why:
                    yield Finding(name, number, f"{module} includes {header}: {why}")
            elif quoted:
                yield Finding(name, number, f'"{header}": write "core/…", or <…> for a library')


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


def check_doors(root: Path, _binary: Path | None) -> Iterator[Finding]:
    """cli/ includes of core/ only the application layer, what that is made of for callers, and value types."""
    for name, path in cpp_files(root, "cli"):
        for number, header, _ in includes(path):
            target = header.split("/")
            if target[0] != "core" or target[1] in DOOR_MODULES or header in VALUE_TYPES:
                continue
            if DOOR_COMMANDS.get(name) != target[1]:
                yield Finding(name, number, f"cli includes {header}: call a service of core/app")


def check_wiring(root: Path, _binary: Path | None) -> Iterator[Finding]:
    """Bases are opened and models are made in core/app. Declarations and definitions are not calls."""
    for name, path in cpp_files(root, "core", "cli"):
        if name.startswith("core/app/") or name in ALLOWED_WIRING:
            continue
        for number, line in code_lines(path):
            for call in re.finditer(WIRING, line):
                # A return type stands before the name of what is declared or defined.
                if not re.search(r"\bunique_ptr<[\w:]+>\s+$", line[: call.start()]):
                    yield Finding(name, number, f"{call[1]} is called outside core/app: take it from a service")


def check_third_party(root: Path, _binary: Path | None) -> Iterator[Finding]:
    """A library is included by the modules that own it."""
    for name, path in cpp_files(root, "core", "cli"):
        for number, header, quoted in includes(path):
            if quoted or header.startswith(("core/", "cli/")) or re.fullmatch(SYSTEM_HEADER, header):
                continue
            owners = next((who for what, who in THIRD_PARTY.items() if re.match(what, header)), None)
            if owners is None:
                yield Finding(name, number, f"<{header}> has no owner in THIRD_PARTY of tests/lint/modules.py")
            elif not owned(name, owners) and name not in VERSION_REPORTERS:
                yield Finding(name, number, f"<{header}> belongs to {', '.join(sorted(owners))}")


def owned(name: str, owners: set[str]) -> bool:
    return any(owner in ("*", name) or name.startswith(f"{owner}/") for owner in owners)


def check_namespaces(root: Path, _binary: Path | None) -> Iterator[Finding]:
    """A module's code is in the namespace of its folder's name; of others it declares types at most."""
    for name, path in cpp_files(root, "core", "cli"):
        parts = name.split("/")
        own = "quarry::cli" if parts[0] == "cli" else "quarry" if parts[1] == "base" else f"quarry::{parts[1]}"
        for block in blocks(code_of(text_of(path))):
            if block.kind == "namespace" and block.head.startswith(("namespace", "inline namespace")):
                space = "::".join(filter(None, map(name_of, (*block.parents, block.head))))
                around = own.startswith(f"{space}::") or space == ""  # what is in it is looked at by itself
                if around or is_in(space, own) or declares_types(block):
                    continue
                yield Finding(name, block.first, f"namespace {space}: this module's is {own}")
            elif block.kind in ("function", "class") and not within(block, own) and not is_entry(block):
                yield Finding(name, block.first, f"{block.head[:60]}: not in namespace {own}")


def within(block: Block, own: str) -> bool:
    """Whether a function or class is in the namespace `own`; what is in a foreign named one is reported with that."""
    space = "::".join(filter(None, map(name_of, block.parents)))
    return is_in(space, own) or not (space == "" or own.startswith(f"{space}::"))


def is_in(space: str, own: str) -> bool:
    """Whether `space` is `own` or nested in it. quarry::MODULE is not nested in quarry, the namespace of core/base."""
    nested = space.removeprefix(f"{own}::").split("::")[0]
    return space == own or (space.startswith(f"{own}::") and not (own == "quarry" and nested in {*RANKS, "cli"}))


def name_of(head: str) -> str:
    """The name in the head of a namespace; "" for one without a name, and for extern "C"."""
    named = re.match(r"(?:inline\s+)?namespace\s+([\w:]+)", head)
    return named[1] if named else ""


def declares_types(block: Block) -> bool:
    """Whether a namespace holds nothing but forward declarations."""
    return re.fullmatch(r"(\s*(template\s*<[^<>]*>\s*)?(class|struct|enum(\s+class)?)\s+\w+(\s*:\s*[\w:]+)?\s*;)*\s*",
                        block.body) is not None  # fmt: skip


def is_entry(block: Block) -> bool:
    return re.match(r"int main\s*\(", block.head) is not None
