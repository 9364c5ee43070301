"""A fund and the lenders it covers. These rows have two owners: the fund's and the lender's."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from suixin.service.store import columns


class FundCover(models.Model):
    """That a fund covers a lender's loans of a product, from when until when; an owner's act.

    `tiers` are the names of its tiers in the order they pay.
    """

    pk = models.CompositePrimaryKey("institution_id", "lender_id", "product", "since")
    institution_id = columns.whole()
    lender_id = columns.whole()
    product = columns.code()
    since = columns.day()
    until = columns.day_or_none()
    tiers = columns.codes()

    class Meta:
        db_table = "fund_cover"


class FundClaim(models.Model):
    """What a lender asks of a fund for one agreement, filed after two of its people agreed.

    `fen` is the fund's part, `interest_fen` of it interest; `weights` the shares by which it was
    reckoned, `facts` what the fund is told of the agreement.
    """

    pk = models.CompositePrimaryKey("institution_id", "claim")
    institution_id = columns.whole()
    claim = columns.code()
    lender_id = columns.whole()
    agreement = columns.code()
    party_id = columns.code()
    product = columns.code()
    loss_fen = columns.fen()
    fen = columns.fen()
    interest_fen = columns.fen()
    weights = columns.content()
    facts = columns.content()
    filed_on = columns.day()
    filed_at = columns.moment_given()
    proposal = columns.code()

    class Meta:
        db_table = "fund_claim"
        constraints = (
            models.UniqueConstraint(fields=("agreement", "lender_id"), name="fund_claim_once"),
            models.CheckConstraint(
                condition=Q(fen__gt=0, interest_fen__gte=0, fen__gte=F("interest_fen")),
                name="fund_claim_amounts",
            ),
        )


class FundClaimStep(models.Model):
    """What became of a claim: accepted, refused, paid by tiers, or had back; it stays.

    `pair` is the movement that the fund's and the lender's books share.
    """

    pk = models.CompositePrimaryKey("institution_id", "claim", "number")
    institution_id = columns.whole()
    claim = columns.code()
    number = columns.whole()
    lender_id = columns.whole()
    kind = columns.code()
    fen = columns.fen()
    tiers = columns.content(default=dict, db_default={})
    on = columns.day(db_column="on_day")
    at = columns.moment_given()
    why = columns.words()
    proposal = columns.code_or_empty()
    pair = columns.code_or_empty()

    class Meta:
        db_table = "fund_claim_step"
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=("accepted", "refused", "paid", "recovered")),
                name="fund_claim_step_kind",
            ),
        )


class FundRate(models.Model):
    """What a lender told its fund of a day: its bad-loan rate, the step it stands on, what it lent.

    `bad_fen` and `mature_fen` are the rate's two amounts at the last quarter's end.
    """

    pk = models.CompositePrimaryKey("institution_id", "lender_id", "product", "on")
    institution_id = columns.whole()
    lender_id = columns.whole()
    product = columns.code()
    on = columns.day(db_column="on_day")
    rate_on = columns.day()
    bad_fen = columns.fen()
    mature_fen = columns.fen()
    weights = columns.content()
    lends = columns.flag()
    brake_fen = columns.fen_or_none()
    agreements = columns.big(default=0, db_default=0)
    covered_fen = columns.fen()
    disbursed_fen = columns.fen()
    subsidy_fen = columns.fen()

    class Meta:
        db_table = "fund_rate"
