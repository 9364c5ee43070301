"""Promotion of a model or a calibration: proposed by one with its figures, adopted by another."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from suixin.credit.adoption import Figure, Proposal, adopt, adoptions, write_adoption
from suixin.credit.model.calibration import AnyCalibration
from suixin.credit.model.calibration_file import read_calibration, verified
from suixin.credit.model.folder import digest_of, load_model
from suixin.data.errors import InputError

KIND = "model"
CALIBRATION, COMPOSITE = "calibration", "composite"


def proposal_of(model: Path, *, by: str, on: date) -> Proposal:
    """A proposal to use a model (a folder) or a calibration of composites (a file).

    The evidence is what the card says of the test by time, or what the file says of its choice.
    """
    if model.is_file():
        return _proposed_calibration(model, by=by, on=on)
    card = load_model(model)
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
        digest=digest_of(model),
        proposed_by=by,
        proposed_on=on,
    )


def _proposed_calibration(file: Path, *, by: str, on: date) -> Proposal:
    said, digest = verified(file)
    evidence = {name: value for name, value in said.items() if isinstance(value, int | float | str)}
    version = read_calibration(file).version
    return Proposal(CALIBRATION, COMPOSITE, version, evidence, digest, by, on)


def promote(proposal: Proposal, model: Path, *, by: str, on: date, adopted: Path) -> Path:
    """Adopt what was proposed by a second person; the record's path is returned.

    Raises `InputError`: ANOTHER_MODEL where the folder or file is not what was proposed,
    SAME_PERSON, BEFORE_PROPOSAL, MODEL_ALTERED.
    """
    kind, found = (CALIBRATION, verified(model)[1]) if model.is_file() else (KIND, digest_of(model))
    if proposal.kind != kind or found != proposal.digest:
        raise InputError(
            "ANOTHER_MODEL",
            f"{model} has the digest {found[:12]}…; {proposal.kind} {proposal.name} "
            f"{proposal.version} was proposed with {proposal.digest[:12]}….",
            "Name the folder or file that was proposed, or propose this one.",
        )
    return write_adoption(adopted, adopt(proposal, approved_by=by, on=on))


def adopted_calibration(file: Path, adopted: Path, on: date) -> AnyCalibration:
    """A calibration that two people adopted by a day.

    Raises `InputError` `NOT_ADOPTED` where no record in `adopted` is of this very file.
    """
    _, digest = verified(file)
    for one in adoptions(adopted, CALIBRATION):
        if one.proposal.digest == digest and one.adopted_on <= on:
            return read_calibration(file)
    raise InputError(
        "NOT_ADOPTED",
        f"{file} was not adopted by {on}.",
        "Propose it (suixin model propose) and have another person promote it.",
    )
