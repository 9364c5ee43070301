"""The lender's book on a day: what is late, the five grades, vintages, rolls, concentration."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from suixin.lending.events import Event
from suixin.lending.replay import replay
from suixin.lending.states import Life
from suixin.service.app.caller import Caller
from suixin.service.app.claim_rows import ClaimMade, claims
from suixin.service.app.fund_standing import FundStanding, fund_standing
from suixin.service.app.permits import Act, check_may
from suixin.service.app.portfolio_rows import BookRow, book
from suixin.service.app.standings import servicing_rules, standings
from suixin.service.store.agreements import history_of
from suixin.service.store.session import Actor, acting, query

# Days past due from which a part of the book is at risk, and the bands between which loans roll.
PAR_DAYS: Final = (1, 8, 31, 91)
BANDS: Final = ((0, 0), (1, 7), (8, 30), (31, 90), (91, 10**6))
LARGEST: Final = 10
_COVERS: Final = """
    select distinct product from fund_cover
     where lender_id = %s and since <= %s and (until is null or until >= %s) order by product
"""
_GUARANTEED: Final = """
    select g.kind, count(*), sum(g.cap_fen)::bigint
      from guarantee as g
      join application as a
        on (a.institution_id, a.application) = (g.institution_id, g.application)
     where g.institution_id = %s and g.until >= %s and a.standing in ('accepted', 'ready')
     group by g.kind order by g.kind
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AtRisk:
    """Principal of agreements at least so many days past due, of all principal (fen)."""

    days: int
    agreements: int
    principal_fen: int
    of_fen: int

    @property
    def share_bps(self) -> int:
        """The share in basis points, rounded down; 0 where nothing is lent."""
        return self.principal_fen * 10_000 // self.of_fen if self.of_fen else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GradePart:
    """What stands in one of the five grades (1 to 5)."""

    grade: int
    agreements: int
    principal_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Vintage:
    """What was lent in a month ("2026-05"), what of it is still owed, and what was ever bad."""

    month: str
    agreements: int
    disbursed_fen: int
    principal_fen: int
    bad_agreements: int
    bad_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the book by product, mode, village or household (fen)."""

    name: str
    agreements: int
    principal_fen: int
    late_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """Agreements that went from one band of days past due to another within a month."""

    was: str
    now: str
    agreements: int
    principal_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Guaranteed:
    """What others stand for, by kind of guarantee."""

    kind: str
    guarantees: int
    cap_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FundExposure:
    """What a fund covers of a product: principal, the share it bears now, what it owes us."""

    product: str
    principal_fen: int
    standing: FundStanding
    claimed_fen: int
    paid_fen: int
    receivable_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Portfolio:
    """The book on a day. All amounts are principal in fen unless said."""

    on: date
    agreements: int
    households: int
    disbursed_fen: int
    principal_fen: int
    written_off_fen: int
    at_risk: tuple[AtRisk, ...]
    grades: tuple[GradePart, ...]
    vintages: tuple[Vintage, ...]
    products: tuple[Part, ...]
    modes: tuple[Part, ...]
    villages: tuple[Part, ...]
    largest: tuple[Part, ...]
    guaranteed: tuple[Guaranteed, ...]
    funds: tuple[FundExposure, ...]


def portfolio(caller: Caller, on: date) -> Portfolio:
    """The book at the end of a day. Raises `InputError` NOT_PERMITTED.

    From the day's end where days are ended, else by replaying each agreement.
    """
    check_may(caller, Act.SEE_PORTFOLIO)
    actor = caller.actor("looked at the portfolio")
    with acting(actor):
        rows = book(actor, on)
        guaranteed = tuple(
            Guaranteed(kind=kind, guarantees=count, cap_fen=fen)
            for kind, count, fen in query(_GUARANTEED, [actor.institution, on])
        )
        funds = _funds(actor, rows, on)
    return told(rows, on, guaranteed=guaranteed, funds=funds)


def told(
    rows: Sequence[BookRow],
    on: date,
    *,
    guaranteed: tuple[Guaranteed, ...] = (),
    funds: tuple[FundExposure, ...] = (),
) -> Portfolio:
    """The book of the agreements that are given."""
    lent = [row for row in rows if row.disbursed_fen]
    whole = sum(row.principal_fen for row in lent)
    return Portfolio(
        on=on,
        agreements=len(lent),
        households=len({row.party for row in lent}),
        disbursed_fen=sum(row.disbursed_fen for row in lent),
        principal_fen=whole,
        written_off_fen=sum(row.written_off_fen for row in lent),
        at_risk=tuple(_at_risk(lent, days, whole) for days in PAR_DAYS),
        grades=tuple(_grade(lent, grade) for grade in range(1, 6)),
        vintages=_vintages(lent),
        products=_parts(lent, "product"),
        modes=_parts(lent, "mode"),
        villages=_parts(lent, "village_code"),
        largest=_parts(lent, "party")[:LARGEST],
        guaranteed=guaranteed,
        funds=funds,
    )


def roll_rates(caller: Caller, on: date) -> tuple[Roll, ...]:
    """How the book moved between bands of days past due in the 30 days to a day.

    Each agreement is replayed, about 40 µs a day of its life. Raises `InputError` NOT_PERMITTED.
    """
    check_may(caller, Act.SEE_PORTFOLIO)
    actor = caller.actor("looked at the portfolio")
    before = on - timedelta(days=30)
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for one in standings(actor, on=before):
        was = one.state
        if was.life in (Life.READY, Life.CLOSED, Life.WRITTEN_OFF):
            continue
        rules = servicing_rules(one.terms.start)
        now = replay(one.terms, _events(actor, one.terms.agreement, on), on=on, rules=rules).state
        moved = (_band(was.days_past_due), _band(now.days_past_due))
        count, fen = found.get(moved, (0, 0))
        found[moved] = (count + 1, fen + was.principal_fen)
    return tuple(
        Roll(was=_named(was), now=_named(now), agreements=count, principal_fen=fen)
        for (was, now), (count, fen) in sorted(found.items())
    )


def _events(actor: Actor, agreement: str, on: date) -> list[Event]:
    return [event for event in history_of(actor, agreement) if event.on <= on]


def _band(days: int) -> int:
    return next(n for n, (least, most) in enumerate(BANDS) if least <= days <= most)


def _named(band: int) -> str:
    least, most = BANDS[band]
    return str(least) if least == most else f"{least}-{most}" if most < 10**6 else f"{least}+"


def _at_risk(rows: Sequence[BookRow], days: int, whole: int) -> AtRisk:
    late = [row for row in rows if row.days_past_due >= days and row.principal_fen]
    return AtRisk(
        days=days,
        agreements=len(late),
        principal_fen=sum(row.principal_fen for row in late),
        of_fen=whole,
    )


def _grade(rows: Sequence[BookRow], grade: int) -> GradePart:
    found = [row for row in rows if row.grade == grade and row.principal_fen]
    return GradePart(
        grade=grade,
        agreements=len(found),
        principal_fen=sum(row.principal_fen for row in found),
    )


def _vintages(rows: Iterable[BookRow]) -> tuple[Vintage, ...]:
    months: dict[str, list[BookRow]] = {}
    for row in rows:
        if row.disbursed_on is not None:
            months.setdefault(f"{row.disbursed_on:%Y-%m}", []).append(row)
    return tuple(
        Vintage(
            month=month,
            agreements=len(found),
            disbursed_fen=sum(row.disbursed_fen for row in found),
            principal_fen=sum(row.principal_fen for row in found),
            bad_agreements=sum(row.bad_on is not None for row in found),
            bad_fen=sum(row.disbursed_fen for row in found if row.bad_on is not None),
        )
        for month, found in sorted(months.items())
    )


def _parts(rows: Iterable[BookRow], by: str) -> tuple[Part, ...]:
    """The largest first."""
    groups: dict[str, list[BookRow]] = {}
    for row in rows:
        groups.setdefault(getattr(row, by), []).append(row)
    parts = [
        Part(
            name=name,
            agreements=len(found),
            principal_fen=sum(row.principal_fen for row in found),
            late_fen=sum(row.principal_fen for row in found if row.days_past_due),
        )
        for name, found in groups.items()
    ]
    return tuple(sorted(parts, key=lambda part: (-part.principal_fen, part.name)))


def _funds(actor: Actor, rows: Sequence[BookRow], on: date) -> tuple[FundExposure, ...]:
    filed = claims(actor)
    return tuple(
        _fund(actor, product, rows, filed, on)
        for (product,) in query(_COVERS, [actor.institution, on, on])
    )


def _fund(
    actor: Actor, product: str, rows: Sequence[BookRow], filed: Sequence[ClaimMade], on: date
) -> FundExposure:
    mine = [one for one in filed if one.product == product and one.lender == actor.institution]
    return FundExposure(
        product=product,
        principal_fen=sum(row.principal_fen for row in rows if row.product == product),
        standing=fund_standing(actor, product, on=on),
        claimed_fen=sum(one.fen for one in mine),
        paid_fen=sum(one.paid_fen for one in mine),
        receivable_fen=sum(one.left_fen for one in mine),
    )
