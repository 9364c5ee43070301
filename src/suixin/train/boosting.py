"""LightGBM, where it is installed: it is asked for by training alone."""

from __future__ import annotations

from typing import Any

from suixin.data.errors import InputError


def lightgbm_here() -> Any:
    """The library; raises `InputError` `MISSING_EXTRA` where it is not installed."""
    try:
        import lightgbm
    except ImportError as absent:
        raise InputError(
            "MISSING_EXTRA",
            "Training boosted trees takes LightGBM, which is not installed.",
            "pip install 'suixin[train]'",
        ) from absent
    return lightgbm
