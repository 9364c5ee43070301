"""Finished agreements as outcomes: what was known just before each began, and how it ended."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from suixin.credit.book import ScoreBook
from suixin.credit.monitor.accounts import ends
from suixin.credit.score import score
from suixin.credit.sheets import policy_on
from suixin.credit.source import first_fact
from suixin.credit.weights_adopted import industries_of
from suixin.credit.weights_fit import INDICES
from suixin.data.errors import InputError
from suixin.data.lake import Feeds
from suixin.data.write import atomic_path
from suixin.kernel.policy import PolicyOn

HEAD = ("began", "subject", "industry", *INDICES, "composite", "bad")


@dataclass(frozen=True, slots=True)
class Finished:
    """One finished agreement: the file of its subject at the end of the month before it began."""

    began: date
    subject: str
    industry: str
    indices: tuple[float, ...]  # in the order of INDICES
    composite: float
    bad: bool


def finished_agreements(
    feeds: Feeds, *, on: date, policies: Path | None = None
) -> tuple[Finished, ...]:
    """Score the borrowers of every month before it, and join how their agreements ended by a day.

    Left out: agreements whose end is not known yet, and borrowers who were not scored or lacked an
    index. `began` is the first day of the agreement's month. Raises `InputError` `NO_OUTCOMES`
    where none is left.
    """
    policy = policy_on(on, policies)
    found = ends(feeds.on(on), policy, since=date.min)
    first, rows = first_fact(feeds), list[Finished]()
    for month in sorted(set(found.month[~np.isnan(found.bad)].tolist())):
        began = (np.datetime64("1970-01") + month).astype("datetime64[D]")
        day = began.item() - timedelta(1)
        if first is None or day < first:
            continue
        mine = [
            (subject, bool(bad))
            for subject, at, bad in zip(found.subject, found.month, found.bad, strict=True)
            if at == month and not np.isnan(bad)
        ]
        rows += _of_month(score(feeds, on=day, policies=policies), mine, policy)
    if not rows:
        raise InputError(
            "NO_OUTCOMES",
            f"No agreement of a scored borrower had ended by {on}.",
            "Connect loan_performance, and ask for a later day.",
        )
    return tuple(rows)


def write_outcomes(path: Path, rows: tuple[Finished, ...]) -> None:
    """Write finished agreements as the CSV that weights are proposed from."""
    with atomic_path(path) as fresh, fresh.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEAD)
        writer.writerows(
            (row.began, row.subject, row.industry, *row.indices, row.composite, int(row.bad))
            for row in rows
        )


def _of_month(book: ScoreBook, mine: list[tuple[str, bool]], policy: PolicyOn) -> list[Finished]:
    """The borrowers of a month that were scored with every index."""
    judged = book.judged
    row = {subject: k for k, subject in enumerate(judged.ids)}
    industries = industries_of(judged.facts.summary.category.tolist(), policy)
    named = {one.name: one.value for one in judged.indices}
    values = np.column_stack([named[name] for name in INDICES])
    after = book.on + timedelta(1)
    return [
        Finished(
            after, subject, industries[k], tuple(values[k].tolist()),
            float(judged.composite.value[k]), bad,
        )
        for subject, bad in mine
        if (k := row.get(subject)) is not None
        and judged.statuses[k] == "scored"
        and not np.isnan(values[k]).any()
    ]  # fmt: skip
