"""The weights that two people adopted, by industry, as in force on a day."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from suixin.credit.adoption import adoptions
from suixin.credit.weights import Weights
from suixin.data.errors import InputError, shown
from suixin.kernel.policy import PolicyOn

KIND = "weights"


def industries_of(categories: Sequence[str | None], policy: PolicyOn) -> tuple[str, ...]:
    """The industry of each category; "" for one that no industry names.

    >>> from suixin.kernel.policy import load_policy
    >>> industries_of(["apple", "brick", None], load_policy("scoring").on(date(2026, 6, 30)))
    ('fruit', '', '')
    """
    of = {
        name: industry for industry, names in policy["weights.industries"].items() for name in names
    }
    return tuple(of.get(category or "", "") for category in categories)


def digest_of(share: Mapping[str, float]) -> str:
    """What a proposal of weights is sealed by: the SHA-256 of the shares to the last digit.

    >>> digest_of({"b": 0.5, "a": 0.5}) == digest_of({"a": 0.5, "b": 0.5})
    True
    """
    told = json.dumps(dict(share), sort_keys=True)
    return hashlib.sha256(told.encode("ascii")).hexdigest()


def adopted_weights(folder: Path, on: date) -> Mapping[str, Weights]:
    """The weights of every industry that has adopted some by a day, the latest of each.

    Raises `InputError` where a record does not hold the weights it was proposed for.
    """
    found: dict[str, Weights] = {}
    if not folder.is_dir():
        raise InputError("NO_FOLDER", f"{shown(folder)} is no folder of adopted weights.")
    for adoption in adoptions(folder, KIND):
        if adoption.adopted_on > on:
            continue
        of = adoption.proposal
        share = {
            name.removeprefix("weight_"): float(figure)
            for name, figure in of.evidence.items()
            if name.startswith("weight_")
        }
        if digest_of(share) != of.digest:
            raise InputError(
                "ALTERED",
                f"{of.name} {of.version}: the weights are not those that were proposed.",
                "Take the record as it was written.",
            )
        found[of.name] = Weights(f"{of.name}-{of.version}", share)
    return found
