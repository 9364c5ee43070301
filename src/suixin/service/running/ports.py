"""The port a service is reached at: free, allowed, and kept while the service starts."""

from __future__ import annotations

import errno
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from suixin.service.faults import EnvironmentFault


@contextmanager
def kept(host: str, *ports: int) -> Iterator[tuple[int, ...]]:
    """Keep ports for ourselves; 0 asks for any that is free. Raises `EnvironmentFault`.

    PORT_TAKEN, PORT_NOT_PERMITTED (below 1024 for who may not), HOST (no address of this machine).
    """
    with ExitStack() as stack:
        found = []
        for port in ports:
            # What is shared would not tell that another listens; what is not does.
            _bound(host, port, shared=False).close()
            held = stack.enter_context(_bound(host, port, shared=True))
            found.append(int(held.getsockname()[1]))
            claimed = stack.enter_context(_claimed(host, found[-1]))
            for ours in (held, claimed):  # What is forked from here keeps no port.
                os.register_at_fork(after_in_child=ours.close)
        yield tuple(found)


def _bound(host: str, port: int, *, shared: bool) -> socket.socket:
    try:
        asked = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, UnicodeError) as fault:
        raise _no_host(host) from fault
    family, kind, _, _, address = asked[0]
    made = socket.socket(family, kind)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        made.bind(address)
    except OSError as fault:
        made.close()
        if fault.errno == errno.EADDRINUSE:
            raise _taken(host, port) from fault
        if fault.errno in (errno.EACCES, errno.EPERM):
            wrong = f"This user may not listen at port {port}."
            hint = "Choose one above 1023, and put a proxy before it."
            raise EnvironmentFault("PORT_NOT_PERMITTED", wrong, hint) from fault
        if fault.errno == errno.EADDRNOTAVAIL:
            raise _no_host(host) from fault
        raise
    return made


def _claimed(host: str, port: int) -> socket.socket:
    """That this service means to listen there, which ends with its process.

    Two that start at once would both find the port free, and then share it.
    """
    made = socket.socket(socket.AF_UNIX)
    if sys.platform == "linux":
        try:
            made.bind(f"\0suixin {host} {port}")
        except OSError as fault:
            made.close()
            raise _taken(host, port) from fault
    return made


def _taken(host: str, port: int) -> EnvironmentFault:
    wrong = f"Another program listens at {host}, port {port}."
    return EnvironmentFault("PORT_TAKEN", wrong, "Stop that one, or choose another with --port.")


def _no_host(host: str) -> EnvironmentFault:
    hint = "Choose 127.0.0.1 for this machine alone, 0.0.0.0 for all it is reached by."
    return EnvironmentFault("HOST", f"{host} is no address of this machine.", hint)
