"""What happens to an agreement: facts with a name, the day they count from and the day of entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from suixin.data.errors import InputError


@dataclass(frozen=True, slots=True)
class PlannedDue:
    """A row of a schedule. `principal_fen` None: all that is left; `interest_fen` None: as used."""

    due_on: date
    principal_fen: int | None = None
    interest_fen: int | None = None
    fee_fen: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A fact: `key` makes it happen once, `on` is its value date."""

    key: str
    on: date
    booked_on: date

    @property
    def amount_fen(self) -> int | None:
        """The amount it moves, where it moves one."""
        return getattr(self, "fen", None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw(Event):
    """Money paid out and confirmed; `to` is household or supplier."""

    fen: int
    to: str = "household"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee(Event):
    """A fee charged on the day and due on it."""

    fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRate(Event):
    """Another contract rate from the day on."""

    rate_bps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday(Event):
    """What would fall due from the day on falls due on `until` instead; interest runs on."""

    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Restructure(Event):
    """A new schedule for all principal; unpaid interest and fees fall due with its first row."""

    rows: tuple[PlannedDue, ...]
    rate_bps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale(Event):
    """A settlement of an order of the borrower's."""

    order: str
    fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund(Event):
    """Money paid back to the buyer of an order."""

    order: str
    fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt(Event):
    """Money from the borrower, from a pledge or from an insurer."""

    fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Subsidised(Event):
    """Public money pays interest of the debtor's; what he has paid himself is owed to him."""

    fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClawedBack(Event):
    """Subsidy goes back, so the debtor owes that interest after all."""

    fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GuaranteeCalled(Event):
    """A guarantor is asked for an amount."""

    fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GuarantorPaid(Event):
    """A guarantor pays what he was called for and holds a claim on the debtor."""

    fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimAccepted(Event):
    """The fund takes on part of what is owed: it owes the lender, the debtor owes the fund."""

    fen: int
    interest_fen: int = 0
    tier: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compensated(Event):
    """The fund pays an accepted claim."""

    fen: int
    tier: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provide(Event):
    """A loss is provided for."""

    fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOff(Event):
    """All that stands in the books is written off; the debtor owes it still."""

    by: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery(Event):
    """Money recovered less its costs; `loss.recovery_shares` says whose parts are whose."""

    fen: int
    fund_fen: int = 0
    guarantors_fen: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Release(Event):
    """An overpayment is given to the borrower."""

    fen: int
    by: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze(Event):
    """A hold begins: draw_stopped, disputed, sandbox_paused or brake_slowed."""

    hold: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfreeze(Event):
    """A hold ends."""

    hold: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversal(Event):
    """Another event is taken back: as if it had never been where its value date is the same.

    A receipt or draw may be returned on a later day; it stands until then.
    """

    of: str


# Within a day; what commutes gives one state, whatever order it came in.
IN_A_DAY: tuple[type[Event], ...] = (
    Unfreeze,
    Restructure,
    NewRate,
    Holiday,
    Draw,
    Fee,
    Sale,
    Refund,
    Subsidised,
    ClawedBack,
    Receipt,
    GuaranteeCalled,
    GuarantorPaid,
    ClaimAccepted,
    Compensated,
    Provide,
    WriteOff,
    Recovery,
    Release,
    Reversal,
    Freeze,
)
_RANK = {kind: number for number, kind in enumerate(IN_A_DAY)}


def history(
    events: Sequence[Event], *, known_on: date | None = None
) -> tuple[tuple[Event, ...], frozenset[str]]:
    """What is known of an agreement in the order in which it counts, and the keys taken back.

    An event sent twice is one. Raises `InputError`: KEY_TAKEN (one key, two contents), AMOUNT,
    TWO_PEOPLE, DATES (booked before it happened), NO_EVENT (what is taken back is not there).

    >>> day = date(2026, 6, 30)
    >>> paid = Receipt(key="r", on=day, booked_on=day, fen=5)
    >>> back = Reversal(key="x", on=day, booked_on=day, of="r")
    >>> [one.key for one in history([back, paid, paid])[0]]
    []
    """
    known: dict[str, Event] = {}
    for event in events:
        if known_on is not None and event.booked_on > known_on:
            continue
        if known.setdefault(event.key, event) != event:
            raise InputError("KEY_TAKEN", f"Two events are called {event.key}.", "Rename one.")
        _check(event)
    whole = set()
    for event in known.values():
        if isinstance(event, Reversal):
            of = known.get(event.of)
            if of is None or isinstance(of, Reversal) or event.on < of.on:
                wrong = f"{event.key} takes back {event.of}, which is not there to be taken back."
                raise InputError("NO_EVENT", wrong, "Name an event of that day or before.")
            if event.on == of.on:
                whole |= {event.key, event.of}
            elif not isinstance(of, Receipt | Draw):
                wrong = f"{event.of} cannot be taken back on a later day."
                raise InputError("NO_EVENT", wrong, "Take it back from its own value date.")
    kept = [event for key, event in known.items() if key not in whole]
    kept.sort(key=lambda event: (event.on, _RANK[type(event)], event.key))
    return tuple(kept), frozenset(whole)


def _check(event: Event) -> None:
    """Whether an event can be one at all; what its agreement says of it comes later."""
    _check_terms(event)
    fen = event.amount_fen
    if fen is not None and (type(fen) is not int or fen <= 0):
        raise InputError("AMOUNT", f"{event.key}: {fen!r} is no amount in fen.", "Give 1 or more.")
    if event.booked_on < event.on:
        wrong = f"{event.key} is booked on {event.booked_on}, before its value date {event.on}."
        raise InputError("DATES", wrong, "Book it on its day or later.")
    if isinstance(event, WriteOff | Release) and len({*event.by} - {""}) != 2:
        raise InputError("TWO_PEOPLE", f"{event.key} needs two people.", "Have another sign.")
    if isinstance(event, Recovery) and (
        min(event.fund_fen, event.guarantors_fen) < 0
        or event.fund_fen + event.guarantors_fen > event.fen
    ):
        wrong = f"{event.key}: its parts are below 0 or above the whole."
        raise InputError("AMOUNT", wrong, "Give parts that fit in the recovery.")


def _check_terms(event: Event) -> None:
    """What changes terms: rates ≥ 0, days that rise, a payee that is known."""
    if isinstance(event, NewRate | Restructure) and (
        type(event.rate_bps) is not int or event.rate_bps < 0
    ):
        raise InputError("RATE", f"{event.key}: {event.rate_bps!r} is no rate.", "Give bps ≥ 0.")
    if isinstance(event, Restructure):
        days = [event.on, *(row.due_on for row in event.rows)]
        if len(days) < 2 or any(later <= earlier for earlier, later in pairwise(days)):
            wrong = f"{event.key}: the due days do not rise from {event.on}."
            raise InputError("DUE_DAYS", wrong, "Give rows, each a later day than the one before.")
    if isinstance(event, Holiday) and event.until <= event.on:
        wrong = f"{event.key} ends on {event.until}, before it begins."
        raise InputError("DATES", wrong, "Give a later last day.")
    if isinstance(event, Draw) and event.to not in ("household", "supplier"):
        wrong = f"{event.key}: {event.to} is paid by no draw."
        raise InputError("PAYEE", wrong, "Name household or supplier.")
