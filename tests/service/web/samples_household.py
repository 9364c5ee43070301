"""What there is to see on the household's pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from people_of_desks import PARTY, People

from suixin.service.app import accepting, applying, consents, deciding
from suixin.service.app.applications import Backer
from suixin.service.store.people import Consent


def samples(people: People) -> Mapping[str, Mapping[str, Any]]:
    """A consent, an application with an offer, a loan, a guarantee that is asked for."""
    world = people.world
    own = world.household(PARTY)
    given = consents.consent(
        own,
        Consent(
            consent=f"{PARTY}/sample",
            party_id=PARTY,
            purpose="credit_scoring",
            receiver="bank",
            kinds=("orders",),
            since=world.day,
            until=world.day.replace(year=world.day.year + 1),
        ),
        at=world.at,
    )
    loan = borrowed(people, key="loan")
    return {
        "household-product": {"product": "sales_flow"},
        "household-application": {"application": loan},
        "household-loan": {"agreement": loan},
        "household-sign": {"application": asked_to_sign(people)},
        "household-receipt": {"consent": given.consent},
        "household-revoke": {"consent": given.consent},
    }


def borrowed(people: People, *, key: str) -> str:
    """A loan that was offered, read and accepted."""
    world, own = people.world, people.world.household(PARTY)
    asked = applying.Asked(
        party=PARTY, product="sales_flow", amount_fen=2_000_000, purpose="inputs"
    )
    name = applying.apply(own, asked, key=key, at=world.at).application.application
    said = deciding.ask_decision(world.officer, name, at=world.at)
    assert said.offer is not None
    world.later(minutes=2)
    accepting.accept(own, name, offer=said.offer.digest, read_seconds=60, at=world.at)
    return name


def asked_to_sign(people: People) -> str:
    """Another household's loan that it asks this one to stand for."""
    world = people.world
    other = world.household(world.register("h-0008"))
    asked = applying.Asked(
        party="h-0008",
        product="streamer_guaranteed",
        amount_fen=1_000_000,
        purpose="stock",
        backers=(Backer(party=PARTY, cap_fen=1_000_000),),
    )
    name = applying.apply(other, asked, key="streamer", at=world.at).application.application
    said = deciding.ask_decision(world.officer, name, at=world.at)
    assert said.offer is not None, said
    world.later(minutes=2)
    accepting.accept(other, name, offer=said.offer.digest, read_seconds=60, at=world.at)
    return name
