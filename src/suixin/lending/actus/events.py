"""When the events of a contract happen, by its type: the schedules of the standard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from suixin.data.errors import InputError, shown
from suixin.lending.actus.maturity import first_redemption, redemption_times, segment_times
from suixin.lending.actus.observed import Happening
from suixin.lending.actus.terms import Base, ContractType, Penalty, Terms
from suixin.lending.actus.times import Recurring, calendar_day, schedule, step


class Kind(StrEnum):
    """Kinds of event, in the order in which events of one time act."""

    CALL = "XD"
    EXCHANGE = "IED"
    FEE = "FP"
    REDEMPTION = "PR"
    INCREASE = "PI"
    PENALTY = "PY"
    PREPAYMENT = "PP"
    INTEREST = "IP"
    CAPITALISED = "IPCI"
    FIXED_RESET = "RRF"
    RESET = "RR"
    AMOUNT_FIXED = "PRF"
    PURCHASE = "PRD"
    TERMINATION = "TD"
    SCALING = "SC"
    BASE = "IPCB"
    MATURITY = "MD"
    SETTLEMENT = "STD"
    ANALYSIS = "AD"


ORDER: Final = {kind: place for place, kind in enumerate(Kind)}
AMORTIZING: Final = (ContractType.LAM, ContractType.NAM, ContractType.ANN, ContractType.LAX)
PAYMENT_INCLUDES_INTEREST: Final = (ContractType.NAM, ContractType.ANN)
OPEN_ENDED: Final = (ContractType.CLM, ContractType.UMP)
_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Event:
    """One event: when it shows, the day its sums take, what it carries (an amount, a rate), and
    when a market is observed for it, where that is a scheduled time later than the one worked.
    """

    when: datetime
    day: date
    kind: Kind
    value: Decimal | None = None
    scheduled: datetime | None = None

    @property
    def place(self) -> tuple[datetime, int]:
        """Where it stands among others: by time, then by kind."""
        return self.when, ORDER[self.kind]

    @property
    def observed_at(self) -> datetime:
        """When a market is looked at: the later of the scheduled time and the one worked."""
        return self.when if self.scheduled is None else max(self.when, self.scheduled)


def events(
    terms: Terms, matures: datetime, happenings: Iterable[Happening], until: datetime | None
) -> tuple[Event, ...]:
    """Every event of a contract from its first exchange on, in the order in which they act."""
    if terms.type is ContractType.CSH:
        return _ordered(_analyses(terms, happenings, until))
    happenings = tuple(happenings)
    called = any(one.kind == Kind.CALL for one in happenings)
    found = [*_once(terms), *_resets(terms, matures), *_fees(terms, matures)]
    found += _scalings(terms, matures)
    found += _interest(terms, matures)
    if terms.type is not ContractType.UMP or called:
        found += _closing(terms, matures)
    if terms.type in AMORTIZING:
        found += _redemptions(terms, matures)
    found += _early(terms, matures)
    found += _happened(terms, happenings)
    return _ordered(_living(terms, found, until))


def _ordered(found: Iterable[Event]) -> tuple[Event, ...]:
    return tuple(sorted(found, key=lambda event: event.place))


def _unmoved(when: datetime, kind: Kind, value: Decimal | None = None) -> Event:
    return Event(when, calendar_day(when), kind, value)


def _moved(
    terms: Terms,
    times: Iterable[datetime],
    kind: Kind,
    *,
    matures: datetime,
    value: Decimal | None = None,
) -> Iterator[Event]:
    """Scheduled events, off days of rest; that of maturity stays on its day (BDC of i < n)."""
    for when in times:
        shows = when if when == matures else terms.business_days.moved(when)
        day = calendar_day(shows if terms.business_days.sums_move else when)
        yield Event(shows, day, kind, value, when)


def _times(
    terms: Terms, when: Recurring, end: datetime, *, with_end: bool = False
) -> tuple[datetime, ...]:
    """A recurring thing's times; nothing where neither anchor nor cycle is given."""
    if when.anchor is None and when.every is None:
        return ()
    start = when.start(terms.exchanged, terms.end_of_month)
    found = schedule(start, when.every, end, terms.end_of_month)
    return found if with_end else tuple(time for time in found if time < end)


def _once(terms: Terms) -> Iterator[Event]:
    """Exchange, purchase and sale."""
    if terms.exchanged is not None:
        yield _unmoved(terms.exchanged, Kind.EXCHANGE)
    if terms.bought is not None:
        yield _unmoved(terms.bought.when, Kind.PURCHASE)
    if terms.sold is not None:
        yield _unmoved(terms.sold.when, Kind.TERMINATION)


def _closing(terms: Terms, matures: datetime) -> Iterator[Event]:
    """The end: what is left of principal and, where interest was capitalised, of interest."""
    if terms.type in OPEN_ENDED:
        yield _unmoved(matures, Kind.INTEREST)
    yield _unmoved(matures, Kind.MATURITY)


def interest_times(terms: Terms, matures: datetime) -> tuple[datetime, ...]:
    """Times of interest, paid or capitalised alike."""
    if terms.rate is None and terms.reset.market == "":
        return ()
    if terms.interest_segments:
        parts = segment_times(terms.interest_segments, terms.end_of_month, matures)
        return (*(when for when, _ in parts), matures)
    if terms.type in PAYMENT_INCLUDES_INTEREST:
        return _interest_with_redemption(terms, matures)
    start = terms.interest.start(terms.exchanged, terms.end_of_month)
    return schedule(start, terms.interest.every, matures, terms.end_of_month)


def _interest_with_redemption(terms: Terms, matures: datetime) -> tuple[datetime, ...]:
    """Up to one turn before the first redemption by the interest's cycle, then with each one."""
    before: tuple[datetime, ...] = ()
    every = terms.redemption.every
    if every is not None:
        last = step(first_redemption(terms), every.cycle, -1, terms.end_of_month)
        start = terms.interest.start(terms.exchanged, terms.end_of_month)
        if start is not None and start <= last:
            before = _times(terms, terms.interest, last, with_end=True)
    return tuple(sorted({*before, *redemption_times(terms, matures), matures}))


def _interest(terms: Terms, matures: datetime) -> Iterator[Event]:
    """Interest paid or capitalised; call money and open deposits capitalise all but the last."""
    if terms.type in OPEN_ENDED:
        found = _times(terms, terms.interest, matures) if terms.rate is not None else ()
        yield from _moved(terms, found, Kind.CAPITALISED, matures=matures)
        return
    times, until = interest_times(terms, matures), terms.capitalised_until
    if until is not None:
        capitalised = sorted({*(when for when in times if when < until), until})
        yield from _moved(terms, capitalised, Kind.CAPITALISED, matures=matures)
        times = tuple(when for when in times if when > until)
    yield from _moved(terms, times, Kind.INTEREST, matures=matures)
    if terms.base is Base.LAGGED and terms.type in AMORTIZING:
        found = _times(terms, terms.base_when, matures)
        yield from _moved(terms, found, Kind.BASE, matures=matures)


def _redemptions(terms: Terms, matures: datetime) -> Iterator[Event]:
    if terms.type is ContractType.LAX:
        for when, part in segment_times(terms.redemption_segments, terms.end_of_month, matures):
            kind = Kind.INCREASE if part.kind == "INC" else Kind.REDEMPTION
            yield from _moved(terms, [when], kind, matures=matures, value=part.value)
        return
    found = redemption_times(terms, matures)
    yield from _moved(terms, found, Kind.REDEMPTION, matures=matures)
    if terms.type is ContractType.ANN and terms.next_redemption is None:
        yield _unmoved(first_redemption(terms) - _ONE_DAY, Kind.AMOUNT_FIXED)


def _resets(terms: Terms, matures: datetime) -> Iterator[Event]:
    for when, part in segment_times(terms.reset_segments, terms.end_of_month, matures):
        kind = Kind.RESET if part.kind.startswith("V") else Kind.FIXED_RESET
        yield from _moved(terms, [when], kind, matures=matures, value=part.value)
    times = _times(terms, terms.reset.when, matures)
    ahead = [when for when in times if when > terms.status]
    fixed = ahead[:1] if terms.reset.fixed_next is not None else []
    yield from _moved(terms, fixed, Kind.FIXED_RESET, matures=matures)
    market = [when for when in times if when not in fixed]
    yield from _moved(terms, market, Kind.RESET, matures=matures)
    if terms.type is ContractType.ANN:
        yield from _moved(terms, times, Kind.AMOUNT_FIXED, matures=matures)


def fee_times(terms: Terms, matures: datetime) -> tuple[datetime, ...]:
    """Times at which a fee is paid, maturity with them."""
    return _times(terms, terms.fee.when, matures, with_end=True) if terms.fee.rate else ()


def _fees(terms: Terms, matures: datetime) -> Iterator[Event]:
    yield from _moved(terms, fee_times(terms, matures), Kind.FEE, matures=matures)


def _scalings(terms: Terms, matures: datetime) -> Iterator[Event]:
    if terms.scaling.interest or terms.scaling.notional:
        found = _times(terms, terms.scaling.when, matures)
        yield from _moved(terms, found, Kind.SCALING, matures=matures)


def _early(terms: Terms, matures: datetime) -> Iterator[Event]:
    """Early payments where they are allowed, each with its penalty."""
    if not terms.early.allowed:
        return
    found = _times(terms, terms.early.when, matures)
    yield from _moved(terms, found, Kind.PREPAYMENT, matures=matures)
    if terms.early.penalty is not Penalty.NONE:
        yield from _moved(terms, found, Kind.PENALTY, matures=matures)


def _analyses(
    terms: Terms, happenings: Iterable[Happening], until: datetime | None
) -> Iterator[Event]:
    return (
        _unmoved(one.when, Kind.ANALYSIS)
        for one in happenings
        if one.kind == Kind.ANALYSIS
        and one.when > terms.status
        and (until is None or one.when <= until)
    )


def _happened(terms: Terms, happenings: Iterable[Happening]) -> Iterator[Event]:
    """What was observed: analysis, early payment, principal in or out, a call and what follows."""
    for one in happenings:
        if one.kind == Kind.CALL and terms.type in OPEN_ENDED:
            yield _unmoved(one.when, Kind.CALL)
        elif one.kind == Kind.ANALYSIS:
            yield _unmoved(one.when, Kind.ANALYSIS)
        elif one.kind == Kind.PREPAYMENT or (
            one.kind in (Kind.REDEMPTION, Kind.INCREASE) and terms.type is ContractType.UMP
        ):
            yield _unmoved(one.when, Kind(one.kind), one.value)
            if one.kind == Kind.PREPAYMENT and terms.early.penalty is not Penalty.NONE:
                yield _unmoved(one.when, Kind.PENALTY)
        else:
            wrong = f"An observed event {shown(one.kind)} means nothing to {terms.type}."
            hint = "Observed may be AD and PP, XD for CLM and UMP, PR and PI for UMP."
            raise InputError("ACTUS_EVENT", wrong, hint)


def _living(terms: Terms, found: list[Event], until: datetime | None) -> Iterator[Event]:
    """Events after the status date and from the exchange on, to the sale, the call or the end."""
    called = min((event.when for event in found if event.kind is Kind.CALL), default=None)
    for event in found:
        if event.when <= terms.status:
            continue
        if event.kind is not Kind.EXCHANGE and _before_exchange(terms, event):
            continue
        if _after_sale(terms, event):
            continue
        if called is not None and event.when >= called:
            if event.kind is Kind.CALL:
                yield event
            elif event.kind in (Kind.INTEREST, Kind.MATURITY):
                yield _settled(event)
            continue
        if until is None or event.when <= until:
            yield event


def _before_exchange(terms: Terms, event: Event) -> bool:
    return terms.exchanged is not None and event.when < terms.exchanged


def _after_sale(terms: Terms, event: Event) -> bool:
    sold = terms.sold
    return sold is not None and event.place > (sold.when, ORDER[Kind.TERMINATION])


def _settled(event: Event) -> Event:
    """The end of a contract that was called is its settlement."""
    kind = Kind.SETTLEMENT if event.kind is Kind.MATURITY else event.kind
    return Event(event.when, event.day, kind, event.value)
