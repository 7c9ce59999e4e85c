"""quarry as a client of MCP servers: the conformance suite of the protocol against core/mcp_client, and the reference
server over both transports against the program.

scripts/setup installs both from tests/clients; without them the test is skipped.
"""
import base64
import hashlib
import http.server
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import unittest
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CLIENTS = ROOT / "build" / "third_party" / "test_clients"
PACKAGES = CLIENTS / "node_modules" / "@modelcontextprotocol"
NODE = next((str(node) for node in CLIENTS.glob("node/node_modules/node-linux-*/bin/node")), None)
QUARRY = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else None
CONFORMANCE = PACKAGES / "conformance" / "dist" / "index.js"
EVERYTHING = PACKAGES / "server-everything" / "dist" / "index.js"


class Conformance(unittest.TestCase):
    """Each scored scenario of a revision passes; extensions run beside them and are not scored."""

    def passes(self, revision, scenarios):
        client = Path(QUARRY).with_name("mcp_conformance_client")
        with tempfile.TemporaryDirectory(prefix="quarry-mcp-") as folder:
            run = subprocess.run([NODE, CONFORMANCE, "client", "--command", client, "--requirements", revision,
                                  "--timeout", "120000", "-o", folder],
                                 cwd=folder, capture_output=True, text=True, timeout=600)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        summary = run.stdout[run.stdout.index("SUITE SUMMARY"):]
        unscored = set(re.findall(r"^  . (\S+) \(", summary, re.MULTILINE))
        passed = set(re.findall(r"^✓ (\S+):", summary, re.MULTILINE)) - unscored
        self.assertEqual(len(passed), scenarios, summary)

    def test_2026_07_28(self):
        self.passes("2026-07-28", 32)

    def test_2025_11_25(self):
        self.passes("2025-11-25", 18)


class Program(unittest.TestCase):
    """quarry in a folder of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="quarry-mcp-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "LC_ALL": "C.UTF-8"}

    def quarry(self, *arguments):
        run = subprocess.run([QUARRY, *arguments], cwd=self.folder, env=self.environment, text=True,
                             stdin=subprocess.DEVNULL, capture_output=True, timeout=300)
        self.assertEqual(run.returncode, 0, f"{arguments}\n{run.stdout}{run.stderr}")
        return run.stdout


class Everything(Program):
    """The reference server, over both transports."""

    def uses_it(self):
        listed = json.loads(self.quarry("mcp", "tools", "everything", "--json"))
        names = {tool["name"] for tool in listed["tools"]}
        self.assertIn("echo", names)
        self.assertEqual(self.quarry("mcp", "call", "everything", "echo", '{"message": "hi"}'), "Echo: hi\n")
        resources = json.loads(self.quarry("mcp", "resources", "everything", "--json"))["resources"]
        plain = next(one["uri"] for one in resources if not one["is_template"])
        self.assertNotEqual(self.quarry("mcp", "resources", "everything", plain), "")
        prompts = json.loads(self.quarry("mcp", "prompts", "everything", "--json"))["prompts"]
        without = next(one["name"] for one in prompts if not one["arguments"])
        self.assertIn("user: ", self.quarry("mcp", "prompts", "everything", without))
        self.assertIn("everything", self.quarry("doctor"))

    def test_stdio(self):
        self.quarry("mcp", "add", "everything", "--", NODE, str(EVERYTHING), "stdio")
        self.uses_it()

    def test_http(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        server = subprocess.Popen([NODE, EVERYTHING, "streamableHttp"], env=self.environment | {"PORT": str(port)},
                                  cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.addCleanup(lambda: (server.kill(), server.communicate()))
        for line in server.stderr:  # it says when it listens
            if "listening" in line.lower():
                break
        self.quarry("mcp", "add", "everything", "--url", f"http://127.0.0.1:{port}/mcp")
        self.uses_it()


class Protected(http.server.BaseHTTPRequestHandler):
    """A MCP server that wants a login, and the authorization server that gives it, in one."""

    def log_message(self, *_arguments):
        pass

    def answer(self, status, document=None, **headers):
        body = json.dumps(document).encode() if document is not None else b""
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        here = f"http://127.0.0.1:{self.server.server_port}"
        path, _, query = self.path.partition("?")
        if path == "/.well-known/oauth-protected-resource/mcp":
            self.answer(200, {"resource": f"{here}/mcp", "authorization_servers": [here], "scopes_supported": ["read"]})
        elif path == "/.well-known/oauth-authorization-server":
            self.answer(200, {"issuer": here, "authorization_endpoint": f"{here}/authorize",
                              "token_endpoint": f"{here}/token", "registration_endpoint": f"{here}/register",
                              "code_challenge_methods_supported": ["S256"],
                              "authorization_response_iss_parameter_supported": True})
        elif path == "/authorize":
            asked = dict(urllib.parse.parse_qsl(query))
            self.server.asked = asked
            back = urllib.parse.urlencode({"code": "the-code", "state": asked["state"], "iss": here})
            self.answer(302, Location=f"{asked['redirect_uri']}?{back}")
        else:
            self.answer(404)

    def do_POST(self):
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path == "/register":
            self.answer(201, {"client_id": "quarry-1"})
        elif self.path == "/token":
            form = dict(urllib.parse.parse_qsl(text))
            digest = hashlib.sha256(form["code_verifier"].encode()).digest()
            proven = base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == self.server.asked["code_challenge"]
            right = proven and form["code"] == "the-code" and form["resource"] == self.server.asked["resource"]
            self.answer(200 if right else 400, {"access_token": "the-token", "token_type": "Bearer"})
        elif self.headers["Authorization"] != "Bearer the-token":
            self.answer(401, WWW_Authenticate="Bearer")
        else:
            message = json.loads(text)
            if message["method"] == "server/discover":
                result = {"supportedVersions": ["2026-07-28"], "capabilities": {"tools": {}}}
            else:
                result = {"tools": [{"name": "secret", "inputSchema": {"type": "object"}}]}
            self.answer(200, {"jsonrpc": "2.0", "id": message["id"], "result": {"resultType": "complete", **result}})


class Login(Program):
    """A login in the browser, for which the test stands in."""

    def test_login(self):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Protected)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(lambda: (server.shutdown(), server.server_close()))
        self.quarry("mcp", "add", "web", "--url", f"http://127.0.0.1:{server.server_port}/mcp")
        refused = subprocess.run([QUARRY, "mcp", "tools", "web"], cwd=self.folder, env=self.environment, text=True,
                                 capture_output=True, timeout=300)
        self.assertEqual(refused.returncode, 1, refused.stderr)
        self.assertIn("hint: quarry mcp login web", refused.stderr)
        login = subprocess.Popen([QUARRY, "mcp", "login", "web", "--wait", "300"], cwd=self.folder, env=self.environment,
                                 text=True, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
        self.addCleanup(login.kill)
        page = next(line.strip() for line in login.stderr if line.startswith("http"))
        with urllib.request.urlopen(page, timeout=300) as answer:
            self.assertIn(b"You can close this page", answer.read())
        self.assertIn("logged in at web", login.communicate(timeout=300)[1])
        self.assertEqual(self.quarry("mcp", "tools", "web"), "web__secret (new)  \n")
        kept = next(self.folder.glob(".local/state/quarry/mcp-credentials.json"))
        self.assertEqual(kept.stat().st_mode & 0o777, 0o600)


if __name__ == "__main__":
    if NODE is None or not CONFORMANCE.exists() or not EVERYTHING.exists():
        sys.exit(77)
    unittest.main()
