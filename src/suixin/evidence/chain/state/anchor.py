"""Anchored heads from their events."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from suixin.evidence.chain.calls import anchor
from suixin.evidence.chain.calls.anchor import Head
from suixin.evidence.chain.calls.parties import Role
from suixin.evidence.chain.calls.value import NOTHING, Event


@dataclass(slots=True)
class AnchorState:
    """The head of every log, by its party and its origin."""

    heads: dict[tuple[Role, bytes], Head] = field(default_factory=dict)

    def take(self, event: Event) -> None:
        """Work in one event."""
        match event:
            case anchor.Anchored(role, origin, size, root, on):
                before = self.heads.get((role, origin)) or Head(0, NOTHING, on)
                self.heads[role, origin] = replace(before, size=size, root=root, on=on)
            case anchor.Accused(role, origin, by):
                head = self.heads[role, origin]
                self.heads[role, origin] = replace(head, accusers=head.accusers | 1 << by)
            case anchor.Succeeded(role, origin, successor):
                head = self.heads[role, origin]
                self.heads[role, origin] = replace(head, successor=successor)
            case anchor.Adopted(role, origin, head):
                self.heads[role, origin] = head
            case _:
                raise AssertionError(f"{event} is no event of Anchor.")
