"""A panel of loans of a small county, made once."""

from __future__ import annotations

from datetime import date

import pytest

from suixin.experiments.panel import Panel, county_panel
from suixin.kernel.policy import PolicyOn, load_policy

HOUSEHOLDS = 400


@pytest.fixture(scope="session")
def rules() -> PolicyOn:
    return load_policy("experiments").on(date(2026, 6, 30))


@pytest.fixture(scope="session")
def panel(tmp_path_factory: pytest.TempPathFactory, rules: PolicyOn) -> Panel:
    return county_panel(HOUSEHOLDS, 5, tmp_path_factory.mktemp("panel"), policy=rules)
