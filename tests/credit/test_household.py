"""What a household declared and lenders reported: the latest word known on the day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from suixin.credit.household import Household, household
from suixin.credit.subject import subjects_of
from suixin.data.read import read_feeds

DAY = date(2026, 6, 30)
NOON = datetime(2026, 6, 30, 12, tzinfo=timezone(timedelta(hours=8)))
YEAR = date(2026, 1, 1)


@pytest.fixture
def village(folder: Any) -> Any:
    """Two households, each of two members, and a consent of each to what is used here."""
    folder.connect("declarations", "debts_elsewhere", "store_ratings")
    for home in ("home", "next"):
        folder.party(home, "household")
        for member in ("wife", "man"):
            folder.party(f"{home}-{member}", household_id=home)
        folder.add(
            "consents", YEAR, home, consent=f"k-{home}", party=home, purpose="credit",
            receiver="bank", kinds="declarations;debts_elsewhere", until=date(2027, 1, 1),
            **{"from": YEAR},
        )  # fmt: skip
    return folder


def declares(folder: Any, party: str, kind: str, since: date, yuan: int | None, **at: Any) -> None:
    folder.add(
        "declarations", at.get("at", since), party, consent=f"k-{party.partition('-')[0]}",
        party=party, kind=kind, amount_month=None if yuan is None else yuan * 100,
        **{"from": since},
    )  # fmt: skip


def owes(folder: Any, party: str, lender: str, as_of: date, balance: int, due: int) -> None:
    folder.add(
        "debts_elsewhere", as_of, party, consent=f"k-{party.partition('-')[0]}",
        via_bureau="bureau", lender=lender, subject=party, as_of=as_of, balance=balance * 100,
        overdue=0, monthly_due=due * 100,
    )  # fmt: skip


def rated(folder: Any, merchant: str, on: date, hundredths: int) -> None:
    folder.add(
        "store_ratings", on, merchant, merchant=merchant, on=on, rating_hundredths=hundredths
    )


def told(path: Path, on: date = DAY) -> Mapping[str, Household]:
    """What is known of each household, as if it were alone."""
    with read_feeds(path, today=date(2027, 6, 30)) as feeds:
        assert not len(feeds.quarantine), feeds.quarantine[0]
        known = feeds.on(on)
        subjects = subjects_of(known, feeds.connection)
        found = household(known, subjects)
    names = ("other_income_month", "living_cost_month", "debt_service_month", "debt_elsewhere",
             "store_rating")  # fmt: skip
    return {
        subject: Household(**{name: getattr(found, name)[[row]] for name in names})
        for row, subject in enumerate(subjects.ids)
    }


def test_who_declared_and_owes_nothing_is_known_for_nothing(village: Any) -> None:
    found = told(village.write())["home"]
    assert found.other_income_month.tolist() == [0]
    assert found.debt_service_month.tolist() == found.debt_elsewhere.tolist() == [0]
    assert np.isnan(found.living_cost_month).all()
    assert np.isnan(found.store_rating).all()


def test_the_latest_statement_of_each_member_counts(village: Any) -> None:
    declares(village, "home-wife", "other_income", date(2026, 1, 5), 800)
    declares(village, "home-wife", "other_income", date(2026, 5, 5), 1_000)
    declares(village, "home-man", "other_income", date(2026, 3, 5), 200)
    declares(village, "home", "living_cost", date(2026, 3, 5), 1_800)
    found = told(village.write())
    assert found["home"].other_income_month.tolist() == [1_200_00]
    assert found["home"].living_cost_month.tolist() == [1_800_00]
    assert found["next"].other_income_month.tolist() == [0]


def test_a_statement_holds_from_its_day(village: Any) -> None:
    declares(village, "home", "living_cost", date(2026, 1, 5), 1_500)
    declares(village, "home", "living_cost", DAY, 2_000, at=date(2026, 6, 1))
    path = village.write()
    day_before = told(path, DAY - timedelta(days=1))["home"]
    assert day_before.living_cost_month.tolist() == [1_500_00]
    assert told(path, DAY)["home"].living_cost_month.tolist() == [2_000_00]


def test_a_declared_cost_of_nothing_is_nothing_and_not_unknown(village: Any) -> None:
    declares(village, "home", "living_cost", date(2026, 1, 5), 0)
    assert told(village.write())["home"].living_cost_month.tolist() == [0.0]


def test_a_crop_plan_is_no_money(village: Any) -> None:
    declares(village, "home", "crop_plan", date(2026, 1, 5), None)
    assert told(village.write())["home"].other_income_month.tolist() == [0]


def test_debts_are_what_each_lender_last_reported(village: Any) -> None:
    owes(village, "home-man", "bank", date(2026, 4, 30), 30_000, 900)
    owes(village, "home-man", "bank", date(2026, 5, 31), 20_000, 800)
    owes(village, "home-wife", "bank", date(2026, 5, 31), 5_000, 100)
    owes(village, "home-man", "union", date(2026, 2, 28), 1_000, 50)
    found = told(village.write())
    assert found["home"].debt_elsewhere.tolist() == [26_000_00]
    assert found["home"].debt_service_month.tolist() == [950_00]
    assert found["next"].debt_elsewhere.tolist() == [0]


@pytest.mark.parametrize(("declared", "service"), [(500, 900_00), (1_200, 1_200_00)])
def test_debt_service_is_the_larger_of_the_reported_and_the_declared(
    village: Any, declared: int, service: int
) -> None:
    owes(village, "home", "bank", date(2026, 5, 31), 20_000, 900)
    declares(village, "home", "debt_elsewhere", date(2026, 1, 5), declared)
    assert told(village.write())["home"].debt_service_month.tolist() == [service]


def test_the_rating_of_a_household_is_the_latest_of_its_worst_shop(village: Any) -> None:
    rated(village, "home", date(2026, 5, 1), 490)
    rated(village, "home", date(2026, 6, 1), 470)
    rated(village, "home-man", date(2026, 5, 1), 450)
    rated(village, "home-man", date(2026, 6, 15), 480)
    assert told(village.write())["home"].store_rating.tolist() == [470.0]


@pytest.mark.mechanism("H01")
def test_what_was_reported_after_the_day_is_not_known(village: Any) -> None:
    owes(village, "home", "bank", date(2026, 5, 31), 20_000, 900)
    rated(village, "home", date(2026, 6, 1), 470)
    later = {"at": DAY + timedelta(days=1)}
    declares(village, "home", "living_cost", date(2026, 6, 1), 9_999, **later)
    owes(village, "home", "bank", DAY + timedelta(days=1), 90_000, 9_000)
    rated(village, "home", DAY + timedelta(days=1), 100)
    path = village.write()
    found, after = told(path)["home"], told(path, DAY + timedelta(days=1))["home"]
    assert np.isnan(found.living_cost_month).all()
    assert found.debt_elsewhere.tolist() == [20_000_00]
    assert found.store_rating.tolist() == [470.0]
    assert after.living_cost_month.tolist() == [9_999_00]
    assert after.debt_elsewhere.tolist() == [90_000_00]
    assert after.store_rating.tolist() == [100.0]


def test_what_a_withdrawn_consent_opened_is_unknown_again(village: Any) -> None:
    declares(village, "home", "other_income", date(2026, 1, 5), 800)
    [row] = [row for row in village.rows["consents"] if row["party"] == "home"]
    row["revoked_at"] = NOON
    path = village.write()
    assert told(path, DAY - timedelta(days=1))["home"].other_income_month.tolist() == [800_00]
    assert told(path)["home"].other_income_month.tolist() == [0]
