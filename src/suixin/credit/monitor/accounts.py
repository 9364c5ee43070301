"""What is watched: scored accounts of a day, how their loans ended, and who they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt

from suixin.credit.index import Floats, Ints
from suixin.data.errors import InputError, shown
from suixin.data.lake import FeedsOn
from suixin.kernel.day import epoch_day
from suixin.kernel.policy import PolicyOn

NUMBERS = ("engagement", "stability", "reputation", "composite", "score", "pd", "limit_fen")
_BAD_EVENTS = ("default", "claim", "write_off")


@dataclass(frozen=True, slots=True)
class Accounts:
    """Scored accounts as of a day, by subject; a number that is not known is NaN."""

    on: date
    subjects: tuple[str, ...]
    numbers: Mapping[str, Floats]
    grades: npt.NDArray[np.object_]

    def __len__(self) -> int:
        return len(self.subjects)

    @property
    def approved(self) -> npt.NDArray[np.bool_]:
        """Who has a limit."""
        return np.nan_to_num(self.numbers["limit_fen"]) > 0


def read_accounts(path: Path) -> Accounts:
    """Read scores.csv or scores.parquet (or a folder that holds one).

    Raises `InputError` on another file, and where it holds several days.
    """
    if path.is_dir():
        path = path / ("scores.parquet" if (path / "scores.parquet").exists() else "scores.csv")
    reader = "read_parquet" if path.suffix == ".parquet" else "read_csv"
    columns = ", ".join(f"try_cast({name} as double) as {name}" for name in NUMBERS)
    try:
        with duckdb.connect() as connection:
            rows = connection.execute(
                f"select cast(subject as varchar) as subject, cast(as_of as varchar) as as_of,"
                f" coalesce(cast(grade as varchar), '') as grade, {columns}"
                f" from {reader}($path) order by subject",
                {"path": str(path)},
            ).fetchnumpy()
    except duckdb.Error as fault:
        raise InputError(
            "BAD_SCORES",
            f"{shown(path)} cannot be read as scores: {shown(str(fault).splitlines()[0], 160)}",
            "Give a scores.csv or scores.parquet that suixin score wrote, or its folder.",
        ) from fault
    days = sorted(set(rows["as_of"].tolist()))
    if len(days) != 1:
        found = "no account" if not days else f"accounts of {len(days)} days"
        raise InputError("BAD_SCORES", f"{shown(path)} holds {found}; expected one day.")
    numbers = {
        name: np.ma.filled(np.ma.asarray(rows[name], np.float64), np.nan) for name in NUMBERS
    }
    return Accounts(
        date.fromisoformat(days[0][:10]), tuple(rows["subject"].tolist()), numbers, rows["grade"]
    )


@dataclass(frozen=True, slots=True)
class Ends:
    """How loans ended: one an agreement, `bad` 1, 0, or NaN where it is not known yet.

    `month` counts months since 1970 of the agreement's first row.
    """

    subject: tuple[str, ...]
    month: Ints
    bad: Floats

    def of(self, accounts: Accounts) -> Floats:
        """The worst known end of each account's agreements; NaN where none is known."""
        worst: dict[str, float] = {}
        for subject, bad in zip(self.subject, self.bad.tolist(), strict=True):
            if not np.isnan(bad):
                worst[subject] = max(worst.get(subject, 0.0), bad)
        return np.array([worst.get(subject, np.nan) for subject in accounts.subjects])


def ends(known: FeedsOn, policy: PolicyOn, *, since: date) -> Ends:
    """How the agreements that began on a day or later had ended by the day of the feeds.

    Only rows known by then are read. A restructuring counts by what followed it.
    Source: formulas §6.
    """
    rule = policy["monitor.outcome"]
    if "loan_performance" not in known.present:
        return Ends((), np.zeros(0, np.int64), np.zeros(0))
    rows = known.relation("loan_performance").order('agreement, "on"').fetchnumpy()
    names = rows["agreement"].astype(str)
    if not len(names):
        return Ends((), np.zeros(0, np.int64), np.zeros(0))
    starts = np.flatnonzero(np.concatenate(([True], names[1:] != names[:-1])))
    run = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(names))))
    began = rows["on"][starts]
    inside = rows["on"] - began[run] < rule["days"]
    failed = (rows["days_past_due"] > rule["past_due"]) | np.isin(rows["event"], _BAD_EVENTS)
    bad = np.logical_or.reduceat(failed & inside, starts)
    closed = np.logical_or.reduceat(rows["event"] == "closed", starts)
    aged = epoch_day(known.day) - began >= rule["days"]
    value = np.where(bad, 1.0, np.where(closed | aged, 0.0, np.nan))
    kept = began >= epoch_day(since)
    month = began.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    subjects = rows["subject"][starts][kept].astype(str)
    return Ends(tuple(subjects.tolist()), month[kept], value[kept])


def groups_of(
    known: FeedsOn, accounts: Accounts, policy: PolicyOn
) -> Mapping[str, npt.NDArray[np.object_]]:
    """Sex, age band and distance band of the person who stands for each account; "" unknown.

    Of a household it is the first person by id. These facts are for this report alone.
    """
    nobody = np.full(len(accounts), "", dtype=object)
    if "person_facts" not in known.present:
        return {"sex": nobody, "age": nobody, "distance": nobody}
    rule = policy["monitor.groups"]
    rows = (
        known.relation("person_facts")
        .set_alias("f")
        .join(known.relation("parties").set_alias("p"), "f.party = p.party_id")
        .project(
            "coalesce(nullif(p.household_id, ''), f.party) as home, f.party as party,"
            ' f."on" as day,'
            " f.sex as sex, f.birth_year as born, f.distance_to_station_m as metres"
        )
        .order("home, party, day desc")
        .fetchall()
    )
    first = {home: (sex, born, metres) for home, _, _, sex, born, metres in reversed(rows)}
    facts = [first.get(subject, (None, None, None)) for subject in accounts.subjects]
    year = known.day.year
    return {
        "sex": np.array([sex or "" for sex, _, _ in facts], dtype=object),
        "age": np.array(
            [_band(None if born is None else year - born, rule["ages"]) for _, born, _ in facts],
            dtype=object,
        ),
        "distance": np.array(
            [_band(metres, rule["distances"]) for _, _, metres in facts], dtype=object
        ),
    }


def _band(value: float | None, edges: tuple[int, ...]) -> str:
    """The band a value lies in, such as 35–49; "" where it is not known."""
    if value is None or value < edges[0]:
        return ""
    k = int(np.searchsorted(edges, value, side="right")) - 1
    return f"{edges[k]}+" if k == len(edges) - 1 else f"{edges[k]}–{edges[k + 1] - 1}"
