"""The demonstration county: a folder of canonical feeds, and the truth about it beside them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from suixin.county.bits import Bits
from suixin.county.bulk import make_bulk_county
from suixin.county.cast import Cast, cast
from suixin.county.credit_tables import debt_table, loan_table, rating_table
from suixin.county.fate import fates, joined
from suixin.county.kinds import Kind
from suixin.county.land import growers, observation_table, parcel_table
from suixin.county.live import event_table, session_table
from suixin.county.order_tables import Trade, order_ids, order_tables
from suixin.county.outcomes import Ends, Standing, finished_loans, standing
from suixin.county.registers import write_registers
from suixin.county.registry import (
    accounts,
    consent_table,
    declaration_table,
    link_table,
    party_table,
    person_table,
    village_tables,
)
from suixin.county.reviews import bought, review_table
from suixin.county.shops import Calendar, Shops, calendar_until, open_shops
from suixin.county.table import Table, known_by, write_tables
from suixin.county.talk import (
    TALK_DAYS,
    Pairs,
    endorsement_table,
    endorsements,
    members,
    membership_table,
    message_table,
)
from suixin.county.trade import Orders, county_styles, honest_orders, wash_orders
from suixin.county.traffic import traffic_table
from suixin.data.errors import InputError
from suixin.data.feed import FEEDS
from suixin.data.write import atomic_folder

UNTIL = date(2026, 6, 30)
_PARQUET_FROM = 2_000
"""Households from which a county is written as Parquet; a smaller one can be read by eye."""

_NOTES: Mapping[Kind, tuple[str, ...]] = {
    Kind.ORDINARY: ("grows, with uneven weeks",),
    Kind.STEADY: ("the same every week, all year",),
    Kind.SEASONAL: ("sells only in its category's season",),
    Kind.FALLING: ("sales fall by nine tenths over the last thirty weeks",),
    Kind.WASH_TRADER: (
        "as many orders again, bought by the spouse and accounts of its own",
        "as many orders again, paid back the same night",
    ),
    Kind.ENDORSEMENT_RING: ("four vouch for each other, nobody else for them",),
    Kind.REVIEW_FARM: ("60 bought reviews of each of four shops; truth/reviews.csv names them",),
    Kind.BOT_BURST: ("most viewers of its latest show are machines",),
    Kind.THIN_FILE: ("few orders, or none at all",),
}
_SUBJECTS = ("subject", "kind", "note")
_REVIEWS = ("review", "subject", "farm")
_COOPERATIVE = "a co-operative that sells nothing under its own name"


@dataclass(frozen=True, slots=True)
class CountyResult:
    """What was made: where, how much, and what each subject was planted as."""

    folder: Path
    households: int
    orders: int
    rows: Mapping[str, int]  # feed → rows
    truth: Mapping[str, Kind]  # subject → kind


def make_county(
    households: int,
    seed: int,
    folder: str | Path,
    *,
    until: date = UNTIL,
    orders: int | None = None,
    outcomes: bool = False,
    registers: bool = False,
) -> CountyResult:
    """Write a county of so many households into a folder: the same seed, the same bytes.

    The feeds lie in `folder`, what was planted in `folder/truth/subjects.csv`. Nothing in the
    feeds was recorded after the day `until`. With `orders` given the county is a large one for
    benchmarks: that many orders, only the feeds a score needs, made inside DuckDB as Parquet.
    With `outcomes` every shop has had a loan whose end depends on what was planted of it, with
    messages from before it began; `folder/truth/outcomes.csv` says how.
    With `registers` three sources' registers of the same people and
    shops lie in `folder/registers`, and `folder/truth/records.csv` says who is who.
    Raises `InputError` for fewer than 50 households (one, with `orders`), and where the folder
    already holds a feed in another form.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as parent:
    ...     county = make_county(60, 7, Path(parent) / "county")
    ...     (county.folder / "orders.csv").is_file(), len(county.truth)
    (True, 61)
    """
    place = Path(folder)
    parquet = orders is not None or households >= _PARQUET_FROM
    _refuse_mixture(place, other="csv" if parquet else "parquet")
    if orders is not None:
        if outcomes:
            raise InputError(
                "NO_OUTCOMES",
                "A county made for benchmarks has no loans.",
                "Ask for outcomes, or for a number of orders.",
            )
        return _bulk(households, orders, seed, place, until)
    plan = plan_county(households, seed, until)
    ends = plan.ends() if outcomes else None
    tables = plan.tables(plan.lots, talk_days=TALK_DAYS if ends is None else ends.talk_days)
    if ends is not None:
        tables = [ends.table if table.feed == ends.table.feed else table for table in tables]
    known = [known_by(table, plan.calendar.end) for table in tables]
    with atomic_folder(place) as fresh:
        rows = write_tables(known, fresh, parquet=parquet)
        _write_truth(fresh, "subjects", _SUBJECTS, _planted(plan.people))
        _write_truth(fresh, "reviews", _REVIEWS, bought_of(known))
        if registers:
            write_registers(fresh, plan.people, plan.bits)
        if ends is not None:
            _write_truth(fresh, "outcomes", Ends.HEAD, ends.rows())
    return CountyResult(place, households, rows["orders"], rows, _truth(plan.people))


@dataclass(frozen=True, slots=True)
class Plan:
    """A county before anything of it is written: who lives there, the shops, what was ordered."""

    people: Cast
    shops: Shops
    calendar: Calendar
    bits: Bits
    lots: tuple[Orders, ...]  # honest orders, then those that wash traders added
    pairs: Pairs

    def tables(self, lots: Sequence[Orders], *, talk_days: int = TALK_DAYS) -> list[Table]:
        """Every feed, with these lots of orders and so many days of messages."""
        trade = trade_of(self.people, self.shops, lots, self.bits)
        return county_tables(trade, self.pairs, self.calendar, self.bits, talk_days=talk_days)

    def standing(self) -> Standing:
        """What was planted of every shop that bears on how a loan of it ends."""
        return standing(self.people, self.shops, self.pairs, self.calendar, self.bits)

    def ends(self) -> Ends:
        """How a finished loan of every shop ended."""
        return finished_loans(self.standing(), self.people, self.calendar, self.bits)


def plan_county(households: int, seed: int, until: date = UNTIL) -> Plan:
    """Draw a county; raises `InputError` for fewer than 50 households.

    >>> plan = plan_county(60, 7)
    >>> plan.people.households, len(plan.lots)
    (60, 2)
    """
    bits, calendar = Bits(seed), calendar_until(until)
    people = cast(households, bits)
    shops = open_shops(people, calendar, until, bits)
    honest = honest_orders(shops, calendar, bits)
    wash = wash_orders(honest, county_styles(people), people, shops, bits)
    return Plan(people, shops, calendar, bits, (honest, wash), endorsements(people, bits))


def _bulk(households: int, orders: int, seed: int, place: Path, until: date) -> CountyResult:
    with atomic_folder(place) as fresh:
        rows, names = make_bulk_county(households, orders, seed, fresh, until)
        planted = [(name, Kind.ORDINARY, "made for benchmarks") for name in names]
        _write_truth(fresh, "subjects", _SUBJECTS, planted)
    truth = dict.fromkeys(names, Kind.ORDINARY)
    return CountyResult(place, households, rows["orders"], rows, truth)


def _refuse_mixture(place: Path, *, other: str) -> None:
    """A feed in two forms would be read twice."""
    held = sorted(feed for feed in FEEDS if (place / f"{feed}.{other}").exists())
    if held:
        raise InputError(
            "FOLDER_IN_USE",
            f"{place} already holds {held[0]}.{other}, and a feed in two forms would count twice.",
            "Choose an empty folder.",
        )


def trade_of(people: Cast, shops: Shops, lots: Sequence[Orders], bits: Bits) -> Trade:
    """Lots of orders with fates drawn apart, so that one lot changes nothing in another."""
    drawn = [
        (lot, fates(lot, shops, people, bits.within(f"lot {k}"))) for k, lot in enumerate(lots)
    ]
    placed, became = joined(*drawn)
    return Trade(
        cast=people,
        shops=shops,
        orders=placed,
        fates=became,
        ids=order_ids(len(placed)),
        accounts=accounts(people, bits)[shops.subject],
    )


def county_tables(
    trade: Trade, pairs: Pairs, calendar: Calendar, bits: Bits, *, talk_days: int = TALK_DAYS
) -> list[Table]:
    """Every feed of a county, with facts that were recorded after its last day still in."""
    people, shops = trade.cast, trade.shops
    group_members = members(people, calendar, bits)
    fields = growers(trade, calendar, bits)
    return [
        party_table(people, calendar, bits),
        link_table(people, calendar),
        consent_table(people, calendar, bits),
        declaration_table(people, calendar, bits),
        person_table(people, calendar, bits),
        *village_tables(people, calendar, bits),
        *order_tables(trade, bits),
        traffic_table(trade, calendar.end, bits),
        rating_table(people, shops, calendar, bits),
        review_table(trade, calendar.until, bits),
        membership_table(group_members, people),
        message_table(group_members, people, calendar, bits, days=talk_days),
        endorsement_table(pairs, people, calendar, bits),
        session_table(trade, calendar),
        event_table(trade, calendar, bits),
        parcel_table(fields, people, calendar),
        observation_table(fields, people, calendar, bits),
        debt_table(people, calendar, bits),
        loan_table(people, calendar, bits),
    ]


def _truth(people: Cast) -> dict[str, Kind]:
    truth = dict(zip(people.ids[: people.households].tolist(), people.kinds, strict=True))
    # A co-operative is a subject too, and sells nothing under its own name here.
    return truth | dict.fromkeys(people.cooperatives.tolist(), Kind.THIN_FILE)


def bought_of(tables: Iterable[Table]) -> list[tuple[str, str, str]]:
    """The reviews among these tables that were bought; see `reviews.bought`."""
    return [row for table in tables if table.feed == "reviews" for row in bought(table)]


def _planted(people: Cast) -> list[tuple[str, Kind, str]]:
    truth, ranks = _truth(people), people.rank.tolist()
    notes = [
        _NOTES[kind][rank % len(_NOTES[kind])]
        for kind, rank in zip(people.kinds, ranks, strict=True)
    ]
    notes += [_COOPERATIVE] * people.cooperatives.size
    return [(name, kind, note) for (name, kind), note in zip(truth.items(), notes, strict=True)]


def _write_truth(
    folder: Path, name: str, head: Sequence[str], rows: Iterable[Sequence[object]]
) -> None:
    """The answers, in a folder of their own that no reader of feeds looks into."""
    path = folder / "truth" / f"{name}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)
