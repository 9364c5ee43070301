"""Made cases to train on: small, seeded, with a known truth in them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from suixin.kernel.policy import PolicyOn, load_policy

DAY = date(2026, 6, 30)
Made = Mapping[str, npt.NDArray[Any]]


def make_cases(n: int = 1500, *, seed: int = 0) -> dict[str, npt.NDArray[Any]]:
    """Shops whose risk rises with late days, falls with sales (some unknown), and is high live."""
    chance = np.random.default_rng(seed)
    late, sales = chance.exponential(5, n), chance.normal(10, 2, n)
    kind = chance.choice(np.array(["shop", "farm", "live"], dtype=object), n)
    logit = 0.25 * late - 0.5 * (sales - 10) + 1.0 * (kind == "live") - 3.2
    bad = (chance.random(n) < 1 / (1 + np.exp(-logit))).astype(np.float64)
    sales[chance.random(n) < 0.05] = np.nan
    return {"late": late.round(2), "sales": sales.round(3), "kind": kind, "bad": bad}


def write_cases(path: Path, made: Made, **more: list[object]) -> Path:
    """The cases as CSV, ten a day, with a group column; more columns by name."""
    n = len(made["bad"])
    columns: dict[str, list[object]] = {
        "id": list(range(n)),
        "day": [(date(2024, 1, 1) + timedelta(days=k // 10)).isoformat() for k in range(n)],
        **{name: ["" if value != value else value for value in column.tolist()]
           for name, column in made.items()},
        "sex": ["f" if k % 3 else "m" for k in range(n)],
        **more,
    }  # fmt: skip
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
    return path


@pytest.fixture(scope="session")
def made() -> Made:
    return make_cases()


@pytest.fixture(scope="session")
def cases_of() -> Callable[..., dict[str, npt.NDArray[Any]]]:
    return make_cases


@pytest.fixture(scope="session")
def write() -> Callable[..., Path]:
    return write_cases


@pytest.fixture(scope="session")
def cases_file(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_cases(tmp_path_factory.mktemp("cases") / "cases.csv", made)


@pytest.fixture(scope="session")
def model_policy() -> PolicyOn:
    return load_policy("model").on(DAY)


@pytest.fixture(scope="session")
def scoring_policy() -> PolicyOn:
    return load_policy("scoring").on(DAY)
