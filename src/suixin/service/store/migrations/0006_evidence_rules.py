"""The log only grows, and an opening goes with its person."""

from __future__ import annotations

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """Only forward: what is enforced once is enforced."""

    dependencies = (("store", "0005_evidence"),)
    operations = (migrations.RunSQL((SQL / "evidence.sql").read_text("utf-8")),)
