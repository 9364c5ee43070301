"""What lenders tell a county of themselves: figures of a day, never a row of anybody."""

from __future__ import annotations

from typing import Any

from django.db import models

from suixin.service.store import columns


class CountyFigures(models.Model):
    """A lender's figures of a day for the fund that covers it; see `app.county_figures`."""

    pk: Any = models.CompositePrimaryKey("institution_id", "lender_id", "on")
    institution_id: Any = columns.whole()
    lender_id: Any = columns.whole()
    on: Any = columns.day(db_column="on_day")
    content: Any = columns.content()
    record: Any = columns.raw()

    class Meta:
        db_table = "county_figures"
