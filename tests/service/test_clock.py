"""The clock of the edges."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from suixin.service import clock


@pytest.fixture(autouse=True)
def _fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SUIXIN_HOME", str(tmp_path))
    clock.set_anew()
    yield
    clock.set_anew()


def test_it_is_the_machine_s_own() -> None:
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_demonstration_lives_in_the_past(tmp_path: Path) -> None:
    told = {"seconds_behind": 86_400}
    (tmp_path / "demonstration.json").write_text(json.dumps(told), "utf-8")
    assert abs(datetime.now(UTC) - clock.now() - timedelta(days=1)) < timedelta(minutes=1)


def test_a_demonstration_made_in_this_process_is_lived_in(tmp_path: Path) -> None:
    """The processes that `suixin demo` starts after it made a home are forks of this one."""
    clock.now()
    told = {"seconds_behind": 86_400}
    (tmp_path / "demonstration.json").write_text(json.dumps(told), "utf-8")
    clock.set_anew()
    assert datetime.now(UTC) - clock.now() > timedelta(hours=23)
