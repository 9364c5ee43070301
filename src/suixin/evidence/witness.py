"""A witness: it cosigns that a log only grew, and never twice a different past (C2SP tlog-witness).

Pure: state and request in, state and answer out. Whoever serves it stores the new state before the
answer leaves, one request of a log at a time.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from suixin.data.errors import shown
from suixin.evidence import checkpoint, note
from suixin.evidence.checkpoint import Checkpoint, decimal
from suixin.evidence.fork import Finding, Fork, compare
from suixin.evidence.keys import Signer, Verifier, decoded
from suixin.evidence.merkle import EMPTY, HASH_BYTES, Head, Node, ProofError, check_consistency
from suixin.evidence.note import NoteError

PATH_MAX: Final = 63
FORKS_MAX: Final = 8  # One is proof enough; whoever holds the key could send them without end.
REQUEST_BYTES_MAX: Final = 1_000_000

OK, BAD_REQUEST, FORBIDDEN, NOT_FOUND = 200, 400, 403, 404
CONFLICT, UNPROCESSABLE, UNAVAILABLE = 409, 422, 503


@dataclass(frozen=True, slots=True)
class LogKey:
    """A key of a log; one that was replaced counts up to the size that was cosigned by then."""

    key: Verifier
    size_max: int | None = None

    def counts_at(self, size: int) -> bool:
        """Whether its signature is worth something at this size."""
        return self.size_max is None or size <= self.size_max


@dataclass(frozen=True, slots=True)
class Seen:
    """What a witness holds of one log: its keys, the newest head it cosigned, and that note.

    `frozen` says why nothing more is cosigned; `forks` are the proofs of it.
    """

    origin: str
    keys: tuple[LogKey, ...]
    head: Head = EMPTY
    note: str = ""
    frozen: str = ""
    forks: tuple[Fork, ...] = ()

    @property
    def id(self) -> str:
        """The name of the log in addresses: SHA-256 of its origin, in hex."""
        return origin_id(self.origin)


State = Mapping[str, Seen]


@dataclass(frozen=True, slots=True)
class Request:
    """A checkpoint, the size it is said to grow from, and the proof that it does."""

    old: int
    path: tuple[bytes, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status and its body; `why` says in words what was refused."""

    status: int
    body: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Pending:
    """A checkpoint that the log signed, and what this witness holds of that log."""

    seen: Seen
    found: Checkpoint
    signatures: tuple[note.Signature, ...]  # The log's own.

    @property
    def note(self) -> str:
        """The checkpoint with the log's signature alone."""
        return note.write(self.found.text, self.signatures)

    @property
    def accuses(self) -> bool:
        """Whether it could prove a fork: whoever stole a key that was replaced proves nothing."""
        keys = {(one.key.name, one.key.id) for one in self.seen.keys if one.size_max is None}
        return any((one.name, one.id) in keys for one in self.signatures)


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a request is refused; `pending` stands where the log's own signature had held."""

    answer: Answer
    pending: Pending | None = None


def origin_id(origin: str) -> str:
    """SHA-256 of an origin in hex, by which addresses name a log.

    >>> origin_id("bank.example/suixin/1")[:8]
    'f2f2c30b'
    """
    return sha256(origin.encode()).hexdigest()


def read_request(raw: bytes) -> Request:
    """The body of add-checkpoint; raises `NoteError` unless it is one to the letter.

    >>> read_request(b"old 01\\n\\n")
    Traceback (most recent call last):
    ...
    suixin.evidence.note.NoteError: This is no add-checkpoint: the first line is `old` and a size.
    """
    if len(raw) > REQUEST_BYTES_MAX:
        raise _malformed(f"it has at most {REQUEST_BYTES_MAX} bytes")
    top, gap, rest = raw.partition(b"\n\n")
    lines = top.decode("ascii", "replace").split("\n")
    told = lines.pop(0)
    old = decimal(told.removeprefix("old ")) if told.startswith("old ") else None
    if old is None:
        raise _malformed("the first line is `old` and a size")
    if not gap:
        raise _malformed("an empty line stands before the checkpoint")
    if len(lines) > PATH_MAX:
        raise _malformed(f"a proof has at most {PATH_MAX} hashes")
    path = [decoded(line) for line in lines]
    found = tuple(step for step in path if step is not None and len(step) == HASH_BYTES)
    if len(found) != len(path):
        raise _malformed("every hash is 32 bytes in base64")
    try:
        return Request(old, found, rest.decode("utf-8"))
    except UnicodeDecodeError as fault:
        raise _malformed("the checkpoint is UTF-8") from fault


def write_request(request: Request) -> bytes:
    """The request as it is sent."""
    lines = [f"old {request.old}", *(b64encode(step).decode() for step in request.path), ""]
    return ("\n".join(lines) + "\n" + request.note).encode()


def judge(state: State, raw: bytes) -> Pending | Refused:
    """Every check that needs nothing but the state, in the order of the specification."""
    try:
        request = read_request(raw)
        found = checkpoint.read(request.note.rpartition("\n\n")[0] + "\n")
    except (NoteError, ProofError) as fault:
        return _refused(BAD_REQUEST, fault.message)
    seen = state.get(found.origin)
    if seen is None:
        return _refused(NOT_FOUND, f"The log {shown(found.origin)} is not known here.")
    try:
        opened = note.open(request.note, [one.key for one in seen.keys])
    except NoteError as fault:  # Signature lines that cannot be read sign nothing.
        return _refused(FORBIDDEN, fault.message)
    good = {one.key for one in seen.keys if one.counts_at(found.size)}
    if not any(one.by in good for one in opened.signed):
        wrong = "Its key was replaced, and counts only at sizes that were cosigned by then."
        return _refused(FORBIDDEN, wrong)
    pending = Pending(seen, found, _lines_of(request.note, good))
    if seen.frozen:
        return _refused(FORBIDDEN, f"{seen.origin} is frozen here: {seen.frozen}", pending)
    if request.old > found.size:
        wrong = f"The old size, {request.old}, is above the new, {found.size}."
        return _refused(BAD_REQUEST, wrong, pending)
    if request.old != seen.head.size:
        conflict = Answer(CONFLICT, f"{seen.head.size}\n", "The old size is another.")
        return Refused(conflict, pending)
    try:
        check_consistency(seen.head, found.head, request.path)
    except ProofError as fault:
        return _refused(UNPROCESSABLE, fault.message, pending)
    return pending


def cosign(pending: Pending, by: Signer, time: int) -> tuple[Seen, Answer]:
    """Cosign what passed; the log's new part holds the note as it is served from now on."""
    signature = note.sign(pending.found.text, by, time=time)
    signed = note.write(pending.found.text, [*pending.signatures, signature])
    seen = replace(pending.seen, head=pending.found.head, note=signed)
    return seen, Answer(OK, str(signature))


def challenged(pending: Pending, node: Node | None = None) -> Seen:
    """Hold a refused checkpoint against the one cosigned: a log that forked is frozen by it.

    `node` is a tree that reaches to the larger of the two; without it only two roots of one size
    show.
    """
    seen = pending.seen
    if seen.frozen or not seen.note or not pending.accuses:
        return seen
    finding, fork = compare(seen.note, pending.note, node)
    return frozen(seen, fork) if fork is not None and finding is Finding.FORK else seen


def add_checkpoint(state: State, raw: bytes, by: Signer, time: int) -> tuple[State, Answer]:
    """Judge a request and cosign it where it passes, at this time (POSIX seconds).

    404: origin not known; 403: not signed by the log, or frozen; 400: cannot be read, or old above
    new; 409 and my size: old is another; 422: proof or root; 200 and the cosignature.

    >>> from suixin.evidence.keys import COSIGNATURE
    >>> me = Signer("bank.example/witness", COSIGNATURE, bytes(32))
    >>> add_checkpoint({}, b"old 0\\n\\nno note", me, 0)[1].status
    400
    """
    judged = judge(state, raw)
    if isinstance(judged, Pending):
        seen, answer = cosign(judged, by, time)
        return with_seen(state, seen), answer
    if judged.pending is not None:
        state = with_seen(state, challenged(judged.pending))
    return state, judged.answer


def frozen(seen: Seen, fork: Fork) -> Seen:
    """A log that is cosigned no more, and what shows why."""
    size = checkpoint.read(note.read(fork.smaller).text).size
    known = fork in seen.forks or len(seen.forks) == FORKS_MAX
    forks = seen.forks if known else (*seen.forks, fork)
    why = seen.frozen or f"it signed two histories of its first {size} entries."
    return replace(seen, frozen=why, forks=forks)


def with_seen(state: State, seen: Seen) -> State:
    """The state with one log's part in place of what it was."""
    return {**state, seen.origin: seen}


def _lines_of(raw: str, keys: set[Verifier]) -> tuple[note.Signature, ...]:
    names = {(key.name, key.id) for key in keys}
    return tuple(one for one in note.read(raw).signatures if (one.name, one.id) in names)


def _refused(status: int, why: str, pending: Pending | None = None) -> Refused:
    return Refused(Answer(status, why + "\n", why), pending)


def _malformed(rule: str) -> NoteError:
    return NoteError(note.MALFORMED, f"This is no add-checkpoint: {rule}.")
