"""What is looked at before money is sent: who is paid, where to, and that the bank can carry it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from typing import Final

from suixin.data.errors import shown
from suixin.kernel.identity import (
    BadIdentity,
    check_bank_card,
    check_resident_id,
    check_uscc,
)
from suixin.kernel.policy import PolicyOn
from suixin.lending.refused import Refused
from suixin.service.rails.payment import Payee, Payment, PaymentRefusal

_ACCOUNT: Final = re.compile(r"[0-9A-Za-z-]+")
# What XML 1.0 may hold, less the controls that a bank's host may read as something else.
_PRINTABLE: Final = re.compile("[\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*")


def payment_refusal(
    payment: Payment, rails: PolicyOn, *, blocked: Collection[str] = (), sealed: bool = False
) -> Refused | None:
    """The first reason not to send a payment, in the order of `PaymentRefusal`, or None.

    `sealed`: name and numbers of the payee are not asked, who was looked at when he was listed.

    >>> from suixin.kernel.policy import load_policy
    >>> from suixin.lending.transaction import Dimensions
    >>> rails = load_policy("rails").on(date(2026, 3, 2))
    >>> shop = Payee("p-1", "农资店", "91110000600037341L", "6222021234567894", "402611000018")
    >>> paid = Payment("SX1", Dimensions("a-1"), "1", 800_00, shop, "SUPP", rails.day,
    ...                ("u-1", "u-2"))
    >>> payment_refusal(paid, rails)
    >>> payment_refusal(paid, rails, blocked={"p-1"}).why.value
    'payee_blocked'
    """
    payee, lengths = payment.payee, rails["payment.lengths"]
    if len({*payment.by} - {""}) != 2:
        return _refused(PaymentRefusal.TWO_PEOPLE, "one person", "two", "ledger of the rails plan")
    if type(payment.fen) is not int or payment.fen <= 0:
        return _refused(PaymentRefusal.NO_AMOUNT, payment.fen, "1 fen or more", "")
    if not payee.listed:
        return _refused(PaymentRefusal.NO_WHITELIST, "none", "a listed payee", "E03")
    if payee.listed in blocked:
        return _refused(PaymentRefusal.PAYEE_BLOCKED, payee.listed, "no open return", "")
    why = None if sealed else payee_refusal(payee, rails)
    if why is None and payment.purpose not in (purposes := rails["payment.purposes"]):
        found, allowed = shown(payment.purpose), ", ".join(purposes)
        rule = "payment.purposes"
        why = Refused.by(PaymentRefusal.PURPOSE, rails, rule, found=found, allowed=allowed)
    return why or _text_refusal(payment.text, lengths["text"])


def payee_refusal(payee: Payee, rails: PolicyOn) -> Refused | None:
    """The first fault in who is paid and where to; no number is repeated in it."""
    lengths = rails["payment.lengths"]
    name, account = payee.name, payee.account
    if not name.strip() or len(name) > lengths["name"] or not _PRINTABLE.fullmatch(name):
        allowed = f"1 to {lengths['name']} printable characters"
        return _by(PaymentRefusal.NAME_FORM, rails, f"{len(name)} characters", allowed)
    try:
        check_identity(payee.identity, person=payee.person, on=rails.day)
    except BadIdentity as fault:
        return _refused(PaymentRefusal.IDENTITY_FORM, fault, "a number as registered", "")
    if len(account) > lengths["account"] or not _ACCOUNT.fullmatch(account):
        allowed = f"1 to {lengths['account']} letters, digits or hyphens"
        return _by(PaymentRefusal.ACCOUNT_FORM, rails, f"{len(account)} characters", allowed)
    fault_of_card = card_fault(account, rails["card.form"])
    if fault_of_card and (payee.person or payee.identity.startswith("92")):
        return _refused(PaymentRefusal.CARD_CHECK, fault_of_card, "a card as printed", "card.form")
    digits = lengths["bank_number"]
    if not re.fullmatch(rf"[0-9]{{{digits}}}", payee.bank_number):
        found = f"{len(payee.bank_number)} characters"
        return _by(PaymentRefusal.BANK_NUMBER_FORM, rails, found, f"{digits} digits")
    return None


def payee_notes(
    payee: Payee, rails: PolicyOn, *, counties: Collection[str] = frozenset()
) -> tuple[str, ...]:
    """What a person should look at, and what does not stop a payment.

    A county code is no reason to refuse: counties are renamed, and a person keeps the number of the
    county of his birth. `counties` are codes of six digits that the caller knows; none: not asked.
    A company's account that looks like a card and does not check may still be its account.
    """
    notes = []
    if payee.person and counties and payee.identity[:6] not in counties:
        notes.append("the county of the resident id is not in the list")
    company = not payee.person and not payee.identity.startswith("92")
    if company and card_fault(payee.account, rails["card.form"]):
        notes.append("the account looks like a card whose check digit does not fit")
    return tuple(notes)


def check_identity(text: str, *, person: bool, on: date) -> str:
    """The number as registered; raises `BadIdentity`, which never repeats it.

    >>> check_identity("91110000600037341L", person=False, on=date(2026, 3, 2))
    '91110000600037341L'
    >>> check_identity("110105204912310026", person=True, on=date(2026, 3, 2))
    Traceback (most recent call last):
    ...
    suixin.kernel.identity.BadIdentity: Not a resident id: its date of birth is yet to come.
    """
    if not person:
        return check_uscc(text)
    number = check_resident_id(text)
    if date(int(number[6:10]), int(number[10:12]), int(number[12:14])) > on:
        raise BadIdentity("resident id", "its date of birth is yet to come")
    return number


def card_fault(account: str, form: Mapping[str, object]) -> str:
    """What is wrong with an account as a bank card; "" where it is none, or a right one.

    >>> form = {"starts": "62", "least": 16, "most": 19}
    >>> card_fault("6222021234567894", form), card_fault("8010526018159083", form)
    ('', '')
    >>> card_fault("6222021234567895", form)
    'Not a bank card number: its check digit does not fit.'
    """
    looks = (
        account.isascii()
        and account.isdecimal()
        and account.startswith(str(form["starts"]))
        and int(str(form["least"])) <= len(account) <= int(str(form["most"]))
    )
    if not looks:
        return ""
    try:
        check_bank_card(account)
    except BadIdentity as fault:
        return str(fault)
    return ""


def _text_refusal(text: str, most: int) -> Refused | None:
    if len(text) <= most and _PRINTABLE.fullmatch(text):
        return None
    allowed = f"up to {most} printable characters"
    return _refused(PaymentRefusal.TEXT_FORM, f"{len(text)} characters", allowed, "payment.lengths")


def _by(why: PaymentRefusal, rails: PolicyOn, found: object, allowed: str) -> Refused:
    return Refused.by(why, rails, "payment.lengths", found=found, allowed=allowed)


def _refused(why: PaymentRefusal, found: object, allowed: str, rule: str) -> Refused:
    return Refused(why, str(found), allowed, rule, "Rails plan, checks")
