"""Consents: given with a receipt in two languages, taken back at once, and who holds which."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from suixin.data.errors import InputError
from suixin.data.feed import FEEDS, nearest
from suixin.evidence.entry import Kind
from suixin.kernel.policy import load_policy
from suixin.service.app.caller import Caller
from suixin.service.app.day import CHINA
from suixin.service.app.due import GIVEN, REVOKED, note_due
from suixin.service.app.evidence import tell
from suixin.service.app.parties import acting_for
from suixin.service.app.permits import Act, check_may
from suixin.service.store import models, people
from suixin.service.store.people import Consent
from suixin.service.store.session import Actor, acting, query

_RECEIPT: Final = """
    insert into consent_receipt (institution_id, consent, given_at, by_whom, zh, en, record)
    values (%s, %s, %s, %s, %s, %s, %s) on conflict do nothing
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a party can show of a consent that it gave; `record` is the log's name of it."""

    consent: str
    party_id: str
    purpose: str
    receiver: str
    kinds: tuple[str, ...]
    since: date
    until: date
    given_at: datetime
    zh: str
    en: str
    record: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """Who may use which facts of a party, for what, and whether that is in force on a day.

    `held_by` is the party, whose facts they are; `receiver` may process and use them while the
    consent is in force, and nobody else.
    """

    consent: str
    held_by: str
    receiver: str
    purpose: str
    kinds: tuple[str, ...]
    since: date
    until: date
    revoked_at: datetime | None
    in_force: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoked:
    """A consent that was taken back; the party's score is computed anew without its facts."""

    consent: str
    party_id: str
    kinds: tuple[str, ...]
    revoked_at: datetime
    record: str


def consent(caller: Caller, given: Consent, *, at: datetime) -> Receipt:
    """Note a party's consent; its receipt. Sent again it is the same one.

    Raises `InputError` NOT_PERMITTED, NO_PARTY, PURPOSE, KIND (no feed of that name), DATES,
    KEY_TAKEN (the id is of another consent), ERASED.
    """
    check_may(caller, Act.CONSENT)
    _check(given, at)
    actor = acting_for(caller, given.party_id, "gave a consent")
    with acting(actor):
        if people.grant(actor, given):
            zh, en = _words(given, at)
            told = {**_content(given), "what": "given"}
            record = tell(actor, Kind.CONSENT, told, at=at, party_id=given.party_id)
            query(_RECEIPT, [actor.institution, given.consent, at, caller.by, zh, en, record])
            note_due(actor, given.party_id, why=GIVEN, at=at)
        return _receipt(actor, given)


def revoke(caller: Caller, consent_id: str, *, at: datetime) -> Revoked:
    """Take a consent back: from this moment nothing under it is scored, and the score is due anew.

    Done again it tells the first time. Raises `InputError` NOT_PERMITTED, NO_CONSENT.
    """
    check_may(caller, Act.CONSENT)
    actor, found = _reached(caller, consent_id, "took a consent back")
    with acting(actor):
        # Two who take it back at once: the second waits here, and finds it done.
        query(
            "select from consent where institution_id = %s and consent = %s for update",
            [actor.institution, consent_id],
        )
        row = models.Consent.objects.get(institution=actor.institution, consent=consent_id)
        if row.revoked_at is not None:
            return _revoked(found, row.revoked_at, "")
        people.withdraw(actor, consent_id, at=at)
        told = {**_content(found), "what": "revoked"}
        record = tell(actor, Kind.CONSENT, told, at=at, party_id=found.party_id)
        note_due(actor, found.party_id, why=REVOKED, at=at)
    return _revoked(found, at, record.hex())


def receipt(caller: Caller, consent_id: str) -> Receipt:
    """The receipt of a consent; raises `InputError` NOT_PERMITTED, NO_CONSENT."""
    check_may(caller, Act.SEE_PARTY)
    actor, found = _reached(caller, consent_id, "looked at a receipt")
    return _receipt(actor, found)


def who_may_use(caller: Caller, party_id: str, *, on: date) -> tuple[Right, ...]:
    """Every consent of a party, with who may use which facts for what on a day, oldest first.

    Raises `InputError` NOT_PERMITTED, NO_PARTY.
    """
    check_may(caller, Act.SEE_PARTY)
    actor = acting_for(caller, party_id, "looked at who may use what")
    return tuple(
        Right(
            consent=one.consent,
            held_by=one.party_id,
            receiver=one.receiver,
            purpose=one.purpose,
            kinds=one.kinds,
            since=one.since,
            until=one.until,
            revoked_at=revoked_at,
            in_force=one.since <= on <= one.until
            and (revoked_at is None or revoked_at.astimezone(CHINA).date() > on),
        )
        for one, revoked_at in people.consents(actor, party_id)
    )


def _reached(caller: Caller, consent_id: str, why: str) -> tuple[Actor, Consent]:
    """A consent of a party that the caller reaches; for anybody else it is not there."""
    service = Actor(institution=caller.institution, by=caller.by, why=why)
    with acting(service):
        rows = models.Consent.objects.filter(institution=caller.institution, consent=consent_id)
        found = [_of(row) for row in rows]
    if found:
        try:
            return acting_for(caller, found[0].party_id, why), found[0]
        except InputError as fault:
            if fault.code != "NO_PARTY":
                raise
    raise InputError("NO_CONSENT", f"There is no consent {consent_id}.", "Check the id.")


def _of(row: Any) -> Consent:
    return Consent(
        consent=row.consent,
        party_id=row.party_id,
        purpose=row.purpose,
        receiver=row.receiver,
        kinds=tuple(row.kinds),
        since=row.since,
        until=row.until,
    )


def _check(given: Consent, at: datetime) -> None:
    purposes = load_policy("people").on(given.since)["consent.purposes"]
    if given.purpose not in purposes:
        wrong = f"{given.purpose} is no purpose of a consent."
        raise InputError("PURPOSE", wrong, f"Purposes: {', '.join(sorted(purposes))}.")
    for kind in given.kinds:
        if kind not in FEEDS:
            close = nearest(kind, FEEDS)
            hint = f"Nearest: {close}." if close else "docs/feeds.md lists them."
            raise InputError("KIND", f"There is no feed {kind} to allow.", hint)
    if not given.kinds or given.until < given.since or given.until < at.astimezone(CHINA).date():
        wrong = f"A consent from {given.since} to {given.until} allows nothing from now on."
        raise InputError("DATES", wrong, "Name feeds, and a last day that is to come.")


def _content(given: Consent) -> dict[str, object]:
    return {
        "consent": given.consent,
        "party": given.party_id,
        "purpose": given.purpose,
        "receiver": given.receiver,
        "kinds": list(given.kinds),
        "since": given.since,
        "until": given.until,
    }


def _words(given: Consent, at: datetime) -> tuple[str, str]:
    """The words of a receipt, as the policy has them, in Chinese and in English."""
    policy = load_policy("people").on(given.since)
    purpose, form = policy["consent.purposes"][given.purpose], policy["consent.receipt"]
    named = {
        "zh": "、".join(FEEDS[kind].chinese or kind for kind in given.kinds),
        "en": ", ".join(kind.replace("_", " ") for kind in given.kinds),
    }
    told = {
        "party": given.party_id,
        "receiver": given.receiver,
        "since": given.since,
        "until": given.until,
        "consent": given.consent,
        "given_at": at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M"),
    }
    zh, en = (
        form[tongue].format(purpose=purpose[tongue], kinds=named[tongue], **told)
        for tongue in ("zh", "en")
    )
    return zh, en


def _receipt(actor: Actor, given: Consent) -> Receipt:
    with acting(actor):
        row = models.ConsentReceipt.objects.filter(
            institution_id=actor.institution, consent=given.consent
        ).first()
    if row is None:
        wrong = f"The consent {given.consent} was not given here."
        raise InputError("NO_RECEIPT", wrong, "It came with a partner's file; ask the partner.")
    return Receipt(
        **{name: getattr(given, name) for name in Consent.__slots__},
        given_at=row.given_at,
        zh=row.zh,
        en=row.en,
        record=bytes(row.record).hex(),
    )


def _revoked(found: Consent, at: datetime, record: str) -> Revoked:
    return Revoked(
        consent=found.consent,
        party_id=found.party_id,
        kinds=found.kinds,
        revoked_at=at,
        record=record,
    )
