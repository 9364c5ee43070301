"""Values of an institution's own: each from a day on, agreed to by two people, never changed."""

from __future__ import annotations

from typing import Any

from django.db import models

from suixin.service.store import columns


class PolicyChange(models.Model):
    """One value of one parameter from a day on; `value` is JSON."""

    pk: Any = models.CompositePrimaryKey("institution_id", "sheet", "parameter", "since")
    institution_id: Any = columns.whole()
    sheet: Any = columns.code()
    parameter: Any = columns.code()
    since: Any = columns.day()
    value: Any = columns.words()
    reference: Any = columns.words()
    agreed: Any = columns.code()
    at: Any = columns.moment()

    class Meta:
        db_table = "policy_change"
