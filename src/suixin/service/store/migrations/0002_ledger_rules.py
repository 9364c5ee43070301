"""Roles, the ledger's rules and whose rows are whose: the SQL beside, which changes no more."""

from __future__ import annotations

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """Only forward: what is enforced once is enforced."""

    dependencies = (("store", "0001_institutions_and_ledger"),)
    operations = tuple(
        migrations.RunSQL((SQL / name).read_text("utf-8"))
        for name in ("roles.sql", "ledger.sql", "security.sql")
    )
