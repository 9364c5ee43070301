"""Institutions: each has books of its own, also where several share a database."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pghistory
from django.db import models

from suixin.service.store import columns

_Model = TypeVar("_Model", bound=models.Model)


def tracked(name: str) -> Callable[[type[_Model]], type[_Model]]:
    """Every row, as it was entered and after each change, is kept with who changed it and why.

    Never for what is personal: a history would outlive an erasure.
    """
    made: Callable[[type[_Model]], type[_Model]] = pghistory.track(
        model_name=f"{name}History", meta={"db_table": f"{name.lower()}_history"}
    )
    return made


@tracked("Institution")
class Institution(models.Model):
    """A lender, a fund or a co-operative; `books` says which accounts it may post to.

    `closed_through` is its last closed day: nothing is booked on it or before.
    """

    id = columns.serial()
    code = columns.code(unique=True)
    name = columns.words()
    books = columns.code()
    origin = columns.code_or_empty()
    opened_on = columns.day()
    closed_through = columns.day_or_none()

    class Meta:
        db_table = "institution"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(books__in=("lender", "fund", "co_op")), name="institution_books"
            ),
        )


def of_institution() -> models.ForeignKey[Institution, Institution]:
    """The institution whose row it is."""
    return models.ForeignKey(Institution, models.PROTECT, db_index=False)
