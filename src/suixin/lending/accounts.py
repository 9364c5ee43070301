"""The chart of accounts: dated data, so that an institution may add its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Final

from suixin.kernel.policy import load_policy

LENDER_BOOKS: Final = "lender"
FUND_BOOKS: Final = "fund"
MEMO_CONTRA: Final = "9000"
# Sides that stand in the books' own balance with a plus when they are in debit.
_DEBIT_SIDES: Final = frozenset({"asset", "expense"})


@dataclass(frozen=True, slots=True)
class Account:
    """An account: `books` says whose (lender, fund, co_op), `side` where it stands."""

    code: str
    books: str
    side: str
    zh: str
    en: str

    @property
    def in_debit(self) -> bool:
        """Whether a balance in debit is its natural one; a memo account's is, but for 9000."""
        return self.side in _DEBIT_SIDES or (self.side == "memo" and self.code != MEMO_CONTRA)


def chart_on(day: date, folder: Path | None = None) -> Mapping[str, Account]:
    """The accounts that may be posted to on a day, by code; raises `NotInForce`, `PolicyError`.

    >>> chart = chart_on(date(2026, 6, 30))
    >>> chart["1101"].en, chart["1101"].in_debit, chart["2001"].in_debit
    ('principal', True, False)
    """
    rows = load_policy("accounts", folder).on(day)["accounts"]
    return MappingProxyType({row["code"]: Account(**row) for row in rows})
