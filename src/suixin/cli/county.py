"""`suixin county …`: the seeded demonstration county."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from suixin.cli.common import AsJson, Households, Out, faults_exit, print_json


@faults_exit
def county_make(
    out: Out,
    households: Households = 300,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same bytes.")] = 1,
    orders: Annotated[
        int | None, typer.Option(min=1, help="So many orders, for benchmarks.")
    ] = None,
    outcomes: Annotated[
        bool, typer.Option("--outcomes", help="Every shop has had a loan; truth beside it.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make the seeded demonstration county, with its planted truths beside it.

    Example: suixin county make --households 300 --seed 1 --out county/
    """
    from suixin.county.make import make_county
    from suixin.tables import steps

    with steps(1, quiet=as_json) as step:
        step("making the county")
        made = make_county(
            households, seed, out, orders=orders, outcomes=outcomes, registers=orders is None
        )
    if as_json:
        print_json({"out": out, "households": made.households, "rows": dict(made.rows)})
        return
    for feed, rows in made.rows.items():
        typer.echo(f"{feed:<22}{rows:>12,}")
    typer.echo(f"written: {out}")


@faults_exit
def county_score(
    out: Out = Path("county"),
    households: Households = 300,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same bytes.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Make a county, score it, and hold what was found against what was planted.

    Example: suixin county score --out county
    """
    from suixin.run import run_county
    from suixin.tables import show_book, show_kinds, steps

    with steps(5, quiet=as_json) as step:
        book, kinds = run_county(out, households=households, seed=seed, step=step)
    report = out / "scores" / "report.html"
    if as_json:
        planted = [{**asdict(k), "recall": k.recall, "precision": k.precision} for k in kinds]
        print_json({"subjects": len(book), "planted": planted, "report": report})
        return
    show_book(book)
    show_kinds(kinds)
    typer.echo(f"report: {report.resolve()}")
