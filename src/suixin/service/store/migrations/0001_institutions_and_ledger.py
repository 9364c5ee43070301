"""Institutions, their charts and their ledgers."""

from __future__ import annotations

import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("code", models.TextField(db_collation="C")),
                ("books", models.TextField(db_collation="C")),
                ("side", models.TextField(db_collation="C")),
                ("zh", models.TextField(blank=True, db_default="", default="")),
                ("en", models.TextField(blank=True, db_default="", default="")),
            ],
            options={
                "db_table": "account",
            },
        ),
        migrations.CreateModel(
            name="InstitutionHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.IntegerField()),
                ("code", models.TextField(db_collation="C")),
                ("name", models.TextField(blank=True, db_default="", default="")),
                ("books", models.TextField(db_collation="C")),
                (
                    "origin",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                ("opened_on", models.DateField()),
                ("closed_through", models.DateField(blank=True, null=True)),
            ],
            options={
                "db_table": "institution_history",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Posting",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "institution_id",
                        "transaction_id",
                        "line",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("institution_id", models.IntegerField()),
                ("transaction_id", models.BigIntegerField()),
                ("line", models.SmallIntegerField()),
                ("account", models.TextField(db_collation="C")),
                ("fen", models.BigIntegerField()),
                ("currency", models.TextField(db_collation="C")),
                ("agreement", models.TextField(db_collation="C")),
                ("party", models.TextField(db_collation="C")),
                ("sheet", models.TextField(db_collation="C")),
                ("mode", models.TextField(db_collation="C")),
                ("tier", models.TextField(db_collation="C")),
                ("value_on", models.DateField()),
                ("booked_on", models.DateField()),
            ],
            options={
                "db_table": "posting",
            },
        ),
        migrations.CreateModel(
            name="Transaction",
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
                ("key", models.TextField(db_collation="C")),
                ("step", models.SmallIntegerField(db_default=0)),
                ("standing", models.TextField(db_collation="C")),
                ("value_on", models.DateField()),
                ("booked_on", models.DateField()),
                ("text", models.TextField(blank=True, db_default="", default="")),
                (
                    "reverses",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                (
                    "corrects",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                ("pair", models.TextField(blank=True, db_collation="C", db_default="", default="")),
                ("lines", models.SmallIntegerField()),
                ("held", models.JSONField(null=True)),
                (
                    "entered_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
            ],
            options={
                "db_table": "transaction",
            },
        ),
        migrations.CreateModel(
            name="Institution",
            fields=[
                ("id", models.AutoField(primary_key=True, serialize=False)),
                ("code", models.TextField(db_collation="C", unique=True)),
                ("name", models.TextField(blank=True, db_default="", default="")),
                ("books", models.TextField(db_collation="C")),
                (
                    "origin",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                ("opened_on", models.DateField()),
                ("closed_through", models.DateField(blank=True, null=True)),
            ],
            options={
                "db_table": "institution",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("books__in", ("lender", "fund", "co_op"))),
                        name="institution_books",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AccountHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                ("code", models.TextField(db_collation="C")),
                ("books", models.TextField(db_collation="C")),
                ("side", models.TextField(db_collation="C")),
                ("zh", models.TextField(blank=True, db_default="", default="")),
                ("en", models.TextField(blank=True, db_default="", default="")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="store.account",
                    ),
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
            ],
            options={
                "db_table": "account_history",
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="account",
            name="institution",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="store.institution"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="institution",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "institution_history" ("books", "closed_through", "code", "id", "name", "opened_on", "origin", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."books", NEW."closed_through", NEW."code", NEW."id", NEW."name", NEW."opened_on", NEW."origin", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id"); RETURN NULL;',
                    hash="a4e1acd74eff8cfcdabcf111ad28ea2ec3020dcf",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_69dd4",
                    table="institution",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="institution",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "institution_history" ("books", "closed_through", "code", "id", "name", "opened_on", "origin", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."books", NEW."closed_through", NEW."code", NEW."id", NEW."name", NEW."opened_on", NEW."origin", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id"); RETURN NULL;',
                    hash="cde7a25c4814987c409cdc81621de9c566fd2b79",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_7116e",
                    table="institution",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="institutionhistory",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="store.institution",
            ),
        ),
        migrations.AddIndex(
            model_name="posting",
            index=models.Index(
                condition=models.Q(("agreement", ""), _negated=True),
                fields=["agreement", "institution_id", "transaction_id"],
                name="posting_agreement",
            ),
        ),
        migrations.AddIndex(
            model_name="posting",
            index=models.Index(
                fields=["account", "institution_id", "value_on"], name="posting_account"
            ),
        ),
        migrations.AddIndex(
            model_name="transaction",
            index=models.Index(
                condition=models.Q(("pair", ""), _negated=True),
                fields=["pair", "institution_id"],
                name="transaction_pair",
            ),
        ),
        migrations.AddConstraint(
            model_name="transaction",
            constraint=models.UniqueConstraint(
                fields=("key", "institution_id", "step"), name="transaction_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="transaction",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("standing", "posted"), models.Q(("reverses", ""), _negated=True)
                ),
                fields=("reverses", "institution_id"),
                name="transaction_reversed_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="transaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("step", 0), ("standing__in", ("posted", "pending"))),
                    models.Q(("step", 1), ("standing__in", ("posted", "voided"))),
                    _connector="OR",
                ),
                name="transaction_standing",
            ),
        ),
        migrations.AddConstraint(
            model_name="transaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("held__isnull", False), ("standing", "pending")),
                    models.Q(
                        models.Q(("standing", "pending"), _negated=True), ("held__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="transaction_held",
            ),
        ),
        migrations.AddConstraint(
            model_name="transaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("key", ""), _negated=True),
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("key"), 300
                    ),
                    ("lines__gte", 1),
                ),
                name="transaction_key_length",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="accounthistory",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="7e73842c39ed7d94882b5d5f21b1a0f9acea604b",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_40500",
                    table="account_history",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.UniqueConstraint(fields=("code", "institution"), name="account_code"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="account",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "account_history" ("books", "code", "en", "id", "institution_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "side", "zh") VALUES (NEW."books", NEW."code", NEW."en", NEW."id", NEW."institution_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."side", NEW."zh"); RETURN NULL;',
                    hash="4807884fa0947be359de8687edb973f5b42bb4f4",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_16e66",
                    table="account",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="account",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "account_history" ("books", "code", "en", "id", "institution_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "side", "zh") VALUES (NEW."books", NEW."code", NEW."en", NEW."id", NEW."institution_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."side", NEW."zh"); RETURN NULL;',
                    hash="7bf953dcfc77191a78b2aadc895ae25d6c1edb0f",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_2b710",
                    table="account",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="institutionhistory",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="41d203c559f0e35d64f9b00a5193f4a91e7775b7",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_8c007",
                    table="institution_history",
                    when="BEFORE",
                ),
            ),
        ),
    ]
