"""quarry serve behind nginx and caddy with the files of docs/serve, and as systemd starts it: a passed socket, READY, STOPPING.

What is not installed is skipped.
"""
import base64
import http.client
import json
import os
import re
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from ports import port_to_keep
from served import QUARRY, Served

PAGES = Path(__file__).resolve().parents[2] / "docs" / "serve"
NAME = "docs.example.org"
MODEL = """
import json, os, sys, time
json.loads(sys.stdin.readline())
for word in ["The", " moon", " is", " far", " [1].", " The", " moon"]:
    print(json.dumps({"text": word}), flush=True)
end = time.monotonic() + 60
while not os.path.exists("go_on") and time.monotonic() < end:
    time.sleep(0.01)
print(json.dumps({"text": " is far [1]." if os.path.exists("go_on") else " is late."}), flush=True)
print(json.dumps({"finish_reason": "stop"}), flush=True)
"""


class Behind(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="quarry-proxy-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.folder.chmod(0o755)  # nginx's workers are another user
        (self.folder / "moon.txt").write_text("The moon is far.\n")
        (self.folder / "model.py").write_text(MODEL)
        self.served = Served(self.folder, {
            "QUARRY_SEARCH_MODE": "lexical", "QUARRY_EMBED_PROVIDER": "none", "QUARRY_SERVE_HOSTS": NAME,
            "QUARRY_CHAT_COMMAND": "python3 model.py", "QUARRY_CHAT_PROVIDER": "command", "QUARRY_CACHE_ENABLED": "false",
            "QUARRY_ASK_MIN_SCORE": "0"})
        self.served.quarry("ingest", "moon.txt")
        self.addCleanup(self.served.kill)

    def run_proxy(self, *command):
        """Starts a proxy for https on self.port and waits until it listens."""
        self.port = port_to_keep()
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-days", "2", "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}",
                        "-keyout", self.folder / "own.key", "-out", self.folder / "own.pem"], check=True, capture_output=True)
        self.served.start("--behind-proxy=127.0.0.1")
        self.configure()
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "XDG_DATA_HOME": str(self.folder / "data")}
        with open(self.folder / "proxy.log", "w") as log:
            proxy = subprocess.Popen(command, cwd=self.folder, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.addCleanup(lambda: (proxy.terminate(), proxy.wait(60)))
        end = time.monotonic() + 60
        while True:
            try:
                return self.connect().close()
            except OSError:
                if time.monotonic() > end or proxy.poll() is not None:
                    self.fail((self.folder / "proxy.log").read_text())
                time.sleep(0.05)

    def connect(self):
        context = ssl.create_default_context(cafile=self.folder / "own.pem")
        return context.wrap_socket(socket.create_connection(("127.0.0.1", self.port), 60, ("127.0.0.2", 0)), server_hostname=NAME)

    def request(self, method, path, body=None, **fields):
        connection = http.client.HTTPConnection(NAME)
        connection.sock = self.connect()
        headers = {"Authorization": f"Bearer {self.served.token}", "Content-Type": "application/json"} | fields
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        response = connection.getresponse()
        self.addCleanup(connection.close)
        return response

    def check(self):
        status = self.request("GET", "/api/v1/me", **{"X-Forwarded-For": "6.6.6.6", "Forwarded": "for=7.7.7.7;host=x"})
        self.assertEqual((status.status, json.load(status)["name"]), (200, "owner"))
        self.assertTrue(status.getheader("Strict-Transport-Security"))
        # A stream comes as it is made, not at its end: the model goes on when its first words are here.
        stream = self.request("POST", "/api/v1/ask", {"question": "How far is the moon?"}, Accept="text/event-stream")
        events = b""
        for line in stream:
            events += line
            if line.startswith(b"event: text"):
                (self.folder / "go_on").touch()
        self.assertIn(b"event: done", events)
        self.assertNotIn(b"late", events)
        # A WebSocket.
        with self.connect() as client:
            key = base64.b64encode(os.urandom(16)).decode()
            client.sendall(f"GET /ws/chat HTTP/1.1\r\nHost: {NAME}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                           f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\nOrigin: https://{NAME}\r\n"
                           f"Authorization: Bearer {self.served.token}\r\n\r\n".encode())
            reader = client.makefile("rb")
            self.assertIn(b" 101 ", reader.readline())
            while reader.readline() not in (b"\r\n", b""):
                pass

            def receive():
                first, size = reader.read(2)
                self.assertEqual(first, 0x81)
                size = struct.unpack(">H", reader.read(2))[0] if size == 126 else size
                return json.loads(reader.read(size))

            self.assertEqual(receive()["type"], "ready")
            message = json.dumps({"type": "ping", "id": 1}).encode()
            client.sendall(bytes([0x81, 0x80 | len(message)]) + bytes(4) + message)
            self.assertEqual(receive(), {"type": "pong", "id": 1})
        self.assertEqual(self.served.end(), 0)
        self.assertEqual({line["peer"] for line in self.served.logged()}, {"127.0.0.2"})

    @unittest.skipUnless(shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin"), "nginx is not installed")
    def test_nginx(self):
        self.configure = self.configure_nginx
        self.run_proxy(shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin"), "-p", str(self.folder), "-c", "proxy.conf",
                       "-e", "stderr", "-g", "daemon off; pid nginx.pid;")
        self.check()

    def configure_nginx(self):
        text = (PAGES / "nginx.conf").read_text()
        for wanted, given in (("listen 443 ssl http2", f"listen 127.0.0.1:{self.port} ssl http2"),
                              ("127.0.0.1:8420", f"127.0.0.1:{self.served.port}"),
                              ("/etc/ssl/docs.example.org.pem", "own.pem"), ("/etc/ssl/private/docs.example.org.key", "own.key")):
            self.assertIn(wanted, text)
            text = text.replace(wanted, given)
        folders = "".join(f"{name}_temp_path {name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (self.folder / "proxy.conf").write_text(f"events {{}} http {{ access_log off; {folders}\n{text}\n}}\n")

    @unittest.skipUnless(shutil.which("caddy"), "caddy is not installed")
    def test_caddy(self):
        self.configure = self.configure_caddy
        self.run_proxy("caddy", "run", "--config", "Caddyfile", "--adapter", "caddyfile")
        self.check()

    def configure_caddy(self):
        text = (PAGES / "Caddyfile").read_text()
        for wanted, given in ((f"\n{NAME} {{", f"\n{NAME}:{self.port} {{\n\ttls own.pem own.key"),
                              ("127.0.0.1:8420", f"127.0.0.1:{self.served.port}")):
            self.assertIn(wanted, text)
            text = text.replace(wanted, given)
        (self.folder / "Caddyfile").write_text("{\n\tadmin off\n\tauto_https off\n}\n" + text)

    def test_a_passed_socket_and_what_the_supervisor_is_told(self):
        told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(told.close)
        told.bind(str(self.folder / "notify"))
        told.settimeout(60)
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        listener.set_inheritable(True)
        self.served.environment["NOTIFY_SOCKET"] = str(self.folder / "notify")
        # As systemd does: the socket is file 3, and LISTEN_PID the process that may take it.
        start = f'exec 3<&{listener.fileno()}; export LISTEN_FDS=1 LISTEN_PID=$$; exec "$0" serve --json'
        with open(self.folder / "log", "w") as log:
            process = subprocess.Popen(["bash", "-c", start, QUARRY], cwd=self.folder, env=self.served.environment, text=True,
                                       pass_fds=[listener.fileno()], stdout=subprocess.PIPE, stderr=log)
        self.addCleanup(lambda: (process.kill(), process.communicate()) if process.poll() is None else None)
        self.assertEqual(told.recv(100), b"READY=1")
        url = re.search(r'"url": "http://([^"]+)"', "".join(process.stdout.readline() for _ in range(3)))[1]
        self.assertEqual(url, "127.0.0.1:%d" % listener.getsockname()[1])
        connection = http.client.HTTPConnection(url, timeout=60)
        connection.request("GET", "/readyz")
        self.assertEqual(connection.getresponse().read(), b"ready\n")
        connection.close()
        process.send_signal(signal.SIGTERM)
        self.assertEqual(told.recv(100), b"STOPPING=1")
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0)

    @unittest.skipUnless(shutil.which("systemd-analyze"), "systemd is not installed")
    def test_the_units_are_units(self):
        for unit in ("quarry.service", "quarry.socket"):
            text = (PAGES / unit).read_text().replace("/usr/bin/quarry", QUARRY)
            (self.folder / unit).write_text(text)
        checked = subprocess.run(["systemd-analyze", "verify", self.folder / "quarry.service"], capture_output=True, text=True)
        self.assertEqual((checked.returncode, checked.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()
