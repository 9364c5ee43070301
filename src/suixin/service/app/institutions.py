"""The institutions that share a service, as those who work there see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from suixin.service.app.caller import Caller
from suixin.service.app.people import check_sees_people
from suixin.service.store.session import acting, query

_LISTED = """
    select code, name, books, origin, opened_on,
           case when id = current_institution() then closed_through end,
           id = current_institution()
      from institution order by code
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionSeen:
    """An institution: its code, its kind of books, its log; of one's own the last closed day."""

    code: str
    name: str
    books: str
    log: str
    opened_on: date
    closed_through: date | None
    own: bool


def institutions(caller: Caller) -> tuple[InstitutionSeen, ...]:
    """Every institution of the service, for who gives duties; raises `InputError` NOT_PERMITTED."""
    check_sees_people(caller)
    with acting(caller.actor("looked at institutions")):
        rows = query(_LISTED)
    return tuple(
        InstitutionSeen(
            code=code,
            name=name,
            books=books,
            log=log,
            opened_on=opened_on,
            closed_through=closed,
            own=own,
        )
        for code, name, books, log, opened_on, closed, own in rows
    )
