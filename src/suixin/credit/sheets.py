"""Policy for scoring: every sheet in force on a day as one, and what of it a file should show."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from suixin.credit.file import PolicyUse
from suixin.kernel.parameter import Parameter
from suixin.kernel.policy import Policy, PolicyOn, load_policy, policy_names

# Word lists and product sheets are read in the policy itself; a file shows the rules that moved it.
_SHOWN = (
    "band.", "clean.", "composite.", "crop.", "engagement.", "grade.", "limit.", "price.",
    "reputation.", "social.", "stability.", "thin.", "weights.",
)  # fmt: skip


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


def uses(policy: PolicyOn, folder: Path | None = None) -> tuple[PolicyUse, ...]:
    """The rules behind a credit file, with the text that set each."""
    sheet = policy_sheet(folder).parameters
    return tuple(
        PolicyUse(name, sheet[name].unit, s.value, s.since, s.reference, s.confidence)
        for name, s in sorted(policy.settings.items())
        if name.startswith(_SHOWN)
    )
