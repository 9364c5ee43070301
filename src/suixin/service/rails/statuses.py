"""What a bank's word (pain.002) moves: a payment is accepted, settled, refused or known already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from suixin.data.errors import InputError, shown
from suixin.lending.refused import Refused
from suixin.service.rails.message import PaymentStatus, Reason, StatusFile
from suixin.service.rails.payment import PaymentMove, PaymentState, moved
from suixin.service.rails.profile import Profile, Signs
from suixin.service.rails.register import CaseReason, Register, Tracked
from suixin.service.rails.working import Outcome, Working


def take_statuses(
    file: StatusFile, register: Register, profile: Profile, *, booked_on: date
) -> Outcome:
    """What a file of statuses changes; read again, it changes nothing.

    A refusal of a file or a batch is one of every payment in it that is not listed. What a status
    may not do opens a case and moves nothing. Raises `InputError` NOT_OURS. Source: rails, port.
    """
    batches = register.file(file.of_file)
    if batches is None:
        wrong = (
            f"The statuses {shown(file.id)} are of {shown(file.of_file)}, which we did not send."
        )
        raise InputError("NOT_OURS", wrong, "Give it to whose it is; nothing was taken.")
    work = Working(register, profile, booked_on)
    ours = {id for ids in batches.values() for id in ids}
    for said in _said(file, batches, profile.signs).values():
        tracked = work.payment(said.id) if said.id in ours else None
        if tracked is None:
            note = f"{shown(file.id)} names {shown(said.id)}, which {file.of_file} does not hold"
            work.alert(f"status/{said.id}", CaseReason.STATUS_UNKNOWN, note=note)
        else:
            _move(work, tracked, said, told_on=file.made_at.date())
    return work.outcome


def is_known(reasons: Sequence[Reason], signs: Signs) -> bool:
    """Whether a refusal says that the bank has it already: then it may have been carried out.

    >>> from suixin.service.rails.profile import profile_on
    >>> signs = profile_on("simulated", date(2026, 3, 2)).signs
    >>> is_known((Reason("NARR", "Instruction ID 1 already exist"),), signs)
    True
    >>> is_known((Reason("AC04", "closed"),), signs)
    False
    """
    return any(
        one.code in signs.duplicate_codes
        or any(word in one.words.lower() for word in signs.duplicate_words)
        for one in reasons
    )


def _said(
    file: StatusFile, batches: Mapping[str, Sequence[str]], signs: Signs
) -> dict[str, PaymentStatus]:
    """The status of each payment: its own, else its batch's, else the file's."""
    said: dict[str, PaymentStatus] = {}
    if file.status and signs.moves.get(file.status) != "part":
        for ids in batches.values():
            said |= {id: PaymentStatus(id, file.status, file.reasons) for id in ids}
    for batch in file.batches:
        if batch.status and signs.moves.get(batch.status) != "part":
            ids = batches.get(batch.id, ())
            said |= {id: PaymentStatus(id, batch.status, batch.reasons) for id in ids}
        for one in batch.payments:
            above = batch.status or file.status
            said[one.id] = one if one.status else replace(one, status=above)
    return said


def _move(work: Working, tracked: Tracked, said: PaymentStatus, *, told_on: date) -> None:
    id, move = tracked.payment.id, work.profile.signs.moves.get(said.status)
    if move == "sent" or move == "part":
        return
    if move == "accepted":
        # Late, it says less than is known; of a refused payment it says what may not be.
        if tracked.state is PaymentState.REJECTED:
            _refuse(work, tracked, said)
        else:
            work.accept(tracked)
    elif move == "rejected" and is_known(said.reasons, work.profile.signs):
        if not tracked.known:
            work.put(replace(tracked, known=True))
    elif move == "rejected":
        _reject(work, tracked, said)
    elif move == "settled":
        day = said.accepted_at.date() if said.accepted_at else told_on
        _settle(work, tracked, said, max(day, tracked.sent_on or day))
    else:
        note = f"the bank says {shown(said.status)}, which its profile does not know"
        key = f"status/{id}/{said.status}"
        work.alert(key, CaseReason.STATUS_UNKNOWN, payment=id, note=note)


def _reject(work: Working, tracked: Tracked, said: PaymentStatus) -> None:
    if tracked.state is PaymentState.REJECTED:
        return
    if isinstance(moved(tracked.state, PaymentMove.REJECT), Refused):
        _refuse(work, tracked, said)
    else:
        work.reject(tracked, said.reasons[0].code if said.reasons else "")


def _settle(work: Working, tracked: Tracked, said: PaymentStatus, on: date) -> None:
    if tracked.state in (PaymentState.SETTLED, PaymentState.RETURNED):
        return
    refused = isinstance(moved(tracked.state, PaymentMove.SETTLE), Refused)
    if tracked.replaced_by or refused or work.objection(tracked, on):
        _refuse(work, tracked, said)
    else:
        work.tell_settled(tracked, on)


def _refuse(work: Working, tracked: Tracked, said: PaymentStatus) -> None:
    id = tracked.payment.id
    stands = f"{tracked.state}, replaced by {tracked.replaced_by}" if tracked.replaced_by else (
        str(tracked.state))  # fmt: skip
    note = f"the bank says {said.status} of what is {stands}"
    key = f"status/{id}/{said.status}/{tracked.state}"
    work.alert(key, CaseReason.MOVE_REFUSED, payment=id, note=note)
