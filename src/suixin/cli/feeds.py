"""`suixin feeds …`: canonical feeds, checked or made from an export."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from suixin.cli.common import INPUT_FAULT, AsJson, Folder, Mapped, Out, faults_exit, print_json


@faults_exit
def feeds_check(
    folder: Folder,
    strict: Annotated[bool, typer.Option(help="Exit 1 when anything was set aside.")] = False,
    mapping: Mapped = None,
    as_json: AsJson = False,
) -> None:
    """Validate a folder: how many rows of each feed are good, how many set aside, and why.

    Example: suixin feeds check county/
    """
    from suixin.data.read import read_feeds
    from suixin.tables import show_counts, show_notes, show_set_aside, steps

    with steps(1, quiet=as_json) as step:
        step("reading")
        feeds = read_feeds(folder, mapping=mapping)
    with feeds:
        aside = len(feeds.quarantine)
        if as_json:
            counts = {name: asdict(count) for name, count in feeds.counts.items()}
            rows = [asdict(row) for row in feeds.quarantine[:1000]]
            print_json({"feeds": counts, "set_aside": aside, "rows": rows, "notes": feeds.notes})
        else:
            show_counts(feeds.counts)
            show_set_aside(feeds.quarantine.kinds())
            show_notes(feeds.notes)
    if strict and aside:
        raise typer.Exit(INPUT_FAULT)


@faults_exit
def feeds_map(
    mapping: Annotated[str, typer.Argument(help="Mapping by name, or a YAML file of your own.")],
    folder: Folder,
    out: Out,
    hash_key: Annotated[
        Path | None, typer.Option(help="File whose bytes key the hashes of open ids.")
    ] = None,
    merchant: Annotated[str | None, typer.Option(help="Who sells, where no file says so.")] = None,
    as_json: AsJson = False,
) -> None:
    """Turn a platform's own export into canonical feeds, with what was seen beside them.

    Example: suixin feeds map kuaishou export/ --out feeds/
    """
    from suixin.data.sources import hash_key_of, map_folder
    from suixin.tables import show_counts, show_notes, steps

    key = hash_key_of(hash_key, folder)
    with steps(1, quiet=as_json) as step:
        step("mapping")
        found = map_folder(mapping, folder, out, hash_key=key, merchant=merchant)
    if as_json:
        counts = {name: asdict(count) for name, count in found.counts.items()}
        files = list(found.files)
        told = {"set_aside": found.set_aside, "notes": found.notes}
        print_json({"out": out, "files": files, "feeds": counts, **told})
        return
    show_counts(found.counts)
    show_notes(found.notes)
    typer.echo(f"written: {out}")
