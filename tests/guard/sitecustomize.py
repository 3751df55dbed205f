"""Python processes that tests start → a note of every connection that would leave this machine.

Found by every Python that a test starts, through PYTHONPATH; the file named by TEST_CONNECTIONS collects the notes."""

from __future__ import annotations

import os
import sys
from ipaddress import ip_address
from typing import Any

_OWN_NAMES = frozenset({"", "localhost", "localhost.localdomain", "ip6-localhost", os.uname().nodename.lower()})


def leaves(host: Any) -> bool:
    """Whether a connection to this host (a name or an address) leaves the machine."""
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host or "")
    try:
        address = ip_address(name.partition("%")[0])
    except ValueError:
        # A test asks for a name under `invalid` (RFC 6761) to see that nobody has it.
        return name.lower() not in _OWN_NAMES and not name.lower().endswith(".invalid")
    # 0.0.0.0 as a destination is this machine.
    return not (address.is_loopback or address.is_unspecified)


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event not in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        return
    address = arguments[0] if event == "socket.getaddrinfo" else arguments[1]
    if event != "socket.getaddrinfo":
        if not isinstance(address, tuple):
            return  # A socket in the file system.
        address = address[0]
    if leaves(address):
        note = os.environ.get("TEST_CONNECTIONS")
        if note:
            test = os.environ.get("PYTEST_CURRENT_TEST", "no test")
            with open(note, "a", encoding="utf-8") as notes:  # noqa: PTH123 - pathlib would be loaded by every child
                notes.write(f"{event} {address!r} in {test}\n")


watching = False


def watch() -> None:
    """Begin; there is no end to it."""
    global watching
    watching = True
    sys.addaudithook(_watch)


if "TEST_CONNECTIONS" in os.environ:
    watch()
