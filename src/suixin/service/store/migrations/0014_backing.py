"""Who stands behind a loan, what is held, and how limits move."""

from __future__ import annotations

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0013_applications"),
    ]

    operations = [
        migrations.CreateModel(
            name="GuaranteeCall",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "agreement",
                        "number",
                        "guarantor",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("agreement", models.TextField(db_collation="C")),
                ("number", models.IntegerField()),
                ("guarantor", models.TextField(db_collation="C")),
                ("asked_fen", models.BigIntegerField(db_default=0, default=0)),
                ("cap_left_fen", models.BigIntegerField(db_default=0, default=0)),
                ("on", models.DateField(db_column="on_day")),
                ("due_on", models.DateField()),
                ("proposal", models.TextField(db_collation="C")),
            ],
            options={
                "db_table": "guarantee_call",
            },
        ),
        migrations.CreateModel(
            name="LimitChange",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "party_id",
                        "product",
                        "on",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("party_id", models.TextField(db_collation="C")),
                ("product", models.TextField(db_collation="C")),
                ("on", models.DateField(db_column="on_day")),
                ("from_fen", models.BigIntegerField(db_default=0, default=0)),
                ("to_fen", models.BigIntegerField(db_default=0, default=0)),
                ("move", models.TextField(db_collation="C")),
                ("target_fen", models.BigIntegerField(db_default=0, default=0)),
                ("drawn_fen", models.BigIntegerField(db_default=0, default=0)),
                (
                    "flags",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), db_default=[], default=list, size=None
                    ),
                ),
                ("by", models.TextField(db_collation="C", db_column="by_whom")),
            ],
            options={
                "db_table": "limit_change",
            },
        ),
        migrations.CreateModel(
            name="Guarantee",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "guarantee",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("guarantee", models.TextField(db_collation="C")),
                ("kind", models.TextField(db_collation="C")),
                ("application", models.TextField(db_collation="C")),
                (
                    "group",
                    models.TextField(
                        blank=True,
                        db_collation="C",
                        db_column="of_group",
                        db_default="",
                        default="",
                    ),
                ),
                ("guarantor", models.TextField(db_collation="C")),
                ("debtor", models.TextField(db_collation="C")),
                ("cap_fen", models.BigIntegerField(db_default=0, default=0)),
                ("until", models.DateField()),
                ("joint", models.BooleanField(db_default=False, default=False)),
                ("read_fen", models.BigIntegerField(db_default=0, default=0)),
                ("read_until", models.DateField()),
                ("signed_on", models.DateField()),
                ("signed_at", models.DateTimeField()),
                ("signed_by", models.TextField(db_collation="C")),
            ],
            options={
                "db_table": "guarantee",
                "indexes": [
                    models.Index(fields=["guarantor", "institution_id"], name="guarantee_by")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("member", "streamer", "guarantor"))),
                        name="guarantee_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("cap_fen__gt", 0),
                            ("read_fen", models.F("cap_fen")),
                            ("read_until", models.F("until")),
                        ),
                        name="guarantee_read_back",
                    ),
                    models.UniqueConstraint(
                        fields=("application", "guarantor", "institution_id"), name="guarantee_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("hold", models.TextField(db_collation="C")),
                ("kind", models.TextField(db_collation="C")),
                ("scope", models.TextField(db_collation="C")),
                ("since", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                ("reason", models.TextField(blank=True, db_default="", default="")),
                ("rule", models.TextField(blank=True, db_collation="C", db_default="", default="")),
                ("held_by", models.TextField(db_collation="C")),
                (
                    "released_by",
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
                "db_table": "hold",
            },
        ),
        migrations.CreateModel(
            name="HoldHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                ("hold", models.TextField(db_collation="C")),
                ("kind", models.TextField(db_collation="C")),
                ("scope", models.TextField(db_collation="C")),
                ("since", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                ("reason", models.TextField(blank=True, db_default="", default="")),
                ("rule", models.TextField(blank=True, db_collation="C", db_default="", default="")),
                ("held_by", models.TextField(db_collation="C")),
                (
                    "released_by",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="store.institution",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="store.hold",
                    ),
                ),
            ],
            options={
                "db_table": "hold_history",
                "abstract": False,
            },
        ),
        migrations.AddIndex(
            model_name="hold",
            index=models.Index(fields=["scope", "institution"], name="hold_scope"),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.UniqueConstraint(fields=("hold", "institution"), name="hold_hold"),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until", None), ("until__gte", models.F("since")), _connector="OR"
                ),
                name="hold_days",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="hold",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "hold_history" ("held_by", "hold", "id", "institution_id", "kind", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "released_by", "rule", "scope", "since", "until") VALUES (NEW."held_by", NEW."hold", NEW."id", NEW."institution_id", NEW."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."reason", NEW."released_by", NEW."rule", NEW."scope", NEW."since", NEW."until"); RETURN NULL;',
                    hash="efd60bb2fe6cecb8afbed5bf0233c7a69c03ec6e",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_d2668",
                    table="hold",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="hold",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "hold_history" ("held_by", "hold", "id", "institution_id", "kind", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "released_by", "rule", "scope", "since", "until") VALUES (NEW."held_by", NEW."hold", NEW."id", NEW."institution_id", NEW."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."reason", NEW."released_by", NEW."rule", NEW."scope", NEW."since", NEW."until"); RETURN NULL;',
                    hash="26aca6a9a48677546c61ce74f2c5cd56bdfdf25b",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_bb977",
                    table="hold",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="holdhistory",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="7fed69c2925d071e756dede15217bd70cd95e64d",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_6716f",
                    table="hold_history",
                    when="BEFORE",
                ),
            ),
        ),
    ]
