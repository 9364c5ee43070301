"""Institutions of the demonstration, and its people: entered and invited as anywhere else."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator

from suixin.lending.accounts import FUND_BOOKS, LENDER_BOOKS, chart_on
from suixin.service.app import administration
from suixin.service.app.access import open_access
from suixin.service.app.administration import Newcomer, Request
from suixin.service.app.caller import Caller, Duty
from suixin.service.app.duties import EVERYWHERE, Scope
from suixin.service.app.evidence import open_log
from suixin.service.app.proposals import confirm
from suixin.service.home import Home
from suixin.service.identity.first import enter_administrator
from suixin.service.identity.models import User
from suixin.service.identity.welcoming import choose_password, my_half
from suixin.service.store.institutions import open_institution

LENDER: Final = "county-bank"
FUND: Final = "county-fund"
# A demonstration's and nobody else's: `suixin demo` alone gives a password that is written down.
PASSWORD: Final = "spring-wheat-2026"
_DOMAINS: Final = {LENDER: "bank.example.cn", FUND: "fund.example.cn"}
_NAMES: Final = {LENDER: "县农商银行", FUND: "县风险补偿基金"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Somebody of the demonstration: his name to sign in with, and as what."""

    institution: str
    sign_in: str
    name: str
    duty: Duty
    scope: Scope = EVERYWHERE

    @property
    def username(self) -> str:
        """What he signs in with."""
        return administration.sign_in_name(self.institution, self.sign_in)


@dataclass(frozen=True, slots=True)
class House:
    """The institutions by their code, and the people by the name that they sign in with."""

    institutions: Mapping[str, int]
    callers: dict[str, Caller]

    def of(self, institution: str, sign_in: str) -> Caller:
        """One who works at an institution."""
        return self.callers[administration.sign_in_name(institution, sign_in)]


def seats(villages: tuple[str, ...]) -> tuple[Seat, ...]:
    """Everybody but households; the agent's are the first villages of the county."""
    county = villages[0][:6]
    agent = Scope(county=county, station="s-001", villages=villages[:3])
    told = [
        (LENDER, "officer", "客户经理甲", Duty.CREDIT_OFFICER, EVERYWHERE),
        (LENDER, "officer-2", "客户经理乙", Duty.CREDIT_OFFICER, EVERYWHERE),
        (LENDER, "risk", "风控经理甲", Duty.RISK_OFFICER, EVERYWHERE),
        (LENDER, "risk-2", "风控经理乙", Duty.RISK_OFFICER, EVERYWHERE),
        (LENDER, "cashier", "出纳甲", Duty.CASHIER, EVERYWHERE),
        (LENDER, "cashier-2", "出纳乙", Duty.CASHIER, EVERYWHERE),
        (LENDER, "agent", "站点代理员", Duty.STATION_AGENT, agent),
        (LENDER, "auditor", "审计员", Duty.AUDITOR, EVERYWHERE),
        (FUND, "fund", "基金经办甲", Duty.FUND_OFFICER, EVERYWHERE),
        (FUND, "fund-2", "基金经办乙", Duty.FUND_OFFICER, EVERYWHERE),
        (FUND, "county", "县金融办", Duty.COUNTY_OFFICE, Scope(county=county)),
    ]
    return tuple(
        Seat(institution=where, sign_in=sign_in, name=name, duty=duty, scope=scope)
        for where, sign_in, name, duty, scope in told
    )


def open_house(home: Home, villages: tuple[str, ...], *, on: date, at: datetime) -> House:
    """Open the institutions, enter two administrators each, and let them invite all others."""
    institutions = {
        code: _opened(home, code, books, on)
        for code, books in ((LENDER, LENDER_BOOKS), (FUND, FUND_BOOKS))
    }
    callers: dict[str, Caller] = {}
    for code in institutions:
        for sign_in, name in (("administrator", "管理员甲"), ("administrator-2", "管理员乙")):
            first = enter_administrator(code, sign_in, name, at=at)
            choose_password(first.link, "", PASSWORD, at=at)
            callers[first.username] = _caller(first.username)
    house = House(institutions, callers)
    for seat in seats(villages):
        callers[seat.username] = invited(house, seat, at=at)
    return house


def invited(house: House, seat: Seat, *, at: datetime) -> Caller:
    """Invite somebody by both administrators, and let him choose the demonstration's password."""
    first = house.of(seat.institution, "administrator")
    second = house.of(seat.institution, "administrator-2")
    newcomer = Newcomer(
        sign_in=seat.sign_in, name=seat.name, duties=frozenset({seat.duty}), scope=seat.scope
    )
    request = Request(key=f"invite/{seat.username}", why="demonstration", at=at)
    proposal = administration.invite(first, newcomer, request)
    confirm(second, proposal.proposal, digest=proposal.digest, at=at)
    link = my_half(first, seat.username, at=at)
    code = my_half(second, seat.username, at=at)
    choose_password(link, code, PASSWORD, at=at)
    return _caller(seat.username)


def give_access(house: House, party: str, *, at: datetime) -> None:
    """Let a household sign in, by the officer, and choose the demonstration's password."""
    made = open_access(house.of(LENDER, "officer"), party, at=at)
    choose_password(made.link, "", PASSWORD, at=at)
    house.callers[made.username] = User.objects.using("owner").get(username=made.username).caller()


def factor_secret(username: str) -> str:
    """The secret of somebody's one-time codes in a demonstration: it is no secret.

    >>> factor_secret("officer@county-bank") == factor_secret("officer@county-bank")
    True
    """
    told = hashlib.sha256(f"suixin demonstration/{username}".encode()).digest()
    return base64.b32encode(told[:20]).decode()


def _caller(username: str) -> Caller:
    user = User.objects.using("owner").get(username=username)
    kept = {"secret": get_adapter().encrypt(factor_secret(username))}
    Authenticator.objects.using("owner").get_or_create(
        user_id=user.pk, type=Authenticator.Type.TOTP, defaults={"data": kept}
    )
    return user.caller()


def _opened(home: Home, code: str, books: str, on: date) -> int:
    number = open_institution(code, chart_on(on), opened_on=on, name=_NAMES[code], books=books)
    open_log(number, _DOMAINS[code], home)
    return number
