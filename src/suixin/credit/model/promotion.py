"""Promotion of a model: proposed by one person with its figures, adopted by another."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from suixin.credit.adoption import Figure, Proposal, adopt, write_adoption
from suixin.credit.model.folder import digest_of, load_model
from suixin.data.errors import InputError

KIND = "model"


def proposal_of(folder: Path, *, by: str, on: date) -> Proposal:
    """A proposal to use a model; its evidence is what the card says of the test by time."""
    card = load_model(folder)
    test = card.told["metrics"]["test"]
    evidence: dict[str, Figure] = {
        f"{name}{end}": figures[part]
        for name, figures in test.items()
        for end, part in (("", "value"), ("_low", "low"), ("_high", "high"))
        if figures[part] is not None
    }
    evidence |= {"cases": card.told["data"]["cases"], "bad": card.told["data"]["bad"]}
    return Proposal(
        kind=KIND,
        name=card.name,
        version=card.version,
        evidence=evidence,
        digest=digest_of(folder),
        proposed_by=by,
        proposed_on=on,
    )


def promote(proposal: Proposal, folder: Path, *, by: str, on: date, adopted: Path) -> Path:
    """Adopt a proposed model by a second person; the record's path is returned.

    Raises `InputError`: ANOTHER_MODEL where the folder is not of the model that was proposed,
    SAME_PERSON, BEFORE_PROPOSAL, MODEL_ALTERED.
    """
    found = digest_of(folder)
    if proposal.kind != KIND or found != proposal.digest:
        raise InputError(
            "ANOTHER_MODEL",
            f"{folder} has the digest {found[:12]}…; {proposal.kind} {proposal.name} "
            f"{proposal.version} was proposed with {proposal.digest[:12]}….",
            "Name the folder that was proposed, or propose this one.",
        )
    return write_adoption(adopted, adopt(proposal, approved_by=by, on=on))
