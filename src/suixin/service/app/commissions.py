"""What a station agent earns: so much a file and an application, never by the amount of a loan.

The lender pays it (5002). What turns out false or double is given back within the policy's days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from suixin.kernel.policy import load_policy
from suixin.lending.transaction import Dimensions, Transaction, pair_of
from suixin.service.app.caller import Caller
from suixin.service.app.day import business_day
from suixin.service.app.permits import Act, check_may
from suixin.service.store.books import StoredBooks
from suixin.service.store.session import Actor, acting, query

_EXPENSE: Final = "5002"
_PAYABLE: Final = "2002"
LISTED_MAX: Final = 200
_EARN: Final = """
    insert into station_commission (institution_id, commission, agent, kind, party_id, op_id,
                                    on_day, fen, of, why)
    values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing returning commission
"""
_MONTH: Final = """
    select coalesce(sum(fen), 0)::bigint from station_commission
     where institution_id = %s and agent = %s and on_day >= %s and on_day <= %s
"""
# Two devices of one agent at once would each see the month without the other's.
_ALONE: Final = "select pg_advisory_xact_lock(hashtext('suixin.commission'), hashtext(%s))"
_OF_PARTY: Final = """
    select commission, agent, kind, op_id, on_day, fen from station_commission as c
     where institution_id = %s and party_id = %s and of = '' and on_day >= %s
       and not exists (select from station_commission as b
                        where b.institution_id = c.institution_id and b.of = c.commission)
"""
_LISTED: Final = """
    select commission, kind, party_id, on_day, fen, of, why from station_commission
     where institution_id = %s and agent = %s and on_day >= %s
     order by on_day desc, commission limit %s
"""


class Work(StrEnum):
    """What is paid for."""

    FILE = "file"
    APPLICATION = "application"


@dataclass(frozen=True, slots=True, kw_only=True)
class Commission:
    """One thing earned, or given back: then `fen` is below 0 and `of` names it."""

    commission: str
    kind: str
    party_id: str
    on: date
    fen: int
    of: str
    why: str


def earn(actor: Actor, work: Work, party: str, op_id: str, *, at: datetime) -> int:
    """Note what an agent (`actor.by`) earned for an operation, up to the month's most; in fen.

    A part of the transaction under way; one operation is paid for once.
    """
    day = business_day(actor, at)
    policy = load_policy("stations").on(day)
    query(_ALONE, [actor.by])
    first = day.replace(day=1)
    ((so_far,),) = query(_MONTH, [actor.institution, actor.by, first, day])
    fen = min(policy["commission.fees"][work.value], max(0, policy["commission.month"] - so_far))
    why = "" if fen else "the month's most was earned"
    name = f"{work.value}/{op_id}"
    given = [actor.institution, name, actor.by, work.value, party, op_id, day, fen, "", why]
    if query(_EARN, given) and fen:
        _post(actor, name, actor.by, fen, day)
    return int(fen)


def give_back(actor: Actor, party: str, why: str, *, at: datetime) -> int:
    """Take back what was paid for a party within the policy's days; how much, in fen."""
    day = business_day(actor, at)
    days = load_policy("stations").on(day)["commission.back_days"]
    since, taken = day - timedelta(days=days), 0
    for name, agent, kind, op_id, _, fen in query(_OF_PARTY, [actor.institution, party, since]):
        back = f"{name}/back"
        given = [actor.institution, back, agent, kind, party, op_id, day, -fen, name, why]
        if query(_EARN, given) and fen:
            _post(actor, back, agent, -fen, day)
            taken += fen
    return taken


def commissions(caller: Caller, *, since: date) -> tuple[Commission, ...]:
    """What an agent earned and gave back since a day, the last first; 200 at most."""
    check_may(caller, Act.SYNC_DEVICE)
    actor = Actor(institution=caller.institution, by=caller.by, why="looked at his commissions")
    with acting(actor):
        rows = query(_LISTED, [caller.institution, caller.by, since, LISTED_MAX])
    return tuple(
        Commission(commission=name, kind=kind, party_id=party, on=on, fen=fen, of=of, why=why)
        for name, kind, party, on, fen, of, why in rows
    )


def _post(actor: Actor, name: str, agent: str, fen: int, day: date) -> None:
    about = Dimensions(party=agent)
    pair = (_EXPENSE, _PAYABLE) if fen > 0 else (_PAYABLE, _EXPENSE)
    postings = pair_of(*pair, abs(fen), about)
    text = "station commission" if fen > 0 else "station commission given back"
    StoredBooks(actor).post(Transaction(f"commission/{name}", day, day, postings, text))
