"""`suixin score`, `explain` and `demo`: from facts to credit files."""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from suixin.cli.common import (
    AsJson,
    Folder,
    Language,
    Mapped,
    On,
    Out,
    Policies,
    faults_exit,
    print_json,
)


@faults_exit
def score(
    folder: Folder,
    on: On,
    out: Out,
    mapping: Mapped = None,
    product: Annotated[str | None, typer.Option(help="Product sheet (default: the first).")] = None,
    policies: Policies = None,
    previous: Annotated[
        Path | None, typer.Option(help="scores.csv of 30 days ago: limits rise from these.")
    ] = None,
    weights: Annotated[
        Path | None, typer.Option("--weights", help="Folder of adopted weights, by industry.")
    ] = None,
    calibration: Annotated[
        Path | None, typer.Option("--calibration", help="Calibration of composites, adopted.")
    ] = None,
    adopted: Annotated[
        Path | None, typer.Option("--adopted", help="Folder of adoptions that holds its record.")
    ] = None,
    pages: Annotated[
        int, typer.Option(min=0, help="Most subjects with a page of their own.")
    ] = 2_000,
    as_json: AsJson = False,
) -> None:
    """Score every subject and write scores.csv, scores.parquet, report.html and quarantine.csv.

    Example: suixin score county/ --on 2026-06-30 --out scores/
    """
    from suixin.run import run_score
    from suixin.tables import show_book, show_left_out, steps

    if (calibration is None) != (adopted is None):
        raise typer.BadParameter("--calibration and --adopted are given together.")
    begun = time.monotonic()
    with steps(4, quiet=as_json) as step:
        book, seconds = run_score(
            folder, out, on=on, mapping=mapping, product=product, policies=policies,
            previous=previous, weights=weights, pages=pages, step=step,
            calibration=None if calibration is None or adopted is None else (calibration, adopted),
        )  # fmt: skip
    if as_json:
        aside = sum(row.rows for row in book.set_aside)
        told = {"set_aside": aside, "notes": book.notes, "signs": book.signs_count}
        print_json({"out": out, "subjects": len(book), **told, **seconds})
        return
    show_book(book)
    show_left_out(book, out / "quarantine.csv")
    typer.echo(f"{len(book)} subjects in {time.monotonic() - begun:.1f} s: {out / 'report.html'}")


@faults_exit
def explain(
    folder: Folder,
    on: On,
    subject: Annotated[str, typer.Option("--subject", help="Whose credit file.")],
    mapping: Mapped = None,
    policies: Policies = None,
    language: Annotated[Language, typer.Option(help="zh, en or both.")] = Language.BOTH,
    as_json: AsJson = False,
) -> None:
    """Tell one credit file in words and numbers.

    Example: suixin explain county/ --on 2026-06-30 --subject m-0001
    """
    from suixin.credit.score import score as score_feeds
    from suixin.data.errors import InputError
    from suixin.data.read import read_feeds, today_in_china
    from suixin.tables import steps

    with steps(2, quiet=as_json) as step:
        step("reading")
        with read_feeds(folder, mapping=mapping, today=max(on, today_in_china())) as feeds:
            step("scoring")
            book = score_feeds(feeds, on=on, policies=policies)
    if subject not in book:
        raise InputError("NO_SUCH_SUBJECT", book.nearest(subject))
    file = book[subject]
    if as_json:
        print_json(asdict(file))
    else:
        typer.echo(file.explain(language.value))
