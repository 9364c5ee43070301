"""The blocks of a log, from its folder or from a mirror of it: audited first, then run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from suixin.evidence import audit, checkpoint, note
from suixin.evidence.chain.block import Replaying, follow
from suixin.evidence.chain.port import ChainFault, Head
from suixin.evidence.entry import Body, authors
from suixin.evidence.entry import open as open_entry
from suixin.evidence.file_store import parse_keys
from suixin.evidence.policy import Policy
from suixin.evidence.tiles import Static


def replay(
    folder: Path,
    chain: Replaying,
    trusted: Policy | None = None,
    told: Callable[[int, int], None] = lambda done, size: None,
) -> Head:
    """Run the blocks among a log's entries, and give the head they lead to.

    `told` hears how many entries the audit has done, of how many. Raises `ChainFault` LOG where the
    folder is not what its signed head says, so that nothing of it is run; BLOCK where a block does
    not come out as it says.
    """
    files = audit.Folder(folder)
    found = audit.audit(files, trusted, told)
    if found.verdict is not audit.Verdict.VALID:
        wrong = f"{folder} is {found.lines()[-1]}."
        raise ChainFault("LOG", wrong, "Fetch it from another mirror, and keep this one.")
    return follow(chain, _bodies(files, trusted))


def _bodies(files: audit.Folder, trusted: Policy | None) -> Iterator[Body]:
    """What the entries of an audited folder say, in their order."""
    own = files.read("policy")
    keys = trusted if own is None else parse_keys(own)
    head = files.read("checkpoint")
    if keys is None or head is None:
        raise AssertionError("A folder without keys or head is not valid.")
    size = checkpoint.read(note.open(head, (trusted or keys).verifiers()).text).size
    known = authors((*keys.authors, *(trusted.authors if trusted else ())))
    for raw in Static(files.read, size).entries(0, size):
        yield open_entry(raw, known).body
