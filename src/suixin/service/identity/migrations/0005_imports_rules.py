"""Sheets are worked after two people agreed, each row once."""

from __future__ import annotations

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """Only forward: what is enforced once is enforced."""

    dependencies = (("identity", "0004_imports"),)
    operations = (migrations.RunSQL((SQL / "imports.sql").read_text("utf-8")),)
