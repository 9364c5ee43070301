"""What the bank tells, taken in; receipts that are expected, and refunds that give a share back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from suixin.data.errors import InputError
from suixin.lending.events import Refund
from suixin.lending.merchant import REFUNDED
from suixin.lending.transaction import Dimensions
from suixin.service.app import keys
from suixin.service.app.bank import booking_day, desk_of, has_bank
from suixin.service.app.caller import Caller
from suixin.service.app.day import business_day
from suixin.service.app.permits import Act, check_may
from suixin.service.day_end.receiving import receive
from suixin.service.rails.desk import Taken
from suixin.service.rails.payment import Receipt
from suixin.service.rails.register import Expected
from suixin.service.rails.stored_desk import StoredDesk
from suixin.service.rails.stored_register import StoredRegister
from suixin.service.store.agreements import terms_of
from suixin.service.store.key_ring import KeyRing
from suixin.service.store.session import Actor, acting, query

_DAYS: Final = """
    with days as (
        select value_on, sum(sum(fen)) over (order by value_on)::bigint as fen
          from posting where institution_id = %(institution)s and account = '1001'
         group by value_on)
    select r.name, r.number, r.closing_on, r.closing_fen, r.lines, r.taken_on,
           coalesce((select d.fen from days as d where d.value_on <= r.closing_on
                      order by d.value_on desc limit 1), 0)
      from bank_report as r
     where r.institution_id = %(institution)s and r.closing_on < %(before)s
     order by r.closing_on desc, r.number desc limit %(most)s
"""
_FAULTS: Final = """
    select name, code, message, hint, since from bank_fault where institution_id = %s order by name
"""
_LINES: Final = """
    select place, part, key, verdict, fen, value_on, payment, expected, "case", note from bank_line
     where institution_id = %s and report = %s and (place, part) > (%s, %s)
     order by place, part limit %s
"""
LISTED_MAX: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A receipt to come, by the reference that whoever pays will give.

    With `order` it is a settlement of that order's sales: all of it is owed to the merchant, and
    his agreement takes its share of it.
    """

    reference: str
    about: Dimensions
    fen: int
    on: date
    order: str = ""
    payer: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementDay:
    """A statement, and what our books say the account held at the end of its day.

    `differs_fen` is what the bank has more than our books: what is told later counts from its own
    day, so the last days may still differ.
    """

    name: str
    number: int | None
    closing_on: date
    closing_fen: int
    lines: int
    taken_on: date
    books_fen: int

    @property
    def differs_fen(self) -> int:
        """What the bank says it holds for us, less what our books say."""
        return self.closing_fen - self.books_fen


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFault:
    """A file of the bank's that is refused as it stands, and what to do."""

    name: str
    code: str
    message: str
    hint: str
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSeen:
    """A line of a statement as it was judged; `part` counts the parts of one that has several."""

    place: int
    part: int
    key: str
    verdict: str
    fen: int
    value_on: date
    payment: str
    expected: str
    case: str
    note: str


def expect(actor: Actor, due: Due, *, ring: KeyRing | None = None) -> bool:
    """Expect a receipt; whether it is new. Within the transaction of the act that leads to it.

    Raises `InputError` KEY_TAKEN, NO_AGREEMENT, AMOUNT, NO_SWEEP (a settlement of sales is taken
    from by agreements that are repaid from them).
    """
    if due.fen <= 0 or not due.reference:
        wrong = f"{due.reference or 'A receipt without a reference'} of {due.fen} fen is none."
        raise InputError("AMOUNT", wrong, "Give a reference, and an amount above 0.")
    with acting(actor):
        if due.about.agreement:
            terms = terms_of(actor, due.about.agreement)
            if due.order and terms.sweep is None:
                wrong = f"{terms.agreement} is not repaid from sales."
                raise InputError("NO_SWEEP", wrong, "Expect receipts instead.")
        register = StoredRegister(actor, (ring or keys.ring()) if due.payer else ring)
        told = Expected(due.reference, due.about, due.fen, due.on, due.payer, order=due.order)
        return register.expect(told)


def refund(
    actor: Actor, agreement: str, order: str, fen: int, *, key: str, on: date, at: datetime
) -> bool:
    """A buyer was paid back: what was swept above the share of the order's net goes back to the
    merchant at the day's end, and waits to be paid out. Whether it is new.

    Raises `InputError` as `day_end.receiving.receive` does: NO_AGREEMENT, NO_SWEEP, DATES.
    """
    later = max(on, booking_day(actor, at))
    told = Refund(key=f"{REFUNDED}{key}", on=on, booked_on=later, order=order, fen=fen)
    with acting(actor):
        known = query(
            "select booked_on from agreement_event"
            " where institution_id = %s and agreement = %s and key = %s",
            [actor.institution, agreement, told.key],
        )
        if known:  # Told again on a later day it is the same.
            told = Refund(key=told.key, on=on, booked_on=known[0][0], order=order, fen=fen)
        return bool(receive(actor, agreement, [told]))


def send(caller: Caller, desk: StoredDesk, *, at: datetime) -> Receipt:
    """Send what waits to be paid, and hand over again what was kept and not handed over."""
    check_may(caller, Act.RECEIVE)
    return desk.submit(at, on=booking_day(desk.actor, at))


def take_in(caller: Caller, desk: StoredDesk, *, at: datetime) -> tuple[Taken, ...]:
    """Take in all that the bank has sent, each file whole or not at all."""
    check_may(caller, Act.RECEIVE)
    return desk.take_in(booking_day(desk.actor, at))


def exchange(caller: Caller, *, at: datetime) -> tuple[Receipt, tuple[Taken, ...]]:
    """Send what waits and take in what came, by the folders of the service's home: a job's round.

    An institution that has no bank yet has nothing to exchange.
    """
    check_may(caller, Act.RECEIVE)
    actor = caller.actor("exchanged files with the bank")
    if not has_bank(actor):
        return Receipt("", ()), ()
    desk = desk_of(actor, on=business_day(actor, at))
    return send(caller, desk, at=at), take_in(caller, desk, at=at)


def statement_days(
    caller: Caller, *, before: date = date.max, most: int = 50
) -> tuple[StatementDay, ...]:
    """Statements beside our books, the latest first."""
    check_may(caller, Act.SEE_LEDGER)
    actor = caller.actor("looked at statements")
    with acting(actor):
        given = {"before": before, "most": max(1, min(most, LISTED_MAX))}
        found = query(_DAYS, {**given, "institution": actor.institution})
    names = ("name", "number", "closing_on", "closing_fen", "lines", "taken_on", "books_fen")
    return tuple(StatementDay(**dict(zip(names, row, strict=True))) for row in found)


def statement_lines(
    caller: Caller, statement: str, *, after: tuple[int, int] = (0, -1), most: int = 100
) -> tuple[LineSeen, ...]:
    """The lines of a statement or a notice as they were judged, in its order."""
    check_may(caller, Act.SEE_LEDGER)
    actor = caller.actor("looked at a statement")
    with acting(actor):
        given = [statement, *after, max(1, min(most, LISTED_MAX))]
        found = query(_LINES, [actor.institution, *given])
    names = ("place", "part", "key", "verdict", "fen", "value_on", "payment", "expected", "case",
             "note")  # fmt: skip
    return tuple(LineSeen(**dict(zip(names, row, strict=True))) for row in found)


def file_faults(caller: Caller) -> tuple[FileFault, ...]:
    """Files of the bank's that are refused as they stand, and why."""
    check_may(caller, Act.SEE_LEDGER)
    actor = caller.actor("looked at files")
    with acting(actor):
        found = query(_FAULTS, [actor.institution])
    names = ("name", "code", "message", "hint", "since")
    return tuple(FileFault(**dict(zip(names, row, strict=True))) for row in found)
