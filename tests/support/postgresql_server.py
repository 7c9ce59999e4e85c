#!/usr/bin/python3
"""A private PostgreSQL server for tests, in a temporary directory, on loopback.

    postgresql_server.py [SETTING=VALUE ...]

Prints the URL of its database `postgres` on stdout when it accepts connections. It stops, with all its processes, and
removes its directory when its stdin is closed (so when the process that started it is gone) or on a signal. Exits with
1 and a line on stderr when there is no server to start.
"""
import glob
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading

SETTINGS = {
    "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "wal_level": "minimal",
    "max_wal_senders": "0", "autovacuum": "off", "max_connections": "50", "shared_buffers": "16MB",
    "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "lc_messages": "C", "timezone": "UTC",
    "max_wal_size": "256MB", "jit": "off", "max_locks_per_transaction": "512",
}
HOW_TO_INSTALL = "install PostgreSQL's server (scripts/setup does; Debian: apt install postgresql)"


def fail(message):
    sys.exit(f"postgresql_server: {message}")


def programs():
    """The folder with initdb and postgres, of the newest version; or the one that QUARRY_TEST_POSTGRESQL names."""
    if chosen := os.environ.get("QUARRY_TEST_POSTGRESQL"):
        return chosen
    def version(folder):
        found = re.search(r"/(\d+)/bin", folder)
        return int(found[1]) if found else 0

    folders = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=version, reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(os.path.dirname(os.path.realpath(on_path)))
    for folder in folders:
        if os.path.exists(f"{folder}/initdb") and os.path.exists(f"{folder}/postgres"):
            return folder
    return fail(f"there is no PostgreSQL server on this machine: {HOW_TO_INSTALL}")


def unprivileged():
    """The user that PostgreSQL runs as, which must not be root; None: this one."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    return fail("it must not run as root, and there is neither a user postgres nor nobody")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_ready(log):
    """It takes connections before it lets anyone in: "the database system is starting up"."""
    with open(log, encoding="utf-8", errors="replace") as file:
        return "database system is ready to accept connections" in file.read()


def accepts(port, server, log):
    """Waits until the server answers; False when it ended instead."""
    for _ in range(600):
        if server.poll() is not None:
            return False
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                # SSLRequest: answered by N or S once the server takes connections (protocol-message-formats).
                connection.sendall(b"\x00\x00\x00\x08\x04\xd2\x16\x2f")
                if connection.recv(1) in (b"N", b"S") and is_ready(log):
                    return True
        except OSError:
            pass
        threading.Event().wait(0.05)
    return False


def main():
    folder = programs()
    user = unprivileged()
    identity = {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8"}
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    home = tempfile.mkdtemp(prefix="quarry-postgresql-")
    server = None
    try:
        if user is not None:
            os.chown(home, user.pw_uid, user.pw_gid)
        data = f"{home}/data"
        made = subprocess.run([f"{folder}/initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                               "--locale=C.UTF-8", "-N"], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              cwd="/", env=environment, **identity)
        if made.returncode != 0:
            fail(f"initdb failed: {made.stderr.strip()}")
        for _ in range(5):  # Another process may take the port first.
            port = free_port()
            settings = SETTINGS | dict(argument.split("=", 1) for argument in sys.argv[1:])
            options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
            with open(f"{home}/log", "ab") as log:
                server = subprocess.Popen([f"{folder}/postgres", "-D", data, "-p", str(port), *options],
                                          stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", env=environment,
                                          start_new_session=True, **identity)
            if accepts(port, server, f"{home}/log"):
                break
        else:
            with open(f"{home}/log", encoding="utf-8", errors="replace") as log:
                fail(f"the server did not start: {log.read()[-500:]}")
        print(f"postgresql://postgres@127.0.0.1:{port}/postgres", flush=True)
        threading.Thread(target=lambda: (sys.stdin.buffer.read(), stop.set()), daemon=True).start()
        while not stop.wait(0.5) and server.poll() is None:
            pass
    finally:
        if server is not None and server.poll() is None:
            server.send_signal(signal.SIGQUIT)  # At once: nothing here is worth a checkpoint.
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)
                server.wait()
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
