"""Scores that stay fresh: all from all facts, one from its own, none from what was taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from county_home import UNTIL, county_folder
from opened import new_institution

from suixin.credit.score import score
from suixin.data.errors import InputError
from suixin.service.app import consents, due, evidence, facts, lake, limits, scoring
from suixin.service.app.caller import Caller, Duty, service_caller
from suixin.service.home import Home
from suixin.service.store import people
from suixin.service.store.people import Registered
from suixin.service.store.session import Actor, acting, query

AT = datetime(2026, 6, 30, 12, tzinfo=UTC)
LATER = AT + timedelta(minutes=5)


@pytest.fixture(scope="module")
def county(database: Home) -> int:
    """An institution that has taken in a county and scored it a month ago and today."""
    number = new_institution(database)
    service = service_caller(number, "load")
    month_ago = AT - timedelta(days=30)
    facts.load_feeds(service, county_folder(), key="county", at=AT)
    scoring.score_all(service, on=month_ago.date(), at=month_ago)
    scoring.score_all(service, on=UNTIL, at=AT)
    return number


def officer(institution: int) -> Caller:
    return Caller(institution=institution, by="user:1", duties=frozenset({Duty.RISK_OFFICER}))


def subjects(institution: int, where: str = "status = 'scored'") -> list[str]:
    asked = f"""select distinct subject from credit_file
                 where institution_id = %s and {where} order by 1"""
    with acting(Actor(institution=institution)):
        return [subject for (subject,) in query(asked, [institution])]


@pytest.mark.mechanism("F03")
def test_a_file_is_asked_for_as_of_a_day_and_as_it_was_known(county: int) -> None:
    [subject, *_] = subjects(county)
    caller = officer(county)
    first, second = scoring.history(caller, subject)
    assert (first.as_of, second.as_of, second.version) == (date(2026, 5, 31), UNTIL, 2)
    between = scoring.credit_file(caller, subject, as_of=date(2026, 6, 15))
    assert between == first
    assert scoring.credit_file(caller, subject, as_of=UNTIL) == second
    known = scoring.credit_file(caller, subject, as_of=UNTIL, known_at=AT - timedelta(hours=1))
    assert known == first
    with pytest.raises(InputError) as fault:
        scoring.credit_file(caller, subject, as_of=date(2026, 5, 30))
    assert fault.value.code == "NOT_SCORED"
    with pytest.raises(InputError) as fault:
        scoring.credit_file(caller, "nobody", as_of=UNTIL)
    assert fault.value.code == "NO_PARTY"
    assert second.file.explain("zh")  # It is a file as the library's own.


def test_the_kept_files_are_those_of_the_batch_under_every_product(county: int) -> None:
    actor = Actor(institution=county)
    with lake.all_facts(actor) as feeds:
        for product in ("sales_flow", "village_live", "community_chain"):
            then = scoring.limits_then(actor, on=UNTIL - timedelta(days=30))
            alone = feeds.only(scoring.reads_on(UNTIL)[product])  # E11: no other feed is there.
            book = score(alone, on=UNTIL, product=product, standing_limits=then[product])
            for file in book:
                kept = scoring.latest(actor, file.subject, product, on=UNTIL)
                assert kept is not None
                assert kept.feeds == tuple(sorted(alone.present))
                assert replace(kept.file, policies=file.policies, indices=file.indices) == replace(
                    file, facts=kept.file.facts
                )
                sold = [
                    [replace(month, season=None) for month in one.facts.months]
                    for one in (kept.file, file)
                ]
                assert sold[0] == sold[1]  # A season is a mean, whose last digit may be otherwise.


@pytest.mark.mechanism("E11")
def test_a_mode_reads_no_source_of_another(county: int) -> None:
    actor, official = Actor(institution=county), {"parcels", "parcel_observations"}
    moved = 0
    for subject in subjects(county):
        whole, sales, chain, village = (
            scoring.latest(actor, subject, product, on=UNTIL)
            for product in ("", "sales_flow", "community_chain", "village_live")
        )
        assert whole
        assert sales
        assert chain
        assert village
        assert not official & {*sales.feeds, *chain.feeds}
        assert "messages" not in {*sales.feeds, *village.feeds}
        assert sales.file.facts.messages == village.file.facts.messages == 0
        assert (sales.file.crop, chain.file.crop, sales.file.social) == (0, 0, 0)
        assert chain.file.facts.messages == whole.file.facts.messages
        assert (whole.product, whole.limit_fen) == ("sales_flow", sales.limit_fen)
        moved += sales.file.composite != chain.file.composite
    assert moved


def test_scored_again_from_the_same_facts_nothing_is_added(county: int) -> None:
    again = scoring.score_all(service_caller(county, "job"), on=UNTIL, at=LATER)
    assert (again.new_files, again.limits_moved) == (0, 0)


def settled(institution: int, *, merchant: str) -> tuple[dict[str, str], dict[str, str]]:
    """An order of a seller that is on its way, and its settlement."""
    moments = {
        "occurred_at": "2026-06-30T09:00:00+08:00",
        "recorded_at": "2026-06-30T09:00:00+08:00",
    }
    shared = {"source": "platform", "subject": merchant, **moments}
    order = {
        **shared,
        "order_id": f"api-{merchant}",
        "merchant": merchant,
        "buyer": "buyer-api",
        "channel": "live",
        "gross": "880000",
        "freight": "0",
        "placed_at": "2026-06-29T09:00:00+08:00",
        "buyer_kind": "household",
    }
    settlement = {
        **shared,
        "settlement_id": f"api-s-{merchant}",
        "merchant": merchant,
        "order_id": order["order_id"],
        "gross": "880000",
        "commission": "40000",
        "refund_netted": "0",
        "net": "840000",
        "payee_account_hash": "0" * 64,
        "settled_at": "2026-06-30T09:00:00+08:00",
    }
    return order, settlement


@pytest.mark.mechanism("H01")
def test_a_settlement_moves_its_sellers_score_as_a_batch_would(county: int) -> None:
    service, actor = service_caller(county, "api"), Actor(institution=county)
    sellers = [one for one in subjects(county) if one.startswith("m-")][:4]
    for merchant in sellers:
        order, settlement = settled(county, merchant=merchant)
        for feed, row in (("orders", order), ("settlements", settlement)):
            (told,) = facts.tell_facts(service, feed, [row], at=LATER)
            assert told.set_aside is None, told.set_aside
    assert {one.subject for one in due.due(actor)} >= set(sellers)
    before = {one: scoring.latest(actor, one, on=UNTIL) for one in sellers}
    assert all(scoring.rescore(service, subject=one, at=LATER) for one in sellers)
    assert not {one.subject for one in due.due(actor)} & set(sellers)
    with lake.all_facts(actor) as feeds:
        then = scoring.limits_then(actor, on=UNTIL - timedelta(days=30))["sales_flow"]
        alone = feeds.only(scoring.reads_on(UNTIL)["sales_flow"])
        book = score(alone, on=UNTIL, product="sales_flow", standing_limits=then)
    for merchant in sellers:
        kept, was = scoring.latest(actor, merchant, "sales_flow", on=UNTIL), before[merchant]
        assert kept is not None
        assert was is not None
        assert (kept.source, kept.version) == ("refresh", was.version + 1)
        told_, whole = kept.file, book[merchant]
        assert told_.facts.orders == was.file.facts.orders + 1 == whole.facts.orders
        assert (told_.facts.gross_fen, told_.facts.clean_fen) == (
            whole.facts.gross_fen,
            whole.facts.clean_fen,
        )
        np.testing.assert_allclose(
            [told_.composite or 0, told_.terms.limit_fen],
            [whole.composite or 0, whole.terms.limit_fen],
            rtol=0.01,  # What is usual for the category is the night's.
        )
        proved = evidence.proof(officer(county), bytes.fromhex(kept.record), at=LATER)
        assert proved.opening is None  # It is of the seller; a risk officer sees no person.


@pytest.mark.mechanism("B09")
@pytest.mark.mechanism("H05")
def test_a_limit_moves_with_the_file_and_each_move_is_logged(county: int) -> None:
    moves = [
        move
        for subject in subjects(county, "limit_fen > 0")
        for move in limits.limits(officer(county), subject, "sales_flow")
    ]
    assert moves
    with acting(Actor(institution=county)):
        ((records,),) = query(
            "select count(*) from log_record where institution_id = %s and kind = 'decision'",
            [county],
        )
    assert records >= len(moves) + 2


@pytest.mark.mechanism("C04")
def test_how_complete_the_files_are_is_a_number(county: int) -> None:
    found = scoring.completeness(officer(county), on=UNTIL)
    assert found.subjects == found.scored + found.thin_files + found.without_facts
    assert 5_000 < found.mean_bps <= 10_000
    assert scoring.completeness(officer(county), on=date(2020, 1, 1)).subjects == 0


def test_where_there_are_no_facts_the_job_ends_quietly(database: Home) -> None:
    number = new_institution(database)
    people.register(Actor(institution=number), Registered(party_id="h-1", kind="household"))
    assert not scoring.rescore_all(service_caller(number, "job"), at=AT)
    assert not scoring.rescore(service_caller(number, "job"), subject="h-1", at=AT)
    with pytest.raises(InputError) as fault:
        scoring.score(officer(number), "h-1", at=AT)
    assert fault.value.code == "NOT_SCORED"


def test_who_may_not_is_refused(county: int) -> None:
    cashier = Caller(institution=county, by="user:3", duties=frozenset({Duty.CASHIER}))
    acts: list[Any] = [
        lambda: scoring.score_all(cashier, on=UNTIL, at=AT),
        lambda: scoring.score(cashier, "m-0001", at=AT),
        lambda: scoring.credit_file(cashier, "m-0001", as_of=UNTIL),
        lambda: scoring.history(cashier, "m-0001"),
        lambda: scoring.completeness(cashier, on=UNTIL),
    ]
    for act in acts:
        with pytest.raises(InputError) as fault:
            act()
        assert fault.value.code == "NOT_PERMITTED"


@pytest.mark.mechanism("B05")
@pytest.mark.mechanism("H08")
def test_what_is_revoked_vanishes_from_the_score(county: int) -> None:
    number, service, actor = county, service_caller(county, "job"), Actor(institution=county)
    talker = next(
        one
        for one in subjects(number)
        if (kept := scoring.latest(actor, one, on=UNTIL)) and kept.file.facts.messages > 0
    )
    before = scoring.latest(actor, talker, on=UNTIL)
    assert before is not None
    own = Caller(institution=number, by="user:9", duties=frozenset({Duty.HOUSEHOLD}), party=talker)
    for right in consents.who_may_use(own, talker, on=UNTIL):
        if "messages" in right.kinds and right.in_force:
            consents.revoke(own, right.consent, at=LATER)
    with pytest.raises(InputError) as fault:
        scoring.score(officer(number), talker, at=LATER)
    assert fault.value.code == "BEING_SCORED"  # Nothing rests on what was kept.
    assert scoring.rescore_all(service, at=LATER)
    after = scoring.latest(actor, talker, on=UNTIL)
    assert after is not None
    assert after.file.facts.messages == 0 < before.file.facts.messages
    assert due.due(actor) == ()
    assert scoring.ready_of(actor, talker, UNTIL) is not None
