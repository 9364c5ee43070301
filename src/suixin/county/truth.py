"""How much of what was planted a scoring has found."""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from suixin.county.kinds import PLANTED, SIGNS, Kind


@dataclass(frozen=True, slots=True)
class KindFound:
    """One planted kind: how many subjects were planted, how many show its sign, how many of both.

    `recall` is the share of the planted that show the sign, `precision` the share of those that
    show it which were planted; 1.0 where there is nothing to divide by.
    """

    kind: Kind
    planted: int
    found: int
    right: int

    @property
    def recall(self) -> float:
        """Found and planted, of the planted."""
        return self.right / self.planted if self.planted else 1.0

    @property
    def precision(self) -> float:
        """Found and planted, of the found."""
        return self.right / self.found if self.found else 1.0


def read_truth(folder: Path) -> dict[str, Kind]:
    """What each subject of a county was planted as; FileNotFoundError where none is kept."""
    with (folder / "truth" / "subjects.csv").open(encoding="utf-8", newline="") as file:
        return {row["subject"]: Kind(row["kind"]) for row in csv.DictReader(file)}


def found(signs: Mapping[str, Collection[str]], folder: Path) -> tuple[KindFound, ...]:
    """Hold the signs of every subject's credit file against the truth of the county in a folder."""
    return compared(signs, read_truth(folder))


def compared(
    signs: Mapping[str, Collection[str]], truth: Mapping[str, Kind]
) -> tuple[KindFound, ...]:
    """Hold signs (subject → codes) against what each subject was planted as, kind by kind.

    >>> truth = {"m-1": Kind.WASH_TRADER, "m-2": Kind.WASH_TRADER, "m-3": Kind.ORDINARY}
    >>> wash = compared({"m-1": ("WASH_TRADE",), "m-2": (), "m-3": ()}, truth)[3]
    >>> wash.planted, wash.found, wash.recall, wash.precision
    (2, 1, 0.5, 1.0)
    """
    return tuple(_found(kind, signs, truth) for kind in PLANTED)


def _found(
    kind: Kind, signs: Mapping[str, Collection[str]], truth: Mapping[str, Kind]
) -> KindFound:
    planted = {subject for subject, planted_as in truth.items() if planted_as is kind}
    shown = {subject for subject, codes in signs.items() if SIGNS[kind] in codes}
    return KindFound(kind, len(planted), len(shown), len(planted & shown))
