"""Agreements: what was signed, and what happened. Where one stands follows from both."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KeyTextTransform

from suixin.service.store import columns


class Agreement(models.Model):
    """What was signed; see `suixin.lending.agreement.AgreementTerms`. It stays as it is.

    `rows` are the rows of its schedule: due day, principal, interest and fee of each.
    """

    pk = models.CompositePrimaryKey("institution_id", "agreement")
    institution_id = columns.whole()
    agreement = columns.code()
    party_id = columns.code()
    sheet = columns.code()
    mode = columns.code()
    start_on = columns.day()
    rate_bps = columns.whole()
    rows = columns.content()
    penalty_bps = columns.whole()
    day_count = columns.code()
    rounding = columns.code()
    limit_fen = columns.fen_or_none()
    sweep_share_bps = columns.whole_or_none()
    sweep_floor_fen = columns.fen()
    ahead_last = columns.flag()

    class Meta:
        db_table = "agreement"
        constraints = (
            models.CheckConstraint(
                condition=Q(rate_bps__gte=0, penalty_bps__gte=0), name="agreement_rates"
            ),
        )
        indexes = (models.Index(fields=("party_id", "institution_id"), name="agreement_party"),)


class AgreementEvent(models.Model):
    """A fact about an agreement (`suixin.lending.events`); `content` is what its kind alone has.

    `of_order` is the order of a sale or a refund.
    """

    pk = models.CompositePrimaryKey("institution_id", "agreement", "key")
    institution_id = columns.whole()
    agreement = columns.code()
    key = columns.code()
    kind = columns.code()
    value_on = columns.day()
    booked_on = columns.day()
    content = columns.content()
    of_order = models.GeneratedField(
        expression=KeyTextTransform("order", "content"),
        output_field=columns.text_or_none(),
        db_persist=True,
    )
    entered_at = columns.moment()

    class Meta:
        db_table = "agreement_event"
        constraints = (
            models.CheckConstraint(
                condition=Q(booked_on__gte=models.F("value_on")), name="agreement_event_days"
            ),
        )
        indexes = (
            models.Index(
                fields=("booked_on", "institution_id", "agreement"), name="agreement_event_booked"
            ),
            models.Index(
                fields=("of_order", "agreement", "institution_id"),
                condition=Q(of_order__isnull=False),
                name="agreement_event_of_order",
            ),
        )
