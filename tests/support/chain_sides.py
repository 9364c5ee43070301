"""Ledger and chain side by side: calls go out, events come back, both tell their rows."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path

from suixin.evidence.chain.calls import agreement, group, pool
from suixin.evidence.chain.calls.parties import Role
from suixin.evidence.chain.calls.value import Act
from suixin.evidence.chain.deployment import Deployment, Done, deploy
from suixin.evidence.chain.embedded import EmbeddedChain
from suixin.evidence.chain.signer import Signer
from suixin.evidence.chain_told import FUND, agreement_row, fund_row, told
from suixin.evidence.outbox import Call, Told
from suixin.evidence.reconcile import Move, Row

FIRST = date(2026, 1, 1)
KEYS: Mapping[Role, Signer] = {role: Signer(bytes([role] * 32)) for role in Role}


def name32(*words: object) -> bytes:
    """32 bytes for a name: what stands for a random id, a hash or a commitment in tests."""
    return sha256("/".join(map(str, words)).encode()).digest()


@contextmanager
def quick_folder() -> Iterator[Path]:
    """A folder that is gone afterwards, in memory where there is such a place.

    What a chain syncs to a disk for each block is most of what it costs; here nobody kills power.
    """
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


@dataclass(frozen=True)
class Snapshot:
    """A chain as it stands in a folder, to be gone on from any number of times."""

    folder: Path
    parties_at: str

    @contextmanager
    def opened(self) -> Iterator[OnTheChain]:
        """A copy of its own."""
        with quick_folder() as place:
            shutil.copytree(self.folder, place / "chain")
            with EmbeddedChain(place / "chain") as chain:
                yield OnTheChain(Deployment(chain, self.parties_at))


@dataclass
class OnTheChain:
    """An embedded chain with every contract, and what its events told so far."""

    made: Deployment
    told: list[Told] = field(default_factory=list)
    principals: dict[str, int] = field(default_factory=dict)

    @classmethod
    def begun(cls, folder: Path, *, tiers: int = 3) -> OnTheChain:
        """A fresh chain in a folder, with bounds that approve what tests ask."""
        chain = cls(deploy(EmbeddedChain(folder), KEYS, tiers=tiers, on=FIRST))
        wide = agreement.Bounds(10**12, 10_000, date(2100, 1, 1), name32("policy"))
        chain.act(agreement.SetBounds(wide, FIRST), Role.BANK)
        return chain

    def snapshot(self, folder: Path) -> Snapshot:
        """End here: what stands in the folder is what others go on from."""
        assert isinstance(self.made.chain, EmbeddedChain)
        self.made.chain.close()
        return Snapshot(folder, self.made.parties_at)

    def act(self, act: Act, by: Role) -> Done:
        """Perform an act that has to go through."""
        done = self.made.do(act, KEYS[by])
        assert done.refusal is None, f"{act}: {done.refusal}"
        return done

    def refusal(self, act: Act, by: Role) -> str | None:
        """Perform an act, and say what refused it, if anything."""
        return self.made.do(act, KEYS[by]).refusal

    def opened(
        self, id: bytes, fen: int, on: date, *, to: bytes, group: bytes = bytes(32), debtor: int = 0
    ) -> None:
        """Applied for and decided inside all bounds, so that only the payment is left."""
        terms = agreement.Terms(fen, 1_000, date(2099, 1, 1), to, name32("terms"), group, debtor)
        decision = agreement.Decision(fen, 1_000, date(2099, 1, 1), False, name32("decision"))
        self.act(agreement.Apply(id, terms, on), Role.BANK)
        self.act(agreement.Decide(id, decision, on), Role.SCORER)
        self.principals[id.hex()] = fen

    def send(self, calls: Iterable[Call]) -> dict[str, str]:
        """Send calls in order, take in their events, and say which were refused and why."""
        waiting = list(calls)
        done = self.made.do_all([(call.act, KEYS[call.by]) for call in waiting])
        refused = {}
        for call, one in zip(waiting, done, strict=True):
            self.told += told(call.id, one.events, self.principals)
            if one.refusal is not None:
                refused[call.id] = one.refusal
        return refused

    def moves(self, of: str) -> tuple[Move, ...]:
        """What events told of an agreement or of the fund."""
        return tuple(one.move for one in self.told if one.of == of)

    def row(self, id: bytes) -> Row:
        """An agreement as the chain has it."""
        ask = self.made.ask
        record, called = ask(agreement.record(id)), ask(group.call_of(id))
        return agreement_row(id, record, called, ask(pool.claim_of(id)), self.moves(id.hex()))

    def fund(self) -> Row:
        """The fund as the chain has it."""
        return fund_row(self.made.ask(pool.fund()), self.moves(FUND))
