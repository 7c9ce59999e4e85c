"""Requests made from /openapi.json, good ones and bad ones, to every route: each response is one that the document names.

No status of 500 and above, no status or media type that the document does not have for the route, no body that breaks its
schema. QUARRY_FUZZ_SECONDS=N goes on for N seconds; QUARRY_PROPERTY_SEED=N gives the requests of another run.
"""
import copy
import json
import os
import random
import re
import sys
import tempfile
import time
import unittest
from pathlib import Path
from urllib.parse import quote, urlencode

import jsonschema

from served import Served

SECONDS = float(os.environ.get("QUARRY_FUZZ_SECONDS", "0"))
SEED = int(os.environ.get("QUARRY_PROPERTY_SEED") or time.strftime("%Y%m%d"))
CASES = 50  # of each route, where no time is given

TEXTS = ["", " ", "moon", "How far is the moon?", "é", "\U0001f30d", "\u0000", "\ud7ff\uffff", "x" * 300, "y" * 20_000, "../..",
         "'; DROP TABLE users; --", "{{7*7}}", "<script>", "%00", "quarry", "quarry/main", "main", "null", "-1", "2026-01-01",
         "a\r\nb: c", "NEAR(a b)", '"', "*", "(((((", "moon AND", "\u202e"]
NUMBERS = [0, 1, -1, 2, 10, 100, 2**31, -2**31, 2**53, 2**63 - 1, 2**63, -2**63, 2**64, 10**30, 0.5, 1e308, -0.0]
OTHERS = [None, True, False, "text", 7, 1.5, [], {}, [[]], [None], {"a": 1}]


class Fuzz:
    """Values for schemas, some of which fit."""

    def __init__(self, document, chance):
        self.document = document
        self.chance = chance

    def resolved(self, schema):
        while isinstance(schema, dict) and "$ref" in schema:
            target = self.document
            for part in schema["$ref"].lstrip("#/").split("/"):
                target = target[part]
            schema = target
        return schema

    def value(self, schema, bad, depth=0):
        schema, chance = self.resolved(schema), self.chance
        if schema is True or not schema or depth > 8 or (bad and chance.random() < 0.15):
            return chance.choice(OTHERS)
        for name in ("anyOf", "oneOf"):
            if name in schema:
                return self.value(chance.choice(schema[name]), bad, depth + 1)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema and not (bad and chance.random() < 0.2):
            return chance.choice(schema["enum"])
        kind = schema.get("type", "object" if "properties" in schema else "string")
        if isinstance(kind, list):
            kind = chance.choice(kind)
        return getattr(self, kind)(schema, bad, depth)

    def null(self, *_):
        return None

    def boolean(self, *_):
        return self.chance.random() < 0.5

    def integer(self, schema, bad, _depth):
        low, high = schema.get("minimum", 0), schema.get("maximum", 1000)
        near = [low, high, low + 1, high - 1, self.chance.randint(int(low), int(max(low, high)))]
        return self.chance.choice(NUMBERS + [low - 1, high + 1] if bad else near)

    def number(self, schema, bad, _depth):
        low, high = schema.get("minimum", 0), schema.get("maximum", 1)
        return self.chance.choice(NUMBERS) if bad else self.chance.uniform(low, high)

    def string(self, schema, bad, _depth):
        if bad:
            return self.chance.choice(TEXTS)
        least, most = schema.get("minLength", 0), schema.get("maxLength", 100_000)
        fit = [text for text in TEXTS if least <= len(text) <= most] or ["m" * least]
        return self.chance.choice(fit + ["m" * least, "moon"[:most]] + (["m" * most] if most <= 5000 else []))

    def array(self, schema, bad, depth):
        least = schema.get("minItems", 0)
        count = self.chance.choice([0, 1, 3, 50]) if bad else self.chance.randint(least, max(least, 3))
        return [self.value(schema.get("items", {}), bad, depth + 1) for _ in range(count)]

    def object(self, schema, bad, depth):
        made = {}
        for name, part in schema.get("properties", {}).items():
            if name in schema.get("required", ()) and not (bad and self.chance.random() < 0.1) or self.chance.random() < 0.3:
                made[name] = self.value(part, bad and self.chance.random() < 0.6, depth + 1)
        if bad and self.chance.random() < 0.2:
            made[self.chance.choice(TEXTS)] = self.chance.choice(OTHERS)
        return made


class OpenApi(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.above = tempfile.TemporaryDirectory(prefix="quarry-fuzz-")
        folder = Path(cls.above.name) / "a" / "b" / "c" / "d"  # "../.." is a folder of this test too
        folder.mkdir(parents=True)
        (folder / "moon.txt").write_text("The moon is far.\n")
        (folder / "agents").mkdir()
        (folder / "agents/moon.yaml").write_text(
            "{name: moon, agent_class: FunctionNode, set: {n: '1'}, interrupt: {ask: Go on?, schema: {type: boolean}}}\n")
        cls.served = Served(folder, {
            "QUARRY_SERVE_AGENTS": "agents",
            "QUARRY_SEARCH_MODE": "lexical", "QUARRY_CHAT_PROVIDER": "extractive", "QUARRY_EMBED_PROVIDER": "none",
            "QUARRY_SERVE_SIGN_IN_PER_MINUTE": "0"})
        cls.served.quarry("ingest", "moon.txt")
        cls.served.start()
        cls.document = cls.served.request("GET", "/openapi.json").json
        cls.connection = cls.served.connection()

    @classmethod
    def tearDownClass(cls):
        cls.connection.close()
        cls.served.kill()
        cls.above.cleanup()

    def requests_of(self, path, method, operation, fuzz):
        """Endless requests to a route: target, body, header fields."""
        chance = fuzz.chance
        content = operation.get("requestBody", {}).get("content", {})
        described = content.get("application/json", {})
        first = True
        while True:
            bad = not first and chance.random() < 0.7
            target, query, fields = path, [], {}
            for parameter in operation.get("parameters", ()):
                if not parameter["required"] and chance.random() < 0.6:
                    continue
                value = fuzz.value(parameter["schema"], bad)
                texts = [str(one) for one in (value if isinstance(value, list) else [value])]
                texts = [text.lower() if isinstance(value, bool) else text for text in texts]
                if parameter["in"] == "path":
                    target = target.replace("{%s}" % parameter["name"], quote(texts[0] if texts else "x", safe="") or "x")
                elif parameter["in"] == "cookie":
                    fields["Cookie"] = f"{parameter['name']}={quote(texts[0] if texts else '')}"
                elif parameter["in"] == "header":
                    fields[parameter["name"]] = quote(texts[0] if texts else "")
                else:
                    query += [(parameter["name"], text) for text in texts]
            if bad and chance.random() < 0.1:
                query.append((chance.choice(TEXTS), "x"))
            if query:
                target += "?" + urlencode(query)
            body = None
            if described:
                fields["Content-Type"] = "application/json"
                value = copy.deepcopy(described.get("example", {})) if first else fuzz.value(described["schema"], bad)
                body = json.dumps(value).encode()
                if bad and chance.random() < 0.1:
                    body = chance.choice([body[:-1], b"\xff\xfe", b"[" * 10_000, b"x" * 300_000, b"", body + b"}", b"1e999"])
                if bad and chance.random() < 0.05:
                    fields["Content-Type"] = chance.choice(["text/plain", "", "application/json; charset=latin1", "x"])
            elif "application/x-www-form-urlencoded" in content:
                fields["Content-Type"] = "application/x-www-form-urlencoded"
                form = fuzz.value(content[fields["Content-Type"]]["schema"], bad)
                body = urlencode(form if isinstance(form, dict) else {"x": form}).encode()
            elif content:  # a file
                fields["Content-Type"] = next(iter(content))
                body = chance.choice(TEXTS).encode()
            stream = operation["responses"].get("200", {}).get("content", {}).get("text/event-stream", {})
            if "contentSchema" in stream.get("schema", {}) and chance.random() < (0 if first else 0.4):
                fields["Accept"] = "text/event-stream"
            if first or chance.random() > 0.05:
                fields["Authorization"] = f"Bearer {self.served.token}"
            elif chance.random() < 0.5:
                fields["Authorization"] = chance.choice(["Bearer x", "Basic x", "Basic Og==", "x", "Bearer " + "y" * 5000])
            first = False
            yield target, body, fields

    def check(self, path, method, operation, sent):
        target, body, fields = sent
        self.connection.request(method.upper(), target, body, fields)
        response = self.connection.getresponse()
        text = response.read()
        said = f"seed {SEED}: {method} {target[:300]} {fields} {(body or b'')[:600]} -> {response.status} {text[:600]}"
        if response.status >= 500:
            self.fail(f"{said}\nthe server: {(self.served.folder / 'log').read_text()[-1000:]}")
        described = operation["responses"].get(str(response.status))
        self.assertIsNotNone(described, said)
        while "$ref" in described:
            described = Fuzz(self.document, None).resolved(described)
        content = described.get("content", {})
        kind = (response.getheader("Content-Type") or "").split(";")[0]
        no_lines = response.status == 200 and kind == "application/jsonl"
        self.assertEqual(bool(content), bool(text) or no_lines, said)
        if not text:
            return response.status
        self.assertIn(kind, content, said)
        events = content[kind].get("schema", {}).get("contentSchema")
        if events:  # of the document's own, each by its name
            for name, data in re.findall(r"event: (\w+)\ndata: (.*)\n", text.decode()):
                if name not in ("gap", "shutdown"):
                    self.fits(json.loads(data), events, said)
                    self.assertEqual(json.loads(data)["event"], name, said)
        if kind.endswith("json"):
            self.fits(json.loads(text), content[kind].get("schema", {}), said)
        return response.status

    def fits(self, value, schema, said):
        whole = schema | {"components": self.document["components"]}
        wrong = next(iter(jsonschema.Draft202012Validator(whole).iter_errors(value)), None)
        self.assertIsNone(wrong, f"{said}\n{str(wrong)[:2000]}")

    def test_every_response_is_one_that_the_document_names(self):
        routes = []
        for path, methods in self.document["paths"].items():
            for method, operation in methods.items():
                fuzz = Fuzz(self.document, random.Random(f"{SEED} {method} {path}"))
                routes.append((path, method, operation, self.requests_of(path, method, operation, fuzz)))
        seen = {}
        end = time.monotonic() + SECONDS
        case = 0
        while case < CASES or time.monotonic() < end:
            for path, method, operation, requests in routes:
                sent = next(requests)
                if "{" in sent[0].split("?")[0]:
                    self.fail(f"a parameter of {path} is not described")
                with self.subTest(route=f"{method} {path}"):
                    seen.setdefault((method, path), set()).add(self.check(path, method, operation, sent))
            case += 1
        # It went far enough into the routes: what has a body was understood at least once, and refused.
        for (method, path), statuses in seen.items():
            operation = self.document["paths"][path][method]
            if "application/json" in operation.get("requestBody", {}).get("content", {}):
                # Where nobody need be signed in, 401 is the answer to a password that is wrong.
                understood = {200, 201, 202, 404, 400} | (set() if operation["security"] else {401})
                self.assertTrue(statuses & understood, (method, path, statuses))
                self.assertIn(422, statuses, (method, path, statuses))
        self.assertEqual(self.served.request("GET", "/readyz").status, 200)


if __name__ == "__main__":
    unittest.main()
