"""The whole state of the contracts from their events alone, as an auditor works it out.

An event says all that its act changed, so whoever keeps the events needs no contract and no chain
to know how an agreement stands. A test holds what is made here against the contracts' storage.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from suixin.evidence.chain.deployment import Said
from suixin.evidence.chain.port import Address
from suixin.evidence.chain.state.agreement import AgreementState
from suixin.evidence.chain.state.anchor import AnchorState
from suixin.evidence.chain.state.group import GroupState
from suixin.evidence.chain.state.parties import PartiesState
from suixin.evidence.chain.state.pool import PoolState

State: TypeAlias = PartiesState | AnchorState | AgreementState | GroupState | PoolState

_STATES = {
    "Parties": PartiesState,
    "Anchor": AnchorState,
    "Agreement": AgreementState,
    "Group": GroupState,
    "Pool": PoolState,
}


def rebuild(said: Iterable[Said]) -> dict[Address, State]:
    """The state of every contract that spoke, by its address; events come in their order."""
    states: dict[Address, State] = {}
    for one in said:
        state = states.get(one.address)
        if state is None:
            made: State = _STATES[one.contract]()
            state = states[one.address] = made
        state.take(one.event)
    return states
