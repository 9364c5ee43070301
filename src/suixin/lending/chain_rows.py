"""How the books of an agreement are held against the chain: its names there, and its row.

Nobody is named on the chain: an agreement, its payee and its terms stand under random ids and
hashes that the caller draws and keeps. `chain_calls` tells the chain; here is what the ledger says
now, from its own balances.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final

from suixin.evidence.cases import Cases
from suixin.evidence.chain.calls.agreement import Kind
from suixin.evidence.chain.calls.value import NOTHING
from suixin.evidence.outbox import Call, Told
from suixin.evidence.reconcile import CHAIN, Move, Row
from suixin.lending.agreement import AgreementState
from suixin.lending.events import (
    ClaimAccepted,
    Draw,
    Event,
    GuarantorPaid,
    Receipt,
    Recovery,
    Refund,
    Reversal,
    Sale,
    Subsidised,
)
from suixin.lending.fund_pool import Pool
from suixin.lending.hold import Hold
from suixin.lending.ledger import Ledger, Scope
from suixin.lending.states import Life

FUND: Final = "fund"

# Which part of the debt a posting pays off; 1901 is all that was written off, in one.
PAYS: Final[Mapping[str, int]] = MappingProxyType(
    {"1103": 0, "4002": 0, "1104": 1, "1102": 2, "4001": 2, "1101": 3, "1901": 4}
)


# What is received on a debt, or given back of it.
ON_THE_DEBT: Final = (
    *(Receipt, Sale, Refund, Subsidised),
    *(GuarantorPaid, ClaimAccepted, Recovery),
)

# Where an agreement stands on the chain, which knows no age: that comes from dated policy.
STATE_OF: Final[Mapping[Life, str]] = MappingProxyType(
    {
        Life.APPLIED: "applied",
        Life.OFFERED: "approved",
        Life.ACCEPTED: "approved",
        Life.READY: "approved",
        Life.ACTIVE: "disbursed",
        Life.OVERDUE: "disbursed",
        Life.DEFAULTED: "disbursed",
        Life.WRITTEN_OFF: "written off",
        Life.REFUSED: "refused",
        Life.LAPSED: "refused",
        Life.CLOSED: "closed",
    }
)


@dataclass(frozen=True, slots=True)
class OnChain:
    """Under what an agreement stands on the chain, each of 32 bytes.

    `id` is random, `payee` a commitment and `terms` a hash; `group` is a joint group and `debtor`
    the borrower's place in its signing order. `tiers` are the fund's, in the order they pay.
    """

    id: bytes
    payee: bytes
    terms: bytes
    group: bytes = NOTHING
    debtor: int = 0
    tiers: tuple[str, ...] = ()

    @property
    def of(self) -> str:
        """The id as rows and moves name it."""
        return self.id.hex()


@dataclass(frozen=True, slots=True)
class Beside:
    """What the books do not say of an event and the chain is told.

    `member` is the guarantor who paid, by his place; `asked_fen` what each was asked for by
    `due_on`, and `uncovered_fen` what no cap could bear: of a call, or where a guarantor pays what
    was asked of him again, of that call. `lost_fen` is the principal and the interest that a
    claim is for. `parts` is how a claim was paid or a recovery shared, by `tier/<n>` and
    `share/<place>`. `through` is another party's call that brings it.
    """

    brings: Kind = Kind.BORROWER
    member: int = 0
    asked_fen: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))
    uncovered_fen: int = 0
    due_on: date | None = None
    lost_fen: tuple[int, int] = (0, 0)
    past_due: int = 0
    parts: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    through: str = ""


NOTHING_BESIDE: Final = Beside()


@dataclass(frozen=True, slots=True)
class Step:
    """A call and what the ledger says it moves; without a call where another party makes it.

    `beyond_fen` is what the books have as paid of it and the chain as a surplus.
    """

    call: Call | None
    told: tuple[Told, ...]
    beyond_fen: int = 0


def ledger_row(
    names: OnChain,
    state: AgreementState,
    told: Iterable[Told],
    *,
    paid: tuple[int, int],
    out_fen: Mapping[str, int] = MappingProxyType({}),
    beyond_fen: int = 0,
) -> Row:
    """What the ledger says of an agreement: its balances now, and the moves it told the chain.

    `paid` is `paid_fen` of the books and `beyond_fen` what the steps say of it; `out_fen` is what
    each guarantor (`share/<place>`) and each tier (`tier/<n>`) has out by their own records; what
    the books have beyond these stands under `?`.
    """
    out, came = paid
    amounts = {"principal": out, "paid": came - beyond_fen, **out_fen}
    for kind, owed in (
        ("share", state.recourse_guarantors_fen),
        ("tier", state.recourse_fund_fen),
    ):
        known = sum(fen for name, fen in out_fen.items() if name.startswith(f"{kind}/"))
        if owed != known:
            amounts[f"{kind}/?"] = owed - known
    moves = tuple(one.move for one in told if one.of == names.of)
    return Row(names.of, STATE_OF[state.life], MappingProxyType(amounts), moves)


def corrected(told: Iterable[Told], corrections: Iterable[Told]) -> tuple[Told, ...]:
    """What the ledger told, with what two people entered after a case.

    A correction stands in the place of the move of its call, kind and amount, or comes last where
    there is none: so the ledger takes over what the chain keeps for ever.

    >>> paid = Told("a-1", Move("c-1", "received", date(2026, 6, 30), "paid", 500))
    >>> less = Told("a-1", Move("c-1", "received", date(2026, 6, 30), "paid", 499))
    >>> [one.move.fen for one in corrected([paid], [less])]
    [499]
    """
    entered = {(one.of, one.move.key): one for one in corrections}
    kept = [entered.pop((one.of, one.move.key), one) for one in told]
    return (*kept, *entered.values())


def fund_row(pool: Pool, told: Iterable[Told]) -> Row:
    """What the fund's own books say of its tiers, `balance/<n>` in the order in which they pay."""
    balances = {f"balance/{n}": tier.balance_fen for n, tier in enumerate(pool.tiers)}
    moves = tuple(one.move for one in told if one.of == FUND)
    return Row(FUND, "", MappingProxyType(balances), moves)


def fund_told(before: Pool, after: Pool, *, call: str, on: date) -> tuple[Told, ...]:
    """What a call moved in the tiers, as one move each.

    >>> from suixin.lending.loss import Tier
    >>> county, filled = Pool((Tier("county", 100),)), Pool((Tier("county", 250),))
    >>> fund_told(county, filled, call="c-1", on=date(2026, 6, 30))[0].move.fen
    150
    """
    return tuple(
        Told(FUND, Move(call, "moved", on, f"balance/{n}", new.balance_fen - old.balance_fen))
        for n, (old, new) in enumerate(zip(before.tiers, after.tiers, strict=True))
        if old.balance_fen != new.balance_fen
    )


def tiers_out(pool: Pool, agreement: str) -> Mapping[str, int]:
    """What each tier has out of a claimed agreement, `tier/<n>` in the order in which they pay."""
    claim = pool.claim(agreement)
    out = {f"tier/{n}": claim.tiers_fen.get(tier.name, 0) for n, tier in enumerate(pool.tiers)}
    return {name: fen for name, fen in out.items() if fen}


def holds_of(cases: Cases, of: Mapping[str, str]) -> tuple[Hold, ...]:
    """The holds that open cases bring: no new money for an agreement while a case stands open.

    `of` gives the agreement's name in the books for its id on the chain.
    """
    return tuple(
        Hold("draw_stopped", name, case.opened_on, str(case.findings[0]), "evidence, Reconcile")
        for case in cases.open
        for id, name in of.items()
        if case.of in (id, CHAIN)
    )


def paid_fen(
    ledger: Ledger, agreement: str, events: Iterable[Event], *, through: date | None = None
) -> tuple[int, int]:
    """What was paid out, and what came in on the debt, by the postings of an agreement's events.

    `through` leaves out what was booked after that day.

    >>> from datetime import date
    >>> from suixin.lending.accounts import chart_on
    >>> from suixin.lending.books import Books
    >>> from suixin.lending.events import Receipt
    >>> from suixin.lending.transaction import Dimensions, Transaction, pair_of
    >>> day, about = date(2026, 6, 30), Dimensions("a-1")
    >>> books = Books(chart_on(day))
    >>> _ = books.post(Transaction("a-1/d", day, day, pair_of("1101", "1002", 500, about)))
    >>> _ = books.post(Transaction("a-1/r/paid", day, day, pair_of("2001", "1101", 200, about)))
    >>> drawn = Draw(key="d", on=day, booked_on=day, fen=500)
    >>> paid_fen(books, "a-1", [drawn, Receipt(key="r", on=day, booked_on=day, fen=200)])
    (500, 200)
    """
    kinds = {event.key: event for event in events}
    out = came = 0
    for one in ledger.transactions(Scope(agreement=agreement, booked_through=through)):
        key = (one.corrects or one.reverses or one.key).removeprefix(f"{agreement}/")
        event = kinds.get(key) or kinds.get(key.rpartition("/")[0])
        if isinstance(event, Reversal):
            event = kinds[event.of]
        fen = -sum(posting.fen for posting in one.postings if posting.account in PAYS)
        if isinstance(event, Draw):
            out -= fen
        elif isinstance(event, ON_THE_DEBT):
            came += fen
    return out, came
