"""The kinds of column there are, typed once: a model is then a list of names.

Texts that are compared or sorted are in the collation "C", the same on every server.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now


def code(**options: Any) -> models.TextField[str, str]:
    """A name that machines compare: an id, a key, an account."""
    return models.TextField(db_collation="C", **options)


def code_or_empty(**options: Any) -> models.TextField[str, str]:
    """A name that may be absent, which is the empty text."""
    return code(blank=True, default="", db_default="", **options)


def words() -> models.TextField[str, str]:
    """Text for people; may be empty."""
    return models.TextField(blank=True, default="", db_default="")


def whole(**options: Any) -> models.IntegerField[int, int]:
    """A whole number."""
    return models.IntegerField(**options)


def whole_or_none(**options: Any) -> models.IntegerField[int | None, int | None]:
    """A whole number, or none."""
    return models.IntegerField(null=True, blank=True, **options)


def serial() -> models.AutoField[int, int]:
    """The row's own small number, given by the server."""
    return models.AutoField(primary_key=True)


def number() -> models.BigAutoField[int, int]:
    """The row's own number, given by the server."""
    return models.BigAutoField(primary_key=True)


def small(**options: Any) -> models.SmallIntegerField[int, int]:
    """A small whole number."""
    return models.SmallIntegerField(**options)


def big(**options: Any) -> models.BigIntegerField[int, int]:
    """A large whole number: a row's own number, or a count."""
    return models.BigIntegerField(**options)


def text() -> models.TextField[str, str]:
    """Text that is there."""
    return models.TextField()


def text_or_none() -> models.TextField[str | None, str | None]:
    """Text, or none."""
    return models.TextField(null=True, blank=True)


def fen() -> models.BigIntegerField[int, int]:
    """An amount in fen; 0 unless said."""
    return models.BigIntegerField(default=0, db_default=0)


def fen_or_none() -> models.BigIntegerField[int | None, int | None]:
    """An amount in fen, or none where there is no such thing."""
    return models.BigIntegerField(null=True, blank=True)


def exact() -> models.DecimalField[Decimal, Decimal]:
    """A whole number of any size; 0 unless said."""
    return models.DecimalField(
        max_digits=60, decimal_places=0, default=Decimal(0), db_default=Decimal(0)
    )


def day(**options: Any) -> models.DateField[date, date]:
    """A day."""
    return models.DateField(**options)


def day_or_none() -> models.DateField[date | None, date | None]:
    """A day, or none."""
    return models.DateField(null=True, blank=True)


def moment() -> models.DateTimeField[datetime, datetime]:
    """When the row was written, by the server's clock."""
    return models.DateTimeField(db_default=Now(), editable=False)


def moment_given() -> models.DateTimeField[datetime, datetime]:
    """An instant that the writer tells."""
    return models.DateTimeField()


def moment_or_none() -> models.DateTimeField[datetime | None, datetime | None]:
    """An instant, or none."""
    return models.DateTimeField(null=True, blank=True)


def flag() -> models.BooleanField[bool, bool]:
    """Yes or no; no unless said."""
    return models.BooleanField(default=False, db_default=False)


def token() -> models.UUIDField[UUID, UUID]:
    """A mark that no other row has."""
    return models.UUIDField()


def raw(**options: Any) -> models.BinaryField[bytes, bytes]:
    """Bytes."""
    return models.BinaryField(**options)


def content(**options: Any) -> models.JSONField[Any, Any]:
    """What only its own kind can read."""
    return models.JSONField(**options)


def codes() -> ArrayField[list[str], list[str]]:
    """Several names; none unless said."""
    return ArrayField(models.TextField(), default=list, db_default=[])


def days() -> ArrayField[list[date], list[date]]:
    """Several days; none unless said."""
    return ArrayField(models.DateField(), default=list, db_default=[])


def fens() -> ArrayField[list[int], list[int]]:
    """Several amounts in fen; none unless said."""
    return ArrayField(models.BigIntegerField(), default=list, db_default=[])


def days_or_none() -> ArrayField[list[date] | None, list[date] | None]:
    """Several days, or none."""
    return ArrayField(models.DateField(), null=True, blank=True)


def fens_or_none() -> ArrayField[list[int] | None, list[int] | None]:
    """Several amounts in fen, or none."""
    return ArrayField(models.BigIntegerField(), null=True, blank=True)
