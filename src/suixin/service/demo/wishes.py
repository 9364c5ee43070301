"""Who in the county wants a loan, when, and how it will be repaid: drawn from what was planted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from suixin.county.bits import Bits
from suixin.county.kinds import Kind


class Pays(StrEnum):
    """How a debtor pays."""

    ON_TIME = "on_time"
    LATE = "late"  # Each instalment a week or two after its day.
    STOPS = "stops"  # The first instalment, and then no more.
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A loan that a household wants on the how-many-th day, as a share of its limit (bps).

    `times` are turns of the product's cycle; `group` and `members` are those who stand for it.
    """

    day: int
    party: str
    product: str
    purpose: str
    share_bps: int
    times: int
    pays: Pays
    group: str = ""
    members: tuple[str, ...] = ()


GROUP_SIZE: Final = 4
# All are scored every so many days; a file is a week old at most when a loan rests on it.
SCORED_EACH: Final = 28
_WEEK: Final = 7
_ROUNDS, _EARLY_ROUNDS = 6, 1
# A planted kind → of how many households of it one asks, and for which products in turn.
_BORROWS: Final[Mapping[Kind, tuple[int, tuple[str, ...]]]] = {
    Kind.STEADY: (2, ("village_live", "sales_flow")),
    Kind.ORDINARY: (2, ("sales_flow", "village_live", "sales_flow")),
    Kind.SEASONAL: (3, ("village_live",)),
    Kind.FALLING: (3, ("village_live", "sales_flow")),
    Kind.WASH_TRADER: (4, ("sales_flow",)),
    Kind.THIN_FILE: (12, ("sales_flow",)),
}
_GROUPS: Final = 5


def wishes(truth: Mapping[str, Kind], seed: int) -> tuple[Wish, ...]:
    """Every wish of the half year, by day. The same county and seed give the same.

    >>> truth = {f"m-{n:04}": Kind.STEADY for n in range(40)}
    >>> made = wishes(truth, 1)
    >>> len(made) == len({wish.party for wish in made}), made == wishes(truth, 1)
    (True, True)
    """
    bits = Bits(seed)
    made: list[Wish] = []
    for kind, (one_of, products) in _BORROWS.items():
        shops = sorted(party for party, planted in truth.items() if planted is kind)
        for place, party in enumerate(shops[::one_of]):
            draw = int(bits.below(f"wish/{party}", 1, 1_000_000)[0])
            product = products[place % len(products)]
            made.append(_single(party, kind, product, place, draw))
    taken = {wish.party for wish in made}
    free = [
        party
        for kind in (Kind.STEADY, Kind.ORDINARY)
        for party, planted in sorted(truth.items())
        if planted is kind and party not in taken
    ]
    made.extend(_of_groups(free[: _GROUPS * GROUP_SIZE]))
    return tuple(sorted(made, key=lambda wish: (wish.day, wish.party)))


def _single(party: str, kind: Kind, product: str, place: int, draw: int) -> Wish:
    pays = Pays.LATE if draw % 9 == 0 else Pays.ON_TIME
    if kind is Kind.FALLING:
        pays = (Pays.NEVER, Pays.STOPS, Pays.LATE)[place % 3]
    # Who will fail asks early, so that the half year sees how it ends.
    rounds = _EARLY_ROUNDS if kind is Kind.FALLING else _ROUNDS
    return Wish(
        day=SCORED_EACH * (draw // _WEEK % rounds) + draw % _WEEK,
        party=party,
        product=product,
        purpose=("inputs", "stock")[draw % 2],
        share_bps=3_000 + 500 * (draw // 7 % 13),
        times=4 + draw % 3,
        pays=pays,
    )


def _of_groups(free: list[str]) -> Iterator[Wish]:
    """Groups of four of which two borrow, one after the other; in one, the first fails."""
    for number, first in enumerate(range(0, len(free) - GROUP_SIZE + 1, GROUP_SIZE), 1):
        members = tuple(free[first : first + GROUP_SIZE])
        for turn in range(2):
            party = members[turn]
            yield Wish(
                day=SCORED_EACH * ((number - 1) // 2 + 2 * turn) + number,
                party=party,
                product="community_chain",
                purpose="stock",
                share_bps=4_000,
                times=6,
                pays=Pays.STOPS if (number, turn) == (1, 0) else Pays.ON_TIME,
                group=f"group-{number:02}",
                members=tuple(one for one in members if one != party),
            )
