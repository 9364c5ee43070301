"""The simulated bank over folders: killed anywhere, it goes on as if nothing had been."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from bank_days import FIRST, at, payment, simulated

from suixin.data.errors import InputError
from suixin.service.rails import pain001, simulation
from suixin.service.rails.payment import Batch
from suixin.service.rails.simulation import Simulation, begin, resume

DAYS = 8


def begun(folder: Path) -> Simulation:
    return begin(folder, seed=7, temper="hostile", balance_fen=10_000_000_00, on=FIRST)


def lived(folder: Path, again: Callable[[Simulation], Simulation]) -> dict[str, bytes]:
    """Some days of payments and receipts; after each step the process may be another."""
    bank = begun(folder)
    (folder / "outbox").mkdir()
    for number in range(DAYS):
        day = FIRST + timedelta(days=number)
        bank.pay_in(f"SET{number}", 123_45 + number, day)
        bank = again(bank)
        paid = payment(number + 1, 500_00 + number, on=day)
        batch = Batch((paid,), at(day))
        content = pain001.write(batch, simulated(), days={paid.id: day})
        (folder / "outbox" / f"{batch.id}.xml").write_bytes(content)
        bank.step(at(day))
        bank = again(bank)
        bank.step(at(day, 23, 45))
        bank = again(bank)
    assert bank.day == FIRST + timedelta(days=DAYS)
    return {path.name: path.read_bytes() for path in (folder / "inbox").iterdir()}


def test_killed_after_every_step_it_sends_what_it_would_have_sent(tmp_path: Path) -> None:
    calm = lived(tmp_path / "calm", lambda bank: bank)
    assert len(calm) > DAYS
    assert lived(tmp_path / "killed", lambda bank: resume(bank.folder)) == calm


def test_what_was_not_all_sent_or_written_is_made_good(tmp_path: Path) -> None:
    bank = begun(tmp_path)
    bank.pay_in("SET1", 500_00, FIRST)
    bank.end_day()
    sent = {path.name: path.read_bytes() for path in (tmp_path / "inbox").iterdir()}
    for name in sent:
        (tmp_path / "inbox" / name).unlink()
    with (tmp_path / "told.jsonl").open("ab") as told:
        told.write(b'{"what": "end_')  # Cut off: it was never acted on.
    again = resume(tmp_path)
    assert {path.name: path.read_bytes() for path in (tmp_path / "inbox").iterdir()} == sent
    assert again.day == FIRST + timedelta(days=1)
    assert again.bank.balance_fen == bank.bank.balance_fen


def test_days_that_were_slept_through_are_ended_one_by_one(tmp_path: Path) -> None:
    bank = begun(tmp_path)
    assert bank.step(at(FIRST, 23, 0)) == 0
    bank.step(at(FIRST + timedelta(days=3), 12))
    assert bank.day == FIRST + timedelta(days=3)
    assert bank.step(at(FIRST)) == 0  # The clock is put back.
    assert bank.day == FIRST + timedelta(days=3)
    with pytest.raises(InputError) as past:
        bank.pay_in("SET1", 1, FIRST)
    assert past.value.code == "DAY_ENDED"


def test_it_begins_once_and_leaves_what_is_no_file_of_payments(tmp_path: Path) -> None:
    def otherwise(**differs: object) -> None:
        told = {"seed": 7, "temper": "hostile", "balance_fen": 10_000_000_00, "on": FIRST}
        begin(tmp_path, **{**told, **differs})  # type: ignore[arg-type]

    with pytest.raises(InputError, match="No simulated bank"):
        resume(tmp_path)
    with pytest.raises(InputError, match="no temper angry"):
        otherwise(temper="angry")
    begun(tmp_path)
    with pytest.raises(InputError, match="began otherwise"):
        otherwise(seed=8)
    (tmp_path / "outbox").mkdir()
    (tmp_path / "outbox" / "other.xml").write_bytes(b"<Document/>")
    assert begun(tmp_path).step(at(FIRST)) == 0
    assert not list((tmp_path / "outbox").iterdir())
    assert list(simulation.simulations(tmp_path)) == []
