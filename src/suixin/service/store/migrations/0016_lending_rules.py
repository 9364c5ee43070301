"""What lending holds to, whoever writes: steps, two people, and rows that two institutions share."""

from __future__ import annotations

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """Only forward: what is enforced once is enforced."""

    dependencies = (("store", "0015_funds"),)
    operations = (migrations.RunSQL((SQL / "lending.sql").read_text("utf-8")),)
