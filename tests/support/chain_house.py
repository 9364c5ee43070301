"""The contracts with all their parties, and a stage on which every act could be performed."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final

from chain_sides import quick_folder

from suixin.evidence.chain.calls import agreement, anchor, group, parties, pool
from suixin.evidence.chain.calls.parties import Role
from suixin.evidence.chain.calls.value import Act, Parts
from suixin.evidence.chain.deployment import Deployment, Done, deploy, successors
from suixin.evidence.chain.embedded import EmbeddedChain
from suixin.evidence.chain.port import Chain
from suixin.evidence.chain.signer import Signer

DAY: Final = date(2026, 6, 30)
LATER: Final = DAY + timedelta(days=16)  # After the days that a call leaves to pay.
FAR: Final = date(2027, 6, 30)
FEN_MAX: Final = 2**53 - 1
SIGNERS: Final = {role: Signer(bytes([role] * 32)) for role in Role}
STRANGER: Final = Signer(bytes([99] * 32))
LENT: Final = 1_000_000
RATE: Final = 960


def name(*words: object) -> bytes:
    """32 bytes for a name: what stands for a random id, a hash or a commitment."""
    return sha256("/".join(map(str, words)).encode()).digest()


@dataclass
class House:
    """A chain with the contracts on it; acts that must go through, and acts that must not."""

    chain: Chain
    made: Deployment

    def do(self, act: Act, by: Role = Role.BANK) -> Done:
        """Perform an act that has to go through."""
        done = self.made.do(act, SIGNERS[by])
        assert done.refusal is None, f"{act}: {done.refusal}"
        return done

    def do_all(self, acts: Iterable[tuple[Act, Role]]) -> tuple[Done, ...]:
        """Perform acts that all have to go through, in few blocks."""
        pairs = list(acts)
        found = self.made.do_all([(act, SIGNERS[by]) for act, by in pairs])
        for (act, _), done in zip(pairs, found, strict=True):
            assert done.refusal is None, f"{act}: {done.refusal}"
        return found

    def sent(self, act: Act, by: Role = Role.BANK) -> str | None:
        """Perform an act, and give what refused it, if anything."""
        return self.made.do(act, SIGNERS[by]).refusal

    def why(self, act: Act, by: Role = Role.BANK) -> str | None:
        """What would refuse an act now; nothing is sent."""
        return self.made.try_(act, SIGNERS[by].address)

    def record(self, id: bytes) -> agreement.Record:
        """An agreement as it stands."""
        return self.made.ask(agreement.record(id))

    def claim(self, id: bytes) -> pool.Claim:
        """A claim as it stands."""
        return self.made.ask(pool.claim_of(id))

    def fund(self) -> pool.Fund:
        """The fund as it stands."""
        return self.made.ask(pool.fund())

    def succeeded(self) -> Deployment:
        """New contracts in force, by two parties; gives the deployment as it was before."""
        before = Deployment(self.chain, self.made.parties_at)
        places = successors(
            self.chain, SIGNERS[Role.BANK], parties_at=before.parties_at, tiers=3, before=before
        )
        vote = parties.SetPlaces(places, DAY)
        self.do_all([(vote, Role.GOVERNMENT), (vote, Role.PLATFORM)])
        return before


def founded(chain: Chain) -> House:
    """All contracts in force, with bounds that approve what tests ask and a fund's share."""
    house = House(chain, deploy(chain, SIGNERS, tiers=3, on=DAY))
    house.do_all(
        [
            (agreement.SetBounds(bounds(), DAY), Role.BANK),
            (pool.SetShare(pool.Share(7_000, 90, name("leaf")), DAY), Role.GOVERNMENT),
        ]
    )
    return house


@contextmanager
def opened(template: Path, folder: Path | None = None) -> Iterator[House]:
    """A house from one that was kept, in a folder of its own or in one that is gone afterwards."""
    with quick_folder() as gone:
        place = gone if folder is None else folder
        shutil.copytree(template, place, dirs_exist_ok=True)
        with EmbeddedChain(place) as chain:
            yield House(chain, Deployment(chain, parties_at(chain)))


def parties_at(chain: Chain) -> str:
    """Where Parties stand: the first that said anything."""
    return next(iter(chain.events())).address


def bounds() -> agreement.Bounds:
    """Inside which everything that tests ask approves itself."""
    return agreement.Bounds(10**12, 2_400, date(2100, 1, 1), name("policy"))


def applied(id: bytes, fen: int = LENT, *, in_: bytes = bytes(32), seat: int = 0) -> Act:
    """An application."""
    terms = agreement.Terms(fen, RATE, FAR, name("payee", id), name("terms", id), in_, seat)
    return agreement.Apply(id, terms, DAY)


def decided(id: bytes, fen: int = LENT, *, review: bool = False) -> Act:
    """A decision that approves itself, unless a person has to look."""
    decision = agreement.Decision(fen, RATE, FAR, review, name("decision", id))
    return agreement.Decide(id, decision, DAY)


def lent(id: bytes, fen: int = LENT, *, in_: bytes = bytes(32), seat: int = 0) -> list[Pair]:
    """From the application to the payment."""
    return [
        (applied(id, fen, in_=in_, seat=seat), Role.BANK),
        (decided(id, fen), Role.SCORER),
        (agreement.Disburse(id, name("payee", id), DAY), Role.BANK),
    ]


def signed(id: bytes, caps: tuple[int, ...] = (400_000, 600_000, 1_000_000)) -> list[Pair]:
    """A group, with every member's consent."""
    members = tuple(name("member", id, seat) for seat in range(len(caps)))
    consents = [
        group.Consent(id, seat, name("consent", id, seat), DAY) for seat in range(len(caps))
    ]
    acts = [group.Form(id, members, caps, FAR, DAY), *consents]
    return [(act, Role.COOPERATIVE) for act in acts]


def charged(id: bytes, interest: int = 5_000, principal: int = 0) -> Pair:
    """So much falls due."""
    parts = Parts(interest=interest, principal=principal)
    return agreement.Charge(id, name("charge", id), parts, DAY), Role.BANK


def received(id: bytes, interest: int = 0, principal: int = 0) -> Pair:
    """The borrower pays so much."""
    parts = Parts(interest=interest, principal=principal)
    return agreement.Receive(
        id, name("receipt", id), agreement.Kind.BORROWER, parts, DAY
    ), Role.BANK


def claimed(id: bytes, fen: int = LENT, *, accept: bool = True) -> list[Pair]:
    """A claim for principal and 5,000 of interest, accepted or not yet."""
    filed: list[Pair] = [(pool.FileClaim(id, fen, 5_000, 91, LATER), Role.BANK)]
    return [*filed, (pool.Accept(id, LATER), Role.GOVERNMENT)] if accept else filed


def first_anchor(origin: str, size: int = 1) -> Act:
    """The first head of a log."""
    return anchor.Anchor(anchor.origin_id(origin), size, name("root", origin), (), DAY)


Pair = tuple[Act, Role]
