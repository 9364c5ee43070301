"""The same case in two places: which rule holds, and why; files that could not say."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from suixin.kernel.policy import PolicyError
from suixin.lending.zones import NoRuleHere, Zones, read_zones

RULES = Path(__file__).parents[1] / "cases/lending_zones.yaml"
IN = {"nation": "cn", "zone": "z-1"}
OUT = {"nation": "cn"}


@pytest.fixture
def zones() -> Zones:
    return read_zones(RULES)


def read(folder: Path, text: str) -> Zones:
    path = folder / "zones.yaml"
    path.write_text(text, encoding="utf-8")
    return read_zones(path)


@pytest.mark.mechanism("K08")
@pytest.mark.parametrize(
    ("parameter", "day", "scope", "value", "chosen", "law"),
    [
        ("fund.share", date(2026, 6, 30), IN, 80, "national rule", None),
        ("fund.share", date(2026, 7, 1), IN, 80, "zone notice", "a law"),
        ("fund.share", date(2026, 7, 1), OUT, 80, "national rule", None),
        ("term", date(2026, 6, 30), IN, 365, "zone notice 1", None),
        ("term", date(2026, 7, 1), IN, 730, "zone notice 2", None),
        ("term", date(2026, 7, 1), OUT, 1825, "national rule", None),
        ("term", date(2026, 7, 1), {**IN, "county": "c-1"}, 730, "zone notice 2", None),
        ("term", date(2026, 7, 1), {**OUT, "county": "c-1"}, 500, "county notice", None),
        (
            "term",
            date(2026, 7, 1),
            {**IN, "lender": "bank-1"},
            400,
            "zone notice for one bank",
            None,
        ),
        ("term", date(2026, 8, 1), {**IN, "lender": "bank-1"}, 730, "zone notice 2", None),
        ("term", date(2026, 7, 1), {**IN, "lender": "bank-2"}, 730, "zone notice 2", None),
        ("term", date(2026, 7, 1), {**IN, "sandbox": "p-1"}, 90, "trial", None),
        ("ticket", date(2026, 7, 1), IN, 9, "a law", None),
    ],
)
def test_one_case_two_places(
    zones: Zones, parameter: str, day: date, scope: dict[str, str], value: int, chosen: str,
    law: str | None,
) -> None:  # fmt: skip
    found = zones.on(parameter, day, scope)
    assert (found.value, found.chosen.reference) == (value, chosen)
    assert (found.clamped_by and found.clamped_by.reference) == law


@pytest.mark.mechanism("K08")
def test_the_answer_names_what_won_what_it_stands_over_and_what_clamped_it(zones: Zones) -> None:
    found = zones.on("fund.share", date(2026, 7, 1), IN)
    assert (found.base.value, found.chosen.value, found.value) == (80, 85, 80)
    assert found.clamped_by is not None
    assert found.clamped_by.bound == "at_most"


def test_nothing_is_guessed(zones: Zones) -> None:
    with pytest.raises(NoRuleHere, match="term has no value on 2024-06-30"):
        zones.on("term", date(2024, 6, 30), IN)
    with pytest.raises(NoRuleHere, match="for no place"):
        zones.on("term", date(2026, 6, 30), {})


ONE = "{parameter: term, value: 1, since: 2026-01-01, place: {zone: z-1}, reference: a"


@pytest.mark.mechanism("K08")
@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        (f"overlays:\n  - {ONE}}}\n  - {ONE}}}\n", 3, "AMBIGUOUS_RULE: the overlay of line 2"),
        (
            f"overlays:\n  - {ONE}, keys: {{lender: b}}}}\n  - {ONE}, keys: {{product: p}}}}\n",
            3,
            "AMBIGUOUS_RULE",
        ),
        ("overlays:\n  - {parameter: term}\n", 2, "place is missing"),
        (f"overlays:\n  - {ONE}, colour: red}}\n", 2, "unknown field colour"),
        (f"overlays:\n  - {ONE}, keys: {{moon: m}}}}\n", 2, "keys should be of lender"),
        (
            f"overlays:\n  - {ONE.replace('zone', 'planet')}}}\n",
            2,
            "place should be one of sandbox",
        ),
        (f"overlays:\n  - {ONE.replace('value: 1', 'value: 1.5')}}}\n", 2, "a whole number"),
        (f"overlays:\n  - {ONE.replace('2026-01-01', 'soon')}}}\n", 2, "expected a day"),
        (f"overlays:\n  - {ONE.replace('reference: a', 'reference: 7')}}}\n", 2, "name the text"),
        (f"overlays:\n  - {ONE}, cites_law: 'no'}}\n", 2, "cites_law should be true or false"),
        ("laws:\n  - {parameter: x, since: 2026-01-01, reference: a}\n", 2, "at_most or at_least"),
        ("laws:\n  - 7\n", 2, "expected a mapping"),
        ("rules: []\n", 1, "overlays and laws"),
        ("overlays: [\n", 2, "no YAML"),
    ],
)
def test_files_that_could_not_say(tmp_path: Path, text: str, line: int, told: str) -> None:
    with pytest.raises(PolicyError) as fault:
        read(tmp_path, text)
    assert (fault.value.file, fault.value.line) == ("zones.yaml", line)
    assert told in fault.value.message


@pytest.mark.mechanism("K08")
def test_two_overlays_that_never_meet_are_no_tie(tmp_path: Path) -> None:
    apart = f"overlays:\n  - {ONE}, keys: {{lender: b}}}}\n  - {ONE}, keys: {{lender: c}}}}\n"
    assert len(read(tmp_path, apart).overlays) == 2
