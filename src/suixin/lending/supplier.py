"""Paid to the supplier, not the borrower: who may be paid, and who is too close to the borrower."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby
from types import MappingProxyType
from typing import Final

from suixin.kernel.money import Money
from suixin.kernel.policy import PolicyOn
from suixin.kernel.rate import BPS_PER_WHOLE
from suixin.kernel.refusal import Wording
from suixin.lending.refused import Refused


class SupplierRefusal(StrEnum):
    """Why a supplier is not paid, in the order of the checks."""

    NOT_LISTED = "supplier_not_listed"
    ACCOUNT_CHANGED = "supplier_account_changed"
    RELATED_PARTY = "related_party"
    CASH_OUT = "cash_out"


SUPPLIER_WORDING: Final[Mapping[SupplierRefusal, Wording]] = MappingProxyType(
    {
        SupplierRefusal.NOT_LISTED: Wording(
            "收款方不在供应商白名单内。", "The payee is not on the list of suppliers."
        ),
        SupplierRefusal.ACCOUNT_CHANGED: Wording(
            "收款账户与备案账户不一致。", "The account is not the one that was listed."
        ),
        SupplierRefusal.RELATED_PARTY: Wording(
            "供应商与借款人存在关联关系。", "The supplier is related to the borrower."
        ),
        SupplierRefusal.CASH_OUT: Wording(
            "存在套现迹象。", "The money would find its way back to the borrower."
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Supplier:
    """A listed supplier: its account's hash, since and until when it is listed."""

    party: str
    account: str
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Marks:
    """What two parties may share: owners, a device, a payment account, an address (hashes)."""

    party: str
    owners: frozenset[str] = frozenset()
    devices: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()


def related_by(borrower: Marks, supplier: Marks, links: Sequence[tuple[str, str, str]]) -> str:
    """What ties a supplier to the borrower, in words; "" for nothing.

    `links` are (from, to, kind) of declared ties; a tie of trade is none. Source: E03.

    >>> shop, depot = Marks("h-1", devices=frozenset({"d"})), Marks("s-1", devices=frozenset({"d"}))
    >>> related_by(shop, depot, ())
    'device'
    >>> related_by(Marks("h-1"), Marks("s-1"), [("s-1", "h-1", "kin")])
    'kin'
    """
    if borrower.party == supplier.party:
        return "the same party"
    pair = {borrower.party, supplier.party}
    tied = sorted(kind for a, b, kind in links if {a, b} == pair and kind != "supplier")
    if tied:
        return tied[0]
    if borrower.owners & supplier.owners or pair & (borrower.owners | supplier.owners):
        return "owner"
    for name, shared in (
        ("payment account", borrower.accounts & supplier.accounts),
        ("device", borrower.devices & supplier.devices),
        ("address", borrower.addresses & supplier.addresses),
    ):
        if shared:
            return name
    return ""


@dataclass(frozen=True, slots=True)
class Transfer:
    """Money that moved between two parties on a day (fen); a refund is one from a supplier."""

    payer: str
    payee: str
    amount_fen: int
    on: date
    refund: bool = False


def cash_out_sign(
    borrower_side: frozenset[str],
    supplier: str,
    transfers: Sequence[Transfer],
    *,
    lender: str,
    policy: PolicyOn,
) -> str:
    """The first sign that money lent for a supplier comes back, in words; "" for none.

    `borrower_side` is the borrower with all who are related to him; what the lender pays the
    supplier is paid for him. Money coming back in so many days of a payment counts up to that
    payment, through any number of hands that the transfers show; then a quick refund; then a
    young supplier whom nobody else pays (E03).

    >>> from suixin.kernel.policy import load_policy
    >>> rules = load_policy("origination").on(date(2026, 6, 30))
    >>> side, day = frozenset({"h-1"}), date(2026, 6, 1)
    >>> out = Transfer("bank", "s-1", 1_000_000, day)
    >>> back = Transfer("s-1", "h-1", 200_000, date(2026, 6, 16))
    >>> cash_out_sign(side, "s-1", [out, back], lender="bank", policy=rules)
    '2,000.00 CNY of 10,000.00 CNY came back within 15 days'
    """
    rule = policy["cash_out.signs"]
    bought = [one for one in transfers if one.payee == supplier and not one.refund]
    paid = [one for one in bought if one.payer == lender]
    window, quick = timedelta(days=rule["days"]), timedelta(days=rule["refund_days"])
    for payment in paid:
        back = _came_back(payment, transfers, borrower_side, payment.on + window)
        if back and back * BPS_PER_WHOLE >= rule["share"] * payment.amount_fen:
            came, whole = Money(back), Money(payment.amount_fen)
            return f"{came} of {whole} came back within {rule['days']} days"
    refunds = [one.on for one in transfers if one.refund and one.payer == supplier]
    if any(one.on <= day <= one.on + quick for one in paid for day in refunds):
        return f"a refund within {rule['refund_days']} days"
    if bought and {one.payer for one in bought} <= {lender, *borrower_side}:
        age = (policy.day - min(one.on for one in bought)).days
        if age < rule["supplier_days"]:
            return f"a supplier of {age} days whom nobody else pays"
    return ""


def _came_back(
    payment: Transfer, transfers: Sequence[Transfer], side: frozenset[str], until: date
) -> int:
    """What of a payment reached the borrower's side by a day, along transfers in time."""
    holding = {payment.payee: payment.amount_fen}
    back = 0
    seen = [
        one
        for one in transfers
        if one is not payment and payment.on <= one.on <= until and one.payer not in side
    ]
    for _, same_day in groupby(sorted(seen, key=_day), key=_day):
        left = [(one, one.amount_fen) for one in same_day]
        # Days have no hours: one day's transfers are followed in any order, once for each hand.
        for _ in range(len(left)):
            for k, (one, amount) in enumerate(left):
                part = min(amount, holding.get(one.payer, 0))
                if not part:
                    continue
                left[k] = (one, amount - part)
                holding[one.payer] -= part
                if one.payee in side:
                    back += part
                else:
                    holding[one.payee] = holding.get(one.payee, 0) + part
    return back


def _day(transfer: Transfer) -> date:
    return transfer.on


def supplier_refusal(
    payee: Marks,
    account: str,
    *,
    listed: Sequence[Supplier],
    related: str,
    cash_out: str,
    on: date,
) -> Refused | None:
    """Why a supplier is not paid on a day, or None; `related` and `cash_out` as found, in words.

    >>> day = date(2026, 6, 30)
    >>> listed = [Supplier("s-1", "acc-1", date(2026, 1, 1))]
    >>> facts = {"listed": listed, "related": "", "cash_out": "", "on": day}
    >>> supplier_refusal(Marks("s-1"), "acc-1", **facts)
    >>> supplier_refusal(Marks("s-1"), "acc-2", **facts).why.value
    'supplier_account_changed'
    """
    known = [
        one
        for one in listed
        if one.party == payee.party and one.since <= on and (one.until is None or on <= one.until)
    ]
    checks = (
        (not known, SupplierRefusal.NOT_LISTED, payee.party, "a listed supplier"),
        (
            all(one.account != account for one in known),
            SupplierRefusal.ACCOUNT_CHANGED,
            "another account",
            "the account that was listed",
        ),
        (bool(related), SupplierRefusal.RELATED_PARTY, related, "no tie but trade"),
        (bool(cash_out), SupplierRefusal.CASH_OUT, cash_out, "no sign"),
    )
    for holds, why, found, allowed in checks:
        if holds:
            return Refused(why, found, allowed, "cash_out.signs", "E03")
    return None
