"""The log as the database keeps it, and the openings of its entries."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from suixin.service.store import columns


class LogEntry(models.Model):
    """An entry of an institution's log: its bytes and its leaf hash."""

    pk = models.CompositePrimaryKey("institution_id", "index")
    institution_id = columns.whole()
    index = columns.big()
    leaf = columns.raw()
    raw = columns.raw()

    class Meta:
        db_table = "log_entry"
        indexes = (models.Index(fields=("leaf", "institution_id"), name="log_entry_leaf"),)


class LogTile(models.Model):
    """A full tile: 256 hashes of a level that lie side by side, and the one above them."""

    pk = models.CompositePrimaryKey("institution_id", "level", "index")
    institution_id = columns.whole()
    level = columns.small()
    index = columns.big()
    hashes = columns.raw()
    root = columns.raw()

    class Meta:
        db_table = "log_tile"


class LogAuthor(models.Model):
    """The number that an author's next entry will have."""

    pk = models.CompositePrimaryKey("institution_id", "name")
    institution_id = columns.whole()
    name = columns.code()
    next_seq = columns.big()

    class Meta:
        db_table = "log_author"


class LogHead(models.Model):
    """How many entries there are, and the last signed checkpoint with its cosignatures.

    `token` is new with each batch: by it a process sees whether what it remembers of the tree is
    the tree that stands, also after a transaction of its own was taken back.
    """

    institution_id = columns.whole(primary_key=True)
    size = columns.big(default=0, db_default=0)
    token = columns.token()
    note = columns.text_or_none()

    class Meta:
        db_table = "log_head"


class Opening(models.Model):
    """What a log's entry hides: sealed under its person's key, where it is about a person.

    It goes with that key, and no history is kept of it.
    """

    pk = models.CompositePrimaryKey("institution_id", "leaf")
    institution_id = columns.whole()
    leaf = columns.raw()
    party_id = columns.code_or_empty()
    kept = columns.raw()

    class Meta:
        db_table = "opening"
        indexes = (
            models.Index(
                fields=("party_id", "institution_id"),
                condition=~Q(party_id=""),
                name="opening_party",
            ),
        )
