"""Values of an institution's own come in by two people."""

from __future__ import annotations

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """Only forward: what is enforced once is enforced."""

    dependencies = (("identity", "0006_policies"),)
    operations = (migrations.RunSQL((SQL / "policies.sql").read_text("utf-8")),)
