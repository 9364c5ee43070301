"""The port a service is reached at: free, allowed, and kept while the service starts."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

from suixin.service.faults import EnvironmentFault

_TO_TRY_ANOTHER: Final = "Stop that one, or choose another with --port."


@contextmanager
def kept(host: str, *ports: int) -> Iterator[tuple[int, ...]]:
    """Keep ports for ourselves; 0 asks for any that is free. Raises `EnvironmentFault`.

    PORT_TAKEN, PORT_NOT_PERMITTED (below 1024 for who may not), HOST (no address of this machine).
    """
    with ExitStack() as stack:
        found = []
        for port in ports:
            _check(host, port)
            held = stack.enter_context(_bound(host, port, shared=True))
            found.append(int(held.getsockname()[1]))
        yield tuple(found)


def _check(host: str, port: int) -> None:
    """Nobody else may be there: what is shared (SO_REUSEPORT) would not tell."""
    _bound(host, port, shared=False).close()


def _bound(host: str, port: int, *, shared: bool) -> socket.socket:
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        made = socket.socket(family, kind)
    except (socket.gaierror, UnicodeError) as fault:
        raise _no_host(host) from fault
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        made.bind(address)
    except OSError as fault:
        made.close()
        if fault.errno == errno.EADDRINUSE:
            wrong = f"Another program listens at {host}, port {port}."
            raise EnvironmentFault("PORT_TAKEN", wrong, _TO_TRY_ANOTHER) from fault
        if fault.errno in (errno.EACCES, errno.EPERM):
            wrong = f"This user may not listen at port {port}."
            hint = "Choose one above 1023, and put a proxy before it."
            raise EnvironmentFault("PORT_NOT_PERMITTED", wrong, hint) from fault
        if fault.errno == errno.EADDRNOTAVAIL:
            raise _no_host(host) from fault
        raise
    return made


def _no_host(host: str) -> EnvironmentFault:
    hint = "Choose 127.0.0.1 for this machine alone, 0.0.0.0 for all it is reached by."
    return EnvironmentFault("HOST", f"{host} is no address of this machine.", hint)
