"""`suixin rails …`: look at a bank's files, and ask when an amount will be paid."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from suixin.cli.common import INPUT_FAULT, AsJson, OnOrToday, Policies, faults_exit, print_json


def an_instant(text: str | datetime) -> datetime:
    """An instant as typed, in China's time unless it says another."""
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError as fault:
        wrong = f"{str(text)!r} is no instant; write it as 2026-03-02T16:30."
        raise typer.BadParameter(wrong) from fault
    return at


Bank = Annotated[
    str, typer.Option("--bank", help="A bank's profile: its name, or a file that ends in .yaml.")
]


# How long the simulated bank rests between two looks at its outbox (seconds).
_REST = 1.0


@faults_exit
def rails_check(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="pain.001, pain.002, camt.053, camt.054.")
    ],
    bank: Bank = "simulated",
    any_bank: Annotated[
        bool, typer.Option("--any-bank", help="Any namespace, currency and account: to look only.")
    ] = False,
    on: OnOrToday = None,
    policies: Policies = None,
    as_json: AsJson = False,
) -> None:
    """Read bank files, and say what they hold and what is wrong: nothing (exit 0), something (1).

    Example: suixin rails check inbox/statement.xml --bank banks/county.yaml
    """
    from suixin.data.read import today_in_china
    from suixin.service.rails.checking import check_files, lines_of
    from suixin.service.rails.files import looking
    from suixin.service.rails.profile import profile_on

    profile = profile_on(_bank(bank), on or today_in_china(), policies)
    profile = looking(profile) if any_bank else profile
    found = check_files({str(path): path for path in files}, profile)
    faults = sum(len(one.faults) for one in found)
    if as_json:
        print_json({"files": [asdict(one) for one in found], "faults": faults})
    else:
        for one in found:
            typer.echo("\n".join(lines_of(one)))
        typer.echo(f"{len(found)} files, {faults} faults")
    if faults:
        raise typer.Exit(INPUT_FAULT)


@faults_exit
def rails_when(
    yuan: Annotated[str, typer.Argument(metavar="YUAN", help="The amount, such as 80000.00.")],
    at: Annotated[
        datetime | None,
        typer.Option("--at", parser=an_instant, metavar="INSTANT", help="China's time; now."),
    ] = None,
    bank: Bank = "simulated",
    policies: Policies = None,
    as_json: AsJson = False,
) -> None:
    """Through which system and on which day an amount is paid that is handed over at an instant.

    Example: suixin rails when 80000.00 --at 2026-02-13T17:00
    """
    from suixin.data.errors import InputError
    from suixin.kernel.calendar import UnknownYear
    from suixin.kernel.money import Money
    from suixin.service.rails.hours import route
    from suixin.service.rails.profile import profile_on
    from suixin.service.rails.reading import CHINA

    asked = at or datetime.now(CHINA)
    asked = asked if asked.tzinfo else asked.replace(tzinfo=CHINA)
    profile = profile_on(_bank(bank), asked.astimezone(CHINA).date(), policies)
    try:
        fen = Money.from_yuan(yuan).minor
    except ValueError as fault:
        raise InputError("AMOUNT", str(fault), "Write yuan with two decimals.") from fault
    if fen <= 0:
        raise InputError("AMOUNT", f"{yuan} is nothing to pay.", "Give an amount above zero.")
    try:
        way = route(fen, asked, profile.rails, cut_off=profile.cut_off)
    except UnknownYear as fault:
        raise InputError("UNKNOWN_YEAR", str(fault)) from fault
    if as_json:
        print_json({"channel": way.channel, "on": way.on, "zh": way.told.zh, "en": way.told.en})
    else:
        typer.echo(f"{way.told.zh}\n{way.told.en}")


@faults_exit
def rails_simulate(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Where outbox/ and inbox/ are, or will be.")
    ],
    temper: Annotated[
        str | None, typer.Option("--temper", help="mild or hostile; mild unless said.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", help="What it does follows from it; 1 unless said.")
    ] = None,
    holds: Annotated[
        str | None,
        typer.Option("--holds", metavar="YUAN", help="What it holds at first; ten million."),
    ] = None,
    on: OnOrToday = None,
    days: Annotated[
        int | None, typer.Option("--days", min=0, help="End so many days, and stop.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Be a bank over a folder: take from outbox/, fill inbox/ each evening, until Ctrl-C.

    Begun once, on a day with a seed, a temper and a balance, it goes on from there, also after a
    kill; then nothing more need be said, and nothing else may be.

    Example: suixin rails simulate bank --temper hostile --seed 7 --on 2026-03-02 --days 3
    """
    from suixin.data.read import today_in_china
    from suixin.kernel.money import Money
    from suixin.service import clock
    from suixin.service.rails.reading import CHINA
    from suixin.service.rails.simulation import MORNING, begin, has_begun, resume

    if has_begun(folder) and not (temper or seed or holds or on):
        bank = resume(folder)
    else:
        bank = begin(
            folder,
            seed=seed or 1,
            temper=temper or "mild",
            balance_fen=_fen(holds or "10000000.00"),
            on=on or today_in_china(),
        )
    if days is None:
        _say(f"A bank at {folder}, its day {bank.day}. Ctrl-C ends it.", as_json=as_json)
        with suppress(KeyboardInterrupt):
            while True:
                bank.step(clock.now())
                time.sleep(_REST)
        return
    bank.take_all(datetime.combine(bank.day, MORNING, CHINA))
    sent = sum(bank.end_day() for _ in range(days))
    held = Money(bank.bank.balance_fen)
    inbox = folder / "inbox"
    if as_json:
        print_json({"days": days, "files": sent, "inbox": inbox, "balance_fen": held.minor})
    else:
        typer.echo(f"{days} days, {sent} files to {inbox}; the account holds {held}.")


def _fen(yuan: str) -> int:
    from suixin.data.errors import InputError
    from suixin.kernel.money import Money

    try:
        return Money.from_yuan(yuan).minor
    except ValueError as fault:
        raise InputError("AMOUNT", str(fault), "Write yuan with two decimals.") from fault


def _say(line: str, *, as_json: bool) -> None:
    """A line for people; a machine is told at the end."""
    if not as_json:
        typer.echo(line)


def _bank(text: str) -> str | Path:
    return Path(text) if text.endswith(".yaml") else text
