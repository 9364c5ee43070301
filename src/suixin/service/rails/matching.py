"""Steps 2 to 8 of reconciling: whose a line of an account is, or that nobody can say yet."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from suixin.lending.refused import Refused
from suixin.service.rails import ledger
from suixin.service.rails.message import NOT_PROVIDED, Detail, Line
from suixin.service.rails.payment import PaymentMove, PaymentState, moved
from suixin.service.rails.register import Case, CaseReason, Expected, Tracked
from suixin.service.rails.verdict import Judged, Verdict
from suixin.service.rails.working import Working

# A reference stands alone in a text, between anything that is no letter, digit or joining sign.
_WORD: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z._/-]*[0-9A-Za-z]|[0-9A-Za-z]")
_JOINS: Final = re.compile(r"[._/-]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """What is matched: a line, or one transaction of several in it; `fen` is signed."""

    key: str
    fen: int
    value_on: date
    end_to_end: str = ""
    instruction: str = ""
    structured: tuple[str, ...] = ()
    text: str = field(default="", repr=False)
    party: str = field(default="", repr=False)
    code: str = ""
    returned: bool = False
    return_code: str = ""


def piece_of(key: str, line: Line, detail: Detail | None, *, number: int = 0) -> Piece:
    """A line with its only transaction's references, or the `number`-th of several."""
    if detail is None:
        returned = line.reversal
        return Piece(key, line.fen, line.value_on, text=line.text, code=line.code,
                     returned=returned)  # fmt: skip
    fen = line.fen if not number or detail.fen is None else detail.fen
    return Piece(
        key=f"{key}/{number}" if number else key,
        fen=fen,
        value_on=line.value_on,
        end_to_end="" if detail.end_to_end == NOT_PROVIDED else detail.end_to_end,
        instruction=detail.instruction,
        structured=detail.structured,
        text=detail.text or line.text,
        party=detail.payer if fen > 0 else detail.payee,
        code=detail.code or line.code,
        returned=detail.returned or line.reversal,
        return_code=detail.return_code,
    )


def match(work: Working, piece: Piece) -> Judged:
    """The verdict of a piece, by the first step that has one; the working copy is left so.

    Source: reconciling, steps 2 to 8, of the rails plan.
    """
    steps: tuple[Callable[[Working, Piece], Judged | None], ...] = (
        _nothing,
        _charge,  # First: a charge often carries the number of the payment it is for.
        _return,
        _by_end_to_end,
        _by_reference,
    )
    for step in steps:
        found = step(work, piece)
        if found is not None:
            return found
    return _unknown(work, piece, _proposal(work, piece))


def words_of(text: str) -> tuple[str, ...]:
    """Words that may be references, in the order of a text, in plain width and each once.

    >>> words_of("货款SET26030200710，谢谢 ＳＥＴ１/2")
    ('SET26030200710', 'SET1/2', 'SET1', '2')
    """
    words: dict[str, None] = {}
    for joined in _WORD.findall(unicodedata.normalize("NFKC", text)):
        words.setdefault(joined)
        for part in _JOINS.split(joined):
            words.setdefault(part)
    return tuple(words)


def suspend(work: Working, piece: Piece, judged: Judged) -> Judged:
    """The whole of a piece to suspense, its verdict being the reason of its case."""
    case = Case(
        key=piece.key,
        why=CaseReason(judged.verdict.value),
        fen=piece.fen,
        value_on=piece.value_on,
        opened_on=work.booked_on,
        payment=judged.payment,
        expected=judged.expected,
        candidate=judged.candidate,
        note=judged.note,
        payer=piece.party,
        text=piece.text,
    )
    work.open_case(case)
    return replace(judged, case=case.key)


def judged(piece: Piece, verdict: Verdict) -> Judged:
    """A bare verdict of a piece."""
    return Judged(piece.key, verdict, piece.fen, piece.value_on)


def _nothing(work: Working, piece: Piece) -> Judged | None:
    return None if piece.fen else judged(piece, Verdict.NOTHING)


def _charge(work: Working, piece: Piece) -> Judged | None:
    if piece.fen > 0 or not work.profile.signs.charged(piece.code):
        return None
    day, booked_on = piece.value_on, work.booked_on
    work.acts.append(ledger.charged(piece.key, -piece.fen, value_on=day, booked_on=booked_on))
    return judged(piece, Verdict.BANK_FEE)


def _return(work: Working, piece: Piece) -> Judged | None:
    """Step 2: a payment comes back, named by its end-to-end number."""
    if not piece.returned:
        return None
    words = (*piece.structured, *words_of(piece.text))
    names = [name for name in (piece.end_to_end, piece.instruction, *words) if name]
    tracked = next((one for one in map(work.payment, names) if one), None)
    if tracked is None or piece.fen < 0:
        known = next((name for name in names if work.expected(name)), "")
        note = "it takes a receipt back" if piece.fen < 0 else "no payment of ours has that number"
        return _unknown(work, piece, known, note=note)
    id = tracked.payment.id
    if piece.fen != tracked.payment.fen:
        return suspend(work, piece, replace(judged(piece, Verdict.AMOUNT_MISMATCH), payment=id))
    if not tracked.line or isinstance(moved(tracked.state, PaymentMove.RETURN), Refused):
        return _not_awaited(work, piece, tracked)
    work.give_back(tracked, piece.key, piece.value_on, piece.return_code)
    return replace(judged(piece, Verdict.RETURN), payment=id, reason=piece.return_code)


def _by_end_to_end(work: Working, piece: Piece) -> Judged | None:
    """Step 3: the end-to-end number is one of ours."""
    for name in (piece.end_to_end, piece.instruction):
        found = _named(work, piece, (name,)) if name else None
        if found is not None:
            return found
    return None


def _by_reference(work: Working, piece: Piece) -> Judged | None:
    """Steps 4 and 5: a structured reference, then one in free text."""
    return _named(work, piece, piece.structured) or _named(work, piece, words_of(piece.text))


def _named(work: Working, piece: Piece, names: Iterable[str]) -> Judged | None:
    """What the one name among several that we know says; several known ones say nothing sure."""
    names = dict.fromkeys(names)
    payments = [one for one in map(work.payment, names) if one is not None]
    receipts = [one for one in map(work.expected, names) if one is not None]
    if piece.fen > 0 and len(receipts) == 1:
        return _receive(work, piece, receipts[0])
    if piece.fen < 0 and len(payments) == 1:
        return _pay(work, piece, payments[0])
    ours = [one.reference for one in receipts], [one.payment.id for one in payments]
    mine, others = ours if piece.fen > 0 else reversed(ours)
    if not mine and not others:
        return None
    note = "several references of ours" if mine else "money the other way"
    return _unknown(work, piece, ", ".join(mine or others), note=note)


def _pay(work: Working, piece: Piece, tracked: Tracked) -> Judged:
    id, told = tracked.payment.id, tracked.state is PaymentState.SETTLED
    if -piece.fen != tracked.payment.fen:
        return suspend(work, piece, replace(judged(piece, Verdict.AMOUNT_MISMATCH), payment=id))
    if told and tracked.line:
        return suspend(work, piece, replace(judged(piece, Verdict.ALREADY_SETTLED), payment=id))
    refused = not told and isinstance(moved(tracked.state, PaymentMove.SETTLE), Refused)
    if refused or tracked.replaced_by:
        return _not_awaited(work, piece, tracked)
    objection = work.objection(tracked, piece.value_on)
    if objection:
        note = f"its agreement does not take it: {objection}"
        return _not_awaited(work, piece, tracked, note=note)
    work.settle(tracked, piece.key, piece.value_on)
    return replace(judged(piece, Verdict.EXACT), payment=id)


def _not_awaited(work: Working, piece: Piece, tracked: Tracked, *, note: str = "") -> Judged:
    id = tracked.payment.id
    stands = f", replaced by {tracked.replaced_by}" if tracked.replaced_by else ""
    note = note or f"{id} is {tracked.state}{stands}"
    found = replace(judged(piece, Verdict.NOT_AWAITED), payment=id, note=note)
    return suspend(work, piece, found)


def _receive(work: Working, piece: Piece, receipt: Expected) -> Judged:
    name, due = receipt.reference, receipt.open_fen
    if due <= 0:
        found = replace(judged(piece, Verdict.ALREADY_SETTLED), expected=name)
        return suspend(work, piece, found)
    part = min(due, piece.fen)
    if receipt.about.agreement and receipt.swept_fen is None:
        event = work.event_of(receipt, piece.key, part, piece.value_on)
        objection = work.refuses(receipt.about.agreement, event)
        if objection:
            note = f"its agreement does not take it: {objection}"
            found = replace(judged(piece, Verdict.NOT_AWAITED), expected=name, note=note)
            return suspend(work, piece, found)
    left = work.receive(receipt, piece.key, part, piece.value_on).open_fen
    excess = piece.fen - part
    if excess:
        rest = replace(piece, key=f"{piece.key}/excess", fen=excess)
        case = suspend(work, rest, replace(judged(rest, Verdict.OVER), expected=name)).case
        return replace(judged(piece, Verdict.OVER), expected=name, excess_fen=excess, case=case)
    if left:
        return replace(judged(piece, Verdict.PARTIAL), expected=name, left_fen=left)
    whole = Verdict.COMPLETES if receipt.received_fen else Verdict.EXACT
    return replace(judged(piece, whole), expected=name)


def _proposal(work: Working, piece: Piece) -> str:
    """Step 7: the only one by payer, amount and day; a person decides."""
    found = [
        name
        for name in work.register.candidates(piece.fen, piece.value_on, piece.party)
        if _still_open(work, name, piece.fen)
    ]
    return found[0] if len(found) == 1 else ""


def _still_open(work: Working, name: str, fen: int) -> bool:
    if fen > 0:
        receipt = work.expected(name)
        return receipt is not None and receipt.open_fen == fen
    tracked = work.payment(name)
    return tracked is not None and tracked.open


def _unknown(work: Working, piece: Piece, candidate: str, *, note: str = "") -> Judged:
    """Step 8: suspense."""
    found = replace(judged(piece, Verdict.UNKNOWN), candidate=candidate, note=note)
    return suspend(work, piece, found)
