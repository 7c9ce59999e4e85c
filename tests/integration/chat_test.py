"""Conversations: processes that are killed in the middle of an answer, two at once, a full disk, tools on a pipe."""
import json
import os
import pty
import resource
import signal
import subprocess
import sys
import tempfile
import termios
import time
import unittest
from pathlib import Path

QUARRY = os.path.abspath(sys.argv.pop(1))

MODEL = """
import json, sys, time
request = json.loads(sys.stdin.readline())
slow = "slowly" in request["messages"][-1]["content"]
for word in ["The", " moon", " is", " far", " [1]", "."]:
    print(json.dumps({"text": word}), flush=True)
    if slow:
        time.sleep(0.3)
print(json.dumps({"finish_reason": "stop"}), flush=True)
"""


class Chat(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="quarry-chat-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "model.py").write_text(MODEL)
        (self.folder / "moon.txt").write_text("The moon is far.\n")
        kept = {name: os.environ[name] for name in ("PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS") if name in os.environ}
        self.environment = kept | {
            "HOME": str(self.folder), "QUARRY_CHAT_COMMAND": f"{sys.executable} model.py",
            "QUARRY_CHAT_PROVIDER": "command", "QUARRY_SEARCH_MODE": "lexical", "QUARRY_CACHE_ENABLED": "false",
            "QUARRY_CHAT_FOLLOW_UPS": "none", "QUARRY_ASK_MIN_SCORE": "0",
        }
        self.quarry("ingest", "moon.txt")

    def start(self, *arguments, **more):
        return subprocess.Popen([QUARRY, *arguments], cwd=self.folder, env=self.environment, text=True,
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)

    def quarry(self, *arguments, text="", code=0, **more):
        process = self.start(*arguments, **more)
        out, err = process.communicate(text, timeout=120)
        self.assertEqual(process.returncode, code, err)
        return out, err

    def turns(self, name):
        return json.loads(self.quarry("chats", "export", name, "--json")[0])["turns"]

    def interrupt(self, kind):
        """What is kept when a process ends in the middle of its second answer."""
        process = self.start("chat", "--session", "moon")
        process.stdin.write("How far is the moon?\nHow far is the moon, slowly?\n")
        process.stdin.flush()
        # The answers, each word as it comes; between them the sources of the first.
        shown = ""
        while not shown.split("\n\n")[-1].startswith("The moon is") or "Sources:" not in shown:
            shown += process.stdout.read(1)
        time.sleep(0.1)
        process.send_signal(kind)
        process.communicate(timeout=60)
        return self.turns("moon")

    def wait_for_letters_mode(self, terminal):
        """Until the program reads letter by letter and shows them itself."""
        for _ in range(300):
            if not termios.tcgetattr(terminal)[3] & (termios.ICANON | termios.ECHO):
                return
            time.sleep(0.1)
        self.fail("the terminal is still in its line mode")

    def test_a_terminal_that_a_shell_took_is_taken_back(self):
        """What a shell does to the terminal between Ctrl-Z and fg."""
        child, terminal = pty.fork()
        if child == 0:
            os.chdir(self.folder)
            os.execve(QUARRY, [QUARRY, "chat"], self.environment | {"TERM": "xterm"})
        try:
            shown = b""
            while b"> " not in shown:
                shown += os.read(terminal, 1000)
            self.wait_for_letters_mode(terminal)
            os.write(terminal, b"half")
            while b"half" not in shown:
                shown += os.read(terminal, 1000)
            modes = termios.tcgetattr(terminal)
            modes[3] |= termios.ICANON | termios.ECHO
            termios.tcsetattr(terminal, termios.TCSANOW, modes)
            self.wait_for_letters_mode(terminal)
            again = b""
            while b"> half" not in again:  # the line is shown anew
                again += os.read(terminal, 1000)
        finally:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            os.close(terminal)

    def test_a_kill_in_the_middle_of_an_answer(self):
        turns = self.interrupt(signal.SIGKILL)
        self.assertEqual([turn["state"] for turn in turns], ["answered", "unfinished"])
        self.assertTrue(turns[1]["answer"].startswith("The moon"), turns)
        self.assertEqual(turns[0]["answer"], "The moon is far [1].")
        _, err = self.quarry("chat", "--session", "moon", text="How far is the moon?\n")
        self.assertIn("not answered completely", err)
        self.assertEqual([turn["number"] for turn in self.turns("moon")], [1, 2, 3])

    def test_a_request_to_end_in_the_middle_of_an_answer(self):
        turns = self.interrupt(signal.SIGTERM)
        self.assertEqual([turn["state"] for turn in turns], ["answered", "stopped"])
        self.assertTrue(turns[1]["answer"].startswith("The moon is"), turns)

    def test_two_at_once(self):
        each = 5
        questions = "How far is the moon?\n" * each
        chats = [self.start("chat", "--session", "moon") for _ in range(2)]
        errors = []
        for chat in chats:
            chat.stdin.write(questions)
            chat.stdin.close()
            chat.stdin = None
        for chat in chats:
            errors.append(chat.communicate(timeout=120)[1])
            self.assertEqual(chat.returncode, 0, errors[-1])
        turns = self.turns("moon")
        self.assertEqual([turn["number"] for turn in turns], list(range(1, 2 * each + 1)))
        self.assertEqual({turn["state"] for turn in turns}, {"answered"})
        self.assertIn("another chat added", "".join(errors))

    def test_a_full_disk(self):
        self.quarry("chat", "--session", "moon", text="How far is the moon?\n")

        def full():
            # With the signal ignored, a file over the limit fails to grow as on a full disk.
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))

        question = "How far is the moon? " + "x" * 90_000
        _, err = self.quarry("ask", "--session", "moon", "-", text=question, code=1, preexec_fn=full)
        self.assertIn("cannot keep the conversation", err)
        turns = self.turns("moon")
        self.assertEqual(turns[0]["answer"], "The moon is far [1].")
        self.quarry("chat", "--session", "moon", text="How far is the moon?\n")
        self.assertEqual(self.turns("moon")[-1]["state"], "answered")


if __name__ == "__main__":
    unittest.main()
