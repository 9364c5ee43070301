"""The log and its openings."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0004_people_rules"),
    ]

    operations = [
        migrations.CreateModel(
            name="LogAuthor",
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
                ("next_seq", models.BigIntegerField()),
            ],
            options={
                "db_table": "log_author",
            },
        ),
        migrations.CreateModel(
            name="LogHead",
            fields=[
                ("institution_id", models.IntegerField(primary_key=True, serialize=False)),
                ("size", models.BigIntegerField(db_default=0, default=0)),
                ("token", models.UUIDField()),
                ("note", models.TextField(blank=True, null=True)),
            ],
            options={
                "db_table": "log_head",
            },
        ),
        migrations.CreateModel(
            name="LogTile",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "level",
                        "index",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("level", models.SmallIntegerField()),
                ("index", models.BigIntegerField()),
                ("hashes", models.BinaryField()),
                ("root", models.BinaryField()),
            ],
            options={
                "db_table": "log_tile",
            },
        ),
        migrations.CreateModel(
            name="LogEntry",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "index",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("index", models.BigIntegerField()),
                ("leaf", models.BinaryField()),
                ("raw", models.BinaryField()),
            ],
            options={
                "db_table": "log_entry",
                "indexes": [models.Index(fields=["leaf", "institution_id"], name="log_entry_leaf")],
            },
        ),
        migrations.CreateModel(
            name="Opening",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "leaf",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("leaf", models.BinaryField()),
                (
                    "party_id",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                ("kept", models.BinaryField()),
            ],
            options={
                "db_table": "opening",
                "indexes": [
                    models.Index(
                        condition=models.Q(("party_id", ""), _negated=True),
                        fields=["party_id", "institution_id"],
                        name="opening_party",
                    )
                ],
            },
        ),
    ]
