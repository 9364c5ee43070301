"""What a bank's files say, once read: statuses of payments, and lines of an account."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final, TypeAlias

# What a bank writes where a payer gave no end-to-end identification (ISO 20022 usage rule).
NOT_PROVIDED: Final = "NOTPROVIDED"


class Kind(StrEnum):
    """What an account report is: a statement (camt.053) or a notice of lines (camt.054)."""

    STATEMENT = "statement"
    NOTICE = "notice"


class LineStatus(StrEnum):
    """Whether a line has happened; only booked ones have."""

    BOOKED = "BOOK"
    PENDING = "PDNG"
    INFORMATION = "INFO"
    FUTURE = "FUTR"


@dataclass(frozen=True, slots=True)
class Detail:
    """One transaction of a line (TxDtls). `fen` is signed, money to us above 0; None: not said.

    `returned` is said by a return reason or a code of returns.
    """

    fen: int | None = None
    end_to_end: str = ""
    instruction: str = ""
    reference: str = ""
    code: str = ""
    payer: str = field(default="", repr=False)
    payee: str = field(default="", repr=False)
    structured: tuple[str, ...] = ()
    text: str = field(default="", repr=False)
    returned: bool = False
    return_code: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an account (Ntry). `fen` is signed, money to us above 0.

    `code` is domain/family/sub-family or the bank's own; `reversal` says that it takes a line back;
    `batch_size` is how many transactions the bank says are in it, None where it does not say.
    """

    fen: int
    currency: str
    status: LineStatus
    booked_on: date
    value_on: date
    reference: str = ""
    code: str = ""
    reversal: bool = False
    text: str = field(default="", repr=False)
    batch_size: int | None = None
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """One account over a time: a statement with its balances, or a notice without.

    `electronic` and `legal` are the two numbers by which statements may follow each other; it is
    `whole` where it, and the file it came in, stand on one page.
    """

    kind: Kind
    name: str
    account: str = field(repr=False)
    made_at: datetime
    electronic: int | None = None
    legal: int | None = None
    whole: bool = True
    file_whole: bool = True
    opening_fen: int | None = None
    closing_fen: int | None = None
    closing_on: date | None = None
    lines: tuple[Line, ...] = ()

    @property
    def booked_fen(self) -> int:
        """What its booked lines add up to, signed."""
        return sum(line.fen for line in self.lines if line.status is LineStatus.BOOKED)

    @property
    def digest(self) -> str:
        """The hash of what it says of the account: a file made again says the same.

        >>> from datetime import UTC
        >>> one = Report(Kind.NOTICE, "n-1", "800", datetime(2026, 3, 2, tzinfo=UTC))
        >>> later = Report(Kind.NOTICE, "n-1", "800", datetime(2026, 3, 3, tzinfo=UTC))
        >>> one.digest == later.digest
        True
        """
        lines = [
            [line.fen, line.currency, line.status, line.booked_on, line.value_on, line.reference,
             line.code, line.reversal, line.text, line.batch_size,
             [_said(one) for one in line.details]]
            for line in self.lines
        ]  # fmt: skip
        said: list[object] = [self.kind, self.account, self.electronic, self.legal]
        said += [self.opening_fen, self.closing_fen, self.closing_on, lines]
        return sha256(json.dumps(said, default=str, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class AccountFile:
    """A file of account reports (camt.053 or camt.054), with one report or several."""

    id: str
    message: str
    reports: tuple[Report, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a bank says what it says: its code, and its own words."""

    code: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class PaymentStatus:
    """What a bank says of one payment: `id` is ours, end to end."""

    id: str
    status: str
    reasons: tuple[Reason, ...] = ()
    accepted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BatchStatus:
    """What a bank says of a batch of a file, and of payments in it by name."""

    id: str
    status: str
    reasons: tuple[Reason, ...]
    payments: tuple[PaymentStatus, ...]


@dataclass(frozen=True, slots=True)
class StatusFile:
    """A file of payment statuses (pain.002): of a whole file of ours, its batches, its payments."""

    id: str
    message: str
    made_at: datetime
    of_file: str
    status: str
    reasons: tuple[Reason, ...]
    batches: tuple[BatchStatus, ...]


@dataclass(frozen=True, slots=True)
class CancelAnswer:
    """What a bank says of a request to cancel one payment (camt.029)."""

    id: str
    status: str
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class CancelFile:
    """A file of answers to requests to cancel (camt.029); `status` is of the request as a whole."""

    id: str
    message: str
    status: str
    answers: tuple[CancelAnswer, ...]


Message: TypeAlias = StatusFile | AccountFile | CancelFile


def _said(one: Detail) -> list[object]:
    return [one.fen, one.end_to_end, one.instruction, one.reference, one.code, one.payer, one.payee,
            one.structured, one.text, one.returned, one.return_code]  # fmt: skip
