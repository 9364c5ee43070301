"""The states of an agreement, a group, a line, a pledge and a payment, as tables of moves.

The life, the five-grade class and the holds of an agreement are three columns, never one: the class
is `classification`'s, a hold stops draws and moves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from suixin.kernel.refusal import Wording
from suixin.lending.refused import Refused


class Life(StrEnum):
    """Where an agreement stands; refused, lapsed and closed are final."""

    APPLIED = "applied"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    READY = "ready"
    ACTIVE = "active"
    OVERDUE = "overdue"
    DEFAULTED = "defaulted"
    WRITTEN_OFF = "written_off"
    REFUSED = "refused"
    LAPSED = "lapsed"
    CLOSED = "closed"


class Happening(StrEnum):
    """What may happen to an agreement: the rows of its table."""

    REFUSE = "refuse"
    OFFER = "offer"
    LAPSE = "lapse"
    WITHDRAW = "withdraw"
    ACCEPT = "accept"
    CONDITIONS_MET = "conditions_met"  # The last signature or condition.
    FACTS_CHANGED = "facts_changed"  # Against the borrower.
    DISBURSE = "disburse"  # Pending.
    PAYMENT_CONFIRMED = "payment_confirmed"
    PAYMENT_FAILED = "payment_failed"  # Voided, or returned later and reversed.
    RECEIPT = "receipt"
    GIVE_BACK = "give_back"
    ACCRUE = "accrue"
    SUBSIDY = "subsidy"
    AGE_PAST_DUE = "age_past_due"
    AGE_DEFAULTED = "age_defaulted"  # More than 90 days.
    RESTRUCTURE = "restructure"
    MARGIN_CALL = "margin_call"
    GUARANTEE_CALL = "guarantee_call"
    FUND_CLAIM = "fund_claim"
    COMPENSATION_PAID = "compensation_paid"
    WRITE_OFF = "write_off"  # By two people.
    RECOVERY = "recovery"
    FREEZE = "freeze"
    UNFREEZE = "unfreeze"
    DISPUTE = "dispute"


class MoveRefusal(StrEnum):
    """Why a move is not made."""

    MOVE_NOT_ALLOWED = "move_not_allowed"


MOVE_WORDING: Final[Mapping[MoveRefusal, Wording]] = MappingProxyType(
    {
        MoveRefusal.MOVE_NOT_ALLOWED: Wording(
            "当前状态不允许该操作。", "What stands so cannot be moved that way."
        )
    }
)

Cells = Mapping[str, Mapping[str, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Moves:
    """A table of moves: for each event, from which state to which (several where facts decide)."""

    name: str
    first: str
    final: frozenset[str]
    cells: Cells

    @property
    def states(self) -> tuple[str, ...]:
        """Every state, in the order in which the table first names it."""
        named = [self.first]
        for row in self.cells.values():
            named += [*row, *(to for cell in row.values() for to in cell)]
        return tuple(dict.fromkeys(named))

    def allowed(self, state: str, event: str) -> tuple[str, ...]:
        """Where the event may lead from the state; nothing where the cell is blank.

        >>> AGREEMENT.allowed("overdue", "receipt")
        ('active', 'overdue', 'closed')
        """
        return self.cells.get(event, {}).get(state, ())

    def move(self, state: str, event: str, *, to: str | None = None) -> str | Refused:
        """The next state, or the refusal that names state and event.

        `to` says which of several the facts lead to; a cell with one needs none. Raises ValueError
        where it is wanted and not given. Source: states of the model.

        >>> AGREEMENT.move("ready", "payment_confirmed")
        'active'
        >>> no = AGREEMENT.move("closed", "payment_confirmed")
        >>> no.why.value, no.found
        ('move_not_allowed', 'payment_confirmed while closed')
        """
        cell = self.allowed(state, event)
        if len(cell) > 1 and to is None:
            raise ValueError(f"{event} while {state} leads to one of {cell}; say to which.")
        if not cell or (to is not None and to not in cell):
            wanted = f" to {to}" if to is not None else ""
            possible = [name for name in self.cells if self.allowed(state, name)]
            return Refused(
                MoveRefusal.MOVE_NOT_ALLOWED,
                f"{event} while {state}{wanted}",
                ", ".join(possible) or "nothing: it is final",
                f"states of {self.name}",
                "Model, states",
            )
        return to if to is not None else cell[0]


def _table(name: str, first: str, final: str, text: str) -> Moves:
    """A table from lines `event: from > to | to, from > to`; `name, name: …` are rows alike."""
    cells: dict[str, Mapping[str, tuple[str, ...]]] = {}
    for line in text.strip().splitlines():
        events, _, moves = line.partition(":")
        row: dict[str, tuple[str, ...]] = {}
        for cell in moves.split(","):
            before, _, after = cell.partition(">")
            row[before.strip()] = tuple(state.strip() for state in after.split("|"))
        for event in events.split(","):
            cells[event.strip()] = MappingProxyType(row)
    return Moves(name, first, frozenset(final.split()), MappingProxyType(cells))


AGREEMENT: Final = _table(
    "agreement",
    "applied",
    "refused lapsed closed",
    """
    refuse: applied > refused
    offer: applied > offered, offered > offered
    lapse, withdraw: applied > lapsed, offered > lapsed, accepted > lapsed, ready > lapsed
    accept: offered > accepted
    conditions_met: accepted > ready
    facts_changed: applied > refused, offered > lapsed, accepted > offered, ready > offered
    disburse: ready > ready, active > active
    payment_confirmed: ready > active, active > active
    payment_failed: ready > ready, active > ready | active
    receipt, give_back: active > active | closed, overdue > active | overdue | closed, \
defaulted > active | defaulted | closed, written_off > written_off
    accrue, subsidy: active > active, overdue > overdue, defaulted > defaulted
    age_past_due: active > overdue, overdue > overdue
    age_defaulted: overdue > defaulted, defaulted > defaulted
    restructure: active > active, overdue > active, defaulted > active
    margin_call, guarantee_call: active > active, overdue > overdue, defaulted > defaulted
    fund_claim, compensation_paid: defaulted > defaulted, written_off > written_off
    write_off: defaulted > written_off
    recovery: defaulted > defaulted | closed, written_off > written_off | closed
    freeze, unfreeze, dispute: active > active, overdue > overdue, defaulted > defaulted, \
written_off > written_off
    """,
)

JOINT_GROUP: Final = _table(
    "joint group",
    "forming",
    "released",
    """
    sign: forming > signed
    open: signed > open
    call: open > called, called > called
    make_good: called > open
    release: forming > released, signed > released, open > released, called > released
    """,
)

LINE: Final = _table(
    "line",
    "proposed",
    "ended",
    """
    adopt: proposed > in_force
    stop: in_force > stopped
    resume: stopped > in_force
    end: proposed > ended, in_force > ended, stopped > ended
    """,
)

PLEDGE: Final = _table(
    "pledge",
    "offered",
    "sold released",
    """
    register: offered > registered
    hold: registered > held
    call: held > called
    cure: called > held
    sell: called > sold
    release: offered > released, registered > released, held > released, called > released
    """,
)

PAYMENT: Final = _table(
    "payment",
    "pending",
    "rejected returned",
    """
    send: pending > sent
    accept: sent > accepted
    settle: accepted > settled
    reject: pending > rejected, sent > rejected, accepted > rejected
    return: settled > returned
    """,
)

TABLES: Final = (AGREEMENT, JOINT_GROUP, LINE, PLEDGE, PAYMENT)
