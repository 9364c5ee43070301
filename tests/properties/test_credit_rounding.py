"""Half-even on the digits as written: four decimals weighed by tenths often end in a tie."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from suixin.credit.composite import composite
from suixin.credit.index import half_even
from suixin.credit.weights import Weights

DEFAULT = Weights("default", {"engagement": 0.3, "stability": 0.4, "reputation": 0.3})
SHARES = tuple(DEFAULT.share.values())
FOUR = Decimal("0.0001")

index_values = st.integers(0, 1_000_000).map(lambda n: n / 10_000)


@given(st.tuples(index_values, index_values, index_values))
def test_a_composite_is_what_it_is_on_paper(found: tuple[float, float, float]) -> None:
    pairs = zip(found, SHARES, strict=True)
    exact = sum((Decimal(repr(v)) * Decimal(repr(share)) for v, share in pairs), Decimal(0))
    given_indices = dict(zip(DEFAULT.share, found, strict=True))
    on_paper = float(exact.quantize(FOUR, ROUND_HALF_EVEN))
    assert composite(given_indices, DEFAULT) == on_paper


@given(st.integers(0, 99_999), st.integers(1, 6))
def test_ties_go_to_the_even_digit(n: int, decimals: int) -> None:
    tie = (Decimal(n) + Decimal("0.5")).scaleb(-decimals)
    wanted = float(tie.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN))
    assert half_even(np.array([float(tie)]), decimals).tolist() == [wanted]


@given(st.floats(0, 100), st.integers(0, 6))
def test_what_is_rounded_stays_and_is_near(value: float, decimals: int) -> None:
    once = half_even(np.array([value]), decimals)
    assert abs(once[0] - value) <= 0.5000001 * 10.0**-decimals
    assert half_even(once, decimals).tolist() == once.tolist()
