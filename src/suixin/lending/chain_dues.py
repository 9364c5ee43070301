"""What the chain was told of an agreement's debt, and how it is kept level with the books.

On the chain penalty, fee and interest are owed once they fell due, and so much of the principal;
what the books count as due is charged there, and what is due no more is waived.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from suixin.evidence.chain.calls import agreement
from suixin.evidence.chain.calls.parties import Role
from suixin.evidence.chain.calls.value import Act, Parts
from suixin.evidence.outbox import Call, Told, call_id
from suixin.evidence.reconcile import Move
from suixin.lending.agreement import AgreementState
from suixin.lending.chain_rows import OnChain, Step
from suixin.lending.states import Life

PARTS: Final = ("penalty", "fee", "interest", "principal")
PRINCIPAL: Final = 3

Moved = tuple[str, str, int]  # A kind of move, the amount it adds to, fen.


@dataclass(slots=True, kw_only=True)
class Debt:
    """An agreement as the chain has it by now, and the calls that brought it there."""

    names: OnChain
    steps: list[Step] = field(default_factory=list)
    due: list[int] = field(default_factory=lambda: [0, 0, 0, 0])
    paid: list[int] = field(default_factory=lambda: [0, 0, 0, 0])
    outstanding: int = 0
    used: dict[str, int] = field(default_factory=dict)  # How often a name was used.
    accepted: str = ""  # The call that accepted the claim.
    life: Life = Life.READY
    before: AgreementState | None = None
    day: date = date.min

    def even(self, state: AgreementState, coming: list[int], *, principal: bool = False) -> None:
        """Let fall due what the books say is due and what comes pays; waive what is due no more."""
        if self.life is Life.WRITTEN_OFF:
            return
        due = [0, state.fee_fen, sum(due.interest_fen for due in state.dues)]
        most = [state.penalty_fen, due[1], due[2] + state.accrued_fen]
        charge = [max(0, due[n] + coming[n] - self.due[n]) for n in range(PRINCIPAL)]
        waive = [max(0, self.due[n] - most[n] - coming[n]) for n in range(PRINCIPAL)]
        fallen = sum(one.principal_fen for one in state.dues) - self.due[PRINCIPAL]
        self.charge([*charge, max(0, fallen) if principal else 0])
        self.waive([*waive, max(0, -fallen) if principal else 0])

    def bring_up(self) -> None:
        """Let fall due what has run up to today, before others are asked for it."""
        state = self.before
        if state is None or self.life is Life.WRITTEN_OFF:
            return
        interest = state.accrued_fen + sum(due.interest_fen for due in state.dues)
        most = [state.penalty_fen, state.fee_fen, interest]
        self.charge([*(max(0, most[n] - self.due[n]) for n in range(PRINCIPAL)), 0])

    def make_way(self, parts: list[int]) -> None:
        """Principal ahead of dues that were learned of late is let fall due first."""
        rest = [due - part for due, part in zip(self.due, parts, strict=True)]
        if rest[PRINCIPAL] < 0 and any(rest[:PRINCIPAL]):
            self.charge([0, 0, 0, -rest[PRINCIPAL]])

    def charge(self, parts: list[int]) -> None:
        """What has fallen due, by part."""
        if any(parts):
            self.call(
                f"charge/{self.day}",
                lambda id: agreement.Charge(self.names.id, id, Parts(*parts), self.day),
                [(f"charged {PARTS[n]}", "", fen) for n, fen in enumerate(parts) if fen],
            )
            self.due = [due + fen for due, fen in zip(self.due, parts, strict=True)]

    def waive(self, parts: list[int], *, ended: bool = False) -> None:
        """What is due no more; after a claim it stays due until nobody has anything out."""
        if any(parts) and (ended or not self.accepted):
            self.call(
                f"waive/{self.day}",
                lambda id: agreement.Waive(self.names.id, id, Parts(*parts), id, self.day),
                [(f"waived {PARTS[n]}", "", fen) for n, fen in enumerate(parts) if fen],
            )
            self.due = [due - fen for due, fen in zip(self.due, parts, strict=True)]

    def through(self, call: str, moved: Iterable[Moved]) -> None:
        """What another call moves, as the ledger has it."""
        self.steps.append(Step(None, self._moves(call, moved)))

    def call(
        self,
        key: str,
        act: Callable[[bytes], Act],
        moved: Iterable[Moved],
        *,
        by: Role = Role.BANK,
    ) -> str:
        """One more call, under a key of its own by which money comes once; gives the key."""
        self.used[key] = self.used.get(key, 0) + 1
        name = key if self.used[key] == 1 else f"{key}~{self.used[key]}"
        id = call_id(self.names.of, name)
        call = Call(id, self.names.of, by, act(bytes.fromhex(id)), self.day)
        self.steps.append(Step(call, self._moves(id, moved)))
        return id

    def _moves(self, call: str, moved: Iterable[Moved]) -> tuple[Told, ...]:
        of, day = self.names.of, self.day
        return tuple(Told(of, Move(call, kind, day, amount, fen)) for kind, amount, fen in moved)
