"""Opening an institution in the store, and its chart of accounts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from types import MappingProxyType

from django.db import transaction

from suixin.data.errors import InputError
from suixin.lending.accounts import LENDER_BOOKS, Account
from suixin.service.database import OWNER_ALIAS
from suixin.service.store import models


def open_institution(
    code: str,
    chart: Mapping[str, Account],
    *,
    opened_on: date,
    name: str = "",
    books: str = LENDER_BOOKS,
) -> int:
    """Open an institution with books of its own and a chart; its number.

    The same again gives the number it has. An owner's act: the service opens none by itself.
    Raises `InputError` OTHER_BOOKS where it is there with books of another kind.
    """
    with transaction.atomic(using=OWNER_ALIAS):
        found, made = models.Institution.objects.using(OWNER_ALIAS).get_or_create(
            code=code, defaults={"name": name, "books": books, "opened_on": opened_on}
        )
        if found.books != books:
            wrong = f"{code} keeps books of the kind {found.books}, not {books}."
            raise InputError("OTHER_BOOKS", wrong, "Open another institution for those.")
        if made:
            add_accounts(found.id, chart)
    return found.id


def add_accounts(institution: int, chart: Mapping[str, Account]) -> int:
    """Add the accounts of a chart that are not there yet; how many. None is ever changed."""
    accounts = models.Account.objects.using(OWNER_ALIAS)
    known = set(accounts.filter(institution_id=institution).values_list("code", flat=True))
    fresh = [
        models.Account(institution_id=institution, **asdict(account))
        for code, account in chart.items()
        if code not in known
    ]
    return len(accounts.bulk_create(fresh))


def numbered(code: str) -> int:
    """The number of an institution, for its owner; raises `InputError` NO_INSTITUTION."""
    for found in models.Institution.objects.using(OWNER_ALIAS).filter(code=code):
        return found.id
    raise InputError("NO_INSTITUTION", f"There is no institution {code}.", "Open it first.")


def books_of(institution: int) -> str:
    """The kind of books an institution keeps; raises `InputError` NO_INSTITUTION."""
    for found in models.Institution.objects.filter(id=institution):
        return found.books
    wrong = f"There is no institution {institution}."
    raise InputError("NO_INSTITUTION", wrong, "Open it first.")


def chart_of(institution: int) -> Mapping[str, Account]:
    """The accounts an institution may post to, by code. Inside a transaction that acts for it."""
    rows = models.Account.objects.filter(institution_id=institution).order_by("code")
    return MappingProxyType(
        {row.code: Account(row.code, row.books, row.side, row.zh, row.en) for row in rows}
    )
