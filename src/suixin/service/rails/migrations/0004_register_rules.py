"""Whose rows of the register are, which of them stay, and which moves there are."""

from __future__ import annotations

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """Only forward: what is enforced once is enforced."""

    dependencies = (("rails", "0003_receipts"), ("store", "0010_day_end_rules"))
    operations = (migrations.RunSQL((SQL / "register.sql").read_text("utf-8")),)
