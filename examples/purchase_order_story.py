"""A purchase order financed: paid to the supplier on the second try, repaid late, but told later.

Run it with `python examples/purchase_order_story.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from _telling import (
    START,
    Asking,
    at,
    balanced,
    booked,
    day_of,
    ending,
    lived,
    policy,
    quoted,
    stands,
    terms_of,
    told,
    write,
    yuan,
)

from suixin.kernel.money import Money
from suixin.lending.differences import differences
from suixin.lending.events import Draw, Event, Receipt, Reversal
from suixin.lending.purchase_order import PurchaseOrder, order_refusal
from suixin.lending.quote import Asked, quote
from suixin.lending.supplier import Marks, Supplier, related_by, supplier_refusal
from suixin.lending.three_flows import Flows, flow_refusal, flows_found

LENT = 40_000_00


def story() -> Iterator[str]:
    """Checked, quoted, paid out twice, corrected when the truth is told, and settled."""
    yield from checked()
    made = quote("purchase_order", Money(LENT), START, Asked(rate_bps=1025))
    yield from quoted(made)
    assert made.product.money_to == "supplier"
    assert Asking(made, "inputs", 92, limit_fen=50_000_00).answer() == ()

    terms, events, books = terms_of(made), happened(), booked(())
    for day in (1, 2, 96, 97, 400):
        known = [event for event in events if event.booked_on <= day_of(day)]
        found = lived(terms, known, day)
        lacking = differences(
            books, found.transactions, agreement=terms.agreement, booked_on=day_of(day)
        )
        posted = [books.post(one) for one in lacking]
        corrected = sum(bool(one.corrects) for one in posted)
        state = found.state
        yield (
            f"day {day}: {state.life}, owed {yuan(state.owed_fen)}, "
            f"{len(posted)} postings, {corrected} of them corrections"
        )
    yield from ending(books, state, terms.agreement)

    on_time = stands(terms, events, 92)
    assert (on_time.life, on_time.owed_fen, on_time.suspense_fen) == ("closed", 0, 0)
    assert books.balance("1103") == books.balance("4002") == 0  # No penalty: he was not late.
    assert books.balance("1001") == -books.balance("4001") == 1_010_96  # 40,000 for 90 days.
    assert books.balance("2002") == 0  # All that was owed to the supplier was sent to it.
    assert list(balanced(books))[-1].endswith(" 0.00")


def checked() -> Iterator[str]:
    """Three flows, the order, and who is paid."""
    rules, on = policy("origination"), START
    flows = [Flows(f"o-{n}", on, 900_00, on, 880_00, on, n != 7) for n in range(1, 11)]
    found = flows_found(flows)
    yield f"three flows agree for {found.matched} of {found.total} orders"
    assert flow_refusal(found, rules) is None

    order = PurchaseOrder("p-1", "household-1", "supplier-1", 60_000_00, day_of(80), "i-1", on)
    asked = partial(order_refusal, order, grade="BBB", policy=rules)
    above = asked(loan_fen=43_000_00, financed=())
    yield f"43,000.00 on an order of 60,000.00 is {told(above)}"
    assert asked(loan_fen=LENT, financed=()) is None
    twice = asked(loan_fen=LENT, financed=[order])
    yield f"the same order once more is {told(twice)}"

    payee, listed = Marks("supplier-1"), [Supplier("supplier-1", "account-1", on)]
    related = related_by(Marks("household-1"), payee, [])
    paid = partial(supplier_refusal, payee, listed=listed, related=related, cash_out="", on=on)
    yield f"to another account it is {told(paid('account-2'))}"
    assert paid("account-1") is None


def happened() -> list[Event]:
    """The first payment never arrived, which the bank tells a day later.

    The buyer pays on the due day, but his bank tells it only five days later: until then the books
    say that he is late. 40,000.00 at 10.25 % for 90 days is 1,010.96.
    """
    return [
        at(Draw, "payout-1", 0, fen=LENT, to="supplier"),
        at(Reversal, "never-arrived", 0, told=2, of="payout-1"),
        at(Draw, "payout-2", 2, fen=LENT, to="supplier"),
        at(Receipt, "buyer-paid", 92, told=97, fen=41_010_96),
    ]


if __name__ == "__main__":
    write(story)
