"""The database that tests of the service share."""

from __future__ import annotations

from stored import database, new_books, stored_books

__all__ = ["database", "new_books", "stored_books"]
