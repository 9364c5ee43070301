"""The database's form, brought forward: every migration whole or not at all, one process at a time.

Run as the owner. There is no way back: an older form is a backup's.
"""

from __future__ import annotations

from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from suixin.service.database import OWNER_ALIAS

_LOCK = "select pg_advisory_lock(hashtext('suixin.migrate'))"
_UNLOCK = "select pg_advisory_unlock(hashtext('suixin.migrate'))"


def migrate() -> tuple[str, ...]:
    """Apply what is missing, and tell it by name; a second process waits and finds nothing to do.

    What a kill interrupts is as if it had not begun.
    """
    owner = connections[OWNER_ALIAS]
    with owner.cursor() as cursor:
        cursor.execute(_LOCK)
        try:
            executor = MigrationExecutor(owner)
            missing = _missing(executor)
            executor.migrate(executor.loader.graph.leaf_nodes())
        except BaseException:
            owner.close()  # The lock ends with its connection.
            raise
        cursor.execute(_UNLOCK)
    return missing


def behind() -> tuple[str, ...]:
    """The migrations that the database lacks, by name."""
    return _missing(MigrationExecutor(connections[OWNER_ALIAS]))


def _missing(executor: MigrationExecutor) -> tuple[str, ...]:
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return tuple(f"{step.app_label}.{step.name}" for step, _ in plan)
