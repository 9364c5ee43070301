"""What always holds of the kernel: nothing is lost, order and signs behave, oracles agree."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

from suixin.kernel.calendar import add_working_days, is_working_day, next_working_day
from suixin.kernel.day import date_of, day_end, day_start, epoch_day, local_day
from suixin.kernel.identity import BadIdentity, check_bank_card, check_resident_id, check_uscc
from suixin.kernel.money import Money, round_half_even, round_half_up

fen = st.integers(-(10**15), 10**15)
weights = st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any)
days = st.dates(date(2004, 1, 1), date(2026, 6, 30))


@given(fen, weights)
def test_sharing_loses_nothing(minor: int, by: list[int]) -> None:
    parts = Money(minor).allocate(by)
    assert sum(part.minor for part in parts) == minor


@given(fen, weights)
def test_no_share_is_a_fen_from_its_due_and_nought_gets_nought(minor: int, by: list[int]) -> None:
    total = sum(by)
    for part, weight in zip(Money(minor).allocate(by), by, strict=True):
        assert abs(part.minor * total - minor * weight) < total
        assert weight or part.minor == 0


@given(fen, weights)
def test_taking_back_undoes_giving(minor: int, by: list[int]) -> None:
    given_out, taken = Money(minor).allocate(by), Money(-minor).allocate(by)
    assert all(one + other == Money(0) for one, other in zip(given_out, taken, strict=True))


@given(fen, st.integers(1, 10**9))
def test_rounding_agrees_with_decimal(numerator: int, denominator: int) -> None:
    with localcontext(prec=60):
        exact = Decimal(numerator) / Decimal(denominator)
        up = int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))
        even = int(exact.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))
    assert round_half_up(numerator, denominator) == up
    assert round_half_even(numerator, denominator) == even


@given(fen)
def test_yuan_and_back(minor: int) -> None:
    assert (
        Money.from_yuan(Money(minor).yuan)
        == Money.from_yuan(str(Money(minor).yuan))
        == Money(minor)
    )


@given(st.dates(date(1970, 1, 2)), st.integers(0, 86_399))
def test_each_second_of_a_day_falls_in_it(day: date, second: int) -> None:
    assert date_of(epoch_day(day)) == day
    assert local_day(day_start(day) + second) == epoch_day(day)
    assert day_end(day) - day_start(day) == 86_399


@given(days, st.integers(0, 15))
def test_the_nth_working_day_has_n_worked_days_up_to_it(day: date, n: int) -> None:
    found = add_working_days(day, n)
    assert is_working_day(found)
    between = range(epoch_day(day) + 1, epoch_day(found) + 1)
    if n:
        assert sum(is_working_day(date_of(one)) for one in between) == n
    else:
        assert found == next_working_day(day) >= day


# Regions the oracle knows in every year drawn: it also holds a table of counties, which we do not.
REGIONS = ["110101", "320102", "450101", "510121", "530102", "620102"]
resident_ids = st.builds(
    lambda region, born, order: f"{region}{born:%Y%m%d}{order:03d}",
    st.sampled_from(REGIONS),
    st.dates(date(1985, 1, 1), date(2020, 12, 31)),
    st.integers(0, 999),
).map(lambda front: front + ric.calc_check_digit(front + "0"))
usccs = st.builds(
    lambda front, region, rest: f"{front}{region}{rest}",
    st.sampled_from(["91", "92", "93", "52", "11", "12"]),
    st.sampled_from(REGIONS),
    st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=9, max_size=9),
).map(lambda front: front + uscc.calc_check_digit(front))
cards = st.from_regex(r"[1-9][0-9]{14,17}", fullmatch=True).map(
    lambda front: front + luhn.calc_check_digit(front)
)


@given(resident_ids, usccs, cards)
def test_what_the_oracle_makes_we_accept(resident: str, firm: str, card: str) -> None:
    assert check_resident_id(resident) == ric.validate(resident)
    assert check_uscc(firm) == uscc.validate(firm)
    assert check_bank_card(card) == luhn.validate(card)


def accepts(check: Callable[[str], str], number: str) -> bool:
    try:
        check(number)
    except (BadIdentity, ValidationError):
        return False
    return True


@pytest.mark.parametrize(
    ("numbers", "ours", "oracle"),
    [
        pytest.param(resident_ids, check_resident_id, ric.validate, id="resident id"),
        pytest.param(usccs, check_uscc, uscc.validate, id="uscc"),
        pytest.param(cards, check_bank_card, luhn.validate, id="bank card"),
    ],
)
@given(data=st.data())
def test_a_slip_of_the_pen_is_judged_as_the_oracle_judges_it(
    data: st.DataObject,
    numbers: st.SearchStrategy[str],
    ours: Callable[[str], str],
    oracle: Callable[[str], str],
) -> None:
    number = data.draw(numbers)
    place = data.draw(st.integers(6, len(number) - 1))  # Past the region: see REGIONS.
    slip = data.draw(st.sampled_from("0123456789"))
    written = number[:place] + slip + number[place + 1 :]
    assert accepts(ours, written) == accepts(oracle, written)
    assert accepts(ours, written) == (written == number)


def test_a_village_collective_is_where_we_and_the_oracle_part() -> None:
    """GB 32100 lets the two characters of the register be letters; the oracle wants digits."""
    collective = "N2450100MF00000018"
    assert accepts(check_uscc, collective)
    assert not accepts(uscc.validate, collective)
