"""Who may be paid, payments and their moves."""

from __future__ import annotations

import django.contrib.postgres.fields
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Payee",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "listed",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("listed", models.TextField(db_collation="C")),
                ("party_id", models.TextField(db_collation="C")),
                ("person", models.BooleanField(db_default=False, default=False)),
                ("bank_number", models.TextField(db_collation="C")),
                ("sealed", models.BinaryField()),
                ("listed_on", models.DateField()),
                (
                    "agreed_by",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), db_default=[], default=list, size=None
                    ),
                ),
                (
                    "blocked_by",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
            ],
            options={
                "db_table": "payee",
                "indexes": [
                    models.Index(fields=["party_id", "institution_id"], name="payee_party")
                ],
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("id", models.TextField(db_collation="C")),
                ("key", models.TextField(db_collation="C")),
                ("what", models.TextField(db_collation="C")),
                ("agreement", models.TextField(db_collation="C")),
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
                ("instalment", models.TextField(db_collation="C")),
                ("fen", models.BigIntegerField(db_default=0, default=0)),
                ("payee", models.TextField(db_collation="C")),
                ("purpose", models.TextField(db_collation="C")),
                ("on_day", models.DateField()),
                (
                    "agreed_by",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), db_default=[], default=list, size=None
                    ),
                ),
                ("attempt", models.IntegerField()),
                (
                    "replaces",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                ("from_account", models.TextField(db_collation="C")),
                ("through", models.TextField(db_collation="C")),
                ("revolving", models.BooleanField(db_default=False, default=False)),
                ("text", models.TextField(blank=True, db_default="", default="")),
                ("state", models.TextField(db_collation="C")),
                ("file", models.TextField(blank=True, db_collation="C", db_default="", default="")),
                ("sent_on", models.DateField(blank=True, null=True)),
                ("pay_on", models.DateField(blank=True, null=True)),
                ("told_on", models.DateField(blank=True, null=True)),
                ("value_on", models.DateField(blank=True, null=True)),
                ("line", models.TextField(blank=True, db_collation="C", db_default="", default="")),
                (
                    "returned_by",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                (
                    "reason",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                ("known", models.BooleanField(db_default=False, default=False)),
                (
                    "cancel",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                ("redated", models.BooleanField(db_default=False, default=False)),
                ("missed", models.IntegerField(db_default=0, default=0)),
                (
                    "replaced_by",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                (
                    "entered_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
            ],
            options={
                "db_table": "payment",
                "indexes": [
                    models.Index(fields=["agreement", "institution_id"], name="payment_agreement"),
                    models.Index(
                        condition=models.Q(
                            ("state__in", ["pending", "sent", "accepted"]),
                            models.Q(("line", ""), ("state", "settled")),
                            _connector="OR",
                        ),
                        fields=["state", "institution_id"],
                        name="payment_open",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["pending", "sent", "accepted", "settled", "rejected", "returned"],
                            )
                        ),
                        name="payment_state",
                    ),
                    models.CheckConstraint(condition=models.Q(("fen__gt", 0)), name="payment_fen"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "pending"),
                            ("state", "rejected"),
                            models.Q(("file", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="payment_file",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["settled", "returned"]), _negated=True),
                            ("value_on__isnull", False),
                            _connector="OR",
                        ),
                        name="payment_value_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("replaces", models.F("id")), _negated=True),
                        name="payment_replaces",
                    ),
                    models.UniqueConstraint(fields=("key", "institution_id"), name="payment_key"),
                    models.UniqueConstraint(fields=("what", "institution_id"), name="payment_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaymentMove",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "payment",
                        "number",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("payment", models.TextField(db_collation="C")),
                ("number", models.IntegerField()),
                ("was", models.TextField(blank=True, db_collation="C", db_default="", default="")),
                ("became", models.TextField(db_collation="C")),
                ("by", models.TextField(blank=True, db_collation="C", db_default="", default="")),
                ("why", models.TextField(blank=True, db_default="", default="")),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
            ],
            options={
                "db_table": "payment_move",
            },
        ),
    ]
