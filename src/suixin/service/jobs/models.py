"""What befell a job, beside the queue that procrastinate keeps."""

from __future__ import annotations

from django.db import models

from suixin.service.store import columns


class JobNote(models.Model):
    """A fault of a job, or that somebody had it run again. Nothing in it is personal.

    `code` is the refusal's or the exception's name, `place` the line that raised it.
    """

    id = columns.number()
    institution_id = columns.whole_or_none()
    job = columns.big()
    kind = columns.code()
    code = columns.code_or_empty()
    place = columns.code_or_empty()
    by = columns.code_or_empty()
    why = columns.words()
    at = columns.moment()

    class Meta:
        db_table = "job_note"
        indexes = (models.Index(fields=["job"], name="job_note_job"),)
