"""What rails do to the ledger: acts over the port of lending, and every posting of theirs.

Keys and texts are those of lending's own replay, so that what the bank confirmed and what an
agreement's history says are one transaction and not two: a payout is `agreement/payment`, its leg
to the bank `agreement/payment/sent`, a receipt `agreement/line`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Final, TypeAlias

from suixin.lending.ledger import Ledger, Scope
from suixin.lending.merchant import SETTLED
from suixin.lending.movements import movement
from suixin.lending.transaction import Dimensions, Posting, Transaction, pair_of
from suixin.service.rails.payment import Payment
from suixin.service.rails.register import Case, Expected, Tracked

BANK: Final = "1001"
SUSPENSE: Final = "2001"
MERCHANT: Final = "2003"


@dataclass(frozen=True, slots=True)
class Pend:
    """Enter a transaction as pending."""

    transaction: Transaction


@dataclass(frozen=True, slots=True)
class Post:
    """Book a transaction."""

    transaction: Transaction


@dataclass(frozen=True, slots=True)
class Confirm:
    """Post what is pending, from the day it came true."""

    key: str
    value_on: date


@dataclass(frozen=True, slots=True)
class Void:
    """End what is pending."""

    key: str


@dataclass(frozen=True, slots=True)
class Reverse:
    """Take back a posted transaction whole, from a day."""

    key: str
    by: str
    value_on: date


Act: TypeAlias = Pend | Post | Confirm | Void | Reverse


def perform(ledger: Ledger, acts: Iterable[Act], *, booked_on: date) -> None:
    """Do the acts in their order; the same again does nothing new."""
    for act in acts:
        match act:
            case Pend(transaction):
                ledger.pend(transaction)
            case Post(transaction):
                ledger.post(transaction)
            case Confirm(key, value_on):
                ledger.confirm(key, value_on=value_on, booked_on=booked_on)
            case Void(key):
                ledger.void(key, booked_on=booked_on)
            case Reverse(key, by, value_on):
                ledger.reverse(key, by=by, value_on=value_on, booked_on=booked_on)


def name_of(tracked: Tracked) -> str:
    """The name a payment settled under: its number, or that with its second day."""
    id = tracked.payment.id
    return f"{id}/dated" if tracked.redated else id


def pending(payment: Payment, *, booked_on: date, name: str = "") -> Transaction:
    """What a payment will move once the bank says so: what it is for, against money on its way.

    A draw on a limit uses the limit up with it.
    """
    name = name or payment.id
    postings = pair_of(payment.from_account, payment.through, payment.fen, payment.dimensions)
    if payment.revolving:
        postings += movement("limit drawn", payment.fen, payment.about)
    key = f"{payment.about.agreement}/{name}"
    return Transaction(key, payment.on, booked_on, postings, name)


def confirmed(tracked: Tracked, *, value_on: date) -> Confirm:
    """A payment settles, from its value day."""
    payment = tracked.payment
    return Confirm(f"{payment.about.agreement}/{payment.id}", value_on)


def voided(tracked: Tracked) -> Void:
    """A payment is refused for good."""
    payment = tracked.payment
    return Void(f"{payment.about.agreement}/{payment.id}")


def left_bank(tracked: Tracked, *, value_on: date, booked_on: date) -> Post:
    """The money leaves the bank account: what was on its way has gone."""
    payment, name = tracked.payment, f"{name_of(tracked)}/sent"
    postings = pair_of(payment.through, BANK, payment.fen, payment.dimensions)
    key = f"{payment.about.agreement}/{name}"
    return Post(Transaction(key, value_on, booked_on, postings, name))


def told(tracked: Tracked, *, value_on: date, booked_on: date) -> Iterator[Act]:
    """The bank's word that a payment settled, and no line yet.

    To its agreement the money has left; the bank account still has it until a line shows it, so
    the one leg is held against the other.
    """
    payment = tracked.payment
    yield left_bank(tracked, value_on=value_on, booked_on=booked_on)
    postings = pair_of(BANK, payment.through, payment.fen)
    yield Post(Transaction(f"told/{payment.id}", value_on, booked_on, postings, "told, not shown"))


def shown(tracked: Tracked, *, value_on: date) -> Reverse:
    """The line came that shows what the bank's word told."""
    key = f"told/{tracked.payment.id}"
    return Reverse(key, f"{key}/shown", value_on)


def redated(tracked: Tracked, *, value_on: date, booked_on: date) -> Iterator[Act]:
    """The bank's word gave one day and its line another: the payment counts from the line's.

    `tracked` is as it stood before.
    """
    payment, key = tracked.payment, f"{tracked.payment.about.agreement}/{tracked.payment.id}"
    again = pending(payment, booked_on=booked_on, name=f"{payment.id}/dated")
    for of in (key, f"{key}/sent"):
        yield Reverse(of, f"{of}/undated", _settled_on(tracked))
    yield Post(replace(again, value_on=value_on))


def came_back(tracked: Tracked, *, value_on: date) -> Iterator[Act]:
    """A settled payment returns: it never was a debt, and the bank has the money from that day.

    In between it was on its way; interest since is taken back by the agreement's own replay.
    """
    key = f"{tracked.payment.about.agreement}/{name_of(tracked)}"
    yield Reverse(key, f"{key}/returned", _settled_on(tracked))
    yield Reverse(f"{key}/sent", f"{key}/sent/returned", value_on)


def received(receipt: Expected, key: str, fen: int, *, value_on: date, booked_on: date) -> Post:
    """Money came for an agreement; what it pays is the agreement's own allocation.

    Of a settlement only the swept part is the agreement's; the rest is owed to the merchant.
    """
    name, swept = f"{receipt.about.agreement}/{key}", swept_of(receipt, fen)
    postings = pair_of(BANK, SUSPENSE, swept, receipt.about)
    postings += pair_of(BANK, MERCHANT, fen - swept, receipt.about)
    return Post(Transaction(name, value_on, booked_on, postings, key))


def settled(receipt: Expected, key: str, fen: int, *, value_on: date, booked_on: date) -> Post:
    """A settlement of sales came: all of it is owed to the merchant, until the agreement takes its
    share (`suixin.lending.merchant`)."""
    postings = pair_of(BANK, MERCHANT, fen, Dimensions(party=receipt.about.party))
    return Post(Transaction(f"{SETTLED}{key}", value_on, booked_on, postings, "settlement arrives"))


def swept_of(receipt: Expected, fen: int) -> int:
    """The part of a receipt that is the agreement's, exact in sum over a receipt in parts.

    >>> from suixin.lending.transaction import Dimensions
    >>> whole = Expected("SET1", Dimensions("a-1"), 1_000_000, date(2026, 3, 2), swept_fen=200_001)
    >>> first = swept_of(whole, 333_333)
    >>> from dataclasses import replace
    >>> first, first + swept_of(replace(whole, received_fen=333_333), 666_667)
    (66666, 200001)
    """
    if receipt.swept_fen is None:
        return fen
    before, after = receipt.received_fen, receipt.received_fen + fen
    share, whole = receipt.swept_fen, receipt.fen
    return share * after // whole - share * before // whole


def suspended(case: Case, *, booked_on: date) -> Post:
    """A line that nobody can explain yet: money is where the bank says, and the case holds it."""
    debit, credit = (BANK, SUSPENSE) if case.fen > 0 else (SUSPENSE, BANK)
    postings = pair_of(debit, credit, abs(case.fen))
    key = f"suspense/{case.key}"
    return Post(Transaction(key, case.value_on, booked_on, postings, f"{case.why}: {case.key}"))


def unsuspended(case: Case) -> Reverse:
    """A case that is explained after all never was in suspense."""
    return Reverse(f"suspense/{case.key}", f"suspense/{case.key}/released", case.value_on)


def charged(key: str, fen: int, *, value_on: date, booked_on: date) -> Post:
    """The bank charges us."""
    postings = movement("bank charge", fen)
    return Post(Transaction(f"charge/{key}", value_on, booked_on, postings, "bank charge"))


def owed_to_borrower(case: Case, about: Dimensions, *, booked_on: date) -> Post:
    """A case that two people give to the borrower: it leaves suspense and waits to be paid out.

    It is his, and no part of what a replay of his agreement says.
    """
    whose = Dimensions(party=about.party)
    postings = (Posting(SUSPENSE, case.fen), Posting(MERCHANT, -case.fen, whose))
    key = f"suspense/{case.key}/owed"
    return Post(Transaction(key, booked_on, booked_on, postings, "overpayment released"))


def suspense_fen(ledger: Ledger) -> int:
    """What stands in suspense for cases, money to us above 0: postings of no agreement."""
    return -sum(
        posting.fen
        for made in ledger.transactions(Scope())
        for posting in made.postings
        if posting.account == SUSPENSE and not posting.about.agreement
    )


def ledger_hash(ledger: Ledger) -> str:
    """The hash of everything posted, in the order of keys: two runs that did the same have one.

    The day of entry is no part of it: a file may be read late.
    """
    lines = sorted(
        f"{made.key}|{made.value_on}|{made.reverses}|{made.corrects}|"
        + ";".join(f"{one.account} {one.fen} {one.about}" for one in made.postings)
        for made in ledger.transactions(Scope())
    )
    return sha256("\n".join(lines).encode()).hexdigest()


def _settled_on(tracked: Tracked) -> date:
    if tracked.value_on is None:
        raise AssertionError(f"{tracked.payment.id} is settled from no day.")
    return tracked.value_on
