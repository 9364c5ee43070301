"""Anchoring a log's head on the chain, which waits while a case of the institution stands open."""

from __future__ import annotations

from datetime import date

from suixin.data.errors import InputError
from suixin.evidence.cases import Cases
from suixin.evidence.chain.calls import anchor
from suixin.evidence.checkpoint import Checkpoint
from suixin.evidence.merkle import consistency
from suixin.evidence.store import Source


def anchoring(
    cases: Cases, log: Source, signed: Checkpoint, before: anchor.Head, *, on: date
) -> anchor.Anchor | None:
    """The act that moves a log's head on the chain to a signed one; None where it stands there.

    `before` is the head that the chain has of this log. Raises `InputError`: CASE_OPEN, ledger, log
    and chain differ and two people have not said why; BEHIND, the chain has a later head.
    """
    if not cases.may_anchor:
        of = ", ".join(case.of for case in cases.open[:3])
        wrong = f"{cases.institution} anchors nothing: {len(cases.open)} cases are open ({of})."
        raise InputError("CASE_OPEN", wrong, "Correct what differs; then two people close it.")
    if signed.size < before.size:
        wrong = f"The chain has {before.size} entries of {signed.origin}, the head {signed.size}."
        raise InputError("BEHIND", wrong, "Fill the log from a mirror before it signs.")
    if signed.size == before.size:
        return None
    path = consistency(before.size, signed.size, log.node) if before.size else ()
    return anchor.Anchor(anchor.origin_id(signed.origin), signed.size, signed.root, tuple(path), on)
