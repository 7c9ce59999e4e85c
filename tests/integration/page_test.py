"""The page in Chromium: what people do on it, what strangers' texts do to it, and how it looks (tests/page).

The browser is Debian's, driven by playwright-core of build/third_party/test_clients; without either the test is skipped.
    python3 page_test.py QUARRY --pictures    takes the pictures of docs/page again
"""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

TAKE = "--pictures" in sys.argv and (sys.argv.remove("--pictures") or True)

from served import QUARRY, Served  # the program is this script's argument

ROOT = Path(__file__).resolve().parents[2]
CLIENTS = ROOT / "build" / "third_party" / "test_clients"
SCRIPTS = ROOT / "tests" / "page"
NODE = next((str(node) for node in CLIENTS.glob("node/node_modules/node-linux-*/bin/node")), None)
CHROMIUM = shutil.which("chromium")
HAS_DRIVER = (CLIENTS / "node_modules" / "playwright-core").is_dir() and (CLIENTS / "node_modules" / "axe-core").is_dir()

RETRY = """---
tags: [guide, network]
---
# Retry policy

The retry policy allows three attempts. Each attempt waits twice as long as the one before.

## Signing

Requests are signed with a key. The key is rotated every ninety days, and old signatures hold for an hour.

## When to give up

A request that was refused with 400 is not tried again. The caller is told what was wrong with it.
"""
LIMITS = """---
tags: [guide]
---
# Limits

The server takes at most 200 requests a minute from one address. A request over the limit is answered with 429.
"""
REVIEW = """agent_class: Workflow
name: review
description: Reviews a text, and asks before it goes out
state:
  input: string
  seen: {type: list, reducer: append, default: []}
  verdict: object
edges:
  - [START, [spelling, facts], both, decide, {"true": publish, "false": stop}]
nodes:
  - {name: spelling, set: {seen: "'spelling'"}}
  - {name: facts, set: {seen: "'facts'"}}
  - {name: both, agent_class: JoinNode}
  - name: decide
    interrupt:
      ask: "Publish '{input}'?"
      schema:
        type: object
        required: [ok, reason]
        properties:
          ok: {type: boolean, title: Publish it}
          reason: {type: string, minLength: 3, description: Shown to its authors}
          copies: {type: integer, minimum: 2, multipleOf: 2}
    output_key: verdict
    route: output.ok
  - {name: publish, set: {seen: "'published'"}}
  - {name: stop, set: {seen: "'stopped'"}}
"""
PAYER = """agent_class: SequentialAgent
name: payer
state: {input: string, receipt: string, filed: string}
sub_agents:
  - {name: pay, func_code: pay, output_key: receipt}
  - {name: file, set: {filed: "'filed ' + receipt"}}
"""
EVAL = [{"question": "how many attempts are there", "source": "retry.md", "text": "three attempts"},
        {"question": "how often is the key rotated", "source": "retry.md", "text": "ninety days"},
        {"question": "how many requests a minute", "source": "limits.md", "text": "200 requests"}]


def make_pdf(pages):
    """A PDF file of so many pages, each with lines of its own."""
    objects = []
    for number, lines in enumerate(pages):
        text = "".join(f"BT /F1 12 Tf 72 {720 - 16 * i} Td ({line}) Tj ET\n" for i, line in enumerate(lines))
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {5 + 2 * number} 0 R "
                       "/Resources << /Font << /F1 3 0 R >> >> >>")
        objects.append(f"<< /Length {len(text)} >>\nstream\n{text}endstream")
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(len(pages)))
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
               "<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>"] + objects
    out, places = "%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    return (f"{out}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\n"
            f"startxref\n{len(out)}\n%%EOF\n").encode()


def keeper_pages():
    return [[f"Chapter {number}. The harbour of {name}", "", f"The ships of {name} wait for the tide."] +
            (["The lighthouse keeper lit the lamp at dusk and", "noted every ship that passed in a book of her own."]
             if number == 2 else ["Nothing else is known of it."])
            for number, name in enumerate(("Oban", "Skye", "Mull"), 1)]


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="quarry-page-")
        path = Path(cls.folder.name)
        (path / "retry.md").write_text(RETRY)
        (path / "limits.md").write_text(LIMITS)
        (path / "kept.pdf").write_bytes(make_pdf(keeper_pages()))
        (path / "eval.jsonl").write_text("".join(json.dumps(one) + "\n" for one in EVAL))
        (path / "agents").mkdir()
        (path / "agents" / "review.yaml").write_text(REVIEW)
        (path / "agents" / "teller.yaml").write_text("name: teller\ninstruction: Answer.\n")
        (path / "agents" / "broken.yaml").write_text("agent_class: FunctionNode\nname: broken\nfunc_code: tools.roll\n")
        (path / "pay.sh").write_text(f'echo paid >> "{path}/paid"\n[ -e "{path}/slow" ] && sleep 600\necho "receipt $(wc -l < "{path}/paid")"\n')
        (path / ".config/quarry").mkdir(parents=True)
        (path / ".config/quarry/config.toml").write_text(f'[[tool]]\nname = "pay"\ndescription = "Pays a bill"\ncommand = ["sh", "{path}/pay.sh"]\n')
        shutil.copytree(SCRIPTS, path / "page")
        shutil.copy(SCRIPTS / "model.py", path)
        (path / "page" / "node_modules").symlink_to(CLIENTS / "node_modules")
        cls.environment = {"PATH": os.environ["PATH"], "HOME": str(path), "QUARRY_CHROMIUM": CHROMIUM, "QUARRY_FOLDER": str(path),
                           "QUARRY_PICTURES": str(ROOT / "docs" / "page"), "TZ": "UTC",
                           "QUARRY_PAGE_SOURCE": os.environ.get("QUARRY_PAGE_SOURCE", ""),
                           "QUARRY_FAILED": os.environ.get("QUARRY_FAILED", ""),
                           "QUARRY_PATIENCE": os.environ.get("QUARRY_PATIENCE", "60000")}
        naughty = subprocess.run([NODE, "--input-type=module", "-e", "import { naughty } from './naughty.mjs'; console.log(JSON.stringify(naughty))"],
                                 cwd=path / "page", env=cls.environment, check=True, capture_output=True, text=True).stdout
        (path / "naughty.json").write_text(naughty)
        cls.served = Served(path, {
            "QUARRY_CHAT_COMMAND": f"{sys.executable} model.py", "QUARRY_CHAT_PROVIDER": "command", "QUARRY_CHAT_MODEL": "small", "QUARRY_CACHE_ENABLED": "false",
            "QUARRY_EMBED_PROVIDER": "none", "QUARRY_SEARCH_MODE": "lexical", "QUARRY_ASK_MIN_SCORE": "0",
            "QUARRY_SERVE_SEARCH_PER_MINUTE": "0", "QUARRY_SERVE_GENERATE_PER_MINUTE": "0", "QUARRY_SERVE_INGEST_PER_MINUTE": "0",
            "QUARRY_SERVE_SIGN_IN_PER_MINUTE": "0", "QUARRY_SERVE_AGENTS": "agents",
        })
        cls.served.quarry("ingest", "retry.md", "limits.md", "kept.pdf")
        cls.served.start()
        cls.environment |= {"QUARRY_URL": cls.served.url, "QUARRY_TOKEN": cls.served.token, "QUARRY_BROWSER": cls.served.browser}

    @classmethod
    def tearDownClass(cls):
        cls.served.kill()
        cls.folder.cleanup()

    def test_0_nothing_yet(self):
        folder = Path(self.folder.name) / "empty"
        folder.mkdir()
        served = Served(folder, self.served.environment)
        served.quarry("init")
        served.start()
        try:
            self.run_script("empty.mjs", QUARRY_URL=served.url, QUARRY_TOKEN=served.token)
        finally:
            served.kill()

    def run_script(self, name, **more):
        done = subprocess.run([NODE, name, *os.environ.get("QUARRY_ONLY", "").split()], cwd=Path(self.folder.name) / "page",
                              env=self.environment | more, timeout=600, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        print(done.stdout, end="")
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_1_pictures(self):
        self.run_script("pictures.mjs", **({"QUARRY_TAKE": "1"} if TAKE else {}))

    def leave_doubts(self):
        """Three runs whose process is killed behind the effect of a call, and before it is recorded."""
        folder = Path(self.folder.name)
        paid, slow = folder / "paid", folder / "slow"
        (folder / "agents" / "payer.yaml").write_text(PAYER)
        slow.touch()
        left = [subprocess.Popen([QUARRY, "agent", "run", "agents/payer.yaml", "Bill 7", "--thread", f"doubt {i}", "--allow-tool", "pay"],
                                 cwd=folder, env=self.served.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL, start_new_session=True) for i in (1, 2, 3)]
        end = time.monotonic() + 120
        while not paid.exists() or len(paid.read_text().splitlines()) < 3:
            self.assertTrue(time.monotonic() < end and all(one.poll() is None for one in left), "nothing is paid")
            time.sleep(0.05)
        for one in left:
            os.killpg(one.pid, signal.SIGKILL)
            one.wait()
        slow.unlink()
        return paid

    def test_2_flows(self):
        paid = self.leave_doubts()
        self.run_script("flows.mjs")
        if os.environ.get("QUARRY_ONLY", "doubts") == "doubts":  # one of the three was made again, as a person said
            self.assertEqual(len(paid.read_text().splitlines()), 4)
        if not os.environ.get("QUARRY_ONLY"):  # what thumbs made is what the command line measures
            report = json.loads(self.served.quarry("eval", "answers", "--from-feedback", "--json", "--per-query"))
            self.assertEqual([report["questions"], report["queries"], report["citation_recall"]], ["feedback", 2, 1.0])


if __name__ == "__main__":
    missing = [what for what, there in (("chromium", CHROMIUM), ("playwright-core and axe-core", HAS_DRIVER), ("Node.js", NODE)) if not there]
    if missing:
        print(f"skipped: {', '.join(missing)} needed: scripts/setup")
        sys.exit(77)
    unittest.main()
