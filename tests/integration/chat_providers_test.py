"""Answers of every provider's protocol, from a server that others wrote: aimock.

It speaks OpenAI's chat completions, Anthropic's messages, Gemini's generateContent and Ollama's own protocol, streams
them, and fails on demand. What it is not faithful in is not tested with it: no citations of Anthropic, no pings, usage 0
in Anthropic's stream, characters beyond the first 65,536 cut in two (the unit tests have these).
"""
import itertools
import json
import os
import subprocess
import sys
import tempfile
import unittest

import mock_servers

BINARY = os.path.abspath(sys.argv[1])
KEPT = ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "LLVM_PROFILE_FILE", "GCOV_PREFIX")
ANSWER = "The moon is 384,400 km away [1]. It is yellow, \u00e9 [1]."
MOON = {"match": {"userMessage": "moon"}, "response": {"content": ANSWER}}
# Provider, what stands behind the server's address, its path, and the header that has the key.
PROVIDERS = {
    "openai": ("/v1", "/v1/chat/completions", "authorization"),
    "mistral": ("/v1", "/v1/chat/completions", "authorization"),
    "groq": ("/v1", "/v1/chat/completions", "authorization"),
    "anthropic": ("", "/v1/messages", "x-api-key"),
    "gemini": ("/v1beta", "/v1beta/models/test-model:streamGenerateContent", "x-goog-api-key"),
    "ollama": ("", "/api/chat", "authorization"),
}
SCHEMA = {"type": "object", "properties": {"km": {"type": "integer"}}, "required": ["km"], "additionalProperties": False}


class Chat(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        with open(os.path.join(cls.folder.name, "moon.md"), "w", encoding="utf-8") as file:
            file.write("# Moon\n\nThe moon is 384,400 km away. It is yellow.\n")
        with open(os.path.join(cls.folder.name, "schema.json"), "w", encoding="utf-8") as file:
            json.dump(SCHEMA, file)
        run = cls.run_quarry("ingest", "moon.md", "--quiet")
        assert run.returncode == 0, run.stderr

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def run_quarry(cls, *arguments):
        environment = {"PATH": os.environ["PATH"], "HOME": cls.folder.name, "TEST_KEY": "sk-test-key",
                       **{name: os.environ[name] for name in KEPT if name in os.environ}}
        return subprocess.run([BINARY, *arguments], cwd=cls.folder.name, env=environment, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=120, check=False)

    def ask(self, server, provider, *options, code=0):
        run = self.run_quarry("ask", "how far away is the moon?", "--provider", provider, "--model", "test-model",
                              "--mode", "lexical", "--no-cache", "--config",
                              f"chat.base_url={server.url}{PROVIDERS[provider][0]}",
                              "--config", "chat.api_key_env=TEST_KEY", *options)
        self.assertEqual(run.returncode, code, run.stderr)
        return run

    def answer(self, server, provider, *options):
        return json.loads(self.ask(server, provider, "--json", *options).stdout)

    def last_request(self, server):
        entry = server.journal()[-1]
        headers = {name.lower(): value for name, value in entry["headers"].items()}
        return entry["path"].split("?")[0], headers, entry["body"]


class Answers(Chat):
    def test_each_provider_streams_an_answer_with_checked_citations(self):
        with mock_servers.aimock([MOON]) as server:
            for provider, (_, path, key_header) in PROVIDERS.items():
                with self.subTest(provider):
                    answer = self.answer(server, provider)
                    self.assertEqual(answer["answer"], ANSWER)
                    self.assertEqual([citation["number"] for citation in answer["citations"]][:1], [1])
                    self.assertEqual(answer["finish_reason"], "stop")
                    asked, headers, _ = self.last_request(server)
                    self.assertEqual(asked, path)
                    self.assertIn(key_header, headers)  # its value is "[REDACTED]" in the journal
                    if provider == "anthropic":
                        self.assertEqual(headers["anthropic-version"], "2023-06-01")

    def test_pieces_of_any_size_give_the_same_text(self):
        for size in ("1", "7", "1000"):
            with mock_servers.aimock([MOON], ["--chunk-size", size]) as server:
                for provider in ("openai", "anthropic", "gemini", "ollama"):
                    with self.subTest(provider=provider, size=size):
                        self.assertEqual(self.answer(server, provider)["answer"], ANSWER)

    def test_headers_and_limits_are_sent(self):
        with mock_servers.aimock([MOON]) as server:
            self.ask(server, "openai", "--max-tokens", "77", "--config", 'chat.headers={"X-Team": "docs", "X-Gate": "$TEST_KEY"}')
            _, headers, body = self.last_request(server)
            self.assertEqual(headers["x-team"], "docs")
            self.assertEqual(body["max_tokens"], 77)

    def test_an_answer_fits_its_schema(self):
        good = {"match": {"userMessage": "moon"}, "response": {"content": json.dumps({"km": 384400})}}
        by_tool = {"match": {"userMessage": "moon"},
                   "response": {"toolCalls": [{"name": "answer", "arguments": json.dumps({"km": 384400})}]}}
        for provider, fixture in (("openai", good), ("gemini", good), ("ollama", good), ("anthropic", by_tool)):
            with self.subTest(provider), mock_servers.aimock([fixture]) as server:
                run = self.ask(server, provider, "--schema", "schema.json")
                self.assertEqual(json.loads(run.stdout), {"km": 384400})
                self.assertEqual(self.answer(server, provider, "--schema", "schema.json")["data"], {"km": 384400})
                run = self.ask(server, provider, "--schema", "schema.json", "--session", provider)
                self.assertEqual(json.loads(run.stdout), {"km": 384400})

    def test_an_answer_that_does_not_fit_is_asked_for_twice(self):
        with mock_servers.aimock([MOON, {"match": {}, "response": {"content": "still no JSON"}}]) as server:
            run = self.ask(server, "openai", "--schema", "schema.json", code=14)
            self.assertIn("does not fit the schema", run.stderr)
            self.assertEqual(run.stdout, "")
            self.assertEqual(len(server.journal()), 2)


class Failures(Chat):
    def test_a_limit_that_is_too_low_asks_nobody(self):
        with mock_servers.aimock([MOON]) as server:
            price = ("--config", "chat.price_input=1000", "--config", "chat.price_output=1000")
            run = self.ask(server, "openai", "--max-cost", "0.001", *price, code=16)
            self.assertIn("the model was not asked", run.stderr)
            self.assertEqual(server.journal(), [])
            self.assertGreater(self.answer(server, "openai", "--max-cost", "100", *price)["cost"], 0)

    def test_rate_limits_are_retried_and_told(self):
        with mock_servers.aimock([MOON], ["--chaos-ratelimit", "1"]) as server:
            for provider in ("openai", "anthropic", "gemini", "ollama"):
                with self.subTest(provider):
                    before = len(server.journal())
                    run = self.ask(server, provider, "--config", "chat.retries=1", code=15)
                    self.assertIn("tried 2 times", run.stderr)
                    self.assertNotIn("sk-test-key", run.stderr)
                    self.assertLessEqual(len(server.journal()) - before, 2)

    def test_a_connection_that_drops_is_an_error(self):
        for option in ("--chaos-disconnect", "--chaos-malformed", "--chaos-drop"):
            with mock_servers.aimock([MOON], [option, "1"]) as server:
                for provider in ("openai", "anthropic", "gemini", "ollama"):
                    with self.subTest(option=option, provider=provider):
                        run = self.ask(server, provider, "--config", "chat.retries=0", code=14)
                        self.assertIn("error:", run.stderr)
                        self.assertNotIn("sk-test-key", run.stderr)

    def test_a_question_without_a_fixture_is_the_servers_error(self):
        with mock_servers.aimock([]) as server:
            for provider in ("openai", "anthropic", "gemini", "ollama"):
                with self.subTest(provider):
                    run = self.ask(server, provider, "--config", "chat.retries=0", code=14)
                    self.assertIn("the server reports", run.stderr)


class Strictness(Chat):
    def test_requests_fit_the_types_that_the_vendors_publish(self):
        # prism answers with an example that streams nothing; that it answers at all is what is looked at.
        with mock_servers.prism() as server:
            for provider, options in itertools.product(("openai", "anthropic", "ollama"), ((), ("--schema", "schema.json"))):
                with self.subTest(provider=provider, options=options):
                    run = self.run_quarry("ask", "how far away is the moon?", "--provider", provider, "--model", "m",
                                          "--no-cache", "--mode", "lexical", "--max-tokens", "50", "--config",
                                          f"chat.base_url={server.url}{PROVIDERS[provider][0]}", "--config",
                                          "chat.retries=0", "--config", "chat.api_key_env=TEST_KEY", *options)
                    self.assertNotIn("422", run.stderr)
                    self.assertNotIn("not understood", run.stderr)


mock_servers.need_servers()
unittest.main(argv=sys.argv[:1])
