"""What is left open at the end of the half year, so that each desk has something to do."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from typing import Final

from suixin.data.errors import InputError
from suixin.service.app import applying, deciding, disputes, scoring
from suixin.service.app.applying import Asked
from suixin.service.demo.days import Living
from suixin.service.demo.wishes import Wish
from suixin.service.store.session import acting, query

_OPEN: Final = 6
_UNIT_FEN: Final = 100_00
_DISPUTED: Final = "六月有一单已经签收，却记成了退货，请查一查。"
_OWING: Final = """
    select distinct party_id from agreement as a join agreement_state as s
        using (institution_id, agreement)
     where institution_id = %s and s.life not in ('closed', 'written_off')
"""


def leave_open(living: Living, *, at: datetime) -> None:
    """Applications that ask for a person, two of them with a decision proposed; and a dispute."""
    desk = living.desk
    with acting(desk.officer.actor("looked who owes")):
        owing = {party for (party,) in query(_OWING, [living.lender])}
    free = [wish for wish in living.wishes if not wish.group and wish.party not in owing]
    tried = (_applied(living, wish, at) for wish in free)
    asked = list(islice((name for name in tried if name), _OPEN))
    for name in asked[: _OPEN // 2]:
        try:
            deciding.decide(
                desk.officer, name, approve=True, why="旺季备货，往期都按时还清",
                key=desk.key(), at=at,
            )  # fmt: skip
        except InputError:  # What the rules refuse nobody approves.
            continue
    party = living.wishes[0].party
    household = desk.household(party)
    disputes.dispute(household, party, "fact", _DISPUTED, key=desk.key(), at=at)


def _applied(living: Living, wish: Wish, at: datetime) -> str:
    desk = living.desk
    found = scoring.latest(
        desk.officer.actor("looked at the limit"), wish.party, wish.product, on=at.date()
    )
    if found is None or found.limit_fen < 10 * _UNIT_FEN:
        return ""
    amount = max(found.limit_fen // 2, 10 * _UNIT_FEN)
    asked = Asked(
        party=wish.party,
        product=wish.product,
        amount_fen=amount - amount % _UNIT_FEN,
        purpose=wish.purpose,
        wants_person=True,
    )
    household = desk.household(wish.party)
    try:
        made = applying.apply(household, asked, key=desk.key(), at=at)
    except InputError as fault:
        if fault.code != "UNKNOWN_YEAR":  # It would end in a year whose days off are not known.
            raise
        return ""
    return made.application.application
