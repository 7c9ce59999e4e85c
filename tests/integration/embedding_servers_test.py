"""Embeddings and reranking at servers that others wrote: aimock's OpenAI and Cohere, prism's OpenAI and Ollama.

prism refuses every request that the types published by OpenAI and Ollama do not allow; aimock keeps what it was asked.
aimock ignores `encoding_format` (so that the numbers of a server that knows no base64 are read) and knows neither
`:batchEmbedContents` nor the form of /api/embed that Ollama documents: Gemini is tested with a server of our own, and
Ollama's with prism.
"""
import csv
import io
import json
import math
import os
import subprocess
import sys
import tempfile
import unittest

import mock_servers

BINARY = os.path.abspath(sys.argv[1])
KEPT = ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "LLVM_PROFILE_FILE", "GCOV_PREFIX")


class Servers(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def quarry(self, arguments, settings, stdin="", code=0):
        environment = {"PATH": os.environ["PATH"], "HOME": self.folder.name, "OPENAI_API_KEY": "sk-test",
                       "COHERE_API_KEY": "co-test", **{name: os.environ[name] for name in KEPT if name in os.environ}}
        options = [word for key, value in settings.items() for word in ("--config", f"{key}={value}")]
        run = subprocess.run([BINARY, *arguments, *options], cwd=self.folder.name, env=environment, input=stdin,
                             capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(run.returncode, code, run.stderr)
        return run

    def embed(self, lines, settings, *options, code=0):
        """The vectors of lines, as `embed --stdin` prints them."""
        run = self.quarry(["embed", "--stdin", *options], settings, "".join(line + "\n" for line in lines), code)
        return [json.loads(line)["vector"] for line in run.stdout.splitlines()] if code == 0 else run.stderr


class Aimock(Servers):
    def test_openai_numbers_where_base64_was_asked_for(self):
        settings = {"embed.provider": "openai", "embed.model": "text-embedding-3-small", "embed.dimensions": "8"}
        with mock_servers.aimock() as server:
            settings["embed.base_url"] = server.url + "/v1"
            both = self.embed(["one text", "another text"], settings)
            alone = self.embed(["another text"], settings)
            sent = [entry["path"] for entry in server.journal()]
        self.assertEqual([len(vector) for vector in both], [8, 8])
        self.assertEqual(both[1], alone[0])
        self.assertNotEqual(both[0], both[1])
        self.assertEqual(sent, ["/v1/embeddings"] * 2)

    def test_vectors_are_those_of_the_server(self):
        settings = {"embed.provider": "openai", "embed.model": "m"}
        fixtures = [{"match": {"inputText": "three and four"}, "response": {"embedding": [3, 4]}}]
        with mock_servers.aimock(fixtures) as server:
            settings["embed.base_url"] = server.url + "/v1"
            vector, = self.embed(["three and four"], settings)
        length = math.hypot(*vector)
        self.assertAlmostEqual(vector[0] / length, 0.6, 6)
        self.assertAlmostEqual(vector[1] / length, 0.8, 6)

    def test_cohere_embeds(self):
        settings = {"embed.provider": "cohere", "embed.model": "embed-v4.0"}
        with mock_servers.aimock() as server:
            settings["embed.base_url"] = server.url + "/v2"
            vectors = self.embed(["one", "two", "three"], settings)
            entry = server.journal()[0]
        self.assertEqual(len(vectors), 3)
        self.assertEqual(len({json.dumps(vector) for vector in vectors}), 3)
        self.assertEqual(entry["path"], "/v2/embed")

    def test_busy_for_good_is_said(self):
        settings = {"embed.provider": "openai", "embed.model": "m", "embed.retries": "1"}
        with mock_servers.aimock(options=["--chaos-ratelimit", "1"]) as server:
            settings["embed.base_url"] = server.url + "/v1"
            self.assertIn("429", self.embed(["text"], settings, code=15))
            self.assertGreaterEqual(len(server.journal()), 2)

    def test_a_connection_that_breaks_and_an_answer_that_is_no_json(self):
        settings = {"embed.provider": "openai", "embed.model": "m", "embed.retries": "0"}
        for fault in ("--chaos-disconnect", "--chaos-malformed", "--chaos-drop"):
            with self.subTest(fault), mock_servers.aimock(options=[fault, "1"]) as server:
                settings["embed.base_url"] = server.url + "/v1"
                self.assertIn("error: ", self.embed(["text"], settings, code=14))

    def test_a_search_is_reranked_by_cohere(self):
        lines = "".join(json.dumps({"id": f"d{i}", "text": text}) + "\n" for i, text in enumerate(
            ["the moon is far away", "the moon is yellow", "the moon is a cheese"]))
        self.quarry(["ingest", "--jsonl", "-", "--quiet"], {"embed.provider": "none"}, lines)
        settings = {"embed.provider": "none", "rerank.provider": "cohere", "rerank.model": "rerank-v3.5"}

        def search(base_url, code=0):
            return self.quarry(["search", "moon", "--rerank", "--json"], {**settings, "rerank.base_url": base_url},
                               code=code)
        without = json.loads(self.quarry(["search", "moon", "--json"], {"embed.provider": "none"}).stdout)["hits"]
        self.assertEqual(len(without), 3)
        with mock_servers.aimock_reranker([0.1, 0.2, 0.9]) as server:
            hits = json.loads(search(server.url + "/v2").stdout)["hits"]
            self.assertEqual([entry["path"] for entry in server.journal()], ["/v2/rerank"])
        self.assertEqual([hit["text"] for hit in hits], [hit["text"] for hit in reversed(without)])
        with mock_servers.aimock_reranker([0.1]) as server:  # an answer that leaves two passages out
            self.assertIn("rerank", search(server.url + "/v2", code=14).stderr)


class Prism(Servers):
    """One server for all: it takes seconds to start."""

    @classmethod
    def setUpClass(cls):
        cls.context = mock_servers.prism()
        cls.server = cls.context.__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.context.__exit__(None, None, None)

    def test_requests_fit_the_vendors_types(self):
        rows = [("openai", "/v1", {}, [0.6, 0.8]), ("openai", "/v1", {"embed.dimensions": "2"}, [0.6, 0.8]),
                ("ollama", "", {}, [0.8, 0.6]), ("ollama", "", {"embed.dimensions": "2"}, [0.8, 0.6])]
        for provider, path, more, expected in rows:
            with self.subTest(provider, **more):
                settings = {"embed.provider": provider, "embed.model": "some-model",
                            "embed.base_url": self.server.url + path, **more}
                for options in ((), ("--query",)):
                    vector, = self.embed(["a text with \"quotes\", ünïcödé\tand 日本語"], settings, *options)
                    for got, wanted in zip(vector, expected, strict=True):
                        self.assertAlmostEqual(got, wanted, 6)

    def test_what_does_not_fit_is_refused_and_told(self):
        # Mistral's body has "output_dimension", which OpenAI's types do not know.
        settings = {"embed.provider": "mistral", "embed.model": "m", "embed.dimensions": "2", "embed.api_key_env": "",
                    "embed.base_url": self.server.url + "/v1"}
        errors = self.embed(["text"], settings, code=14)
        self.assertIn("422", errors)

    def test_vectors_as_csv(self):
        settings = {"embed.provider": "ollama", "embed.model": "m", "embed.base_url": self.server.url}
        run = self.quarry(["embed", "--stdin", "--format", "csv"], settings, "a text\n")
        self.assertIn("0.8", next(csv.reader(io.StringIO(run.stdout.splitlines()[-1])))[-2])


mock_servers.need_servers()
unittest.main(argv=sys.argv[:1])
