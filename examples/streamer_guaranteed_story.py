"""A streamer stands for a grower to a cap that he read back: called for it, the rest is lost.

Run it with `python examples/streamer_guaranteed_story.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from _telling import (
    START,
    Asking,
    at,
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
from suixin.lending.events import (
    Draw,
    Event,
    GuaranteeCalled,
    GuarantorPaid,
    Provide,
    Receipt,
    Recovery,
    WriteOff,
)
from suixin.lending.loss import Cover, loss_shares, recovery_shares
from suixin.lending.quote import Asked, quote
from suixin.lending.streamer_guarantee import StreamerOffer, streamer_refusal

LENT, CAP, CAME_BACK = 30_000_00, 9_000_00, 3_000_01


def story() -> Iterator[str]:
    """Guaranteed, paid four times, called to the cap, written off, a recovery shared."""
    made = quote("streamer_guaranteed", Money(LENT), START, Asked(rate_bps=1025, times=12))
    yield from quoted(made)
    assert Asking(made, "inputs", 365, limit_fen=LENT).answer() == ()
    terms = terms_of(made, 12)
    yield from guaranteed()

    events = happened()
    for day in (153, 154, 244, 260, 380):
        state = stands(terms, events, day)
        late = f"{state.days_past_due} days past due"
        yield f"day {day}: {state.life}, {late}, owed {yuan(state.owed_fen)}"
    lost = state.written_off_fen
    borne = loss_shares(CAP + lost, covers=[Cover("streamer", CAP, recourse=True)]).borne_fen
    yield "borne by " + ", ".join(f"{who} {yuan(fen)}" for who, fen in borne.items())
    back = recovery_shares(CAME_BACK, borne)
    yield "given back " + ", ".join(f"{who} {yuan(fen)}" for who, fen in back.items())

    guarantor = back["streamer"]
    events.append(at(Recovery, "recovered", 390, fen=CAME_BACK, guarantors_fen=guarantor))
    end = lived(terms, events)
    books = booked(end.transactions)
    yield from ending(books, end.state, terms.agreement)
    yield f"of it to the streamer {yuan(end.state.recourse_guarantors_fen)}"

    assert tuple(borne) == made.product.loss_order
    assert borne == {"streamer": CAP, "lender": books.balance("5001")}
    assert sum(back.values()) == CAME_BACK
    assert -books.balance("2005") == guarantor  # Held for him until he is paid.
    assert end.state.recourse_guarantors_fen == CAP - guarantor
    assert end.state.written_off_fen == lost - back["lender"]
    assert books.balance("9005") == 0  # No call stands open.
    assert end.refused == ()


def guaranteed() -> Iterator[str]:
    """In writing, joint, read back, and within six months of his own commission."""
    last, rules = day_of(365), policy("guarantee")
    offer = StreamerOffer(
        "streamer-1", "household-1", CAP, last, day_of(400), True, START, (CAP, day_of(400))
    )
    asked = partial(streamer_refusal, guarantees=(), policy=rules)
    misread = replace(offer, read_back=(CAP // 10, day_of(400)))
    for wrong, commission in ((misread, 1_500_00), (offer, 1_499_99)):
        no = asked(wrong, month_commission_fen=commission)
        yield f"the guarantee is {told(no)}"
    assert asked(offer, month_commission_fen=1_500_00) is None


def happened() -> list[Event]:
    """Four instalments in time, none after; called once it is in default, paid within the month."""
    paid = [
        at(Receipt, f"paid-{n}", day, fen=2_641_38) for n, day in enumerate((31, 61, 92, 122), 1)
    ]
    return [
        at(Draw, "payout", 0, fen=LENT),
        *paid,
        at(GuaranteeCalled, "called", 245, fen=CAP),
        at(GuarantorPaid, "streamer-paid", 260, fen=CAP),
        at(Provide, "provision", 380, fen=11_525_65),
        at(WriteOff, "write-off", 380, by=("officer", "board")),
    ]


if __name__ == "__main__":
    write(story)
