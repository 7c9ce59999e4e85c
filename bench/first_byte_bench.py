#!/usr/bin/env python3
"""How long quarry takes on the way of a streamed answer, besides the model: against a server that answers at once.

    first_byte_bench.py QUARRY [RUNS]

For each protocol, the medians and minima in milliseconds of: from the start of `quarry ask` to the request at the server
(that is retrieval, mostly); from the first piece that the server sends to the first byte that is printed; and how much
longer the whole takes than the same question answered without a model.
"""
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from http.server import ThreadingHTTPServer

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests" / "support"))
import chat_server  # noqa: E402

QUARRY = os.path.abspath(sys.argv[1])
RUNS = int(sys.argv[2]) if len(sys.argv) > 2 else 30
PROVIDERS = {"openai": "/v1", "anthropic": "", "gemini": "/v1beta", "ollama": ""}
seen = {}


class TimedHandler(chat_server.Handler):
    def do_POST(self):
        seen["request"] = time.perf_counter()
        self.first = True
        super().do_POST()

    def end_headers(self):
        super().end_headers()
        seen["sent"] = time.perf_counter()


def first_byte(folder, arguments):
    """Seconds of start and first printed byte."""
    environment = {"PATH": os.environ["PATH"], "HOME": folder, "OPENAI_API_KEY": "k", "ANTHROPIC_API_KEY": "k",
                   "GEMINI_API_KEY": "k"}
    start = time.perf_counter()
    with subprocess.Popen([QUARRY, "ask", "how far away is the moon?", "--mode", "lexical", *arguments], cwd=folder,
                          env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as run:
        os.read(run.stdout.fileno(), 1)
        printed = time.perf_counter()
        run.stdout.read()
    if run.returncode != 0:
        raise SystemExit("quarry failed")
    return start, printed


def show(name, seconds):
    values = sorted(1000 * value for value in seconds)
    return f"{name} median {statistics.median(values):.2f} min {values[0]:.2f}"


def main():
    server = ThreadingHTTPServer(("127.0.0.1", 0), TimedHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "moon.md").write_text("# Moon\n\nThe moon is 384,400 km away from the earth.\n")
        subprocess.run([QUARRY, "ingest", "--quiet", "moon.md"], cwd=folder, env={"HOME": folder}, check=True)
        without = []
        rows = {provider: ([], [], []) for provider in PROVIDERS}
        for _ in range(RUNS):
            start, printed = first_byte(folder, ["--provider", "extractive"])
            without.append(printed - start)
            for provider, path in PROVIDERS.items():
                base = f"chat.base_url=http://127.0.0.1:{server.server_address[1]}{path}"
                start, printed = first_byte(folder, ["--provider", provider, "--model", "m", "--no-cache", "--config", base])
                before, after, whole = rows[provider]
                before.append(seen["request"] - start)
                after.append(printed - seen["sent"])
                whole.append(printed - start)
        print(show("without a model: start to first byte", without))
        for provider, (before, after, whole) in rows.items():
            more = statistics.median(whole) - statistics.median(without)
            print(f"{provider}: {show('to the request', before)}; {show('from the server to the screen', after)}; "
                  f"all of it, longer than without a model by {1000 * more:.2f} (min {1000 * (min(whole) - min(without)):.2f})")


main()
