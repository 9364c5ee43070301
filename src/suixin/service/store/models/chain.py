"""The way to the chain: what is told to it, what its blocks said, and what differs."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from suixin.service.store import columns
from suixin.service.store.models.institutions import of_institution


class Chain(models.Model):
    """The chain of an institution: where it is, and up to which block the log has it.

    `url` is empty where it is the embedded one. `depth` is how deep a block must stand to count.
    """

    id = columns.number()
    institution = of_institution()
    url = columns.code_or_empty()
    number = columns.big()
    parties_at = columns.code()
    depth = columns.small(default=0, db_default=0)
    opened_on = columns.day()
    logged_through = columns.big(default=0, db_default=0)

    class Meta:
        db_table = "chain"
        constraints = (models.UniqueConstraint(fields=("institution",), name="chain_one"),)


class ChainName(models.Model):
    """Under what an agreement stands on the chain, sealed under its party's key.

    It is told through `told_through`. What the chain cannot carry is left, and why by a code.
    """

    pk = models.CompositePrimaryKey("institution_id", "agreement")
    institution_id = columns.whole()
    agreement = columns.code()
    party_id = columns.code()
    kept = columns.raw()
    told_through = columns.day_or_none()
    left_on = columns.day_or_none()
    left_code = columns.code_or_empty()

    class Meta:
        db_table = "chain_name"


class ChainCall(models.Model):
    """A call on its way, in the order in which calls must reach the chain, and what it moves.

    `text` is the call itself, `told` its moves as the ledger has them. Of an agreement it knows
    the random id alone.
    """

    id = columns.number()
    institution = of_institution()
    call = columns.code()
    of = columns.code()
    text = columns.text()
    told = columns.content()
    beyond_fen = columns.fen()

    class Meta:
        db_table = "chain_call"
        constraints = (
            models.UniqueConstraint(fields=("call", "institution"), name="chain_call_call"),
        )
        indexes = (models.Index(fields=("of", "institution"), name="chain_call_of"),)


class ChainSigned(models.Model):
    """A call as bytes that were signed, before they were sent; of several the last counts."""

    id = columns.number()
    institution = of_institution()
    call = columns.code()
    by = columns.code(db_column="by_role")
    turn = columns.big()
    raw = columns.raw()
    transaction = columns.raw()

    class Meta:
        db_table = "chain_signed"
        constraints = (
            models.UniqueConstraint(fields=("transaction", "institution"), name="chain_signed_one"),
        )


class ChainBlock(models.Model):
    """A block that was followed: what it moved, and the calls it held that moved nothing."""

    pk = models.CompositePrimaryKey("institution_id", "number")
    institution_id = columns.whole()
    number = columns.big()
    hash = columns.code()
    parent = columns.code()
    told = columns.content()
    calls = columns.content()

    class Meta:
        db_table = "chain_block"


class ChainCase(models.Model):
    """What differs of an agreement, of the fund or of the chain, until two people close it.

    `differs`: the last reconciliation found it still.
    """

    id = columns.number()
    institution = of_institution()
    case = columns.code(db_column="case_name")
    of = columns.code()
    opened_on = columns.day()
    findings = columns.content()
    differs = columns.flag()
    closed_on = columns.day_or_none()
    closed_by = columns.codes()
    reason = columns.words()
    proposal = columns.code_or_empty()

    class Meta:
        db_table = "chain_case"
        constraints = (
            models.UniqueConstraint(fields=("case", "institution"), name="chain_case_case"),
            models.UniqueConstraint(
                fields=("of", "institution"), condition=Q(closed_on=None), name="chain_case_open"
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(differs=False), name="chain_case_differs"
            ),
        )


class ChainCorrection(models.Model):
    """A move that the ledger takes over from the chain, once two people agreed to."""

    id = columns.number()
    institution = of_institution()
    of = columns.code()
    call = columns.code()
    kind = columns.code()
    amount = columns.code_or_empty()
    on = columns.day(db_column="on_day")
    fen = columns.fen()
    proposal = columns.code()

    class Meta:
        db_table = "chain_correction"
        constraints = (
            models.UniqueConstraint(
                fields=("of", "call", "kind", "amount", "proposal", "institution"),
                name="chain_correction_one",
            ),
        )
