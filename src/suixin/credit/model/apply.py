"""Scoring a file of cases by a model: score, probability, band, and what cost the most points."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import numpy as np

from suixin.credit.model.card import ModelCard, scored
from suixin.credit.model.columns import Table
from suixin.credit.model.folder import load_model
from suixin.credit.model.scorecard import Scorecard, lost
from suixin.data.errors import InputError, shown
from suixin.data.write import atomic_path, csv_safe

REASONS = 4


def score_file(folder: Path, file: Path, out: Path) -> int:
    """Score the cases of a CSV or Parquet file into a CSV beside its first column; the rows.

    Raises `InputError`: NO_FILE, NOT_READ, and what `scored` refuses.
    """
    card = load_model(folder)
    table = read_table(file)
    found = scored(card, table)
    first = next(iter(table))
    heads = (first, "model", "score", "pd", "band", *(f"reason_{k + 1}" for k in range(REASONS)))
    model = f"{card.name} {card.version}"
    cases = ["" if case is None else str(case) for case in table[first].tolist()]
    told = zip(cases, found.score, found.pd, found.band, reasons(card, table), strict=True)
    with atomic_path(out) as fresh, fresh.open("w", newline="", encoding="utf-8") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow([csv_safe(head) for head in heads])
        for case, score, pd, band, why in told:
            figures = (f"{score:.2f}", f"{pd:.6f}", band)
            writer.writerow([csv_safe(case), model, *figures, *map(csv_safe, why)])
    return len(found.score)


def read_table(file: Path) -> Table:
    """The columns of a CSV or Parquet file."""
    if not file.is_file():
        raise InputError("NO_FILE", f"{file} is no file.", "Name a CSV or Parquet file.")
    with duckdb.connect() as connection:
        try:
            read = connection.read_parquet if file.suffix == ".parquet" else connection.read_csv
            table: Table = read(str(file)).fetchnumpy()
        except duckdb.Error as wrong:
            message = f"{file} cannot be read: {shown(wrong, 200)}."
            raise InputError("NOT_READ", message, "Give CSV with a header, or Parquet.") from wrong
    return table


def reasons(card: ModelCard, table: Table) -> list[list[str]]:
    """The columns that cost each case most points against their best bin, the largest first.

    Empty where no more cost anything, and for boosted trees, whose points are no sum of columns.
    """
    told = np.full((len(next(iter(table.values()))), REASONS), "", dtype=object)
    if isinstance(card.model, Scorecard):
        below = lost(card.model, table)
        order = np.argsort(-below, axis=1, kind="stable")[:, :REASONS]
        names = np.array(card.model.names, dtype=object)
        costs = np.take_along_axis(below, order, axis=1) > 0
        told[:, : order.shape[1]] = np.where(costs, names[order], "")
    rows: list[list[str]] = told.tolist()
    return rows
