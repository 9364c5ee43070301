"""Ending a lender's days, what they find to be done, and a state that is written anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Final

from suixin.data.errors import InputError
from suixin.evidence.entry import Kind as Told
from suixin.service.app.caller import Caller
from suixin.service.app.day import CHINA
from suixin.service.app.evidence import tell
from suixin.service.app.permits import Act, check_may
from suixin.service.app.proposals import Proposal, carries_out, propose
from suixin.service.app.receiving import exchange
from suixin.service.day_end import items
from suixin.service.day_end.closing import Ended
from suixin.service.day_end.ending import Around, UnderWay, days_ended, end_days, under_way
from suixin.service.day_end.items import Item, Kind
from suixin.service.day_end.rebuilding import Rebuilt, rebuild
from suixin.service.day_end.subsidies import grant
from suixin.service.home import usual_home
from suixin.service.store.session import Actor, acting, query

LISTED_MAX: Final = 200
_HAS_LOG: Final = "select origin <> '' from institution where id = %s"


def end_day(
    caller: Caller,
    on: date,
    *,
    at: datetime,
    lake: Path | None = None,
    processes: int = 1,
    told: Callable[[date, int, int], None] = lambda day, done, of: None,
) -> tuple[Ended, ...]:
    """End every day to `on` that is open: take in what the bank sent, work, check, close, tell.

    The digest of each day goes into the institution's log as a part of closing it. Raises
    `InputError` NOT_PERMITTED, NOT_YET (the day has not come), and as `end_days` does.
    """
    check_may(caller, Act.END_DAY)
    if on > at.astimezone(CHINA).date():
        raise InputError("NOT_YET", f"The day {on} has not come.", "End it when it is over.")
    actor = caller.actor(f"day's end to {on}")
    exchange(caller, at=at)
    around = Around(closed=partial(_tell, actor, at))
    to = lake or usual_home().lake
    return tuple(end_days(actor, on, lake=to, processes=processes, told=told, around=around))


def _tell(actor: Actor, at: datetime, made: Ended) -> None:
    """A day that is closed goes into the log, where the institution has one."""
    if query(_HAS_LOG, [actor.institution]) == [(True,)]:
        content = {
            "day": made.day,
            "digest": made.digest,
            "contributions": made.contributions_digest,
            "contributions_rows": made.contributions,
            "worked": made.worked,
            "refused": len(made.refused),
        }
        tell(actor, Told.LEDGER_DAY, content, at=at)


def days(
    caller: Caller, *, before: date | None = None, limit: int = LISTED_MAX
) -> tuple[Ended, ...]:
    """The days that are closed, the last first; `before` goes on from one."""
    check_may(caller, Act.SEE_LEDGER)
    return days_ended(
        caller.actor("looked at the days"), before=before, limit=min(limit, LISTED_MAX)
    )


def progress(caller: Caller) -> UnderWay | None:
    """How far the day is that is being ended, or was begun and left; None where there is none."""
    check_may(caller, Act.SEE_OPERATIONS)
    return under_way(caller.actor("looked at the day's end"))


def to_do(
    caller: Caller,
    kinds: Sequence[Kind] = tuple(Kind),
    *,
    after: Item | None = None,
    limit: int = LISTED_MAX,
) -> tuple[Item, ...]:
    """What the days found is to be done and nobody has done yet, the oldest first."""
    check_may(caller, Act.HOLD)
    actor = caller.actor("looked at what is to be done")
    return items.open_items(actor, kinds, after=after, limit=min(limit, LISTED_MAX))


def done(caller: Caller, item: Item, *, at: datetime) -> bool:
    """Say that something is done; whether it was open. Raises `InputError` NO_ITEM."""
    check_may(caller, Act.HOLD)
    return items.done(caller.actor("did what was to be done"), item, at=at)


def propose_rebuild(
    caller: Caller, agreement: str, *, key: str, why: str, at: datetime
) -> Proposal:
    """Propose to write an agreement's state anew from its history; its postings stay."""
    return propose(caller, Act.REBUILD_STATE, agreement, {}, key=key, why=why, at=at)


@carries_out(Act.REBUILD_STATE)
def _rebuild(caller: Caller, proposal: Proposal, at: datetime) -> None:
    made = rebuild(caller.actor(proposal.why), proposal.subject)
    content = {"agreement": made.agreement, "through": made.through, "changed": made.changed}
    with acting(caller.actor(proposal.why)):
        if query(_HAS_LOG, [caller.institution]) == [(True,)]:
            tell(caller.actor(proposal.why), Told.AGREEMENT, content, at=at)


def propose_subsidy(
    caller: Caller,
    agreement: str,
    *,
    since: date,
    until: date,
    key: str,
    why: str,
    at: datetime,
) -> Proposal:
    """Propose that public money pays a part of the interest of these days, to before `until`."""
    content = {"since": since.isoformat(), "until": until.isoformat()}
    return propose(caller, Act.GRANT_SUBSIDY, agreement, content, key=key, why=why, at=at)


@carries_out(Act.GRANT_SUBSIDY)
def _subsidy(caller: Caller, proposal: Proposal, at: datetime) -> None:
    since, until = (date.fromisoformat(proposal.content[name]) for name in ("since", "until"))
    grant(caller.actor(proposal.why), proposal.subject, since=since, until=until)


__all__ = [
    "Ended",
    "Item",
    "Rebuilt",
    "UnderWay",
    "days",
    "done",
    "end_day",
    "progress",
    "propose_rebuild",
    "propose_subsidy",
    "to_do",
]
