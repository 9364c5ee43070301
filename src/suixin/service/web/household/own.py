"""The household that asks: its own party, and the institution it asks."""

from __future__ import annotations

from datetime import date

from suixin.data.errors import InputError
from suixin.service.app import case_facts
from suixin.service.app.caller import Caller
from suixin.service.app.standings import owed_by_product
from suixin.service.store.session import acting, query


def own_party(caller: Caller) -> str:
    """The party of a household that signed in; raises `InputError` NO_PARTY where it has none."""
    if not caller.party:
        raise InputError("NO_PARTY", "You have no file here yet.", "Ask your village's agent.")
    return caller.party


def institution_code(caller: Caller) -> str:
    """What the household's institution is called in consents and receipts."""
    with acting(caller.actor("looked at his institution")):
        ((code,),) = query("select code from institution where id = %s", [caller.institution])
    return str(code)


def limit_left(caller: Caller, party: str, *, on: date) -> tuple[int | None, int]:
    """The limit of the newest credit file and what is left of it (fen); None where there is none.

    What product by product is left is decided where somebody applies.
    """
    actor = caller.actor("looked at his limit")
    file = case_facts.latest_file(actor, party, "", on=on)
    if file is None or file.refusal:
        return None, 0
    owed = sum(owed_by_product(actor, party, on=on).values())
    return file.limit_fen, max(0, file.limit_fen - owed)
