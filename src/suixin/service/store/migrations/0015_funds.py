"""What a fund and the lenders it covers share."""

from __future__ import annotations

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0014_backing"),
    ]

    operations = [
        migrations.CreateModel(
            name="FundCover",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "lender_id",
                        "product",
                        "since",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("lender_id", models.IntegerField()),
                ("product", models.TextField(db_collation="C")),
                ("since", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                (
                    "tiers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), db_default=[], default=list, size=None
                    ),
                ),
            ],
            options={
                "db_table": "fund_cover",
            },
        ),
        migrations.CreateModel(
            name="FundClaim",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "claim",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("claim", models.TextField(db_collation="C")),
                ("lender_id", models.IntegerField()),
                ("agreement", models.TextField(db_collation="C")),
                ("party_id", models.TextField(db_collation="C")),
                ("product", models.TextField(db_collation="C")),
                ("loss_fen", models.BigIntegerField(db_default=0, default=0)),
                ("fen", models.BigIntegerField(db_default=0, default=0)),
                ("interest_fen", models.BigIntegerField(db_default=0, default=0)),
                ("weights", models.JSONField()),
                ("facts", models.JSONField()),
                ("filed_on", models.DateField()),
                ("filed_at", models.DateTimeField()),
                ("proposal", models.TextField(db_collation="C")),
            ],
            options={
                "db_table": "fund_claim",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agreement", "lender_id"), name="fund_claim_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("fen__gt", 0),
                            ("fen__gte", models.F("interest_fen")),
                            ("interest_fen__gte", 0),
                        ),
                        name="fund_claim_amounts",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FundClaimStep",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "claim",
                        "number",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("claim", models.TextField(db_collation="C")),
                ("number", models.IntegerField()),
                ("lender_id", models.IntegerField()),
                ("kind", models.TextField(db_collation="C")),
                ("fen", models.BigIntegerField(db_default=0, default=0)),
                ("tiers", models.JSONField(db_default={}, default=dict)),
                ("on", models.DateField(db_column="on_day")),
                ("at", models.DateTimeField()),
                ("why", models.TextField(blank=True, db_default="", default="")),
                (
                    "proposal",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                ("pair", models.TextField(blank=True, db_collation="C", db_default="", default="")),
            ],
            options={
                "db_table": "fund_claim_step",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ("accepted", "refused", "paid", "recovered"))
                        ),
                        name="fund_claim_step_kind",
                    )
                ],
            },
        ),
    ]
