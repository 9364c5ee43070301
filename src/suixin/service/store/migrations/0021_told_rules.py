"""Whose rows of what the log was told are, and what an auditor may open."""

from __future__ import annotations

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """Only forward: what is enforced once is enforced."""

    dependencies = (("store", "0020_told"),)
    operations = (migrations.RunSQL((SQL / "told.sql").read_text("utf-8")),)
