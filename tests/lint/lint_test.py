#!/usr/bin/env python3
"""Plants a fault for each check of lint.py in a small tree and sees it reported; a clean tree has no findings."""

import contextlib
import hashlib
import io
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.dont_write_bytecode = True
import functions  # noqa: E402 (the path comes first)
import lint  # noqa: E402
import modules  # noqa: E402


def checksums(*migrations: str) -> str:
    """The lines of migrations/CHECKSUMS for files with these contents: 0001_a.sql, 0002_a.sql, ..."""
    return "".join(
        f"{hashlib.sha256(text.encode()).hexdigest()}  {number:04}_a.sql\n" for number, text in enumerate(migrations, 1)
    )


CLEAN = {
    "CMakeLists.txt": "cmake_minimum_required(VERSION 3.25)\nproject(quarry VERSION 7.8.9)\n",
    "CHANGELOG.md": "## Unreleased: 7.8.9\n",
    "README.md": "Listens on 127.8.9.1 and 17.8.9; SQLite 7.8.90.\n",
    ".clang-tidy": "# misc-no-recursion  trees are walked\nChecks: >\n  -*,\n  misc-*,\n  -misc-no-recursion\n",
    "core/base/error.h": "#pragma once\n#include <string>\n",
    "core/db/sqlite.h": '#include "core/base/error.h"\n',
    "core/http/client.h": '#include "core/base/error.h"\n',
    "core/embed/openai.cpp": '#include "core/embed/openai.h"\n#include "core/http/client.h"\n',
    "core/migrate/apply.cpp": '#include "core/db/sqlite.h"\n',
    "core/store/store.cpp": '#include "core/migrate/apply.h"\n#include "core/db/sqlite.h"\n'
    '// printf("x"); exit(1); getenv("HOME")\nnamespace quarry::store {\n'
    'const char* text = "std::cout << exit(1)";\nint n = snprintf(nullptr, 0, R"(printf("%d"))");\n'
    "void f() { app.exit(1); pool->terminate(); }  // NOLINT(misc-x): the library's own name\n}\n",
    "core/store/sqlite/open.cpp": "#include <SQLiteCpp/SQLiteCpp.h>\n#include <sys/stat.h>\n#include <cstdint>\n"
    "namespace quarry::store {\nstd::unique_ptr<Store> open_store(Path path) { return {}; }\n}\n",
    "core/app/workspace.cpp": "#include <nlohmann/json.hpp>\nnamespace quarry::store {\nclass Store;\n}\n"
    "namespace quarry::app {\nnamespace {\nauto store = store::open_store(path);\n}\n"
    "auto model = llm::make_remote_chat_model(options);\n}\n",
    "cli/main.cpp": '#include "core/app/workspace.h"\n#include "core/answer/answer.h"\n'
    'int main() { std::exit(printf("")); }\n',
    "cli/commands/serve.cpp": '#include "core/serve/server.h"\n',
    "cli/commands/ingest.cpp": "",
    "cli/commands/migrate.cpp": "",
    "cli/commands/migrate_up.cpp": "",
    "cli/commands/docs_ls.cpp": "",
    "man/quarry-ingest.1": ".TH quarry-ingest 1 quarry\\ 7.8.9\n",
    "man/quarry-migrate.1": "quarry migrate \\fBup\\fR\n",
    "man/quarry-docs.1": "",
    "man/quarry-docs-ls.1": "",
    "man/quarry-serve.1": "",
    "completions/quarry.bash": "ingest migrate up docs ls serve\n",
    "completions/_quarry": "'ingest:x' 'migrate:x' 'up:x' 'docs:x' 'ls:x' 'serve:x'\n",
    "completions/quarry.fish": '-a "ingest" -a "migrate" -a "up" -a "docs" -a "ls" -a "serve"\n',
    "migrations/0001_a.sql": "SELECT 1;\n",
    "migrations/0002_a.sql": "SELECT 2;\n",
    "migrations/CHECKSUMS": checksums("SELECT 1;\n", "SELECT 2;\n"),
    "tests/cli/ingest.t": "",
    "tests/cli/migrate.t": "  $ quarry migrate up --dir x\n",
    "tests/cli/docs-ls.t": "",
    "tests/cli/serve.t": "",
    "tests/unit/cli/ingest_test.cpp": "",
    "tests/unit/cli/migrate_test.cpp": "",
    "tests/unit/cli/docs_ls_test.cpp": "",
    "tests/unit/cli/serve_test.cpp": "",
    # None of these is looked at.
    "build/release/generated.cpp": "x\n" * 900,
    "third_party/node_modules/x/x.cpp": 'printf("7.8.9")\n' * 900,
    "third_party/package-lock.json": '{ "version": "7.8.9" }\n',
    "tests/data/bases/v0001.sql": "INSERT INTO quarry_migrations VALUES (1, '7.8.9');\n",
}

# A stand-in for quarry: writes what the tree of CLEAN holds.
WRITER = """#!/bin/sh
cd "$3" || exit
case $1 in
man)
    printf '%s\\n' '.TH quarry-ingest 1 quarry\\ 7.8.9' >quarry-ingest.1
    printf '%s\\n' 'quarry migrate \\fBup\\fR' >quarry-migrate.1
    : >quarry-docs.1; : >quarry-docs-ls.1; : >quarry-serve.1 ;;
completions)
    printf '%s\\n' 'ingest migrate up docs ls serve' >quarry.bash
    printf '%s\\n' "'ingest:x' 'migrate:x' 'up:x' 'docs:x' 'ls:x' 'serve:x'" >_quarry
    printf '%s\\n' '-a "ingest" -a "migrate" -a "up" -a "docs" -a "ls" -a "serve"' >quarry.fish ;;
esac
"""

# What is wrong, the check that says so, the files to change (None: to remove), what the finding must say.
FAULTS = [
    ("an include goes up", "layers", {"core/db/sqlite.h": '\n#include "core/store/store.h"\n'},
     "core/db/sqlite.h:2: layers: db includes core/store/store.h: store is above db"),
    ("an include goes sideways", "layers", {"core/chunk/a.h": '#include "core/embed/b.h"\n'}, "do not know each other"),
    ("store is included by migrate", "layers", {"core/migrate/a.h": '#include "core/store/store.h"\n'}, "above migrate"),
    ("SQL above the store", "layers", {"core/search/a.cpp": '#include "core/db/sqlite.h"\n'}, "only app, lexical, migrate, schema, store use db"),
    ("the network in the chunker", "layers", {"core/chunk/a.cpp": '#include "core/http/client.h"\n'}, "use http"),
    ("core includes cli", "layers", {"core/base/a.h": '#  include "cli/ui/output.h"\n'}, "core never includes cli"),
    ("core includes cli as a system header", "layers", {"core/base/a.h": "#include <cli/ui/output.h>\n"}, "never includes"),
    ("a relative include", "layers", {"core/base/a.h": '#include "error.h"\n'}, 'write "core/…"'),
    ("an unknown module", "layers", {"core/extra/a.h": ""}, "core/extra has no place"),
    ("an unknown module is used", "layers", {"core/store/a.h": '#include "core/extra/a.h"\n'}, "is not a module"),
    ("a command looks into the store", "doors", {"cli/commands/ingest.cpp": '\n#include "core/store/store.h"\n'},
     "cli/commands/ingest.cpp:2: doors: cli includes core/store/store.h: call a service of core/app"),
    ("a text looks into a parser", "doors", {"cli/text/a.h": '#include "core/extract/extractor.h"\n'}, "call a service"),
    ("another command includes a server", "doors", {"cli/commands/ingest.cpp": '#include "core/serve/server.h"\n'},
     "cli includes core/serve/server.h"),
    ("a command opens a base", "wiring", {"cli/commands/ingest.cpp": "\nauto s = store::open_store(path);\n"},
     "cli/commands/ingest.cpp:2: wiring: open_store is called outside core/app"),
    ("core opens a base below app", "wiring", {"core/search/a.cpp": "auto s = open_store (path);\n"}, "open_store is called"),
    ("a command makes a model", "wiring", {"cli/ui/a.cpp": "auto m = app::make_chat_model(context);\n"},
     "make_chat_model is called"),
    ("a command opens what is beside the documents", "wiring",
     {"cli/commands/chats.cpp": "auto c = store::open_conversations(path, mode);\n"}, "open_conversations is called"),
    ("a command makes a reranker", "wiring", {"cli/ui/a.cpp": "auto r = rerank::make_server_reranker(options);\n"},
     "make_server_reranker is called"),
    ("a model is wrapped below app", "wiring", {"core/chat/a.cpp": "m = make_limited_chat_model(std::move(m));\n"},
     "make_limited_chat_model is called"),
    ("SQLite above the store", "third_party", {"core/store/a.cpp": "\n#include <SQLiteCpp/SQLiteCpp.h>\n"},
     "core/store/a.cpp:2: third_party: <SQLiteCpp/SQLiteCpp.h> belongs to core/db, core/migrate, core/schema, core/store/sqlite"),
    ("a second file knows the parser", "third_party", {"cli/line/app.cpp": "#include <CLI/App.hpp>\n"},
     "belongs to cli/line/parser.cpp"),
    ("a library without an owner", "third_party", {"core/base/a.cpp": "#include <Poco/Net/Net.h>\n"},
     "<Poco/Net/Net.h> has no owner in THIRD_PARTY"),
    ("another module's namespace", "namespaces", {"core/store/a.h": "\nnamespace quarry::search {\nclass A {};\n}\n"},
     "core/store/a.h:2: namespaces: namespace quarry::search: this module's is quarry::store"),
    ("a module's namespace in base", "namespaces", {"core/base/a.h": "namespace quarry {\nnamespace store {\nint a;\n}\n}\n"},
     "core/base/a.h:2: namespaces: namespace quarry::store: this module's is quarry"),
    ("the namespace is deleted", "namespaces", {"cli/ui/a.cpp": "namespace {\nint f() { return 1; }\n}\n"},
     "cli/ui/a.cpp:2: namespaces: int f(): not in namespace quarry::cli"),
    ("a class in the namespace of base", "namespaces", {"core/llm/a.h": "namespace quarry {\nclass A {\n};\n}\n"},
     "core/llm/a.h:2: namespaces: class A: not in namespace quarry::llm"),
    ("a function of 61 lines", "functions",
     {"core/llm/a.cpp": "namespace a {\nclass A {\n" + 40 * "\n" + "int f(\n    int n = {}) const {\n" + 58 * "\n" + "}\n};\n}\n"},
     "core/llm/a.cpp:43: functions: f has 61 lines; 60 is the most"),
    ("a constructor of 61 lines", "functions",
     {"core/llm/a.cpp": "A::A(int n)\n    : a_{n}, b_(n),\n c_{} {\n  auto f = [] {\n" + 55 * "\n" + "};\n}\n"},
     "core/llm/a.cpp:1: functions: A::A has 61 lines"),
    ("a long branch of the preprocessor", "functions",
     {"core/llm/a.cpp": "#if X\nvoid f() {\n#else\nvoid f(int) {\n#endif\n" + 58 * "\n" + "}\n"}, "a.cpp:2: functions: f has 63 lines"),
    ("core prints", "core", {"core/base/a.cpp": "void f() { std::cerr << 1; }\n"}, "core never prints: std::cerr"),
    ("core prints as C does", "core", {"core/base/a.cpp": '// x\nint n = std::printf("");\n'}, "a.cpp:2: core: core never prints"),
    ("core exits", "core", {"core/store/a.cpp": "void f() { exit(1); }\n"}, "core never exits: exit("),
    ("JSON without a bound", "json", {"cli/a.cpp": "auto x = nlohmann::json::parse(text);\n"}, "take parse_bounded_json"),
    ("core reads the environment", "core", {"core/llm/a.cpp": 'auto k = std::getenv("KEY");\n'}, "reads the environment"),
    ("a source of 501 lines", "length", {"cli/long.cpp": "\n" * 501}, "cli/long.cpp: length: 501 lines"),
    ("a script of 501 lines", "length", {"scripts/long": "#!/bin/sh\n" + "\n" * 500}, "scripts/long: length: 501 lines"),
    ("a test of 501 lines", "length", {"tests/unit/cli/ingest_test.cpp": "\n" * 501}, "501 lines"),
    ("a command of 151 lines", "commands", {"cli/commands/ingest.cpp": "\n" * 151}, "ingest.cpp: commands: 151 lines; 150 is the most"),
    ("no page", "commands", {"man/quarry-ingest.1": None}, "no page man/quarry-ingest.1"),
    ("a sub-command not in its page", "commands", {"man/quarry-migrate.1": "upper cut-up\n"}, "`quarry migrate up` is not in man/"),
    ("not completed by bash", "commands", {"completions/quarry.bash": "migrate up docs ls\n"}, "completions/quarry.bash"),
    ("not completed by zsh", "commands", {"completions/_quarry": "'ingest:x' 'docs:ls'\n"}, "completions/_quarry"),
    ("no completions for fish", "commands", {"completions/quarry.fish": None}, "completions/quarry.fish"),
    ("no golden test", "commands", {"tests/cli/ingest.t": None}, "no golden test tests/cli/ingest.t"),
    ("no golden test of a sub-command", "commands", {"tests/cli/migrate.t": "  $ quarry migrate\n"}, "tests/cli/migrate-up.t"),
    ("no unit test", "commands", {"tests/unit/cli/ingest_test.cpp": None}, "no unit test tests/unit/cli/ingest_test.cpp"),
    ("a page out of date", "generated", {"man/quarry-ingest.1": ".TH quarry-ingest 1 old\n"},
     "man/quarry-ingest.1:1: generated: is out of date: run quarry man --write man"),
    ("a page not committed", "generated", {"man/quarry-docs.1": None}, "man/quarry-docs.1: generated: is missing"),
    ("a page of a removed command", "generated", {"man/quarry-gone.1": ""}, "is not written by quarry man any more"),
    ("a completion out of date", "generated", {"completions/_quarry": "docs\n"}, "run quarry completions --write completions"),
    ("the generator fails", "generated", {"quarry": "#!/bin/sh\necho broken >&2\nexit 1\n"}, "--write` failed: broken"),
    ("the version in a source", "version", {"cli/main.cpp": '\n\nauto v = "7.8.9";\n'}, "cli/main.cpp:3: version: version 7.8.9"),
    ("the version elsewhere in CMakeLists.txt", "version", {"CMakeLists.txt": CLEAN["CMakeLists.txt"] + "set(V 7.8.9)\n"},
     "CMakeLists.txt:3: version"),
    ("the version not in the changelog", "version", {"CHANGELOG.md": "## 7.8.8\n"}, "CHANGELOG.md: version: does not mention"),
    ("no version", "version", {"CMakeLists.txt": "project(quarry)\n"}, "gives no VERSION"),
    ("a check is off without a reason", "reasons", {".clang-tidy": "Checks: >\n  misc-*,\n  -misc-x,\n"}, ".clang-tidy:3: reasons"),
    ("NOLINT without a reason", "reasons", {"cli/a.cpp": "f();  // NOLINT\n"}, "cli/a.cpp:1: reasons"),
    ("a released migration is edited", "migrations", {"migrations/0001_a.sql": "SELECT 7;\n"},
     "migrations/0001_a.sql: migrations: was edited after its release"),
    ("a released migration is gone", "migrations", {"migrations/0002_a.sql": None},
     "migrations/CHECKSUMS:2: migrations: 0002_a.sql is gone"),
    ("a released migration is renamed", "migrations", {"migrations/0002_a.sql": None, "migrations/0002_b.sql": "SELECT 2;\n"},
     "CHECKSUMS:2: migrations: 0002_a.sql is gone"),
    ("a migration without a checksum", "migrations", {"migrations/0003_c.sql": ""},
     "migrations/0003_c.sql: migrations: is not in migrations/CHECKSUMS: when it is finished, "
     "(cd migrations && sha256sum 0003_c.sql >>CHECKSUMS)"),
    ("a line of the checksums is gone", "migrations", {"migrations/CHECKSUMS": checksums("SELECT 1;\n")},
     "migrations/0002_a.sql: migrations: is not in"),
    ("no checksums", "migrations", {"migrations/CHECKSUMS": None}, "migrations/0001_a.sql: migrations: is not in"),
    ("a checksum that is not one", "migrations", {"migrations/CHECKSUMS": CLEAN["migrations/CHECKSUMS"] + "12  0001_a.sql\n"},
     "CHECKSUMS:3: migrations: is not a line that sha256sum wrote"),
    ("a second checksum for an edited migration", "migrations",
     {"migrations/CHECKSUMS": CLEAN["migrations/CHECKSUMS"] + checksums("SELECT 7;\n"), "migrations/0001_a.sql": "SELECT 7;\n"},
     "CHECKSUMS:3: migrations: 0001_a.sql is in line 1 already"),
    ("NOLINT with a name alone", "reasons", {"cli/a.cpp": "f();  // NOLINTNEXTLINE(misc-x)\n"}, "and the reason"),
]  # fmt: skip


class LintTest(unittest.TestCase):
    def lint(self, changes: dict[str, str | None], *options: str) -> tuple[int, str]:
        """Runs lint.py over CLEAN with `changes`; its exit code and what it printed."""
        with tempfile.TemporaryDirectory() as scratch:
            root = Path(scratch, "tree")
            binary = Path(scratch, "quarry")
            tree = {**CLEAN, **changes}
            binary.write_text(tree.pop("quarry", WRITER))
            binary.chmod(0o755)
            for name, text in tree.items():
                if text is not None:
                    path = root / name
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text(text)
            output = io.StringIO()
            with contextlib.redirect_stdout(output):
                code = lint.main([str(root), "--binary", str(binary), *options])
            return code, output.getvalue()

    def test_clean_tree_has_no_findings(self):
        code, output = self.lint({})
        self.assertEqual((code, output.count("\n")), (0, 1), output)

    def test_each_fault_is_caught_by_its_check(self):
        for fault, check, changes, says in FAULTS:
            with self.subTest(fault):
                code, output = self.lint(changes, "--check", check)
                self.assertEqual(code, 1, output)
                self.assertIn(says, output)
                self.assertIn(f": {check}: ", output)

    def test_every_check_has_a_fault(self):
        self.assertEqual({check for _, check, _, _ in FAULTS}, set(lint.CHECKS))

    def test_a_file_of_500_lines_is_fine(self):
        code, output = self.lint({"cli/long.cpp": "\n" * 500})
        self.assertEqual(code, 0, output)

    def test_a_function_of_60_lines_is_fine(self):
        body = "\n" * 58
        table = "const int table[] = {\n" + "f({}),\n" * 90 + "};\n"
        code, output = self.lint({"core/llm/a.cpp": f"namespace quarry::llm {{\n{table}int f() {{{body}\n}}\n}}\n"})
        self.assertEqual(code, 0, output)

    def test_a_command_of_150_lines_is_fine(self):
        code, output = self.lint({"cli/commands/ingest.cpp": "\n" * 150})
        self.assertEqual(code, 0, output)

    def test_every_exception_has_a_reason(self):
        for reasons in (lint.ALLOWED_IN_CORE, lint.ALLOWED_UNBOUNDED_JSON, modules.VALUE_TYPES, modules.ALLOWED_WIRING,
                        functions.ALLOWED_FUNCTIONS):  # fmt: skip
            self.assertTrue(all(reasons.values()))

    def test_an_exception_is_by_file_and_kind(self):
        allowed = {("core/base/child.cpp", "exits"): "the child of a fork"}
        with mock.patch.dict(lint.ALLOWED_IN_CORE, allowed):
            code, output = self.lint({"core/base/child.cpp": "void f() { _exit(127); }\n"}, "--check", "core")
            self.assertEqual(code, 0, output)
            code, output = self.lint({"core/base/child.cpp": "void f() { _exit(puts(0)); }\n"}, "--check", "core")
            self.assertEqual(code, 1, output)


if __name__ == "__main__":
    unittest.main()
