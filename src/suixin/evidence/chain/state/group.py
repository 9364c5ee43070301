"""Groups and calls on them from their events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from suixin.evidence.chain.calls import group
from suixin.evidence.chain.calls.group import Call, Group, Status
from suixin.evidence.chain.calls.value import NOTHING, Event

T = TypeVar("T")

_SEATS: Final = range(5)


@dataclass(slots=True)
class GroupState:
    """Groups by id, calls by agreement, and the distributions that were made."""

    groups: dict[bytes, Group] = field(default_factory=dict)
    calls: dict[bytes, Call] = field(default_factory=dict)
    receipts: set[bytes] = field(default_factory=set)

    def take(self, event: Event) -> None:
        """Work in one event."""
        match event:
            case group.Formed(id, commitments, caps, until, on):
                seats = _seated(caps, 0)
                names = _seated(commitments, NOTHING)
                self.groups[id] = Group(
                    Status.FORMING, on, until, len(caps), names, seats, left=seats
                )
            case group.Consented(id, member, consent, on):
                one = self.groups[id]
                consents = _put(one.consents, member, consent)
                whole = sum(given != NOTHING for given in consents) == one.size
                status = Status.SIGNED if whole else one.status
                self.groups[id] = replace(one, status=status, consents=consents, on=on)
            case group.Released(id, on):
                self.groups[id] = replace(self.groups[id], status=Status.RELEASED, on=on)
            case group.Adopted(id, one):
                self.groups[id] = one
            case group.Shared(receipt):
                self.receipts.add(receipt)
            case _:
                self._of_call(event)

    def _of_call(self, event: Event) -> None:
        """Work in what happened to an agreement that a group stands behind."""
        match event:
            case group.Bound(agreement, id, debtor, on):
                one = self.groups[id]
                bound = _put(one.open, debtor, agreement)
                self.groups[id] = replace(one, open=bound, on=max(on, one.on))
                before = self.calls.get(agreement) or Call()
                self.calls[agreement] = replace(before, group=id, debtor=debtor)
            case group.Unbound(agreement):
                self._forgive(agreement, _SEATS)
                call = self.calls[agreement]
                one = self.groups[call.group]
                self.groups[call.group] = replace(one, open=_put(one.open, call.debtor, NOTHING))
            case group.Called():
                self._called(event)
            case group.CallWithdrawn(agreement, on):
                self._forgive(agreement, _SEATS)
                self.calls[agreement] = replace(self.calls[agreement], on=on)
            case group.Paid(agreement, member, _, amount, on):
                call = self.calls[agreement]
                late = min(amount, call.uncovered) if call.failed >> member & 1 else 0
                paid = _put(call.paid, member, call.paid[member] + amount)
                self.calls[agreement] = replace(
                    call, paid=paid, on=on, uncovered=call.uncovered - late
                )
            case group.Returned(agreement, parts):
                call = self.calls[agreement]
                back = tuple(had + part for had, part in zip(call.back, parts, strict=True))
                self.calls[agreement] = replace(call, back=back)
            case group.CallAdopted(agreement, call):
                self.calls[agreement] = call
            case _:
                raise AssertionError(f"{event} is no event of Group.")

    def _called(self, event: group.Called) -> None:
        call = self.calls[event.agreement]
        if event.again:
            behind = (n for n in _SEATS if call.asked[n] > call.paid[n])
            failed = call.failed | sum(1 << n for n in behind)
            call = replace(call, failed=failed)
        else:
            self._forgive(event.agreement, [n for n in _SEATS if call.failed >> n & 1])
            call = self.calls[event.agreement]
        asked = tuple(had + more for had, more in zip(call.asked, event.asked, strict=True))
        self.calls[event.agreement] = replace(
            call, asked=asked, due_on=event.due_on, on=event.on, uncovered=event.uncovered
        )
        one = self.groups[call.group]
        left = tuple(cap - more for cap, more in zip(one.left, event.asked, strict=True))
        self.groups[call.group] = replace(one, left=left)

    def _forgive(self, agreement: bytes, members: Iterable[int]) -> None:
        """What these members left unpaid is no longer asked for, and in their caps again."""
        call = self.calls[agreement]
        one = self.groups[call.group]
        asked, left = call.asked, one.left
        for member in members:
            rest = asked[member] - call.paid[member]
            asked = _put(asked, member, call.paid[member])
            left = _put(left, member, left[member] + rest)
        self.calls[agreement] = replace(call, asked=asked, failed=0, uncovered=0)
        self.groups[call.group] = replace(one, left=left)


def _seated(values: tuple[T, ...], empty: T) -> tuple[T, ...]:
    return values + (empty,) * (5 - len(values))


def _put(values: tuple[T, ...], place: int, value: T) -> tuple[T, ...]:
    return (*values[:place], value, *values[place + 1 :])
