"""An institution in the tests' database that pays: parties, payees, agreements, callers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import count

from suixin.lending.accounts import chart_on
from suixin.lending.agreement import AgreementTerms
from suixin.lending.day_count import DayCount
from suixin.lending.events import PlannedDue
from suixin.lending.sweep import SweepTerms
from suixin.service.app.caller import Caller, Duty
from suixin.service.app.payees import PayeeTold, list_payee
from suixin.service.app.payments import PayOrder
from suixin.service.rails.reading import CHINA
from suixin.service.store import agreements
from suixin.service.store.books import StoredBooks
from suixin.service.store.institutions import open_institution
from suixin.service.store.key_ring import KeyRing
from suixin.service.store.people import Registered, register
from suixin.service.store.sealing import InstitutionKey
from suixin.service.store.session import Actor

FIRST = date(2026, 3, 2)
RING = KeyRing((InstitutionKey("1", bytes(32)),))
TWO = ("user:1", "user:2")
_numbers = count(1)


def at(day: date, hour: int = 9) -> datetime:
    """An instant in China."""
    return datetime.combine(day, time(hour), CHINA)


@dataclass(slots=True)
class House:
    """An institution, who works in it, and its books."""

    institution: int
    actor: Actor
    books: StoredBooks
    cashier: Caller
    risk: Caller
    agreements: dict[str, AgreementTerms] = field(default_factory=dict)

    @classmethod
    def opened(cls, code: str = "") -> House:
        """A fresh one; its code goes into numbers of payments, and so what banks do to them."""
        code = code or f"paying-{next(_numbers)}"
        number = open_institution(code, chart_on(FIRST), opened_on=FIRST)
        return cls.of(Actor(institution=number, by="user:1", why="a test"))

    @classmethod
    def of(cls, actor: Actor) -> House:
        """One that is open."""
        callers = (
            Caller(institution=actor.institution, by=f"user:{at}", duties=frozenset({duty}))
            for at, duty in enumerate((Duty.CASHIER, Duty.RISK_OFFICER), 1)
        )
        return cls(actor.institution, actor, StoredBooks(actor), *callers)

    def borrower(self, name: str, *, share_bps: int = 0, floor_fen: int = 0,
                 until: date = date(2026, 9, 2)) -> AgreementTerms:  # fmt: skip
        """A household with an agreement at ten per cent, and a shop it buys from."""
        for party, kind in ((f"h-{name}", "household"), (f"s-{name}", "business")):
            register(self.actor, Registered(party_id=party, kind=kind, village_code="440811100201"))
        for listed, party in ((f"shop-{name}", f"s-{name}"), (f"home-{name}", f"h-{name}")):
            list_payee(self.actor, RING, payee(listed, party), by=TWO, at=at(FIRST))
        rows = tuple(PlannedDue(FIRST.replace(month=month)) for month in range(4, until.month))
        terms = AgreementTerms(
            agreement=f"a-{name}", party=f"h-{name}", sheet="sales_flow", mode="platform",
            start=FIRST, rate_bps=1_000, rows=(*rows, PlannedDue(until)) if share_bps
            else (PlannedDue(until),), penalty_bps=15_000, day_count=DayCount.ACT_360,
            sweep=SweepTerms(share_bps, floor_fen) if share_bps else None,
        )  # fmt: skip
        agreements.sign(self.actor, terms)
        self.agreements[terms.agreement] = terms
        return terms

    def order(self, name: str, fen: int = 80_000_00, *, on: date = FIRST,
              replaces: str = "") -> PayOrder:  # fmt: skip
        """The loan of a household, paid to its shop."""
        about = self.agreements[f"a-{name}"].about
        return PayOrder(about=about, instalment="draw-1", fen=fen, payee=f"shop-{name}",
                        purpose="SUPP", on=on, by=TWO,
                        through="2002", replaces=replaces)  # fmt: skip


def payee(listed: str, party: str) -> PayeeTold:
    """One whose numbers check."""
    return PayeeTold(
        listed=listed, party=party, name=f"农资店{listed}", identity="91110000600037341L",
        account="6222021234567894", bank_number="402611000018",
    )  # fmt: skip
