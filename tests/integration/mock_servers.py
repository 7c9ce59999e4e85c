"""Model servers that quarry's authors did not write, started on loopback for a test and stopped with it.

    with mock_servers.aimock(fixtures) as server: ...     # answers of many providers, a journal of what was asked
    with mock_servers.prism() as server: ...              # refuses with 422 what the vendors' own types do not allow

`server.url` is "http://127.0.0.1:PORT", `server.journal()` what aimock was sent. scripts/setup installs them from
tests/servers; `need_servers()` ends a test that has none with status 77, which ctest reports as skipped.
"""
import contextlib
import json
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

from ports import port_to_keep

ROOT = pathlib.Path(__file__).resolve().parents[2]
SERVERS = ROOT / "build" / "third_party" / "test_servers"
MODULES = SERVERS / "node_modules"
# The one that scripts/setup gets where the system's is too old.
NODE = next((str(node) for node in SERVERS.glob("node/node_modules/node-linux-*/bin/node")), shutil.which("node"))


def need_servers():
    """Ends the test as skipped, with the cure, when the servers are not installed."""
    if not (MODULES / "@copilotkit").is_dir() or not NODE:
        print("skipped: Node.js and the servers of tests/servers are needed: scripts/setup")
        sys.exit(77)


class MockServer:
    """A server that runs. `log` is what it printed so far."""

    def __init__(self, port, process, log):
        self.url = f"http://127.0.0.1:{port}"
        self.process = process
        self.log = log

    def journal(self):
        """The requests that aimock got, oldest first: method, path, headers, body, response."""
        with urllib.request.urlopen(self.url + "/__aimock/journal", timeout=10) as response:
            answer = json.load(response)
        return answer["entries"] if isinstance(answer, dict) else answer


def listens(port):
    with socket.socket() as client:
        client.settimeout(1)
        return client.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def running(folder, arguments):
    """Runs a program of MODULES, whose arguments get "PORT" replaced, until the block ends."""
    port = port_to_keep()
    log = pathlib.Path(folder) / "server.log"
    with open(log, "wb") as output:
        process = subprocess.Popen([NODE, *[a.replace("PORT", str(port)) for a in arguments]], cwd=folder,
                                   stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
    try:
        until = time.monotonic() + 90
        while not listens(port):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"the server did not start: {log.read_text(errors='replace')}")
            time.sleep(0.1)
        yield MockServer(port, process, log)
    finally:
        process.kill()
        process.wait()


@contextlib.contextmanager
def aimock(fixtures=(), options=()):
    """aimock with fixtures ([{"match": {…}, "response": {…}}, …]) and options of its command line."""
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "fixtures").mkdir()
        (pathlib.Path(folder) / "fixtures" / "all.json").write_text(json.dumps({"fixtures": list(fixtures)}))
        program = MODULES / "@copilotkit" / "aimock" / "dist" / "cli.js"
        with running(folder, [str(program), "-p", "PORT", "-h", "127.0.0.1", "-f", f"{folder}/fixtures", *options]) as server:
            yield server


@contextlib.contextmanager
def aimock_reranker(scores):
    """aimock that gives the documents of any query to /v2/rerank these scores, in their order."""
    results = [{"index": index, "relevance_score": score} for index, score in enumerate(scores)]
    module = (MODULES / "@copilotkit" / "aimock" / "dist" / "index.js").as_uri()
    script = (f"import {{ LLMock }} from {json.dumps(module)}; const mock = new LLMock({{ port: PORT, host: '127.0.0.1' }});"
              f" mock.onRerank(/.*/, {json.dumps(results)}); await mock.start();")
    with tempfile.TemporaryDirectory() as folder:
        with running(folder, ["--input-type=module", "-e", script]) as server:
            yield server


@contextlib.contextmanager
def prism():
    """prism on the protocols of OpenAI, Anthropic and Ollama, as their own published types describe them."""
    with tempfile.TemporaryDirectory() as folder:
        document = f"{folder}/api.json"
        subprocess.run([NODE, ROOT / "tests" / "servers" / "openapi.mjs", MODULES, document], check=True, timeout=120)
        program = MODULES / "@stoplight" / "prism-cli" / "dist" / "index.js"
        with running(folder, [str(program), "mock", "-h", "127.0.0.1", "-p", "PORT", "--errors", document]) as server:
            yield server
