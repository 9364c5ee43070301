"""Whose rows of the API are, and what they hold to."""

from __future__ import annotations

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """Only forward: what is enforced once is enforced."""

    dependencies = (("api", "0001_partners"), ("store", "0010_day_end_rules"))
    operations = (migrations.RunSQL((SQL / "api.sql").read_text("utf-8")),)
