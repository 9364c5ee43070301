"""Sales sweep: a share of every order's sales repays, and a refund gives its share back."""

from __future__ import annotations

from dataclasses import dataclass, replace

from suixin.data.errors import InputError
from suixin.kernel.rate import BPS_PER_WHOLE


@dataclass(frozen=True, slots=True)
class SweepTerms:
    """The share of each settlement that repays, and the floor of a period (fen)."""

    share_bps: int
    floor_fen: int = 0

    def __post_init__(self) -> None:
        if not 0 < self.share_bps <= BPS_PER_WHOLE or self.floor_fen < 0:
            wrong = f"A share of {self.share_bps} bps over a floor of {self.floor_fen} is none."
            raise InputError("SWEEP", wrong, "Give a share up to 10000 bps and a floor ≥ 0.")


@dataclass(frozen=True, slots=True)
class OrderSwept:
    """One order: what was settled, what was refunded, and what was taken so far (fen)."""

    settled_fen: int = 0
    refunded_fen: int = 0
    taken_fen: int = 0

    def target(self, share_bps: int) -> int:
        """What should be taken in all: the share of its net, rounded down.

        >>> OrderSwept(333_333, 100_000).target(2_000)
        46666
        """
        net = max(0, self.settled_fen - self.refunded_fen)
        return net * share_bps // BPS_PER_WHOLE


def sold(order: OrderSwept, fen: int, *, terms: SweepTerms, owed_fen: int) -> OrderSwept:
    """The order after a settlement: what is taken more is never above what is owed.

    >>> terms = SweepTerms(2_000)
    >>> sold(OrderSwept(), 333_333, terms=terms, owed_fen=20_000_00).taken_fen
    66666
    >>> sold(OrderSwept(), 333_333, terms=terms, owed_fen=10_00).taken_fen
    1000
    """
    after = replace(order, settled_fen=order.settled_fen + fen)
    more = min(owed_fen, max(0, after.target(terms.share_bps) - order.taken_fen))
    return replace(after, taken_fen=order.taken_fen + more)


def refunded(order: OrderSwept, fen: int, *, terms: SweepTerms, closed: bool) -> OrderSwept:
    """The order after a refund: what was taken above the share of its net goes back.

    Nothing goes back once the agreement is closed. Source: formulas §11.

    >>> terms = SweepTerms(2_000)
    >>> order = OrderSwept(333_333, 0, 66_666)
    >>> refunded(order, 100_000, terms=terms, closed=False).taken_fen
    46666
    """
    after = replace(order, refunded_fen=order.refunded_fen + fen)
    if closed:
        return after
    return replace(after, taken_fen=min(order.taken_fen, after.target(terms.share_bps)))
