"""What the log was told, by the name its teller knows, and the heads that were signed of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from suixin.service.store import columns

HEADS = ("signed", "proceed", "final")


class LogRecord(models.Model):
    """Under which leaf a record stands; its name is its commitment, which hides what it says."""

    pk = models.CompositePrimaryKey("institution_id", "record")
    institution_id = columns.whole()
    record = columns.raw()
    leaf = columns.raw()
    kind = columns.code()
    told_at = columns.moment_given()

    class Meta:
        db_table = "log_record"
        indexes = (
            models.Index(fields=("leaf", "institution_id"), name="log_record_leaf"),
            models.Index(fields=("told_at", "institution_id"), name="log_record_told_at"),
        )


class LogDayHead(models.Model):
    """The last head of a day that was signed, that may be proceeded on, and that is final."""

    pk = models.CompositePrimaryKey("institution_id", "on_day", "kind")
    institution_id = columns.whole()
    on_day = columns.day()
    kind = columns.code()
    size = columns.big()
    note = columns.text()
    signed_at = columns.moment_given()

    class Meta:
        db_table = "log_day_head"
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=HEADS), name="log_day_head_kind"),
        )
