"""Devices, what they sent, conflicts, tasks, commissions."""

from __future__ import annotations

import django.contrib.postgres.fields
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Conflict",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "conflict",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("conflict", models.TextField(db_collation="C")),
                ("kind", models.TextField(db_collation="C")),
                ("village_code", models.TextField(db_collation="C")),
                (
                    "party_id",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                (
                    "other_party",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                ("op_id", models.TextField(db_collation="C")),
                (
                    "first_op",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                (
                    "agents",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), db_default=[], default=list, size=None
                    ),
                ),
                ("raised_at", models.DateTimeField()),
                ("standing", models.TextField(db_collation="C", db_default="open", default="open")),
                (
                    "verdict",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                (
                    "settled_by",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                ("settled_why", models.TextField(blank=True, db_default="", default="")),
            ],
            options={
                "db_table": "station_conflict",
            },
        ),
        migrations.CreateModel(
            name="Device",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "device",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("device", models.TextField(db_collation="C")),
                ("agent", models.TextField(db_collation="C")),
                ("title", models.TextField(blank=True, db_default="", default="")),
                ("public_key", models.BinaryField()),
                (
                    "standing",
                    models.TextField(db_collation="C", db_default="announced", default="announced"),
                ),
                ("seq", models.BigIntegerField(db_default=0, default=0)),
                (
                    "last_hash",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                ("announced_at", models.DateTimeField()),
                (
                    "agreed",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                ("expires_on", models.DateField(blank=True, null=True)),
                ("seen_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("ended_why", models.TextField(blank=True, db_default="", default="")),
            ],
            options={
                "db_table": "station_device",
            },
        ),
        migrations.CreateModel(
            name="Entity",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "entity",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("entity", models.TextField(db_collation="C")),
                ("party_id", models.TextField(db_collation="C")),
                ("op_id", models.TextField(db_collation="C")),
                ("agent", models.TextField(db_collation="C")),
            ],
            options={
                "db_table": "station_entity",
            },
        ),
        migrations.CreateModel(
            name="Piece",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "upload",
                        "at_byte",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("upload", models.TextField(db_collation="C")),
                ("at_byte", models.IntegerField()),
                ("content", models.BinaryField()),
            ],
            options={
                "db_table": "station_piece",
            },
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "number",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("number", models.BigIntegerField()),
                ("written_by", models.BigIntegerField()),
                ("village_code", models.TextField(db_collation="C")),
                ("party_id", models.TextField(db_collation="C")),
                ("gone", models.BooleanField(db_default=False, default=False)),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
            ],
            options={
                "db_table": "station_change",
                "indexes": [
                    models.Index(
                        fields=["institution_id", "written_by", "number"],
                        name="station_change_order",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Commission",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "commission",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("commission", models.TextField(db_collation="C")),
                ("agent", models.TextField(db_collation="C")),
                ("kind", models.TextField(db_collation="C")),
                (
                    "party_id",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                ("op_id", models.TextField(db_collation="C")),
                ("on_day", models.DateField()),
                ("fen", models.BigIntegerField(db_default=0, default=0)),
                ("of", models.TextField(blank=True, db_collation="C", db_default="", default="")),
                ("why", models.TextField(blank=True, db_default="", default="")),
            ],
            options={
                "db_table": "station_commission",
                "indexes": [
                    models.Index(
                        fields=["institution_id", "agent", "on_day"],
                        name="station_commission_agent",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Operation",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "op_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("op_id", models.TextField(db_collation="C")),
                ("device", models.TextField(db_collation="C")),
                ("seq", models.BigIntegerField()),
                ("hash", models.TextField(db_collation="C")),
                ("agent", models.TextField(db_collation="C")),
                ("kind", models.TextField(db_collation="C")),
                ("entity", models.TextField(db_collation="C")),
                (
                    "party_id",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                ("told", models.JSONField()),
                (
                    "sealed",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                ("received_at", models.DateTimeField()),
                ("happened_at", models.DateTimeField()),
                ("happened_after", models.DateTimeField()),
                ("time_uncertain", models.BooleanField(db_default=False, default=False)),
                ("clock_off", models.BooleanField(db_default=False, default=False)),
                ("outcome", models.TextField(db_collation="C")),
                ("code", models.TextField(blank=True, db_collation="C", db_default="", default="")),
                ("words", models.TextField(blank=True, db_default="", default="")),
                ("result", models.JSONField(db_default={}, default=dict)),
            ],
            options={
                "db_table": "station_operation",
                "indexes": [
                    models.Index(
                        fields=["institution_id", "entity"], name="station_operation_entity"
                    ),
                    models.Index(
                        condition=models.Q(("outcome", "held")),
                        fields=["institution_id", "device", "seq"],
                        name="station_operation_held",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("institution_id", "device", "seq"), name="station_operation_seq"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Task",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "task",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("task", models.TextField(db_collation="C")),
                ("village_code", models.TextField(db_collation="C")),
                (
                    "party_id",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                ("kind", models.TextField(db_collation="C")),
                ("words", models.TextField(blank=True, db_default="", default="")),
                ("due_on", models.DateField()),
                ("made_by", models.TextField(db_collation="C")),
                ("made_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "done_by",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                (
                    "op_id",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                ("notes", models.JSONField(db_default=[], default=list)),
            ],
            options={
                "db_table": "station_task",
                "indexes": [
                    models.Index(fields=["institution_id", "due_on"], name="station_task_due")
                ],
            },
        ),
        migrations.CreateModel(
            name="Upload",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "upload",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("upload", models.TextField(db_collation="C")),
                ("device", models.TextField(db_collation="C")),
                ("agent", models.TextField(db_collation="C")),
                ("length", models.IntegerField()),
                ("received", models.IntegerField(db_default=0, default=0)),
                ("sha256", models.TextField(db_collation="C")),
                (
                    "party_id",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                ("kind", models.TextField(blank=True, db_collation="C", db_default="", default="")),
                ("begun_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("whole_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "station_upload",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("institution_id", "device", "sha256"), name="station_upload_once"
                    )
                ],
            },
        ),
    ]
