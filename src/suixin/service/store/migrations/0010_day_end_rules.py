"""Whose rows of the day's end are, and what they hold to."""

from __future__ import annotations

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """Only forward: what is enforced once is enforced."""

    dependencies = (("store", "0009_day_end"),)
    operations = (migrations.RunSQL((SQL / "day_end.sql").read_text("utf-8")),)
