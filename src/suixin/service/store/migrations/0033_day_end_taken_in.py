"""An agreement that is signed has a state from then on."""

from __future__ import annotations

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """Only forward: what is enforced once is enforced."""

    dependencies = (("store", "0032_day_end_texts_go"),)
    operations = (migrations.RunSQL((SQL / "day_end_taken_in.sql").read_text("utf-8")),)
