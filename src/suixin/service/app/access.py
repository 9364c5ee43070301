"""A household's own way in: opened by who took it on, used by a link that is told once."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Final

from django.contrib.auth.hashers import make_password

from suixin.data.errors import InputError
from suixin.evidence.entry import Kind
from suixin.kernel.policy import load_policy
from suixin.service.app.caller import Caller
from suixin.service.app.day import CHINA
from suixin.service.app.evidence import tell
from suixin.service.app.parties import acting_for, registered
from suixin.service.app.permits import Act, check_may
from suixin.service.store.session import Actor, acting, query

KINDS: Final = ("person", "household", "business")
_PLAIN: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_CODE: Final = "select code from institution where id = %s"
_KNOWN: Final = """
    select id, username, password from "user" where institution_id = %s and party_id = %s
"""
_ENTER: Final = """
    insert into "user" (institution_id, username, first_name, last_name, email, password, duties,
                        county, station, villages, party_id, agreed, is_active, is_staff,
                        is_superuser, date_joined)
    values (%s, %s, '', '', '', %s, array['household'], '', '', '{}', %s, '', true, false, false,
            %s) returning id
"""
_WELCOME: Final = """
    insert into welcome (user_id, institution_id, made_by, agreed_by, link, until, failures)
    values (%s, %s, %s, '', %s, %s, 0)
    on conflict (user_id) do update
       set made_by = excluded.made_by, link = excluded.link, until = excluded.until, failures = 0
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """A way in that waits: the name to sign in with, and the link, told now and kept nowhere."""

    username: str
    link: str
    until: datetime


def half() -> tuple[str, bytes]:
    """A link that opens a way in once, and what is kept of it."""
    told = token_urlsafe(32)
    return told, kept_half(told)


def kept_half(told: str) -> bytes:
    """What is kept of a link or a code: by it nobody comes in.

    >>> kept_half("link").hex()[:8]
    'b1b1bdb4'
    """
    return hashlib.sha256(told.encode()).digest()


def welcome_until(at: datetime) -> datetime:
    """Until when what is told at a moment may be used."""
    policy = load_policy("access").on(at.astimezone(CHINA).date())
    return at + timedelta(hours=policy["welcome.length"])


def open_access(caller: Caller, party_id: str, *, at: datetime) -> Access:
    """Open a household's own way in: it chooses a password by the link, and needs no second factor.

    Told again as long as no password was chosen; then only two people renew it. Raises `InputError`
    NOT_PERMITTED, NO_PARTY, NOT_A_HOUSEHOLD, HAS_ACCESS.
    """
    check_may(caller, Act.ONBOARD)
    actor = acting_for(caller, party_id, "opened a household's way in")
    link, kept = half()
    until = welcome_until(at)
    with acting(actor):
        if registered(actor, party_id).kind not in KINDS:
            wrong = f"{party_id} is no household."
            raise InputError("NOT_A_HOUSEHOLD", wrong, "Invite the person who works there.")
        number, username = _account(actor, party_id, at)
        query(_WELCOME, [number, actor.institution, caller.by, kept, until])
        told = {"what": "way in opened", "party": party_id, "by": caller.by}
        tell(actor, Kind.CONSENT, told, at=at, party_id=party_id)
    return Access(username=username, link=link, until=until)


def _account(actor: Actor, party_id: str, at: datetime) -> tuple[int, str]:
    for number, username, password in query(_KNOWN, [actor.institution, party_id]):
        if not password.startswith("!"):  # Django's mark of no password.
            wrong = f"{username} has chosen a password."
            raise InputError("HAS_ACCESS", wrong, "Two administrators renew it, where it is lost.")
        return int(number), str(username)
    ((code,),) = query(_CODE, [actor.institution])
    plain = party_id.lower()
    if not _PLAIN.fullmatch(plain) or plain != party_id:
        plain = f"h-{hashlib.sha256(party_id.encode()).hexdigest()[:12]}"
    username = f"{plain}@{code}"
    given = [actor.institution, username, make_password(None), party_id, at]
    ((number,),) = query(_ENTER, given)
    return int(number), username
