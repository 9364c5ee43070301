"""Who lives in the county: households, their members, buyers, agents; what each is planted as."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from suixin.county.bits import Bits, Ints, Texts
from suixin.county.kinds import HOUSEHOLDS_MIN, Kind, kind_counts
from suixin.data.errors import InputError

VILLAGE_SIZE = 25
ALIASES = 4
"""Accounts in other names that a self-buying shop keeps on its own device, card or address."""

_BUYERS_PER_HOUSEHOLD = 20


@dataclass(frozen=True, slots=True)
class Cast:
    """Everyone, as one list of parties; a party is known by its place in `ids`.

    Subjects (households) stand first, so a subject's number is its party's. Then two members a
    household, co-operatives, station agents and buyers; the last buyers are the aliases.
    """

    ids: Texts
    kinds: tuple[Kind, ...]  # (households,)
    rank: Ints  # (households,): place among the subjects of the same kind
    shops: Ints  # subjects that trade
    first_cooperative: int
    first_agent: int
    first_buyer: int
    first_alias: int

    @property
    def households(self) -> int:
        """How many subjects there are."""
        return len(self.kinds)

    @property
    def villages(self) -> int:
        """How many villages there are; a village has one agent."""
        return self.first_buyer - self.first_agent

    @property
    def cooperatives(self) -> Texts:
        """Ids of the co-operatives."""
        return self.ids[self.first_cooperative : self.first_agent]

    def of(self, kind: Kind, *, trading: bool = True) -> Ints:
        """The subjects planted as a kind, in the order of their rank; those that trade, or all."""
        found = np.flatnonzero([k is kind for k in self.kinds])
        if trading:
            found = found[np.isin(found, self.shops)]
        return found[np.argsort(self.rank[found], kind="stable")].astype(np.int64)

    def village(self, subject: Ints) -> Ints:
        """The village (0 …) a subject lives in."""
        return subject // VILLAGE_SIZE

    def head(self, subject: Ints) -> Ints:
        """The party of a household's head; its spouse is the next."""
        return self.households + 2 * subject


def cast(households: int, bits: Bits) -> Cast:
    """Draw who lives in a county of so many households; `InputError` for fewer than 50.

    >>> people = cast(300, Bits(1))
    >>> people.of(Kind.WASH_TRADER).size, people.ids[people.shops[0]][:2]
    (12, 'm-')
    """
    if households < HOUSEHOLDS_MIN:
        raise InputError(
            "TOO_FEW_HOUSEHOLDS",
            f"A county of {households} households has no room for every planted kind.",
            f"Ask for at least {HOUSEHOLDS_MIN}.",
        )
    counts = kind_counts(households)
    quiet = households // 4
    ranked = [(kind, rank) for kind, count in counts.items() for rank in range(count)]
    # Quiet households trade nothing: the last of the thin files, which stand at the end.
    place = bits.order("kinds", households)
    kinds, rank = [Kind.ORDINARY] * households, np.zeros(households, dtype=np.int64)
    for (kind, r), subject in zip(ranked, place.tolist(), strict=True):
        kinds[subject], rank[subject] = kind, r
    shops = np.sort(place[: households - quiet])
    buyers = _BUYERS_PER_HOUSEHOLD * households
    return numbered(kinds, rank, shops, buyers=buyers, washing=counts[Kind.WASH_TRADER])


def numbered(kinds: list[Kind], rank: Ints, shops: Ints, *, buyers: int, washing: int) -> Cast:
    """Give everyone a place and an id; `washing` households keep aliases beside the buyers."""
    households = len(kinds)
    width = max(4, len(str(households)))
    trading = np.isin(np.arange(households), shops)
    ids = [f"{'m' if t else 'h'}-{i + 1:0{width}}" for i, t in enumerate(trading)]
    ids += [f"p-{i + 1:0{width}}-{k}" for i in range(households) for k in (1, 2)]
    first_cooperative = len(ids)
    ids += [f"c-{i + 1:02}" for i in range(max(1, households // 100))]
    first_agent = len(ids)
    ids += [f"agent-{i + 1:03}" for i in range(-(-households // VILLAGE_SIZE))]
    first_buyer = len(ids)
    first_alias = first_buyer + buyers
    buyers += ALIASES * washing
    ids += [f"b-{i + 1:0{len(str(buyers))}}" for i in range(buyers)]
    return Cast(
        ids=np.array(ids, dtype=object),
        kinds=tuple(kinds),
        rank=rank,
        shops=shops.astype(np.int64),
        first_cooperative=first_cooperative,
        first_agent=first_agent,
        first_buyer=first_buyer,
        first_alias=first_alias,
    )


def consent_ids(cast: Cast, subject: Ints, purpose: str) -> Texts:
    """The consent under which a subject's facts of one purpose are used."""
    return np.array([f"k-{cast.ids[s]}-{purpose}" for s in subject.tolist()], dtype=object)
