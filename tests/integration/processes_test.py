"""Several processes at once, and processes that are killed: every migration is applied once, and whole."""
import random
import signal
import time

import engines


class Processes(engines.Project):
    def expect_all(self, count):
        """Tables, ledger and history agree, and nothing is twice in them."""
        names = sorted(f"t{number}" for number in range(1, count + 1))
        self.assertEqual(sorted(self.applied()), names)
        self.assertEqual(sorted(self.tables()), names)
        self.assertEqual(self.query("SELECT count(*) FROM quarry_migration_history"), str(count))

    def at_once(self, count):
        runs = [self.finish(one) for one in [self.start("migrate", "up", "--lock-wait", "60") for _ in range(count)]]
        for run in runs:
            self.assertEqual(run.code, 0, run.err)
        return runs

    def test_two_at_once_fifty_times(self):
        self.add_tables(3)
        for _ in range(50):
            runs = self.at_once(2)
            self.assertEqual(sum(run.out.count("applied ") for run in runs), 3)
            self.expect_all(3)
            self.clear()

    def test_eight_at_once(self):
        self.add_tables(12)
        self.at_once(8)
        self.expect_all(12)

    def test_the_second_waits_and_finds_nothing_to_do(self):
        slow = self.either("CREATE TABLE t1(a integer); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
                           "WHERE i < 3000000) INSERT INTO t1 SELECT count(*) FROM n;",
                           "CREATE TABLE t1(a integer); SELECT pg_sleep(1);")
        self.add("0001_t1.sql", slow)
        first = self.start("migrate", "up")
        time.sleep(0.3)
        second = self.start("migrate", "up", "--lock-wait", "60")
        runs = [self.finish(first), self.finish(second)]
        self.assertEqual([run.code for run in runs], [0, 0], runs[1].err)
        self.assertEqual(sum(run.out.count("applied ") for run in runs), 1)
        self.expect_all(1)

    def test_lock_wait_runs_out(self):
        self.add_tables(1)
        self.up()
        self.write("0002_long.sql", "-- quarry:no-transaction\n-- quarry:up\n" + self.either(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n;",
            "SELECT pg_sleep(60);") + "\n-- quarry:down\nSELECT 1;\n")
        first = self.start("migrate", "up")
        time.sleep(0.8)
        run = self.up("--lock-wait", "0", code=7)
        if self.postgresql and not self.lock:
            self.assertIn('held by "quarry" from 127.0.0.1, server process ', run.err)
        elif self.postgresql:
            self.assertIn("quarry_migration_lock", run.err)
        self.assertIn("--lock-wait", run.err)
        first.send_signal(signal.SIGINT)
        self.assertEqual(self.finish(first).code, 130)

    def test_killed_at_random_moments(self):
        chance = random.Random(7)
        self.add_tables(15)
        for _ in range(3):
            for _ in range(3):
                process = self.start("migrate", "up", "--lock-wait", "60")
                time.sleep(chance.uniform(0.02, 0.4))
                process.kill()
                self.finish(process)
            self.up("--lock-wait", "60")
            self.expect_all(15)
            self.clear()

    def test_killed_within_a_migration_without_transaction(self):
        chance = random.Random(8)
        alone = self.either("VACUUM;", "VACUUM pg_class;")
        rows = "\n".join(f"INSERT INTO t1 VALUES ({number}); {alone}" for number in range(50))
        self.write("0001_t1.sql", "-- quarry:no-transaction\n-- quarry:up\nCREATE TABLE t1(a integer);\n" + rows +
                   "\n-- quarry:down\nDROP TABLE t1;\n")
        for _ in range(2):
            for _ in range(3):
                process = self.start("migrate", "up", "--lock-wait", "60")
                time.sleep(chance.uniform(0.05, 0.4))
                process.kill()
                self.finish(process)
            self.up("--lock-wait", "60")
            self.assertEqual(self.query("SELECT count(*), count(DISTINCT a) FROM t1"), "50|50")
            self.expect_all(1)
            self.clear()


class PostgresqlProcesses(engines.OnPostgresql, Processes):
    def test_killed_while_it_builds_an_index(self):
        self.add("0001_t.sql", "CREATE TABLE t(a integer); INSERT INTO t SELECT generate_series(1, 100000);")
        self.up()
        self.write("0002_i.sql", "-- quarry:no-transaction\n-- quarry:up\nCREATE INDEX CONCURRENTLY i ON t(a);\n"
                   "CREATE INDEX CONCURRENTLY j ON t((a + 1));\n-- quarry:down\nSELECT 1;\n")
        for pause in (0.1, 0.2, 0.25, 0.3, 0.4):
            process = self.start("migrate", "up", "--lock-wait", "60")
            time.sleep(pause)
            process.kill()
            self.finish(process)
        self.up("--lock-wait", "60")
        self.assertEqual(self.query("SELECT indexrelid::regclass, indisvalid FROM pg_index WHERE indrelid = "
                                    "'t'::regclass ORDER BY 1"), "i|t\nj|t")


class PostgresqlTableLockProcesses(engines.OnPostgresqlTableLock, Processes):
    def test_two_at_once_fifty_times(self):
        self.add_tables(5)
        for _ in range(10):
            self.at_once(2)
            self.expect_all(5)
            self.clear()

    def test_killed_at_random_moments(self):
        self.skipTest("the lock makes no difference")


if __name__ == "__main__":
    engines.main()
