"""What goes wrong around migrations: interruptions, servers that vanish, databases that are none, files that are huge."""
import os
import resource
import subprocess
import signal
import time

import engines


class Faults(engines.Project):
    def endless(self):
        return self.either("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n;",
                           "SELECT pg_sleep(60);")

    def test_ctrl_c_within_a_long_statement(self):
        self.add("0001_long.sql", "CREATE TABLE t(a integer);\n" + self.endless())
        process = self.start("migrate", "up")
        time.sleep(1)
        start = time.monotonic()
        process.send_signal(signal.SIGINT)
        run = self.finish(process)
        self.assertEqual(run.code, 130, run.err)
        self.assertLess(time.monotonic() - start, 10)
        self.assertEqual(self.tables(), [])

    def test_ctrl_c_while_waiting_for_the_lock(self):
        self.add("0001_long.sql", self.endless())
        first = self.start("migrate", "up")
        time.sleep(0.7)
        second = self.start("migrate", "up", "--lock-wait", "60")
        time.sleep(0.7)
        second.send_signal(signal.SIGINT)
        self.assertEqual(self.finish(second).code, 130)
        first.send_signal(signal.SIGTERM)
        self.finish(first)

    def test_a_statement_timeout(self):
        self.write("0001_long.sql", "-- quarry:statement-timeout: 200ms\n-- quarry:up\nCREATE TABLE t(a integer);\n" +
                   self.endless() + "\n-- quarry:down\nDROP TABLE t;\n")
        run = self.up(code=1)
        self.assertIn("0001_long.sql:4:1: ", run.err)
        self.assertIn("statement", run.err)
        self.assertEqual(self.tables(), [])

    def test_a_nul_byte_is_pointed_to(self):
        self.add("0001_t.sql", "CREATE TABLE t(a integer);\nSELECT 'a\0b';")
        self.assertIn("migrations/0001_t.sql:3:10: there is a NUL byte here", self.up(code=1).err)

    def test_bytes_that_are_no_utf_8_are_pointed_to(self):
        (self.migrations / "0001_t.sql").write_bytes(b"-- quarry:up\nSELECT '\xff';\n-- quarry:down\nSELECT 1;\n")
        self.assertIn("migrations/0001_t.sql:2:9: the file is not valid UTF-8 here", self.up(code=1).err)

    def test_a_file_of_100_megabytes_is_refused(self):
        with open(self.migrations / "0001_t.sql", "wb") as file:
            file.truncate(100_000_000)
        run = self.up(code=1)
        self.assertIn("0001_t.sql", run.err)
        self.assertIn("hint: ", run.err)

    def test_a_huge_file_needs_bounded_memory(self):
        rows = 10_000
        row = "INSERT INTO t VALUES (1, '" + "x" * 1000 + "');\n"
        self.add("0001_t.sql", "CREATE TABLE t(a integer, b text);\n" + row * rows, "DROP TABLE t;")
        process = self.start("migrate", "up")
        run = Faults.finish(process)
        self.assertEqual(run.code, 0, run.err)
        self.assertEqual(self.query("SELECT count(*) FROM t"), str(rows))
        # What is freed stays in the address sanitizer's quarantine: there the peak says nothing.
        # (Not read in here: children that are forked later count the memory of their parent.)
        sanitized = subprocess.run(["grep", "-q", "__asan_init", engines.QUARRY], check=False).returncode == 0
        if not sanitized:
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
            self.assertLess(peak, 200_000, "kilobytes, for a file of 10 megabytes")

    def test_a_migration_without_transaction_of_many_statements_takes_linear_time(self):
        rows = "INSERT INTO t VALUES (1);\n" * 1500
        self.write("0001_t.sql", "-- quarry:no-transaction\n-- quarry:up\nCREATE TABLE t(a integer);\n" + rows +
                   "\n-- quarry:down\nDROP TABLE t;\n")
        self.up()
        self.assertEqual(self.query("SELECT count(*) FROM t"), "1500")

    def test_a_single_transaction_is_all_or_none(self):
        self.add_tables(5)
        self.add("0006_bad.sql", "SELECT nonsense;")
        run = self.up("--single-transaction", code=1)
        self.assertNotIn("applied", run.out)
        self.assertEqual(self.tables(), [])
        self.add("0006_bad.sql", "SELECT 1;")
        self.assertEqual(self.up("--single-transaction").out.count("applied "), 6)

    def test_redo_is_one_transaction(self):
        self.add_tables(2)
        self.up()
        self.query("INSERT INTO t2 VALUES (7)")
        self.quarry("migrate", "redo")
        self.assertEqual(self.query("SELECT count(*) FROM t2"), "0")
        self.query("INSERT INTO t2 VALUES (7)")
        # The way back works, and the way there again does not: a table of the next one's name is in the way.
        self.add("0003_t3.sql", "CREATE TABLE t3(a integer);", "DROP TABLE t3; CREATE TABLE t3(b integer);")
        self.up()
        self.quarry("migrate", "redo", "2", code=1)
        self.assertEqual(self.query("SELECT count(*) FROM t2"), "1")
        self.assertEqual(self.applied(), ["t1", "t2", "t3"])

    def test_repeatable_ones_follow_their_text(self):
        view = "DROP VIEW IF EXISTS v;\nCREATE VIEW v AS SELECT {} AS x;\n"
        self.write("R_v.sql", view.format(1))
        self.add_tables(1)
        self.up()
        self.assertNotIn("applied", self.up().out)
        self.write("R_v.sql", view.format(2))
        self.quarry("migrate", "check", "--no-drift", code=3)
        self.assertIn("R_v", self.up().out)
        self.assertEqual(self.query("SELECT x FROM v"), "2")


class SqliteFaults(engines.Project):
    def test_what_only_reads_works_after_a_kill_in_mid_migration(self):
        self.add_tables(1)
        self.up()
        self.add("0002_big.sql", "CREATE TABLE big(h);\nINSERT INTO big WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
                                 "SELECT i + 1 FROM n) SELECT hex(randomblob(2000)) FROM n;", "DROP TABLE big;")
        process = self.start("migrate", "up")
        database, journal = self.folder / "app.db", self.folder / "app.db-journal"
        until = time.monotonic() + 60
        # Pages that do not fit the cache are written before the commit, and the journal has what they replaced.
        while database.stat().st_size < 8_000_000 and time.monotonic() < until:
            time.sleep(0.02)
        process.kill()
        self.finish(process)
        self.assertGreater(journal.stat().st_size, 0)
        half_written = {path: path.read_bytes() for path in (database, journal)}
        for command, code, said in (("status", 0, "pending"), ("check", 3, "0002_big is pending"), ("plan", 0, "apply"),
                                    ("history", 0, "0001_t1"), ("dump", 0, "CREATE TABLE t1")):
            for path, content in half_written.items():
                path.write_bytes(content)
            run = self.quarry("migrate", command, code=code)
            self.assertIn(said, run.out + run.err)
            self.assertFalse(journal.exists())
        self.assertEqual(self.tables(), ["t1"])

    def test_no_database(self):
        self.add_tables(1)
        (self.folder / "app.db").write_bytes(b"This is a letter and no database at all. " * 100)
        run = self.up(code=1)
        self.assertIn("app.db", run.err)
        self.assertIn("not a", run.err)

    def test_a_folder_in_place_of_a_database(self):
        self.add_tables(1)
        (self.folder / "app.db").mkdir()
        self.up(code=1)

    def test_a_database_that_may_only_be_read(self):
        self.add_tables(1)
        self.up()
        self.add_tables(2)
        self.query("PRAGMA query_only = ON")
        os.chmod(self.folder / "app.db", 0o444)
        os.chmod(self.folder, 0o555)
        self.addCleanup(os.chmod, self.folder, 0o755)
        if os.access(self.folder / "app.db", os.W_OK):
            self.skipTest("this user may write everything")
        self.assertIn("app.db", self.up(code=1).err)
        self.quarry("migrate", "status")

    def test_a_reader_is_waited_for_again_after_a_lock_timeout(self):
        self.add_tables(1)
        self.up()
        self.write("0002_more.sql", "-- quarry:lock-timeout: 50ms\n-- quarry:up\nCREATE TABLE more(a integer);\n"
                   "-- quarry:down\nDROP TABLE more;\n")
        reader = engines.sqlite3.connect(self.folder / "app.db", isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM t1").fetchall()
        self.assertIn("locked", self.up("--lock-wait", "1", code=7).err)
        process = self.start("migrate", "up", "--lock-wait", "60")
        time.sleep(0.5)
        reader.execute("COMMIT")
        reader.close()
        self.assertEqual(self.finish(process).code, 0)
        self.assertEqual(self.tables(), ["more", "t1"])


class PostgresqlFaults(engines.OnPostgresql, Faults):
    def at(self, url):
        self.url = url

    def test_a_wrong_password_is_not_shown(self):
        self.add_tables(1)
        engines.psql(engines.shared_server().url, "DROP ROLE IF EXISTS nobody_here")
        self.at(self.url.replace("postgres@", "nobody_here:secret@"))
        run = self.up(code=1)
        self.assertNotIn("secret", run.err + run.out)
        self.assertIn("nobody_here", run.err)

    def test_an_unknown_database(self):
        self.add_tables(1)
        self.at(self.url.rsplit("/", 1)[0] + "/nowhere")
        run = self.up(code=1)
        self.assertIn('"nowhere"', run.err)
        self.assertIn("hint: ", run.err)

    def test_no_server(self):
        self.add_tables(1)
        self.at("postgresql://postgres@127.0.0.1:1/postgres")
        self.assertIn("127.0.0.1", self.up(code=1).err)

    def test_a_user_who_may_not(self):
        self.add_tables(1)
        engines.psql(self.url, "DROP ROLE IF EXISTS guest; CREATE ROLE guest LOGIN; "
                               "REVOKE ALL ON SCHEMA public FROM PUBLIC")
        self.at(self.url.replace("postgres@", "guest@"))
        self.assertIn("permission denied", self.up(code=1).err)

    def test_a_database_that_may_only_be_read(self):
        self.add_tables(1)
        name = self.url.rsplit("/", 1)[1]
        engines.psql(self.url, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        self.assertIn("read-only", self.up(code=1).err)
        self.quarry("migrate", "status")

    def test_a_server_that_stops_half_way(self):
        server = engines.PostgresqlServer()
        self.at(server.make_database())
        self.add_tables(1)
        self.add("0002_long.sql", "CREATE TABLE t(a integer);\nSELECT pg_sleep(60);")
        process = self.start("migrate", "up")
        time.sleep(1)
        server.stop()
        run = self.finish(process)
        self.assertEqual(run.code, 1)
        self.assertIn("applied 0001_t1", run.out)
        self.assertIn("0002_long.sql:3:1: ", run.err)


if __name__ == "__main__":
    engines.main()
