"""The state of an agreement as text and back, with all that the next day needs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from types import MappingProxyType
from typing import Any

from suixin.lending.agreement import AgreementState, Memory
from suixin.lending.allocation import Allocation, Bucket, Claim
from suixin.lending.arrears import OpenDue
from suixin.lending.states import Life
from suixin.lending.sweep import OrderSwept
from suixin.service.store.event_rows import planned_of, rows_of

_PLAIN = (
    *("rate_bps", "not_due_fen", "accrued_fen", "penalty_fen", "suspended_interest_fen"),
    *("suspended_penalty_fen", "non_accrual", "suspense_fen", "written_off_fen"),
    *("recourse_fund_fen", "recourse_guarantors_fen"),
)
_PLAIN_OF_MEMORY = (
    *("accrued_num", "interest_booked_fen", "penalty_num", "penalty_booked_fen", "ahead_fen"),
    *("on_plan", "period_net_fen", "period_swept_fen", "called_fen", "ended"),
)


def text_of(state: AgreementState) -> str:
    """A state as text, without `past_of` it."""
    memory = state.memory
    told = {name: getattr(state, name) for name in _PLAIN}
    told |= {
        "on": state.on.isoformat(),
        "life": state.life.value,
        "dues": [
            [due.due_on.isoformat(), due.principal_fen, due.interest_fen, due.fee_fen]
            for due in state.dues
        ],
        "oldest_unpaid_on": _text(state.oldest_unpaid_on),
        "next_due_on": _text(state.next_due_on),
        "restructured_on": [day.isoformat() for day in state.restructured_on],
        "holds": sorted(state.holds),
    }
    held = {name: getattr(memory, name) for name in _PLAIN_OF_MEMORY}
    held |= {
        "rows": rows_of(memory.rows),
        "anchor": memory.anchor.isoformat(),
        "penalty_since": _text(memory.penalty_since),
    }
    return _json({**told, "memory": held})


def past_of(state: AgreementState) -> str:
    """The orders, receipts and draws of a state as text, which only its events need."""
    memory = state.memory
    told = {
        "orders": {
            key: [order.settled_fen, order.refunded_fen, order.taken_fen]
            for key, order in memory.orders.items()
        },
        "swept": [_claims(one) for one in memory.swept],
        "receipts": {
            key: [_claims(one.paid), one.rest_fen] for key, one in memory.receipts.items()
        },
        "draws": dict(memory.draws),
    }
    return _json(told)


def state_of(text: str, past: str) -> AgreementState:
    """A state from its text; with an empty `past` its orders, receipts and draws are left out."""
    told = json.loads(text)
    held = told["memory"]
    then = json.loads(past) if past else {"orders": {}, "swept": [], "receipts": {}, "draws": {}}
    memory = Memory(
        rows=planned_of(held["rows"]),
        anchor=date.fromisoformat(held["anchor"]),
        penalty_since=_day(held["penalty_since"]),
        orders=MappingProxyType({key: OrderSwept(*one) for key, one in then["orders"].items()}),
        swept=tuple(_claims_of(one) for one in then["swept"]),
        receipts=MappingProxyType(
            {
                key: Allocation(_claims_of(one), rest)
                for key, (one, rest) in then["receipts"].items()
            }
        ),
        draws=MappingProxyType(then["draws"]),
        **{name: held[name] for name in _PLAIN_OF_MEMORY},
    )
    return AgreementState(
        on=date.fromisoformat(told["on"]),
        life=Life(told["life"]),
        dues=tuple(OpenDue(date.fromisoformat(on), *fens) for on, *fens in told["dues"]),
        oldest_unpaid_on=_day(told["oldest_unpaid_on"]),
        next_due_on=_day(told["next_due_on"]),
        restructured_on=tuple(date.fromisoformat(day) for day in told["restructured_on"]),
        holds=frozenset(told["holds"]),
        memory=memory,
        **{name: told[name] for name in _PLAIN},
    )


def _json(told: dict[str, Any]) -> str:
    return json.dumps(told, separators=(",", ":"))


def _claims(claims: Iterable[Claim]) -> list[list[Any]]:
    return [[claim.bucket.value, _text(claim.due_on), claim.fen] for claim in claims]


def _claims_of(told: Iterable[list[Any]]) -> tuple[Claim, ...]:
    return tuple(Claim(Bucket(bucket), _day(due_on), fen) for bucket, due_on, fen in told)


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
