"""A reader's folder: a sealed card in YAML and its weights; no text, nothing unpickled.

The card holds the digest of the weights, and its last line is its own digest; see
`suixin.credit.model.seal`. Weights are whole numbers by hash of a run of letters.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from suixin.credit.model.seal import CARD, sealed, sha256, verified
from suixin.credit.reading.cells import CELLS
from suixin.credit.reading.letters import NONE
from suixin.credit.reading.model import AspectHead, PraiseHead, ReviewModel
from suixin.data.errors import InputError

KIND: Final = "reviews"
FORMAT: Final = 1
WEIGHTS: Final = "weights.npz"

_PACKAGED: Final = Path(__file__).parent / "packaged"

Arrays = Mapping[str, npt.NDArray[Any]]


@cache
def packaged_model() -> ReviewModel:
    """The reader that comes with the package.

    >>> packaged_model().name
    'produce'
    """
    return load_review_model(_PACKAGED)


def write_review_model(folder: Path, model: ReviewModel, told: Mapping[str, Any]) -> str:
    """Write a reader's folder, whole or not at all; the digest of its card is returned.

    `told` is what the card says of the training. The same model gives the same bytes.
    """
    # Imported where it writes: who only reads starts without the database behind it.
    from suixin.data.write import atomic_folder

    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **_arrays(model))
    weights = buffer.getvalue()
    values = {"format": FORMAT, "kind": KIND, "name": model.name, "version": model.version}
    files = {"files": {WEIGHTS: sha256(weights)}}
    text, digest = sealed(values | dict(told) | {"heads": _heads(model)} | files)
    with atomic_folder(folder) as fresh:
        (fresh / WEIGHTS).write_bytes(weights)
        (fresh / CARD).write_text(text, encoding="utf-8", newline="")
    return digest


def load_review_model(folder: Path) -> ReviewModel:
    """Read and verify a reader's folder.

    Raises `InputError`: NO_MODEL, MODEL_ALTERED, MODEL_FORMAT, NOT_A_READER.
    """
    said = verified(folder)
    if said.get("kind") != KIND:
        raise InputError(
            "NOT_A_READER",
            f"{folder} holds a model of kind {said.get('kind')}, which reads no reviews.",
            "Name a folder that `suixin train reviews` wrote.",
        )
    if said.get("format") != FORMAT:
        raise InputError(
            "MODEL_FORMAT",
            f"{folder / CARD} is of format {said.get('format')}; this release reads {FORMAT}.",
            "Train it again, or use the release that wrote it.",
        )
    with np.load(folder / WEIGHTS, allow_pickle=False) as arrays:
        held = {name: arrays[name] for name in arrays.files}
    heads = said["heads"]
    return ReviewModel(
        name=said["name"],
        version=said["version"],
        praise=_praise(heads["praise"], held),
        aspects=_aspects(heads["aspects"], held),
    )


def _heads(model: ReviewModel) -> dict[str, Any]:
    praise, aspects = model.praise, model.aspects
    return {
        "praise": {
            "step": praise.step,
            "bias": praise.bias,
            "words": praise.words,
            "silence": list(praise.silence),
        },
        "aspects": {
            "names": list(aspects.names),
            "step": aspects.step,
            "bias": aspects.bias.tolist(),
        },
    }


def _arrays(model: ReviewModel) -> dict[str, npt.NDArray[Any]]:
    """Hashes as steps from one to the next, so that they pack well."""
    praise, aspects = model.praise, model.aspects
    voting, learned = np.flatnonzero(praise.ratio), np.flatnonzero(aspects.row)
    return {
        "praise_hash": _steps(voting),
        "praise_ratio": praise.ratio[voting].astype(np.int8),
        "praise_votes": praise.votes[voting].astype(np.int16),
        "aspect_hash": _steps(learned),
        "aspect_runs": aspects.runs[aspects.row[learned]].astype(np.int16),
        "aspect_cells": aspects.cells.astype(np.int16),
    }


def _praise(said: Mapping[str, Any], held: Arrays) -> PraiseHead:
    known = np.cumsum(held["praise_hash"], dtype=np.int64)
    votes, ratio = np.zeros(NONE + 1, np.int32), np.zeros(NONE + 1, np.int32)
    single, several = said["silence"]
    votes[known], ratio[known] = held["praise_votes"], held["praise_ratio"]
    return PraiseHead(votes, ratio, said["step"], said["bias"], said["words"], (single, several))


def _aspects(said: Mapping[str, Any], held: Arrays) -> AspectHead:
    known = np.cumsum(held["aspect_hash"], dtype=np.int64)
    row = np.zeros(NONE + 1, np.int32)
    row[known] = np.arange(1, len(known) + 1)
    columns = 2 * len(said["bias"])  # For clauses, and for whole reviews.
    runs = np.zeros((len(known) + 1, columns), np.float32)
    runs[1:] = held["aspect_runs"]
    return AspectHead(
        names=tuple(said["names"]),
        row=row,
        runs=runs,
        cells=held["aspect_cells"].astype(np.float32).reshape(CELLS, columns),
        bias=np.array(said["bias"]),
        step=said["step"],
    )


def _steps(known: npt.NDArray[np.int64]) -> npt.NDArray[np.uint32]:
    return np.diff(known, prepend=0).astype(np.uint32)
