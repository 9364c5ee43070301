"""First passwords: a link from who proposed a person, a code from who agreed, both used once.

Neither of the two can sign in as the third, for neither has both halves.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from secrets import choice, compare_digest, token_urlsafe
from typing import Final

from django.contrib.auth.hashers import make_password
from django.db import transaction

from suixin.data.errors import InputError
from suixin.kernel.policy import load_policy
from suixin.service.app.caller import Caller, forbidden
from suixin.service.app.day import CHINA
from suixin.service.app.permits import Act, check_may, check_may_confirm
from suixin.service.identity.models import Welcome
from suixin.service.store.session import acting

# Without what is read as something else: 0 O, 1 I L.
_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_CODE_LETTERS: Final = 10
_TRIES: Final = 5


def hours_of(at: datetime) -> timedelta:
    """How long a welcome lasts, as of a moment."""
    policy = load_policy("access").on(at.astimezone(CHINA).date())
    return timedelta(hours=policy["welcome.length"])


def new_link() -> tuple[str, bytes]:
    """The half that is a link, and what is kept of it."""
    link = token_urlsafe(32)
    return link, _kept(link)


def new_code() -> tuple[str, bytes]:
    """The half that is spoken, and what is kept of it."""
    code = "".join(choice(_LETTERS) for _ in range(_CODE_LETTERS))
    return code, _kept(code)


def my_half(caller: Caller, username: str, *, at: datetime) -> str:
    """A caller's half of somebody's welcome, made anew each time: a link, or a code.

    Who proposed the person has the link, who agreed has the code; one that was told before counts
    no more. Raises `InputError` NOT_PERMITTED, NO_WELCOME.
    """
    with acting(caller.actor("told a half of a welcome")):
        rows = Welcome.objects.select_for_update().filter(
            institution_id=caller.institution, user__username=username
        )
        for kept in rows:
            if caller.by == kept.made_by:
                check_may(caller, Act.MANAGE_PEOPLE)
                told, kept.link = new_link()
            elif caller.by == kept.agreed_by:
                check_may_confirm(caller, Act.MANAGE_PEOPLE)
                told, kept.code = new_code()
            else:
                raise forbidden(caller, "This welcome is told by the two who agreed to it.")
            kept.until = at + hours_of(at)
            kept.save()
            return told
    wrong = f"No welcome of {username} waits."
    raise InputError("NO_WELCOME", wrong, "Renew the access, where the password was lost.")


def choose_password(link: str, code: str, password: str, *, at: datetime) -> None:
    """Use a welcome once; raises `InputError` NO_WELCOME, without telling which half was wrong."""
    # Hashing takes its time whether or not there is such a welcome.
    hashed = make_password(password)
    with transaction.atomic():
        rows = Welcome.objects.select_for_update().select_related("user").filter(link=_kept(link))
        for kept in rows:
            if _fits(kept, code, at):
                kept.user.password = hashed
                kept.user.save(update_fields=["password"])
                kept.delete()
                return
            kept.failures += 1
            kept.save(update_fields=["failures"])
            if kept.failures >= _TRIES:
                kept.delete()
    wrong = "The link or the code is wrong, was used, or is too old."
    raise InputError("NO_WELCOME", wrong, "Ask the two who gave them to you for new ones.")


def _fits(kept: Welcome, code: str, at: datetime) -> bool:
    if not kept.user.is_active or at >= kept.until:
        return False
    # The first administrators, who are entered by the owner of the machine, have no second half.
    if not kept.agreed_by:
        return kept.code is None
    told = bytes(kept.code) if kept.code is not None else b""
    return compare_digest(told, _kept(code.strip().upper()))


def _kept(half: str) -> bytes:
    return hashlib.sha256(half.encode()).digest()
