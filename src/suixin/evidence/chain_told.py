"""What the chain tells of an agreement and of the fund: its events as moves, its answers as rows.

Every event of one transaction belongs to one call. The tiers' balances are told as one move a call
and tier, since a call may fill a tier and pay from it at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import date
from types import MappingProxyType
from typing import Final

from suixin.evidence.chain.calls import agreement, group, pool
from suixin.evidence.chain.calls.agreement import Kind, Status
from suixin.evidence.chain.calls.value import Event, Parts
from suixin.evidence.outbox import Told
from suixin.evidence.reconcile import Move, Row

FUND: Final = "fund"
# What pool and group tell in their own events, by guarantor, lender and tier.
_TOLD_ELSEWHERE: Final = (Kind.FUND, Kind.RECOVERY)

Moved = tuple[str, date, str, str, int]  # Of whom, the day, the kind, the amount, fen.


def told(call: str, events: Iterable[Event], principals: Mapping[str, int]) -> tuple[Told, ...]:
    """What the events of one transaction moved; `principals` gives what agreements are for, in fen.

    Events that move nothing of an agreement or the fund (parties, anchors, takings over) tell
    nothing here.

    >>> came = agreement.Received(bytes(32), bytes(32), Kind.BORROWER, Parts(fee=7), date.min)
    >>> told("c-1", [came], {})[0].move
    Move(call='c-1', kind='received fee', day=datetime.date(1, 1, 1), amount='paid', fen=7)
    """
    found: list[Told] = []
    balances: dict[tuple[date, str], int] = {}
    for event in events:
        for of, day, kind, amount, fen in _moved(event, principals):
            if of == FUND and amount:
                balances[day, amount] = balances.get((day, amount), 0) + fen
            else:
                found.append(Told(of, Move(call, kind, day, amount, fen)))
    for (day, amount), fen in balances.items():
        if fen:
            found.append(Told(FUND, Move(call, "moved", day, amount, fen)))
    return tuple(found)


def agreement_row(
    id: bytes,
    record: agreement.Record,
    called: group.Call,
    claim: pool.Claim,
    moves: tuple[Move, ...],
) -> Row:
    """An agreement as it stands on the chain, with the moves that its events told."""
    out = record.status in (Status.DISBURSED, Status.WRITTEN_OFF, Status.CLOSED)
    amounts = {
        "principal": record.terms.principal if out else 0,
        "paid": record.paid.total,
        **{f"share/{n}": paid - called.back[n] for n, paid in enumerate(called.paid) if paid},
        **{f"tier/{n}": fen for n, fen in enumerate(claim.tiers) if fen},
    }
    state = record.status.name.lower().replace("_", " ")
    return Row(id.hex(), state, MappingProxyType(amounts), moves)


def fund_row(fund: pool.Fund, moves: tuple[Move, ...]) -> Row:
    """The fund's tiers as they stand on the chain."""
    balances = {f"balance/{n}": fund.balances[n] for n in range(fund.size)}
    return Row(FUND, "", MappingProxyType(balances), moves)


def _moved(event: Event, principals: Mapping[str, int]) -> Iterator[Moved]:
    if type(event).__module__ == agreement.__name__:
        yield from _of_agreement(event, principals)
    elif type(event).__module__ == group.__name__:
        yield from _of_group(event)
    elif type(event).__module__ == pool.__name__:
        yield from _of_pool(event)


def _of_agreement(event: Event, principals: Mapping[str, int]) -> Iterator[Moved]:
    match event:
        case agreement.Applied(id, _, on):
            yield id.hex(), on, "applied", "", 0
        case agreement.Decided(id, _, flags, on):
            yield id.hex(), on, "decided", "", int(flags)
        case agreement.Approved(id, _, on):
            yield id.hex(), on, "approved", "", 0
        case agreement.Refused(id, _, on):
            yield id.hex(), on, "refused", "", 0
        case agreement.Disbursed(id, _, amount, on):
            yield id.hex(), on, "disbursed", "principal", amount
        case agreement.TakenBack(id, _, on):
            yield id.hex(), on, "taken back", "principal", -principals[id.hex()]
        case agreement.Charged(id, _, parts, on):
            yield from _by_part(id, on, "charged", parts)
        case agreement.Waived(id, _, parts, _, on):
            yield from _by_part(id, on, "waived", parts)
        case agreement.Received(id, _, kind, parts, on) if kind not in _TOLD_ELSEWHERE:
            yield from _by_part(id, on, "received", parts, amount="paid")
        case agreement.GivenBack(id, _, parts, on):
            yield from _by_part(id, on, "given back", parts, amount="paid", sign=-1)
        case agreement.WrittenOff(id, _, on):
            yield id.hex(), on, "written off", "", 0
        case agreement.Closed(id, on):
            yield id.hex(), on, "closed", "", 0


def _of_group(event: Event) -> Iterator[Moved]:
    match event:
        case group.Called(id, again, _, asked, uncovered, _, on):
            kind = "asked again" if again else "asked"
            for place, fen in enumerate(asked):
                if fen:
                    yield id.hex(), on, f"{kind} {place}", "", fen
            yield id.hex(), on, "uncovered", "", uncovered
        case group.CallWithdrawn(id, on):
            yield id.hex(), on, "call withdrawn", "", 0
        case group.Paid(id, place, _, amount, on):
            yield id.hex(), on, "paid by guarantor", f"share/{place}", amount
        case group.Returned(id, parts, on):
            for place, fen in enumerate(parts):
                if fen:
                    yield id.hex(), on, "had back", f"share/{place}", -fen


def _of_pool(event: Event) -> Iterator[Moved]:
    match event:
        case pool.Funded(tier, _, amount, on):
            yield FUND, on, "", f"balance/{tier}", amount
        case pool.Claimed(id, _, loss, _, _, on):
            yield id.hex(), on, "claimed", "", loss
        case pool.Dropped(id, _, _, on):
            yield id.hex(), on, "claim dropped", "", 0
        case pool.Accepted(id, on):
            yield id.hex(), on, "accepted", "", 0
        case pool.Paid(id, tiers, _, on):
            for tier, fen in enumerate(tiers):
                if fen:
                    yield id.hex(), on, f"paid by tier/{tier}", "paid", fen
                    yield id.hex(), on, "paid by fund", f"tier/{tier}", fen
                    yield FUND, on, "", f"balance/{tier}", -fen
        case pool.Recovered(id, _, _, lender, tiers, surplus, _, on):
            if lender:
                yield id.hex(), on, "recovered", "paid", lender
            if surplus:
                yield id.hex(), on, "surplus", "", surplus
            for tier, fen in enumerate(tiers):
                if fen:
                    yield id.hex(), on, "had back", f"tier/{tier}", -fen
                    yield FUND, on, "", f"balance/{tier}", fen


def _by_part(
    id: bytes, on: date, kind: str, parts: Parts, *, amount: str = "", sign: int = 1
) -> Iterator[Moved]:
    for one in fields(parts):
        fen: int = getattr(parts, one.name)
        if fen:
            yield id.hex(), on, f"{kind} {one.name}", amount, sign * fen
