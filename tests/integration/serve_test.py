"""quarry serve over sockets: start and end, streams that are cut and go on, a model that hangs, the command line beside."""
import http.client
import http.server
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path
from urllib.parse import urlsplit

QUARRY = os.path.abspath(sys.argv.pop(1))

MODEL = """
import json, os, sys, time
request = json.loads(sys.stdin.readline())
question = request["messages"][-1]["content"]
open("asked", "w").write(str(os.getpid()))
for word in ["The", " moon", " is", " far", " [1]", "."]:
    print(json.dumps({"text": word}), flush=True)
    time.sleep(60 if "hang" in question else 0.2 if "slowly" in question else 0)
print(json.dumps({"finish_reason": "stop"}), flush=True)
"""


class Events:
    """The events of a stream, read from a socket of its own."""

    def __init__(self, server, method, path, body=None, after=None):
        self.connection = server.connection()
        headers = server.headers() | {"Accept": "text/event-stream"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if after is not None:
            headers["Last-Event-ID"] = after
        self.connection.request(method, path, None if body is None else json.dumps(body), headers)
        self.response = self.connection.getresponse()
        self.run = (self.response.getheader("Location") or "").rsplit("/", 1)[-1]

    def __iter__(self):
        event = {}
        for line in self.response:
            name, colon, value = line.decode().rstrip("\n").partition(": ")
            if colon and name:
                event[name] = value
            elif not name and "event" in event:
                yield event["event"], event.get("id"), json.loads(event["data"])
                event = {}
            elif not name:
                event = {}

    def cut(self):
        self.response.close()
        self.connection.close()


class Server:
    def __init__(self, folder, environment, *options):
        with open(folder / "log", "a") as log:
            self.process = subprocess.Popen(
                [QUARRY, "serve", "--listen", "127.0.0.1:0", "--json", *options], cwd=folder, env=environment, text=True,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log)
        document = ""
        while not document.rstrip().endswith("}"):
            line = self.process.stdout.readline()
            if not line:
                raise RuntimeError((folder / "log").read_text())
            document += line
        self.started = json.loads(document)
        self.address = urlsplit(self.started["url"])

    def headers(self):
        return {"Authorization": f"Bearer {self.started['token']}"}

    def connection(self):
        return http.client.HTTPConnection(self.address.hostname, self.address.port, timeout=120)

    def request(self, method, path, body=None, headers=None):
        connection = self.connection()
        try:
            more = {} if body is None else {"Content-Type": "application/json"}
            connection.request(method, path, None if body is None else json.dumps(body),
                               (self.headers() if headers is None else headers) | more)
            response = connection.getresponse()
            text = response.read()
        finally:
            connection.close()
        is_json = "json" in (response.getheader("Content-Type") or "")
        return response.status, json.loads(text) if is_json else text.decode()

    def end(self, sent=signal.SIGTERM):
        self.process.send_signal(sent)
        self.process.communicate(timeout=120)
        return self.process.returncode


class Serve(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="quarry-serve-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "model.py").write_text(MODEL)
        (self.folder / "moon.txt").write_text("The moon is far.\n")
        kept = {name: os.environ[name] for name in ("PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS") if name in os.environ}
        self.environment = kept | {
            "HOME": str(self.folder), "QUARRY_CHAT_COMMAND": f"{sys.executable} model.py",
            "QUARRY_CHAT_PROVIDER": "command", "QUARRY_SEARCH_MODE": "lexical", "QUARRY_CACHE_ENABLED": "false",
            "QUARRY_ASK_MIN_SCORE": "0",
        }
        self.quarry("ingest", "moon.txt")

    def quarry(self, *arguments):
        return subprocess.run([QUARRY, *arguments], cwd=self.folder, env=self.environment, check=True, timeout=120,
                              capture_output=True, text=True).stdout

    def serve(self, *options):
        server = Server(self.folder, self.environment, *options)
        self.addCleanup(lambda: server.process.poll() is None and server.end(signal.SIGKILL))
        return server

    def test_answers_and_ends_in_good_order(self):
        server = self.serve()
        self.assertEqual(server.request("GET", "/livez", headers={})[0], 200)
        self.assertEqual(server.request("GET", "/api/v1/me", headers={})[0], 401)
        status, found = server.request("POST", "/api/v1/search", {"query": "moon"})
        self.assertEqual((status, found["schema"]), (200, "quarry.search/1"))
        status, answer = server.request("POST", "/api/v1/ask", {"question": "How far is the moon?"})
        self.assertEqual(status, 200, answer)
        self.assertIn("The moon is far", answer["answer"])
        # The command line goes on beside the server, which sees what it does.
        (self.folder / "sun.txt").write_text("The sun is hot.\n")
        self.quarry("ingest", "sun.txt")
        self.assertEqual(len(server.request("POST", "/api/v1/search", {"query": "sun"})[1]["hits"]), 1)
        self.assertEqual(server.end(), 0)
        log = (self.folder / "log").read_text()
        self.assertNotIn(server.started["token"], log)
        self.assertNotIn("How far", log)

    def test_a_stream_that_is_cut_goes_on_where_it_was(self):
        server = self.serve()
        whole = Events(server, "POST", "/api/v1/ask", {"question": "How far is the moon, slowly?"})
        seen = []
        for event in whole:
            seen.append(event)
            if len(seen) == 3:
                break
        whole.cut()
        while seen[-1][0] not in ("done", "failed"):  # cut after each event
            rest = Events(server, "GET", f"/api/v1/runs/{whole.run}/events", after=seen[-1][1])
            seen.append(next(iter(rest)))
            rest.cut()
        numbers = [int(event[1].rsplit("/", 1)[1]) for event in seen]
        self.assertEqual(numbers, list(range(1, len(seen) + 1)))
        self.assertEqual(seen[-1][0], "done")
        self.assertEqual("".join(event[2]["text"] for event in seen if event[0] == "text"), "The moon is far [1].")
        self.assertEqual(server.end(), 0)

    def test_a_model_that_hangs_ends_with_its_client(self):
        server = self.serve()
        connection = server.connection()
        connection.request("POST", "/api/v1/ask", json.dumps({"question": "Does the moon hang?"}),
                           server.headers() | {"Content-Type": "application/json"})
        asked = self.folder / "asked"
        self.wait_for(lambda: asked.exists() and asked.read_text())
        pid = int(asked.read_text())
        connection.sock.shutdown(socket.SHUT_RDWR)
        connection.close()
        self.wait_for(lambda: self.has_ended(pid))
        # By its id likewise, while somebody reads.
        asked.unlink()
        events = Events(server, "POST", "/api/v1/ask", {"question": "Does the moon hang again?"})
        self.wait_for(lambda: asked.exists() and asked.read_text())
        self.assertEqual(server.request("DELETE", f"/api/v1/runs/{events.run}")[0], 200)
        last = list(events)[-1]
        self.assertEqual((last[0], last[2]["error"]["code"]), ("failed", "interrupted"))
        self.assertEqual(server.end(), 0)

    def test_a_request_to_a_models_server_ends_with_its_client(self):
        """How long that takes is printed; the target is 200 ms."""
        asked, gone = threading.Event(), threading.Event()

        class Hanging(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
                self.wfile.write(b'data: {"choices":[{"index":0,"delta":{"content":"The"},"finish_reason":null}]}\n\n')
                asked.set()
                self.connection.settimeout(120)
                try:
                    self.connection.recv(1)
                except ConnectionError:
                    pass
                gone.set()

            def log_message(self, *_):
                pass

        models = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hanging)
        threading.Thread(target=models.serve_forever, daemon=True).start()
        self.addCleanup(models.server_close)
        self.addCleanup(models.shutdown)
        self.environment |= {"QUARRY_CHAT_PROVIDER": "openai", "QUARRY_CHAT_MODEL": "m",
                             "QUARRY_CHAT_BASE_URL": f"http://127.0.0.1:{models.server_port}/v1"}
        server = self.serve()
        for path, body in (("/api/v1/ask", {"question": "How far is the moon?"}),
                           ("/v1/chat/completions", {"model": "quarry", "stream": True,
                                                     "messages": [{"role": "user", "content": "How far is the moon?"}]}),
                           ("/v1/chat/completions", {"model": "m", "messages": [{"role": "user", "content": "Hello."}]})):
            asked.clear()
            gone.clear()
            connection = server.connection()
            connection.request("POST", path, json.dumps(body), server.headers() | {"Content-Type": "application/json"})
            self.assertTrue(asked.wait(120), path)
            begun = time.monotonic()
            connection.sock.shutdown(socket.SHUT_RDWR)
            connection.close()
            self.assertTrue(gone.wait(120), path)
            print(f"{path} {body.get('model', '')}: the upstream request ended after {(time.monotonic() - begun) * 1000:.0f} ms")
        self.assertEqual(server.end(), 0)

    def test_streams_are_told_that_the_server_ends(self):
        server = self.serve()
        events = Events(server, "POST", "/api/v1/ask", {"question": "Does the moon hang?"})
        stream = iter(events)
        self.assertEqual(next(stream)[0], "retrieved")
        server.process.send_signal(signal.SIGTERM)
        self.assertEqual(list(stream)[-1][0], "shutdown")
        server.process.communicate(timeout=120)
        self.assertEqual(server.process.returncode, 0)

    def test_many_clients_at_once(self):
        server = self.serve()
        failures = []

        def ask(number):
            for i in range(5):
                status, found = server.request("POST", "/api/v1/search", {"query": "moon"})
                if status != 200 or len(found["hits"]) != 1:
                    failures.append(found)
                status, report = server.request("POST", "/api/v1/documents",
                                                {"documents": [{"id": f"n{number}-{i}", "text": "It is night."}]})
                if status != 200:
                    failures.append(report)

        threads = [threading.Thread(target=ask, args=(i,)) for i in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])
        self.assertEqual(server.end(), 0)
        self.assertEqual(json.loads(self.quarry("docs", "stats", "--json"))["documents"], 31 - 29)
        self.quarry("docs", "verify")

    def has_ended(self, pid):
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
        except OSError:  # it is gone
            return True

    def wait_for(self, what, seconds=120):
        end = time.monotonic() + seconds
        while not what():
            self.assertLess(time.monotonic(), end, "it did not happen in time")
            time.sleep(0.02)


if __name__ == "__main__":
    unittest.main()
