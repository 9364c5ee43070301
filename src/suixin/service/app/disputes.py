"""Disputes: what a person says is wrong of what is kept or decided, and the days to answer it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from secrets import token_bytes
from typing import Any, Final

from suixin.data.errors import InputError
from suixin.evidence.canonical import entry_bytes
from suixin.evidence.entry import Kind
from suixin.kernel.policy import load_policy
from suixin.service.app.caller import Caller, Duty
from suixin.service.app.day import CHINA
from suixin.service.app.evidence import tell
from suixin.service.app.keys import ring
from suixin.service.app.parties import acting_for
from suixin.service.app.permits import Act, check_may
from suixin.service.store import models
from suixin.service.store.person_keys import about, made_key, person_key
from suixin.service.store.sealing import NONCE_BYTES, opened, sealed
from suixin.service.store.session import Actor, acting, query

ABOUTS: Final = ("score", "fact", "decision", "personal", "consent", "agreement")
WORDS_MAX: Final = 4_000
LISTED_MAX: Final = 200
_FILE: Final = """
    insert into dispute (institution_id, dispute, party_id, about, about_id, told, filed_at,
                         filed_by, due_on)
    values (%s, %s, %s, %s, %s, %s, %s, %s, %s)
    on conflict (institution_id, dispute) do nothing
"""
_ANSWER: Final = """
    update dispute set standing = %s, answer = %s, answered_at = %s, answered_by = %s
     where institution_id = %s and dispute = %s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """What a party disputes; `told` and `answer` are None once the person was erased.

    `overdue`: it was not answered by `due_on`, or only after it.
    """

    dispute: str
    party_id: str
    about: str
    about_id: str
    told: str | None
    filed_at: datetime
    due_on: date
    standing: str
    answer: str | None
    answered_at: datetime | None
    answered_by: str

    def overdue(self, on: date) -> bool:
        """Whether by a day it is, or was, answered too late."""
        done = None if self.answered_at is None else self.answered_at.astimezone(CHINA).date()
        return (on if done is None else done) > self.due_on


def dispute(
    caller: Caller,
    party_id: str,
    about_what: str,
    words: str,
    *,
    key: str,
    at: datetime,
    about_id: str = "",
) -> Dispute:
    """File a dispute of a party; with the same key it is the same one.

    `about_what` is of `ABOUTS`, `about_id` names the thing. It is due within the days of the law.
    Raises `InputError` NOT_PERMITTED, NO_PARTY, ABOUT, WORDS, ERASED, KEY_TAKEN.
    """
    check_may(caller, Act.DISPUTE)
    told = _told(words)
    if about_what not in ABOUTS:
        wrong = f"{about_what!r} is nothing that is disputed here."
        raise InputError("ABOUT", wrong, f"One of: {', '.join(ABOUTS)}.")
    whole = entry_bytes([caller.institution, caller.by, party_id, key])
    name = f"d-{sha256(whole).hexdigest()[:24]}"
    on = at.astimezone(CHINA).date()
    due_on = on + timedelta(days=load_policy("people").on(on)["dispute.days"])
    actor = acting_for(caller, party_id, "filed a dispute")
    with acting(actor):
        kept = _sealed(actor, party_id, f"dispute/{name}", told)
        given = [actor.institution, name, party_id, about_what, about_id, kept]
        query(_FILE, [*given, at, caller.by, due_on])
        found = _found(actor, name)
        if found.told != told or found.about != about_what:
            wrong = "With this key another dispute was filed."
            raise InputError("KEY_TAKEN", wrong, "Use a new key for another dispute.")
        if found.filed_at == at:
            content = {"what": "dispute", "dispute": name, "about": about_what, "due_on": due_on}
            tell(actor, Kind.DECISION, content, at=at, party_id=party_id)
    return found


def answer_dispute(
    caller: Caller, dispute_id: str, *, upheld: bool, words: str, at: datetime
) -> Dispute:
    """Answer a dispute, once, in words; `upheld`: the person was right.

    What is then to be corrected is corrected by its own act. Raises `InputError` NOT_PERMITTED,
    NO_DISPUTE, WORDS, KEPT (it was answered), ERASED.
    """
    check_may(caller, Act.ANSWER_DISPUTE)
    told = _told(words)
    actor = Actor(institution=caller.institution, by=caller.by, why="answered a dispute")
    standing = "upheld" if upheld else "rejected"
    with acting(actor):
        found = _found(actor, dispute_id)
        kept = _sealed(actor, found.party_id, f"answer/{dispute_id}", told)
        query(_ANSWER, [standing, kept, at, caller.by, actor.institution, dispute_id])
        content = {"what": "dispute answered", "dispute": dispute_id, "standing": standing}
        tell(actor, Kind.DECISION, content, at=at, party_id=found.party_id)
        return _found(actor, dispute_id)


def disputes(
    caller: Caller, *, party_id: str = "", open_only: bool = False, limit: int = LISTED_MAX
) -> tuple[Dispute, ...]:
    """Disputes, those due first; of one party, which a household must name as its own.

    Raises `InputError` NOT_PERMITTED, NO_PARTY.
    """
    check_may(caller, Act.DISPUTE if party_id else Act.ANSWER_DISPUTE)
    why = "looked at disputes"
    actor = (
        acting_for(caller, party_id, why)
        if party_id
        else Actor(institution=caller.institution, by=caller.by, why=why)
    )
    where: dict[str, object] = {"institution": actor.institution}
    if party_id:
        where["party_id"] = party_id
    if open_only:
        where["standing"] = "open"
    with acting(actor):
        rows = models.Dispute.objects.filter(**where).order_by("due_on", "dispute")
        return tuple(_of(actor, row) for row in rows[: min(limit, LISTED_MAX)])


def dispute_of(caller: Caller, dispute_id: str) -> Dispute:
    """One dispute, for who files or answers them; raises `InputError` NOT_PERMITTED, NO_DISPUTE."""
    check_may(caller, Act.DISPUTE)
    actor = Actor(institution=caller.institution, by=caller.by, why="looked at a dispute")
    with acting(actor):
        found = _found(actor, dispute_id)
    if caller.duties in ({Duty.HOUSEHOLD}, {Duty.STATION_AGENT}):
        try:
            acting_for(caller, found.party_id, "looked at a dispute")
        except InputError as fault:
            raise _no_dispute(dispute_id) from fault
    return found


def _told(words: str) -> str:
    told = words.strip()
    if not told or len(told) > WORDS_MAX:
        wrong = f"It has {len(told)} letters; 1 to {WORDS_MAX} are wanted."
        raise InputError("WORDS", wrong, "Say in words what is wrong, or what was found.")
    return told


def _sealed(actor: Actor, party_id: str, what: str, words: str) -> bytes:
    key, _ = made_key(actor, ring(), party_id)
    whose = f"{about(actor, party_id)}/{what}"
    return sealed(key, words.encode(), about=whose, nonce=token_bytes(NONCE_BYTES))


def _opened(actor: Actor, party_id: str, what: str, kept: bytes | None) -> str | None:
    if kept is None:
        return None
    try:
        found = person_key(actor, ring(), party_id)
    except InputError as fault:
        if fault.code == "ERASED":
            return None
        raise
    if found is None:
        return None
    return opened(found[0], bytes(kept), about=f"{about(actor, party_id)}/{what}").decode()


def _found(actor: Actor, name: str) -> Dispute:
    for row in models.Dispute.objects.filter(institution=actor.institution, dispute=name):
        return _of(actor, row)
    raise _no_dispute(name)


def _of(actor: Actor, row: Any) -> Dispute:
    return Dispute(
        dispute=row.dispute,
        party_id=row.party_id,
        about=row.about,
        about_id=row.about_id,
        told=_opened(actor, row.party_id, f"dispute/{row.dispute}", row.told),
        filed_at=row.filed_at,
        due_on=row.due_on,
        standing=row.standing,
        answer=_opened(actor, row.party_id, f"answer/{row.dispute}", row.answer),
        answered_at=row.answered_at,
        answered_by=row.answered_by,
    )


def _no_dispute(name: str) -> InputError:
    return InputError("NO_DISPUTE", f"There is no dispute {name}.", "Check the id.")
