"""States as texts become columns; whose the new rows are."""

from __future__ import annotations

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """Only forward: what is enforced once is enforced."""

    dependencies = (("store", "0030_day_end_columns"),)
    operations = (migrations.RunSQL((SQL / "day_end_columns.sql").read_text("utf-8")),)
