"""First passwords: a link from who proposed a person, a code from who agreed, both used once.

Neither of the two can sign in as the third, for neither has both halves.
"""

from __future__ import annotations

from datetime import datetime
from secrets import choice, compare_digest
from typing import Final

from django.contrib.auth.hashers import make_password
from django.db import transaction

from suixin.data.errors import InputError
from suixin.service.app.access import half, kept_half, welcome_until
from suixin.service.app.caller import Caller, forbidden
from suixin.service.app.permits import Act, check_may, check_may_confirm
from suixin.service.identity.models import Welcome
from suixin.service.store.session import acting

# Without what is read as something else: 0 O, 1 I L.
_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_CODE_LETTERS: Final = 10
_TRIES: Final = 5


def new_code() -> tuple[str, bytes]:
    """The half that is spoken, and what is kept of it."""
    code = "".join(choice(_LETTERS) for _ in range(_CODE_LETTERS))
    return code, kept_half(code)


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
                told, kept.link = half()
            elif caller.by == kept.agreed_by:
                check_may_confirm(caller, Act.MANAGE_PEOPLE)
                told, kept.code = new_code()
            else:
                raise forbidden(caller, "This welcome is told by the two who agreed to it.")
            kept.until = welcome_until(at)
            kept.save()
            return told
    wrong = f"No welcome of {username} waits."
    raise InputError("NO_WELCOME", wrong, "Renew the access, where the password was lost.")


def choose_password(link: str, code: str, password: str, *, at: datetime) -> None:
    """Use a welcome once; raises `InputError` NO_WELCOME, without telling which half was wrong."""
    # Hashing takes its time whether or not there is such a welcome.
    hashed = make_password(password)
    with transaction.atomic():
        rows = (
            Welcome.objects.select_for_update().select_related("user").filter(link=kept_half(link))
        )
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
    return compare_digest(told, kept_half(code.strip().upper()))
