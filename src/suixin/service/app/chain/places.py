"""Where an institution's chain is, its keys there, and one run at a time.

`chain/<institution>/` in the home has the embedded chain, `keys/chain-<institution>/` a key of each
role that the institution holds; another party's key is with that party.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from secrets import token_bytes
from typing import Final

from suixin.data.errors import InputError
from suixin.evidence.chain.calls.parties import Role
from suixin.evidence.chain.deployment import Deployment
from suixin.evidence.chain.embedded import EmbeddedChain
from suixin.evidence.chain.rpc import RpcChain
from suixin.evidence.chain.signer import SECRET_BYTES, Signer
from suixin.evidence.disk import disk_faults, write_file
from suixin.service.app.chain.blocks import refill
from suixin.service.home import Home, usual_home
from suixin.service.store.session import Actor, query, reading

_CHAIN: Final = """
    select url, number, parties_at, depth, opened_on, logged_through from chain
     where institution_id = %s
"""


@dataclass(frozen=True, slots=True)
class ChainKept:
    """What is kept of an institution's chain; `url` is empty where it is the embedded one."""

    url: str
    number: int
    parties_at: str
    depth: int
    opened_on: date
    logged_through: int


def chain_of(actor: Actor) -> ChainKept | None:
    """The chain that is open for an institution, or None."""
    with reading(actor):
        rows = query(_CHAIN, [actor.institution])
    return ChainKept(*rows[0]) if rows else None


@contextmanager
def opened(actor: Actor, kept: ChainKept) -> Iterator[Deployment]:
    """The contracts of an institution's chain; an embedded one that was lost is made from the log.

    Raises `NodeFault`, `ChainFault` BUSY, GENESIS, BLOCK, `InputError` OTHER_CHAIN.
    """
    with closing(chain_at(usual_home(), actor.institution, kept.url, kept.number)) as chain:
        if chain.chain_id != kept.number:
            wrong = f"{kept.url} is the chain {chain.chain_id}, not {kept.number}."
            raise InputError("OTHER_CHAIN", wrong, "Give back the node that was opened.")
        if isinstance(chain, EmbeddedChain):
            refill(actor, chain)
        yield Deployment(chain, kept.parties_at)


def chain_at(home: Home, institution: int, url: str, number: int) -> EmbeddedChain | RpcChain:
    """The embedded chain of a home, or the node at an address."""
    return RpcChain(url) if url else EmbeddedChain(_folder(home, institution), chain_id=number)


@contextmanager
def alone(home: Home, institution: int) -> Iterator[None]:
    """One run of an institution's chain at a time: who comes second waits, and finds it done."""
    path = _folder(home, institution) / "run.lock"
    with disk_faults(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def make_signers(home: Home, institution: int, roles: tuple[Role, ...]) -> Mapping[Role, Signer]:
    """The keys of roles, drawn where there are none yet; raises KEY_SEEN, `DiskError`."""
    for role in roles:
        path = _key(home, institution, role)
        if not path.exists():
            with disk_faults(path):
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                write_file(path, token_bytes(SECRET_BYTES).hex().encode(), secret=True)
    return signers(home, institution)


def signers(home: Home, institution: int) -> Mapping[Role, Signer]:
    """The keys that the institution holds, by role; raises `InputError` KEY_SEEN, NO_KEY."""
    found = {}
    for role in Role:
        path = _key(home, institution, role)
        if path.exists():
            found[role] = _signer(path)
    if Role.BANK not in found:
        wrong = f"There is no bank's key in {_key(home, institution, Role.BANK).parent}."
        raise InputError("NO_KEY", wrong, "Put the folder of keys back from where it is kept.")
    return found


def _signer(path: Path) -> Signer:
    with disk_faults(path):
        mode, text = path.stat().st_mode & 0o077, path.read_text("ascii", "replace")
    if mode:
        wrong = f"Others on this machine may read {path}."
        raise InputError("KEY_SEEN", wrong, f"Run chmod 600 {path}, or have two change the key.")
    try:
        return Signer(bytes.fromhex(text))
    except ValueError as fault:
        wrong = f"{path} is no secret key."
        raise InputError("KEY", wrong, "Put it back from where it is kept.") from fault


def _folder(home: Home, institution: int) -> Path:
    return home.folder / "chain" / str(institution)


def _key(home: Home, institution: int, role: Role) -> Path:
    return home.keys / f"chain-{institution}" / f"{role.name.lower()}.key"
