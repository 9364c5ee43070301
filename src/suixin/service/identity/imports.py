"""Tables of imports: a sheet that waits for a second person, and what came of each of its rows."""

from __future__ import annotations

from typing import Any

from django.db import models

from suixin.service.store import columns


class ImportBatch(models.Model):
    """A sheet. It is kept sealed until its rows are worked, and then no more."""

    pk: Any = models.CompositePrimaryKey("institution_id", "batch")
    institution_id: Any = columns.whole()
    batch: Any = columns.code()
    kind: Any = columns.code()
    name: Any = columns.words()
    digest: Any = columns.code()
    rows: Any = columns.whole()
    made_by: Any = columns.code()
    made_at: Any = models.DateTimeField()
    sealed: Any = models.BinaryField(null=True)
    sealed_by: Any = columns.code()
    agreed: Any = columns.code_or_empty()
    done_at: Any = models.DateTimeField(null=True)

    class Meta:
        db_table = "import_batch"


class ImportRow(models.Model):
    """What came of a row: done once for ever under its key, known already, or refused and why."""

    pk: Any = models.CompositePrimaryKey("institution_id", "batch", "row")
    institution_id: Any = columns.whole()
    batch: Any = columns.code()
    row: Any = columns.whole()
    kind: Any = columns.code()
    key: Any = columns.code()
    outcome: Any = columns.code()
    code: Any = columns.code_or_empty()
    message: Any = columns.words()

    class Meta:
        db_table = "import_row"
        constraints = (
            models.UniqueConstraint(
                fields=("key", "kind", "institution_id"),
                condition=models.Q(outcome="done"),
                name="import_row_done_once",
            ),
        )
