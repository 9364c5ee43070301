"""What the API keeps: partners' clients, answers given once, webhooks, and who was granted what.

Every row is an institution's, and the database holds each to that.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from suixin.service.store import columns


class Client(models.Model):
    """A partner's system. `generation` goes up when what it may do changes: older tokens end."""

    pk = models.CompositePrimaryKey("institution_id", "name")
    institution_id = columns.whole()
    name = columns.code()
    title = columns.words()
    scopes = columns.codes()
    generation = columns.whole(default=1, db_default=1)
    per_second = columns.whole(default=100, db_default=100)
    burst = columns.whole(default=200, db_default=200)
    created_at = columns.moment()
    revoked_at = columns.moment_or_none()

    class Meta:
        db_table = "api_client"


class ClientSecret(models.Model):
    """A secret of a client, hashed; two may be in use while one takes over from the other."""

    pk = models.CompositePrimaryKey("institution_id", "client", "digest")
    institution_id = columns.whole()
    client = columns.code()
    digest = columns.code()
    created_at = columns.moment()
    until = columns.moment_or_none()

    class Meta:
        db_table = "api_client_secret"


class Answer(models.Model):
    """The answer to a request that changed something, kept with the change itself.

    It is empty (status 0) only inside the transaction that is still making it.
    """

    pk = models.CompositePrimaryKey("institution_id", "by", "key")
    institution_id = columns.whole()
    by = columns.code()
    key = columns.code()
    fingerprint = columns.raw()
    status = columns.small(default=0, db_default=0)
    body = columns.raw(default=b"", db_default=b"")
    at = columns.moment()

    class Meta:
        db_table = "api_answer"
        indexes = (models.Index(fields=("at",), name="api_answer_at"),)


class Bucket(models.Model):
    """How many requests a client may still make at a moment; lost in a crash without harm."""

    pk = models.CompositePrimaryKey("institution_id", "name")
    institution_id = columns.whole()
    name = columns.code()
    tokens: models.FloatField[float, float] = models.FloatField()
    at = columns.moment()

    class Meta:
        db_table = "api_bucket"


class Subscription(models.Model):
    """Where a partner wants events; its secret is sealed by the service's key named beside it."""

    pk = models.CompositePrimaryKey("institution_id", "id")
    institution_id = columns.whole()
    id = columns.code()
    client = columns.code()
    url = columns.code()
    kinds = columns.codes()
    key_name = columns.code()
    secret = columns.raw()
    created_at = columns.moment()
    ended_at = columns.moment_or_none()

    class Meta:
        db_table = "webhook_subscription"


class Host(models.Model):
    """A host inside the institution's own network that webhooks may go to, also without TLS."""

    pk = models.CompositePrimaryKey("institution_id", "host")
    institution_id = columns.whole()
    host = columns.code()
    created_at = columns.moment()

    class Meta:
        db_table = "webhook_host"


class Delivery(models.Model):
    """One event on its way to one subscription; `dead_at` when it is given up."""

    pk = models.CompositePrimaryKey("institution_id", "id")
    institution_id = columns.whole()
    id = columns.big()
    subscription = columns.code()
    kind = columns.code()
    subject = columns.code()
    content = columns.content()
    at = columns.moment()
    tries = columns.small(default=0, db_default=0)
    next_at = columns.moment_or_none()
    delivered_at = columns.moment_or_none()
    dead_at = columns.moment_or_none()
    fault = columns.words()

    class Meta:
        db_table = "webhook_delivery"
        indexes = (
            models.Index(
                fields=("next_at", "institution_id"),
                condition=Q(next_at__isnull=False),
                name="webhook_delivery_due",
            ),
            models.Index(fields=("subscription", "id"), name="webhook_delivery_of"),
        )


class Grant(models.Model):
    """That a reader may read one field of one feed, for a purpose, of whom, masked how."""

    pk = models.CompositePrimaryKey("institution_id", "id")
    institution_id = columns.whole()
    id = columns.code()
    reader = columns.code()
    feed = columns.code()
    field = columns.code()
    purpose = columns.code()
    subjects = columns.codes()
    valid_from = columns.day()
    valid_until = columns.day()
    mask = columns.code()
    granted_by = columns.code()
    at = columns.moment()
    ended_at = columns.moment_or_none()

    class Meta:
        db_table = "exchange_grant"
        indexes = (models.Index(fields=("reader", "feed"), name="exchange_grant_reader"),)


class Read(models.Model):
    """That somebody asked for facts of a subject: what he was shown, and how old it was."""

    pk = models.CompositePrimaryKey("institution_id", "id")
    institution_id = columns.whole()
    id = columns.code()
    reader = columns.code()
    feed = columns.code()
    subject = columns.code()
    purpose = columns.code()
    shown = columns.codes()
    masked = columns.codes()
    refused = columns.code_or_empty()
    rows = columns.whole(default=0, db_default=0)
    lag_seconds = columns.big(null=True)
    at = columns.moment()

    class Meta:
        db_table = "exchange_read"
        indexes = (
            models.Index(fields=("subject", "at"), name="exchange_read_subject"),
            models.Index(fields=("reader", "at"), name="exchange_read_reader"),
        )
