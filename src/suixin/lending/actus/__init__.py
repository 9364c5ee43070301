"""ACTUS: contracts in the terms of an open standard, run event by event over our own primitives."""

from __future__ import annotations

from suixin.lending.actus.evaluate import ContractEvent, run
from suixin.lending.actus.observed import Happening, Observed

__all__ = ["ContractEvent", "Happening", "Observed", "run"]
