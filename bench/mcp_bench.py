#!/usr/bin/env python3
"""Times `quarry mcp` and /mcp of `quarry serve` beside the TypeScript SDK's server (bench/mcp_peer.mjs) in one run.

usage: mcp_bench.py QUARRY [SECONDS]

Needs wrk, scripts/setup (Node.js and @modelcontextprotocol/server), and mcp_conformance_server beside QUARRY (build target
of the same name), whose test_simple_text is the trivial tool. Measured: from the start of the process to the answer of
tools/list over standard input and output; `search` on 10,000 passages; calls of the trivial tool over HTTP, by wrk with one
thread and 32 connections; and memory. The machine's load stands beside the figures, which depend on it.
"""

import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

from ports import free_port, wait_for

ROOT = pathlib.Path(__file__).resolve().parents[1]
CLIENTS = ROOT / "build" / "third_party" / "test_clients"
NODE = next((str(node) for node in CLIENTS.glob("node/node_modules/node-linux-*/bin/node")), "node")
META = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {},
        "io.modelcontextprotocol/clientInfo": {"name": "bench", "version": "1"}}
WORDS = "retry policy backoff queue lease worker schema index vector passage token moon tide orbit ledger".split()


def request(number, method, **params):
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params | {"_meta": META}}


class Pipe:
    def __init__(self, command, folder):
        self.process = subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL)

    def ask(self, message):
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()
        return self.process.stdout.readline()

    def memory(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return {name: int(re.search(rf"{name}:\s+(\d+)", status)[1]) / 1024 for name in ("VmRSS", "RssAnon")}

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def start_time(command, folder, runs=15):
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        pipe = Pipe(command, folder)
        answer = pipe.ask(request(1, "tools/list"))
        times.append((time.perf_counter() - begun) * 1000)
        assert b'"search"' in answer, answer[:300]
        pipe.end()
    return statistics.median(times), min(times)


def search_times(pipe, count=300):
    times = []
    for i in range(count):
        query = f"{WORDS[i % len(WORDS)]} {WORDS[(i * 7 + 3) % len(WORDS)]} {i}"
        begun = time.perf_counter()
        answer = pipe.ask(request(i, "tools/call", name="search", arguments={"query": query, "limit": 5}))
        times.append((time.perf_counter() - begun) * 1000)
        assert b'"hits"' in answer, answer[:300]
    return statistics.median(times), statistics.quantiles(times, n=20)[-1]


def calls_per_second(url, seconds, folder):
    body = json.dumps(request(1, "tools/call", name="test_simple_text", arguments={}))
    headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream",
               "MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call", "Mcp-Name": "test_simple_text"}
    script = folder / "post.lua"
    lines = [f'wrk.headers["{name}"] = "{value}"' for name, value in headers.items()]
    script.write_text(f'wrk.method = "POST"\nwrk.body = [[{body}]]\n' + "\n".join(lines) + "\n")
    printed = subprocess.run(["wrk", "-t1", "-c32", f"-d{seconds}s", "-s", script, url], check=True, capture_output=True,
                             text=True).stdout
    return printed.strip().splitlines()


def main():
    quarry = str(pathlib.Path(sys.argv[1]).resolve())
    seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    print("load", *os.getloadavg())
    with tempfile.TemporaryDirectory(prefix="quarry-bench-") as name:
        folder = pathlib.Path(name)
        os.environ.update({"HOME": name, "QUARRY_SEARCH_MODE": "lexical"})
        peer = folder / "peer.mjs"
        peer.write_text((ROOT / "bench" / "mcp_peer.mjs").read_text())
        (folder / "node_modules").symlink_to(CLIENTS / "node_modules")
        with open(folder / "documents.jsonl", "w") as lines:
            for i in range(10_000):
                text = " ".join(WORDS[(i * k + k) % len(WORDS)] for k in range(1, 60)) + f" number {i}."
                lines.write(json.dumps({"id": f"d{i}", "text": text}) + "\n")
        subprocess.run([quarry, "ingest", "--jsonl", "documents.jsonl", "--quiet"], cwd=folder, check=True)
        for what, command in (("quarry", [quarry, "mcp"]), ("TypeScript SDK", [NODE, peer])):
            median, least = start_time(command, folder)
            print(f"{what}: start to tools/list, median {median:.1f} ms, least {least:.1f} ms")
        pipe = Pipe([quarry, "mcp"], folder)
        pipe.ask(request(0, "tools/list"))
        before = pipe.memory()
        median, worst = search_times(pipe)
        after = pipe.memory()
        pipe.end()
        print(f"quarry: search, 10,000 passages, p50 {median:.2f} ms, p95 {worst:.2f} ms")
        print(f"quarry: memory {before['VmRSS']:.1f} MB ({before['RssAnon']:.1f} its own) at start, "
              f"{after['VmRSS']:.1f} MB ({after['RssAnon']:.1f} its own) after the searches")
        pipe = Pipe([NODE, peer], folder)
        pipe.ask(request(0, "tools/list"))
        print(f"TypeScript SDK: memory {pipe.memory()['VmRSS']:.1f} MB at start")
        pipe.end()
        server = subprocess.Popen([pathlib.Path(quarry).with_name("mcp_conformance_server")], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, text=True)
        url = server.stdout.readline().strip()
        print("quarry over HTTP:", *calls_per_second(url, seconds, folder), sep="\n  ")
        server.communicate("")
        port = free_port()
        node = subprocess.Popen([NODE, peer, str(port)], cwd=folder)
        wait_for(port)
        print("TypeScript SDK over HTTP:", *calls_per_second(f"http://127.0.0.1:{port}/mcp", seconds, folder), sep="\n  ")
        node.terminate()
        node.wait()
    print("load", *os.getloadavg())


if __name__ == "__main__":
    main()
