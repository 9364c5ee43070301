"""Files of labelled reviews: CSV, plain or gzipped, in any of three forms told by their columns.

Praise: `label` is 1 or 0. Aspects: a column an aspect, 1 praised, −1 blamed, 0 neither, −2 not
spoken of; in the texts' own file, or beside it by the texts' `sha256`. Quadruples: beside the
texts by `id`, each with its words, `Categories` and `Polarities`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from suixin.credit.reading.file import Row, read_rows, text_column
from suixin.credit.reading.lexicon import ASPECTS
from suixin.data.errors import InputError, shown

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

_SIDES: Final = {"1": 0, "-1": 1, "0": 2}
_POLARITIES: Final = {"正面": 0, "负面": 1, "中性": 2, "1": 0, "-1": 1, "0": 2}
_NOT_SAID: Final = "-2"


@dataclass(frozen=True, slots=True)
class LabelledReviews:
    """Texts with what people found that they say.

    `praised` is 1, 0 or NaN where nobody said. `said` (texts, names, 3) tells what is praised,
    blamed and neither, of texts that are `judged`. `marks` (labels, 3) are the text, the column
    (name × 3, + 1 for blame, + 2 for neither) and the character of labels that name their words.
    Texts `kept_out` teach nothing: they check what was taught.
    """

    texts: tuple[str, ...]
    praised: Floats
    names: tuple[str, ...]
    said: Bools
    judged: Bools
    marks: Ints
    kept_out: Bools
    digests: tuple[tuple[str, str], ...]  # Name and SHA-256 of each file read.

    def only(self, kept: Bools) -> LabelledReviews:
        """Some of the texts."""
        number = np.cumsum(kept) - 1
        marks = self.marks[kept[self.marks[:, 0]]]
        marks[:, 0] = number[marks[:, 0]]
        return replace(
            self,
            texts=tuple(text for text, one in zip(self.texts, kept, strict=True) if one),
            praised=self.praised[kept],
            said=self.said[kept],
            judged=self.judged[kept],
            marks=marks,
            kept_out=self.kept_out[kept],
        )


def read_labelled(path: Path, labels: Path | None = None) -> LabelledReviews:
    """Read texts and their labels; raises `InputError` that names what does not fit."""
    rows, digest = read_rows(path)
    column = text_column(path, list(rows[0]))
    texts = tuple(row[column] for row in rows)
    plain = LabelledReviews(
        texts=texts,
        praised=_praised(path, rows),
        names=(),
        said=np.zeros((len(texts), 0, 3), bool),
        judged=np.zeros(len(texts), bool),
        marks=np.zeros((0, 3), np.int64),
        kept_out=np.zeros(len(texts), bool),
        digests=((path.name, digest),),
    )
    if labels is None:
        return _with_aspects(path, plain, dict(enumerate(rows)))
    beside, digest = read_rows(labels)
    plain = replace(plain, digests=(*plain.digests, (labels.name, digest)))
    if "sha256" in beside[0]:
        by_digest = {row["sha256"]: row for row in beside}
        found = {k: by_digest.get(sha256_of(text)) for k, text in enumerate(texts)}
        return _with_aspects(labels, plain, {k: row for k, row in found.items() if row})
    return _with_quadruples(labels, plain, [row.get("id", "") for row in rows], beside)


def sha256_of(text: str) -> str:
    """The digest that stands for a text in files of labels."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _praised(path: Path, rows: Sequence[Row]) -> Floats:
    known = {"1": 1.0, "0": 0.0, "": np.nan}
    praised = np.full(len(rows), np.nan)
    for k, row in enumerate(rows):
        label = (row.get("label") or "").strip()
        if label not in known:
            raise _no_label(path, k, "label", label, "1 for praise, 0 for blame, or nothing")
        praised[k] = known[label]
    return praised


def _with_aspects(path: Path, plain: LabelledReviews, rows: dict[int, Row]) -> LabelledReviews:
    columns = next(iter(rows.values()), {}).keys()
    names = tuple(name for name in ASPECTS if name in columns)
    if not names:
        return plain
    said = np.zeros((len(plain.texts), len(names), 3), bool)
    judged, kept_out = np.zeros(len(said), bool), np.zeros(len(said), bool)
    for k, row in rows.items():
        judged[k], kept_out[k] = True, row.get("given") == "1"
        for column, name in enumerate(names):
            value = row[name].strip()
            if value in _SIDES:
                said[k, column, _SIDES[value]] = True
            elif value != _NOT_SAID:
                raise _no_label(path, k, name, value, "1, 0, -1, or -2 where not spoken of")
    return replace(plain, names=names, said=said, judged=judged, kept_out=kept_out)


def _with_quadruples(
    path: Path, plain: LabelledReviews, ids: Sequence[str], rows: Sequence[Row]
) -> LabelledReviews:
    wanted = ("id", "A_start", "O_start", "Categories", "Polarities")
    lacking = [name for name in wanted if name not in rows[0]]
    if lacking:
        raise InputError(
            "NO_COLUMN",
            f"{path} has no column {', '.join(lacking)}.",
            "Labels beside texts have sha256 and a column an aspect, or quadruples by id.",
        )
    place = {one: k for k, one in enumerate(ids)}
    names = tuple(sorted({row["Categories"].strip() for row in rows}))
    said = np.zeros((len(ids), len(names), 3), bool)
    marks = []
    for k, row in enumerate(rows):
        text, side = place.get(row["id"]), _POLARITIES.get(row["Polarities"].strip())
        if text is None or side is None:
            column = "id" if text is None else "Polarities"
            raise _no_label(path, k, column, row[column], "a text's id, and 正面, 负面 or 中性")
        name = names.index(row["Categories"].strip())
        said[text, name, side] = True
        start = row["O_start"].strip() or row["A_start"].strip()
        if start:
            marks.append((text, said.shape[2] * name + side, int(float(start))))
    return replace(
        plain,
        names=names,
        said=said,
        judged=np.ones(len(ids), bool),
        marks=np.array(marks, np.int64).reshape(-1, 3),
    )


def _no_label(path: Path, row: int, column: str, value: str, wanted: str) -> InputError:
    return InputError(
        "NOT_A_LABEL",
        f"{path}, row {row + 1}: {column} is {shown(repr(value))}.",
        f"Write {wanted}.",
    )
