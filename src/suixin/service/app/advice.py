"""Advice to a lender who asks: grade, limit, price and reasons in milliseconds.

It is what a platform may give and no more: the lender decides, and a sign of something wrong asks
for a person. What was advised is kept and logged before it is told.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from suixin.credit.file import Reason
from suixin.credit.online import OnlineScore, advise_one
from suixin.data.errors import InputError
from suixin.evidence.canonical import entry_bytes
from suixin.evidence.entry import Kind
from suixin.service.app.caller import Caller
from suixin.service.app.credit_files import limits_then
from suixin.service.app.day import business_day
from suixin.service.app.due import subject_of
from suixin.service.app.evidence import plain, tell
from suixin.service.app.parties import acting_for
from suixin.service.app.permits import Act, check_may
from suixin.service.app.scoring import RISE_DAYS
from suixin.service.app.summaries import check_fresh, rules_on
from suixin.service.store.session import Actor, acting, query, reading

_ONE: Final = """
    select party_id, product, asked_fen, on_day, asked_at, content, record from advice
     where institution_id = %s and advice = %s
"""
_KEEP: Final = """
    insert into advice (institution_id, advice, party_id, product, asked_fen, on_day, asked_at,
                        by_whom, content, record)
    values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_SIGNS: Final = """
    select coalesce(content -> 'own' -> %s -> 'said' -> 'signs', content -> 'file' -> 'signs')
      from credit_file
     where institution_id = %s and subject = %s order by version desc limit 1
"""
_ALONE: Final = "select pg_advisory_xact_lock(hashtext('suixin.advice'), hashtext(%s))"


class Answer(StrEnum):
    """What is advised: an offer, a person's look, or no."""

    OFFER = "offer"
    REVIEW = "review"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Why:
    """A reason in plain words; `points` are thousandths of a composite point."""

    code: str
    zh: str
    en: str
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What was advised on a day: at most `limit_fen` at `rate_bps`, for these reasons.

    `offer_fen` is what of the amount asked for is advised; `refusal` the first rule against it;
    `signs` and `flags` are what a person should look at; `record` names the log's entry.
    """

    advice: str
    party_id: str
    product: str
    asked_fen: int
    on: date
    asked_at: datetime
    answer: Answer
    offer_fen: int
    limit_fen: int
    rate_bps: int | None
    tenor_days: int
    status: str
    grade: str | None
    score: int | None
    refusal: str
    binding: str
    reasons: tuple[Why, ...]
    signs: tuple[str, ...]
    flags: tuple[str, ...]
    record: str


def ask_decision(
    caller: Caller, party_id: str, product: str, *, asked_fen: int, key: str, at: datetime
) -> Advice:
    """Advise on an amount under a product; asked again with the same key it is the same advice.

    Raises `InputError` NOT_PERMITTED, NO_PARTY, NO_SUCH_PRODUCT, AMOUNT, KEY, KEY_TAKEN,
    NOT_SCORED, BEING_SCORED.
    """
    check_may(caller, Act.ASK_DECISION)
    name = _checked(caller, asked_fen, key)
    actor = acting_for(caller, party_id, "asked for advice")
    on = business_day(actor, at)
    rules = rules_on(on)
    if product not in rules.terms.products:
        known = ", ".join(rules.terms.products)
        raise InputError(
            "NO_SUCH_PRODUCT", f"There is no product {product}.", f"Products: {known}."
        )
    with acting(actor):
        query(_ALONE, [f"{actor.institution}/{name}"])  # The same asked ten times at once.
        before = _kept(actor, name)
        if before is not None:
            if (before.party_id, before.product, before.asked_fen) != (
                party_id,
                product,
                asked_fen,
            ):
                wrong = "With this key something else was asked."
                raise InputError("KEY_TAKEN", wrong, "Use a new key for another question.")
            return before
        subject = subject_of(actor, party_id)
        ready = check_fresh(actor, subject, on)
        then = limits_then(actor, on=on - timedelta(days=RISE_DAYS), subject=subject)
        limit = then.get(product, {}).get(subject)
        own = ready.summary.under(product)
        told = advise_one(own, ready.market, rules, product=product, standing_limit=limit)
        signs = _signs(actor, subject, product)
        content = _content(told, signs, own.heard.flags, asked_fen)
        said = {**content, "advice": name, "product": product, "on": on, "asked_fen": asked_fen}
        record = tell(actor, Kind.DECISION, said, at=at, party_id=party_id)
        given = [actor.institution, name, party_id, product, asked_fen, on, at, caller.by]
        query(_KEEP, [*given, json.dumps(plain(content), ensure_ascii=False), record])
        return _advice((party_id, product, asked_fen, on, at, plain(content), record), name)


def advice_of(caller: Caller, advice: str) -> Advice:
    """What was advised; raises `InputError` NOT_PERMITTED, NO_ADVICE."""
    check_may(caller, Act.SEE_CREDIT_FILE)
    actor = Actor(institution=caller.institution, by=caller.by, why="looked at advice")
    found = _kept(actor, advice)
    if found is not None:
        try:
            acting_for(caller, found.party_id, "looked at advice")
        except InputError as fault:
            if fault.code != "NO_PARTY":
                raise
        else:
            return found
    raise InputError("NO_ADVICE", f"There is no advice {advice}.", "Check the id.")


def _checked(caller: Caller, asked_fen: int, key: str) -> str:
    """The name of the advice that answers a key of the caller's."""
    if asked_fen <= 0 or asked_fen >= 2**53:
        wrong = f"{asked_fen} fen cannot be asked for."
        raise InputError("AMOUNT", wrong, "Ask for a whole number of fen above 0.")
    if not key:
        raise InputError(
            "KEY", "The question has no key.", "Give a key of your own, new each time."
        )
    whole = entry_bytes([caller.institution, caller.by, key])
    return f"v-{hashlib.sha256(whole).hexdigest()[:24]}"


def _content(
    told: tuple[OnlineScore, tuple[Reason, ...]],
    signs: tuple[str, ...],
    flags: tuple[str, ...],
    asked_fen: int,
) -> dict[str, Any]:
    score, reasons = told
    terms, held = score.terms, score.standing
    refusal = "" if terms.refusal is None else terms.refusal.value
    offer_fen = 0 if refusal else min(asked_fen, terms.limit_fen)
    answer = Answer.REFUSE if offer_fen == 0 else Answer.REVIEW if signs else Answer.OFFER
    return {
        "answer": answer,
        "offer_fen": offer_fen,
        "limit_fen": terms.limit_fen,
        "rate_bps": terms.rate_bps,
        "tenor_days": terms.tenor_days,
        "status": score.status,
        "grade": None if held is None else held.grade,
        "score": None if held is None else held.score,
        "refusal": refusal,
        "binding": terms.binding,
        "reasons": [
            asdict(Why(one.code, one.zh, one.en, round(1_000 * one.points))) for one in reasons
        ],
        "signs": list(signs),
        "flags": list(flags),
    }


def _signs(actor: Actor, subject: str, product: str) -> tuple[str, ...]:
    for (signs,) in query(_SIGNS, [product, actor.institution, subject]):
        return tuple(json.loads(signs))
    return ()


def _kept(actor: Actor, name: str) -> Advice | None:
    with reading(actor):
        for *row, content, record in query(_ONE, [actor.institution, name]):
            return _advice((*row, json.loads(content), record), name)
    return None


def _advice(row: tuple[Any, ...], name: str) -> Advice:
    party_id, product, asked_fen, on, at, content, record = row
    told: Mapping[str, Any] = content
    return Advice(
        advice=name,
        party_id=party_id,
        product=product,
        asked_fen=asked_fen,
        on=on,
        asked_at=at,
        record=bytes(record).hex(),
        **{
            **told,
            "answer": Answer(told["answer"]),
            "reasons": tuple(Why(**one) for one in told["reasons"]),
            "signs": tuple(told["signs"]),
            "flags": tuple(told["flags"]),
        },
    )
