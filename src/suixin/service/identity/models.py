"""People who sign in. Each works for one institution, in the duties that two people gave him."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models

from suixin.service.app.caller import Caller, Duty


class User(AbstractUser):
    """One who signs in. His `party_id` is set where he is a household, `villages` for an agent."""

    institution_id: int | None
    institution: Any = models.ForeignKey(
        "store.Institution", on_delete=models.PROTECT, null=True, related_name="+"
    )
    duties: Any = ArrayField(models.CharField(max_length=32), default=list)
    villages: Any = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    party_id: Any = models.CharField(max_length=64, blank=True)

    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        db_table = "user"

    def caller(self) -> Caller:
        """This user as one who asks for an act; raises where he belongs to no institution."""
        if self.institution_id is None:
            raise AssertionError(f"User {self.pk} belongs to no institution.")
        return Caller(
            institution=self.institution_id,
            by=f"user:{self.pk}",
            duties=frozenset(Duty(duty) for duty in self.duties),
            villages=tuple(self.villages),
            party=self.party_id,
        )
