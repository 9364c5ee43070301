"""What is told to the chain, what its blocks said, and the cases of what differs."""

from __future__ import annotations

from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0035_day_end_clearing"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChainBlock",
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
                ("hash", models.TextField(db_collation="C")),
                ("parent", models.TextField(db_collation="C")),
                ("told", models.JSONField()),
                ("calls", models.JSONField()),
            ],
            options={
                "db_table": "chain_block",
            },
        ),
        migrations.CreateModel(
            name="ChainName",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "agreement",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("agreement", models.TextField(db_collation="C")),
                ("party_id", models.TextField(db_collation="C")),
                ("kept", models.BinaryField()),
                ("told_through", models.DateField(blank=True, null=True)),
                ("left_on", models.DateField(blank=True, null=True)),
                (
                    "left_code",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
            ],
            options={
                "db_table": "chain_name",
            },
        ),
        migrations.CreateModel(
            name="Chain",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("url", models.TextField(blank=True, db_collation="C", db_default="", default="")),
                ("number", models.BigIntegerField()),
                ("parties_at", models.TextField(db_collation="C")),
                ("depth", models.SmallIntegerField(db_default=0, default=0)),
                ("opened_on", models.DateField()),
                ("logged_through", models.BigIntegerField(db_default=0, default=0)),
                (
                    "institution",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="store.institution",
                    ),
                ),
            ],
            options={
                "db_table": "chain",
                "constraints": [models.UniqueConstraint(fields=("institution",), name="chain_one")],
            },
        ),
        migrations.CreateModel(
            name="ChainCall",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("call", models.TextField(db_collation="C")),
                ("of", models.TextField(db_collation="C")),
                ("text", models.TextField()),
                ("told", models.JSONField()),
                ("beyond_fen", models.BigIntegerField(db_default=0, default=0)),
                (
                    "institution",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="store.institution",
                    ),
                ),
            ],
            options={
                "db_table": "chain_call",
                "indexes": [models.Index(fields=["of", "institution"], name="chain_call_of")],
                "constraints": [
                    models.UniqueConstraint(fields=("call", "institution"), name="chain_call_call")
                ],
            },
        ),
        migrations.CreateModel(
            name="ChainCase",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("case", models.TextField(db_collation="C", db_column="case_name")),
                ("of", models.TextField(db_collation="C")),
                ("opened_on", models.DateField()),
                ("findings", models.JSONField()),
                ("differs", models.BooleanField(db_default=False, default=False)),
                ("closed_on", models.DateField(blank=True, null=True)),
                (
                    "closed_by",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), db_default=[], default=list, size=None
                    ),
                ),
                ("reason", models.TextField(blank=True, db_default="", default="")),
                (
                    "proposal",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="store.institution",
                    ),
                ),
            ],
            options={
                "db_table": "chain_case",
                "constraints": [
                    models.UniqueConstraint(fields=("case", "institution"), name="chain_case_case"),
                    models.UniqueConstraint(
                        condition=models.Q(("closed_on", None)),
                        fields=("of", "institution"),
                        name="chain_case_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_on", None), ("differs", False), _connector="OR"
                        ),
                        name="chain_case_differs",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChainCorrection",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("of", models.TextField(db_collation="C")),
                ("call", models.TextField(db_collation="C")),
                ("kind", models.TextField(db_collation="C")),
                (
                    "amount",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                ("on", models.DateField(db_column="on_day")),
                ("fen", models.BigIntegerField(db_default=0, default=0)),
                ("proposal", models.TextField(db_collation="C")),
                (
                    "institution",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="store.institution",
                    ),
                ),
            ],
            options={
                "db_table": "chain_correction",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("of", "call", "kind", "amount", "proposal", "institution"),
                        name="chain_correction_one",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ChainSigned",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("call", models.TextField(db_collation="C")),
                ("by", models.TextField(db_collation="C", db_column="by_role")),
                ("turn", models.BigIntegerField()),
                ("raw", models.BinaryField()),
                ("transaction", models.BinaryField()),
                (
                    "institution",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="store.institution",
                    ),
                ),
            ],
            options={
                "db_table": "chain_signed",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("transaction", "institution"), name="chain_signed_one"
                    )
                ],
            },
        ),
        migrations.RunSQL((SQL / "chain.sql").read_text("utf-8")),
    ]
