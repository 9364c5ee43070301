"""A credit file told in words and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from suixin.credit.file import CreditFile


def explain(file: CreditFile, language: Literal["zh", "en", "both"]) -> str:
    """The file in words and numbers, in Chinese, in English or in both."""
    return "\n".join(f"{reason.zh} {reason.en}" for reason in file.reasons)
