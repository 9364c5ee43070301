"""The secret keys of a service, out of its home: never in the database, nor in a backup of it.

`keys/1.key`… wrap the keys of persons; `keys/log-<institution>/` has those by which the log's heads
and the institution's entries are signed, and the policies its other parties agreed to.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from secrets import token_bytes
from typing import Final

from suixin.data.errors import InputError
from suixin.evidence import key_file, quorum
from suixin.evidence.keys import ED25519, Signer
from suixin.evidence.policy import NONE, Party, Policy
from suixin.evidence.quorum import Dated
from suixin.service.home import Home, usual_home
from suixin.service.store.key_ring import KeyRing, add_key, read_ring

_LOG: Final = "log.key"
_AUTHOR: Final = "author.key"
_POLICIES: Final = "policies"
_HINT: Final = "Put the folder of keys back from where it is kept, or open the log: suixin up does."


@dataclass(frozen=True, slots=True)
class LogKeys:
    """By what an institution signs its log's heads and its entries, and who else must sign."""

    log: Signer
    author: Signer
    policies: tuple[Dated, ...]

    @property
    def origin(self) -> str:
        """The log's name."""
        return self.log.name


def ring() -> KeyRing:
    """The keys that wrap persons' keys; raises `InputError` NO_KEY, KEY, KEY_SEEN, `DiskError`."""
    folder = usual_home().keys
    return _ring(folder, _changed(folder))


def log_keys(institution: int) -> LogKeys:
    """An institution's signing keys; raises `InputError` NO_KEY, KEY_SEEN, `KeyFault`."""
    folder = _folder(usual_home(), institution)
    return _log_keys(folder, (_changed(folder), _changed(folder / _POLICIES)))


def make_keys(home: Home, institution: int, domain: str) -> LogKeys:
    """Make what keys are missing: the service's own and an institution's; those there are stay.

    The log is called `<domain>/suixin/1`. Raises `InputError` ORIGIN where its key is there already
    for another name, `KeyFault`, `DiskError`.
    """
    if not _has_ring(home):
        add_key(home.keys, token_bytes(32))
    folder, origin = _folder(home, institution), f"{domain}/suixin/1"
    names = ((_LOG, origin), (_AUTHOR, f"{domain}/service"))
    for file, name in names:
        if not (folder / file).exists():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            key_file.write(folder / file, Signer(name, ED25519, token_bytes(32)))
    found = _log_keys(folder, (_changed(folder), _changed(folder / _POLICIES)))
    if found.origin != origin:
        wrong = f"The log of institution {institution} is {found.origin}, not {origin}."
        raise InputError("ORIGIN", wrong, "A log keeps its name; begin a new one instead.")
    return found


def _has_ring(home: Home) -> bool:
    return home.keys.is_dir() and any(home.keys.glob("*.key"))


@lru_cache(maxsize=8)
def _ring(folder: Path, _seen: int) -> KeyRing:
    return read_ring(folder)


@lru_cache(maxsize=64)
def _log_keys(folder: Path, _seen: tuple[int, int]) -> LogKeys:
    missing = [name for name in (_LOG, _AUTHOR) if not (folder / name).is_file()]
    if missing:
        raise InputError("NO_KEY", f"There is no {' and no '.join(missing)} in {folder}.", _HINT)
    log, author = (key_file.read(folder / name) for name in (_LOG, _AUTHOR))
    return LogKeys(log, author, _policies(folder / _POLICIES, log, author))


def _policies(path: Path, log: Signer, author: Signer) -> tuple[Dated, ...]:
    """What the parties agreed to; where there are none yet, the log's own signature suffices."""
    if path.exists():
        return quorum.read(path)
    alone = Policy((Party(log.name, log.verifier),), {}, {}, NONE, (author.verifier,))
    return (Dated(None, alone),)


def _changed(folder: Path) -> int:
    """When something was last put into a folder or taken out, so that it is read anew."""
    return folder.stat().st_mtime_ns if folder.is_dir() else 0


def _folder(home: Home, institution: int) -> Path:
    return home.keys / f"log-{institution}"
