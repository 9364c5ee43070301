"""A live session on credit: stocked before it, repaid by its orders, the rest at the long-stop.

Run it with `python examples/live_slot_story.py`.
"""

from __future__ import annotations

from collections.abc import Iterator

from _telling import (
    START,
    Asking,
    at,
    booked,
    ending,
    lived,
    quoted,
    stands,
    terms_of,
    told,
    write,
    yuan,
)

from suixin.kernel.money import Money
from suixin.lending.events import Draw, Event, Receipt, Refund, Release, Sale
from suixin.lending.quote import Asked, quote

LENT = 10_000_00


def story() -> Iterator[str]:
    """Asked, quoted, lived through and settled."""
    made = quote("live_slot", Money(LENT), START, Asked(rate_bps=1000))
    yield from quoted(made)
    too_much = Asking(made, "stock", 30, limit_fen=9_999_99).answer()
    yield f"with a limit of 9,999.99 {told(too_much[0])}"
    assert Asking(made, "stock", 30, limit_fen=12_000_00).answer() == ()
    terms, events = terms_of(made), happened()

    before, after = stands(terms, events, 13), stands(terms, events, 14)
    back = after.principal_fen + after.interest_fen - before.principal_fen - before.interest_fen
    yield f"day 14: a refund of 400.00 gives {yuan(back)} back, a day's interest in it"

    stop = stands(terms, events, 30)
    yield f"day 30: the long-stop, all that is left is due: {yuan(stop.payoff_fen)}"
    late = stands(terms, events, 41)
    yield f"day 41: {late.life}, {late.days_past_due} days, penalty {yuan(late.penalty_fen)}"

    end = lived(terms, events)
    yield from ending(booked(end.transactions), end.state, terms.agreement)

    paid = sum(event.fen for event in events if isinstance(event, Receipt))
    swept = 8 * 1_150_00 - 200_00
    kept = sum(event.fen for event in events if isinstance(event, Release))
    books = booked(end.transactions)
    earned = -books.balance("4001") - books.balance("4002")
    assert paid + swept == LENT + earned + kept  # Every fen that came is lent, earned or returned.
    assert -books.balance("2003") == kept
    assert (end.state.life, end.state.owed_fen, end.state.suspense_fen) == ("closed", 0, 0)
    assert end.refused == ()
    assert late.penalty_fen > 0


def happened() -> list[Event]:
    """Stocked two days before the session; its eight orders settle in the days after it.

    One buyer is refunded, and what is left at the long-stop comes twelve days late.
    A second refund, after the loan is closed, gives nothing back: it is between shop and buyer.
    """
    events: list[Event] = [at(Draw, "stock", 0, fen=LENT)]
    for number in range(1, 9):
        order = f"order-{number}"
        events.append(at(Sale, f"settled-{number}", 4 + number, order=order, fen=2_300_00))
    return [
        *events,
        at(Refund, "refund-2", 14, order="order-2", fen=400_00),
        at(Receipt, "paid-late", 42, fen=1_100_00),
        at(Release, "overpaid", 45, fen=65_92, by=("clerk", "officer")),
        at(Refund, "refund-5", 50, order="order-5", fen=200_00),
    ]


if __name__ == "__main__":
    write(story)
