"""People as they were taken on, what they were told and disputed; facts, scores, live slots.

Facts stand in files of a home's lake, batch by batch, and count once their batch has its row here;
those that come one by one are rows. What is kept of a score is added to, never changed.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from suixin.service.store import columns
from suixin.service.store.models.institutions import of_institution, tracked

DISPUTE_STANDINGS = ("open", "upheld", "rejected")


class Onboarding(models.Model):
    """When a party was taken on, by whom, and the log's record of it."""

    pk = models.CompositePrimaryKey("institution_id", "party_id")
    institution_id = columns.whole()
    party_id = columns.code()
    onboarded_at = columns.moment_given()
    by = columns.code(db_column="by_whom")
    record = columns.raw()

    class Meta:
        db_table = "onboarding"


class ConsentReceipt(models.Model):
    """What a party was told of a consent that it gave: the words it can show, in two languages."""

    pk = models.CompositePrimaryKey("institution_id", "consent")
    institution_id = columns.whole()
    consent = columns.code()
    given_at = columns.moment_given()
    by = columns.code(db_column="by_whom")
    zh = columns.text()
    en = columns.text()
    record = columns.raw()

    class Meta:
        db_table = "consent_receipt"


@tracked("Dispute")
class Dispute(models.Model):
    """What a party disputes: about which thing, by when it is to be answered, and the answer.

    Its words and those of the answer are sealed under the party's key.
    """

    id = columns.number()
    institution = of_institution()
    dispute = columns.code()
    party_id = columns.code()
    about = columns.code()
    about_id = columns.code_or_empty()
    told = columns.raw()
    filed_at = columns.moment_given()
    filed_by = columns.code()
    due_on = columns.day()
    standing = columns.code(default="open", db_default="open")
    answer = columns.raw(null=True)
    answered_at = columns.moment_or_none()
    answered_by = columns.code_or_empty()

    class Meta:
        db_table = "dispute"
        constraints = (
            models.UniqueConstraint(fields=("dispute", "institution"), name="dispute_dispute"),
            models.CheckConstraint(
                condition=Q(standing="open", answered_at=None, answered_by="")
                | Q(standing__in=DISPUTE_STANDINGS[1:], answered_at__isnull=False),
                name="dispute_standing",
            ),
        )
        indexes = (
            models.Index(fields=("party_id", "institution"), name="dispute_party"),
            models.Index(
                fields=("due_on", "institution"), condition=Q(standing="open"), name="dispute_open"
            ),
        )


class FactBatch(models.Model):
    """Files of facts that count: which feeds, how many rows of each, and what the files are."""

    pk = models.CompositePrimaryKey("institution_id", "batch")
    institution_id = columns.whole()
    batch = columns.code()
    number = columns.big()
    loaded_at = columns.moment_given()
    by = columns.code(db_column="by_whom")
    feeds = columns.content()
    files = columns.content()

    class Meta:
        db_table = "fact_batch"
        constraints = (
            models.UniqueConstraint(fields=("number", "institution_id"), name="fact_batch_number"),
        )


class Fact(models.Model):
    """One fact that came by itself: a row of a feed, and the party whose file it belongs to."""

    id = columns.number()
    institution = of_institution()
    feed = columns.code()
    key = columns.code()
    party_id = columns.code()
    told_at = columns.moment_given()
    by = columns.code(db_column="by_whom")
    content = columns.content()

    class Meta:
        db_table = "fact"
        constraints = (
            models.UniqueConstraint(fields=("key", "feed", "institution"), name="fact_key"),
        )
        indexes = (models.Index(fields=("party_id", "institution", "feed"), name="fact_party"),)


class FactGone(models.Model):
    """A party whose facts are used no more, from when on."""

    pk = models.CompositePrimaryKey("institution_id", "party_id")
    institution_id = columns.whole()
    party_id = columns.code()
    since = columns.moment_given()

    class Meta:
        db_table = "fact_gone"


class Market(models.Model):
    """What a scoring of all found of all sellers together, by its number."""

    pk = models.CompositePrimaryKey("institution_id", "number")
    institution_id = columns.whole()
    number = columns.big()
    as_of = columns.day()
    made_at = columns.moment_given()
    content = columns.raw()

    class Meta:
        db_table = "market"


class Summary(models.Model):
    """What is kept of a subject between two scorings; the last one counts."""

    pk = models.CompositePrimaryKey("institution_id", "subject")
    institution_id = columns.whole()
    subject = columns.code()
    market = columns.big()
    as_of = columns.day()
    made_at = columns.moment_given()
    content = columns.raw()

    class Meta:
        db_table = "summary"


class CreditFile(models.Model):
    """One version of a subject's credit file under a product; the last one of a day counts."""

    pk = models.CompositePrimaryKey("institution_id", "subject", "product", "version")
    institution_id = columns.whole()
    subject = columns.code()
    product = columns.code()
    version = columns.whole()
    as_of = columns.day()
    recorded_at = columns.moment_given()
    source = columns.code()
    status = columns.code()
    score = columns.whole_or_none()
    grade = columns.code_or_empty()
    limit_fen = columns.fen()
    rate_bps = columns.whole_or_none()
    completeness_bps = columns.whole()
    content = columns.content()
    digest = columns.code()
    record = columns.raw(null=True)

    class Meta:
        db_table = "credit_file"
        indexes = (
            models.Index(fields=("subject", "institution_id", "as_of"), name="credit_file_subject"),
            models.Index(fields=("as_of", "institution_id"), name="credit_file_as_of"),
        )


class ScoreDue(models.Model):
    """A subject whose score no longer rests on what is known, since when and why."""

    pk = models.CompositePrimaryKey("institution_id", "subject")
    institution_id = columns.whole()
    subject = columns.code()
    why = columns.code()
    since = columns.moment_given()

    class Meta:
        db_table = "score_due"


class Advice(models.Model):
    """What was advised to a lender who asked, and by which file; the lender decides."""

    pk = models.CompositePrimaryKey("institution_id", "advice")
    institution_id = columns.whole()
    advice = columns.code()
    party_id = columns.code()
    product = columns.code()
    asked_fen = columns.fen()
    on = columns.day(db_column="on_day")
    asked_at = columns.moment_given()
    by = columns.code(db_column="by_whom")
    content = columns.content()
    record = columns.raw()

    class Meta:
        db_table = "advice"
        indexes = (models.Index(fields=("party_id", "institution_id"), name="advice_party"),)


class LiveSlot(models.Model):
    """A live session's slot: whose, its hours (epoch seconds), its opening limit and where it is.

    `usual` is what was usual for its merchant when it opened. It moves no standing limit.
    """

    pk = models.CompositePrimaryKey("institution_id", "slot")
    institution_id = columns.whole()
    slot = columns.code()
    party_id = columns.code()
    opens_at = columns.big()
    closes_at = columns.big()
    opening_fen = columns.fen()
    factor_bps = columns.whole()
    above = columns.content(default=list, db_default=[])
    batches = columns.big(default=0, db_default=0)
    events = columns.big(default=0, db_default=0)
    looked_at = columns.big()
    usual = columns.raw()

    class Meta:
        db_table = "live_slot"
        indexes = (
            models.Index(fields=("party_id", "institution_id"), name="live_slot_party"),
            models.Index(fields=("closes_at", "institution_id"), name="live_slot_closes_at"),
        )


class LiveBatch(models.Model):
    """Events of a slot that came together, as columns of whole numbers; dropped after the day."""

    pk = models.CompositePrimaryKey("institution_id", "slot", "number")
    institution_id = columns.whole()
    slot = columns.code()
    number = columns.big()
    key = columns.code()
    events = columns.whole()
    content = columns.raw()

    class Meta:
        db_table = "live_batch"
        constraints = (
            models.UniqueConstraint(
                fields=("key", "slot", "institution_id"), name="live_batch_key"
            ),
        )


class LiveChange(models.Model):
    """One move of a slot's limit, and why."""

    pk = models.CompositePrimaryKey("institution_id", "slot", "number")
    institution_id = columns.whole()
    slot = columns.code()
    number = columns.whole()
    at = columns.big(db_column="at_second")
    from_bps = columns.whole()
    to_bps = columns.whole()
    limit_fen = columns.fen()
    why = columns.code()
    z = columns.content()
    target_bps = columns.whole()

    class Meta:
        db_table = "live_change"


class LiveMinute(models.Model):
    """Sums of a closed slot's minute, kept once its events are dropped (thousandths, counts)."""

    pk = models.CompositePrimaryKey("institution_id", "slot", "minute")
    institution_id = columns.whole()
    slot = columns.code()
    minute = columns.whole()
    interest_thousandths = columns.big()
    paid_orders = columns.big()
    refunds = columns.big()

    class Meta:
        db_table = "live_minute"
