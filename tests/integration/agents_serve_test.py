"""Agents of a server and of the terminal on one base: questions are answered where they were not asked, and a server goes on
with what a killed process, a killed server and `agent run --background` left, without doing anything twice.
"""
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from held_agent import SETTINGS, WAITER
from served import QUARRY, Served

REVIEW = """
agent_class: Workflow
name: review
state: {input: string, verdict: object}
edges: [[START, decide, publish]]
nodes:
  - name: decide
    interrupt:
      ask: "Publish '{input}'?"
      schema: {type: object, properties: {ok: {type: boolean}}, required: [ok]}
    output_key: verdict
  - {name: publish, agent_class: FunctionNode, when: verdict.ok, func_code: note, args: {text: "'published'"}}
"""



class AgentsOfAServer(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="quarry-agents-")
        self.addCleanup(self.temporary.cleanup)
        self.folder = Path(self.temporary.name)
        (self.folder / "agents").mkdir()
        (self.folder / "agents/review.yaml").write_text(REVIEW)
        (self.folder / "agents/waiter.yaml").write_text(WAITER)
        config = self.folder / ".config/quarry/config.toml"
        config.parent.mkdir(parents=True)
        config.write_text(SETTINGS.format(folder=self.folder))
        self.served = Served(self.folder, {"QUARRY_CHAT_PROVIDER": "extractive", "QUARRY_EMBED_PROVIDER": "none",
                                           "QUARRY_SERVE_AGENTS": "agents"})
        self.addCleanup(self.served.kill)
        (self.folder / "moon.txt").write_text("The moon is far.\n")
        self.served.quarry("ingest", "--quiet", "moon.txt")

    def api(self, method, path, body=None):
        response = self.served.request(method, "/api/v1/" + path, body)
        self.assertLess(response.status, 300, response.body)
        return response.json

    def waited(self, run):
        """The run when it has ended or waits."""
        end = time.monotonic() + 300
        while time.monotonic() < end:
            state = self.api("GET", f"agent-runs/{run}/wait?seconds=30")
            if state["state"] != "running":
                return state
        return self.fail("the run does not end")

    def events(self, run):
        """The names of a run's events, each once and in order."""
        body = self.served.request("GET", f"/api/v1/agent-runs/{run}/events").body.decode()
        numbers = [int(line.rpartition("/")[2]) for line in body.splitlines() if line.startswith("id: ")]
        self.assertEqual(numbers, list(range(1, len(numbers) + 1)))
        return [line[len("event: "):] for line in body.splitlines() if line.startswith("event: ")]

    def until(self, file):
        end = time.monotonic() + 300
        while not (self.folder / file).exists():
            self.assertLess(time.monotonic(), end, f"{file} does not appear")
            time.sleep(0.02)

    def notes(self):
        return (self.folder / "notes").read_text().split()

    def terminal(self, *arguments):
        return subprocess.run([QUARRY, "agent", *arguments], cwd=self.folder, env=self.served.environment, text=True,
                              timeout=300, capture_output=True)

    def test_a_question_is_answered_where_it_was_not_asked(self):
        self.served.start()
        asked = self.terminal("run", "agents/review.yaml", "Tides", "--thread", "terminal")
        self.assertEqual(asked.returncode, 17, asked.stderr)
        [run] = self.api("GET", "agent-runs?state=waiting")["runs"]
        [question] = self.api("GET", f"agent-runs/{run['run']}")["waiting"]
        self.assertEqual(question["question"], "Publish 'Tides'?")
        done = self.api("POST", f"agent-runs/{run['run']}/resume", {"answer": {"ok": True}, "decision": question["decision"]})
        self.assertEqual(done["state"], "done", done)

        waiting = self.api("POST", "agents/review/runs", {"input": "Craters", "thread": "web"})
        self.assertEqual(waiting["state"], "waiting")
        answered = self.terminal("resume", waiting["run"], "--answer", '{"ok": true}')
        self.assertEqual(answered.returncode, 0, answered.stderr)
        self.assertEqual(self.api("GET", f"agent-runs/{waiting['run']}")["state"], "done")
        self.assertEqual(self.notes(), ["published", "published"])
        self.assertEqual(self.events(run["run"])[-1], "done")
        self.assertEqual(self.events(waiting["run"])[-1], "done")

    def test_a_server_goes_on_with_what_a_killed_process_left(self):
        left = subprocess.Popen([QUARRY, "agent", "run", "agents/waiter.yaml", "x"], cwd=self.folder,
                                env=self.served.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL, start_new_session=True)
        self.until("held")
        os.killpg(left.pid, signal.SIGKILL)
        left.wait()
        self.served.start()
        [run] = self.api("GET", "agent-runs")["runs"]
        (self.folder / "go").touch()
        done = self.waited(run["run"])
        self.assertEqual(done["state"], "done", done)
        self.assertEqual(self.notes(), ["first", "third"])
        self.assertEqual(self.events(run["run"])[-1], "done")

    def test_a_server_goes_on_with_what_a_killed_server_left(self):
        self.served.start()
        run = self.api("POST", "agents/waiter/runs", {"background": True})["run"]
        self.until("held")
        self.served.kill()
        (self.folder / "go").touch()
        self.served.start()
        self.assertEqual(self.waited(run)["state"], "done")
        self.assertEqual(self.notes(), ["first", "third"])
        self.events(run)

    def test_a_run_in_the_background_is_the_servers(self):
        (self.folder / "go").touch()
        begun = self.terminal("run", "agents/waiter.yaml", "x", "--background")
        self.assertEqual(begun.returncode, 0, begun.stderr)
        self.assertFalse((self.folder / "notes").exists())
        self.served.start()
        self.assertEqual(self.waited(begun.stdout.strip())["state"], "done")
        self.assertEqual(self.notes(), ["first", "third"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
