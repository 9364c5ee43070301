"""The texts of states are in columns now."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = (("store", "0031_day_end_columns_rules"),)
    operations = (
        migrations.RemoveField("agreementstate", "past"),
        migrations.RemoveField("agreementstate", "state"),
    )
