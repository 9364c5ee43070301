"""Where each agreement stands, and the days that were ended."""

from __future__ import annotations

from decimal import Decimal

import django.contrib.postgres.fields
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0008_agreements_rules"),
    ]

    operations = [
        migrations.CreateModel(
            name="AgreementState",
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
                ("sheet", models.TextField(db_collation="C")),
                ("mode", models.TextField(db_collation="C")),
                ("day_count", models.TextField(db_collation="C")),
                ("rounding", models.TextField(db_collation="C")),
                ("penalty_bps", models.IntegerField()),
                ("worked_through", models.DateField()),
                ("wake_on", models.DateField(blank=True, null=True)),
                ("accrues", models.BooleanField(db_default=False, default=False)),
                ("non_accrual", models.BooleanField(db_default=False, default=False)),
                ("rate_bps", models.IntegerField(db_default=0, default=0)),
                ("anchor_on", models.DateField()),
                (
                    "accrued_num",
                    models.DecimalField(
                        db_default=Decimal("0"),
                        decimal_places=0,
                        default=Decimal("0"),
                        max_digits=60,
                    ),
                ),
                ("interest_booked_fen", models.BigIntegerField(db_default=0, default=0)),
                (
                    "penalty_num",
                    models.DecimalField(
                        db_default=Decimal("0"),
                        decimal_places=0,
                        default=Decimal("0"),
                        max_digits=60,
                    ),
                ),
                ("penalty_booked_fen", models.BigIntegerField(db_default=0, default=0)),
                ("not_due_fen", models.BigIntegerField(db_default=0, default=0)),
                ("overdue_fen", models.BigIntegerField(db_default=0, default=0)),
                ("principal_fen", models.BigIntegerField(db_default=0, default=0)),
                ("interest_fen", models.BigIntegerField(db_default=0, default=0)),
                ("penalty_fen", models.BigIntegerField(db_default=0, default=0)),
                ("fee_fen", models.BigIntegerField(db_default=0, default=0)),
                ("suspended_fen", models.BigIntegerField(db_default=0, default=0)),
                ("state", models.TextField(blank=True, db_default="", default="")),
                ("past", models.TextField(blank=True, db_default="", default="")),
            ],
            options={
                "db_table": "agreement_state",
            },
        ),
        migrations.CreateModel(
            name="DayContribution",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "day",
                        "first",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("day", models.DateField()),
                ("first", models.TextField(db_collation="C")),
                (
                    "agreements",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), db_default=[], default=list, size=None
                    ),
                ),
                (
                    "value_ons",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DateField(), db_default=[], default=list, size=None
                    ),
                ),
                (
                    "debits",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), db_default=[], default=list, size=None
                    ),
                ),
                (
                    "credits",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), db_default=[], default=list, size=None
                    ),
                ),
                (
                    "fens",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), db_default=[], default=list, size=None
                    ),
                ),
                ("refused", models.JSONField(db_default=[], default=list)),
            ],
            options={
                "db_table": "day_contribution",
            },
        ),
        migrations.CreateModel(
            name="DayEnd",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "day",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("day", models.DateField()),
                (
                    "begun_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("worked", models.BigIntegerField(db_default=0, default=0)),
                ("refused", models.JSONField(db_default=[], default=list)),
                ("contributions", models.BigIntegerField(db_default=0, default=0)),
                (
                    "contributions_digest",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                ("balances", models.JSONField(null=True)),
                (
                    "digest",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
            ],
            options={
                "db_table": "day_end",
            },
        ),
        migrations.AddIndex(
            model_name="agreementevent",
            index=models.Index(
                fields=["booked_on", "institution_id"], name="agreement_event_booked"
            ),
        ),
        migrations.AddIndex(
            model_name="agreementstate",
            index=models.Index(
                condition=models.Q(("wake_on__isnull", False)),
                fields=["wake_on", "institution_id"],
                name="agreement_state_wake",
            ),
        ),
    ]
