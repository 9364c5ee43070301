"""A calibration of the composite as a sealed YAML file: what it was fitted on, and its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from suixin.credit.model.calibration import AnyCalibration, calibration_of, values_of
from suixin.credit.model.seal import altered, sealed, unsealed, what_differs
from suixin.data.errors import InputError
from suixin.data.write import atomic_path


def write_calibration(path: Path, calibration: AnyCalibration, told: Mapping[str, Any]) -> str:
    """Write a calibration with what it was fitted on; its digest is returned."""
    text, digest = sealed({"calibration": values_of(calibration), **told})
    with atomic_path(path) as fresh:
        fresh.write_text(text, encoding="utf-8", newline="")
    return digest


def read_calibration(path: Path) -> AnyCalibration:
    """Read and verify a calibration. Raises `InputError`: NO_FILE, MODEL_ALTERED."""
    told, _ = verified(path)
    return calibration_of(told["calibration"])


def verified(path: Path) -> tuple[Mapping[str, Any], str]:
    """What a file of a calibration says, and its digest; raises as `read_calibration` does."""
    if not path.is_file():
        raise InputError("NO_FILE", f"{path} is no file.", "Name the file that was written.")
    body, digest = unsealed(path.read_bytes())
    if digest is None:
        raise altered(path, what_differs(body))
    return yaml.safe_load(body), digest
