"""What was signed and what happened stays, and whose it is."""

from __future__ import annotations

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """Only forward: what is enforced once is enforced."""

    dependencies = (("store", "0007_agreements"),)
    operations = (migrations.RunSQL((SQL / "agreements.sql").read_text("utf-8")),)
