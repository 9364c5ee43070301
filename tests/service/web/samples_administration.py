"""What there is to see on the administrators' pages: a person, and a proposal that waits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from people_of_desks import People
from sign_in import caller_of, given_duties

from suixin.service.app import administration
from suixin.service.app.administration import Newcomer, Request
from suixin.service.app.caller import Duty


def samples(people: People) -> Mapping[str, Mapping[str, Any]]:
    """Two administrators, of whom one invites a cashier."""
    here = people.world.institution
    one = given_duties(here, Duty.ADMINISTRATOR)
    caller = caller_of(people.client(Duty.ADMINISTRATOR))
    newcomer = Newcomer(sign_in="sample-1", name="Sample", duties=frozenset({Duty.CASHIER}))
    request = Request(key="sample", why="sample", at=people.world.at)
    proposal = administration.invite(caller, newcomer, request)
    return {
        "administration-person": {"username": one.username},
        "administration-proposal": {"proposal": proposal.proposal},
        "policy-sheet": {"sheet": "products/sales_flow"},
    }
