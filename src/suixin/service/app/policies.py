"""An institution's own values of product sheets and policies: dated, agreed to by two people.

A value is set from a day on that is still to come, and stays; a later one follows it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from suixin.data.errors import InputError
from suixin.evidence.entry import Kind
from suixin.kernel.policy import load_policy
from suixin.service.app.caller import Caller, Duty, forbidden
from suixin.service.app.day import business_day
from suixin.service.app.evidence import tell
from suixin.service.app.own_sheets import (
    PACKAGED,
    PRODUCTS,
    Change,
    Own,
    as_json,
    as_own,
    is_of,
    own_values,
    parameters_of,
    parsed,
    plain_value,
    settings_of,
    subject_of,
    trying,
)
from suixin.service.app.permits import PERMITS, Act, check_may
from suixin.service.app.proposals import Proposal, carries_out, propose
from suixin.service.store.session import Actor, acting, query

_ENTER: Final = """
    insert into policy_change (institution_id, sheet, parameter, since, value, reference, agreed,
                               at)
    values (%s, %s, %s, %s, %s, %s, %s, %s)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterSeen:
    """A parameter on a day: its value as JSON, whose it is, and what is to come."""

    name: str
    description: str
    unit: str
    value: str
    since: date
    reference: str
    confidence: str
    own: bool
    coming: tuple[Own, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetSeen:
    """A sheet whose values an institution sets for itself."""

    sheet: str
    parameters: tuple[ParameterSeen, ...]


def change_policy(caller: Caller, change: Change, *, key: str, why: str, at: datetime) -> Proposal:
    """Propose a value from a day on; another risk officer agrees, and it then stays.

    Raises `InputError` NOT_PERMITTED, NO_SHEET, NO_PARAMETER, SINCE (a day that has come), VALUE,
    REFERENCE, BAD_POLICY (it does not fit the sheet), SAME, and as `propose`.
    """
    check_may(caller, Act.CHANGE_POLICY)
    actor = caller.actor("looked what to change")
    with acting(actor):
        _check(actor, change, at)
        was = _value_on(actor, change, change.since)
    becomes = as_json(parsed(change))
    if was == becomes:
        wrong = f"{change.parameter} has that value on {change.since} already."
        raise InputError("SAME", wrong, "Give another value.")
    content = {
        "sheet": change.sheet,
        "parameter": change.parameter,
        "since": change.since.isoformat(),
        "was": was,
        "becomes": becomes,
        "reference": change.reference,
    }
    return propose(caller, Act.CHANGE_POLICY, subject_of(change), content, key=key, why=why, at=at)


@carries_out(Act.CHANGE_POLICY)
def changed_policy(caller: Caller, proposal: Proposal, at: datetime) -> None:
    """Set what two people agreed to; raises `InputError` SINCE where its day has come meanwhile."""
    told: Mapping[str, Any] = proposal.content
    change = Change(
        sheet=told["sheet"],
        parameter=told["parameter"],
        value=told["becomes"],
        since=date.fromisoformat(told["since"]),
        reference=told["reference"],
    )
    actor = caller.actor("agreed to a change of policy")
    _check(actor, change, at)
    own = as_own(change, change.since)
    given = [caller.institution, own.sheet, own.parameter, own.since, own.value, own.reference]
    query(_ENTER, [*given, proposal.proposal, at])
    tell(actor, Kind.DECISION, {"what": "policy changed", **told}, at=at)


def sheets(caller: Caller, *, on: date) -> tuple[SheetSeen, ...]:
    """Every sheet that is the institution's to set, as it stands on a day, and what is to come."""
    _check_sees(caller)
    actor = caller.actor("looked at sheets")
    with acting(actor):
        own = own_values(actor)
    names = [*_sheets_own(on), *(f"{PRODUCTS}{name}" for name in _products())]
    return tuple(_seen(name, own, on) for name in names)


def sheet(caller: Caller, name: str, *, on: date) -> SheetSeen:
    """One sheet; raises `InputError` NO_SHEET."""
    _check_sees(caller)
    _check_sheet(name, on)
    actor = caller.actor("looked at a sheet")
    with acting(actor):
        return _seen(name, own_values(actor), on)


def policy_changes(caller: Caller) -> tuple[Own, ...]:
    """What the institution has set, by sheet, parameter and day."""
    _check_sees(caller)
    with acting(caller.actor("looked at changes of policy")):
        return own_values(caller.actor())


# Rules -----------------------------------------------------------------------------------------


def _check_sees(caller: Caller) -> None:
    permit = PERMITS[Act.CHANGE_POLICY]
    also = {Duty.ADMINISTRATOR, Duty.AUDITOR, Duty.CREDIT_OFFICER}
    if not (permit.duties | permit.second | also) & caller.duties:
        raise forbidden(caller, "To see the institution's sheets is not yours.")


def _check(actor: Actor, change: Change, at: datetime) -> None:
    today = business_day(actor, at)
    _check_sheet(change.sheet, change.since)
    if change.parameter not in parameters_of(change.sheet):
        known = ", ".join(parameters_of(change.sheet))
        wrong = f"{change.sheet} has no parameter {change.parameter}."
        raise InputError("NO_PARAMETER", wrong, f"It has {known}.")
    if change.since <= today:
        wrong = f"{change.since} has come; what was decided by then stays as it was."
        raise InputError("SINCE", wrong, f"Give a day after {today}.")
    if any(is_of(change, one) and one.since >= change.since for one in own_values(actor)):
        wrong = f"{change.parameter} is set from {change.since} or later already."
        raise InputError("SINCE", wrong, "Give a later day; what was agreed to stays.")
    if not 1 <= len(change.reference.strip()) <= 300:
        raise InputError("REFERENCE", "No text that set it is named.", "Name the resolution.")
    with trying(actor, change, since=change.since):
        pass


def _check_sheet(name: str, on: date) -> None:
    known = [*_sheets_own(on), *(f"{PRODUCTS}{one}" for one in _products())]
    if name not in known:
        wrong = f"There is no sheet {name} of yours to set."
        raise InputError("NO_SHEET", wrong, f"Sheets: {', '.join(known)}.")


def _sheets_own(on: date) -> tuple[str, ...]:
    return tuple(load_policy("access").on(on)["policies.own"])


def _products() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in (PACKAGED / "products").glob("*.yaml")))


# Values ----------------------------------------------------------------------------------------


def _value_on(actor: Actor, change: Change, on: date) -> str:
    found = settings_of(change.sheet, change.parameter, own_values(actor))
    in_force = [setting for setting, _ in found if setting.since <= on]
    return as_json(plain_value(in_force[-1].value)) if in_force else ""


def _seen(name: str, own: Sequence[Own], on: date) -> SheetSeen:
    parameters = []
    for parameter, told in parameters_of(name).items():
        found = settings_of(name, parameter, own)
        started = [one for one in found if one[0].since <= on] or [found[0]]
        setting, is_own = started[-1]
        parameters.append(
            ParameterSeen(
                name=parameter,
                description=told.description,
                unit=told.unit,
                value=as_json(plain_value(setting.value)),
                since=setting.since,
                reference=setting.reference,
                confidence=setting.confidence,
                own=is_own,
                coming=tuple(
                    one
                    for one in own
                    if (one.sheet, one.parameter) == (name, parameter) and one.since > on
                ),
            )
        )
    return SheetSeen(sheet=name, parameters=tuple(parameters))
