"""`suixin reviews` and `suixin train reviews`: what buyers write, read by aspect."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from suixin.cli.common import AsJson, On, Out, Policies, faults_exit, print_json

File = Annotated[Path, typer.Argument(help="CSV of reviews, plain or gzipped.")]


@faults_exit
def reviews(
    file: File,
    text: Annotated[
        str | None, typer.Option("--text", help="Column of the texts; else review or text.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="CSV to write: row, aspect, polarity, confidence.")
    ] = None,
    model: Annotated[
        Path | None, typer.Option("--model", help="Folder of an own reader; else the packaged.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Read reviews by aspect: praise 1, blame -1, neither 0, each with the clause that says so.

    Example: suixin reviews reviews.csv --text review --out read.csv
    """
    from suixin.credit.reading.file import read_file
    from suixin.credit.reading.model_file import load_review_model

    reader = None if model is None else load_review_model(model)
    counts = read_file(file, text, out=out, model=reader)
    rows = counts["overall"].total()
    if as_json:
        told = {
            name: {"praise": count[1], "blame": count[-1], "neither": count[0]}
            for name, count in counts.items()
        }
        print_json({"rows": rows, "out": out, "aspects": told})
        return
    typer.echo(f"{rows} reviews read")
    for name, count in counts.items():
        typer.echo(f"  {name:<18} praised by {count[1]}, blamed by {count[-1]}, neither {count[0]}")


@faults_exit
def train_reviews(
    file: File,
    name: Annotated[str, typer.Option(help="The reader's name, small letters and hyphens.")],
    purpose: Annotated[str, typer.Option(help="What it is for, in a sentence.")],
    on: On,
    out: Out,
    labels: Annotated[
        Path | None, typer.Option("--labels", help="Labels beside the texts, by sha256 or id.")
    ] = None,
    also: Annotated[
        list[Path] | None, typer.Option("--also", help="Reviews of other goods, with a label.")
    ] = None,
    licence: Annotated[
        str, typer.Option("--licence", help="Under which terms the texts were had.")
    ] = "not stated",
    version: Annotated[int, typer.Option(min=1, help="Which version of that name.")] = 1,
    policies: Policies = None,
    as_json: AsJson = False,
) -> None:
    """Train an own reader on labelled reviews; it is tested on folds, and its card says how well.

    Example: suixin train reviews labelled.csv --name pears --purpose "Reviews of pears"
    --on 2026-06-30 --out models/pears-1
    """
    from suixin.credit.reading.model_file import write_review_model
    from suixin.train.reviews import ReaderAsking, train_reader

    asking = ReaderAsking(file, labels, tuple(also or ()), name, version, purpose, licence)
    made, told = train_reader(asking, on=on, policies=policies)
    digest = write_review_model(out, made, told)
    figures: dict[str, Any] = told["figures"]
    if as_json:
        print_json({"out": out, "digest": digest, "figures": figures})
        return
    typer.echo(f"{name} {version} written to {out}, digest {digest[:12]}…")
    for head, said in figures.items():
        shown = ", ".join(f"{key} {value}" for key, value in said.items() if key != "f1")
        typer.echo(f"  {head}: {shown}")
