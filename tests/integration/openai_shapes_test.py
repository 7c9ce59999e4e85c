"""What quarry serve answers under /v1 has the shapes of OpenAI's own types, which its client publishes and which are made
from its OpenAPI document: whole answers and each part of a stream. Besides what they name there are only `quarry`, `store`,
and `annotations` in the last part of a completion, as OpenAI's models that search the web send them.
"""
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import jsonschema

from mock_servers import MODULES, NODE, ROOT, need_servers
from served import Served

MODEL = """
import json, sys
request = json.loads(sys.stdin.readline())
if "fail" in request["messages"][-1]["content"]:
    sys.exit(1)
if request.get("tools"):
    print(json.dumps({"tool_call": {"id": "c1", "name": "distance", "arguments": {"of": "moon"}}}), flush=True)
else:
    for word in ["The", " moon", " is", " far", " [1]."]:
        print(json.dumps({"text": word}), flush=True)
print(json.dumps({"finish_reason": "stop", "usage": {"input_tokens": 7, "output_tokens": 5}}), flush=True)
"""
LETTERS = """
import json, sys
for line in sys.stdin:
    print(json.dumps({"vector": [1 + json.loads(line)["text"].count(letter) for letter in "aeiou"]}), flush=True)
"""
QUESTION = "How far is the moon?"
TOOL = {"name": "distance", "description": "How far something is.", "parameters": {
    "type": "object", "properties": {"of": {"type": "string"}}, "required": ["of"], "additionalProperties": False}}


class Shapes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="quarry-shapes-")
        path = Path(cls.folder.name)
        subprocess.run([NODE, ROOT / "tests" / "servers" / "openai_types.mjs", MODULES, path / "types.json"], check=True,
                       timeout=300)
        cls.types = json.loads((path / "types.json").read_text())
        (path / "model.py").write_text(MODEL)
        (path / "letters.py").write_text(LETTERS)
        (path / "moon.txt").write_text("The moon is far.\n")
        cls.served = Served(path, {
            "QUARRY_CHAT_COMMAND": f"{sys.executable} model.py", "QUARRY_CHAT_PROVIDER": "command", "QUARRY_CHAT_MODEL": "far",
            "QUARRY_EMBED_COMMAND": f"{sys.executable} letters.py", "QUARRY_EMBED_PROVIDER": "command",
            "QUARRY_SEARCH_MODE": "lexical", "QUARRY_CACHE_ENABLED": "false", "QUARRY_ASK_MIN_SCORE": "0"})
        cls.served.quarry("ingest", "moon.txt")
        cls.served.start()

    @classmethod
    def tearDownClass(cls):
        cls.served.kill()
        cls.folder.cleanup()

    def check(self, document, name):
        """Whether a document is of the type, but for the field that is quarry's own."""
        for holder in (document, document.get("response", {})):
            holder.pop("quarry", None)
            if holder.get("object") == "response":
                holder["output_text"] = ""  # the client itself adds it
                holder.pop("store")  # which OpenAI sends too, as it sends null before the usage is known
                if holder["usage"] is None:
                    holder.pop("usage")
        for choice in document.get("choices", ()):
            choice.get("delta", {}).pop("annotations", None)
        schema = self.types["definitions"][self.types["places"][name].rpartition("/")[2]]
        named = [one for one in schema.get("anyOf", ())
                 if one["properties"]["type"].get("const") == document["type"]]
        if named:  # of several: the one that is meant says what is wrong
            schema, = named
        validator = jsonschema.Draft7Validator(schema | {"definitions": self.types["definitions"]})
        wrong = jsonschema.exceptions.best_match(validator.iter_errors(document))
        self.assertIsNone(wrong, f"{name}: {json.dumps(document)[:1500]}\n{str(wrong)[:1500]}")

    def post(self, path, body):
        response = self.served.request("POST", path, body)
        self.assertEqual(response.status, 200, response.body)
        return response

    def parts(self, path, body):
        lines = self.post(path, body | {"stream": True}).body.decode().splitlines()
        return [json.loads(line[6:]) for line in lines if line.startswith("data: {")]

    def test_models(self):
        for model in self.served.request("GET", "/v1/models").json["data"]:
            self.check(model, "OneModel")
        self.check(self.served.request("GET", "/v1/models/quarry%2Fmain").json, "OneModel")

    def test_chat_completions(self):
        messages = [{"role": "user", "content": QUESTION}]
        tools = {"tools": [{"type": "function", "function": TOOL}]}
        for body in ({"model": "quarry"}, {"model": "far"}, {"model": "far"} | tools):
            body |= {"messages": messages}
            whole = self.post("/v1/chat/completions", body).json
            self.check(whole, "Completion")
            chunks = self.parts("/v1/chat/completions", body | {"stream_options": {"include_usage": True}})
            self.assertGreater(len(chunks), 2)
            self.assertTrue(chunks[-1]["usage"])
            for chunk in chunks:
                self.check(chunk, "Chunk")
            calls = whole["choices"][0]["message"].get("tool_calls", [])
            self.assertEqual(len(calls), 1 if "tools" in body else 0)

    def test_embeddings(self):
        for form in ({}, {"encoding_format": "float"}, {"dimensions": 3}):
            self.check(self.post("/v1/embeddings", {"model": "quarry", "input": ["moon", "sun"]} | form).json, "Embeddings")

    def test_responses(self):
        tools = {"tools": [{"type": "function", "strict": True} | TOOL]}
        for body in ({"model": "quarry"}, {"model": "far"}, {"model": "far", "instructions": "Be brief."} | tools):
            body |= {"input": QUESTION}
            whole = self.post("/v1/responses", body).json
            self.check(whole, "WholeResponse")
            self.check(self.served.request("GET", f"/v1/responses/{whole['id']}").json, "WholeResponse")
            events = self.parts("/v1/responses", body | {"previous_response_id": whole["id"]})
            self.assertEqual([event["sequence_number"] for event in events], list(range(len(events))))
            self.assertEqual(events[-1]["type"], "response.completed")
            for event in events:
                self.check(event, "ResponseEvent")
        events = self.parts("/v1/responses", {"model": "far", "input": "Does it fail?"})
        self.assertEqual(events[-1]["type"], "response.failed")
        self.check(events[-1], "ResponseEvent")


if __name__ == "__main__":
    need_servers()
    unittest.main()
