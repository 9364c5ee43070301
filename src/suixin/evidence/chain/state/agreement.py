"""Agreements from their events."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from suixin.evidence.chain.calls import agreement
from suixin.evidence.chain.calls.agreement import Bounds, Record, Status
from suixin.evidence.chain.calls.value import Event, Parts


@dataclass(slots=True)
class AgreementState:
    """Agreements by id, names of money that were used, and the bounds of automation."""

    bounds: Bounds = field(default_factory=Bounds)
    records: dict[bytes, Record] = field(default_factory=dict)
    receipts: set[bytes] = field(default_factory=set)

    def take(self, event: Event) -> None:
        """Work in one event."""
        match event:
            case agreement.BoundsSet(bounds, _):
                self.bounds = bounds
            case agreement.Adopted(id, record):
                self.records[id] = record
            case agreement.Applied(id, terms, on):
                self.records[id] = Record(Status.APPLIED, on, terms)
            case (
                agreement.Received(id, name)
                | agreement.GivenBack(id, name)
                | agreement.Charged(id, name)
                | agreement.Waived(id, name)
            ):
                self.receipts.add(name)
                self.records[id] = _paid(self.records[id], event)
            case _:
                id = _of(event)
                self.records[id] = _moved(self.records[id], event)


def _of(event: Event) -> bytes:
    id_: bytes = getattr(event, "id", b"")
    return id_


def _moved(record: Record, event: Event) -> Record:
    """A record after one event of its life; every one moves its day."""
    match event:
        case agreement.Decided(_, decision, flags, on):
            status = Status.FLAGGED if flags else Status.APPROVED
            return replace(record, status=status, on=on, decision=decision)
        case agreement.Approved(_, _, on):
            return replace(record, status=Status.APPROVED, on=on)
        case agreement.Refused(_, _, on):
            return replace(record, status=Status.REFUSED, on=on)
        case agreement.Disbursed(_, _, amount, on):
            return replace(record, status=Status.DISBURSED, on=on, outstanding=amount)
        case agreement.TakenBack(_, _, on):
            return replace(record, status=Status.APPROVED, on=on, outstanding=0)
        case agreement.Claimed(_, on):
            return replace(record, claimed=True, on=on)
        case agreement.WrittenOff(_, _, on):
            return replace(record, status=Status.WRITTEN_OFF, on=on)
        case agreement.Closed(_, on):
            return replace(record, status=Status.CLOSED, on=on)
        case _:
            raise AssertionError(f"{event} is no event of Agreement.")


def _paid(record: Record, event: Event) -> Record:
    """A record after money moved, or fell due."""
    due, paid, outstanding = record.due, record.paid, record.outstanding
    match event:
        case agreement.Charged(_, _, parts, on):
            return replace(record, on=on, due=_plus(due, parts))
        case agreement.Waived(_, _, parts, _, on):
            return replace(record, on=on, due=_plus(due, parts, -1))
        case agreement.Received(_, _, _, parts, on):
            from_due = replace(parts, principal=min(parts.principal, due.principal))
            due, paid = _plus(due, from_due, -1), _plus(paid, parts)
            outstanding -= parts.principal
        case agreement.GivenBack(_, _, parts, on):
            due, paid = _plus(due, replace(parts, principal=0)), _plus(paid, parts, -1)
            outstanding += parts.principal
        case _:
            raise AssertionError(f"{event} is no event of Agreement.")
    return replace(record, on=on, due=due, paid=paid, outstanding=outstanding)


def _plus(one: Parts, other: Parts, sign: int = 1) -> Parts:
    return Parts(
        one.penalty + sign * other.penalty,
        one.fee + sign * other.fee,
        one.interest + sign * other.interest,
        one.principal + sign * other.principal,
    )
