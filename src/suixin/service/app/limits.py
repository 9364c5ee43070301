"""A limit over time: up in steps, down at once, still when little moves (H05)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final, Protocol

from suixin.credit.limit_path import LimitChange, Look, Move, PathRules, limit_path
from suixin.credit.sheets import policy_on
from suixin.evidence.entry import Kind
from suixin.service.app.applications import own_actor
from suixin.service.app.caller import Caller
from suixin.service.app.evidence import tell
from suixin.service.app.permits import Act, check_may
from suixin.service.app.standings import owed_by_product
from suixin.service.store.session import Actor, acting, query

_PATH: Final = """
    select on_day, from_fen, to_fen, move, target_fen, drawn_fen, flags from limit_change
     where institution_id = %s and party_id = %s and product = %s order by on_day
"""
_MOVE: Final = """
    insert into limit_change (institution_id, party_id, product, on_day, from_fen, to_fen, move,
                              target_fen, drawn_fen, flags, by_whom)
    values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
    on conflict (institution_id, party_id, product, on_day) do nothing
"""


class File(Protocol):
    """What a limit is moved by: the target of a credit file, its flags and signs."""

    @property
    def target_fen(self) -> int: ...
    @property
    def refusal(self) -> str: ...
    @property
    def flags(self) -> tuple[str, ...]: ...
    @property
    def signs(self) -> tuple[str, ...]: ...
    @property
    def digest(self) -> str: ...


def refreshed(
    actor: Actor, party: str, product: str, file: File, *, on: date, at: datetime
) -> LimitChange | None:
    """Move a party's limit by what its new credit file asks for; the move, or None where it stands.

    One move a day: a second look on the same day changes nothing. A part of the transaction that
    keeps the file.
    """
    with acting(actor):
        before = path_of(actor, party, product)
        if before and before[-1].on >= on:
            return None
        drawn = owed_by_product(actor, party, on=on).get(product, 0)
        look = Look(
            on=on,
            target_fen=0 if file.refusal else file.target_fen,
            drawn_fen=drawn,
            flags=frozenset({*file.flags, *file.signs}),
        )
        rules = PathRules.from_policy(policy_on(on, None))
        made = limit_path([look], rules, before=before)
        if not made:
            return None
        (change,) = made
        given = [change.from_fen, change.to_fen, change.move.value, change.target_fen]
        query(
            _MOVE,
            [
                *(actor.institution, party, product, on, *given, drawn),
                *(list(change.flags), actor.by),
            ],
        )
        said = {
            "product": product,
            "on": on,
            "from_fen": change.from_fen,
            "to_fen": change.to_fen,
            "move": change.move.value,
            "file": file.digest,
        }
        tell(actor, Kind.DECISION, said, at=at, party_id=party)
        return change


def limits(caller: Caller, party: str, product: str) -> tuple[LimitChange, ...]:
    """Every move of a party's limit under a product, oldest first."""
    check_may(caller, Act.SEE_CREDIT_FILE)
    own_actor(caller, party, "looked at a limit")
    return path_of(caller.actor("looked at a limit"), party, product)


def path_of(actor: Actor, party: str, product: str) -> tuple[LimitChange, ...]:
    """The moves so far of a limit, oldest first."""
    with acting(actor):
        rows = query(_PATH, [actor.institution, party, product])
    return tuple(
        LimitChange(on, was, now, Move(move), target, drawn, tuple(flags))
        for on, was, now, move, target, drawn, flags in rows
    )
