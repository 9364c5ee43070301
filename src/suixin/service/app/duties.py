"""Which duties one person may hold together, and where: rules alone, from `access.yaml`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from suixin.data.errors import InputError, shown
from suixin.kernel.policy import PolicyOn
from suixin.service.app.caller import Duty

_VILLAGE: Final = re.compile(r"[0-9]{12}")
_COUNTY: Final = re.compile(r"[0-9]{6}")
_STATION: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
VILLAGES_MAX: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Where somebody works: all of the institution, or a county, a station and its villages.

    Villages have twelve digits, a county six, which its villages begin with. The database shows a
    station agent the rows of his villages alone.
    """

    county: str = ""
    station: str = ""
    villages: tuple[str, ...] = ()


EVERYWHERE: Final = Scope()


def check_duties(duties: frozenset[Duty], policy: PolicyOn) -> None:
    """Refuse duties that nobody holds together; raises `InputError` DUTY, APART.

    >>> from datetime import date
    >>> from suixin.kernel.policy import load_policy
    >>> policy = load_policy("access").on(date(2026, 6, 30))
    >>> check_duties(frozenset({Duty.RISK_OFFICER}), policy)
    >>> check_duties(frozenset({Duty.RISK_OFFICER, Duty.CASHIER}), policy)
    Traceback (most recent call last):
    ...
    suixin.data.errors.InputError: cashier and risk_officer are not held together. Give one of \
them to another person.
    """
    strange = duties - set(policy["duties.given"])
    if strange:
        wrong = f"{', '.join(sorted(strange))} is a system's, not a person's."
        raise InputError("DUTY", wrong, f"Give one of {', '.join(policy['duties.given'])}.")
    alone = duties & set(policy["duties.alone"])
    if alone and len(duties) > 1:
        wrong = f"{', '.join(sorted(alone))} is held by itself, not beside other duties."
        raise InputError("APART", wrong, "Give the other duties to another person.")
    for one, other in policy["duties.apart"]:
        if {one, other} <= duties:
            wrong = f"{' and '.join(sorted((one, other)))} are not held together."
            raise InputError("APART", wrong, "Give one of them to another person.")


def check_scope(duties: frozenset[Duty], scope: Scope) -> None:
    """Refuse a place that is none, or is missing where a duty needs it; raises `InputError` SCOPE.

    >>> check_scope(frozenset({Duty.STATION_AGENT}), Scope(villages=("440811100201",)))
    >>> check_scope(frozenset({Duty.STATION_AGENT}), Scope())
    Traceback (most recent call last):
    ...
    suixin.data.errors.InputError: A station agent has villages, 1 to 200 of them; this one has 0. \
Name the villages of his station.
    """
    for name, place, form in (
        ("county", scope.county, _COUNTY),
        ("station", scope.station, _STATION),
        *(("village", village, _VILLAGE) for village in scope.villages),
    ):
        if place and not form.fullmatch(place):
            wrong = f"{shown(place)!r} is no {name}."
            raise InputError("SCOPE", wrong, "A village has 12 digits, a county 6.")
    if len({*scope.villages}) != len(scope.villages):
        raise InputError("SCOPE", "A village is named twice.", "Name each once.")
    if scope.county and any(not v.startswith(scope.county) for v in scope.villages):
        wrong = f"A village is not in the county {scope.county}."
        raise InputError("SCOPE", wrong, "Villages begin with the six digits of their county.")
    if (scope.villages or scope.station) and Duty.STATION_AGENT not in duties:
        wrong = "Only a station agent works by villages; others for the whole institution."
        raise InputError("SCOPE", wrong, "Leave villages and station out.")
    if scope.county and not duties & {Duty.STATION_AGENT, Duty.COUNTY_OFFICE}:
        wrong = "Only a county office or a station agent is of one county."
        raise InputError("SCOPE", wrong, "Leave the county out.")
    if Duty.STATION_AGENT in duties and not 1 <= len(scope.villages) <= VILLAGES_MAX:
        wrong = (
            f"A station agent has villages, 1 to {VILLAGES_MAX} of them; this one has"
            f" {len(scope.villages)}."
        )
        raise InputError("SCOPE", wrong, "Name the villages of his station.")
    if Duty.COUNTY_OFFICE in duties and not scope.county:
        raise InputError("SCOPE", "A county office is a county's.", "Name its six digits.")
