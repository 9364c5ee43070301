"""Signed notes (C2SP signed-note) and cosignatures with their time (tlog-cosignature).

The stricter reading throughout: at most 100 signatures; the same one twice counts once; one by an
unknown key is ignored; one by a known key that fails refuses the whole note.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from suixin.data.errors import InputError, shown
from suixin.evidence.keys import (
    COSIGNATURE,
    SIGNATURE_BYTES,
    KeyFault,
    Signer,
    Verifier,
    check_name,
    decoded,
)

SIGNATURES_MAX: Final = 100
NOTE_BYTES_MAX: Final = 1_000_000
TIME_MAX: Final = 2**63 - 1
MALFORMED: Final = "malformed"
UNVERIFIED: Final = "no verifiable signature"
INVALID: Final = "invalid signature"


class NoteError(InputError):
    """A note that must be refused; `code` is MALFORMED, UNVERIFIED or INVALID of this module."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A line under a note: who says to have signed, with which key, and the signature."""

    name: str
    id: bytes
    value: bytes

    def __str__(self) -> str:
        return f"— {self.name} {b64encode(self.id + self.value).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text and the signatures under it, none of them verified yet."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return self.text + "\n" + "".join(str(signature) for signature in self.signatures)


@dataclass(frozen=True, slots=True)
class Signed:
    """Whose signature was verified, and the time that a cosignature says (POSIX seconds)."""

    by: Verifier
    time: int | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A text that known keys signed, each once, and the signatures of keys that are not known."""

    text: str
    signed: tuple[Signed, ...]
    unknown: tuple[Signature, ...]


def read(raw: bytes | str) -> Note:
    """The form of a note alone; whoever uses the text without `open` trusts anybody.

    >>> read("text\\n\\n— who AAAAAAA=\\n").signatures[0].name
    'who'
    """
    note = _text(raw)
    text, gap, lines = note.rpartition("\n\n")
    if not gap or not lines.endswith("\n"):
        raise _malformed("it ends with a text, an empty line and lines of signatures")
    written = lines[:-1].split("\n")
    if len(written) > SIGNATURES_MAX:
        raise _malformed(f"it has at most {SIGNATURES_MAX} signatures, not {len(written)}")
    return Note(text + "\n", tuple(_signature(line) for line in written))


def open(raw: bytes | str, known: Iterable[Verifier]) -> Opened:
    """The text, where at least one known key signed and none of theirs fails; else `NoteError`.

    >>> from suixin.evidence.keys import ED25519
    >>> who = Signer("bank.example", ED25519, bytes(32))
    >>> signed = write("text\\n", [sign("text\\n", who)])
    >>> open(signed, [who.verifier]).text
    'text\\n'
    """
    note = read(raw)
    keys: dict[tuple[str, bytes], Verifier] = {}
    for key in known:
        if keys.setdefault((key.name, key.id), key) != key:
            raise KeyFault("KEY", f"Two known keys share the name {shown(key.name)} and an id.")
    signed: dict[Verifier, Signed] = {}
    unknown: list[Signature] = []
    for signature in dict.fromkeys(note.signatures):
        by = keys.get((signature.name, signature.id))
        if by is None:
            unknown.append(signature)
            continue
        found = verified(note.text, signature, by)
        if found is None:
            raise NoteError(INVALID, f"The signature of {shown(by.name)} does not fit the text.")
        signed.setdefault(by, found)
    if not signed:
        raise NoteError(UNVERIFIED, "No key that is known here signed the note.")
    return Opened(note.text, tuple(signed.values()), tuple(unknown))


def verified(text: str, signature: Signature, by: Verifier) -> Signed | None:
    """What a signature says when it is by this key over this text, else None."""
    value, time = signature.value, None
    if by.type == COSIGNATURE:
        if len(value) != 8 + SIGNATURE_BYTES:
            return None
        time, value = int.from_bytes(value[:8], "big"), value[8:]
        if time > TIME_MAX:
            return None
    if len(value) != SIGNATURE_BYTES or not by.verifies(value, _message(text, time)):
        return None
    return Signed(by, time)


def sign(text: str, signer: Signer, *, time: int | None = None) -> Signature:
    """Sign a text that ends with a newline; a cosignature (0x04) says its time, POSIX seconds.

    >>> from suixin.evidence.keys import ED25519
    >>> sign("text\\n", Signer("bank.example", ED25519, bytes(32))).name
    'bank.example'
    """
    _text(text)
    if not text.endswith("\n"):
        raise _malformed("its text ends with a newline")
    if (time is not None) != (signer.type == COSIGNATURE) or not 0 <= (time or 0) <= TIME_MAX:
        raise ValueError(f"A cosignature says its time, and no other does; got {time}.")
    value = signer.sign(_message(text, time))
    stamp = b"" if time is None else time.to_bytes(8, "big")
    return Signature(signer.name, signer.verifier.id, stamp + value)


def write(text: str, signatures: Iterable[Signature]) -> str:
    """The note of a text and its signatures, each once."""
    return str(read(str(Note(text, tuple(dict.fromkeys(signatures))))))


def _message(text: str, time: int | None) -> bytes:
    """What is signed: the text, under a heading with the time where it is a cosignature."""
    return (text if time is None else f"cosignature/v1\ntime {time}\n{text}").encode()


def _text(raw: bytes | str) -> str:
    """UTF-8 without control characters other than newline, and not endless."""
    if len(raw) > NOTE_BYTES_MAX:
        raise _malformed(f"it has at most {NOTE_BYTES_MAX} bytes")
    try:
        text = (raw if isinstance(raw, bytes) else raw.encode("utf-8")).decode("utf-8")
    except UnicodeError as fault:
        raise _malformed("it is UTF-8") from fault
    if any(letter < " " and letter != "\n" for letter in text):
        raise _malformed("it has no control character but newline")
    return text


def _signature(line: str) -> Signature:
    dash, name, encoded, *more = [*line.split(" "), "", ""]
    value = decoded(encoded)
    if dash != "—" or any(more) or len(more) != 2 or value is None or len(value) <= 4:
        raise _malformed(f"a line {shown(line)!r} is `— <name> <base64 of id and signature>`")
    try:
        check_name(name)
    except KeyFault as fault:
        raise _malformed(fault.message) from fault
    return Signature(name, value[:4], value[4:])


def _malformed(rule: str) -> NoteError:
    return NoteError(MALFORMED, f"This is no signed note: {rule}.")
