"""Working capital bought at a discount, by other people's cases and by what must always hold."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import working_capital
from suixin.data.errors import InputError
from suixin.lending.discount import discounted


def test_every_case_agrees_to_the_fen(shared: Path) -> None:
    line = working_capital.main([str(shared / "data/loans/working_capital")])
    assert line == "bench.working_capital: passed=2 total=2 refused=0"


@given(
    net=st.integers(100_00, 100_000_00),
    fee=st.integers(0, 20_000_00),
    days=st.integers(1, 120),
)
def test_all_that_was_bought_is_paid_and_all_the_fee_earned(net: int, fee: int, days: int) -> None:
    daily = -(-(net + fee) // days)
    rows = discounted(net, fee, volume_fen=daily, share=Fraction(1), basis_days=1)
    assert sum(row.payment_fen for row in rows) == net + fee
    assert sum(row.earned_fen for row in rows) == fee
    assert (rows[-1].balance_fen, rows[-1].unearned_fen) == (0, 0)
    assert len(rows) <= days


@pytest.mark.parametrize(("net", "fee", "volume"), [(0, 1, 1), (-1, 0, 1), (1, -1, 1), (1, 0, 0)])
def test_what_is_no_purchase_is_refused(net: int, fee: int, volume: int) -> None:
    with pytest.raises(InputError, match="no purchase"):
        discounted(net, fee, volume_fen=volume, share=Fraction(1), basis_days=1)
