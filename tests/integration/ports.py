"""Ports for servers of tests that must be told where to listen."""
import random
import socket
from pathlib import Path

RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")


def port_to_keep():
    """A port that is free now, and that the system gives to nobody else while nothing listens there.

    Ports of the system's own range go to connections of any client: a server that is restarted might find its port
    taken, and a client that tries it meanwhile might even be connected to itself.
    """
    first_of_system = int(RANGE.read_text().split()[0])
    while True:
        port = random.SystemRandom().randrange(10_000, max(first_of_system, 10_100))
        with socket.socket() as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                one.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
