"""Where a webhook may go: out to the internet, and nowhere within, whatever a name resolves to.

A name is resolved once, every address it has is looked at, and the connection is made to one that
was: what the name resolves to a moment later does not matter.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit

from suixin.data.errors import InputError, shown

URL_CHARACTERS_MAX: Final = 500
_LABEL: Final = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_HOST: Final = re.compile(rf"(?=.{{1,253}}$)({_LABEL}\.)*{_LABEL}")
_PATH: Final = re.compile(r"[!-~]*")
# Where machines ask who they are, and what is of one link alone: no named host leads there.
_NEVER: Final = tuple(
    map(ip_network, ("169.254.0.0/16", "fe80::/10", "fd00:ec2::/32", "100.100.100.200/32"))
)
# Addresses that carry another one inside, past which nothing is looked at.
_CARRIERS: Final = tuple(
    map(ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))
)
Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect: the address that was looked at, and whom to ask for there."""

    address: str
    host: str
    port: int
    path: str
    tls: bool


def resolved(host: str, port: int) -> tuple[str, ...]:
    """Every address of a name, by the machine's own resolver; raises `InputError` WEBHOOK_URL."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as fault:
        raise _refused(f"{shown(host)} leads nowhere.") from fault
    return tuple(dict.fromkeys(str(one[4][0]) for one in found))


def checked(url: str, *, named: frozenset[str] = frozenset()) -> str:
    """An address as it may be subscribed; `named` are hosts of the institution's own network.

    Raises `InputError` WEBHOOK_URL.

    >>> checked("https://platform.example.cn/hooks")
    'https://platform.example.cn/hooks'
    """
    _parts(url, named)
    return url


def target(url: str, *, named: frozenset[str] = frozenset(), resolve: Resolve = resolved) -> Target:
    """Where to connect for an address; raises `InputError` WEBHOOK_URL."""
    host, port, path, tls = _parts(url, named)
    addresses = resolve(host, port)
    if not addresses:
        raise _refused(f"{host} leads nowhere.")
    for told in addresses:
        _check(ip_address(told.partition("%")[0]), within=host in named)
    return Target(addresses[0], host, port, path, tls)


def _parts(url: str, named: frozenset[str]) -> tuple[str, int, str, bool]:
    if len(url) > URL_CHARACTERS_MAX or not url.isascii() or not _PATH.fullmatch(url):
        raise _refused("The address is too long or has characters that an address has not.")
    try:
        told = urlsplit(url)
        host, port = (told.hostname or "").rstrip("."), told.port
    except ValueError as fault:
        raise _refused("That is no address.") from fault
    if told.scheme not in ("https", "http") or (told.scheme == "http" and host not in named):
        raise _refused("Webhooks go by https.")
    if told.username is not None or told.password is not None or told.fragment:
        raise _refused("The address has a user, a password or a fragment.")
    if not _HOST.fullmatch(host) or (_is_number(host) and host not in named):
        raise _refused("The address does not name a host.")
    path = (told.path or "/") + (f"?{told.query}" if told.query else "")
    return host, port or (443 if told.scheme == "https" else 80), path, told.scheme == "https"


def _is_number(host: str) -> bool:
    """Whether a host is an address in any of the ways they are written: 127.1, 0x7f000001."""
    last = host.rpartition(".")[2]
    return last.isdigit() or last.startswith("0x")


def _check(address: Address, *, within: bool) -> None:
    inner = getattr(address, "ipv4_mapped", None) or address
    if any(inner.version == net.version and inner in net for net in _NEVER):
        raise _refused("The address leads to a machine's own link.")
    if within:
        return
    if any(inner.version == net.version and inner in net for net in _CARRIERS):
        raise _refused("The address carries another one.")
    if not inner.is_global or inner.is_multicast or inner.is_reserved:
        raise _refused("The address leads into a network of somebody's own.")


def _refused(wrong: str) -> InputError:
    hint = "Give an https address of a public host, or let two people allow an inner host by name."
    return InputError("WEBHOOK_URL", wrong, hint)
