"""The demonstration's home: made once, with its half year lived; later only opened."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final

from django.db import connections

from suixin.county.make import UNTIL, make_county
from suixin.data.errors import InputError
from suixin.service import clock, database, postgres
from suixin.service.app.bank import open_simulated
from suixin.service.app.caller import Duty
from suixin.service.app.day import CHINA
from suixin.service.app.scoring import latest, score_all
from suixin.service.demo import staff
from suixin.service.demo.arrears import fill_fund
from suixin.service.demo.days import DAYS, Living, live, settlements_of
from suixin.service.demo.households import households, take_in, take_on
from suixin.service.demo.left_open import leave_open
from suixin.service.demo.lending import Desk
from suixin.service.demo.staff import FUND, LENDER, PASSWORD, House
from suixin.service.demo.wishes import Pays, wishes
from suixin.service.home import Home
from suixin.service.identity.secret import ensure_secret
from suixin.service.store.fund_covers import open_cover
from suixin.service.store.migrating import migrate

_BEGUN: Final = "demonstration.begun"
_BALANCE_FEN: Final = 50_000_000_00
_OPENS_AT: Final = time(9, 0)
# Every step is told with how many there are, for a bar.
Step = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class SignIn:
    """How somebody of the demonstration signs in; `secret` makes his one-time codes."""

    duty: str
    username: str
    password: str
    secret: str


@dataclass(frozen=True, slots=True)
class Size:
    """How large the demonstration is."""

    households: int = 200
    days: int = DAYS
    seed: int = 1


def is_made(home: Home) -> bool:
    """Whether a home holds a demonstration that is whole."""
    return home.demonstration.is_file()


def sign_ins(home: Home) -> tuple[SignIn, ...]:
    """Who may sign in, one a role."""
    told = json.loads(home.demonstration.read_text("utf-8"))
    return tuple(SignIn(**one) for one in told["sign_ins"])


def make(home: Home, size: Size, step: Step) -> None:
    """Make it: institutions, people, a county, and its days; a kill leaves nothing that counts.

    Raises `InputError` NOT_A_DEMONSTRATION where the home holds something else.
    """
    _clear(home)
    with _server(home):
        ensure_secret(home)
        migrate()
        house = _lived(home, size, step)
        told = {
            "seconds_behind": _seconds_behind(),
            "sign_ins": [asdict(one) for one in _sign_ins(house)],
        }
    fresh = home.demonstration.with_suffix(".new")
    fresh.write_text(json.dumps(told, ensure_ascii=False, indent=1), "utf-8")
    fresh.chmod(0o600)
    fresh.replace(home.demonstration)
    clock.set_anew()
    (home.folder / _BEGUN).unlink()


def _lived(home: Home, size: Size, step: Step) -> House:
    begun = UNTIL - timedelta(days=size.days - 1)
    at = datetime.combine(begun, _OPENS_AT, CHINA).astimezone(UTC)
    step("the county", 0, 1)
    county = make_county(size.households, size.seed, home.folder / "county")
    step("institutions and people", 0, 1)
    known = list(households(county.folder))
    villages = tuple(sorted({one.village for one in known}))
    house = staff.open_house(home, villages, on=begun - timedelta(days=1), at=at)
    desk = Desk(house)
    for number, one in enumerate(known):
        step("households", number, len(known))
        take_on(desk.officer, one, at=at)
    step("facts", 0, 1)
    take_in(desk.officer, county.folder, at=at)
    lender, fund = house.institutions[LENDER], house.institutions[FUND]
    tiers = ("county", "city", "province")
    open_cover(fund, lender, "village_live", since=begun, tiers=tiers)
    fill_fund(desk, on=begun, at=at)
    bank = open_simulated(
        desk.cashier.actor("opened the account"),
        home,
        seed=size.seed,
        temper="mild",
        balance_fen=_BALANCE_FEN,
        on=begun,
    )
    settlements = settlements_of(county.folder, since=begun)
    living = Living(desk, bank, settlements, wishes(county.truth, size.seed))
    for number in range(size.days):
        day = begun + timedelta(days=number)
        step(f"the days, {day}", number, size.days)
        live(living, day, number)
    evening = datetime.combine(UNTIL, _OPENS_AT, CHINA).astimezone(UTC) + timedelta(hours=13)
    score_all(desk.officer, on=UNTIL, at=evening)
    leave_open(living, at=evening)
    for party in _shown(living):
        staff.give_access(house, party, at=evening)
    return house


def _shown(living: Living) -> Iterator[str]:
    """A household of each kind of loan, to sign in as: of those that pay, who has most room."""
    actor = living.desk.officer.actor("looked whom to show")
    best: dict[str, tuple[int, str]] = {}
    for wish in living.lent.values():
        found = latest(actor, wish.party, wish.product, on=UNTIL)
        if wish.pays is Pays.ON_TIME and found is not None:
            best[wish.product] = max(
                best.get(wish.product, (-1, "")), (found.limit_fen, wish.party)
            )
    return iter(dict.fromkeys(party for _, party in best.values()))


def _sign_ins(house: House) -> Iterator[SignIn]:
    """Everybody who may sign in; a household needs no code."""
    for username, caller in house.callers.items():
        (duty,) = caller.duties
        secret = "" if duty is Duty.HOUSEHOLD else staff.factor_secret(username)
        yield SignIn(duty.value, username, PASSWORD, secret)


def _seconds_behind() -> int:
    """The demonstration's next day begins on the morning on which it is first opened."""
    opens = datetime.combine(UNTIL + timedelta(days=1), _OPENS_AT, CHINA)
    return int((datetime.now(UTC) - opens).total_seconds())


def _clear(home: Home) -> None:
    """An empty folder, or one in which the making of a demonstration was ended half-way."""
    mark = home.folder / _BEGUN
    if home.folder.exists() and any(home.folder.iterdir()):
        if not mark.is_file():
            wrong = f"{home.folder} holds something else than a demonstration."
            raise InputError("NOT_A_DEMONSTRATION", wrong, "Name an empty folder with --home.")
        shutil.rmtree(home.folder)
    home.folder.mkdir(parents=True, exist_ok=True)
    mark.touch()
    os.environ["SUIXIN_HOME"] = str(home.folder)


@contextmanager
def _server(home: Home) -> Iterator[None]:
    with postgres.start(home) as server:
        database.ensure(server.url, database.NAME)
        try:
            yield
        finally:
            connections.close_all()
