"""Applying a mapping: a folder of an export into a loader, or into a folder of canonical feeds."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping as Map
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from suixin.data.errors import InputError, shown
from suixin.data.lake import FeedCount, Loader
from suixin.data.sources.canonical import Mapped, canonical
from suixin.data.sources.mapping import Mapping
from suixin.data.sources.seen import write_seen
from suixin.data.sources.written import load_mapping
from suixin.data.write import (
    atomic_folder,
    no_room,
    room_to_work,
    write_feeds,
    write_quarantine,
)

# The key under which open ids are hashed, where whoever runs the mapping gives none himself.
KEY_VARIABLE: Final = "SUIXIN_HASH_KEY"


@dataclass(frozen=True, slots=True)
class MapResult:
    """What a folder of an export became, and where it was written."""

    out: Path
    files: tuple[str, ...]
    counts: Map[str, FeedCount]
    set_aside: int
    notes: tuple[str, ...]


def apply(
    mapping: Mapping, folder: Path, loader: Loader, *, hash_key: bytes, merchant: str | None = None
) -> Mapped:
    """Map a folder of an export into a loader; `merchant` is who sells where no file says.

    Raises `InputError` where the folder holds no file the mapping knows, ValueError on no key.
    """
    if not hash_key:
        raise ValueError("an empty key would leave every hashed id open to guessing")
    mapped = canonical(mapping.for_merchant(merchant), folder, hash_key)
    mapped.rows.lay(loader)
    return mapped


def map_folder(
    name: str | Path, folder: Path, out: Path, *, hash_key: bytes, merchant: str | None = None
) -> MapResult:
    """Write an export as canonical feeds, with what was seen and what was set aside beside them.

    All of `out` is written, or nothing of it changes. Raises `DiskError` when there is no room.
    """
    try:
        loader = Loader()
    except OSError as error:
        raise no_room(error) from error
    try:
        with room_to_work():
            mapped = apply(load_mapping(name), folder, loader, hash_key=hash_key, merchant=merchant)
        with room_to_work(), loader.finish() as feeds, atomic_folder(out) as fresh:
            written = [path.name for path in write_feeds(feeds, fresh)]
            write_quarantine(feeds.quarantine, fresh / "quarantine.csv")
            written += ["quarantine.csv", *write_seen(mapped, fresh)]
            return MapResult(
                out=out,
                files=tuple(written),
                counts=feeds.counts,
                set_aside=len(feeds.quarantine),
                notes=feeds.notes,
            )
    finally:
        loader.close()


def read_export(name: str | Path, folder: Path, loader: Loader) -> None:
    """Map a folder of an export into a loader, ids hashed under the environment's key.

    Without one the export itself is the key: the same files give the same ids, others none alike.
    """
    given = os.environ.get(KEY_VARIABLE, "").encode()
    if not given:
        loader.note(f"ids hashed under this export alone; {KEY_VARIABLE} makes them comparable")
    apply(load_mapping(name), folder, loader, hash_key=given or key_of_export(folder))


def hash_key_of(file: Path | None, folder: Path) -> bytes:
    """The key for hashing: a file's bytes, the environment's, or else the export's own digest.

    Raises `InputError` where the file holds no key.
    """
    if file is None:
        return os.environ.get(KEY_VARIABLE, "").encode() or key_of_export(folder)
    try:
        key = file.read_bytes()
    except OSError as fault:
        raise InputError("NO_KEY", f"{shown(file)} cannot be read.", "Name a file.") from fault
    if not key:
        raise InputError("NO_KEY", f"{shown(file)} is empty.", "Name a file that holds a key.")
    return key


def key_of_export(folder: Path) -> bytes:
    """A key made of every byte of an export."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as stream:
                while block := stream.read(1 << 20):
                    digest.update(block)
    return digest.digest()
