"""A refusal as borrower, auditor and log see it: which rule, what was found, what is allowed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from suixin.kernel.policy import PolicyOn


@dataclass(frozen=True, slots=True)
class Refused:
    """Why something is not done: a value, never an error.

    `found` is what the case brought and `allowed` what the rule allows, both as told to a person;
    `rule` names the dated parameter and `reference` the text that set it ("" where it is logic).
    """

    why: StrEnum
    found: str
    allowed: str
    rule: str
    reference: str

    @classmethod
    def by(
        cls, why: StrEnum, policy: PolicyOn, rule: str, *, found: object, allowed: object
    ) -> Refused:
        """A refusal by a dated parameter, with the reference in force that day.

        >>> from datetime import date
        >>> from suixin.kernel.policy import load_policy
        >>> from suixin.lending.joint_liability import GroupRefusal
        >>> rules = load_policy("guarantee").on(date(2026, 6, 30))
        >>> no = Refused.by(GroupRefusal.TOO_FEW, rules, "joint.members", found=2, allowed="3 to 5")
        >>> no.why.value, no.found, no.reference[:5]
        ('too_few', '2', 'paper')
        """
        return cls(why, str(found), str(allowed), rule, policy.setting(rule).reference)
