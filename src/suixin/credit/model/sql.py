"""A scorecard as SQL: the same points and probability, computed where the rows are (DuckDB)."""

from __future__ import annotations

from itertools import pairwise

from suixin.credit.model.calibration import AnyCalibration, Isotonic
from suixin.credit.model.card import ModelCard
from suixin.credit.model.scorecard import HUNDREDTHS, Column, NumberColumn, Scorecard, WordColumn
from suixin.data import sql


def scorecard_sql(card: ModelCard, *, rows: str = "cases") -> str:
    """A query of every row of the table `rows` with its score and probability.

    What the card refuses, the query refuses with the same code. Raises ValueError on a model that
    is no scorecard.
    """
    if not isinstance(card.model, Scorecard):
        raise ValueError("only a scorecard can be told in SQL")
    terms = "\n    + ".join(_points(column) for column in card.model.columns)
    low, high = card.pd_ends
    return (
        f"-- {card.name} {card.version}, made on {card.made_on}\n"
        f"WITH scored AS (\n  SELECT *, ({card.model.base}\n    + {terms}) / {HUNDREDTHS}.0::DOUBLE"
        f" AS score\n  FROM {sql.name(rows)}\n)\n"
        f"SELECT *, greatest({low!r}::DOUBLE, least({high!r}::DOUBLE,"
        f" {_probability(card.calibration)})) AS pd\nFROM scored\n"
    )


def _points(column: Column) -> str:
    name = sql.name(column.name)
    missing = _or_refuse(column.missing, "MISSING_FEATURE", column.name, "unknown")
    if isinstance(column, WordColumn):
        text = f"CAST({name} AS VARCHAR)"
        cases = [f"WHEN {name} IS NULL OR {text} = '' THEN {missing}"]
        cases += [f"WHEN {text} = {sql.value(level)} THEN {given}"
                  for level, given in column.levels.items()]  # fmt: skip
        other = _or_refuse(column.other, "UNKNOWN_CATEGORY", column.name, "of an unknown category")
        return f"CASE {' '.join(cases)} ELSE {other} END"
    endless = _or_refuse(None, "INFINITE_VALUE", column.name, "infinite")
    number = f"CAST({name} AS DOUBLE)"
    cases = [
        f"WHEN {name} IS NULL OR isnan({number}) THEN {missing}",
        f"WHEN isinf({number}) THEN {endless}",
        *_measured(column, number),
    ]
    return f"CASE {' '.join(cases)} ELSE {column.points[-1]} END"


def _measured(column: NumberColumn, number: str) -> list[str]:
    codes = [f"WHEN {number} = {code!r} THEN {given}" for code, given in column.specials.items()]
    bins = [f"WHEN {number} <= {edge!r} THEN {given}"
            for edge, given in zip(column.edges, column.points, strict=False)]  # fmt: skip
    return codes + bins


def _or_refuse(given: int | None, code: str, name: str, what: str) -> str:
    if given is not None:
        return str(given)
    return f"CAST(error({sql.value(f'{code}: {name} is {what}')}) AS INTEGER)"


def _probability(calibration: AnyCalibration) -> str:
    if not isinstance(calibration, Isotonic):
        return f"1 / (1 + exp(-({calibration.a!r}::DOUBLE - {calibration.b!r}::DOUBLE * score)))"
    knots = list(zip(calibration.at, calibration.pds, strict=True))
    cases = [f"WHEN score <= {knots[0][0]!r} THEN {knots[0][1]!r}"]
    for (left, high), (right, low) in pairwise(knots):
        slope = (low - high) / (right - left)
        cases.append(f"WHEN score <= {right!r} THEN {high!r} + {slope!r} * (score - {left!r})")
    return f"CASE {' '.join(cases)} ELSE {knots[-1][1]!r} END::DOUBLE"
