"""Who reads and writes what signing in needs, and that nobody's duties change by one person."""

from __future__ import annotations

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """Only forward: what is enforced once is enforced."""

    dependencies = (
        ("identity", "0002_access"),
        ("store", "0012_proposal_rules"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("axes", "0010_accessattemptexpiration"),
        ("sessions", "0001_initial"),
    )
    operations = (migrations.RunSQL((SQL / "access.sql").read_text("utf-8")),)
