"""A base on PostgreSQL behind something that stands between: a connection that is cut at COMMIT, and a pooler."""
import json
import os
import pathlib
import re
import shlex
import socket
import struct
import subprocess
import tempfile
import threading
import unittest

import engines
from engines import psql, shared_server

# https://www.postgresql.org/docs/current/protocol-message-formats.html
ENCRYPTION_REQUESTS = (80877103, 80877104)
QUERY, PARSE, SYNC, READY, KEY, TERMINATE = b"Q", b"P", b"S", b"Z", b"K", b"X"


def receive(connection, size):
    data = b""
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            raise ConnectionError
        data += part
    return data


def message(connection):
    """The next message with its type, as bytes."""
    head = receive(connection, 5)
    return head + receive(connection, struct.unpack(">I", head[1:])[0] - 4)


def startup(client):
    """The packet that a client begins with; no encryption is offered."""
    while True:
        size = receive(client, 4)
        packet = size + receive(client, struct.unpack(">I", size)[0] - 4)
        if struct.unpack(">I", packet[4:8])[0] not in ENCRYPTION_REQUESTS:
            return packet
        client.sendall(b"N")


class Proxy:
    """Listens until `stop`; `serve(client)` has a thread for each connection."""

    def __init__(self, url):
        host, port = re.search(r"@([^:/]+):(\d+)/", url).groups()
        self.server = (host, int(port))
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = url.replace(f"{host}:{port}", f"127.0.0.1:{self.listener.getsockname()[1]}")
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.guarded, args=(client,), daemon=True).start()

    def guarded(self, client):
        try:
            self.serve(client)
        except OSError:
            pass
        finally:
            client.close()

    def stop(self):
        self.listener.close()


class CutsAtCommit(Proxy):
    """Ends a connection at its COMMIT number `at`: before the server gets it, or before the client gets the answer."""

    def __init__(self, url, at, is_committed):
        self.left, self.is_committed = at, is_committed
        super().__init__(url)

    def serve(self, client):
        with socket.create_connection(self.server) as server:
            server.sendall(startup(client))
            back = threading.Thread(target=self.relay, args=(server, client), daemon=True)
            back.start()
            while True:
                one = message(client)
                if one[:1] in (QUERY, PARSE) and b"COMMIT\0" in one:
                    self.left -= 1
                    if self.left == 0:
                        client.shutdown(socket.SHUT_WR)  # what the server says now is not heard
                        if self.is_committed:
                            server.sendall(one)
                            while one[:1] not in (QUERY, SYNC):
                                one = message(client)
                                server.sendall(one)
                            server.shutdown(socket.SHUT_WR)
                            back.join(10)
                        else:
                            server.shutdown(socket.SHUT_RDWR)  # its session ends, and what it locked is free
                        return
                server.sendall(one)

    @staticmethod
    def relay(server, client):
        try:
            while data := server.recv(65536):
                try:
                    client.sendall(data)
                except OSError:
                    pass
        except OSError:
            pass


class PoolsTransactions(Proxy):
    """One session of the server for all clients, each of which has it until its transaction ends."""

    def __init__(self, url):
        self.upstream, self.greeting, self.turn = None, b"", threading.Lock()
        super().__init__(url)

    def serve(self, client):
        begin = startup(client)
        with self.turn:
            if self.upstream is None:
                self.upstream = socket.create_connection(self.server)
                self.upstream.sendall(begin)
                while True:
                    one = message(self.upstream)
                    # Poolers have numbers of their own for what can be cancelled.
                    self.greeting += one[:5] + struct.pack(">II", 7, 7) if one[:1] == KEY else one
                    if one[:1] == READY:
                        break
        client.sendall(self.greeting)
        while True:
            one = message(client)
            if one[:1] == TERMINATE:
                return
            with self.turn:
                idle = False
                while not idle:
                    self.upstream.sendall(one)
                    while one[:1] not in (QUERY, SYNC):
                        one = message(client)
                        self.upstream.sendall(one)
                    answer = b""
                    while answer[:1] != READY:
                        answer = message(self.upstream)
                        client.sendall(answer)
                    idle = answer[5:6] == b"I"
                    if not idle:
                        one = message(client)


class BehindAProxy(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="quarry-postgresql-proxy-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.url = shared_server().make_database()
        self.environment = {"PATH": os.environ["PATH"], "HOME": folder.name, "LC_ALL": "C.UTF-8",
                            "QUARRY_EMBED_PROVIDER": "none"}
        with open(self.folder / "notes.jsonl", "w", encoding="utf-8") as out:
            for number in range(40):
                out.write(json.dumps({"id": f"n{number}", "text": f"note {number} about locks of tables"}) + "\n")

    def quarry(self, arguments, base, code=0):
        done = subprocess.run([engines.QUARRY, "--base", base, *shlex.split(arguments)], cwd=self.folder,
                              env=self.environment, text=True, capture_output=True, check=False, timeout=300)
        self.assertEqual(done.returncode, code, f"{arguments}: {done.stderr}")
        return done.stdout if code == 0 else done.stderr

    def test_a_connection_that_is_cut_at_commit(self):
        self.quarry("ingest --jsonl notes.jsonl", self.url)
        for is_committed in (True, False):
            with self.subTest(is_committed=is_committed):
                self.quarry("docs rm n0 n1 n2 --yes", self.url)
                proxy = CutsAtCommit(self.url, 1, is_committed)
                self.addCleanup(proxy.stop)
                error = self.quarry("ingest --jsonl notes.jsonl", proxy.url, code=18)
                self.assertIn("connection lost during COMMIT; the outcome is unknown", error)
                self.assertIn("run the command again", error)
                there = psql(self.url, "SELECT count(*) FROM sources").strip()
                self.assertEqual(there, "40" if is_committed else "37")
                self.quarry("docs verify", self.url)
                self.quarry("ingest --jsonl notes.jsonl", self.url)
                counts = psql(self.url, "SELECT count(*), count(DISTINCT document_id) FROM sources").strip()
                self.assertEqual(counts, "40|40")
                self.quarry("docs verify", self.url)

    def test_a_pooler_that_gives_each_transaction_another_session(self):
        self.quarry("ingest --jsonl notes.jsonl", self.url)
        proxy = PoolsTransactions(self.url)
        self.addCleanup(proxy.stop)
        for command in ("ingest --jsonl notes.jsonl", "search locks"):
            error = self.quarry(command, proxy.url, code=1)
            self.assertIn("behind a pooler that gives each transaction another session", error)
            self.assertIn("pool_mode = session", error)


if __name__ == "__main__":
    engines.main()
