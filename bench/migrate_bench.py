#!/usr/bin/python3
"""Times schema migrations of SQLite, quarry's and others' side by side.

    bench/migrate_bench.py QUARRY [--dbmate PATH] [--alembic PATH] [--counts 100,1000] [--rounds 5]

Each migration is one CREATE TABLE. Every round runs every tool once, in turn, on a fresh database, so that a disturbance
of the machine hits all alike. Prints medians of the wall time in milliseconds, and the ratio to the sqlite3 shell's. A
tool that is not there is left out.
"""
import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import tempfile
import time

ALEMBIC_INI = "[alembic]\nscript_location = alembic\nsqlalchemy.url = sqlite:///alembic.db\n"
ALEMBIC_ENV = """from alembic import context
from sqlalchemy import create_engine
with create_engine(context.config.get_main_option("sqlalchemy.url")).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""


def timed(command, folder, stdin=None):
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, stdin=stdin, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                          check=False)
    elapsed = (time.perf_counter() - start) * 1000
    if done.returncode != 0:
        raise SystemExit(f"{command} failed: {done.stderr.decode()}")
    return elapsed


def write_migrations(folder, count):
    for name in ("quarry", "dbmate", "alembic/versions"):
        (folder / name).mkdir(parents=True)
    (folder / "alembic.ini").write_text(ALEMBIC_INI)
    (folder / "alembic/env.py").write_text(ALEMBIC_ENV)
    each, together = [], ["BEGIN;\n"]
    for number in range(1, count + 1):
        up, down = f"CREATE TABLE t{number}(id INTEGER PRIMARY KEY, name TEXT);\n", f"DROP TABLE t{number};\n"
        (folder / f"quarry/{number:04}_t{number}.sql").write_text(f"-- quarry:up\n{up}-- quarry:down\n{down}")
        (folder / f"dbmate/{20260101000000 + number}_t{number}.sql").write_text(
            f"-- migrate:up\n{up}-- migrate:down\n{down}")
        before = "None" if number == 1 else f"'r{number - 1}'"
        (folder / f"alembic/versions/r{number}.py").write_text(
            "from alembic import op\n"
            f"revision, down_revision = 'r{number}', {before}\n"
            f"def upgrade():\n    op.execute({up.strip()!r})\n"
            f"def downgrade():\n    op.execute({down.strip()!r})\n")
        each.append(f"BEGIN IMMEDIATE;\n{up}INSERT INTO ledger VALUES ({number}, 't{number}');\nCOMMIT;\n")
        together.append(f"{up}INSERT INTO ledger VALUES ({number}, 't{number}');\n")
    ledger = "CREATE TABLE ledger(version INTEGER PRIMARY KEY, name TEXT);\n"
    (folder / "each.sql").write_text(ledger + "".join(each))
    (folder / "together.sql").write_text(ledger + "".join(together) + "COMMIT;\n")


def contestants(options):
    """Pairs of a name and what runs it once in a folder, giving milliseconds."""
    quarry = [options.quarry, "migrate", "up", "--dir", "quarry", "--url"]

    def shell(script):
        def run(folder):
            with open(folder / script, encoding="utf-8") as text:
                return timed(["sqlite3", "-bail", script + ".db"], folder, text)
        return run

    all_ = [("sqlite3 shell, a transaction each", shell("each.sql")),
            ("quarry up", lambda folder: timed([*quarry, "sqlite:quarry.db"], folder)),
            ("sqlite3 shell, one transaction", shell("together.sql")),
            ("quarry up --single-transaction",
             lambda folder: timed([*quarry, "sqlite:single.db", "--single-transaction"], folder)),
            ("quarry up, nothing to do", lambda folder: timed([*quarry, "sqlite:quarry.db"], folder)),
            ("quarry --version", lambda folder: timed([options.quarry, "--version"], folder))]
    if options.dbmate:
        dbmate = [options.dbmate, "--url", "sqlite:dbmate.db", "-d", "dbmate", "--no-dump-schema", "up"]
        all_ += [("dbmate up", lambda folder: timed(dbmate, folder)),
                 ("dbmate up, nothing to do", lambda folder: timed(dbmate, folder))]
    if options.alembic:
        alembic = [options.alembic, "upgrade", "head"]
        all_ += [("alembic upgrade head", lambda folder: timed(alembic, folder)),
                 ("alembic upgrade head, nothing to do", lambda folder: timed(alembic, folder))]
    return all_


def measure(count, options):
    all_ = contestants(options)
    times = {name: [] for name, _ in all_}
    with tempfile.TemporaryDirectory() as home:
        folder = pathlib.Path(home)
        write_migrations(folder, count)
        for _ in range(options.rounds + 1):  # The first one only warms up.
            for path in folder.glob("*.db*"):
                path.unlink()
            for name, run in all_:
                times[name].append(run(folder))
    medians = {name: statistics.median(each[1:]) for name, each in times.items()}
    print(f"\n{count} migrations, medians of {options.rounds}\n")
    print("| | ms | to the shell, a transaction each | to the shell, one transaction |\n|---|---|---|---|")
    for name, median in medians.items():
        each = median / medians["sqlite3 shell, a transaction each"]
        together = median / medians["sqlite3 shell, one transaction"]
        print(f"| {name} | {median:.1f} | {each:.2f} | {together:.2f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("quarry")
    parser.add_argument("--dbmate", default=shutil.which("dbmate"))
    parser.add_argument("--alembic", default=shutil.which("alembic"))
    parser.add_argument("--counts", default="100,1000")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    for name in ("quarry", "dbmate", "alembic"):
        if getattr(options, name):
            setattr(options, name, os.path.abspath(getattr(options, name)))
    for count in options.counts.split(","):
        measure(int(count), options)


if __name__ == "__main__":
    main()
