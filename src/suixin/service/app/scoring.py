"""Scores kept fresh: all subjects from all facts, one from its own sales within a second.

Each scoring adds versions of credit files and never changes one. Beside them stands what scoring
one subject again needs, so that a sale or a question waits for no batch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from suixin.credit.book import ScoreBook
from suixin.credit.facts import facts_again
from suixin.credit.file import CreditFile
from suixin.credit.history import policy_version
from suixin.credit.online import Explained, explain_one
from suixin.credit.score import INTEGRITY, score_each
from suixin.credit.sheets import policy_on
from suixin.credit.subject_summary import (
    Market,
    read_by_product,
    summaries_of,
    summary_again,
)
from suixin.data.errors import InputError
from suixin.evidence.entry import Kind
from suixin.lending.product import products_on
from suixin.service.app import due, lake
from suixin.service.app.caller import Caller
from suixin.service.app.credit_files import (
    FOREVER,
    Drafted,
    Kept,
    digest_of,
    files_after,
    keep,
    last_file,
    limits_then,
    own_files,
)
from suixin.service.app.day import business_day
from suixin.service.app.evidence import tell
from suixin.service.app.limits import refreshed
from suixin.service.app.parties import acting_for
from suixin.service.app.permits import Act, check_may
from suixin.service.app.summaries import (
    check_fresh,
    keep_summaries,
    keep_summary,
    market_number,
    not_scored,
    ready_of,
    rules_on,
)
from suixin.service.store.session import Actor, acting, query

# A limit rises no faster than from where it stood so many days ago (formulas §8).
RISE_DAYS: Final = 30
LISTED_MAX: Final = 200
# There is nothing to score yet: no fault of a job that was asked to.
_NOTHING: Final = frozenset({"NO_FACTS", "BEFORE_FIRST_FACT"})
_ALONE: Final = "select pg_advisory_xact_lock(hashtext('suixin.score'), %s)"
_DROPPED: Final = """
    delete from summary as s using score_due as d
     where s.institution_id = %s and (d.institution_id, d.subject) = (s.institution_id, s.subject)
       and d.why = any (%s)
    returning s.subject
"""
_DONE: Final = """
    delete from score_due as d using unnest(%s::text[], %s::timestamptz[]) as t(subject, since)
     where d.institution_id = %s and (d.subject, d.since) = (t.subject, t.since)
"""
_REGISTERED: Final = """
    select party_id from party where institution_id = %s and party_id = any (%s) order by party_id
"""
_COMPLETE: Final = """
    with last as (
        select distinct on (subject) subject, status, completeness_bps from credit_file
         where institution_id = %s and as_of <= %s order by subject, as_of desc, version desc)
    select count(*), coalesce(round(avg(completeness_bps)), 0)::int,
           count(*) filter (where status = 'scored'),
           count(*) filter (where status = 'thin_file'),
           count(*) filter (where status = 'no_facts')
      from last
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredAll:
    """A scoring of all: how many subjects, how many files say something new, how many limits moved.

    `record` names the log's entry, which commits to every file.
    """

    on: date
    subjects: int
    new_files: int
    limits_moved: int
    record: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """How much of what could be known of an institution's subjects is connected (C04)."""

    on: date
    subjects: int
    mean_bps: int
    scored: int
    thin_files: int
    without_facts: int


def score_all(caller: Caller, *, on: date, at: datetime) -> ScoredAll:
    """Score every subject on a day from all that is known, and keep what is new.

    Raises `InputError` NOT_PERMITTED, NO_FACTS, BEFORE_FIRST_FACT, LAKE.
    """
    check_may(caller, Act.SCORE)
    actor = Actor(institution=caller.institution, by=caller.by, why="scored all")
    waiting, policy, reads = due.due(actor), policy_on(on, None), reads_on(on)
    then = limits_then(actor, on=on - timedelta(days=RISE_DAYS))
    with lake.all_facts(actor) as feeds:
        book, books = score_each(feeds, on=on, reads=reads, standing_limits=then)
        market, summaries = summaries_of(feeds, book, policy=policy)
        summaries = read_by_product(summaries, books)
        names = tuple(sorted(feeds.present))
    drafts = [
        Drafted(file, {product: one[file.subject] for product, one in books.items()}, reads)
        for file in book
    ]
    with acting(actor):
        query(_ALONE, [actor.institution])
        record = _tell(actor, book, digest_of(drafts, names), at)
        changed = keep(actor, drafts, feeds=names, source="batch", record=record, at=at)
        keep_summaries(actor, market, summaries, on, at)
        done = [
            list(column) for column in zip(*((d.subject, d.since) for d in waiting), strict=True)
        ]
        if done:
            query(_DONE, [*done, actor.institution])
        _drop_taken_back(actor)
        moved = _move_limits(actor, changed, on=on, at=at)
    return ScoredAll(
        on=on,
        subjects=len(drafts),
        new_files=len(changed),
        limits_moved=moved,
        record=record.hex(),
    )


def score(caller: Caller, party_id: str, *, at: datetime, product: str = "") -> Kept:
    """Score one party's subject now, from its own sales; what others say stays as it was judged.

    Raises `InputError` NOT_PERMITTED, NO_PARTY, NOT_SCORED (a scoring of all comes first),
    BEING_SCORED (facts were taken back; all are scored anew).
    """
    check_may(caller, Act.SCORE)
    actor = acting_for(caller, party_id, "scored one")
    subject, on = due.subject_of(actor, party_id), business_day(actor, at)
    check_fresh(actor, subject, on)
    rescore(caller, subject=subject, at=at)
    found = last_file(actor, party_id, product, on=on)
    if found is None:
        raise not_scored(party_id)
    return found


def rescore(caller: Caller, *, subject: str, at: datetime) -> bool:
    """The job after a sale: score a subject from its own facts; whether its file says anything new.

    Nothing is done where no scoring of all has met the subject yet.
    """
    check_may(caller, Act.SCORE)
    actor = Actor(institution=caller.institution, by=caller.by, why="scored one")
    on = business_day(actor, at)
    waiting = [one for one in due.due(actor) if one.subject == subject]
    with acting(actor):
        ready = ready_of(actor, subject, on)
        before = own_files(actor, subject, on=on)
        then = limits_then(actor, on=on - timedelta(days=RISE_DAYS), subject=subject)
    if ready is None or not before:
        return False
    with lake.trade_facts(actor, subject) as feeds:
        rules = rules_on(on)
        again = summary_again(feeds.on(on), subject, ready.summary.heard, rules.policy)
    if again is None:
        return False
    again = replace(again, reading=ready.summary.reading)
    limits, files = _of(then, subject), {}
    for product, kept in before.items():
        told = explain_one(again.under(product), ready.market, rules, standing_limits=limits)
        files[product] = _file_again(kept.file, told, ready.market)
    whole, feeds_then = files.pop(""), before[""].feeds
    whole = replace(whole, terms=files[whole.terms.product].terms)
    draft = Drafted(whole, files, reads_on(on))
    with acting(actor):
        query(_ALONE, [actor.institution])
        if market_number(actor) != ready.number:
            return False  # A scoring of all has come between, with the same facts.
        digest = digest_of([draft], feeds_then)
        content = {"what": "score", "subject": subject, "on": on, "digest": digest}
        record = tell(actor, Kind.DECISION, content, at=at, party_id=_registered(actor, subject))
        one = [draft]
        changed = keep(actor, one, feeds=feeds_then, source="refresh", record=record, at=at)
        keep_summary(actor, again, ready.number, on, at)
        for done in waiting:
            query(_DONE, [[done.subject], [done.since], actor.institution])
        _move_limits(actor, changed, on=on, at=at)
    return bool(changed)


def reads_on(on: date) -> dict[str, frozenset[str]]:
    """What may be read for each product on a day: the feeds of its sheet, and what all hold to."""
    sheets = products_on(on)
    return {
        name: frozenset({*sheets[name].reads, *INTEGRITY}) for name in rules_on(on).terms.products
    }


def rescore_all(caller: Caller, *, at: datetime) -> bool:
    """The job after a consent was taken back: score all; False where there is nothing to score."""
    actor = Actor(institution=caller.institution, by=caller.by, why="scored all")
    try:
        score_all(caller, on=business_day(actor, at), at=at)
    except InputError as fault:
        if fault.code not in _NOTHING:
            raise
        with acting(actor):
            query("delete from score_due where institution_id = %s", [actor.institution])
        return False
    return True


def credit_file(
    caller: Caller,
    party_id: str,
    *,
    as_of: date,
    product: str = "",
    known_at: datetime = FOREVER,
) -> Kept:
    """A party's credit file in force on a day, by what was known at a moment (all, by default).

    Raises `InputError` NOT_PERMITTED, NO_PARTY, NOT_SCORED, NO_SUCH_PRODUCT.
    """
    check_may(caller, Act.SEE_CREDIT_FILE)
    actor = acting_for(caller, party_id, "looked at a credit file")
    found = last_file(actor, party_id, product, on=as_of, known_at=known_at)
    if found is None:
        raise not_scored(party_id)
    return found


def history(
    caller: Caller, party_id: str, *, product: str = "", after: int = 0, limit: int = LISTED_MAX
) -> tuple[Kept, ...]:
    """Every version of a party's credit file, oldest first; `after` goes on from a version."""
    check_may(caller, Act.SEE_CREDIT_FILE)
    actor = acting_for(caller, party_id, "looked at past credit files")
    given = min(limit, LISTED_MAX)
    return files_after(actor, party_id, product, version=after, limit=given)


def latest(actor: Actor, party_id: str, product: str = "", *, on: date) -> Kept | None:
    """The newest credit file of a party under a product as of a day, for another act."""
    service = Actor(institution=actor.institution, by=actor.by, why=actor.why)
    return last_file(service, party_id, product, on=on)


def completeness(caller: Caller, *, on: date) -> Completeness:
    """How complete the credit files in force on a day are; raises `InputError` NOT_PERMITTED."""
    check_may(caller, Act.SEE_PORTFOLIO)
    with acting(Actor(institution=caller.institution, by=caller.by, why="looked at all")):
        ((subjects, mean, scored, thin, none),) = query(_COMPLETE, [caller.institution, on])
    return Completeness(
        on=on,
        subjects=subjects,
        mean_bps=mean,
        scored=scored,
        thin_files=thin,
        without_facts=none,
    )


def _tell(actor: Actor, book: ScoreBook, digest: str, at: datetime) -> bytes:
    content = {
        "what": "scores",
        "on": book.on,
        "subjects": len(book),
        "digest": digest,
        "policy": policy_version(book.policies),
        "weights": sorted(set(book.judged.weights.versions)),
    }
    return tell(actor, Kind.DECISION, content, at=at)


def _drop_taken_back(actor: Actor) -> None:
    """Who took a consent back while all were scored is scored again, from less."""
    if query(_DROPPED, [actor.institution, list(due.TAKES_BACK)]):
        due.ask_for_all(actor)


def _move_limits(actor: Actor, changed: tuple[str, ...], *, on: date, at: datetime) -> int:
    """Tell the limits of the subjects whose files changed; how many moved."""
    moved = 0
    for (subject,) in query(_REGISTERED, [actor.institution, list(changed)]):
        file = last_file(actor, subject, "", on=on)
        if file is not None:
            moved += refreshed(actor, subject, file.product, file, on=on, at=at) is not None
    return moved


def _file_again(before: CreditFile, told: Explained, market: Market) -> CreditFile:
    """The file as it was, with what its own sales change."""
    score_, held = told.score, told.score.standing
    return replace(
        before,
        as_of=score_.as_of,
        status=score_.status,
        indices=told.lines,
        composite=score_.composite,
        score=None if held is None else held.score,
        grade=None if held is None else held.grade,
        pd=None if held is None else held.pd,
        calibration=before.calibration if held is None else held.calibration,
        terms=told.offered[before.terms.product],
        reasons=told.reasons,
        raise_=told.raise_,
        facts=facts_again(before.facts, told.sold, market.years),
    )


def _of(then: Mapping[str, Mapping[str, int]], subject: str) -> dict[str, int]:
    return {product: limits[subject] for product, limits in then.items() if subject in limits}


def _registered(actor: Actor, subject: str) -> str:
    return subject if query(_REGISTERED, [actor.institution, [subject]]) else ""
