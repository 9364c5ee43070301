"""Garlic in a warehouse bears a line until its price falls: warned, called, sold, the rest lost.

Run it with `python examples/warehouse_story.py`.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import replace

from _telling import (
    START,
    Asking,
    at,
    booked,
    day_of,
    ending,
    entry,
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
from suixin.lending.events import Draw, Event, Freeze, Provide, Receipt, WriteOff
from suixin.lending.loss import Cover, loss_shares
from suixin.lending.pledge import Pledge, PledgeState, moved, offer_refusal
from suixin.lending.quote import Asked, quote
from suixin.lending.warehouse import Margin, Quote, Stock, price_kg, standing, stock_refusal

LIMIT, KG = 80_000_00, 20_000
SOLD = 66_000_00  # What the goods brought, less the costs of selling them.


def story() -> Iterator[str]:
    """Pledged, drawn, marked to market, called, sold, and what is left shared."""
    made = quote("warehouse", Money(LIMIT), START, Asked(rate_bps=1000))
    yield from quoted(made)
    assert Asking(made, "stock", 184, limit_fen=LIMIT).answer() == ()
    pledge = yield from pledged()
    terms, events = terms_of(made), happened()

    called_on = None
    for day, price in ((0, 600), (50, 480), (55, 450), (61, 440)):
        debt = stands(terms, events, day).payoff_fen
        found = standing(
            debt, KG * price, on=day_of(day), policy=policy("guarantee"), called_on=called_on
        )
        cure = f", cured by {yuan(found.pay_fen)} to {found.until}" if found.until else ""
        yield (
            f"day {day}: {yuan(price)} a kg, debt {yuan(debt)} on {yuan(KG * price)}: "
            f"{found.margin}, may draw {yuan(found.draw_left_fen)}{cure}"
        )
        called_on = day_of(day) if found.margin is Margin.CALL else called_on
    assert found.margin is Margin.SELL  # Not cured in three working days.
    went(went(pledge, PledgeState.CALLED), PledgeState.SOLD)

    end = lived(terms, events)
    yield from (f"draw {key} is {told(no)}" for key, no in end.refused)
    worth, of = KG * 600, terms.agreement
    memo = [
        entry("in", "pledge in", worth, 0, of=of),
        entry("out", "pledge out", worth, 66, of=of),
    ]
    books = booked([*end.transactions, *memo])
    yield from ending(books, end.state, of)

    lost = end.state.written_off_fen
    borne = loss_shares(SOLD + lost, covers=[Cover("pledge", SOLD)]).borne_fen
    yield "borne by " + ", ".join(f"{who} {yuan(fen)}" for who, fen in borne.items())
    assert tuple(borne) == made.product.loss_order
    assert borne == {"pledge": SOLD, "lender": books.balance("5001")}
    assert [key for key, _ in end.refused] == ["more"]
    assert books.balance("9002") == books.balance("1101") == books.balance("1901") == 0
    assert end.state.owed_fen == lost + books.balance("9003")  # And what never was income.


def pledged() -> Generator[str, None, Pledge]:
    """The receipt registered and held; the same goods behind another loan are refused."""
    rules = policy("guarantee")
    offered = Pledge("warehouse_receipt", "R 20-77", "warehouse-1", KG * 600, START)
    assert offer_refusal(offered, (), rules) is None
    held = went(went(offered, PledgeState.REGISTERED, "z-1"), PledgeState.HELD)
    twice = offer_refusal(replace(offered, thing="r2077", agreement="a-2"), (held,), rules)
    yield f"the same receipt behind another loan is {told(twice)}"
    stock = Stock("r-2077", KG * 1000, "z-1", None, START)
    quotes = [Quote(day_of(-day), 597 + day) for day in range(1, 6)]
    assert price_kg(quotes, on=START, policy=rules) == 600
    assert stock_refusal(stock, quotes, on=START, policy=rules) is None
    return held


def went(pledge: Pledge, to: PledgeState, registry_no: str | None = None) -> Pledge:
    """The pledge in its next state, which its table allows."""
    after = moved(pledge, to, policy("guarantee"), registry_no=registry_no)
    assert isinstance(after, Pledge)
    return after


def happened() -> list[Event]:
    """Drawn twice; draws stop at the warning; the goods are sold; the rest is written off."""
    return [
        at(Draw, "garlic-1", 0, fen=50_000_00),
        at(Draw, "garlic-2", 10, fen=20_000_00),
        at(Receipt, "interest-1", 18, fen=290_41),
        at(Receipt, "interest-2", 49, fen=594_52),
        at(Freeze, "price-fell", 50, hold="draw_stopped"),
        at(Draw, "more", 53, fen=5_000_00),
        at(Receipt, "goods-sold", 66, fen=SOLD),
        at(Provide, "provision", 300, fen=4_326_03),
        at(WriteOff, "write-off", 300, by=("officer", "board")),
    ]


if __name__ == "__main__":
    write(story)
