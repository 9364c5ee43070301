"""A model's folder: a dated card in YAML, SQL or forests beside it, all sealed.

The card's last line is the digest of all above it, and the card holds the digest of each file. A
byte that was changed is found at load, and what it changed is named. Nothing is unpickled.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from suixin.credit.model.calibration import calibration_of, values_of
from suixin.credit.model.card import Band, ModelCard
from suixin.credit.model.scale import Scale
from suixin.credit.model.scorecard import (
    HUNDREDTHS,
    Column,
    NumberColumn,
    Scorecard,
    WordColumn,
)
from suixin.credit.model.seal import CARD, sealed, sha256, unsealed, verified
from suixin.credit.model.sql import scorecard_sql
from suixin.credit.model.trees import BoostedModel, CodeInput, Input, NumberInput, WordInput
from suixin.data.errors import InputError
from suixin.data.write import atomic_folder

SQL = "model.sql"
FORMAT = 1
_REFUSED = "refused"


def write_model(folder: Path, card: ModelCard) -> str:
    """Write a model's folder, whole or not at all; the digest of its card is returned.

    The same card gives the same bytes.
    """
    files = _files(card)
    digests = {name: sha256(text.encode()) for name, text in files.items()}
    text, digest = sealed(card_values(card) | {"files": digests})
    with atomic_folder(folder) as fresh:
        for name, content in {**files, CARD: text}.items():
            (fresh / name).write_text(content, encoding="utf-8", newline="")
    return digest


def load_model(folder: Path) -> ModelCard:
    """Read and verify a model's folder.

    Raises `InputError`: NO_MODEL, MODEL_ALTERED (naming what differs), MODEL_FORMAT.
    """
    said = verified(folder)
    if said.get("format") != FORMAT:
        raise InputError(
            "MODEL_FORMAT",
            f"{folder / CARD} is of format {said.get('format')}; this release reads {FORMAT}.",
            "Train it again, or use the release that wrote it.",
        )
    texts = [(folder / name).read_text(encoding="utf-8") for name in said["files"] if name != SQL]
    return _card(said, texts)


def digest_of(folder: Path) -> str:
    """The digest of a verified card."""
    verified(folder)
    return sha256(unsealed((folder / CARD).read_bytes())[0])


def _files(card: ModelCard) -> dict[str, str]:
    if isinstance(card.model, Scorecard):
        return {SQL: scorecard_sql(card)}
    return {f"forest_{k}.txt": text for k, text in enumerate(card.model.texts, start=1)}


# Values of the card as YAML has them --------------------------------------------------------------


def card_values(card: ModelCard) -> dict[str, Any]:
    """The card as plain values, in the order in which it is read."""
    return {
        "format": FORMAT,
        "kind": card.kind,
        "name": card.name,
        "version": card.version,
        "made_on": card.made_on.isoformat(),
        "purpose": card.purpose,
        **card.told,
        "scale": {"base": card.scale.base, "doubling": card.scale.doubling,
                  "odds": card.scale.odds},
        "calibration": values_of(card.calibration),
        "pd_ends": list(card.pd_ends),
        "bands": [
            {"band": band.band, "score_min": band.score_min, "cases": band.cases,
             "bad_rate": band.bad_rate}
            for band in card.bands
        ],
        "model": _model_values(card.model),
    }  # fmt: skip


def _card(said: Mapping[str, Any], texts: list[str]) -> ModelCard:
    own = {"format", "kind", "name", "version", "made_on", "purpose", "scale", "calibration",
           "pd_ends", "bands", "model", "files", "seals"}  # fmt: skip
    low, high = said["pd_ends"]
    return ModelCard(
        name=said["name"],
        version=said["version"],
        made_on=date.fromisoformat(said["made_on"]),
        purpose=said["purpose"],
        model=_model(said["kind"], said["model"], texts),
        scale=Scale(**said["scale"]),
        calibration=calibration_of(said["calibration"]),
        pd_ends=(low, high),
        bands=tuple(Band(**band) for band in said["bands"]),
        told={name: value for name, value in said.items() if name not in own},
    )


def _model_values(model: Scorecard | BoostedModel) -> dict[str, Any]:
    if isinstance(model, Scorecard):
        return {
            "base_points": model.base / HUNDREDTHS,
            "columns": [_column_values(column) for column in model.columns],
        }
    return {"inputs": [_input_values(one) for one in model.inputs]}


def _model(kind: str, said: Mapping[str, Any], texts: list[str]) -> Scorecard | BoostedModel:
    if kind == "scorecard":
        columns = tuple(_column(one) for one in said["columns"])
        return Scorecard(_hundredths(said["base_points"]), columns)
    return BoostedModel.of([_input(one) for one in said["inputs"]], texts)


def _column_values(column: Column) -> dict[str, Any]:
    missing = _points_or_refused(column.missing)
    if isinstance(column, WordColumn):
        levels = {level: given / HUNDREDTHS for level, given in column.levels.items()}
        other = _points_or_refused(column.other)
        return {"name": column.name, "levels": levels, "other": other, "missing": missing}
    ends: list[float | None] = [*column.edges, None]
    return {
        "name": column.name,
        "risk": column.direction,
        "bins": [
            {"points": given / HUNDREDTHS} if end is None
            else {"up_to": end, "points": given / HUNDREDTHS}
            for end, given in zip(ends, column.points, strict=True)
        ],
        "codes": [{"code": code, "points": p / HUNDREDTHS} for code, p in column.specials.items()],
        "missing": missing,
    }  # fmt: skip


def _column(said: Mapping[str, Any]) -> Column:
    missing = _or_refused(said["missing"])
    if "levels" in said:
        levels = {level: _hundredths(given) for level, given in said["levels"].items()}
        return WordColumn(said["name"], levels, _or_refused(said["other"]), missing)
    return NumberColumn(
        name=said["name"],
        direction=said["risk"],
        edges=tuple(one["up_to"] for one in said["bins"][:-1]),
        points=tuple(_hundredths(one["points"]) for one in said["bins"]),
        specials={one["code"]: _hundredths(one["points"]) for one in said["codes"]},
        missing=missing,
    )


def _input_values(one: Input) -> dict[str, Any]:
    if isinstance(one, WordInput):
        return {"name": one.name, "levels": list(one.levels)}
    if isinstance(one, CodeInput):
        return {"name": one.name, "code": one.code}
    return {"name": one.name, "risk": one.direction, "codes": list(one.specials)}


def _input(said: Mapping[str, Any]) -> Input:
    if "levels" in said:
        return WordInput(said["name"], tuple(said["levels"]))
    if "code" in said:
        return CodeInput(said["name"], said["code"])
    return NumberInput(said["name"], said["risk"], tuple(said["codes"]))


def _points_or_refused(given: int | None) -> float | str:
    return _REFUSED if given is None else given / HUNDREDTHS


def _or_refused(said: float | str) -> int | None:
    return None if isinstance(said, str) else _hundredths(said)


def _hundredths(points: float) -> int:
    return round(points * HUNDREDTHS)
