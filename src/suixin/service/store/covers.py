"""Which fund covers which lender's loans: entered by the owner, for both institutions to see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from suixin.data.errors import InputError
from suixin.service.database import OWNER_ALIAS
from suixin.service.store import models


def open_cover(
    fund: int,
    lender: int,
    product: str,
    *,
    since: date,
    tiers: Sequence[str],
    until: date | None = None,
) -> bool:
    """Enter that a fund covers a lender's loans of a product; whether it is new. An owner's act.

    `tiers` are its tiers in the order they pay. Raises `InputError` OTHER_BOOKS where the one keeps
    no fund's books or the other no lender's, TIERS, NO_INSTITUTION.
    """
    if not tiers or len(set(tiers)) < len(tiers):
        wrong = f"{list(tiers)} are no tiers of a fund."
        raise InputError("TIERS", wrong, "Name each tier once, in the order they pay.")
    for number, books in ((fund, "fund"), (lender, "lender")):
        if _books(number) != books:
            wrong = f"Institution {number} keeps no books of a {books}."
            raise InputError("OTHER_BOOKS", wrong, "Name the fund first, then the lender.")
    covers = models.FundCover.objects.using(OWNER_ALIAS)
    place = {"institution_id": fund, "lender_id": lender, "product": product, "since": since}
    if covers.filter(**place).exists():
        return False
    covers.create(**place, until=until, tiers=list(tiers))
    return True


def _books(number: int) -> str:
    for found in models.Institution.objects.using(OWNER_ALIAS).filter(id=number):
        return found.books
    wrong = f"There is no institution {number}."
    raise InputError("NO_INSTITUTION", wrong, "Open it first.")
