"""Whose rows of the stations are, and what they hold to."""

from __future__ import annotations

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """Only forward: what is enforced once is enforced."""

    dependencies = (("stations", "0001_devices"), ("store", "0025_facts_rules"))
    operations = (migrations.RunSQL((SQL / "stations.sql").read_text("utf-8")),)
