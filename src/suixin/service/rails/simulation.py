"""The simulated bank as a process: it takes from `outbox/`, and fills `inbox/` at the end of a day.

What it was told is kept before it acts, line by line; since it decides by its seed alone, a process
that is killed anywhere is told it all again and goes on as if nothing had been.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from suixin.data.errors import InputError
from suixin.evidence.disk import disk_faults, write_file
from suixin.service.rails.profile import profile_on
from suixin.service.rails.reading import CHINA
from suixin.service.rails.simulated import SimulatedBank

_BEGUN: Final = "simulated.json"
_TOLD: Final = "told.jsonl"
_COUNTER: Final = "counter"
# A day of the bank's ends in the evening, when its statement goes out.
ENDS_AT: Final = time(23, 30)
# When files that were waiting are taken where days are ended without waiting for them.
MORNING: Final = time(9)
_ONE_DAY: Final = timedelta(days=1)


@dataclass(slots=True)
class Simulation:
    """A simulated bank over one folder; see `begin` and `resume`."""

    folder: Path
    bank: SimulatedBank
    day: date

    def pay_in(self, reference: str, fen: int, on: date, *, payer: str = "") -> None:
        """Somebody pays in for a reference, as `SimulatedBank.pay_in`; on a day not ended yet.

        Raises `InputError` DAY_ENDED.
        """
        if on < self.day:
            raise InputError("DAY_ENDED", f"{on} is past at the bank.", "Pay in on a later day.")
        self._told("pay_in", reference=reference, fen=fen, on=on.isoformat(), payer=payer)

    def step(self, at: datetime) -> int:
        """Take what lies in the outbox and was handed in, and end the days that are over; how many
        files went out."""
        self.take_all(at)
        sent, local = 0, at.astimezone(CHINA)
        while self.day < local.date() or (self.day == local.date() and local.time() >= ENDS_AT):
            sent += self.end_day()
        return sent

    def take_all(self, at: datetime) -> None:
        """Take what was handed in at the counter, and what lies in the outbox."""
        for path in sorted((self.folder / _COUNTER).glob("*.json")):
            said = json.loads(path.read_bytes())
            on = max(date.fromisoformat(said.pop("on")), self.day)
            self.pay_in(**said, on=on)
            with disk_faults(path):
                path.unlink(missing_ok=True)
        for path in _files(self.folder / "outbox"):
            taken = self.folder / "at_bank" / path.name
            with disk_faults(taken):
                taken.parent.mkdir(parents=True, exist_ok=True)
                write_file(taken, path.read_bytes())
            self._told("take", file=path.name, at=at.isoformat())
            with disk_faults(path):
                path.unlink(missing_ok=True)

    def end_day(self) -> int:
        """End the bank's day; how many files it sent."""
        return self._told("end_day")

    def _told(self, what: str, **said: Any) -> int:
        place = self.folder / _TOLD
        with disk_faults(place), place.open("ab") as file:
            file.write(json.dumps({"what": what, **said}).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        return _send(self.folder, self._done(what, said))

    def _done(self, what: str, said: Mapping[str, Any]) -> list[tuple[str, bytes]]:
        """What the bank sends on being told something."""
        if what == "take":
            content = (self.folder / "at_bank" / said["file"]).read_bytes()
            with suppress(InputError):  # What it cannot read a bank leaves lying.
                self.bank.take(content, datetime.fromisoformat(said["at"]))
        elif what == "pay_in":
            on = date.fromisoformat(said["on"])
            self.bank.pay_in(said["reference"], said["fen"], on, payer=said["payer"])
        else:
            self.day += _ONE_DAY
            return self.bank.end_of_day(self.day - _ONE_DAY)
        return []


def begin(
    folder: Path, *, seed: int, temper: str, balance_fen: int, on: date, bank: str = "simulated"
) -> Simulation:
    """A bank that has so much on the morning of a day, of a temper of `simulated.temper`.

    The same again goes on from where it is; raises `InputError` BEGUN where it began otherwise,
    TEMPER.
    """
    told = {"seed": seed, "temper": temper, "balance_fen": balance_fen, "on": on.isoformat(),
            "bank": bank}  # fmt: skip
    place = folder / _BEGUN
    with disk_faults(place):
        folder.mkdir(parents=True, exist_ok=True)
        if not place.exists():
            _temper(temper, on, bank)
            write_file(place, json.dumps(told).encode())
        elif json.loads(place.read_bytes()) != told:
            wrong = f"The simulated bank of {folder} began otherwise."
            raise InputError("BEGUN", wrong, "Let it go on, or take an empty folder.")
    return resume(folder)


def has_begun(folder: Path) -> bool:
    """Whether a simulated bank has begun in a folder."""
    return (folder / _BEGUN).is_file()


def resume(folder: Path) -> Simulation:
    """The bank of a folder as it was left; raises `InputError` NO_BANK."""
    place = folder / _BEGUN
    if not place.is_file():
        wrong = f"No simulated bank has begun in {folder}."
        raise InputError("NO_BANK", wrong, "Begin it with a seed, a temper and a balance.")
    told = json.loads(place.read_bytes())
    on = date.fromisoformat(told["on"])
    temper = _temper(told["temper"], on, told["bank"])
    bank = SimulatedBank(told["seed"], profile_on(told["bank"], on), temper, told["balance_fen"])
    made, last = Simulation(folder, bank, on), list[tuple[str, bytes]]()
    for said in _lines(folder / _TOLD):
        last = made._done(said.pop("what"), said)
    _send(folder, last)  # It may have been killed before these were all there.
    return made


def hand_in(folder: Path, reference: str, fen: int, on: date, *, payer: str = "") -> None:
    """Pay in at a simulated bank that another process runs: it is taken with its next step.

    The same reference and amount of a day is handed in once.
    """
    told = {"reference": reference, "fen": fen, "on": on.isoformat(), "payer": payer}
    name = f"{on:%y%m%d}-{sha256(json.dumps(told).encode()).hexdigest()[:24]}.json"
    place = folder / _COUNTER / name
    with disk_faults(place):
        place.parent.mkdir(parents=True, exist_ok=True)
        write_file(place, json.dumps(told).encode())


def step_all(home: Path, at: datetime) -> int:
    """A step of every simulated bank of a home, for the one process that runs them; files sent."""
    return sum(_open(folder).step(at) for folder in simulations(home))


@cache
def _open(folder: Path) -> Simulation:
    return resume(folder)


def simulations(home: Path) -> Iterator[Path]:
    """The folders of a home in which a simulated bank has begun."""
    yield from sorted(place.parent for place in home.glob(f"bank/*/{_BEGUN}"))


def _temper(name: str, on: date, bank: str) -> Mapping[str, int]:
    known: Mapping[str, Mapping[str, int]] = profile_on(bank, on).rails["simulated.temper"]
    if name not in known:
        wrong = f"There is no temper {name}."
        raise InputError("TEMPER", wrong, f"Expected one of {', '.join(known)}.")
    return known[name]


def _lines(place: Path) -> Iterator[dict[str, Any]]:
    """What it was told; a last line that was cut off was never acted on."""
    if place.exists():
        with disk_faults(place):
            whole = place.read_bytes()
        kept = whole[: whole.rfind(b"\n") + 1]
        if len(kept) != len(whole):
            write_file(place, kept)
        for line in kept.splitlines():
            yield json.loads(line)


def _send(folder: Path, files: list[tuple[str, bytes]]) -> int:
    inbox = folder / "inbox"
    with disk_faults(inbox):
        inbox.mkdir(parents=True, exist_ok=True)
        for name, content in files:
            write_file(inbox / name, content)
    return len(files)


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.xml"))
