"""Repaid from sales until there are none: floors, a refund, the long-stop, and the lender's loss.

Run it with `python examples/sales_flow_story.py`.
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
from suixin.lending.events import Draw, Event, Provide, Receipt, Refund, Sale, WriteOff
from suixin.lending.loss import loss_shares
from suixin.lending.quote import Asked, quote

LENT = 20_000_00


def story() -> Iterator[str]:
    """Asked, swept for three months, long-stopped, defaulted, written off, a part recovered."""
    made = quote("sales_flow", Money(LENT), START, Asked(rate_bps=1050))
    yield from quoted(made)
    shares = Asking(made, "shares", 184, limit_fen=25_000_00).answer()
    yield f"to buy shares it is {told(shares[0])}"
    assert Asking(made, "stock", 184, limit_fen=25_000_00).answer() == ()
    terms, events = terms_of(made), happened()

    for day, what in (
        (100, "sales have ended"),
        (184, "the long-stop: everything is due"),
        (275, "91 days later it is no longer income"),
    ):
        state = stands(terms, events, day)
        due = sum(one.total_fen for one in state.dues)
        yield f"day {day}: {what}; {state.life}, due {yuan(due)}, owed {yuan(state.owed_fen)}"
    after = stands(terms, events, 300)
    loss = after.written_off_fen
    borne = loss_shares(loss).borne_fen
    yield f"day 300: written off {yuan(loss)}, borne by {', '.join(borne)} alone"

    end = lived(terms, events)
    books = booked(end.transactions)
    yield from ending(books, end.state, terms.agreement)

    assert made.product.loss_order == tuple(borne)
    assert books.balance("5001") == loss  # What was provided was what was lost, to the fen.
    assert books.balance("1901") == -2_000_00  # What came later fills the allowance again.
    suspended = after.suspended_interest_fen + after.suspended_penalty_fen
    assert after.owed_fen == loss + suspended
    assert end.state.owed_fen == after.owed_fen - 2_000_00
    assert end.refused == ()


def happened() -> list[Event]:
    """A good spring; from day 100 no sale. Provided for, written off by two, a part comes late."""
    events: list[Event] = [at(Draw, "payout", 0, fen=LENT)]
    for number in range(1, 12):
        events.append(at(Sale, f"sale-{number}", 9 * number, order=f"order-{number}", fen=4_321_00))
    return [
        *events,
        at(Refund, "refund-3", 40, order="order-3", fen=1_000_00),
        at(Provide, "provision", 300, fen=11_291_41),
        at(WriteOff, "write-off", 300, by=("officer", "board")),
        at(Receipt, "late", 350, fen=2_000_00),
    ]


if __name__ == "__main__":
    write(story)
