"""How long people wait on the page: the first of 10,000 passages after Enter, and a page of a PDF file of 2,000 at its span.

    python3 -B tests/integration/page_measure.py QUARRY

Figures, no test: what they are worth depends on what else the machine does.
"""
import os
import random
import shutil
import subprocess
import tempfile
from pathlib import Path

from page_test import CHROMIUM, CLIENTS, NODE, SCRIPTS, make_pdf
from served import QUARRY, Served

WORDS = "tide harbour lamp storm winter keeper signal ship rope anchor fog bell island ferry captain compass".split()


def main():
    with tempfile.TemporaryDirectory(prefix="quarry-page-") as folder:
        path, chance = Path(folder), random.Random(1)
        with open(path / "notes.jsonl", "w") as file:
            for number in range(10_000):
                text = " ".join(chance.choice(WORDS) for _ in range(60))
                file.write(f'{{"id": "note {number}", "title": "Note {number}", "text": "{text}."}}\n')
        def lines(count):
            return [" ".join(chance.choice(WORDS) for _ in range(10)) for _ in range(count)]
        # Not at the top of the page: what pages repeat there but for a number is left out.
        (path / "long.pdf").write_bytes(make_pdf(
            [lines(12) + [f"Here page {number} tells of beacon{number}."] + lines(18) for number in range(1, 2001)]))
        shutil.copytree(SCRIPTS, path / "page")
        (path / "page" / "node_modules").symlink_to(CLIENTS / "node_modules")
        served = Served(path, {"QUARRY_EMBED_PROVIDER": "none", "QUARRY_SEARCH_MODE": "lexical"})
        served.quarry("ingest", "--jsonl", "notes.jsonl", "--quiet")
        print(served.quarry("docs", "stats"), end="")
        subprocess.run([QUARRY, "ingest", "long.pdf", "--quiet"], cwd=path, env=served.environment, check=True)
        served.start()
        try:
            subprocess.run([NODE, "measure.mjs"], cwd=path / "page", check=True, env={
                "PATH": os.environ["PATH"], "HOME": folder, "QUARRY_CHROMIUM": CHROMIUM, "QUARRY_FOLDER": folder,
                "QUARRY_URL": served.url, "QUARRY_TOKEN": served.token})
        finally:
            served.kill()


if __name__ == "__main__":
    main()
