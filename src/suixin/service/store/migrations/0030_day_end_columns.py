"""Where an agreement stands, in columns; facts of debts, and what a day finds to be done."""

from __future__ import annotations

import django.contrib.postgres.fields
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0025_facts_rules"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="agreementevent", name="agreement_event_booked"),
        migrations.AddIndex(
            model_name="agreementevent",
            index=models.Index(
                fields=["booked_on", "institution_id", "agreement"],
                name="agreement_event_booked",
            ),
        ),
        migrations.CreateModel(
            name="AgreementPast",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "agreement",
                        "day",
                        "line",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("agreement", models.TextField(db_collation="C")),
                ("day", models.DateField()),
                ("line", models.SmallIntegerField()),
                ("told", models.JSONField()),
            ],
            options={
                "db_table": "agreement_past",
            },
        ),
        migrations.AddField(
            model_name="agreementstate",
            name="accrued_fen",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="agreementstate",
            name="ahead_fen",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="agreementstate",
            name="due_fees",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), blank=True, null=True, size=None
            ),
        ),
        migrations.AddField(
            model_name="agreementstate",
            name="due_interests",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), blank=True, null=True, size=None
            ),
        ),
        migrations.AddField(
            model_name="agreementstate",
            name="due_ons",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.DateField(), blank=True, null=True, size=None
            ),
        ),
        migrations.AddField(
            model_name="agreementstate",
            name="due_principals",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), blank=True, null=True, size=None
            ),
        ),
        migrations.AddField(
            model_name="agreementstate",
            name="ended",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="agreementstate",
            name="grade",
            field=models.SmallIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name="agreementstate",
            name="life",
            field=models.TextField(blank=True, db_collation="C", db_default="", default=""),
        ),
        migrations.AddField(
            model_name="agreementstate",
            name="on_plan",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="agreementstate",
            name="other",
            field=models.TextField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="agreementstate",
            name="penalty_since",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="agreementstate",
            name="period_net_fen",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="agreementstate",
            name="period_swept_fen",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="agreementstate",
            name="rows_gone",
            field=models.SmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="agreementstate",
            name="suspended_penalty_fen",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="dayend",
            name="counts",
            field=models.JSONField(db_default={}, default=dict),
        ),
        migrations.AddField(
            model_name="dayend",
            name="step",
            field=models.TextField(blank=True, db_collation="C", db_default="", default=""),
        ),
        migrations.AddField(
            model_name="dayend",
            name="to_work",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.CreateModel(
            name="DayItem",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "day",
                        "agreement",
                        "kind",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("day", models.DateField()),
                ("agreement", models.TextField(db_collation="C")),
                ("kind", models.TextField(db_collation="C")),
                ("content", models.JSONField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "done_by",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
            ],
            options={
                "db_table": "day_item",
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at__isnull", True)),
                        fields=["kind", "institution_id", "day"],
                        name="day_item_open",
                    ),
                    models.Index(fields=["agreement", "institution_id"], name="day_item_agreement"),
                ],
            },
        ),
        migrations.CreateModel(
            name="DebtFact",
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
                ("since", models.DateField()),
                ("booked_on", models.DateField()),
                ("found", models.JSONField()),
                (
                    "entered_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
            ],
            options={
                "db_table": "debt_fact",
                "indexes": [
                    models.Index(fields=["booked_on", "institution_id"], name="debt_fact_booked")
                ],
            },
        ),
    ]
