"""Anchoring: what happened is told to the institution's chain, and three records held together.

Where no chain is open, or the extra `chain` is not installed, nothing is done and it is said. What
takes the extra is in `app.chain` and imported when a chain is there.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib.util import find_spec
from typing import Any, Final

from suixin.data.errors import InputError
from suixin.service.app.caller import Caller
from suixin.service.app.day import CHINA, business_day
from suixin.service.app.difference_cases import (
    DifferenceCase,
    all_cases,
    case_named,
    close_case,
    open_cases,
    shown_case,
)
from suixin.service.app.permits import Act, check_may
from suixin.service.app.proposals import Proposal, carries_out, propose
from suixin.service.home import Home
from suixin.service.store.session import Actor, acting, query

LISTED_MAX: Final = 200
_NEEDS: Final = ("coincurve", "eth", "eth_abi", "rlp")
_OPEN: Final = "select url, opened_on, logged_through from chain where institution_id = %s"
_LEFT: Final = """
    select left_code, count(*) from chain_name where institution_id = %s and left_on is not null
     group by left_code order by left_code
"""
_ANCHORED: Final = """
    select c.text, b.number, b.hash from chain_call as c
      join (select b.number, b.hash, held.key, held.value from chain_block as b,
                   jsonb_each_text(b.calls) as held
             where b.institution_id = %s) as b on b.key = c.call and b.value = ''
     where c.institution_id = %s and c.text::jsonb ->> 'contract' = 'Anchor'
     order by c.id desc limit %s
"""
_CLOSED: Final = "select closed_through from institution where id = %s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchored:
    """What a day came to. `done` is no where no chain is open or the extra is not installed.

    `size` is the log's size that was anchored; None where it stood there already, or cases are
    open. `pending` calls wait for a block.
    """

    done: bool
    on: date
    size: int | None
    pending: int
    differences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchoredHead:
    """A head of the log on the chain: its size and root, the business day, and by which block."""

    size: int
    root: str
    on: date
    block: int
    block_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainState:
    """How an institution stands with its chain: installed, open, anchored through, differing.

    `left` are the agreements that the chain cannot carry, by why.
    """

    installed: bool
    opened_on: date | None
    embedded: bool
    blocks_logged: int
    last: AnchoredHead | None
    open_cases: int
    left: tuple[tuple[str, int], ...]


def open_chain(
    institution: int,
    home: Home,
    *,
    on: date,
    url: str = "",
    parties_at: str = "",
    depth: int = 0,
) -> str:
    """Open the chain of an institution; the address of its Parties. The owner's act, repeatable.

    The embedded one has its contracts deployed and every role's key drawn in the home; of a node at
    `url` the contracts stand at `parties_at` already, `depth` is how many blocks make one final,
    and two parties have given our keys their roles. What runs there must be this package's code.
    Raises `InputError` MISSING_EXTRA, OTHER_CHAIN, OTHER_KEY, PLACE, `ChainFault` CONTRACT,
    `NodeFault`.
    """
    if bool(url) != bool(parties_at):
        wrong = "A node elsewhere is named by its address and that of its Parties, both or neither."
        raise InputError("PLACE", wrong, "Give --url and --parties, or none for the embedded one.")
    from suixin.service.app.chain.opening import open_place

    return open_place(institution, home, on=on, url=url, parties_at=parties_at, depth=depth)


def anchor_day(caller: Caller, on: date, *, at: datetime) -> Anchored:
    """Tell the chain what happened by the end of a day, hold the records together, anchor the log.

    Done again it changes nothing; days that were left out come with the next. What differs opens a
    case and holds its agreement, and nothing is anchored until two people close it. Raises
    `InputError` NOT_PERMITTED, NOT_YET (the day has not ended), NO_KEY, `NodeFault`.
    """
    check_may(caller, Act.END_DAY)
    actor = caller.actor("looked for its chain")
    if not installed() or not _is_open(actor):
        return Anchored(done=False, on=on, size=None, pending=0, differences=())
    _check_ended(actor, on, at)
    from suixin.service.app.chain.day import day_on_chain
    from suixin.service.app.chain.places import chain_of

    kept = chain_of(actor)
    if kept is None:
        raise AssertionError("A chain that was open is not there.")
    held = day_on_chain(caller, kept, on, at=at)
    return Anchored(
        done=True,
        on=on,
        size=held.anchored,
        pending=len(held.reconciled.pending),
        differences=tuple(str(one) for one in held.reconciled.findings),
    )


def last_closed_day(caller: Caller) -> date | None:
    """The last day that was ended, through which the chain may be told; None where none was."""
    check_may(caller, Act.END_DAY)
    return _closed(caller.actor("looked for the last day"))


def anchors(caller: Caller, *, limit: int = LISTED_MAX) -> tuple[AnchoredHead, ...]:
    """The heads of the log that the chain holds, newest first; raises NOT_PERMITTED."""
    check_may(caller, Act.SEE_EVIDENCE)
    actor = _reader(caller, "looked at anchors")
    with acting(actor):
        return _anchors(actor, min(limit, LISTED_MAX))


def differences(caller: Caller, *, limit: int = LISTED_MAX) -> tuple[DifferenceCase, ...]:
    """What ledger, log and chain tell differently: open cases, then the closed, newest first.

    Raises `InputError` NOT_PERMITTED.
    """
    check_may(caller, Act.SEE_LEDGER)
    actor = _reader(caller, "looked at differences")
    with acting(actor):
        found = all_cases(actor, limit=min(limit, LISTED_MAX))
        if not found or not installed():
            return tuple(shown_case(one, "") for one in found)
        from suixin.service.app.chain.settling import agreement_of

        return tuple(shown_case(one, agreement_of(actor, one.case.of)) for one in found)


def chain_state(caller: Caller) -> ChainState:
    """How the institution stands with its chain, for the status page; raises NOT_PERMITTED."""
    check_may(caller, Act.SEE_OPERATIONS)
    actor = _reader(caller, "looked at the chain")
    with acting(actor):
        rows = query(_OPEN, [actor.institution])
        url, opened_on, logged = rows[0] if rows else ("", None, 0)
        heads = _anchors(actor, 1)
        return ChainState(
            installed=installed(),
            opened_on=opened_on,
            embedded=opened_on is not None and not url,
            blocks_logged=logged,
            last=heads[0] if heads else None,
            open_cases=len(open_cases(actor)),
            left=tuple((code, n) for code, n in query(_LEFT, [actor.institution])),
        )


def settle(
    caller: Caller, case: str, *, take_over: bool, key: str, why: str, at: datetime
) -> Proposal:
    """Propose to close a case with the reason, or to take over the moves that the chain tells.

    What is taken over makes the ledger tell what the chain keeps for ever; its balances are put
    right by postings. A case that still differs is not closed. Raises `InputError` NOT_PERMITTED,
    NO_CASE (none of it stands open), STILL_DIFFERS.
    """
    check_may(caller, Act.SETTLE_DIFFERENCE)
    kept = case_named(_reader(caller, why), case)
    if not kept.case.open:
        raise InputError("NO_CASE", f"The case {case} is closed.", "Name one of those open.")
    if kept.differs and not take_over:
        wrong = f"{case} still differs: {kept.case.findings[-1]}."
        raise InputError("STILL_DIFFERS", wrong, "Correct what is wrong, and reconcile again.")
    content = {"case": case, "take_over": take_over, "findings": len(kept.case.findings)}
    return propose(caller, Act.SETTLE_DIFFERENCE, case, content, key=key, why=why, at=at)


@carries_out(Act.SETTLE_DIFFERENCE)
def settled(caller: Caller, proposal: Proposal, at: datetime) -> None:
    """What two people agreed to of a case."""
    from suixin.service.app.chain.settling import release, take_over

    actor = caller.actor(proposal.why)
    kept = case_named(actor, proposal.subject)
    if len(kept.case.findings) != proposal.content["findings"]:
        wrong = f"More was found of {kept.name} meanwhile."
        raise InputError("OTHER_CONTENT", wrong, "Reject the proposal and make a new one.")
    if proposal.content["take_over"]:
        take_over(actor, kept, proposal=proposal.proposal)
        return
    by = (proposal.proposed_by, proposal.ended_by)
    on = max(business_day(actor, at), kept.case.opened_on)
    close_case(actor, kept, by=by, proposal=proposal.proposal, reason=proposal.why, on=on)
    release(caller, kept, why=proposal.why, at=at)


def installed() -> bool:
    """Whether the extra `chain` is there."""
    return all(find_spec(name) is not None for name in _NEEDS)


def _is_open(actor: Actor) -> bool:
    with acting(actor):
        return bool(query(_OPEN, [actor.institution]))


def _check_ended(actor: Actor, on: date, at: datetime) -> None:
    """What is told of a day must be all of it: it is over, and closed where days are ended."""
    closed = _closed(actor)
    last = at.astimezone(CHINA).date() - timedelta(days=1) if closed is None else closed
    if on > last:
        wrong = f"{on} has not ended; the last day that has is {last}."
        raise InputError("NOT_YET", wrong, "End the day first.")


def _closed(actor: Actor) -> date | None:
    with acting(actor):
        rows: list[tuple[date | None]] = query(_CLOSED, [actor.institution])
    return rows[0][0]


def _anchors(actor: Actor, limit: int) -> tuple[AnchoredHead, ...]:
    rows = query(_ANCHORED, [actor.institution, actor.institution, limit])
    return tuple(_head(json.loads(text), number, hash_) for text, number, hash_ in rows)


def _head(told: dict[str, Any], number: int, hash_: str) -> AnchoredHead:
    _, size, root, *_ = told["given"]
    on = date.fromisoformat(told["day"])
    return AnchoredHead(size=size, root=root, on=on, block=number, block_hash=hash_)


def _reader(caller: Caller, why: str) -> Actor:
    """For whom these reads work: the service, for a case names its agreement by a sealed row."""
    return Actor(institution=caller.institution, by=caller.by, why=why)
