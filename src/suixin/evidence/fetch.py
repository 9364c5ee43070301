"""Asking another party over HTTP: so many bytes, so many seconds, and no more.

No proxy, no redirect, no cookie: an address is a party's own, as its policy line gives it.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection, IncompleteRead
from threading import Timer
from typing import Final
from urllib.parse import urlsplit

from suixin.data.errors import InputError

SECONDS_MAX: Final = 10.0
BYTES_MAX: Final = 20_000_000  # A full bundle of the largest entries is 16.8 MB.


class FetchFault(InputError):
    """A party that did not answer as it should: DOWN, LATE, LONG, STATUS or ADDRESS."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    body: bytes


FILES_KEPT: Final = 64

Ask = Callable[[str, bytes | None], Reply]


def ask(
    url: str,
    body: bytes | None = None,
    *,
    seconds: float = SECONDS_MAX,
    bytes_max: int = BYTES_MAX,
) -> Reply:
    """GET an address, or POST a body to it; raises `FetchFault` where no whole reply comes in time.

    >>> ask("ftp://bank.example")
    Traceback (most recent call last):
    ...
    suixin.evidence.fetch.FetchFault: ftp://bank.example is no http or https address.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as wrong:
        raise FetchFault("ADDRESS", f"{url} is no address: {wrong}.") from wrong
    kinds = {"http": HTTPConnection, "https": HTTPSConnection}
    if parts.scheme not in kinds or not parts.hostname:
        raise FetchFault("ADDRESS", f"{url} is no http or https address.")
    connection = kinds[parts.scheme](parts.hostname, port, timeout=seconds)
    ended: list[bool] = []  # A reply in drops keeps every single wait short, so a clock ends it.
    clock = Timer(seconds, _end, (connection, ended))
    clock.daemon = True
    clock.start()
    try:
        path = parts.path or "/"
        connection.request("GET" if body is None else "POST", path, body)
        with connection.getresponse() as response:
            found = response.read(bytes_max + 1)
            if response.length and len(found) <= bytes_max:
                raise IncompleteRead(found, response.length)  # `read` with a limit never does.
    except TimeoutError as late:
        raise FetchFault("LATE", f"{url} did not answer in {seconds:g} s.") from late
    except (OSError, HTTPException) as wrong:
        if ended:
            raise FetchFault("LATE", f"{url} did not answer in {seconds:g} s.") from wrong
        raise FetchFault("DOWN", f"{url} cannot be reached: {wrong}.") from wrong
    finally:
        clock.cancel()
        connection.close()
    if len(found) > bytes_max:
        raise FetchFault("LONG", f"{url} answers with more than {bytes_max} bytes.")
    return Reply(response.status, found)


def files(ask: Ask, url: str) -> Callable[[str], bytes | None]:
    """The files below an address, None where one is not there; those last read are kept.

    Whoever fills a mirror reads each bundle twice, to hash it and then to keep it.
    """

    @lru_cache(maxsize=FILES_KEPT)
    def fetch(path: str) -> bytes | None:
        reply = ask(f"{url}/{path}", None)
        if reply.status not in (200, 404):
            raise FetchFault("STATUS", f"{url}/{path} answers {reply.status}.")
        return reply.body if reply.status == 200 else None

    return fetch


def _end(connection: HTTPConnection, ended: list[bool]) -> None:
    ended.append(True)
    if connection.sock is not None:
        with suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)
