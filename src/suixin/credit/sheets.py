"""Policy for scoring: every sheet in force on a day as one, and what of it a file should show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from suixin.credit.file import PolicyUse
from suixin.data.errors import InputError
from suixin.data.feed import nearest
from suixin.kernel.parameter import NotInForce, Parameter, Setting
from suixin.kernel.policy import Policy, PolicyOn, load_policy, policy_names

# Word lists and product sheets are read in the policy itself; a file shows the rules that moved it.
_SHOWN = (
    "band.", "clean.", "composite.", "crop.", "engagement.", "grade.", "limit.", "price.",
    "reputation.", "social.", "stability.", "thin.", "weights.default", "weights.moving",
)  # fmt: skip
_OF_A_FILE = ("engagement", "law", "reputation", "scoring", "social", "stability", "terms")
"""Policies that move a credit file; other rooms' parameters may begin with the same word."""


def policy_sheet(folder: Path | None = None) -> Policy:
    """Every packaged policy, overlaid by an institution's folder, as one sheet of parameters.

    >>> "stability.parts" in policy_sheet().parameters
    True
    """
    parameters: dict[str, Parameter] = {}
    for name in policy_names():
        found = load_policy(name, folder).parameters
        twice = parameters.keys() & found.keys()
        if twice:
            raise AssertionError(f"two policies hold {sorted(twice)[0]}")
        parameters |= found
    return Policy("all", parameters)


def policy_on(day: date, folder: Path | None = None) -> PolicyOn:
    """The values in force on a day, of every sheet."""
    return policy_sheet(folder).on(day)


def named(name: str, day: date, folder: Path | None = None) -> Mapping[str, Setting]:
    """The values in force on a day of a policy, or of one parameter of any.

    Raises `InputError` where nothing has that name, `NotInForce` before the first value.

    >>> list(named("cap.all_in", date(2026, 6, 30)))
    ['cap.all_in']
    """
    sheet = policy_sheet(folder).on(day)
    if name in sheet.settings or name in sheet.starting:
        return {name: sheet.setting(name)}
    if name not in policy_names():
        near = nearest(name, [*policy_names(), *sheet.settings, *sheet.starting])
        hint = f"; nearest is {near}" if near else ""
        raise InputError(
            "NO_SUCH_POLICY",
            f"There is no policy or parameter named {name}{hint}.",
            f"Policies: {', '.join(policy_names())}.",
        )
    found = load_policy(name, folder).on(day)
    if not found.settings:
        raise NotInForce(name, day, min(found.starting.values()))
    return found.settings


def uses(policy: PolicyOn, folder: Path | None = None) -> tuple[PolicyUse, ...]:
    """The rules behind a credit file, with the text that set each."""
    sheet: dict[str, Parameter] = {}
    for name in _OF_A_FILE:
        sheet |= load_policy(name, folder).parameters
    return tuple(
        PolicyUse(name, sheet[name].unit, s.value, s.since, s.reference, s.confidence)
        for name, s in sorted(policy.settings.items())
        if name in sheet and name.startswith(_SHOWN)
    )
