"""A lender with its people, for tests of the use cases."""

from __future__ import annotations

from lending_world import world

__all__ = ["world"]
