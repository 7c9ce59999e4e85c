#!/usr/bin/python3
"""Answers every chat question with one sentence, in the protocol that the path asks for; for pages and measurements.

    chat_server.py [LOG_FILE]

Prints "http://127.0.0.1:PORT" when it listens, and ends when its standard input is closed. Speaks OpenAI's chat
completions, Anthropic's messages, Gemini's generateContent and Ollama's own protocol, below any path. Where an answer by
a schema is asked for, it is {"km": 384400}. Each piece of an answer is sent at once, with the first one right away.
The models "html" and "broken" answer with a web page and with half an object. LOG_FILE gets a line a request: the path,
and the headers that hold keys.
"""
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PIECES = ["The moon is ", "384,400 km away", " [1]."]
DATA = [json.dumps({"km": 384400})]


def event(body, name=None):
    return (f"event: {name}\n" if name else "") + "data: " + (body if isinstance(body, str) else json.dumps(body)) + "\n\n"


def openai(asked):
    for piece in DATA if "response_format" in asked else PIECES:
        yield event({"choices": [{"index": 0, "delta": {"content": piece}}]})
    yield event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    yield event({"choices": [], "usage": {"prompt_tokens": 120, "completion_tokens": 12}})
    yield event("[DONE]")


def anthropic(asked):
    by_tool = "tool_choice" in asked
    block = {"type": "tool_use", "id": "t", "name": "answer", "input": {}} if by_tool else {"type": "text", "text": ""}
    yield event({"type": "message_start", "message": {"id": "m", "model": asked["model"], "usage": {"input_tokens": 120}}},
                "message_start")
    yield event({"type": "content_block_start", "index": 0, "content_block": block}, "content_block_start")
    for piece in DATA if by_tool else [PIECES[0], PIECES[1] + "."]:
        delta = {"type": "input_json_delta", "partial_json": piece} if by_tool else {"type": "text_delta", "text": piece}
        yield event({"type": "content_block_delta", "index": 0, "delta": delta}, "content_block_delta")
    if not by_tool:
        place = {"type": "search_result_location", "search_result_index": 0, "cited_text": "384,400 km"}
        yield event({"type": "content_block_delta", "index": 0, "delta": {"type": "citations_delta", "citation": place}},
                    "content_block_delta")
    yield event({"type": "content_block_stop", "index": 0}, "content_block_stop")
    yield event({"type": "message_delta", "delta": {"stop_reason": "tool_use" if by_tool else "end_turn"},
                 "usage": {"output_tokens": 12}}, "message_delta")
    yield event({"type": "message_stop"}, "message_stop")


def gemini(asked):
    for piece in DATA if "responseJsonSchema" in asked.get("generationConfig", {}) else PIECES:
        yield event({"candidates": [{"content": {"role": "model", "parts": [{"text": piece}]}}]})
    yield event({"candidates": [{"content": {"parts": []}, "finishReason": "STOP"}],
                 "usageMetadata": {"promptTokenCount": 120, "candidatesTokenCount": 12}})


def ollama(asked):
    for piece in DATA if "format" in asked else PIECES:
        yield json.dumps({"message": {"role": "assistant", "content": piece}, "done": False}) + "\n"
    yield json.dumps({"message": {"content": ""}, "done": True, "done_reason": "stop", "prompt_eval_count": 120,
                      "eval_count": 12}) + "\n"


PROTOCOLS = {"/chat/completions": openai, "/v1/messages": anthropic, ":streamGenerateContent": gemini, "/api/chat": ollama}


KEYS = ("Authorization", "x-api-key", "x-goog-api-key", "X-Team")
FAULTS = {"html": "<html><head><title>Welcome to nginx</title></head></html>", "broken": '{"oops":'}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        path = self.path.split("?")[0]
        if len(sys.argv) > 1:
            with open(sys.argv[1], "a", encoding="utf-8") as log:
                log.write(" ".join([path, *(f"{key}={self.headers[key]}" for key in KEYS if key in self.headers)]) + "\n")
        fault = next((FAULTS[name] for name in FAULTS if asked.get("model") == name or f"/{name}:" in path), None)
        if fault is not None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(fault)))
            self.end_headers()
            self.wfile.write(fault.encode())
            return
        speak = next((speak for end, speak in PROTOCOLS.items() if path.endswith(end)), None)
        if speak is None:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson" if speak is ollama else "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in speak(asked):
            data = piece.encode()
            self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
            self.wfile.flush()
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *arguments):
        pass


def main():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
