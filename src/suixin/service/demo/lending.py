"""One wish from an application to money on its way, each step by whose act it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from suixin.data.errors import InputError
from suixin.service.app import accepting, applying, deciding, listing, offers, paying, scoring
from suixin.service.app.accepting import ReadBack
from suixin.service.app.applications import Backer, application_of
from suixin.service.app.applying import Asked
from suixin.service.app.caller import Caller, Duty
from suixin.service.app.proposals import Proposal, confirm
from suixin.service.demo.staff import LENDER, House
from suixin.service.demo.wishes import Wish

BANK_NUMBER: Final = "402611000018"
_UNIT_FEN: Final = 100_00
_READ: Final = timedelta(minutes=2)
_STANDS: Final = timedelta(days=400)


@dataclass(slots=True)
class Desk:
    """The lender's people, and how many acts they did: each act has a key of its own."""

    house: House
    acts: int = 0

    @property
    def officer(self) -> Caller:
        """Who prepares."""
        return self.house.of(LENDER, "officer")

    @property
    def risk(self) -> Caller:
        """Who agrees."""
        return self.house.of(LENDER, "risk")

    @property
    def cashier(self) -> Caller:
        """Who handles money."""
        return self.house.of(LENDER, "cashier")

    def household(self, party: str) -> Caller:
        """A household that acts for itself."""
        return Caller(
            institution=self.house.institutions[LENDER],
            by=f"household:{party}",
            duties=frozenset({Duty.HOUSEHOLD}),
            party=party,
        )

    def key(self) -> str:
        """A key that was not used yet."""
        self.acts += 1
        return f"demo/{self.acts}"

    def agreed(self, proposal: Proposal, by: Caller, at: datetime) -> Proposal:
        """Another reads it and agrees."""
        return confirm(by, proposal.proposal, digest=proposal.digest, at=at)


def lend(desk: Desk, wish: Wish, *, at: datetime) -> str:
    """The agreement that a wish led to, its money on its way; "" where it was refused."""
    household = desk.household(wish.party)
    found = scoring.latest(
        desk.officer.actor("looked at the limit"), wish.party, wish.product, on=at.date()
    )
    limit = found.limit_fen if found else 0
    amount = max(limit * wish.share_bps // 10_000, 10 * _UNIT_FEN)
    amount -= amount % _UNIT_FEN
    backers = tuple(Backer(party=one, cap_fen=amount) for one in wish.members)
    asked = Asked(
        party=wish.party,
        product=wish.product,
        amount_fen=amount,
        purpose=wish.purpose,
        times=wish.times,
        group=wish.group,
        backers=backers,
    )
    applied = applying.apply(household, asked, key=desk.key(), at=at)
    name = applied.application.application
    if applied.refusals or not _offered(desk, name, at):
        return ""
    made = offers.offer(desk.officer, application_of(desk.officer, name))
    if made is None:
        return ""
    then = at + _READ
    accepted = accepting.accept(
        household, name, offer=made.digest, read_seconds=made.read_seconds, at=then
    )
    until = then.date() + _STANDS
    for guarantor in accepted.to_sign:
        said = ReadBack(cap_fen=amount, until=until, read_fen=amount, read_until=until)
        own = desk.household(guarantor)
        accepted = accepting.sign_guarantee(own, name, guarantor, said, at=then)
    agreement = accepted.application.agreement
    if agreement:
        pay_out(desk, agreement, wish.party, amount, at=then)
    return agreement


def pay_out(desk: Desk, agreement: str, party: str, fen: int, *, at: datetime) -> None:
    """List the account of the household, and release the payment: by two people each."""
    listed = listing.propose_payee(
        desk.officer,
        party,
        bank_number=BANK_NUMBER,
        person=True,
        key=f"demo/payee/{party}",
        why="已核对银行卡与身份证",
        at=at,
    )
    if listed.ended_at is None:
        desk.agreed(listed, desk.risk, at)
    paid = paying.disburse(
        desk.officer, agreement, fen=fen, key=desk.key(), why="放款条件已满足", at=at
    )
    desk.agreed(paid, desk.cashier, at)


def _offered(desk: Desk, name: str, at: datetime) -> bool:
    """Whether the rules, or else two people, made an offer."""
    decided = deciding.ask_decision(desk.officer, name, at=at)
    if decided.offer is not None:
        return True
    if decided.refusals:
        return False
    try:
        proposal = deciding.decide(
            desk.officer, name, approve=True, why="经营稳定，邻里评价好", key=desk.key(), at=at
        )
    except InputError:  # What the rules refuse nobody approves.
        return False
    desk.agreed(proposal, desk.risk, at)
    return True
