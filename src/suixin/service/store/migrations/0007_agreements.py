"""Agreements and what happened to them."""

from __future__ import annotations

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0006_evidence_rules"),
    ]

    operations = [
        migrations.CreateModel(
            name="Agreement",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "agreement",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("agreement", models.TextField(db_collation="C")),
                ("party_id", models.TextField(db_collation="C")),
                ("sheet", models.TextField(db_collation="C")),
                ("mode", models.TextField(db_collation="C")),
                ("start_on", models.DateField()),
                ("rate_bps", models.IntegerField()),
                ("rows", models.JSONField()),
                ("penalty_bps", models.IntegerField()),
                ("day_count", models.TextField(db_collation="C")),
                ("rounding", models.TextField(db_collation="C")),
                ("limit_fen", models.BigIntegerField(blank=True, null=True)),
                ("sweep_share_bps", models.IntegerField(blank=True, null=True)),
                ("sweep_floor_fen", models.BigIntegerField(db_default=0, default=0)),
                ("ahead_last", models.BooleanField(db_default=False, default=False)),
            ],
            options={
                "db_table": "agreement",
                "indexes": [
                    models.Index(fields=["party_id", "institution_id"], name="agreement_party")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("penalty_bps__gte", 0), ("rate_bps__gte", 0)),
                        name="agreement_rates",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AgreementEvent",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "agreement",
                        "key",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("agreement", models.TextField(db_collation="C")),
                ("key", models.TextField(db_collation="C")),
                ("kind", models.TextField(db_collation="C")),
                ("value_on", models.DateField()),
                ("booked_on", models.DateField()),
                ("content", models.JSONField()),
                (
                    "entered_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
            ],
            options={
                "db_table": "agreement_event",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("booked_on__gte", models.F("value_on"))),
                        name="agreement_event_days",
                    )
                ],
            },
        ),
    ]
