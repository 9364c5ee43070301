"""People who sign in. Each works for one institution, in the duties that two people gave him."""

from __future__ import annotations

from typing import Any, ClassVar, Final

import pghistory
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.crypto import salted_hmac

from suixin.service.app.caller import Caller, Duty
from suixin.service.identity.imports import ImportBatch, ImportRow
from suixin.service.identity.policy_changes import PolicyChange

__all__ = ["ImportBatch", "ImportRow", "PolicyChange", "User", "Welcome"]

# What somebody may do. Names and passwords have no history: it would outlive them.
_TOLD: Final = [
    "institution",
    "username",
    "duties",
    "villages",
    "county",
    "station",
    "party_id",
    "is_active",
    "agreed",
]


@pghistory.track(fields=_TOLD, model_name="UserHistory", meta={"db_table": "user_history"})
class User(AbstractUser):
    """One who signs in. His `party_id` is set where he is a household, `villages` for an agent.

    `agreed` is the proposal by which he became what he is; the database looks for it.
    """

    institution_id: int | None
    institution: Any = models.ForeignKey(
        "store.Institution", on_delete=models.PROTECT, null=True, related_name="+"
    )
    duties: Any = ArrayField(models.CharField(max_length=32), default=list)
    villages: Any = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    county: Any = models.CharField(max_length=64, blank=True)
    station: Any = models.CharField(max_length=64, blank=True)
    party_id: Any = models.CharField(max_length=64, blank=True)
    agreed: Any = models.CharField(max_length=64, blank=True)

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
            county=self.county,
            party=self.party_id,
        )

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session is held against at each request: whoever's duties change signs in anew."""
        told = [self.password, str(self.institution_id), self.party_id, self.agreed]
        told += [*sorted(self.duties), "", *sorted(self.villages), "", self.county, self.station]
        salt = "suixin.service.identity.User"
        return salted_hmac(salt, "\0".join(told), secret=secret, algorithm="sha256").hexdigest()


class Welcome(models.Model):
    """A first password that waits to be chosen: by who has the link and the code, once.

    The link is given by who proposed the person, the code by who agreed, each kept as a hash.
    """

    user: Any = models.OneToOneField(User, models.CASCADE, primary_key=True)
    institution_id: Any = models.IntegerField()
    made_by: Any = models.CharField(max_length=64)
    agreed_by: Any = models.CharField(max_length=64, blank=True)
    link: Any = models.BinaryField(null=True, unique=True)
    code: Any = models.BinaryField(null=True)
    until: Any = models.DateTimeField()
    failures: Any = models.SmallIntegerField(default=0)

    class Meta:
        db_table = "welcome"
