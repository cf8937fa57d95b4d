"""Who listens on a port of this machine: who answers in the place of our Prefect server could have us run its code."""

import os
import socket
import sys
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

_LISTEN = "0A"


def is_taken(port: int) -> bool:
    """Whether somebody answers on the loopback address."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    """A port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_anothers(port: int) -> bool:
    """Whether a process of another user listens there, as Linux tells; other systems tell it to nobody."""
    return any(user != os.geteuid() for user in _listeners(port))


def _listeners(port: int) -> Iterator[int]:
    """The users that listen on a port, at an address that a connection to the loopback address may reach."""
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            rows = Path(table).read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            continue
        for row in rows:
            fields = row.split()
            address, _, at = fields[1].partition(":")
            if fields[3] == _LISTEN and int(at, 16) == port and _reaches_us(address):
                yield int(fields[7])


def _reaches_us(address: str) -> bool:
    """Words of four bytes, each in the machine's own order."""
    words = [int(address[start : start + 8], 16) for start in range(0, len(address), 8)]
    found = ip_address(b"".join(word.to_bytes(4, sys.byteorder) for word in words))
    found = getattr(found, "ipv4_mapped", None) or found
    return found.is_loopback or found.is_unspecified
