"""What the integration tests share: the program, projects in temporary folders, and databases of each engine.

    python3 NAME_test.py QUARRY [unittest's arguments]
"""
import atexit
import glob
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
SERVER = HERE.parent / "support" / "postgresql_server.py"
QUARRY = ""


def main():
    """Runs the tests of the calling file with the program that the command line names first."""
    global QUARRY
    module = sys.modules["__main__"]
    QUARRY = os.path.abspath(sys.argv.pop(1))
    sys.modules["engines"].QUARRY = QUARRY
    unittest.main(module=module)


class PostgresqlServer:
    """A private server. It stops when `stop` is called or this process ends."""

    def __init__(self, settings=()):
        self.process = subprocess.Popen([sys.executable, "-I", str(SERVER), *settings], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()
        if not self.url:
            raise RuntimeError("the PostgreSQL server of the tests did not start")
        self.databases = 0
        atexit.register(self.stop)

    def stop(self):
        if self.process.poll() is None:
            self.process.stdin.close()
            self.process.wait(30)
        self.process.stdout.close()

    def make_database(self):
        self.databases += 1
        name = f"test_{self.databases}"
        psql(self.url, f"CREATE DATABASE {name} TEMPLATE template0")
        return self.url.rsplit("/", 1)[0] + "/" + name


SHARED_SERVER = []


def shared_server():
    """One for all tests of the file, started by the first that asks."""
    if not SHARED_SERVER:
        SHARED_SERVER.append(PostgresqlServer())
    return SHARED_SERVER[0]


def psql_path():
    """psql itself: Debian's wrapper of that name is slow."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/psql"))
    return found[-1] if found else shutil.which("psql")


def psql(url, sql):
    """The rows that the last statement gave, each a line, columns parted by "|"."""
    command = [psql_path(), "-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", url]
    until = time.monotonic() + 60
    while True:
        done = subprocess.run(command, input=sql, text=True, capture_output=True, check=False)
        # A server whose backend was killed takes nobody in until it has recovered.
        recovering = "the database system is" in done.stderr or "recovery mode" in done.stderr
        if not recovering or time.monotonic() > until:
            break
        time.sleep(0.2)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return done.stdout.strip()


class Run:
    """A command that has ended."""

    def __init__(self, returncode, out, err):
        self.code, self.out, self.err = returncode, out, err


class Project(unittest.TestCase):
    """A test with a folder of migrations and an empty SQLite database; see OnPostgresql."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="quarry-integration-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.migrations = self.folder / "migrations"
        self.migrations.mkdir()
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}
        for name, value in os.environ.items():
            if name.endswith("SAN_OPTIONS") or name.startswith("LLVM_PROFILE"):
                self.environment[name] = value
        self.url = self.make_url()

    # An engine's own.
    postgresql = False
    lock = ()

    def make_url(self):
        return "sqlite:" + str(self.folder / "app.db")

    def query(self, sql):
        """The rows' columns parted by "|", rows by line feeds."""
        with sqlite3.connect(self.folder / "app.db", timeout=60) as database:
            rows = database.execute(sql).fetchall()
        database.close()
        return "\n".join("|".join("" if cell is None else str(cell) for cell in row) for row in rows)

    def tables(self):
        return self.query("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'quarry_%' "
                          "AND name NOT LIKE 'sqlite_%' ORDER BY name").split()

    def clear(self):
        """Makes the database empty again."""
        for path in self.folder.glob("app.db*"):
            path.unlink()

    # What every engine has.
    def write(self, name, text):
        (self.migrations / name).write_text(text, encoding="utf-8")

    def add(self, name, up, down="SELECT 1;"):
        self.write(name, f"-- quarry:up\n{up}\n-- quarry:down\n{down}\n")

    def add_tables(self, count):
        for number in range(1, count + 1):
            self.add(f"{number:04}_t{number}.sql", f"CREATE TABLE t{number}(a integer);", f"DROP TABLE t{number};")

    def either(self, sqlite, postgresql):
        return postgresql if self.postgresql else sqlite

    def start(self, *arguments, **options):
        command = [QUARRY, *arguments]
        if arguments[0] == "migrate":
            command = [QUARRY, *arguments[:2], "--dir", "migrations", "--url", self.url, *self.lock, *arguments[2:]]
        process = subprocess.Popen(command, cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)
        self.addCleanup(self.finish, process, kill=True)
        return process

    @staticmethod
    def finish(process, timeout=120, kill=False):
        if process.stdout.closed:
            return None
        if kill:
            process.kill()
        out, err = process.communicate(timeout=timeout)
        return Run(process.returncode, out, err)

    def quarry(self, *arguments, code=0):
        run = self.finish(self.start(*arguments))
        self.assertEqual(run.code, code, f"{arguments}\n{run.out}\n{run.err}")
        return run

    def up(self, *arguments, code=0):
        return self.quarry("migrate", "up", *arguments, code=code)

    def applied(self):
        return self.query("SELECT name FROM quarry_migrations ORDER BY version").split()


class OnPostgresql:
    """Makes a Project one on PostgreSQL."""
    postgresql = True

    def make_url(self):
        return shared_server().make_database()

    def query(self, sql):
        return psql(self.url, sql)

    def tables(self):
        return psql(self.url, "SELECT tablename FROM pg_tables WHERE schemaname !~ '^pg_|^information_schema$' AND "
                              "tablename NOT LIKE 'quarry_%' ORDER BY tablename").split()

    def clear(self):
        psql(self.url, "SET client_min_messages = warning; DROP SCHEMA public CASCADE; CREATE SCHEMA public")


class OnPostgresqlTableLock(OnPostgresql):
    """The same, migrators kept apart by a row of a table."""
    lock = ("--config", "migrate.lock=table")
