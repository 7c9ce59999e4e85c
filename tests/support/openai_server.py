#!/usr/bin/python3
"""A small OpenAI-compatible server on loopback for tests, with faults on demand.

    openai_server.py PORT_FILE [LOG_FILE]

Writes its port to PORT_FILE when it listens. Ends after 120 seconds, or when the process that started it is gone.
LOG_FILE gets one JSON object a request: path, Authorization header, body.

The model's name chooses what a request gets; see CHAT, EMBEDDINGS and RERANK. Any other chat model answers
"<last user line> [1]"; any other embedding model gives deterministic hashed vectors of 8 dimensions.
"""
import base64
import hashlib
import json
import math
import os
import re
import struct
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ANSWER = "The moon is 384,400 km away [1]."
SECONDS_TO_LIVE = 120


def chunk(content=None, finish=None, usage=None, choices=True):
    body = {"object": "chat.completion.chunk", "choices": []}
    if choices:
        delta = {} if content is None else {"content": content}
        body["choices"] = [{"index": 0, "delta": delta, "finish_reason": finish}]
    if usage:
        body["usage"] = usage
    return body


def event(body, end="\n"):
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    return ("data: " + text + end + end).encode()


def stream(text, end="\n", done=True):
    usage = {"prompt_tokens": 12, "completion_tokens": 7, "total_tokens": 19}
    words = re.findall(r"\S+\s*", text)
    yield event(chunk(""), end)
    for word in words:
        yield event(chunk(word), end)
    if done:
        yield event(chunk(finish="stop"), end)
        yield event(chunk(usage=usage, choices=False), end)
        yield event("[DONE]", end)


def whole(text):
    return {"object": "chat.completion",
            "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 12, "completion_tokens": 7, "total_tokens": 19}}


def vector(text, dimensions):
    """A bag of hashed words, so that texts that share words are near each other."""
    values = [0.0] * dimensions
    for word in re.findall(r"\w+", text.lower()):
        digest = hashlib.sha256(word.encode()).digest()
        values[digest[0] % dimensions] += 1.0 if digest[1] % 2 else -1.0
    length = math.sqrt(sum(v * v for v in values))
    return [3.0 * v / length for v in values] if length else [1.0] + [0.0] * (dimensions - 1)


def check_otlp(request):
    """Raises for what opentelemetry-proto's trace.proto does not have, or has in another form."""
    def check(message, fields):
        assert set(message) <= set(fields), "unknown fields: %s" % sorted(set(message) - set(fields))

    def check_value(value):
        (kind, held), = value.items()
        if kind == "arrayValue":
            for one in held["values"]:
                check_value(one)
        elif kind == "intValue":
            int(held) if isinstance(held, str) else 1 / 0
        else:
            assert isinstance(held, {"stringValue": str, "boolValue": bool, "doubleValue": (int, float)}[kind])

    def check_attributes(attributes):
        names = [attribute["key"] for attribute in attributes]
        assert len(set(names)) == len(names), "an attribute twice"
        for attribute in attributes:
            check(attribute, ["key", "value"])
            check_value(attribute["value"])

    ids = set()
    check(request, ["resourceSpans"])
    for resource_spans in request["resourceSpans"]:
        check(resource_spans, ["resource", "scopeSpans", "schemaUrl"])
        check_attributes(resource_spans["resource"]["attributes"])
        for scope_spans in resource_spans["scopeSpans"]:
            check(scope_spans, ["scope", "spans", "schemaUrl"])
            for span in scope_spans["spans"]:
                check(span, ["traceId", "spanId", "parentSpanId", "name", "kind", "startTimeUnixNano",
                             "endTimeUnixNano", "attributes", "status"])
                assert re.fullmatch("[0-9a-f]{32}", span["traceId"]) and re.fullmatch("[0-9a-f]{16}", span["spanId"])
                assert span.get("parentSpanId", span["spanId"]) in ids | {span["spanId"]}, "a part of nothing"
                assert span["spanId"] not in ids, "an id twice"
                ids.add(span["spanId"])
                assert span["kind"] in (1, 3) and span["name"]
                assert isinstance(span["startTimeUnixNano"], str) and isinstance(span["endTimeUnixNano"], str)
                assert int(span["startTimeUnixNano"]) <= int(span["endTimeUnixNano"])
                check_attributes(span["attributes"])
                check(span.get("status", {}), ["code", "message"])


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    # -- sending ------------------------------------------------------------------------------------------------
    def send(self, status, body, kind="application/json", headers=()):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def refuse(self, status, message, headers=(), **more):
        self.send(status, {"error": dict({"message": message, "type": "test", "param": None, "code": None}, **more)},
                  headers=headers)

    def send_chunks(self, pieces, pause=0.0, kind="text/event-stream"):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in pieces:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.flush()
            if pause:
                time.sleep(pause)
        self.wfile.write(b"0\r\n\r\n")

    def bytewise(self, pieces, pause=0.0):
        data = b"".join(pieces)
        self.send_chunks((data[i:i + 1] for i in range(len(data))), pause)

    def hang(self):
        time.sleep(SECONDS_TO_LIVE)

    def drop(self):
        self.close_connection = True
        self.connection.close()

    def promise(self, data):
        """Sends part of what Content-Length promised, then closes."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Content-Length", str(len(data) + 1000))
        self.end_headers()
        self.wfile.write(data)
        self.wfile.flush()
        self.drop()

    def huge(self):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(1 << 40))
        self.end_headers()
        for _ in range(4096):
            self.wfile.write(b" " * (1 << 20))

    # -- routes -------------------------------------------------------------------------------------------------
    def do_GET(self):
        route = self.path.partition("?")[0]
        if route == "/redirect":
            self.send(302, b"", headers=[("Location", "/hello")])
        elif route == "/headers":
            self.send(200, {name.lower(): value for name, value in self.headers.items()},
                      headers=[("X-Mixed-Case", " value ")])
        elif route == "/many-headers":
            self.send(200, b"", headers=[("X-Filler-%d" % i, "x" * 4000) for i in range(90)])
        elif route == "/hang":
            self.hang()
        elif route == "/huge":
            self.huge()
        elif route == "/drop":
            self.drop()
        elif route == "/status":
            self.send(int(self.path.partition("?")[2]), b"said so", "text/plain")
        elif route == "/flaky":
            self.flaky(lambda: self.send(200, b"at last", "text/plain"))
        else:
            self.send(200, b"hello", "text/plain")

    def do_PUT(self):
        self.do_POST()

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.server.log:
            entry = {"path": self.path, "authorization": self.headers.get("Authorization"),
                     "body": body.decode("utf-8", "replace")}
            with self.server.lock, open(self.server.log, "a", encoding="utf-8") as log:
                log.write(json.dumps(entry) + "\n")
        if self.path == "/echo":
            return self.send(200, {"method": self.command, "body": body.decode("utf-8", "replace")})
        request = json.loads(body)
        route = re.sub(r"^http://[^/]*", "", self.path.partition("?")[0])  # the whole URL: asked as a proxy
        if route.endswith("/v1/traces"):
            return self.collect(route, request)
        table = {"/v1/chat/completions": CHAT, "/v1/embeddings": EMBEDDINGS, "/v1/rerank": RERANK}.get(route)
        if table is None and self.path.partition("?")[0] in OTHER_EMBEDDINGS or ":batchEmbedContents" in route:
            return self.answer_other_embeddings(route, request)
        if table is None:
            return self.refuse(404, "no such path: " + self.path)
        table.get(request.get("model"), table[None])(self, request)

    def collect(self, route, request):
        """An OpenTelemetry collector: takes what protobuf's JSON mapping and OTLP/HTTP say that spans look like."""
        if self.headers.get("Content-Type") != "application/json":
            return self.send(415, b"")
        try:
            check_otlp(request)
        except (AssertionError, KeyError, TypeError, ValueError) as problem:
            return self.send(400, {"code": 3, "message": "no traces: %r" % problem})
        if route.startswith("/partial"):
            return self.send(200, {"partialSuccess": {"rejectedSpans": "2", "errorMessage": "too\x1b[31m old"}})
        if route.startswith("/busy"):
            return self.flaky(lambda: self.send(200, {}), 503)
        self.send(200, {"partialSuccess": {}})

    def flaky(self, then, status=429, headers=(("Retry-After", "0"),)):
        """Refuses the first two requests for a path and body, then lets them through."""
        with self.server.lock:
            self.server.refused += 1
            refuse = self.server.refused % 3 != 0
        if refuse:
            self.refuse(status, "slow down", headers)
        else:
            then()

    def answer_chat(self, request):
        prompt = request["messages"][-1]["content"]
        text = ANSWER if "moon" in prompt else "It says: " + prompt.splitlines()[-1] + " [1]"
        if request.get("stream"):
            self.send_chunks(stream(text))
        else:
            self.send(200, whole(text))

    def answer_embeddings(self, request, tweak=None, dimensions=8):
        texts = request["input"] if isinstance(request["input"], list) else [request["input"]]
        if any(not text for text in texts):
            return self.refuse(400, "input must not be empty")
        vectors = [vector(text, request.get("dimensions") or request.get("output_dimension") or dimensions) for text in texts]
        if request.get("encoding_format") == "base64" and request.get("model") != "floats":
            vectors = [base64.b64encode(struct.pack("<%df" % len(v), *v)).decode() for v in vectors]
        data = [{"object": "embedding", "index": i, "embedding": v} for i, v in enumerate(vectors)]
        body = {"object": "list", "data": data, "model": request.get("model"),
                "usage": {"prompt_tokens": 1, "total_tokens": 1}}
        if tweak:
            tweak(body)
        self.send(200, body)


    def answer_rerank(self, request, tweak=None, name="results", score="relevance_score"):
        """The share of the query's words that a text has, best first."""
        words = set(re.findall(r"\w+", request["query"].lower()))
        texts = request.get("documents") or request["texts"]
        scores = [len(words & set(re.findall(r"\w+", text.lower()))) / max(len(words), 1) for text in texts]
        items = [{"index": i, score: s} for i, s in enumerate(scores)]
        items.sort(key=lambda item: -item[score])
        if tweak:
            tweak(items)
        self.send(200, {name: items} if name else items)


    def answer_other_embeddings(self, route, request):
        """Gemini, Ollama and Cohere: only what their own pages say, everything else is refused."""
        if route.endswith(":batchEmbedContents"):
            allowed = {"model", "content", "taskType", "outputDimensionality"}
            requests = request["requests"]
            if any(set(one) - allowed or not route.endswith("/" + one["model"] + ":batchEmbedContents")
                   for one in requests):
                return self.refuse(400, "Invalid JSON payload received.")
            if not self.headers.get("x-goog-api-key"):
                return self.refuse(403, "Method doesn't allow unregistered callers.")
            texts = [one["content"]["parts"][0]["text"] for one in requests]
            length = requests[0].get("outputDimensionality") or 8
            return self.send(200, {"embeddings": [{"values": vector(t, length)} for t in texts]})
        if route == "/api/embed":
            if set(request) - {"model", "input", "truncate", "dimensions", "options", "keep_alive"}:
                return self.refuse(400, "unknown field")
            if request["model"] == "not-pulled":
                return self.send(404, {"error": 'model "not-pulled" not found, try pulling it first'})
            length = request.get("dimensions") or 8
            return self.send(200, {"model": request["model"], "embeddings": [vector(t, length) for t in request["input"]],
                                   "prompt_eval_count": 3})
        if request.get("input_type") not in ("search_document", "search_query") or len(request["texts"]) > 96:
            return self.send(400, {"message": "invalid request: input_type or too many texts"})
        length = request.get("output_dimension") or 8
        self.send(200, {"id": "1", "texts": request["texts"],
                        "embeddings": {"float": [vector(t, length) for t in request["texts"]]}})


OTHER_EMBEDDINGS = ("/api/embed", "/v2/embed")


def mid_stream_error(handler, _request):
    key = handler.headers.get("Authorization") or ""
    handler.send_chunks([event(chunk("The moon ")), event({"error": {"message": "out of memory with " + key}})])


def split_utf8(handler, _request):
    """Each half of a character in a chunk of its own: bytes that are no UTF-8 inside JSON."""
    head, tail = b'data: {"choices":[{"index":0,"delta":{"content":"', b'"}}]}\n\n'
    moon = "\U0001F319".encode()
    handler.send_chunks([head + b"caf\xc3" + tail, head + b"\xa9 " + moon[:1] + tail, head + moon[1:3] + tail,
                         head + moon[3:] + tail, event("[DONE]")])


def lone_surrogates(handler, _request):
    text = '{"choices":[{"index":0,"delta":{"content":"%s"}}]}'
    handler.send_chunks([event(text % "a\\ud83c"), event(text % "\\udf19b"), event(text % "\\ud83c\\udf19")])


def comments(handler, _request):
    handler.send_chunks([b": keep-alive\n\n", b"event: ping\ndata: {}\n\n", b"id: 1\nretry: 5\n",
                         event(chunk(ANSWER, finish="stop")), b": bye\n\n", event("[DONE]")])


def swap_order(body):
    body["data"].reverse()


def drop_one(body):
    body["data"].pop()


def shorten_last(body):
    body["data"][-1]["embedding"] = [1.0, 2.0]


def put_nan(body):
    body["data"][0]["embedding"] = [float("nan")] * 8


def put_base64_nan(body):
    body["data"][0]["embedding"] = base64.b64encode(struct.pack("<8f", *([float("inf")] * 8))).decode()


def double_index(body):
    for item in body["data"]:
        item["index"] = 0


PAGE = b"<!DOCTYPE html><html><head><title>Welcome to \x1b[31mnginx</title></head><body>It works</body></html>"


def refuse_key(handler, _request):
    key = (handler.headers.get("Authorization") or "").replace("Bearer ", "")
    handler.refuse(401, "Incorrect API key provided: %s. \x1b]0;gotcha\x07Get one." % key)


FAULTS = {
    "server-error": lambda h, r: h.refuse(500, "the \x1b[1mflux\x1b[0m capacitor broke", [("retry-after-ms", "1")]),
    "unauthorised": refuse_key,
    "rate-limited": lambda h, r: h.refuse(429, "slow down", [("Retry-After", "0")]),
    "limited-for-long": lambda h, r: h.refuse(429, "slow down", [("Retry-After", "900")]),
    "quota": lambda h, r: h.refuse(429, "You exceeded your current quota", code="insufficient_quota"),
    "hang": lambda h, r: h.hang(),
    "drop": lambda h, r: h.drop(),
    "huge": lambda h, r: h.huge(),
    "html": lambda h, r: h.send(200, PAGE, "text/html"),
    "nonsense": lambda h, r: h.send(200, b"lorem ipsum dolor", "text/plain"),
    "empty": lambda h, r: h.send(200, b"", "application/json"),
}
CHAT = {
    **FAULTS,
    None: Handler.answer_chat,
    "flaky": lambda h, r: h.flaky(lambda: h.answer_chat(r)),
    "slow": lambda h, r: h.bytewise(stream(ANSWER), 0.0005),
    "crlf": lambda h, r: h.bytewise(stream(ANSWER, "\r\n")),
    "cr": lambda h, r: h.bytewise(stream(ANSWER, "\r")),
    "comments": comments,
    "split-utf8": split_utf8,
    "lone-surrogates": lone_surrogates,
    "mid-stream-error": mid_stream_error,
    "no-done": lambda h, r: h.send_chunks(stream(ANSWER, done=False)),
    "cut-off": lambda h, r: h.promise(b"".join(list(stream(ANSWER))[:4])),
    "silent": lambda h, r: (h.send_chunks(iter_then_hang())),
    "not-streaming": lambda h, r: h.send(200, whole(ANSWER)),
    "no-choices": lambda h, r: h.send(200, {"object": "chat.completion", "choices": []}),
    "no-choices-stream": lambda h, r: h.send_chunks([event(chunk(choices=False)), event("[DONE]")]),
    "not-json-event": lambda h, r: h.send_chunks([event("lorem ipsum")]),
    "escapes": lambda h, r: h.send_chunks([event(chunk("red \x1b")), event(chunk("[31mink\x1b]8;;http://evil")),
                                           event(chunk("\x07 here [1].", finish="stop")), event("[DONE]")]),
    "wrong-citation": lambda h, r: h.send_chunks(stream("The moon is 384,400 km away [1][9].")),
    "no-citation": lambda h, r: h.send_chunks(stream("The moon is far away.")),
    "does-not-know": lambda h, r: h.send_chunks(stream("The documents do not say.")),
    "mute": lambda h, r: h.send_chunks(stream("")),
    "too-long": lambda h, r: h.send_chunks([event(chunk("The moon is", finish="length")), event("[DONE]")]),
}
EMBEDDINGS = {
    **FAULTS,
    None: Handler.answer_embeddings,
    "flaky": lambda h, r: h.flaky(lambda: h.answer_embeddings(r)),
    "paced": lambda h, r: (time.sleep(0.05), h.answer_embeddings(r)),
    "shuffled": lambda h, r: h.answer_embeddings(r, swap_order),
    "wrong-count": lambda h, r: h.answer_embeddings(r, drop_one),
    "wrong-dimension": lambda h, r: h.answer_embeddings(r, shorten_last),
    "nan": lambda h, r: h.answer_embeddings(r, put_nan),
    "base64-infinity": lambda h, r: h.answer_embeddings(r, put_base64_nan),
    "double-index": lambda h, r: h.answer_embeddings(r, double_index),
}
RERANK = {
    **FAULTS,
    None: Handler.answer_rerank,
    "flaky": lambda h, r: h.flaky(lambda: h.answer_rerank(r)),
    "voyage": lambda h, r: h.answer_rerank(r, name="data"),
    "tei": lambda h, r: h.answer_rerank(r, name="", score="score"),
    "wrong-count": lambda h, r: h.answer_rerank(r, lambda items: items.pop()),
    "double-index": lambda h, r: h.answer_rerank(r, lambda items: [item.update(index=0) for item in items]),
}


def iter_then_hang():
    yield event(chunk("The moon "))
    time.sleep(SECONDS_TO_LIVE)


def end_with_parent(parent):
    until = time.monotonic() + SECONDS_TO_LIVE
    while time.monotonic() < until and os.getppid() == parent:
        time.sleep(0.2)
    os._exit(0)


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # clients that go away are what is tested


def main():
    server = Server(("127.0.0.1", 0), Handler)
    server.log = sys.argv[2] if len(sys.argv) > 2 else None
    server.lock = threading.Lock()
    server.refused = 0
    threading.Thread(target=end_with_parent, args=(os.getppid(),), daemon=True).start()
    temporary = sys.argv[1] + ".tmp"
    with open(temporary, "w") as file:
        file.write(str(server.server_address[1]))
    os.rename(temporary, sys.argv[1])
    server.serve_forever()


if __name__ == "__main__":
    main()
