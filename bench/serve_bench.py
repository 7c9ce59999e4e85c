#!/usr/bin/env python3
"""Times `quarry serve` beside FastAPI and uvicorn (bench/fastapi_app.py) in one run, and /v1/chat/completions beside the
model's bare server. Needs wrk, python3-fastapi and uvicorn (run it with /usr/bin/python3), and node for the model's
server.

usage: serve_bench.py QUARRY FOLDER [SECONDS]

FOLDER holds the text files of the collection. Both servers check a bearer token and log each request to a file. wrk has
one thread. "per CPU second" counts the server's processor time only; wrk's own share stands beside it.
"""

import hashlib
import json
import os
import pathlib
import re
import resource
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

from ports import free_port, wait_for

HERE = pathlib.Path(__file__).resolve().parent
CLOCK = os.sysconf("SC_CLK_TCK")
MODEL_SERVER = """
const body = JSON.stringify({id: 'x', object: 'chat.completion', created: 1, model: 'm', choices: [{index: 0,
  message: {role: 'assistant', content: 'Three attempts are made.'}, finish_reason: 'stop'}],
  usage: {prompt_tokens: 9, completion_tokens: 5, total_tokens: 14}});
const chunk = text => 'data: ' + JSON.stringify({id: 'x', object: 'chat.completion.chunk', created: 1, model: 'm',
  choices: [{index: 0, delta: {content: text}, finish_reason: null}]}) + '\\n\\n';
const stream = chunk('Three attempts are made.') + 'data: [DONE]\\n\\n';
require('http').createServer((request, response) => {
  let sent = '';
  request.on('data', part => sent += part);
  request.on('end', () => {
    const streamed = sent.includes('"stream":true');
    const answer = () => {
      response.writeHead(200, {'Content-Type': streamed ? 'text/event-stream' : 'application/json'});
      response.end(streamed ? stream : body);
    };
    if (Number(process.argv[2]) > 0) setTimeout(answer, Number(process.argv[2])); else answer();
  });
}).listen(Number(process.argv[1]), '127.0.0.1');
"""


def processor_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / CLOCK


def memory_kb(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1])


class Server:
    def __init__(self, name, process, port, token):
        self.name, self.process, self.port, self.token = name, process, port, token
        wait_for(port)

    @property
    def pid(self):
        return self.process.pid

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(40)
        except subprocess.TimeoutExpired:
            self.process.kill()


def start_quarry(quarry, project, log, **settings):
    port = free_port()
    environment = dict(os.environ, **{f"QUARRY_CHAT_{name.upper()}": value for name, value in settings.items()})
    process = subprocess.Popen([quarry, "serve", "--json", "--listen", f"127.0.0.1:{port}"], cwd=project,
                               env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=open(log, "w"), text=True)
    text = ""
    while True:
        line = process.stdout.readline()
        if not line:
            sys.exit(pathlib.Path(log).read_text())
        text += line
        try:
            return Server("quarry", process, port, json.loads(text)["token"])
        except json.JSONDecodeError:
            continue


def start_fastapi(base, log):
    port, token = free_port(), "a" * 64
    settings = dict(os.environ, FTS_BASE=str(base), TOKEN_HASH=hashlib.sha256(token.encode()).hexdigest())
    process = subprocess.Popen([sys.executable, "-m", "uvicorn", "fastapi_app:app", "--port", str(port),
                                "--loop", "uvloop", "--http", "httptools"], cwd=HERE, env=settings,
                               stdout=open(log, "w"), stderr=subprocess.STDOUT)
    return Server("FastAPI", process, port, token)


def wrk(server, path, connections, seconds, body=None):
    """Requests per second, p50, p95 and p99 in ms, processor seconds of the server and of wrk, and errors."""
    script = tempfile.NamedTemporaryFile("w", suffix=".lua")
    lines = [f'wrk.headers["Authorization"] = "Bearer {server.token}"']
    if body is not None:
        lines += ['wrk.method = "POST"', 'wrk.headers["Content-Type"] = "application/json"', f"wrk.body = [[{body}]]"]
    lines += ["done = function(s, l, r) io.write(string.format('P %f %f %f %d\\n', l:percentile(50) / 1000, "
              "l:percentile(95) / 1000, l:percentile(99) / 1000, s.errors.status + s.errors.timeout)) end"]
    script.write("\n".join(lines))
    script.flush()
    before, own = processor_seconds(server.pid), resource.getrusage(resource.RUSAGE_CHILDREN)
    output = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", script.name,
                             f"http://127.0.0.1:{server.port}{path}"], capture_output=True, text=True, check=True).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1])
    p50, p95, p99, errors = (float(one) for one in re.search(r"P (\S+) (\S+) (\S+) (\d+)", output).groups())
    used = processor_seconds(server.pid) - before
    share = after.ru_utime + after.ru_stime - own.ru_utime - own.ru_stime
    return {"rate": rate, "p50": p50, "p95": p95, "p99": p99, "used": used, "per_cpu": rate * seconds / max(used, 0.01),
            "wrk": share / seconds, "errors": int(errors)}


def line(what, server, one):
    print(f"{what:34} {server.name:8} {one['rate']:9.0f}/s {one['per_cpu']:9.0f}/CPU s  p50 {one['p50']:8.2f}  "
          f"p95 {one['p95']:8.2f}  p99 {one['p99']:8.2f} ms  wrk {one['wrk'] * 100:3.0f} % of a core  "
          f"errors {one['errors']}", flush=True)


def open_streams(server, path, count):
    request = (f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nAuthorization: Bearer {server.token}\r\n"
               "Accept: text/event-stream\r\n\r\n").encode()
    streams = []
    for _ in range(count):
        one = socket.create_connection(("127.0.0.1", server.port), 10)
        one.sendall(request)
        streams.append(one)
        one.settimeout(20)
        if b" 200 " not in one.recv(4096).split(b"\r\n")[0] + b" ":
            sys.exit(f"{server.name}: no stream")
    time.sleep(1)
    return streams


def idle_run(server):
    """A run of quarry whose model does not answer yet."""
    body = json.dumps({"question": "How many attempts?", "background": True}).encode()
    head = (f"POST /api/v1/ask HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {server.token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n").encode()
    with socket.create_connection(("127.0.0.1", server.port)) as one:
        one.sendall(head + body)
        answer = b""
        while part := one.recv(4096):
            answer += part
    return re.search(rb"Location: (\S+)", answer)[1].decode() + "/events"


def make_bases(quarry, folder, project):
    subprocess.run([quarry, "ingest", folder, "--quiet"], cwd=project, check=True)
    base = sqlite3.connect(project / "fts.db")
    base.execute("CREATE VIRTUAL TABLE passages USING fts5(uri UNINDEXED, text, tokenize = porter)")
    for path in sorted(pathlib.Path(folder).rglob("*")):
        text = path.read_text(errors="replace") if path.is_file() else ""
        for at in range(0, len(text), 1000):
            base.execute("INSERT INTO passages VALUES (?, ?)", (str(path), text[at:at + 1000]))
    base.commit()
    base.close()


def compare(servers, what, path, connections, seconds, body=None):
    rows = [wrk(server, path, connections, seconds, body) for server in servers]
    for server, row in zip(servers, rows):
        line(what, server, row)
    ours, theirs = rows
    print(f"{'':34} ratio    {ours['rate'] / theirs['rate']:8.1f} x   {ours['per_cpu'] / theirs['per_cpu']:8.1f} x"
          f"  p95 {ours['p95'] / theirs['p95']:.2f} x", flush=True)


def compare_streams(servers, seconds):
    quarry, fastapi = servers
    for count in (1000, 5000):
        for server, path in ((quarry, idle_run(quarry)), (fastapi, "/events")):
            time.sleep(2)  # the run has looked into the base
            before = memory_kb(server.pid)
            streams = open_streams(server, path, count)
            each = (memory_kb(server.pid) - before) * 1024 / count
            print(f"{count} idle streams: {server.name} {each / 1000:.1f} kB each", flush=True)
            line(f"small JSON beside {count} streams", server, wrk(server, "/api/v1/me", 32, seconds))
            for one in streams:
                one.close()
            time.sleep(1)


def compare_model(quarry, project, seconds, log, thinking):
    """With a model that answers after `thinking` ms."""
    port = free_port()
    model = subprocess.Popen(["node", "-e", MODEL_SERVER, str(port), str(thinking)])
    wait_for(port)
    server = start_quarry(quarry, project, log, provider="openai", model="m", base_url=f"http://127.0.0.1:{port}/v1")
    bare = Server("bare", model, port, "none")
    try:
        for streamed in (False, True):
            body = json.dumps({"model": "m", "messages": [{"role": "user", "content": "How many?"}],
                               **({"stream": True} if streamed else {})}, separators=(",", ":"))
            for connections in (1, 16):
                rows = [wrk(one, "/v1/chat/completions", connections, seconds, body) for one in (bare, server)]
                what = f"chat{', streamed' if streamed else ''}, {connections} at once, {thinking} ms"
                for one, row in zip((bare, server), rows):
                    line(what, one, row)
                print(f"{'':34} added    p50 {rows[1]['p50'] - rows[0]['p50']:.2f} ms  "
                      f"p99 {rows[1]['p99'] - rows[0]['p99']:.2f} ms", flush=True)
    finally:
        server.stop()
        model.terminate()


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    quarry, folder = (os.path.abspath(one) for one in sys.argv[1:3])
    seconds = int(sys.argv[3]) if len(sys.argv) == 4 else 8
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    with tempfile.TemporaryDirectory() as name:
        project = pathlib.Path(name)
        make_bases(quarry, folder, project)
        servers = (start_quarry(quarry, project, project / "quarry.log", provider="command", command="sleep 900",
                                model="sleep"),
                   start_fastapi(project / "fts.db", project / "fastapi.log"))
        try:
            compare(servers, "small JSON", "/api/v1/me", 32, seconds)
            query = json.dumps({"query": "how to set the default value of an option", "limit": 10})
            compare(servers, "search", "/api/v1/search", 8, seconds, query)
            compare_streams(servers, seconds)
        finally:
            for server in servers:
                server.stop()
        for thinking in (0, 20):
            compare_model(quarry, project, seconds, project / "model.log", thinking)


main()
