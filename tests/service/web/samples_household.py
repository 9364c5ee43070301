"""What there is to see on the household's pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from people_of_desks import PARTY, People

from suixin.service.app import consents
from suixin.service.app.applications import Backer
from suixin.service.store.people import Consent
from suixin.service.store.session import acting, query


def samples(people: People) -> Mapping[str, Mapping[str, Any]]:
    """A consent, an application with an offer, a loan, a guarantee that is asked for."""
    world = people.world
    own = world.household(PARTY)
    given = consents.consent(
        own,
        Consent(
            consent=f"{PARTY}/sample",
            party_id=PARTY,
            purpose="credit",
            receiver="bank",
            kinds=("orders",),
            since=world.day,
            until=world.day.replace(year=world.day.year + 1),
        ),
        at=world.at,
    )
    loan = world.lent(PARTY, "sales_flow", 2_000_000)
    return {
        "household-product": {"product": "sales_flow"},
        "household-application": {"application": loan},
        "household-loan": {"agreement": loan},
        "household-live": {"slot": live_slot(people)},
        "household-live-now": {"slot": "show-1"},
        "household-sign": {"application": asked_to_sign(people)},
        "household-receipt": {"consent": given.consent},
        "household-revoke": {"consent": given.consent},
    }


def asked_to_sign(people: People) -> str:
    """Another household's loan that it asks this one to stand for."""
    world = people.world
    other = world.register("h-0008")
    backers = (Backer(party=PARTY, cap_fen=1_000_000),)
    made = world.applied(other, "streamer_guaranteed", 1_000_000, backers=backers)
    world.accepted(made.application.application)
    return made.application.application


def live_slot(people: People, slot: str = "show-1") -> str:
    """A session that began an hour and a half ago, with two moves up and one down."""
    world, begun = people.world, int(people.world.at.timestamp()) - 5_400
    moves = (
        (1_320, 10_000, 9_500, 11_400_00, "more_refunds"),
        (3_100, 9_500, 10_000, 12_000_00, "back_to_usual"),
        (5_000, 10_000, 10_500, 12_600_00, "paid_orders_follow"),
    )
    with acting(world.actor):
        query(
            """insert into live_slot (institution_id, slot, party_id, opens_at, closes_at,
                                      opening_fen, factor_bps, above, looked_at, usual)
               values (%s, %s, %s, %s, %s, %s, 10500, '[]', %s, %s)""",
            [world.institution, slot, PARTY, begun, begun + 9_000, 12_000_00, begun, b""],
        )
        for number, (after, was, now, fen, why) in enumerate(moves, 1):
            query(
                """insert into live_change (institution_id, slot, number, at_second, from_bps,
                                            to_bps, limit_fen, why, z, target_bps)
                   values (%s, %s, %s, %s, %s, %s, %s, %s, '[0, 0, 0]', %s)""",
                [world.institution, slot, number, begun + after, was, now, fen, why, now],
            )
    return slot
