"""A quarry serve of a test: a folder with a base, a server on a free port of loopback, requests to it.

The program is the script's first argument, which is taken from sys.argv.
"""
import http.client
import json
import os
import signal
import subprocess
import sys
from urllib.parse import urlsplit

QUARRY = os.path.abspath(sys.argv.pop(1))


class Served:
    def __init__(self, folder, settings):
        kept = {name: os.environ[name] for name in ("PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS") if name in os.environ}
        self.folder = folder
        self.environment = kept | {"HOME": str(folder)} | settings
        self.process = None

    def quarry(self, *arguments):
        return subprocess.run([QUARRY, *arguments], cwd=self.folder, env=self.environment, check=True, timeout=120,
                              capture_output=True, text=True).stdout

    def start(self, *options, **more):
        """Starts the server; what it prints is read, its log goes to the file `log`."""
        with open(self.folder / "log", "a") as log:
            self.process = subprocess.Popen(
                [QUARRY, "serve", "--listen", "127.0.0.1:0", "--json", *options], cwd=self.folder, env=self.environment,
                text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, **more)
        document = ""
        while not document.rstrip().endswith("}"):
            line = self.process.stdout.readline()
            if not line:
                raise RuntimeError((self.folder / "log").read_text())
            document += line
        started = json.loads(document)
        self.url, self.token, self.browser = started["url"], started["token"], started["sign_in"]
        address = urlsplit(self.url)
        self.host, self.port = address.hostname, address.port

    def connection(self):
        return http.client.HTTPConnection(self.host, self.port, timeout=120)

    def request(self, method, path, body=None, headers=None):
        """The response with its body read, as `text` and, where it is JSON, as `json`."""
        connection = self.connection()
        try:
            sent = {"Authorization": f"Bearer {self.token}"} | ({} if body is None else {"Content-Type": "application/json"})
            connection.request(method, path, None if body is None else json.dumps(body), sent | (headers or {}))
            response = connection.getresponse()
            response.body = response.read()
        finally:
            connection.close()
        is_json = "json" in (response.getheader("Content-Type") or "")
        response.json = json.loads(response.body) if is_json and response.body and not response.getheader(
            "Content-Encoding") else None
        return response

    def logged(self):
        """The lines of the log about requests. Complete after `end`."""
        lines = [json.loads(line) for line in (self.folder / "log").read_text().splitlines() if line.startswith('{"time"')]
        return [line for line in lines if "route" in line]

    def end(self):
        """Asks it to end, and gives its exit code."""
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=120)
        return self.process.returncode

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
        if self.process:
            self.process.communicate()
