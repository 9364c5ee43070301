"""One agreement on one day: what the day's end posts of it, and where it then stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from suixin.lending.agreement import AgreementState, AgreementTerms
from suixin.lending.events import Event, Reversal
from suixin.lending.replay import Replayed, replay
from suixin.lending.running import ONE_DAY, ServicingRules
from suixin.lending.transaction import Transaction
from suixin.service.day_end.quiet import after_quiet

# Value day, account to debit, account to credit.
Place = tuple[date, str, str]


@dataclass(frozen=True, slots=True)
class Worked:
    """A day's work on an agreement.

    `transactions` are its own of the day, `contributions` (fen by value day and accounts) its part
    of what all agreements accrued; `rewritten` where its history changed before the day, so that
    `transactions` are all it should have had.
    """

    state: AgreementState
    transactions: tuple[Transaction, ...]
    contributions: Mapping[Place, int]
    refused: tuple[str, ...]
    rewritten: bool = False


def worked(
    terms: AgreementTerms,
    state: AgreementState | None,
    fresh: Sequence[Event],
    day: date,
    *,
    rules: ServicingRules,
    known: Sequence[Event],
) -> Worked:
    """Work the day with the events that were booked on it.

    `state` is of a day before, with nothing happening between; None: nothing was worked yet.
    `known` is all that is known, and is not looked at where the day `goes_on`.
    """
    if state is not None and goes_on(state, fresh, day):
        before = after_quiet(terms, state, day - ONE_DAY)
        made = replay(terms, fresh, on=day, rules=rules, after=before)
        return _worked(made, accrued(made.transactions), fresh)
    made = replay(terms, known, on=day, rules=rules, known_on=day)
    contributions = accrued(made.transactions)
    if state is not None and day > terms.start:
        yesterday = day - ONE_DAY
        past = replay(terms, known, on=yesterday, rules=rules, known_on=yesterday)
        for place, fen in accrued(past.transactions).items():
            contributions[place] = contributions.get(place, 0) - fen
    left = {place: fen for place, fen in contributions.items() if fen}
    return _worked(made, left, fresh, rewritten=True)


def goes_on(state: AgreementState | None, fresh: Sequence[Event], day: date) -> bool:
    """Whether the day follows from where an agreement stands and what is of the day alone."""
    return (
        state is not None
        and state.on < day
        and all(one.on == day and not isinstance(one, Reversal) for one in fresh)
    )


def accrued(transactions: Iterable[Transaction]) -> dict[Place, int]:
    """What accrued day by day, which is posted for all agreements together."""
    found: dict[Place, int] = {}
    for one in transactions:
        if accrues(one):
            for debit, credit in zip(one.postings[::2], one.postings[1::2], strict=True):
                place = (one.value_on, debit.account, credit.account)
                found[place] = found.get(place, 0) + debit.fen
    return found


def accrues(transaction: Transaction) -> bool:
    """Whether it is a day's interest and penalty."""
    return transaction.text.startswith("accrue/")


def _worked(
    made: Replayed,
    contributions: Mapping[Place, int],
    fresh: Sequence[Event],
    *,
    rewritten: bool = False,
) -> Worked:
    own = tuple(one for one in made.transactions if not accrues(one))
    keys = {event.key for event in fresh}
    refused = tuple(key for key, _ in made.refused if key in keys)
    return Worked(made.state, own, contributions, refused, rewritten)
