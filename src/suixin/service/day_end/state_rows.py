"""The state of an agreement as columns and back, with all that the next day needs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from suixin.lending.agreement import AgreementState, AgreementTerms, Memory
from suixin.lending.allocation import Allocation, Bucket, Claim
from suixin.lending.arrears import OpenDue, oldest_unpaid
from suixin.lending.running import SERVED
from suixin.lending.states import Life
from suixin.lending.sweep import OrderSwept
from suixin.service.day_end.quiet import overdue_fen
from suixin.service.store.event_rows import planned_of, rows_of

# Every column that a state fills, and how it is sent.
COLUMNS: Final = (
    *(("worked_through", "date"), ("wake_on", "date"), ("grade", "smallint")),
    *(("accrues", "boolean"), ("non_accrual", "boolean"), ("rate_bps", "integer")),
    *(("anchor_on", "date"), ("accrued_num", "numeric"), ("interest_booked_fen", "bigint")),
    *(("penalty_num", "numeric"), ("penalty_booked_fen", "bigint"), ("not_due_fen", "bigint")),
    *(("overdue_fen", "bigint"), ("principal_fen", "bigint"), ("interest_fen", "bigint")),
    *(("penalty_fen", "bigint"), ("fee_fen", "bigint"), ("suspended_fen", "bigint")),
    *(("suspended_penalty_fen", "bigint"), ("life", "text"), ("on_plan", "boolean")),
    *(("ended", "boolean"), ("rows_gone", "smallint"), ("accrued_fen", "bigint")),
    *(("ahead_fen", "bigint"), ("period_net_fen", "bigint"), ("period_swept_fen", "bigint")),
    *(("penalty_since", "date"), ("due_ons", "date[]"), ("due_principals", "bigint[]")),
    *(("due_interests", "bigint[]"), ("due_fees", "bigint[]"), ("other", "text")),
)
NAMES: Final = ", ".join(name for name, _ in COLUMNS)

_OTHER: Final = ("suspense_fen", "written_off_fen", "recourse_fund_fen", "recourse_guarantors_fen")


def row_of(
    terms: AgreementTerms, state: AgreementState, *, wake_on: date | None, grade: int
) -> tuple[Any, ...]:
    """A state in the order of `COLUMNS`."""
    memory = state.memory
    gone = len(terms.rows) - len(memory.rows)
    as_signed = gone >= 0 and memory.rows == terms.rows[gone:]
    dues = state.dues
    return (
        *(state.on, wake_on, grade, state.life in SERVED, state.non_accrual, state.rate_bps),
        *(memory.anchor, Decimal(memory.accrued_num), memory.interest_booked_fen),
        *(Decimal(memory.penalty_num), memory.penalty_booked_fen, state.not_due_fen),
        *(overdue_fen(state), state.principal_fen),
        state.interest_fen - state.suspended_interest_fen,
        state.penalty_fen - state.suspended_penalty_fen,
        *(state.fee_fen, state.suspended_interest_fen + state.suspended_penalty_fen),
        *(state.suspended_penalty_fen, state.life.value, memory.on_plan, memory.ended),
        *(gone if as_signed else 0, state.accrued_fen, memory.ahead_fen),
        *(memory.period_net_fen, memory.period_swept_fen, memory.penalty_since),
        [due.due_on for due in dues] or None,
        [due.principal_fen for due in dues] or None,
        [due.interest_fen for due in dues] or None,
        [due.fee_fen for due in dues] or None,
        _other(state, as_signed=as_signed),
    )


def _other(state: AgreementState, *, as_signed: bool) -> str | None:
    """What most agreements never have, as a text; None where there is none of it."""
    memory = state.memory
    told: dict[str, Any] = {name: getattr(state, name) for name in _OTHER}
    told |= {
        "called_fen": memory.called_fen,
        "restructured_on": [day.isoformat() for day in state.restructured_on],
        "holds": sorted(state.holds),
    }
    kept = {name: one for name, one in told.items() if one}
    if not as_signed:
        kept["rows"] = rows_of(memory.rows)
    return _json(kept) if kept else None


def state_of(terms: AgreementTerms, row: Sequence[Any], past: Sequence[Any] = ()) -> AgreementState:
    """A state from its row; without a `past` its orders, receipts and draws are left out."""
    told = dict(zip((name for name, _ in COLUMNS), row, strict=True))
    other = json.loads(told["other"]) if told["other"] else {}
    gone, on = told["rows_gone"], told["worked_through"]
    rows = planned_of(other["rows"]) if "rows" in other else terms.rows[gone:]
    dues = _dues(told)
    late_penalty = told["suspended_penalty_fen"]
    late_interest = told["suspended_fen"] - late_penalty
    penalty, since = told["penalty_fen"] + late_penalty, told["penalty_since"]
    memory = Memory(
        rows=rows,
        anchor=told["anchor_on"],
        accrued_num=int(told["accrued_num"]),
        interest_booked_fen=told["interest_booked_fen"],
        penalty_num=int(told["penalty_num"]),
        penalty_booked_fen=told["penalty_booked_fen"],
        ahead_fen=told["ahead_fen"],
        on_plan=told["on_plan"],
        period_net_fen=told["period_net_fen"],
        period_swept_fen=told["period_swept_fen"],
        penalty_since=since,
        called_fen=other.get("called_fen", 0),
        ended=told["ended"],
        **past_told(past),
    )
    return AgreementState(
        on=on,
        life=Life(told["life"]),
        rate_bps=told["rate_bps"],
        not_due_fen=told["not_due_fen"],
        accrued_fen=told["accrued_fen"],
        penalty_fen=penalty,
        dues=dues,
        suspended_interest_fen=late_interest,
        suspended_penalty_fen=late_penalty,
        non_accrual=told["non_accrual"],
        oldest_unpaid_on=oldest_unpaid(dues, on, penalty_since=since if penalty else None),
        next_due_on=rows[0].due_on if rows else None,
        restructured_on=tuple(map(date.fromisoformat, other.get("restructured_on", ()))),
        holds=frozenset(other.get("holds", ())),
        memory=memory,
        **{name: other.get(name, 0) for name in _OTHER},
    )


def _dues(told: Mapping[str, Any]) -> tuple[OpenDue, ...]:
    if told["due_ons"] is None:
        return ()
    names = ("due_ons", "due_principals", "due_interests", "due_fees")
    return tuple(OpenDue(*one) for one in zip(*(told[name] for name in names), strict=True))


def past_of(state: AgreementState) -> str:
    """The orders, receipts and draws of a state as a row of its past, all of them at once."""
    memory = state.memory
    whole = {
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
    return _json(["whole", whole])


def past_told(lines: Sequence[Any]) -> dict[str, Any]:
    """Orders, what was swept, receipts and draws from the lines of a past, in their order.

    A line is ["whole", all of them], ["Sale", order, settled, taken, claims paid] or
    ["Receipt", key, claims paid].
    """
    orders: dict[str, OrderSwept] = {}
    swept: list[tuple[Claim, ...]] = []
    receipts: dict[str, Allocation] = {}
    draws: dict[str, int] = {}
    for kind, *told in lines:
        if kind == "whole":
            (whole,) = told
            orders = {key: OrderSwept(*one) for key, one in whole["orders"].items()}
            swept = [_claims_of(one) for one in whole["swept"]]
            receipts = {
                key: Allocation(_claims_of(paid), rest)
                for key, (paid, rest) in whole["receipts"].items()
            }
            draws = whole["draws"]
        elif kind == "Sale":
            order, settled, taken, paid = told
            orders[order] = OrderSwept(settled, 0, taken)
            if taken:
                swept.append(_claims_of(paid))
        else:
            key, paid = told
            receipts[key] = Allocation(_claims_of(paid), 0)
    return {
        "orders": MappingProxyType(orders),
        "swept": tuple(swept),
        "receipts": MappingProxyType(receipts),
        "draws": MappingProxyType(draws),
    }


def _json(told: Any) -> str:
    return json.dumps(told, separators=(",", ":"))


def _claims(claims: Iterable[Claim]) -> list[list[Any]]:
    return [
        [claim.bucket.value, claim.due_on.isoformat() if claim.due_on else None, claim.fen]
        for claim in claims
    ]


def _claims_of(told: Iterable[list[Any]]) -> tuple[Claim, ...]:
    return tuple(
        Claim(Bucket(bucket), date.fromisoformat(due_on) if due_on else None, fen)
        for bucket, due_on, fen in told
    )
