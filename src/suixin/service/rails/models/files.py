"""Files to and from the bank, as bytes sealed under a key of the institution's, and their lines."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from suixin.service.store import columns


class BankKey(models.Model):
    """The key under which files and what payers wrote is sealed, wrapped by the service's."""

    institution_id = columns.whole(primary_key=True)
    wrapped_by = columns.code()
    wrapped = columns.raw()

    class Meta:
        db_table = "bank_key"


class BankOut(models.Model):
    """A file of ours, whole, before it is handed over; `batches` are its payments by batch."""

    pk = models.CompositePrimaryKey("institution_id", "name")
    institution_id = columns.whole()
    name = columns.code()
    kind = columns.code()
    digest = columns.code()
    sealed = columns.raw()
    batches = columns.content(default=dict, db_default={})
    kept_at = columns.moment()

    class Meta:
        db_table = "bank_out"
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=["payments", "cancel"]), name="bank_out_kind"
            ),
        )


class BankOutHanded(models.Model):
    """That a file was handed over; noted after it was, so that a kill makes it go again."""

    pk = models.CompositePrimaryKey("institution_id", "name")
    institution_id = columns.whole()
    name = columns.code()
    handed_at = columns.moment()

    class Meta:
        db_table = "bank_out_handed"


class BankIn(models.Model):
    """A file of the bank's that was taken, whole."""

    pk = models.CompositePrimaryKey("institution_id", "name")
    institution_id = columns.whole()
    name = columns.code()
    digest = columns.code()
    sealed = columns.raw()
    taken_on = columns.day()
    taken_at = columns.moment()

    class Meta:
        db_table = "bank_in"


class BankFault(models.Model):
    """A file of the bank's that is refused as it stands, and why; gone once it is taken."""

    pk = models.CompositePrimaryKey("institution_id", "name")
    institution_id = columns.whole()
    name = columns.code()
    code = columns.code()
    message = columns.words()
    hint = columns.words()
    since = columns.day()

    class Meta:
        db_table = "bank_fault"


class BankReport(models.Model):
    """A statement or a notice that was taken, once, under its own name."""

    pk = models.CompositePrimaryKey("institution_id", "name")
    institution_id = columns.whole()
    name = columns.code()
    digest = columns.code()
    account = columns.code_or_empty()
    number = columns.whole_or_none()
    closing_fen = columns.fen_or_none()
    closing_on = columns.day_or_none()
    lines = columns.whole(default=0, db_default=0)
    taken_on = columns.day()

    class Meta:
        db_table = "bank_report"
        indexes = (models.Index(fields=("closing_on", "institution_id"), name="bank_report_day"),)


class BankAccount(models.Model):
    """Where an account's statements stand: the last one's number, and what it closed with."""

    pk = models.CompositePrimaryKey("institution_id", "account")
    institution_id = columns.whole()
    account = columns.code()
    bank = columns.code()
    number = columns.whole_or_none()
    closing_fen = columns.fen()
    closing_on = columns.day()
    began_fen = columns.fen()
    began_on = columns.day()

    class Meta:
        db_table = "bank_account"


class BankSeen(models.Model):
    """How many lines of a base key statements had so far."""

    pk = models.CompositePrimaryKey("institution_id", "base")
    institution_id = columns.whole()
    base = columns.code()
    lines = columns.whole()

    class Meta:
        db_table = "bank_seen"


class BankNotice(models.Model):
    """A line that a notice told early; a statement confirms it, or it is withdrawn."""

    pk = models.CompositePrimaryKey("institution_id", "key")
    institution_id = columns.whole()
    key = columns.code()
    account = columns.code()
    fen = columns.fen()
    booked_on = columns.day()
    value_on = columns.day()
    confirmed = columns.flag()
    withdrawn = columns.flag()

    class Meta:
        db_table = "bank_notice"
        indexes = (
            models.Index(
                fields=("account", "institution_id"),
                condition=Q(confirmed=False, withdrawn=False),
                name="bank_notice_early",
            ),
        )


class BankLine(models.Model):
    """A line as it was judged when its report was taken; `part` counts the parts of a batch."""

    pk = models.CompositePrimaryKey("institution_id", "report", "place", "part")
    institution_id = columns.whole()
    report = columns.code()
    place = columns.whole()
    part = columns.whole()
    key = columns.code()
    verdict = columns.code()
    fen = columns.fen()
    value_on = columns.day()
    payment = columns.code_or_empty()
    expected = columns.code_or_empty()
    left_fen = columns.fen()
    excess_fen = columns.fen()
    case = columns.code_or_empty()
    candidate = columns.code_or_empty()
    reason = columns.code_or_empty()
    note = columns.words()

    class Meta:
        db_table = "bank_line"
        constraints = (
            models.UniqueConstraint(
                fields=("key", "institution_id"),
                # What adds nothing may be told again; what moves money stands once.
                condition=~Q(
                    verdict__in=[
                        *("pending_ignored", "seen", "left_to_statement", "confirmed"),
                        *("nothing", "notice_differs"),
                    ]
                ),
                name="bank_line_once",
            ),
        )
