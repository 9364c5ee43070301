"""What lenders tell the fund that covers them."""

from __future__ import annotations

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0034_day_end_orders"),
    ]

    operations = [
        migrations.CreateModel(
            name="FundRate",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "lender_id",
                        "product",
                        "on",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("lender_id", models.IntegerField()),
                ("product", models.TextField(db_collation="C")),
                ("on", models.DateField(db_column="on_day")),
                ("rate_on", models.DateField()),
                ("bad_fen", models.BigIntegerField(db_default=0, default=0)),
                ("mature_fen", models.BigIntegerField(db_default=0, default=0)),
                ("weights", models.JSONField()),
                ("lends", models.BooleanField(db_default=False, default=False)),
                ("brake_fen", models.BigIntegerField(blank=True, null=True)),
                ("agreements", models.BigIntegerField(db_default=0, default=0)),
                ("covered_fen", models.BigIntegerField(db_default=0, default=0)),
                ("disbursed_fen", models.BigIntegerField(db_default=0, default=0)),
                ("subsidy_fen", models.BigIntegerField(db_default=0, default=0)),
            ],
            options={
                "db_table": "fund_rate",
            },
        ),
        migrations.RunSQL((SQL / "fund_rates.sql").read_text("utf-8")),
    ]
