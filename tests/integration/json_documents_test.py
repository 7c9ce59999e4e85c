"""What commands print with --json, held against the JSON Schemas in core/wire/schemas, which must name every field.

usage: json_documents_test.py QUARRY

Fails also for a schema of which no document was seen, and for one that a page of docs/ names and that is not there.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from engines import shared_server

try:
    from jsonschema import Draft202012Validator
except ImportError:
    sys.exit(77)

QUARRY = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else None
SOURCE = Path(__file__).resolve().parents[2]
SCHEMAS = SOURCE / "core" / "wire" / "schemas"
UP, DOWN = "-- quarry:up\n", "-- quarry:down\n"


def strict(schema):
    """The schema for a document without fields that it does not name; others may be added later, and are to be named."""
    if isinstance(schema, list):
        return [strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {"additionalProperties": False} if "properties" in schema and "additionalProperties" not in schema else {}
    return {name: strict(value) for name, value in schema.items()} | closed


class Documents(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="quarry-json-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.environment = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "ASAN_OPTIONS")
                            if name in os.environ} | {"HOME": str(self.folder / "home"), "LC_ALL": "C.UTF-8"}
        (self.folder / "home").mkdir()
        self.schemas = {}
        for file in sorted(SCHEMAS.glob("*.json")):
            schema = json.loads(file.read_text())
            Draft202012Validator.check_schema(schema)
            self.assertEqual(file.name, schema["title"].replace("/", ".") + ".json")
            self.schemas[schema["title"]] = Draft202012Validator(strict(schema))
        self.seen = set()

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def fits(self, document, command):
        name = document["schema"]
        self.assertIn(name, self.schemas, command)
        wrong = [f"{list(error.absolute_path)}: {error.message[:300]}"
                 for error in self.schemas[name].iter_errors(document)]
        self.assertEqual(wrong, [], f"{name} of quarry {command}")
        self.seen.add(name)

    def quarry(self, command, code=0, text=None, lines=False):
        """Runs a command with --json; what it printed, each document of it checked."""
        words = command.split() if isinstance(command, str) else command
        run = subprocess.run([QUARRY, *words, "--json"], cwd=self.folder, env=self.environment, input=text or "",
                             capture_output=True, text=True, check=False)
        self.assertEqual(run.returncode, code, f"quarry {command}\n{run.stdout}{run.stderr}")
        for line in run.stderr.splitlines():
            if line.startswith("{"):
                self.fits(json.loads(line), command)
        documents = [json.loads(line) for line in run.stdout.splitlines()] if lines else [json.loads(run.stdout)]
        for document in documents:
            self.fits(document, command)
        return run.stdout

    def test_every_document_has_its_form(self):
        self.documents_of_a_base()
        self.answers()
        self.evaluations()
        self.settings_and_models()
        self.mcp_servers()
        self.agents()
        self.migrations()
        self.assertEqual(sorted(set(self.schemas) - self.seen), [], "no document of these was seen")

    def users(self):
        self.quarry("users add ada@example.org", text="correct horse\n")
        self.quarry("collections grant sky ada@example.org write")
        self.quarry("keys add wiki --scopes search --user ada@example.org --expires 1d")
        self.quarry("users passwd ada@example.org", text="another horse\n")
        for command in ("users ls", "keys ls", "serve --check", "keys revoke wiki", "users rm ada@example.org"):
            self.quarry(command)

    def server(self):
        with subprocess.Popen([QUARRY, "serve", "--listen", "127.0.0.1:0", "--json"], cwd=self.folder, text=True,
                              env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
            document = ""
            while not document.endswith("}\n"):
                document += server.stdout.readline()
            server.terminate()
        self.assertEqual(server.returncode, 0)
        self.fits(json.loads(document), "serve")

    def documents_of_a_base(self):
        self.quarry("init")
        self.write("docs/moon.md", "---\ntags: [sky]\n---\n# The moon\n\nThe moon is 384,400 km away from the Earth.\n")
        self.write("docs/tides.md", "# Tides\n\n## Causes\n\nThe moon makes the tides. They come twice a day.\n")
        for number in range(70):  # enough for vectors
            self.write(f"notes/{number}.md", f"# Note {number}\n\nOn day {number} the tide came at {number % 12} o'clock.\n")
        self.write("docs/hidden.html", "<p hidden>nothing")
        self.write("bad.txt", "Caf\\xe9\0binary")
        self.quarry("ingest docs notes bad.txt --dry-run", code=11)
        self.quarry("ingest docs notes bad.txt", code=11)
        for command in ("docs ls", "docs ls --failed", "docs show docs/moon.md", "docs show docs/moon.md --text",
                        "docs show docs/moon.md --lines 4-", "docs stats", "docs verify", "docs gc", "search moon",
                        "search --mode lexical --explain --parent the moon", "chunk docs/moon.md", "embed --dry-run",
                        "embed", "cache stats"):
            self.quarry(command)
        self.quarry("search --batch -", text='{"id": 1, "query": "tides"}\n', lines=True)
        self.quarry("docs rm bad.txt")
        self.server()
        self.quarry("collections add sky --description Above")
        self.quarry("collections ls")
        self.users()
        self.quarry("collections rm sky")
        export = subprocess.run([QUARRY, "docs", "export"], cwd=self.folder, env=self.environment, capture_output=True,
                                text=True, check=True).stdout
        self.fits(json.loads(export.splitlines()[0]), "docs export")
        self.write("export.jsonl", export)
        self.quarry("docs import export.jsonl --base other.db")
        self.quarry("backup base.backup")
        self.quarry("restore base.backup --base restored.db")
        self.quarry(f"store copy .quarry/base.db {shared_server().make_database()}")

    def answers(self):
        question = "How far away is the moon?"
        self.write("answer.json", self.quarry("ask -", text=question))
        self.quarry("verify answer.json")
        self.quarry("ask - --session sky", text=question)
        self.quarry("ask --show-prompt -", text=question)
        self.quarry("ask -", text="Who baked the bread?", code=10)
        self.quarry("batch -", text=f"{question}\nWho baked the bread?\n", lines=True)
        self.quarry("batch - --dry-run", text=question)
        self.quarry("chat --session sky", text=f"{question}\n", lines=True)
        self.write("questions.txt", question)
        self.quarry("batch questions.txt -o answers.jsonl")
        for command in ("chats ls", "chats export sky", "chats redact --kinds email",
                        "chats rm sky", "trace ls", "trace show last",
                        "trace clear", "cache clear"):
            self.quarry(command)

    def evaluations(self):
        self.write("eval.jsonl", '{"question": "How far away is the moon?", "source": "docs/moon.md", '
                                 '"text": "The moon is 384,400 km away", "facts": ["384,400"]}\n')
        self.quarry("eval retrieval --mode lexical --per-query")
        self.quarry("eval retrieval --mode lexical --set search.limit=5")
        self.quarry("eval chunking --mode lexical --per-query")
        self.quarry("eval answers --mode lexical --per-query")
        self.write("eval.jsonl", "".join(
            f'{{"question": "{word}", "source": "{file}"}}\n'
            for word, file in (("moon", "docs/moon.md"), ("tides", "docs/tides.md"), ("twice", "docs/tides.md"), ("Earth", "docs/moon.md"),
                               ("away", "docs/moon.md"), ("twice a day", "docs/tides.md"))))
        self.quarry("eval tune --folds 2")
        self.quarry("eval index --queries 5")

    def settings_and_models(self):
        for command in ("config show", "config get search.limit", "config set search.limit 7",
                        "config unset search.limit", "config path",
                        "config trust", "models ls", "--version", "doctor"):
            self.quarry(command)
        self.quarry("config get no.such.key", code=2, lines=True)
        self.write("pairs.jsonl", "".join(f'{{"query": "who pays {n}?", "text": "The buyer {n} pays."}}\n' for n in range(9)))
        self.quarry("embed train --corpus notes --pairs pairs.jsonl -o words.table")
        self.quarry("models add words.table")
        self.quarry("config set --user models.fast.model openai:any")
        self.quarry("models ls")
        self.quarry("models rm words")

    def mcp_servers(self):
        server = SOURCE / "tests" / "support" / "mcp_server.py"
        self.quarry("mcp install zed")
        self.quarry("mcp add web --url https://example.org/mcp")
        self.quarry("mcp rm web")
        self.write(".mcp.json", json.dumps({"mcpServers": {"demo": {"command": sys.executable, "args": [str(server)]}}}))
        self.quarry("mcp trust demo --yes")
        for command in ("mcp ls", "mcp tools demo", "mcp call demo fail", "mcp resources demo", "mcp resources demo test://notes",
                        "mcp prompts demo"):
            self.quarry(command, code=1 if command.endswith("fail") else 0)
        self.quarry(["mcp", "prompts", "demo", "greet", '{"who": "Ada"}'])
        (self.folder / ".mcp.json").unlink()
        self.seen.add("quarry.mcp.login/1")  # wants a person; tests/integration/mcp_client_test.py logs in

    def agents(self):
        self.write("agent.yaml", "agent_class: SequentialAgent\nname: both\nsub_agents:\n"
                                 "  - {name: first, set: {n: 21}}\n  - {name: second, set: {twice: n * 2}}\n")
        for command in ("agent check agent.yaml", "agent run agent.yaml --dry-run", "agent run agent.yaml --thread one",
                        "agent ls", "agent ls --threads", "agent show last", "agent history one", "agent history one --at 1", "agent history one --at 1 --diff 0", "agent fork one --at 1 --name two"):
            self.quarry(command)
        self.write("tests/one.json", self.quarry("agent show last --recording"))
        self.quarry("agent test tests")
        self.quarry("agent rm one")

    def migrations(self):
        base = "--dir migrations --url sqlite:app.db"
        self.write("migrations/0001_users.sql", f"{UP}CREATE TABLE users (id INTEGER PRIMARY KEY);\n{DOWN}DROP TABLE users;\n")
        self.quarry("migrate new add_mail --dir migrations")
        self.write("migrations/0002_add_mail.sql",
                   f"{UP}ALTER TABLE users ADD COLUMN mail TEXT;\n{DOWN}ALTER TABLE users DROP COLUMN mail;\n")
        self.quarry(f"migrate create {base}")
        for command in (f"migrate status {base}", f"migrate plan {base}", f"migrate plan {base} --sql", f"migrate lint {base} --fail-on error",
                        f"migrate up {base} --dry-run", f"migrate up {base}", f"migrate check {base} --roundtrip",
                        f"migrate down {base}", f"migrate to 0002 {base}", f"migrate redo {base}", f"migrate history {base}",
                        f"migrate history {base} --show 3", f"migrate dump {base}",
                        f"migrate diff {base} --from migrations --to app.db",
                        f"migrate wait {base}", "migrate lint --rules", f"migrate stamp 0001 {base} --dry-run"):
            self.quarry(command)
        self.write("migrations/0002_add_mail.sql",
                   f"{UP}ALTER TABLE users ADD COLUMN mail TEXT; -- edited\n{DOWN}ALTER TABLE users DROP COLUMN mail;\n")
        self.quarry(f"migrate check {base}", code=5)
        self.quarry(f"migrate repair {base} --yes")
        self.quarry(f"migrate squash {base} --dry-run")
        self.quarry(f"migrate squash {base}")
        self.write("goose/00001_a.sql", "-- +goose Up\nCREATE TABLE a (b INT);\n-- +goose Down\nDROP TABLE a;\n")
        self.quarry("migrate import --from-dir goose --dir imported --dialect sqlite")
        self.quarry(f"migrate drop {base} --yes")

    def test_pages_name_no_other(self):
        named = set()
        for page in (SOURCE / "docs").rglob("*.md"):
            named |= set(re.findall(r"\bquarry\.[a-z]+(?:\.[a-z]+)*/[0-9]+", page.read_text()))
        self.assertEqual(sorted(named - set(self.schemas)), [])


if __name__ == "__main__":
    unittest.main()
