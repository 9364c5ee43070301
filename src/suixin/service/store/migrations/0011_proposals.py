"""Proposals: acts that wait for a second person."""

from __future__ import annotations

import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0010_day_end_rules"),
    ]

    operations = [
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("proposal", models.TextField(db_collation="C")),
                ("act", models.TextField(db_collation="C")),
                ("subject", models.TextField(db_collation="C")),
                ("content", models.TextField()),
                ("digest", models.TextField(db_collation="C")),
                ("proposed_by", models.TextField(db_collation="C")),
                ("proposed_at", models.DateTimeField()),
                ("proposed_why", models.TextField(blank=True, db_default="", default="")),
                (
                    "standing",
                    models.TextField(db_collation="C", db_default="waiting", default="waiting"),
                ),
                (
                    "ended_by",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("ended_why", models.TextField(blank=True, db_default="", default="")),
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
                "db_table": "proposal",
            },
        ),
        migrations.CreateModel(
            name="ProposalHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                ("proposal", models.TextField(db_collation="C")),
                ("act", models.TextField(db_collation="C")),
                ("subject", models.TextField(db_collation="C")),
                ("content", models.TextField()),
                ("digest", models.TextField(db_collation="C")),
                ("proposed_by", models.TextField(db_collation="C")),
                ("proposed_at", models.DateTimeField()),
                ("proposed_why", models.TextField(blank=True, db_default="", default="")),
                (
                    "standing",
                    models.TextField(db_collation="C", db_default="waiting", default="waiting"),
                ),
                (
                    "ended_by",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("ended_why", models.TextField(blank=True, db_default="", default="")),
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
                        to="store.proposal",
                    ),
                ),
            ],
            options={
                "db_table": "proposal_history",
                "abstract": False,
            },
        ),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(
                condition=models.Q(("standing", "waiting")),
                fields=["act", "institution"],
                name="proposal_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(fields=["subject", "institution"], name="proposal_subject"),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.UniqueConstraint(
                fields=("proposal", "institution"), name="proposal_proposal"
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("standing__in", ("waiting", "confirmed", "rejected"))),
                name="proposal_standing",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("ended_by", ""), ("standing", "waiting")),
                    models.Q(
                        models.Q(("standing", "waiting"), _negated=True),
                        models.Q(("ended_by", ""), _negated=True),
                        ("ended_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="proposal_ended",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("standing", "confirmed"), _negated=True),
                    models.Q(("ended_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="proposal_two_people",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="proposal",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "proposal_history" ("act", "content", "digest", "ended_at", "ended_by", "ended_why", "id", "institution_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proposal", "proposed_at", "proposed_by", "proposed_why", "standing", "subject") VALUES (NEW."act", NEW."content", NEW."digest", NEW."ended_at", NEW."ended_by", NEW."ended_why", NEW."id", NEW."institution_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."proposal", NEW."proposed_at", NEW."proposed_by", NEW."proposed_why", NEW."standing", NEW."subject"); RETURN NULL;',
                    hash="f18af036dcf3398f3bd17d352b03983f5caf6405",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_d2fa5",
                    table="proposal",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="proposal",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "proposal_history" ("act", "content", "digest", "ended_at", "ended_by", "ended_why", "id", "institution_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proposal", "proposed_at", "proposed_by", "proposed_why", "standing", "subject") VALUES (NEW."act", NEW."content", NEW."digest", NEW."ended_at", NEW."ended_by", NEW."ended_why", NEW."id", NEW."institution_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."proposal", NEW."proposed_at", NEW."proposed_by", NEW."proposed_why", NEW."standing", NEW."subject"); RETURN NULL;',
                    hash="5b572a344d921f47081bcbaf54efcf721305041f",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_d58e2",
                    table="proposal",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="proposalhistory",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="b6c7afa84faa60918abcd930107cc392cb28b937",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_443a0",
                    table="proposal_history",
                    when="BEFORE",
                ),
            ),
        ),
    ]
