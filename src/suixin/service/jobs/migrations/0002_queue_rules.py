"""Whose jobs are whose, and how one is deferred: the SQL beside, which changes no more."""

from __future__ import annotations

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    """Only forward: what is enforced once is enforced."""

    dependencies = (
        ("jobs", "0001_job_notes"),
        ("store", "0004_people_rules"),
        ("procrastinate", "0041_post_retry_failed_job"),
    )
    operations = (migrations.RunSQL((SQL / "jobs.sql").read_text("utf-8")),)
