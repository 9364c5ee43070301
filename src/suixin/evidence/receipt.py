"""Receipts: a log's signed promise that an entry will stand under a head by a deadline.

If it does not, the receipt is the proof that the log suppressed it: the log signed that it had the
entry, and a head that witnesses saw after the deadline does not count it.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from suixin.data.errors import InputError
from suixin.evidence import note
from suixin.evidence.checkpoint import decimal
from suixin.evidence.keys import Signer, Verifier, decoded
from suixin.evidence.merkle import HASH_BYTES, SIZE_MAX, Peaks, leaf_hash
from suixin.evidence.note import MALFORMED, NoteError
from suixin.evidence.policy import Policy, accept
from suixin.evidence.store import Source

HEADER: Final = "suixin/receipt/1"


class ReceiptFault(InputError):
    """Evidence that does not show what it should.

    EARLY: no witness saw the head after the deadline. MIRROR: the entries are not
    those that the head counts.
    """


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a log promised: these leaf hashes under a head of this origin, by POSIX second."""

    origin: str
    deadline: int
    leaves: tuple[bytes, ...]

    @property
    def text(self) -> str:
        """The text of the note; its second line can be no size, so that it is no checkpoint."""
        lines = [HEADER, f"log {self.origin}", f"by {self.deadline}"]
        lines += [f"leaf {b64encode(leaf).decode()}" for leaf in self.leaves]
        return "".join(f"{line}\n" for line in lines)


def promise(leaves: Sequence[bytes], deadline: int, log: Signer) -> str:
    """The signed receipt for entries that were taken in.

    >>> from suixin.evidence.keys import ED25519
    >>> log = Signer("bank.example/suixin/1", ED25519, bytes(32))
    >>> told = promise([leaf_hash(b"entry")], 1_780_000_060, log)
    >>> read(told, log.verifier).deadline
    1780000060
    """
    if not leaves or any(len(leaf) != HASH_BYTES for leaf in leaves):
        raise ValueError("A receipt names leaf hashes of 32 bytes.")
    if not 0 <= deadline <= SIZE_MAX:
        raise ValueError(f"A deadline is a POSIX second, not {deadline}.")
    text = Receipt(log.name, deadline, tuple(leaves)).text
    return note.write(text, [note.sign(text, log)])


def read(raw: bytes | str, log: Verifier) -> Receipt:
    """A receipt that this log signed; raises `NoteError`."""
    header, *lines = note.open(raw, [log]).text[:-1].split("\n")
    words = [line.split(" ") for line in lines]
    if header != HEADER or [word[0] for word in words[:2]] != ["log", "by"]:
        raise NoteError(MALFORMED, f"A receipt begins with the lines {HEADER}, log and by.")
    if any(len(word) != 2 for word in words) or len(words) < 3:
        raise NoteError(MALFORMED, "A receipt has two words a line, and a leaf at least.")
    deadline = decimal(words[1][1])
    leaves = [decoded(word[1]) if word[0] == "leaf" else None for word in words[2:]]
    found = tuple(leaf for leaf in leaves if leaf is not None and len(leaf) == HASH_BYTES)
    if deadline is None or len(found) != len(leaves) or words[0][1] != log.name:
        raise NoteError(MALFORMED, "A receipt names its log, a time and leaf hashes of 32 bytes.")
    return Receipt(log.name, deadline, found)


def suppressed(receipt: Receipt, head: str, mirror: Source, policy: Policy) -> tuple[bytes, ...]:
    """The leaf hashes promised that a head seen after the deadline does not count.

    `head` is a checkpoint that the policy accepts and that a witness cosigned after the deadline;
    `mirror` has the entries it counts, which are held to its root one by one. What is found proves
    censorship to anybody with the receipt, the head and a mirror. Raises `ReceiptFault`, and
    whatever `accept` does.
    """
    seen = accept(policy, head)
    if seen.checkpoint.origin != receipt.origin:
        raise ReceiptFault("MIRROR", f"The head is not of {receipt.origin}.")
    if not any(one.time is not None and one.time > receipt.deadline for one in seen.witnesses):
        wrong = f"No witness cosigned this head after the deadline, {receipt.deadline}."
        raise ReceiptFault("EARLY", wrong, "Ask the witnesses for a later one.")
    missing, grown = dict.fromkeys(receipt.leaves), Peaks()
    for raw in mirror.entries(0, seen.checkpoint.size):
        leaf = leaf_hash(raw)
        missing.pop(leaf, None)
        grown.push(leaf)
    if grown.head() != seen.checkpoint.head:
        wrong = "The mirror's entries do not lead to the root of the head."
        raise ReceiptFault("MIRROR", wrong, "Ask another mirror.")
    return tuple(missing)
