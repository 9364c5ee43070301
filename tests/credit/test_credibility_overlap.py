"""Buyers who reviewed much the same shops: told by their sets, whichever shops those are."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from suixin.credit.credibility import Written, overlapping
from suixin.kernel.policy import load_policy

RULE = load_policy("reputation").on(date(2026, 6, 30))["reputation.overlap"]


def reviews(shops_of_buyers: list[set[int]]) -> Written:
    """One review a buyer and shop."""
    pairs = [(buyer, shop) for buyer, shops in enumerate(shops_of_buyers) for shop in sorted(shops)]
    size = len(pairs)
    return Written(
        merchant=np.array([shop for _, shop in pairs]),
        buyer=np.array([buyer for buyer, _ in pairs]),
        age=np.zeros(size, np.int64),
        rating=np.full(size, 5.0),
        texts=[None] * size,
        share=np.full(size, np.nan),
        backed=None,
    )


def suspects(shops_of_buyers: list[set[int]]) -> list[int]:
    written = reviews(shops_of_buyers)
    return sorted(set(written.buyer[overlapping(written, RULE)].tolist()))


def by_counting(shops_of_buyers: list[set[int]]) -> list[int]:
    """The rule as written, every pair looked at."""
    busy = [k for k, shops in enumerate(shops_of_buyers) if len(shops) >= RULE["shops_min"]]
    found = []
    for one in busy:
        mine = shops_of_buyers[one]
        alike = [
            other
            for other in busy
            if other != one
            and len(mine & shops_of_buyers[other]) / len(mine | shops_of_buyers[other])
            >= RULE["share"]
        ]
        if len(alike) >= RULE["others"]:
            found.append(one)
    return found


def test_a_fourth_shop_is_not_taken_for_the_first_three() -> None:
    """Five buyers of shops 0, 1, 2 and one of shops 0, 1, 2, 3: three of four in common."""
    assert suspects([{0, 1, 2}] * 5 + [{0, 1, 2, 3}]) == []


def test_six_buyers_of_the_same_three_shops_work_together() -> None:
    assert suspects([{0, 1, 2}] * 6 + [{0, 1, 2, 3}]) == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("first", [0, 1, 7])
def test_which_shop_came_first_in_the_file_changes_nothing(first: int) -> None:
    """Many buyers of one well-known shop hide nobody, wherever that shop stands in the file."""
    known = {first}
    honest = [known | {100 + 2 * k, 101 + 2 * k} for k in range(200)]
    farm = [known | {20, 21, 22, 23} | ({24} if k % 2 else set()) for k in range(8)]
    crowd = [shops for k in range(8) for shops in [*honest[25 * k : 25 * k + 25], farm[k]]]
    assert suspects(crowd) == by_counting(crowd) == [25 + 26 * k for k in range(8)]
