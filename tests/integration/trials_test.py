#!/usr/bin/python3
"""Commands that only read leave a PostgreSQL server as it is, whatever pending migrations do.

usage: trials_test.py QUARRY

pg_dumpall is the judge: roles, their settings and memberships, databases and their settings, and what is in them.
"""
import glob
import re
import subprocess

import engines
from engines import OnPostgresql, Project, shared_server

HOSTILE = """-- quarry:no-transaction
-- quarry:up
CREATE TABLE t(a integer PRIMARY KEY);
DROP DATABASE IF EXISTS victim;
ALTER SYSTEM SET work_mem = '77MB';
SELECT pg_reload_conf();
CREATE ROLE of_migration LOGIN PASSWORD 'x';
ALTER TABLE t OWNER TO of_migration;
DROP ROLE IF EXISTS bystander;
DO $$ BEGIN EXECUTE 'ALTER ROLE ' || current_user || ' SET work_mem = ''1MB'''; END $$;
DO $$ BEGIN EXECUTE reverse('bor ELOR ETAERC'); END $$;
ALTER DATABASE victim SET work_mem = '1MB';
CREATE DATABASE left_behind;
COPY (SELECT 1) TO PROGRAM 'cat > {file}';
-- quarry:down
DROP TABLE t;
DROP ROLE of_migration, rob;
"""


class Trials(OnPostgresql, Project):
    def state(self):
        """All of the server, without what pg_dumpall draws by chance."""
        dump = sorted(glob.glob("/usr/lib/postgresql/*/bin/pg_dumpall"))[-1]
        done = subprocess.run([dump, "-d", shared_server().url], capture_output=True, text=True, check=True)
        return [line for line in done.stdout.splitlines() if not line.startswith(("\\restrict", "\\unrestrict"))]

    def test_reading_commands(self):
        confined = re.search(r"Landlock (\d+), seccomp", self.finish(self.start("doctor")).out)
        if confined is None or int(confined[1]) < 6:
            self.skipTest("this kernel cannot confine a server whose login is a superuser")
        server = shared_server().url
        engines.psql(server, "CREATE DATABASE victim")
        engines.psql(server, "CREATE ROLE bystander")
        engines.psql(server.rsplit("/", 1)[0] + "/victim", "CREATE TABLE precious AS SELECT 42 AS a")
        self.write("0001_hostile.sql", HOSTILE.replace("{file}", str(self.folder / "written")))
        self.add("0002_u.sql", "CREATE TABLE u(a integer);", "DROP TABLE u;")
        (self.folder / "schema.sql").write_text("CREATE TABLE t(a integer PRIMARY KEY);\nCREATE TABLE u(a integer);\n"
                                                "CREATE TABLE v(a integer);\nCREATE ROLE of_schema;\n", encoding="utf-8")
        before = self.state()
        self.assertIn("CREATE TABLE public.precious (", before)
        for command, code, says in (
                (("diff",), 4, "CREATE TABLE public.v ("),
                (("check", "--schema", "schema.sql"), 4, "add_table v"),
                (("check", "--roundtrip"), 4, "0001_hostile is pending"),
                (("plan",), 0, "0001_hostile"),
                (("status",), 0, "hostile"),
                (("squash", "--dry-run"), 0, ""),
                (("new", "more", "--autogenerate"), 0, "0003_more.sql")):
            with self.subTest(command=command):
                run = self.quarry("migrate", *command, code=code)
                self.assertIn(says, run.out + run.err)
                self.assertEqual(self.state(), before)
                self.assertFalse((self.folder / "written").exists())


if __name__ == "__main__":
    engines.main()
