"""Payments as lending knows them: the port, what a payment is, and what may become of it.

The bank's statement says what happened; nothing is settled on our word.
"""

from __future__ import annotations

import json
from base64 import b32encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType
from typing import Final, Protocol

from suixin.data.errors import InputError
from suixin.kernel.refusal import Wording
from suixin.lending.refused import Refused
from suixin.lending.states import Moves
from suixin.lending.transaction import Dimensions
from suixin.service.rails.message import Message


class PaymentState(StrEnum):
    """Where a payment stands; rejected and returned are final, and payable under a new id."""

    PENDING = "pending"
    SENT = "sent"
    ACCEPTED = "accepted"
    SETTLED = "settled"
    REJECTED = "rejected"
    RETURNED = "returned"


class PaymentMove(StrEnum):
    """What may happen to a payment."""

    SEND = "send"  # Its bytes are durable, and only then handed over.
    ACCEPT = "accept"
    SETTLE = "settle"  # By the bank's word, or a booked line, whichever is first.
    REJECT = "reject"
    RETURN = "return"
    WITHDRAW = "withdraw"  # Before its bytes are written: nobody was told of it yet.


PAYMENT: Final = Moves(
    "payment",
    PaymentState.PENDING,
    frozenset({PaymentState.REJECTED, PaymentState.RETURNED}),
    MappingProxyType(
        {
            PaymentMove.SEND: MappingProxyType({"pending": ("sent",)}),
            PaymentMove.ACCEPT: MappingProxyType({"sent": ("accepted",)}),
            PaymentMove.SETTLE: MappingProxyType({"sent": ("settled",), "accepted": ("settled",)}),
            PaymentMove.REJECT: MappingProxyType(
                {"sent": ("rejected",), "accepted": ("rejected",)}
            ),
            PaymentMove.RETURN: MappingProxyType({"settled": ("returned",)}),
            PaymentMove.WITHDRAW: MappingProxyType({"pending": ("rejected",)}),
        }
    ),
)


class PaymentRefusal(StrEnum):
    """Why a payment is not sent, or not sent again, in the order of the checks."""

    TWO_PEOPLE = "two_people"
    NO_AMOUNT = "no_amount"
    NO_WHITELIST = "payee_not_listed"
    PAYEE_BLOCKED = "payee_blocked"
    NAME_FORM = "payee_name_form"
    IDENTITY_FORM = "payee_identity_form"
    ACCOUNT_FORM = "payee_account_form"
    CARD_CHECK = "card_check"
    BANK_NUMBER_FORM = "bank_number_form"
    PURPOSE = "purpose"
    TEXT_FORM = "text_form"
    ALREADY_SENT = "already_sent"
    STILL_OPEN = "still_open"


PAYMENT_WORDING: Final[Mapping[PaymentRefusal, Wording]] = MappingProxyType(
    {
        PaymentRefusal.TWO_PEOPLE: Wording("付款须经两人批准。", "A payment needs two people."),
        PaymentRefusal.NO_AMOUNT: Wording("付款金额须大于零。", "The amount must be above zero."),
        PaymentRefusal.NO_WHITELIST: Wording(
            "收款方没有白名单编号。", "The payee has no number in the list of payees."
        ),
        PaymentRefusal.PAYEE_BLOCKED: Wording(
            "收款方已被暂停，须两人解除。",
            "The payee is blocked since a payment came back; two people may lift it.",
        ),
        PaymentRefusal.NAME_FORM: Wording(
            "收款方户名为空、过长或含有不可用字符。",
            "The payee's name is empty, long or unprintable.",
        ),
        PaymentRefusal.IDENTITY_FORM: Wording(
            "收款方证件号码不符合规则。", "The payee's identity number is not well formed."
        ),
        PaymentRefusal.ACCOUNT_FORM: Wording(
            "收款账号为空、过长或含有不可用字符。",
            "The account is empty, long or not of letters and digits.",
        ),
        PaymentRefusal.CARD_CHECK: Wording(
            "银行卡号校验位不符。", "The check digit of the card does not fit."
        ),
        PaymentRefusal.BANK_NUMBER_FORM: Wording(
            "收款行联行号不是十二位数字。", "The payee's bank has no number of twelve digits."
        ),
        PaymentRefusal.PURPOSE: Wording(
            "付款用途不在允许范围内。", "The purpose is none that a payment may have."
        ),
        PaymentRefusal.TEXT_FORM: Wording(
            "附言过长或含有不可用字符。", "The text is long or unprintable."
        ),
        PaymentRefusal.ALREADY_SENT: Wording(
            "该笔付款已发送，不得重复。", "This payment was sent already."
        ),
        PaymentRefusal.STILL_OPEN: Wording(
            "原付款尚未终结，不得另行付款。",
            "The payment may still happen, so it is not paid under a new number.",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Payee:
    """Who is paid: `listed` is the number in the list of payees, `person` a natural one.

    `identity` is a unified social credit code or a resident id, `bank_number` of twelve digits.
    Personal numbers never show in a text of this record.
    """

    listed: str
    name: str = field(repr=False)
    identity: str = field(repr=False)
    account: str = field(repr=False)
    bank_number: str
    person: bool = False


@dataclass(frozen=True, slots=True)
class Payment:
    """Money to go out. `from_account` of the ledger is debited, `through` holds it on its way.

    `instalment` is which part of its agreement; `attempt` counts from 1, and a later one names the
    one it `replaces`; `by` are the two people who released it; a `revolving` one draws on a limit.
    `text` is what the payee reads.
    """

    id: str
    about: Dimensions
    instalment: str
    fen: int
    payee: Payee
    purpose: str
    on: date
    by: tuple[str, str]
    attempt: int = 1
    replaces: str = ""
    from_account: str = "1101"
    through: str = "1002"
    revolving: bool = False
    text: str = ""

    @property
    def draws(self) -> bool:
        """Whether it is a loan paid out, which bears interest from the day it settles."""
        return self.from_account == "1101"

    @property
    def dimensions(self) -> Dimensions:
        """What its postings are about: only a loan paid out is the agreement's own account.

        A replay of the agreement knows nothing of what else is paid, and would take it back.
        """
        return self.about if self.draws else Dimensions(party=self.about.party)


@dataclass(frozen=True, slots=True)
class Batch:
    """Payments for one file. `made_at` is written into it, so that its bytes never change."""

    payments: tuple[Payment, ...]
    made_at: datetime

    @property
    def id(self) -> str:
        """The file's own number: the same payments at the same instant have the same."""
        said = [self.made_at.isoformat(), *(one.id for one in self.payments)]
        return f"SXB{self.made_at:%y%m%d}{_digest(said)[:20]}"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came of a batch: ids that are sent, refusals by id, and when each will be paid, told."""

    file: str
    sent: tuple[str, ...]
    refused: tuple[tuple[str, Refused], ...] = ()
    told: tuple[Wording, ...] = ()


@dataclass(frozen=True, slots=True)
class Status:
    """Where a payment stands as far as we know, and since which of the bank's words."""

    id: str
    state: PaymentState
    reason: str = ""
    value_on: date | None = None
    known: bool = False


class Payments(Protocol):
    """The port: lending knows only this. Faults raise `InputError` and change nothing."""

    def submit(self, batch: Batch) -> Receipt:
        """Make the bytes durable, then hand them over; the same batch again is the same bytes."""
        ...

    def query(self, id: str) -> Status:
        """Ask the bank where its files allow it, and say where the payment stands."""
        ...

    def cancel(self, id: str, reason: str, *, at: datetime) -> None:
        """Ask the bank to stop a payment: a request; money is back when a line says so."""
        ...

    def fetch(self, since: str) -> Sequence[tuple[str, Message]]:
        """What the bank has said since a file of that name, oldest first, each with its name."""
        ...


def payment_id(institution: str, agreement: str, instalment: str, *, attempt: int, on: date) -> str:
    """The number of a payment, never used again: `SX`, the day, 26 characters of base 32.

    34 of the 35 characters allowed. Another attempt at the same is another number. Source: rails.

    >>> payment_id("bank-1", "a-1", "draw-1", attempt=1, on=date(2026, 3, 2))
    'SX260302MFCHDNUT3OETIISFQBRWEK25DB'
    """
    if attempt < 1:
        raise InputError("ATTEMPT", f"{attempt} is no attempt.", "Count from 1.")
    return f"SX{on:%y%m%d}{_digest([institution, agreement, instalment, attempt])[:26]}"


def attempt_of(id: str) -> str:
    """What a payment's number says beside its day: which attempt at which part of which agreement.

    >>> attempt_of("SX260302MFCHDNUT3OETIISFQBRWEK25DB")
    'MFCHDNUT3OETIISFQBRWEK25DB'
    """
    return id[8:]


def moved(state: str, move: PaymentMove) -> PaymentState | Refused:
    """The next state, or the refusal that names state and move. Source: the table of rails.

    >>> moved("sent", PaymentMove.SETTLE).value
    'settled'
    >>> moved("pending", PaymentMove.SETTLE).found
    'settle while pending'
    """
    found = PAYMENT.move(state, move)
    return found if isinstance(found, Refused) else PaymentState(found)


def _digest(said: Sequence[object]) -> str:
    whole = json.dumps(
        said, ensure_ascii=False, separators=(",", ":")
    )  # Unambiguous, unlike joins.
    return b32encode(sha256(whole.encode()).digest()).decode("ascii")
