"""Applications, what is done about them, and what is paid out."""

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
        ("store", "0021_told_rules"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApplicationStep",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "application",
                        "number",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("application", models.TextField(db_collation="C")),
                ("number", models.IntegerField()),
                ("happening", models.TextField(db_collation="C")),
                ("standing", models.TextField(db_collation="C")),
                ("on", models.DateField(db_column="on_day")),
                ("at", models.DateTimeField()),
                ("by", models.TextField(db_collation="C", db_column="by_whom")),
                ("why", models.TextField(blank=True, db_default="", default="")),
                (
                    "proposal",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                ("content", models.JSONField(db_default={}, default=dict)),
            ],
            options={
                "db_table": "application_step",
            },
        ),
        migrations.CreateModel(
            name="Application",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("application", models.TextField(db_collation="C")),
                ("party_id", models.TextField(db_collation="C")),
                ("product", models.TextField(db_collation="C")),
                ("amount_fen", models.BigIntegerField(db_default=0, default=0)),
                ("times", models.IntegerField()),
                ("repays", models.TextField(db_collation="C")),
                ("purpose", models.TextField(db_collation="C")),
                (
                    "group",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                ("backers", models.JSONField(db_default=[], default=list)),
                ("about", models.JSONField(db_default={}, default=dict)),
                ("of", models.TextField(blank=True, db_collation="C", db_default="", default="")),
                ("wants_person", models.BooleanField(db_default=False, default=False)),
                ("applied_on", models.DateField()),
                ("applied_at", models.DateTimeField()),
                ("applied_by", models.TextField(db_collation="C")),
                (
                    "standing",
                    models.TextField(db_collation="C", db_default="applied", default="applied"),
                ),
                (
                    "agreement",
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
                "db_table": "application",
            },
        ),
        migrations.CreateModel(
            name="ApplicationHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                ("application", models.TextField(db_collation="C")),
                ("party_id", models.TextField(db_collation="C")),
                ("product", models.TextField(db_collation="C")),
                ("amount_fen", models.BigIntegerField(db_default=0, default=0)),
                ("times", models.IntegerField()),
                ("repays", models.TextField(db_collation="C")),
                ("purpose", models.TextField(db_collation="C")),
                (
                    "group",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                ("backers", models.JSONField(db_default=[], default=list)),
                ("about", models.JSONField(db_default={}, default=dict)),
                ("of", models.TextField(blank=True, db_collation="C", db_default="", default="")),
                ("wants_person", models.BooleanField(db_default=False, default=False)),
                ("applied_on", models.DateField()),
                ("applied_at", models.DateTimeField()),
                ("applied_by", models.TextField(db_collation="C")),
                (
                    "standing",
                    models.TextField(db_collation="C", db_default="applied", default="applied"),
                ),
                (
                    "agreement",
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
                        to="store.application",
                    ),
                ),
            ],
            options={
                "db_table": "application_history",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Disbursement",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "disbursement",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("disbursement", models.TextField(db_collation="C")),
                ("agreement", models.TextField(db_collation="C")),
                ("fen", models.BigIntegerField(db_default=0, default=0)),
                ("payee", models.TextField(db_collation="C")),
                ("to", models.TextField(db_collation="C", db_column="to_whom")),
                (
                    "account",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                (
                    "order",
                    models.TextField(
                        blank=True,
                        db_collation="C",
                        db_column="of_order",
                        db_default="",
                        default="",
                    ),
                ),
                ("on", models.DateField(db_column="on_day")),
                ("at", models.DateTimeField()),
                ("proposal", models.TextField(db_collation="C")),
            ],
            options={
                "db_table": "disbursement",
                "indexes": [
                    models.Index(
                        fields=["agreement", "institution_id"], name="disbursement_agreement"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("fen__gt", 0)), name="disbursement_amount"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("to__in", ("household", "supplier"))),
                        name="disbursement_to",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(fields=["party_id", "institution"], name="application_party"),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                fields=["standing", "institution", "id"], name="application_standing"
            ),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                condition=models.Q(("agreement", ""), _negated=True),
                fields=["agreement", "institution"],
                name="application_agreement",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.UniqueConstraint(
                fields=("application", "institution"), name="application_application"
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_fen__gt", 0)), name="application_amount"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="application",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "application_history" ("about", "agreement", "amount_fen", "application", "applied_at", "applied_by", "applied_on", "backers", "group", "id", "institution_id", "of", "party_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "product", "purpose", "repays", "standing", "times", "wants_person") VALUES (NEW."about", NEW."agreement", NEW."amount_fen", NEW."application", NEW."applied_at", NEW."applied_by", NEW."applied_on", NEW."backers", NEW."group", NEW."id", NEW."institution_id", NEW."of", NEW."party_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."product", NEW."purpose", NEW."repays", NEW."standing", NEW."times", NEW."wants_person"); RETURN NULL;',
                    hash="2da62ba0c49680f0eea8eb09c36ee540c1446472",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_d0db9",
                    table="application",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="application",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "application_history" ("about", "agreement", "amount_fen", "application", "applied_at", "applied_by", "applied_on", "backers", "group", "id", "institution_id", "of", "party_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "product", "purpose", "repays", "standing", "times", "wants_person") VALUES (NEW."about", NEW."agreement", NEW."amount_fen", NEW."application", NEW."applied_at", NEW."applied_by", NEW."applied_on", NEW."backers", NEW."group", NEW."id", NEW."institution_id", NEW."of", NEW."party_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."product", NEW."purpose", NEW."repays", NEW."standing", NEW."times", NEW."wants_person"); RETURN NULL;',
                    hash="cf92fb26413c2a3f7b76cefda5090cc2348998a7",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_f957b",
                    table="application",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="applicationhistory",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="3c2acdd5598347c1e9c8dc1d76a01f387b3e552d",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_cd06b",
                    table="application_history",
                    when="BEFORE",
                ),
            ),
        ),
    ]
