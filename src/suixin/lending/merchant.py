"""What is the merchant's own of a settlement: all that came, less the share that repays.

A bank's line brings a settlement whole, and it is booked whole as owed to the merchant. What the
agreement takes of it, and gives back where a buyer is refunded, is then moved between the two.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from suixin.lending.transaction import Dimensions, Transaction, pair_of

BANK: Final = "1001"
OWED: Final = "2003"
# Keys of a `Sale` and a `Refund` whose money came, or will go, through the institution's bank.
SETTLED: Final = "settled/"
REFUNDED: Final = "refunded/"


def merchants_part(transactions: Iterable[Transaction]) -> tuple[Transaction, ...]:
    """What to post beside an agreement's own: what it took from, or gave back to, the merchant.

    For each transaction of a sale or refund so named, or one that corrects it, the opposite of its
    movement on the bank's account, against what is owed to the party; under its key and
    `/merchant`, with no dimension but the party, since it is no part of what the agreement owes.
    Source: C12; the sweep of the rails plan.

    >>> from datetime import date
    >>> day, about = date(2026, 3, 2), Dimensions("a-1", "h-1", "sales_flow", "platform")
    >>> taken = Transaction("a-1/settled/B1", day, day, pair_of("1001", "2001", 200_00, about))
    >>> (moved,) = merchants_part([taken])
    >>> moved.key, [(one.account, one.fen, one.about.party) for one in moved.postings]
    ('a-1/settled/B1/merchant', [('2003', 20000, 'h-1'), ('1001', -20000, 'h-1')])
    >>> merchants_part([Transaction("a-1/r", day, day, pair_of("1001", "2001", 5, about))])
    ()
    """
    made = []
    for one in transactions:
        about = one.postings[0].about
        name = (one.corrects or one.key).removeprefix(f"{about.agreement}/")
        fen = sum(posting.fen for posting in one.postings if posting.account == BANK)
        if fen and name.startswith((SETTLED, REFUNDED)):
            made.append(
                Transaction(
                    key=f"{one.key}/merchant",
                    value_on=one.value_on,
                    booked_on=one.booked_on,
                    postings=pair_of(OWED, BANK, fen, Dimensions(party=about.party))
                    if fen > 0
                    else pair_of(BANK, OWED, -fen, Dimensions(party=about.party)),
                    text=f"{one.text}/merchant",
                    books=one.books,
                )
            )
    return tuple(made)
