"""The log: entries in, signed heads and proofs out, over whatever store keeps it.

It never signs a head that does not begin with every head it signed before. Where the store is
behind the last head, as after a restore, nothing is added and nothing is signed until `refill` has
brought back from a mirror what is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from suixin.data.errors import InputError, shown
from suixin.evidence import checkpoint as heads
from suixin.evidence import entry as entries
from suixin.evidence import note
from suixin.evidence.checkpoint import Checkpoint
from suixin.evidence.entry import Sealed
from suixin.evidence.keys import Signer, Verifier
from suixin.evidence.merkle import Head, Peaks, inclusion, leaf_hash, root
from suixin.evidence.note import Signature
from suixin.evidence.proof import Proof
from suixin.evidence.store import Batch, Source, Store

_CHUNK: Final = 1_000


class LogFault(InputError):
    """What a log will not do.

    SEQ: an author's entry is not his next. BEHIND: the store lacks entries that a signed head
    counts. FORK: entries or heads that no single log can have. ORIGIN: a head of another log.
    NO_HEAD: nothing is signed yet. NO_ENTRY: there is no such entry below the head.
    """


def append(store: Store, sealed: Sequence[Sealed]) -> tuple[int, ...]:
    """Log these entries together or not at all, durably; the index of each.

    An author's entries are numbered from 0 without a gap. The same entry sent again, after an
    answer that was lost, is not logged again: its index is told.

    >>> from suixin.evidence.keys import ED25519
    >>> from suixin.evidence.memory_store import MemoryStore
    >>> author = Signer("shop.example", ED25519, bytes(32))
    >>> kept = entries.Opening(bytes(32), b"{}")
    >>> body = entries.Body(entries.Kind.ORDER, 1_780_000_000, 0, kept.commitment)
    >>> store, order = MemoryStore(), entries.seal(body, author)
    >>> append(store, [order]), append(store, [order]), store.size()
    ((0,), (0,), 1)
    """
    _ready(store)
    first = store.size()
    raws: list[bytes] = []
    leaves: list[bytes] = []
    places: list[int] = []
    authors: dict[str, int] = {}
    for one in sealed:
        name, leaf = one.by.name, leaf_hash(one.raw)
        awaited = authors.get(name)
        if awaited is None:
            awaited = store.next_seq(name)
        seq = one.body.seq
        if seq == awaited:
            authors[name] = seq + 1
            places.append(first + len(raws))
            raws.append(one.raw)
            leaves.append(leaf)
            continue
        again = _logged(store, leaf, first, leaves) if seq < awaited else None
        if again is None:
            wrong = f"Entry {seq} of {shown(name)} is not his next, which is {awaited}."
            raise LogFault("SEQ", wrong, "Number it anew and sign it again.")
        places.append(again)
    if raws:
        store.add(Batch(first, tuple(raws), tuple(leaves), authors))
    return tuple(places)


def checkpoint(store: Store, signer: Signer) -> str:
    """The signed head of all that is logged; the last one where nothing was added since.

    Call it each second and at day's end. Raises `LogFault` BEHIND, FORK, ORIGIN.
    """
    last = _ready(store)
    size = store.size()
    if last is not None:
        if last.origin != signer.name:
            raise _origin(last.origin, signer.name)
        if root(last.size, store.node) != last.root:
            raise _fork(f"The {last.size} entries that were signed are not those in the store.")
        told = store.published()
        if last.size == size and told is not None:
            return told
    head = Checkpoint(signer.name, Head(size, root(size, store.node)))
    written = note.write(head.text, [note.sign(head.text, signer)])
    store.publish(written, size)
    return written


def cosign(store: Store, signatures: Iterable[Signature], witnesses: Iterable[Verifier]) -> str:
    """Put cosignatures of these witnesses under the last head; the head with all it has.

    Those over another head, and those of other keys, are passed over: a witness may answer late.
    """
    told = store.published()
    if told is None:
        raise LogFault("NO_HEAD", "No head is signed yet.")
    last = note.read(told)
    keys = {(key.name, key.id): key for key in witnesses}
    added = []
    for one in signatures:
        by = keys.get((one.name, one.id))
        if by is not None and note.verified(last.text, one, by):
            added.append(one)
    written = note.write(last.text, (*last.signatures, *added))
    store.publish(written, heads.read(last.text).size)
    return written


def prove(store: Store, index: int) -> Proof:
    """The proof that an entry stands under the last signed head, with the head's signatures.

    Raises `LogFault` NO_HEAD, NO_ENTRY.
    """
    told = store.published()
    if told is None:
        raise LogFault("NO_HEAD", "No head is signed yet.", "Sign one, then ask again.")
    size = heads.read(note.read(told).text).size
    if not 0 <= index < min(size, store.size()):
        wrong = f"There is no entry {index} under the head of {size}."
        raise LogFault("NO_ENTRY", wrong, "A new entry is proved from the next head on.")
    return Proof(index, inclusion(index, size, store.node), told)


def refill(store: Store, told: str, source: Source, log: Verifier) -> int:
    """Bring the store to a head that the log signed, from a mirror; how many entries were added.

    For the log itself after a restore, with the largest head that its witnesses keep; and for a
    mirror, each time. The head is kept first, so that nothing can be signed behind it; entries are
    added once all of them are seen to lead to its root. Raises `LogFault` FORK, ORIGIN, BEHIND,
    `NoteError`.
    """
    signed = heads.read(note.open(told, [log]).text)
    if signed.origin != log.name:
        raise _origin(signed.origin, log.name)
    last, size = _last(store), store.size()
    known = min(size, signed.size)
    if signed.size <= size and root(known, store.node) != signed.root:
        raise _fork(f"The log signed another root for {signed.size} entries than they have here.")
    if last is None or signed.size > last.size:
        store.publish(told, signed.size)
    if signed.size <= size:
        return 0
    if source.size() < signed.size:
        wrong = f"The mirror has {source.size()} entries, not {signed.size}."
        raise LogFault("BEHIND", wrong, "Ask another mirror.")
    missing = [leaf_hash(raw) for raw in source.entries(size, signed.size)]
    grown = Peaks(size, store.node)
    for leaf in missing:
        grown.push(leaf)
        if last is not None and grown.size == last.size and grown.head() != last.head:
            raise _fork(f"The mirror's entries are not those signed at {last.size}.")
    if grown.head() != signed.head:
        raise _fork(f"The mirror's entries do not lead to the root signed at {signed.size}.")
    for batch in _batches(source, missing, size):
        store.add(batch)
    store.publish(told, signed.size)
    return len(missing)


def _ready(store: Store) -> Checkpoint | None:
    """The last head, where the store has all the entries it counts."""
    last = _last(store)
    if last is not None and last.size > store.size():
        wrong = f"The store has {store.size()} entries; {last.size} are signed already."
        raise LogFault("BEHIND", wrong, "Refill it from a mirror before it goes on.")
    return last


def _last(store: Store) -> Checkpoint | None:
    told = store.published()
    return None if told is None else heads.read(note.read(told).text)


def _logged(store: Store, leaf: bytes, first: int, leaves: Sequence[bytes]) -> int | None:
    """Where an entry stands already, in this batch or before it."""
    return first + leaves.index(leaf) if leaf in leaves else store.find(leaf)


def _batches(source: Source, leaves: Sequence[bytes], first: int) -> Iterator[Batch]:
    """The mirror's entries as batches, each held to the leaf hashes that were checked."""
    for start in range(0, len(leaves), _CHUNK):
        wanted = tuple(leaves[start : start + _CHUNK])
        at = first + start
        raws = tuple(source.entries(at, at + len(wanted)))
        if tuple(map(leaf_hash, raws)) != wanted:
            raise _fork("The mirror gave other entries when it was asked again.")
        yield Batch(at, raws, wanted, dict(map(entries.numbered, raws)))


def _fork(wrong: str) -> LogFault:
    return LogFault("FORK", wrong, "Keep both as evidence, stop, and tell the other parties.")


def _origin(found: str, expected: str) -> LogFault:
    wrong = f"The head is of {shown(found)}; the key is that of {shown(expected)}."
    return LogFault("ORIGIN", wrong, "Take the key of this log.")
