"""A score book: one credit file a subject, and the table they are lines of."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from suixin.credit.composite import Composite
from suixin.credit.facts import FactTable
from suixin.credit.file import (
    CreditFile,
    IndexLine,
    PartLine,
    PolicyUse,
    PoolLine,
    Reason,
    Status,
    Terms,
)
from suixin.credit.grade import UNCALIBRATED, Standing
from suixin.credit.index import Index
from suixin.credit.reasons import Raises, ReasonRules, TopReasons, status_reason, thin_raise
from suixin.credit.referral import Pool
from suixin.credit.review_evidence import Evidence
from suixin.credit.score_files import write_csv, write_parquet
from suixin.credit.signs import Sign
from suixin.credit.weights import Weighing, Weights
from suixin.data.parts import FeedCount

if TYPE_CHECKING:
    import pyarrow

    from suixin.credit.report.write import ReportResult


@dataclass(frozen=True, slots=True)
class SetAsideSum:
    """Rows of one feed set aside for one reason, and the money in them (fen)."""

    feed: str
    code: str
    rows: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Money:
    """Money in the files, in fen: in_fen = kept_fen + set_aside_fen, to the fen."""

    in_fen: int
    kept_fen: int
    set_aside_fen: int


@dataclass(frozen=True, slots=True)
class Source:
    """What a book was made from."""

    feed_counts: Mapping[str, FeedCount]
    set_aside: tuple[SetAsideSum, ...]
    money: Money
    notes: tuple[str, ...]
    versions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Shortfall:
    """How far a thin file is from being scored."""

    orders: npt.NDArray[np.int64]
    weeks: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Judged:
    """Everything found about every subject; sequences and arrays have one item a subject.

    A thin file has a composite but no standing; a file without facts has neither. `pools` is empty
    where no traffic is connected, `spoken` None where no reviews are.
    """

    ids: tuple[str, ...]
    statuses: Sequence[Status]
    indices: tuple[Index, ...]
    weights: Weighing
    composite: Composite
    standings: Sequence[Standing | None]
    terms: Sequence[Terms]
    flags: Sequence[tuple[str, ...]]
    signs: Sequence[tuple[Sign, ...]]
    facts: FactTable
    reasons: TopReasons
    raises: Raises
    short: Shortfall
    pools: Mapping[str, Pool]
    spoken: Evidence | None = None


@dataclass(frozen=True)
class ScoreBook:
    """Credit files by subject id, as of one day.

    Iteration gives the files in the order of their ids; `table` gives the same as columns.
    """

    on: date
    judged: Judged
    source: Source
    rules: ReasonRules
    policies: tuple[PolicyUse, ...]
    _row: Mapping[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_row", {one: row for row, one in enumerate(self.judged.ids)})

    def __repr__(self) -> str:
        return f"ScoreBook({len(self)} subjects as of {self.on})"

    def __len__(self) -> int:
        return len(self.judged.ids)

    def __iter__(self) -> Iterator[CreditFile]:
        return (self._file(row) for row in range(len(self)))

    def __contains__(self, subject: object) -> bool:
        return subject in self._row

    def __getitem__(self, subject: str) -> CreditFile:
        row = self._row.get(subject)
        if row is None:
            raise KeyError(self.nearest(subject))
        return self._file(row)

    def nearest(self, subject: str) -> str:
        """What to say of an id that is not in the book."""
        near = difflib.get_close_matches(subject, self.judged.ids, n=3)
        hint = f"; nearest: {', '.join(near)}" if near else ""
        return f"there is no subject {subject} among {len(self)}{hint}"

    @property
    def feed_counts(self) -> Mapping[str, FeedCount]:
        return self.source.feed_counts

    @property
    def set_aside(self) -> tuple[SetAsideSum, ...]:
        return self.source.set_aside

    @property
    def money(self) -> Money:
        return self.source.money

    @property
    def notes(self) -> tuple[str, ...]:
        return self.source.notes

    @property
    def versions(self) -> Mapping[str, str]:
        return self.source.versions

    @property
    def pools(self) -> tuple[PoolLine, ...]:
        """The public and the private pool over all subjects; none where no traffic is connected."""
        return tuple(pool.whole().line(name) for name, pool in self.judged.pools.items())

    @property
    def signs_count(self) -> Mapping[str, int]:
        """How many subjects show each sign."""
        shown = Counter(sign for signs in self.judged.signs for sign in signs)
        return {sign.value: shown[sign] for sign in Sign}

    @property
    def signs(self) -> Mapping[str, tuple[str, ...]]:
        """The signs of every subject."""
        pairs = zip(self.judged.ids, self.judged.signs, strict=True)
        return {subject: tuple(sign.value for sign in signs) for subject, signs in pairs}

    @cached_property
    def table(self) -> Mapping[str, npt.NDArray[Any]]:
        """The columns of scores.csv, then signs; NaN is an unknown number, "" an unknown word."""
        j = self.judged
        values = {found.name: found.value for found in j.indices}
        empty = np.array([status == "no_facts" for status in j.statuses], dtype=bool)
        known = j.standings
        reasons = [self._reasons(row) for row in range(len(self))]
        raised = [self._raise(row) for row in range(len(self))]
        columns: dict[str, npt.NDArray[Any]] = {
            "subject": _words(j.ids),
            "as_of": _words([self.on.isoformat()] * len(self)),
            "status": _words(j.statuses),
            "engagement": values["engagement"],
            "stability": values["stability"],
            "reputation": values["reputation"],
            "weight_version": _words(j.weights.versions),
            "composite": np.where(empty, np.nan, j.composite.value),
            "score": _numbers([None if s is None else s.score for s in known]),
            "grade": _words(["" if s is None else s.grade for s in known]),
            "pd": _numbers([None if s is None else s.pd for s in known]),
            "calibration": _words(["" if s is None else s.calibration for s in known]),
            "limit_fen": _numbers([terms.limit_fen for terms in j.terms]),
            "rate_bps": _numbers([terms.rate_bps for terms in j.terms]),
            "product": _words([terms.product for terms in j.terms]),
        }
        for k in range(4):
            codes = [found[k].code if k < len(found) else "" for found in reasons]
            columns[f"reason_{k + 1}"] = _words(codes)
        columns["raise_1"] = _words(["" if r is None else r.code for r in raised])
        columns["signs"] = _words([";".join(signs) for signs in j.signs])
        return columns

    def to_csv(self, path: Path | str) -> None:
        """Write scores.csv; empty means unknown, never 0."""
        write_csv(self.table, Path(path))

    def to_parquet(self, path: Path | str) -> None:
        """Write the same columns as Parquet, typed, unknown as null."""
        write_parquet(self.table, Path(path))

    def to_arrow(self) -> pyarrow.Table:
        """The same columns as an Arrow table; raises ImportError where pyarrow is not installed."""
        from suixin.credit.score_files import arrow_table

        return arrow_table(self.table)

    def report(self, path: Path | str, *, pages: int = 2_000) -> ReportResult:
        """Write the report: one page for the book, and a page a subject beside it."""
        from suixin.credit.report import write_report

        return write_report(self, Path(path), pages=pages)

    def _file(self, row: int) -> CreditFile:
        j = self.judged
        status, standing = j.statuses[row], j.standings[row]
        composite = float(j.composite.value[row])
        return CreditFile(
            subject=j.ids[row],
            as_of=self.on,
            status=status,
            indices=index_lines(j.indices, j.composite, j.weights.of(row), row),
            weight_version=j.weights.of(row).version,
            social=float(j.composite.social[row]),
            crop=float(j.composite.crop[row]),
            composite=None if status == "no_facts" else composite,
            score=None if standing is None else standing.score,
            grade=None if standing is None else standing.grade,
            pd=None if standing is None else standing.pd,
            calibration=UNCALIBRATED if standing is None else standing.calibration,
            terms=j.terms[row],
            reasons=self._reasons(row),
            raise_=self._raise(row),
            signs=tuple(sign.value for sign in j.signs[row]),
            flags=j.flags[row],
            facts=j.facts.of(row),
            policies=self.policies,
            pools=tuple(pool.line(name, row) for name, pool in j.pools.items()),
            spoken=None if j.spoken is None else j.spoken.of(row),
        )

    def _reasons(self, row: int) -> tuple[Reason, ...]:
        status = self.judged.statuses[row]
        if status == "scored":
            return self.judged.reasons.of(row)
        why = status_reason(status, self.rules)
        # Of who has no facts there is nothing else to say: it did not sell little, but not at all.
        return (why,) if status == "no_facts" else (why, *self.judged.reasons.of(row))[:4]

    def _raise(self, row: int) -> Reason | None:
        if self.judged.statuses[row] == "scored":
            return self.judged.raises.of(row)
        short = self.judged.short
        return thin_raise(
            self.rules, orders_short=int(short.orders[row]), weeks_short=int(short.weeks[row])
        )


def index_lines(
    indices: Sequence[Index], composite: Composite, weights: Weights, row: int
) -> tuple[IndexLine, ...]:
    """The indices of one subject part by part, as its file tells them."""
    lines, column = [], 0
    for found in indices:
        parts = []
        for k, rule in enumerate(found.rules):
            x = found.measures.x[rule.part][row]
            parts.append(
                PartLine(
                    index=found.name,
                    part=rule.part,
                    x=None if np.isnan(x) else float(x),
                    n=float(found.measures.n[rule.part][row]),
                    points=_float(found.points[row, k]),
                    weight=rule.weight,
                    present=bool(found.present[row, k]),
                    contribution=float(np.nan_to_num(composite.contributions[row, column])),
                )
            )
            column += 1
        value = _float(found.value[row])
        lines.append(
            IndexLine(
                name=found.name,
                value=value,
                weight=weights.share[found.name],
                coverage=float(np.nan_to_num(found.coverage[row])),
                present=value is not None,
                parts=tuple(parts),
            )
        )
    return tuple(lines)


def _float(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _words(values: Sequence[str]) -> npt.NDArray[Any]:
    return np.array(values, dtype=object)


def _numbers(values: Sequence[float | None]) -> npt.NDArray[np.float64]:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
