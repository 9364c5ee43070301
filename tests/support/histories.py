"""Histories of agreements for properties: terms, and whatever may happen to them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from lives import START

from suixin.lending import events as kinds
from suixin.lending.events import Event

LENGTH = 220
Kinds = tuple[type[Event], ...]


def after(days: int) -> date:
    """A day of a history."""
    return START + timedelta(days=days)


TERMS: tuple[dict[str, Any], ...] = (
    {"rate": 1200, "limit": 500_00, "rows": [[after(30), 0], [after(90)]]},
    {"rate": 960, "principal": 500_00, "instalments": 3, "day_count": "30/360"},
    {"rate": 3650, "rows": [[after(20), 100_00, None, 50], [after(60)]]},
    {"rate": 1200, "sweep": [2_000, 50_00], "rows": [[after(30)], [after(80)]]},
)

BORROWING: Kinds = (
    *(kinds.Receipt, kinds.Receipt, kinds.Draw, kinds.Fee, kinds.NewRate, kinds.Holiday),
    *(kinds.GuarantorPaid, kinds.Restructure, kinds.WriteOff, kinds.Recovery),
    *(kinds.ClaimAccepted, kinds.Freeze, kinds.Provide, kinds.Subsidised, kinds.ClawedBack),
)


@st.composite
def histories(draw: st.DrawFn, borrowing: Kinds = BORROWING) -> tuple[dict[str, Any], list[Event]]:
    """Terms and up to ten facts with their takings back, entered on their days or later."""
    said = draw(st.sampled_from(TERMS))
    happening = (*borrowing, *(kinds.Sale, kinds.Refund) * 4) if "sweep" in said else borrowing
    happened: list[Event] = [kinds.Draw(key="first", on=START, booked_on=START, fen=500_00)]
    for number in range(draw(st.integers(0, 10))):
        day = draw(st.integers(0, LENGTH - 20))
        on, told = after(day), after(day + draw(st.integers(0, 20)))
        made = {"key": f"e-{number}", "on": on, "booked_on": told}
        kind = draw(st.sampled_from(happening))
        happened.append(_event(draw, kind, made))
        if draw(st.integers(0, 4)) == 0:
            may_return = kind in (kinds.Receipt, kinds.Draw)
            back = after(day + (draw(st.integers(0, 20)) if may_return else 0))
            happened.append(
                kinds.Reversal(
                    key=f"b-{number}", on=back, booked_on=after(day + 20), of=made["key"]
                )
            )
    return said, happened


def _event(draw: st.DrawFn, kind: type[Event], made: dict[str, Any]) -> Event:
    """An event of a kind, its own fields drawn."""
    later = made["on"] + timedelta(days=draw(st.integers(1, 40)))
    fen = draw(st.integers(1, 300_00))
    rows = (kinds.PlannedDue(later, 100_00), kinds.PlannedDue(later + timedelta(days=30)))
    own: dict[type[Event], dict[str, Any]] = {
        kinds.NewRate: {"rate_bps": fen % 3000},
        kinds.Holiday: {"until": later},
        kinds.Restructure: {"rate_bps": 600, "rows": rows},
        kinds.WriteOff: {"by": ("officer", "approver")},
        kinds.Freeze: {"hold": "disputed"},
        kinds.Sale: {"fen": fen, "order": f"o-{fen % 2}"},
        kinds.Refund: {"fen": fen, "order": f"o-{fen % 2}"},
    }
    return kind(**made, **own.get(kind, {"fen": fen}))
