"""What the stations keep: devices, what they sent, what was in conflict, tasks, commissions.

Every row is an institution's, and the database holds each to that.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from suixin.service.store import columns


class Device(models.Model):
    """A device of an agent's. `seq` and `last_hash` are where its chain of operations stands."""

    pk = models.CompositePrimaryKey("institution_id", "device")
    institution_id = columns.whole()
    device = columns.code()
    agent = columns.code()
    title = columns.words()
    public_key = columns.raw()
    standing = columns.code(default="announced", db_default="announced")
    seq = columns.big(default=0, db_default=0)
    last_hash = columns.code_or_empty()
    announced_at = columns.moment_given()
    agreed = columns.code_or_empty()
    expires_on = columns.day_or_none()
    seen_at = columns.moment_or_none()
    ended_at = columns.moment_or_none()
    ended_why = columns.words()

    class Meta:
        db_table = "station_device"


class Operation(models.Model):
    """One thing done at a station, as it was sent and what came of it.

    `sealed` goes once the operation is done with: only its hash stays.
    """

    pk = models.CompositePrimaryKey("institution_id", "op_id")
    institution_id = columns.whole()
    op_id = columns.code()
    device = columns.code()
    seq = columns.big()
    hash = columns.code()
    agent = columns.code()
    kind = columns.code()
    entity = columns.code()
    party_id = columns.code_or_empty()
    told = columns.content()
    sealed = columns.code_or_empty()
    received_at = columns.moment_given()
    happened_at = columns.moment_given()
    happened_after = columns.moment_given()
    time_uncertain = columns.flag()
    clock_off = columns.flag()
    outcome = columns.code()
    code = columns.code_or_empty()
    words = columns.words()
    result = columns.content(default=dict, db_default={})

    class Meta:
        db_table = "station_operation"
        constraints = (
            models.UniqueConstraint(
                fields=("institution_id", "device", "seq"), name="station_operation_seq"
            ),
        )
        indexes = (
            models.Index(fields=("institution_id", "entity"), name="station_operation_entity"),
            models.Index(
                fields=("institution_id", "device", "seq"),
                name="station_operation_held",
                condition=Q(outcome="held"),
            ),
        )


class Entity(models.Model):
    """A household as a device named it, and the party that it is here."""

    pk = models.CompositePrimaryKey("institution_id", "entity")
    institution_id = columns.whole()
    entity = columns.code()
    party_id = columns.code()
    op_id = columns.code()
    agent = columns.code()

    class Meta:
        db_table = "station_entity"


class Conflict(models.Model):
    """Two things told of one household: both are kept and shown, and a person picks."""

    pk = models.CompositePrimaryKey("institution_id", "conflict")
    institution_id = columns.whole()
    conflict = columns.code()
    kind = columns.code()
    village_code = columns.code()
    party_id = columns.code_or_empty()
    other_party = columns.code_or_empty()
    op_id = columns.code()
    first_op = columns.code_or_empty()
    agents = columns.codes()
    raised_at = columns.moment_given()
    standing = columns.code(default="open", db_default="open")
    verdict = columns.code_or_empty()
    settled_by = columns.code_or_empty()
    settled_at = columns.moment_or_none()
    settled_why = columns.words()

    class Meta:
        db_table = "station_conflict"


class Task(models.Model):
    """Something to do in a village; it is done once."""

    pk = models.CompositePrimaryKey("institution_id", "task")
    institution_id = columns.whole()
    task = columns.code()
    village_code = columns.code()
    party_id = columns.code_or_empty()
    kind = columns.code()
    words = columns.words()
    due_on = columns.day()
    made_by = columns.code()
    made_at = columns.moment_given()
    done_at = columns.moment_or_none()
    done_by = columns.code_or_empty()
    op_id = columns.code_or_empty()
    notes = columns.content(default=list, db_default=[])

    class Meta:
        db_table = "station_task"
        indexes = (models.Index(fields=("institution_id", "due_on"), name="station_task_due"),)


class Commission(models.Model):
    """What an agent earned for one thing, or gives back of it (`of` names what is given back)."""

    pk = models.CompositePrimaryKey("institution_id", "commission")
    institution_id = columns.whole()
    commission = columns.code()
    agent = columns.code()
    kind = columns.code()
    party_id = columns.code_or_empty()
    op_id = columns.code()
    on_day = columns.day()
    fen = columns.fen()
    of = columns.code_or_empty()
    why = columns.words()

    class Meta:
        db_table = "station_commission"
        indexes = (
            models.Index(
                fields=("institution_id", "agent", "on_day"), name="station_commission_agent"
            ),
        )


class Upload(models.Model):
    """A sealed paper on its way: as many of its bytes as came."""

    pk = models.CompositePrimaryKey("institution_id", "upload")
    institution_id = columns.whole()
    upload = columns.code()
    device = columns.code()
    agent = columns.code()
    length = columns.whole()
    received = columns.whole(default=0, db_default=0)
    sha256 = columns.code()
    party_id = columns.code_or_empty()
    kind = columns.code_or_empty()
    begun_at = columns.moment_given()
    expires_at = columns.moment_given()
    whole_at = columns.moment_or_none()

    class Meta:
        db_table = "station_upload"
        constraints = (
            models.UniqueConstraint(
                fields=("institution_id", "device", "sha256"), name="station_upload_once"
            ),
        )


class Piece(models.Model):
    """A piece of an upload, at its place."""

    pk = models.CompositePrimaryKey("institution_id", "upload", "at_byte")
    institution_id = columns.whole()
    upload = columns.code()
    at_byte = columns.whole()
    content = columns.raw()

    class Meta:
        db_table = "station_piece"


class Change(models.Model):
    """That something in a village changed, for whoever follows; written by triggers."""

    pk = models.CompositePrimaryKey("institution_id", "number")
    institution_id = columns.whole()
    number = columns.big()
    written_by = columns.big()
    village_code = columns.code()
    party_id = columns.code()
    gone = columns.flag()
    at = columns.moment()

    class Meta:
        db_table = "station_change"
        indexes = (
            models.Index(
                fields=("institution_id", "written_by", "number"), name="station_change_order"
            ),
        )
