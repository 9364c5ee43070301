"""Parties from their events: keys, contracts in force, votes and the stop."""

from __future__ import annotations

from dataclasses import dataclass, field

from suixin.evidence.chain.calls import parties
from suixin.evidence.chain.calls.parties import NO_ADDRESS, Place, Role
from suixin.evidence.chain.calls.value import Event
from suixin.evidence.chain.port import Address


@dataclass(slots=True)
class PartiesState:
    """Keys by role, contracts by place, and the votes that were cast, a bit each role."""

    keys: dict[Role, Address] = field(default_factory=dict)
    places: dict[Place, Address] = field(default_factory=dict)
    stopped: bool = False
    successor: Address = NO_ADDRESS
    decisions: int = 0
    votes: dict[bytes, int] = field(default_factory=dict)

    def take(self, event: Event) -> None:
        """Work in one event."""
        match event:
            case parties.Founded(keys, _):
                self.keys = dict(zip(Role, keys, strict=True))
            case parties.Voted(what, role, _):
                self.votes[what] = self.votes.get(what, 0) | 1 << role
            case _:
                self._decided(event)

    def _decided(self, event: Event) -> None:
        """What two parties decided; every vote that was open lapses with it."""
        self.decisions += 1
        match event:
            case parties.KeyChanged(role, _, key, _):
                self.keys[role] = key
            case parties.PlacesChanged(at_anchor, at_agreement, at_group, at_pool, _):
                places = (at_anchor, at_agreement, at_group, at_pool)
                self.places = dict(zip(Place, places, strict=True))
            case parties.Stopped():
                self.stopped = True
            case parties.Restarted():
                self.stopped = False
            case parties.Succeeded(successor, _):
                self.successor = successor
            case _:
                raise AssertionError(f"{event} is no event of Parties.")
