"""Files to and from the bank, and the lines in them."""

from __future__ import annotations

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rails", "0001_payments"),
    ]

    operations = [
        migrations.CreateModel(
            name="BankAccount",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "account",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("account", models.TextField(db_collation="C")),
                ("bank", models.TextField(db_collation="C")),
                ("number", models.IntegerField(blank=True, null=True)),
                ("closing_fen", models.BigIntegerField(db_default=0, default=0)),
                ("closing_on", models.DateField()),
                ("began_fen", models.BigIntegerField(db_default=0, default=0)),
                ("began_on", models.DateField()),
            ],
            options={
                "db_table": "bank_account",
            },
        ),
        migrations.CreateModel(
            name="BankFault",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "name",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("name", models.TextField(db_collation="C")),
                ("code", models.TextField(db_collation="C")),
                ("message", models.TextField(blank=True, db_default="", default="")),
                ("hint", models.TextField(blank=True, db_default="", default="")),
                ("since", models.DateField()),
            ],
            options={
                "db_table": "bank_fault",
            },
        ),
        migrations.CreateModel(
            name="BankIn",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "name",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("name", models.TextField(db_collation="C")),
                ("digest", models.TextField(db_collation="C")),
                ("sealed", models.BinaryField()),
                ("taken_on", models.DateField()),
                (
                    "taken_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
            ],
            options={
                "db_table": "bank_in",
            },
        ),
        migrations.CreateModel(
            name="BankKey",
            fields=[
                ("institution_id", models.IntegerField(primary_key=True, serialize=False)),
                ("wrapped_by", models.TextField(db_collation="C")),
                ("wrapped", models.BinaryField()),
            ],
            options={
                "db_table": "bank_key",
            },
        ),
        migrations.CreateModel(
            name="BankLine",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "report",
                        "place",
                        "part",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("report", models.TextField(db_collation="C")),
                ("place", models.IntegerField()),
                ("part", models.IntegerField()),
                ("key", models.TextField(db_collation="C")),
                ("verdict", models.TextField(db_collation="C")),
                ("fen", models.BigIntegerField(db_default=0, default=0)),
                ("value_on", models.DateField()),
                (
                    "payment",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                (
                    "expected",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                ("left_fen", models.BigIntegerField(db_default=0, default=0)),
                ("excess_fen", models.BigIntegerField(db_default=0, default=0)),
                ("case", models.TextField(blank=True, db_collation="C", db_default="", default="")),
                (
                    "candidate",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                (
                    "reason",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                ("note", models.TextField(blank=True, db_default="", default="")),
            ],
            options={
                "db_table": "bank_line",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            (
                                "verdict__in",
                                [
                                    "pending_ignored",
                                    "seen",
                                    "left_to_statement",
                                    "confirmed",
                                    "nothing",
                                    "notice_differs",
                                ],
                            ),
                            _negated=True,
                        ),
                        fields=("key", "institution_id"),
                        name="bank_line_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BankNotice",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "key",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("key", models.TextField(db_collation="C")),
                ("account", models.TextField(db_collation="C")),
                ("fen", models.BigIntegerField(db_default=0, default=0)),
                ("booked_on", models.DateField()),
                ("value_on", models.DateField()),
                ("confirmed", models.BooleanField(db_default=False, default=False)),
                ("withdrawn", models.BooleanField(db_default=False, default=False)),
            ],
            options={
                "db_table": "bank_notice",
                "indexes": [
                    models.Index(
                        condition=models.Q(("confirmed", False), ("withdrawn", False)),
                        fields=["account", "institution_id"],
                        name="bank_notice_early",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BankOut",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "name",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("name", models.TextField(db_collation="C")),
                ("kind", models.TextField(db_collation="C")),
                ("digest", models.TextField(db_collation="C")),
                ("sealed", models.BinaryField()),
                ("batches", models.JSONField(db_default={}, default=dict)),
                (
                    "kept_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
            ],
            options={
                "db_table": "bank_out",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["payments", "cancel"])),
                        name="bank_out_kind",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BankOutHanded",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "name",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("name", models.TextField(db_collation="C")),
                (
                    "handed_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
            ],
            options={
                "db_table": "bank_out_handed",
            },
        ),
        migrations.CreateModel(
            name="BankReport",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "name",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("name", models.TextField(db_collation="C")),
                ("digest", models.TextField(db_collation="C")),
                (
                    "account",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                ("number", models.IntegerField(blank=True, null=True)),
                ("closing_fen", models.BigIntegerField(blank=True, null=True)),
                ("closing_on", models.DateField(blank=True, null=True)),
                ("lines", models.IntegerField(db_default=0, default=0)),
                ("taken_on", models.DateField()),
            ],
            options={
                "db_table": "bank_report",
                "indexes": [
                    models.Index(fields=["closing_on", "institution_id"], name="bank_report_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="BankSeen",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "base",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("base", models.TextField(db_collation="C")),
                ("lines", models.IntegerField()),
            ],
            options={
                "db_table": "bank_seen",
            },
        ),
    ]
