"""Check a proof of logging offline and alone: one file, nothing but Python's standard library.

    python -I verifier.py X.tlog-proof --entry E [--opening O] --policy F

A line for each check (author, path, log, witnesses, quorum, opening), then VALID (exit 0),
INVALID: the first failure (1), or UNUSABLE: a file is not what it should be (2). Copy this file
anywhere; it asks no network, no clock and nothing of ours. That is also why it has primitives of
its own where the rest of the house shares them: an auditor reads one file.

X  a proof as c2sp.org/tlog-proof@v1           E  the entry, byte for byte as it was logged
F  a policy as c2sp.org/tlog-policy; a comment line `#author <vkey>` names who may sign entries.
   Named by the first day it holds, 2026-06-30.policy, it counts no cosignature made before; in a
   folder of such files, the one of the day on which the proof was cosigned is taken
O  what an entry's `commit` hides: 32 bytes of salt, then the private part

Sources: C2SP signed-note, tlog-checkpoint, tlog-cosignature; RFC 9162 §2.1.3; RFC 8032 §5.1.7.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NamedTuple

VALID, INVALID, UNUSABLE = "VALID", "INVALID", "UNUSABLE"
EXIT = {VALID: 0, INVALID: 1, UNUSABLE: 2}
NOTE_KEY, COSIGNATURE_KEY = 0x01, 0x04
FILE_MAX, ENTRY_MAX, SIGNATURES_MAX, PATH_MAX, NESTED_MAX = 1_000_000, 65_535, 100, 63, 200
OURS = re.compile(r"[^\s+/]+/suixin/[0-9]+")
DATED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\.policy")
COUNTY = timezone(timedelta(hours=8))  # Where days begin and end for us.
NUMBER = re.compile(r"0|[1-9]\d{0,18}", re.ASCII)

# Ed25519: the curve's field, its group's order, and its constants (RFC 8032 §5.1).
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]  # X, Y, Z, T with x = X/Z, y = Y/Z, xy = T/Z.


class Unusable(Exception):
    """A file cannot be read as what it should be."""


class Invalid(Exception):
    """A check was made and did not hold."""


class Key(NamedTuple):
    """A verifier key: its name, its four-byte id, its type and 32 bytes of Ed25519."""

    name: str
    id: bytes
    type: int
    public: bytes

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}"


class Note(NamedTuple):
    """Signed text and its signature lines: name, key id, signature."""

    text: str
    signatures: tuple[tuple[str, bytes, bytes], ...]


class Policy(NamedTuple):
    """Whom to believe: logs, witnesses, groups (how many of whom), the quorum, and authors.

    `since` and `until` are its first day and the first of the next; None: it has none.
    """

    logs: tuple[Key, ...]
    witnesses: Mapping[str, Key]
    groups: Mapping[str, tuple[int, tuple[str, ...]]]
    quorum: str
    authors: tuple[Key, ...]
    since: date | None = None
    until: date | None = None

    def holds(self, day: date) -> bool:
        """Whether it holds on a day."""
        since = self.since is None or self.since <= day
        return since and (self.until is None or day < self.until)


class Proof(NamedTuple):
    """Where an entry stands, how it leads to a root (path), and the signed checkpoint."""

    extra: bytes | None
    at: int
    path: tuple[bytes, ...]
    note: Note
    origin: str
    size: int
    root: bytes


class Check(NamedTuple):
    """One check: its name, whether it held (None: there was nothing to check), and what it saw."""

    name: str
    held: bool | None
    told: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of it; true only where everything held.

    >>> bool(Verdict(INVALID, (), "path: the entry does not lead to the signed root"))
    False
    """

    status: str
    checks: tuple[Check, ...] = ()
    reason: str = ""

    def __bool__(self) -> bool:
        return self.status == VALID

    def lines(self) -> list[str]:
        """A line per check, and the verdict; nothing in them can steer a terminal."""
        word = {True: "ok", False: "FAILED", None: "-"}
        rows = [f"{word[one.held]:<7} {one.name:<10} {one.told}" for one in self.checks]
        rows.append(self.status + (f": {self.reason}" if self.reason else ""))
        return ["".join(c if c.isprintable() else "?" for c in row[:500]) for row in rows]


# Ed25519


def _decoded(encoded: bytes) -> Point | None:
    """The point that 32 bytes encode in the one right way, or None (RFC 8032 §5.1.3)."""
    sign, y = encoded[31] >> 7, int.from_bytes(encoded, "little") & ((1 << 255) - 1)
    if y >= P:
        return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * v**3 * pow(u * v**7 % P, (P - 5) // 8, P) % P
    if v * x * x % P != u:
        x = x * ROOT_OF_MINUS_ONE % P
    if v * x * x % P != u or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def _added(one: Point, other: Point) -> Point:
    (x1, y1, z1, t1), (x2, y2, z2, t2) = one, other
    a, b = (y1 - x1) * (y2 - x2), (y1 + x1) * (y2 + x2)
    c, d = 2 * D * t1 * t2, 2 * z1 * z2
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _odd_multiples(point: Point, width: int) -> list[tuple[int, int, int, int]]:
    """1, 3, 5 … times a point, each as the four figures an addition needs."""
    twice, here, found = _added(point, point), point, []
    for _ in range(1 << (width - 2)):
        x, y, z, t = here
        found.append(((y - x) % P, (y + x) % P, 2 * D * t % P, 2 * z % P))
        here = _added(here, twice)
    return found


@lru_cache(maxsize=256)
def _key_table(public: bytes) -> list[tuple[int, int, int, int]] | None:
    """Multiples of minus a public key; None where it is no point, or one of small order."""
    point = _decoded(public) if len(public) == 32 else None
    if point is None:
        return None
    eight = point
    for _ in range(3):
        eight = _added(eight, eight)
    if eight[0] == 0:  # Of order 1, 2, 4 or 8: such a "key" lets anybody sign.
        return None
    x, y, z, t = point
    return _odd_multiples((P - x, y, z, P - t), 5)


def _digits(number: int, width: int) -> list[int]:
    """Signed odd digits, least first, at most one in `width` not zero; 257 of them."""
    digits, full = [0] * 257, 1 << width
    place = 0
    while number:
        skip = (number & -number).bit_length() - 1
        number >>= skip
        place += skip
        digit = number & (full - 1)
        digit -= full if digit >= full >> 1 else 0
        digits[place] = digit
        number -= digit
    return digits


@lru_cache(maxsize=1)
def _base_table() -> list[tuple[int, int, int, int]]:
    base = _decoded((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    if base is None:
        raise AssertionError("the base point is a point")
    return _odd_multiples(base, 8)


@lru_cache(maxsize=1024)
def signed_by(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a signature is right: S below the group's order, encodings canonical (RFC 8032).

    >>> signed_by(bytes(32), b"anything", bytes(64))
    False
    """
    table = _key_table(public)
    scalar = int.from_bytes(signature[32:], "little")
    if table is None or len(signature) != 64 or scalar >= L:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    of_base = _digits(scalar, 8)
    of_key = _digits(int.from_bytes(digest, "little") % L, 5)
    base = _base_table()
    x, y, z, e, h = 0, 1, 1, 0, 1  # T is e·h, made only where an addition follows.
    for place in range(256, -1, -1):
        a, b, s = x * x, y * y, x + y
        h = a + b
        e, g = h - s * s, a - b
        f = 2 * z * z + g
        x, y, z = e * f % P, g * h % P, f * g % P
        for digit, multiples in ((of_base[place], base), (of_key[place], table)):
            if digit:
                less, more, t2d, z2 = multiples[abs(digit) >> 1]
                if digit < 0:
                    less, more, t2d = more, less, -t2d
                a, b = (y - x) * less, (y + x) * more
                c, d = e * h % P * t2d, z * z2
                e, f, g, h = b - a, d - c, d + c, b + a
                x, y, z = e * f % P, g * h % P, f * g % P
    inverse = pow(z, -1, P)
    encoded = (y * inverse % P) | ((x * inverse % P & 1) << 255)
    return encoded.to_bytes(32, "little") == signature[:32]


# Notes, keys, policies, proofs


def _number(text: str) -> int:
    if not NUMBER.fullmatch(text) or int(text) >= 1 << 63:
        raise Unusable(f"{text[:30]!r} is no count (digits, no leading zero)")
    return int(text)


def _base64(text: str, length: int | None = None) -> bytes:
    try:
        found = base64.b64decode(text, validate=True)
    except ValueError as wrong:
        raise Unusable(f"{text[:60]!r} is not base64") from wrong
    if base64.b64encode(found).decode() != text or length not in (None, len(found)):
        raise Unusable(f"{text[:60]!r} is not {length or 'some'} bytes in base64")
    return found


def _is_name(text: str) -> bool:
    odd = (c.isspace() or c < " " or "\ud800" <= c <= "\udfff" for c in text)
    return bool(text) and "+" not in text and not any(odd)


def read_key(vkey: str) -> Key:
    """A verifier key, `name+id+base64`; one of a type not known here is kept, and verifies nothing.

    >>> read_key("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k").name
    'example.com/foo'
    """
    name, _, rest = vkey.partition("+")
    told, _, encoded = rest.partition("+")
    typed = _base64(encoded)
    found = hashlib.sha256(name.encode("utf-8", "surrogateescape") + b"\n" + typed).hexdigest()[:8]
    if typed[:1] == b"\2":  # Ids of ECDSA keys are made another way; none is verified here.
        found = told if re.fullmatch("[0-9a-f]{8}", told) else found
    if not _is_name(name) or told != found or len(typed) < 2:
        raise Unusable(f"{vkey[:80]!r} is no verifier key, or its id is not that of its bytes")
    if typed[0] in (NOTE_KEY, COSIGNATURE_KEY) and _key_table(typed[1:]) is None:
        raise Unusable(f"the key of {name[:60]} is none that only its holder can sign with")
    return Key(name, bytes.fromhex(told), typed[0], typed[1:])


def read_note(blob: bytes) -> Note:
    """A signed note: text, an empty line, signature lines."""
    try:
        whole = blob.decode("utf-8")
    except UnicodeDecodeError as wrong:
        raise Unusable("the signed note is not UTF-8") from wrong
    text, gap, lines = whole.rpartition("\n\n")
    rows = lines.split("\n")
    if not gap or rows.pop() or not rows or any(c < " " and c != "\n" for c in whole):
        raise Unusable("the checkpoint is no signed note: text, empty line, lines of signatures")
    if len(rows) > SIGNATURES_MAX:
        raise Unusable(f"there are more than {SIGNATURES_MAX} signatures")
    signatures = []
    for row in rows:
        dash, _, rest = row.partition(" ")
        name, _, encoded = rest.partition(" ")
        if dash != "—" or not _is_name(name) or len(signature := _base64(encoded)) < 5:
            raise Unusable(f"{row[:60]!r} is no signature line")
        signatures.append((name, signature[:4], signature[4:]))
    return Note(text + "\n", tuple(signatures))


def signers(note: Note, keys: Iterable[Key]) -> dict[Key, int]:
    """Who of these signed, and when if it is a cosignature; a false one refuses the note."""
    known = {(key.name, key.id): key for key in keys if key.type in (NOTE_KEY, COSIGNATURE_KEY)}
    found: dict[Key, int] = {}
    for name, key_id, signature in dict.fromkeys(note.signatures):
        key = known.get((name, key_id))
        if key is None:
            continue
        message, time = note.text, 0
        if key.type == COSIGNATURE_KEY:
            time, signature = int.from_bytes(signature[:8], "big"), signature[8:]
            message = f"cosignature/v1\ntime {time}\n{note.text}"
        if time >= 1 << 63 or not signed_by(key.public, message.encode(), signature):
            raise Invalid(f"the signature of {key} is false")
        found.setdefault(key, time)
    return found


def read_proof(blob: bytes) -> Proof:
    """A proof as c2sp.org/tlog-proof@v1, its checkpoint not yet believed."""
    head, gap, rest = blob.partition(b"\n\n")
    lines = head.decode("ascii", "replace").split("\n")
    if lines.pop(0) != "c2sp.org/tlog-proof@v1" or not gap:
        raise Unusable("it does not begin as c2sp.org/tlog-proof@v1, or has no checkpoint")
    extra = _base64(lines.pop(0)[6:]) if lines and lines[0].startswith("extra ") else None
    if extra == b"":
        raise Unusable("its line `extra` holds nothing")
    if not lines or not lines[0].startswith("index "):
        raise Unusable("it has no line `index N`")
    index = _number(lines.pop(0)[6:])
    if len(lines) > PATH_MAX:
        raise Unusable(f"its path has more than {PATH_MAX} hashes")
    path = tuple(_base64(line, 32) for line in lines)
    note = read_note(rest)
    body = note.text.split("\n")
    if len(body) != 4 or not body[0]:
        raise Unusable("its checkpoint is not three lines: origin, size, root")
    return Proof(extra, index, path, note, body[0], _number(body[1]), _base64(body[2], 32))


class _Page:
    """A policy being read, line by line."""

    def __init__(self) -> None:
        self.keys: dict[str, dict[str, Key]] = {"log": {}, "witness": {}, "author": {}}
        self.groups: dict[str, tuple[int, tuple[str, ...]]] = {}
        self.quorum: str | None = None
        self.free: set[str] = set()  # Names that are not a member of any group yet.
        heads: set[bytes] = set()
        # Who writes entries may also witness them, with another signature.
        self.placed = {"log": heads, "witness": heads, "author": set[bytes]()}

    def line(self, words: list[str]) -> None:
        match words:
            case ["#author", vkey]:
                self.key("author", vkey, vkey)
            case ["log", vkey] | ["log", vkey, _]:
                self.key("log", vkey, vkey)
            case ["witness", name, vkey] | ["witness", name, vkey, _]:
                self.new(name)
                self.key("witness", name, vkey)
            case ["group", name, count, *members] if members:
                least = {"any": 1, "all": len(members)}.get(count) or _number(count)
                twice = len(set(members)) < len(members)
                if not 1 <= least <= len(members) or twice or not set(members) <= self.free:
                    raise Unusable(f"the group {name} cannot be: {count} of {' '.join(members)}")
                self.new(name)
                self.free -= set(members)
                self.groups[name] = least, tuple(members)
            case ["quorum", name] if self.quorum is None and (
                name == "none" or name in self.groups or name in self.keys["witness"]
            ):
                self.quorum = name
            case _:
                raise Unusable(f"the line {' '.join(words)[:60]!r} is not understood here")

    def new(self, name: str) -> None:
        if name == "none" or name in self.groups or name in self.keys["witness"]:
            raise Unusable(f"the name {name} is taken")
        self.free.add(name)

    def key(self, what: str, name: str, vkey: str) -> None:
        key = read_key(vkey)
        wrong = NOTE_KEY if what == "witness" else COSIGNATURE_KEY
        if key.type == wrong or (what == "author" and key.type != NOTE_KEY):
            raise Unusable(f"the key of the {what} {key.name} has type {key.type:#04x}")
        if key.public in self.placed[what]:
            raise Unusable(f"the key of {key.name} is listed twice")
        self.placed[what].add(key.public)
        self.keys[what][name] = key


def read_policy(blob: bytes) -> Policy:
    """A policy as c2sp.org/tlog-policy, with our comment lines `#author <vkey>`."""
    if re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", blob) or not blob.endswith(b"\n"):
        raise Unusable("it holds a control character, or its last line does not end")
    page = _Page()
    for number, line in enumerate(blob.decode("utf-8", "surrogateescape").split("\n"), 1):
        words = [word for word in line.replace("\t", " ").split(" ") if word]
        if words and (words[0] == "#author" or not words[0].startswith("#")):
            try:
                page.line(words)
            except Unusable as wrong:
                raise Unusable(f"line {number}: {wrong}") from wrong
    if page.quorum is None:
        raise Unusable("it has no quorum line")
    logs, witnesses, authors = page.keys["log"], page.keys["witness"], page.keys["author"]
    return Policy((*logs.values(),), witnesses, page.groups, page.quorum, (*authors.values(),))


def read_policies(source: str | bytes | Path) -> tuple[Policy, ...]:
    """The policy in a text or file, or those in a folder of them by date, oldest first."""
    if isinstance(source, bytes) or "\n" in str(source) or not _is_folder(source):
        policy = read_policy(_content(source))
        name = "" if isinstance(source, bytes) else Path(source).name
        return (policy._replace(since=_first_day(name)),)
    found: list[Policy] = []
    for path in sorted(Path(source).glob("*.policy")):
        try:
            policy = read_policy(_content(path))._replace(since=_first_day(path.name))
        except Unusable as wrong:
            raise Unusable(f"{path.name}: {wrong}") from wrong
        if policy.since is None:
            raise Unusable(f"{path.name} is not named by its first day, such as 2026-06-30.policy")
        found[-1:] = [before._replace(until=policy.since) for before in found[-1:]]
        found.append(policy)
    if not found:
        raise Unusable(f"the folder {source} has no file such as 2026-06-30.policy")
    return tuple(found)


def _is_folder(path: str | Path) -> bool:
    try:
        return Path(path).is_dir()
    except OSError:
        return False  # Reading it says why.


def _first_day(name: str) -> date | None:
    try:
        return date.fromisoformat(name.removesuffix(".policy")) if DATED.fullmatch(name) else None
    except ValueError as wrong:
        raise Unusable(f"{name} is named by a day that is none") from wrong


def policy_for(policies: tuple[Policy, ...], note: Note) -> Policy:
    """The newest that held when one of its own witnesses says to have signed, else the newest."""
    for policy in reversed(policies):
        ids = {(key.name, key.id) for key in policy.witnesses.values()}
        for name, key_id, signature in note.signatures:
            time = int.from_bytes(signature[:8], "big")
            if (name, key_id) in ids and policy.holds(_day(time)):
                return policy
    return policies[-1]


def policy_of(vkeys: Iterable[str]) -> Policy:
    """The policy that all of these keys signed: a log (0x01) and witnesses (0x04)."""
    keys = [read_key(vkey) for vkey in vkeys]
    logs = tuple(key for key in keys if key.type == NOTE_KEY)
    witnesses = {str(key): key for key in keys if key.type != NOTE_KEY}
    every = {"every": (len(witnesses), tuple(witnesses))} if witnesses else {}
    return Policy(logs, witnesses, every, "every" if witnesses else "none", logs)


# The six checks


class Case(NamedTuple):
    """What is held against what."""

    proof: Proof
    policy: Policy
    entry: bytes
    opening: bytes | None


def _author(case: Case) -> tuple[bool | None, str]:
    if not OURS.fullmatch(case.proof.origin):
        return None, f"{case.proof.origin} is no Suixin log; its entries may be any bytes"
    whole = _entry(case.entry)
    by, body = whole["by"], whole["body"]
    for key in case.policy.authors:
        if by == str(key):
            message = b"suixin/leaf/1\n" + _canonical(body)
            if not signed_by(key.public, message, _base64(whole["sig"])):
                raise Invalid(f"the signature of {by} is not over this entry")
            return True, f"{by} signed it as entry {body.get('seq')} of its own"
    raise Invalid(f"the policy has no line `#author` with the key {by[:80]}")


def root_by(path: tuple[bytes, ...], leaf: bytes, at: int, size: int) -> bytes:
    """The root to which a leaf hash leads in a tree of so many leaves (RFC 9162 §2.1.3.2)."""
    found, here, last = leaf, at, size - 1
    if here > last:
        raise Invalid(f"a log of {size} entries has no entry {at}")
    for step in path:
        if last == 0:
            raise Invalid("it has too many hashes for the size")
        if here & 1 or here == last:
            found = hashlib.sha256(b"\1" + step + found).digest()
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            found = hashlib.sha256(b"\1" + found + step).digest()
        here, last = here >> 1, last >> 1
    if last:
        raise Invalid("it has too few hashes for the size")
    return found


def _path(case: Case) -> tuple[bool, str]:
    proof, leaf = case.proof, hashlib.sha256(b"\0" + case.entry).digest()
    if root_by(proof.path, leaf, proof.at, proof.size) != proof.root:
        raise Invalid("the entry does not lead to the signed root")
    return True, f"entry {proof.at} leads to the root by {len(proof.path)} hashes"


def _log(case: Case) -> tuple[bool, str]:
    proof = case.proof
    if not any(key.name == proof.origin for key in signers(proof.note, case.policy.logs)):
        raise Invalid(f"no log of the policy signed as {proof.origin}")
    return True, f"{proof.origin} signed {proof.size} entries"


def _witnesses(case: Case) -> tuple[bool | None, str]:
    told = []
    for name, time in _cosigned(case).items():
        doubt = _uncounted(case, name, time)
        told.append(f"{name} at {_when(time)}" + (f" ({doubt})" if doubt else ""))
    known = {(key.name, key.id) for key in (*case.policy.logs, *case.policy.witnesses.values())}
    others = {name for name, key_id, _ in case.proof.note.signatures if (name, key_id) not in known}
    if others:
        told.append(f"not in the policy: {', '.join(sorted(others))}")
    return bool(told) or None, "; ".join(told) or "none signed"


def _quorum(case: Case) -> tuple[bool | None, str]:
    policy = case.policy
    held = {name for name, at in _cosigned(case).items() if not _uncounted(case, name, at)}
    told = f"{len(held)} of {len(policy.witnesses)} witnesses"
    of = f"`quorum {policy.quorum}`" + (f" from {policy.since} on" if policy.since else "")
    for name, (least, members) in policy.groups.items():
        if len(held.intersection(members)) >= least:
            held.add(name)
    if policy.quorum == "none":
        return None, "the policy asks for no witness"
    if policy.quorum not in held:
        raise Invalid(f"{told} are too few for {of}")
    return True, f"{told} suffice for {of}"


def _uncounted(case: Case, name: str, time: int) -> str:
    """Why a cosignature that holds is not counted, or an empty text where it is."""
    names = case.policy.witnesses[name].name, case.proof.origin
    holder, operator = (one.split("/")[0].rstrip(".").lower() for one in names)
    if OURS.fullmatch(case.proof.origin) and holder == operator:
        return "operates the log, so does not count"
    return "" if case.policy.holds(_day(time)) else "not on a day of this policy, so does not count"


def _opening(case: Case) -> tuple[bool | None, str]:
    if case.opening is None:
        return None, "none was given"
    if not OURS.fullmatch(case.proof.origin):
        raise Invalid(f"{case.proof.origin} is no Suixin log; its entries commit to nothing")
    committed = hashlib.sha256(b"suixin/commit/1\0" + case.opening).hexdigest()
    if len(case.opening) < 32 or _entry(case.entry)["body"].get("commit") != committed:
        raise Invalid("salt and private part are not what the entry commits to")
    return True, f"the private part, {len(case.opening) - 32} bytes, is what it commits to"


CHECKS: dict[str, Callable[[Case], tuple[bool | None, str]]] = {
    "author": _author,
    "path": _path,
    "log": _log,
    "witnesses": _witnesses,
    "quorum": _quorum,
    "opening": _opening,
}


def _cosigned(case: Case) -> dict[str, int]:
    """Witnesses whose cosignature stands under the checkpoint, by their names in the policy."""
    signed = signers(case.proof.note, case.policy.witnesses.values())
    return {name: signed[key] for name, key in case.policy.witnesses.items() if key in signed}


def _canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _entry(entry: bytes) -> dict[str, Any]:
    """An entry of ours: canonical JSON of body, by and sig, without floats."""
    try:
        if _nested(entry):
            raise ValueError("a process that raised Python's limit would overflow its stack")
        whole = json.loads(entry, parse_float=_no_float, parse_constant=_no_float)
        body, by, sig = (whole[key] for key in ("body", "by", "sig"))
        texts = isinstance(by, str) and isinstance(sig, str)
        if len(whole) == 3 and isinstance(body, dict) and texts and entry == _canonical(whole):
            return dict(whole)
    except (ValueError, TypeError, KeyError):
        pass  # It ends as one that can be read, but is not canonical.
    raise Invalid("it is not canonical JSON of body, by and sig")


def _nested(entry: bytes) -> bool:
    """Whether arrays and objects lie deeper in one another than those of any entry do."""
    depth = 0
    for bracket in re.findall(rb"[\[\]{}]", re.sub(rb'"(?:[^"\\]|\\.)*"?', b"", entry)):
        depth += 1 if bracket in b"[{" else -1
        if depth > NESTED_MAX:
            return True
    return False


def _no_float(text: str) -> Any:
    raise ValueError(text)


def _day(time: int) -> date:
    """The day in the county; the last there is for what lies past the year 9999."""
    return datetime.fromtimestamp(time, COUNTY).date() if time < 253_402_272_000 else date.max


def _when(time: int) -> str:
    if time >= 253_402_300_800:  # Past the year 9999.
        return f"second {time}"
    return f"{datetime.fromtimestamp(time, UTC):%Y-%m-%d %H:%M:%S} UTC"


def _content(source: str | bytes | Path, most: int = FILE_MAX) -> bytes:
    if isinstance(source, str) and "\n" in source:
        source = source.encode()
    if not isinstance(source, bytes):
        try:
            with Path(source).open("rb") as file:
                source = file.read(most + 1)
        except (OSError, ValueError) as wrong:
            raise Unusable(str(wrong)) from wrong
    if len(source) > most:
        raise Unusable(f"it has more than {most} bytes")
    return source


def verify(
    proof: str | bytes | Path,
    keys: str | bytes | Path | Iterable[str],
    *,
    entry: bytes | Path | None = None,
    opening: bytes | Path | None = None,
) -> Verdict:
    """Check a proof offline; `keys` is a policy (text, file or folder), or keys that all signed.

    `entry` may be left out where the proof carries it as its extra data. Nothing that the files
    hold raises: see `status`, `reason` and `checks` of what is returned.

    >>> verify("c2sp.org/tlog-proof@v1\\nindex -5\\n\\ncheckpoint\\n", ()).reason
    "proof: '-5' is no count (digits, no leading zero)"
    """
    what = "policy"
    try:
        if isinstance(keys, str | bytes | Path):
            policies = read_policies(keys)
        else:
            policies = (policy_of(keys),)
        what = "proof"
        shown = read_proof(_content(proof))
        what = "entry"
        logged = shown.extra if entry is None else _content(entry, ENTRY_MAX)
        if logged is None:
            raise Unusable("it was not given, and the proof does not carry it")
        what = "opening"
        opened = None if opening is None else _content(opening)
    except Unusable as wrong:
        return Verdict(UNUSABLE, (), f"{what}: {wrong}")
    case = Case(shown, policy_for(policies, shown.note), logged, opened)
    checks, reason = [], ""
    for name, check in CHECKS.items():
        try:
            checks.append(Check(name, *check(case)))
        except (Invalid, Unusable) as wrong:
            checks.append(Check(name, False, str(wrong)))
            reason = reason or f"{name}: {wrong}"
    return Verdict(INVALID if reason else VALID, tuple(checks), reason)


def main(argv: list[str] | None = None) -> int:
    """Read the arguments, check, print; the exit code is the verdict's."""
    told = [*(__doc__ or "").split("\n\n"), "", ""]  # None under -OO.
    parser = argparse.ArgumentParser("verifier.py", description=told[0], epilog=told[2])
    parser.add_argument("proof", type=Path, help="a .tlog-proof")
    parser.add_argument("--entry", type=Path, help="the entry, byte for byte")
    parser.add_argument("--opening", type=Path, help="32 bytes of salt, then the private part")
    whom = "whose signatures to believe: a policy, or a folder of policies named by day"
    parser.add_argument("--policy", type=Path, required=True, help=whom)
    given = parser.parse_args(argv)
    verdict = verify(given.proof, given.policy, entry=given.entry, opening=given.opening)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # Names may not fit the terminal's code.
    sys.stdout.write("\n".join(verdict.lines()) + "\n")
    return EXIT[verdict.status]


if __name__ == "__main__":
    sys.exit(main())
