"""Whose parties are whose, and what of them stays or goes."""

from __future__ import annotations

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """Only forward: what is enforced once is enforced."""

    dependencies = (("store", "0003_people"),)
    operations = (migrations.RunSQL((SQL / "people.sql").read_text("utf-8")),)
