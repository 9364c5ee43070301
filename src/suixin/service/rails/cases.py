"""Cases that people decide: what a line was, whose its money is, and how long it has waited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from suixin.data.errors import InputError, shown
from suixin.kernel.money import Money
from suixin.kernel.policy import PolicyOn
from suixin.lending.transaction import Dimensions
from suixin.service.rails import ledger
from suixin.service.rails.hours import working_days_between
from suixin.service.rails.matching import Piece, match
from suixin.service.rails.profile import Profile
from suixin.service.rails.register import Case, Register, two_people
from suixin.service.rails.verdict import Judged, Verdict
from suixin.service.rails.working import Outcome, Working

_FOUND = frozenset(
    {Verdict.EXACT, Verdict.PARTIAL, Verdict.COMPLETES, Verdict.OVER, Verdict.RETURN}
)


@dataclass(frozen=True, slots=True)
class Aged:
    """An open case, the working days it has waited, and how many of the ages it has passed."""

    case: Case
    working_days: int
    raised: int


@dataclass(frozen=True, slots=True)
class Released:
    """What became of a case that was explained."""

    judged: Judged
    outcome: Outcome


def aged(register: Register, on: date, rails: PolicyOn) -> tuple[Aged, ...]:
    """Open cases, the longest waiting first; day end lists them.

    >>> from suixin.kernel.policy import load_policy
    >>> from suixin.service.rails.register import CaseReason, Changes, MemoryRegister
    >>> known, opened = MemoryRegister(), date(2026, 9, 30)
    >>> known.take(Changes(cases=(Case("800/B1", CaseReason.UNKNOWN, 100, opened, opened),)))
    >>> rails = load_policy("rails").on(date(2026, 10, 10))
    >>> [(one.working_days, one.raised) for one in aged(known, rails.day, rails)]
    [(3, 2)]
    """
    found = []
    for case in register.open_cases():
        days = working_days_between(case.opened_on, on)
        found.append(Aged(case, days, sum(days >= age for age in rails["suspense.ages"])))
    return tuple(sorted(found, key=lambda one: -one.working_days))


def explain(
    register: Register,
    profile: Profile,
    key: str,
    *,
    name: str,
    by: tuple[str, str],
    booked_on: date,
) -> Released:
    """Two people say what a case's money is: a receipt to come, a payment, or one that came back.

    It then counts from the line's own value day, as if the line had said so. Raises `InputError`
    TWO_PEOPLE, NO_CASE, NOT_EXPLAINED; nothing is changed then.
    """
    two_people(by, f"Releasing {key}")
    work, case = Working(register, profile, booked_on), _open_case(register, key, money=True)
    work.acts.append(ledger.unsuspended(case))
    returned = case.fen > 0 and register.payment(name) is not None
    piece = Piece(f"{key}/explained", case.fen, case.value_on, name, party=case.payer,
                  text=case.text if returned else "", returned=returned)  # fmt: skip
    found = match(work, piece)
    if found.verdict not in _FOUND:
        wrong = f"{key} is not {shown(name)}: {found.verdict}{_because(found)}."
        raise InputError("NOT_EXPLAINED", wrong, "Name what is open, with that amount.")
    work.close_case(case, by=by, how=f"explained as {name}")
    return Released(found, work.outcome)


def give(
    register: Register,
    profile: Profile,
    key: str,
    *,
    about: Dimensions,
    by: tuple[str, str],
    booked_on: date,
) -> Outcome:
    """Two people give a case's money to a borrower: it waits there to be paid out.

    Raises `InputError` TWO_PEOPLE, NO_CASE, NOT_OWED.
    """
    two_people(by, f"Releasing {key}")
    work, case = Working(register, profile, booked_on), _open_case(register, key, money=True)
    if case.fen < 0:
        wrong = f"{key} is money that left, so nobody is owed it."
        raise InputError("NOT_OWED", wrong, "Explain it, or set it against what came back.")
    if not about.agreement:
        raise InputError("NOT_OWED", "Nobody is named.", "Name the agreement it is owed under.")
    work.acts.append(ledger.owed_to_borrower(case, about, booked_on=booked_on))
    work.close_case(case, by=by, how=f"owed under {about.agreement}")
    return work.outcome


def offset(
    register: Register,
    profile: Profile,
    keys: tuple[str, str],
    *,
    by: tuple[str, str],
    booked_on: date,
) -> Outcome:
    """Two people set what left wrongly against what came back for it: together they hold nothing.

    Raises `InputError` TWO_PEOPLE, NO_CASE, NOT_OFFSET.
    """
    two_people(by, f"Setting {keys[0]} against {keys[1]}")
    work = Working(register, profile, booked_on)
    one, other = (_open_case(register, key, money=True) for key in keys)
    if one.key == other.key or one.fen + other.fen:
        wrong = f"{keys[0]} and {keys[1]} together hold {Money(one.fen + other.fen)}, not nothing."
        raise InputError("NOT_OFFSET", wrong, "Set equal amounts against each other.")
    work.close_case(one, by=by, how=f"set against {other.key}")
    work.close_case(other, by=by, how=f"set against {one.key}")
    return work.outcome


def close(
    register: Register, profile: Profile, key: str, *, by: str, how: str, booked_on: date
) -> Outcome:
    """A person closes a case that holds no money, and says how it ended.

    Raises `InputError` NO_CASE, NO_WORDS.
    """
    if not by or not how.strip():
        raise InputError("NO_WORDS", f"{key} is closed by whom, and how?", "Say both.")
    work, case = Working(register, profile, booked_on), _open_case(register, key, money=False)
    work.close_case(case, by=(by,), how=how)
    return work.outcome


def _open_case(register: Register, key: str, *, money: bool) -> Case:
    case = register.case(key)
    if case is None or not case.open:
        wrong = f"There is no open case {shown(key)}."
        raise InputError("NO_CASE", wrong, "It may be closed; list the open ones.")
    if bool(case.fen) is not money:
        wrong = f"{shown(key)} holds {Money(case.fen)}."
        hint = "Money is released by two people." if case.fen else "Close it in words."
        raise InputError("NO_CASE", wrong, hint)
    return case


def _because(found: Judged) -> str:
    return f" ({found.note})" if found.note else ""
