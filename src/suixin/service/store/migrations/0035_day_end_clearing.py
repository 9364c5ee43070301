"""Money on its way, movements of two institutions, and agreements whose interest is subsidised."""

from __future__ import annotations

from pathlib import Path

import django.db.models.functions.datetime
from django.db import migrations, models

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0017_fund_rates"),
    ]

    operations = [
        migrations.CreateModel(
            name="Clearing",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "account",
                        "agreement",
                        "party",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("account", models.TextField(db_collation="C")),
                ("agreement", models.TextField(db_collation="C")),
                ("party", models.TextField(db_collation="C")),
                ("fen", models.BigIntegerField(db_default=0, default=0)),
                ("since", models.DateField()),
            ],
            options={
                "db_table": "clearing",
            },
        ),
        migrations.CreateModel(
            name="SubsidyGrant",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "agreement",
                        "since",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("agreement", models.TextField(db_collation="C")),
                ("since", models.DateField()),
                ("until", models.DateField()),
                ("granted_by", models.TextField(db_collation="C")),
                (
                    "granted_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
            ],
            options={
                "db_table": "subsidy_grant",
            },
        ),
        migrations.RunSQL((SQL / "day_end_clearing.sql").read_text("utf-8")),
    ]
