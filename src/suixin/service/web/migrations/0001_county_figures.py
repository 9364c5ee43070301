"""What lenders tell a county of themselves."""

from __future__ import annotations

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("store", "0035_day_end_clearing")]

    operations = [
        migrations.CreateModel(
            name="CountyFigures",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "lender_id",
                        "on",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("lender_id", models.IntegerField()),
                ("on", models.DateField(db_column="on_day")),
                ("content", models.JSONField()),
                ("record", models.BinaryField()),
            ],
            options={
                "db_table": "county_figures",
            },
        ),
        migrations.RunSQL((SQL / "county_figures.sql").read_text("utf-8")),
    ]
