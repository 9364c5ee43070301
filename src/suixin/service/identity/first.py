"""The first administrators, entered by the owner of the machine: there is nobody yet to agree.

Two of them, so that from then on two people agree to everything else. Each gets a link that is told
once and chooses his password by it; there is no password that anybody else ever knew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from allauth.mfa.models import Authenticator
from django.db import transaction

from suixin.data.errors import InputError
from suixin.kernel.policy import load_policy
from suixin.kernel.signatory import signatory
from suixin.service.app.access import half, welcome_until
from suixin.service.app.administration import checked_name, sign_in_name
from suixin.service.app.caller import Duty
from suixin.service.app.day import CHINA
from suixin.service.database import OWNER_ALIAS
from suixin.service.identity.models import User, Welcome
from suixin.service.store.models import Institution

BY: Final = "owner"


@dataclass(frozen=True, slots=True)
class First:
    """An administrator whom the owner entered: his link is told once and kept nowhere."""

    username: str
    link: str
    until: datetime


def enter_administrator(code: str, sign_in: str, name: str, *, at: datetime) -> First:
    """Enter one of the first administrators, or give him a new link where he lost his way in.

    Raises `InputError` NO_INSTITUTION, SIGN_IN, NAME, FIRST_DONE, KNOWN.
    """
    username, called = sign_in_name(code, sign_in), checked_name(name)
    link, kept = half()
    until = welcome_until(at)
    with transaction.atomic(using=OWNER_ALIAS):
        institution = _institution(code)
        found = User.objects.using(OWNER_ALIAS).filter(username=username).first()
        user = found or _entered(institution, username, called, at)
        if signatory(user.first_name) != signatory(called) or "administrator" not in user.duties:
            wrong = f"{username} is somebody else."
            raise InputError("KNOWN", wrong, "Take another name to sign in with.")
        user.set_unusable_password()
        user.save(using=OWNER_ALIAS)
        Authenticator.objects.using(OWNER_ALIAS).filter(user_id=user.pk).delete()
        Welcome.objects.using(OWNER_ALIAS).filter(user=user).delete()
        Welcome.objects.using(OWNER_ALIAS).create(
            user=user, institution_id=institution, made_by=BY, link=kept, until=until
        )
    return First(username, link, until)


def _entered(institution: int, username: str, name: str, at: datetime) -> User:
    people = User.objects.using(OWNER_ALIAS).filter(
        institution_id=institution, duties__contains=[Duty.ADMINISTRATOR.value]
    )
    known = [signatory(one.first_name) for one in people if one.is_active]
    most = load_policy("access").on(at.astimezone(CHINA).date())["duties.first"]
    if len(known) >= most:
        wrong = f"There are {len(known)} administrators already."
        raise InputError("FIRST_DONE", wrong, "They invite all others: one proposes, one agrees.")
    if signatory(name) in known:
        raise InputError("KNOWN", f"{name} is the other administrator.", "Enter a second person.")
    user = User(
        institution_id=institution,
        username=username,
        first_name=name,
        duties=[Duty.ADMINISTRATOR.value],
    )
    user.set_unusable_password()
    user.save(using=OWNER_ALIAS)
    return user


def _institution(code: str) -> int:
    # Its row is locked, so that two who enter a first one at once are counted one after the other.
    rows = Institution.objects.using(OWNER_ALIAS).select_for_update().filter(code=code)
    for found in rows:
        return found.id
    wrong = f"There is no institution {code}."
    raise InputError("NO_INSTITUTION", wrong, f"Run suixin institution open {code} first.")
