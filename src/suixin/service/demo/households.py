"""The county's households, taken on one by one, and its facts, taken in as one load."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from suixin.kernel.identity import luhn_check, resident_check
from suixin.service.app.caller import Caller
from suixin.service.app.facts import Loaded, load_feeds
from suixin.service.app.parties import onboard
from suixin.service.store.people import Registered
from suixin.service.store.sealing import Personal

_FIRST_BIRTH: Final = date(1960, 1, 1)
_ISSUER: Final = "622202"


@dataclass(frozen=True, slots=True)
class Household:
    """A household as the county's register has it: which party, in which village."""

    party: str
    village: str
    number: int


def households(folder: Path) -> Iterator[Household]:
    """Every household of a county's folder, in its order."""
    with (folder / "parties.csv").open(encoding="utf-8", newline="") as file:
        known = (row for row in csv.DictReader(file) if row["kind"] == "household")
        for number, row in enumerate(known, 1):
            yield Household(row["party_id"], row["village_code"], number)


def take_on(caller: Caller, one: Household, *, at: datetime) -> None:
    """Take a household on. It is nobody: its numbers fit, and belong to none."""
    party = Registered(party_id=one.party, kind="household", village_code=one.village)
    fields = {
        Personal.NAME: f"农户{one.number:04}",
        Personal.RESIDENT_ID: resident_id(one.village[:6], one.number),
        Personal.PHONE: f"199{one.number:08}",
        Personal.BANK_CARD: bank_card(one.number),
        Personal.ADDRESS: f"{one.village} 第{one.number}户",
    }
    onboard(caller, party, fields, at=at)


def take_in(caller: Caller, folder: Path, *, at: datetime) -> Loaded:
    """Take in all facts of the county; each is known from the day on which it was recorded."""
    return load_feeds(caller, folder, key="county", at=at)


def resident_id(county: str, number: int) -> str:
    """A number whose check character fits, of nobody.

    >>> from suixin.kernel.identity import check_resident_id
    >>> check_resident_id(resident_id("360731", 7)) == resident_id("360731", 7)
    True
    """
    born = _FIRST_BIRTH + timedelta(days=37 * number % 15_000)
    known = f"{county}{born:%Y%m%d}{number % 1_000:03}"
    return known + resident_check(known)


def bank_card(number: int) -> str:
    """A card number whose check digit fits, of nobody.

    >>> from suixin.kernel.identity import check_bank_card
    >>> check_bank_card(bank_card(7)) == bank_card(7)
    True
    """
    known = f"{_ISSUER}{number:012}"
    return known + luhn_check(known)
