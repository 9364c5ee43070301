"""A proposal ends once, and never by its maker's agreement."""

from __future__ import annotations

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """Only forward: what is enforced once is enforced."""

    dependencies = (("store", "0011_proposals"),)
    operations = (migrations.RunSQL((SQL / "proposals.sql").read_text("utf-8")),)
