"""ACTUS contracts: by hand, by the official cases, and by what must hold of any."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bench import actus as bench_actus
from suixin.data.errors import InputError
from suixin.lending.actus import ContractEvent, Happening, Observed, run
from suixin.lending.actus.terms import ContractType
from suixin.lending.day_count import day_count
from suixin.lending.methods.equal_instalment import EqualInstalment
from suixin.lending.methods.equal_principal import EqualPrincipal
from suixin.lending.methods.interest_first import InterestFirst
from suixin.lending.schedule import Terms, schedule

FILE = yaml.safe_load(
    (Path(__file__).parents[1] / "cases/lending_actus.yaml").read_text(encoding="utf-8")
)
CASES = FILE["cases"]
NEAR = Decimal("1e-9")
LOAN = {
    **FILE["common"],
    "contractType": "PAM",
    "notionalPrincipal": 1000,
    "nominalInterestRate": "0.06",
    "maturityDate": "2027-01-01",
    "cycleOfInterestPayment": "P1YL0",
}


def at(day: date | str) -> datetime:
    """Midnight of a day."""
    return datetime.combine(date.fromisoformat(str(day)), time())


def observed(case: Mapping[str, Any]) -> Observed:
    markets = {
        code: tuple((at(day), Decimal(str(value))) for day, value in sorted(of.items()))
        for code, of in case.get("markets", {}).items()
    }
    happened = (
        Happening(at(day), kind, Decimal(str(value)))
        for day, kind, value in case.get("happened", ())
    )
    return Observed(markets, tuple(happened))


def events_of(case: Mapping[str, Any]) -> tuple[ContractEvent, ...]:
    until = case.get("until")
    return run(
        FILE["common"] | case["terms"],
        observed(case),
        until=at(until) if until else None,
    )


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_events_by_hand(case: dict[str, Any]) -> None:
    found = events_of(case)
    assert [(one.when.date(), one.kind) for one in found] == [
        (day, kind) for day, kind, _, _ in case["events"]
    ]
    for one, (_, _, payoff, notional) in zip(found, case["events"], strict=True):
        assert abs(one.payoff - Decimal(str(payoff))) < NEAR, one
        assert abs(one.notional - Decimal(str(notional))) < NEAR, one


def test_every_type_has_a_case_by_hand() -> None:
    assert {case["terms"]["contractType"] for case in CASES} == set(ContractType)


def test_official_cases_of_the_types_implemented_all_pass(shared: Path) -> None:
    folder = shared / "data/loans/actus"
    for kind in ContractType:
        row = bench_actus.counted(folder / f"actus-tests-{kind.lower()}.json")
        assert (row.passed, row.refused, row.first) == (row.total, 0, "")
        assert row.total > 0


def test_the_bench_names_what_is_refused_and_counts_it(
    shared: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = bench_actus.main([str(shared / "data/loans/actus")])
    figures = dict(part.split("=") for part in line.removeprefix("bench.actus: ").split())
    assert int(figures["passed"]) + int(figures["refused"]) == int(figures["total"])
    assert "SWAPS is not implemented" in capsys.readouterr().out


def test_a_wrong_figure_is_seen_by_the_bench() -> None:
    case = {
        "terms": LOAN,
        "results": [
            {"eventDate": f"{one.when}", "eventType": one.kind, "payoff": one.payoff}
            | {"notionalPrincipal": one.notional}
            for one in run(LOAN)
        ],
    }
    assert bench_actus.difference(case) == ""
    case["results"][1]["payoff"] += Decimal("2e-6")
    assert "IP 2027-01-01 payoff 60.0000000" in bench_actus.difference(case)
    case["results"] = case["results"][:1]
    assert bench_actus.difference(case) == "3 events, 1 expected"


Broken = Iterator[tuple[str, dict[str, object], str, str]]
"""What is wrong, the terms, the code, and what the message must name."""


def broken_terms() -> Broken:
    """One term that no contract can have."""
    yield "type", {"contractType": "SWAPS"}, "ACTUS_TYPE", "SWAPS"
    yield "no type", {"contractType": None}, "ACTUS_TYPE", "implemented"
    yield "role", {"contractRole": "BUY"}, "ACTUS_TERM", "contractRole"
    yield "number", {"notionalPrincipal": "ten"}, "ACTUS_TERM", "notionalPrincipal"
    yield "not a number", {"notionalPrincipal": "NaN"}, "ACTUS_TERM", "notionalPrincipal"
    yield "endless", {"nominalInterestRate": float("inf")}, "ACTUS_TERM", "nominalInterestRate"
    yield "huge", {"notionalPrincipal": "1e999999"}, "ACTUS_TERM", "notionalPrincipal"
    yield "below zero", {"notionalPrincipal": -1}, "ACTUS_TERM", "notionalPrincipal"
    yield "absent", {"notionalPrincipal": ""}, "ACTUS_TERM", "notionalPrincipal"
    yield "time", {"maturityDate": "2027-13-01"}, "ACTUS_TERM", "maturityDate"
    yield "zone", {"maturityDate": "2027-01-01T00:00:00Z"}, "ACTUS_TERM", "maturityDate"
    yield "no maturity", {"maturityDate": None}, "ACTUS_TERM", "maturityDate"
    yield "ends first", {"maturityDate": "2025-06-01"}, "ACTUS_TERM", "before it begins"
    yield "cycle", {"cycleOfInterestPayment": "P0ML0"}, "CYCLE", "cycleOfInterestPayment"
    yield "stub", {"cycleOfInterestPayment": "P1ML7"}, "ACTUS_CYCLE", "cycleOfInterestPayment"
    yield "day count", {"dayCountConvention": "B252"}, "DAY_COUNT", "B252"
    yield "calendar", {"calendar": "TARGET"}, "ACTUS_CALENDAR", "TARGET"
    yield "shift", {"businessDayConvention": "SCX"}, "ACTUS_SHIFT", "SCX"
    yield "base", {"interestCalculationBase": "NTX"}, "ACTUS_TERM", "interestCalculationBase"
    yield "scaling", {"scalingEffect": "XXX"}, "ACTUS_TERM", "scalingEffect"
    yield "price", {"purchaseDate": "2026-04-01"}, "ACTUS_TERM", "priceAtPurchaseDate"
    yield "market", {"cycleOfRateReset": "P1ML0"}, "ACTUS_OBSERVED", "has no value"
    yield "redemption", {"contractType": "LAM"}, "ACTUS_TERM", "cycleOfPrincipalRedemption"
    yield "horizon", {"contractType": "UMP", "maturityDate": None}, "ACTUS_HORIZON", "end"


def broken_redemptions() -> Broken:
    """Principal that would never be repaid, or of which it is not said how."""
    yield (
        "nothing repays",
        {"contractType": "ANN", "cycleOfPrincipalRedemption": "P1YL1", "nominalInterestRate": -2}
        | {"dayCountConvention": "30E360", "maturityDate": "2028-01-01"},
        "ACTUS_TERM",
        "No payment repays",
    )
    yield (
        "never repaid",
        {
            "contractType": "NAM",
            "maturityDate": None,
            "nextPrincipalRedemptionPayment": 1,
            "cycleOfPrincipalRedemption": "P1ML0",
        },
        "ACTUS_TERM",
        "never repays",
    )
    yield (
        "array only grows",
        {
            "contractType": "LAX",
            "maturityDate": None,
            "arrayCycleAnchorDateOfPrincipalRedemption": "2027-01-01",
            "arrayCycleOfPrincipalRedemption": "P1YL0",
            "arrayNextPrincipalRedemptionPayment": 10,
            "arrayIncreaseDecrease": "INC",
        },
        "ACTUS_TERM",
        "never repays",
    )
    yield (
        "parts",
        {
            "contractType": "LAX",
            "arrayCycleAnchorDateOfPrincipalRedemption": ["2027-01-01", "2028-01-01", "2029-01-01"],
            "arrayNextPrincipalRedemptionPayment": [10, 20],
        },
        "ACTUS_TERM",
        "has 2 parts",
    )


@pytest.mark.parametrize(
    ("terms", "code", "names"),
    [pytest.param(*rest, id=name) for name, *rest in (*broken_terms(), *broken_redemptions())],
)
def test_terms_that_cannot_be_run_are_refused_by_name(
    terms: dict[str, object], code: str, names: str
) -> None:
    with pytest.raises(InputError) as refused:
        run(LOAN | terms)
    assert refused.value.code == code
    assert names in str(refused.value)


def test_an_observed_event_that_means_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="An observed event PR means nothing to PAM"):
        run(LOAN, Observed(happenings=(Happening(at("2026-05-01"), "PR", Decimal(1)),)))


def test_events_after_the_horizon_are_left_out() -> None:
    assert [one.kind for one in run(LOAN, until=at("2026-06-01"))] == ["IED"]


AMORTIZING = st.fixed_dictionaries(
    {
        "contractType": st.sampled_from(["LAM", "NAM", "ANN"]),
        "notionalPrincipal": st.integers(1, 10**9),
        "nominalInterestRate": st.decimals(0, 1, places=4).map(str),
        "dayCountConvention": st.sampled_from(["AA", "A360", "A365", "30E360", "30E360ISDA"]),
        "endOfMonthConvention": st.sampled_from(["EOM", "SD"]),
        "cycleOfPrincipalRedemption": st.sampled_from(["P1ML0", "P1ML1", "P3ML1", "P2WL0"]),
        "cycleOfInterestPayment": st.sampled_from(["P1ML0", "P2ML1"]),
        "maturityDate": st.dates(date(2026, 3, 1), date(2031, 12, 31)).map(str),
        "nextPrincipalRedemptionPayment": st.none() | st.integers(1, 10**7),
    }
)


@given(AMORTIZING)
def test_principal_in_is_principal_out_and_roles_mirror(terms: dict[str, object]) -> None:
    """Lent and repaid are equal; the borrower's events are the lender's with the other sign."""
    if terms["contractType"] == "NAM" and terms["nextPrincipalRedemptionPayment"] is None:
        terms["nextPrincipalRedemptionPayment"] = 100
    lent, owed = (run(FILE["common"] | terms | {"contractRole": role}) for role in ("RPA", "RPL"))
    moved = sum(one.payoff for one in lent if one.kind in ("IED", "PR", "MD"))
    assert abs(moved) < NEAR
    assert lent[-1].notional == 0
    assert all(one.when <= two.when for one, two in pairwise(lent))
    assert [(one.when, one.kind) for one in lent] == [(one.when, one.kind) for one in owed]
    assert all(abs(one.payoff + two.payoff) < NEAR for one, two in zip(lent, owed, strict=True))


@given(AMORTIZING)
def test_an_annuity_pays_the_same_each_time(terms: dict[str, object]) -> None:
    """Without a payment given, every redemption with its interest is one sum, the last too."""
    terms |= {"contractType": "ANN", "nextPrincipalRedemptionPayment": None}
    terms["cycleOfInterestPayment"] = terms["cycleOfPrincipalRedemption"]
    paid: dict[datetime, Decimal] = {}
    for one in run(FILE["common"] | terms):
        if one.kind in ("PR", "IP", "MD"):
            paid[one.when] = paid.get(one.when, Decimal(0)) + one.payoff
    assert max(paid.values()) - min(paid.values()) < NEAR


OWN_METHODS = {"LAM": EqualPrincipal(), "ANN": EqualInstalment(), "PAM": InterestFirst()}


@given(
    kind=st.sampled_from(sorted(OWN_METHODS)),
    principal_fen=st.integers(1_000_00, 1_000_000_00),
    rate_bps=st.integers(0, 2400),
    times=st.integers(2, 36),
    convention=st.sampled_from(["A365", "A360", "AA", "30E360"]),
    # A later day drags: ACTUS anchors the cycle at its first turn, which a short month holds back.
    start=st.dates(date(2024, 1, 1), date(2028, 12, 31)).map(
        lambda day: day.replace(day=min(day.day, 28))
    ),
)
def test_our_own_schedules_agree_to_the_rounding(
    *, kind: str, principal_fen: int, rate_bps: int, times: int, convention: str, start: date
) -> None:
    """Equal principal, equal instalments and interest first are LAM, ANN and PAM but for fen."""
    own = schedule(
        Terms(principal_fen, rate_bps, OWN_METHODS[kind], times, day_count=day_count(convention)),
        start,
    )
    terms = {
        "contractType": kind,
        "statusDate": str(start - timedelta(days=2)),
        "initialExchangeDate": str(start),
        "maturityDate": str(own.end),
        "notionalPrincipal": principal_fen,
        "nominalInterestRate": Decimal(rate_bps) / 10_000,
        "dayCountConvention": convention,
        "cycleOfInterestPayment": "P1ML1",
        "cycleOfPrincipalRedemption": "P1ML1",
    }
    paid: dict[date, Decimal] = {}
    for one in run(FILE["common"] | terms):
        if one.kind in ("PR", "IP", "MD"):
            paid[one.when.date()] = paid.get(one.when.date(), Decimal(0)) + one.payoff
    assert list(paid) == [row.due for row in own.rows]
    for row in own.rows:
        assert abs(paid[row.due] - row.total_fen) <= times
