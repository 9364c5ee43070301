"""A live slot as its row has it, and as it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from suixin.credit.live.rules import LiveRules
from suixin.credit.live.slot import WORDING, Slot, Why
from suixin.data.errors import InputError
from suixin.kernel.policy import PolicyOn
from suixin.service.app.day import CHINA
from suixin.service.app.summaries import rules_on
from suixin.service.store.session import Actor, query

_COLUMNS: Final = """slot, party_id, opens_at, closes_at, opening_fen, factor_bps, above, batches,
           events, looked_at, usual"""
_ONE: Final = f"select {_COLUMNS} from live_slot where institution_id = %s and slot = %s"
_CHANGES: Final = """
    select number, at_second, from_bps, to_bps, limit_fen, why, z from live_change
     where institution_id = %s and slot = %s and number > %s order by number
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One move of a slot's limit, in words; `number` counts them from 1."""

    number: int
    at: int
    from_bps: int
    to_bps: int
    limit_fen: int
    why: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotState:
    """Where a slot's limit stands (fen), by which factor (bps), after how many events and moves."""

    slot: str
    party_id: str
    opens_at: int
    closes_at: int
    opening_fen: int
    factor_bps: int
    limit_fen: int
    events: int
    open: bool
    moves: tuple[Moved, ...]


@dataclass(slots=True)
class SlotRow:
    """A slot as its row has it."""

    slot: str
    party_id: str
    opens_at: int
    closes_at: int
    opening_fen: int
    factor_bps: int
    above: Any
    batches: int
    events: int
    looked_at: int
    usual: Any


def slot_row(actor: Actor, slot: str, *, locked: bool = False) -> SlotRow:
    for row in query(f"{_ONE} for update" if locked else _ONE, [actor.institution, slot]):
        return SlotRow(*row)
    raise no_slot(slot)


def slot_state(actor: Actor, row: SlotRow, at: datetime, *, after: int = 0) -> SlotState:
    rows = query(_CHANGES, [actor.institution, row.slot, after])
    return SlotState(
        slot=row.slot,
        party_id=row.party_id,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        opening_fen=row.opening_fen,
        factor_bps=row.factor_bps,
        limit_fen=Slot(row.opening_fen, row.factor_bps).limit_fen,
        events=row.events,
        open=row.opens_at <= int(at.timestamp()) < row.closes_at,
        moves=tuple(
            Moved(
                number=number,
                at=moment,
                from_bps=was,
                to_bps=now,
                limit_fen=limit_fen,
                why=why,
                zh=WORDING[Why(why)].zh,
                en=WORDING[Why(why)].en,
            )
            for number, moment, was, now, limit_fen, why, _ in rows
        ),
    )


def live_rules(opens_at: int) -> tuple[LiveRules, PolicyOn]:
    return _rules_on(datetime.fromtimestamp(opens_at, CHINA).date())


@lru_cache(maxsize=8)
def _rules_on(day: date) -> tuple[LiveRules, PolicyOn]:
    policy = rules_on(day).policy
    return LiveRules.from_policy(policy), policy


def no_slot(slot: str) -> InputError:
    return InputError("NO_SLOT", f"There is no live slot {slot}.", "Check the id.")
