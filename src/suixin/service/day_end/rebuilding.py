"""A state that its history does not say is written anew from the history."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Final

from suixin.data.errors import InputError
from suixin.lending.replay import replay
from suixin.service.day_end import past
from suixin.service.day_end.batch import rules_on, wake_on, write_rows
from suixin.service.day_end.debt_facts import facts_known
from suixin.service.day_end.grading import grade_of
from suixin.service.day_end.state_rows import NAMES, past_of, past_told, row_of
from suixin.service.store.agreements import history_of, terms_of
from suixin.service.store.session import Actor, acting, query

# No day is ended meanwhile.
_ALONE: Final = "select pg_try_advisory_xact_lock(hashtext('suixin.day_end'), %s)"
_STANDS: Final = f"""
    select {NAMES} from agreement_state
     where institution_id = %s and agreement = %s and life <> '' for update
"""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What was changed in a state, by column: (as it stood, as its history says)."""

    agreement: str
    through: date
    changed: tuple[tuple[str, str, str], ...]


def rebuild(actor: Actor, agreement: str) -> Rebuilt:
    """Write an agreement's state anew from its history, on the day it stands on.

    Its postings stay: the books are put right by transactions that name them. Raises `InputError`
    NO_AGREEMENT, NOT_WORKED (no day was ended since it began), DAY_ENDING (a day is being ended).
    """
    with acting(actor):
        if query(_ALONE, [actor.institution]) != [(True,)]:
            raise InputError("DAY_ENDING", "A day is being ended.", "Wait until it is closed.")
        terms = terms_of(actor, agreement)
        found = query(_STANDS, [actor.institution, agreement])
        if not found:
            wrong = f"No day was ended since {agreement} began."
            raise InputError("NOT_WORKED", wrong, "There is nothing to rebuild.")
        ((through, *rest),) = found
        stood = (through, *rest)
        rules = rules_on(terms.start)
        known = history_of(actor, agreement)
        state = replay(terms, known, on=through, known_on=through, rules=rules).state
        facts = facts_known(actor, through, [agreement]).get(agreement, {})
        grade = grade_of(state, facts, through)
        wake = wake_on(state, rules, through)
        said = row_of(terms, state, wake_on=wake, grade=grade)
        names = NAMES.split(", ")
        changed = [
            (name, str(was), str(now))
            for name, was, now in zip(names, stood, said, strict=True)
            if was != now
        ]
        lines = past.read(actor, [agreement]).get(agreement, ())
        if past_told(lines) != past_told([json.loads(past_of(state))]):
            changed.append(("past", "other orders or receipts", "those of its history"))
        write_rows(actor, [(agreement, said)])
        past.write(actor, through, {agreement: state})
        return Rebuilt(agreement, through, tuple(changed))
