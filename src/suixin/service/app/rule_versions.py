"""Every rule there is, by date: the values of each sheet, since when, by which text, whose.

Ours are those of the release; an institution's own are agreed to by two people (`app.policies`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from suixin.data.errors import InputError
from suixin.kernel.policy import policy_names
from suixin.service.app.caller import Caller
from suixin.service.app.own_sheets import (
    PACKAGED,
    PRODUCTS,
    Own,
    as_json,
    own_values,
    parameters_of,
    plain_value,
    settings_of,
)
from suixin.service.app.permits import Act, check_may
from suixin.service.store.session import acting

CHANGES_MAX: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A value from a day on, as JSON; `own` is the institution's, with the proposal agreed to."""

    sheet: str
    parameter: str
    since: date
    value: str
    reference: str
    confidence: str
    own: bool
    agreed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A parameter with every value that it had or will have, oldest first; `at` is in force."""

    name: str
    description: str
    unit: str
    versions: tuple[Version, ...]
    at: Version | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLine:
    """A sheet in the list: how many rules it has, and its last change by a day."""

    name: str
    rules: int
    last: date
    own: int


def rule_sheets(caller: Caller, *, on: date) -> tuple[SheetLine, ...]:
    """Every sheet of rules, as of a day. Raises `InputError` NOT_PERMITTED."""
    check_may(caller, Act.SEE_EVIDENCE)
    own = _own(caller)
    found = []
    for name in sheet_names():
        versions = [one for rule in _rules(name, own, on) for one in rule.versions]
        started = [one.since for one in versions if one.since <= on]
        found.append(
            SheetLine(
                name=name,
                rules=len({one.parameter for one in versions}),
                last=max(started, default=min(one.since for one in versions)),
                own=sum(one.own for one in versions),
            )
        )
    return tuple(found)


def rules_of(caller: Caller, sheet: str, *, on: date) -> tuple[Rule, ...]:
    """The rules of a sheet with all their values. Raises `InputError` NOT_PERMITTED, NO_SHEET."""
    check_may(caller, Act.SEE_EVIDENCE)
    if sheet not in sheet_names():
        wrong = f"There is no sheet {sheet}."
        raise InputError("NO_SHEET", wrong, f"Sheets: {', '.join(sheet_names())}.")
    return _rules(sheet, _own(caller), on)


def rule_changes(caller: Caller, *, until: date) -> tuple[Version, ...]:
    """What changed last, newest first: the first values of a rule are no change."""
    check_may(caller, Act.SEE_EVIDENCE)
    own = _own(caller)
    found = [
        one
        for name in sheet_names()
        for rule in _rules(name, own, until)
        for one in rule.versions[1:]
        if one.since <= until or one.own
    ]
    return tuple(sorted(found, key=lambda one: (one.since, one.sheet), reverse=True)[:CHANGES_MAX])


def sheet_names() -> tuple[str, ...]:
    """The names of all sheets, products last."""
    products = sorted(path.stem for path in (PACKAGED / "products").glob("*.yaml"))
    return (*sorted(policy_names()), *(f"{PRODUCTS}{name}" for name in products))


def _own(caller: Caller) -> tuple[Own, ...]:
    actor = caller.actor("looked at rules")
    with acting(actor):
        return own_values(actor)


def _rules(sheet: str, own: tuple[Own, ...], on: date) -> tuple[Rule, ...]:
    agreed = {(one.parameter, one.since): one.agreed for one in own if one.sheet == sheet}
    found = []
    for name, told in parameters_of(sheet).items():
        versions = tuple(
            Version(
                sheet=sheet,
                parameter=name,
                since=setting.since,
                value=as_json(plain_value(setting.value)),
                reference=setting.reference,
                confidence=setting.confidence,
                own=is_own,
                agreed=agreed.get((name, setting.since), "") if is_own else "",
            )
            for setting, is_own in settings_of(sheet, name, own)
        )
        started = [one for one in versions if one.since <= on]
        found.append(
            Rule(
                name=name,
                description=told.description,
                unit=told.unit,
                versions=versions,
                at=started[-1] if started else None,
            )
        )
    return tuple(found)
