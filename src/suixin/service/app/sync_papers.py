"""Photographs of papers, sealed on the device and sent in pieces that may be gone on with.

It is what tus 1.0 does (core, creation, checksum, expiration); here is its half without HTTP. What
is whole is held against the SHA-256 that the operation named.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from suixin.data.errors import InputError
from suixin.kernel.policy import load_policy
from suixin.service.app.caller import Caller
from suixin.service.app.day import CHINA
from suixin.service.app.devices import own_device, service_actor
from suixin.service.app.keys import ring
from suixin.service.app.permits import Act, check_may
from suixin.service.app.sync_ops import Operation, seal_key, unsealed
from suixin.service.store.session import Actor, acting, query

_COLUMNS: Final = "upload, device, agent, length, received, sha256, expires_at, whole_at"
_ONE: Final = f"select {_COLUMNS} from station_upload where institution_id = %s and upload = %s"
_SAME: Final = f"""
    select {_COLUMNS} from station_upload
     where institution_id = %s and device = %s and sha256 = %s
"""
_BEGIN: Final = """
    insert into station_upload (institution_id, upload, device, agent, length, sha256, begun_at,
                                expires_at)
    values (%s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing
"""
_AGAIN: Final = """
    update station_upload set received = 0, expires_at = %s
     where institution_id = %s and upload = %s
"""
_PIECE: Final = """
    insert into station_piece (institution_id, upload, at_byte, content) values (%s, %s, %s, %s)
"""
_RECEIVED: Final = """
    update station_upload set received = %s, whole_at = %s
     where institution_id = %s and upload = %s
"""
_PIECES: Final = """
    select content from station_piece where institution_id = %s and upload = %s order by at_byte
"""
_NONE: Final = "delete from station_piece where institution_id = %s and upload = %s"
_HERE: Final = """
    select count(distinct sha256) from station_upload
     where institution_id = %s and device = %s and sha256 = any (%s) and whole_at is not null
"""
_TAKE: Final = """
    update station_upload set party_id = %s, kind = %s
     where institution_id = %s and device = %s and sha256 = any (%s)
"""
_FORGET: Final = """
    delete from station_piece as p using station_upload as u
     where (p.institution_id, p.upload) = (u.institution_id, u.upload)
       and u.institution_id = %s and u.device = %s and u.sha256 = any (%s)
"""
_OF_PARTY: Final = f"""
    select {_COLUMNS}, kind from station_upload
     where institution_id = %s and party_id = %s and sha256 = %s and whole_at is not null
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """An upload: how many of its bytes are here, and until when it may be gone on with."""

    upload: str
    device: str
    length: int
    received: int
    sha256: str
    expires_at: datetime
    whole: bool


def begin_upload(caller: Caller, device: str, *, length: int, sha256: str, at: datetime) -> Upload:
    """Begin an upload, or find the one of the same content that this device began before.

    Raises `InputError` NOT_PERMITTED, NO_DEVICE, DEVICE_REVOKED, UPLOAD_TOO_LARGE.
    """
    check_may(caller, Act.SYNC_DEVICE)
    own_device(caller, device)
    policy = load_policy("stations").on(at.astimezone(CHINA).date())
    if not 0 < length <= policy["upload.bytes"]:
        wrong = f"An upload has 1 to {policy['upload.bytes']} bytes, not {length}."
        raise InputError("UPLOAD_TOO_LARGE", wrong, "Take the photograph smaller.")
    until = at + timedelta(days=policy["upload.days"])
    actor = service_actor("began an upload", caller)
    name = hashlib.sha256(f"{caller.institution}/{device}/{sha256}".encode()).hexdigest()[:32]
    with acting(actor):
        given = [name, device, caller.by, length, sha256, at, until]
        query(_BEGIN, [caller.institution, *given])
        (row,) = query(_SAME, [caller.institution, device, sha256])
        found = _upload(row)
        if not found.whole and found.expires_at < at:
            query(_NONE, [caller.institution, found.upload])
            query(_AGAIN, [until, caller.institution, found.upload])
            (row,) = query(_SAME, [caller.institution, device, sha256])
    return _upload(row)


def upload_of(caller: Caller, upload: str, *, at: datetime) -> Upload:
    """How far an upload of the caller's has come; raises `InputError` NO_UPLOAD, UPLOAD_EXPIRED."""
    check_may(caller, Act.SYNC_DEVICE)
    actor = service_actor("looked at an upload", caller)
    with acting(actor):
        return _own(actor, upload, at)


def add_piece(caller: Caller, upload: str, content: bytes, *, offset: int, at: datetime) -> Upload:
    """Add a piece at its place; what came before is not sent again.

    Raises `InputError` NOT_PERMITTED, NO_UPLOAD, UPLOAD_EXPIRED, OFFSET (the place is another),
    PIECE (its size), UPLOAD_HASH (what is whole is not what was told; it begins anew).
    """
    check_may(caller, Act.SYNC_DEVICE)
    actor = service_actor("sent a piece of an upload", caller)
    with acting(actor):
        found = _own(actor, upload, at, locked=True)
        own_device(caller, found.device)
        _check_piece(found, content, offset, at)
        query(_PIECE, [actor.institution, upload, offset, content])
        received = offset + len(content)
        whole = received == found.length
        good = not whole or _digest(actor, upload) == found.sha256
        if good:
            query(_RECEIVED, [received, at if whole else None, actor.institution, upload])
        else:
            query(_NONE, [actor.institution, upload])
            query(_RECEIVED, [0, None, actor.institution, upload])
        now = _own(actor, upload, at)
    if not good:
        wrong = "What came is not what the device told; it was dropped."
        raise InputError("UPLOAD_HASH", wrong, "Send it from the beginning.")
    return now


def paper(caller: Caller, party: str, sha256: str) -> bytes:
    """A paper of a party, opened for who may see what is personal; raises `InputError` NO_PAPER."""
    check_may(caller, Act.SETTLE_CONFLICT)
    actor = caller.actor("opened a paper")
    with acting(actor):
        rows = query(_OF_PARTY, [actor.institution, party, sha256])
        if not rows:
            wrong = f"There is no such paper of {party}."
            raise InputError("NO_PAPER", wrong, "It may have been dropped, or erased.")
        upload, device = rows[0][0], rows[0][1]
        raw = b"".join(bytes(piece) for (piece,) in query(_PIECES, [actor.institution, upload]))
    # Sealed before the key was changed it opens by an older one.
    faults = []
    for key in reversed(ring().keys):
        try:
            return unsealed(
                raw, seal_key(ring(), actor.institution, key.name), about=f"{device}/paper"
            )
        except InputError as fault:
            faults.append(fault)
    raise faults[0]


def all_here(actor: Actor, op: Operation) -> bool:
    """Whether every paper that an operation names has come whole."""
    wanted = sorted(set(op.photo_hashes))
    ((found,),) = query(_HERE, [actor.institution, op.device, wanted])
    return bool(found == len(wanted))


def take_papers(actor: Actor, op: Operation, party: str, kind: str) -> None:
    """Note whose papers they are."""
    query(_TAKE, [party, kind, actor.institution, op.device, list(op.photo_hashes)])


def forget_papers(actor: Actor, op: Operation) -> None:
    """Drop papers unread."""
    query(_FORGET, [actor.institution, op.device, list(op.photo_hashes)])


def _own(actor: Actor, upload: str, at: datetime, *, locked: bool = False) -> Upload:
    rows = query(_ONE + (" for update" if locked else ""), [actor.institution, upload])
    if not rows or rows[0][2] != actor.by:
        raise InputError("NO_UPLOAD", f"There is no upload {upload}.", "Begin it.")
    found = _upload(rows[0])
    if not found.whole and found.expires_at < at:
        wrong = f"The upload {upload} could be gone on with until {found.expires_at:%Y-%m-%d}."
        raise InputError("UPLOAD_EXPIRED", wrong, "Begin it again.")
    return found


def _check_piece(found: Upload, content: bytes, offset: int, at: datetime) -> None:
    if offset != found.received:
        wrong = f"The piece begins at {offset}; {found.received} bytes are here."
        raise InputError("OFFSET", wrong, "Ask how far it has come, and go on from there.")
    most = load_policy("stations").on(at.astimezone(CHINA).date())["upload.piece"]
    if not content or len(content) > min(most, found.length - offset):
        wrong = f"The piece has {len(content)} bytes."
        raise InputError("PIECE", wrong, f"Send 1 to {most}, and no more than are missing.")


def _digest(actor: Actor, upload: str) -> str:
    whole = hashlib.sha256()
    for (piece,) in query(_PIECES, [actor.institution, upload]):
        whole.update(bytes(piece))
    return whole.hexdigest()


def _upload(row: tuple[Any, ...]) -> Upload:
    upload, device, _, length, received, sha256, expires, whole = row
    return Upload(
        upload=upload,
        device=device,
        length=length,
        received=received,
        sha256=sha256,
        expires_at=expires,
        whole=whole is not None,
    )
