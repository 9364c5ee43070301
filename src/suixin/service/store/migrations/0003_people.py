"""Parties, what is sealed of them, and what they allow."""

from __future__ import annotations

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0002_ledger_rules"),
    ]

    operations = [
        migrations.CreateModel(
            name="Erasure",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "party_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("party_id", models.TextField(db_collation="C")),
                (
                    "erased_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
            ],
            options={
                "db_table": "erasure",
            },
        ),
        migrations.CreateModel(
            name="PersonKey",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "party_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("party_id", models.TextField(db_collation="C")),
                ("wrapped_by", models.TextField(db_collation="C")),
                ("wrapped", models.BinaryField()),
            ],
            options={
                "db_table": "person_key",
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("consent", models.TextField(db_collation="C")),
                ("party_id", models.TextField(db_collation="C")),
                ("purpose", models.TextField(db_collation="C")),
                ("receiver", models.TextField(db_collation="C")),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), db_default=[], default=list, size=None
                    ),
                ),
                ("since", models.DateField()),
                ("until", models.DateField()),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
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
                "db_table": "consent",
            },
        ),
        migrations.CreateModel(
            name="ConsentHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                ("consent", models.TextField(db_collation="C")),
                ("party_id", models.TextField(db_collation="C")),
                ("purpose", models.TextField(db_collation="C")),
                ("receiver", models.TextField(db_collation="C")),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), db_default=[], default=list, size=None
                    ),
                ),
                ("since", models.DateField()),
                ("until", models.DateField()),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
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
                        to="store.consent",
                    ),
                ),
            ],
            options={
                "db_table": "consent_history",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Party",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("party_id", models.TextField(db_collation="C")),
                ("kind", models.TextField(db_collation="C")),
                (
                    "village_code",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                (
                    "household_id",
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
                "db_table": "party",
            },
        ),
        migrations.CreateModel(
            name="PartyHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                ("party_id", models.TextField(db_collation="C")),
                ("kind", models.TextField(db_collation="C")),
                (
                    "village_code",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                (
                    "household_id",
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
                        to="store.party",
                    ),
                ),
            ],
            options={
                "db_table": "party_history",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PersonalField",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "party_id",
                        "name",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("party_id", models.TextField(db_collation="C")),
                ("name", models.TextField(db_collation="C")),
                ("sealed", models.BinaryField()),
                ("lookup", models.BinaryField(null=True)),
            ],
            options={
                "db_table": "personal_field",
                "indexes": [
                    models.Index(
                        condition=models.Q(("lookup__isnull", False)),
                        fields=["lookup", "institution_id", "name"],
                        name="personal_field_lookup",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="consent",
            index=models.Index(fields=["party_id", "institution"], name="consent_party"),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.UniqueConstraint(
                fields=("consent", "institution"), name="consent_consent"
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gte", models.F("since"))), name="consent_until"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="consent",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "consent_history" ("consent", "id", "institution_id", "kinds", "party_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "purpose", "receiver", "revoked_at", "since", "until") VALUES (NEW."consent", NEW."id", NEW."institution_id", NEW."kinds", NEW."party_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."purpose", NEW."receiver", NEW."revoked_at", NEW."since", NEW."until"); RETURN NULL;',
                    hash="bf14f4325a09b46c19529c08d7c28324af2d4858",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_347cf",
                    table="consent",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="consent",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "consent_history" ("consent", "id", "institution_id", "kinds", "party_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "purpose", "receiver", "revoked_at", "since", "until") VALUES (NEW."consent", NEW."id", NEW."institution_id", NEW."kinds", NEW."party_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."purpose", NEW."receiver", NEW."revoked_at", NEW."since", NEW."until"); RETURN NULL;',
                    hash="773bcc23da0f981de7589b66a384c4273f47b505",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_710a6",
                    table="consent",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="consenthistory",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="7665a1612a5a515c4a48f5bfec4bcd9d26b12e6f",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_78671",
                    table="consent_history",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="party",
            index=models.Index(
                condition=models.Q(("village_code", ""), _negated=True),
                fields=["village_code", "institution"],
                name="party_village",
            ),
        ),
        migrations.AddConstraint(
            model_name="party",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        ("person", "household", "business", "co-operative", "station", "office"),
                    )
                ),
                name="party_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="party",
            constraint=models.UniqueConstraint(
                fields=("party_id", "institution"), name="party_party_id"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="party",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "party_history" ("household_id", "id", "institution_id", "kind", "party_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "village_code") VALUES (NEW."household_id", NEW."id", NEW."institution_id", NEW."kind", NEW."party_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."village_code"); RETURN NULL;',
                    hash="bee955bcfece4b44a34a81a1a0251f2d5fd8cf0b",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_145a1",
                    table="party",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="party",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "party_history" ("household_id", "id", "institution_id", "kind", "party_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "village_code") VALUES (NEW."household_id", NEW."id", NEW."institution_id", NEW."kind", NEW."party_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."village_code"); RETURN NULL;',
                    hash="1c653e53930c275bec82e4edeeb30153fdd2becb",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_e7fe5",
                    table="party",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="partyhistory",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="035f6b428836f314215b14717aacdce69f474838",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_e787f",
                    table="party_history",
                    when="BEFORE",
                ),
            ),
        ),
    ]
