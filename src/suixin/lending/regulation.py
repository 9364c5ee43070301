"""A case held against every rule of supervision in force that day.

Where the scope of one rule lies within another's, the narrower wins, and of equal scopes the later;
a finding names those it stood before. Rules whose scopes only overlap hold side by side. Each tells
how sure we are of it, so a lender sees what counsel owes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from suixin.kernel.policy import PolicyOn


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: which figure it bounds and how, where it holds, since when, by which text."""

    id: str
    figure: str
    bound: str
    value: int
    scope: Mapping[str, frozenset[str]]
    since: date
    reference: str
    confidence: str

    def holds(self, attributes: Mapping[str, str]) -> bool:
        """Whether a case lies in its scope; an attribute that the case does not tell is outside."""
        return all(attributes.get(name) in allowed for name, allowed in self.scope.items())

    def stands_before(self, other: Rule) -> bool:
        """Whether it wins over another of its figure: a narrower scope, or the same and later."""
        within = all(
            name in self.scope and self.scope[name] <= allowed
            for name, allowed in other.scope.items()
        )
        return within and (
            self.scope != other.scope or (self.since, self.id) > (other.since, other.id)
        )

    def broken(self, found: int) -> bool:
        """Whether a figure passes its bound."""
        return found > self.value if self.bound == "at_most" else found < self.value


@dataclass(frozen=True, slots=True)
class LawCase:
    """A case as the rules see it: figures (fen, days, bps, 1 or 0) and attributes by name."""

    figures: Mapping[str, int]
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that a case breaks: what was found, and the rules that it stood before."""

    rule: Rule
    found: int
    over: tuple[str, ...]


def rules_on(policy: PolicyOn) -> tuple[Rule, ...]:
    """Every rule of `regulation` in force on the policy's day, by id.

    >>> from suixin.kernel.policy import load_policy
    >>> [rule.id for rule in rules_on(load_policy("regulation").on(date(2020, 7, 12)))][-2:]
    ['R-IL1.credit', 'R-PEN.penalty']
    """
    found = []
    for name, setting in policy.settings.items():
        if name.startswith("R-"):
            said = setting.value
            scope = {key: frozenset(allowed) for key, allowed in said["scope"].items()}
            found.append(
                Rule(
                    id=name,
                    figure=said["figure"],
                    bound=said["bound"],
                    value=said["value"],
                    scope=MappingProxyType(scope),
                    since=setting.since,
                    reference=setting.reference,
                    confidence=setting.confidence,
                )
            )
    return tuple(sorted(found, key=lambda rule: rule.id))


def findings(case: LawCase, policy: PolicyOn) -> tuple[Finding, ...]:
    """Every rule that a case breaks on the policy's day. Source: the rules' precedence.

    >>> from suixin.kernel.policy import load_policy
    >>> consumption = {"channel": "internet", "purpose": "consumption", "borrower": "household"}
    >>> case = LawCase({"credit_fen": 30_000_001}, consumption)
    >>> [found] = findings(case, load_policy("regulation").on(date(2026, 6, 30)))
    >>> found.rule.id, found.rule.value, found.over
    ('R-IL2.credit', 30000000, ('R-IL1.credit',))
    """
    rules = rules_on(policy)
    found = []
    for figure, value in sorted(case.figures.items()):
        for bound in ("at_least", "at_most"):
            held = [
                rule
                for rule in rules
                if rule.figure == figure and rule.bound == bound and rule.holds(case.attributes)
            ]
            for rule in held:
                binds = not any(other.stands_before(rule) for other in held)
                if binds and rule.broken(value):
                    over = tuple(other.id for other in held if rule.stands_before(other))
                    found.append(Finding(rule, value, over))
    return tuple(found)


def banned_words(text: str, policy: PolicyOn) -> tuple[str, ...]:
    """Words of a marketing text that may not be used; none before the rule is in force (R-MKT3).

    >>> from suixin.kernel.policy import load_policy
    >>> text = "助农贷款，秒到账，低门槛"
    >>> [banned_words(text, load_policy("regulation").on(date(2026, 9, d))) for d in (29, 30)]
    [(), ('低门槛', '秒到账')]
    """
    setting = policy.settings.get("marketing.banned")
    return () if setting is None else tuple(word for word in setting.value if word in text)
