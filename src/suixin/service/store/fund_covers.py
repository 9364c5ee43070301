"""Which fund covers which lender's loans: agreed on paper by both, and entered by the owner."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from suixin.data.errors import InputError
from suixin.lending.accounts import FUND_BOOKS, LENDER_BOOKS
from suixin.service.database import OWNER_ALIAS
from suixin.service.store import models


def open_cover(fund: int, lender: int, product: str, *, since: date, tiers: Sequence[str]) -> bool:
    """Have a fund cover a lender's loans of a product from a day on; whether that is new.

    `tiers` are named in the order in which they pay. Raises `InputError` OTHER_BOOKS where the two
    are no fund and no lender, TIERS.
    """
    kinds = dict(
        models.Institution.objects.using(OWNER_ALIAS)
        .filter(id__in=[fund, lender])
        .values_list("id", "books")
    )
    if (kinds.get(fund), kinds.get(lender)) != (FUND_BOOKS, LENDER_BOOKS):
        wrong = f"{fund} is no fund, or {lender} no lender."
        raise InputError("OTHER_BOOKS", wrong, "Open both institutions first, with their books.")
    if not tiers or len(set(tiers)) < len(tiers):
        raise InputError("TIERS", "A fund pays from tiers, each named once.", "Name one or more.")
    _, made = models.FundCover.objects.using(OWNER_ALIAS).get_or_create(
        institution_id=fund,
        lender_id=lender,
        product=product,
        since=since,
        defaults={"tiers": list(tiers)},
    )
    return made
