"""Reconciling a bank's statements and notices with what we sent and expect, in a fixed order.

0. The file is ours, whole, next in sequence and adds up, or it is refused whole. 1. A line seen
before adds nothing. 2 to 8. `matching`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256

from suixin.data.errors import InputError
from suixin.kernel.money import Money
from suixin.service.rails.ledger import unsuspended
from suixin.service.rails.matching import judged, match, piece_of, suspend
from suixin.service.rails.message import Kind, Line, LineStatus, Report
from suixin.service.rails.payment import PaymentState
from suixin.service.rails.profile import Profile
from suixin.service.rails.register import (
    Case,
    CaseReason,
    NoticeLine,
    Position,
    Register,
)
from suixin.service.rails.verdict import Judged, Verdict
from suixin.service.rails.working import Outcome, Working


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What a report says: a verdict a line, and what is to be taken.

    `new` is False where all of it was taken before.
    """

    judged: tuple[Judged, ...]
    outcome: Outcome = field(default_factory=Outcome)
    new: bool = True


def reconcile(
    report: Report, register: Register, profile: Profile, *, booked_on: date
) -> Reconciled:
    """Work through one statement or notice; nothing is changed until what it gives is taken.

    Raises `InputError` where the report is refused whole: LENIENT, NOT_OURS, PAGED, NOT_BEGUN,
    NO_SEQUENCE, CHANGED, SEQUENCE, OPENING, SUM, DAYS. Source: reconciling, of the rails plan.
    """
    _hold_ours(report, profile)
    _hold_days(report, profile)
    name = _name(report, profile)
    before = register.taken(name)
    if before is not None:
        return _again(report, before)
    position = _hold_chain(report, register, profile) if report.kind is Kind.STATEMENT else None
    work = Working(register, profile, booked_on)
    work.taken.append((name, report.digest))
    work.position = (report.account, position) if position is not None else None
    found: dict[int, Judged] = {}
    for one in _keyed(work, report):
        early = _told(work, report, one) if position is None else _confirmed(work, one)
        found[one.place] = early or _line(work, one)
    if position is not None:
        _after(work, report.account, position)
    verdicts = (
        found[number] if number in found else _ignored(report, line)
        for number, line in enumerate(report.lines)
    )
    return Reconciled(tuple(verdicts), work.outcome)


# Step 0: the file ----------------------------------------------------------------------------


def _hold_ours(report: Report, profile: Profile) -> None:
    if profile.lenient:
        wrong = "A profile that reads anything books nothing."
        raise InputError("LENIENT", wrong, "Read the file by the bank's own profile.")
    if report.account != profile.account.number:
        wrong = f"The {report.kind} {report.name} is of another account than ours."
        raise InputError("NOT_OURS", wrong, "Give it to whose it is; nothing was taken.")
    if not (report.whole and report.file_whole):
        wrong = f"The {report.kind} {report.name} is one page of several."
        raise InputError("PAGED", wrong, "Ask the bank for each in one file; nothing was taken.")


def _hold_days(report: Report, profile: Profile) -> None:
    """Days that can be: a slip of a digit in one would move interest by years."""
    last, most = report.closing_on or report.made_at.date(), profile.rails["value.days"]
    for line in report.lines:
        if line.status is not LineStatus.BOOKED:
            continue
        if line.booked_on > last:
            wrong = f"it ends on {last}, and a line of it was booked on {line.booked_on}"
        elif abs((line.value_on - line.booked_on).days) > most:
            wrong = f"a line booked on {line.booked_on} counts from {line.value_on}"
        else:
            continue
        wrong = f"The {report.kind} {report.name} is refused whole: {wrong}."
        raise InputError("DAYS", wrong, "Ask the bank which holds; nothing was taken.")


def _name(report: Report, profile: Profile) -> str:
    """The name under which a report is taken once: its number, or a hash of what it says."""
    if report.kind is Kind.NOTICE:
        return f"{report.account}/notice/{report.name}"
    number = _number(report, profile)
    if number is None:
        return f"{report.account}/statement/{report.digest}"
    year = f"{_closing_on(report).year}-" if profile.anew_each_year else ""
    return f"{report.account}/statement/{year}{number}"


def _number(report: Report, profile: Profile) -> int | None:
    if profile.sequence == "none":
        return None
    number = report.electronic if profile.sequence == "electronic" else report.legal
    if number is None:
        wrong = f"The statement {report.name} has no {profile.sequence} number."
        hint = "A bank that gives none says so in its profile; nothing was taken."
        raise InputError("NO_SEQUENCE", wrong, hint)
    return number


def _again(report: Report, digest: str) -> Reconciled:
    if digest != report.digest:
        wrong = f"The {report.kind} {report.name} was taken before, and said something else."
        raise InputError("CHANGED", wrong, "Ask the bank which holds; nothing was taken.")
    lines = (judged(piece_of(line.reference, line, None), Verdict.SEEN)
             if line.status is LineStatus.BOOKED else _ignored(report, line)
             for line in report.lines)  # fmt: skip
    return Reconciled(tuple(lines), new=False)


def _hold_chain(report: Report, register: Register, profile: Profile) -> Position:
    """Next in sequence, opening as the last closed, and adding up; all faults are told at once."""
    opening, closing = report.opening_fen, report.closing_fen
    last = register.position(report.account)
    if last is None:
        wrong = "The account's books have not begun."
        raise InputError("NOT_BEGUN", wrong, "Say with which balance they begin.")
    if opening is None or closing is None:
        raise AssertionError(f"{report.name} is a statement without balances.")
    number, closing_on = _number(report, profile), _closing_on(report)
    faults: list[tuple[str, str]] = []
    if number is not None and last.number is not None:
        anew = profile.anew_each_year and closing_on.year > last.closing_on.year and number == 1
        if number != last.number + 1 and not anew:
            lacking = f"{last.number + 1}" + (
                f" to {number - 1}" if number > last.number + 2 else ""
            )
            said = f"{lacking} is missing" if number > last.number else f"{number} is past"
            faults.append(("SEQUENCE", f"its number is {number}, and {said}"))
    if opening != last.closing_fen:
        differs = Money(opening - last.closing_fen)
        faults.append(("OPENING", f"it opens with {differs} more than the last one closed with"))
    if opening + report.booked_fen != closing:
        differs = Money(closing - opening - report.booked_fen)
        faults.append(("SUM", f"it closes with {differs} more than its lines add up to"))
    if closing_on < last.closing_on:
        faults.append(("SEQUENCE", f"it closes on {closing_on}, before {last.closing_on}"))
    if faults:
        said = "; ".join(wrong for _, wrong in faults)
        wrong = f"The statement {report.name} is refused whole: {said}."
        hint = "Ask the bank for what is missing; the file is looked at again after it."
        raise InputError(faults[0][0], wrong, hint)
    return Position(number, closing, closing_on)


def _closing_on(report: Report) -> date:
    if report.closing_on is None:
        raise AssertionError(f"{report.name} is a statement without a closing day.")
    return report.closing_on


# Step 1: lines seen before -------------------------------------------------------------------


def base_of(account: str, line: Line) -> str:
    """The key of a line before its occurrence: the bank's reference, or a hash of what it says.

    >>> day = date(2026, 3, 2)
    >>> base_of("800", Line(5, "CNY", LineStatus.BOOKED, day, day, "B1"))
    '800/B1'
    >>> base_of("800", Line(5, "CNY", LineStatus.BOOKED, day, day))[:5]
    '800/#'
    """
    reference = line.reference or (line.details[0].reference if len(line.details) == 1 else "")
    if reference:
        return f"{account}/{reference}"
    return f"{account}/#{_content(account, line)}"


def _content(account: str, line: Line) -> str:
    words = [line.text, *(text for one in line.details for text in (
        one.end_to_end, *one.structured, one.text, one.payer, one.payee))]  # fmt: skip
    said = "\x1f".join([account, str(line.booked_on), str(line.fen), *words])
    return sha256(said.encode()).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class _Keyed:
    """A booked line at its place in a report, with the how many-th of its base key it is.

    `reused` says that the bank's reference stood on a line of an earlier statement, or on one of
    this that says the same; lines of one day that differ may share it, as a payment and its charge.
    """

    place: int
    line: Line
    base: str
    occurrence: int
    reused: bool

    @property
    def key(self) -> str:
        return self.base if self.occurrence == 1 else f"{self.base}#{self.occurrence}"


def _keyed(work: Working, report: Report) -> list[_Keyed]:
    """Booked lines with their keys, what comes back last.

    Statements are counted through, since their balances count every line. Notices overlap: the
    same line of two notices is one line, and one reference on several lines is left alone.
    """
    booked = [
        (place, line, base_of(report.account, line))
        for place, line in enumerate(report.lines)
        if line.status is LineStatus.BOOKED
    ]
    here: dict[str, list[str]] = {}
    for _, line, base in booked:
        here.setdefault(base, []).append(_content(report.account, line))
    met: dict[str, int] = {}
    keyed = []
    for place, line, base in booked:
        met[base] = met.get(base, 0) + 1
        referenced, contents = "/#" not in base, here[base]
        if report.kind is Kind.NOTICE:
            occurrence, reused = met[base], referenced and len(contents) > 1
        else:
            earlier = work.register.count(base)
            occurrence, content = work.count(base), contents[met[base] - 1]
            reused = referenced and bool(earlier or contents.index(content) < met[base] - 1)
        keyed.append(_Keyed(place, line, base, occurrence, reused))
    return sorted(keyed, key=lambda one: _comes_back(one.line))


def _comes_back(line: Line) -> bool:
    return line.reversal or any(one.returned for one in line.details)


def _told(work: Working, report: Report, one: _Keyed) -> Judged | None:
    """A notice tells a line early, once; what a statement or a notice told before adds nothing."""
    piece = piece_of(one.key, one.line, None)
    known = work.notice(one.key) or work.register.count(one.base) >= one.occurrence
    if known or one.reused:
        return judged(piece, Verdict.SEEN if known else Verdict.LEFT_TO_STATEMENT)
    line = one.line
    work.note(NoticeLine(one.key, report.account, line.fen, line.booked_on, line.value_on))
    return None


def _confirmed(work: Working, one: _Keyed) -> Judged | None:
    """A statement confirms what a notice told early, or corrects it."""
    early = work.notice(one.key)
    if early is None:
        return None
    work.note(replace(early, confirmed=True))
    if early.withdrawn:
        _arrived_after_all(work, early)
    piece = piece_of(one.key, one.line, None)
    if early.fen == one.line.fen:
        return judged(piece, Verdict.CONFIRMED)
    rest = replace(piece, key=f"{one.key}/difference", fen=one.line.fen - early.fen)
    note = f"the notice said {Money(early.fen)}, the statement says {Money(one.line.fen)}"
    found = suspend(work, rest, replace(judged(rest, Verdict.NOTICE_DIFFERS), note=note))
    return replace(found, key=one.key, fen=one.line.fen)


# Steps 2 to 8: one line ----------------------------------------------------------------------


def _line(work: Working, one: _Keyed) -> Judged:
    """A line as a whole, or each of its transactions where they are several."""
    key, line = one.key, one.line
    whole = piece_of(key, line, None)
    if one.reused:
        return suspend(work, whole, judged(whole, Verdict.REFERENCE_REUSED))
    count = len(line.details)
    if line.batch_size is not None and count and line.batch_size != count:
        note = f"{count} of {line.batch_size} transactions are told"
        return suspend(work, whole, replace(judged(whole, Verdict.SUM_MISMATCH), note=note))
    told = [detail.fen for detail in line.details]
    stated = [fen for fen in told if fen is not None]
    if (count > 1 or stated) and (len(stated) < count or sum(stated) != line.fen):
        note = f"its transactions add up to {Money(sum(stated))}"
        return suspend(work, whole, replace(judged(whole, Verdict.SUM_MISMATCH), note=note))
    if count <= 1:
        return match(work, piece_of(key, line, line.details[0] if line.details else None))
    parts = [piece_of(key, line, detail, number=n) for n, detail in enumerate(line.details, 1)]
    found = tuple(match(work, part) for part in parts)
    return replace(judged(whole, Verdict.BATCH), parts=found)


def _ignored(report: Report, line: Line) -> Judged:
    key = base_of(report.account, line)
    return Judged(f"{key}/{line.status}", Verdict.PENDING_IGNORED, line.fen, line.value_on,
                  payment=next((one.end_to_end for one in line.details), ""))  # fmt: skip


# After the last line -------------------------------------------------------------------------


def _after(work: Working, account: str, position: Position) -> None:
    """What a closed statement does not show: notices withdrawn, settlements without a line."""
    for early in work.register.unconfirmed(account, position.closing_on):
        if work.notice(early.key) == early:  # This statement has not confirmed it either.
            _withdraw(work, early)
    for tracked in work.unseen():
        id = tracked.payment.id
        pay_on = tracked.pay_on or tracked.sent_on
        if pay_on is not None and pay_on <= position.closing_on:
            work.put(replace(tracked, missed=tracked.missed + 1))
        told = tracked.told_on
        if tracked.state is PaymentState.SETTLED and told and told <= position.closing_on:
            note = f"the bank said {told} that it settled"
            work.alert(f"no-line/{id}", CaseReason.NO_LINE, payment=id, note=note)


def _withdraw(work: Working, early: NoticeLine) -> None:
    """A notice that no statement bore out: the bank has not that money, so neither have we."""
    work.note(replace(early, withdrawn=True))
    case = Case(f"{early.key}/withdrawn", CaseReason.NOTICE_UNCONFIRMED, -early.fen,
                early.value_on, work.booked_on)  # fmt: skip
    work.open_case(case)


def _arrived_after_all(work: Working, early: NoticeLine) -> None:
    case = work.case(f"{early.key}/withdrawn")
    if case is None or not case.open:
        return
    work.acts.append(unsuspended(case))
    work.close_case(case, by=("bank",), how="the statement confirmed it after all")
