"""Whose rows of people, facts and scores are, and what of them stays."""

from __future__ import annotations

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """Only forward: what is enforced once is enforced."""

    dependencies = (("store", "0024_live"),)
    operations = (migrations.RunSQL((SQL / "facts.sql").read_text("utf-8")),)
