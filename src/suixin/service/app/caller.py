"""Who asks for an act: a person in a duty, or a partner's system with scopes. Never a name."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from suixin.data.errors import InputError
from suixin.service.store.session import Actor, Role


class Duty(StrEnum):
    """What a person does at an institution. Nobody acts outside the duties he was given."""

    HOUSEHOLD = "household"
    STATION_AGENT = "station_agent"
    CREDIT_OFFICER = "credit_officer"
    RISK_OFFICER = "risk_officer"
    CASHIER = "cashier"
    FUND_OFFICER = "fund_officer"
    COUNTY_OFFICE = "county_office"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    PARTNER = "partner"
    SERVICE = "service"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks, for which institution.

    `by` is an id that outlives a change of name: `user:7`, `client:kuaishou`, `service:day-end`.
    `villages` are a station agent's own, `county` is a county office's (six digits, which its
    villages begin with), `party` is the household's own party, `scopes` are a partner's.
    """

    institution: int
    by: str
    duties: frozenset[Duty]
    villages: tuple[str, ...] = ()
    county: str = ""
    party: str = ""
    scopes: frozenset[str] = frozenset()

    def actor(self, why: str = "") -> Actor:
        """For whom a transaction of this caller's works, with no more of the rows than he may see.

        >>> officer = Caller(institution=3, by="user:7", duties=frozenset({Duty.CREDIT_OFFICER}))
        >>> officer.actor("looked at the case").role.value
        'suixin_app'
        """
        role = Role.APP
        if self.duties == {Duty.STATION_AGENT}:
            role = Role.AGENT
        elif self.duties == {Duty.AUDITOR}:
            role = Role.AUDITOR
        villages = self.villages if role is Role.AGENT else ()
        return Actor(
            institution=self.institution, role=role, villages=villages, by=self.by, why=why
        )


def service_caller(institution: int, name: str) -> Caller:
    """The service itself, where no person asks: a job, a day's end.

    >>> service_caller(3, "day-end").by
    'service:day-end'
    """
    return Caller(institution=institution, by=f"service:{name}", duties=frozenset({Duty.SERVICE}))


def forbidden(caller: Caller, wrong: str) -> InputError:
    """That a caller may not do something: NOT_PERMITTED, which tells nothing of the rows."""
    duties = ", ".join(sorted(caller.duties)) or "no duty"
    return InputError("NOT_PERMITTED", wrong, f"You act as: {duties}. Ask one who may.")
