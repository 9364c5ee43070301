"""Suixin 穗信: facts about trade become credit, with reasons.

>>> import suixin
>>> suixin.Money(50_000_00, "CNY").yuan
Decimal('50000.00')

What is at the top is loaded when it is first asked for, so that importing costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from suixin.county.make import make_county
    from suixin.credit.book import ScoreBook
    from suixin.credit.file import CreditFile
    from suixin.credit.score import score
    from suixin.data.errors import DiskError, InputError
    from suixin.data.lake import Feeds
    from suixin.data.read import read_feeds
    from suixin.data.sources import map_folder
    from suixin.evidence.verifier import Verdict, verify
    from suixin.kernel.money import Money
    from suixin.kernel.policy import PolicyError, load_policy
    from suixin.kernel.rate import Rate
    from suixin.lending.quote import Quote, quote

__all__ = [
    "CreditFile",
    "DiskError",
    "Feeds",
    "InputError",
    "Money",
    "PolicyError",
    "Quote",
    "Rate",
    "ScoreBook",
    "Verdict",
    "load_policy",
    "make_county",
    "map_folder",
    "quote",
    "read_feeds",
    "score",
    "verify",
]

_HOMES = {
    "CreditFile": "credit.file",
    "DiskError": "data.errors",
    "Feeds": "data.lake",
    "InputError": "data.errors",
    "Money": "kernel.money",
    "PolicyError": "kernel.policy",
    "Quote": "lending.quote",
    "Rate": "kernel.rate",
    "ScoreBook": "credit.book",
    "Verdict": "evidence.verifier",
    "load_policy": "kernel.policy",
    "make_county": "county.make",
    "map_folder": "data.sources",
    "quote": "lending.quote",
    "read_feeds": "data.read",
    "score": "credit.score",
    "verify": "evidence.verifier",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'suixin' has no attribute {name!r}")
    found = getattr(import_module(f"suixin.{_HOMES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
