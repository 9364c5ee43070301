"""Partners, answers, webhooks, exchange."""

from __future__ import annotations

import django.contrib.postgres.fields
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Bucket",
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
                ("tokens", models.FloatField()),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
            ],
            options={
                "db_table": "api_bucket",
            },
        ),
        migrations.CreateModel(
            name="Client",
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
                ("title", models.TextField(blank=True, db_default="", default="")),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), db_default=[], default=list, size=None
                    ),
                ),
                ("generation", models.IntegerField(db_default=1, default=1)),
                ("per_second", models.IntegerField(db_default=100, default=100)),
                ("burst", models.IntegerField(db_default=200, default=200)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "api_client",
            },
        ),
        migrations.CreateModel(
            name="ClientSecret",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "client",
                        "digest",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("client", models.TextField(db_collation="C")),
                ("digest", models.TextField(db_collation="C")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("until", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "api_client_secret",
            },
        ),
        migrations.CreateModel(
            name="Host",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "host",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("host", models.TextField(db_collation="C")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
            ],
            options={
                "db_table": "webhook_host",
            },
        ),
        migrations.CreateModel(
            name="Subscription",
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
                ("client", models.TextField(db_collation="C")),
                ("url", models.TextField(db_collation="C")),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), db_default=[], default=list, size=None
                    ),
                ),
                ("key_name", models.TextField(db_collation="C")),
                ("secret", models.BinaryField()),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "webhook_subscription",
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "by",
                        "key",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("by", models.TextField(db_collation="C")),
                ("key", models.TextField(db_collation="C")),
                ("fingerprint", models.BinaryField()),
                ("status", models.SmallIntegerField(db_default=0, default=0)),
                ("body", models.BinaryField(db_default=b"", default=b"")),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
            ],
            options={
                "db_table": "api_answer",
                "indexes": [models.Index(fields=["at"], name="api_answer_at")],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
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
                ("id", models.BigIntegerField()),
                ("subscription", models.TextField(db_collation="C")),
                ("kind", models.TextField(db_collation="C")),
                ("subject", models.TextField(db_collation="C")),
                ("content", models.JSONField()),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("tries", models.SmallIntegerField(db_default=0, default=0)),
                ("next_at", models.DateTimeField(blank=True, null=True)),
                ("delivered_at", models.DateTimeField(blank=True, null=True)),
                ("dead_at", models.DateTimeField(blank=True, null=True)),
                ("fault", models.TextField(blank=True, db_default="", default="")),
            ],
            options={
                "db_table": "webhook_delivery",
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_at__isnull", False)),
                        fields=["next_at", "institution_id"],
                        name="webhook_delivery_due",
                    ),
                    models.Index(fields=["subscription", "id"], name="webhook_delivery_of"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Grant",
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
                ("reader", models.TextField(db_collation="C")),
                ("feed", models.TextField(db_collation="C")),
                ("field", models.TextField(db_collation="C")),
                ("purpose", models.TextField(db_collation="C")),
                (
                    "subjects",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), db_default=[], default=list, size=None
                    ),
                ),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField()),
                ("mask", models.TextField(db_collation="C")),
                ("granted_by", models.TextField(db_collation="C")),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "exchange_grant",
                "indexes": [models.Index(fields=["reader", "feed"], name="exchange_grant_reader")],
            },
        ),
        migrations.CreateModel(
            name="Read",
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
                ("reader", models.TextField(db_collation="C")),
                ("feed", models.TextField(db_collation="C")),
                ("subject", models.TextField(db_collation="C")),
                ("purpose", models.TextField(db_collation="C")),
                (
                    "shown",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), db_default=[], default=list, size=None
                    ),
                ),
                (
                    "masked",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), db_default=[], default=list, size=None
                    ),
                ),
                (
                    "refused",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                ("rows", models.IntegerField(db_default=0, default=0)),
                ("lag_seconds", models.BigIntegerField(null=True)),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
            ],
            options={
                "db_table": "exchange_read",
                "indexes": [
                    models.Index(fields=["subject", "at"], name="exchange_read_subject"),
                    models.Index(fields=["reader", "at"], name="exchange_read_reader"),
                ],
            },
        ),
    ]
