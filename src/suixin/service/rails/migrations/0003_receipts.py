"""Receipts to come, what of them came, and cases."""

from __future__ import annotations

import django.contrib.postgres.fields
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rails", "0002_bank_files"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReceiptDue",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "reference",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("reference", models.TextField(db_collation="C")),
                (
                    "agreement",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                (
                    "party_id",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                (
                    "sheet",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                ("mode", models.TextField(blank=True, db_collation="C", db_default="", default="")),
                ("tier", models.TextField(blank=True, db_collation="C", db_default="", default="")),
                (
                    "order_id",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                ("fen", models.BigIntegerField(db_default=0, default=0)),
                ("on_day", models.DateField()),
                ("sealed_payer", models.BinaryField(null=True)),
                ("received_fen", models.BigIntegerField(db_default=0, default=0)),
                (
                    "entered_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
            ],
            options={
                "db_table": "receipt_due",
                "indexes": [
                    models.Index(
                        fields=["agreement", "institution_id"], name="receipt_due_agreement"
                    ),
                    models.Index(
                        condition=models.Q(("order_id", ""), _negated=True),
                        fields=["order_id", "institution_id"],
                        name="receipt_due_order",
                    ),
                    models.Index(
                        condition=models.Q(("received_fen__lt", models.F("fen"))),
                        fields=["on_day", "institution_id"],
                        name="receipt_due_open",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("fen__gt", 0),
                            ("received_fen__gte", 0),
                            ("received_fen__lte", models.F("fen")),
                        ),
                        name="receipt_due_fen",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReceiptPart",
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
                ("reference", models.TextField(db_collation="C")),
                ("fen", models.BigIntegerField(db_default=0, default=0)),
                ("value_on", models.DateField()),
                ("booked_on", models.DateField()),
            ],
            options={
                "db_table": "receipt_part",
                "indexes": [
                    models.Index(fields=["reference", "institution_id"], name="receipt_part_of")
                ],
            },
        ),
        migrations.CreateModel(
            name="SuspenseCase",
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
                ("why", models.TextField(db_collation="C")),
                ("fen", models.BigIntegerField(db_default=0, default=0)),
                ("value_on", models.DateField()),
                ("opened_on", models.DateField()),
                (
                    "payment",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                (
                    "expected",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                (
                    "candidate",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                ("note", models.TextField(blank=True, db_default="", default="")),
                ("sealed", models.BinaryField(null=True)),
                ("closed_on", models.DateField(blank=True, null=True)),
                (
                    "closed_by",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), db_default=[], default=list, size=None
                    ),
                ),
                ("how", models.TextField(blank=True, db_default="", default="")),
            ],
            options={
                "db_table": "suspense_case",
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_on__isnull", True)),
                        fields=["opened_on", "institution_id"],
                        name="suspense_case_open",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "why__in",
                                [
                                    "unknown",
                                    "amount_mismatch",
                                    "already_settled",
                                    "over",
                                    "not_awaited",
                                    "sum_mismatch",
                                    "reference_reused",
                                    "notice_differs",
                                    "notice_unconfirmed",
                                    "no_line",
                                    "move_refused",
                                    "status_unknown",
                                ],
                            )
                        ),
                        name="suspense_case_why",
                    )
                ],
            },
        ),
    ]
