"""The same on PostgreSQL, whose sessions are ended meanwhile, and which is killed and recovers."""
import os
import signal
import subprocess
import time
import unittest

import serve_pair_test
from engines import PostgresqlServer, psql

# A killed server may lose nothing that it has said is stored; the machine goes on, so nothing waits for a disk.
SERVER = PostgresqlServer(["synchronous_commit=on", "full_page_writes=on"])
BACKENDS = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


class ServePairOnPostgresql(serve_pair_test.ServePair):
    # A server that saw its own session end waits 27 s before it takes another one for gone.
    ends_within = 25
    patience = 120

    def base_arguments(self):
        self.url = SERVER.make_database()
        self.phase, self.disturbed, self.ended, self.restarts = -1, 0, 0, 0
        return ["--base", self.url]

    def victim(self, chance, elapsed):
        """One server after the other, each for 80 s: who is to end what another left lives for some time."""
        if self.phase != int(elapsed / 80):
            self.phase, self.disturbed = int(elapsed / 80), 0
        return self.phase % 2

    def disturb(self):
        """Once ends all sessions, and once kills one, whereupon the server ends all and recovers."""
        self.disturbed += 1
        if self.disturbed == 1:
            self.ended += len(psql(self.url, f"SELECT pg_terminate_backend(pid) {BACKENDS}").split())
        elif self.disturbed == 2:
            os.kill(int(psql(self.url, f"SELECT min(pid) {BACKENDS}")), signal.SIGKILL)
            self.restarts += 1

    def ingest(self, name):
        end = time.monotonic() + 60
        while (done := subprocess.run([serve_pair_test.QUARRY, *self.arguments, "ingest", name], cwd=self.folder,
                                      env=self.environment, capture_output=True, text=True, timeout=120)).returncode:
            self.assertEqual(done.returncode, 18, done.stderr)
            self.assertLess(time.monotonic(), end, done.stderr)

    def test_nothing_is_lost_or_repeated(self):
        super().test_nothing_is_lost_or_repeated()
        print(f"{self.ended} sessions ended, {self.restarts} restarts")
        self.assertGreater(min(self.ended, self.restarts), 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
