"""`suixin demo`: the whole service, with a county whose half year was lived through its acts."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from suixin.cli.common import AsJson, Households, faults_exit, print_json
from suixin.cli.database import environment

if TYPE_CHECKING:
    from suixin.service.home import Home

DemoHome = Annotated[
    Path, typer.Option("--home", metavar="DIR", help="Where it lives; made the first time.")
]
Days = Annotated[int, typer.Option(min=1, max=180, help="How many past days are lived.")]


@faults_exit
def demo(
    home: DemoHome = Path("demo"),
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where people reach it.")] = 8000,
    households: Households = 200,
    days: Days = 180,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same county.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Run the service with a demonstration county until Ctrl-C; the first time it is made.

    Its people's passwords and codes are printed: it is no place for anything real.

    Example: suixin demo --port 8000
    """
    with environment(home, as_json=as_json) as kept:
        from suixin.cli.up import tell, tell_json
        from suixin.service.running.up import Plan, up

        _made(kept, households, days, seed, quiet=as_json)
        _show_sign_ins(kept, as_json=as_json)
        events = port and port + 1
        plan = Plan(home=kept, port=port, events_port=events, workers=2, bank=True)
        up(plan, tell_json if as_json else tell)


@faults_exit
def demo_codes(home: DemoHome = Path("demo"), as_json: AsJson = False) -> None:
    """Print how a demonstration's people sign in, with the code that holds now.

    Example: suixin demo-codes
    """
    with environment(home, as_json=as_json) as kept:
        _show_sign_ins(kept, as_json=as_json)


def _made(home: Home, households: int, days: int, seed: int, *, quiet: bool) -> None:
    from suixin.service.demo.made import Size, is_made, make

    if is_made(home):
        return
    with _steps(quiet=quiet) as step:
        make(home, Size(households=households, days=days, seed=seed), step)


def _show_sign_ins(home: Home, *, as_json: bool) -> None:
    from rich.console import Console
    from rich.table import Table

    from suixin.service.demo.codes import code_of
    from suixin.service.demo.made import sign_ins

    rows = [(one, code_of(one.secret, int(time.time()))) for one in sign_ins(home)]
    if as_json:
        told = [
            {"duty": one.duty, "username": one.username, "password": one.password, "code": code}
            for one, code in rows
        ]
        print_json({"sign_ins": told})
        return
    # No column may be cut: what stands here is typed by somebody.
    table = Table(box=None, padding=(0, 2, 0, 0))
    for title in ("role", "signs in as", "password", "code now"):
        table.add_column(title, no_wrap=True)
    for one, code in rows:
        needed = code if one.secret else "none needed"
        table.add_row(one.duty, one.username, one.password, needed)
    Console().print(table)
    typer.echo("A code holds for half a minute; the next: suixin demo-codes")


@contextmanager
def _steps(*, quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """A bar on a terminal; elsewhere a line as each part begins, or nothing."""
    if quiet:
        yield lambda what, done, of: None
        return
    if not sys.stderr.isatty():
        told: set[str] = set()

        def line(what: str, done: int, of: int) -> None:
            part = what.partition(",")[0]
            if part not in told:
                told.add(part)
                typer.echo(f"Making {part} ...", err=True)

        yield line
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<28}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("")

        def shown(what: str, done: int, of: int) -> None:
            progress.update(bar, description=what, completed=done, total=of)

        yield shown
