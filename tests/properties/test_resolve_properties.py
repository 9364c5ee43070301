"""What holds of every merging, whatever the pairs: order, closure, and what must not be."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suixin.county.bits import Bits
from suixin.county.cast import cast
from suixin.county.registers import write_registers
from suixin.data.resolve.cluster import clustered
from suixin.data.resolve.decisions import Decision, Verdict
from suixin.data.resolve.model import Pair
from suixin.data.resolve.normal import contradict, number, phone
from suixin.data.resolve.records import read_registers
from suixin.data.resolve.run import resolve
from suixin.kernel.policy import load_policy

pytestmark = pytest.mark.mechanism("C01")
KEYS = [f"s:{k}" for k in range(7)]
couples = st.tuples(st.sampled_from(KEYS), st.sampled_from(KEYS)).filter(lambda p: p[0] < p[1])
scored = st.dictionaries(couples, st.floats(0.5, 1.0), max_size=15)


def pairs_of(scores: dict[tuple[str, str], float]) -> list[Pair]:
    return [Pair(*p, x, {"name": "exact"}, {"prior": 0.0, "name": 0.0}) for p, x in scores.items()]


def register_of(key: str) -> str:
    """Who keeps the record: three registers, so that some groups would hold one twice."""
    return f"register-{int(key.removeprefix('s:')) % 3}"


def merged(
    pairs: list[Pair], apart: set[tuple[str, str]], numbers: dict[str, int]
) -> set[tuple[str, str]]:
    day = date(2026, 6, 30)
    decisions = {p: Decision(day, "clerk", *p, Verdict.NOT_SAME, "seen") for p in apart}

    def cannot(a: str, b: str) -> bool:
        return a in numbers and b in numbers and numbers[a] != numbers[b]

    links, _ = clustered(KEYS, pairs, decisions, contradict=cannot, source=register_of, merge=9_000)
    return {(link.one, link.other) for link in links}


@given(
    scored, st.sets(couples, max_size=4), st.dictionaries(st.sampled_from(KEYS), st.integers(0, 2))
)
def test_links_are_closed_and_never_join_what_must_stay_apart(
    scores: dict[tuple[str, str], float], apart: set[tuple[str, str]], numbers: dict[str, int]
) -> None:
    links = merged(pairs_of(scores), apart, numbers)
    assert links.isdisjoint(apart)
    assert all(register_of(a) != register_of(b) for a, b in links)
    assert all(numbers.get(a, numbers.get(b)) == numbers.get(b, numbers.get(a)) for a, b in links)
    for a, b in links:
        for c, d in links:
            if b == c:
                assert (a, d) in links


@given(scored, st.randoms())
def test_the_order_of_pairs_changes_nothing(
    scores: dict[tuple[str, str], float], random: Random
) -> None:
    pairs = pairs_of(scores)
    shuffled = list(pairs)
    random.shuffle(shuffled)
    assert merged(pairs, set(), {}) == merged(shuffled, set(), {})


@given(st.from_regex(r"[1-6][0-9]{16}[0-9X]", fullmatch=True), st.integers(0, 8), st.integers(1, 8))
def test_a_masked_number_never_contradicts_the_whole_one(whole: str, head: int, tail: int) -> None:
    masked = whole[:head] + "*" * (18 - head - tail) + whole[18 - tail :]
    assert not contradict(number(whole), number(masked))
    assert not contradict(number(masked), number(whole))


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_a_telephone_is_one_however_it_is_written(digits: str) -> None:
    spaced = f"{digits[:3]} {digits[3:7]}-{digits[7:]}"
    assert {phone(form) for form in (digits, f"+86{spaced}", f"0086 {spaced}", spaced)} == {digits}


def test_the_order_of_records_changes_nothing(tmp_path: Path) -> None:
    bits = Bits(3)
    write_registers(tmp_path, cast(60, bits), bits)
    records = read_registers(tmp_path).records
    policy = load_policy("resolve").on(date(2026, 6, 30))
    assert resolve(records, policy) == resolve(records[::-1], policy)
