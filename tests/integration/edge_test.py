"""quarry serve at its edge, over sockets: TLS, proxies, codings, and clients that mean it ill beside one that does not."""
import gzip
import json
import re
import socket
import ssl
import struct
import subprocess
import tempfile
import threading
import time
import unittest
import warnings
from pathlib import Path

from served import QUARRY, Served

SETTINGS = {"QUARRY_SEARCH_MODE": "lexical", "QUARRY_CHAT_PROVIDER": "extractive", "QUARRY_EMBED_PROVIDER": "none"}


def make_certificate(folder, name, *options):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-days", "2",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", *options,
                    "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.pem"], check=True, capture_output=True)


class Edge(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="quarry-edge-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "moon.txt").write_text("The moon is far.\n")
        self.served = Served(self.folder, dict(SETTINGS))
        self.served.quarry("ingest", "moon.txt")
        self.addCleanup(self.served.kill)

    def start(self, *options, **settings):
        self.served.environment |= settings
        self.served.start(*options)
        return self.served

    def raw(self, *parts, pause=0.0, half_close=False):
        """What the server sends to a client that sends these bytes, until it closes the connection."""
        with socket.create_connection((self.served.host, self.served.port), timeout=120) as client:
            got = b""
            try:
                for part in parts:
                    client.sendall(part if isinstance(part, bytes) else part.encode())
                    time.sleep(pause)
                if half_close:
                    client.shutdown(socket.SHUT_WR)
                while piece := client.recv(65536):
                    got += piece
            except ConnectionError:  # it was refused before all of it was sent
                pass
            return got


class Tls(Edge):
    def client(self, certificate):
        context = ssl.create_default_context(cafile=certificate)
        plain = socket.create_connection((self.served.host, self.served.port), timeout=120)
        return context.wrap_socket(plain, server_hostname="localhost")

    def test_serves_with_a_certificate(self):
        make_certificate(self.folder, "own", "-nodes")
        served = self.start(QUARRY_SERVE_TLS_CERTIFICATE="own.pem", QUARRY_SERVE_TLS_KEY="own.key")
        self.assertTrue(served.url.startswith("https://"))
        with self.client(self.folder / "own.pem") as client:
            self.assertIn(client.version(), ("TLSv1.2", "TLSv1.3"))
            ask = f"GET /api/v1/me HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {served.token}\r\n"
            client.sendall(f"{ask}\r\n{ask}Connection: close\r\n\r\n".encode())
            answer = b""
            while piece := client.recv(65536):
                answer += piece
        self.assertEqual(answer.count(b"HTTP/1.1 200 OK"), 2)
        self.assertIn(b"Strict-Transport-Security: max-age=", answer)
        # Old versions and what is no TLS are not answered, and hold up nobody.
        warnings.simplefilter("ignore", DeprecationWarning)
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
        with self.assertRaises((ssl.SSLError, ConnectionError)), socket.create_connection((served.host, served.port)) as plain:
            old.wrap_socket(plain, server_hostname="localhost")
        self.assertNotIn(b"HTTP/1.1 200", self.raw("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        curl = subprocess.run(["curl", "--silent", "--cacert", self.folder / "own.pem",
                               f"https://localhost:{served.port}/livez"], check=True, capture_output=True, timeout=120)
        self.assertEqual(curl.stdout, b"alive\n")
        self.assertEqual(served.end(), 0)

    def test_says_what_is_wrong_with_the_files(self):
        make_certificate(self.folder, "own", "-nodes")
        make_certificate(self.folder, "other", "-nodes")
        make_certificate(self.folder, "locked", "-passout", "pass:secret")
        for certificate, key, said in (("own.pem", "", "set both serve.tls_certificate and serve.tls_key"),
                                       ("", "own.key", "set both serve.tls_certificate and serve.tls_key"),
                                       ("none.pem", "own.key", "cannot use the certificate none.pem"),
                                       ("moon.txt", "own.key", "cannot use the certificate moon.txt"),
                                       ("own.pem", "other.key", "it must belong to the certificate"),
                                       ("locked.pem", "locked.key", "have no password"),
                                       ("own.pem", "none.key", "cannot use the private key none.key")):
            ended = subprocess.run(
                [QUARRY, "serve", "--listen", "127.0.0.1:0"], cwd=self.folder, stdin=subprocess.DEVNULL, timeout=120,
                env=self.served.environment | {"QUARRY_SERVE_TLS_CERTIFICATE": certificate, "QUARRY_SERVE_TLS_KEY": key},
                capture_output=True, text=True)
            self.assertEqual(ended.returncode, 2, (certificate, key, ended.stderr))
            self.assertIn(said, ended.stderr)


class Proxies(Edge):
    def peers(self):
        return [line["peer"] for line in self.served.logged()]

    def test_what_a_proxy_says_counts_only_behind_one(self):
        told = {"X-Forwarded-For": "1.2.3.4", "X-Forwarded-Proto": "https"}
        served = self.start()
        self.assertIsNone(served.request("GET", "/livez", headers=told).getheader("Strict-Transport-Security"))
        self.assertEqual(served.end(), 0)
        served = self.start("--behind-proxy")
        self.assertTrue(served.request("GET", "/livez", headers=told).getheader("Strict-Transport-Security"))
        stranger = served.request("GET", "/livez", headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-For": "1.2.3.4"})
        self.assertEqual(stranger.status, 421)
        self.assertEqual(served.end(), 0)
        self.assertEqual(self.peers(), ["127.0.0.1", "1.2.3.4", "1.2.3.4"])
        bad = subprocess.run([QUARRY, "serve", "--behind-proxy=nginx"], cwd=self.folder, env=served.environment,
                             capture_output=True, text=True, timeout=120)
        self.assertEqual(bad.returncode, 2)
        self.assertIn("nginx is not an IP address or network", bad.stderr)

    def test_codings_and_tags(self):
        served = self.start()
        whole = served.request("GET", "/openapi.json")
        coded = served.request("GET", "/openapi.json", headers={"Accept-Encoding": "gzip"})
        self.assertEqual(coded.getheader("Content-Encoding"), "gzip")
        self.assertEqual(gzip.decompress(coded.body), whole.body)
        known = served.request("GET", "/openapi.json", headers={"If-None-Match": whole.getheader("ETag")})
        self.assertEqual((known.status, known.body), (304, b""))
        events = served.request("POST", "/api/v1/ask", {"question": "How far is the moon?"},
                                headers={"Accept": "text/event-stream", "Accept-Encoding": "gzip, br"})
        self.assertIsNone(events.getheader("Content-Encoding"))
        self.assertIn(b"event: done", events.body)


class Hostile(Edge):
    """What a client may send to do harm. Another one beside it is answered all the while."""

    def setUp(self):
        super().setUp()
        self.start()
        self.head = f"Host: localhost\r\nAuthorization: Bearer {self.served.token}\r\n"
        self.failures, self.answered, self.over = [], 0, threading.Event()
        self.beside = threading.Thread(target=self.search)
        self.beside.start()
        self.addCleanup(self.ends_well)

    def search(self):
        connection = self.served.connection()
        headers = {"Authorization": f"Bearer {self.served.token}", "Content-Type": "application/json"}
        while not self.over.is_set():
            connection.request("POST", "/api/v1/search", '{"query": "moon"}', headers)
            response = connection.getresponse()
            if response.status != 200 or len(json.loads(response.read())["hits"]) != 1:
                self.failures.append(response.status)
            self.answered += 1
        connection.close()

    def ends_well(self):
        self.over.set()
        self.beside.join()
        self.assertEqual(self.failures, [])
        self.assertGreater(self.answered, 0)
        self.assertEqual(self.served.end(), 0)

    def status(self, answer):
        return int(answer[9:12]) if answer.startswith(b"HTTP/1.1 ") else 0

    def test_requests_that_proxies_read_otherwise(self):
        hidden = f"GET /api/v1/me HTTP/1.1\r\n{self.head}\r\n"
        post = f"POST /api/v1/search HTTP/1.1\r\n{self.head}Content-Type: application/json\r\n"
        for name, request in {
            "CL.TE": f"{post}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{hidden}",
            "TE.CL": f"{post}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n{hidden}",
            "TE.TE": f"{post}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n{hidden}",
            "TE of blanks": f"{post}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n{hidden}",
            "TE of tab": f"{post}Transfer-Encoding:\tchunked\x0b\r\n\r\n0\r\n\r\n{hidden}",
            "xTE": f"{post}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{hidden}",
            "two lengths": f"{post}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{{}}{hidden}",
            "list of lengths": f"{post}Content-Length: 2, 2\r\n\r\n{{}}{hidden}",
            "signed length": f"{post}Content-Length: +2\r\n\r\n{{}}{hidden}",
            "huge length": f"{post}Content-Length: 99999999999999999999\r\n\r\n{{}}{hidden}",
            "bare LF": f"{post}Content-Length: 2\r\n\r\n{{}}{hidden}".replace("\r\n", "\n"),
            "one bare LF": f"{post}X: y\nContent-Length: 2\r\n\r\n{{}}{hidden}",
            "bare CR": f"{post}X: y\rContent-Length: 99\r\nContent-Length: 2\r\n\r\n{{}}{hidden}",
            "folded": f"{post}X: y\r\n Content-Length: 99\r\nContent-Length: 2\r\n\r\n{{}}{hidden}",
            "chunk extension": f"{post}Transfer-Encoding: chunked\r\n\r\n2;a=b\r\n{{}}\r\n0\r\n\r\n{hidden}",
            "chunk of minus": f"{post}Transfer-Encoding: chunked\r\n\r\n-1\r\n{{}}\r\n0\r\n\r\n{hidden}",
            "chunk of 2^64": f"{post}Transfer-Encoding: chunked\r\n\r\n10000000000000002\r\n{{}}\r\n0\r\n\r\n{hidden}",
            "chunk too long": f"{post}Transfer-Encoding: chunked\r\n\r\n2\r\n{{}}x\r\n0\r\n\r\n{hidden}",
            "NUL": f"{post}X: a\0b\r\nContent-Length: 2\r\n\r\n{{}}{hidden}",
            "no Host": f"GET /livez HTTP/1.1\r\n\r\n{hidden}",
            "two Hosts": f"GET /livez HTTP/1.1\r\nHost: evil.example\r\n{self.head}\r\n{hidden}",
            "absolute form": f"GET http://evil.example/ HTTP/1.1\r\n{self.head}\r\n{hidden}",
            "version 2": f"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n{hidden}",
        }.items():
            answer = self.raw(request)
            self.assertEqual((self.status(answer), len(re.findall(rb"HTTP/1.1 \d{3} ", answer))), (400, 1), (name, answer))

    def test_floods_and_slow_clients(self):
        self.assertEqual(self.status(self.raw(f"GET / HTTP/1.1\r\n{self.head}", "X: y\r\n" * 100_000)), 431)
        self.assertEqual(self.status(self.raw("GET /" + "a" * 100_000)), 431)
        large = f"POST /api/v1/search HTTP/1.1\r\n{self.head}Content-Type: application/json\r\nContent-Length: 99999999\r\n\r\n"
        self.assertEqual(self.status(self.raw(large)), 413)
        endless = f"POST /api/v1/search HTTP/1.1\r\n{self.head}Transfer-Encoding: chunked\r\n\r\n"
        self.assertEqual(self.status(self.raw(endless, *[b"100000\r\n" + b" " * 0x100000 + b"\r\n"] * 11)), 413)
        # Many that say nothing, a byte of a head, a part of a body, or do not read: none takes anything from the others.
        quiet = []
        for sent in ["", "G", f"GET /livez HTTP/1.1\r\n{self.head}", large[:-40], f"GET /openapi.json HTTP/1.1\r\n{self.head}\r\n" * 40]:
            for _ in range(40):
                client = socket.create_connection((self.served.host, self.served.port), timeout=120)
                client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                client.sendall(sent.encode())
                quiet.append(client)
        for i in range(20):
            self.assertEqual(self.served.request("GET", "/api/v1/me").status, 200)
        for i, client in enumerate(quiet):
            if i % 2:  # cut, not closed
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.close()
        self.assertEqual(self.served.request("GET", "/api/v1/me").status, 200)

    def test_half_closed_sockets(self):
        whole = f"GET /api/v1/me HTTP/1.1\r\n{self.head}Connection: close\r\n\r\n"
        self.assertIn(self.status(self.raw(whole, pause=0.2, half_close=True)), (0, 200))
        for part in (whole[:10], whole[:-2], whole.replace("GET", "POST").replace("Connection: close", "Content-Length: 9")):
            self.assertNotEqual(self.status(self.raw(part, half_close=True)), 200)

    def test_bodies(self):
        def answer(body, path="/api/v1/search"):
            body = body if isinstance(body, bytes) else body.encode()
            return self.raw(f"POST {path} HTTP/1.1\r\n{self.head}Content-Type: application/json\r\nConnection: close\r\n"
                            f"Content-Length: {len(body)}\r\n\r\n".encode() + body)

        for name, body, status in (
            ("deep arrays", "[" * 10_000 + "]" * 10_000, 400), ("deep objects", '{"query":' * 10_000 + "1" + "}" * 10_000, 400),
            ("deep in a field", '{"query": "x", "filter": ' + "[" * 10_000 + "]" * 10_000 + "}", 400),
            ("an open end", '{"query": "moon"', 400), ("not UTF-8", b'{"query": "\xff\xfe"}', 400),
            ("half a character", b'{"query": "\xf0\x9f"}', 400), ("half a pair", '{"query": "\\ud800"}', 400),
            ("not an object", "[1]", 422), ("a number", '{"query": 5}', 422), ("a text", '{"query": "moon", "limit": "5"}', 422),
            ("a huge number", '{"query": "moon", "limit": 1e400}', 400), ("many digits", '{"query": "moon", "limit": ' + "9" * 5000 + "}", 400),
            ("a negative one", '{"query": "moon", "limit": -9223372036854775809}', 422),
            ("one half", '{"query": "moon", "limit": 0.5}', 422), ("NaN", '{"query": "moon", "limit": NaN}', 400),
            ("unknown", '{"query": "moon", "__proto__": {}}', 422), ("null", '{"query": null}', 422), ("empty", "", 422),
            ("a NUL", '{"query": "mo\\u0000on"}', 200), ("much", json.dumps({"query": "moon " * 100_000}), 422),
        ):
            got = answer(body)
            self.assertIn(self.status(got), {status, 422} if status == 400 else {status}, (name, got[:600]))
            self.assertNotIn(str(self.folder).encode(), got)

    def test_paths(self):
        for path in ("/..", "/../etc/passwd", "/api/v1/documents/..%2f..%2fetc%2fpasswd", "/api/v1/documents/%2e%2e",
                     "/docs/../api/v1/me", "/docs/%2e%2e%2fetc%2fpasswd", "//api/v1/me", "/api//v1/me", "/api/v1/me/", "/API/V1/ME",
                     "/api/v1/documents/%00", "/api/v1/documents/a%", "/api/v1/documents/%zz", "/api/v1/documents/%ff",
                     "/%61pi/v1/me", "/api/v1/me;x=y", "/api/v1/documents/" + "a" * 9000, "/api/v1/runs/%2e%2e/events"):
            got = self.raw(f"GET {path} HTTP/1.1\r\n{self.head}Connection: close\r\n\r\n")
            self.assertIn(self.status(got), (404, 422), (path, got[:400]))
            self.assertNotIn(b"root:", got)


if __name__ == "__main__":
    unittest.main()
